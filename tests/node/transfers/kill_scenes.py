"""What processes of a node do when it transfers a patient, for tests that kill them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.node.consultations.scenes import a_clinician, a_hospital
from tests.node.consultations.theirs import their_clinician, their_hospital
from tests.node.notifications import nodes_at_work
from tests.node.transfers.scenes import accepted, ask, beds

from tocsin.node.alliance.models import AuditEntry, Notice, Person, State
from tocsin.node.consultations.models import ClinicalNote
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.joint.models import JointAct
from tocsin.node.post.here import local_node
from tocsin.node.transfers.actions import sending
from tocsin.node.transfers.models import Transfer, TransferClinician


def prepare(trust: str) -> dict[str, Any]:
    """A node that has joined, with Mira at the Hill; Borvik and Wei there, as an act names them."""
    nodes_at_work.found(trust)
    hill = a_hospital(State.objects.get(is_here=True), "Hill Hospital")
    mira = Person.objects.create_user(
        "mira@service.example", name="Mira", roles=["clinician"], organisation=hill.organisation
    )
    a_clinician(hill, mira)
    wei = their_clinician(their_hospital())
    return {"hospital": wei.hospital.key, "clinician": wei.key}


def with_beds() -> dict[str, str]:
    """The Hill's intensive care works, and Rosa coordinates there; how documents name the hospital."""
    hill = Hospital.objects.get(is_ours=True)
    beds(hill)
    Person.objects.create_user(
        "rosa@service.example", name="Rosa", roles=["consultation_coordinator"], organisation=hill.organisation
    )
    return hill.key


def accept() -> None:
    """Rosa has a bed for BO's patient."""
    accepted(Transfer.objects.get(), by=Person.objects.get(name="Rosa"))


def sealed() -> list[str]:
    """What waits is sealed, as it travels."""
    return nodes_at_work.sealed()


def request(key: str) -> None:
    """Mira asks Borvik."""
    ask(Clinician.objects.get(is_ours=True), Hospital.objects.get(origin="BO"), id=key)


def depart() -> None:
    """The patient has left."""
    sending.depart(Transfer.objects.get(), by=Person.objects.get(name="Mira"))


def consent() -> None:
    """The patient does not agree any more."""
    sending.change_consent(
        Transfer.objects.get(), given=False, on=None, basis="patient", by=Person.objects.get(name="Mira")
    )  # fmt: skip


def written() -> list[str]:
    """Texts of notes that stand, and of documents that wait to leave or have come."""
    store = local_node().store
    kept = [one.document or b"" for one in (*store.outbox(100), *store.entries(most=100))]
    found = [*ClinicalNote.objects.values_list("text", flat=True), *(one.decode() for one in kept)]
    return [one for one in found if "ventilator" in one or "west gate" in one]


def take(batches: Sequence[str]) -> list[str]:
    """What BO says comes, and whatever our machine says to that."""
    return nodes_at_work.take(batches, via="BO")["came"]


def look() -> dict[str, Any]:
    """What is said here, what waits to be sealed, what lists show, who was told, what the audit has."""
    return {
        "acts": sorted(f"{one.origin} {one.kind}" for one in JointAct.objects.all()),
        "notes": sorted(f"{one.origin} {one.kind}" for one in ClinicalNote.objects.all()),
        "waiting": len(local_node().store.outbox(100)),
        "rows": [[one.status, one.waits_for] for one in Transfer.objects.all()],
        "have": TransferClinician.objects.count(),
        "told": Counter(Notice.objects.values_list("kind", flat=True)),
        "audited": Counter(AuditEntry.objects.filter(act__startswith="transfer.").values_list("act", flat=True)),
    }
