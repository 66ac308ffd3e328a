"""Inviting somebody, and their coming."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused, add_person
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Invitation, Organisation, Person
from tocsin.node.alliance.roles import Ability

__all__ = ["accept", "find", "heard_by", "invite", "withdraw"]

VALID_FOR = timedelta(days=7)
_hearing: list[Callable[[Person], object]] = []


def heard_by(hearing: Callable[[Person], object]) -> None:
    """Have `hearing` told of everybody who has accepted an invitation, in the same transaction."""
    _hearing.append(hearing)


@transaction.atomic
def invite(
    email: str, *, name: str, organisation: Organisation, roles: Iterable[str], language: str, by: Person
) -> tuple[Invitation, str]:
    """Send a link by which this address becomes a person. Returns the link, too, for where e-mail does not arrive."""
    check(by, Ability.MANAGE_PEOPLE)
    email = email.lower()
    if Person.objects.filter(email=email).exists():
        raise ActRefused(_("%(email)s already belongs to somebody; change their roles instead.") % {"email": email})
    secret = secrets.token_urlsafe(32)
    Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    invitation = Invitation.objects.create(
        email=email, name=name, organisation=organisation, roles=list(roles), language=language, invited_by=by,
        secret_digest=_digest(secret), expires_at=timezone.now() + VALID_FOR,
    )  # fmt: skip
    audit.record("invitation.sent", invitation, by=by, roles=invitation.roles)
    link = settings.BASE_URL + reverse("accept_invitation", args=[secret])
    transaction.on_commit(partial(_send, invitation, link))
    return invitation, link


def find(secret: str) -> Invitation | None:
    """The open invitation behind a link."""
    invitation = Invitation.objects.filter(secret_digest=_digest(secret)).select_related("organisation").first()
    return invitation if invitation and invitation.is_open else None


@transaction.atomic
def accept(invitation: Invitation, *, password: str) -> Person:
    """Make the person that was invited. Twice at once, the second finds it accepted."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_open:
        raise ActRefused(_("This invitation was used or has ended; ask for another."))
    person = add_person(
        invitation.email, name=invitation.name, organisation=invitation.organisation, roles=invitation.roles,
        language=invitation.language, password=password, by=None,
    )  # fmt: skip
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    audit.record("invitation.accepted", invitation, by=person)
    for hearing in _hearing:
        hearing(person)
    return person


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Person) -> None:
    """The link opens nothing any more."""
    check(by, Ability.MANAGE_PEOPLE)
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(withdrawn_at=timezone.now())
    audit.record("invitation.withdrawn", invitation, by=by)


def _send(invitation: Invitation, link: str) -> None:
    with translation.override(invitation.language):
        send_mail(
            _("You are invited to Tocsin"),
            _(
                "%(by)s invites you, as %(name)s of %(organisation)s. Choose a password here within seven days:\n\n"
                "%(link)s\n\nIf you do not know why you were invited, ignore this letter."
            )
            % {
                "by": invitation.invited_by,
                "name": invitation.name,
                "organisation": invitation.organisation,
                "link": link,
            },
            None,
            [invitation.email],
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
