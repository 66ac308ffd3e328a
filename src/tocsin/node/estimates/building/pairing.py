"""Cases of a source and the deaths, or admissions to intensive care, that another one counts: by age, side by side."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from tocsin.node.estimates.building.age_groups import age_groups
from tocsin.node.estimates.building.severity import UNKNOWN_AGE
from tocsin.node.surveillance.models import Source
from tocsin.node.surveillance.panels import SourcePanel, source_panel
from tocsin.node.surveillance.runs.baselines import last_break
from tocsin.node.surveillance.runs.maturity import complete_until, incomplete_periods, last_days

__all__ = ["Counted", "Pair", "Wanted", "counted_beside", "counts_of_cases", "paired"]

Array = NDArray[np.float64]
Wanted = Mapping[str, Collection[int]]  # places by the code of the disease
OUTCOMES = (Source.Measure.DEATHS, Source.Measure.INTENSIVE)
FEWEST = 2  # periods that both count


@dataclass(frozen=True, slots=True)
class Counted:
    """What one source counts, as it was screened."""

    source: Source
    generation: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Counts of one disease in one place by two sources, or three.

    dates   (periods,) datetime64[D] first days, without gaps; complete in all of them
    cases, deaths, severe  (groups, periods), nan where nothing was reported; `severe` None where nobody counts it
    ages    codes of the groups, and UNKNOWN_AGE last where totals hold more; () where the one row is of all
    as_of   last day of the last period
    differ  whether both are told by age, but by other ages: all are then taken together
    """

    disease: str
    place: int
    deaths_by: Counted
    severe_by: Counted | None
    dates: NDArray[np.datetime64]
    cases: Array
    deaths: Array
    severe: Array | None
    ages: tuple[str, ...]
    as_of: date
    differ: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """One disease in one place by one source: all together (periods,), and by age (groups, periods)."""

    by: Counted
    dates: NDArray[np.datetime64]
    total: Array
    codes: tuple[str, ...]
    groups: Array


def counted_beside(cases: Source) -> list[Source]:
    """Sources of deaths and of intensive care whose counts may belong to the cases of this one.

    This node's own, in use, by the same period; what was invented for an exercise is never put beside what happened.
    """
    return list(_alike(cases).filter(measure__in=OUTCOMES).order_by("name", "pk"))


def counts_of_cases(outcomes: Source) -> list[Source]:
    """Sources whose cases the deaths, or the intensive care, of this one may belong to."""
    return list(_alike(outcomes).filter(measure=Source.Measure.CASES).order_by("name", "pk"))


def _alike(source: Source) -> QuerySet[Source]:
    return Source.objects.own().filter(
        is_on=True, every=source.every, week_start=source.week_start, is_exercise=source.is_exercise, generation__gt=0
    )


def paired(cases: Counted, beside: Sequence[Counted], wanted: Wanted) -> list[Pair]:
    """Of each disease in each place: cases, and the deaths that belong to them. Nothing where none are counted.

    Of several sources of deaths that one is taken which is told by the same ages, then by the most periods, then by
    the first name.
    """
    places = sorted({place for among in wanted.values() for place in among})
    told = {one.source.pk: _told(one, wanted, places) for one in (cases, *beside)}
    found = []
    for disease in sorted(wanted):
        for place in sorted(wanted[disease]):
            key = disease, place
            if (ours := told[cases.source.pk].get(key)) is None:
                continue
            others = [(one, told[one.source.pk].get(key)) for one in beside]
            deaths = _best(ours, [their for one, their in others if one.source.measure == Source.Measure.DEATHS])
            severe = _best(ours, [their for one, their in others if one.source.measure == Source.Measure.INTENSIVE])
            if deaths is not None:
                found.append(_pair(disease, place, ours, deaths, severe))
    return found


def _told(one: Counted, wanted: Wanted, places: Sequence[int]) -> dict[tuple[str, int], _Told]:
    panel = source_panel(one.source, generation=one.generation, diseases=list(wanted), places=places)
    periods = _usable(one, panel)
    rows_of: dict[tuple[str, int], list[int]] = {}
    for row, key in enumerate(zip(panel.disease_codes, panel.place_ids.tolist(), strict=True)):
        if key[1] in wanted[key[0]]:
            rows_of.setdefault(key, []).append(row)
    columns = list(one.source.columns.get("stratum") or ())
    return {key: _of_place(one, panel, rows, columns, periods) for key, rows in rows_of.items()}


