"""What Borenia's hospital says, as its documents: of a case that it asks, and of one that it is asked."""

from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.exchange.world import World
from tests.node.notifications.scenes import bring

from tocsin.clinical.content import EMPTY
from tocsin.exchange.documents import Document
from tocsin.exchange.erasing import erase
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.intake import take
from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import seal
from tocsin.exchange.suite import digest
from tocsin.node.consultations.models import Case
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.records import new_id as new_key

__all__ = [
    "CONTENT", "GIVEN", "TheirCase", "an_act", "an_opinion", "as_whom", "bring", "erased_by", "named", "note",
    "said_to_be", "their_clinician", "their_hospital", "to_order",
]  # fmt: skip

ROLES = {True: "clinician", False: "consultation_coordinator"}
GIVEN = {"given": True, "on": "2026-03-01", "basis": "patient"}
CONTENT: dict[str, Any] = deepcopy(EMPTY) | {
    "patient": {"age": {"value": 61, "unit": "a"}, "sex": "female"},
    "presentation": "Somnolent since noon.",
    "severity": "critical",
    "questions": ["Which dose?"],
}


def their_hospital(name: str = "Borvik Hospital", origin: str = "BO") -> Hospital:
    """One of a partner's directory."""
    return Hospital.objects.create(
        id=new_key(), hospital_id=new_key(), origin=origin, is_ours=False, status="active",
        names={"en": name, "ru": "", "zh": ""}, time_zone="Asia/Tashkent", languages=["ru"],
    )  # fmt: skip


def their_clinician(hospital: Hospital, name: str = "Wei") -> Clinician:
    """One who answers there."""
    return Clinician.objects.create(
        id=new_key(), clinician_id=new_key(), origin=hospital.origin, hospital=hospital, is_ours=False, person=None,
        names={"en": name, "ru": "", "zh": ""}, role="consultant", specialties=["infectious_diseases"],
        languages=["ru"], time_zone="Asia/Tashkent", status="active",
    )  # fmt: skip


def as_whom(hospital: Hospital, clinician: Clinician | None = None) -> dict[str, Any]:
    """The member `as`."""
    return {"hospital": hospital.key, "clinician": clinician.key if clinician is not None else None}


def named(document: Document | None) -> dict[str, str] | None:
    """A note, as an act names it."""
    return None if document is None else {"id": document.id, "digest": digest(document.encode())}


def note(
    world: World, about: dict[str, str], kind: str, text: str, *, hospital: Hospital,
    clinician: Clinician | None = None, content: Any = None, audience: str = "to:AL",
) -> Document:  # fmt: skip
    """A clinical note of the hospital's state, not posted."""
    body = {
        "about": about, "as": as_whom(hospital, clinician), "kind": kind, "text": text, "content": content,
        "files": [], "translates": None,
    }  # fmt: skip
    return world.document(
        hospital.origin, "", audience, type="clinical-note", body=body, language="en", no_onward_sharing=True
    )


def an_act(
    world: World, key: dict[str, str], act: str, said: Any = None, order: Any = None, *, origin: str = "BO",
    audience: str = "to:AL", id: str | None = None,
) -> Document:  # fmt: skip
    """An act of a state on a case, not posted. Whose hand it was follows from as whom it is said."""
    said = said or {}
    role = ROLES[said["as"]["clinician"] is not None] if "as" in said else "node"
    body = {"object": key, "act": act, "order": order, "said": said, "by": {"role": role, "name": ""}}
    made = world.document(
        origin, "", audience, type="consultation", body=body, language="en", no_onward_sharing=True
    )  # fmt: skip
    return made if id is None else replace(made, id=id)


def an_opinion(
    world: World, case: Case, expert: Clinician, text: str, *, id: str = "o1", audience: str = "to:AL"
) -> tuple[Document, Document]:  # fmt: skip
    """The note of an opinion of a partner's expert on a case of ours, and the act that signs it."""
    key = case.of.key.as_json()
    about = {"hospital": expert.hospital, "clinician": expert, "audience": audience}
    words = note(world, key, "opinion", text, **about)
    said = {"as": as_whom(expert.hospital, expert), "id": id, "note": named(words)}
    return words, an_act(world, key, "sign", said, origin=expert.origin, audience=audience)


