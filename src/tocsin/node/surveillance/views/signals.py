"""One thread of signals: its picture, its reasons, its history, and what a person decides upon it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.exercise_mark import is_exercise
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond
from tocsin.node.look import drafts
from tocsin.node.surveillance.models import Signal, Source, Thread
from tocsin.node.surveillance.pages import beside, signal_page
from tocsin.node.surveillance.pages.deciding import DECISIONS, Chosen, Decision, decide, decisions_for
from tocsin.node.surveillance.pages.exporting import MARKS, audited, frame, marks, not_to_be_passed_on, shared_frame
from tocsin.node.surveillance.pages.measures import measured
from tocsin.node.surveillance.pages.next_steps import steps
from tocsin.node.surveillance.pages.shared_words import SharedWords, shared_words
from tocsin.node.surveillance.pages.signal_chart import asked_chart, drawn
from tocsin.node.surveillance.pages.signal_figures import A_LOT, by_place, by_stratum, family, neighbours
from tocsin.node.surveillance.pages.strata import group_text

ABOUT = ("disease", "place", "headline_place", "assignee", "screening")
ABOUT_HEADLINE = ("series__source", "series__place", "rule", "screening", "by")
ABOUT_EARLIER = ("disease", "headline_place", "place", "assignee")
COLUMNS = (
    Column("kind", gettext_lazy("kind"), "text"),
    Column("period", gettext_lazy("period"), "date"),
    Column("disease", gettext_lazy("disease"), "text"),
    Column("place", gettext_lazy("place"), "text"),
    Column("stratum", gettext_lazy("group"), "text"),
    Column("observed", gettext_lazy("observed"), "decimal"),
    Column("expected", gettext_lazy("expected"), "decimal"),
    Column("threshold", gettext_lazy("threshold"), "decimal"),
    Column("p_value", gettext_lazy("probability by chance"), "decimal"),
    Column("method", gettext_lazy("method"), "text"),
    Column("rule", gettext_lazy("rule"), "text"),
    Column("cases", gettext_lazy("cases told"), "whole"),
    Column("deaths", gettext_lazy("deaths told"), "whole"),
    Column("found_at", gettext_lazy("found"), "moment"),
    Column("measure", gettext_lazy("what is counted"), "text"),
)


def _thread(request: HttpRequest, pk: UUID) -> Thread:
    """The thread that somebody may see; none that went into another."""
    # Three queries of a few tables: of all of them at once PostgreSQL plans longer than it reads.
    visible = Thread.objects.visible_to(request.user).select_related(*ABOUT)
    headline = Prefetch("headline", Signal.objects.select_related(*ABOUT_HEADLINE))
    earlier = Prefetch("earlier", Thread.objects.select_related(*ABOUT_EARLIER))
    return get_object_or_404(visible.prefetch_related(headline, earlier), pk=pk)


@requires(Ability.READ_SURVEILLANCE, Ability.REPORT_SIGNAL)
def signal(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        thread = _thread(request, pk)
    except Http404:
        merged = Thread.objects.filter(pk=pk, merged_into__isnull=False).values_list("merged_into", flat=True).first()
        if merged and Thread.objects.visible_to(request.user).filter(pk=merged).exists():
            return redirect("signal", pk=merged)
        raise
    if not request.user.may(Ability.READ_SURVEILLANCE):
        return render(request, "surveillance/signal_told.html", _told(request, thread))
    return render(request, "surveillance/signal.html", _page(request, thread))


def _told(request: HttpRequest, thread: Thread) -> dict[str, Any]:
    """For people who may not read surveillance: their organisation's reports, and what became of them."""
    own = signal_page.signals_of(thread, request.user).order_by("-found_at")
    return {
        "thread": thread,
        "is_exercise": is_exercise(thread),
        "answer": signal_page.told_answer(thread),
        "rows": signal_page.signal_rows(own[:50]),
        "history": signal_page.history(thread),
    }


def _page(request: HttpRequest, thread: Thread, **answered: Any) -> dict[str, Any]:
    """All that signal.html shows. `answered` are a decision's bound form and what went wrong with it."""
    first, asked, person = thread.headline, request.GET, request.user
    listed = signal_page.signals_page(thread, person, asked.get("sort", ""), asked.get("page"))
    figures = _figures(thread) if first is not None and first.series is not None else {}
    return {
        "thread": thread,
        "is_exercise": is_exercise(thread),
        "first": first,
        "answer": signal_page.answer(thread),
        "comparison": signal_page.comparison(thread),
        "list": listed,
        "rows": signal_page.signal_rows(listed.object_list),
        "history": signal_page.history(thread),
        "related": signal_page.related_rows(thread, person),
        "uploads": signal_page.uploads_of(first),
        "offers": _offers(request, thread, **answered) if person.may(Ability.TRIAGE) else [],
        "sections": beside.of_signal(thread, person),
        "chart": asked_chart(thread, asked, figures.get("family")),
        "may_export": person.may(Ability.EXPORT) and _may_leave(thread),
        "shared": _shared(thread),
        "steps": steps(thread, person),
        "may_write": person.may(Ability.WRITE_MESSAGES),
        **figures,
        **answered,
    }


