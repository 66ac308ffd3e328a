"""A payload of estimates as pages use it: dates as dates, and the figures that sentences and rows name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

__all__ = ["GROWING", "SHRINKING", "UNCLEAR", "Figures", "Range", "figures", "way"]

LOW, HALF_LOW, MIDDLE, HALF_HIGH, HIGH = range(5)
GROWING, SHRINKING, UNCLEAR = "growing", "shrinking", "unclear"
AHEAD = {"day": 28, "week": 4}


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
    """What a payload says of now and of the weeks to come.

    period        first day of the last period that anything is estimated from
    reported      of it; None where nothing was
    nowcast       of it; None where its count is taken as it is
    reproduction  by its end
    growth        factor from a period to the next
    soon, later   of the period two weeks, and four weeks, after the last that has ended, with its first day
    """

    every: str
    period: date | None
    reported: float | None
    nowcast: Range | None
    reproduction: Range | None
    growth: Range | None
    soon: tuple[date, Range] | None
    later: tuple[date, Range] | None
    why: Mapping[str, str]

    @property
    def way(self) -> str:
        """Where it goes, by the reproduction number or else by the growth; "" where neither is known."""
        known = self.reproduction or self.growth
        return way(known) if known else ""


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
    return Figures(
        every=payload["every"],
        period=dates[last] if there else None,
        reported=payload["reported"][last] if there else None,
        nowcast=Range.of(nowcast["quantiles"][-1]) if nowcast and nowcast["quantiles"] else None,
        reproduction=Range.of(reproduction["quantiles"][-1]) if reproduction else None,
        growth=Range.of(growth["quantiles"]) if growth else None,
        soon=_ahead(payload, AHEAD[payload["every"]] // 2),
        later=_ahead(payload, AHEAD[payload["every"]]),
        why=payload["why"],
    )


def _ahead(payload: Mapping[str, Any], periods: int) -> tuple[date, Range] | None:
    """So many periods after the last that has ended, or the farthest that was forecast."""
    ahead = payload["ahead"]
    if ahead is None or not ahead["dates"]:
        return None
    at = min(payload["unused"] + periods, len(ahead["dates"])) - 1
    found = Range.of(ahead["quantiles"][at])
    return None if found is None else (date.fromisoformat(ahead["dates"][at]), found)
