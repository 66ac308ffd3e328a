"""What waits for somebody in consultations: in the navigation."""

from django.db.models import Q

from tocsin.node.alliance.models import Person
from tocsin.node.consultations.models import Case, CaseClinician, CaseHospital
from tocsin.node.consultations.models.cases import OPEN, Part
from tocsin.node.hospitals.models import Clinician, Hospital

__all__ = ["count", "waiting_for"]

UNALLOCATED = (Case.Status.SUBMITTED,)


def waiting_for(person: Person) -> Q:
    """Cases in which this person has something to do: their own side is waited for; coordinators, until allocated."""
    mine = Clinician.objects.working().filter(person=person.pk, is_ours=True)
    asking = CaseClinician.objects.filter(clinician__in=mine, part=Part.ASKING).values("case")
    expert = CaseClinician.objects.filter(clinician__in=mine, part=Part.EXPERT).values("case")
    where = Hospital.objects.filter(organisation=person.organisation_id, is_ours=True)
    coordinated = CaseHospital.objects.filter(hospital__in=where, part=Part.ASKED).values("case")
    return (
        Q(pk__in=asking, waits_for=Part.ASKING)
        | Q(pk__in=expert, waits_for=Part.ASKED)
        | Q(pk__in=coordinated, status__in=UNALLOCATED)
    )


def count(person: Person) -> int:
    """How many."""
    found = Case.objects.visible_to(person).filter(status__in=OPEN).filter(waiting_for(person))
    return found.count()
