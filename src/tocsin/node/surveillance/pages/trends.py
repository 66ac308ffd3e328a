"""Small multiples of the diseases that moved most, from what each source's last screening kept (movers.py)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.language import formats
from tocsin.node.surveillance.models import Disease, Screening, Source
from tocsin.node.surveillance.pages.measures import counted, heading
from tocsin.node.surveillance.runs.movers import MOST

__all__ = ["Moved", "Trend", "figures", "most_moved", "named_by", "sentence", "trends"]


@dataclass(frozen=True, slots=True)
class Moved:
    """One disease of one source, as its last screening left it; what `movers` gives, with dates as dates."""

    source: Source
    disease: str
    series: int | None
    every: str
    dates: tuple[date, ...]
    incomplete: int
    counts: list[float | None]
    usual_line: list[float | None]
    recent: float
    usual: float
    against: str
    score: float


@dataclass(frozen=True, slots=True)
class Trend:
    """The same in the reader's language. name: of the disease, and of the place where several are shown."""

    moved: Moved
    name: str
    href: str


def most_moved(sources: Iterable[Source], screenings: Mapping[UUID, Screening], most: int = MOST) -> list[Moved]:
    """Over all sources, the diseases that moved most. Screenings of before the record was kept have none."""
    found: list[Moved] = []
    for source in sources:
        screening = screenings.get(source.pk)
        kept = screening.movers if screening else {}
        if not kept:
            continue
        dates = tuple(date.fromisoformat(day) for day in kept["dates"])
        found += [
            Moved(source=source, every=kept["every"], dates=dates, incomplete=kept["incomplete"], **one)
            for one in kept["diseases"]
        ]
    return sorted(found, key=lambda one: (-abs(one.score), one.disease))[:most]


def named_by(moved: Sequence[Moved], diseases: Mapping[str, Disease]) -> dict[int, str]:
    """A name for each in the active language, by its position; places are named where there are several."""
    several = len({one.source.place_id for one in moved}) > 1
    names = {}
    for at, one in enumerate(moved):
        disease = str(diseases[one.disease])
        names[at] = (
            _("%(disease)s, %(place)s") % {"disease": disease, "place": one.source.place} if several else disease
        )
    return names


def trends(moved: Sequence[Moved], diseases: Mapping[str, Disease]) -> list[Trend]:
    names = named_by(moved, diseases)
    return [Trend(one, names[at], _address(one)) for at, one in enumerate(moved)]


def _address(moved: Moved) -> str:
    if moved.series is not None:
        return reverse("one_series", args=[moved.series])
    return f"{reverse('series')}?disease={moved.disease}"


def figures(shown: Sequence[Trend], *, axes: str = "same") -> list[dict[str, Any]]:
    """Data of the chart `small-multiples`, a figure for each run of periods and what is counted in them."""
    groups: dict[tuple[str, tuple[date, ...], str], list[Trend]] = {}
    for trend in shown:
        groups.setdefault((trend.moved.every, trend.moved.dates, trend.moved.source.measure), []).append(trend)
    return [_figure(group, every, dates, axes) for (every, dates, _measure), group in groups.items()]


def _figure(group: Sequence[Trend], every: str, dates: tuple[date, ...], axes: str) -> dict[str, Any]:
    return {
        "caption": _caption(group, every, dates),
        "filename": "situation-trends",
        "axes": axes,
        "labels": [_period(day, every) for day in dates],
        "ticks": [formats.day_and_month(day) for day in dates],
        "texts": {"expected": _("usual"), "period": _PERIODS()[every]},
        "panels": [_panel(trend) for trend in group],
    }


def _panel(trend: Trend) -> dict[str, Any]:
    moved = trend.moved
    panel = {"title": trend.name, "href": trend.href, "note": note(moved), "observed": moved.counts}
    if any(value is not None for value in moved.usual_line):
        panel["expected"] = moved.usual_line
    return {**panel, "incomplete": moved.incomplete}


def note(moved: Moved) -> str:
    """84 (40): what the last complete weeks counted, and what is usual."""
    return _("%(recent)s (%(usual)s)") % {"recent": formats.whole(moved.recent), "usual": formats.whole(moved.usual)}


def _PERIODS() -> dict[str, str]:
    return {"day": _("Day"), "week": _("Week"), "month": _("Month")}


def _period(day: date, every: str) -> str:
    return {"day": formats.long_date, "week": formats.week_of, "month": formats.month}[every](day)


def _caption(group: Sequence[Trend], every: str, dates: tuple[date, ...]) -> str:
    by_years = any(trend.moved.against == "years" for trend in group)
    what, until = heading(group[0].moved.source.measure), formats.long_date(dates[-1])
    said = {
        "day": ngettext(
            "%(what)s a day, %(n)s day to %(until)s.", "%(what)s a day, %(n)s days to %(until)s.", len(dates)
        ),
        "week": ngettext(
            "%(what)s a week, %(n)s week to that of %(until)s.",
            "%(what)s a week, %(n)s weeks to that of %(until)s.",
            len(dates),
        ),
        "month": ngettext(
            "%(what)s a month, %(n)s month to that of %(until)s.",
            "%(what)s a month, %(n)s months to that of %(until)s.",
            len(dates),
        ),
    }[every] % {"n": formats.whole(len(dates)), "what": what, "until": until}
    beside = (
        _("Beside the name: the last four complete weeks, and in brackets the median of these weeks in earlier years.")
        if by_years
        else _("Beside the name: the last four complete weeks, and in brackets the four weeks before.")
    )
    return _("%(said)s %(beside)s") % {"said": said, "beside": beside}


def sentence(trend: Trend) -> str:
    """What a picture of this trend alone shows."""
    moved = trend.moved
    values = {
        "name": trend.name, "recent": counted(moved.source.measure, moved.recent), "usual": formats.whole(moved.usual),
        "until": formats.long_date(moved.dates[-1 - moved.incomplete]), "source": str(moved.source),
    }  # fmt: skip
    if moved.against == "years":
        return (
            _(
                "%(name)s: %(recent)s in the last four complete weeks, the last beginning on %(until)s; "
                "usual in the same weeks of earlier years: %(usual)s. Source: %(source)s."
            )
            % values
        )
    return _(
        "%(name)s: %(recent)s in the last four complete weeks, the last beginning on %(until)s; "
        "%(usual)s in the four before. Source: %(source)s."
    ) % values  # fmt: skip
