"""The reproduction number of each past day as it is known today: the filter's models, run backwards.

Godsill SJ, Doucet A, West M (2004). Monte Carlo smoothing for nonlinear time series. Journal of the American
Statistical Association 99(465):156-168. doi:10.1198/016214504000000151. Their backward simulation, for the models of
`renewal_filter`: a model is drawn by its weight today, its state today, and then each day's state given the next day's,

    p(z_t | z_t+1, I_1..t) is proportional to p(z_t+1 | z_t) p(z_t | I_1..t)
"""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.compilation import inner_kernel, kernel
from tocsin.epi.detect.panel import whole_number
from tocsin.epi.quantiles import LEVELS
from tocsin.epi.reproduction.estimate import Reproduction, reasons
from tocsin.epi.reproduction.filter_models import FilterModels, hypotheses
from tocsin.epi.reproduction.filter_pass import COLUMNS, COV, MEAN_S, MEAN_X, VAR_S, VAR_X, WEIGHT
from tocsin.epi.reproduction.renewal_filter import Before, checked_input, empty_pass, follow
from tocsin.epi.threads import over_chunks

__all__ = ["renewal_smoother"]


def renewal_smoother(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    *,
    rng: np.random.Generator,
    draws: int = 400,
    dates: ArrayLike | None = None,
    imported: ArrayLike | None = None,
    dispersion: float | Literal["estimate"] = "estimate",
    before: Before = "alike",
    models: FilterModels | None = None,
    levels: Sequence[float] = LEVELS,
    jobs: int | None = None,
) -> Reproduction:
    """R of each day from the counts of all days, for looking back; on the last day it is the filter's.

    draws    trajectories of R from which mean, sd and quantiles are taken
    rng      source of all randomness; results do not depend on `jobs`
    returns  windows are single days, from the second on
    raises   InvalidCounts, InvalidDates, InvalidDelay, InvalidOption, HistoryTooShort

    All else as in `renewal_filter`.
    """
    given = checked_input(incidence, serial_interval, dates, imported, dispersion, before, models, levels)
    whole_number("draws", draws, least=2)
    I = given.incidence  # noqa: E741 - the paper's symbol
    table = hypotheses(given.models)
    series, days = I.counts.shape
    q = given.levels
    mean, sd = np.full((2, series, days), np.nan)
    quantiles = np.full((series, days, len(q)), np.nan)
    silent = I.without_cases()
    sources = rng.spawn(series)

    def work(rows: slice) -> None:
        shape = (days, len(table.eta2), int(table.capacity.max()) + 1, COLUMNS)
        history = np.zeros(shape), np.zeros(shape[:2], dtype=np.int64)
        for i in range(rows.start, rows.stop):
            if silent[i]:
                continue
            known = table.before_the_first_day(given.models.start)
            out = empty_pass(days, 1)
            follow(given.local[i], given.Lambda[i], table, known, np.array([0.5]), out, from_day=days, history=history)
            R = np.empty((days, draws))
            _backwards(
                *history, known[2], table.eta2, table.zeta2, table.phi, table.jump_p, table.jump_variance,
                sources[i].random((days + 1, draws)), sources[i].standard_normal((2, days, draws)), R,
            )  # fmt: skip
            mean[i], sd[i] = R.mean(axis=1), R.std(axis=1, ddof=1)
            quantiles[i] = np.quantile(R, q, axis=1).T

    over_chunks(work, series, jobs=jobs, chunk=max(1, min(16, series // 8)))
    day = np.arange(1, days)
    return Reproduction(
        method="smoother",
        options={"dispersion": dispersion, "before": before, "models": given.models, "draws": draws},
        t_start=day,
        t_end=day,
        dates=None if I.dates is None else I.dates[day],
        levels=q,
        mean=mean[:, day],
        sd=sd[:, day],
        quantiles=quantiles[:, day],
        reason=reasons(silent),
    )


@inner_kernel
def _pick(weights: NDArray[np.float64], n: int, u: float) -> int:
    """Which of the first n is drawn, by a number from 0 to 1."""
    total = 0.0
    for c in range(n):
        total += weights[c]
    left = u * total
    for c in range(n):
        left -= weights[c]
        if left < 0:
            return c
    return n - 1


@inner_kernel
def _state(m: float, s: float, P: NDArray[np.float64], z1: float, z2: float) -> tuple[float, float]:
    """Draw x and s of mean m, s and covariance P = (var x, cov, var s)."""
    sd = math.sqrt(max(P[0], 0.0))
    slope = P[1] / P[0] if P[0] > 0 else 0.0
    rest = math.sqrt(max(P[2] - slope * P[1], 0.0))
    return m + sd * z1, s + slope * sd * z1 + rest * z2


@kernel
def _backwards(
    history: NDArray[np.float64],
    sizes: NDArray[np.int64],
    weight: NDArray[np.float64],
    eta2: NDArray[np.float64],
    zeta2: NDArray[np.float64],
    phi: NDArray[np.float64],
    jump_p: NDArray[np.float64],
    jump_variance: NDArray[np.float64],
    u: NDArray[np.float64],
    z: NDArray[np.float64],
    R: NDArray[np.float64],
) -> None:
    """Fill R (days, draws) by uniform u (days + 1, draws) and standard normal z (2, days, draws)."""
    days, draws = R.shape
    normals = history.shape[2]
    chance = np.empty(2 * normals)
    P = np.empty(3)
    for d in range(draws):
        h = _pick(weight, len(weight), u[days, d])
        last = history[days - 1, h]
        c = _pick(last[:, WEIGHT], sizes[days - 1, h], u[days - 1, d])
        P[0], P[1], P[2] = last[c, VAR_X], last[c, COV], last[c, VAR_S]
        x, s = _state(last[c, MEAN_X], last[c, MEAN_S], P, z[0, days - 1, d], z[1, days - 1, d])
        R[days - 1, d] = x * x / 4
        for t in range(days - 2, -1, -1):
            state = history[t, h]
            n = sizes[t, h]
            if zeta2[h] > 0:
                x, s = _trend_before(state[0], x, s, eta2[h], zeta2[h], phi[h], P, z[0, t, d], z[1, t, d])
            else:
                top = -np.inf
                kinds = 2 if jump_p[h] > 0 else 1
                for c in range(n):
                    for kind in range(kinds):
                        v = state[c, VAR_X] + eta2[h] + (jump_variance[h] if kind else 0.0)
                        log_p = math.log(state[c, WEIGHT]) - 0.5 * ((x - state[c, MEAN_X]) ** 2 / v + math.log(v))
                        if kinds == 2:
                            log_p += math.log(jump_p[h] if kind else 1 - jump_p[h])
                        chance[2 * c + kind] = log_p
                        top = max(top, log_p)
                    if kinds == 1:
                        chance[2 * c + 1] = -np.inf
                for c in range(2 * n):
                    chance[c] = math.exp(chance[c] - top)
                drawn = _pick(chance, 2 * n, u[t, d])
                c = drawn // 2
                change = eta2[h] + (jump_variance[h] if drawn % 2 else 0.0)
                gain = state[c, VAR_X] / (state[c, VAR_X] + change)
                x = state[c, MEAN_X] + gain * (x - state[c, MEAN_X])
                x += math.sqrt(state[c, VAR_X] * (1 - gain)) * z[0, t, d]
            R[t, d] = x * x / 4


@inner_kernel
def _trend_before(
    state: NDArray[np.float64],
    x: float,
    s: float,
    eta2: float,
    zeta2: float,
    phi: float,
    P: NDArray[np.float64],
    z1: float,
    z2: float,
) -> tuple[float, float]:
    """x and s of the day before, of a model with trend."""
    vx, cov, vs = state[VAR_X], state[COV], state[VAR_S]
    # Variance of tomorrow's x and s, and covariance of today's with them.
    kept = phi * phi * vs
    a, b, d = vx + 2 * phi * cov + kept + zeta2 + eta2, phi * cov + kept + zeta2, kept + zeta2
    xx, xs, sx, ss = vx + phi * cov, phi * cov, cov + phi * vs, phi * vs
    det = a * d - b * b
    g00, g01 = (xx * d - xs * b) / det, (xs * a - xx * b) / det
    g10, g11 = (sx * d - ss * b) / det, (ss * a - sx * b) / det
    off_x = x - state[MEAN_X] - phi * state[MEAN_S]
    off_s = s - phi * state[MEAN_S]
    P[0] = vx - g00 * xx - g01 * xs
    P[1] = cov - g00 * sx - g01 * ss
    P[2] = vs - g10 * sx - g11 * ss
    return _state(state[MEAN_X] + g00 * off_x + g01 * off_s, state[MEAN_S] + g10 * off_x + g11 * off_s, P, z1, z2)
