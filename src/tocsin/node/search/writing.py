"""Putting texts into the index, and taking them out. All in the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from tocsin.node.search import shelves, vectors
from tocsin.node.search.marks import kind_mark, scope_marks
from tocsin.node.search.models import BETWEEN, Entry
from tocsin.node.search.tokens import tokens

__all__ = ["Indexed", "forget", "forget_many", "index", "index_many", "tidy"]

LUMP = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """A text to index: of which thing, who may find it, and by what.

    Names are found by their pinyin too; texts only by what they say. No scope: found by those alone who may find all.
    """

    kind: str
    id: UUID
    scope: str | Sequence[str]
    text: str | Sequence[str]
    names: str | Sequence[str] = ()


def index(
    kind: str,
    id: UUID,
    scope: str | Sequence[str],
    text: str | Sequence[str],
    *,
    names: str | Sequence[str] = (),
) -> None:
    """Have a thing found by these texts, and by nothing else from now on. It counts as the newest of all.

    On SQLite words that it had before are found no more, but are in the file until `tidy` or `forget`.
    """
    index_many([Indexed(kind=kind, id=id, scope=scope, text=text, names=names)])


def index_many(many: Iterable[Indexed]) -> None:
    """The same for many; of two of one thing the last is taken. The last of all is the newest."""
    by_thing: dict[tuple[str, UUID], Indexed] = {}
    for one in many:
        by_thing.pop((one.kind, one.id), None)
        by_thing[one.kind, one.id] = one
    at_hand = list(by_thing.values())
    with transaction.atomic():
        for start in range(0, len(at_hand), LUMP):
            lump = at_hand[start : start + LUMP]
            _replace(lump)
            _write(lump)


def forget(kind: str, id: UUID) -> None:
    """Leave nothing of a thing in the index, of no text that it ever had.

    On PostgreSQL what is deleted is overwritten in its own time, as all that is deleted there.
    """
    forget_many(kind, [id])


def forget_many(kind: str, ids: Iterable[UUID]) -> None:
    """The same for many; on SQLite hardly longer than for one, where they are of one time."""
    wanted = list(ids)
    with transaction.atomic():
        for start in range(0, len(wanted), LUMP):
            _remove(Entry.objects.filter(kind=kind, object_id__in=wanted[start : start + LUMP]))


def tidy() -> int:
    """Take out the words of texts that others have replaced. Returns how many; for the night."""
    last = Entry.objects.order_by("-number").values_list("number", flat=True).first()
    if connection.vendor == "sqlite" and last is not None:
        with transaction.atomic():
            shelves.make_ahead(connection, last)
    done = 0
    while replaced := _first_replaced():
        with transaction.atomic():
            _remove(Entry.objects.filter(number__in=replaced))
        done += len(replaced)
    return done


def _first_replaced() -> list[int]:
    """Those of one shelf: each has its own transaction, so that others can write between them."""
    of_all = Entry.objects.filter(is_replaced=True).order_by("number").values_list("number", flat=True)
    first = of_all.first()
    return [] if first is None else list(of_all.filter(number__lt=(first // shelves.SHELF + 1) * shelves.SHELF)[:LUMP])


def _replace(lump: Sequence[Indexed]) -> None:
    for kind in {one.kind for one in lump}:
        before = Entry.objects.filter(kind=kind, object_id__in=[one.id for one in lump if one.kind == kind])
        if connection.vendor == "sqlite":
            before.filter(is_replaced=False).update(is_replaced=True, scopes="")
        else:
            before.delete()


def _write(lump: Sequence[Indexed]) -> None:
    scopes = [_each(one.scope) for one in lump]
    words = [
        [kind_mark(one.kind), *scope_marks(mine), *tokens(_each(one.text), _each(one.names))]
        for one, mine in zip(lump, scopes, strict=True)
    ]
    if connection.vendor == "sqlite":
        made = Entry.objects.bulk_create(
            Entry(kind=one.kind, object_id=one.id, scopes=BETWEEN.join(mine))
            for one, mine in zip(lump, scopes, strict=True)
        )
        shelves.put(connection, zip((entry.number for entry in made), words, strict=True))
    else:
        vectors.add(
            connection,
            [(one.kind, one.id, BETWEEN.join(s), w) for one, s, w in zip(lump, scopes, words, strict=True)],
        )


def _remove(entries) -> None:
    if connection.vendor == "sqlite":
        shelves.purge(connection, list(entries.values_list("number", flat=True)))
    entries.delete()


def _each(one_or_more: str | Sequence[str]) -> Sequence[str]:
    return [one_or_more] if isinstance(one_or_more, str) else one_or_more
