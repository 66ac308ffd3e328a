"""How people come to have an account: by invitation, never by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

__all__ = ["AccountAdapter", "SocialAccountAdapter"]


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs themselves up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A state's own sign-in (OIDC) opens the account of a person who was invited; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
