"""Geometry of the pictures: counts as bars, the expected, the threshold, signals as dots.

A picture is stretched to the width it finds, so that a telephone shows the same weeks as a
wall. Only paths are stretched; lines and dots keep their thickness
(`vector-effect: non-scaling-stroke`), and all words and numbers stand in HTML at percentages.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.counts.series import Every

__all__ = [
    "HEIGHT",
    "SLOT",
    "Fan",
    "Label",
    "Picture",
    "Sparkline",
    "Tick",
    "date_ticks",
    "picture",
    "runs",
    "sparkline",
]

SLOT, HEIGHT = 10, 1000
SPARK_PERIODS, SPARK_HEIGHT = 52, 24


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: per cent of its length, and what is written there."""

    at: float
    value: float | str


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a line at its right end: `kind` is "expected", "threshold" or "forecast"."""

    at: float
    kind: str
    value: float


@dataclass(frozen=True, slots=True)
class Fan:
    """What is to come, after the last complete period: an outer and an inner band, and the middle as a line.

    cut  whether the outer band reaches beyond the picture
    """

    outer: str
    inner: str
    middle: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Paths in a box `width` × HEIGHT, to be stretched; ticks and labels in per cent of it.

    incomplete  left edge, width and height in per cent of the last bar, whose count will still
                rise; None if the last period is complete or outside the picture
    marked      left and bottom in per cent, and the count, of the signal the picture is about
    fan         what is to come; None if nothing is said of it
    """

    width: int
    bars: str
    above: str
    gaps: str
    expected: str
    threshold: str
    dots: str
    incomplete: tuple[float, float, float] | None
    marked: tuple[float, float, float] | None
    y_ticks: Sequence[Tick]
    x_ticks: Sequence[Tick]
    labels: Sequence[Label]
    fan: Fan | None = None


@dataclass(frozen=True, slots=True)
class Sparkline:
    """The last year of a series in a box `width` × SPARK_HEIGHT, and where its dots would sit."""

    width: int
    bars: str
    gaps: str
    first: int
    tops: Sequence[float]

    def dot(self, period: int) -> str:
        """A dot over the bar of `period`; empty if it lies before the sparkline."""
        i = period - self.first
        return f"M{3 * i + 1} {self.tops[i]:g}h0" if 0 <= i < len(self.tops) else ""


def picture(
    counts: NDArray[np.float64],
    expected: NDArray[np.float64],
    threshold: NDArray[np.float64],
    alarm: NDArray[np.bool_],
    dates: NDArray[np.datetime64],
    every: Every,
    *,
    incomplete: int = 0,
    marked: int | None = None,
    top: float | None = None,
    least_gap: float = 9.0,
    ahead: NDArray[np.float64] | None = None,
) -> Picture:
    """Draw one series.

    counts, expected, threshold, alarm   (drawn,) of the same periods; nan where there is none
    dates        (drawn,) first days of these periods; with `ahead`, also of those that come after them
    incomplete   number of last drawn periods whose counts will still rise
    marked       index of the signal whose count is written over its bar
    top          where the axis ends: bars above are cut off, lines broken; None leaves room for all
    least_gap    labels closer than this share of the height, in per cent, would overlap
    ahead        (periods, 5) lowest, lower, middle, upper, uppermost of what is to come after the last complete
                 period; the far end of a wide fan is cut off, that it may not press everything else flat
    """
    n = len(counts)
    slots = n if ahead is None else max(n, n - incomplete + len(ahead))
    step, top = _scale(top, counts, expected, threshold, *_reach(counts, ahead))
    with np.errstate(invalid="ignore"):
        # Both lines end together, so that their labels tell of the same period.
        cut = (expected > top) | (threshold > top)
    expected, threshold = (np.where(cut, np.nan, curve) for curve in (expected, threshold))
    settled = np.arange(n) < n - incomplete
    level = HEIGHT * (1 - np.minimum(np.nan_to_num(counts) / top, 1))
    shown = np.isfinite(counts) & (counts > 0) & settled
    return Picture(
        width=slots * SLOT,
        bars=_bars(level, shown & ~alarm),
        above=_bars(level, shown & alarm),
        gaps="".join(f"M{SLOT * a} 0h{SLOT * (b - a)}v{HEIGHT}H{SLOT * a}z" for a, b in runs(np.isnan(counts))),
        expected=_steps(expected, top),
        threshold=_steps(threshold, top),
        dots="".join(f"M{SLOT * i + SLOT // 2} {level[i]:.0f}h0" for i in np.flatnonzero(alarm & np.isfinite(counts))),
        incomplete=_hatched(counts, top, slots) if incomplete else None,
        marked=None if marked is None else (100 * (marked + 0.5) / slots, 100 * counts[marked] / top, counts[marked]),
        y_ticks=[Tick(100 * v / top, v) for v in np.arange(0, top, step)],
        x_ticks=date_ticks(dates, every),
        labels=[*_labels(expected, threshold, top, least_gap), *_at_the_end(ahead, top)],
        fan=None if ahead is None else _fan(ahead, n - incomplete, top),
    )


