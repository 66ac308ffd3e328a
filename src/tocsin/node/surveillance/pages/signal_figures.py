"""Figures of a thread's page: its headline's series beside its strata, the places inside and those around it.

Two queries whatever the thread holds: one for the family of series, one for their packed counts; the figures of signals
among them come with the page. Nothing here runs the engine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from numpy.typing import NDArray

from tocsin.node.language import formats
from tocsin.node.surveillance.models import Place, Series, Signal, Source
from tocsin.node.surveillance.pages.measures import counted, heading, measured
from tocsin.node.surveillance.pages.strata import group_text
from tocsin.node.surveillance.panels import many_series_counts
from tocsin.node.surveillance.runs.maturity import incomplete_periods

__all__ = ["A_LOT", "Family", "by_place", "by_stratum", "family", "neighbours", "period_text", "ticks"]

SHOWN = 26  # periods of a small figure
MOST = 400  # series of a family
A_LOT = 400  # signals read for figures
AROUND = 8


@dataclass(frozen=True, slots=True)
class Family:
    """Series of one disease and source around the headline's, with their counts.

    head     the headline's own series
    members  head, other strata of its place, its stratum in the places inside, around and above it
    dates    (periods,) first days
    counts   (members, periods); nan where nothing was reported
    signals  series → signals of this thread, newest first
    around   keys of the places around the headline's
    """

    head: Series
    members: list[Series]
    dates: NDArray[np.datetime64]
    counts: NDArray[np.float64]
    signals: Mapping[int, Sequence[Signal]]
    around: frozenset[int]
    incomplete: int

    @property
    def source(self) -> Source:
        return self.head.source

    def column(self, period: date) -> int | None:
        """Position of a period, or None where the series has none such."""
        found = np.flatnonzero(self.dates == np.datetime64(period, "D"))
        return int(found[0]) if found.size else None

    def row(self, series: Series) -> NDArray[np.float64]:
        return self.counts[self.members.index(series)]


def family(head: Series, signals: Iterable[Signal]) -> Family:
    """Read the family of a series; `head` comes with its place and source."""
    place = head.place
    around = frozenset(place.neighbours.values_list("pk", flat=True))
    near = Q(place__in=around) if around else Q(place__parent=place.parent_id, place__kind=place.kind)
    alike = Q(stratum=head.stratum) & (near | Q(place__parent=place) | Q(place__in=place.ancestor_ids))
    found = Series.objects.filter(Q(pk=head.pk) | Q(place=place) | alike, source=head.source, disease=head.disease_id)
    members = list(found.select_related("place").order_by("place__path", "stratum")[:MOST])
    if head not in members:
        members = [head, *members]
    for member in members:
        member.source = head.source
    dates, counts = many_series_counts(members, every=head.source.every)
    of_series: dict[int, list[Signal]] = {}
    for signal in signals:
        of_series.setdefault(signal.series_id or 0, []).append(signal)
    siblings = {s.place_id for s in members if s.place.parent_id == place.parent_id and s.place_id != place.pk}
    return Family(
        head, members, dates, counts, of_series, around or frozenset(siblings),
        incomplete_periods(head.source, dates) if len(dates) else 0,
    )  # fmt: skip


def by_stratum(of: Family, period: date) -> dict[str, Any] | None:
    """Bars of the strata of the headline's place in a period; None where it is counted in one only."""
    strata = [series for series in of.members if series.place_id == of.head.place_id and series.stratum]
    column = of.column(period)
    if len(strata) < 2 or column is None:
        return None
    bars = [_bar(of, series, group_text(series.stratum), period, column) for series in sorted(strata, key=_natural)]
    values = {
        "what": heading(of.source.measure), "place": of.head.place, "period": period_text(period, of.source.every)
    }  # fmt: skip
    # Translators: "Cases in Karsu by group, …"; or deaths, hospital admissions, …
    caption = gettext("%(what)s in %(place)s by group, %(period)s; orange groups are above their threshold.") % values
    return {"caption": caption, "bars": bars, "unit": measured(of.source.measure), "filename": "by-group"}


def _natural(series: Series) -> tuple[Any, ...]:
    """0–4 before 5–14 before 15–44: by the first number in the group's name."""
    digits = "".join(sign if sign.isdecimal() else " " for sign in series.stratum).split()
    return (int(digits[0]) if digits else 10**6, series.stratum)


def _bar(of: Family, series: Series, label: str, period: date, column: int) -> dict[str, Any]:
    value = _number(of.row(series)[column])
    signal = _signal_at(of, series, period)
    expected = signal.expected if signal else None
    text = formats.whole(value)
    bar = {"label": label, "value": value, "text": text, "tone": "alarm" if signal else ""}
    return bar if expected is None else {**bar, "expected": expected}


