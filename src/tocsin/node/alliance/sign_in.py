"""How people come to have an account, by invitation and never by themselves; and how a session finds theirs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person

__all__ = ["AccountAdapter", "PersonBackend", "SessionsAdapter", "SocialAccountAdapter", "signed_in_at_once"]


class PersonBackend(AuthenticationBackend):
    """Signs in by address and password. A page names the person's organisation: both come by one query."""

    def get_user(self, user_id: UUID) -> Person | None:
        person = Person.objects.select_related("organisation").filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs themselves up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A state's own sign-in (OIDC) opens the account of a person who was invited; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class SessionsAdapter(DefaultUserSessionsAdapter):
    """A person who ends sessions of theirs leaves a line in the audit."""

    @transaction.atomic
    def end_sessions(self, sessions: Sequence[UserSession]) -> None:
        if not sessions:
            return
        person = sessions[0].user
        super().end_sessions(sessions)
        audit.record("person.sessions_ended", person, by=person, sessions=len(sessions))


def signed_in_at_once(request: HttpRequest, person: Person, password: str) -> HttpResponse | None:
    """Sign in somebody who has chosen this password a moment ago: what the page of the sign-in does, limits included.

    None where they have to go there themselves: somebody else is signed in at this browser, a role of theirs needs a
    second factor, or the sign-in is refused, as it is after many tries upon this address.
    """
    if request.user.is_authenticated or person.needs_second_factor:
        return None
    form = LoginForm({"login": person.email, "password": password}, request=request)
    return form.login(request, redirect_url=settings.LOGIN_REDIRECT_URL) if form.is_valid() else None
