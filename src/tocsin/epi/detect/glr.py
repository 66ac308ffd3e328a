"""What the Poisson and the negative binomial GLR charts share: means, the run, and the general kernel.

For a change at k, l_k = sup over theta of the sum over t = k..n of log f_theta(x_t) / f_0(x_t);
GLR(n) is the largest l_k, and the chart signals and starts anew when it reaches the limit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.compilation import kernel
from tocsin.epi.detect.chart import Chart, ChartDetection, chart, chart_detection
from tocsin.epi.detect.in_control import fit_alpha, fit_mean, parameters, seasonal_design
from tocsin.epi.detect.panel import Evaluate, Exclude, whole_number
from tocsin.epi.errors import InvalidOption
from tocsin.epi.threads import over_chunks

__all__ = ["Change", "Direction", "Options", "run_glr", "scan"]

Array = NDArray[np.float64]
Change = Literal["intercept", "epi"]
Direction = Literal["inc", "dec"]
CHUNK = 64  # series; their fits and scans take milliseconds each, so that small chunks share out evenly


@dataclass(frozen=True, slots=True)
class Options:
    """Options of both charts, as their docstrings explain them; overdispersion (alpha below) 0 is Poisson."""

    limit: float
    mu0: ArrayLike | None
    harmonics: int
    trend: bool
    overdispersion: float | None
    window: int | None
    min_window: int
    change: str
    direction: str
    periods_per_year: float
    run_in: int

    def __post_init__(self) -> None:
        if not self.limit > 0:
            raise InvalidOption(f"limit is {self.limit!r}; it must be above 0")
        if self.change not in ("intercept", "epi"):
            raise InvalidOption(f"change is {self.change!r}; it must be 'intercept' or 'epi'")
        if self.direction not in ("inc", "dec"):
            raise InvalidOption(f"direction is {self.direction!r}; it must be 'inc' or 'dec'")
        if self.change == "epi" and self.direction == "dec":
            raise InvalidOption("direction='dec' has no meaning for change='epi', which adds cases; use 'intercept'")
        if self.overdispersion is not None and not self.overdispersion >= 0:
            raise InvalidOption(
                f"overdispersion is {self.overdispersion!r}; it must be at least 0, or None to estimate it"
            )
        if self.overdispersion is None and self.mu0 is not None:
            raise InvalidOption(
                "overdispersion=None is estimated together with the mean, but mu0 is given; give overdispersion as well"
            )
        whole_number("harmonics", self.harmonics, least=0)
        whole_number("min_window", self.min_window, least=1)
        if self.window is not None and whole_number("window", self.window, least=1) < self.min_window - 1:
            raise InvalidOption(
                f"window={self.window} looks back on {self.window + 1} periods, fewer than min_window={self.min_window}"
            )

    def named(self, method: str) -> Mapping[str, object]:
        """As the caller gave them, an array of means only named."""
        given = {name: getattr(self, name) for name in self.__slots__}
        given["mu0"] = self.mu0 if self.mu0 is None or np.ndim(self.mu0) == 0 else "given"
        if method == "glr_poisson":
            del given["overdispersion"]
        return given

    @property
    def sign(self) -> int:
        return 1 if self.direction == "inc" else -1


Scan = Callable[[Array, Array, NDArray[np.bool_], Array, "Options", Array, Array], None]


def run_glr(
    method: str,
    counts: ArrayLike,
    dates: ArrayLike | None,
    evaluate: Evaluate,
    exclude: Exclude,
    jobs: int | None,
    options: Options,
    scan: Scan,
) -> ChartDetection:
    """Find each series' in-control mean and alpha, and have `scan` fill in statistic and threshold."""
    learns = options.mu0 is None
    c = chart(
        counts,
        dates,
        evaluate,
        exclude,
        run_in=options.run_in,
        training=int(2 * options.periods_per_year) if learns else 0,
        least_training=parameters(options.harmonics, options.trend) + 1 if learns else 0,
    )
    observed = c.p.observed()
    expected, threshold, statistic, dispersion = np.empty((4, *observed.shape))
    given = None if options.mu0 is None else _given_mean(options.mu0, c)

    def work(rows: slice) -> None:
        x, keep = c.run(rows)
        mean, alpha = _learned(c, rows, options) if given is None else (given[rows].copy(), _alphas(x, options))
        G, limit = np.zeros(x.shape), np.full(x.shape, np.nan)
        scan(x, mean, keep, alpha, options, G, limit)
        expected[rows], statistic[rows], threshold[rows] = mean[:, c.shown], G[:, c.shown], limit[:, c.shown]
        dispersion[rows] = 1 + alpha[:, np.newaxis] * mean[:, c.shown]

    over_chunks(work, observed.shape[0], jobs=jobs, chunk=CHUNK)
    estimated = dispersion if method == "glr_negative_binomial" else None
    named = options.named(method)
    return chart_detection(method, named, c, observed, expected, threshold, statistic, options.limit, estimated)


