"""Quasi-Poisson regression of many short series on one shared design, as R's glm fits it.

The model of one series is  log mu_i = alpha_g(i) + beta t_i + log m_i : a level for each
group of rows (the seasonal factor; one group if there is none), a common trend and an offset.
It is fitted by iteratively reweighted least squares, once plainly and once with rows of high
Anscombe residual weighted down (Farrington et al. 1996, Noufaily et al. 2013).

The figures depend on the path: R stops at a relative change of deviance below 1e-8, after
which the level of an empty group would go on falling for ever. The same start, the same stop and
the same 25 iterations are kept here, so that results agree to rounding and not merely to the
tolerance.

What makes it fast:

- All series share rows, groups and times, so the normal equations are sums over groups (a
  block of ones for each group, one column for the trend) and are solved without a matrix.
- LANES series go through each step together in the innermost loops, which the compiler
  turns into vector code; no loop over groups or rows is ever the innermost.
- After the first step the counts enter an iteration only by their sums over groups.

The symbols: y counts, m offset factor (population, or 1), omega prior weight (0 for a row that is
missing), u = e^{beta t}, a = e^{alpha}; s0, s1, s2 sums over a group of omega mu, omega mu t and
omega mu t^2. The arrays are those of a `Block`, which names them.
"""

import numpy as np

from tocsin.epi.compilation import inner_kernel
from tocsin.epi.detect.regression_block import (
    A_BEFORE,
    ACTIVE,
    ALPHA,
    ALPHA_BEFORE,
    BETA,
    BETA_BEFORE,
    CENTRE,
    CONSTANT,
    CONVERGED,
    DATA_CONSTANT,
    DATA_S0,
    DATA_S1,
    DATA_S2,
    DATA_SCORE,
    DATA_SCORE_T,
    DATA_TOTAL,
    DATA_Y_T,
    DEGREES,
    DENOMINATOR,
    DEVIANCE,
    EXPOSURE,
    F0,
    FACTOR,
    FACTOR_BEFORE,
    FITTING,
    INVERSE,
    INVERSE_SPREAD,
    MAGNITUDE,
    MU,
    NUMERATOR,
    OMEGA,
    OUTLIER_WEIGHT,
    OUTLIERS,
    PHI,
    PHI_PRIOR,
    PHI_WEIGHTED,
    RATE,
    ROWS_USED,
    S0,
    S1,
    S2,
    SCALE,
    SCORE,
    SCORE_T,
    SPREAD,
    STEP,
    TOTAL,
    U_BEFORE,
    WEIGHT,
    WITH_TREND,
    Y_T,
    A,
    Block,
    Design,
    M,
    U,
    V,
    Y,
    Z,
)
from tocsin.epi.elementary import exp

__all__ = ["fit"]

MAX_ITERATIONS = 25
TOLERANCE = 1e-8
SMALLEST_MEAN = np.finfo(np.float64).eps  # R's floor under a fitted mean
ROUNDING = 8 * np.finfo(np.float64).eps


@inner_kernel
def fit(b: Block, d: Design, lanes: int, trend: bool, reweight: bool, residual_threshold: float, offset: bool) -> None:
    """Fit the active lanes of a loaded block: plainly, then with outlying rows weighted down.

    Leaves the estimates and `converged`, which is that of the plain fit: R does not ask about the second.
    Lanes that did not converge are no longer active.
    """
    with_trend, scale = b.lanes[WITH_TREND], b.lanes[SCALE]
    active, fitting, converged = b.flags[ACTIVE], b.flags[FITTING], b.flags[CONVERGED]
    _sum_data(b, d, lanes)
    for j in range(lanes):
        scale[j] = 1.0
        fitting[j] = active[j]
        converged[j] = False
        with_trend[j] = 1.0 if trend else 0.0
    # One loop, so that the compiler lays out the iterations once for both fits.
    for attempt in range(2):
        _iterate(b, d, lanes, trend, offset)
        for j in range(lanes):
            active[j] = active[j] and (converged[j] or attempt == 1)
            converged[j] = converged[j] or (fitting[j] and attempt == 1)
        _residuals(b, d, lanes, offset)
        if not reweight or attempt == 1 or not _weigh_down_outliers(b, d, lanes, residual_threshold, offset):
            return


