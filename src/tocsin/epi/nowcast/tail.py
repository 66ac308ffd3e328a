"""What comes after the longest delay that is held: reports later than that fall off like a power of the delay.

The probability of a delay of d periods is taken to be c d^-a from a quarter of the window on. a is found by maximum
likelihood from the shares of the delays within, with a normal prior; late reports come in clusters, so that each
counts for less than one. An exponential tail, the other simple choice, would end far too soon.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["late_share"]

EXPONENT, SPREAD = 2.0, 0.25  # prior of a
PER_REPORT = 0.2  # how many independent reports one late report is worth
GRID = np.linspace(1.05, 4.0, 296)
FROM = 4  # the power law begins at a quarter of the window
UNTIL = 180  # days; later than this nothing is added to the record of an epidemic
UNCERTAIN = 0.3  # relative standard deviation of the share, besides


def late_share(shares: NDArray[np.float64], reports: float, *, step: int) -> tuple[float, float]:
    """Reports later than the window over those within it, and the standard deviation of that.

    shares   (delays,) share of each delay within the window; they add up to 1
    reports  how many reports the shares were found from
    step     days in a period
    """
    longest = len(shares) - 1
    last = UNTIL // step
    if last <= longest or reports <= 0:
        return 0.0, 0.0
    d = np.arange(max(longest // FROM, 1), longest + 1, dtype=np.float64)
    p = np.maximum(shares[-len(d) :], 0.0)
    if p.sum() <= 0:
        return 0.0, 0.0
    within = np.sum(d ** -GRID[:, np.newaxis], axis=1)
    log_likelihood = reports * PER_REPORT * (-GRID * (p @ np.log(d)) - p.sum() * np.log(within))
    log_posterior = log_likelihood - 0.5 * ((GRID - EXPONENT) / SPREAD) ** 2
    weight = np.exp(log_posterior - log_posterior.max())
    weight /= weight.sum()
    beyond = np.sum(np.arange(longest + 1.0, last + 1.0) ** -GRID[:, np.newaxis], axis=1)
    late = p.sum() * beyond / within
    mean = float(weight @ late)
    return mean, float(np.sqrt(weight @ (late - mean) ** 2 + (UNCERTAIN * mean) ** 2))
