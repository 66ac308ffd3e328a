"""A delay as a continuous distribution, by its mean and standard deviation in days."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.delays.families import Array, FamilyName, family_of
from tocsin.epi.errors import InvalidDelay

__all__ = ["DelayDistribution"]


@dataclass(frozen=True, slots=True, eq=False)
class DelayDistribution:
    """One delay, or many of one family.

    family  "gamma", "lognormal", "weibull", or "normal" for delays that may be negative
    mean    (...) days; above 0 except for the normal
    sd      (...) days, above 0
    raises  InvalidDelay
    """

    family: FamilyName
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]

    def __post_init__(self) -> None:
        family = family_of(self.family)
        mean, sd = np.broadcast_arrays(*(np.asarray(given, dtype=np.float64) for given in (self.mean, self.sd)))
        # nan is a delay that could not be estimated, beside others that could.
        if not ((np.isfinite(sd) & (sd > 0)) | np.isnan(sd)).all():
            raise InvalidDelay(f"sd is {sd[(sd <= 0) | np.isinf(sd)].flat[0]:g}; a standard deviation is above 0 days")
        wrong = np.isinf(mean) | ((mean <= 0) if family.positive else np.zeros(mean.shape, dtype=bool))
        if wrong.any():
            raise InvalidDelay(f"mean is {mean[wrong].flat[0]:g}; a {self.family} delay has a mean above 0 days")
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "sd", sd)

    @classmethod
    def of_parameters(cls, family: FamilyName, first: ArrayLike, second: ArrayLike) -> "DelayDistribution":
        """By the family's own parameters: gamma and weibull shape and scale, lognormal meanlog and sdlog."""
        known = family_of(family)
        a, b = (np.asarray(given, dtype=np.float64) for given in (first, second))
        for name, value in zip(known.names, (a, b), strict=True):
            least = -np.inf if name in ("meanlog", "mean") else 0.0
            if (value <= least).any() or np.isinf(value).any():
                bad = value[(value <= least) | np.isinf(value)].flat[0]
                raise InvalidDelay(f"{name} is {bad:g}; that of a {family} delay is finite and above {least:g}")
        mean, sd = known.moments(a, b)
        return cls(family, np.asarray(mean), np.asarray(sd))

    def parameters(self) -> dict[str, NDArray[np.float64]]:
        """The family's own two parameters (...) by name: shape and scale, or meanlog and sdlog, or mean and sd."""
        known = family_of(self.family)
        return dict(zip(known.names, (np.asarray(v) for v in known.native(self.mean, self.sd)), strict=True))

    def cdf(self, days: ArrayLike) -> NDArray[np.float64]:
        """(..., *days' shape) the probability of at most so many days."""
        return self._of("cdf", days)

    def sf(self, days: ArrayLike) -> NDArray[np.float64]:
        """(..., *days' shape) the probability of more days."""
        return self._of("sf", days)

    def quantile(self, levels: ArrayLike) -> NDArray[np.float64]:
        """(..., *levels' shape) days within which this share happens. Raises InvalidDelay of levels not in (0, 1)."""
        p = np.asarray(levels, dtype=np.float64)
        if not ((p > 0) & (p < 1)).all():
            raise InvalidDelay(f"levels holds {p[~((p > 0) & (p < 1))].flat[0]:g}; levels lie between 0 and 1")
        return self._of("quantile", p)

    def below(self, days: ArrayLike) -> NDArray[np.float64]:
        """(..., *days' shape) the integral of the cdf up to there, in days."""
        return self._of("below", days)

    def above(self, days: ArrayLike) -> NDArray[np.float64]:
        """(..., *days' shape) the integral of the sf from there on, in days."""
        return self._of("above", days)

    def _of(self, what: str, at: ArrayLike) -> Array:
        x = np.asarray(at, dtype=np.float64)
        known = family_of(self.family)
        a, b = (np.asarray(p)[(..., *(None,) * x.ndim)] for p in known.native(self.mean, self.sd))
        found: Array = getattr(known, what)(a, b, x)
        return np.asarray(found)