@inner_kernel
def _iterate(b: Block, d: Design, lanes: int, trend: bool, offset: bool) -> None:
    """Least squares until the deviance rests, for the lanes that are `fitting`."""
    alpha, a, scale = b.groups[ALPHA], b.groups[A], b.lanes[SCALE]
    _begin(b, d.n_groups, lanes)
    if not trend:
        _sum_exposure(b, d, lanes, offset)
    for iteration in range(MAX_ITERATIONS + 1):
        if iteration > 0:
            for g in range(d.n_groups):
                for j in range(lanes):
                    a[g, j] = scale[j] * exp(alpha[g, j])
            if trend:
                _sum_exposure_with_trend(b, d, lanes, offset)
            _score(b, d.n_groups, lanes, trend)
            if not _deviance_moves(b, d.n_groups, lanes) or iteration == MAX_ITERATIONS:
                return
        _solve(b, d.n_groups, lanes, trend, iteration == 0)


@inner_kernel
def _sum_data(b: Block, d: Design, lanes: int) -> None:
    """What the data give to the iterations when all rows weigh the same."""
    y, omega, z, v = b.rows[Y], b.rows[OMEGA], b.rows[Z], b.rows[V]
    data_s0, data_s1, data_s2 = b.groups[DATA_S0], b.groups[DATA_S1], b.groups[DATA_S2]
    data_score, data_total = b.groups[DATA_SCORE], b.groups[DATA_TOTAL]
    data_score_t, data_y_t, data_constant = b.lanes[DATA_SCORE_T], b.lanes[DATA_Y_T], b.lanes[DATA_CONSTANT]
    for g in range(d.n_groups):
        for j in range(lanes):
            data_s0[g, j] = 0.0
            data_s1[g, j] = 0.0
            data_s2[g, j] = 0.0
            data_score[g, j] = 0.0
            data_total[g, j] = 0.0
    for j in range(lanes):
        data_score_t[j] = 0.0
        data_y_t[j] = 0.0
        data_constant[j] = 0.0
    for r in range(d.row.size):
        g = d.group[r]
        t = d.t[r]
        # Several short loops: LLVM gives up vectorising where too many arrays might overlap.
        for j in range(lanes):
            mu = y[r, j] + 0.1 * omega[r, j]
            data_s0[g, j] += mu
            data_s1[g, j] += mu * t
            data_s2[g, j] += mu * (t * t)
        for j in range(lanes):
            data_score[g, j] += z[r, j]
            data_score_t[j] += z[r, j] * t
        for j in range(lanes):
            data_total[g, j] += y[r, j]
            data_y_t[j] += y[r, j] * t
            data_constant[j] += v[r, j] - y[r, j]


@inner_kernel
def _leave_out(b: Block, d: Design, r: int, j: int, share: float) -> None:
    """Take a share of one row out of what the data give."""
    y, t, g = b.rows[Y, r, j], d.t[r], d.group[r]
    b.groups[DATA_S0, g, j] -= share * (y + 0.1)
    b.groups[DATA_S1, g, j] -= share * (y + 0.1) * t
    b.groups[DATA_S2, g, j] -= share * (y + 0.1) * (t * t)
    b.groups[DATA_SCORE, g, j] -= share * b.rows[Z, r, j]
    b.groups[DATA_TOTAL, g, j] -= share * y
    b.lanes[DATA_SCORE_T, j] -= share * b.rows[Z, r, j] * t
    b.lanes[DATA_Y_T, j] -= share * y * t
    b.lanes[DATA_CONSTANT, j] -= share * (b.rows[V, r, j] - y)


