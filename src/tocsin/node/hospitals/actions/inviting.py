"""Who works in a hospital: invited by whoever keeps it, and linked to the person that they become."""

import hashlib
import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.invitations import VALID_FOR
from tocsin.node.alliance.models import Invitation, Person
from tocsin.node.alliance.roles import Role
from tocsin.node.hospitals.actions.finding import changed, locked_hospital, require_keeper, require_status
from tocsin.node.hospitals.actions.telling import acting
from tocsin.node.hospitals.building.entries import clinician_said, fill_clinician
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.naming import in_active
from tocsin.node.hospitals.refusals import ActRefused, InvalidInput, Problem
from tocsin.node.records import new_id

__all__ = ["invite_clinician", "link_accepted"]

TAKES_PEOPLE = (Hospital.Status.VERIFIED, Hospital.Status.ACTIVE, Hospital.Status.SUSPENDED)


def invite_clinician(
    hospital: Hospital, email: str, given: Mapping[str, Any], *, language: str = "en", by: Person
) -> tuple[Clinician, str]:
    """Name somebody who is to answer for one's own hospital. Returns the link of their invitation, "" if none is sent.

    An address that belongs to nobody is invited as a clinician of the hospital's organisation. A person who works there
    already is linked. Somebody who was revoked is invited anew, and their identity is checked anew; so is somebody who
    let an invitation end.

    given   members as `building.entries.CLINICIAN` has them

    Raises InvalidInput, WrongStatus, ActRefused; PermissionDenied.
    """
    require_keeper(hospital, by)
    said, email = clinician_said(given), _address(email)
    with acting():
        row = locked_hospital(hospital)
        require_keeper(row, by)
        require_status(row, TAKES_PEOPLE, _("%(name)s is %(status)s. People are invited once it is verified."))
        person = Person.objects.filter(email=email).first()
        clinician = _place(row, email, person, said["names"])
        fill_clinician(clinician, said)
        link = ""
        if person is None:
            clinician.invitation, link = _invite(row, email, in_active(said["names"], language), language, by)
        clinician.person, clinician.invited_by = person, by
        clinician.identity_checked_by = clinician.identity_checked_at = clinician.away_until = None
        changed(clinician, by=by, status=Clinician.Status.INVITED)
        audit.record("clinician.invited", clinician, by=by, hospital=row.pk, known=person is not None)
    return clinician, link


def link_accepted(person: Person) -> list[Clinician]:
    """Join those whose invitation was accepted to the person that they have become. It may be asked for at any time."""
    with transaction.atomic():
        waiting = Clinician.objects.select_for_update(of=("self",)).filter(
            person=None, is_ours=True, invitation__email=person.email, invitation__accepted_at__isnull=False
        )
        found = list(waiting)
        for clinician in found:
            clinician.person = person
            clinician.version += 1
            clinician.changed_at = timezone.now()
            clinician.save(update_fields=["person", "version", "changed_at"])
            audit.record("clinician.linked", clinician, by=person)
    return found


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        said = _("“%(value)s” is no e-mail address.") % {"value": address[:80]}
        raise InvalidInput([Problem("email", said)]) from None
    return address


def _place(hospital: Hospital, email: str, person: Person | None, names: Mapping[str, str]) -> Clinician:
    """The row of this address in this hospital, or a new one. Raises ActRefused where it cannot be invited."""
    if person is not None:
        _require_of(hospital, person)
        link_accepted(person)
        known = hospital.clinicians.filter(person=person).first() or _restored(hospital, names)
    else:
        known = hospital.clinicians.filter(person=None, invitation__email=email).first()
    again = (Clinician.Status.REVOKED, Clinician.Status.INVITED)
    if known is not None and known.person_id is not None and known.status not in again:
        said = _("%(name)s is among the clinicians already: %(status)s.")
        raise ActRefused(said % {"name": known, "status": known.get_status_display()})
    if known is not None:
        return known
    key = new_id()
    return Clinician(id=key, clinician_id=key, origin=hospital.origin, hospital=hospital, is_ours=True, version=0)


def _require_of(hospital: Hospital, person: Person) -> None:
    if not person.is_active:
        said = _("The access of %(name)s was ended; an administrator has to give it again.")
        raise ActRefused(said % {"name": person})
    if person.organisation_id != hospital.organisation_id:
        said = _("%(name)s works in %(organisation)s. An administrator has to settle where they work first.")
        raise ActRefused(said % {"name": person, "organisation": person.organisation})


def _restored(hospital: Hospital, names: Mapping[str, str]) -> Clinician | None:
    """Somebody of this name who came back by our own documents, and whose person this node had forgotten."""
    forgotten = hospital.clinicians.filter(person=None, invitation=None)
    return next((one for one in forgotten if one.names == names), None)


def _invite(hospital: Hospital, email: str, name: str, language: str, by: Person) -> tuple[Invitation, str]:
    """As `alliance.actions.invitations.invite`, which is for whoever manages people: here for one's own clinicians."""
    secret = secrets.token_urlsafe(32)
    _end_open_ones(hospital, email)
    invitation = Invitation.objects.create(
        email=email, name=name[:150], organisation=hospital.organisation, roles=[Role.CLINICIAN], language=language,
        invited_by=by, secret_digest=hashlib.sha256(secret.encode()).hexdigest(),
        expires_at=timezone.now() + VALID_FOR,
    )  # fmt: skip
    audit.record("invitation.sent", invitation, by=by, roles=invitation.roles)
    link = settings.BASE_URL + reverse("accept_invitation", args=[secret])
    transaction.on_commit(partial(_send, invitation, hospital, link))
    return invitation, link


def _end_open_ones(hospital: Hospital, email: str) -> None:
    """A new link ends the one before. One that was not ours to send is not ours to end: raises ActRefused."""
    now = timezone.now()
    for one in Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None, expires_at__gt=now):
        if one.organisation_id != hospital.organisation_id or one.roles != [Role.CLINICIAN]:
            said = _("Somebody else has invited this address. An administrator has to settle where they work first.")
            raise ActRefused(said)
        one.withdrawn_at = now
        one.save(update_fields=["withdrawn_at"])


def _send(invitation: Invitation, hospital: Hospital, link: str) -> None:
    said = _(
        "%(by)s asks you to answer colleagues of other hospitals for %(hospital)s. Choose a password here within seven "
        "days:\n\n%(link)s\n\nIf you do not know why you were asked, ignore this letter."
    )
    with translation.override(invitation.language):
        values = {"by": invitation.invited_by, "hospital": hospital, "link": link}
        send_mail(_("You are invited to Tocsin"), str(said) % values, None, [invitation.email])
