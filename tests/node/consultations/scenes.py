"""A case as its form is filled in, hospitals and clinicians without the way to them, and the course of a case."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tocsin.clinical.content import EMPTY
from tocsin.node.alliance.models import Organisation
from tocsin.node.consultations.actions import answering, asking
from tocsin.node.consultations.actions.drafting import begin, keep
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.consultations.actions.submitting import submit
from tocsin.node.consultations.models import Case
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.joint.actions.acting import token
from tocsin.node.records import new_id

__all__ = [
    "CONSENT", "CONTENT", "IDENTITY", "a_clinician", "a_draft", "a_hospital", "answered", "ask_for", "seen", "words",
]  # fmt: skip

CONTENT: dict[str, Any] = deepcopy(EMPTY) | {
    "patient": {"age": {"value": 54, "unit": "a"}, "sex": "male"},
    "presentation": "Fever for nine days, dyspnoea since yesterday.",
    "severity": "severe",
    "questions": ["Which antibiotic now?", "Would haemoperfusion help?"],
}
CONSENT = {"care": {"given": True, "on": "2026-03-01", "basis": "patient"}}
IDENTITY = {"names": ["Иванов Пётр Сергеевич"], "numbers": ["AB 1234567"], "telephones": [], "addresses": []}


def a_hospital(state, name: str, **more: Any) -> Hospital:
    """One of ours that takes part."""
    organisation = Organisation.objects.create(state=state, kind="hospital", name_en=name)
    id = new_id()
    return Hospital.objects.create(
        id=id, hospital_id=id, origin=state.pk, is_ours=True, organisation=organisation, status="active",
        names={"en": name, "ru": "", "zh": ""}, time_zone="Asia/Almaty", languages=["ru"],
        verified_at=timezone.now(), **more,
    )  # fmt: skip


def a_clinician(hospital: Hospital, person, **more: Any) -> Clinician:
    """One who answers there; `person` is None at a partner's hospital."""
    id = new_id()
    given = {
        "names": {"en": person.name if person else "Lin Wei", "ru": "", "zh": ""}, "role": "consultant",
        "specialties": ["infectious_diseases"], "languages": ["ru", "en"], "time_zone": "Asia/Almaty",
        "status": "active",
    }  # fmt: skip
    return Clinician.objects.create(
        id=id, clinician_id=id, origin=hospital.origin, hospital=hospital, is_ours=hospital.is_ours, person=person,
        **(given | more),
    )  # fmt: skip


def a_draft(clinician: Clinician, asked: list[Hospital], *, by, identity: Any = None, **said: Any):
    """A case that could be submitted."""
    draft = begin(clinician, by=by)
    given = {
        "specialty": "infectious_diseases", "urgency": "urgent", "languages": ["ru"], "language": "en",
        "consent": CONSENT, "text": "What would you do?", "content": CONTENT,
    }  # fmt: skip
    return keep(draft, given | said, asked=asked, identity=IDENTITY if identity is None else identity, version=1, by=by)


def ask_for(clinician: Clinician, asked: list[Hospital], *, by, **said: Any) -> Case:
    """A case, submitted."""
    draft = a_draft(clinician, asked, by=by, **said)
    return submit(draft, version=draft.version, by=by)


def words(text: str, **more: Any) -> Words:
    return Words(text=text, **more)


def seen(case: Case) -> str:
    """The case as somebody sees it now."""
    return token(case.of)


def answered(case: Case, *, coordinator, expert: Clinician) -> Case:
    """Allocated, and an opinion signed."""
    answering.allocate(case, [expert], seen=seen(case), by=coordinator)
    answering.sign(case, words("Meropenem, and look at the kidneys."), seen=seen(case), by=expert.person)
    return Case.objects.get(pk=case.pk)


def closed(case: Case, *, by) -> Case:
    """Acknowledged, followed up, closed."""
    day = timezone.now().date() + timedelta(days=1)
    asking.acknowledge(case, follow_up_on=day, seen=seen(case), by=by)
    asking.follow_up(case, outcome="recovered", advice_followed="yes", rating=5, by=by)
    asking.close(case, by=by)
    return Case.objects.get(pk=case.pk)
