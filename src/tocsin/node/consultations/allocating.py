"""Which expert a hospital's rule gives a case to: by specialty, language, hours and load. docs/consultations.md."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from tocsin.joint.consultations import Case, Status
from tocsin.joint.parties import PartyId, Speaker
from tocsin.node.alliance.alliance_file import here
from tocsin.node.consultations import models
from tocsin.node.consultations.models.cases import OPEN, Part
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.reading import is_on_hours
from tocsin.node.joint.nouns import Due

__all__ = ["Candidate", "candidates", "due", "due_at"]

AGAIN = timedelta(minutes=10)  # nobody could be chosen: hours begin, cases end
WAITING = (Status.SUBMITTED, Status.ALLOCATED, Status.IN_REVIEW, Status.INFO_REQUESTED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be given a case. on_hours: None where they have not said when they are there."""

    clinician: Clinician
    on_hours: bool | None
    shares_language: bool
    has_specialty: bool
    load: int

    @property
    def rank(self) -> tuple[object, ...]:
        """The smaller the better; of those alike whoever has fewer cases, then by name, so that all nodes agree."""
        hours = {True: 0, None: 1, False: 2}[self.on_hours]
        return not self.has_specialty, hours, not self.shares_language, self.load, str(self.clinician.clinician_id)


def candidates(hospital: Hospital, case: models.Case | Case, *, at: datetime) -> list[Candidate]:
    """Everybody of a hospital of ours who takes consultations, the best first: for coordinators, and for the rule."""
    people = Clinician.objects.working().filter(hospital=hospital, takes_consultations=True)
    loads = dict(
        models.CaseClinician.objects.filter(clinician__hospital=hospital, part=Part.EXPERT, case__status__in=OPEN)
        .values_list("clinician").annotate(n=Count("pk"))
    )  # fmt: skip
    languages = set(case.languages)
    found = [
        Candidate(
            one, is_on_hours(one, at), bool(languages & set(one.languages)), case.specialty in one.specialties,
            loads.get(one.pk, 0),
        )
        for one in people.select_related("hospital")
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.rank)


def due(case: Case, *, at: datetime) -> Sequence[Due]:
    """What our hospitals' rules allocate now, if coordinators have not."""
    for hospital, rule, since in _unallocated(case):
        if at < since + timedelta(minutes=rule.after_minutes):
            continue
        # A rule chooses nobody outside of hours, of another specialty, with as many cases as the hospital allows, nor
        # who has handed this one back: that is for a coordinator to decide.
        left = _handed_back(case)
        fit = [
            one for one in candidates(hospital, case, at=at)
            if one.has_specialty and one.on_hours is not False and one.load < rule.most_cases
            and PartyId.of(one.clinician.key) not in left
        ]  # fmt: skip
        if fit:
            who = {"hospital": hospital.key, "clinician": None}
            return [Due("allocate", {"as": who, "experts": [fit[0].clinician.key], "by_rule": True})]
    return []


def due_at(case: Case) -> datetime | None:
    """When a rule of ours should be looked at next."""
    now = timezone.now()
    moments = [since + timedelta(minutes=rule.after_minutes) for _, rule, since in _unallocated(case)]
    return min((one if one > now else now + AGAIN for one in moments), default=None)


def _unallocated(case: Case) -> Iterator[tuple[Hospital, models.AllocationRule, datetime]]:
    """Hospitals of ours that are asked, that have a rule, and where nobody has the case."""
    if case.begun is None or case.status not in WAITING:
        return
    asked = [one for one in case.asked if one.origin == here().code and one not in case.declined]
    waiting = [one.id for one in asked if one not in case.allocations]
    rules = models.AllocationRule.objects.filter(
        is_on=True, hospital__hospital_id__in=waiting, hospital__is_ours=True, hospital__status=Hospital.Status.ACTIVE
    )  # fmt: skip
    for rule in rules.select_related("hospital").order_by("hospital"):
        if PartyId.of(rule.hospital.key) in asked:
            yield rule.hospital, rule, case.begun.at


def _handed_back(case: Case) -> set[PartyId | None]:
    """Experts who have said in this round that they cannot."""
    assert case.begun is not None
    return {
        Speaker.of(one.act.said["as"]).clinician
        for one in case.history
        if one.act.kind == "hand_back" and one.at >= case.begun.at
    }
