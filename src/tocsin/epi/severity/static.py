"""One fatality risk for a whole outbreak, with or without allowance for those who may yet die.

Nishiura H, Klinkenberg D, Roberts M, Heesterbeek JAP (2009). Early epidemiological assessment of the virulence of
emerging infectious diseases: a case study of an influenza pandemic. PLoS ONE 4(8):e6852.
doi:10.1371/journal.pone.0006852. Of C cases D have died, and U = u C outcomes would be known if all were to die
(`known_outcomes`): the risk is D / U. The paper takes D for a binomial of U trials, and so does R's `cfr`.

That interval is too short while an outbreak runs. A case of day s has died by day t with probability p F(t - s), so
that D is a sum of binomials with mean p U and variance p U - p^2 S, S = sum of c_s F(t - s)^2, and S is less than U.
`method="effective"` takes the binomial with that mean and that variance: n = U^2 / S trials of probability p S / U. Its
limits are those of a proportion of D in n, times U / S. Once all is known n = C, and the interval is the exact one.
"""

import numpy as np
from numpy.typing import ArrayLike

from tocsin.epi.detect.panel import whole_number
from tocsin.epi.errors import InvalidDelay, InvalidOption
from tocsin.epi.severity.counts import Daily, daily
from tocsin.epi.severity.estimate import Method, Severity, checked_method, effective, profile
from tocsin.epi.severity.known_outcomes import known_outcomes
from tocsin.epi.severity.proportion import Interval, checked_interval
from tocsin.epi.severity.uncertain_delay import mixed

__all__ = ["static"]


def static(
    cases: ArrayLike,
    deaths: ArrayLike,
    *,
    delay: ArrayLike | None = None,
    delay_draws: ArrayLike | None = None,
    method: Method = "effective",
    interval: Interval = "clopper_pearson",
    level: float = 0.95,
    poisson_threshold: int = 100,
) -> Severity:
    """The risk that a case dies, over all days given; for admissions instead of cases the hospitalisation fatality.

    cases              (series, days) new cases by day, of onset or of report, 0 and above, no gaps
    deaths             (series, days) new deaths by day of death, or of report if cases are by report
    delay              (S,) or (series, S) probability of 0, 1 … days from case to death; without it the naive risk,
                       deaths over cases, which is too low while an outbreak grows
    delay_draws        (draws, S) the same delay as draws of its posterior, instead of `delay`: the interval then holds
                       what is not known of it (`uncertain_delay`); the estimate is the median over the draws
    method             "effective" as above; "cfr" for R's profile likelihood on a grid of 0.0001. Without a delay both
                       are the exact interval that R gives
    interval           "clopper_pearson", "wilson" or "jeffreys", on which "effective" and the naive risk rest
    level              probability that the interval is to cover
    poisson_threshold  cases from which method "cfr" takes a risk below 5 % for Poisson
    returns            arrays (series,); nan where there is no case, or no outcome can be known yet
    raises             InvalidCounts, InvalidDelay, InvalidOption

    The interval holds chance alone, and what is not known of the delay where draws of it are given: not cases that
    nobody found, not deaths by other causes.
    """
    checked_method(method, level)
    checked_interval(interval, level)
    whole_number("poisson_threshold", poisson_threshold, least=1)
    counts = daily(cases, deaths, totals=True)
    C, D = counts.cases.sum(axis=1), counts.deaths.sum(axis=1)
    if delay_draws is not None:
        return _mixed(counts, delay_draws, delay, method, interval, float(level))
    if delay is None:
        U, S, late = C, C, np.zeros(len(C), dtype=bool)
    else:
        known = known_outcomes(counts.cases, delay)
        U, S, late = known.cumulative[:, -1], known.squares[:, -1], known.delay_longer_than_window
    if method == "cfr" and delay is not None:
        limits = profile(C, D, U, poisson_threshold)
    else:
        limits = effective(D, U, S, interval, level)
    return Severity(*limits, C, D, U, float(level), D > U, late)


def _mixed(
    counts: Daily, draws: ArrayLike, delay: ArrayLike | None, method: str, interval: str, level: float
) -> Severity:
    f = np.asarray(draws, dtype=np.float64)
    if delay is not None or method != "effective" or interval != "clopper_pearson":
        raise InvalidOption(
            "delay_draws takes the place of delay, for method='effective' with interval='clopper_pearson'"
        )
    if f.ndim != 2 or not len(f):
        raise InvalidDelay(f"delay_draws has shape {f.shape}; it is (draws, days), one delay a row")
    known = [known_outcomes(counts.cases, row) for row in f]
    U, S = (np.stack([getattr(k, name)[:, -1] for k in known]) for name in ("cumulative", "squares"))
    C, D = counts.cases.sum(axis=1), counts.deaths.sum(axis=1)
    middle = np.median(U, axis=0)
    late = np.mean([k.delay_longer_than_window for k in known], axis=0) > 0.5
    return Severity(*mixed(D, U, S, level), C, D, middle, level, middle < D, late)
