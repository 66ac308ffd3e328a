"""The detection methods there are: name, what it does, whose it is, and its name in R.

A method is imported when it is first run, so that listing them costs nothing.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from tocsin.epi.detect.detection import Detection
from tocsin.epi.errors import InvalidOption

__all__ = ["METHODS", "Method", "method_named"]

# What the caller of every method gives: the data, not an option of the method.
_GIVEN = frozenset({"counts", "dates", "evaluate", "exclude", "jobs", "population"})


@dataclass(frozen=True, slots=True)
class Method:
    """A published detection method.

    name             its function in `tocsin.epi.detect`, in the module of the same name
    summary          one line: what it compares with what
    paper, doi       where it was published; doi is empty where the source has none
    r_name           the function of R's `surveillance` that computes the same; empty if none does
    tail             share of its option `alpha` that is the probability of a false alarm: 0.5 where the
                     paper's alpha is two-sided; None where the method promises no probability
    chart            whether it carries a statistic on from period to period
    spans            options whose defaults are a number of weeks
    """

    name: str
    summary: str
    paper: str
    doi: str
    r_name: str
    tail: float | None = None
    chart: bool = False
    spans: tuple[str, ...] = ()

    @property
    def function(self) -> Callable[..., Detection]:
        module = import_module(f"tocsin.epi.detect.{self.name}")
        function: Callable[..., Detection] = getattr(module, self.name)
        return function

    @property
    def defaults(self) -> Mapping[str, object]:
        """Options of the method with the values they have when nothing is said."""
        parameters = inspect.signature(self.function).parameters
        return MappingProxyType({n: p.default for n, p in parameters.items() if n not in _GIVEN})

    def for_periods(self, periods_per_year: int) -> Mapping[str, object]:
        """Defaults that are a number of weeks, as the nearest number of other periods, at least 1."""
        return {name: _scaled(self.defaults[name], periods_per_year / 52) for name in self.spans}

    def require_options(self, options: Mapping[str, object]) -> None:
        """Refuse an option that the method does not have, naming those it has."""
        for name in options:
            if name not in self.defaults:
                raise InvalidOption(f"{self.name} has no option {name}; it has {', '.join(self.defaults)}")

    def false_alarm_probability(self, options: Mapping[str, object]) -> float | None:
        """Chance that an ordinary period signals, as the method promises; None if it promises none."""
        alpha = options.get("alpha")
        return self.tail * float(alpha) if self.tail is not None and isinstance(alpha, (int, float)) else None


def _scaled(weeks: object, ratio: float) -> object:
    """The last figure of an option, which counts weeks, in other periods."""
    if isinstance(weeks, tuple):
        return (*weeks[:-1], _scaled(weeks[-1], ratio))
    return max(1, round(weeks * ratio)) if isinstance(weeks, int) else weeks


def method_named(name: str) -> Method:
    if name not in METHODS:
        raise InvalidOption(f"there is no method {name!r}; there are {', '.join(METHODS)}")
    return METHODS[name]


_ALL = (
    Method(
        "farrington_flexible",
        "quasi-Poisson regression on the same season of past years, all the year through a seasonal factor",
        "Noufaily A, Enki DG, Farrington P, Garthwaite P, Andrews N, Charlett A (2013). An improved algorithm for "
        "outbreak detection in multiple surveillance systems. Statistics in Medicine 32:1206-1222",
        "10.1002/sim.5595",
        "farringtonFlexible",
        tail=1.0,
        spans=("half_window", "skip_recent", "min_recent"),
    ),
    Method(
        "farrington",
        "quasi-Poisson regression on the same weeks of past years",
        "Farrington CP, Andrews NJ, Beale AD, Catchpole MA (1996). A statistical algorithm for the early detection of "
        "outbreaks of infectious disease. Journal of the Royal Statistical Society A 159:547-563",
        "10.2307/2983331",
        "farrington",
        tail=0.5,
        spans=("half_window", "min_recent"),
    ),
    Method(
        "ears",
        "mean and standard deviation of the last few periods (C1, C2) or a sum of recent excesses (C3)",
        "Hutwagner L, Thompson W, Seeman GM, Treadwell T (2003). The bioterrorism preparedness and response Early "
        "Aberration Reporting System (EARS). Journal of Urban Health 80:i89-i96",
        "10.1007/PL00022319",
        "earsC",
        tail=1.0,
    ),
    Method(
        "cusum",
        "sum of standardised excesses over what is ordinary, period after period",
        "Rossi G, Lampugnani L, Marchi M (1999). An approximate CUSUM procedure for surveillance of health events. "
        "Statistics in Medicine 18:2111-2122",
        "10.1002/(SICI)1097-0258(19990830)18:16<2111::AID-SIM171>3.0.CO;2-Q",
        "cusum",
        chart=True,
    ),
    Method(
        "glr_poisson",
        "likelihood ratio of a shift at any time in the past, Poisson counts",
        "Höhle M, Paul M (2008). Count data regression charts for the monitoring of surveillance time series. "
        "Computational Statistics & Data Analysis 52:4357-4368",
        "10.1016/j.csda.2008.02.015",
        "glrpois",
        chart=True,
    ),
    Method(
        "glr_negative_binomial",
        "likelihood ratio of a shift at any time in the past, overdispersed counts",
        "Höhle M, Paul M (2008). Count data regression charts for the monitoring of surveillance time series. "
        "Computational Statistics & Data Analysis 52:4357-4368",
        "10.1016/j.csda.2008.02.015",
        "glrnb",
        chart=True,
    ),
    Method(
        "bayes",
        "predictive distribution of a Poisson count given the same season of past years",
        "Riebler A (2004). Empirischer Vergleich von statistischen Methoden zur Ausbruchserkennung bei Surveillance "
        "Daten. Bachelor's thesis, Ludwig-Maximilians-Universität München",
        "",
        "bayes",
        tail=1.0,
        spans=("half_window",),
    ),
    Method(
        "rki",
        "mean and standard deviation of the same season of past years, as the Robert Koch Institute used it",
        "Höhle M (2007). surveillance: an R package for the monitoring of infectious diseases. "
        "Computational Statistics 22:571-582",
        "10.1007/s00180-007-0074-8",
        "rki",
        spans=("half_window",),
    ),
    Method(
        "fixed_rule",
        "a number of cases within a number of periods, down to a single case",
        "World Health Organization (2014). Early detection, assessment and response to acute public health events: "
        "implementation of early warning and response. WHO/HSE/GCR/LYO/2014.4",
        "",
        "",
    ),
)

METHODS: Mapping[str, Method] = MappingProxyType({method.name: method for method in _ALL})
"""Every method by its name, the default first."""