@inner_kernel
def _begin(b: Block, n_groups: int, lanes: int) -> None:
    """The sums of the first step, whose means are y + 0.1, and those that stay."""
    s0, s1, s2, score, total = b.groups[S0], b.groups[S1], b.groups[S2], b.groups[SCORE], b.groups[TOTAL]
    data_s0, data_s1, data_s2 = b.groups[DATA_S0], b.groups[DATA_S1], b.groups[DATA_S2]
    data_score, data_total = b.groups[DATA_SCORE], b.groups[DATA_TOTAL]
    scale, deviance = b.lanes[SCALE], b.lanes[DEVIANCE]
    fitting, converged = b.flags[FITTING], b.flags[CONVERGED]
    for g in range(n_groups):
        for j in range(lanes):
            s0[g, j] = scale[j] * data_s0[g, j]
            s1[g, j] = scale[j] * data_s1[g, j]
            s2[g, j] = scale[j] * data_s2[g, j]
        for j in range(lanes):
            score[g, j] = scale[j] * data_score[g, j]
            total[g, j] = scale[j] * data_total[g, j]
    for j in range(lanes):
        b.lanes[SCORE_T, j] = scale[j] * b.lanes[DATA_SCORE_T, j]
        b.lanes[Y_T, j] = scale[j] * b.lanes[DATA_Y_T, j]
        b.lanes[CONSTANT, j] = scale[j] * b.lanes[DATA_CONSTANT, j]
        # Nothing rests after one step: R compares it with the start, which differs by 0.1 in every mean.
        deviance[j] = np.inf
        converged[j] = converged[j] and not fitting[j]


@inner_kernel
def _sum_exposure(b: Block, d: Design, lanes: int, offset: bool) -> None:
    exposure, f0 = b.rows[EXPOSURE if offset else OMEGA], b.groups[F0]
    for g in range(d.n_groups):
        for j in range(lanes):
            f0[g, j] = 0.0
    for r in range(d.row.size):
        g = d.group[r]
        for j in range(lanes):
            f0[g, j] += exposure[r, j]


@inner_kernel
def _sum_exposure_with_trend(b: Block, d: Design, lanes: int, offset: bool) -> None:
    """f0, s1, s2 for the present beta, still without the levels; u runs along the rows by its ratio."""
    exposure = b.rows[EXPOSURE if offset else OMEGA]
    f0, s1, s2 = b.groups[F0], b.groups[S1], b.groups[S2]
    beta, u, factor = b.lanes[BETA], b.lanes[U], b.lanes[FACTOR]
    for g in range(d.n_groups):
        for j in range(lanes):
            f0[g, j] = 0.0
            s1[g, j] = 0.0
            s2[g, j] = 0.0
    for j in range(lanes):
        factor[j] = exp(beta[j])
    r = 0
    while r < d.row.size:
        g = d.group[r]
        t = d.t[r]
        if not d.unit_step[r]:
            for j in range(lanes):
                u[j] = exp(beta[j] * t) / factor[j]
        if d.four[r]:
            for j in range(lanes):
                u1 = u[j] * factor[j]
                u2 = u1 * factor[j]
                u3 = u2 * factor[j]
                u4 = u3 * factor[j]
                u[j] = u4
                x1 = u1 * exposure[r, j]
                x2 = u2 * exposure[r + 1, j]
                x3 = u3 * exposure[r + 2, j]
                x4 = u4 * exposure[r + 3, j]
                # Moments about the first of the four, then moved to t.
                sum0 = (x1 + x2) + (x3 + x4)
                sum1 = x2 + 2.0 * x3 + 3.0 * x4
                sum2 = x2 + 4.0 * x3 + 9.0 * x4
                f0[g, j] += sum0
                s1[g, j] += t * sum0 + sum1
                s2[g, j] += t * (t * sum0 + 2.0 * sum1) + sum2
            r += 4
            continue
        for j in range(lanes):
            u[j] *= factor[j]
            x = u[j] * exposure[r, j]
            f0[g, j] += x
            s1[g, j] += x * t
            s2[g, j] += x * (t * t)
        r += 1


