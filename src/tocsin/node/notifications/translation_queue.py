"""What waits for translators: texts of partners in a language that nobody here works in, the gravest and newest first.

Nothing waits for it: documents are read, answered and released in the language that they were written in.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.notifications.models import (
    Notification,
    NotifiedEvent,
    Relevance,
    Translation,
    VerificationAnswer,
    VerificationRequest,
)
from tocsin.node.notifications.texts import Translatable
from tocsin.node.notifications.translation_settings import working_languages

__all__ = ["KINDS", "Waiting", "count", "documents", "forget", "found", "our_documents", "waiting"]

KINDS: Mapping[str, Any] = {
    "notification": Notification,
    "question": VerificationRequest,
    "answer": VerificationAnswer,
    "verdict": Relevance,
}
MOST = 300  # of one kind: the newest; whoever has more than these waiting has other cares
KEPT = 30.0  # seconds for which the number in the bar of pages is kept
ASKED = 3  # a question of a state has a clock: it stands between a high risk and a moderate one
RISKS = {"low": 1, "moderate": 2, "high": 4, "very_high": 5}

_lock = threading.Lock()
_known: dict[str, tuple[float, int]] = {}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One document. done: how many of its texts have been checked by a person in the language; by_machine: how many
    there are of a machine's alone.
    """

    kind: str
    pk: UUID
    origin: str
    language: str
    into: str
    came_at: datetime
    gravity: int
    is_exercise: bool
    texts: int
    characters: int
    done: int
    by_machine: int


def documents(kind: str, person: Person) -> QuerySet[Any]:
    """Documents of a kind whose texts somebody may translate: all that can be read, and of them the texts alone."""
    model = KINDS[kind]
    rows: QuerySet[Any] = model.objects.readable()
    return rows if person.may(Ability.TRANSLATE) else rows.none()


def found(kind: str, pk: UUID, person: Person) -> Translatable | None:
    """One of them; None for what is not there and for what is not theirs to see."""
    if kind not in KINDS:
        return None
    row: Translatable | None = documents(kind, person).filter(pk=pk).first()
    return row


def waiting(person: Person) -> list[Waiting]:
    """What waits, the gravest first, of alike ones the newest."""
    if not person.may(Ability.TRANSLATE):
        return []
    into = working_languages()
    rows = [row for kind in KINDS for row in _of_kind(kind, person, into)]
    known = _translated([row.document_id for row in rows], into[0])
    made = [_waiting(row, into[0], known) for row in rows if row.texts]
    open_ = [one for one in made if one.done < one.texts]
    return sorted(open_, key=lambda one: (one.is_exercise, -one.gravity, -one.came_at.timestamp(), str(one.pk)))


def count(person: Person) -> int:
    """How many documents wait: kept a short while, since every page of a translator asks."""
    if not person.may(Ability.TRANSLATE):
        return 0
    with _lock:
        home = str(settings.HOME)
        at, number = _known.get(home, (0.0, 0))
        if home not in _known or time.monotonic() - at > KEPT:
            number = len(waiting(person))
            _known[home] = (time.monotonic(), number)
        return number


def forget() -> None:
    """Count anew at the next page."""
    _known.clear()


def our_documents(person: Person, most: int = 50) -> list[Notification]:
    """What this state told last of each of its events: to be shared in partners' languages if somebody wishes."""
    told = NotifiedEvent.objects.ours().exclude(shown=None).order_by("-changed_at")[:most].values_list("shown")
    rows = documents("notification", person).filter(pk__in=[pk for (pk,) in told])
    return sorted(rows, key=lambda row: row.recorded_at, reverse=True)


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    pk: UUID
    document_id: UUID
    origin: str
    language: str
    came_at: datetime
    is_exercise: bool
    version: int
    texts: Mapping[str, str]
    gravity: int


def _of_kind(kind: str, person: Person, into: Iterable[str]) -> Iterator[_Row]:
    rows = documents(kind, person).filter(is_ours=False).exclude(_written_in(into)).order_by("-came_at", "-pk")
    if kind == "notification":
        heads = NotifiedEvent.objects.theirs().exclude(shown=None)
        grave = dict(heads.order_by("-changed_at")[:MOST].values_list("shown", "risk"))
        rows = rows.filter(pk__in=list(grave))
    fields = ("pk", "document_id", "origin", "language", "came_at", "is_exercise")
    more = {"notification": ("version", "body__texts"), "question": ("what_is_heard", "questions", "answered_at")}
    for row in rows.values(*fields, *more.get(kind, ("text", *(("version",) if kind == "verdict" else ()))))[:MOST]:
        texts, gravity = _texts(row), ASKED if kind == "question" and row["answered_at"] is None else 0
        if kind == "notification":
            gravity = RISKS.get(grave[row["pk"]], 0)
        head = {name: row[name] for name in fields}
        yield _Row(kind=kind, **head, version=row.get("version", 1), texts=texts, gravity=gravity)


def _written_in(languages: Iterable[str]) -> Q:
    either = Q(pk=None)
    for language in languages:
        either |= Q(language=language) | Q(language__startswith=f"{language}-")
    return either


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    """Those with words, by field, as texts.source_of names them."""
    if "questions" in row:
        asked = {f"questions/{at}": one["text"] for at, one in enumerate(row["questions"])}
        texts = {"what_is_heard": row["what_is_heard"], **asked}
    else:
        texts = row["body__texts"] or {} if "body__texts" in row else {"text": row["text"]}
    return {name: text for name, text in texts.items() if text.strip()}


Known = Mapping[tuple[UUID, str, int, str], set[str]]


def _translated(pks: Iterable[UUID], language: str) -> Known:
    """How each text has been translated: by (document, origin, version, field)."""
    made: dict[tuple[UUID, str, int, str], set[str]] = defaultdict(set)
    rows = Translation.objects.filter(of_id__in=list(pks), language=language).standing().exclude(text="")
    for of_id, origin, version, field, standing in rows.values_list(
        "of_id", "of_origin", "of_version", "field", "standing"
    ):
        made[of_id, origin, version, field].add(standing)
    return made


def _waiting(row: _Row, into: str, known: Known) -> Waiting:
    standings = [known.get((row.document_id, row.origin, row.version, field), set()) for field in row.texts]
    done = sum(Translation.Standing.HUMAN_CHECKED in one for one in standings)
    return Waiting(
        kind=row.kind, pk=row.pk, origin=row.origin, language=row.language, into=into, came_at=row.came_at,
        gravity=row.gravity, is_exercise=row.is_exercise, texts=len(row.texts),
        characters=sum(map(len, row.texts.values())), done=done,
        by_machine=sum(bool(one) for one in standings) - done,
    )  # fmt: skip
