"""Whether a hospital takes part: verified in the state's name, active, suspended for a while, gone."""

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.hospitals.actions.finding import (
    VERIFIES,
    changed,
    keeps,
    locked_hospital,
    require_keeper_or_verifier,
    require_status,
)
from tocsin.node.hospitals.actions.telling import acting, tell_partners
from tocsin.node.hospitals.building.texts import reason_said
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.refusals import ActRefused, Oneself

__all__ = ["activate", "leave", "resume", "suspend", "verify_hospital"]

Status = Hospital.Status


def verify_hospital(hospital: Hospital, *, version: int | None = None, by: Person) -> Hospital:
    """Say in the state's name that it is a hospital. Not by whoever applied for it. Partners learn of it now.

    Raises WrongStatus, Oneself, Changed; PermissionDenied.
    """
    check(by, VERIFIES)
    with acting():
        row = locked_hospital(hospital, version=version)
        require_status(row, (Status.APPLIED,), _("%(name)s does not wait to be verified: it is %(status)s."))
        if row.applied_by_id == by.pk:
            raise Oneself(_("You applied for this hospital. Somebody else has to verify it."))
        row.verified_by, row.verified_at = by, timezone.now()
        changed(row, by=by, status=Status.VERIFIED)
        tell_partners(row, by=by)
        audit.record("hospital.verified", row, by=by)
    return row


def activate(hospital: Hospital, *, by: Person) -> Hospital:
    """A verified hospital takes part from now on. By whoever keeps or verifies it. Raises WrongStatus."""
    require_keeper_or_verifier(hospital, by)
    with acting():
        row = locked_hospital(hospital)
        require_status(row, (Status.VERIFIED,), _("%(name)s is %(status)s; only a verified hospital can be activated."))
        changed(row, by=by, status=Status.ACTIVE)
        tell_partners(row, by=by)
        audit.record("hospital.activated", row, by=by)
    return row


def suspend(hospital: Hospital, *, reason: str, by: Person) -> Hospital:
    """It takes no part for a while, and says why. Where the state says so, only the state lets it go on.

    Raises InvalidInput, WrongStatus; PermissionDenied.
    """
    require_keeper_or_verifier(hospital, by)
    said = reason_said(reason)
    with acting():
        row = locked_hospital(hospital)
        require_status(row, (Status.ACTIVE,), _("%(name)s is %(status)s; only an active hospital can be suspended."))
        row.is_held = not keeps(by, row)
        changed(row, by=by, status=Status.SUSPENDED, reason=said)
        tell_partners(row, by=by)
        audit.record("hospital.suspended", row, by=by, reason=said, in_the_states_name=row.is_held)
    return row


def resume(hospital: Hospital, *, by: Person) -> Hospital:
    """It takes part again. Raises WrongStatus, ActRefused for its own people where the state suspended it."""
    require_keeper_or_verifier(hospital, by)
    with acting():
        row = locked_hospital(hospital)
        require_status(row, (Status.SUSPENDED,), _("%(name)s is not suspended: it is %(status)s."))
        if row.is_held and not by.may(VERIFIES):
            raise ActRefused(_("It was suspended in the state’s name; whoever verifies hospitals has to let it go on."))
        row.is_held = False
        changed(row, by=by, status=Status.ACTIVE)
        tell_partners(row, by=by)
        audit.record("hospital.resumed", row, by=by)
    return row


def leave(hospital: Hospital, *, reason: str, by: Person) -> Hospital:
    """It is in the directory no more, its clinicians answer no more. Who they were stays. Raises WrongStatus."""
    require_keeper_or_verifier(hospital, by)
    said = reason_said(reason)
    with acting():
        row = locked_hospital(hospital)
        gone = (one for one in Status.values if one != Status.LEFT)
        require_status(row, tuple(gone), _("%(name)s has left the directory already."))
        row.is_held = False
        changed(row, by=by, status=Status.LEFT, reason=said)
        _end_clinicians(row, said, by)
        tell_partners(row, by=by)
        audit.record("hospital.left", row, by=by, reason=said)
    return row


def _end_clinicians(row: Hospital, reason: str, by: Person) -> None:
    for clinician in row.clinicians.select_for_update().exclude(status=Clinician.Status.REVOKED):
        clinician.away_until = None
        changed(clinician, by=by, status=Clinician.Status.REVOKED, reason=reason)
        audit.record("clinician.revoked", clinician, by=by)
