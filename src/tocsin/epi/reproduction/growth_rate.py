"""How fast cases grow: a log-linear trend of the last days' counts, and what R means for it.

Wallinga J, Lipsitch M (2007). How generation intervals shape the relationship between growth rates and reproductive
numbers. Proceedings of the Royal Society B 274:599-604. doi:10.1098/rspb.2006.3754.
McCullagh P, Nelder JA (1989). Generalized Linear Models, 2nd edition. Chapman and Hall, chapter 6: quasi-likelihood.

    1 / R = sum over s of w_s exp(-r s)                        R and the growth rate r that lasts
    E I_t = exp(a + r t),   Var I_t = phi E I_t                over a window of days; phi is estimated, and at least 1
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from tocsin.epi.compilation import inner_kernel, kernel
from tocsin.epi.detect.panel import whole_number
from tocsin.epi.errors import InvalidOption
from tocsin.epi.quantiles import LEVELS, checked_levels
from tocsin.epi.reproduction.estimate import Reproduction, reasons
from tocsin.epi.reproduction.inputs import checked_serial_interval, daily_incidence, long_enough
from tocsin.epi.threads import over_chunks

__all__ = ["Growth", "growth_of", "growth_rate", "growth_to_reproduction", "reproduction_to_growth"]

LEAST_DAYS = 3
STEEPEST = 5.0  # growth a day beyond which nothing is looked for: cases times 150 in a day
NEWTON = 60
CHUNK = 32


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth rates of each series over windows of days.

    t_start, t_end, dates, levels, reason  as in `Reproduction`
    mean       (series, windows) growth rate r a day: cases are exp(r) times those of the day before; nan where not
               estimated
    sd         (series, windows) its standard deviation
    quantiles  (series, windows, levels) of r
    """

    method: str
    t_start: NDArray[np.intp]
    t_end: NDArray[np.intp]
    dates: NDArray[np.datetime64] | None
    levels: NDArray[np.float64]
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    reason: tuple[str, ...]

    @property
    def doubling_time(self) -> NDArray[np.float64]:
        """(series, windows, levels) days in which cases double at each quantile of r; below 0, halve; inf at r = 0.

        Where quantiles of r lie on both sides of 0 the doubling time has no interval in one piece: it is anything
        beyond that of the higher quantile, and anything beyond the halving time of the lower.
        """
        return np.divide(np.log(2), self.quantiles, out=np.full_like(self.quantiles, np.inf), where=self.quantiles != 0)

    @property
    def growing(self) -> NDArray[np.float64]:
        """(series, windows) probability that r is above 0, by interpolation between the quantiles."""
        found = np.full(self.mean.shape, np.nan)
        for i, j in np.argwhere(np.isfinite(self.mean)):
            found[i, j] = 1 - np.interp(0.0, self.quantiles[i, j], self.levels, left=0.0, right=1.0)
        return found


def growth_rate(
    incidence: ArrayLike,
    *,
    dates: ArrayLike | None = None,
    window: int = 14,
    least_cases: int = 10,
    levels: Sequence[float] = LEVELS,
    jobs: int | None = None,
) -> Growth:
    """Growth rate of each window of days, by quasi-Poisson regression.

    incidence    (series, days) new cases; nan where none was reported, which is left out
    dates        (days,) the days
    window       days; one ends on every day from day `window` - 1 on. Whole weeks, or weekdays bend the trend
    least_cases  windows with fewer are nan, as are those with fewer than 3 reported days
    levels       of the quantiles, which are Student's t with two degrees less than there are days
    raises       InvalidCounts, InvalidDates, InvalidOption, HistoryTooShort

    Needs no serial interval. The rate is that of the window's middle rather than of its last day.
    """
    I = daily_incidence(incidence, dates)  # noqa: E741 - the field's symbol
    whole_number("window", window, least=LEAST_DAYS)
    whole_number("least_cases", least_cases, least=1)
    long_enough(I.days, window, f"a window of {window} days")
    q = checked_levels(levels)
    windows = I.days - window + 1
    mean, sd, days = np.empty((3, len(I.counts), windows))

    def work(rows: slice) -> None:
        _trends(I.counts[rows], window, float(least_cases), mean[rows], sd[rows], days[rows])

    over_chunks(work, len(I.counts), jobs=jobs, chunk=CHUNK)
    t = stdtrit(np.where(np.isnan(mean), 1.0, days - 2)[..., np.newaxis], q)
    last = np.arange(window - 1, I.days)
    return Growth(
        method="log-linear trend",
        t_start=last - window + 1,
        t_end=last,
        dates=None if I.dates is None else I.dates[last],
        levels=q,
        mean=mean,
        sd=sd,
        quantiles=mean[..., np.newaxis] + sd[..., np.newaxis] * t,
        reason=reasons(I.without_cases()),
    )


