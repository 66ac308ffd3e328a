"""Attack rates in a group, and how much greater the risk was of those who were exposed.

Interval of a proportion: Wilson EB (1927). Probable inference, the law of succession, and statistical inference.
Journal of the American Statistical Association 22:209-212. doi:10.1080/01621459.1927.10502953

Interval of a ratio of two proportions: Koopman PAR (1984). Confidence intervals for the ratio of two binomial
proportions. Biometrics 40:513-517. doi:10.2307/2531405. It holds every ratio that a score test at 5 % does not refuse,
and so has a lower limit where nobody fell ill of those who were not exposed: the usual one of the logarithm has none.

Exact test: Fisher RA (1935). The logic of inductive inference. Journal of the Royal Statistical Society 98:39-82.
doi:10.2307/2342435. Two-sided: all tables with these margins that are no likelier than this one, as R's fisher.test.

All of them take the people of a group for a whole: whoever is asked about what they ate remembers better when ill, and
no interval says so. Counts are whole numbers, of persons.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from tocsin.epi.errors import InvalidCounts

__all__ = ["AttackRate", "RiskRatio", "attack_rate", "fisher_exact", "risk_ratio"]

Z = 1.959963984540054  # of a two-sided 95 %
CHI_SQUARED = Z * Z
MOST = 10_000_000
NO_LIKELIER = 1 + 1e-7  # of the same probability, but for rounding: as in R
FACTOR = 1e9  # a ratio beyond it is as good as infinite
STEPS = 200


@dataclass(frozen=True, slots=True)
class AttackRate:
    """ill / total, with its interval of 95 %; nan where nobody was at risk."""

    ill: int
    total: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RiskRatio:
    """Risk of the exposed over that of the others, with its interval of 95 % and the probability of chance alone.

    ratio, low, high    nan where a group has nobody, or nobody fell ill; inf where none of those not exposed did
    """

    exposed: AttackRate
    unexposed: AttackRate
    ratio: float
    low: float
    high: float
    p_value: float


def attack_rate(ill: int, total: int) -> AttackRate:
    """The share that fell ill, and Wilson's interval."""
    _check(ill, total, "")
    if total == 0:
        return AttackRate(ill, total, math.nan, math.nan, math.nan)
    p = ill / total
    middle = (p + CHI_SQUARED / (2 * total)) / (1 + CHI_SQUARED / total)
    half = Z / (1 + CHI_SQUARED / total) * math.sqrt(p * (1 - p) / total + CHI_SQUARED / (4 * total * total))
    low = 0.0 if ill == 0 else max(0.0, middle - half)
    high = 1.0 if ill == total else min(1.0, middle + half)
    return AttackRate(ill, total, p, low, high)


def risk_ratio(exposed_ill: int, exposed: int, unexposed_ill: int, unexposed: int) -> RiskRatio:
    """Of those exposed and those not: how many fell ill, of how many."""
    _check(exposed_ill, exposed, "exposed ")
    _check(unexposed_ill, unexposed, "unexposed ")
    rates = attack_rate(exposed_ill, exposed), attack_rate(unexposed_ill, unexposed)
    p_value = fisher_exact(exposed_ill, exposed, unexposed_ill, unexposed)
    if not exposed or not unexposed or exposed_ill + unexposed_ill == 0:
        return RiskRatio(*rates, math.nan, math.nan, math.nan, p_value)
    ratio = rates[0].rate / rates[1].rate if unexposed_ill else math.inf
    low, high = _koopman(exposed_ill, exposed, unexposed_ill, unexposed)
    return RiskRatio(*rates, ratio, low, high, p_value)


def _koopman(x: int, m: int, y: int, n: int) -> tuple[float, float]:
    """The least and the greatest ratio that the score test does not refuse."""

    def refused(theta: float) -> bool:
        return _score(theta, x, m, y, n) > CHI_SQUARED

    best = (x / m) / (y / n) if x and y else math.nan
    low = 0.0 if x == 0 else _edge(refused, best if y else FACTOR, 1 / FACTOR)
    high = math.inf if y == 0 else _edge(refused, best if x else 1 / FACTOR, FACTOR)
    return low, high


def _score(theta: float, x: int, m: int, y: int, n: int) -> float:
    """Pearson's statistic of both groups under the likeliest risks whose ratio is theta; q is that of the unexposed."""
    b = theta * (m + y) + n + x
    root = math.sqrt(max(b * b - 4 * theta * (m + n) * (x + y), 0.0))
    # The smaller root of the likelihood's equation, in the form that loses no digits where it is small.
    q = 2 * (x + y) / (b + root)
    return _pearson(x, m, theta * q) + _pearson(y, n, q)


def _pearson(x: int, m: int, p: float) -> float:
    difference = x - m * p
    spread = m * p * (1 - p)
    if spread <= 0:
        return 0.0 if abs(difference) < 1e-9 else math.inf
    return difference * difference / spread


def _edge(refused: Callable[[float], bool], inside: float, outside: float) -> float:
    """Where a ratio begins to be refused, between one that is not and one that is; by halving its logarithm."""
    a, b = math.log(inside), math.log(outside)
    for _ in range(STEPS):
        middle = (a + b) / 2
        if refused(math.exp(middle)):
            b = middle
        else:
            a = middle
    return math.exp(a)


def fisher_exact(exposed_ill: int, exposed: int, unexposed_ill: int, unexposed: int) -> float:
    """Probability of a table no likelier than this one, if exposure made no difference."""
    ill, everybody = exposed_ill + unexposed_ill, exposed + unexposed
    least, most = max(0, ill - unexposed), min(ill, exposed)

    def logarithm(k: int) -> float:
        return _choose(exposed, k) + _choose(unexposed, ill - k) - _choose(everybody, ill)

    found = logarithm(exposed_ill) + math.log(NO_LIKELIER)
    terms = [value for k in range(least, most + 1) if (value := logarithm(k)) <= found]
    return min(1.0, math.fsum(map(math.exp, terms)))


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _check(ill: int, total: int, group: str) -> None:
    if not 0 <= ill <= MOST or not 0 <= total <= MOST:
        raise InvalidCounts(f"{group}ill is {ill} of {total}; counts are whole numbers from 0 to {MOST:,}")
    if ill > total:
        raise InvalidCounts(
            f"{group}ill is {ill} of {total}, more than there were; total counts everybody of the group, ill or not"
        )
