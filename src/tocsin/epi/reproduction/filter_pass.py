"""The filter's pass over the days of one series, as a kernel: predict, update by the count, weigh, report.

Under each hypothesis the state (x, s) is normal, or a mixture of a few normals where jumps are possible: one for each
likely day of the last jump. `State` columns are those of MEAN_X and so on.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import inner_kernel, kernel
from tocsin.epi.reproduction.mixtures import count_quantiles, folded_quantiles
from tocsin.epi.reproduction.one_count import log_constant, updated

__all__ = ["COLUMNS", "COV", "MEAN_S", "MEAN_X", "VAR_S", "VAR_X", "WEIGHT", "filter_series"]

WEIGHT, MEAN_X, MEAN_S, VAR_X, COV, VAR_S = range(6)
COLUMNS = 6
ASLEEP = 1e-8  # a hypothesis less likely than this is not followed any further
UNLIKELY = 1e-3  # a day of the last jump less likely than this is forgotten
SEEN = 2e-5  # what adds less than this to a distribution is left out of its quantiles


@inner_kernel
def _predict(
    state: NDArray[np.float64], n: int, eta2: float, zeta2: float, phi: float, p: float, jump_variance: float
) -> int:
    """One day on; number of normals then."""
    if p > 0:
        mean, square = 0.0, 0.0
        for c in range(n):
            mean += state[c, WEIGHT] * state[c, MEAN_X]
            square += state[c, WEIGHT] * (state[c, MEAN_X] ** 2 + state[c, VAR_X])
            state[c, WEIGHT] *= 1 - p
        state[n, :] = 0.0
        state[n, WEIGHT] = p
        state[n, MEAN_X] = mean
        state[n, VAR_X] = square - mean * mean + jump_variance
        n += 1
    for c in range(n):
        s, kept, cov = state[c, MEAN_S] * phi, state[c, VAR_S] * phi * phi, state[c, COV] * phi
        state[c, MEAN_X] += s
        state[c, MEAN_S] = s
        state[c, VAR_X] += 2 * cov + kept + zeta2 + eta2
        state[c, COV] = cov + kept + zeta2
        state[c, VAR_S] = kept + zeta2
        # x and its mirror image are one R: follow the one that is above 0.
        if state[c, MEAN_X] < 0:
            state[c, MEAN_X] = -state[c, MEAN_X]
            state[c, MEAN_S] = -s
    return n


@inner_kernel
def _update(state: NDArray[np.float64], n: int, count: float, Lambda: float, inverse_k: float) -> float:
    """Log of the count's probability, less its constant."""
    top = -np.inf
    for c in range(n):
        v = state[c, VAR_X]
        log_z, x, variance = updated(state[c, MEAN_X], v, count, Lambda, inverse_k)
        gain = state[c, COV] / v
        state[c, MEAN_S] += gain * (x - state[c, MEAN_X])
        state[c, VAR_S] += gain * gain * variance - gain * state[c, COV]
        state[c, COV] = gain * variance
        state[c, MEAN_X] = x
        state[c, VAR_X] = variance
        state[c, WEIGHT] = log_z + math.log(state[c, WEIGHT])
        top = max(top, state[c, WEIGHT])
    total = 0.0
    for c in range(n):
        state[c, WEIGHT] = math.exp(state[c, WEIGHT] - top)
        total += state[c, WEIGHT]
    for c in range(n):
        state[c, WEIGHT] /= total
    return top + math.log(total)


@inner_kernel
def _prune(state: NDArray[np.float64], n: int, capacity: int) -> int:
    """Drop the least likely normals; number of those left."""
    while n > 1:
        least = 0
        for c in range(1, n):
            if state[c, WEIGHT] < state[least, WEIGHT]:
                least = c
        if n <= capacity and state[least, WEIGHT] > UNLIKELY:
            break
        rest = 1 - state[least, WEIGHT]
        n -= 1
        for c in range(n):
            if c >= least:
                state[c, :] = state[c + 1, :]
            state[c, WEIGHT] /= rest
    return n


@inner_kernel
def _gather(
    states: NDArray[np.float64],
    n: NDArray[np.int64],
    weight: NDArray[np.float64],
    inverse_k: NDArray[np.float64],
    w: NDArray[np.float64],
    m: NDArray[np.float64],
    v: NDArray[np.float64],
    k: NDArray[np.float64],
) -> int:
    """All normals of all hypotheses that matter, with weights that add up to 1; their number."""
    found, total = 0, 0.0
    for h in range(len(weight)):
        for c in range(n[h]):
            here = weight[h] * states[h, c, WEIGHT]
            if here > SEEN:
                w[found], m[found], v[found] = here, states[h, c, MEAN_X], states[h, c, VAR_X]
                k[found] = inverse_k[h]
                total += here
                found += 1
    for c in range(found):
        w[c] /= total
    return found