def reproduction_to_growth(R: ArrayLike, serial_interval: ArrayLike) -> NDArray[np.float64]:
    """The growth rate a day that each R has if it lasts; nan where R is, -inf where R is 0 (or too near for -5 a day).

    R                any shape, 0 or above
    serial_interval  (S,) probability of 0, 1 ... S-1 days
    raises           InvalidOption, InvalidDelay
    """
    w = checked_serial_interval(serial_interval)
    given = np.asarray(R, dtype=np.float64)
    if (given < 0).any():
        raise InvalidOption(f"R holds {given[given < 0].flat[0]:g}; a reproduction number is 0 or above")
    s = np.arange(len(w))
    flat = np.atleast_1d(given).ravel()
    found = np.full(flat.shape, np.nan)
    found[flat < _R_of(np.array([-STEEPEST]), w, s)[0]] = -np.inf
    found[flat > _R_of(np.array([STEEPEST]), w, s)[0]] = np.inf
    inside = np.isnan(found) & np.isfinite(flat)
    wanted = -np.log(flat[inside])
    r = np.clip(-wanted / (w @ s), -STEEPEST, STEEPEST)
    _roots(wanted, w, r)
    found[inside] = r
    return found.reshape(given.shape)


def growth_to_reproduction(r: ArrayLike, serial_interval: ArrayLike) -> NDArray[np.float64]:
    """The R that growth by r a day needs: 1 / sum of w_s exp(-r s).

    r       any shape, -5 to 5 a day
    raises  InvalidOption, InvalidDelay
    """
    w = checked_serial_interval(serial_interval)
    given = np.asarray(r, dtype=np.float64)
    if (np.abs(given) > STEEPEST).any():
        raise InvalidOption(
            f"r holds {given[np.abs(given) > STEEPEST].flat[0]:g}; growth rates a day lie within {STEEPEST:g} of 0"
        )
    return _R_of(given, w, np.arange(len(w)))


def growth_of(R: Reproduction, serial_interval: ArrayLike) -> Growth:
    """The growth that each estimated R means if it lasts: quantiles go over one to one, mean and sd by their median.

    raises  InvalidDelay
    """
    quantiles = reproduction_to_growth(R.quantiles, serial_interval)
    mean = reproduction_to_growth(R.mean, serial_interval)
    # Where r changes by dr, R changes by R times the mean serial interval of those infected then: the delta method.
    step = 1e-5
    near = np.clip(np.where(np.isfinite(mean), mean, 0.0), -STEEPEST + step, STEEPEST - step)
    slope = (
        growth_to_reproduction(near + step, serial_interval) - growth_to_reproduction(near - step, serial_interval)
    ) / (2 * step)
    return Growth(
        method=f"{R.method}, as growth",
        t_start=R.t_start,
        t_end=R.t_end,
        dates=R.dates,
        levels=R.levels,
        mean=mean,
        sd=np.where(np.isfinite(mean), R.sd / slope, np.nan),
        quantiles=quantiles,
        reason=R.reason,
    )


