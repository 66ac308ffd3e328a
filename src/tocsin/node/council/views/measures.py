"""The board of measures and its table; one measure, and what is said of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.council import measure_links
from tocsin.node.council.actions import measures as acts
from tocsin.node.council.exporting.measure_table import measure_table
from tocsin.node.council.forms.measures import ExtendForm, ReasonForm, ReassignForm, ReportForm, SeenForm
from tocsin.node.council.models import Decision
from tocsin.node.council.pages import measure_board
from tocsin.node.council.pages.decision_words import shown_title
from tocsin.node.council.pages.measure_acts import ACTS, DECIDES, REPORTS
from tocsin.node.council.pages.measure_board import MeasureFilters
from tocsin.node.council.pages.measure_page import MeasurePage, measure_page
from tocsin.node.council.pages.tabs import tabs
from tocsin.node.council.views.paper_gate import may_take_along, takes_along
from tocsin.node.exports.tables import respond
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointObject
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.look import drafts
from tocsin.node.surveillance.pages.exporting import audited

FORMS: dict[str, type[Form]] = {
    "accept": SeenForm, "decline": ReasonForm, "report": ReportForm, "finish": ReportForm, "verify": SeenForm,
    "return": ReasonForm, "extend": ExtendForm, "reassign": ReassignForm,
}  # fmt: skip


@requires(Ability.READ_COUNCIL)
def measures(request: HttpRequest) -> HttpResponse:
    """All of them on one board."""
    asked, day = MeasureFilters(request.GET).chosen(), timezone.localdate()
    found = measure_board.filtered(request.user, asked, day)
    counts = measure_board.counted(found, day)
    page = measure_board.board_of(measure_board.ordered(found, asked["sort"]), request.GET.get("page"))
    is_filtered = any(value for name, value in asked.items() if name != "sort")
    of = Decision.objects.visible_to(request.user).filter(pk=asked["decision"]).first() if asked["decision"] else None
    shown = {
        "page": page, "rows": measure_board.rows_of(page.object_list, day), "counts": counts,
        "answer": measure_board.title(counts, is_filtered=is_filtered), "filters": MeasureFilters(initial=asked),
        "asked": asked, "is_filtered": is_filtered, "tabs": tabs("measures"), "decision": of,
        "decision_title": shown_title(of.title) if of else "", "may_export": may_take_along(request.user),
        "plans": measure_links.PLANS,
    }  # fmt: skip
    return render(request, "council/measures.html", shown)


@takes_along
def measures_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Those asked for, as CSV, XLSX or PDF."""
    asked, day = MeasureFilters(request.GET).chosen(), timezone.localdate()
    found = measure_board.ordered(measure_board.filtered(request.user, asked, day), asked["sort"])
    return audited(request, "measures.exported", respond(request, measure_table(found, day), kind))


@requires(Ability.READ_COUNCIL)
def measure(request: HttpRequest, pk: UUID, measure: str) -> HttpResponse:
    """One of them."""
    of = the_object(request, pk)
    return _page(request, of, _shown(request, of, measure))


@require_POST
@requires(Ability.DECIDE)
def decide_on_measure(request: HttpRequest, pk: UUID, measure: str, act: str) -> HttpResponse:
    """Take on, decline, confirm, send back, extend, give to another: in the state's name."""
    if act not in DECIDES:
        raise Http404
    return _answered(request, pk, measure, act)


@require_POST
@requires(Ability.KEEP_MEASURES)
def report_on_measure(request: HttpRequest, pk: UUID, measure: str, act: str) -> HttpResponse:
    """Say how far it is, or that it is done."""
    if act not in REPORTS:
        raise Http404
    return _answered(request, pk, measure, act)


def the_object(request: HttpRequest, pk: UUID) -> JointObject:
    """Raises Http404 for what is no decision here, and for what is not theirs to see."""
    rows = Decision.objects.visible_to(request.user).select_related("of")
    return get_object_or_404(rows, pk=pk).of


def _shown(request: HttpRequest, of: JointObject, measure: str) -> MeasurePage:
    page = measure_page(of, arrangement_of(of), measure, request.user, day=timezone.localdate())
    if page is None:
        raise Http404
    return page