def sparkline(counts: NDArray[np.float64], end: int) -> Sparkline:
    """The counts of the last SPARK_PERIODS before period `end`."""
    first = max(0, end - SPARK_PERIODS)
    y = counts[first:end]
    top = max(1.0, float(np.nanmax(y, initial=0)))
    tops = SPARK_HEIGHT - (SPARK_HEIGHT - 5) * np.nan_to_num(y) / top
    bars = "".join(f"M{3 * i} {SPARK_HEIGHT}V{tops[i]:.1f}h2V{SPARK_HEIGHT}" for i in np.flatnonzero(y > 0))
    gaps = "".join(f"M{3 * a} {SPARK_HEIGHT}v-2h{3 * (b - a) - 1}v2z" for a, b in runs(np.isnan(y)))
    return Sparkline(3 * len(y), bars, gaps, first, [round(float(t), 1) for t in tops])


def date_ticks(dates: NDArray[np.datetime64], every: Every) -> list[Tick]:
    """Where years begin, or months over a short time: as many as a telephone has room for."""
    months = dates.astype("datetime64[M]")
    number = months.astype(int)
    # The first period may lie anywhere in its month, and marks a beginning only on the first day.
    first = number[0] - int(dates[0] == months[0].astype("datetime64[D]"))
    starts = np.flatnonzero(np.diff(number, prepend=first))
    for apart in (1, 2, 3, 6, 12, 24, 60, 120, 600):
        chosen = starts[number[starts] % apart == 0]
        if len(chosen) <= (4 if apart < 12 else 7):
            break
    yearly = apart >= 12
    return [Tick(100 * int(i) / len(dates), str(months[i])[: 4 if yearly else 7]) for i in chosen]


def _scale(top: float | None, *curves: NDArray[np.float64]) -> tuple[float, float]:
    """Distance of the ticks and top of the axis: from zero, with room for a dot over the highest bar."""
    if top is None:
        top = 1.14 * max(*(float(c[np.isfinite(c)].max(initial=0)) for c in curves), 1.0)
    rough = top / 3.4
    size = 10 ** math.floor(math.log10(rough))
    return max(1.0, size * next(m for m in (1, 2, 5, 10) if m * size >= rough)), top


def _bars(level: NDArray[np.float64], shown: NDArray[np.bool_]) -> str:
    return "".join(f"M{SLOT * i + 1} {HEIGHT}V{level[i]:.0f}h{SLOT - 2}V{HEIGHT}" for i in np.flatnonzero(shown))


def _steps(curve: NDArray[np.float64], top: float) -> str:
    """A line that is level over each period and broken where there is no value."""
    level = HEIGHT * (1 - np.maximum(curve, 0) / top)
    parts = []
    for a, b in runs(np.isfinite(curve)):
        parts.append(f"M{SLOT * a} {level[a]:.0f}h{SLOT}")
        parts.extend(f"V{level[i]:.0f}h{SLOT}" for i in range(a + 1, b))
    return "".join(parts)


def _hatched(counts: NDArray[np.float64], top: float, slots: int) -> tuple[float, float, float]:
    height = min(100.0, 100 * float(np.nan_to_num(counts[-1])) / top)
    return 100 * (len(counts) - 1 + 0.1) / slots, 80 / slots, height


def _reach(counts: NDArray[np.float64], ahead: NDArray[np.float64] | None) -> Iterator[NDArray[np.float64]]:
    """How high what is to come must be seen: all of it, or half as much again as was counted or is likely."""
    if ahead is not None:
        likely = max(float(np.nanmax(counts, initial=1.0)), float(ahead[:, 3].max()))
        yield np.array([min(float(ahead[:, 4].max()), 1.5 * likely)])


def _fan(ahead: NDArray[np.float64], first: int, top: float) -> Fan:
    level = HEIGHT * (1 - np.clip(ahead / top, 0, 1))
    line = np.concatenate([np.full(first, np.nan), ahead[:, 2]])
    return Fan(
        _band(level[:, 0], level[:, 4], first),
        _band(level[:, 1], level[:, 3], first),
        _steps(np.minimum(line, top), top),
        bool((ahead[:, 4] > top).any()),
    )


def _band(low: NDArray[np.float64], high: NDArray[np.float64], first: int) -> str:
    """There along the upper edge and back along the lower, level over each period."""
    there = f"M{SLOT * first} {high[0]:.0f}h{SLOT}" + "".join(f"V{y:.0f}h{SLOT}" for y in high[1:])
    return there + "".join(f"V{y:.0f}h-{SLOT}" for y in low[::-1]) + "z"


def _at_the_end(ahead: NDArray[np.float64] | None, top: float) -> Iterator[Label]:
    if ahead is not None:
        middle = float(ahead[-1, 2])
        yield Label(100 * min(middle / top, 1.0), "forecast", middle)


def _labels(expected: NDArray[np.float64], threshold: NDArray[np.float64], top: float, least_gap: float) -> list[Label]:
    """Names of the lines at the height of their last values, kept from overlapping."""
    ends = []
    for kind, curve in (("expected", expected), ("threshold", threshold)):
        known = np.flatnonzero(np.isfinite(curve))
        if known.size:
            value = float(curve[known[-1]])
            ends.append(Label(100 * max(value, 0) / top, kind, value))
    ends.sort(key=lambda label: label.at)
    if len(ends) == 2 and (gap := ends[1].at - ends[0].at) < least_gap:
        lower = max(0.0, ends[0].at - (least_gap - gap) / 2)
        ends = [
            Label(lower, ends[0].kind, ends[0].value),
            Label(lower + least_gap, ends[1].kind, ends[1].value),
        ]
    return ends


def runs(mask: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and one-past-last index of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