@inner_kernel
def _score(b: Block, n_groups: int, lanes: int, trend: bool) -> None:
    a, f0, s0, s1, s2 = b.groups[A], b.groups[F0], b.groups[S0], b.groups[S1], b.groups[S2]
    score, total = b.groups[SCORE], b.groups[TOTAL]
    score_t, y_t = b.lanes[SCORE_T], b.lanes[Y_T]
    for j in range(lanes):
        score_t[j] = y_t[j]
    for g in range(n_groups):
        for j in range(lanes):
            s0[g, j] = a[g, j] * f0[g, j]
            score[g, j] = total[g, j] - s0[g, j]
        if trend:
            for j in range(lanes):
                s1[g, j] *= a[g, j]
                s2[g, j] *= a[g, j]
                score_t[j] -= s1[g, j]


@inner_kernel
def _deviance_moves(b: Block, n_groups: int, lanes: int) -> bool:
    """Take the new deviance; mark the lanes where it rests; tell whether any still moves."""
    alpha, s0, total = b.groups[ALPHA], b.groups[S0], b.groups[TOTAL]
    beta, y_t, constant = b.lanes[BETA], b.lanes[Y_T], b.lanes[CONSTANT]
    half, deviance, magnitude = b.lanes[STEP], b.lanes[DEVIANCE], b.lanes[MAGNITUDE]
    fitting, converged = b.flags[FITTING], b.flags[CONVERGED]
    for j in range(lanes):
        half[j] = constant[j] - beta[j] * y_t[j]
        magnitude[j] = abs(constant[j])
    for g in range(n_groups):
        for j in range(lanes):
            half[j] += s0[g, j] - alpha[g, j] * total[g, j]
            magnitude[j] += abs(alpha[g, j] * total[g, j])
    moving = 0
    for j in range(lanes):
        new = 2.0 * half[j]
        # Where large counts are fitted all but perfectly, rounding is all that is left to change.
        least = max(TOLERANCE * (abs(new) + 0.1), ROUNDING * magnitude[j])
        rests = abs(new - deviance[j]) < least
        converged[j] = converged[j] or (fitting[j] and rests)
        moving += 1 if fitting[j] and not converged[j] else 0
        deviance[j] = new
    return moving > 0


@inner_kernel
def _solve(b: Block, n_groups: int, lanes: int, trend: bool, first: bool) -> None:
    """One step of least squares: the trend from within the groups, then the level of each."""
    alpha, alpha_before, score = b.groups[ALPHA], b.groups[ALPHA_BEFORE], b.groups[SCORE]
    s0, s1, s2 = b.groups[S0], b.groups[S1], b.groups[S2]
    beta, beta_before, step = b.lanes[BETA], b.lanes[BETA_BEFORE], b.lanes[STEP]
    numerator, denominator, score_t = b.lanes[NUMERATOR], b.lanes[DENOMINATOR], b.lanes[SCORE_T]
    fitting, converged = b.flags[FITTING], b.flags[CONVERGED]
    for j in range(lanes):
        numerator[j] = score_t[j]
        denominator[j] = 0.0
    if trend:
        for g in range(n_groups):
            for j in range(lanes):
                # A group without rows has s0 = 0 and takes no part.
                centre = s1[g, j] / s0[g, j] if s0[g, j] > 0.0 else 0.0
                numerator[j] -= centre * score[g, j]
                denominator[j] += s2[g, j] - centre * s1[g, j]
    for j in range(lanes):
        step[j] = numerator[j] / denominator[j] if trend and denominator[j] > 0.0 else 0.0
        moving = fitting[j] and not converged[j]
        old = 0.0 if first else beta[j]
        beta_before[j] = old if moving else beta_before[j]
        beta[j] = old + step[j] if moving else beta[j]
    for g in range(n_groups):
        for j in range(lanes):
            moving = fitting[j] and not converged[j]
            change = (score[g, j] - step[j] * s1[g, j]) / s0[g, j] if s0[g, j] > 0.0 else 0.0
            old = 0.0 if first else alpha[g, j]
            alpha_before[g, j] = old if moving else alpha_before[g, j]
            alpha[g, j] = old + change if moving else alpha[g, j]


