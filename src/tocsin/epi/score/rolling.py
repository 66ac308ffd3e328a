"""Forecasts made again for past days, each from what was known on that day alone.

Scores of a method fitted to data as they are known today are too good: counts are revised, and what a method was tuned
on it also explains. Here the data come from `known(day)`, asked for once a day and handed to every method, and the
truth is only used for scores, after all forecasts are made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import EpiError, InvalidDates, InvalidOption
from tocsin.epi.quantiles import checked_levels
from tocsin.epi.score.evaluation import Evaluation, evaluate
from tocsin.epi.score.interval_scores import Scale, weighted_interval_score
from tocsin.epi.score.relative_skill import RelativeSkill, relative_skill

__all__ = ["Refusal", "RollingForecasts", "latest_vintage", "rolling"]

Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A method that could not forecast on a day, and what it said."""

    method: str
    as_of: np.datetime64
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class RollingForecasts(Generic[Known]):
    """The forecasts of a rolling evaluation.

    as_of      (days,) on which forecasts were made
    methods    names
    levels     (levels,)
    quantiles  (methods, days, ..., levels) forecasts; nan where a method refused
    refusals   which did
    """

    as_of: NDArray[np.datetime64]
    methods: tuple[str, ...]
    levels: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    refusals: tuple[Refusal, ...]

    def scores(self, truth: ArrayLike, *, scale: Scale = "natural") -> NDArray[np.float64]:
        """(methods, days, ...) weighted interval scores against `truth` (days, ...); nan where either is missing."""
        return weighted_interval_score(self._truth(truth)[None], self.quantiles, self.levels, scale=scale)

    def skill(self, truth: ArrayLike, *, baseline: str | None = None, scale: Scale = "natural") -> RelativeSkill:
        """The methods compared two by two, and with the baseline, one of them. Raises InvalidOption."""
        if baseline is not None and baseline not in self.methods:
            raise InvalidOption(f"baseline is {baseline!r}; the methods are {', '.join(self.methods)}")
        number = None if baseline is None else self.methods.index(baseline)
        return relative_skill(self.scores(truth, scale=scale), baseline=number)

    def evaluation(self, truth: ArrayLike, *, by: Mapping[str, ArrayLike] | None = None) -> Evaluation:
        """`evaluate` by method and by what `by` names, which is broadcast against truth (days, ...)."""
        y = self._truth(truth)
        keys: dict[str, ArrayLike] = {
            "method": np.array(self.methods).reshape((-1, *(1,) * y.ndim)),
            **{name: np.broadcast_to(np.asarray(key), y.shape)[None] for name, key in (by or {}).items()},
        }
        every = np.broadcast_to(y, (len(self.methods), *y.shape))
        return evaluate(every, self.quantiles, self.levels, by=keys)

    def _truth(self, truth: ArrayLike) -> NDArray[np.float64]:
        y = np.asarray(truth, dtype=np.float64)
        if y.shape != self.quantiles.shape[1:-1]:
            raise InvalidOption(
                f"truth has shape {y.shape}, but forecasts are of {self.quantiles.shape[1:-1]}: days, then targets"
            )
        return y


def rolling(
    as_of: ArrayLike,
    *,
    known: Callable[[np.datetime64], Known],
    methods: Mapping[str, Callable[[Known, np.datetime64], ArrayLike]],
    levels: ArrayLike,
) -> RollingForecasts[Known]:
    """Forecast on each day with each method.

    as_of    (days,) increasing
    known    day -> the data as they were known on that day; whatever the methods take
    methods  name -> function of these data and the day, that returns quantiles (..., levels) of the same targets each
             day (horizons, strata and horizons, ...). A method that raises EpiError has no forecast for that day
    levels   (levels,) of the quantiles
    raises   InvalidDates; InvalidOption of forecasts of another shape, or where no method forecast on any day
    """
    days = np.atleast_1d(np.asarray(as_of, dtype="datetime64[D]"))
    if days.ndim != 1 or not len(days) or np.isnat(days).any() or (np.diff(days).astype(np.int64) <= 0).any():
        raise InvalidDates("as_of must be one row of increasing dates, at least one")
    if not methods:
        raise InvalidOption("methods is empty; give at least one")
    tau = checked_levels(levels)
    made: dict[tuple[str, int], NDArray[np.float64]] = {}
    refusals: list[Refusal] = []
    for number, day in enumerate(days):
        data = known(day)
        for name, method in methods.items():
            try:
                made[name, number] = np.asarray(method(data, day), dtype=np.float64)
            except EpiError as error:
                refusals.append(Refusal(name, day, str(error)))
    if not made:
        raise InvalidOption(f"no method forecast on any day; on {refusals[0].as_of}: {refusals[0].message}")
    shape = next(iter(made.values())).shape
    names = tuple(methods)
    quantiles = np.full((len(names), len(days), *shape), np.nan)
    for (name, number), forecast in made.items():
        if forecast.shape != shape or not shape or shape[-1] != len(tau):
            raise InvalidOption(
                f"{name} returned shape {forecast.shape} on {days[number]}; the first forecast had {shape}, and the "
                f"last axis has the {len(tau)} levels"
            )
        quantiles[names.index(name), number] = forecast
    return RollingForecasts(days, names, tau, quantiles, tuple(refusals))


def latest_vintage(vintages: ArrayLike, as_of: np.datetime64) -> int:
    """Number of the last vintage published on or before a day. Raises InvalidDates where there is none.

    vintages  (vintages,) days of publication, increasing
    """
    days = np.atleast_1d(np.asarray(vintages, dtype="datetime64[D]"))
    if (np.diff(days).astype(np.int64) <= 0).any():
        raise InvalidDates("vintages must increase; sort them, and keep one a day")
    number = int((days <= as_of).sum()) - 1
    if number < 0:
        raise InvalidDates(f"nothing was published by {as_of}; the first vintage is of {days[0]}")
    return number
