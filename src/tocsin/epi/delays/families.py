"""Families of delay distributions, by their own two parameters: F, 1 - F, quantiles, and the integrals of the two.

| family | first | second |
| --- | --- | --- |
| gamma | shape | scale, days |
| lognormal | mean of the logarithm | standard deviation of the logarithm |
| weibull | shape | scale, days |
| normal | mean, days | standard deviation, days |

below(t) = integral of F up to t, above(t) = integral of 1 - F from t on; below(t) - above(t) = t - mean. With an
event at any moment of a day, every probability of a delay in days is a sum of these with whole numbers of days
(`discrete`, `likelihood`): no quadrature. Far above the mean only `above` still has digits.

All take arrays that broadcast against each other.
"""

from collections.abc import Callable
from typing import Literal, Protocol, cast, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tocsin.epi.errors import InvalidDelay

__all__ = ["FAMILIES", "Family", "FamilyName", "family_of"]

FamilyName = Literal["gamma", "lognormal", "weibull", "normal"]
Array = NDArray[np.float64]
Pair = tuple[Array, Array]


def _typed(function: object) -> Callable[..., Array]:
    """A ufunc of scipy, which has no types of its own."""
    return cast(Callable[..., Array], function)


gamma_function, gammaln = _typed(special.gamma), _typed(special.gammaln)
gammainc, gammaincc = _typed(special.gammainc), _typed(special.gammaincc)
gammaincinv, gammainccinv = _typed(special.gammaincinv), _typed(special.gammainccinv)
ndtr, ndtri = _typed(special.ndtr), _typed(special.ndtri)

TINY = 1e-300
WEIBULL_SHAPES = (0.02, 2000.0)  # sd from 1e30 times the mean to a thousandth of it


class Family(Protocol):
    """What is known of a family; a and b are its first and second parameter."""

    positive: bool  # whether no delay is negative
    names: tuple[str, str]  # of a and b

    def native(self, mean: Array, sd: Array) -> Pair: ...
    def moments(self, a: Array, b: Array) -> Pair: ...
    def cdf(self, a: Array, b: Array, x: Array) -> Array: ...
    def sf(self, a: Array, b: Array, x: Array) -> Array: ...
    def quantile(self, a: Array, b: Array, p: Array) -> Array: ...
    def below(self, a: Array, b: Array, t: Array) -> Array: ...
    def above(self, a: Array, b: Array, t: Array) -> Array: ...
    def from_free(self, free: Array) -> Pair:
        """a and b of two numbers without bounds on the last axis, in which likelihoods are nearly quadratic."""
        ...

    def to_free(self, a: Array, b: Array) -> Array: ...


class _Positive:
    """Both parameters are above 0 and free on the logarithmic scale."""

    positive = True

    def from_free(self, free: Array) -> Pair:
        return np.exp(free[..., 0]), np.exp(free[..., 1])

    def to_free(self, a: Array, b: Array) -> Array:
        return np.stack([np.log(a), np.log(b)], axis=-1)


class Gamma(_Positive):
    names = ("shape", "scale")

    def native(self, mean: Array, sd: Array) -> Pair:
        return (mean / sd) ** 2, sd**2 / mean

    def moments(self, a: Array, b: Array) -> Pair:
        return a * b, np.sqrt(a) * b

    def cdf(self, a: Array, b: Array, x: Array) -> Array:
        return gammainc(a, np.maximum(x, 0) / b)

    def sf(self, a: Array, b: Array, x: Array) -> Array:
        return gammaincc(a, np.maximum(x, 0) / b)

    def quantile(self, a: Array, b: Array, p: Array) -> Array:
        return b * np.where(p < 0.5, gammaincinv(a, p), gammainccinv(a, 1 - p))

    def below(self, a: Array, b: Array, t: Array) -> Array:
        x = np.maximum(t, 0) / b
        return b * (x * gammainc(a, x) - a * gammainc(a + 1, x))

    def above(self, a: Array, b: Array, t: Array) -> Array:
        x = np.maximum(t, 0) / b
        return a * b * gammaincc(a + 1, x) - t * gammaincc(a, x)


