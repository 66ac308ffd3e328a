"""Screen many series with one method, and with a named fallback where history is too short for it.

No paper: the chain is ours. A period is evaluated by the method asked; where its series does not
reach back far enough, by the same method with fewer years (down to three), then by the
fallback, then not at all. Where a regression finds nothing to be fitted to, as after years of zeros,
and there are cases now, the fallback steps in as well: a first outbreak must not pass in silence
because there never was one. Each step is said.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.detect.detection import Detection
from tocsin.epi.detect.farrington_threshold import enough_recent_cases
from tocsin.epi.detect.panel import Evaluate, Exclude, Panel, panel
from tocsin.epi.detect.registry import Method, method_named
from tocsin.epi.errors import HistoryTooShort, InvalidOption

__all__ = ["FALLBACK", "FEWEST_YEARS", "Screening", "Step", "joined", "screen"]

FALLBACK = "ears"
FEWEST_YEARS = 3
_FALLBACK_OPTIONS: Mapping[str, Mapping[str, object]] = {"ears": {"method": "C2"}}
_CELLS_A_CALL = 500_000  # enough to keep all cores busy, few enough that progress is seen

_NEVER = np.iinfo(np.int64).max

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One way in which series were evaluated.

    method, options   what ran, defaults included
    needs             periods of history it needs before an evaluated one; None if the table has too few
    cells             how many series-periods were given to it
    evaluated         for how many of them it could say anything
    signals           how many of them signal
    false_alarms      how many of the evaluated would signal if nothing were out of the ordinary;
                      None if the method promises no probability
    """

    method: str
    options: Mapping[str, object]
    needs: int | None
    cells: int
    evaluated: int
    signals: int
    false_alarms: float | None


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening found, and how each series-period came to be evaluated.

    detection    results of all steps in one; its method and options are those asked for. A p-value
                 is nan where the threshold equals the expected count: the baseline had no spread
    steps        the ways used, the method asked first
    step         (series, evaluated) index into `steps`; -1 where history was too short for all
    """

    detection: Detection
    steps: tuple[Step, ...]
    step: NDArray[np.int8]

    @property
    def by_fallback(self) -> NDArray[np.bool_]:
        """(series, evaluated) where something else than what was asked for was used."""
        return self.step > 0

    @property
    def without_history(self) -> NDArray[np.bool_]:
        """(series, evaluated) where nothing could be used."""
        return self.step < 0

    @property
    def expected_false_alarms(self) -> float | None:
        """Signals to expect if nothing is out of the ordinary; None if no step promises a probability.

        Alpha times the series-periods evaluated. Counts are whole, so that the true number is
        lower where they are small: an upper bound for a method that fits.
        """
        promised = [step.false_alarms for step in self.steps if step.false_alarms is not None]
        return sum(promised) if promised else None

    @property
    def false_discovery_rate(self) -> float | None:
        """Share of the signals expected to be false alarms, at most 1; None without signals.

        Counts only signals of steps that promise a probability.
        """
        signals = sum(step.signals for step in self.steps if step.false_alarms is not None)
        expected = self.expected_false_alarms
        return min(1.0, expected / signals) if expected is not None and signals else None

    def discoveries(self, rate: float = 0.05) -> NDArray[np.bool_] | None:
        """(series, evaluated) signals that stand when at most `rate` of them may be false.

        Benjamini Y, Hochberg Y (1995). Journal of the Royal Statistical Society B 57:289-300.
        doi:10.1111/j.2517-6161.1995.tb02031.x. None if no p-values were computed.
        """
        p = self.detection.p_value
        known = np.sort(p[~np.isnan(p)])
        if not known.size:
            return None
        below = np.flatnonzero(known <= rate * np.arange(1, known.size + 1) / known.size)
        if not below.size:
            return np.zeros(p.shape, dtype=bool)
        with np.errstate(invalid="ignore"):
            stands: NDArray[np.bool_] = self.detection.alarm & (p <= known[below[-1]])
        return stands


def screen(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    method: str = "farrington_flexible",
    evaluate: Evaluate = 1,
    incomplete: int = 0,
    exclude: Exclude = None,
    fallback: str | None = FALLBACK,
    jobs: int | None = None,
    progress: Progress | None = None,
    options: Mapping[str, object] | None = None,
    **more: object,
) -> Screening:
    """Screen every series with `method`, and with fewer years or `fallback` where it starts too late.

    counts      (series, periods) cases; nan where none was reported. A series starts with its
                first reported count
    dates       (periods,) first day of each period, or None to count by index
    method      name of a method of `tocsin.epi.detect.registry`
    evaluate    number of last complete periods, a slice or indexes of periods
    incomplete  number of last periods that are still incomplete: they are not evaluated
    exclude     periods left out of baselines, as for every method
    fallback    method for what the asked one cannot evaluate; None leaves it unevaluated, and
                refuses a table that is too short as a whole. It takes `alpha` where given
    progress    called with (series done, series in all) from time to time
    options     of the method, by name or as a mapping, which may also hold one that is named as an
                argument here (the `method` of EARS: C1, C2 or C3). Charts, unless `run_in` is given,
                run for a year before the first evaluated period
    raises      InvalidOption, InvalidCounts, InvalidDates; HistoryTooShort if no step can
                evaluate a single period
    """
    asked = method_named(method)
    chosen = {**(options or {}), **more}
    asked.require_options(chosen)
    if asked.chart:
        year = chosen.get("periods_per_year", asked.defaults["periods_per_year"])
        chosen.setdefault("run_in", int(year) if isinstance(year, (int, float)) else 0)
    given = panel(*_complete(counts, dates, incomplete), evaluate, first=0, exclude=_cut(exclude, incomplete))
    return _run(given, list(_plans(asked, chosen, fallback, given)), jobs, progress)


def joined(parts: Sequence[Screening]) -> Screening:
    """One screening of the series of all parts, in their order; the parts are of one table and one call's options."""
    detections = [part.detection for part in parts]
    steps: list[Step] = []
    numbers = []
    for part in parts:
        places = [_place(step, steps) for step in part.steps]
        numbers.append(np.array([*places, -1], dtype=np.int8)[part.step])
    arrays = ("observed", "expected", "threshold", "alarm", "exceedance", "p_value", "dispersion")
    together: dict[str, Any] = {name: np.concatenate([getattr(d, name) for d in detections]) for name in arrays}
    # The chain of each part is a part of the chain of all: by what they need, the method asked first.
    order = [0, *sorted(range(1, len(steps)), key=lambda i: (-_rank(steps[i]), i))]
    rank = np.full(len(steps) + 1, -1, dtype=np.int8)
    rank[order] = np.arange(len(steps))
    return Screening(replace(detections[0], **together), tuple(steps[i] for i in order), rank[np.concatenate(numbers)])


