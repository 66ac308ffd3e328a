"""Which manifests of a file count, and which are shown to count for nobody. docs/exchange.md, sections 4 and 8.

A manifest counts as it does for a node: enough live keys of its origin signed it, or the manifests that the file brings
lead from it to the last one that an ended key may have signed, as the trust list names it. One that ended keys alone
signed is void where the file brings what shows that: see `_Counted.is_void`.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from tocsin.exchange import limits
from tocsin.exchange.errors import Refused
from tocsin.exchange.manifests import Manifest, counted_signers
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.list import End, Entry, TrustList
from tocsin.joint.sealed.faults import Faults, Span
from tocsin.joint.sealed.pinpointing import changed_in_member, changed_whole
from tocsin.joint.sealed.reading import CarriedManifest, SealedFile

__all__ = ["Signed", "signed_manifests"]

NEITHER = "neither shown to come before its end nor to count for nobody"
ANEW = "get the file anew from a node of the alliance: it then brings what is needed"
MOST_NAMED = 20  # documents that stand by a manifest, in one sentence


@dataclass(frozen=True)
class Signed:
    """A manifest with the keys that signed it; `is_void`: they had ended, so that it counts for nobody."""

    manifest: Manifest
    keys: tuple[str, ...]
    is_void: bool = False


def signed_manifests(file: SealedFile, trust: TrustList, now: datetime, found: Faults) -> dict[str, Signed]:
    """The manifests by which documents stand or are void, by their digest and by what the file calls them.

    What is wrong with others is put into `found`; once that is full, no further signature is looked at.
    """
    signatures = sum(len(one.signatures) for one in file.manifests)
    if signatures > file.bounds.signatures:
        what = f"it has {signatures} signatures; no more than {file.bounds.signatures} are looked at"
        found.fault("the file", "too-large", what)
        return {}
    read: dict[str, tuple[CarriedManifest, Manifest]] = {}
    for carried in file.manifests:
        manifest = _manifest(carried, file, trust, now, found)
        if manifest is not None and carried.digest in read:
            found.fault(manifest, "stands-twice", "the manifest stands in the file before", carried.read.at)
        elif manifest is not None:
            read[carried.digest] = carried, manifest
    counted = _Counted([manifest for _, manifest in read.values()], trust)
    by_keys: dict[str, set[str]] = {}
    for carried, manifest in read.values():
        if found.is_full:
            return {}
        by_keys[carried.digest] = _signers(carried, manifest, counted.entry(manifest), found)
    counted.count(by_keys)
    needed, signed = {one.manifest for one in file.documents}, {}
    for carried, manifest in read.values():
        if not needed & {carried.digest, carried.label}:
            continue
        one = Signed(manifest, tuple(sorted(by_keys[carried.digest])), counted.is_void(manifest))
        if one.is_void or counted.counts(manifest):
            signed[carried.digest] = signed[carried.label] = one
        else:
            _say_why_not(carried, manifest, counted.entry(manifest), by_keys[carried.digest], file, found)
    _find_forks([manifest for _, manifest in read.values() if counted.counts(manifest)], found)
    return signed


def _manifest(
    carried: CarriedManifest, file: SealedFile, trust: TrustList, now: datetime, found: Faults
) -> Manifest | None:
    """A manifest of this alliance, of a listed node; None if it is none, which is a fault."""
    try:
        manifest = Manifest.read(carried.data)
    except Refused as refusal:
        at, byte = changed_in_member(carried.read, "manifest", carried.label, found)
        what = f"the manifest is damaged: {refusal.detail}{byte}{_carrying(file, carried)}"
        found.fault(f"manifest {carried.label}", refusal.code, what, at)
        return None
    if carried.label != carried.digest:
        at, byte = _of_label(carried, found)
        what = f"it is not the manifest that the file names so{byte}{_carrying(file, carried)}"
        found.fault(manifest, "label-wrong", what, at)
    if manifest.alliance != trust.alliance:
        what = f"of the alliance {manifest.alliance!r}, not {trust.alliance!r}"
        found.fault(manifest, "other-alliance", what, carried.read.at)
        return None
    entry = trust.nodes.get(manifest.stream.origin)
    if entry is None:
        what = f"the trust list has no node {manifest.stream.origin}"
        found.fault(manifest, "unknown-node", what, carried.read.at)
        return None
    if manifest.sealed_at > now + timedelta(seconds=limits.SKEW_SECONDS):
        what = f"sealed at {manifest.sealed_at:%Y-%m-%d %H:%M:%S}, which is to come"
        found.fault(manifest, "sealed-in-future", what, carried.read.at)
    if entry.status != "active":
        found.note(f"{entry.node} is {entry.status} today; what it signed while it took part stays signed")
    return manifest


def _of_label(carried: CarriedManifest, found: Faults) -> tuple[Span, str]:
    """Where a manifest and the digest that the file gives it differ: in the digest, or in the manifest."""
    place = changed_whole(carried.label, carried.digest)
    if place is None:
        return changed_in_member(carried.read, "manifest", carried.label, found)
    at = carried.part("digest")[0] + 1 + place
    return (at, at), f"; byte {at} of the file is {carried.label[place]!r} and was {carried.digest[place]!r}"


def _carrying(file: SealedFile, carried: CarriedManifest) -> str:
    """Which documents stand and fall with a manifest, as part of a sentence."""
    names = [
        name for label in dict.fromkeys((carried.label, carried.digest)) for name in file.carried_by.get(label, ())
    ]
    if not names:
        return ""
    rest = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"; by it stand {', '.join(names[:MOST_NAMED])}{rest}"


def _signers(carried: CarriedManifest, manifest: Manifest, entry: Entry, found: Faults) -> set[str]:
    """The keys of its origin that signed a manifest, ended ones with them."""
    if len(carried.signatures) > limits.SIGNATURES:
        what = f"it has {len(carried.signatures)} signatures; the limit is {limits.SIGNATURES}"
        found.fault(manifest, "too-large", what, carried.part("signatures"))
        return set()
    signed = counted_signers(manifest.data, carried.signatures, entry.seal_keys())
    if len(signed) < len(carried.signatures):
        what = f"one of its {len(carried.signatures)} signatures does not count by this list"
        found.doubt(manifest, "signature-missing", what, carried.part("signatures"))
    return signed


def _say_why_not(
    carried: CarriedManifest, manifest: Manifest, entry: Entry, signed: set[str], file: SealedFile, found: Faults
) -> None:
    at, carrying = carried.part("signatures"), _carrying(file, carried)
    if len(signed) >= entry.signatures:
        what = f"signed by a key of {entry.node} that has ended, and {NEITHER}"
        found.fault(manifest, "key-ended", f"{what}{carrying}; {ANEW}", at)
    else:
        what = f"{len(signed)} valid signatures by keys of {entry.node}; the trust list asks for {entry.signatures}"
        found.fault(manifest, "signature-missing", f"{what}{carrying}", at)


def _find_forks(manifests: Sequence[Manifest], found: Faults) -> None:
    """Two manifests for one place of a stream: their origin has signed two histories."""
    in_place = sorted(manifests, key=lambda one: (one.stream, one.first, one.last))
    for before, after in pairwise(in_place):
        if before.stream == after.stream and after.first <= before.last:
            found.fault(after, "fork", f"{before} is in the file as well: {after.stream.origin} signed two histories")


class _Counted:
    """The manifests of a file in their chains, and which of them count by the list. Each is walked over once."""

    def __init__(self, manifests: Sequence[Manifest], trust: TrustList) -> None:
        self._trust = trust
        self._by_digest = {one.digest: one for one in manifests}
        self._leading = self._lead_to_ends(manifests)
        self._signers: Mapping[str, set[str]] = {}
        self._first: dict[str, str] = {}
        self._counting: dict[Stream, list[Manifest]] = defaultdict(list)
        self._void: set[str] = set()

    def entry(self, manifest: Manifest) -> Entry:
        """Of the node that it is of, which the list has."""
        return self._trust.nodes[manifest.stream.origin]

    def _before(self, manifest: Manifest) -> Manifest | None:
        """The manifest of the file that comes right before it in its stream."""
        before = self._by_digest.get(manifest.previous or "")
        if before is None or (before.stream, before.last + 1) != (manifest.stream, manifest.first):
            return None
        return before

    def _lead_to_ends(self, manifests: Sequence[Manifest]) -> set[str]:
        """Those that lead to the last one that an ended key of their origin may have signed."""
        named = {
            node: {head for end in entry.ends().values() for head in end.heads.values()}
            for node, entry in self._trust.nodes.items()
        }
        leading: set[str] = set()
        for one in manifests:
            at: Manifest | None = one if (one.last, one.digest) in named[one.stream.origin] else None
            while at is not None and at.digest not in leading:
                leading.add(at.digest)
                at = self._before(at)
        return leading

    def count(self, signers: Mapping[str, set[str]]) -> None:
        """Find which of them count, or are void, now that it is known which keys signed which."""
        self._signers = signers
        for one in sorted(self._by_digest.values(), key=lambda one: (one.stream, one.first)):
            before = self._before(one)
            if one.first == 1:
                self._first[one.digest] = one.digest
            elif before is not None and before.digest in self._first:
                self._first[one.digest] = self._first[before.digest]
            if self.counts(one):
                self._counting[one.stream].append(one)
        self._void = {one.digest for one in self._by_digest.values() if self._does_not_stand(one)}

    def counts(self, manifest: Manifest) -> bool:
        """Whether enough keys that have not ended signed it, or it leads to where one ends."""
        entry = self.entry(manifest)
        live = self._signers[manifest.digest] - entry.ends().keys()
        return len(live) >= entry.signatures or manifest.digest in self._leading

    def is_void(self, manifest: Manifest) -> bool:
        """Whether ended keys signed it, and it is shown that no node counts it.

        Either another that counts has its place. Or it is behind where the keys of its origin end in this stream, and
        its origin has gone on in a later epoch since, as a state does that cannot go on here.
        """
        return manifest.digest in self._void

    def _does_not_stand(self, manifest: Manifest) -> bool:
        entry = self.entry(manifest)
        if self.counts(manifest) or len(self._signers[manifest.digest]) < entry.signatures:
            return False
        counting = self._counting.get(manifest.stream, [])
        at = bisect_right(counting, manifest.last, key=lambda one: one.first)
        if at and counting[at - 1].last >= manifest.first:
            return True
        return self._goes_on_after(manifest.stream) and self._is_behind(manifest, entry.ends().values())

    def _goes_on_after(self, stream: Stream) -> bool:
        """Whether something of a later epoch counts, to the same readers."""
        epochs = (one.epoch for one in self._counting if (one.origin, one.audience) == (stream.origin, stream.audience))
        return max(epochs, default=0) > stream.epoch

    def _is_behind(self, manifest: Manifest, ends: Collection[End]) -> bool:
        """Whether these keys end before it in its stream, of which the file has all that comes before it."""
        first = self._first.get(manifest.digest)
        return first is not None and manifest.first > max(
            (end.heads[first][0] for end in ends if first in end.heads), default=0
        )
