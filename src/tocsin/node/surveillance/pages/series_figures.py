"""One series of counts as a picture: bars, what was expected of them, what was left out and why."""

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.node.language import formats
from tocsin.node.surveillance.models import Series
from tocsin.node.surveillance.pages.measures import measured
from tocsin.node.surveillance.pages.signal_figures import period_text, ticks
from tocsin.node.surveillance.runs.maturity import last_days

__all__ = ["SHOWN", "Stretch", "plain", "series_figure", "shaded"]

SHOWN = {"day": 365, "week": 156, "month": 60}  # periods of a picture
Stretch = tuple[date, date, str]  # first and last day, and why they are left out


def series_figure(
    series: Series,
    dates: NDArray[np.datetime64],
    counts: NDArray[np.float64],
    *,
    caption: str,
    expected: NDArray[np.float64] | None = None,
    threshold: NDArray[np.float64] | None = None,
    alarms: Iterable[date] = (),
    incomplete: int = 0,
    excluded: Iterable[Stretch] = (),
    periods: int | None = None,
) -> dict[str, Any]:
    """Data of the figure "series": the last `periods` of a series, by default three years or so.

    expected, threshold  (n,) beside `counts`; nan where there is none
    alarms               first days of periods
    """
    every = series.source.every
    begin = max(0, len(dates) - (periods or SHOWN[every]))
    days = dates[begin:].tolist()
    position = {day: at for at, day in enumerate(days)}
    figure: dict[str, Any] = {
        "caption": caption,
        "unit": measured(series.source.measure),
        "filename": f"series-{series.pk}",
        "labels": [period_text(day, every) for day in days],
        "ticks": ticks(days, every),
        "observed": plain(counts[begin:]),
        "numbers": ["" if math.isnan(value) else formats.whole(value) for value in counts[begin:].tolist()],
        "alarms": sorted({position[day] for day in alarms if day in position}),
        "incomplete": min(incomplete, len(days)),
        "excluded": shaded(dates[begin:], every, excluded),
    }
    if expected is not None:
        figure["expected"] = plain(expected[begin:])
    if threshold is not None:
        figure["threshold"] = plain(threshold[begin:])
    return figure


def plain(values: NDArray[np.float64]) -> list[float | int | None]:
    """Numbers as JSON has them: None for what is missing, whole ones without a fraction, others to three digits."""
    return [
        None if not np.isfinite(value) else int(value) if value.is_integer() else float(f"{value:.4g}")
        for value in np.asarray(values, dtype=np.float64).tolist()
    ]


def shaded(dates: NDArray[np.datetime64], every: str, stretches: Iterable[Stretch]) -> list[list[Any]]:
    """[first position, last position, why] of stretches that fall into the picture."""
    found: list[list[Any]] = []
    ends = last_days(dates, every)
    for first, last, why in stretches:
        inside = np.flatnonzero((ends >= np.datetime64(first, "D")) & (dates <= np.datetime64(last, "D")))
        if inside.size:
            found.append([int(inside[0]), int(inside[-1]), why])
    return found
