"""What was screened, by which method, and what came of it; and asking for a screening now."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond
from tocsin.node.language.formats import ago, decimal, duration, figure, whole
from tocsin.node.look.progress import Progress
from tocsin.node.surveillance.actions import screening as acts
from tocsin.node.surveillance.forms.screenings import ScreenForm
from tocsin.node.surveillance.models import Screening, Source
from tocsin.node.surveillance.pages.choices import by_state_and_source
from tocsin.node.surveillance.pages.exporting import audited, frame
from tocsin.node.surveillance.runs import methods

A_PAGE = 50
UNDER_WAY = (Screening.Status.WAITING, Screening.Status.RUNNING)
WORK = {
    "": gettext_lazy("Waiting for its turn"),
    "reading": gettext_lazy("Reading the counts"),
    "screening": gettext_lazy("Comparing each series with what is usual"),
    "writing": gettext_lazy("Writing the signals"),
    "done": gettext_lazy("Done"),
}
PROBLEMS = {
    "InvalidOption": gettext_lazy(
        "The method cannot be run with the options that the source gives it. Correct them there."
    ),
    "InvalidCounts": gettext_lazy("The counts of the source cannot be screened as they are."),
    "InvalidDates": gettext_lazy("The periods of the source cannot be screened as they are."),
    "history_too_short": gettext_lazy(
        "History is too short for the method and its fallback; fixed rules were applied."
    ),
    "": gettext_lazy("It ended with an error; the node’s log has the details. It is tried again tonight."),
}
COLUMNS = (
    Column("asked_at", gettext_lazy("asked"), "moment"),
    Column("source", gettext_lazy("source"), "text"),
    Column("by", gettext_lazy("who"), "text"),
    Column("status", gettext_lazy("state"), "text"),
    Column("method", gettext_lazy("method"), "text"),
    Column("engine", gettext_lazy("engine"), "text"),
    Column("generation", gettext_lazy("generation of the counts"), "whole"),
    Column("first_period", gettext_lazy("first period"), "date"),
    Column("last_period", gettext_lazy("last period"), "date"),
    Column("series", gettext_lazy("series"), "whole"),
    Column("cells", gettext_lazy("series-periods evaluated"), "whole"),
    Column("signals", gettext_lazy("signals"), "whole"),
    Column("false_alarms", gettext_lazy("to expect by chance, at most"), "decimal"),
    Column("seconds", gettext_lazy("seconds"), "decimal"),
)


@requires(Ability.READ_SURVEILLANCE)
def screenings(request: HttpRequest) -> HttpResponse:
    found = _filtered(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "sources": Source.objects.visible_to(request.user).only("name", "titles"),
        "statuses": Screening.Status.choices,
        "chosen": request.GET,
        "may": {"read": True, "export": request.user.may(Ability.EXPORT)},
        "title": _title(request),
    }
    return render(request, "surveillance/screenings.html", shown)


def _title(request: HttpRequest) -> str:
    """Whether the machine does its work: the last screening of each source, not all that ever were."""
    last = Screening.objects.filter(source=OuterRef("pk")).order_by("-asked_at")
    sources = Source.objects.visible_to(request.user).filter(is_on=True)
    states = list(
        sources.annotate(
            status=Subquery(last.values("status")[:1]), finished=Subquery(last.values("finished_at")[:1])
        ).values_list("status", "finished")
    )
    failed = sum(status == Screening.Status.FAILED for status, _finished in states)
    if failed:
        said = ngettext(
            "The last screening of %(n)s source failed", "The last screening of %(n)s sources failed", failed
        )
        return said % {"n": whole(failed)}
    finished = max((moment for _status, moment in states if moment), default=None)
    if finished is None:
        return _("Nothing has been screened yet")
    return _("All screenings went well; the last ended %(ago)s") % {"ago": ago(finished)}


def _filtered(request: HttpRequest) -> QuerySet[Screening]:
    found = Screening.objects.visible_to(request.user).select_related("source", "by")
    return by_state_and_source(found, request, Screening.Status)


@requires(Ability.EXPORT)
def screenings_export(request: HttpRequest, kind: str) -> HttpResponse:
    table = Table(
        title=_("Screenings"), columns=COLUMNS, rows=_exported(_filtered(request)), filename=_("screenings"), **frame()
    )
    return audited(request, "screenings.exported", respond(request, table, kind))


def _exported(found: QuerySet[Screening]) -> Iterator[tuple[object, ...]]:
    for one in found.iterator(chunk_size=2_000):
        lasted = (one.finished_at - one.started_at).total_seconds() if one.finished_at and one.started_at else None
        yield (
            one.asked_at, str(one.source), one.by.name if one.by else _("the machine"), one.get_status_display(),
            one.method, one.engine, one.generation, one.first_period, one.last_period, one.series, one.cells,
            one.signals_found, one.false_alarms, lasted,
        )  # fmt: skip


def _visible(request: HttpRequest, pk: str) -> Screening:
    found = Screening.objects.visible_to(request.user).select_related("source", "by")
    return get_object_or_404(found, pk=pk)


@requires(Ability.READ_SURVEILLANCE)
def screening(request: HttpRequest, pk: str) -> HttpResponse:
    one = _visible(request, pk)
    note = one.progress.get("note") or {}
    page = {
        "screening": one,
        "title": _answer(one),
        "progress": _progress(one) if one.status in UNDER_WAY else None,
        "method": methods.METHODS.get(one.method),
        "steps": [_step(number, step) for number, step in enumerate(one.steps)],
        "note": PROBLEMS.get(note.get("code", "")) if note else "",
        "problem": PROBLEMS.get(one.problem.get("code", ""), PROBLEMS[""]) if one.problem else "",
        "lasted": _lasted(one),
        "may": {"screen": request.user.may(Ability.SCREEN), "manage": request.user.may(Ability.MANAGE_SOURCES)},
        "form": ScreenForm(),
        "signals": one.signals.select_related("disease", "place", "thread")[:A_PAGE] if one.signals_found else (),
    }
    return render(request, "surveillance/screening.html", page)


def _lasted(one: Screening) -> str | None:
    """Below two minutes in seconds, which is what most take."""
    if one.finished_at is None or one.started_at is None:
        return None
    passed = one.finished_at - one.started_at
    if passed >= timedelta(minutes=2):
        return duration(passed)
    return _("%(seconds)s s") % {"seconds": decimal(passed.total_seconds(), 1)}


def _answer(one: Screening) -> str:
    values = {"source": str(one.source), "n": whole(one.signals_found), "series": whole(one.series)}
    if one.status in UNDER_WAY:
        return _("%(source)s is being screened") % values
    if one.status == Screening.Status.FAILED:
        return _("%(source)s: the screening failed") % values
    found = one.signals_found or 0
    return (
        ngettext(
            "%(source)s: %(n)s new signal in %(series)s series",
            "%(source)s: %(n)s new signals in %(series)s series",
            found,
        )
        % values
    )


def _step(number: int, step: dict[str, Any]) -> dict[str, Any]:
    """One way in which series were evaluated, in words; every way after the first is a fallback."""
    title, line = methods.METHODS.get(step["method"], (step["method"], ""))
    return {
        **step,
        "title": title,
        "line": line,
        "why": _("as the source asks") if not number else _("fallback: history was too short for the ways above"),
        "options": methods.as_text(step.get("options", {})).splitlines(),
        "expected": figure(step["false_alarms"]) if step.get("false_alarms") is not None else _("not promised"),
    }


def _progress(one: Screening) -> Progress:
    told = one.progress or {}
    started = one.started_at or one.asked_at
    return Progress(
        what=WORK.get(told.get("what", ""), WORK[""]),
        done=told.get("done", 0),
        total=told.get("of", 0),
        url=reverse("screening_progress", args=[one.pk]),
        seconds=(timezone.now() - started).total_seconds(),
        finished=one.status not in UNDER_WAY,
        next_url=reverse("screening", args=[one.pk]),
        next_label=_("Show what was found"),
    )


@requires(Ability.READ_SURVEILLANCE)
def screening_progress(request: HttpRequest, pk: str) -> HttpResponse:
    one = _visible(request, pk)
    answer = render(request, "look/progress.html", {"progress": _progress(one)})
    if one.status not in UNDER_WAY and request.headers.get("HX-Request"):
        answer["HX-Redirect"] = reverse("screening", args=[one.pk])
    return answer


@require_POST
@requires(Ability.SCREEN)
def screen_now(request: HttpRequest, pk: str) -> HttpResponse:
    source = get_object_or_404(Source.objects.visible_to(request.user), pk=pk)
    form = ScreenForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(form.errors.get("evaluate", ())))
        return redirect("source", pk=source.pk)
    try:
        made = acts.ask(source, by=request.user, evaluate=form.cleaned_data["evaluate"])
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("source", pk=source.pk)
    return redirect("screening", pk=made.pk)


urlpatterns = [
    path("screenings/", screenings, name="screenings"),
    path("screenings/export.<str:kind>", screenings_export, name="screenings_export"),
    path("screenings/<uuid:pk>/", screening, name="screening"),
    path("screenings/<uuid:pk>/progress/", screening_progress, name="screening_progress"),
    path("sources/<uuid:pk>/screen/", screen_now, name="screen_now"),
]
