"""CUSUM: the sum of standardised counts above what is tolerated, which sees a slow rise.

Page ES (1954). Continuous inspection schemes. Biometrika 41(1-2):100-115. doi:10.1093/biomet/41.1-2.100
Rossi G, Lampugnani L, Marchi M (1999). An approximate CUSUM procedure for surveillance of health
events. Statistics in Medicine 18(16):2111-2122.
doi:10.1002/(SICI)1097-0258(19990830)18:16<2111::AID-SIM171>3.0.CO;2-Q
Pierce DA, Schafer DW (1986). Residuals in generalized linear models. Journal of the American
Statistical Association 81(396):977-986. doi:10.1080/01621459.1986.10478361 (Anscombe residuals)

C_t = max(0, C_{t-1} + z_t - k), z_t the transformed count; C_t >= h signals.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import hyp2f1

from tocsin.epi.compilation import kernel
from tocsin.epi.detect.chart import Chart, ChartDetection, chart, chart_detection
from tocsin.epi.detect.in_control import fit_mean, parameters, seasonal_design
from tocsin.epi.detect.panel import Evaluate, Exclude
from tocsin.epi.errors import InvalidOption
from tocsin.epi.threads import over_chunks

__all__ = ["cusum"]

Array = NDArray[np.float64]
Transformation = Literal[
    "standard", "rossi", "anscombe", "anscombe_second_order", "pearson_negative_binomial",
    "anscombe_negative_binomial", "none",
]  # fmt: skip


def cusum(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    k: float = 1.04,
    h: float = 2.26,
    m: float | ArrayLike | Literal["glm"] | None = None,
    transformation: Transformation = "standard",
    overdispersion: float = 0.1,
    periods_per_year: float = 52,
    run_in: int = 0,
    evaluate: Evaluate = None,
    exclude: Exclude = None,
    jobs: int | None = None,
) -> ChartDetection:
    """Signals while the sum of transformed counts above `k` is at least `h`.

    counts            (series, periods) cases; nan where none was reported
    dates             (periods,) first day of each period; only names the results
    k, h              reference value and decision limit, in standard deviations; the defaults are meant
                      for quiet runs of 500 periods, and to find a shift of 2 k in 7, if z is normal
    m                 in-control mean in cases: a number, an array (series, 1), (run,) or (series, run)
                      over the periods from the chart's start to the last evaluated; None for the mean
                      of all periods before the chart; "glm" for a Poisson model of them with one wave a year
    transformation    how a count is standardised; the method's page has the formulas
    overdispersion    of the two negative binomial transformations: variance m + overdispersion m^2
    periods_per_year  52 for weeks, 12 for months; for "glm"
    run_in            periods before the first evaluated one from which the chart runs
    evaluate          number of last periods, slice or indexes; the chart runs through those between. If
                      None all after the first year (two years for "glm"; all for a given `m`)
    exclude           periods that are neither learned from nor summed on; evaluated, they show what
                      they alone would make of the sum
    returns           expected is m; threshold the count at which the sum reaches h, given the past (a
                      count of at least that signals; 0 where any count does); exceedance is the sum
                      over h; p_value and dispersion are nan

    The sum is not set to 0 by a signal. A series without a case to learn from is nan.
    Raises InvalidOption, HistoryTooShort.
    """
    _check(k, h, overdispersion, transformation)
    learns = m is None or isinstance(m, str)
    if isinstance(m, str) and m != "glm":
        raise InvalidOption(f"m is {m!r}; give a number of cases, 'glm', or None for the mean of the periods before")
    least = 0 if not learns else 1 if m is None else parameters(1, False) + 1
    years = 0 if not learns else 1 if m is None else 2
    c = chart(
        counts, dates, evaluate, exclude,
        run_in=run_in, training=int(years * periods_per_year), least_training=least,
    )  # fmt: skip
    observed = c.p.observed()
    expected, threshold, statistic = np.empty((3, *observed.shape))
    given = None if learns else _given_mean(m, c)

    def work(rows: slice) -> None:
        x, keep = c.run(rows)
        mean = _learned_mean(c, rows, m, periods_per_year) if given is None else given[rows].copy()
        mean[~(mean > 0)] = np.nan
        forward, back = _transformation(transformation, mean, overdispersion)
        after, before = np.empty((2, *x.shape))
        _sum(forward(x), keep, k, after, before)
        limit = back(h + k - before)
        limit[np.isnan(x) | np.isnan(mean)] = np.nan
        expected[rows], statistic[rows] = mean[:, c.shown], after[:, c.shown]
        threshold[rows] = limit[:, c.shown]

    over_chunks(work, observed.shape[0], jobs=jobs, chunk=512)
    options = {
        "k": k,
        "h": h,
        "m": "given" if given is not None and given.strides != (0, 0) else m,
        "transformation": transformation,
        "overdispersion": overdispersion,
        "periods_per_year": periods_per_year,
        "run_in": run_in,
    }
    return chart_detection("cusum", options, c, observed, expected, threshold, statistic, h)


def _check(k: float, h: float, overdispersion: float, transformation: str) -> None:
    if transformation not in TRANSFORMATIONS:
        raise InvalidOption(f"transformation is {transformation!r}; it must be one of {', '.join(TRANSFORMATIONS)}")
    if not h > 0:
        raise InvalidOption(f"h is {h!r}; the decision limit must be above 0")
    if not k >= 0:
        raise InvalidOption(f"k is {k!r}; the reference value must be at least 0")
    if not overdispersion > 0:
        raise InvalidOption(f"overdispersion is {overdispersion!r}; it must be above 0; for Poisson use 'anscombe'")


def _given_mean(m: object, c: Chart) -> Array:
    mean = np.asarray(m, dtype=np.float64)
    shape = (c.p.counts.shape[0], c.stop - c.start)
    try:
        full = np.broadcast_to(mean, shape)
    except ValueError:
        raise InvalidOption(
            f"m has shape {mean.shape}; it must be one number, or fit {shape}: series by periods of the chart"
        ) from None
    if (mean <= 0).any():
        raise InvalidOption(f"m holds {mean.min():g}; the in-control mean must be above 0")
    return full


def _learned_mean(c: Chart, rows: slice, m: object, periods_per_year: float) -> Array:
    y = c.training(rows)
    if m is None:
        with np.errstate(invalid="ignore"):
            mean = np.nansum(y, axis=1) / (~np.isnan(y)).sum(axis=1)
        return np.repeat(mean[:, np.newaxis], c.stop - c.start, axis=1)
    design = seasonal_design(c.stop, c.start, harmonics=1, trend=False, periods_per_year=periods_per_year)
    beta = fit_mean(y, design[: c.start], np.zeros(y.shape[0]))
    return np.exp(beta @ design[c.start :].T)


@kernel
def _sum(z: Array, keep: NDArray[np.bool_], k: float, after: Array, before: Array) -> None:
    for i in range(z.shape[0]):
        carried = 0.0
        for t in range(z.shape[1]):
            before[i, t] = after[i, t] = carried
            if not np.isnan(z[i, t]):
                after[i, t] = max(0.0, carried + (z[i, t] - k))
                if keep[i, t]:
                    carried = after[i, t]


Pair = tuple[Callable[[Array], Array], Callable[[Array], Array]]


def _transformation(name: str, m: Array, alpha: float) -> Pair:
    """Count to standard units, and back to the count (at least 0) that has that many units."""
    with np.errstate(invalid="ignore", over="ignore"):
        return TRANSFORMATIONS[name](m, alpha)


def _linear(m: Array, sigma: Array | float) -> Pair:
    return lambda x: (x - m) / sigma, lambda u: np.maximum(sigma * u + m, 0.0)


def _rossi(m: Array, _: float) -> Pair:
    root = np.sqrt(m)

    def back(u: Array) -> Array:
        # x + 2 sqrt(m x) = 3 m + 2 sqrt(m) u is a square completed in sqrt(x).
        return np.asarray(np.maximum(np.sqrt(np.maximum(4 * m + 2 * root * u, 0.0)) - root, 0.0) ** 2)

    return lambda x: (x - 3 * m + 2 * np.sqrt(x * m)) / (2 * root), back


def _anscombe(m: Array, centre: Array) -> Pair:
    scale = 2 / 3 * m ** (1 / 6)
    return lambda x: (x ** (2 / 3) - centre) / scale, lambda u: np.maximum(scale * u + centre, 0.0) ** 1.5


def _anscombe_negative_binomial(m: Array, alpha: float) -> Pair:
    def stretch(x: Array) -> Array:
        """Integral from 0 to x of (u + alpha u^2)^(-1/3) du."""
        return np.asarray(1.5 * x ** (2 / 3) * hyp2f1(1 / 3, 2 / 3, 5 / 3, -alpha * x))

    centre, scale = stretch(m), (m + alpha * m * m) ** (1 / 6)

    def back(u: Array) -> Array:
        goal = np.maximum(centre + scale * u, 0.0)
        # In v = x^(2/3) the stretch is concave with slope 1.5 (1 + alpha x)^(-1/3), so that
        # Newton's steps rise to the root from any point below it.
        v = np.minimum(goal / 1.5, m ** (2 / 3))
        for _ in range(100):
            x = v**1.5
            step = (goal - stretch(x)) / (1.5 * (1 + alpha * x) ** (-1 / 3))
            v = np.maximum(v + step, 0.0)
            if not (np.abs(step) > 1e-13 * (1 + v)).any():
                break
        return np.asarray(v**1.5)

    return lambda x: (stretch(x) - centre) / scale, back


TRANSFORMATIONS: dict[str, Callable[[Array, float], Pair]] = {
    "standard": lambda m, alpha: _linear(m, np.sqrt(m)),
    "rossi": _rossi,
    "anscombe": lambda m, alpha: _anscombe(m, m ** (2 / 3)),
    "anscombe_second_order": lambda m, alpha: _anscombe(m, m ** (2 / 3) - m ** (-1 / 3) / 9),
    "pearson_negative_binomial": lambda m, alpha: _linear(m, np.sqrt(m + alpha * m * m)),
    "anscombe_negative_binomial": _anscombe_negative_binomial,
    "none": lambda m, alpha: _linear(np.zeros_like(m), 1.0),
}
