"""The row that an act is about: locked, ours, as the person saw it, and theirs to change."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.refusals import Changed, WrongStatus

__all__ = [
    "changed",
    "keeps",
    "locked_clinician",
    "locked_hospital",
    "require_keeper",
    "require_keeper_or_verifier",
    "require_own_or_keeper",
    "require_status",
]

KEEPS, VERIFIES = Ability.KEEP_HOSPITAL, Ability.VERIFY_HOSPITALS


def keeps(person: Person, hospital: Hospital) -> bool:
    """Whether the hospital is theirs to keep: of ours, and the one that they work in."""
    own = hospital.organisation_id is not None and hospital.organisation_id == person.organisation_id
    return own and hospital.is_ours and person.may(KEEPS)


def require_keeper(hospital: Hospital, by: Person) -> None:
    """Raises PermissionDenied for whoever may not keep this hospital."""
    check(by, KEEPS)
    if not keeps(by, hospital):
        raise PermissionDenied(f"{by} does not keep this hospital")


def require_keeper_or_verifier(hospital: Hospital, by: Person) -> None:
    """Raises PermissionDenied for whoever neither keeps this hospital nor verifies those of this state."""
    if hospital.is_ours and by.may(VERIFIES):
        return
    require_keeper(hospital, by)


def require_own_or_keeper(clinician: Clinician, by: Person) -> None:
    """Raises PermissionDenied for whoever is neither this clinician nor keeps their hospital."""
    own = clinician.is_ours and clinician.person_id == by.pk and by.may(Ability.CONSULT)
    if not own and not keeps(by, clinician.hospital):
        raise PermissionDenied(f"{by} does not keep this entry")


def locked_hospital(hospital: Hospital, *, version: int | None = None) -> Hospital:
    """The row as it is now, until the act ends. Raises Changed if it is not the version that the person saw."""
    row = Hospital.objects.select_for_update(of=("self",)).select_related("changed_by").get(pk=hospital.pk)
    if version is not None and version != row.version:
        raise Changed(row)
    return row


def locked_clinician(clinician: Clinician, *, version: int | None = None) -> Clinician:
    """As `locked_hospital`; with the hospital, which is locked before it."""
    locked_hospital(clinician.hospital)
    found = Clinician.objects.select_for_update(of=("self",)).select_related("hospital", "person", "changed_by")
    row = found.get(pk=clinician.pk)
    if version is not None and version != row.version:
        raise Changed(row)
    return row


def require_status(row: Hospital | Clinician, allowed: Collection[str], message: str) -> None:
    """Raises WrongStatus. `message` may name %(name)s and %(status)s."""
    if row.status not in allowed:
        raise WrongStatus(row, message)


def changed(row: Hospital | Clinician, *, by: Person | None, status: str | None = None, reason: str = "") -> None:
    """Save a change, as the next version of the row; with a new status where one is given."""
    now = timezone.now()
    if status is not None:
        row.status, row.status_reason, row.status_since = status, reason, now
    row.version += 1
    row.changed_by, row.changed_at = by, now
    row.save()