@inner_kernel
def _residuals(b: Block, d: Design, lanes: int, offset: bool) -> None:
    """The working weights of the last step, their sums, and Pearson's sums with both kinds of weight."""
    rate, omega, weight = b.rows[RATE if offset else Y], b.rows[OMEGA], b.rows[WEIGHT]
    exposure = b.rows[EXPOSURE if offset else OMEGA]
    alpha, alpha_before, inverse_a, a_before = b.groups[ALPHA], b.groups[ALPHA_BEFORE], b.groups[A], b.groups[A_BEFORE]
    s0, s1, s2, scale = b.groups[S0], b.groups[S1], b.groups[S2], b.lanes[SCALE]
    beta, beta_before, phi_weighted, phi_prior = (
        b.lanes[BETA],
        b.lanes[BETA_BEFORE],
        b.lanes[PHI_WEIGHTED],
        b.lanes[PHI_PRIOR],
    )
    inverse_u, u_before, factor, factor_before = b.lanes[U], b.lanes[U_BEFORE], b.lanes[FACTOR], b.lanes[FACTOR_BEFORE]
    for g in range(d.n_groups):
        for j in range(lanes):
            # Reciprocals by exp and by products: a division for each count would take longer than all the rest.
            inverse_a[g, j] = exp(-alpha[g, j])
            a_before[g, j] = scale[j] * exp(alpha_before[g, j])
            s0[g, j] = 0.0
            s1[g, j] = 0.0
            s2[g, j] = 0.0
    for j in range(lanes):
        factor[j] = exp(-beta[j])
        factor_before[j] = exp(beta_before[j])
        phi_weighted[j] = 0.0
        phi_prior[j] = 0.0
    for r in range(d.row.size):
        g = d.group[r]
        t = d.t[r]
        if not d.unit_step[r]:
            for j in range(lanes):
                inverse_u[j] = exp(-beta[j] * t) / factor[j]
                u_before[j] = exp(beta_before[j] * t) / factor_before[j]
        for j in range(lanes):
            inverse_u[j] *= factor[j]
            u_before[j] *= factor_before[j]
        for j in range(lanes):
            w = max(a_before[g, j] * u_before[j] * exposure[r, j], omega[r, j] * SMALLEST_MEAN)
            weight[r, j] = w
            s0[g, j] += w
            s1[g, j] += w * t
            s2[g, j] += w * (t * t)
        for j in range(lanes):
            ratio = rate[r, j] * (inverse_a[g, j] * inverse_u[j]) - 1.0
            phi_weighted[j] += weight[r, j] * (ratio * ratio)
            phi_prior[j] += omega[r, j] * (ratio * ratio)
    _information(b, d.n_groups, lanes)


@inner_kernel
def _information(b: Block, n_groups: int, lanes: int) -> None:
    s0, s1, s2, inverse, centre = b.groups[S0], b.groups[S1], b.groups[S2], b.groups[INVERSE], b.groups[CENTRE]
    with_trend, spread, inverse_spread = b.lanes[WITH_TREND], b.lanes[SPREAD], b.lanes[INVERSE_SPREAD]
    degrees, rows_used, scale = b.lanes[DEGREES], b.lanes[ROWS_USED], b.lanes[SCALE]
    phi, phi_weighted, phi_prior = b.lanes[PHI], b.lanes[PHI_WEIGHTED], b.lanes[PHI_PRIOR]
    for j in range(lanes):
        spread[j] = 0.0
        degrees[j] = rows_used[j] - with_trend[j]
    for g in range(n_groups):
        for j in range(lanes):
            inverse[g, j] = 1.0 / s0[g, j] if s0[g, j] > 0.0 else 0.0
            centre[g, j] = s1[g, j] * inverse[g, j]
            spread[j] += s2[g, j] - s1[g, j] * centre[g, j]
            degrees[j] -= 1.0 if s0[g, j] > 0.0 else 0.0
    for j in range(lanes):
        inverse_spread[j] = with_trend[j] / spread[j] if spread[j] > 0.0 else 0.0
        phi_weighted[j] /= degrees[j]
        phi_prior[j] *= scale[j] / degrees[j]
        phi[j] = max(phi_weighted[j], 1.0) if degrees[j] > 0.0 else np.nan


