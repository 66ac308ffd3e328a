"""Series of counts: found, looked at, corrected by known causes, taken away as files."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond
from tocsin.node.language import formats
from tocsin.node.look import drafts
from tocsin.node.surveillance.actions.known_causes import add_known_cause, withdraw_known_cause
from tocsin.node.surveillance.forms.series import SeriesFilterForm
from tocsin.node.surveillance.forms.triage import KnownCauseForm
from tocsin.node.surveillance.models import KnownCause, Series
from tocsin.node.surveillance.pages import series_pages
from tocsin.node.surveillance.pages.exporting import MARKS, audited, frame, marks, not_to_be_passed_on, shared_frame
from tocsin.node.surveillance.pages.measures import heading, measured
from tocsin.node.surveillance.pages.series_figures import series_figure
from tocsin.node.surveillance.pages.shared_words import shared_words
from tocsin.node.surveillance.pages.signal_chart import excluded
from tocsin.node.surveillance.panels import series_counts
from tocsin.node.surveillance.runs.maturity import incomplete_periods

A_PAGE = 50
PERIODS = 52
ABOUT = ("source", "disease", "place__parent")
MEASURE = Column("measure", gettext_lazy("what is counted"), "text")
MANY = (
    Column("source", gettext_lazy("source"), "text"),
    Column("disease", gettext_lazy("disease, code"), "text"),
    Column("place", gettext_lazy("place, code"), "text"),
    Column("stratum", gettext_lazy("group"), "text"),
    Column("period", gettext_lazy("period, first day"), "date"),
    Column("count", gettext_lazy("count; empty where nothing was reported"), "decimal"),
    MEASURE,
)
ONE = (
    Column("period", gettext_lazy("period, first day"), "date"),
    Column("count", gettext_lazy("count; empty where nothing was reported"), "decimal"),
    Column("state", gettext_lazy("reported"), "text"),
    Column("signal", gettext_lazy("signal"), "text"),
    Column("left_out", gettext_lazy("left out of the baseline"), "text"),
    MEASURE,
)


@requires(Ability.READ_SURVEILLANCE)
def series(request: HttpRequest) -> HttpResponse:
    form = SeriesFilterForm(request.GET, person=request.user)
    chosen = form.chosen()
    found = series_pages.found_series(request.user, chosen)
    ordered = series_pages.in_order(found, request.GET.get("sort", ""), is_filtered=any(chosen.values()))
    keys = list(ordered.values_list("pk", flat=True)[: series_pages.MOST + 1])
    page = Paginator(keys[: series_pages.MOST], A_PAGE).get_page(request.GET.get("page"))
    known = {one.pk: one for one in Series.objects.filter(pk__in=list(page.object_list)).select_related(*ABOUT)}
    shown = {
        "form": form,
        "page": page,
        "rows": series_pages.newest([known[key] for key in page.object_list]),
        "answer": _answer(len(keys)),
        "is_filtered": any(chosen.values()),
        "may_export": request.user.may(Ability.EXPORT),
    }
    return render(request, "surveillance/series.html", shown)


def _answer(found: int) -> str:
    if found > series_pages.MOST:
        return _("More than %(n)s series") % {"n": formats.whole(series_pages.MOST)}
    return ngettext("%(n)s series", "%(n)s series", found) % {"n": formats.whole(found)}


def _series(request: HttpRequest, pk: int) -> Series:
    return get_object_or_404(Series.objects.visible_to(request.user).select_related(*ABOUT), pk=pk)


@requires(Ability.READ_SURVEILLANCE)
def one_series(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "surveillance/series_one.html", _page(request, _series(request, pk)))


def _page(request: HttpRequest, one: Series, form: KnownCauseForm | None = None) -> dict[str, Any]:
    withheld = series_pages.withheld_days(one)
    dates, counts = series_pages.with_withheld(*series_counts(one), withheld, one.source.every)
    signals = series_pages.signals_of(one, request.user)
    left_out, incomplete = excluded(one), incomplete_periods(one.source, dates) if len(dates) else 0
    page = Paginator(range(len(dates) - 1, -1, -1), PERIODS).get_page(request.GET.get("page"))
    rows = series_pages.count_rows(
        one, dates, counts, signals=signals, excluded=left_out, incomplete=incomplete, positions=page.object_list,
        withheld=withheld,
    )  # fmt: skip
    return {
        "one": one,
        "answer": series_pages.one_answer(one, dates, counts),
        "figure": _figure(one, dates, counts, signals, left_out, incomplete) if len(dates) else None,
        "page": page,
        "rows": rows,
        "missing": int(np.isnan(counts).sum()) - len(withheld),
        "withheld": len(withheld),
        "shared": shared_words(one) if one.source.shared_by_id else None,
        "measure": heading(one.source.measure),
        "may_write": request.user.may(Ability.WRITE_MESSAGES),
        "zeros": int((counts == 0).sum()),
        "causes": series_pages.known_causes(one),
        "breaks": list(one.source.breaks.all()),
        "revisions": series_pages.revisions(one),
        "form": form or KnownCauseForm(),
        "form_is_open": form is not None,
        "may_decide": request.user.may(Ability.TRIAGE),
        "may_export": request.user.may(Ability.EXPORT) and one.source.may_be_exported,
    }


def _figure(one: Series, dates: Any, counts: Any, signals: Any, left_out: Any, incomplete: int) -> dict[str, Any]:
    values = {"source": one.source, "provenance": one.source.provenance or one.source.organisation}
    caption = _("Counts of %(source)s (%(provenance)s); shaded periods are left out of the baseline.") % values
    changes = [(each.starts_on, each.starts_on, each.what) for each in one.source.breaks.all()]
    return series_figure(
        one, dates, counts, caption=caption, alarms=[signal.period for signal in signals], incomplete=incomplete,
        excluded=[*left_out, *changes],
    )  # fmt: skip


@require_POST
@requires(Ability.TRIAGE)
def add_cause(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave periods out of the baselines of a series' disease in its place, for a reason."""
    one = _series(request, pk)
    form = KnownCauseForm(request.POST)
    if form.is_valid():
        try:
            add_known_cause(one.disease, one.place, by=request.user, **form.cleaned_data)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, f"cause-{pk}", _("Saved: these periods do not count as usual from now on."))
            return redirect("one_series", pk=pk)
    return render(request, "surveillance/series_one.html", _page(request, one, form), status=422)


