"""Risks by age as a picture, drawn by the server: each age a line, its point and its interval; all ages last.

Classes give the colours, as in `drawing`. A circle is the risk of death, a square below it that of intensive care;
broken lines rest on few outcomes. On narrow screens the words stand above the lines, so that these have the whole
width. An interval that would press all others flat is cut, with an arrow.
"""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tocsin.node.estimates.pages.risks import Risk, in_per_cent
from tocsin.node.language import formats

__all__ = ["NARROW", "WIDE", "Bar", "Shape", "Words", "drawn", "is_cut"]

TOP, FOOT, SIDE = 30, 24, 18
BETWEEN = 14  # columns, and the words of the head
SEVERE_BELOW = 15
STEPS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25)


@dataclass(frozen=True, slots=True)
class Shape:
    """In pixels where the picture is shown as large as it is.

    label  widest that names of ages may be; 0: words stand above the lines
    line   height of a line without intensive care
    ticks  most of the axis
    """

    name: str
    width: int
    label: int
    line: int
    ticks: int


WIDE = Shape("wide", 820, 190, 26, 8)
NARROW = Shape("narrow", 350, 0, 40, 4)


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the picture; None where nothing can be said."""

    name: str
    fatal: Risk | None
    severe: Risk | None
    is_total: bool


@dataclass(frozen=True, slots=True)
class Words:
    """The text alternative, and what circles and squares are; `severe` is "" without squares."""

    title: str
    fatal: str
    severe: str


@dataclass(frozen=True, slots=True)
class _Axis:
    left: float
    right: float
    highest: float

    def x(self, risk: float) -> float:
        return self.left + (self.right - self.left) * min(risk, self.highest) / self.highest


def drawn(bars: Sequence[Bar], words: Words, shape: Shape = WIDE) -> SafeString:
    """SVG of ages and all together; at least one of them has a risk."""
    height = shape.line + (SEVERE_BELOW if words.severe else 0)
    base = TOP + height * len(bars) + 4
    axis = _axis(bars, shape)
    inside = [*_head(words, axis, shape), *_grid(bars, axis, shape, base)]
    for at, bar in enumerate(bars):
        inside += _line(bar, words, axis, shape, TOP + at * height)
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="estimate-picture estimate-{shape.name}" '
        f'viewBox="0 0 {shape.width} {base + FOOT}" role="img" aria-label="{escape(words.title)}">'
        f"{''.join(inside)}</svg>"
    )


def is_cut(bars: Sequence[Bar]) -> bool:
    """Whether an interval goes on beyond the picture."""
    return max(risk.high for risk in _risks(bars)) > _highest(bars)


def _risks(bars: Sequence[Bar]) -> list[Risk]:
    return [risk for bar in bars for risk in (bar.fatal, bar.severe) if risk is not None]


def _highest(bars: Sequence[Bar]) -> float:
    """Where the axis ends. The interval of a handful of persons must not press everything else flat."""
    risks = _risks(bars)
    widest = max(risk.high for risk in risks)
    totals = [risk.high for bar in bars if bar.is_total for risk in (bar.fatal, bar.severe) if risk is not None]
    needed = max(2.5 * max(risk.estimate for risk in risks), 1.5 * max(totals, default=widest))
    return min(widest, needed, 1.0)


def _axis(bars: Sequence[Bar], shape: Shape) -> _Axis:
    if not shape.label:
        return _Axis(SIDE, shape.width - SIDE, _highest(bars))
    label = min(shape.label, max(_width(bar.name) for bar in bars))
    value = max(_width(in_per_cent(risk)) for risk in _risks(bars))
    return _Axis(4 + label + BETWEEN + SIDE, shape.width - 4 - value - BETWEEN - SIDE, _highest(bars))


def _head(words: Words, axis: _Axis, shape: Shape) -> Iterator[str]:
    """What circles and squares are."""
    x, y = (axis.left, 11.0) if shape.label else (8.0, 11.0)
    yield f'<circle class="severity-point" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    yield _text(words.fatal, x + 9, y + 4, "estimate-part")
    if words.severe:
        x += 9 + _width(words.fatal) + BETWEEN
        yield _square(x, y)
        yield _text(words.severe, x + 9, y + 4, "estimate-part")


def _grid(bars: Sequence[Bar], axis: _Axis, shape: Shape, base: float) -> Iterator[str]:
    for bar in bars:
        if bar.is_total and bar.fatal is not None:
            low, high = axis.x(bar.fatal.low), axis.x(bar.fatal.high)
            yield (
                f'<rect class="severity-all" x="{low:.1f}" y="{TOP}" width="{high - low:.1f}" '
                f'height="{base - TOP:.1f}"/>'
            )
    step = next((step for step in STEPS if axis.highest / step <= shape.ticks), STEPS[-1])
    digits = max(0, -math.floor(math.log10(100 * step) + 1e-9))
    for n in range(math.floor(axis.highest / step + 1e-9) + 1):
        x = axis.x(n * step)
        yield f'<path class="{"estimate-grid" if n else "estimate-axis"}" d="M{x:.1f} {TOP}V{base:.1f}"/>'
        yield _text(formats.percent(100 * n * step, digits), x, base + 16, "estimate-tick", "middle")
    for bar in bars:
        if bar.is_total and bar.fatal is not None:
            yield f'<path class="estimate-one" d="M{axis.x(bar.fatal.estimate):.1f} {TOP}V{base:.1f}"/>'


def _line(bar: Bar, words: Words, axis: _Axis, shape: Shape, top: float) -> Iterator[str]:
    middle = top + (shape.line / 2 if shape.label else 27)
    y = middle + 4 if shape.label else top + 14
    said = in_per_cent(bar.fatal) if bar.fatal else formats.NO_VALUE
    room = axis.left - SIDE - BETWEEN - 4 if shape.label else shape.width - 8 - BETWEEN - _width(said)
    yield _text(_cut_to(bar.name, room), 4, y, "severity-name")
    yield _text(said, shape.width - 4, y, "estimate-value" if bar.is_total else "severity-value", "end")
    if bar.fatal is not None:
        kind = "severity-point severity-point-all" if bar.is_total else "severity-point"
        yield _interval(bar.fatal, axis, middle, "severity-line")
        yield f'<circle class="{kind}" cx="{axis.x(bar.fatal.estimate):.1f}" cy="{middle:.1f}" r="4"/>'
    if words.severe and bar.severe is not None:
        below = middle + SEVERE_BELOW
        yield _interval(bar.severe, axis, below, "severity-line severity-line-severe")
        yield _square(axis.x(bar.severe.estimate), below)
        if shape.label:
            yield _text(in_per_cent(bar.severe), shape.width - 4, below + 4, "estimate-tick", "end")


def _interval(risk: Risk, axis: _Axis, y: float, kind: str) -> str:
    low, high = axis.x(risk.low), axis.x(risk.high)
    kind = f"{kind} severity-few" if risk.few else kind
    goes_on = risk.high > axis.highest
    path = f"M{low:.1f} {y - 3:.1f}v6m0 -3H{high:.1f}" + ("" if goes_on else "m0 -3v6")
    arrow = f'<path class="severity-arrow" d="M{high:.1f} {y - 4:.1f}l6 4l-6 4Z"/>' if goes_on else ""
    return f'<path class="{kind}" d="{path}"/>{arrow}'


def _square(x: float, y: float) -> str:
    return (
        f'<rect class="severity-point severity-point-severe" x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7"/>'
    )


def _width(text: str) -> float:
    """About, and rather too much, in the letters of a picture."""
    return sum(12.0 if unicodedata.east_asian_width(letter) in "WF" else 7.2 for letter in text)


def _cut_to(text: str, room: float) -> str:
    if _width(text) <= room:
        return text
    while text and _width(text) > room - 12:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _text(text: str, x: float, y: float, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
