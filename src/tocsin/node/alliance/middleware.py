"""Whoever can notify or decide gets no further than setting up a second factor until they have one."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

__all__ = ["SecondFactor"]


class SecondFactor:
    """Leads people whose roles ask for a second factor to its set-up; only sign-in pages are open before.

    Asked of the database at each request: whoever takes theirs off gets no further in a session that is open already.
    """

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
            or is_mfa_enabled(person)
        ):
            return self.get_response(request)
        return redirect(reverse("mfa_index"))
