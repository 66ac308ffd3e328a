"""Sign-ins, sign-outs and refused sign-ins in the audit."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
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
