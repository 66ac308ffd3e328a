"""Estimates as a picture, drawn by the server: what was reported, what will have been, what is to come; below it R.

Bars are what is reported, hollow where it is left out. An open circle is an estimate, with thick and thin lines for its
intervals of 50 and 95 %; bands and a dashed line are what is to come. Colours come from classes, so that the picture
follows the theme and the printer. It stands twice on a page, for wide and for narrow screens: words keep their size.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

__all__ = ["NARROW", "WIDE", "Shape", "Words", "drawn"]

LEFT, RIGHT, TOP, BETWEEN, BOTTOM = 40, 34, 28, 58, 8
MOST_R = 6.0  # that the axis reaches to, unless the last is higher


@dataclass(frozen=True, slots=True)
class Shape:
    """Size in user units, which are pixels where the picture is shown as large as it is."""

    name: str
    width: int
    counts: int
    reproduction: int
    periods: Mapping[str, int]
    ticks: int


WIDE = Shape("wide", 820, 230, 100, {"day": 60, "week": 26}, 7)
NARROW = Shape("narrow", 350, 190, 90, {"day": 21, "week": 11}, 3)


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in a picture: its text alternative, names of its parts, and how numbers and days are written."""

    title: str
    counts: str
    ahead: str
    reproduction: str
    whole: Callable[[float], str]
    decimal: Callable[[float], str]
    day: Callable[[date], str]


