"""Threads as a list: what is new first, then the last written, a page after another by keys and not by numbers.

A hospital with a hundred thousand threads has as quick a page as one with ten: each box is read by its index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.correspondence.boxes import Box, boxes_of
from tocsin.node.correspondence.models import Letter, Participant
from tocsin.node.correspondence.naming import named_speakers
from tocsin.node.hospitals.models import Hospital
from tocsin.node.language.formats import enumerated
from tocsin.node.search.finding import found

__all__ = ["A_PAGE", "FoundRow", "InboxRow", "inbox", "search_letters", "with_states"]

A_PAGE = 50
SHOWN_NAMES = 4
EXCERPT = 140
Place = tuple[int, datetime, UUID]


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One thread in one box. who: the others of it; box: whose box it is, where the person has several."""

    row: Participant
    last: Letter | None
    who: str
    box: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One letter that a search has found."""

    letter: Letter
    writer: str
    excerpt: str


def inbox(
    person: Person, asked: Mapping[str, Any], *, after: str = "", limit: int = A_PAGE
) -> tuple[list[InboxRow], str]:  # fmt: skip
    """A page of threads, and where the next one begins: empty after the last. As many queries for one as for fifty.

    asked  box: key of one; state: of somebody in the thread; unread: only what is new
    """
    boxes = boxes_of(person)
    chosen = [one for one in boxes if not asked.get("box") or str(one.key) == asked["box"]]
    place = _place(after)
    pieces = [_of_box(one, asked, place, limit + 1) for one in chosen]
    rows = list(islice(merge(*pieces, key=_key, reverse=True), limit + 1))
    following = _cursor(rows[limit - 1]) if len(rows) > limit else ""
    return _shown(rows[:limit], boxes), following


def with_states(person: Person) -> list[str]:
    """Other states with whose hospitals the person can have threads. Threads may be a million, hospitals are not."""
    others = Hospital.objects.visible_to(person).filter(is_ours=False).order_by()
    return sorted(set(others.values_list("origin", flat=True).distinct()))


def search_letters(
    person: Person, query: str, *, before: UUID | None = None, limit: int = A_PAGE
) -> tuple[list[FoundRow], str]:  # fmt: skip
    """Letters that a person reads and that have every word of the query, the newest first; and where the next begin."""
    scopes = [str(one.key) for one in boxes_of(person)]
    ids = found("letter", query, scopes=scopes, among=Letter.objects.readable(), limit=limit + 1, before=before)
    letters = Letter.objects.in_bulk(ids[:limit])
    rows = [letters[id] for id in ids[:limit]]
    names = named_speakers([one.writer for one in rows])
    shown = [FoundRow(one, names.of(one.writer), _excerpt(one)) for one in rows]
    return shown, str(ids[limit - 1]) if len(ids) > limit else ""


def _of_box(box: Box, asked: Mapping[str, Any], place: Place | None, limit: int) -> list[Participant]:
    """What is new and what is not are asked for apart, so that each is read in the order of the index."""
    rows = Participant.objects.filter(box=box.key, origin=here().code)
    if asked.get("state"):
        rows = rows.filter(thread__in=Participant.objects.filter(origin=asked["state"]).values("thread"))
    made: list[Participant] = []
    for first in (1, 0):
        if (not first and asked.get("unread")) or (place is not None and first > place[0]):
            continue
        piece = rows.filter(first=first)
        if place is not None and place[0] == first:
            piece = _behind(piece, place)
        if wanted := limit - len(made):
            made += piece.select_related("last").order_by("-last_at", "-id")[:wanted]
    return made


def _behind(rows: "QuerySet[Participant]", place: Place) -> "QuerySet[Participant]":
    _, at, pk = place
    return rows.filter(last_at__lte=at).filter(Q(last_at__lt=at) | Q(pk__lt=pk))


def _key(row: Participant) -> Place:
    return row.first, row.last_at, row.pk


def _cursor(row: Participant) -> str:
    return f"{row.first}~{row.last_at.isoformat()}~{row.pk.hex}"


def _place(after: str) -> Place | None:
    """None for the first page, and for what was never a cursor."""
    try:
        first, at, pk = after.replace(" ", "+").split("~")
        moment = datetime.fromisoformat(at)
        return (int(first == "1"), moment, UUID(pk)) if moment.tzinfo is not None else None
    except ValueError:
        return None


def _shown(rows: Sequence[Participant], boxes: Sequence[Box]) -> list[InboxRow]:
    everybody: dict[UUID, list[Participant]] = {}
    for one in Participant.objects.filter(thread__in={row.thread_id for row in rows}).order_by("-last_at", "pk"):
        everybody.setdefault(one.thread_id, []).append(one)
    names = named_speakers(one.speaker for many in everybody.values() for one in many)
    called = {one.key: str(one) for one in boxes}
    made = []
    for row in rows:
        others = [names.of(one.speaker) for one in everybody[row.thread_id] if one.pk != row.pk]
        more = [f"+{len(others) - SHOWN_NAMES}"] if len(others) > SHOWN_NAMES else []
        box = called.get(row.box, "") if len(boxes) > 1 else ""
        who = enumerated([*others[:SHOWN_NAMES], *more])
        made.append(InboxRow(row, row.last, who, box, _excerpt(row.last) if row.last else ""))
    return made


def _excerpt(letter: Letter) -> str:
    text = " ".join(letter.text.split())
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1].rstrip() + "…"
