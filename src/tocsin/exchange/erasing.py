"""Erasure: a document's owner has its key and text destroyed wherever they are; digest, number and the fact remain.

What other states have built on is not erased, by nobody: docs/decisions/0013.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from tocsin.exchange.documents import Document
from tocsin.exchange.errors import Refused
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.exchange.saying import say
from tocsin.exchange.sealing import post
from tocsin.exchange.store import Entry, Reason, State, every_entry
from tocsin.exchange.streams import Stream, addressees_of
from tocsin.exchange.types.passing import binds

__all__ = ["REASONS", "erase", "erase_as_asked_since", "erase_named", "forget", "is_binding", "undo_erasures"]

REASONS = ("identifies-a-person", "wrong-addressee", "sent-in-error", "legal-order", "retention-ended", "other")
MOST = 1_000  # documents of one erasure
CLASSIFICATIONS = {"public": "PUBLIC", "family": "FAMILY", "members": "MEMBERS"}


def erase(here: LocalNode, entries: Sequence[Entry], *, reason: str) -> Document:
    """Destroy documents of our own here, and ask everybody who has them to. All are of one audience.

    Raises ValueError for documents of others, of several audiences, that are erased already, or that bind.
    """
    if reason not in REASONS:
        raise ValueError(f"{reason!r} is no reason for an erasure; it is one of {', '.join(REASONS)}")
    entries = _with_twins(here, entries, State.OWN)
    if len(entries) > MOST:
        raise ValueError(f"{len(entries)} documents in one erasure; there are at most {MOST}")
    trust, at = here.trust(), here.now()
    audiences = {entry.stream.audience for entry in entries}
    if len(audiences) != 1:
        raise ValueError(
            f"documents of one audience are erased together; these are of {', '.join(sorted(audiences)) or 'none'}"
        )
    if other := [entry for entry in entries if entry.stream.origin != here.node or entry.state is not State.OWN]:
        raise ValueError(
            f"document {other[0].number} of {other[0].stream} is {other[0].state}; only "
            "one's own can be erased, and once"
        )
    if any(is_binding(entry) for entry in entries):
        raise ValueError("an act that other states have built on is not erased")
    audience = audiences.pop()
    document = Document(
        id=new_id(at),
        alliance=trust.alliance,
        origin=here.node,
        recorded_at=at,
        classification=CLASSIFICATIONS.get(audience, "SELECTIVE"),
        addressees=addressees_of(audience),
        type="erasure",
        exercise=trust.exercise,
        body={
            "documents": [
                {"epoch": entry.stream.epoch, "stream": audience, "number": entry.number, "digest": entry.digest}
                for entry in entries
            ],
            "reason": reason,
        },
    )
    with here.store.atomic():
        _destroy(here, entries)
        post(here, document)
    return document


def erase_named(here: LocalNode, document: Document, entry: Entry) -> None:
    """Do what an erasure asks: only for documents of its own origin and audience, under the digest it gives.

    What binds stays, whoever asks.
    """
    found = []
    for stream, number, digest in _named(document, entry):
        known = here.store.entry(stream, number)
        if known is not None and known.digest == digest and known.state is not State.ERASED:
            found.append(known)
    found = [one for one in _with_twins(here, found, State.REPEATED) if not is_binding(one)]
    if found:
        _destroy(here, found)


def is_binding(entry: Entry) -> bool:
    """Whether other states have built on what a document did, so that it stays; False for what cannot be read here."""
    if entry.type is None or entry.document is None:
        return False
    with suppress(Refused):
        return binds(Document.read(entry.document))
    return False


def forget(here: LocalNode, entries: Sequence[Entry]) -> None:
    """Destroy documents here alone, as their own time has run out: nobody is told, and none of it is taken again.

    entries  of one origin and audience, in use
    """
    with here.store.atomic():
        state = State.OWN if entries[0].stream.origin == here.node else State.REPEATED
        _destroy(here, _with_twins(here, entries, state))


def _destroy(here: LocalNode, entries: Sequence[Entry]) -> None:
    """These documents of one origin and audience, and what was set aside of them when a key ended."""
    for entry in entries:
        here.store.drop_item(entry.stream, entry.number)
    stream = entries[0].stream
    here.store.drop_set_aside(stream.origin, stream.audience, [one.document_id for one in entries if one.document_id])
    here.reader.erased(entries)


def erase_as_asked_since(here: LocalNode, stream: Stream) -> None:
    """Do again what erasures of later epochs ask, once documents of an earlier one have come after them."""
    for later in sorted(here.store.heads()):
        if (later.origin, later.audience) == (stream.origin, stream.audience) and later.epoch > stream.epoch:
            for entry in every_entry(here.store, later, State.ACCEPTED):
                if entry.type == "erasure" and entry.document is not None:
                    erase_named(here, Document.read(entry.document), entry)


def _with_twins(here: LocalNode, entries: Sequence[Entry], state: State) -> list[Entry]:
    """These, and where the same documents stand a second time: a node that lost its memory may have sealed them again.

    state   of those that are looked through for it, beside the one that is known by its identifier
    """
    found = {(entry.manifest, entry.number): entry for entry in entries}
    ids = {entry.document_id for entry in entries if entry.document_id is not None}
    for origin, audience in {(entry.stream.origin, entry.stream.audience) for entry in entries}:
        twins = list(here.store.known(origin, sorted(ids)).values())
        for stream in sorted(here.store.heads()):
            if (stream.origin, stream.audience) == (origin, audience):
                twins += every_entry(here.store, stream, state)
        for twin in twins:
            if twin.document_id in ids and twin.stream.audience == audience and twin.state is not State.ERASED:
                found.setdefault((twin.manifest, twin.number), twin)
    return list(found.values())


def undo_erasures(here: LocalNode, withdrawn: Sequence[Entry]) -> None:
    """Ask again for what these erasures destroyed: a key that had ended signed them, so their owner did not.

    What another erasure names as well stays erased.
    """
    for origin, audience in {(entry.stream.origin, entry.stream.audience) for entry in withdrawn}:
        streams = [one for one in here.store.heads() if (one.origin, one.audience) == (origin, audience)]
        standing = {
            place
            for stream in streams
            for entry in every_entry(here.store, stream, State.ACCEPTED)
            if entry.type == "erasure" and entry.document is not None
            for place in _named(Document.read(entry.document), entry)
        }
        for entry in withdrawn:
            if (entry.stream.origin, entry.stream.audience) != (origin, audience) or entry.document is None:
                continue
            for stream, number, digest in set(_named(Document.read(entry.document), entry)) - standing:
                known = here.store.entry(stream, number)
                if known is not None and known.digest == digest and known.state is State.ERASED:
                    reason = Reason.of("locked", say("erasure-withdrawn"))
                    here.store.put_entries([replace(known, state=State.LOCKED, reasons=(reason,))])


def _named(document: Document, entry: Entry) -> list[tuple[Stream, int, str]]:
    """The places that an erasure names, and the digests of what was there."""
    return [
        (Stream(document.origin, one["epoch"], entry.stream.audience), one["number"], one["digest"])
        for one in document.body["documents"]
    ]