def said_to_be(world: World, case: Case, experts: list[Clinician], *, audience: str = "to:AL") -> Document:
    """That a partner's coordinator gives a case of ours to these experts."""
    hospital = experts[0].hospital
    said = {"as": as_whom(hospital), "experts": [one.key for one in experts], "by_rule": False}
    return an_act(world, case.of.key.as_json(), "allocate", said, origin=hospital.origin, audience=audience)


def erased_by(world: World, joined, document: Document) -> None:
    """The state that said a document has it destroyed, and asks us to do the same."""
    node = world.nodes[document.origin]
    erase(node, list(node.store.known(document.origin, [document.id]).values()), reason="sent-in-error")
    to_us(world, joined, document.origin)


def to_us(world: World, joined, name: str) -> None:
    """Seal what waits at a partner and take it in here."""
    for manifest in seal(world.nodes[name]):
        take(joined, world.nodes[name].store.batch_of(manifest.digest), via=name)


def to_order(world: World, joined, rows: list[JointAct], *, name: str = "BO") -> list[dict[str, Any]]:
    """Seal our acts, bring them to the owner, and name them as its order does."""
    for manifest in seal(joined):
        if name in manifest.stream.audience:  # else they are receipts, for others alone
            take(world.nodes[name], joined.store.batch_of(manifest.digest), via="AL")
    known = joined.store.known("AL", [str(row.document_id) for row in rows])
    return [_reference(row, known[str(row.document_id)].number) for row in rows]


def _reference(row: Any, number: int) -> dict[str, Any]:
    return {
        "origin": row.origin, "id": str(row.document_id), "digest": row.digest, "epoch": 1, "number": number,
        "act": row.kind,
    }  # fmt: skip


class TheirCase:
    """A case that Borenia's hospital asks of hospitals of ours, as its documents make it.

    submitted   the note that it was submitted with
    documents   the owner's, in order
    """

    def __init__(
        self, world: World, joined, clinician: Clinician, asked: list[Hospital], *, audience: str = "to:AL",
        bringing: bool = True, digest_named: str | None = None, **said: Any,
    ) -> None:  # fmt: skip
        self.world, self.joined, self.clinician, self.audience = world, joined, clinician, audience
        self.owner, self.hospital = clinician.origin, clinician.hospital
        self.key = {"origin": self.owner, "id": new_id(world.nodes[self.owner].now())}
        self.documents: list[Document] = []
        self.submitted = self.note("submission", "What would you do?", content=CONTENT)
        opening = {
            "asked": [one.key for one in asked], "specialty": "infectious_diseases", "urgency": "urgent",
            "languages": ["ru"], "consent": {"care": GIVEN}, "follows": None, "team": [],
            "note": named(self.submitted),
        }  # fmt: skip
        if digest_named is not None:
            opening["note"]["digest"] = digest_named
        if bringing:
            bring(world, joined, self.submitted, name=self.owner)
        self.order("submit", opening | said, bringing=bringing)

    @property
    def of(self) -> JointObject:
        return JointObject.objects.get(object_id=self.key["id"], origin=self.owner)

    @property
    def row(self) -> Case:
        """As it is known here."""
        return Case.objects.get(of=self.of)

    def note(self, kind: str, text: str, *, content: Any = None) -> Document:
        """A note of those who ask, not posted."""
        about = {"hospital": self.hospital, "clinician": self.clinician, "audience": self.audience}
        return note(self.world, self.key, kind, text, content=content, **about)

    def order(
        self, act: str = "order", said: Any = None, *, includes: Any = (), at: datetime | None = None,
        bringing: bool = True,
    ) -> Document:  # fmt: skip
        """The owner's next document; `as` the clinician who asks where it is a person's."""
        last = self.documents[-1] if self.documents else None
        now = at or self.world.nodes[self.owner].now()
        order = {
            "number": len(self.documents) + 1, "previous": digest(last.encode()) if last else None,
            "at": moment(now), "includes": list(includes),
        }  # fmt: skip
        full = {"as": as_whom(self.hospital, self.clinician), **said} if said is not None else None
        made = an_act(
            self.world, self.key, act, full, order, origin=self.owner, audience=self.audience,
            id=None if last else self.key["id"],
        )  # fmt: skip
        self.documents.append(made)
        if bringing:
            bring(self.world, self.joined, made, name=self.owner)
        return made

    def includes(self, *rows: JointAct, at: datetime | None = None, bringing: bool = True) -> Document:
        """The owner takes these acts of ours into its order, once they have reached it."""
        references = to_order(self.world, self.joined, list(rows), name=self.owner)
        return self.order(includes=references, at=at, bringing=bringing)
