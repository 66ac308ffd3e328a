"""Cori's reproduction number where the serial interval is known with uncertainty.

Cori A, Ferguson NM, Fraser C, Cauchemez S (2013). A new framework and software to estimate time-varying
reproduction numbers during epidemics. American Journal of Epidemiology 178(9):1505-1512. doi:10.1093/aje/kwt133

Mean and standard deviation of the serial interval are drawn from normals cut off on both sides; R is estimated with
each pair. Where EpiEstim draws R from each posterior, here the posteriors are mixed as they are: only the draws of
serial intervals leave Monte Carlo error.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.delays import gamma_serial_interval
from tocsin.epi.detect.panel import whole_number
from tocsin.epi.errors import InvalidDelay
from tocsin.epi.quantiles import checked_levels
from tocsin.epi.reproduction.cori import EPIESTIM_LEVELS, posterior, prior_of
from tocsin.epi.reproduction.estimate import Reproduction, reasons
from tocsin.epi.reproduction.inputs import Incidence, checked_serial_interval, daily_incidence
from tocsin.epi.reproduction.mixture_of_draws import all_levels, joined, mixture
from tocsin.epi.reproduction.windows import sliding_windows

__all__ = ["cori_uncertain", "uncertain_serial_interval"]

ATTEMPTS = 10_000


def uncertain_serial_interval(
    *,
    mean: float,
    sd_of_mean: float,
    mean_range: tuple[float, float],
    sd: float,
    sd_of_sd: float,
    sd_range: tuple[float, float],
    longest: int,
    draws: int = 500,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Serial intervals as EpiEstim's "uncertain_si" draws them.

    mean, sd_of_mean, mean_range  days: the mean is normal, drawn again where it lies outside the range
    sd, sd_of_sd, sd_range        the same of the standard deviation
    longest                       last day that gets a probability; EpiEstim's is the number of days of counts less 1
    draws                         how many; `rng` is the source of randomness
    returns                       (draws, longest + 1) probabilities of 0, 1 ... days
    raises                        InvalidDelay
    """
    whole_number("draws", draws, least=1)
    if not mean_range[0] >= 1:
        raise InvalidDelay(f"mean_range begins at {mean_range[0]:g} days; a serial interval of this kind is 1 or more")
    means = _truncated("mean", mean, sd_of_mean, mean_range, draws, rng)
    sds = _truncated("sd", sd, sd_of_sd, sd_range, draws, rng)
    return gamma_serial_interval(means, sds, longest=longest)


def cori_uncertain(
    incidence: ArrayLike,
    serial_intervals: ArrayLike,
    *,
    dates: ArrayLike | None = None,
    window: int = 7,
    t_start: ArrayLike | None = None,
    t_end: ArrayLike | None = None,
    imported: ArrayLike | None = None,
    prior_mean: float = 5.0,
    prior_sd: float = 5.0,
    levels: Sequence[float] = EPIESTIM_LEVELS,
    jobs: int | None = None,
) -> Reproduction:
    """R of each window, the mixture over serial intervals that are equally likely.

    serial_intervals  (draws, S) probabilities of 0, 1 ... S-1 days, from `uncertain_serial_interval` or from an
                      estimation of your own ("si_from_sample")
    raises            what `cori` does

    All else as in `cori`. A window that ends before the mean of some of the intervals is the mixture of the others.
    """
    I = daily_incidence(incidence, dates, imported)  # noqa: E741 - the paper's symbol
    w = np.asarray(serial_intervals, dtype=np.float64)
    if w.ndim != 2 or not len(w):
        raise InvalidDelay(f"serial_intervals has shape {w.shape}; it is (draws, days), a serial interval a row")
    rows = [checked_serial_interval(row) for row in w]
    first, last = sliding_windows(I.days, window, t_start, t_end)
    q = checked_levels(levels)
    prior = prior_of(prior_mean, prior_sd)
    points = all_levels(q)
    # A few series at a time: all draws of all of them at once would not fit where there are many.
    parts = []
    for start in range(0, len(I.counts), 8):
        some = slice(start, start + 8)
        part = Incidence(I.counts[some], None if I.imported is None else I.imported[some], I.dates)
        each = [posterior(part, row, first, last, prior, points, jobs) for row in rows]
        parts.append(
            mixture(
                Reproduction(
                    method="cori",
                    options={"window": window, "prior_mean": prior_mean, "prior_sd": prior_sd},
                    t_start=first,
                    t_end=last,
                    dates=None if I.dates is None else I.dates[last],
                    levels=points,
                    mean=np.concatenate([one[0] for one in each]),
                    sd=np.concatenate([one[1] for one in each]),
                    quantiles=np.concatenate([one[2] for one in each]),
                    reason=reasons(part.without_cases()) * len(rows),
                ),
                len(rows),
                q,
            )
        )
    return replace(joined(parts), method="cori, uncertain serial interval")


def _truncated(
    name: str, centre: float, spread: float, limits: tuple[float, float], draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    low, high = limits
    if not (spread > 0 and 0 < low <= centre <= high < np.inf):
        raise InvalidDelay(
            f"the {name} of the serial interval is {centre:g} with standard deviation {spread:g} in {low:g} to "
            f"{high:g}; it lies in its range, and all are above 0"
        )
    found = rng.normal(centre, spread, draws)
    for _ in range(ATTEMPTS):
        outside = (found < low) | (found > high)
        if not outside.any():
            return found
        found[outside] = rng.normal(centre, spread, int(outside.sum()))
    raise InvalidDelay(
        f"almost no {name} of standard deviation {spread:g} falls in {low:g} to {high:g}; widen the range"
    )