def _given_mean(mu0: ArrayLike, c: Chart) -> Array:
    mean = np.asarray(mu0, dtype=np.float64)
    shape = (c.p.counts.shape[0], c.stop - c.start)
    try:
        full = np.broadcast_to(mean, shape)
    except ValueError:
        raise InvalidOption(
            f"mu0 has shape {mean.shape}; it must be one number, or fit {shape}: series by periods of the chart"
        ) from None
    if (mean <= 0).any():
        raise InvalidOption(f"mu0 holds {mean.min():g}; the in-control mean must be above 0")
    return full


def _alphas(x: Array, options: Options) -> Array:
    assert options.overdispersion is not None
    return np.full(x.shape[0], float(options.overdispersion))


def _learned(c: Chart, rows: slice, options: Options) -> tuple[Array, Array]:
    """(rows, run) in-control means and (rows,) alpha, from the periods before the chart."""
    y = c.training(rows)
    design = seasonal_design(
        c.stop,
        c.start,
        harmonics=options.harmonics,
        trend=options.trend,
        periods_per_year=options.periods_per_year,
    )
    if options.overdispersion is None:
        beta, alpha = fit_alpha(y, design[: c.start])
    else:
        alpha = _alphas(y, options)
        beta = fit_mean(y, design[: c.start], alpha)
    return np.exp(beta @ design[c.start :].T), alpha


def scan(
    x: Array, mean: Array, keep: NDArray[np.bool_], alpha: Array, options: Options, G: Array, limit: Array
) -> None:
    """The chart for either distribution and either change, with theta found by Newton's method."""
    window = x.shape[1] if options.window is None else options.window
    epi = options.change == "epi"
    _run(x, mean, keep, alpha, epi, options.sign, options.limit, window, options.min_window, G, limit)


@kernel
def _run(
    x: Array,
    mean: Array,
    keep: NDArray[np.bool_],
    alpha: Array,
    epi: bool,
    sign: int,
    c: float,
    window: int,
    shortest: int,
    G: Array,
    limit: Array,
) -> None:
    """h, m, q are the counts, means and counts before of the run since the last signal; m = 0 is a gap.

    thetas and gains keep the best theta and l_k of each k: a start for the next search, and a bound.
    """
    periods = x.shape[1]
    candidates, thetas, gains = np.empty(periods, np.int64), np.empty(periods), np.empty(periods)
    for i in range(x.shape[0]):
        h, m, q = np.zeros(periods), np.zeros(periods), np.zeros(periods)
        reset, carried, before = 0, 0.0, 0.0
        thetas[:] = 0.0
        for n in range(periods):
            G[i, n] = carried
            if np.isnan(x[i, n]) or np.isnan(mean[i, n]):
                before = 0.0
                continue
            h[n], m[n], q[n] = x[i, n], mean[i, n], before
            first, last = max(reset, n - window), n - shortest + 1
            G[i, n] = 0.0
            if last >= first:
                G[i, n], rate = _largest(h, m, q, alpha[i], epi, sign, first, last, n, thetas, gains)
                limit[i, n] = _count_at_limit(
                    h, m, q, alpha[i], epi, sign, first, last, n, c, G[i, n], rate, thetas, gains, candidates
                )
            h[n] = x[i, n]
            if not keep[i, n]:
                h[n], m[n], before = 0.0, 0.0, 0.0
                continue
            before = x[i, n]
            carried = G[i, n]
            if G[i, n] >= c and last >= first:
                reset, carried = n + 1, 0.0


