"""How many events of a year met 7-1-7: counted by the database from what acts have kept of each interval.

It is the rule of instruments/seven_one_seven.py in the words of a query; a test holds the two against each other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_

from django.db.models import Count, Q, QuerySet

from tocsin.node.events.clocks import targets
from tocsin.node.events.instruments.seven_one_seven import INTERVALS, Share
from tocsin.node.events.models import Event
from tocsin.node.events.standing import zone_of

__all__ = ["BoardCounts", "board_counts", "over_limit", "running"]


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """shares: by interval; all_met: of the three together, one that was missed being enough to judge an event."""

    events: int
    shares: dict[str, Share]
    all_met: Share


def board_counts(events: QuerySet[Event], now: datetime) -> BoardCounts:
    """All in one query."""
    met, missed = _met(), _missed(now)
    contradicts = reduce(or_, (Q(**{f"{code}_days__lt": 0}) for code in INTERVALS))
    asked = {
        **{f"{code}_met": met[code] for code in INTERVALS},
        **{f"{code}_missed": missed[code] for code in INTERVALS},
        "all_met": reduce(and_, met.values()),
        "all_missed": reduce(or_, missed.values()) & ~contradicts,
    }
    found = events.order_by().aggregate(
        events=Count("pk"), **{name: Count("pk", filter=one) for name, one in asked.items()}
    )

    def share(name: str) -> Share:
        judged = found[f"{name}_met"] + found[f"{name}_missed"]
        return Share(met=found[f"{name}_met"], judged=judged, others=found["events"] - judged)

    return BoardCounts(found["events"], {code: share(code) for code in INTERVALS}, share("all"))


def over_limit(now: datetime) -> Q:
    """Whose clock runs, and has run out."""
    return reduce(or_, _run_out(now).values())


def running() -> Q:
    """Of which a clock runs."""
    return reduce(or_, (Q(**{f"{code}_since__isnull": False}) for code in INTERVALS))


def _met() -> dict[str, Q]:
    within = targets()
    return {code: Q(**{f"{code}_days__gte": 0, f"{code}_days__lte": within[code]}) for code in INTERVALS}


def _missed(now: datetime) -> dict[str, Q]:
    within, run_out = targets(), _run_out(now)
    return {code: Q(**{f"{code}_days__gt": within[code]}) | run_out[code] for code in INTERVALS}


def _run_out(now: datetime) -> dict[str, Q]:
    today, within = now.astimezone(zone_of()).date(), targets()
    return {code: Q(**{f"{code}_since__lt": today - timedelta(days=within[code])}) for code in INTERVALS}
