"""Making ready, looking at exactly what would be sent, and sending it."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.indicators.actions import preparing, sharing
from tocsin.node.indicators.building.documents import unpacked
from tocsin.node.indicators.models import Preparation, SharingRule
from tocsin.node.indicators.pages import previews as pages
from tocsin.node.indicators.pages.sharing import small_counts, to_whom
from tocsin.node.indicators.refusals import NotShared
from tocsin.node.language.formats import whole
from tocsin.node.look.progress import Progress
from tocsin.node.surveillance.models import Disease

UNDER_WAY = (Preparation.Status.WAITING, Preparation.Status.RUNNING)


@require_POST
@requires(Ability.SHARE_COUNTS)
def prepare_sharing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have made ready what would be sent; `all` not the last weeks alone."""
    rule = _rule(request, pk)
    preparing.ask(rule, all_weeks=True if request.POST.get("all") == "1" else None, by=request.user)
    return redirect("sharing_preview", pk=rule.pk)


@requires(Ability.READ_SURVEILLANCE)
def sharing_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What would be sent, a disease at a time."""
    rule = _rule(request, pk)
    one = Preparation.objects.filter(rule=rule).select_related("rule__source", "by").first()
    if one is None:
        return redirect("sharing_rule", pk=rule.pk)
    shown: dict[str, Any] = {"rule": rule, "one": one, "title": pages.answer(one), "may": _may(request, one)}
    if one.status in UNDER_WAY:
        shown["progress"] = _progress(one)
    else:
        shown |= {"problem": pages.problem(one), "findings": pages.findings(one)}
    if one.status == Preparation.Status.READY:
        shown |= _ready(request, one)
    return render(request, "indicators/sharing_preview.html", shown)


def _ready(request: HttpRequest, one: Preparation) -> dict[str, Any]:
    groups = request.GET.get("groups") == "1"
    table = pages.matrix(one, request.GET.get("disease", ""), until=request.GET.get("until", ""), groups=groups)
    counted = Disease.objects.in_bulk(one.figures["diseases"])
    return {
        "matrix": table,
        "groups": groups,
        "diseases": [(code, str(counted.get(code, code))) for code in one.figures["diseases"]],
        "numbers": pages.numbers(one),
        "weeks": pages.weeks_text(one),
        "to": to_whom(one.rule),
        "small_counts": small_counts(one.rule),
        "left_out": pages.left_out(one),
    }


@requires(Ability.READ_SURVEILLANCE)
def sharing_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    one = get_object_or_404(Preparation.objects.visible_to(request.user).select_related("rule"), rule=pk)
    answer = render(request, "look/progress.html", {"progress": _progress(one)})
    if one.status not in UNDER_WAY and request.headers.get("HX-Request"):
        answer["HX-Redirect"] = reverse("sharing_preview", args=[one.rule_id])
    return answer


@requires(Ability.READ_SURVEILLANCE)
def sharing_json(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bodies of the documents as they would be sent."""
    one = get_object_or_404(Preparation.objects.visible_to(request.user), rule=pk)
    if one.status != Preparation.Status.READY:
        raise Http404
    text = json.dumps(unpacked(one.bodies), ensure_ascii=False)
    name = f'attachment; filename="weekly-indicators-{one.asked_at:%Y-%m-%d}.json"'
    return HttpResponse(text, content_type="application/json", headers={"Content-Disposition": name})


@require_POST
@requires(Ability.SHARE_COUNTS)
def send_sharing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send what the preview shows, and nothing else."""
    rule = _rule(request, pk)
    try:
        made = sharing.share(rule, preparation=_looked_at(request), by=request.user)
    except NotShared as refusal:
        messages.warning(request, str(refusal))
        if refusal.code in ("outdated", "rule-changed"):
            preparing.ask(rule, by=request.user)
        return redirect("sharing_preview", pk=rule.pk)
    rows = sum(one.rows for one in made)
    said = ngettext("%(n)s row is on its way to partners.", "%(n)s rows are on their way to partners.", rows)
    messages.success(request, said % {"n": whole(rows)})
    return redirect("sharing_rule", pk=rule.pk)


def _looked_at(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("preparation", ""))
    except ValueError:
        return None


def _rule(request: HttpRequest, pk: UUID) -> SharingRule:
    return get_object_or_404(SharingRule.objects.visible_to(request.user).select_related("source"), pk=pk)


def _may(request: HttpRequest, one: Preparation) -> dict[str, bool]:
    share = request.user.may(Ability.SHARE_COUNTS)
    ready = one.status == Preparation.Status.READY and one.rule_version == one.rule.version
    return {"share": share, "send": share and ready and one.rule.is_on and one.rule.is_confirmed}


def _progress(one: Preparation) -> Progress:
    return Progress(
        what=_("Withholding small counts") if one.progress else _("Reading the counts"),
        done=one.progress.get("done", 0),
        total=one.progress.get("of", 0),
        url=reverse("sharing_progress", args=[one.rule_id]),
        seconds=(timezone.now() - (one.started_at or one.asked_at)).total_seconds(),
        finished=one.status not in UNDER_WAY,
        next_url=reverse("sharing_preview", args=[one.rule_id]),
        next_label=_("Show what would be sent"),
    )


urlpatterns = [
    path("sharing/<uuid:pk>/prepare/", prepare_sharing, name="prepare_sharing"),
    path("sharing/<uuid:pk>/preview/", sharing_preview, name="sharing_preview"),
    path("sharing/<uuid:pk>/preview/progress/", sharing_progress, name="sharing_progress"),
    path("sharing/<uuid:pk>/preview.json", sharing_json, name="sharing_json"),
    path("sharing/<uuid:pk>/send/", send_sharing, name="send_sharing"),
]
