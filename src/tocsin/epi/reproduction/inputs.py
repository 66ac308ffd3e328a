"""What every method here is given: the checks of daily counts, imported cases and the serial interval."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.detect.panel import panel
from tocsin.epi.errors import HistoryTooShort, InvalidCounts, InvalidDates, InvalidDelay, InvalidOption

__all__ = ["Incidence", "checked_serial_interval", "daily_incidence", "long_enough", "positive"]

ONE = 0.01  # how far from 1 a serial interval may add up to: what EpiEstim allows for a tail cut off


@dataclass(frozen=True, slots=True)
class Incidence:
    """New cases a day, checked.

    counts    (series, days) all cases, imported ones among them; nan where none was reported
    imported  (series, days) those infected elsewhere; None if none are known
    dates     (days,) datetime64[D], one day apart; None if the call counts by index
    """

    counts: NDArray[np.float64]
    imported: NDArray[np.float64] | None
    dates: NDArray[np.datetime64] | None

    @property
    def days(self) -> int:
        return int(self.counts.shape[1])

    def without_cases(self) -> NDArray[np.bool_]:
        """(series,) True where no day has a case."""
        none: NDArray[np.bool_] = ~(np.fmax.reduce(self.counts, axis=1, initial=0.0) > 0)
        return none


def daily_incidence(counts: ArrayLike, dates: ArrayLike | None = None, imported: ArrayLike | None = None) -> Incidence:
    """Check counts a day.

    counts    (series, days) or (days,) cases; nan where none was reported
    dates     (days,) each day; names the results, and shows counts of weeks for what they are
    imported  of the same shape: how many of the counts were infected elsewhere
    raises    InvalidCounts, InvalidDates
    """
    p = panel(counts, dates, None, first=0)
    if p.dates is not None and len(p.dates) > 1:
        step = int((p.dates[1] - p.dates[0]).astype(np.int64))
        if step != 1:
            raise InvalidDates(
                f"dates are {step} days apart, but a serial interval counts single days; give daily counts, or share "
                f"these out over their days first: daily_from_regular(counts, every={step}, serial_interval=...)"
            )
    y = np.ascontiguousarray(p.counts, dtype=np.float64)
    return Incidence(y, _imported(imported, y), p.dates)


def checked_serial_interval(given: ArrayLike) -> NDArray[np.float64]:
    """(S,) probability of 0, 1 ... days from one case's onset to that of whom it infects. Raises InvalidDelay."""
    w = np.asarray(given, dtype=np.float64)
    if w.ndim != 1 or len(w) < 2:
        raise InvalidDelay(f"serial_interval has shape {w.shape}; it is one row of probabilities, of 0, 1, 2 ... days")
    if not np.isfinite(w).all() or (w < 0).any():
        raise InvalidDelay(f"serial_interval holds {w[~np.isfinite(w) | (w < 0)][0]:g}; probabilities are from 0 to 1")
    if w[0] > 0:
        raise InvalidDelay(
            f"serial_interval gives {w[0]:g} to lag 0, but nobody infects on their own day of onset in this method; "
            "if your probabilities begin at 1 day, prepend a 0"
        )
    if abs(w.sum() - 1) > ONE:
        raise InvalidDelay(
            f"serial_interval adds up to {w.sum():g}; the probabilities of all days add up to 1 (a tail of "
            f"{ONE:g} may be cut off); divide it by its sum if it is meant to"
        )
    return w


def long_enough(days: int, needed: int, why: str) -> None:
    """Refuse a series of fewer than `needed` days. Raises HistoryTooShort."""
    if days < needed:
        raise HistoryTooShort(f"there are {days} days of counts, but {why} needs {needed}; give a longer series")


def positive(name: str, value: float) -> float:
    """Raises InvalidOption unless value is above 0 and finite."""
    if not 0 < value < np.inf:
        raise InvalidOption(f"{name} is {value!r}; it must be above 0")
    return float(value)


def _imported(given: ArrayLike | None, counts: NDArray[np.float64]) -> NDArray[np.float64] | None:
    if given is None:
        return None
    a = np.asarray(given, dtype=np.float64)
    if a.ndim == 1:
        a = a[np.newaxis]
    if a.shape != counts.shape:
        raise InvalidCounts(f"imported has shape {a.shape}; it is that of the counts, {counts.shape}")
    a = np.where(np.isnan(counts), 0.0, a)
    if (wrong := ~((a >= 0) & (a <= np.nan_to_num(counts)))).any():
        series, day = np.argwhere(wrong)[0]
        raise InvalidCounts(
            f"imported is {a[series, day]:g} of {counts[series, day]:g} cases in series {series}, day {day}; imported "
            "cases are among the counts: from 0 to the count, and never missing where that is known"
        )
    return np.ascontiguousarray(a)
