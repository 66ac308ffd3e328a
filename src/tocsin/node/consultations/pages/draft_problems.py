"""What stands against a case as it is written: on which step, at which member, and whether it only is missing yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.clinical.content import EMPTY, normalised, problems_of
from tocsin.clinical.measures import laboratory_test, vitals
from tocsin.node.clinical.codes import problems_of_diagnoses
from tocsin.node.clinical.wording import worded
from tocsin.node.consultations.building.cases import problems_of_draft, step_of
from tocsin.node.consultations.models import CaseDraft
from tocsin.node.consultations.refusals import Problem
from tocsin.node.consultations.words import coded
from tocsin.node.files.models import Upload
from tocsin.node.hospitals.hours import local

__all__ = ["NO_CODE", "Told", "problems_told", "sound", "today_of"]

NO_CODE = "?"  # stands where somebody typed words and no code was chosen yet
# What is empty at first: said where the person looks what is missing, and not before.
NEEDED = frozenset({
    "asked", "specialty", "urgency", "languages", "consent.care.given", "content.patient.age", "content.patient.sex",
    "content.presentation", "content.questions",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """path: the member, "content.vitals.0.value"; is_missing: it is empty, and needed before the case can be sent.

    subject  what a list of problems names: "heart rate"; empty where the sentence does
    """

    path: str
    message: str
    step: str
    is_warning: bool = False
    is_missing: bool = False
    subject: str = ""


def today_of(draft: CaseDraft) -> date:
    """The day where the hospital is."""
    return local(draft.clinician.hospital.time_zone, timezone.now()).date()


def problems_told(draft: CaseDraft) -> list[Told]:
    """All of them, what only is worth a second look behind what has to be put right."""
    today = today_of(draft)
    content = normalised(draft.content)
    found = [_told(draft, content, one) for one in problems_of_draft(draft, today=today)]
    of_content = problems_of(content, today=today)
    warned = [one for one in of_content if one.is_warning]
    if not any(one.field.startswith("/diagnoses") for one in of_content if not one.is_warning):
        warned += problems_of_diagnoses(content)
    for one in warned:
        path = f"content{one.field.replace('/', '.')}"
        found.append(
            Told(path, worded(one), step_of(Problem(path, "")), is_warning=True, subject=_subject(content, path))
        )
    return [*(one for one in found if not one.is_warning), *_of_files(draft), *(one for one in found if one.is_warning)]


def _of_files(draft: CaseDraft) -> list[Told]:
    """Files that are gone, and those at which somebody has to look before they may leave."""
    rows = {str(one.pk): one for one in Upload.objects.visible_to(draft.by).filter(pk__in=draft.files)}
    found = []
    if set(draft.files) - set(rows):
        found.append(Told("files", _("A file is not there any more. Take it out, or give it again."), "question"))
    for row in rows.values():
        if not row.may_leave:
            said = _("“%(name)s” may not leave yet: look at it first, under your files.") % {"name": row.name}
            found.append(Told("files", said, "question"))
    return found


def sound(content: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """The content without what cannot be so: what is reckoned and shown as a whole of an unfinished draft."""
    whole = normalised(content)
    wrong = [one.field.split("/")[1:] for one in problems_of(whole, today=today) if one.field and not one.is_warning]
    bad_rows = {(one[0], int(one[1])) for one in wrong if len(one) > 1 and one[1].isdecimal()}
    bad_parts = {one[0] for one in wrong if len(one) == 1 or not one[1].isdecimal()} & set(whole)
    made: dict[str, Any] = {}
    for name, value in whole.items():
        if name in bad_parts:
            made[name] = EMPTY.get(name)
        elif isinstance(value, list):
            made[name] = [row for index, row in enumerate(value) if (name, index) not in bad_rows]
        else:
            made[name] = value
    return {name: value for name, value in made.items() if name in EMPTY}


def _told(draft: CaseDraft, content: Mapping[str, Any], one: Problem) -> Told:
    missing = one.field in NEEDED and _is_empty(_value(draft, content, one.field))
    message = one.message
    if one.field.startswith("content.diagnoses.") and _has_no_code(content, one.field):
        message = _("No code is chosen for this diagnosis yet.")
    elif one.field.endswith(".at") and not _value(draft, content, one.field):
        message = _("Say on which day it was measured.")
    subject = _subject(content, one.field)
    return Told(one.field, message, step_of(one), is_missing=missing, subject=subject)


def _subject(content: Mapping[str, Any], path: str) -> str:
    """What a list of problems names: a text by its field, a row by what was measured or given."""
    _content, _dot, way = path.partition(".")
    section, _dot, rest = way.partition(".")
    number = rest.partition(".")[0]
    row = content[section][int(number)] if number.isdecimal() and isinstance(content.get(section), list) else None
    if not isinstance(row, Mapping):
        return _field_named(path)
    if section == "vitals":
        sign = vitals().get(str(row.get("code")))
        return "" if sign is None else sign.words.in_language(get_language() or "en")
    if section == "laboratory":
        test = laboratory_test(str(row.get("loinc") or ""))
        return str(row.get("display") or "") if test is None else test.words.in_language(get_language() or "en")
    if section == "support":
        return coded("organ_support", str(row.get("kind") or ""))
    return str(row.get("display") or row.get("substance") or "")


def _field_named(path: str) -> str:
    _content, _dot, number = path.partition("content.questions.")
    if number.isdecimal():
        return _("Question %(n)s") % {"n": int(number) + 1}
    return {
        "text": _("What else the colleague should know"), "content.patient.age": _("Age"),
        "content.patient.sex": _("Sex"), "content.presentation": _("Presentation and course"),
        "content.allergies": _("Allergies"), "content.conditions": _("Other conditions"),
    }.get(path, "")  # fmt: skip


def _value(draft: CaseDraft, content: Mapping[str, Any], path: str) -> Any:
    begins, *rest = path.split(".")
    if begins == "asked":
        return list(draft.asked.all())
    value: Any = content if begins == "content" else getattr(draft, begins)
    for name in rest:
        if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _is_empty(value: Any) -> bool:
    return not value or value == "unknown"


def _has_no_code(content: Mapping[str, Any], path: str) -> bool:
    index = path.split(".")[2]
    rows = content["diagnoses"]
    return index.isdecimal() and int(index) < len(rows) and rows[int(index)].get("code") == NO_CODE
