"""The figures of a picture as lines of a table, for the page, for files and for those who do not see pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tocsin.node.estimates.pages.reading import Range
from tocsin.node.estimates.pages.saying import interval, number, of_reproduction
from tocsin.node.language import formats

__all__ = ["Line", "by_day", "lines"]

SHOWN = 12  # periods of the past on a page; files have all


@dataclass(frozen=True, slots=True)
class Line:
    """One period by its first day; "" where there is nothing. `estimate` is of what was, or of what is to come."""

    period: str
    reported: str
    estimate: str
    reproduction: str
    is_ahead: bool


Quantiles = Sequence[float | None]


def by_day(payload: Mapping[str, Any]) -> list[tuple[date, float | None, str, Quantiles | None, Quantiles | None]]:
    """(first day, reported, "nowcast" or "forecast" or "", its quantiles, those of R) of each period, oldest first."""
    nowcast = payload["nowcast"] or {"first": 0, "quantiles": []}
    first = nowcast["first"]
    estimated = dict(zip(payload["dates"][max(first, 0) :], nowcast["quantiles"][max(-first, 0) :], strict=False))
    ahead = payload["ahead"] or {"dates": [], "quantiles": []}
    coming = dict(zip(ahead["dates"], ahead["quantiles"], strict=True))
    found = payload["reproduction"] or {"dates": [], "quantiles": []}
    r = dict(zip(found["dates"], found["quantiles"], strict=True))
    reported = dict(zip(payload["dates"], payload["reported"], strict=True))
    rows = []
    for day in sorted({*reported, *coming}):
        kind = "nowcast" if day in estimated else "forecast" if day in coming else ""
        quantiles = estimated.get(day) or coming.get(day)
        rows.append((date.fromisoformat(day), reported.get(day), kind, quantiles, r.get(day)))
    return rows


def lines(payload: Mapping[str, Any]) -> list[Line]:
    """The newest first: what is to come, of days week by week, and the last periods."""
    rows = by_day(payload)
    weeks = (payload["ahead"] or {}).get("sums") or []
    if weeks:
        rows = [row for row in rows if row[2] != "forecast" or str(row[0]) < weeks[0]["first"]]
    ahead = sum(kind == "forecast" for _, _, kind, _, _ in rows)
    found = [_week(week) for week in reversed(weeks)]
    for day, reported, kind, quantiles, r in reversed(rows[-(SHOWN + ahead) :]):
        estimate, reproduction = Range.of(quantiles), Range.of(r)
        if estimate and kind == "nowcast" and round(estimate.high) <= round(reported or 0):
            estimate = None  # all is reported
        found.append(
            Line(
                period=formats.short_date(day),
                reported=number(reported) if reported is not None else "",
                estimate=interval(estimate) if estimate else "",
                reproduction=of_reproduction(reproduction) if reproduction else "",
                is_ahead=kind == "forecast",
            )
        )
    return found


def _week(week: Mapping[str, Any]) -> Line:
    first = date.fromisoformat(week["first"])
    expected = Range.of(week["quantiles"])
    return Line(
        period=_("%(n)s days from %(day)s") % {"n": number(week["periods"]), "day": formats.short_date(first)},
        reported="",
        estimate=interval(expected) if expected else "",
        reproduction="",
        is_ahead=True,
    )
