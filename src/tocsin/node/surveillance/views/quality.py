"""How good the data are: late sources, missing reports, slow reports, counts that change after they were first told."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond
from tocsin.node.language.formats import share, whole
from tocsin.node.surveillance.intake.lateness import late_sources, lateness
from tocsin.node.surveillance.intake.quality import coverage
from tocsin.node.surveillance.models import Place, Source
from tocsin.node.surveillance.pages.exporting import audited, frame
from tocsin.node.surveillance.runs.maturity import incomplete_periods

SHADES = ((100, "full"), (75, "most"), (25, "some"), (1, "few"), (0, "none"))
COLUMNS = (
    Column("source", gettext_lazy("source"), "text"),
    Column("organisation", gettext_lazy("organisation"), "text"),
    Column("state", gettext_lazy("state"), "text"),
    Column("days_late", gettext_lazy("days late"), "decimal"),
    Column("expected", gettext_lazy("reports expected"), "whole"),
    Column("reported", gettext_lazy("reports in"), "whole"),
    Column("completeness", gettext_lazy("completeness"), "share"),
    Column("zeros", gettext_lazy("of them zero reports"), "whole"),
    Column("on_time", gettext_lazy("tables on time"), "share"),
    Column("delay", gettext_lazy("median delay, days"), "decimal"),
    Column("revised", gettext_lazy("known at the first report"), "share"),
    Column("rejected", gettext_lazy("rows not used, last tables"), "whole"),
    Column("measured_at", gettext_lazy("measured"), "moment"),
)
PLACE_COLUMNS = (
    Column("code", gettext_lazy("code"), "text"),
    Column("place", gettext_lazy("place"), "text"),
    Column("period", gettext_lazy("period from"), "date"),
    Column("expected", gettext_lazy("reports expected"), "whole"),
    Column("reported", gettext_lazy("reports in"), "whole"),
    Column("zeros", gettext_lazy("of them zero reports"), "whole"),
)
STATES = {"on_time": gettext_lazy("on time"), "late": gettext_lazy("late"), "overdue": gettext_lazy("overdue")}


@requires(Ability.READ_SURVEILLANCE)
def quality(request: HttpRequest) -> HttpResponse:
    rows = _rows(request)
    page = {"rows": rows, "title": _title(rows), "may": {"export": request.user.may(Ability.EXPORT)}}
    return render(request, "surveillance/quality.html", page)


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    """Sources in use, the latest first, then the least complete. What is shown was measured after the last table."""
    now = timezone.now()
    found = Source.objects.visible_to(request.user).filter(is_on=True).select_related("organisation", "disease")
    rows = [{"source": one, "late": lateness(one, now), **_summary(one)} for one in found]
    return sorted(
        rows, key=lambda row: (-row["late"].late_by, _or_one(row["completeness"]), row["source"].name.casefold())
    )


def _or_one(value: float | None) -> float:
    return 1.0 if value is None else value


def _summary(one: Source) -> dict[str, Any]:
    told = one.quality
    tables = told.get("tables", [])
    known = told.get("revisions", [])
    # Where an absent row means that none occurred, nothing can be seen to be missing.
    counted = bool(told.get("expected")) and not one.zero_reports
    return {
        "expected": told.get("expected"),
        "reported": told.get("reported"),
        "zeros": told.get("zeros"),
        "zero_share": told["zeros"] / told["reported"] if told.get("reported") else None,
        "completeness": told["reported"] / told["expected"] if counted else None,
        "on_time": sum(not late for _, _, late in tables) / len(tables) if tables else None,
        "delay": round(told["delays"]["days"]["50"]) if told.get("delays") else None,
        "first": known[0][1] / known[0][2] if known and known[0][2] else None,
        "rejected": sum(row[2] for row in told.get("rejected", [])),
        "rows": sum(row[1] for row in told.get("rejected", [])),
        "measured_at": parse_datetime(told["measured_at"]) if told.get("measured_at") else None,
    }


def _title(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return _("No source sends counts yet")
    late = len(late_sources(among=[row["source"] for row in rows]))
    counted = [row for row in rows if row["completeness"] is not None]
    values = {"late": whole(late), "n": whole(len(rows))}
    if not counted:
        return ngettext(
            "%(late)s of %(n)s source is late", "%(late)s of %(n)s sources are late", len(rows)
        ) % values  # fmt: skip
    values["share"] = share(sum(row["reported"] for row in counted) / sum(row["expected"] for row in counted))
    return ngettext(
        "%(late)s of %(n)s source is late; %(share)s of expected reports are in",
        "%(late)s of %(n)s sources are late; %(share)s of expected reports are in",
        len(rows),
    ) % values  # fmt: skip


@requires(Ability.EXPORT)
def quality_export(request: HttpRequest, kind: str) -> HttpResponse:
    notes = (
        _("Completeness is of the last 12 periods. Where an absent row means that none occurred, it cannot be told."),
        _("Delays and revisions come from a sample of series over two years."),
    )
    table = Table(
        title=_("Data quality"), columns=COLUMNS, rows=_exported(_rows(request)), notes=notes,
        filename=_("data quality"), **frame(),
    )  # fmt: skip
    return audited(request, "quality.exported", respond(request, table, kind))


def _exported(rows: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        days = round(row["late"].late_by.total_seconds() / 86_400, 1)
        yield (
            row["source"].name, str(row["source"].organisation), str(STATES[row["late"].state]), days, row["expected"],
            row["reported"], row["completeness"], row["zeros"], row["on_time"], row["delay"], row["first"],
            row["rejected"], row["measured_at"],
        )  # fmt: skip


def _visible(request: HttpRequest, pk: str) -> Source:
    found = Source.objects.visible_to(request.user).select_related("organisation", "disease", "place")
    return get_object_or_404(found, pk=pk)


@requires(Ability.READ_SURVEILLANCE)
def source_quality(request: HttpRequest, pk: str) -> HttpResponse:
    one = _visible(request, pk)
    told = one.quality
    periods = [date.fromisoformat(day) for day in told.get("periods", [])]
    page = {
        "source": one,
        "late": lateness(one),
        "summary": _summary(one),
        "title": _answer(one),
        "periods": periods,
        "incomplete": incomplete_periods(one, np.array(periods, dtype="datetime64[D]")) if periods else 0,
        "by_period": [_cell(reported, expected) for reported, expected in told.get("by_period", [])],
        "places": _places(told),
        "told": told,
        "tables": [_table(row) for row in reversed(told.get("tables", []))],
        "rejected": [_rejected(row) for row in reversed(told.get("rejected", []))],
        "delays": told.get("delays"),
        "revisions": _bars(told.get("revisions", [])),
        "may": {"export": request.user.may(Ability.EXPORT)},
    }
    return render(request, "surveillance/quality_source.html", page)


def _answer(one: Source) -> str:
    found = _summary(one)
    values = {"source": one.name, "share": share(found["completeness"]), "on_time": share(found["on_time"])}
    if found["measured_at"] is None:
        return _("%(source)s: nothing measured yet") % values
    if found["completeness"] is None:
        if found["on_time"] is None:
            return _("%(source)s: one table so far") % values
        return _("%(source)s: %(on_time)s of tables came on time") % values
    return _("%(source)s: %(share)s of expected reports are in") % values


def _cell(reported: int, expected: int) -> dict[str, Any]:
    if not expected:
        return {"shade": "unexpected", "text": ""}
    percent = int(100 * reported / expected + 1e-9)
    return {"shade": _shade(percent), "text": share(reported / expected)}


def _shade(percent: int) -> str:
    return next(name for least, name in SHADES if percent >= least)


def _places(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Places with most reports missing, each with a cell a period; the others are only counted."""
    worst = told.get("worst", [])
    names = Place.objects.in_bulk([row["place"] for row in worst])
    return [
        {
            "place": names.get(row["place"]),
            "missing": row["missing"],
            "cells": [
                {"shade": "unexpected", "text": ""}
                if percent is None
                else {"shade": _shade(percent), "text": share(percent / 100)}
                for percent in row["share"]
            ],
        }
        for row in worst
    ]


