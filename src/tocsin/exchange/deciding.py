"""What people decide about a document that was kept apart, or of which rows were: it is taken as it is, or it is not.

That two people agree to it is for the caller to see to. The origin learns of it from a receipt like the first.
"""

from dataclasses import replace

from tocsin.exchange.documents import Document
from tocsin.exchange.errors import ExchangeError
from tocsin.exchange.examining import Opened, read_all, waits_for_a_person
from tocsin.exchange.local import LocalNode
from tocsin.exchange.receipts import answer_anew
from tocsin.exchange.store import Entry, Reason, State

__all__ = ["JUDGED", "CannotRelease", "may_be_released", "reject", "release"]

# What a person may know better than a rule. Whatever else is wrong, nobody could act upon the document all the same,
# or it would say something else to its reader than to whoever decided: its origin sends it again, mended.
JUDGED = frozenset(
    {
        "impossible-count",
        "future-period",
        "period-invalid",
        "unit-switched",
        "small-cell",
        "unknown-disease",
        "unknown-place",
    }
)


class CannotRelease(ExchangeError):
    """A document that is not taken as it is, whoever wishes it."""


def may_be_released(entry: Entry) -> bool:
    """Whether people may have it taken: all that is wrong with it, or some of its rows, is a matter of judgement."""
    if not waits_for_a_person(entry) or entry.document is None:
        return False
    whole = [reason for reason in entry.reasons if reason.row is None]
    if entry.state is State.QUARANTINED:
        return bool(whole) and all(reason.code in JUDGED for reason in whole)
    return any(reason.code in JUDGED for reason in entry.reasons)


def release(here: LocalNode, entry: Entry) -> Entry:
    """Have it acted upon like any other, with the rows that were kept apart for what people may judge. As it then is.

    What is wrong with single rows beyond that keeps those apart. Raises CannotRelease.
    """
    if not may_be_released(entry) or entry.document is None:
        raise CannotRelease(f"document {entry.number} of {entry.stream} cannot be taken as it is")
    document = Document.read(entry.document)
    left = tuple(reason for reason in entry.reasons if reason.row is not None and reason.code not in JUDGED)
    with here.store.atomic():
        known = here.store.known(entry.stream.origin, [document.id]).get(document.id)
        if known is not None and (known.manifest, known.number) != (entry.manifest, entry.number):
            raise CannotRelease(f"{document.id} is the identifier of another document, that came since")
        (after,) = read_all(here, [Opened(replace(entry, state=State.ACCEPTED, reasons=left), document)])
        answer_anew(here, entry)
    return after


def reject(here: LocalNode, entry: Entry, *, why: str) -> Entry:
    """It is not taken, for good. Of a document of which rows were kept apart, these rows: the others stay taken."""
    if not waits_for_a_person(entry):
        raise CannotRelease(f"document {entry.number} of {entry.stream} does not wait for anybody")
    if entry.state is State.ACCEPTED:
        return entry
    after = replace(entry, state=State.REJECTED, reasons=(*entry.reasons, Reason("rejected", why)))
    with here.store.atomic():
        here.store.put_entries([after])
        answer_anew(here, entry)
    return after
