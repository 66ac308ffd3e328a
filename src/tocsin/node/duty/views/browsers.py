"""How duty calls oneself: telephone, e-mail, and the browsers that one has registered."""

from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.actions import browsers as acts
from tocsin.node.duty.channels import vapid
from tocsin.node.duty.channels.gateway import dialled
from tocsin.node.duty.configuration import duty_table
from tocsin.node.duty.models import PushSubscription


@requires(Ability.STAND_DUTY)
def calls(request: HttpRequest) -> HttpResponse:
    page = {
        "browsers": PushSubscription.objects.visible_to(request.user),
        "server_key": vapid.public_key(settings.HOME),
        "number": dialled(request.user.telephone),
        "has_gateway": bool(duty_table().get("gateway")),
    }
    return render(request, "duty/calls.html", page)


@require_POST
@requires(Ability.STAND_DUTY)
def register_browser(request: HttpRequest) -> HttpResponse:
    """Called by the page's script once the person has pressed the button and the browser has agreed."""
    given = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth", "browser")}
    try:
        acts.register_browser(by=request.user, **given)
    except ActRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    messages.success(request, _("Duty calls you in this browser from now on."))
    return JsonResponse({})


@require_POST
@requires(Ability.STAND_DUTY)
def remove_browser(request: HttpRequest, pk: UUID) -> HttpResponse:
    acts.remove_browser(get_object_or_404(PushSubscription.objects.visible_to(request.user), pk=pk), by=request.user)
    messages.success(request, _("Duty does not call you in that browser any more."))
    return redirect("calls")


def push_worker(request: HttpRequest) -> HttpResponse:
    """The script that a browser keeps to show calls. At the root, since it answers for what stands below it."""
    return HttpResponse(_worker(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@cache
def _worker() -> bytes:
    return Path(__file__).parents[1].joinpath("push_worker.js").read_bytes()


urlpatterns = [
    path("me/calls/", calls, name="calls"),
    path("me/calls/register/", register_browser, name="register_browser"),
    path("me/calls/<uuid:pk>/remove/", remove_browser, name="remove_browser"),
    path("push-worker.js", push_worker, name="push_worker"),
]