def by_place(of: Family, period: date) -> tuple[str, dict[str, Any]] | None:
    """("tiles" or "bars", figure) of the places inside the headline's, or of those beside it where it has none."""
    inside = [series for series in of.members if series.place.parent_id == of.head.place_id]
    beside = [s for s in of.members if s.place.parent_id == of.head.place.parent_id and s.stratum == of.head.stratum]
    shown, column = inside or beside, of.column(period)
    if len(shown) < 2 or column is None:
        return None
    what = heading(of.source.measure)
    values = {"n": len(shown), "what": what, "period": period_text(period, of.source.every)}
    caption = (
        ngettext(
            "%(what)s by place, %(period)s, in %(n)d place; ▲ where a signal of this thread is.",
            "%(what)s by place, %(period)s, in %(n)d places; ▲ where signals of this thread are.",
            len(shown),
        )
        % values
    )
    if all(series.place.tile_row is not None for series in shown):
        cells = [_cell(of, series, period, column) for series in shown]
        return "tiles", {"caption": caption, "cells": _moved(cells), "filename": "by-place"}
    bars = [_bar(of, series, str(series.place), period, column) for series in shown]
    bars.sort(key=lambda bar: -(bar["value"] or 0))
    return "bars", {"caption": caption, "bars": bars[:30], "unit": measured(of.source.measure), "filename": "by-place"}


def _cell(of: Family, series: Series, period: date, column: int) -> dict[str, Any]:
    value = _number(of.row(series)[column])
    signal, place = _signal_at(of, series, period), series.place
    text = "" if value is None else counted(of.source.measure, value)
    return {
        "row": place.tile_row, "column": place.tile_column, "short": _short(place), "name": str(place), "value": value,
        "text": text, "href": reverse("one_series", args=[series.pk]), "tone": "alarm" if signal else "",
    }  # fmt: skip


def _moved(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tiles of a part of a country begin at the corner."""
    top, left = min(cell["row"] for cell in cells), min(cell["column"] for cell in cells)
    return [{**cell, "row": cell["row"] - top, "column": cell["column"] - left} for cell in cells]


def _short(place: Place) -> str:
    """Two or three signs that tell a tile from its neighbours: the end of the code, else the name's beginning."""
    ending = place.code.rpartition("-")[2]
    return ending if 0 < len(ending) <= 3 else str(place)[:2].upper()


def neighbours(of: Family, period: date) -> dict[str, Any] | None:
    """Small multiples of the same disease and group in the places around the headline's, beside its own."""
    around = [s for s in of.members if s.place_id in of.around and s.stratum == of.head.stratum]
    if not around or not len(of.dates):
        return None
    last = of.column(period)
    end = len(of.dates) if last is None else min(len(of.dates), last + 5)
    begin = max(0, end - SHOWN)
    shown = [of.head, *around[:AROUND]]
    labels = of.dates[begin:end].tolist()
    caption = gettext("The same disease around %(place)s, all on the same axis: is it alone, or do others rise too?")
    return {
        "labels": [period_text(day, of.source.every) for day in labels],
        "ticks": ticks(labels, of.source.every),
        "caption": caption % {"place": of.head.place},
        "panels": [_panel(of, series, begin, end) for series in shown],
        "filename": "neighbours",
    }


def _panel(of: Family, series: Series, begin: int, end: int) -> dict[str, Any]:
    counts = [_number(value) for value in of.row(series)[begin:end]]
    known = [value for value in counts if value is not None]
    days = of.dates[begin:end]
    signals = of.signals.get(series.pk, ())
    alarms = [int(at) for signal in signals for at in np.flatnonzero(days == np.datetime64(signal.period, "D"))]
    hidden = len(of.dates) - end
    return {
        "title": str(series.place),
        "href": reverse("one_series", args=[series.pk]),
        "note": formats.whole(known[-1]) if known else formats.NO_VALUE,
        "observed": counts,
        "alarms": sorted(set(alarms)),
        "incomplete": max(0, of.incomplete - hidden),
    }


def _signal_at(of: Family, series: Series, period: date) -> Signal | None:
    return next((signal for signal in of.signals.get(series.pk, ()) if signal.period == period), None)


def _number(value: float) -> float | int | None:
    if np.isnan(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 2)


def period_text(day: date, every: str) -> str:
    """week of 9 March 2026; March 2026; 9 March 2026."""
    return {"week": formats.week_of, "month": formats.month, "day": formats.long_date}[every](day)


def ticks(days: Sequence[date], every: str) -> list[str]:
    """Short names of periods for an axis."""
    return [formats.month(day) if every == "month" else formats.short_date(day) for day in days]
