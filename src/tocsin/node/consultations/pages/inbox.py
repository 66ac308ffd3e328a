"""Cases of a reader: what waits for them first, then the others, by filters that stand in the address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.models import Case, CaseClinician, CaseDraft, CaseHospital, CaseSeen
from tocsin.node.consultations.models.cases import OPEN, Part
from tocsin.node.consultations.pages.case_page import patient_line
from tocsin.node.consultations.waiting import waiting_for
from tocsin.node.consultations.words import coded
from tocsin.node.hospitals.models import Clinician
from tocsin.node.language.formats import left_of, listing

__all__ = ["BOXES", "PAGE", "Filters", "Row", "drafts_of", "filtered", "inbox"]

PAGE = 50
BOXES = ("waiting", "open", "ended", "all")


@dataclass(frozen=True, slots=True)
class Filters:
    """As the address has them; what it has and is none is as if it were not there."""

    box: str = "open"
    q: str = ""
    specialty: str = ""
    urgency: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list."""

    case: Case
    line: str
    chip: str
    who: str
    specialty: str
    urgency: str
    deadline: str
    is_late: bool
    is_new: bool
    part: str
    experts: str


def filtered(reader: Person, filters: Filters, found: Iterable[Any] | None = None) -> "QuerySet[Case]":
    """Cases that the reader has a part in and that the filters let through, last changed first.

    found   cases that have the words of `filters.q`; None where no words are asked for
    """
    rows = Case.objects.visible_to(reader).exclude(status=Case.Status.VOID)
    if filters.box == "waiting":
        rows = rows.filter(waiting_for(reader), status__in=OPEN)
    elif filters.box == "open":
        rows = rows.filter(status__in=OPEN)
    elif filters.box == "ended":
        rows = rows.exclude(status__in=OPEN)
    for name in ("specialty", "urgency"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    if filters.part in (Part.ASKING, Part.ASKED):
        rows = rows.filter(_of_part(reader, filters.part))
    if found is not None:
        rows = rows.filter(pk__in=found)
    return rows.order_by("-changed_at", "pk")


def inbox(reader: Person, keys: Sequence[UUID]) -> list[Row]:
    """Cases by these keys as lists show them, in a number of queries that does not grow with them.

    By their keys, since a hospital has had thousands: those are put in order, and whole cases are read of a page alone.
    """
    known = Case.objects.select_related("of").in_bulk(keys)  # a case's number is of the object's name
    cases = [known[key] for key in keys if key in known]
    hospitals: dict[Any, dict[str, list[str]]] = {}
    for one in CaseHospital.objects.filter(case__in=keys).select_related("hospital"):
        name = str(one.hospital) if one.hospital is not None else one.origin
        hospitals.setdefault(one.case_id, {}).setdefault(str(one.part), []).append(name)
    experts: dict[Any, list[str]] = {}
    clinicians = CaseClinician.objects.filter(case__in=keys, part=Part.EXPERT).select_related("clinician")
    for expert in clinicians:
        if expert.clinician is not None:
            experts.setdefault(expert.case_id, []).append(str(expert.clinician))
    seen = dict(CaseSeen.objects.filter(case__in=keys, person=reader).values_list("case", "at"))
    asking = set(
        CaseClinician.objects.filter(case__in=keys, part=Part.ASKING, clinician__person=reader).values_list(
            "case", flat=True
        )
    )
    now = timezone.now()
    return [
        _row(case, hospitals.get(case.pk, {}), experts.get(case.pk, []), seen.get(case.pk), case.pk in asking, now)
        for case in cases
    ]


def drafts_of(reader: Person) -> "QuerySet[CaseDraft]":
    """What the reader has begun to write and not sent, last changed first."""
    return CaseDraft.objects.visible_to(reader).waiting().prefetch_related("asked").order_by("-changed_at")


def _row(
    case: Case, hospitals: Mapping[str, list[str]], experts: list[str], seen_at: datetime | None, asks: bool,
    now: datetime,
) -> Row:  # fmt: skip
    waits = case.first_answer_at is None and case.waits_for == Part.ASKED and case.is_open
    allowed: timedelta = case.answer_by - case.begun_at
    return Row(
        case=case, line=patient_line(case), chip=f"case_{case.status}",
        who=listing(hospitals.get(Part.ASKED if asks else Part.ASKING, [])), part=Part.ASKING if asks else Part.ASKED,
        specialty=coded("specialty", case.specialty), urgency=coded("urgency", case.urgency),
        deadline=left_of(case.answer_by, allowed) if waits else "", is_late=waits and now > case.answer_by,
        is_new=seen_at is None or case.changed_at > seen_at, experts=listing(experts),
    )  # fmt: skip


def _of_part(reader: Person, part: str) -> Q:
    mine = Clinician.objects.working().filter(person=reader.pk, is_ours=True)
    clinician = CaseClinician.objects.filter(case=OuterRef("pk"), clinician__in=mine)
    hospital = CaseHospital.objects.filter(
        case=OuterRef("pk"), part=part, hospital__organisation=reader.organisation_id, hospital__is_ours=True
    )
    asks = clinician.filter(part=Part.ASKING) if part == Part.ASKING else clinician.exclude(part=Part.ASKING)
    return Q(Exists(asks)) | Q(Exists(hospital))
