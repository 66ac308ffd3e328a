"""What the signatures prove: which documents of a file their states have signed. docs/exchange.md, sections 4 and 8.

A manifest counts as it does for a node: enough live keys of its origin signed it, or the manifests that the file brings
lead from it to the last one that an ended key may have signed, as the trust list names it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from tocsin.exchange import limits, suite
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import Refused
from tocsin.exchange.items import unpacked
from tocsin.exchange.manifests import Manifest, counted_signers
from tocsin.exchange.trust.list import Entry, TrustList
from tocsin.exchange.types import registry
from tocsin.exchange.types.context import Context
from tocsin.joint.acts import Act
from tocsin.joint.sealed.faults import Fault, Faults, Span
from tocsin.joint.sealed.form import decoded_bytes
from tocsin.joint.sealed.pinpointing import changed_letter, changed_whole
from tocsin.joint.sealed.positions import Read
from tocsin.joint.sealed.reading import CarriedDocument, CarriedManifest, SealedFile

__all__ = ["Proven", "leads_to_an_end", "proven_documents"]

ANEW = "get the file anew from a node of the alliance: it then brings what is needed"


@dataclass(frozen=True)
class Proven:
    """An act that its state has signed.

    keys   identifiers of the keys that signed its manifest and count; none where a later manifest speaks for it
    """

    act: Act
    document: Document
    manifest: Manifest
    number: int
    keys: tuple[str, ...]
    carried: CarriedDocument

    @property
    def where(self) -> str:
        """Its place in its state's stream, and what act it is."""
        return f"{self.manifest.stream} {self.number}, {self.act.kind}"


@dataclass(frozen=True)
class _Signed:
    """A manifest that counts, with the keys for which it does."""

    manifest: Manifest
    keys: tuple[str, ...]


def proven_documents(file: SealedFile, trust: TrustList, *, now: datetime, found: Faults) -> list[Proven]:
    """The acts of the file that are proven, in its order; what is wrong with others is put into `found`."""
    signed = _signed_manifests(file, trust, now, found)
    listed = {one.label for one in file.manifests} | {one.digest for one in file.manifests}
    proven: list[Proven] = []
    seen: set[tuple[str, str]] = set()
    for carried in file.documents:
        if carried.manifest not in listed:
            what = "the manifest that it names is not in the file"
            found.fault(carried.where, "signature-missing", what, carried.part("manifest"))
        elif carried.item is not None and (by := signed.get(carried.manifest)) is not None:
            one = _document(file, carried, carried.item, by, trust, found)
            if one is not None and (one.act.origin, one.act.id) in seen:
                found.fault(carried.where, "stands-twice", "it stands in the file before", carried.read.at)
            elif one is not None:
                seen.add((one.act.origin, one.act.id))
                proven.append(one)
    if file.carried and len([one for one in found.found if one.code == "other-object"]) == file.carried:
        what = "the file says it is of another decision than all of its documents are of"
        found.found = [Fault("the object", "other-object", what, file.at("object"))]
    return proven


# Manifests


def _signed_manifests(file: SealedFile, trust: TrustList, now: datetime, found: Faults) -> dict[str, _Signed]:
    """The manifests that count, by their digest and by what the file calls them."""
    read: dict[str, tuple[CarriedManifest, Manifest]] = {}
    for carried in file.manifests:
        manifest = _manifest(carried, file, trust, now, found)
        if manifest is not None and carried.digest in read:
            found.fault(manifest, "stands-twice", "the manifest stands in the file before", carried.read.at)
        elif manifest is not None:
            read[carried.digest] = carried, manifest
    _find_forks([manifest for _, manifest in read.values()], found)
    following: dict[str | None, Manifest] = {one.previous: one for _, one in read.values() if one.previous is not None}
    needed = {one.manifest for one in file.documents}
    signed: dict[str, _Signed] = {}
    for carried, manifest in read.values():
        if needed & {carried.digest, carried.label}:
            keys = _keys(carried, manifest, trust.nodes[manifest.stream.origin], following, file, found)
            if keys is not None:
                signed[carried.digest] = signed[carried.label] = _Signed(manifest, keys)
    return signed


def _manifest(
    carried: CarriedManifest, file: SealedFile, trust: TrustList, now: datetime, found: Faults
) -> Manifest | None:
    """A manifest of this alliance, of a listed node; None if it is none, which is a fault."""
    try:
        manifest = Manifest.read(carried.data)
    except Refused as refusal:
        at, byte = _byte(carried.read, "manifest", carried.label, found)
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
        return _byte(carried.read, "manifest", carried.label, found)
    at = carried.part("digest")[0] + 1 + place
    return (at, at), f"; byte {at} of the file is {carried.label[place]!r} and was {carried.digest[place]!r}"


def _carrying(file: SealedFile, carried: CarriedManifest) -> str:
    """Which documents stand and fall with a manifest, as part of a sentence."""
    names = [one.where for one in file.documents if one.manifest in (carried.label, carried.digest)]
    return f"; by it stand {', '.join(names)}" if names else ""


def _find_forks(manifests: Sequence[Manifest], found: Faults) -> None:
    """Two manifests for one place of a stream: their origin has signed two histories."""
    in_place = sorted(manifests, key=lambda one: (one.stream, one.first, one.last))
    for before, after in pairwise(in_place):
        if before.stream == after.stream and after.first <= before.last:
            found.fault(after, "fork", f"{before} is in the file as well: {after.stream.origin} signed two histories")


