"""The gate of a page: signed in, and of a role that may. What a person may not see in it is a model's `visible_to`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability

__all__ = ["check", "requires"]

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


def check(person: Person | None, ability: Ability) -> None:
    """Refuse an act that its person may not do. `None` is the machine itself, which nobody can be from outside."""
    if person is not None and not person.may(ability):
        raise PermissionDenied(f"{person} may not {ability.replace('_', ' ')}")
