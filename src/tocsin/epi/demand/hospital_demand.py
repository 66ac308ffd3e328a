"""From a forecast of cases by age to beds, staff and supplies, and the day on which each runs out.

The patients are those of `patients` (Eick SG, Massey WA, Whitt W 1993, doi:10.1287/opre.41.4.731), once for each draw
of the forecast: the spread of the result is that of cases, of the shares where these are given as draws, and of who
among them is admitted and how long they stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.demand.course import Course, Present
from tocsin.epi.demand.patients import Patients, patients
from tocsin.epi.demand.resources import BEDS, Staff, Supply, by_day
from tocsin.epi.errors import InvalidCounts, InvalidDates, InvalidOption
from tocsin.epi.quantiles import LEVELS, checked_levels, of_draws

__all__ = ["Demand", "hospital_demand"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Demand:
    """Needs of each resource by day.

    names                names of the resources: admissions, ward, oxygen, icu, ventilator, deaths where they are asked
                         for, then staff and supplies in the order given
    kinds                of each: "flow" (persons a day), "bed" (patients), "staff" (persons a day) or "supply" (units
                         used a day)
    units                of each
    dates                (days,) datetime64[D], or None
    need                 (resources, days, levels) what would be needed
    mean                 (resources, days) its mean
    met, unmet           (resources, days, levels) what exists of it, and what is missing; met is need and unmet 0 where
                         nothing is known of what exists
    capacity             (resources, days) what exists; nan where not known, and for supplies
    left                 (resources, days, levels) stock at the end of the day, of supplies with a stock; nan otherwise
    unmet_probability    (resources, days) probability that something is missing
    run_out_probability  (resources,) probability that something is missing on any of these days
    run_out_day          (resources, levels) number of the first such day, from 0; nan where that level lies beyond the
                         last day: a level of 0.025 is an early day, 0.975 a late one
    total                (resources, levels) sum over the days: persons, patient-days, staff-days, units
    levels               (levels,) of the quantiles
    starts_empty         True where neither past cases nor patients present were given: the first weeks are too low
    short_history        True where past cases do not reach back as far as 95 % of delays and stays do
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    units: tuple[str, ...]
    dates: NDArray[np.datetime64] | None
    need: Array
    mean: Array
    met: Array
    unmet: Array
    capacity: Array
    left: Array
    unmet_probability: Array
    run_out_probability: Array
    run_out_day: Array
    total: Array
    levels: Array
    starts_empty: bool
    short_history: bool

    def run_out_dates(self, name: str) -> NDArray[np.datetime64]:
        """(levels,) dates of `run_out_day`, NaT beyond the last day. Raises InvalidOption without dates or name."""
        if self.dates is None:
            raise InvalidOption("the demand has no dates; give start, the first day of the forecast")
        if name not in self.names:
            raise InvalidOption(f"there is no resource {name!r}; there are {', '.join(self.names)}")
        day = self.run_out_day[self.names.index(name)]
        known = ~np.isnan(day)
        found = self.dates[np.where(known, day, 0).astype(np.intp)]
        found[~known] = np.datetime64("NaT")
        return found