def _shared(thread: Thread) -> SharedWords | None:
    first = thread.headline
    if thread.shared_by_id is None or first is None or first.series is None:
        return None
    return shared_words(first.series, str(thread))


def _may_leave(thread: Thread) -> bool:
    """Whether a file may be made of it: not of what a partner shares with chosen states alone."""
    if thread.shared_by_id is None:
        return True
    sources = Source.objects.filter(series__signals__thread=thread).distinct()
    return all(source.may_be_exported for source in sources)


def _figures(thread: Thread) -> dict[str, Any]:
    first = thread.headline
    of = family(first.series, Signal.objects.published().filter(thread=thread)[:A_LOT])
    return {
        "family": of,
        "strata": by_stratum(of, first.period),
        "places": by_place(of, first.period),
        "around": neighbours(of, first.period),
    }


def _offers(
    request: HttpRequest, thread: Thread, name: str = "", form: Form | None = None, **_rest: Any
) -> list[dict[str, Any]]:
    """Each decision that the thread's status allows, with its form; the one that was just answered as it was typed."""
    opened = name or request.GET.get("decide", "")
    offered = decisions_for(thread)
    if form is not None and DECISIONS[name] not in offered:
        offered = [DECISIONS[name], *offered]  # somebody changed the status: what was typed stays in sight
    return [
        {
            "decision": decision,
            "heading": decision.heading % {"n": 1},
            "form": form if decision.name == name and form is not None else _blank(decision),
            "draft": _draft(thread, decision.name),
            "open": decision.name == opened,
            "is_primary": position == 0 and decision.name != "reopen",
        }
        for position, decision in enumerate(offered)
    ]


def _blank(decision: Decision) -> Form:
    return decision.form(auto_id=f"{decision.name}_%s")


def _draft(thread: Thread, name: str) -> str:
    return f"signal-{thread.pk}-{name}"


@require_POST
@requires(Ability.TRIAGE)
def decide_one(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Decide upon one thread; whoever was slower sees what the other decided, beside what they typed."""
    if name not in DECISIONS:
        raise Http404
    thread, decision = _thread(request, pk), DECISIONS[name]
    form = decision.form(request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return _answered(request, thread, name, form, status=422)
    version = request.POST.get("version", "")
    seen = {thread.pk: int(version) if version.isdecimal() else -1}
    try:
        outcome = decide(decision, Chosen(name, [thread], seen, ""), form.cleaned_data, by=request.user)
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return _answered(request, thread, name, form, status=422)
    if outcome.conflicts:
        return _answered(request, _thread(request, pk), name, form, status=409, conflict=outcome.conflicts[0])
    drafts.saved(request, _draft(thread, name), decision.told % {"n": 1})
    return redirect("signal", pk=thread.pk)


def _answered(request: HttpRequest, thread: Thread, name: str, form: Form, *, status: int, **more: Any) -> HttpResponse:
    return render(
        request, "surveillance/signal.html", _page(request, thread, name=name, form=form, **more), status=status
    )


@requires(Ability.READ_SURVEILLANCE)
def signal_chart(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The picture alone, with all that the method computes: asked for by the page once it stands."""
    thread = _thread(request, pk)
    return render(request, "surveillance/signal_chart.html", {"thread": thread, "chart": drawn(thread, request.GET)})


@requires(Ability.EXPORT)
def signal_export(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    thread = _thread(request, pk)
    if not _may_leave(thread):
        return not_to_be_passed_on()
    found = signal_page.signals_of(thread, request.user).select_related("place", "disease", "rule")
    title = signal_page.answer(thread)
    table = Table(title=title, columns=COLUMNS, rows=_rows(found), filename=f"signals {thread}", **frame(thread))
    if thread.shared_by_id is not None:
        source = thread.headline.series.source
        table = replace(table, **shared_frame(source))
        if kind != "pdf":  # each of its pages says it
            rows = (row + marks(source) for row in _rows(found))
            table = replace(table, columns=(*COLUMNS, *MARKS), rows=rows)
    return audited(request, "thread.exported", respond(request, table, kind), thread, kind=kind)


def _rows(found: QuerySet[Signal]) -> Iterator[tuple[object, ...]]:
    for one in found.iterator(chunk_size=2_000):
        disease = str(one.disease or _("unknown disease"))
        figures = (one.observed, one.expected, one.threshold, one.p_value, one.method, one.rule_id or "")
        where = (one.period, disease, str(one.place), group_text(one.stratum))
        yield (
            str(Signal.Kind(one.kind).label),
            *where,
            *figures,
            one.cases,
            one.deaths,
            one.found_at,
            measured(one.measure),
        )


urlpatterns = [
    path("signals/<uuid:pk>/", signal, name="signal"),
    path("signals/<uuid:pk>/chart/", signal_chart, name="signal_chart"),
    path("signals/<uuid:pk>/decide/<slug:name>/", decide_one, name="decide_one"),
    path("signals/<uuid:pk>/export.<str:kind>", signal_export, name="signal_export"),
]
