"""What people do to their own account on the pages of the sign-in, in the audit: nothing of the secrets themselves.

allauth tells of them once they stand, so that these lines are written in a transaction of their own, right after: the
one exception to the rule that an act and its line stand or fall together. Where a line cannot be written the request
fails.
"""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import Signal, receiver
from django.http import HttpRequest

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person


@receiver(user_logged_in)
@transaction.atomic
def signed_in(sender: Any, user: Person, **kwargs: Any) -> None:
    audit.record("person.signed_in", user, by=user)


@receiver(user_logged_out)
@transaction.atomic
def signed_out(sender: Any, user: Person | None, **kwargs: Any) -> None:
    if user is not None:
        audit.record("person.signed_out", user, by=user)


@receiver(user_login_failed)
@transaction.atomic
def refused(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Which known person it was; an address that nobody has is not kept, since people type passwords there."""
    address = str(credentials.get("email") or credentials.get("username") or "").lower()
    if person := Person.objects.filter(email=address).first():
        audit.record("person.sign_in_refused", person, by=None)


@receiver([password_changed, password_set, password_reset])
@transaction.atomic
def new_password(sender: Any, user: Person, signal: Signal, **kwargs: Any) -> None:
    """By somebody who was signed in, or through a link that was sent by mail."""
    audit.record("person.password_changed", user, by=user, by_mail=signal is password_reset)


@receiver(authenticator_added)
@transaction.atomic
def factor_added(sender: Any, user: Person, authenticator: Authenticator, **kwargs: Any) -> None:
    audit.record("person.second_factor_added", user, by=user, kind=authenticator.type)


@receiver(authenticator_removed)
@transaction.atomic
def factor_removed(sender: Any, user: Person, authenticator: Authenticator, **kwargs: Any) -> None:
    audit.record("person.second_factor_removed", user, by=user, kind=authenticator.type)


@receiver(authenticator_reset)
@transaction.atomic
def factor_renewed(sender: Any, user: Person, authenticator: Authenticator, **kwargs: Any) -> None:
    audit.record("person.second_factor_renewed", user, by=user, kind=authenticator.type)


@receiver(authentication_failed)
@transaction.atomic
def factor_refused(sender: Any, user: Person, reauthentication: bool = False, **kwargs: Any) -> None:
    """Somebody had the password and not the second factor; or a person who is signed in was asked for it again."""
    audit.record("person.second_factor_refused", user, by=user if reauthentication else None)
