"""Taking a batch in: every check, in the order of docs/exchange.md, section 7, in one transaction.

What is wrong with the batch refuses it, and nothing of it is kept but a note. What is wrong with one document, or one
row of it, concerns that one alone: the batch is taken, and the stream goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

from tocsin.exchange import limits, suite
from tocsin.exchange.bundles import Batch
from tocsin.exchange.erasing import erase_as_asked_since
from tocsin.exchange.errors import Malformed, NotTrusted, OutOfPlace, Refused
from tocsin.exchange.examining import Opened, examine, open_item, read_all
from tocsin.exchange.forks import Fork, UnknownOwn, note_fork, note_unknown_own
from tocsin.exchange.local import LocalNode
from tocsin.exchange.manifests import Manifest, counted_signers
from tocsin.exchange.moments import moment
from tocsin.exchange.parcels import keys_of, parcel_size
from tocsin.exchange.receipts import answer_with_receipt
from tocsin.exchange.store import Entry, Head, Refusal, State
from tocsin.exchange.trust.list import Entry as Listed
from tocsin.exchange.trust.list import TrustList

__all__ = ["Taken", "check_signatures", "take", "take_or_note"]


@dataclass(frozen=True)
class Taken:
    """What became of a batch: whether it was new, and its documents' entries if they are for this node."""

    manifest: Manifest
    new: bool
    entries: tuple[Entry, ...] = ()


def take_or_note(here: LocalNode, batch: Batch, *, via: str) -> Taken | Refused:
    """`take`, with a refusal noted under the name of the node, or file, that offered it, and returned."""
    try:
        return take(here, batch, via=via)
    except Refused as refusal:
        note_refusal(here, refusal, source=via, what=str(batch.manifest))
        return refusal


def note_refusal(here: LocalNode, refusal: Refused, *, source: str, what: str) -> None:
    """Put a refusal on record."""
    here.store.put_refusal(Refusal(here.now(), source, what, refusal.code, str(refusal)))


def take(here: LocalNode, batch: Batch, *, via: str) -> Taken:
    """Take a batch in, or refuse it. One that is known already changes nothing, but fills what was missing of it.

    via   the node or file it came from
    """
    trust = here.trust()
    here.window("take: before the transaction")
    try:
        with here.store.atomic():
            taken = _take(here, trust, batch)
            here.window("take: before the transaction is committed")
    except Fork as fork:  # outside the transaction that it undid
        note_fork(here, fork)
        raise
    except UnknownOwn as refusal:
        note_unknown_own(here, via)
        raise refusal
    here.window("take: after the transaction is committed")
    return taken


def _take(here: LocalNode, trust: TrustList, batch: Batch) -> Taken:
    manifest = batch.manifest
    origin = _check_origin(here, trust, manifest)
    signers = check_signatures(here, origin, batch)
    if manifest.sealed_at > here.now() + timedelta(seconds=limits.SKEW_SECONDS):
        raise OutOfPlace(
            "sealed-in-future",
            f"{manifest} says it was sealed at {moment(manifest.sealed_at)}; here it is {moment(here.now())}",
            "one of the two clocks is wrong; it is taken when this node's clock gets there",
        )
    _check_items(batch)
    batch = replace(batch, parcels=_sound_parcels(trust, batch))
    if (known := here.store.batch_of(manifest.digest)) is not None:
        return _fill(here, trust, known, batch)
    _check_follows(here.store.head(manifest.stream), here, batch)
    here.store.append(batch, signers=signers)
    if not trust.in_audience(here.node, manifest.stream):
        return Taken(manifest, new=True)
    return Taken(manifest, new=True, entries=_take_documents(here, trust, batch))


def _check_origin(here: LocalNode, trust: TrustList, manifest: Manifest) -> Listed:
    if manifest.alliance != trust.alliance:
        raise NotTrusted(
            "other-alliance", f"{manifest} is of the alliance {manifest.alliance!r}; this node is of {trust.alliance!r}"
        )
    origin = trust.entry(manifest.stream.origin)
    if manifest.stream.origin in here.store.stopped():
        raise NotTrusted(
            "equivocation",
            f"{manifest.stream.origin} has signed two histories",
            "people of both states look at the evidence first; then it goes on",
        )
    if not trust.may_carry(here.node, manifest.stream):
        raise NotTrusted(
            "not-for-us", f"{manifest.stream} is not written for this node, and it carries nothing for others"
        )
    return origin


