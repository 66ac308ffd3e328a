"""What becomes of a clinician: identity checked, active, away for a while, revoked; and the entry that they keep."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Invitation, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.actions.finding import (
    changed,
    keeps,
    locked_clinician,
    require_keeper_or_verifier,
    require_own_or_keeper,
    require_status,
)
from tocsin.node.hospitals.actions.inviting import TAKES_PEOPLE, link_accepted
from tocsin.node.hospitals.actions.telling import acting, tell_partners
from tocsin.node.hospitals.building.entries import clinician_said, fill_clinician
from tocsin.node.hospitals.building.texts import reason_said
from tocsin.node.hospitals.following import answers_no_more
from tocsin.node.hospitals.hours import local
from tocsin.node.hospitals.models import Clinician
from tocsin.node.hospitals.refusals import ActRefused, InvalidInput, Oneself, Problem

__all__ = ["activate_clinician", "back", "check_identity", "keep_clinician", "revoke_clinician", "set_away"]

Status = Clinician.Status


def check_identity(clinician: Clinician, *, by: Person) -> Clinician:
    """Say that this person is who the entry names: seen, with their papers. By whoever keeps or verifies the hospital.

    Raises WrongStatus, Oneself, ActRefused while they have not accepted their invitation; PermissionDenied.
    """
    require_keeper_or_verifier(clinician.hospital, by)
    with acting():
        _link(clinician)
        row = locked_clinician(clinician)
        require_status(row, (Status.INVITED,), _("The identity of %(name)s does not wait to be checked: %(status)s."))
        if row.person is None:
            raise ActRefused(_("%(name)s has not accepted the invitation yet.") % {"name": row})
        _require_another(row, by, _("Nobody checks their own identity. Somebody else has to."))
        row.identity_checked_by, row.identity_checked_at = by, timezone.now()
        changed(row, by=by, status=Status.IDENTITY_CHECKED)
        audit.record("clinician.identity_checked", row, by=by)
    return row


def activate_clinician(clinician: Clinician, *, by: Person) -> Clinician:
    """From now on they may be asked, and answer. Partners learn their name. Raises as `check_identity`."""
    require_keeper_or_verifier(clinician.hospital, by)
    with acting():
        row = locked_clinician(clinician)
        message = _("%(name)s is %(status)s; whoever is activated has had their identity checked before.")
        require_status(row, (Status.IDENTITY_CHECKED,), message)
        require_status(
            row.hospital, TAKES_PEOPLE, _("%(name)s is %(status)s. Its people are activated once it is verified.")
        )
        _require_another(row, by, _("Nobody activates themselves. Somebody else has to."))
        if row.person is None or not row.person.may(Ability.CONSULT):
            said = _("%(name)s signs in without the role of a clinician. An administrator has to give it first.")
            raise ActRefused(said % {"name": row})
        row.activated_at = row.activated_at or timezone.now()
        changed(row, by=by, status=Status.ACTIVE)
        tell_partners(row.hospital, by=by)
        audit.record("clinician.activated", row, by=by)
    return row


def set_away(clinician: Clinician, *, until: date | None = None, by: Person) -> Clinician:
    """Not there for a while: until the end of a day where they are, or until they say that they are back.

    By the clinician, or whoever keeps the hospital. Raises InvalidInput, WrongStatus; PermissionDenied.
    """
    require_own_or_keeper(clinician, by)
    with acting():
        row = locked_clinician(clinician)
        require_status(row, (Status.ACTIVE, Status.AWAY), _("%(name)s is %(status)s, and cannot be away."))
        if until is not None and until < local(row.zone, timezone.now()).date():
            raise InvalidInput([Problem("until", _("Until: this day is over. Give the last day of being away."))])
        row.away_until = until
        changed(row, by=by, status=Status.AWAY)
        tell_partners(row.hospital, by=by)
        audit.record("clinician.away", row, by=by, until=until)
    return row


def back(clinician: Clinician, *, by: Person) -> Clinician:
    """There again. Raises WrongStatus; PermissionDenied."""
    require_own_or_keeper(clinician, by)
    with acting():
        row = locked_clinician(clinician)
        require_status(row, (Status.AWAY,), _("%(name)s is not away: %(status)s."))
        row.away_until = None
        changed(row, by=by, status=Status.ACTIVE)
        tell_partners(row.hospital, by=by)
        audit.record("clinician.back", row, by=by)
    return row


def revoke_clinician(clinician: Clinician, *, reason: str, by: Person) -> Clinician:
    """They answer no more, from this moment on; what they have said keeps their name. An open invitation ends.

    The reason stays here: partners learn that they are revoked, not why. Raises InvalidInput, WrongStatus.
    """
    require_keeper_or_verifier(clinician.hospital, by)
    said = reason_said(reason)
    with acting():
        row = locked_clinician(clinician)
        there = tuple(one for one in Status.values if one != Status.REVOKED)
        require_status(row, there, _("%(name)s is revoked already."))
        if row.invitation_id is not None:
            open_ones = Invitation.objects.filter(pk=row.invitation_id, accepted_at=None, withdrawn_at=None)
            open_ones.update(withdrawn_at=timezone.now())
        row.away_until = None
        changed(row, by=by, status=Status.REVOKED, reason=said)
        tell_partners(row.hospital, by=by)
        audit.record("clinician.revoked", row, by=by)
        answers_no_more(row)
    return row


def keep_clinician(clinician: Clinician, given: Mapping[str, Any], *, version: int, by: Person) -> Clinician:
    """Write a clinician's entry anew: by themself, or by whoever keeps the hospital, who alone gives another role.

    given     members as `building.entries.CLINICIAN` has them
    version   of the entry, as the person saw it

    Raises InvalidInput, Changed, WrongStatus for somebody who is revoked; PermissionDenied.
    """
    require_own_or_keeper(clinician, by)
    with acting():
        row = locked_clinician(clinician, version=version)
        there = tuple(one for one in Status.values if one != Status.REVOKED)
        require_status(row, there, _("%(name)s is revoked. Invite them anew, if they are to answer again."))
        given = given if keeps(by, row.hospital) else {**given, "role": row.role}
        fill_clinician(row, clinician_said(given))
        changed(row, by=by)
        tell_partners(row.hospital, by=by)
        audit.record("clinician.kept", row, by=by, version=row.version)
    return row


def _require_another(row: Clinician, by: Person, message: str) -> None:
    if row.person_id == by.pk:
        raise Oneself(message)


def _link(clinician: Clinician) -> None:
    if clinician.person_id is None and clinician.invitation is not None:
        person = Person.objects.filter(email=clinician.invitation.email).first()
        if person is not None:
            link_accepted(person)
