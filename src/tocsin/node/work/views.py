"""The address that monitors ask."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tocsin.node.alliance.roles import Role
from tocsin.node.work.health import look

__all__ = ["health"]


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 "ok" or 503, to anybody; what was found, to an administrator who is signed in."""
    found = look()
    status = 200 if all(one.well for one in found) else 503
    if not all(one.well for one in found if one.name == "database"):
        return HttpResponse("not well", status=status, content_type="text/plain")
    person = request.user
    if person.is_authenticated and Role.ADMINISTRATOR in person.roles:
        return JsonResponse({one.name: {"well": one.well, "found": one.found} for one in found}, status=status)
    return HttpResponse("ok" if status == 200 else "not well", status=status, content_type="text/plain")
