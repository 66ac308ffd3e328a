"""What waits for somebody in consultations: in the navigation."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.models import Case, CaseClinician, CaseHospital
from tocsin.node.consultations.models.cases import OPEN, Part
from tocsin.node.hospitals.models import Clinician, Hospital

__all__ = ["count", "waiting_for"]

UNALLOCATED = (Case.Status.SUBMITTED,)


def waiting_for(person: Person) -> Q:
    """Cases in which this person has something to do: their own side is waited for; coordinators, until allocated."""
    return _as_clinician(person) | (_coordinated(person) & Q(status__in=UNALLOCATED))


def count(person: Person) -> int:
    """How many; for every page that is shown. A coordinator's hospital may have had tens of thousands of cases, and few
    of those wait: they are looked for by their status, apart from a clinician's, who has had hundreds.
    """
    cases, found = Case.objects.visible_to(person), set[UUID]()
    if person.may(Ability.CONSULT):
        found.update(cases.filter(_as_clinician(person), status__in=OPEN).values_list("pk", flat=True))
    if person.may(Ability.COORDINATE):
        for status in UNALLOCATED:
            found.update(cases.filter(_coordinated(person), status=status).values_list("pk", flat=True))
    return len(found)


def _as_clinician(person: Person) -> Q:
    mine = Clinician.objects.working().filter(person=person.pk, is_ours=True)
    asking = CaseClinician.objects.filter(clinician__in=mine, part=Part.ASKING).values("case")
    expert = CaseClinician.objects.filter(clinician__in=mine, part=Part.EXPERT).values("case")
    return Q(pk__in=asking, waits_for=Part.ASKING) | Q(pk__in=expert, waits_for=Part.ASKED)


def _coordinated(person: Person) -> Q:
    where = Hospital.objects.filter(organisation=person.organisation_id, is_ours=True)
    return Q(Exists(CaseHospital.objects.filter(case=OuterRef("pk"), hospital__in=where, part=Part.ASKED)))
