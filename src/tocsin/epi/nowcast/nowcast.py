"""One entrance to all nowcasts: which method, as of which day, towards which truth."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tocsin.epi.errors import InvalidOption
from tocsin.epi.nowcast.bayes_truncation import bayes_truncation
from tocsin.epi.nowcast.chain_ladder import chain_ladder
from tocsin.epi.nowcast.drifting import drifting
from tocsin.epi.nowcast.lawless import lawless
from tocsin.epi.nowcast.result import Nowcast
from tocsin.epi.nowcast.triangle import DAY, WEEK, ReportingTriangle
from tocsin.epi.quantiles import LEVELS

__all__ = ["METHODS", "nowcast", "target_periods"]


def _bayes(method: str) -> Callable[..., Nowcast]:
    def with_method(triangle: ReportingTriangle, **options: Any) -> Nowcast:
        return bayes_truncation(triangle, method=method, **options)  # type: ignore[arg-type]

    return with_method


METHODS: Mapping[str, Callable[..., Nowcast]] = MappingProxyType(
    {
        "drifting": drifting,
        "chain_ladder": chain_ladder,
        "lawless": lawless,
        "bayes_trunc": _bayes("bayes.trunc"),
        "bayes_notrunc": _bayes("bayes.notrunc"),
        "bayes_notrunc_bnb": _bayes("bayes.notrunc.bnb"),
    }
)
"""By name; the first is Tocsin's own, and the default."""

TARGET = re.compile(r"([1-9][0-9]{0,2})([dw])")


def nowcast(
    triangle: ReportingTriangle,
    *,
    method: str = "drifting",
    as_of: np.datetime64 | str | None = None,
    quantiles: ArrayLike = LEVELS,
    sum_over: int | None = None,
    target: str | None = None,
    **options: Any,
) -> Nowcast:
    """Counts by period of the event as they will be known.

    triangle   reports by period and delay, of many strata
    method     "drifting", "chain_ladder", "lawless", "bayes_trunc", "bayes_notrunc", "bayes_notrunc_bnb"
    as_of      only what was reported by that day is used; what the triangle holds if None
    quantiles  levels, between 0 and 1
    sum_over   periods summed, ending with each: 7 for days and 1 for weeks if None
    target     "40d": what is reported within 40 days, likewise "6w"; "final": all that will ever be reported; None is
               what is reported within the triangle's longest delay
    options    of the method
    raises     InvalidOption, InvalidTriangle, HistoryTooShort
    """
    if method not in METHODS:
        raise InvalidOption(f"method is {method!r}; there are {', '.join(METHODS)}")
    known = triangle if as_of is None else triangle.as_known_on(as_of)
    within = target_periods(target, triangle)
    if target == "final":
        if method != "drifting":
            raise InvalidOption(
                f"method {method} knows nothing of reports later than the longest delay of the triangle "
                f"({triangle.longest} periods); for target='final' use method='drifting'"
            )
        options["final"] = True
    over = (7 if triangle.step == DAY else 1) if sum_over is None else sum_over
    return METHODS[method](known.within(within), levels=quantiles, sum_over=over, **options)


def target_periods(target: str | None, triangle: ReportingTriangle) -> int:
    """The longest delay, in periods, of reports that count towards `target`. Raises InvalidOption."""
    if target is None or target == "final":
        return triangle.longest
    match = TARGET.fullmatch(target)
    if match is None:
        raise InvalidOption(f"target is {target!r}; give a span such as 40d or 6w, or final")
    days = int(match[1]) * (WEEK if match[2] == "w" else DAY)
    if days % triangle.step:
        raise InvalidOption(
            f"target is {target}, no whole number of weeks; the triangle has weeks: give 6w, for example"
        )
    if days // triangle.step > triangle.longest:
        raise InvalidOption(
            f"target is {target}, but the triangle holds delays of up to {triangle.longest * triangle.step} days; "
            "build it with a longer delay, or give a shorter target"
        )
    return days // triangle.step