@kernel
def _largest(
    h: Array, m: Array, q: Array, a: float, epi: bool, sign: int, first: int, last: int, n: int,
    thetas: Array, gains: Array,
) -> tuple[float, float]:  # fmt: skip
    """GLR(n) over changes from first to last, and its derivative in x_n."""
    best, rate, theta, score = 0.0, 0.0, 0.0, 0.0
    for k in range(n, first - 1, -1):
        if m[k] > 0:
            score += (q[k] / m[k] if epi else 1.0) * (h[k] - m[k]) / (1 + a * m[k])
        gains[k] = 0.0
        # Where l_k is concave in theta and falls from theta = 0 on, theta = 0 is best and l_k = 0.
        if k <= last and (sign * score > 0 or (epi and a > 0)):
            theta = _best_theta(h, m, q, a, epi, sign, k, n, thetas[k] if thetas[k] != 0 else theta)
            thetas[k], gains[k] = theta, _gain(h, m, q, a, epi, k, n, theta)
            if gains[k] > best:
                best, rate = gains[k], _rate(m[n], q[n], a, epi, theta)
    return best, rate


@kernel
def _count_at_limit(
    h: Array, m: Array, q: Array, a: float, epi: bool, sign: int, first: int, last: int, n: int,
    c: float, G: float, rate: float, thetas: Array, gains: Array, candidates: NDArray[np.int64],
) -> float:  # fmt: skip
    """The count x_n at which GLR(n) = c.

    GLR is the supremum of functions linear in x_n, hence convex: Newton's method from beyond the
    root comes down to it without overshooting, and a k whose l_k is below c there can be dropped.
    """
    if epi and q[n] == 0:
        return np.inf
    seen = h[n]
    steepest = np.log1p(1 / (a * m[n])) if a > 0 else np.inf
    if sign < 0:
        x = 0.0
    elif rate > 0:
        x = max(seen + (c - G) / rate, 0.0)
    else:
        x = m[n] + c + np.sqrt(2 * c * m[n] * (1 + a * m[n]))
    beyond, number = False, 0
    for _ in range(200):
        h[n] = x
        if not beyond:
            number = _candidates(
                first, last, c, max(x - seen, 0.0) * steepest if sign > 0 else np.inf, gains, candidates
            )
        top, rate, number = _above(h, m, q, a, epi, sign, n, c, thetas, candidates, number)
        if number == 0 and (beyond or sign < 0):
            return x if beyond else -np.inf
        if number == 0:
            x = 2 * x + 1
            continue
        beyond = True
        step = (top - c) / rate
        x = max(x - step, 0.0)
        if x == 0 or abs(step) < 1e-13 * (1 + x):
            return x
    return x


@kernel
def _candidates(
    first: int, last: int, c: float, gain_at_most: float, gains: Array, candidates: NDArray[np.int64]
) -> int:
    """The k whose l_k may reach c when x_n rises so far that none gains more than this; their number."""
    number = 0
    for k in range(last, first - 1, -1):
        if not gains[k] + gain_at_most < c:
            candidates[number] = k
            number += 1
    return number


@kernel
def _above(
    h: Array, m: Array, q: Array, a: float, epi: bool, sign: int, n: int, c: float, thetas: Array,
    candidates: NDArray[np.int64], number: int,
) -> tuple[float, float, int]:  # fmt: skip
    """Keep the candidates k with l_k of at least c; the largest l_k, its derivative in x_n, how many are kept."""
    top, rate, left, theta = -1.0, 0.0, 0, 0.0
    for j in range(number):
        k = candidates[j]
        theta = _best_theta(h, m, q, a, epi, sign, k, n, thetas[k] if thetas[k] != 0 else theta)
        gain = _gain(h, m, q, a, epi, k, n, theta)
        if gain >= c:
            candidates[left] = k
            left += 1
            if gain > top:
                top, rate = gain, _rate(m[n], q[n], a, epi, theta)
    return top, rate, left