def hospital_demand(
    cases: ArrayLike,
    course: Course,
    *,
    past: ArrayLike | None = None,
    present: Present | None = None,
    capacity: Mapping[str, ArrayLike] | None = None,
    staff: Sequence[Staff] = (),
    supplies: Sequence[Supply] = (),
    start: str | np.datetime64 | None = None,
    chance: Literal["binomial", "none"] = "binomial",
    quantiles: ArrayLike = LEVELS,
    rng: np.random.Generator | None = None,
) -> Demand:
    """Beds, staff and supplies for a forecast.

    cases      (draws, ages, days) forecast of new cases by day of onset (or report)
    course     what becomes of them, by age
    past       (ages, days) or (draws, ages, days) cases of the days before, up to that before the first of `cases`;
               draws of a nowcast where the last days are not all reported
    present    patients in hospital with the disease at the start; without it they follow from `past`
    capacity   of "ward", "oxygen", "icu", "ventilator": what exists for this disease, a number or (days,)
    staff      kinds of staff; their need follows all patients, those without a bed too
    supplies   kinds of supplies; likewise
    start      first day of `cases`
    chance     "binomial": each patient's course is drawn; "none": its expectation, faster and too sure
    quantiles  (levels,)
    rng        source of all randomness; required for "binomial"
    raises     InvalidCounts, InvalidDates, InvalidDelay, InvalidOption

    Nobody who finds no bed in intensive care is added to the ward, no stay is cut short and nobody dies of want: what
    is missing is said, not what follows from it.
    """
    levels = checked_levels(quantiles)
    forecast, before = _checked_cases(cases, past, chance)
    if chance not in ("binomial", "none"):
        raise InvalidOption(f"chance is {chance!r}; it is 'binomial', or 'none' for expectations")
    if chance == "binomial" and rng is None:
        raise InvalidOption("rng is missing; chance='binomial' draws each patient's course from it")
    days = forecast.shape[2]
    recent = _that_matter(before, course, present)
    by_onset = np.concatenate([recent, forecast], axis=2)
    there = patients(by_onset, recent.shape[2], course, present, rng if chance == "binomial" else None)
    limits = dict(capacity or {})
    if strange := [name for name in limits if name not in BEDS]:
        raise InvalidOption(f"capacity names {strange[0]!r}; beds are {', '.join(BEDS)}")
    rows = _rows(there, limits, staff, supplies, days)
    names = tuple(row.name for row in rows)
    if len(set(names)) < len(names):
        raise InvalidOption(f"resources are named {', '.join(names)}; give each a name of its own")
    unmet = [row.need - row.met for row in rows]
    late = [_first(missing > 1e-9) for missing in unmet]
    dates = None if start is None else _day(start) + np.arange(days)
    return Demand(
        names=names,
        kinds=tuple(row.kind for row in rows),
        units=tuple(row.unit for row in rows),
        dates=dates,
        need=np.stack([of_draws(row.need, levels) for row in rows]),
        mean=np.stack([row.need.mean(axis=0) for row in rows]),
        met=np.stack([of_draws(row.met, levels) for row in rows]),
        unmet=np.stack([of_draws(missing, levels) for missing in unmet]),
        capacity=np.stack([row.capacity for row in rows]),
        left=np.stack([of_draws(row.left, levels) for row in rows]),
        unmet_probability=np.stack([(missing > 1e-9).mean(axis=0) for missing in unmet]),
        run_out_probability=np.array([np.isfinite(day).mean() for day in late]),
        run_out_day=np.stack([_quantile_day(day, levels) for day in late]),
        total=np.stack([of_draws(row.need.sum(axis=1), levels) for row in rows]),
        levels=levels,
        starts_empty=present is None and before.shape[2] == 0,
        short_history=_short_history(course, before.shape[2], present),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One resource: need, met and left (draws, days); capacity (days,)."""

    name: str
    kind: str
    unit: str
    need: Array
    met: Array
    capacity: Array
    left: Array


def _rows(
    there: Patients, limits: Mapping[str, ArrayLike], staff: Sequence[Staff], supplies: Sequence[Supply], days: int
) -> list[_Row]:
    unknown, nothing = np.full(days, np.nan), np.full(there.icu.shape, np.nan)
    beds: dict[str, Array] = {name: getattr(there, name) for name in BEDS}

    def row(name: str, kind: str, unit: str, need: Array, exists: ArrayLike | None) -> _Row:
        if exists is None:
            return _Row(name, kind, unit, need, need, unknown, nothing)
        limit = by_day(f"capacity of {name}", exists, days)
        return _Row(name, kind, unit, need, np.minimum(need, limit), limit, nothing)

    def added(rates: Mapping[str, float]) -> Array:
        return sum((beds[bed] * rate for bed, rate in rates.items()), start=np.zeros_like(there.icu))

    rows = [row("admissions", "flow", "persons", there.admissions, None)]
    rows += [row(name, "bed", "patients", need, limits.get(name)) for name, need in beds.items()]
    if there.deaths is not None:
        rows.append(row("deaths", "flow", "persons", there.deaths, None))
    rows += [row(kind.name, "staff", "persons", added(kind.per_patient), kind.available) for kind in staff]
    for supply in supplies:
        need = added(supply.per_patient_day) + supply.per_admission * there.admissions
        if supply.stock is None:
            rows.append(row(supply.name, "supply", supply.unit, need, None))
        else:
            met, left = _used(need, supply, days)
            rows.append(_Row(supply.name, "supply", supply.unit, need, met, unknown, left))
    return rows


def _used(need: Array, supply: Supply, days: int) -> tuple[Array, Array]:
    """What is used of a stock, and what is left each evening; what was missing one day is not asked for again."""
    came = by_day(f"deliveries of {supply.name}", 0.0 if supply.deliveries is None else supply.deliveries, days)
    met, left = np.empty_like(need), np.empty_like(need)
    stock = np.full(len(need), float(supply.stock or 0.0))
    for day in range(days):
        stock = stock + came[day]
        met[:, day] = np.minimum(need[:, day], stock)
        stock = stock - met[:, day]
        left[:, day] = stock
    return met, left


def _first(missing: NDArray[np.bool_]) -> Array:
    """(draws,) first day on which something is missing, inf for none."""
    return np.where(missing.any(axis=1), missing.argmax(axis=1), np.inf)


def _quantile_day(day: Array, levels: Array) -> Array:
    found = np.sort(day)[np.maximum(np.ceil(levels * len(day)).astype(np.intp) - 1, 0)]
    return np.where(np.isfinite(found), found, np.nan)


def _that_matter(before: Array, course: Course, present: Present | None) -> Array:
    """Past cases of whom some may still be admitted, or die; all where those in hospital must follow from them."""
    if present is None or course.death is not None:
        return before
    reach = len(course.delay("onset_to_admission")) - 1
    return before[:, :, max(before.shape[2] - reach, 0) :]


def _short_history(course: Course, days: int, present: Present | None) -> bool:
    def reach(name: str) -> int:
        return int(np.searchsorted(np.cumsum(course.delay(name)), 0.95))

    needed = reach("onset_to_admission")
    if present is None:
        needed += max(reach("ward_stay"), reach("to_icu") + reach("icu_stay") + reach("after_icu"))
    return days < needed


def _checked_cases(cases: ArrayLike, past: ArrayLike | None, chance: str) -> tuple[Array, Array]:
    forecast = _counts("cases", cases, chance)
    draws, ages, _ = forecast.shape
    if past is None:
        return forecast, np.zeros((draws, ages, 0))
    given = np.asarray(past)
    before = _counts("past", given[None] if given.ndim == 2 else given, chance)
    if before.shape[0] not in (1, draws) or before.shape[1] != ages:
        raise InvalidCounts(
            f"past has shape {given.shape}; it is ({ages}, days), or ({draws}, {ages}, days) for draws of a nowcast"
        )
    return forecast, np.broadcast_to(before, (draws, *before.shape[1:]))


def _counts(name: str, given: ArrayLike, chance: str) -> Array:
    y = np.asarray(given)
    if y.dtype.kind not in "iuf" or y.ndim != 3 or 0 in y.shape[:2] or (name == "cases" and y.shape[2] == 0):
        raise InvalidCounts(f"{name} has dtype {y.dtype} and shape {y.shape}; it is numbers of (draws, ages, days)")
    y = y.astype(np.float64)
    if not np.isfinite(y).all() or (y < 0).any():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(y) | (y < 0))[0])
        raise InvalidCounts(
            f"{name} is {y[at]:g} in draw {at[0]}, age group {at[1]}, day {at[2]}; cases are 0 or more and not "
            "missing: use a nowcast for days that are not reported"
        )
    if chance == "binomial" and (y != np.floor(y)).any():
        raise InvalidCounts(
            f"{name} holds {y[y != np.floor(y)][0]:g}; persons are drawn from whole numbers: round the draws, or ask "
            "for chance='none'"
        )
    return y


def _day(start: str | np.datetime64) -> NDArray[np.datetime64]:
    try:
        day = np.asarray(start, dtype="datetime64[D]")
    except ValueError as error:
        raise InvalidDates(f"start is {start!r}, no day such as 2026-03-09: {error}") from None
    if np.isnat(day):
        raise InvalidDates("start is missing; give the first day of the forecast, or leave it out")
    return day
