"""Whom a reference means, where somebody works, and whether they are there now: for all who work with hospitals."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Role
from tocsin.node.hospitals.hours import hours_of, is_away, local
from tocsin.node.hospitals.models import Clinician, Hospital

__all__ = [
    "clinician_of",
    "clinicians_of",
    "coordinators_of",
    "hospital_of",
    "hospital_where",
    "is_available",
    "is_on_hours",
]


def hospital_of(ref: Mapping[str, Any]) -> Hospital | None:
    """The hospital of a reference {"origin", "id"}; None where nobody here knows it. Who may see it is not asked."""
    return Hospital.objects.of(ref)


def clinician_of(ref: Mapping[str, Any]) -> Clinician | None:
    """The clinician of a reference {"origin", "id"}, revoked ones too: what they have said keeps a name."""
    return Clinician.objects.of(ref)


def clinicians_of(person: Person) -> list[Clinician]:
    """As whom a person of ours may answer: active, or away for a while. Of hospitals that take part now."""
    found = Clinician.objects.working().filter(person=person.pk, is_ours=True, hospital__status=Hospital.Status.ACTIVE)
    return list(found.select_related("hospital").order_by("pk"))


def hospital_where(person: Person) -> Hospital | None:
    """Our hospital in whose organisation a person works, whatever its state."""
    return Hospital.objects.filter(organisation=person.organisation_id, is_ours=True, is_gone=False).first()


def coordinators_of(hospital: Hospital) -> list[Person]:
    """Active people of its organisation who give what it is asked to an expert. None for hospitals of partners."""
    if hospital.organisation_id is None:
        return []
    # Roles are a list in JSON, which SQLite cannot search into; people of one hospital are few.
    people = Person.objects.filter(organisation=hospital.organisation_id, is_active=True).order_by("name", "pk")
    return [one for one in people if Role.COORDINATOR in one.roles]


def is_available(clinician: Clinician, at: datetime) -> bool:
    """Whether they work now, are not away, and it is an hour of theirs where they are. Hours not said are none."""
    return is_on_hours(clinician, at) is True


def is_on_hours(clinician: Clinician, at: datetime) -> bool | None:
    """As `is_available`; None for somebody who is there, but has not said when."""
    if clinician.status not in (Clinician.Status.ACTIVE, Clinician.Status.AWAY):
        return False
    if is_away(clinician.status, clinician.away_until, clinician.zone, at):
        return False
    if not clinician.availability:
        return None
    here = local(clinician.zone, at)
    return any(hours.include(here) for hours in hours_of(clinician.availability))
