"""Looking into a bundle offline: what is in it, and what is wrong with it and where. Nothing is taken in.

The checks are those of docs/exchange.md, section 7, as far as they can be made without a store and without keys: what
is sealed stays sealed. A bundle is read batch by batch; what is remembered of each stream is its last manifest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO

from tocsin.exchange import limits, suite
from tocsin.exchange.bundles import Batch, Begin, CheckpointRecord, TrustFile, read_bundle
from tocsin.exchange.checkpoints import TYP, SignedCheckpoint
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import NotTrusted, Refused
from tocsin.exchange.items import unpacked
from tocsin.exchange.manifests import Manifest, counted_signers
from tocsin.exchange.streams import PUBLIC, Stream
from tocsin.exchange.trust.files import FILES, of_records
from tocsin.exchange.trust.list import Entry, TrustList
from tocsin.exchange.trust.refreshing import load, refreshed

__all__ = ["CheckpointSeen", "Fault", "Inspection", "Run", "inspect_bundle"]

FAULTS_KEPT = 1_000


@dataclass(frozen=True)
class Fault:
    """Something wrong: where it is in the file, a code of `codes.CODES`, and the sentence for people."""

    where: str
    code: str
    what: str


@dataclass
class Run:
    """What a bundle has of one stream, from document `first` to document `last`."""

    stream: Stream
    first: int
    last: int
    manifest: str
    documents: int = 0
    batches: int = 0
    withheld: int = 0
    parcels: set[str] = field(default_factory=set)
    _unproven: list[tuple[str, str]] = field(default_factory=list)  # batches that only an ended key signed


@dataclass(frozen=True)
class CheckpointSeen:
    """The largest checkpoint of a log in a bundle, and the nodes whose cosignatures under it count."""

    size: int
    root: str
    made_at: datetime
    cosigners: tuple[str, ...]


@dataclass
class Inspection:
    """What was found so far. `notes` are no faults, but a person should know them.

    faults     the first thousand; `faulty` counts all
    trust      the list by which signatures were judged, once there was something to judge
    checkpoints  by origin and epoch
    """

    begin: Begin | None = None
    trust: TrustList | None = None
    list_files: int = 0
    runs: dict[Stream, Run] = field(default_factory=dict)
    checkpoints: dict[tuple[str, int], CheckpointSeen] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    faulty: int = 0
    notes: list[str] = field(default_factory=list)

    def fault(self, where: object, code: str, what: str) -> None:
        """Put something wrong on record."""
        self.faulty += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(Fault(str(where), code, what))

    def note(self, what: str) -> None:
        """Put something to know on record, once."""
        if what not in self.notes:
            self.notes.append(what)


def inspect_bundle(
    file: BinaryIO, held: Mapping[str, bytes], *, now: datetime, found: Inspection | None = None
) -> Inspection:
    """What is in a bundle, and what is wrong with it.

    held   files of the trust list by which it is judged; a root alone is enough for a bundle that brings the list
    found  is filled on the way, for whoever wants to know what there was when the bundle could not be read on

    Raises Malformed, TooLarge, Newer where it cannot be read any further; NotTrusted without a list to judge it by.
    """
    found = found if found is not None else Inspection()
    offered: list[TrustFile] = []
    last = "the beginning"

    def passed_over(refusal: Refused) -> None:
        found.fault(f"a batch behind {last}", refusal.code, str(refusal))

    for part in read_bundle(file, passed_over=passed_over):
        match part:
            case Begin():
                found.begin = part
            case TrustFile():
                if len(offered) > FILES:
                    raise NotTrusted("list-invalid", f"the bundle has more than the {FILES} files of a trust list")
                offered.append(part)
            case Batch():
                last = str(part.manifest)
                _batch(found, _list(found, held, offered, now), part, now)
            case CheckpointRecord():
                _checkpoint(found, _list(found, held, offered, now), part)
    _list(found, held, offered, now)
    for run in found.runs.values():
        _give_up(found, run)
    return found


def _list(found: Inspection, held: Mapping[str, bytes], offered: list[TrustFile], now: datetime) -> TrustList:
    """The list to judge by: the one that the bundle brings, if it can be trusted and is newer, or the one held."""
    if found.trust is not None:
        return found.trust
    found.list_files = len(offered)
    if offered:
        try:
            state = refreshed(held, of_records(offered), now=now)
        except NotTrusted as refusal:
            if refusal.code == "list-invalid":
                found.fault("trust list", refusal.code, str(refusal))
            else:  # it has run out on its way, or a newer one is held: no fault of the bundle
                found.note(f"its trust list is not taken: {refusal.detail}")
        else:
            found.trust = state.list
            for amiss in state.amiss.values():
                found.note(f"trust list: {amiss}")
    if found.trust is None:
        found.trust = load(held).list
    if found.trust.stale(now):
        found.note(f"the trust list it is judged by has expired on {found.trust.expires:%Y-%m-%d}")
    if found.begin is not None and found.begin.alliance != found.trust.alliance:
        found.fault("beginning", "other-alliance", f"it says it is of the alliance {found.begin.alliance}")
    return found.trust


# Batches


def _batch(found: Inspection, trust: TrustList, batch: Batch, now: datetime) -> None:
    manifest = batch.manifest
    if manifest.alliance != trust.alliance:
        found.fault(manifest, "other-alliance", f"of the alliance {manifest.alliance!r}, not {trust.alliance!r}")
        return
    if manifest.sealed_at > now + timedelta(seconds=limits.SKEW_SECONDS):
        found.fault(manifest, "sealed-in-future", f"sealed at {manifest.sealed_at:%Y-%m-%d %H:%M:%S}, which is to come")
    entry = trust.nodes.get(manifest.stream.origin)
    run = _in_place(found, manifest)
    if entry is None:
        found.fault(manifest, "unknown-node", f"the trust list has no node {manifest.stream.origin}")
    elif run is not None:
        if entry.status != "active":
            found.note(f"{entry.node} is {entry.status}: nothing of it would be taken now")
        _signatures(found, entry, run, batch)
    for place, item in enumerate(batch.items):
        _item(found, trust, manifest, place, item)
    if run is not None:
        run.batches, run.documents = run.batches + 1, run.documents + len(batch.items)
        run.withheld += sum(item is None for item in batch.items)
        run.parcels |= set(batch.parcels)


def _in_place(found: Inspection, manifest: Manifest) -> Run | None:
    """The run that the batch goes on; None if it does not go on from what the file had before."""
    run = found.runs.get(manifest.stream)
    if run is None:
        run = found.runs[manifest.stream] = Run(manifest.stream, manifest.first, manifest.last, manifest.digest)
        return run
    if manifest.first <= run.last:
        if manifest.digest == run.manifest:
            found.note(f"{manifest} is there twice")
        else:
            found.fault(manifest, "fork", f"document {run.last} of this stream was in the file before it")
        return None
    if manifest.first > run.last + 1:
        found.fault(manifest, "gap", f"documents {run.last + 1} to {manifest.first - 1} are not in the file")
        _give_up(found, run)
    elif manifest.previous != run.manifest:
        found.fault(manifest, "fork", "the manifest before it is another than the one it names")
        _give_up(found, run)
    run.last, run.manifest = manifest.last, manifest.digest
    return run


def _signatures(found: Inspection, entry: Entry, run: Run, batch: Batch) -> None:
    """Whether enough keys signed that may have. An ended one may, if what it signed leads to where it ended."""
    manifest, ended = batch.manifest, entry.ends()
    signed = counted_signers(manifest.data, batch.signatures, entry.seal_keys())
    if any(end_at == (manifest.last, manifest.digest) for end in ended.values() for end_at in end.heads.values()):
        run._unproven.clear()
    elif len(signed - ended.keys()) < entry.signatures <= len(signed):
        run._unproven.append((str(manifest), "signed by a key that has ended, and not shown to come before its end"))
    if len(signed) < entry.signatures:
        found.fault(
            manifest,
            "signature-missing",
            f"{len(signed)} valid signatures by keys of {entry.node}; the trust list asks for {entry.signatures}",
        )


def _give_up(found: Inspection, run: Run) -> None:
    """What an ended key signed, and what no later manifest in the file vouches for, is void."""
    for where, why in run._unproven:
        found.fault(where, "key-ended", why)
    run._unproven.clear()


def _item(found: Inspection, trust: TrustList, manifest: Manifest, place: int, item: bytes | None) -> None:
    if item is None:
        return
    where = f"{manifest.stream} {manifest.first + place}"
    if suite.digest(item) != manifest.items[place]:
        found.fault(where, "item-altered", "it is not the document that was signed for")
        return
    try:
        plain = unpacked(item, manifest.stream.audience, None)
        Document.read(plain).check_place(manifest.stream, alliance=trust.alliance, exercise=trust.exercise)
    except Refused as refusal:
        if manifest.stream.audience == PUBLIC or refusal.code != "locked":
            found.fault(where, refusal.code, refusal.detail)


# Checkpoints


def _checkpoint(found: Inspection, trust: TrustList, record: CheckpointRecord) -> None:
    try:
        signed = SignedCheckpoint.read(record.data)
        _check_signed(found, trust, signed)
    except Refused as refusal:
        found.fault("a checkpoint", refusal.code, refusal.detail)
        return
    checkpoint = signed.checkpoint
    before = found.checkpoints.get((checkpoint.origin, checkpoint.epoch))
    if before is not None and before.size == checkpoint.size and before.root != checkpoint.root:
        found.fault(
            f"checkpoint {checkpoint}",
            "equivocation",
            f"{checkpoint.origin} has signed two roots of its log at one size",
        )
    if before is None or before.size < checkpoint.size:
        found.checkpoints[checkpoint.origin, checkpoint.epoch] = CheckpointSeen(
            checkpoint.size, checkpoint.root, checkpoint.made_at, tuple(sorted(signed.cosigners(trust)))
        )


def _check_signed(found: Inspection, trust: TrustList, signed: SignedCheckpoint) -> None:
    """Refuse one that its origin has not signed, whether or not anything would be taken from that origin now."""
    checkpoint = signed.checkpoint
    entry = trust.nodes.get(checkpoint.origin)
    if checkpoint.alliance != trust.alliance:
        raise NotTrusted("other-alliance", f"{checkpoint} is of the alliance {checkpoint.alliance}")
    if entry is None:
        raise NotTrusted("unknown-node", f"{checkpoint}: the trust list has no such node")
    if len(signed.signers(trust)) >= entry.signatures:
        return
    if len(counted_signers(checkpoint.data, signed.signatures, entry.seal_keys(), typ=TYP)) < entry.signatures:
        raise NotTrusted("signature-missing", f"{checkpoint} is not signed by enough keys of {entry.node}")
    found.note(f"checkpoint {checkpoint} is signed by a key that has ended since; nothing shows when it was signed")
