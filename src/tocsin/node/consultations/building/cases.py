"""What stands against a case as it is written, step by step of its form: which value, which rule, what to do."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tocsin.clinical.content import lacking, normalised, problems_of
from tocsin.clinical.content.problems import WARNINGS
from tocsin.clinical.vocabulary import codes
from tocsin.exchange.types.days import day_of
from tocsin.joint.consultations.state import CARE
from tocsin.node.clinical.wording import worded
from tocsin.node.consultations.building.texts import path_of, text_problems
from tocsin.node.consultations.models import CaseDraft, PatientIdentity
from tocsin.node.consultations.refusals import Problem
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.language.formats import long_date

__all__ = [
    "BASES",
    "MOST_ASKED",
    "OF_PATIENT",
    "STEPS",
    "consent_problems",
    "identity_problems",
    "problems_of_draft",
    "step_of",
]

MOST_ASKED = 6
BASES = ("patient", "representative", "emergency")
KINDS = ("care", "registry", "research", "teaching")
STEPS = ("whom", "patient", "consent", "course", "question", "look")
OLDEST = 120  # years
# Members of the content that the second step asks for.
OF_PATIENT = ("patient", "pregnancy", "allergies", "conditions", "onset_on", "admitted_on", "severity")


def problems_of_draft(draft: CaseDraft, *, today: date) -> list[Problem]:
    """Nothing, or what has to be put right before the case can be submitted."""
    return list(_problems(draft, today))


def step_of(problem: Problem) -> str:
    """On which step of the form it is put right."""
    begins, _dot, rest = problem.field.partition(".")
    member = rest.partition(".")[0]
    if begins in ("asked", "specialty", "urgency", "languages", "clinician"):
        return "whom"
    if begins == "consent":
        return "consent"
    if begins == "identity" or (begins == "content" and member in OF_PATIENT):
        return "patient"
    return "question" if begins in ("text", "files") or member == "questions" else "course"


def _problems(draft: CaseDraft, today: date) -> Iterator[Problem]:
    yield from _of_whom(draft)
    yield from consent_problems(draft.consent, today=today)
    identity = PatientIdentity.objects.of_draft(draft)
    if identity is not None:
        yield from identity_problems(identity, today=today)
    content = normalised(draft.content)
    found = problems_of(content, today=today)
    yield from (
        Problem(path_of(one), worded(one))
        for one in [*found, *([] if found and found[0].code == "shape" else lacking(content))]
        if one.code not in WARNINGS and one.values.get("rule") != "maxLength"
    )
    yield from text_problems(draft.text, content, found)


def _of_whom(draft: CaseDraft) -> Iterator[Problem]:
    clinician = draft.clinician
    if clinician.status not in (Clinician.Status.ACTIVE, Clinician.Status.AWAY):
        yield Problem("clinician", _("You do not answer for %(hospital)s any more.") % {"hospital": clinician.hospital})
    elif clinician.hospital.status != Hospital.Status.ACTIVE:
        said = _("%(hospital)s does not take part yet: it is “%(status)s”. Its manager sees what is missing.")
        values = {"hospital": clinician.hospital, "status": clinician.hospital.get_status_display()}
        yield Problem("clinician", said % values)
    asked = list(draft.asked.all())
    if not asked:
        yield Problem("asked", _("Choose the hospital that you ask."))
    if len(asked) > MOST_ASKED:
        said = _("%(n)s hospitals are chosen; ask %(most)s at most.")
        yield Problem("asked", said % {"n": len(asked), "most": MOST_ASKED})
    for one in asked:
        if one.pk == clinician.hospital_id:
            yield Problem("asked", _("This is your own hospital. Choose another one."))
        elif one.status != Hospital.Status.ACTIVE or one.is_gone:
            said = _("%(hospital)s cannot be asked now: it is “%(status)s”. Choose another hospital.")
            yield Problem("asked", said % {"hospital": one, "status": one.get_status_display()})
    if draft.specialty not in codes("specialty"):
        yield Problem("specialty", _("Choose the specialty that you ask."))
    if draft.urgency not in codes("urgency"):
        yield Problem("urgency", _("Say how soon you need an answer."))
    if not draft.languages:
        yield Problem("languages", _("Choose at least one language in which you can read an answer."))


def consent_problems(consent: Mapping[str, Any], *, today: date) -> Iterator[Problem]:
    """No consent to care, one without its day, a day that is none or to come."""
    care = consent.get(CARE) or {}
    if not care.get("given"):
        said = _("The patient, or somebody for them, has to agree before you ask. Say who agreed, and when.")
        yield Problem("consent.care.given", said)
    for kind, one in consent.items():
        if kind not in KINDS or not one.get("given"):
            continue
        if one.get("basis") not in BASES:
            yield Problem(f"consent.{kind}.basis", _("Say who agreed."))
        elif one["basis"] == "emergency" and kind != CARE:
            said = _("In an emergency nobody is asked about %(use)s. Ask the patient later, and leave it out now.")
            yield Problem(f"consent.{kind}.basis", said % {"use": _use(kind)})
        yield from _day_of_consent(kind, one, today)


def _day_of_consent(kind: str, one: Mapping[str, Any], today: date) -> Iterator[Problem]:
    day = day_of(one.get("on") or "")
    if day is None and one.get("on"):
        said = _("%(day)s is no day of the calendar. Write it as 2026-03-09.")
        yield Problem(f"consent.{kind}.on", said % {"day": one["on"]})
    elif day is None and one.get("basis") != "emergency":
        yield Problem(f"consent.{kind}.on", _("Give the day of the consent."))
    elif day is not None and day > today:
        said = _("The consent is of %(day)s, which is to come; today is %(today)s.")
        yield Problem(f"consent.{kind}.on", said % {"day": long_date(day), "today": long_date(today)})


def _use(kind: str) -> str:
    return {"registry": _("a registry"), "research": _("research"), "teaching": _("teaching")}[kind]


def identity_problems(identity: PatientIdentity, *, today: date) -> Iterator[Problem]:
    """A birth date to come, or of somebody older than people get."""
    born = identity.birth_date
    if born is not None and born > today:
        said = _("The patient is born on %(day)s, which is to come; today is %(today)s.")
        yield Problem("identity.birth_date", said % {"day": long_date(born), "today": long_date(today)})
    elif born is not None and today.year - born.year > OLDEST:
        said = _("The patient is born on %(day)s, more than %(years)s years ago. Look at the year.")
        yield Problem("identity.birth_date", said % {"day": long_date(born), "years": OLDEST})