def _rank(step: Step) -> float:
    return np.inf if step.needs is None else step.needs


def _place(step: Step, steps: list[Step]) -> int:
    """Where `step` stands among `steps`, its numbers added to those there; at their end if it is new."""
    for place, other in enumerate(steps):
        if (other.method, dict(other.options)) == (step.method, dict(step.options)):
            steps[place] = replace(
                other,
                cells=other.cells + step.cells,
                evaluated=other.evaluated + step.evaluated,
                signals=other.signals + step.signals,
                false_alarms=None if step.false_alarms is None else (other.false_alarms or 0.0) + step.false_alarms,
            )
            return place
    steps.append(step)
    return len(steps) - 1


@dataclass(frozen=True, slots=True)
class _Plan:
    method: Method
    options: Mapping[str, object]
    needs: int


def _complete(
    counts: ArrayLike, dates: ArrayLike | None, incomplete: int
) -> tuple[NDArray[np.generic], NDArray[np.generic] | None]:
    """Counts and dates without the incomplete last periods."""
    table = np.atleast_2d(np.asarray(counts))
    if not 0 <= incomplete < table.shape[-1]:
        raise InvalidOption(f"incomplete is {incomplete} of {table.shape[-1]} periods; one at least must be complete")
    if not incomplete:
        return table, None if dates is None else np.asarray(dates)
    return table[..., :-incomplete], None if dates is None else np.asarray(dates)[:-incomplete]


def _cut(exclude: Exclude, incomplete: int) -> Exclude:
    if incomplete and isinstance(exclude, np.ndarray) and exclude.dtype == bool:
        return exclude[..., :-incomplete]
    return exclude


