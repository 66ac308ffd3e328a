"""Attack rates of an event: by place where the population is known, by groups whose size was typed in, by exposure."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tocsin.epi.attack_rates import AttackRate, RiskRatio, attack_rate, risk_ratio
from tocsin.node.events.line_list.groups import AGES, UNKNOWN, age_name
from tocsin.node.events.models import Event, EventCase
from tocsin.node.events.models.cases import ExposureTable, GroupAtRisk
from tocsin.node.language import formats
from tocsin.node.surveillance.models import Place

__all__ = ["ExposureRow", "GroupRow", "exposure_rows", "group_rows", "groups_asked", "place_rows"]

HUNDRED_THOUSAND = 100_000
MOST_EXPOSURES = 20


@dataclass(frozen=True, slots=True)
class GroupRow:
    """cases and deaths of a group, of how many; rate and interval as a reader has them, "–" where nothing is known."""

    name: str
    cases: int
    deaths: int | None
    persons: int | None
    rate: str
    interval: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ExposureRow:
    one: ExposureTable
    exposed: str
    unexposed: str
    ratio: str
    interval: str
    p_value: str


def place_rows(event: Event) -> list[GroupRow]:
    """By place, with the population that the node knows; per 100,000."""
    counted = {row[0]: row for row in event.curve.get("places", ())}
    places = Place.objects.in_bulk(counted)
    rows = []
    for key, (_key, cases, deaths) in sorted(counted.items(), key=lambda one: -one[1][1]):
        if key in places:
            rows.append(_row(str(places[key]), cases, deaths, places[key].population, per=HUNDRED_THOUSAND))
    return rows


def groups_asked(event: Event) -> list[tuple[str, str, str, int, int | None]]:
    """Groups whose size may be typed in: kind, code, name, cases, deaths."""
    ages = event.curve.get("ages", ())
    found: list[tuple[str, str, str, int, int | None]] = []
    for group in AGES:
        if group != UNKNOWN:
            mine = [row for row in ages if row[0] == group]
            found.append(
                (GroupAtRisk.Kind.AGE, group, age_name(group), sum(r[2] for r in mine), sum(r[3] for r in mine))
            )
    for sex in (EventCase.Sex.FEMALE, EventCase.Sex.MALE):
        mine = [row for row in ages if row[1] == sex]
        found.append((GroupAtRisk.Kind.SEX, sex, str(sex.label), sum(r[2] for r in mine), sum(r[3] for r in mine)))
    for name, cases in event.curve.get("exposures", ())[:MOST_EXPOSURES]:
        found.append((GroupAtRisk.Kind.EXPOSURE, name, name, cases, None))
    return found


def group_rows(event: Event) -> dict[str, list[tuple[str, GroupRow]]]:
    """The same with sizes, by kind; each with the code of its group."""
    sizes = {(one.kind, one.group): one.persons for one in event.groups_at_risk.all()}
    rows: dict[str, list[tuple[str, GroupRow]]] = {str(kind): [] for kind in GroupAtRisk.Kind.values}
    for kind, group, name, cases, deaths in groups_asked(event):
        rows[str(kind)].append((group, _row(name, cases, deaths, sizes.get((kind, group)))))
    return rows


def _row(name: str, cases: int, deaths: int | None, persons: int | None, *, per: int = 0) -> GroupRow:
    if persons is None:
        return GroupRow(name, cases, deaths, None, formats.NO_VALUE, formats.NO_VALUE)
    if cases > persons:
        problem = _("more cases than people: one of the two is wrong")
        return GroupRow(name, cases, deaths, persons, formats.NO_VALUE, formats.NO_VALUE, problem)
    rate = attack_rate(cases, persons)
    return GroupRow(name, cases, deaths, persons, _rate(rate.rate, per), _interval(rate, per))


def _rate(value: float, per: int) -> str:
    return formats.figure(value * per) if per else formats.share(value, 1)


def _interval(rate: AttackRate, per: int = 0) -> str:
    return _("%(low)s to %(high)s") % {"low": _rate(rate.low, per), "high": _rate(rate.high, per)}


def exposure_rows(event: Event) -> list[ExposureRow]:
    """Tables of exposures, the highest ratio first."""
    found = [
        (one, risk_ratio(one.exposed_ill, one.exposed, one.unexposed_ill, one.unexposed))
        for one in event.exposure_tables.all()
    ]
    found.sort(key=lambda pair: (-pair[1].ratio if pair[1].ratio == pair[1].ratio else 1.0, pair[0].name))
    return [_exposure(one, ratio) for one, ratio in found]


def _exposure(one: ExposureTable, found: RiskRatio) -> ExposureRow:
    known = found.ratio == found.ratio  # nan where a group has nobody, or nobody fell ill
    interval = _("%(low)s to %(high)s") % {"low": formats.figure(found.low), "high": formats.figure(found.high)}
    return ExposureRow(
        one, _of(found.exposed), _of(found.unexposed), formats.figure(found.ratio) if known else formats.NO_VALUE,
        interval if known else formats.NO_VALUE, formats.p_value(found.p_value),
    )  # fmt: skip


def _of(rate: AttackRate) -> str:
    values: dict[str, Any] = {"ill": formats.whole(rate.ill), "total": formats.whole(rate.total)}
    return _("%(ill)s of %(total)s (%(share)s)") % {**values, "share": formats.share(rate.rate)}