def _usable(one: Counted, panel: SourcePanel) -> slice:
    """Periods since the last change of definition that have ended and no longer fill up."""
    if not len(panel.dates):
        return slice(0, 0)
    begins = last_break(one.source, panel.dates[-1])
    first = 0 if begins is None else int((panel.dates < begins).sum())
    complete = len(panel.dates) - incomplete_periods(one.source, panel.dates, generation=one.generation)
    as_of = complete_until(one.source, one.generation)
    ended = last_days(panel.dates, panel.every) <= np.datetime64(as_of, "D") if as_of else np.ones(len(panel.dates))
    return slice(first, max(first, min(complete, int(ended.sum()))))


def _of_place(one: Counted, panel: SourcePanel, rows: list[int], columns: list[str], periods: slice) -> _Told:
    counts, strata = panel.counts[rows][:, periods], [panel.strata[row] for row in rows]
    whole = [row for row, stratum in enumerate(strata) if not stratum] or list(range(len(rows)))
    total = _sum(counts[whole])
    ages = age_groups(strata, columns)
    if ages is None:
        return _Told(one, panel.dates[periods], total, (), np.empty((0, len(total))))
    groups = np.stack([_sum(counts[list(members)]) for members in ages.rows])
    if one.source.zero_reports:  # a group without a row, of a period that others were reported of
        groups = np.where(np.isnan(groups) & ~np.isnan(total), 0.0, groups)
    return _Told(one, panel.dates[periods], total, ages.codes, groups)


def _sum(rows: Array) -> Array:
    """nan only where none of them is reported."""
    return np.where(np.isnan(rows).all(axis=0), np.nan, np.nansum(rows, axis=0))


def _best(ours: _Told, theirs: Sequence[_Told | None]) -> _Told | None:
    shared = [(len(np.intersect1d(ours.dates, one.dates)), one) for one in theirs if one is not None]
    fit = [(bool(one.codes) and one.codes == ours.codes, n, one) for n, one in shared if n >= FEWEST]
    return max(fit, key=lambda each: each[:2])[2] if fit else None


def _pair(disease: str, place: int, ours: _Told, deaths: _Told, severe: _Told | None) -> Pair:
    dates = np.intersect1d(ours.dates, deaths.dates)
    by_age = bool(ours.codes) and ours.codes == deaths.codes
    # Intensive care told otherwise than the cases, or not of the whole time, says nothing of them.
    if severe is not None and (not np.isin(dates, severe.dates).all() or (by_age and severe.codes != ours.codes)):
        severe = None
    parts = [_at(one, dates, by_age=by_age) for one in (ours, deaths, severe) if one is not None]
    ages = ours.codes if by_age else ()
    if by_age:
        unknown = [_beyond(part) for part in parts]
        if any(np.nansum(row) > 0 for row in unknown):
            parts = [np.vstack([part[1:], row]) for part, row in zip(parts, unknown, strict=True)]
            ages = (*ages, UNKNOWN_AGE)
        else:
            parts = [part[1:] for part in parts]
    every = ours.by.source.every
    return Pair(
        disease=disease,
        place=place,
        deaths_by=deaths.by,
        severe_by=None if severe is None else severe.by,
        dates=dates,
        cases=parts[0],
        deaths=parts[1],
        severe=parts[2] if severe is not None else None,
        ages=ages,
        as_of=last_days(dates[-1:], every)[0].astype(date),
        differ=bool(ours.codes) and bool(deaths.codes) and not by_age,
    )


def _at(one: _Told, dates: NDArray[np.datetime64], *, by_age: bool) -> Array:
    """(1 or 1 + groups, periods): all together, then the groups."""
    at = np.searchsorted(one.dates, dates)
    return np.vstack([one.total, one.groups])[:, at] if by_age else one.total[np.newaxis, at]


def _beyond(part: Array) -> Array:
    """What the total of each period holds beyond its groups: persons of no known age."""
    more = part[0] - np.nansum(part[1:], axis=0)
    return np.where(np.isnan(part[0]), np.nan, np.maximum(more, 0.0))