def _keys(
    carried: CarriedManifest,
    manifest: Manifest,
    entry: Entry,
    following: Mapping[str | None, Manifest],
    file: SealedFile,
    found: Faults,
) -> tuple[str, ...] | None:
    """The keys that signed a manifest, if it counts; None if it does not, which is a fault."""
    signed = counted_signers(manifest.data, carried.signatures, entry.seal_keys())
    live = signed - entry.ends().keys()
    if len(signed) < len(carried.signatures):
        what = f"one of its {len(carried.signatures)} signatures does not count by this list"
        found.doubts.append(Fault(str(manifest), "signature-missing", what, carried.part("signatures")))
    if len(live) >= entry.signatures or leads_to_an_end(manifest, entry, following):
        return tuple(sorted(signed))
    at, carrying = carried.part("signatures"), _carrying(file, carried)
    if len(signed) >= entry.signatures:
        what = f"signed by a key of {entry.node} that has ended, and not shown to come before its end"
        found.fault(manifest, "key-ended", f"{what}{carrying}; {ANEW}", at)
    else:
        what = f"{len(signed)} valid signatures by keys of {entry.node}; the trust list asks for {entry.signatures}"
        found.fault(manifest, "signature-missing", f"{what}{carrying}", at)
    return None


def leads_to_an_end(manifest: Manifest, entry: Entry, following: Mapping[str | None, Manifest]) -> bool:
    """Whether manifests lead from this one to the last that an ended key of its origin may have signed.

    following   manifests by the digest of the one that they name as theirs before
    """
    ends = {head for end in entry.ends().values() for head in end.heads.values()}
    at: Manifest | None = manifest
    while at is not None:
        if (at.last, at.digest) in ends:
            return True
        after = following.get(at.digest)
        at = after if after is not None and (after.stream, after.first) == (at.stream, at.last + 1) else None
    return False


# Documents


def _document(
    file: SealedFile, carried: CarriedDocument, item: bytes, by: _Signed, trust: TrustList, found: Faults
) -> Proven | None:
    """The act that a document of the file is, if its state signed it and it is of the file's object."""
    manifest = by.manifest
    number = _number(carried, item, manifest, found)
    if number is None:
        return None
    where = f"{manifest.stream} {number}, {carried.act}"
    try:
        document = Document.read(unpacked(item, manifest.stream.audience, carried.key))
        document.check_place(manifest.stream, alliance=trust.alliance, exercise=trust.exercise)
    except Refused as refusal:
        member = "key" if refusal.code in ("commitment", "locked") else "item"
        found.fault(where, refusal.code, refusal.detail, carried.part(member))
        return None
    return _act(file, carried, document, by, number, trust, found)


def _number(carried: CarriedDocument, item: bytes, manifest: Manifest, found: Faults) -> int | None:
    """Its number in its state's stream, by its digest in the manifest; None if its state did not sign it there."""
    said = (carried.origin, carried.epoch, carried.stream)
    stream = manifest.stream
    if said != (stream.origin, stream.epoch, stream.audience):
        found.fault(
            carried.where, "label-wrong", f"its manifest is of the stream {stream}, not of this one",
            carried.part("from"),
        )  # fmt: skip
        return None
    place = carried.number - manifest.first
    digest = suite.digest(item)
    if 0 <= place < len(manifest.items) and manifest.items[place] == digest:
        return carried.number
    if digest in manifest.items:
        number = manifest.first + manifest.items.index(digest)
        found.fault(carried.where, "label-wrong", f"it is document {number} of its stream", carried.part("from"))
    else:
        signed = manifest.items[place] if 0 <= place < len(manifest.items) else None
        at, byte = _byte(carried.read, "item", signed, found)
        found.fault(carried.where, "item-altered", f"it is not the document that was signed for{byte}", at)
    return None


def _byte(read: Read, name: str, digest: str | None, found: Faults) -> tuple[Span, str]:
    """Where a member was changed that should have this digest: the one byte if it is one, and words for that."""
    member = read.value[name]
    wanted = decoded_bytes(digest) if digest is not None else None
    if wanted is None or not found.searches:
        return member.at, ""
    found.searches -= 1
    changed = changed_letter(str(member.value), wanted)
    if changed is None:
        return member.at, ""
    at = member.first + 1 + changed[0]
    return (at, at), f"; byte {at} of the file is {member.value[changed[0]]!r} and was {changed[1]!r}"


def _act(
    file: SealedFile,
    carried: CarriedDocument,
    document: Document,
    by: _Signed,
    number: int,
    trust: TrustList,
    found: Faults,
) -> Proven | None:
    manifest = by.manifest
    where = f"{manifest.stream} {number}"
    at = carried.part("item")
    if document.type != "decision":
        what = f"it is a document of the type {document.type}, no act of a decision"
        found.fault(where, "other-object", what, at)
        return None
    for one in registry.examine(document, context=Context(exercise=trust.exercise)):
        found.fault(where, one.code, one.detail, at)
        return None
    act = Act.of(document, place=(manifest.stream.epoch, number))
    if act.object.as_json() != file.said.get("object"):
        what = f"it is an act of another decision: {act.object.id} of {act.object.origin}"
        found.fault(f"{where}, {act.kind}", "other-object", what, at)
        return None
    if act.kind != carried.act:
        found.fault(f"{where}, {act.kind}", "label-wrong", "the file calls it another act", carried.part("act"))
    return Proven(act, document, manifest, number, by.keys, carried)