def _R_of(r: NDArray[np.float64], w: NDArray[np.float64], s: NDArray[np.intp]) -> NDArray[np.float64]:
    # Horner's rule in exp(-r): the powers of all lags at once would take as many arrays as there are lags.
    z = np.exp(-r)
    total = np.zeros_like(r)
    weights = np.zeros(int(s.max()) + 1)
    weights[s] = w
    for weight in weights[::-1]:
        total = total * z + weight
    found: NDArray[np.float64] = 1 / total
    return found


@kernel
def _roots(wanted: NDArray[np.float64], w: NDArray[np.float64], r: NDArray[np.float64]) -> None:
    """r for which the log of sum w exp(-r s) is as wanted; r holds where to begin.

    The log is convex and falls with r: Newton's steps, kept between what is too low and too high.
    """
    for i in range(len(r)):
        low, high, x = -STEEPEST, STEEPEST, r[i]
        for _ in range(NEWTON):
            z = math.exp(-x)
            total, slope = 0.0, 0.0
            for s in range(len(w) - 1, -1, -1):
                total = total * z + w[s]
                slope = slope * z + w[s] * s
            off = math.log(total) - wanted[i]
            if off > 0.0:
                low = x
            else:
                high = x
            nearer = x + off * total / slope
            if not low < nearer < high:
                nearer = 0.5 * (low + high)
            moved = abs(nearer - x)
            x = nearer
            if moved < 1e-13:
                break
        r[i] = x


@inner_kernel
def _trend(y: NDArray[np.float64], at: float, start: float) -> tuple[bool, float, float]:
    """Whether the fit of exp(a + r (t - at)) settled; r; its sd."""
    a, r = start, 0.0
    for _ in range(NEWTON):
        m0, m1, m2, g0, g1 = 0.0, 0.0, 0.0, 0.0, 0.0
        for t in range(len(y)):
            if not np.isnan(y[t]):
                x = t - at
                mu = np.exp(min(a + r * x, 600.0))
                m0 += mu
                m1 += mu * x
                m2 += mu * x * x
                g0 += y[t] - mu
                g1 += (y[t] - mu) * x
        det = m0 * m2 - m1 * m1
        if not det > 0:
            return False, np.nan, np.nan
        da, dr = (m2 * g0 - m1 * g1) / det, (m0 * g1 - m1 * g0) / det
        # A step no longer than changes the counts e-fold keeps Newton from running away.
        short = min(1.0, 1.0 / max(abs(da), abs(dr) * len(y), 1e-300))
        a += da * short
        r += dr * short
        if abs(da) + abs(dr) * len(y) < 1e-10:
            pearson, n = 0.0, 0
            for t in range(len(y)):
                if not np.isnan(y[t]):
                    mu = np.exp(a + r * (t - at))
                    pearson += (y[t] - mu) ** 2 / mu
                    n += 1
            return abs(r) <= STEEPEST, r, np.sqrt(max(1.0, pearson / (n - 2)) * m0 / det)
    return False, np.nan, np.nan


@kernel
def _trends(
    I: NDArray[np.float64],  # noqa: E741
    window: int,
    least_cases: float,
    mean: NDArray[np.float64],
    sd: NDArray[np.float64],
    days: NDArray[np.float64],
) -> None:
    """Fill slope, its sd and the number of days of each window (series, windows)."""
    for i in range(len(I)):
        for j in range(I.shape[1] - window + 1):
            y = I[i, j : j + window]
            n, cases, at = 0, 0.0, 0.0
            for t in range(window):
                if not np.isnan(y[t]):
                    n += 1
                    cases += y[t]
                    at += t
            mean[i, j], sd[i, j], days[i, j] = np.nan, np.nan, n
            if n >= LEAST_DAYS and cases >= least_cases:
                settled, r, error = _trend(y, at / n, np.log(cases / n))
                if settled:
                    mean[i, j], sd[i, j] = r, error
