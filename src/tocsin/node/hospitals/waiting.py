"""What waits for somebody in the directory: hospitals to verify, identities to check, people to activate."""

from django.db.models import Q, QuerySet

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.models import Clinician, Hospital

__all__ = ["clinicians_waiting", "count", "hospitals_waiting"]


def hospitals_waiting(person: Person) -> "QuerySet[Hospital]":
    """Those that a person may verify: applied for, and not by themself."""
    if not person.may(Ability.VERIFY_HOSPITALS):
        return Hospital.objects.none()
    found = Hospital.objects.filter(is_ours=True, is_gone=False, status=Hospital.Status.APPLIED)
    return found.exclude(applied_by=person)


def clinicians_waiting(person: Person) -> "QuerySet[Clinician]":
    """Those whose identity a person may check now, or whom they may activate. Nobody waits for themself."""
    own = Q(hospital__organisation=person.organisation_id) if person.may(Ability.KEEP_HOSPITAL) else Q(pk__in=())
    whose = Q() if person.may(Ability.VERIFY_HOSPITALS) else own
    accepted = Q(person__isnull=False) | Q(invitation__accepted_at__isnull=False)
    checked = Q(status=Clinician.Status.IDENTITY_CHECKED)
    found = Clinician.objects.filter(whose, is_ours=True, hospital__is_gone=False)
    found = found.filter(checked | (Q(status=Clinician.Status.INVITED) & accepted))
    return found.exclude(Q(person=person.pk) & Q(person__isnull=False))


def count(person: Person) -> int:
    """How many of both."""
    if not (person.may(Ability.VERIFY_HOSPITALS) or person.may(Ability.KEEP_HOSPITAL)):
        return 0
    return hospitals_waiting(person).count() + clinicians_waiting(person).count()
