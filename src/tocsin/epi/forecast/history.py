"""The checks of what a forecast is given."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import HistoryTooShort, InvalidCounts, InvalidDates, InvalidOption
from tocsin.epi.forecast.rhythm import RHYTHMS, Rhythm

__all__ = ["History", "Negative", "Step", "checked_horizon", "history", "whole"]

Step = Literal["day", "week"]
Negative = Literal["refuse", "spread"]

FARTHEST = {"day": 28, "week": 8}
FARTHEST_SUMMED = 56
"""Days that sums may reach ahead: 8 weeks."""


@dataclass(frozen=True, slots=True)
class History:
    """What a forecast begins from.

    counts    (series, periods) float, nan where none is known; its last periods are the medians of `nowcasts`
    dates     (periods,) or None
    rhythm    of the step
    nowcasts  (draws, series, last periods) or None
    """

    counts: NDArray[np.float64]
    dates: NDArray[np.datetime64] | None
    rhythm: Rhythm
    nowcasts: NDArray[np.float64] | None

    def dates_ahead(self, horizon: int, every: int) -> NDArray[np.datetime64] | NDArray[np.intp]:
        """(horizon,) first day of each forecast period of `every` steps; without dates, 1, 2 ..."""
        if self.dates is None:
            return np.arange(1, horizon + 1)
        begin = self.dates[-1] + np.timedelta64(self.rhythm.days, "D")
        return np.asarray(begin + np.arange(horizon) * np.timedelta64(self.rhythm.days * every, "D"))


def history(
    name: str, given: ArrayLike, dates: ArrayLike | None, step: str, negative: str, recent: ArrayLike | None = None
) -> History:
    """Check counts, dates and step; `name` is what they are called in a message. Medians of `recent` stand in."""
    if step not in RHYTHMS:
        raise InvalidOption(f"step is {step!r}; it must be 'day' or 'week'")
    if negative not in ("refuse", "spread"):
        raise InvalidOption(f"negative is {negative!r}; it must be 'refuse' or 'spread'")
    y = np.asarray(given)
    if y.dtype.kind not in "iuf":
        raise InvalidCounts(f"{name} must be numbers, got dtype {y.dtype}; convert text to numbers, nan for missing")
    y = np.atleast_2d(y).astype(np.float64)
    if y.ndim != 2 or 0 in y.shape:
        raise InvalidCounts(f"{name} must have shape (series, periods) with one of each at least, got {y.shape}")
    nowcasts = _recent(recent, y)
    if nowcasts is not None:
        y[:, y.shape[1] - nowcasts.shape[2] :] = np.median(nowcasts, axis=0)
    wrong = np.isinf(y)
    if negative == "refuse":
        wrong |= y < 0
    if wrong.any():
        i, t = np.argwhere(wrong)[0]
        raise InvalidCounts(
            f"{name} must be finite and at least 0; series {i}, period {t} is {y[i, t]:g}; set it to nan if it is "
            "unknown, or, where it corrects earlier counts, call with negative='spread'"
        )
    rhythm = RHYTHMS[step]
    days = None if dates is None else _dates(dates, y.shape[1], step)
    _require_history(name, y, rhythm, step)
    return History(y, days, rhythm, nowcasts)


def _dates(dates: ArrayLike, periods: int, step: str) -> NDArray[np.datetime64]:
    try:
        days = np.asarray(dates, dtype="datetime64[D]")
    except (ValueError, TypeError) as error:
        raise InvalidDates(f"dates must be days such as 2026-03-09: {error}") from None
    if days.shape != (periods,) or np.isnat(days).any():
        raise InvalidDates(f"dates must be one a period, none missing: {periods} periods, dates of shape {days.shape}")
    apart = np.diff(days).astype(np.int64)
    wanted = RHYTHMS[step].days
    if (apart != wanted).any():
        at = int(np.flatnonzero(apart != wanted)[0])
        other = next((name for name, rhythm in RHYTHMS.items() if (apart == rhythm.days).all()), None)
        raise InvalidDates(
            f"step is {step!r}, but {days[at]} is followed by {days[at + 1]}, {apart[at]} days later; "
            + (f"give step={other!r}" if other else "give every period its column, and nan where nothing was reported")
        )
    return days


def _require_history(name: str, y: NDArray[np.float64], rhythm: Rhythm, step: str) -> None:
    known = ~np.isnan(y[:, -rhythm.kept :])
    if (short := known.sum(axis=1) < rhythm.least).any():
        i = int(np.flatnonzero(short)[0])
        raise HistoryTooShort(
            f"series {i} of {name} has {known[i].sum()} known values in its last {known.shape[1]} periods; a forecast "
            f"by the {step} needs {rhythm.least}: leave it out, or join it with another series"
        )
    silent = ~known[:, -2 * rhythm.block :].any(axis=1)
    if silent.any():
        i = int(np.flatnonzero(silent)[0])
        raise HistoryTooShort(
            f"series {i} of {name} has no value in its last {2 * rhythm.block} periods; a forecast begins where the "
            "counts end: cut them there, or leave the series out"
        )


def checked_horizon(horizon: int, step: Step, sum_over: int) -> int:
    """Steps that are simulated."""
    whole("horizon", horizon, least=1)
    whole("sum_over", sum_over, least=1)
    if sum_over > 1 and step != "day":
        raise InvalidOption(f"sum_over is {sum_over}, but step is {step!r}; only days are added up, 7 to a week")
    most = FARTHEST[step] if sum_over == 1 else FARTHEST_SUMMED // sum_over
    if horizon > most:
        raise InvalidOption(
            f"horizon is {horizon} with step={step!r} and sum_over={sum_over}; it reaches at most {most} periods "
            "ahead: beyond eight weeks (28 single days) nothing is known that a scenario would not state better"
        )
    return horizon * sum_over


def _recent(recent: ArrayLike | None, y: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """(draws, series, last periods) of a nowcast, or None."""
    if recent is None:
        return None
    given = np.asarray(recent, dtype=np.float64)
    if given.ndim == 2 and len(y) == 1:
        given = given[:, np.newaxis]
    if given.ndim != 3 or given.shape[1] != len(y) or not 0 < given.shape[2] <= y.shape[1] or not len(given):
        raise InvalidCounts(
            f"recent has shape {given.shape}; it must be (draws, series, last periods) with {len(y)} series and at "
            f"most {y.shape[1]} periods"
        )
    if not np.isfinite(given).all() or (given < 0).any():
        raise InvalidCounts("recent holds a draw that is negative or no number; draws of counts are 0 or above")
    return given


def whole(name: str, value: object, *, least: int) -> int:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise InvalidOption(f"{name} is {value!r}; it must be a whole number of at least {least}")
    return int(value)
