"""What is proven of the documents of a file: which acts their states have signed. docs/exchange.md, section 4."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tocsin.exchange import suite
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import Refused
from tocsin.exchange.items import unpacked
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.trust.list import TrustList
from tocsin.exchange.types import registry
from tocsin.exchange.types.context import Context
from tocsin.joint.acts import Act
from tocsin.joint.sealed.faults import Faults
from tocsin.joint.sealed.pinpointing import changed_in_member
from tocsin.joint.sealed.reading import CarriedDocument, SealedFile
from tocsin.joint.sealed.signing import Signed, signed_manifests

__all__ = ["Proven", "proven_documents"]


@dataclass(frozen=True)
class Proven:
    """An act that its state has signed.

    keys     identifiers of the keys that signed its manifest and count; none where a later manifest speaks for it
    is_void  it is shown that these had ended, so that it counts for nobody
    """

    act: Act
    document: Document
    manifest: Manifest
    number: int
    keys: tuple[str, ...]
    carried: CarriedDocument
    is_void: bool = False

    @property
    def where(self) -> str:
        """Its place in its state's stream, and what act it is."""
        return f"{self.manifest.stream} {self.number}, {self.act.kind}"


def proven_documents(file: SealedFile, trust: TrustList, *, now: datetime, found: Faults) -> list[Proven]:
    """The acts of the file that are proven, in its order; what is wrong with others is put into `found`."""
    proving = _Proving(file, trust, signed_manifests(file, trust, now, found), found)
    proven: list[Proven] = []
    seen: set[tuple[str, str]] = set()
    looked_at = 0
    for carried in file.documents:
        if found.is_full:
            break
        looked_at += 1
        one = proving.document(carried)
        if one is not None and (one.act.origin, one.act.id) in seen:
            found.fault(carried.where, "stands-twice", "it stands in the file before", carried.read.at)
        elif one is not None:
            seen.add((one.act.origin, one.act.id))
            proven.append(one)
    if file.carried == len(file.documents) and proving.of_others == looked_at > 0:
        what = "the file says it is of another decision than all of its documents are of"
        found.only("the object", "other-object", what, file.at("object"))
    return proven


class _Proving:
    """One document after the other held against the manifests that count.

    of_others  how many are of another object than the file is of
    opened     bytes of all that were opened so far
    """

    def __init__(self, file: SealedFile, trust: TrustList, signed: Mapping[str, Signed], found: Faults) -> None:
        self.file, self.trust, self.signed, self.found = file, trust, signed, found
        self.listed = {one.label for one in file.manifests} | {one.digest for one in file.manifests}
        self.of_others = self.opened = 0

    def document(self, carried: CarriedDocument) -> Proven | None:
        """The act that a document of the file is, if its state signed it and it is of the file's object."""
        if carried.manifest not in self.listed:
            what = "the manifest that it names is not in the file"
            self.found.fault(carried.where, "signature-missing", what, carried.part("manifest"))
            return None
        by = self.signed.get(carried.manifest)
        if carried.item is None or by is None:
            return None  # what is wrong with either is said already
        number = self._number(carried, carried.item, by.manifest)
        return self._opened(carried, carried.item, by, number) if number is not None else None

    def _opened(self, carried: CarriedDocument, item: bytes, by: Signed, number: int) -> Proven | None:
        where, stream = f"{by.manifest.stream} {number}, {carried.act}", by.manifest.stream
        if self.opened > self.file.bounds.opened:
            what = f"its documents have more than {self.file.bounds.opened} bytes once they are opened"
            self.found.fault("the file", "too-large", what)
            return None
        try:
            data = unpacked(item, stream.audience, carried.key)
            self.opened += len(data)
            document = Document.read(data)
            document.check_place(stream, alliance=self.trust.alliance, exercise=self.trust.exercise)
        except Refused as refusal:
            member = "key" if refusal.code in ("commitment", "locked") else "item"
            self.found.fault(where, refusal.code, refusal.detail, carried.part(member))
            return None
        return self._act(carried, document, by, number)

    def _number(self, carried: CarriedDocument, item: bytes, manifest: Manifest) -> int | None:
        """Its number in its state's stream, by its digest in the manifest; None if its state did not sign it there."""
        said = (carried.origin, carried.epoch, carried.stream)
        stream = manifest.stream
        if said != (stream.origin, stream.epoch, stream.audience):
            self.found.fault(
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
            self.found.fault(
                carried.where, "label-wrong", f"it is document {number} of its stream", carried.part("from")
            )
        else:
            signed = manifest.items[place] if 0 <= place < len(manifest.items) else None
            at, byte = changed_in_member(carried.read, "item", signed, self.found)
            self.found.fault(carried.where, "item-altered", f"it is not the document that was signed for{byte}", at)
        return None

    def _act(self, carried: CarriedDocument, document: Document, by: Signed, number: int) -> Proven | None:
        manifest = by.manifest
        where = f"{manifest.stream} {number}"
        at = carried.part("item")
        if document.type != "decision":
            what = f"it is a document of the type {document.type}, no act of a decision"
            self.of_others += 1
            self.found.fault(where, "other-object", what, at)
            return None
        for one in registry.examine(document, context=Context(exercise=self.trust.exercise)):
            self.found.fault(where, one.code, one.detail, at)
            return None
        act = Act.of(document, place=(manifest.stream.epoch, number))
        if act.object.as_json() != self.file.said.get("object"):
            what = f"it is an act of another decision: {act.object.id} of {act.object.origin}"
            self.of_others += 1
            self.found.fault(f"{where}, {act.kind}", "other-object", what, at)
            return None
        if act.kind != carried.act:
            self.found.fault(
                f"{where}, {act.kind}", "label-wrong", "the file calls it another act", carried.part("act")
            )
        return Proven(act, document, manifest, number, by.keys, carried, by.is_void)
