"""Tocsin's own nowcast: completeness that drifts, a trend that steadies the last days, intervals from revisions.

The point is a chain ladder (Mack T 1993, Distribution-free calculation of the standard error of chain ladder reserve
estimates, ASTIN Bulletin 23(2):213-225, doi:10.2143/AST.23.2.2005092) whose factors depend on the weekday of the
event and drift with a memory that is shorter for early delays (`hazards`), averaged over three speeds of forgetting by
how either erred of late; what holidays hold back is added (`shortfalls`), and the last days are drawn to a damped
local linear trend (`trend`). The interval is that of a negative binomial number still to come, whose spread is that
of the revisions of the nowcasts of the weeks before (`revisions`), as in the baseline of Wolffram D et al (2023),
Collaborative nowcasting of COVID-19 hospitalization incidences in Germany, PLoS Comput Biol 19(8):e1011394,
doi:10.1371/journal.pcbi.1011394.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from tocsin.epi.errors import HistoryTooShort, InvalidOption
from tocsin.epi.nowcast.hazards import completeness, delay_groups, short_memories
from tocsin.epi.nowcast.negative_binomials import mixture_quantiles
from tocsin.epi.nowcast.points import expected_counts
from tocsin.epi.nowcast.result import Nowcast, checked_draws, checked_sum, rolling_sum
from tocsin.epi.nowcast.revisions import (
    DISPERSION,
    HALF_LIFE,
    LITTLE,
    PRIOR,
    PRIOR_BY_AGE,
    PRIOR_OF_CORRECTIONS,
    compared,
    dispersion,
    memory_weights,
    relative_error,
)
from tocsin.epi.nowcast.tail import late_share
from tocsin.epi.nowcast.triangle import DAY, ReportingTriangle
from tocsin.epi.quantiles import LEVELS, checked_levels
from tocsin.epi.threads import over_chunks

__all__ = ["drifting"]

REVISIONS = {1: 91, 7: 53}  # nowcasts that are made, today's and earlier ones, by the days in a period
LEARNING = {1: 35, 7: 10}  # periods before the first of them
LEAST_HISTORY = {1: 14, 7: 4}  # periods; with fewer there is nothing to learn completeness from
FORGETTING = 180.0  # days after which a report counts half for the shape of completeness
STRATA_AT_ONCE = 16
TAKEN_BACK = 0.005  # of the reports, from which on corrections are more than slips
HALF_LIFE_OF_WEEKS = 26.0  # weeks after which a revision counts half
LEAST_TO_COME = 1e-3  # cases
SETTLING = 7.0  # days in which half of all corrections are made
OUTER = 0.975  # the level whose interval has the spread of the mean square


@dataclass(frozen=True, slots=True)
class _Points:
    """Expected final counts on each of some days, with what they rest on.

    counts    (memories, origins, strata, horizons) of single periods, from the last backwards
    shares    (delays,) of reports of all strata together, by delay
    reports   how many these are
    """

    counts: NDArray[np.float64]
    shares: NDArray[np.float64]
    reports: float


def drifting(
    triangle: ReportingTriangle,
    *,
    levels: ArrayLike = LEVELS,
    sum_over: int = 1,
    final: bool = False,
    total: int | None = None,
    holidays: ArrayLike | None = None,
    draws: int = 0,
    rng: np.random.Generator | None = None,
    jobs: int | None = None,
) -> Nowcast:
    """Counts as they will be known, of many strata that share their reporting.

    triangle  reports by period and delay
    levels    of the quantiles
    sum_over  periods a count is summed over: 7 for the sums of seven days that agencies publish
    final     False: reports within the triangle's longest delay; True: all there will be within half a year, what is
              later than the longest delay by a power law
    total     number of the stratum that is the sum of all others, if there is one: its nowcast is the mean of its own
              and of the sum of theirs
    holidays  datetime64[D] days whose reports are known to be few; days that fall short by themselves are found
    draws     so many joint draws over periods; rng is then needed
    jobs      threads; None is one a core
    raises    InvalidOption, HistoryTooShort

    Strata lend each other their delays where they have few reports of their own; nothing else passes between them.
    """
    q = checked_levels(levels)
    step, periods = triangle.step, len(triangle.dates)
    over = checked_sum(sum_over, periods)
    checked_draws(draws, rng)
    strata = triangle.reports.shape[0]
    if total is not None and not 0 <= total < strata:
        raise InvalidOption(f"total is {total}; strata are numbered from 0 to {strata - 1}")
    if periods < LEAST_HISTORY[step]:
        raise HistoryTooShort(
            f"the triangle has {periods} periods, from {triangle.dates[0]} on; delays are learned from at least "
            f"{LEAST_HISTORY[step]}: give more history"
        )
    reports = np.nan_to_num(triangle.reports, nan=0.0)
    known = reports.cumsum(axis=2)
    found = _points(triangle, reports, total, holidays, jobs)
    of_sums = _Sums(triangle, known, found, over, total)
    late, late_sd = late_share(found.shares, found.reports, step=step) if final else (0.0, 0.0)
    quantiles, mean = of_sums.distribution(q, late, late_sd)
    kept = None
    if draws and rng is not None:
        kept = rolling_sum(_drawn(triangle, known, found, total, late, late_sd, draws, rng), over)
    options = {"sum_over": over, "final": final, "total": total, "longest": triangle.longest}
    reported = rolling_sum(triangle.reported, over)
    return Nowcast("drifting", options, triangle.dates, triangle.as_of, step, over, q, reported, quantiles, mean, kept)


def _points(
    triangle: ReportingTriangle,
    reports: NDArray[np.float64],
    total: int | None,
    holidays: ArrayLike | None,
    jobs: int | None,
) -> _Points:
    strata, periods, delays = reports.shape
    step = triangle.step
    weekdays = 7 if step == DAY else 1
    lag = triangle.lag
    origins = max(1, min(REVISIONS[step], periods - LEARNING[step]))
    horizons = min(periods, delays + 6 + LEARNING[step])
    pool = reports[total] if total is not None else reports.sum(axis=0)
    holiday = _days_without_reports(triangle, holidays, periods + lag)
    memories = short_memories(step)
    counts = np.zeros((1 + len(memories), origins, strata, horizons))
    shares = np.zeros(delays)

    def work(rows: slice) -> None:
        part = np.concatenate([pool[np.newaxis], reports[rows]])
        known = part.cumsum(axis=2)
        learned = completeness(
            part, periods + lag, origins, weekdays, delay_groups(delays - 1), memories, FORGETTING / step
        )
        for memory, complete in enumerate(learned):
            out = np.zeros((origins, len(part), horizons))
            expected_counts(known, complete, lag, weekdays, horizons, float(step), holiday, out)
            counts[memory, :, rows] = out[:, 1:]
        if rows.start == 0:
            shares[:] = np.diff(learned[0][-1, 0].mean(axis=0), prepend=0.0)

    over_chunks(work, strata, jobs=jobs, chunk=STRATA_AT_ONCE)
    return _Points(counts, shares, float(pool.sum()))


def _days_without_reports(triangle: ReportingTriangle, holidays: ArrayLike | None, columns: int) -> NDArray[np.bool_]:
    marked = np.zeros(columns, dtype=np.bool_)
    if holidays is not None and triangle.step == DAY:
        at = (np.asarray(holidays, dtype="datetime64[D]") - triangle.dates[0]).astype(np.int64)
        marked[at[(at >= 0) & (at < columns)]] = True
    return marked


class _Sums:
    """Nowcasts of sums over some periods on each of the last days: today's points, and how the others were revised."""

    def __init__(
        self, triangle: ReportingTriangle, known: NDArray[np.float64], found: _Points, over: int, total: int | None
    ) -> None:
        self.triangle, self.known, self.over = triangle, known, over
        memories = np.lib.stride_tricks.sliding_window_view(found.counts, over, axis=3).sum(axis=-1)
        self.lag = triangle.lag
        # Older sums are complete; where reports go on for long after the last event, all are.
        self.horizons = max(0, min(memories.shape[3], triangle.longest + over - self.lag))
        self.points = self._of_all_memories(memories)
        if total is not None:
            parts = self.points.sum(axis=1) - self.points[:, total]
            self.points[:, total] = 0.5 * (self.points[:, total] + parts)

    def _of_all_memories(self, memories: NDArray[np.float64]) -> NDArray[np.float64]:
        _, origins, strata, horizons = memories.shape
        shape = (origins - 1, self.horizons)
        missing, error, resolved, best = np.zeros((4, *shape))
        points = np.empty((origins, strata, horizons))
        weights = np.empty(len(memories))
        for s in range(strata):
            average = memories[:, :, s].mean(axis=0)
            compared(self.known[s], average, self.lag, self.over, missing, error, resolved, best)
            earlier = np.ascontiguousarray(memories[:, :-1, s, : self.horizons])
            memory_weights(earlier, best, resolved, missing, HALF_LIFE / self.triangle.step, weights)
            points[:, s] = np.tensordot(weights, memories[:, :, s], axes=1)
        return points

    def spread(self, *, of_whole: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """sigma (strata, 2, horizons) by mean size and mean square, relative to what is missing or the whole; phi."""
        origins, strata, _ = self.points.shape
        missing, error, resolved, best = np.zeros((4, origins - 1, self.horizons))
        found = np.empty((strata, 2, self.horizons))
        phi = np.full((strata, 1, 1), DISPERSION)
        for s in range(strata):
            compared(self.known[s], self.points[:, s], self.lag, self.over, missing, error, resolved, best)
            half_life = HALF_LIFE if self.triangle.step == DAY else HALF_LIFE_OF_WEEKS
            prior, by_age = (PRIOR_OF_CORRECTIONS, 0.0) if of_whole else (PRIOR, PRIOR_BY_AGE * self.triangle.step)
            relative = np.maximum(best, 1.0) if of_whole else missing
            if not of_whole:
                phi[s] = dispersion(missing, error, resolved, half_life)
            else:
                # With corrections nothing says how much of what was missing has come; most of it does within a month.
                age = np.arange(origins - 1, 0, -1)[:, np.newaxis] * self.triangle.step
                resolved[:] = np.where(best > 0, 1.0 - 0.5 ** (age / SETTLING), 0.0)
            # Sums that overlap are wrong together: what is known of one is known of its neighbours.
            reach = max(2, (self.over + 1) // 2)
            relative_error(relative, error, resolved, half_life, phi[s, 0, 0], prior, by_age, reach, found[s])
        return found, phi

    def distribution(
        self, q: NDArray[np.float64], late: float, late_sd: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Quantiles (strata, periods, levels) and means (strata, periods)."""
        reported = rolling_sum(self.triangle.reported, self.over)
        periods = reported.shape[1]
        seen = reported[:, ::-1][:, : self.horizons]
        point = self.points[-1][:, : self.horizons]
        corrected = _taken_back(self.triangle)
        missing = np.where(corrected[:, np.newaxis], point - seen, np.maximum(point - seen, self._least()))
        ok = ~np.isnan(seen)
        expected = (np.where(ok, seen, 0.0) + missing) * (1.0 + late)
        mean = reported * (1.0 + late)
        mean[:, ::-1][:, : self.horizons] = np.where(ok, expected, np.nan)
        whole = np.repeat(mean[:, :, np.newaxis], len(q), axis=2)
        if late > 0:
            whole = _lognormal(mean - reported, late_sd * reported, q) + reported[..., np.newaxis]
        near = np.minimum(np.abs(ndtri(q)) / ndtri(OUTER), 1.0)
        for rows, of_whole in ((~corrected, False), (corrected, True)):
            if not rows.any() or self.horizons < 1:
                continue
            sigma, phi = (given[rows] for given in self.spread(of_whole=of_whole))
            square = (1 - near) * sigma[:, 0, :, np.newaxis] ** 2 + near * sigma[:, 1, :, np.newaxis] ** 2
            base = (np.maximum(expected, 1.0) if of_whole else missing)[rows][..., np.newaxis]
            tail = (late_sd * expected[rows][..., np.newaxis]) ** 2
            variance = square * base**2 + tail
            U = (expected - np.where(ok, seen, 0.0))[rows][..., np.newaxis]
            if of_whole:
                to_come = U + ndtri(q) * np.sqrt(variance + phi * np.abs(U))
            else:
                U = np.maximum(np.nan_to_num(U, nan=1.0), LEAST_TO_COME)
                to_come = _negative_binomial(U, np.nan_to_num(variance) + phi * U, q)
            at = np.where(ok[rows][..., np.newaxis], seen[rows][..., np.newaxis] + to_come, np.nan)
            whole[rows, periods - self.horizons :] = at[:, ::-1]
        # Where few cases are to come, the wider spread of outer levels could cross the narrower one of inner ones.
        return np.maximum.accumulate(np.maximum(whole, 0.0), axis=-1), np.maximum(mean, 0.0)

    def _least(self) -> NDArray[np.float64]:
        """(horizons,) the least number that is taken to be still to come: less, the more complete a period is."""
        share = np.linspace(1.0, 0.0, self.horizons + 1)[:-1]
        least: NDArray[np.float64] = LITTLE * share**2
        return np.maximum(least, LEAST_TO_COME)


def _taken_back(triangle: ReportingTriangle) -> NDArray[np.bool_]:
    """(strata,) True where corrections below 0 are more than slips."""
    x = triangle.reports
    back = -np.nansum(np.minimum(x, 0.0), axis=(1, 2))
    found: NDArray[np.bool_] = back > TAKEN_BACK * np.nansum(np.maximum(x, 0.0), axis=(1, 2))
    return found


def _negative_binomial(
    mean: NDArray[np.float64], variance: NDArray[np.float64], q: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Quantiles (..., levels) of a mean (..., 1) and the variance (..., levels) that is meant for each level."""
    mean, variance = np.broadcast_arrays(mean, variance)
    size = mean * mean / np.maximum(variance - mean, 0.05 * mean)
    success = size / (size + mean)
    found = np.empty(mean.shape)
    for k in range(len(q)):
        n, p = size[..., k].ravel(), success[..., k].ravel()
        found[..., k] = mixture_quantiles(np.ones((len(n), 1)), n, p[:, np.newaxis], q[k : k + 1])[:, 0].reshape(
            mean.shape[:-1]
        )
    return found


def _lognormal(mean: NDArray[np.float64], sd: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    m = np.maximum(mean, 1e-9)
    s = np.sqrt(np.log1p((sd / m) ** 2))[..., np.newaxis]
    return np.asarray(m[..., np.newaxis] * np.exp(ndtri(q) * s - 0.5 * s**2))


def _drawn(
    triangle: ReportingTriangle,
    known: NDArray[np.float64],
    found: _Points,
    total: int | None,
    late: float,
    late_sd: float,
    draws: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """(draws, strata, periods) counts that err together as far as sums of seven err as much as single ones."""
    single = _Sums(triangle, known, found, 1, total)
    together = _Sums(triangle, known, found, 7, total) if triangle.step == DAY and known.shape[1] >= 7 else single
    reported = triangle.reported
    strata = reported.shape[0]
    H = single.horizons
    if H == 0:
        return np.repeat(reported[np.newaxis], draws, axis=0)
    point = single.points[-1][:, :H]
    seen = reported[:, ::-1][:, :H]
    missing = np.maximum(point - seen, single._least()[:H])
    sigma, phi = single.spread(of_whole=False)
    own = sigma[:, 1, :H]
    common = np.minimum(_as_long_as(together.spread(of_whole=False)[0][:, 1], H), own)
    apart = np.sqrt(np.maximum(own**2 - common**2, 0.0))
    less = _as_wide_as(together, missing, common, apart)
    common, apart = common * less, apart * less
    z = rng.standard_normal((draws, strata, 1)) * common + rng.standard_normal((draws, strata, H)) * apart
    expected = missing * np.exp(z - 0.5 * (common**2 + apart**2))
    scale = phi[:, 0] - 1.0
    to_come = rng.poisson(rng.gamma(np.maximum(expected / scale, 1e-9), scale))
    out = np.repeat(reported[np.newaxis], draws, axis=0)
    out[:, :, ::-1][:, :, :H] += to_come
    if late > 0:
        s = np.sqrt(np.log1p((late_sd / late) ** 2))
        out *= 1.0 + late * np.exp(rng.standard_normal((draws, strata, 1)) * s - 0.5 * s**2)
    return out


def _as_wide_as(
    sums: _Sums, missing: NDArray[np.float64], common: NDArray[np.float64], apart: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(strata, horizons) by how much less days must err, so that their sums err as much as sums did."""
    over, H = sums.over, missing.shape[1]
    if over == 1:
        return np.ones_like(missing)
    padded = [np.pad(x, ((0, 0), (0, over - 1))) for x in (missing, common * missing, (apart * missing) ** 2)]
    whole, together, alone = (np.lib.stride_tricks.sliding_window_view(x, over, axis=1).sum(axis=-1) for x in padded)
    sigma = sums.spread(of_whole=False)[0][:, 1]
    ratio = _as_long_as(sigma, H) * whole / np.maximum(np.sqrt(together**2 + alone), 1e-9)
    return np.asarray(np.clip(ratio, 0.1, 1.0))


def _as_long_as(sigma: NDArray[np.float64], horizons: int) -> NDArray[np.float64]:
    """(strata, horizons) the first so many, the last repeated where there are fewer."""
    return np.pad(sigma, ((0, 0), (0, max(0, horizons - sigma.shape[1]))), mode="edge")[:, :horizons]
