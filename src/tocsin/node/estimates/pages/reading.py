"""A payload of estimates as pages use it: dates as dates, and the figures that sentences and rows name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

__all__ = ["GROWING", "SHRINKING", "UNCLEAR", "Figures", "Range", "figures", "way"]

LOW, HALF_LOW, MIDDLE, HALF_HIGH, HIGH = range(5)
GROWING, SHRINKING, UNCLEAR = "growing", "shrinking", "unclear"
AHEAD = {"day": 28, "week": 4}
DAYS = {"day": 1, "week": 7}
WEEK = 7
MORE = 1.01  # times what is reported: an estimate that is no higher adds hardly anything
FORETOLD = 10  # times what is expected: as far as the upper end of an interval may be to be worth a sentence


@dataclass(frozen=True, slots=True)
class Range:
    """A median with its interval of 95 %."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, quantiles: Sequence[float | None] | None) -> "Range | None":
        if quantiles is None or any(value is None for value in quantiles):
            return None
        return cls(float(quantiles[MIDDLE] or 0), float(quantiles[LOW] or 0), float(quantiles[HIGH] or 0))


@dataclass(frozen=True, slots=True)
class Figures:
    """What a payload says of now and of the weeks to come. Of daily counts seven days are told together.

    period        the last that anything is estimated from: its first day; of seven days the last
    days          how many days the counts are of: 1, or 7
    reported      of it; None where nothing was
    nowcast       of it; None where its count is taken as it is
    reproduction  by its end
    growth        factor from a period to the next
    soon, later   of the period two weeks, and four weeks, after the last that has ended, with its first day; of the
                  second and the last week of daily counts, with its last day
    said          what of this is worth a sentence: the farthest that is known within a factor of ten; is_near where
                  that is not the last
    """

    every: str
    days: int
    period: date | None
    reported: float | None
    nowcast: Range | None
    reproduction: Range | None
    growth: Range | None
    soon: tuple[date, Range] | None
    later: tuple[date, Range] | None
    said: tuple[date, Range] | None
    is_near: bool
    why: Mapping[str, str]

    @property
    def way(self) -> str:
        """Where it goes, by the reproduction number or else by the growth; "" where neither is known."""
        known = self.reproduction or self.growth
        return way(known) if known else ""

    @property
    def fills_up(self) -> bool:
        """Whether reports of the period are still to come, as far as the interval tells: more than one in a hundred."""
        reported = self.reported or 0
        return self.nowcast is not None and round(self.nowcast.high) > round(reported) * MORE


def way(factor: Range) -> str:
    """Growing or shrinking only where the whole interval is on one side of 1."""
    if factor.low > 1:
        return GROWING
    return SHRINKING if factor.high < 1 else UNCLEAR


def figures(payload: Mapping[str, Any]) -> Figures:
    dates = [date.fromisoformat(day) for day in payload["dates"]]
    last = len(dates) - payload["unused"] - 1
    there = last >= 0
    nowcast, reproduction, growth = payload["nowcast"], payload["reproduction"], payload["growth"]
    lately = payload.get("lately")
    if lately:
        days, reported, now = lately["periods"], lately["reported"], Range.of(lately["quantiles"])
    else:
        days, reported = DAYS[payload["every"]], payload["reported"][last] if there else None
        now = Range.of(nowcast["quantiles"][-1]) if nowcast and nowcast["quantiles"] else None
    later = _ahead(payload, AHEAD[payload["every"]])
    said = _worth_saying(payload)
    return Figures(
        every=payload["every"],
        days=days,
        period=dates[last] if there else None,
        reported=reported,
        nowcast=now,
        reproduction=Range.of(reproduction["quantiles"][-1]) if reproduction else None,
        growth=Range.of(growth["quantiles"]) if growth else None,
        soon=_ahead(payload, AHEAD[payload["every"]] // 2),
        later=later,
        said=said,
        is_near=said != later,
        why=payload["why"],
    )


def _worth_saying(payload: Mapping[str, Any]) -> tuple[date, Range] | None:
    """The farthest week that is known within a factor of ten, or else the next: of others hardly anything is known."""
    step = WEEK if payload["every"] == "day" else 1
    weeks = [found for n in range(4, 0, -1) if (found := _ahead(payload, n * step)) is not None]
    near = (one for one in weeks if one[1].high <= FORETOLD * max(one[1].middle, 1.0))
    return next(near, weeks[-1] if weeks else None)


def _ahead(payload: Mapping[str, Any], periods: int) -> tuple[date, Range] | None:
    """So many periods after the last that has ended, or the farthest that was forecast."""
    ahead = payload["ahead"]
    if ahead is None or not ahead["dates"]:
        return None
    if sums := ahead.get("sums"):
        week = sums[min(periods // WEEK, len(sums)) - 1]
        found = Range.of(week["quantiles"])
        return None if found is None else (date.fromisoformat(week["first"]) + timedelta(days=WEEK - 1), found)
    at = min(payload["unused"] + periods, len(ahead["dates"])) - 1
    found = Range.of(ahead["quantiles"][at])
    return None if found is None else (date.fromisoformat(ahead["dates"][at]), found)
