"""A risk as it would be with another make-up by age: direct standardisation.

With risks r_a = x_a / n_a of the age groups and weights w_a, the share of each in the standard: r = sum of w_a r_a.

`interval="mover"`: from Wilson's limits l_a, u_a of each group, r - sqrt(sum of w_a^2 (r_a - l_a)^2), and so above.
Zou GY, Huang W, Zhang X (2009). A note on confidence interval estimation for a linear function of binomial proportions.
Computational Statistics & Data Analysis 53(4):1080-1085. doi:10.1016/j.csda.2008.09.033. For risks of any size.

`interval="gamma"`: Fay MP, Feuer EJ (1997). Confidence intervals for directly standardized rates: a method based on the
gamma distribution. Statistics in Medicine 16(7):791-801.
doi:10.1002/(SICI)1097-0258(19970415)16:7<791::AID-SIM500>3.0.CO;2-#. With v = sum of (w_a / n_a)^2 x_a and m the
greatest w_a / n_a, the limits are half v / r times the chi-squared quantile of 2 r^2 / v degrees of freedom, and half
(v + m^2) / (r + m) times that of 2 (r + m)^2 / (v + m^2). For rare events; never too short, often too long.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.severity.by_age import age_counts
from tocsin.epi.severity.proportion import checked_level, proportion_interval

__all__ = ["StandardisedRisk", "standardised_risk"]


@dataclass(frozen=True, slots=True)
class StandardisedRisk:
    """A directly standardised risk.

    estimate, low, high  (...,) between 0 and 1
    crude                (...,) the risk as it is
    weights              (ages,) the standard, adding up to 1
    level                probability that the interval is to cover
    """

    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    crude: NDArray[np.float64]
    weights: NDArray[np.float64]
    level: float


def standardised_risk(
    events: ArrayLike,
    persons: ArrayLike,
    standard: ArrayLike,
    *,
    interval: Literal["mover", "gamma"] = "mover",
    level: float = 0.95,
) -> StandardisedRisk:
    """The risk that persons of the standard's ages would have.

    events    (..., ages) deaths or severe cases
    persons   (..., ages) among whom they are counted
    standard  (ages,) population, or cases of a reference epidemic, by the same groups; divided by its sum
    interval  "mover" or "gamma"
    raises    InvalidCounts where a group with weight has no persons or was not reported: nothing says what its risk is;
              join it with its neighbour. InvalidOption
    """
    checked_level(level)
    if interval not in ("mover", "gamma"):
        raise InvalidOption(f"interval is {interval!r}; it is 'mover', or 'gamma' for rare events")
    x, n = age_counts(events, persons, ("events", "persons"))
    w = np.asarray(standard, dtype=np.float64)
    if w.shape != x.shape[-1:]:
        raise InvalidOption(f"standard has shape {w.shape}; it has one weight for each of {x.shape[-1]} age groups")
    if not np.isfinite(w).all() or (w < 0).any() or not w.sum() > 0:
        raise InvalidOption("standard holds a weight that is negative or no number, or only zeros; give persons by age")
    w = w / w.sum()
    unknown = (np.isnan(x) | ~(n > 0)) & (w > 0)
    if unknown.any():
        at = int(np.argwhere(unknown)[0][-1])
        raise InvalidCounts(
            f"age group {at} has weight {w[at]:.3g} in the standard, but no persons or no count; join it with the "
            "group beside it, in counts and standard alike"
        )
    with np.errstate(invalid="ignore"):
        r = np.where(w > 0, x / np.where(n > 0, n, 1.0), 0.0)
    estimate = (w * r).sum(axis=-1)
    weighed = np.where(w > 0, x, 0.0), np.where(w > 0, n, 1.0)
    low, high = (_mover if interval == "mover" else _gamma)(*weighed, r, w, level)
    crude = np.nansum(x, axis=-1) / np.maximum(np.where(np.isnan(x), 0.0, n).sum(axis=-1), 1e-300)
    return StandardisedRisk(estimate, np.maximum(low, 0.0), np.minimum(high, 1.0), crude, w, float(level))


Array = NDArray[np.float64]


def _mover(x: Array, n: Array, r: Array, w: Array, level: float) -> tuple[Array, Array]:
    low, high = proportion_interval(x, n, interval="wilson", level=level)
    estimate = (w * r).sum(axis=-1)
    down, up = (np.sqrt((w * w * (r - limit) ** 2).sum(axis=-1)) for limit in (low, high))
    return estimate - down, estimate + up


def _gamma(x: Array, n: Array, r: Array, w: Array, level: float) -> tuple[Array, Array]:
    tail = (1 - level) / 2
    estimate = (w * r).sum(axis=-1)
    v, m = ((w / n) ** 2 * x).sum(axis=-1), (w / n).max(axis=-1)
    some = v > 0
    safe, v1 = np.where(some, estimate, 1.0), np.where(some, v, 1.0)
    low = np.where(some, v1 / safe * gammaincinv(safe * safe / v1, tail), 0.0)
    return low, (v + m * m) / (estimate + m) * gammaincinv((estimate + m) ** 2 / (v + m * m), 1 - tail)
