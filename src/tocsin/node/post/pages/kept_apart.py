"""What the pages of documents that were kept apart show: which wait, what is wrong with each, and what it says.

What others wrote is shown as plain text: markup is text, and characters that nobody sees are written out.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from tocsin.exchange.documents import Document
from tocsin.exchange.errors import ExchangeError
from tocsin.exchange.store import Entry, Reason, State
from tocsin.node.alliance.models import Person
from tocsin.node.post import models
from tocsin.node.post.models import Proposal
from tocsin.node.post.pages.codes import code_named
from tocsin.node.post.pages.messages import names
from tocsin.node.post.pages.particulars import MEMBERS, particular
from tocsin.node.post.pages.wording import audience_named, type_named
from tocsin.node.post.store.entries import read_entries

__all__ = [
    "Content", "Listed", "Why", "content", "is_hidden", "listed", "never_shown", "plain",
    "undecided", "waiting", "why",
]  # fmt: skip

SHOWN_ROWS = 200
SHORT = 80  # characters
SHOWN_BYTES = 20_000
Rows = QuerySet[models.Entry]

_never_shown: set[str] = set()


@dataclass(frozen=True)
class Why:
    """A reason in words. `row` counts from 1, as people count; None for the whole document.

    in_particular  what the check says, in the reader's language; of what people turned down, their own reason
    as_checked     the check's own words, where there are no others
    """

    words: str
    in_particular: str
    as_checked: str
    row: int | None


@dataclass(frozen=True)
class Listed:
    """A document in a list."""

    pk: int
    entry: Entry
    sender: str
    to: str
    kind: str
    state: str
    written_at: datetime | None
    reasons: list[str]
    rows: int
    proposal: Proposal | None


@dataclass(frozen=True)
class Content:
    """What a document says: short members, longer texts, and its table: number, cells, whether it is not sound."""

    facts: list[tuple[str, str]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str], bool]] = field(default_factory=list)
    left_out: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.facts or self.texts or self.rows)


def undecided(rows: Rows) -> Rows:
    """Of these documents, those about which nobody has decided yet."""
    subject = Concat(F("batch__digest"), Value(" "), Cast("number", CharField()))
    decided = Proposal.objects.done().filter(subject=OuterRef("subject"))
    return rows.alias(subject=subject).filter(~Exists(decided))


def waiting(person: Person) -> Rows:
    """Documents that wait for people to decide upon them."""
    return undecided(models.Entry.objects.visible_to(person).kept_apart())


def listed(of: Iterable[models.Entry]) -> list[Listed]:
    """Documents of these rows with words; the same few queries however many there are."""
    keys = [row.pk for row in of]
    known = names()
    rows = models.Entry.objects.filter(pk__in=keys).order_by("pk")
    found = dict(zip(rows.values_list("pk", flat=True), read_entries(rows), strict=True))
    subjects = {f"{entry.manifest} {entry.number}": key for key, entry in found.items()}
    proposals = {
        subjects[one.subject]: one for one in Proposal.objects.open().filter(subject__in=subjects).select_related("by")
    }
    return [_listed(key, found[key], known, proposals.get(key)) for key in keys if key in found]


def _listed(key: int, entry: Entry, known: dict[str, str], proposal: Proposal | None) -> Listed:
    document = _document(entry)
    state = "rows_apart" if entry.state is State.ACCEPTED else entry.state.value
    return Listed(
        key,
        entry,
        known.get(entry.stream.origin, entry.stream.origin),
        audience_named(entry.stream.audience, known),
        type_named(entry.type),
        state,
        document.recorded_at if document else None,
        list(dict.fromkeys(code_named(reason.code) for reason in entry.reasons)),
        len({reason.row for reason in entry.reasons if reason.row is not None}),
        proposal,
    )


def _document(entry: Entry) -> Document | None:
    try:
        return Document.read(entry.document) if entry.document is not None else None
    except ExchangeError:
        return None


def why(reasons: Iterable[Reason]) -> list[Why]:
    """Reasons in words, those of the whole document first."""
    ordered = sorted(reasons, key=lambda one: (one.row is not None, one.row or 0))
    return [_why(one) for one in ordered]


def _why(reason: Reason) -> Why:
    said = reason.detail if reason.code == "rejected" else particular(reason.said)
    as_checked = "" if said else plain(reason.detail)
    return Why(code_named(reason.code), plain(said), as_checked, None if reason.row is None else reason.row + 1)


def never_shown(document_type: str) -> None:
    """Have nobody who decides upon what is kept apart read documents of this type: they name a person."""
    _never_shown.add(document_type)


def content(entry: Entry) -> Content:
    """What a document says, for a person to judge; what was never opened says nothing, nor what names a person."""
    if entry.document is None or is_hidden(entry):
        return Content()
    try:
        body = json.loads(entry.document)["body"]
    except (ValueError, KeyError, TypeError):
        body = None
    if not isinstance(body, dict):
        return Content(texts=[("", plain(entry.document[:SHOWN_BYTES].decode("utf-8", "replace")))])
    columns, rows = body.get("columns"), body.get("rows")
    is_table = isinstance(rows, list) and all(isinstance(row, list) for row in rows)
    said = [
        (_named(name), _value(value)) for name, value in body.items() if not (is_table and name in ("columns", "rows"))
    ]
    facts = [(name, text) for name, text in said if len(text) <= SHORT and "\n" not in text]
    texts = [one for one in said if one not in facts]
    if not is_table:
        return Content(facts, texts)
    head = [_named(str(one)) for one in columns] if isinstance(columns, list) else []
    bad = {reason.row for reason in entry.reasons if reason.row is not None}
    chosen = [at for at in sorted(bad) if at < len(rows)]
    chosen += [at for at in range(len(rows)) if at not in bad]
    shown = chosen[:SHOWN_ROWS]
    cells = [(at + 1, _cells(rows[at], len(head)), at in bad) for at in shown]
    return Content(facts, texts, head, cells, len(rows) - len(shown))


def is_hidden(entry: Entry) -> bool:
    """Whether what it says is for other eyes."""
    return entry.type in _never_shown


def _cells(row: list[Any], width: int) -> list[str]:
    return [_value(value) for value in row] + [""] * (width - len(row))


def _named(member: str) -> str:
    """What a member of a known type is called; any other, by its own name."""
    return str(MEMBERS.get(member) or plain(member))


def _value(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping | list):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return plain(", ".join(value))[:SHOWN_BYTES]
        return plain(json.dumps(value, ensure_ascii=False))[:SHOWN_BYTES]
    return str(value)


def plain(text: str) -> str:
    """A text of which nothing is hidden: what changes how it reads, and is not seen, is written as its number."""
    return "".join(
        one if one == "\n" or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co") else f"⟨U+{ord(one):04X}⟩"
        for one in text
    )
