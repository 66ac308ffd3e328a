"""Whoever can notify or decide gets no further than setting up a second factor until they have one."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

__all__ = ["SecondFactor"]


class SecondFactor:
    """Leads people whose roles ask for a second factor to its set-up; only sign-in pages are open before."""

    # The API knows no sessions: whoever calls it is asked by their token (api/tokens.py).
    OPEN = ("/account/", "/language/", "/static/", "/api/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if (
            not person.is_authenticated
            or not person.needs_second_factor
            or request.path.startswith(self.OPEN)
            or self._has_one(request)
        ):
            return self.get_response(request)
        return redirect(reverse("mfa_index"))

    @staticmethod
    def _has_one(request: HttpRequest) -> bool:
        # Asked of the database once a session: a second factor can be replaced, never merely removed, while a
        # role asks for one.
        if request.session.get("has_second_factor"):
            return True
        if is_mfa_enabled(request.user):
            request.session["has_second_factor"] = True
            return True
        return False
