"""Whatever the exchange keeps of some documents is destroyed: their time has run out, or nobody may know any more."""

from collections.abc import Collection, Sequence

from tocsin.exchange.documents import Document
from tocsin.exchange.erasing import erase, forget
from tocsin.exchange.errors import ExchangeError
from tocsin.exchange.local import LocalNode
from tocsin.exchange.store import Entry, State
from tocsin.node.post import models
from tocsin.node.post.store.entries import read_entries

__all__ = ["destroy_documents"]


def destroy_documents(
    here: LocalNode, origin: str, audience: str, ids: Collection[str], *, reason: str = "retention-ended"
) -> None:
    """Whatever is kept of these: text and key, where they stand, stand again, were set aside, or wait to be sealed.

    Of our own everybody who has them is asked to do the same; of others' nobody is told.
    audience  of the stream that they travel in
    """
    if origin == here.node:
        _take_back(here, audience, ids)
    rows = models.Entry.objects.filter(origin=origin, document_id__in=list(ids), in_use=True)
    entries = [
        entry for entry in read_entries(rows) if entry.stream.audience == audience and entry.state is not State.ERASED
    ]
    own = [entry for entry in entries if entry.state is State.OWN]
    if own and origin == here.node:
        _ask_to_erase(here, own, reason)
        entries = [entry for entry in entries if entry.state is not State.OWN]
    if entries:
        forget(here, entries)
    here.store.drop_set_aside(origin, audience, list(ids))
    # What was wrong with one that was kept apart may repeat a day of birth.
    rows.filter(state=State.ERASED.value).update(reasons=b"", has_reasons=False)


def _ask_to_erase(here: LocalNode, entries: Sequence[Entry], reason: str) -> None:
    try:
        erase(here, entries, reason=reason)
    except (ValueError, ExchangeError):  # the addressee is in no list any more: nobody can be told
        forget(here, entries)


def _take_back(here: LocalNode, audience: str, ids: Collection[str]) -> None:
    """What waits to be sealed never leaves."""
    waiting = models.Outgoing.objects.filter(audience=audience)
    here.store.take_out(row.pk for row in waiting if _id_of(bytes(row.document)) in ids)


def _id_of(data: bytes) -> str:
    return Document.read(data).id
