"""Exactly what will leave of a draft, who will read it there, what stays here, and where it seems to say who it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.clinical.content import summary_line
from tocsin.clinical.vocabulary import codes, hours_to_answer
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.consultations.building.cases import KINDS
from tocsin.node.consultations.forms.draft_fields import language
from tocsin.node.consultations.models import CaseDraft, PatientIdentity
from tocsin.node.consultations.pages.draft_news2 import news2_words
from tocsin.node.consultations.pages.draft_page import addressed, steps_shown
from tocsin.node.consultations.pages.draft_places import places_of, places_shown
from tocsin.node.consultations.pages.draft_problems import Told, problems_told, sound, today_of
from tocsin.node.consultations.pages.patient import facts_of
from tocsin.node.consultations.words import BASES, USES, coded
from tocsin.node.files.models import Upload
from tocsin.node.hospitals.models import Hospital
from tocsin.node.hospitals.pages.presence import clock_there
from tocsin.node.hospitals.words import language as language_word
from tocsin.node.joint.actions.acting import token
from tocsin.node.language.formats import enumerated, phrases, whole

__all__ = ["Reader", "draft_look"]


@dataclass(frozen=True, slots=True)
class Reader:
    """A hospital that will read it."""

    name: str
    state: str
    clock: str
    is_ours: bool


def draft_look(draft: CaseDraft, person: Person) -> dict[str, Any]:
    """For the last step. `step`: "fix", "places" or "ask": what is to be done next."""
    asked, problems = list(draft.asked.order_by("origin", "hospital_id")), problems_told(draft)
    content = sound(draft.content, today=today_of(draft))
    places = places_shown(draft, places_of(draft))
    hard = [one for one in problems if not one.is_warning]
    return {
        "draft": draft, "title": summary_line(content, language()), "question": addressed(asked, draft),
        "shown": facts_of(content), "facts": _facts(draft), "places": places,
        "news2": news2_words(content, today=today_of(draft), zone=draft.clinician.hospital.time_zone),
        "problems": hard, "warnings": [one for one in problems if one.is_warning],
        "steps": steps_shown(problems, "look"), "step": "fix" if hard else "places" if places else "ask",
        "first": _first(hard), "readers": _readers(asked), "ask": _ask(asked, draft), "stays": _stays(draft, person),
        "files": list(Upload.objects.visible_to(person).filter(pk__in=draft.files).select_related("clean")),
        "seen": token(draft.case.of) if draft.case is not None else "",
    }  # fmt: skip


def _facts(draft: CaseDraft) -> list[tuple[str, str]]:
    consent = [one for kind in KINDS if (one := _consent(kind, draft.consent.get(kind) or {}))]
    found = [
        (_("Asked by"), phrases([draft.clinician, draft.clinician.hospital])),
        (_("Specialty"), coded("specialty", draft.specialty) if draft.specialty else ""),
        (_("Urgency"), _urgency(draft.urgency)),
        (_("Answer in"), enumerated(language_word(one) for one in draft.languages)),
        (_("Consent"), enumerated(consent)),
    ]
    return [(label, value) for label, value in found if value]


def _urgency(code: str) -> str:
    if code not in codes("urgency"):
        return ""
    hours = hours_to_answer(code)
    means = ngettext("an answer within %(n)s hour", "an answer within %(n)s hours", hours) % {"n": whole(hours)}
    return phrases([coded("urgency", code), means])


def _consent(kind: str, one: Mapping[str, Any]) -> str:
    if not one.get("given"):
        return ""
    basis = BASES.get(one.get("basis") or "", "")
    return f"{USES[kind]} ({basis})" if basis else str(USES[kind])


def _readers(asked: Sequence[Hospital]) -> list[Reader]:
    known, now = names({one.origin for one in asked}), timezone.now()
    return [Reader(str(one), known[one.origin], clock_there(one.time_zone, now), one.is_ours) for one in asked]


def _ask(asked: Sequence[Hospital], draft: CaseDraft) -> str:
    """What the button says."""
    if len(asked) == 1:
        again = _("Ask %(hospital)s again") if draft.case is not None else _("Ask %(hospital)s")
        return again % {"hospital": asked[0]}
    n = len(asked)
    return ngettext("Ask %(n)s hospital", "Ask %(n)s hospitals", n) % {"n": whole(n)}


def _stays(draft: CaseDraft, person: Person) -> list[str]:
    """What is kept of who the patient is: how much, and not what."""
    row = PatientIdentity.objects.visible_to(person).of_draft(draft)
    if row is None:
        return []
    counted = {
        ngettext("%(n)s name", "%(n)s names", len(row.names)): len(row.names),
        ngettext("%(n)s number", "%(n)s numbers", len(row.numbers)): len(row.numbers),
        ngettext("%(n)s telephone", "%(n)s telephones", len(row.telephones)): len(row.telephones),
        ngettext("%(n)s address", "%(n)s addresses", len(row.addresses)): len(row.addresses),
    }
    found = [words % {"n": whole(n)} for words, n in counted.items() if n]
    return [*found, *([_("the birth date")] if row.birth_date else [])]


def _first(hard: Sequence[Told]) -> str:
    """The first step on which something is to be put right."""
    steps = ("whom", "patient", "consent", "course", "question")
    return next((name for name in steps if any(one.step == name for one in hard)), "whom")
