"""How consultations go: times and shares by hospital and specialty, of cases of the reader's own hospital.

Without any case: only hospitals, specialties and figures. A rating is shown from five on, so that nobody's own is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.models import Case, CaseHospital
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.words import coded
from tocsin.node.hospitals.models import Hospital
from tocsin.node.language.keys import sort_key

__all__ = ["FEWEST_RATINGS", "SPAN", "Measures", "Row", "first_cases", "measures"]

SPAN = timedelta(days=365)
FEWEST_RATINGS = 5
WAS_ASKED = (Part.ASKED, Part.DECLINED)


@dataclass
class Row:
    """Cases that one hospital was asked in one specialty, also those that it declined. Times are medians of that
    hospital's own; None where there was none to measure. Of a case that was opened again the last round counts.
    """

    hospital: str
    specialty: str
    cases: int = 0
    untaken: int = 0
    late: int = 0
    allocations: list[timedelta] = field(default_factory=list)
    answers: list[timedelta] = field(default_factory=list)
    to_follow_up: int = 0
    followed_up: int = 0
    ratings: list[int] = field(default_factory=list)

    @property
    def to_allocation(self) -> timedelta | None:
        """From being asked to an expert having the case."""
        return median(self.allocations) if self.allocations else None

    @property
    def to_answer(self) -> timedelta | None:
        """From being asked to the first signed opinion."""
        return median(self.answers) if self.answers else None

    @property
    def share_followed_up(self) -> float | None:
        """Of those whose day to tell how it went has come."""
        return self.followed_up / self.to_follow_up if self.to_follow_up else None

    @property
    def rating(self) -> float | None:
        """The mean of what those who asked gave, 1 to 5."""
        return sum(self.ratings) / len(self.ratings) if len(self.ratings) >= FEWEST_RATINGS else None


@dataclass(frozen=True)
class Measures:
    """asked: of cases that the reader's hospital was asked; asking: of those that it asked, by the hospitals that were
    asked. all: of each in one row, in which a case that several were asked counts once, with its first expert and its
    first answer.
    """

    asked: Sequence[Row]
    asking: Sequence[Row]
    all_asked: Row
    all_asking: Row


@dataclass(frozen=True, slots=True)
class FirstCase:
    """How far a hospital of this state has come on the way to its first case, and when it took each step."""

    hospital: Hospital
    verified_at: datetime | None
    clinician_at: datetime | None
    first_case_at: datetime | None

    @property
    def took(self) -> timedelta | None:
        """From its verification to its first case."""
        if self.verified_at is None or self.first_case_at is None:
            return None
        return self.first_case_at - self.verified_at


def measures(reader: Person, *, now: datetime | None = None) -> Measures:
    """Of the last year, in four queries."""
    now = now or timezone.now()
    own = Hospital.objects.filter(organisation=reader.organisation_id, is_ours=True)
    asked, all_asked = _rows(_cases(own, WAS_ASKED, now), Q(hospital__in=own), now)
    asking, all_asking = _rows(_cases(own, (Part.ASKING,), now), Q(), now)
    return Measures(_sorted(asked), _sorted(asking), all_asked, all_asking)


def first_cases() -> list[FirstCase]:
    """Hospitals of this state, those on their way first."""
    found = []
    for one in Hospital.objects.filter(is_ours=True, is_gone=False):
        asked = CaseHospital.objects.filter(hospital=one, part=Part.ASKING).values("case")
        submitted = Case.objects.filter(pk__in=asked).order_by("submitted_at")
        first = submitted.values_list("submitted_at", flat=True)
        clinicians = one.clinicians.exclude(activated_at=None).order_by("activated_at")
        found.append(
            FirstCase(
                one, one.verified_at, clinicians.values_list("activated_at", flat=True).first(), first.first(),
            )
        )  # fmt: skip
    language = get_language() or "en"
    return sorted(found, key=lambda one: (one.first_case_at is not None, sort_key(str(one.hospital), language)))


def _cases(own: "QuerySet[Hospital]", parts: Sequence[str], now: datetime) -> "QuerySet[Case]":
    of_hospital = CaseHospital.objects.filter(hospital__in=own, part__in=parts).values("case")
    return Case.objects.filter(pk__in=of_hospital, submitted_at__gte=now - SPAN).exclude(status=Case.Status.VOID)


def _rows(cases: "QuerySet[Case]", whose: Q, now: datetime) -> tuple[list[Row], Row]:
    """A row for each hospital that was asked and each specialty, and one of all."""
    asked = CaseHospital.objects.filter(whose, case__in=cases, part__in=WAS_ASKED).select_related("hospital")
    by_case: dict[Any, list[CaseHospital]] = {}
    for one in asked:
        by_case.setdefault(one.case_id, []).append(one)
    found: dict[tuple[Any, ...], Row] = {}
    known, row_of = list(cases), dict[Any, list[Row]]()
    total = Row("", "")
    for case in known:
        of_case = by_case.get(case.pk, [])
        for one in of_case:
            name = str(one.hospital) if one.hospital is not None else one.origin
            key = one.origin, one.key, case.specialty  # two hospitals may be called the same
            row = found.setdefault(key, Row(name, coded("specialty", case.specialty)))
            _count(row, case, [one], now)
            row_of.setdefault(case.pk, []).append(row)
        if of_case:
            _count(total, case, of_case, now)
    total.ratings = _ratings_that_may_be_shown(known, row_of)
    return list(found.values()), total


def _count(row: Row, case: Case, at: Iterable[CaseHospital], now: datetime) -> None:
    """A case, by what these hospitals did in it."""
    allocated_at = min((one.allocated_at for one in at if one.allocated_at is not None), default=None)
    answered_at = min((one.first_answer_at for one in at if one.first_answer_at is not None), default=None)
    row.cases += 1
    row.untaken += case.status == Case.Status.EXPIRED and allocated_at is None
    if allocated_at is not None:
        row.allocations.append(allocated_at - case.begun_at)
    if answered_at is not None:
        row.answers.append(answered_at - case.begun_at)
    if case.first_answer_at is not None:
        row.late += case.first_answer_at > case.answer_by
    elif case.is_open and now > case.answer_by:
        row.late += 1
    if case.followed_up_at is not None or (case.follow_up_on is not None and case.follow_up_on <= now.date()):
        row.to_follow_up += 1
        row.followed_up += case.followed_up_at is not None
    if case.rating is not None:
        row.ratings.append(case.rating)


def _ratings_that_may_be_shown(cases: Iterable[Case], row_of: Mapping[Any, Sequence[Row]]) -> list[int]:
    """Of all cases. Those that no row shows count from five on, too, or who gave them would follow from the others."""
    shown, hidden = list[int](), list[int]()
    for case in cases:
        if case.rating is not None and (rows := row_of.get(case.pk)):
            (hidden if all(row.rating is None for row in rows) else shown).append(case.rating)
    return shown + hidden if len(hidden) >= FEWEST_RATINGS else shown


def _sorted(rows: list[Row]) -> list[Row]:
    language = get_language() or "en"
    return sorted(
        rows, key=lambda one: (-one.cases, sort_key(one.hospital, language), sort_key(one.specialty, language))
    )
