"""What an event will take, as lines of a request: its forecast, the course of the disease as people here know it, and
what is in stock.

The forecast is the event's own (EventEstimate); what becomes of a case nobody but those who treat them knows, so that
shares and stays are given, never assumed. Of a forecast quantiles are kept and no draws: each draw here follows one
level of all its periods, as if a bad week were followed by a bad week. Sums are therefore rather too far apart than too
near, and a request on their upper levels asks for rather more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tocsin.epi.demand import OXYGEN_LITRES_A_DAY, Course, Demand, Supply, hospital_demand
from tocsin.epi.errors import EpiError
from tocsin.joint.assistance.from_demand import Need, NeedError, items_of
from tocsin.joint.assistance.units import Packing
from tocsin.node.assistance.refusals import ActRefused, InvalidInput, Problem
from tocsin.node.events.models import Event, EventEstimate

__all__ = ["LEVELS", "Assumed", "Used", "suggest_items"]

Array = NDArray[np.float64]
DRAWS, LONGEST_MEAN = 99, 90
DAYS = {"day": 1, "week": 7}
LEVELS = ("0.5", "0.75", "0.9", "0.95")
VENTILATOR, OXYGEN, LITRE, USE = "ventilator", "oxygen", "litre", "use of "  # a resource may not be called as a bed


@dataclass(frozen=True)
class Assumed:
    """What becomes of a case here: shares from 0 to 1, means in days. From those who treat them; there is no default.

    admitted     of cases; intensive of those admitted; oxygen of those admitted who need no intensive care;
    ventilated   of those in intensive care
    until_admitted, stay, intensive_stay   mean days: onset to admission, on the ward, in intensive care
    """

    admitted: float
    intensive: float
    oxygen: float
    ventilated: float
    until_admitted: float
    stay: float
    intensive_stay: float


@dataclass(frozen=True)
class Used:
    """Something that patients use up.

    item      code of the catalogue; unit: that in which its use and its stock are counted
    by_bed    of ward, oxygen, icu, ventilator: units for each patient and day there; on_admission: for each admission
    asked_in  unit and pack size in which it is asked for; the same unit by default
    """

    item: str
    unit: str
    by_bed: Mapping[str, float]
    on_admission: float = 0.0
    asked_in: Packing | None = None


def suggest_items(
    event: Event,
    *,
    assumed: Assumed,
    used: Sequence[Used] = (),
    in_stock: Mapping[str, float] | None = None,
    level: str = "0.9",
) -> tuple[dict[str, Any], ...]:
    """Lines of a request: ventilators, oxygen, and what `used` names, as far as the level needs more than is in stock.

    in_stock   by code of the catalogue, in the unit of its use; of ventilators those that are free, of oxygen litres
    level      of LEVELS: 0.9 covers what is needed in nine of ten courses of the forecast

    Raises InvalidInput for what is assumed and cannot be, ActRefused where there is no forecast.
    """
    if level not in LEVELS:
        raise InvalidInput([Problem("level", _("“%(value)s” is no level that is reckoned.") % {"value": level})])
    payload = _payload(event)
    start, cases = _forecast(payload)
    supplies = [Supply(USE + one.item, one.unit, dict(one.by_bed), one.on_admission) for one in used]
    supplies.append(Supply(USE + OXYGEN, LITRE, dict(OXYGEN_LITRES_A_DAY)))
    try:
        demand = hospital_demand(
            cases, _course(assumed), past=_past(payload, start), supplies=supplies, start=start.isoformat(),
            chance="none", quantiles=[float(one) for one in LEVELS],
        )  # fmt: skip
        made = [_need(demand, VENTILATOR, VENTILATOR, "piece", None)]
        made.append(_need(demand, USE + OXYGEN, OXYGEN, LITRE, None))
        made += [_need(demand, USE + one.item, one.item, one.unit, one.asked_in) for one in used]
        stock = in_stock or {}
        return items_of([replace(need, in_stock=stock.get(need.item, 0.0)) for need in made], level=level)
    except (EpiError, NeedError) as error:
        raise InvalidInput([Problem("assumed", str(error))]) from None


def _payload(event: Event) -> Mapping[str, Any]:
    estimate = EventEstimate.objects.filter(event=event).first()
    if estimate is None or not estimate.payload or not estimate.payload["ahead"]:
        raise ActRefused(_("There is no forecast of this event yet. Type in what is needed, or come back later."))
    return estimate.payload


def _forecast(payload: Mapping[str, Any]) -> tuple[date, Array]:
    """First day, and (draws, 1, days) cases: each draw follows one level of all periods."""
    ahead, days = payload["ahead"], DAYS[payload["every"]]
    levels = (np.arange(DRAWS) + 0.5) / DRAWS
    periods = np.array([np.interp(levels, payload["levels"], one) for one in ahead["quantiles"]]).T
    return date.fromisoformat(ahead["dates"][0]), np.repeat(np.maximum(periods, 0.0) / days, days, axis=1)[:, None, :]


def _past(payload: Mapping[str, Any], start: date) -> Array:
    """(1, days) cases of the days before, as far as they are known: corrected for those not yet reported."""
    days, middle = DAYS[payload["every"]], payload["levels"].index(0.5)
    counts = [one or 0.0 for one in payload["reported"]]
    nowcast = payload["nowcast"]
    for place, quantiles in enumerate(nowcast["quantiles"] if nowcast else [], nowcast["first"] if nowcast else 0):
        counts[place] = max(counts[place], quantiles[middle])
    known = [count for day, count in zip(payload["dates"], counts, strict=True) if date.fromisoformat(day) < start]
    return np.repeat(np.array(known, dtype=np.float64) / days, days)[None, :]


def _course(assumed: Assumed) -> Course:
    return Course(
        admission=[assumed.admitted], icu=[assumed.intensive], oxygen=[assumed.oxygen],
        ventilator=[assumed.ventilated], onset_to_admission=_days("until_admitted", assumed.until_admitted),
        ward_stay=_days("stay", assumed.stay), icu_stay=_days("intensive_stay", assumed.intensive_stay),
    )  # fmt: skip


def _days(field: str, mean: float) -> Array:
    """Probabilities of 0, 1 … days of that mean, each day as likely the last as the day before."""
    if not 0 <= mean <= LONGEST_MEAN:
        said = _("A mean of %(mean)s days cannot be: give a number from 0 to %(n)d.")
        raise InvalidInput([Problem(f"assumed.{field}", said % {"mean": mean, "n": LONGEST_MEAN})])
    ends = 1.0 / (1.0 + mean)
    probabilities = ends * (1.0 - ends) ** np.arange(int(8 * mean) + 2)
    return probabilities / probabilities.sum()


def _need(demand: Demand, resource: str, item: str, unit: str, asked_in: Packing | None) -> Need:
    """Of beds and devices the highest need of any day, of what is used up the sum of all days."""
    at = demand.names.index(resource)
    amounts = demand.need[at].max(axis=0) if demand.kinds[at] == "bed" else demand.total[at]
    assert demand.dates is not None
    since, until = (date.fromisoformat(str(demand.dates[end])) for end in (0, -1))
    return Need(
        resource=item, item=item, unit=unit, packing=asked_in or Packing(unit), in_stock=0.0, since=since, until=until,
        needed={level: float(amount) for level, amount in zip(LEVELS, amounts, strict=True)},
    )  # fmt: skip