@kernel
def _best_theta(h: Array, m: Array, q: Array, a: float, epi: bool, sign: int, k: int, n: int, theta: float) -> float:
    """theta that maximises l_k, on the side of 0 that `sign` names: kappa, or lambda for epi."""
    low, high = 0.0, np.inf
    theta = abs(theta)
    if epi and a > 0:
        low, theta, high = _highest_of_grid(h, m, q, a, epi, k, n)
    if theta == 0:
        slope, information = _slope(h, m, q, a, epi, k, n, 0.0)
        if not sign * slope > 0:
            return 0.0
        theta = min(sign * slope / information, 1.0)
    for _ in range(100):
        slope, information = _slope(h, m, q, a, epi, k, n, sign * theta)
        if sign * slope > 0:
            low = theta
        else:
            high = theta
        new = theta + sign * slope / information
        if new > high or new < low:
            new = (low + high) / 2
        new = min(new, 2 * theta + 1)
        # Newton's last step leaves the square of its length, and l_k, at its top, the square of that.
        if abs(new - theta) < 1e-6 * (1 + theta) or new > 1e6 or (sign < 0 and new > 40):
            return sign * new
        theta = new
    return sign * theta


@kernel
def _highest_of_grid(h: Array, m: Array, q: Array, a: float, epi: bool, k: int, n: int) -> tuple[float, float, float]:
    """The best lambda of a grid and its neighbours: with alpha > 0 the epidemic l_k may have several maxima."""
    top = 0.0  # beyond the largest ratio l_k only falls
    for t in range(k, n + 1):
        if m[t] > 0 and q[t] > 0:
            top = max(top, (h[t] - m[t]) / q[t])
    if top == 0:
        return 0.0, 0.0, 0.0
    best, gain = 0.0, 0.0
    point = top
    for _ in range(8):
        here = _gain(h, m, q, a, epi, k, n, point)
        if here > gain:
            best, gain = point, here
        point /= 4
    if best == 0:
        return 0.0, 0.0, 4 * point
    return best / 4, best, min(4 * best, top)


@kernel
def _slope(h: Array, m: Array, q: Array, a: float, epi: bool, k: int, n: int, theta: float) -> tuple[float, float]:
    """First derivative of l_k in theta, and minus the second (its expectation where that is not above 0)."""
    growth = np.exp(theta) if not epi else 1.0
    slope, curvature, expected = 0.0, 0.0, 0.0
    for t in range(k, n + 1):
        if m[t] > 0:
            if epi:
                mu = m[t] + theta * q[t]
                v = mu * (1 + a * mu)
                d = q[t] / v
                slope += d * (h[t] - mu)
                curvature += d * d * (v + (h[t] - mu) * (1 + 2 * a * mu))
                expected += d * d * v
            else:
                mu = m[t] * growth
                v = 1 + a * mu
                slope += (h[t] - mu) / v
                curvature += mu * (1 + a * h[t]) / (v * v)
    return slope, curvature if curvature > 0 else expected


@kernel
def _gain(h: Array, m: Array, q: Array, a: float, epi: bool, k: int, n: int, theta: float) -> float:
    """l_k at theta."""
    total = 0.0
    if theta == 0:
        return total
    growth = np.exp(theta) if not epi else 1.0
    for t in range(k, n + 1):
        if m[t] > 0:
            mu = m[t] + theta * q[t] if epi else m[t] * growth
            log_ratio = np.log(mu / m[t]) if epi else theta
            if a < 1e-12:
                total += h[t] * log_ratio - (mu - m[t])
            else:
                total += h[t] * log_ratio - (h[t] + 1 / a) * np.log1p(a * (mu - m[t]) / (1 + a * m[t]))
    return total


@kernel
def _rate(m: float, q: float, a: float, epi: bool, theta: float) -> float:
    """Derivative of l_k in x_n; theta, being best, adds nothing to it."""
    mu = m + theta * q if epi else m * np.exp(theta)
    log_ratio: float = np.log(mu / m) if epi else theta
    return log_ratio - float(np.log1p(a * (mu - m) / (1 + a * m)))
