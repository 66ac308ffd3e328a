"""What is shared with partners: the rules, who agreed to them, what was sent and who has it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.acts import act_named
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.alliance.roles import Ability
from tocsin.node.indicators.actions import rules as acts
from tocsin.node.indicators.forms.sharing import RuleForm
from tocsin.node.indicators.models import Shared, SharingRule
from tocsin.node.indicators.pages import sharing as pages
from tocsin.node.indicators.refusals import NotShared
from tocsin.node.look import drafts
from tocsin.node.post.here import takes_part
from tocsin.node.surveillance.forms.sending import fields_of

A_PAGE = 50


@requires(Ability.READ_SURVEILLANCE)
def sharing(request: HttpRequest) -> HttpResponse:
    """Rules, and below them what was sent, latest first."""
    rules = SharingRule.objects.visible_to(request.user).select_related("source", "changed_by", "confirmed_by")
    rows = pages.rule_rows(rules)
    sent = Shared.objects.visible_to(request.user).select_related("rule__source", "source", "by")
    page = Paginator(sent, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "indicators/sharing.html",
        {
            "title": pages.list_title(rows),
            "rules": rows,
            "page": page,
            "documents": pages.shared_rows(page.object_list),
            "joined": takes_part(),
            "may": _may(request),
        },
    )


@requires(Ability.SHARE_COUNTS)
def new_sharing_rule(request: HttpRequest) -> HttpResponse:
    form = RuleForm(fields_of(request), initial={"source": request.GET.get("source")})
    if request.method == "POST" and form.is_valid():
        made = acts.add_rule(form.record_fields(), by=request.user)
        drafts.saved(request, "sharing-new", _("Saved. A second person confirms it; until then nothing leaves."))
        return redirect("sharing_rule", pk=made.pk)
    page = {"form": form, "draft": "sharing-new", "joined": takes_part()}
    return render(request, "indicators/sharing_form.html", page, status=422 if form.errors else 200)


@requires(Ability.SHARE_COUNTS)
def edit_sharing_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    one = _visible(request, pk)
    form, draft = RuleForm(fields_of(request), instance=one), f"sharing-{one.pk}"
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data.get("version") or 0
            changed = acts.change_rule(one, form.record_fields(), version=seen, by=request.user)
        except NotShared as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Saved. A second person confirms it; until then nothing leaves.")
            drafts.saved(request, draft, said if changed else _("Nothing was changed."))
            return redirect("sharing_rule", pk=one.pk)
    # A form that was refused has put what was typed into the record.
    page = {"form": form, "draft": draft, "rule": _visible(request, pk), "joined": takes_part()}
    return render(request, "indicators/sharing_form.html", page, status=422 if form.errors else 200)


@requires(Ability.READ_SURVEILLANCE)
def sharing_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One rule, in words; who changed and confirmed it; what was sent under it."""
    one = _visible(request, pk)
    page = Paginator(one.shared.select_related("by", "source"), A_PAGE).get_page(request.GET.get("page"))
    may, own_change = _may(request), one.changed_by == request.user
    history = list(AuditEntry.objects.filter(target_type="sharingrule", target_id=str(one.pk)).order_by("-number")[:20])
    for entry in history:
        entry.act_name = act_named(entry.act)
    return render(
        request,
        "indicators/sharing_rule.html",
        {
            "rule": one,
            "title": pages.rule_title(one),
            "facts": pages.facts_of(one),
            "problem": pages.problem_of(one),
            "page": page,
            "documents": pages.shared_rows(page.object_list),
            "history": history,
            "may": {**may, "confirm": may["share"] and one.state == "to_be_confirmed" and not own_change},
            "own_change": may["share"] and own_change,
            "joined": takes_part(),
        },
    )  # fmt: skip


@require_POST
@requires(Ability.SHARE_COUNTS)
def confirm_sharing_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    one = _visible(request, pk)
    seen = request.POST.get("version", "")
    try:
        acts.confirm_rule(one, version=int(seen) if seen.isdecimal() else 0, by=request.user)
    except NotShared as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Confirmed. Make it ready, look at it, and send it."))
    return redirect("sharing_rule", pk=one.pk)


@require_POST
@requires(Ability.SHARE_COUNTS)
def switch_sharing_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    one = _visible(request, pk)
    on = request.POST.get("on") == "1"
    if acts.switch_rule(one, on=on, by=request.user):
        messages.success(
            request,
            _("In use again, once a second person has confirmed it.") if on else
            _("Nothing leaves under this rule any more; what was sent stays with those who have it."),
        )  # fmt: skip
    return redirect("sharing_rule", pk=one.pk)


@requires(Ability.READ_SURVEILLANCE)
def shared_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One document that was sent, and who has it."""
    found = Shared.objects.visible_to(request.user).select_related("rule__source", "source", "by")
    one = get_object_or_404(found, pk=pk)
    (row,) = pages.shared_rows([one])
    page = {"row": row, "shared": one, "deliveries": pages.deliveries([one])[one.pk], "apart": pages.not_taken(one)}
    return render(request, "indicators/shared_document.html", page)


def _visible(request: HttpRequest, pk: UUID) -> SharingRule:
    found = SharingRule.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("source__place__state", "changed_by", "confirmed_by"), pk=pk)


def _may(request: HttpRequest) -> dict[str, Any]:
    return {"read": True, "share": request.user.may(Ability.SHARE_COUNTS)}


urlpatterns = [
    path("sharing/", sharing, name="sharing"),
    path("sharing/new/", new_sharing_rule, name="new_sharing_rule"),
    path("sharing/documents/<uuid:pk>/", shared_document, name="shared_document"),
    path("sharing/<uuid:pk>/", sharing_rule, name="sharing_rule"),
    path("sharing/<uuid:pk>/edit/", edit_sharing_rule, name="edit_sharing_rule"),
    path("sharing/<uuid:pk>/confirm/", confirm_sharing_rule, name="confirm_sharing_rule"),
    path("sharing/<uuid:pk>/switch/", switch_sharing_rule, name="switch_sharing_rule"),
]
