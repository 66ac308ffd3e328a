"""Choosing the language."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

__all__ = ["set_language"]

_COOKIE_AGE = 365 * 24 * 3600


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Show the next pages in the language posted, and keep it: on the person, or in a cookie for a visitor.

    Goes back to `next`, or to where the request came from, if that is on this site. A language
    that the node does not speak changes nothing.
    """
    response = HttpResponseRedirect(_way_back(request))
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return response
    _keep_on_person(request.user, chosen)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response


def _keep_on_person(person, chosen: str) -> None:
    # By query: what else another request has just changed on this person is not written back.
    if person.is_authenticated and hasattr(person, "language") and person.language != chosen:
        get_user_model()._default_manager.filter(pk=person.pk).update(language=chosen)


def _way_back(request: HttpRequest) -> str:
    for address in (request.POST.get("next"), request.headers.get("Referer")):
        if address and url_has_allowed_host_and_scheme(
            address, {request.get_host()}, require_https=request.is_secure()
        ):
            return address
    return "/"
