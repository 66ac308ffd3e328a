"""What every detection method is given: the checks of counts, dates, periods and exclusions.

A `Panel` is the checked input of one call. Methods are written for it alone, so that each
refusal is worded once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import HistoryTooShort, InvalidCounts, InvalidDates, InvalidOption

__all__ = ["Evaluate", "Exclude", "Panel", "panel", "probability", "whole_number"]

Evaluate = int | slice | Sequence[int] | NDArray[np.integer] | None
Exclude = Sequence[int] | Sequence[tuple[str, str]] | NDArray[np.bool_] | NDArray[np.integer] | None


@dataclass(frozen=True, slots=True)
class Panel:
    """Counts of many series over the same periods, checked.

    counts    (series, periods) as given, any real dtype, not copied; nan where none was reported
    dates     (periods,) datetime64[D], strictly increasing by one day, by a fixed number of
              days, or by calendar months; None if the call counts by index
    periods   (evaluated,) indexes of the periods to evaluate, increasing
    excluded  (periods,) or (series, periods) True where a count must not enter a baseline;
              None if nothing is left out
    """

    counts: NDArray[np.generic]
    dates: NDArray[np.datetime64] | None
    periods: NDArray[np.intp]
    excluded: NDArray[np.bool_] | None

    @property
    def evaluated_dates(self) -> NDArray[np.datetime64] | NDArray[np.intp]:
        return self.periods if self.dates is None else self.dates[self.periods]

    def observed(self) -> NDArray[np.float64]:
        """(series, evaluated) counts of the evaluated periods."""
        return np.ascontiguousarray(self.counts[:, self.periods], dtype=np.float64)

    def require_history(self, needed: int, why: str) -> None:
        """Refuse if any evaluated period has fewer than `needed` periods before it."""
        short = self.periods[self.periods < needed]
        if short.size:
            raise HistoryTooShort(
                f"period {self.name(short[0])} has {short[0]} periods before it, but {why}; "
                f"evaluate from period {needed} on, or use a method with a shorter baseline"
            )

    def name(self, period: int) -> str:
        return str(period) if self.dates is None else f"{period} ({self.dates[period]})"


def panel(
    counts: ArrayLike,
    dates: ArrayLike | None,
    evaluate: Evaluate,
    *,
    first: int,
    exclude: Exclude = None,
) -> Panel:
    """Check what a method was given; `evaluate=None` is every period from `first` on."""
    checked = _counts(counts)
    checked_dates = None if dates is None else _dates(dates, checked.shape[1])
    return Panel(
        checked,
        checked_dates,
        _periods(evaluate, checked.shape[1], first),
        _excluded(exclude, checked.shape, checked_dates),
    )


def whole_number(name: str, value: object, *, least: int) -> int:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise InvalidOption(f"{name} is {value!r}; it must be a whole number of at least {least}")
    return int(value)


def probability(name: str, value: float) -> float:
    if not 0 < value < 1:
        raise InvalidOption(f"{name} is {value!r}; it must lie between 0 and 1, both left out")
    return float(value)


def _counts(counts: ArrayLike) -> NDArray[np.generic]:
    y = np.asarray(counts)
    if y.ndim == 1:
        y = y[np.newaxis]
    if y.ndim != 2 or y.shape[1] == 0:
        raise InvalidCounts(f"counts must have shape (series, periods) with at least one period, got {y.shape}")
    if y.dtype.kind not in "iuf":
        raise InvalidCounts(
            f"counts must be numbers, got dtype {y.dtype}; convert text to numbers, with nan for missing"
        )
    # min and max alone, so that a check of gigabytes allocates nothing; nan passes through fmin.
    if y.size and (np.fmin.reduce(y, axis=None) < 0 or np.fmax.reduce(y, axis=None) == np.inf):
        series, period = np.argwhere((y < 0) | (y == np.inf))[0]
        raise InvalidCounts(
            f"counts must be finite and at least 0; series {series}, period {period} is {y[series, period]:g}; "
            "correct it, or set it to nan to treat it as missing"
        )
    return y


def _dates(dates: ArrayLike, periods: int) -> NDArray[np.datetime64]:
    try:
        days = np.asarray(dates, dtype="datetime64[D]")
    except (ValueError, TypeError) as error:
        raise InvalidDates(f"dates must be days such as 2026-03-09: {error}") from None
    if days.shape != (periods,):
        raise InvalidDates(f"dates must be one a period: {periods} periods, got dates of shape {days.shape}")
    if np.isnat(days).any():
        raise InvalidDates(
            f"date of period {int(np.flatnonzero(np.isnat(days))[0])} is missing; every period needs one"
        )
    steps = np.diff(days).astype(np.int64)
    if steps.size and (steps <= 0).any():
        at = int(np.flatnonzero(steps <= 0)[0])
        raise InvalidDates(f"dates must increase; {days[at]} is followed by {days[at + 1]} (period {at + 1})")
    if steps.size and (steps != steps[0]).any() and not _monthly(days):
        at = int(np.flatnonzero(steps != steps[0])[0])
        raise InvalidDates(
            f"dates must be regular: {steps[0]} days apart at first, {steps[at]} days between {days[at]} and "
            f"{days[at + 1]}; give every period its column and put nan where nothing was reported"
        )
    return days


def _monthly(days: NDArray[np.datetime64]) -> bool:
    months = days.astype("datetime64[M]")
    same_day = np.unique((days - months.astype("datetime64[D]")).astype(np.int64)).size == 1
    return same_day and bool((np.diff(months).astype(np.int64) == 1).all())


def _periods(evaluate: Evaluate, periods: int, first: int) -> NDArray[np.intp]:
    if evaluate is None:
        if first >= periods:
            raise HistoryTooShort(
                f"there are {periods} periods, but the first that this method can evaluate with these options is "
                f"number {first + 1}; give a longer history or a shorter baseline"
            )
        return np.arange(first, periods)
    if isinstance(evaluate, (int, np.integer)) and not isinstance(evaluate, bool):
        if not 1 <= evaluate <= periods:
            raise InvalidOption(f"evaluate is {evaluate}, but there are {periods} periods; give 1 to {periods}")
        return np.arange(periods - int(evaluate), periods)
    if isinstance(evaluate, slice):
        chosen = np.arange(periods)[evaluate]
    else:
        chosen = np.asarray(evaluate)
        if chosen.ndim != 1 or chosen.dtype.kind not in "iu":
            raise InvalidOption(f"evaluate must be a number, a slice or a list of period indexes, got {evaluate!r}")
        if chosen.size and not ((chosen >= -periods) & (chosen < periods)).all():
            raise InvalidOption(
                f"evaluate holds period {int(chosen.max())}, but there are {periods} (0 to {periods - 1})"
            )
        chosen = np.unique(np.where(chosen < 0, chosen + periods, chosen))
    if chosen.size == 0:
        raise InvalidOption(f"evaluate={evaluate!r} leaves no period to evaluate out of {periods}")
    return np.sort(chosen).astype(np.intp)


def _excluded(
    exclude: Exclude, shape: tuple[int, ...], dates: NDArray[np.datetime64] | None
) -> NDArray[np.bool_] | None:
    """A mask of the periods left out of baselines.

    Accepts a mask (periods,) or (series, periods), a list of period indexes, or, with dates, a
    list of (first day, last day) pairs, both included.
    """
    if exclude is None or len(exclude) == 0:
        return None
    if isinstance(exclude[0], (tuple, list)):
        if dates is None:
            raise InvalidOption("exclude gives spans of days, but the call has no dates; give period indexes or dates")
        mask = np.zeros(shape[1], dtype=bool)
        for span in exclude:
            first, last = (np.datetime64(day, "D") for day in span)  # type: ignore[union-attr]
            if last < first:
                raise InvalidOption(f"exclude has a span that ends ({last}) before it begins ({first}); swap them")
            mask |= (dates >= first) & (dates <= last)
        return mask
    given = np.asarray(exclude)
    if given.dtype == bool:
        if given.shape not in ((shape[1],), shape):
            raise InvalidOption(f"exclude is a mask of shape {given.shape}; it must be {(shape[1],)} or {shape}")
        return given
    if given.ndim != 1 or given.dtype.kind not in "iu" or not ((given >= 0) & (given < shape[1])).all():
        raise InvalidOption(f"exclude must hold period indexes from 0 to {shape[1] - 1}, got {exclude!r}")
    mask = np.zeros(shape[1], dtype=bool)
    mask[given] = True
    return mask
