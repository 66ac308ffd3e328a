"""What processes of a node do with a case abroad, for tests that kill them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.node.consultations.scenes import a_clinician, a_draft, a_hospital, words
from tests.node.consultations.theirs import their_clinician, their_hospital
from tests.node.notifications import nodes_at_work

from tocsin.exchange.documents import Document
from tocsin.exchange.store import State as DocumentState
from tocsin.node.alliance.models import AuditEntry, Notice, Person, State
from tocsin.node.consultations.actions import answering, asking
from tocsin.node.consultations.actions.rules import keep_rule
from tocsin.node.consultations.actions.submitting import submit as submit_draft
from tocsin.node.consultations.models import Case, CaseDraft, ClinicalNote
from tocsin.node.joint.models import JointAct
from tocsin.node.post.here import local_node


def prepare(trust: str) -> dict[str, Any]:
    """A node that has joined: Mira of the Hill has written a case for Borvik; what it is asked its rule gives Lin.

    Returns how documents name the hospitals, and the expert at Borvik.
    """
    nodes_at_work.found(trust)
    hill, borvik = a_hospital(State.objects.get(is_here=True), "Hill Hospital"), their_hospital()
    made = {}
    for name, role in (("Mira", "clinician"), ("Lin", "clinician"), ("Rosa", "consultation_coordinator")):
        made[name] = Person.objects.create_user(
            f"{name.lower()}@service.example", name=name, roles=[role], organisation=hill.organisation
        )
    mira, wei = a_clinician(hill, made["Mira"], specialties=["toxicology"]), their_clinician(borvik)
    a_clinician(hill, made["Lin"])
    a_draft(mira, [borvik], by=made["Mira"])
    keep_rule(hill, is_on=True, after_minutes=0, most_cases=5, by=made["Rosa"])
    return {"hill": hill.key, "borvik": borvik.key, "wei": wei.key}


def submit() -> dict[str, str]:
    """Mira sends her case; its key."""
    draft = CaseDraft.objects.get()
    return submit_draft(draft, version=draft.version, by=draft.by).of.key.as_json()


def sealed() -> list[str]:
    """What waits is sealed, as it travels."""
    return nodes_at_work.sealed()


def sign() -> None:
    """The expert to whom Borenia's case was given signs."""
    case = Case.objects.get(is_ours=False)
    expert = case.clinicians.get(part="expert").clinician
    answering.sign(case, words("Meropenem, then."), by=expert.person)


def supplement() -> None:
    """Mira adds something, which waits to be sealed."""
    asking.supplement(Case.objects.get(is_ours=True), words("Creatinine has doubled."), by=_mira())


def end_consent() -> None:
    """Mira puts on record that the patient does not agree any more."""
    asking.change_consent(
        Case.objects.get(is_ours=True), "care", given=False, on=None, basis="patient", by=_mira()
    )  # fmt: skip


def take(batches: Sequence[str]) -> list[str]:
    """What Borenia says comes, and whatever our machine says to that."""
    return nodes_at_work.take(batches, via="BO")["came"]


def look() -> dict[str, Any]:
    """What is said here, what waits to be sealed, what stands of the patient, who was told, what the audit has."""
    waiting = [Document.read(row.document) for row in local_node().store.outbox(100)]
    audited = AuditEntry.objects.filter(act__startswith="consultation").values_list("act", flat=True)
    noted = [one for one in local_node().store.entries(most=100) if one.type == "clinical-note"]
    return {
        "acts": sorted(f"{one.origin} {one.kind}" for one in JointAct.objects.all()),
        "cases": sorted(Case.objects.values_list("origin", "status")),
        "waiting": [_said(one) for one in waiting if one.type != "receipt"],
        "notes": sorted(f"{one.origin} {one.kind} {one.text[:9]}" for one in ClinicalNote.objects.all()),
        "kept": sorted(str(one.state) for one in noted if one.state is not DocumentState.ERASED),
        "drafted": sorted(CaseDraft.objects.values_list("text", flat=True)),
        "sent": CaseDraft.objects.exclude(sent=None).count(),
        "told": Counter(f"{one.kind} {one.person.name}" for one in Notice.objects.select_related("person")),
        "audited": Counter(audited),
    }


def _said(document: Document) -> str:
    return f"{document.type} {document.body.get('act') or document.body.get('kind') or ''}".strip()


def _mira() -> Person:
    return Person.objects.get(name="Mira")
