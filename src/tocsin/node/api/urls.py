"""Addresses of the API, version 1, and what every answer of it carries."""

import json
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, include, path, re_path
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from tocsin import __version__
from tocsin.node.alliance import api as me
from tocsin.node.api.errors import TOLD, Refusal, handle_all, refuse
from tocsin.node.api.reading import JsonOnly
from tocsin.node.assistance.api import acts as assistance_acts
from tocsin.node.assistance.api import requests as assistance
from tocsin.node.consultations.api import consultations
from tocsin.node.correspondence.api import letters
from tocsin.node.council.api import decisions, sessions
from tocsin.node.estimates.api import estimates
from tocsin.node.events.api import cases, events
from tocsin.node.events.api import estimates as event_estimates
from tocsin.node.hospitals.api import hospitals
from tocsin.node.indicators.api import sharing
from tocsin.node.notifications.api import notified
from tocsin.node.post.api import kept_apart, partners
from tocsin.node.surveillance.api import (
    counts,
    reference,
    screenings,
    series,
    signals,
    sources,
    threads,
    uploads,
    verdicts,
)

__all__ = ["api", "urlpatterns"]

DESCRIPTION = (
    "What programs may ask of this node and do on it, in the name of the person who made their token. "
    "docs/api.md tells how to begin."
)

# The description at openapi.json is open to everybody: it is the same on every node and holds nothing of any, and
# programs are generated from it before they have a token. No page shows it: the one that ninja has would send people's
# browsers to another site for its scripts, or be one more page in English alone. docs/api.md is for people.
api = NinjaAPI(
    title="Tocsin",
    version=__version__,
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    parser=JsonOnly(),
    urls_namespace="api",
)
handle_all(api)
for part in (
    me,
    reference,
    sources,
    uploads,
    counts,
    screenings,
    threads,
    verdicts,
    signals,
    series,
    estimates,
    partners,
    kept_apart,
    sharing,
    events,
    event_estimates,
    cases,
    notified,
    assistance,
    assistance_acts,
    decisions,
    sessions,
    hospitals,
    consultations,
    letters,
):
    api.add_router("", part.router)


@cache
def description() -> bytes:
    """Made once: it takes a second, and anybody may ask for it."""
    return json.dumps(api.get_openapi_schema()).encode()


def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(description(), content_type="application/json")


def not_found(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refusals of addresses and methods in the shape of all others; nothing is kept by what stands in between."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except (Http404, PermissionDenied) as error:
            response = refuse(TOLD[type(error)](error))
        if response.status_code == 405:
            message = _("This address does not take %(method)s.") % {"method": request.method}
            response = refuse(Refusal(405, "wrong_method", message, headers={"Allow": response["Allow"]}))
        response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ("Authorization", "Accept-Language"))
        return response

    answer.csrf_exempt = True
    return answer


def _wrapped(pattern: URLPattern) -> URLPattern:
    pattern.callback = answered(pattern.callback)
    return pattern


_patterns, _app, _namespace = api.urls
_patterns = [
    path("openapi.json", answered(openapi), name="openapi-json"),
    *map(_wrapped, _patterns),
    re_path("^", answered(not_found), name="nothing"),
]

urlpatterns = [path("", include((_patterns, _app), namespace=_namespace))]