def check_signatures(here: LocalNode, origin: Listed, batch: Batch) -> frozenset[str]:
    """The keys whose signatures count, if they are enough. Raises NotTrusted."""
    signed = counted_signers(batch.manifest.data, batch.signatures, origin.seal_keys())
    ended = origin.ends()
    if signed and here.store.vouched([batch.manifest.digest]):  # the chain counts for more than how many signed it then
        return frozenset(signed)
    counted = signed - ended.keys()
    if len(counted) >= origin.signatures:
        return frozenset(counted)
    if len(signed) >= origin.signatures:
        raise NotTrusted(
            "key-ended",
            f"{batch.manifest} is signed by a key that has ended, and does not lead to the last one it may have signed",
        )
    raise NotTrusted(
        "signature-missing",
        f"{batch.manifest} has {len(signed)} valid signatures by keys of {origin.node}; "
        f"the trust list asks for {origin.signatures}",
    )


def _check_items(batch: Batch) -> None:
    for place, (item, expected) in enumerate(zip(batch.items, batch.manifest.items, strict=True)):
        if item is not None and suite.digest(item) != expected:
            raise Malformed(
                "item-altered",
                f"document {batch.manifest.first + place} of {batch.manifest} is not the one that was signed for",
            )


def _sound_parcels(trust: TrustList, batch: Batch) -> dict[str, Any]:
    """The parcels that may be what they say: anybody can put any beside a batch, and they are kept and handed on."""
    readers = {entry.node for entry in trust.audience(batch.manifest.stream)}
    most = limits.PARCEL_BYTES + limits.PARCEL_KEY_BYTES * len(batch.items)
    return {
        node: parcel
        for node, parcel in batch.parcels.items()
        if node in readers and (size := parcel_size(parcel)) is not None and size <= most
    }


def _check_follows(head: Head | None, here: LocalNode, batch: Batch) -> None:
    manifest = batch.manifest
    last = head.last if head else 0
    if manifest.first > last + 1:
        raise OutOfPlace("gap", f"{manifest} does not follow document {last}", "what is between comes first")
    if head is not None and (manifest.first <= last or manifest.previous != head.manifest):
        other = here.store.batch_at(manifest.stream, min(manifest.first, last))
        assert other is not None
        raise Fork(other, batch)
    own = here.store.own()
    if manifest.stream.origin == here.node and not own.recovering and manifest.stream.epoch >= own.epoch:
        raise UnknownOwn(manifest)


def _take_documents(here: LocalNode, trust: TrustList, batch: Batch) -> tuple[Entry, ...]:
    manifest = batch.manifest
    keys = _keys(here, batch.parcels, manifest.digest)
    opened = [
        open_item(trust, manifest, place, item, keys.get(manifest.first + place))
        for place, item in enumerate(batch.items)
    ]
    entries = _record(here, opened)
    if manifest.stream.origin != here.node:
        answer_with_receipt(here, trust, manifest, entries)
    erase_as_asked_since(here, manifest.stream)
    return entries


def _record(here: LocalNode, opened: list[Opened]) -> tuple[Entry, ...]:
    examined = examine(here, opened)
    return read_all(here, examined)


def _keys(here: LocalNode, parcels: Mapping[str, object], manifest: str) -> dict[int, bytes]:
    if here.node not in parcels:
        return {}
    try:
        return keys_of(parcels[here.node], here.keys.encrypt, manifest=manifest)
    except Malformed:
        return {}  # as if it had not come: the documents are LOCKED, and another is asked for


def _fill(here: LocalNode, trust: TrustList, known: Batch, batch: Batch) -> Taken:
    """Add to a known batch what it lacked: items that were withheld, keys that did not fit or did not come.

    Of what was erased nothing comes back, whatever an older copy holds; nor do parcels, since each holds all keys.
    """
    manifest, first = known.manifest, known.manifest.first
    erased = {entry.number for entry in _in_state(here, manifest, State.ERASED)}
    items = {
        number: item
        for number, item, had in zip(count(first), batch.items, known.items, strict=False)
        if item is not None and had is None and number not in erased
    }
    keys = _keys(here, batch.parcels, manifest.digest)
    fitting = {entry.number: keys.get(entry.number) for entry in _in_state(here, manifest, State.LOCKED)}
    if not items and not any(fitting.values()):
        return Taken(manifest, new=False)
    wanted = {
        node: parcel
        for node, parcel in batch.parcels.items()
        if not erased and (node not in known.parcels or (node == here.node and any(fitting.values())))
    }
    here.store.complete(manifest.digest, items, wanted)
    opened = []
    for number, key in fitting.items():
        item = items.get(number, known.items[number - first])
        one = open_item(trust, manifest, number - first, item, key)
        if one.entry.state is not State.LOCKED:
            opened.append(one)
    entries = _record(here, opened)
    if entries and manifest.stream.origin != here.node:
        answer_with_receipt(here, trust, manifest, entries)
    return Taken(manifest, new=False, entries=entries)


def _in_state(here: LocalNode, manifest: Manifest, state: State) -> list[Entry]:
    """The documents of a batch that are in this state."""
    found = here.store.entries(stream=manifest.stream, state=state, after=manifest.first - 1, most=len(manifest.items))
    return [entry for entry in found if entry.number <= manifest.last]
