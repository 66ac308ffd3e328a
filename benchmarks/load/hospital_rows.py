"""Cases and letters as rows: written in bulk, ours sealed where they travel, their words indexed."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from benchmarks.load.case_stories import cases
from benchmarks.load.case_world import CaseTelling
from benchmarks.load.hospital_world import PARTNERS, World
from benchmarks.load.letter_world import ThreadTelling, letters
from django.db import transaction

from tocsin.exchange.sealing import post, seal
from tocsin.exchange.streams import Stream
from tocsin.node.consultations.models import Case, ClinicalNote
from tocsin.node.correspondence.models import Letter
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.records import insert_all
from tocsin.node.search.writing import index_many

__all__ = ["fill", "keep"]

SLICES = 200  # cases and letters of one time are written together


def fill(world: World, number: int, of_letters: int, slices: int = SLICES) -> None:
    """So many cases and letters, the oldest first, as they would have come."""
    slices = min(slices, number)
    for at in range(slices):
        (of_cases, to), (begin, end) = _between(number, at, slices), _between(of_letters, at, slices)
        keep(world, list(cases(world, number, of_cases, to)), list(letters(world, of_letters, begin, end)))


def _between(number: int, at: int, slices: int) -> tuple[int, int]:
    return number * at // slices, number * (at + 1) // slices


def keep(world: World, tellings: Iterable[CaseTelling], threads: Iterable[ThreadTelling]) -> None:
    """Write them, seal what of ours travels, and have their words found, what was said first before what came later."""
    rows: dict[Any, list[Any]] = defaultdict(list)
    indexed = []
    with transaction.atomic():
        for telling in tellings:
            made = telling.made()
            rows[JointObject].append(telling.of)
            rows[JointAct] += telling.rows
            rows[ClinicalNote] += telling.notes
            rows[Case].append(made.row)
            _add(rows, made.rows)
            indexed.append((made.row.changed_at, made.indexed))
            _post(world, telling)
        for thread in threads:
            _add(rows, thread.rows)
            indexed += [
                (letter.recorded_at, one) for letter, one in zip(thread.rows[Letter], thread.indexed, strict=True)
            ]
            _post(world, thread)
        for model in _in_order(rows):
            _insert(model, rows[model])
        index_many(one for _, one in sorted(indexed, key=lambda one: one[0]))
    while seal(world.node):
        pass
    for state in PARTNERS:
        head = world.node.store.head(Stream(world.own, 1, f"to:{state}"))
        if (head.last if head else 0) != world.placed.get((world.own, f"to:{state}"), 0):
            raise SystemExit(f"our stream to {state} ends elsewhere than acts were placed")


def _insert(model: Any, rows: list[Any]) -> None:
    names = [field.attname for field in model._meta.concrete_fields if field.get_internal_type() != "BigAutoField"]
    insert_all(model, [{name: getattr(row, name) for name in names} for row in rows])


def _add(rows: dict[Any, list[Any]], more: dict[Any, list[Any]]) -> None:
    for model, found in more.items():
        rows[model] += found


def _post(world: World, telling: CaseTelling | ThreadTelling) -> None:
    for document in telling.posted:
        post(world.node, document)


def _in_order(rows: Iterable[Any]) -> list[Any]:
    """Whatever others refer to before these."""
    left, made = list(rows), []
    while left:
        free = [one for one in left if not _refers_to(one) & (set(left) - {one})]
        made += free
        left = [one for one in left if one not in free]
    return made


def _refers_to(model: Any) -> set[Any]:
    return {one.related_model for one in model._meta.concrete_fields if one.related_model is not None}