@inner_kernel
def _weigh(
    states: NDArray[np.float64],
    n: NDArray[np.int64],
    weight: NDArray[np.float64],
    log_weight: NDArray[np.float64],
    told: bool,
    count: float,
    Lambda: float,
    inverse_k: NDArray[np.float64],
    capacity: NDArray[np.int64],
) -> float:
    """Update all hypotheses by the day's count, if it tells anything; log of the count's probability, or nan."""
    best, constant, of = -np.inf, 0.0, -1.0
    for h in range(len(weight)):
        if weight[h] > ASLEEP:
            if told:
                if inverse_k[h] != of:  # hypotheses of one k stand together
                    constant, of = log_constant(count, inverse_k[h]), inverse_k[h]
                log_weight[h] += _update(states[h], n[h], count, Lambda, inverse_k[h]) + constant
            n[h] = _prune(states[h], n[h], capacity[h])
            best = max(best, log_weight[h])
        else:
            log_weight[h] = -np.inf
    total = 0.0
    for h in range(len(weight)):
        weight[h] = math.exp(log_weight[h] - best)
        total += weight[h]
    for h in range(len(weight)):
        weight[h] /= total
        log_weight[h] -= best + math.log(total)
    return best + math.log(total) if told else np.nan


@inner_kernel
def _moments(
    w: NDArray[np.float64], m: NDArray[np.float64], v: NDArray[np.float64], n: int
) -> tuple[float, float, float, float]:
    """Mean and sd of R = x^2 / 4, and of x, of the first n normals of x."""
    first, second, x = 0.0, 0.0, 0.0
    for c in range(n):
        square = m[c] * m[c]
        x += w[c] * m[c]
        first += w[c] * (square + v[c]) / 4
        second += w[c] * (square * square + 6 * square * v[c] + 3 * v[c] * v[c]) / 16
    return first, math.sqrt(max(second - first * first, 0.0)), x, math.sqrt(max(4 * first - x * x, 0.0))


@kernel
def filter_series(
    counts: NDArray[np.float64],
    Lambda: NDArray[np.float64],
    eta2: NDArray[np.float64],
    zeta2: NDArray[np.float64],
    phi: NDArray[np.float64],
    jump_p: NDArray[np.float64],
    jump_variance: NDArray[np.float64],
    inverse_k: NDArray[np.float64],
    capacity: NDArray[np.int64],
    states: NDArray[np.float64],
    n: NDArray[np.int64],
    weight: NDArray[np.float64],
    first_day: int,
    levels: NDArray[np.float64],
    z: NDArray[np.float64],
    from_day: int,
    foresee: bool,
    history: NDArray[np.float64],
    sizes: NDArray[np.int64],
    mean: NDArray[np.float64],
    sd: NDArray[np.float64],
    root: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    predicted: NDArray[np.float64],
    log_score: NDArray[np.float64],
) -> None:
    """Follow one series from `first_day` to its end; what is known before is changed into what is known then.

    counts, Lambda    (days,), (days + 1,) nan or 0 where a day says nothing
    states, n, weight (H, normals, COLUMNS), (H,), (H,) before `first_day`; a day's own change comes with it
    from_day          first day that is reported on
    foresee           whether the quantiles of each day's count are wanted, as of the day before; of the day after the
                      last they are always made
    history, sizes    (days, H, normals, COLUMNS), (days, H) what a smoother needs; of no days if it is not wanted
    mean, sd, root, quantiles, predicted, log_score
                      (days,) of R, (days, 2) mean and sd of x, (days, levels) of R; of counts (days + 1, levels),
                      (days,) from `from_day` on
    """
    days, H = len(counts), len(eta2)
    log_weight = np.log(weight)
    w, m, v, k, s = np.empty((5, H * states.shape[1]))
    for t in range(first_day, days + 1):
        if t == days:
            # The day after the last is only foretold: what is known at the end stays as it is.
            states, n = states.copy(), n.copy()
        if t > 0:
            for h in range(H):
                if weight[h] > ASLEEP:
                    n[h] = _predict(states[h], n[h], eta2[h], zeta2[h], phi[h], jump_p[h], jump_variance[h])
        if t == days or (foresee and t >= from_day):
            if Lambda[t] > 0:
                found = _gather(states, n, weight, inverse_k, w, m, v, k)
                count_quantiles(w, m, v, k, found, Lambda[t], levels, z, predicted[t])
            if t == days:
                break
        told = Lambda[t] > 0 and not np.isnan(counts[t])
        log_score[t] = _weigh(states, n, weight, log_weight, told, counts[t], Lambda[t], inverse_k, capacity)
        if len(sizes):
            history[t] = states
            sizes[t] = n
        if t >= from_day:
            found = _gather(states, n, weight, inverse_k, w, m, v, k)
            mean[t], sd[t], root[t, 0], root[t, 1] = _moments(w, m, v, found)
            for c in range(found):
                s[c] = math.sqrt(v[c])
            folded_quantiles(w, m, s, found, levels, z, quantiles[t])
            for i in range(len(levels)):
                quantiles[t, i] = quantiles[t, i] ** 2 / 4
