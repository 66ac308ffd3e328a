"""Receipts: a node says, signed, how far it has a stream, and which documents or rows of it it did not take."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.doubting import doubt
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.moments import moment, read_moment
from tocsin.exchange.sealing import post
from tocsin.exchange.store import Entry, Reason, Receipt, State, every_entry
from tocsin.exchange.streams import Stream, addressees_of
from tocsin.exchange.trust.list import TrustList

__all__ = ["answer_anew", "answer_with_receipt", "forget_receipts", "note_receipt"]

MOST_NAMED = 1_000  # reasons given in one receipt; `unlisted` says how many there are beyond


def answer_with_receipt(here: LocalNode, trust: TrustList, manifest: Manifest, entries: Sequence[Entry]) -> None:
    """Queue the receipt of a batch. Receipts alone are not answered, or no two nodes would ever be quiet."""
    if all(entry.type == "receipt" for entry in entries):
        return
    at = here.now()
    apart = [
        {"number": entry.number, "row": reason.row, "code": reason.code}
        for entry in entries
        if entry.state in (State.ACCEPTED, State.QUARANTINED, State.REJECTED)
        for reason in entry.reasons
    ]
    body: dict[str, Any] = {
        "origin": manifest.stream.origin,
        "epoch": manifest.stream.epoch,
        "stream": manifest.stream.audience,
        "through": manifest.last,
        "manifest": manifest.digest,
        "received_at": moment(at),
        "accepted": sum(entry.state in (State.ACCEPTED, State.REPEATED) for entry in entries),
        "quarantined": apart[:MOST_NAMED],
        "held": [entry.number for entry in entries if entry.state is State.HELD],
        "locked": [entry.number for entry in entries if entry.state is State.LOCKED],
        "unlisted": max(0, len(apart) - MOST_NAMED),
    }
    post(
        here,
        Document(
            id=new_id(at),
            alliance=trust.alliance,
            origin=here.node,
            recorded_at=at,
            classification="SELECTIVE",
            addressees=(manifest.stream.origin,),
            type="receipt",
            body=body,
            exercise=trust.exercise,
        ),
    )


def answer_anew(here: LocalNode, entry: Entry) -> None:
    """Queue another receipt of the whole batch that a document is of, as its documents stand now."""
    batch = here.store.batch_at(entry.stream, entry.number)
    if batch is not None:
        first, count = batch.manifest.first, len(batch.items)
        entries = here.store.entries(stream=entry.stream, after=first - 1, most=count)
        answer_with_receipt(here, here.trust(), batch.manifest, entries)


def note_receipt(here: LocalNode, document: Document) -> None:
    """Keep what a receipt says of one of our streams. One that is further than we are is a warning to ourselves."""
    body = document.body
    stream = Stream(body["origin"], body["epoch"], body["stream"])
    if stream.origin != here.node:
        return
    at = read_moment(body["received_at"], code="schema", what="received_at")
    reasons = tuple((one["number"], Reason(one["code"], "", one["row"])) for one in body["quarantined"])
    reasons += tuple((number, Reason("type-unknown", "")) for number in body["held"])
    reasons += tuple((number, Reason("locked", "")) for number in body["locked"])
    receipt = Receipt(document.origin, stream, body["through"], body["manifest"], at, reasons)
    batch = here.store.batch_of(receipt.manifest)
    if batch is None or batch.manifest.stream != stream:
        if stream.epoch >= here.store.own().epoch and not _was_robbed(here):
            doubt(here, document.origin)
        return
    if receipt.through != batch.manifest.last:
        return  # it contradicts itself
    earlier = [one for one in here.store.receipts(stream) if one.by == receipt.by]
    if earlier:
        inside = range(batch.manifest.first, batch.manifest.last + 1)
        kept = tuple(one for one in earlier[0].reasons if one[0] not in inside)
        if earlier[0].through > receipt.through:
            receipt = replace(earlier[0], reasons=())
        receipt = replace(receipt, reasons=kept + reasons)
    here.store.put_receipt(receipt)


def _was_robbed(here: LocalNode) -> bool:
    """Whether a key of ours was ever stolen: receipts for what the thief signed may come long after it was withdrawn.

    Whoever really has more of us than we know says so whenever we meet (`restoring.note_holds`).
    """
    ours = here.trust().nodes.get(here.node)
    return ours is not None and any(end.reason == "stolen" for end in ours.ends().values())


def forget_receipts(here: LocalNode, withdrawn: Sequence[Entry]) -> None:
    """Go back to what their nodes said before, where a key that had ended signed these receipts."""
    for by in {entry.stream.origin for entry in withdrawn}:
        here.store.drop_receipts(by)
        for stream in sorted(here.store.heads()):
            if stream.origin == by and here.node in addressees_of(stream.audience):
                for entry in every_entry(here.store, stream, State.ACCEPTED):
                    if entry.type == "receipt" and entry.document is not None:
                        note_receipt(here, Document.read(entry.document))
