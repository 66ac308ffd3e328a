"""Counts of one generation of a source as rows of `weekly-indicators`, week by week, before anything is withheld.

Weeks that have not ended are not there. Zero is zero; what nobody reported is `missing`, from the first week on that
the series was ever reported.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from tocsin.exchange.types.context import Place as Known
from tocsin.exchange.types.tables import overlapping
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.indicators.building.groups import ALL, Group, group_of
from tocsin.node.indicators.models import SharingRule
from tocsin.node.indicators.refusals import NotShared
from tocsin.node.surveillance.diseases.reading import read_diseases
from tocsin.node.surveillance.models import Place, Source
from tocsin.node.surveillance.panels import SourcePanel, source_panel
from tocsin.node.surveillance.runs.maturity import complete_until

__all__ = ["FIRST_DAYS", "Line", "Table", "known_diseases", "our_places", "read_table"]

FIRST_DAYS = {0: "monday", 5: "saturday", 6: "sunday"}
WEEKDAYS = {name: number for number, name in FIRST_DAYS.items()}
CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*")
DEPTHS = {
    SharingRule.Depth.STATE: {Place.Kind.COUNTRY},
    SharingRule.Depth.REGIONS: {Place.Kind.COUNTRY, Place.Kind.REGION},
    SharingRule.Depth.DISTRICTS: {Place.Kind.COUNTRY, Place.Kind.REGION, Place.Kind.DISTRICT},
}
Row = list[Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One series as partners know it, and its counts a week; nan where nobody reported."""

    disease: str
    place: str
    group: Group
    counts: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """What a rule lets leave.

    weeks      first days of weeks that have ended, oldest first: columns of every line's counts
    chosen     how many of the last are sent
    places     places of this state as an examination knows them, by their code
    left_out   what is not sent though the source has it: {"groups": {name: series}, "diseases": …, "places": …}
    """

    rule: SharingRule
    weeks: list[date]
    chosen: int
    first_day: str
    reported_until: date
    lines: list[Line]
    places: dict[str, Known]
    left_out: dict[str, dict[str, int]] = field(default_factory=dict)

    def rows_of(self, at: int) -> list[Row]:
        """Rows of the week at this place of `weeks`, by disease, place and group."""
        week = self.weeks[at].isoformat()
        rows = []
        for line in self.lines:
            known = ~np.isnan(line.counts[: at + 1])
            if not known.any():
                continue
            key = [self.rule.indicator, line.disease, line.place, week, line.group.age, line.group.sex]
            rows.append([*key, self._whole(line, at)] if known[at] else [*key, None, "missing"])
        return rows

    def _whole(self, line: Line, at: int) -> int:
        value = float(line.counts[at])
        if not value.is_integer():
            raise NotShared("not-whole", disease=line.disease, place=line.place, week=self.weeks[at].isoformat())
        return int(value)


@cache
def known_diseases() -> frozenset[str]:
    """Codes that every node of this release knows; those that a state added itself mean nothing to others."""
    return frozenset(entry.code for entry in read_diseases())


def our_places() -> dict[str, Known]:
    """Places of this state by the code that documents give them; the state itself under its node's name."""
    found = Place.objects.filter(state__is_here=True).select_related("parent").order_by("path")
    return {
        _code(place): Known(
            place.population,
            _code(place.parent) if place.parent and place.parent.parent_id else None,
            place.kind != Place.Kind.POINT_OF_ENTRY,
        )
        for place in found
    }


def _code(place: Place) -> str:
    return here().code if place.parent_id is None else place.code