class Weibull(_Positive):
    names = ("shape", "scale")

    def native(self, mean: Array, sd: Array) -> Pair:
        aim = np.log1p((sd / mean) ** 2)
        low, high = (np.full(np.shape(aim), np.log(end)) for end in WEIBULL_SHAPES)
        for _ in range(70):  # halvings: the interval of the logarithm is then narrower than its last digit
            middle = (low + high) / 2
            k = np.exp(middle)
            wide = gammaln(1 + 2 / k) - 2 * gammaln(1 + 1 / k) > aim
            low, high = np.where(wide, middle, low), np.where(wide, high, middle)
        a = np.exp((low + high) / 2)
        return a, mean / gamma_function(1 + 1 / a)

    def moments(self, a: Array, b: Array) -> Pair:
        mean = b * gamma_function(1 + 1 / a)
        return mean, mean * np.sqrt(np.expm1(gammaln(1 + 2 / a) - 2 * gammaln(1 + 1 / a)))

    def cdf(self, a: Array, b: Array, x: Array) -> Array:
        return -np.expm1(-self._hazard(a, b, x))

    def sf(self, a: Array, b: Array, x: Array) -> Array:
        return np.exp(-self._hazard(a, b, x))

    def quantile(self, a: Array, b: Array, p: Array) -> Array:
        return b * (-np.log1p(-p)) ** (1 / a)

    def below(self, a: Array, b: Array, t: Array) -> Array:
        z = self._hazard(a, b, t)
        return -np.maximum(t, 0) * np.expm1(-z) - b * gamma_function(1 + 1 / a) * gammainc(1 + 1 / a, z)

    def above(self, a: Array, b: Array, t: Array) -> Array:
        z = self._hazard(a, b, t)
        return b * gamma_function(1 + 1 / a) * gammaincc(1 / a, z) - np.minimum(t, 0)

    def _hazard(self, a: Array, b: Array, t: Array) -> Array:
        """The cumulative hazard until t, (t / b) ** a."""
        return np.asarray((np.maximum(t, 0) / b) ** a)


class Lognormal:
    positive = True
    names = ("meanlog", "sdlog")

    def native(self, mean: Array, sd: Array) -> Pair:
        variance = np.log1p((sd / mean) ** 2)
        return np.log(mean) - variance / 2, np.sqrt(variance)

    def moments(self, a: Array, b: Array) -> Pair:
        mean = np.exp(a + b**2 / 2)
        return mean, mean * np.sqrt(np.expm1(b**2))

    def cdf(self, a: Array, b: Array, x: Array) -> Array:
        return ndtr(self._score(a, b, x))

    def sf(self, a: Array, b: Array, x: Array) -> Array:
        return ndtr(-self._score(a, b, x))

    def quantile(self, a: Array, b: Array, p: Array) -> Array:
        return np.exp(a + b * ndtri(p))

    def below(self, a: Array, b: Array, t: Array) -> Array:
        z = self._score(a, b, t)
        return np.maximum(t, 0) * ndtr(z) - np.exp(a + b**2 / 2) * ndtr(z - b)

    def above(self, a: Array, b: Array, t: Array) -> Array:
        z = self._score(a, b, t)
        return np.exp(a + b**2 / 2) * ndtr(b - z) - t * ndtr(-z)

    def from_free(self, free: Array) -> Pair:
        return free[..., 0], np.exp(free[..., 1])

    def to_free(self, a: Array, b: Array) -> Array:
        return np.stack([a, np.log(b)], axis=-1)

    def _score(self, a: Array, b: Array, t: Array) -> Array:
        return np.asarray((np.log(np.maximum(t, TINY)) - a) / b)


class Normal:
    positive = False
    names = ("mean", "sd")

    def native(self, mean: Array, sd: Array) -> Pair:
        return mean, sd

    def moments(self, a: Array, b: Array) -> Pair:
        return a, b

    def cdf(self, a: Array, b: Array, x: Array) -> Array:
        return ndtr((x - a) / b)

    def sf(self, a: Array, b: Array, x: Array) -> Array:
        return ndtr((a - x) / b)

    def quantile(self, a: Array, b: Array, p: Array) -> Array:
        return a + b * ndtri(p)

    def below(self, a: Array, b: Array, t: Array) -> Array:
        z = (t - a) / b
        return b * (z * ndtr(z) + _density(z))

    def above(self, a: Array, b: Array, t: Array) -> Array:
        z = (t - a) / b
        return b * (_density(z) - z * ndtr(-z))

    def from_free(self, free: Array) -> Pair:
        return free[..., 0], np.exp(free[..., 1])

    def to_free(self, a: Array, b: Array) -> Array:
        return np.stack([a, np.log(b)], axis=-1)


def _density(z: Array) -> Array:
    return np.asarray(np.exp(-(np.minimum(np.abs(z), 40.0) ** 2) / 2) / np.sqrt(2 * np.pi))


FAMILIES: dict[str, Family] = {
    "gamma": Gamma(),
    "lognormal": Lognormal(),
    "weibull": Weibull(),
    "normal": Normal(),
}


def family_of(name: str) -> Family:
    """The family of this name. Raises InvalidDelay."""
    if name not in FAMILIES:
        raise InvalidDelay(f"family is {name!r}; it is one of {', '.join(get_args(FamilyName))}")
    return FAMILIES[name]