def _table(row: list[Any]) -> dict[str, Any]:
    came, due, late = row
    return {"came": _moment(came), "due": _moment(due), "late": late}


def _rejected(row: list[Any]) -> dict[str, Any]:
    came, rows, problems, upload = row
    return {"came": _moment(came), "rows": rows, "problems": problems, "upload": upload}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _bars(revisions: list[list[int]]) -> dict[str, Any] | None:
    """How much of what is known today was known so many weeks after the end of the period."""
    if not revisions or not revisions[-1][2]:
        return None
    bars = []
    for weeks, then, now in revisions:
        label = ngettext("%(n)s week after", "%(n)s weeks after", weeks + 1) % {"n": whole(weeks + 1)}
        bars.append({"label": label, "value": round(100 * then / now, 1), "text": share(then / now)})
    first = share(revisions[0][1] / revisions[0][2])
    return {
        "bars": bars,
        "unit": "%",
        "filename": "revisions",
        "caption": _(
            "Of the counts known today, %(first)s were known one week after the end of their period; the bars show how "
            "counts filled up, or fell, week by week."
        )
        % {"first": first},
    }


@requires(Ability.EXPORT)
def source_quality_export(request: HttpRequest, pk: str, kind: str) -> HttpResponse:
    """Every place and period, also those that the page only counts: measured anew for the file."""
    one = _visible(request, pk)
    table = Table(
        title=_("Completeness of %(source)s") % {"source": one.name}, columns=PLACE_COLUMNS, rows=_cells(one),
        filename=_("completeness"), **frame(),
    )  # fmt: skip
    return audited(request, "quality.exported", respond(request, table, kind), one)


def _cells(one: Source) -> Iterator[tuple[object, ...]]:
    cover = coverage(one)
    places = Place.objects.within(one.place).in_bulk()
    for row, key in enumerate(cover.places.tolist()):
        place = places.get(key)
        for column, day in enumerate(cover.dates):
            if not cover.expected[row, column]:
                continue
            yield (
                place.code if place else "", str(place or key), day, cover.expected[row, column],
                cover.reported[row, column], cover.zeros[row, column],
            )  # fmt: skip


urlpatterns = [
    path("quality/", quality, name="quality"),
    path("quality/export.<str:kind>", quality_export, name="quality_export"),
    path("quality/<uuid:pk>/", source_quality, name="source_quality"),
    path("quality/<uuid:pk>/export.<str:kind>", source_quality_export, name="source_quality_export"),
]