Quantiles = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The periods that are shown, each with its column: reported, nowcast, to come, and R by its end."""

    days: list[date]
    reported: list[float | None]
    hollow: set[int]
    nowcast: dict[int, Quantiles]
    ahead: dict[int, Quantiles]
    reproduction: dict[int, Quantiles]
    ends: int


def drawn(payload: Mapping[str, Any], words: Words, shape: Shape = WIDE) -> SafeString:
    """SVG of a payload of `estimating.estimated`; "" where it has no period."""
    of = _columns(payload, shape.periods[payload["every"]])
    if not of.days:
        return mark_safe("")
    below = BETWEEN + shape.reproduction + BOTTOM if of.reproduction else 24
    height = TOP + shape.counts + below
    inside = "".join(_counts(of, words, shape))
    if of.reproduction:
        inside += "".join(_reproduction(of, words, shape, TOP + shape.counts + BETWEEN))
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="estimate-picture estimate-{shape.name}" '
        f'viewBox="0 0 {shape.width} {height}" role="img" aria-label="{escape(words.title)}">{inside}</svg>'
    )


def _columns(payload: Mapping[str, Any], periods: int) -> _Drawn:
    dates, reported = payload["dates"], payload["reported"]
    ahead = payload["ahead"] or {"dates": [], "quantiles": []}
    first = max(0, len(dates) - periods)
    days = sorted({*dates[first:], *ahead["dates"]})
    at = {day: column for column, day in enumerate(days)}
    ended = len(dates) - payload["unused"]
    nowcast = payload["nowcast"] or {"first": 0, "quantiles": []}
    begun = zip(dates[nowcast["first"] :], nowcast["quantiles"], strict=False)
    found = payload["reproduction"] or {"dates": [], "quantiles": []}
    shown = dict(zip(dates, reported, strict=True))
    return _Drawn(
        days=[date.fromisoformat(day) for day in days],
        reported=[shown.get(day) for day in days],
        hollow={at[day] for day in dates[max(ended, first) :]},
        nowcast={at[day]: q for day, q in begun if day in at and _is_open(q)},
        ahead={at[day]: q for day, q in zip(ahead["dates"], ahead["quantiles"], strict=True) if None not in q},
        reproduction={
            at[day]: q for day, q in zip(found["dates"], found["quantiles"], strict=True) if day in at and None not in q
        },
        ends=at[dates[ended - 1]] if ended > first else -1,
    )  # fmt: skip


def _is_open(quantiles: Quantiles) -> bool:
    """Whether more than a case is still to come or not to come; of the others the bar says everything."""
    low, high = quantiles[0], quantiles[-1]
    return low is not None and high is not None and high - low >= 1


@dataclass(frozen=True, slots=True)
class _Axes:
    """From a column and a value to a place."""

    shape: Shape
    columns: int
    top: float
    base: float
    highest: float

    def x(self, column: float) -> float:
        return LEFT + (self.shape.width - LEFT - RIGHT) * (column + 0.5) / self.columns

    @property
    def slot(self) -> float:
        return (self.shape.width - LEFT - RIGHT) / self.columns

    def y(self, value: float) -> float:
        return self.base - (self.base - self.top) * min(value, self.highest) / self.highest


def _counts(of: _Drawn, words: Words, shape: Shape) -> Iterator[str]:
    tops = [value for value in of.reported if value is not None]
    tops += [float(q[-1] or 0) for q in of.nowcast.values()]
    # The far end of a wide fan may be cut off: it must not press everything else flat.
    usual = max([*tops, *(float(q[-2] or 0) for q in of.ahead.values()), 1.0])
    tops += [min(float(q[-1] or 0), 2 * usual) for q in of.ahead.values()]
    step, highest = _scale(1.04 * max([*tops, 1.0]))
    axes = _Axes(shape, len(of.days), TOP, TOP + shape.counts, highest)
    yield _text(words.counts, LEFT - 4, TOP - 14, "estimate-part")
    yield from _grid(axes, step, words.whole)
    yield from _days(of, axes, words)
    for column, value in enumerate(of.reported):
        if value is None:
            continue
        kind = "estimate-hollow" if column in of.hollow else "estimate-bar"
        wide, high = max(axes.slot - 2, axes.slot * 0.7), axes.base - axes.y(value)
        yield (
            f'<rect class="{kind}" x="{axes.x(column) - wide / 2:.1f}" y="{axes.y(value):.1f}" '
            f'width="{wide:.1f}" height="{high:.1f}"/>'
        )
    yield from _fan(of, axes)
    if of.ahead:
        begin = axes.x(min(of.ahead)) - axes.slot / 2
        yield f'<path class="estimate-now" d="M{begin:.1f} {axes.top:.1f}V{axes.base:.1f}"/>'
        yield _text(words.ahead, begin + 5, axes.top + 9, "estimate-part")
    for column, q in of.nowcast.items():
        yield from _open(axes, column, q)


def _fan(of: _Drawn, axes: _Axes) -> Iterator[str]:
    """Bands and the dashed middle, from the last known count or estimate on."""
    columns = sorted(of.ahead)
    if not columns:
        return
    line = [(column, of.ahead[column]) for column in columns]
    if of.ends == columns[0] - 1:
        known = of.nowcast.get(of.ends) or [of.reported[of.ends]] * 5
        if None not in known:
            line.insert(0, (of.ends, known))
    yield _band(axes, line, 0, 4, "estimate-band")
    yield _band(axes, line, 1, 3, "estimate-band-half")
    yield f'<path class="estimate-ahead" d="{_path(axes, line, 2)}"/>'


def _open(axes: _Axes, column: int, q: Quantiles) -> Iterator[str]:
    x, (low, half_low, middle, half_high, high) = axes.x(column), (axes.y(float(value or 0)) for value in q)
    yield f'<path class="estimate-thin" d="M{x:.1f} {low:.1f}V{high:.1f}"/>'
    yield f'<path class="estimate-thick" d="M{x:.1f} {half_low:.1f}V{half_high:.1f}"/>'
    yield f'<circle class="estimate-open" cx="{x:.1f}" cy="{middle:.1f}" r="{min(4.0, axes.slot / 3):.1f}"/>'


def _reproduction(of: _Drawn, words: Words, shape: Shape, top: float) -> Iterator[str]:
    line = sorted(of.reproduction.items())
    highest = max(2.0, *(float(q[3] or 0) for _, q in line), min(max(float(q[4] or 0) for _, q in line), 4.0))
    highest = min(highest, max(MOST_R, 2 * float(line[-1][1][4] or 0)))  # what was long ago must not press now flat
    step, highest = _scale(highest, least=0.5)
    axes = _Axes(shape, len(of.days), top, top + shape.reproduction, highest)
    yield _text(words.reproduction, LEFT - 4, top - 12, "estimate-part")
    yield from _grid(axes, step, words.decimal)
    yield f'<path class="estimate-one" d="M{LEFT} {axes.y(1):.1f}H{shape.width - RIGHT}"/>'
    yield _band(axes, line, 0, 4, "estimate-band")
    yield _band(axes, line, 1, 3, "estimate-band-half")
    yield f'<path class="estimate-middle" d="{_path(axes, line, 2)}"/>'
    column, q = line[-1]
    x, y = axes.x(column), axes.y(float(q[2] or 0))
    yield f'<circle class="estimate-open" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
    yield _text(words.decimal(float(q[2] or 0)), x + 8, y - 5, "estimate-value")


def _band(axes: _Axes, line: Sequence[tuple[int, Quantiles]], low: int, high: int, kind: str) -> str:
    there = _path(axes, line, high)
    back = "".join(f"L{axes.x(column):.1f} {axes.y(float(q[low] or 0)):.1f}" for column, q in reversed(line))
    return f'<path class="{kind}" d="{there}{back}Z"/>'


def _path(axes: _Axes, line: Sequence[tuple[int, Quantiles]], at: int) -> str:
    places = (f"{axes.x(column):.1f} {axes.y(float(q[at] or 0)):.1f}" for column, q in line)
    return "M" + "L".join(places)


def _grid(axes: _Axes, step: float, shown: Callable[[float], str]) -> Iterator[str]:
    value = 0.0
    while value <= axes.highest + 1e-9:
        y = axes.y(value)
        kind = "estimate-axis" if value == 0 else "estimate-grid"
        yield f'<path class="{kind}" d="M{LEFT} {y:.1f}H{axes.shape.width - RIGHT}"/>'
        yield _text(shown(value), LEFT - 8, y + 4, "estimate-tick", "end")
        value += step


def _days(of: _Drawn, axes: _Axes, words: Words) -> Iterator[str]:
    """Names of some periods by their first day, as many as there is room for."""
    every = math.ceil(len(of.days) / axes.shape.ticks)
    for column in range(len(of.days) - 1 - (len(of.days) - 1) % every, -1, -every):
        if column + every / 3 > len(of.days):
            continue
        x = axes.x(column)
        yield f'<path class="estimate-axis" d="M{x:.1f} {axes.base:.1f}v4"/>'
        yield _text(words.day(of.days[column]), x, axes.base + 17, "estimate-tick", "middle")


def _text(text: str, x: float, y: float, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _scale(top: float, least: float = 1.0) -> tuple[float, float]:
    """Distance of the ticks, and where the axis ends: at the last tick, or where the greatest value needs it."""
    rough = max(top / 4, least / 2)
    size = 10.0 ** math.floor(math.log10(rough))
    steps = (1, 2, 2.5, 5, 10) if size >= 10 else (1, 2, 5, 10)
    step = max(least, size * next(m for m in steps if m * size >= rough))
    return step, max(step, top)