def _plans(asked: Method, options: Mapping[str, object], fallback: str | None, given: Panel) -> Iterator[_Plan]:
    """The steps to try, best first, each with the history it needs; refused if none can do anything."""
    refusals = []
    possible = False
    for method, its_options in _chain(asked, options, fallback):
        try:
            plan = _Plan(method, its_options, _history_needed(method, its_options, given))
        except HistoryTooShort as refusal:
            refusals.append(refusal)
            plan = _Plan(method, its_options, _NEVER)
        possible = possible or bool((given.periods >= plan.needs).any())
        yield plan
    if not possible:
        periods = given.counts.shape[1]
        raise HistoryTooShort(
            f"history is too short for {asked.name}"
            + (f" and for the fallback {fallback}" if fallback else "")
            + f": {refusals[0] if refusals else f'{periods} periods, all to be evaluated too early'}"
        )


def _chain(
    asked: Method, options: Mapping[str, object], fallback: str | None
) -> Iterator[tuple[Method, Mapping[str, object]]]:
    yield asked, options
    if fallback is None:
        return
    years = options.get("years_back", asked.defaults.get("years_back"))
    if isinstance(years, int):
        for fewer in range(years - 1, FEWEST_YEARS - 1, -1):
            yield asked, {**options, "years_back": fewer}
    last = method_named(fallback)
    same = {name: value for name, value in options.items() if name == "alpha" and name in last.defaults}
    yield last, {**_FALLBACK_OPTIONS.get(fallback, {}), **same}


def _history_needed(method: Method, options: Mapping[str, object], given: Panel) -> int:
    """Periods that must lie before an evaluated one: the method itself is asked, with a series of zeros."""
    dates = None if given.dates is None else (given.dates.dtype.str, given.dates.tobytes())
    asked = (method.name, tuple(sorted(options.items())), dates, given.counts.shape[1])
    try:
        hash(asked)
    except TypeError:  # an array or a list among the options: asked anew
        return _first_evaluated.__wrapped__(*asked)
    return _first_evaluated(*asked)


@lru_cache(maxsize=64)  # one series after another is drawn over the same periods
def _first_evaluated(
    method: str, options: tuple[tuple[str, object], ...], dates: tuple[str, bytes] | None, periods: int
) -> int:
    days = None if dates is None else np.frombuffer(dates[1], dtype=dates[0])
    return int(method_named(method).function(np.zeros((1, periods)), days, jobs=1, **dict(options)).periods[0])


