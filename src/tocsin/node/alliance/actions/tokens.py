"""Tokens by which a person's programs use the API."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import ApiToken, Person
from tocsin.node.alliance.roles import Ability

__all__ = ["LONGEST_DAYS", "end_token", "make_token", "person_of"]

LONGEST_DAYS = 366
PREFIX = "tocsin_"  # so that a leaked token is recognised by scanners, and by its owner


@transaction.atomic
def make_token(person: Person, *, name: str, scopes: Iterable[str], days: int, by: Person) -> tuple[ApiToken, str]:
    """A token and its secret, which nobody can be shown again. Never wider than what its person may do."""
    check(by, Ability.USE_API)
    if by.pk != person.pk:
        raise ActRefused(_("Everybody makes their own tokens."))
    scopes = sorted(set(scopes))
    if not scopes or not set(scopes) <= {str(ability) for ability in person.abilities}:
        raise ActRefused(_("A token may do something, and nothing that you may not do yourself."))
    if not 1 <= days <= LONGEST_DAYS:
        raise ActRefused(_("A token lasts from 1 to %(days)d days.") % {"days": LONGEST_DAYS})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=person, name=name, scopes=scopes, digest=_digest(secret), ends=secret[-6:],
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    audit.record("token.made", token, by=by, scopes=scopes, days=days)
    return token, secret


@transaction.atomic
def end_token(token: ApiToken, *, by: Person) -> None:
    """The token opens nothing any more."""
    if token.person_id != by.pk:
        check(by, Ability.MANAGE_PEOPLE)
    ApiToken.objects.filter(pk=token.pk, ended_at=None).update(ended_at=timezone.now())
    audit.record("token.ended", token, by=by)


def person_of(secret: str) -> ApiToken | None:
    """The open token of an active person behind a secret. Its last use is kept to the hour: reading writes little."""
    token = ApiToken.objects.select_related("person__organisation").filter(digest=_digest(secret)).first()
    if token is None or not token.is_open or not token.person.is_active:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(hours=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
