"""People who come by the command line: the first administrator, and those of a demonstration."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import add_person
from tocsin.node.alliance.models import Organisation, Person
from tocsin.node.running.refusals import Refused
from tocsin.node.running.setting_up import service

__all__ = ["Newcomer", "has_administrator", "password", "welcome"]

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # without those that are taken for one another


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody new, with what is told once and kept nowhere."""

    person: Person
    password: str
    totp_secret: str = ""

    @property
    def second_factor_to_come(self) -> bool:
        return self.person.needs_second_factor and not self.totp_secret


def password() -> str:
    """Twenty letters in five groups: 100 bits, to be typed from paper."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(5))


@transaction.atomic
def welcome(
    email: str, *, name: str, roles: Sequence[str], language: str, organisation: str = "", totp: bool = False
) -> Newcomer:
    """Make a person with a password of chance, and a secret for an authenticator if asked.

    organisation    English name; the state's own service unless said
    raises          ActRefused where the address is taken or a role unknown, Refused where the organisation is
    """
    told = password()
    person = add_person(
        email, name=name, organisation=_organisation(organisation), roles=roles, language=language, password=told,
        by=None,
    )  # fmt: skip
    if not totp:
        return Newcomer(person, told)
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    audit.record("person.second_factor_added", person, by=None, kind="totp")
    return Newcomer(person, told, secret)


def has_administrator() -> bool:
    """Whether anybody could let others in."""
    return any(
        "administrator" in roles for roles in Person.objects.filter(is_active=True).values_list("roles", flat=True)
    )


def _organisation(name: str) -> Organisation:
    if not name:
        return service()
    found = Organisation.objects.filter(state__is_here=True, name_en=name).first()
    if found is None:
        known = Organisation.objects.filter(state__is_here=True).values_list("name_en", flat=True)[:10]
        raise Refused(f"there is no organisation {name!r}; there are {', '.join(known)}. Pages of people add others")
    return found