def _run(given: Panel, plans: list[_Plan], jobs: int | None, progress: Progress | None) -> Screening:
    found = _Found(given, plans)
    series = given.counts.shape[0]
    chunk = max(1, _CELLS_A_CALL // given.periods.size)
    for first in range(0, series, chunk):
        rows = slice(first, min(first + chunk, series))
        history = given.periods - _first_reported(given.counts[rows])[:, np.newaxis]
        found.step[rows] = _step_of_each(plans, history)
        for index, plan in enumerate(plans):
            for mask in _calls(plan, found.step[rows] == index):
                found.take(index, _detect(given, plan, rows, mask, jobs), rows, mask)
            found.step[rows][_without_model(given, plan, rows, found, index) & (history >= plans[-1].needs)] = (
                len(plans) - 1
            )
        if progress:
            progress(rows.stop, series)
    return found.screening(given)


def _without_model(given: Panel, plan: _Plan, rows: slice, found: "_Found", index: int) -> NDArray[np.bool_]:
    """(series, evaluated) with cases enough for the plan's regression to speak, which it could not fit."""
    if "min_recent" not in plan.method.defaults:
        return np.zeros(found.step[rows].shape, dtype=np.bool_)
    min_recent: Any = plan.options.get("min_recent", plan.method.defaults["min_recent"])
    here = replace(given, counts=given.counts[rows])
    speaks = enough_recent_cases(here, min_recent) & (here.observed() > 0)
    without: NDArray[np.bool_] = (found.step[rows] == index) & np.isnan(found.numbers["dispersion"][rows]) & speaks
    return without


def _step_of_each(plans: list[_Plan], history: NDArray[np.intp]) -> NDArray[np.int8]:
    """(series, evaluated) the first plan whose history each has."""
    step = np.full(history.shape, -1, dtype=np.int8)
    for index in range(len(plans) - 1, -1, -1):
        step[history >= plans[index].needs] = index
    return step


def _calls(plan: _Plan, mask: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """The series and periods to give to a method at once.

    A chart starts before the first period that it evaluates, so that only series with the same
    periods to evaluate go together: no result may depend on what is screened beside it.
    """
    if not mask.any():
        return
    if not plan.method.chart:
        yield mask
        return
    patterns, pattern = np.unique(mask, axis=0, return_inverse=True)
    for index, periods in enumerate(patterns):
        if periods.any():
            yield mask & (pattern.reshape(-1, 1) == index)


def _first_reported(counts: NDArray[np.generic]) -> NDArray[np.intp]:
    """(series,) index of the first count of each series; beyond the last period if there is none."""
    if counts.dtype.kind != "f":
        return np.zeros(counts.shape[0], dtype=np.intp)
    reported = ~np.isnan(counts)
    first: NDArray[np.intp] = np.where(reported.any(axis=1), reported.argmax(axis=1), 2 * counts.shape[1])
    return first


def _detect(given: Panel, plan: _Plan, rows: slice, mask: NDArray[np.bool_], jobs: int | None) -> Detection:
    """Results of one plan for the series and periods of `mask` that need it."""
    of = mask.any(axis=1)
    excluded = given.excluded
    if excluded is not None and excluded.ndim == 2:
        excluded = excluded[rows][of]
    counts = given.counts[rows]
    return plan.method.function(
        counts if of.all() else counts[of],
        given.dates,
        evaluate=given.periods[mask.any(axis=0)],
        exclude=excluded,
        jobs=jobs,
        **plan.options,
    )


class _Found:
    """Results gathered over plans and chunks of series."""

    def __init__(self, given: Panel, plans: list[_Plan]) -> None:
        shape = given.counts.shape[0], given.periods.size
        self.plans = plans
        self.options: dict[int, Mapping[str, object]] = {}
        self.step = np.full(shape, -1, dtype=np.int8)
        self.alarm = np.zeros(shape, dtype=np.bool_)
        self.numbers = {
            name: np.full(shape, np.nan) for name in ("expected", "threshold", "exceedance", "p_value", "dispersion")
        }

    def take(self, index: int, detection: Detection, rows: slice, mask: NDArray[np.bool_]) -> None:
        """Copy what plan `index` found for the series and periods of `mask`, and no others."""
        self.options.setdefault(index, detection.options)
        part = np.ix_(mask.any(axis=1), mask.any(axis=0))
        wanted = mask[part]
        for name, array in self.numbers.items():
            array[rows][mask] = getattr(detection, name)[wanted]
        self.alarm[rows][mask] = detection.alarm[wanted]

    def screening(self, given: Panel) -> Screening:
        asked = self.plans[0]
        # A baseline without any spread makes a normal tail of exactly 0: no probability, and not the most exceptional.
        self.numbers["p_value"][self.numbers["threshold"] == self.numbers["expected"]] = np.nan
        detection = Detection(
            method=asked.method.name,
            options=self._options(0),
            periods=given.periods,
            dates=given.evaluated_dates,
            observed=given.observed(),
            alarm=self.alarm,
            **self.numbers,
        )
        used = [0, *(index for index in range(1, len(self.plans)) if (self.step == index).any())]
        place = np.full(len(self.plans) + 1, -1, dtype=np.int8)  # its last element serves index -1
        place[used] = np.arange(len(used))
        steps = tuple(self._step(index, detection) for index in used)
        return Screening(detection, steps, place[self.step])

    def _options(self, index: int) -> Mapping[str, object]:
        plan = self.plans[index]
        return self.options.get(index) or {**plan.method.defaults, **plan.options}

    def _step(self, index: int, detection: Detection) -> Step:
        plan, of, options = self.plans[index], self.step == index, self._options(index)
        evaluated = int((detection.evaluated & of).sum())
        probability = plan.method.false_alarm_probability(options)
        return Step(
            method=plan.method.name,
            options=options,
            needs=None if plan.needs == _NEVER else plan.needs,
            cells=int(of.sum()),
            evaluated=evaluated,
            signals=int((detection.alarm & of).sum()),
            false_alarms=None if probability is None else probability * evaluated,
        )