def _page(
    request: HttpRequest, of: JointObject, shown: MeasurePage, *, status: int = 200, **answered: Form
) -> HttpResponse:
    seen = token(of)
    forms = [
        {
            "name": name, "words": ACTS[name], "form": answered.get(name) or _form(name, shown, seen),
            "open": name in answered, "draft": _draft(of, shown, name),
            "route": "report_on_measure" if name in REPORTS else "decide_on_measure",
        }
        for name in dict.fromkeys((*shown.acts, *answered))
    ]  # fmt: skip
    page = {"page": shown, "forms": forms, "tabs": tabs("measures"), "seen": seen}
    return render(request, "council/measure.html", page, status=status)


def _form(name: str, shown: MeasurePage, seen: str, data: Any = None) -> Form:
    more: dict[str, Any] = {}
    if name == "extend":
        more["until"] = shown.measure.measure.deadline
    if name == "reassign":
        more |= {"bound": shown.bound, "but": shown.measure.measure.state}
    return FORMS[name](data, auto_id=f"{name}_%s", initial={"seen": seen}, **more)


def _draft(of: JointObject, shown: MeasurePage, name: str) -> str:
    return f"measure-{of.pk}-{shown.measure.measure.id}-{name}"


def _answered(request: HttpRequest, pk: UUID, measure: str, act: str) -> HttpResponse:
    """Do what was asked; what cannot be done stays in sight as it was typed, below the reason."""
    of = the_object(request, pk)
    shown = _shown(request, of, measure)
    form, status = _form(act, shown, token(of), request.POST), 422
    if form.is_valid():
        try:
            DOES[act](of, measure, form, request.user)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
            form.data = form.data.copy()
            form.data["seen"] = token(of)
            status = 409
        else:
            drafts.saved(request, _draft(of, shown, act), _told(of))
            return redirect(measure_links.measure(pk, measure))
    of.refresh_from_db()
    return _page(request, of, _shown(request, of, measure), status=status, **{act: form})


def _told(of: JointObject) -> str:
    if of.is_ours:
        return _("Done. The states are told as soon as it is signed.")
    return _("Sent. It counts once the state that keeps the decision has taken it into its order.")


def _seen(form: Form) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("seen", "language", "reason") if name in form.cleaned_data}


Does = Callable[[JointObject, str, Any, Any], object]
DOES: dict[str, Does] = {
    "accept": lambda of, id, form, by: acts.accept(of, measure=id, by=by, **_seen(form)),
    "decline": lambda of, id, form, by: acts.decline(of, measure=id, by=by, **_seen(form)),
    "report": lambda of, id, form, by: acts.report(
        of, measure=id, text=form.cleaned_data["text"], evidence=form.evidence,
        language=form.cleaned_data["language"], by=by,
    ),
    "finish": lambda of, id, form, by: acts.finish(
        of, measure=id, text=form.cleaned_data["text"], evidence=form.evidence,
        language=form.cleaned_data["language"], by=by,
    ),
    "verify": lambda of, id, form, by: acts.verify(of, measure=id, by=by, **_seen(form)),
    "return": lambda of, id, form, by: acts.send_back(of, measure=id, by=by, **_seen(form)),
    "extend": lambda of, id, form, by: acts.extend(
        of, measure=id, deadline=form.cleaned_data["deadline"], by=by, **_seen(form)
    ),
    "reassign": lambda of, id, form, by: acts.reassign(
        of, measure=id, state=form.cleaned_data["state"], by=by, **_seen(form)
    ),
}  # fmt: skip


urlpatterns = [
    path("council/measures/", measures, name="measures"),
    path("council/measures/export.<str:kind>", measures_export, name="measures_export"),
    path("council/measures/<uuid:pk>/<slug:measure>/", measure, name="measure"),
    path("council/measures/<uuid:pk>/<slug:measure>/decide/<slug:act>/", decide_on_measure, name="decide_on_measure"),
    path("council/measures/<uuid:pk>/<slug:measure>/report/<slug:act>/", report_on_measure, name="report_on_measure"),
]
