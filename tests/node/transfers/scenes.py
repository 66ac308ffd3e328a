"""A transfer as its form is filled in, the course of one, and what Borenia's hospital says of one as its documents."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from tests.exchange.world import World
from tests.node.consultations.scenes import CONTENT, words
from tests.node.consultations.theirs import CONTENT as THEIR_CONTENT
from tests.node.consultations.theirs import ROLES, as_whom, bring, named, note, to_order

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.moments import moment
from tocsin.exchange.suite import digest
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.hospitals.models import Clinician, Hospital, ServiceLine
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.transfers.actions import either, receiving, sending
from tocsin.node.transfers.actions.requesting import Consent, request
from tocsin.node.transfers.models import Transfer

__all__ = [
    "AGREES", "TheirTransfer", "accepted", "again", "an_act", "arrived", "as_whom", "ask", "beds", "bring", "departed",
    "handed_over", "hours", "named", "note", "seen", "words",
]  # fmt: skip

AGREES = Consent(given=True, basis="patient", on=date(2026, 3, 1))
WHY = "He needs a ventilator, and we have none free."


def beds(hospital: Hospital, specialty: str = "intensive_care", status: str = "full") -> ServiceLine:
    """A line of service as the directory has it."""
    return ServiceLine.objects.create(
        hospital=hospital, specialty=specialty, status=status, since=timezone.localdate()
    )  # fmt: skip


def ask(clinician: Clinician, to: Hospital, **more: Any) -> Transfer:
    """A transfer that a clinician asks for."""
    given: dict[str, Any] = {
        "urgency": "urgent", "transport": "ambulance", "consent": AGREES, "by": clinician.person,
        "words": Words(text=WHY, content=CONTENT),
    }  # fmt: skip
    return request(clinician, to, **(given | more))


def again(transfer: Transfer) -> Transfer:
    return Transfer.objects.select_related("of").get(pk=transfer.pk)


def seen(transfer: Transfer) -> str:
    """The transfer as somebody sees it now."""
    return token(transfer.of)


def hours(ahead: float) -> datetime:
    """A moment so far from now, as documents can say it."""
    return (timezone.now() + timedelta(hours=ahead)).replace(microsecond=0)


def accepted(transfer: Transfer, *, by: Any, **more: Any) -> Transfer:
    """A bed of intensive care, from in an hour for a day."""
    given = {"specialty": "intensive_care", "ready_at": hours(1), "until": hours(25)} | more
    receiving.accept(transfer, by=by, **given)
    return again(transfer)


def departed(transfer: Transfer, *, sender: Any, receiver: Any) -> Transfer:
    accepted(transfer, by=receiver)
    sending.depart(transfer, words("Stable, on 4 litres."), by=sender)
    return again(transfer)


def arrived(transfer: Transfer, *, sender: Any, receiver: Any) -> Transfer:
    departed(transfer, sender=sender, receiver=receiver)
    receiving.arrive(transfer, by=receiver)
    return again(transfer)


def handed_over(transfer: Transfer, *, sender: Any, receiver: Any) -> Transfer:
    """Both have signed."""
    arrived(transfer, sender=sender, receiver=receiver)
    either.sign(transfer, by=sender)
    either.sign(transfer, words("Taken over."), by=receiver)
    return again(transfer)


def an_act(
    world: World, key: dict[str, str], act: str, said: Any = None, order: Any = None, *, origin: str = "BO",
    audience: str = "to:AL", id: str | None = None,
) -> Document:  # fmt: skip
    """An act of a state on a transfer, not posted. Whose hand it was follows from as whom it is said."""
    said = said or {}
    role = ROLES[said["as"]["clinician"] is not None] if "as" in said else "node"
    body = {"object": key, "act": act, "order": order, "said": said, "by": {"role": role, "name": ""}}
    made = world.document(origin, "", audience, type="transfer", body=body, language="en", no_onward_sharing=True)
    return made if id is None else replace(made, id=id)


class TheirTransfer:
    """A transfer that Borenia's hospital asks of one of ours, as its documents make it.

    submitted   the note that it was asked with
    documents   the owner's, in order
    """

    def __init__(
        self, world: World, joined, clinician: Clinician, to: Hospital, *, bringing: bool = True, **said: Any
    ) -> None:  # fmt: skip
        self.world, self.joined, self.clinician = world, joined, clinician
        self.owner, self.hospital = clinician.origin, clinician.hospital
        self.key = {"origin": self.owner, "id": new_id(world.nodes[self.owner].now())}
        self.documents: list[Document] = []
        self.submitted = self.note("submission", "She needs dialysis.", content=THEIR_CONTENT)
        opening = {
            "to": to.key, "case": None, "urgency": "emergency", "transport": "helicopter",
            "consent": {"given": True, "on": "2026-03-01", "basis": "representative"}, "note": named(self.submitted),
        }  # fmt: skip
        if bringing:
            bring(world, joined, self.submitted, name=self.owner)
        self.order("request", opening | said, bringing=bringing)

    @property
    def of(self) -> JointObject:
        return JointObject.objects.get(object_id=self.key["id"], origin=self.owner)

    @property
    def row(self) -> Transfer:
        """As it is known here."""
        return Transfer.objects.select_related("of").get(of=self.of)

    def note(self, kind: str, text: str, *, content: Any = None) -> Document:
        """A note of those who send, not posted."""
        about = {"hospital": self.hospital, "clinician": self.clinician}
        return note(self.world, self.key, kind, text, content=content, **about)

    def order(
        self, act: str = "order", said: Any = None, *, includes: Any = (), at: datetime | None = None,
        bringing: bool = True,
    ) -> Document:  # fmt: skip
        """The owner's next document; `as` the clinician who sends where it is a person's."""
        last = self.documents[-1] if self.documents else None
        order = {
            "number": len(self.documents) + 1, "previous": digest(last.encode()) if last else None,
            "at": moment(at or self.world.nodes[self.owner].now()), "includes": list(includes),
        }  # fmt: skip
        full = {"as": as_whom(self.hospital, self.clinician), **said} if said is not None else None
        made = an_act(
            self.world, self.key, act, full, order, origin=self.owner, id=None if last else self.key["id"]
        )  # fmt: skip
        self.documents.append(made)
        if bringing:
            bring(self.world, self.joined, made, name=self.owner)
        return made

    def includes(self, *rows: JointAct, at: datetime | None = None) -> Document:
        """The owner takes these acts of ours into its order, once they have reached it."""
        return self.order(includes=to_order(self.world, self.joined, list(rows), name=self.owner), at=at)
