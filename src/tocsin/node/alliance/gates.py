"""The gate of a page: signed in, and of a role that may. What a person may not see in it is a model's `visible_to`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability

__all__ = ["check", "requires", "with_second_factor"]

View = Callable[..., HttpResponse]


def requires(*any_of: Ability) -> Callable[[View], View]:
    """A view for people who may do one of these; strangers are led to sign in, others are told (403).

    Records that a person may not see are 404 inside it, so that nobody learns that they exist.
    """

    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not any(request.user.may(ability) for ability in any_of):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.requires = any_of
        return guarded

    return guard


def with_second_factor(view: View) -> View:
    """A view of what could harm somebody by itself, such as who a patient is: whoever has no second factor sets one up
    before. Under `requires`. What it shows is not looked up before, so that a refusal says nothing of it.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_mfa_enabled(request.user):
            return view(request, *args, **kwargs)
        messages.warning(
            request,
            _("Who a patient is opens only to people who sign in with a second factor. Set one up here, once; then "
              "open it again."),
        )  # fmt: skip
        return redirect(reverse("mfa_index"))

    return guarded


def check(person: Person | None, ability: Ability) -> None:
    """Refuse an act that its person may not do. `None` is the machine itself, which nobody can be from outside."""
    if person is not None and not person.may(ability):
        raise PermissionDenied(f"{person} may not {ability.replace('_', ' ')}")