@inner_kernel
def _weigh_down_outliers(b: Block, d: Design, lanes: int, threshold: float, offset: bool) -> bool:
    """Give rows whose Anscombe residual s exceeds the threshold the weight 1 / s^2; tell whether any does.

    The weights of a series are then scaled to sum to its rows. `fitting` is left true for the series
    that have to be fitted again. s > c implies a Pearson residual above c as well, which
    vector code tests for all rows; the cube roots are taken for the few counts that pass.
    """
    y, m, weight, omega = b.rows[Y], b.rows[M], b.rows[WEIGHT], b.rows[OMEGA]
    alpha, a, inverse, centre = b.groups[ALPHA], b.groups[A], b.groups[INVERSE], b.groups[CENTRE]
    beta, u, factor, inverse_spread = b.lanes[BETA], b.lanes[U], b.lanes[FACTOR], b.lanes[INVERSE_SPREAD]
    phi, mu, beyond, scale = b.lanes[PHI], b.lanes[MU], b.lanes[STEP], b.lanes[SCALE]
    rows_used, outliers, outlier_weight = b.lanes[ROWS_USED], b.lanes[OUTLIERS], b.lanes[OUTLIER_WEIGHT]
    active, fitting = b.flags[ACTIVE], b.flags[FITTING]
    # Rounding must not hide a row, so the test is a millionth wider.
    least = 0.999999 * threshold * threshold
    for j in range(lanes):
        factor[j] = exp(beta[j])
        outliers[j] = 0.0
        outlier_weight[j] = 0.0
    for g in range(d.n_groups):
        for j in range(lanes):
            a[g, j] = exp(alpha[g, j])
    for r in range(d.row.size):
        g = d.group[r]
        t = d.t[r]
        if not d.unit_step[r]:
            for j in range(lanes):
                u[j] = exp(beta[j] * t) / factor[j]
        for j in range(lanes):
            u[j] *= factor[j]
            mu[j] = max(a[g, j] * u[j] * m[r, j], SMALLEST_MEAN)
        candidates = 0
        for j in range(lanes):
            off = t - centre[g, j]
            left = 1.0 - weight[r, j] * (inverse[g, j] + off * off * inverse_spread[j])
            excess = max(y[r, j] - mu[j], 0.0)
            beyond[j] = excess * excess - least * phi[j] * left * mu[j]
            candidates += 1 if beyond[j] > 0.0 else 0
        if candidates == 0:
            continue
        for j in range(lanes):
            if beyond[j] > 0.0 and active[j] and omega[r, j] > 0.0:
                off = t - centre[g, j]
                left = 1.0 - weight[r, j] * (inverse[g, j] + off * off * inverse_spread[j])
                s = _anscombe_residual(y[r, j], mu[j], phi[j], left)
                if s > threshold:
                    omega[r, j] = 1.0 / (s * s)
                    if offset:
                        b.rows[EXPOSURE, r, j] = omega[r, j] * m[r, j]
                    _leave_out(b, d, r, j, 1.0 - omega[r, j])
                    outliers[j] += 1.0
                    outlier_weight[j] += 1.0 / (s * s)
    again = 0
    for j in range(lanes):
        fitting[j] = outliers[j] > 0.0
        again += 1 if fitting[j] else 0
        sum_of_weights = rows_used[j] - outliers[j] + outlier_weight[j]
        scale[j] = rows_used[j] / sum_of_weights if fitting[j] else 1.0
    return again > 0


@inner_kernel
def _anscombe_residual(y: float, mu: float, phi: float, left: float) -> float:
    """Of one count; `left` is 1 less its hat value. A row that alone sets its group's level is judged by nothing."""
    if left < 1e-9:
        return 0.0
    s: float = 1.5 * (y ** (2.0 / 3.0) * mu ** (-1.0 / 6.0) - mu**0.5)
    s /= (phi * left) ** 0.5
    return s