@require_POST
@requires(Ability.TRIAGE)
def withdraw_cause(request: HttpRequest, pk: int, cause: UUID) -> HttpResponse:
    one = _series(request, pk)
    mine = KnownCause.objects.visible_to(request.user).filter(
        pk__in=[each.pk for each in series_pages.known_causes(one)]
    )
    withdraw_known_cause(get_object_or_404(mine, pk=cause), by=request.user)
    messages.success(request, _("Withdrawn: these periods count as usual again."))
    return redirect("one_series", pk=pk)


@requires(Ability.EXPORT)
def series_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Every count of the series that the filters leave, as they are written: a chunk in memory at a time."""
    chosen = SeriesFilterForm(request.GET, person=request.user).chosen()
    found = series_pages.found_series(request.user, chosen)
    is_marked = found.filter(source__shared_by__isnull=False).exists()
    rows = series_pages.expanded(found, is_marked=is_marked)
    columns = (*MANY, *MARKS) if is_marked else MANY
    table = Table(title=_("Counts"), columns=columns, rows=rows, filename="counts", **frame())
    return audited(request, "counts.exported", respond(request, table, kind), kind=kind)


@requires(Ability.EXPORT)
def one_series_export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    one = _series(request, pk)
    if not one.source.may_be_exported:
        return not_to_be_passed_on()
    withheld = series_pages.withheld_days(one)
    dates, counts = series_pages.with_withheld(*series_counts(one), withheld, one.source.every)
    rows = series_pages.count_rows(
        one, dates, counts, signals=series_pages.signals_of(one, request.user), excluded=excluded(one), incomplete=0,
        withheld=withheld,
    )  # fmt: skip
    table = Table(title=str(one), columns=ONE, rows=_rows(one, rows, counts), filename=str(one), **frame())
    if one.source.shared_by_id:
        told = (line + marks(one.source) for line in _rows(one, rows, counts))
        table = replace(table, columns=(*ONE, *MARKS), rows=told, **shared_frame(one.source))
    return audited(request, "counts.exported", respond(request, table, kind), one, kind=kind)


def _rows(one: Series, rows: list[series_pages.CountRow], counts: Any) -> Iterator[tuple[object, ...]]:
    words = {
        "count": _("yes"), "zero": _("zero report"), "missing": _("no"), "withheld": _("withheld by its owner")
    }  # fmt: skip
    for row, count in zip(rows, reversed(counts.tolist()), strict=True):
        signal = str(row.signal.get_kind_display()) if row.signal else ""
        yield row.day, count, words[row.state], signal, row.left_out, measured(one.source.measure)


urlpatterns = [
    path("series/", series, name="series"),
    path("series/export.<str:kind>", series_export, name="series_export"),
    path("series/<int:pk>/", one_series, name="one_series"),
    path("series/<int:pk>/causes/", add_cause, name="add_cause"),
    path("series/<int:pk>/causes/<uuid:cause>/withdraw/", withdraw_cause, name="withdraw_cause"),
    path("series/<int:pk>/export.<str:kind>", one_series_export, name="one_series_export"),
]