def read_table(rule: SharingRule, *, generation: int, all_weeks: bool) -> Table:
    """What the rule lets leave of a generation of its source. Raises NotShared."""
    source = rule.source
    _check(source, generation)
    places = _places(rule)
    panel = source_panel(source, generation=generation, diseases=rule.diseases or None, places=list(places))
    starts, counts = _by_week(panel, source)
    until = _reported_until(source, generation)
    ended = starts + np.timedelta64(6, "D") <= np.datetime64(until, "D")
    starts, counts = starts[ended], counts[:, ended]
    if not starts.size:
        raise NotShared("no-week")
    lines, left_out = _lines(rule, panel, counts, places)
    if not lines:
        raise NotShared("no-series")
    if pair := overlapping(sorted({line.group.age for line in lines})):
        raise NotShared("overlapping-ages", one=pair[0], other=pair[1])
    return Table(
        rule=rule,
        weeks=starts.tolist(),
        chosen=len(starts) if all_weeks else min(rule.weeks, len(starts)),
        first_day=_first_day(starts[0].item()),
        reported_until=until,
        lines=lines,
        places=our_places(),
        left_out=left_out,
    )


def _check(source: Source, generation: int) -> None:
    if source.every == Source.Every.MONTH:
        raise NotShared("monthly")
    if not generation:
        raise NotShared("no-counts")
    if source.is_exercise and not alliance().exercise:
        raise NotShared("invented")
    if source.shared_by_id is not None or source.place.state_id is None or not source.place.state.is_here:
        raise NotShared("foreign-place", place=str(source.place))


def _places(rule: SharingRule) -> dict[int, str]:
    """Codes of the places that the rule lets leave, by key, in the order of the tree."""
    kinds = DEPTHS[SharingRule.Depth(rule.depth)]
    found = Place.objects.within(rule.source.place).filter(kind__in=kinds).order_by("path")
    codes = {place.pk: _code(place) for place in found}
    for code in codes.values():
        if not CODE.fullmatch(code):
            raise NotShared("place-code", place=code)
    return codes


def _reported_until(source: Source, generation: int) -> date:
    """The last day that had ended everywhere in the state when the counts were taken: the day before."""
    taken = complete_until(source, generation) or timezone.localdate()
    return min(taken, timezone.localdate()) - timedelta(days=1)


def _first_day(day: date) -> str:
    if day.weekday() not in FIRST_DAYS:
        raise NotShared("week-begins")
    return FIRST_DAYS[day.weekday()]


def _by_week(panel: SourcePanel, source: Source) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """First days of weeks, and counts by week. Of days only whole weeks; a day without a report makes it missing."""
    if panel.every == "week" or not panel.dates.size:
        return panel.dates, panel.counts
    first = panel.dates[0].item()
    skipped = (WEEKDAYS[source.week_start] - first.weekday()) % 7
    weeks = max(0, (len(panel.dates) - skipped) // 7)
    days = panel.counts[:, skipped : skipped + 7 * weeks]
    return panel.dates[skipped : skipped + 7 * weeks : 7], days.reshape(len(days), weeks, 7).sum(axis=2)


def _lines(
    rule: SharingRule, panel: SourcePanel, counts: NDArray[np.float64], places: dict[int, str]
) -> tuple[list[Line], dict[str, dict[str, int]]]:
    known, columns = known_diseases(), rule.source.columns.get("stratum") or []
    left_out: dict[str, Counter[str]] = {"groups": Counter(), "diseases": Counter()}
    found: dict[tuple[str, int, Group], NDArray[np.float64]] = {}
    for row, (disease, stratum) in enumerate(zip(panel.disease_codes, panel.strata, strict=True)):
        if stratum and not rule.with_groups:
            continue
        group = group_of(stratum, columns)
        if disease not in known:
            left_out["diseases"][disease] += 1
        elif group is None:
            left_out["groups"][stratum] += 1
        else:
            key = (disease, int(panel.place_ids[row]), group)
            found[key] = _together(found.get(key), counts[row])
    order = {pk: number for number, pk in enumerate(places)}
    lines = [
        Line(disease, places[place], group, found[disease, place, group])
        for disease, place, group in sorted(found, key=lambda key: (key[0], order[key[1]], key[2] != ALL, key[2]))
    ]
    return lines, {kind: dict(counted) for kind, counted in left_out.items() if counted}


def _together(one: NDArray[np.float64] | None, other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two spellings of one group are one; missing only where neither was reported."""
    if one is None:
        return other
    return np.where(np.isnan(one), other, one + np.nan_to_num(other))
