"""What waits for somebody in transfers: in the navigation."""

from django.db.models import Q

from tocsin.node.alliance.models import Person
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.transfers.models import Transfer, TransferClinician, TransferHospital
from tocsin.node.transfers.models.transfers import BOTH, OPEN, Side

__all__ = ["count", "waiting_for"]


def waiting_for(person: Person) -> Q:
    """Transfers in which this person has something to do: their own side is waited for. Coordinators are waited for
    until it is answered.
    """
    mine = Clinician.objects.working().filter(person=person.pk, is_ours=True)
    where = Hospital.objects.filter(organisation=person.organisation_id, is_ours=True)
    asked = TransferHospital.objects.filter(hospital__in=where, side=Side.RECEIVING).values("transfer")
    found = Q(pk__in=asked, status=Transfer.Status.REQUESTED)
    for side in Side:
        have = TransferClinician.objects.filter(clinician__in=mine, side=side).values("transfer")
        found |= Q(pk__in=have, waits_for__in=(side, BOTH))
    return found


def count(person: Person) -> int:
    """How many."""
    return Transfer.objects.visible_to(person).filter(status__in=OPEN).filter(waiting_for(person)).count()
