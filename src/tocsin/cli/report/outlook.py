"""Whether a series grows, and what is to come: in sentences that claim no more than their intervals, and drawn."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.cli.report.content import Answer, Report
from tocsin.cli.report.estimates import DAYS_IN, WEEKS_AHEAD, WINDOW, Estimates
from tocsin.cli.report.language import Name, Period
from tocsin.counts.series import Every
from tocsin.pictures.series import Picture, picture

__all__ = ["DRAWN", "Outlook", "ToCome", "how", "outlook", "said_of_all"]

DRAWN: Mapping[Every, int] = {Every.DAY: 56, Every.WEEK: 26}
"""Periods drawn before those to come: a week must be wide enough on a telephone."""

_LOW, _HALF_LOW, _MIDDLE, _HALF_HIGH, _HIGH = range(5)


@dataclass(frozen=True, slots=True)
class ToCome:
    """Cases of a week to come: the middle, and intervals of 50 and 95 %."""

    period: Period
    middle: float
    half: tuple[float, float]
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is said of one series.

    verdict    whether it grows, in a few words; None where it cannot be told
    sentences  the figures behind it, and what is to come
    caption    of the picture
    picture    the last periods and those to come; None without a forecast
    table      the weeks to come
    """

    verdict: Answer | None
    sentences: list[Answer]
    caption: Answer
    picture: Picture | None
    table: list[ToCome]


def outlook(report: Report, estimates: Estimates, s: int, alarm: NDArray[np.bool_], marked: int) -> Outlook | None:
    """Of series s of the detection; None where nothing was estimated of it.

    alarm   (periods,) signals, over all periods of the table
    marked  period of the signal that the picture is about
    """
    if s not in estimates.series:
        return None
    i = estimates.series.index(s)
    growth = np.exp(estimates.growth[i])
    reproduction = None if estimates.reproduction is None else estimates.reproduction[i]
    to_come = _to_come(estimates, i)
    shown = DRAWN[estimates.every]
    return Outlook(
        _verdict(growth, reproduction),
        [*_infected(reproduction), *_pace(growth, estimates.every), *_foretold(to_come, estimates)],
        Answer(f"outlook.picture.{estimates.every.value}", {"n": shown, "weeks": WEEKS_AHEAD}),
        _picture(report, estimates, i, alarm, marked) if to_come else None,
        to_come,
    )


def said_of_all(report: Report, estimates: Estimates) -> list[Answer]:
    """What is told of all series, and what was left out."""
    said = [Answer("outlook.all", {"weeks": WEEKS_AHEAD})]
    if estimates.begun:
        period = Period(report.table.dates[-1], estimates.every)
        return [*said, Answer("outlook.left_out", {"period": period})]
    return [*said, Answer("outlook.as_final")]


def how(estimates: Estimates) -> list[Answer]:
    """By which methods all this was estimated."""
    said = [Answer(f"outlook.how.{estimates.every.value}", {"n": WINDOW[estimates.every]})]
    if estimates.interval is not None:
        given = {"given": Name(estimates.interval.given), "mean": round(estimates.interval.mean, 1)}
        said.append(Answer("outlook.interval", given))
    return [*said, Answer("outlook.same", {"seed": estimates.seed})]


def _way(factor: NDArray[np.float64] | None) -> str:
    """Growing or falling only where the interval, as it is written, is on one side of 1; "" where nothing is known."""
    if factor is None or np.isnan(factor).any():
        return ""
    if round(float(factor[_LOW]), 2) > 1:
        return "growing"
    return "falling" if round(float(factor[_HIGH]), 2) < 1 else "unclear"


def _verdict(growth: NDArray[np.float64], reproduction: NDArray[np.float64] | None) -> Answer | None:
    """By the reproduction number, which is of today, or else by the growth of late; not where they contradict."""
    now, of_late = _way(reproduction), _way(growth)
    if not (way := now or of_late):
        return None
    opposite = {"growing": "falling", "falling": "growing"}
    return Answer(f"outlook.{'unclear' if of_late and of_late == opposite.get(way) else way}")


def _pace(growth: NDArray[np.float64], every: Every) -> list[Answer]:
    """By what factor counts change from a period to the next; how soon they double or halve, where they clearly do."""
    way, step = _way(growth), every.value
    values: dict[str, object] = {"n": WINDOW[every]}
    if not way:
        return [Answer(f"outlook.few.{step}", values)]
    values |= _interval(growth)
    if way != "unclear":
        soonest, latest = (_LOW, _HIGH) if way == "falling" else (_HIGH, _LOW)
        ends = (("days", _MIDDLE), ("fast", soonest), ("slow", latest))
        values |= {name: _days(float(growth[at]), DAYS_IN[every]) for name, at in ends}
    return [Answer(f"outlook.pace_{way}.{step}", values)]


def _days(factor: float, step: int) -> float | int:
    """In which counts double or halve; whole from ten on."""
    days = abs(math.log(2) / math.log(factor)) * step
    return round(days) if days >= 9.95 else round(days, 1)


def _infected(reproduction: NDArray[np.float64] | None) -> list[Answer]:
    if reproduction is None:
        return []
    if np.isnan(reproduction).any():
        return [Answer("outlook.no_reproduction")]
    return [Answer("outlook.reproduction", _interval(reproduction))]


def _interval(found: NDArray[np.float64]) -> dict[str, object]:
    return {"middle": float(found[_MIDDLE]), "low": float(found[_LOW]), "high": float(found[_HIGH])}


def _to_come(estimates: Estimates, i: int) -> list[ToCome]:
    found = estimates.sums[i]
    if np.isnan(found).any():
        return []
    return [
        ToCome(
            Period(day, estimates.every),
            float(q[_MIDDLE]),
            (float(q[_HALF_LOW]), float(q[_HALF_HIGH])),
            (float(q[_LOW]), float(q[_HIGH])),
        )
        for day, q in zip(estimates.sum_dates, found, strict=True)
    ]


def _foretold(to_come: Sequence[ToCome], estimates: Estimates) -> list[Answer]:
    """The first and the last of the weeks to come."""
    if not to_come:
        return [Answer("outlook.no_forecast")]
    values: dict[str, object] = {}
    for name, one in (("soon", to_come[0]), ("later", to_come[-1])):
        low, high = one.interval
        values |= {f"{name}_period": one.period, name: round(one.middle), f"{name}_low": round(low)}
        values |= {f"{name}_high": round(high)}
    return [Answer(f"outlook.forecast.{estimates.every.value}", values)]


def _picture(report: Report, estimates: Estimates, i: int, alarm: NDArray[np.bool_], marked: int) -> Picture:
    counts = report.table.counts[report.rows[estimates.series[i]]]
    end = len(counts)
    first = max(0, end - estimates.begun - DRAWN[estimates.every])
    nothing = np.full(end - first, np.nan)
    after = estimates.dates[estimates.begun :]
    drawn = picture(
        counts[first:],
        nothing,
        nothing,
        alarm[first:],
        np.concatenate([report.table.dates[first:], after]),
        estimates.every,
        incomplete=estimates.begun,
        marked=marked - first if marked >= first else None,
        ahead=estimates.ahead[i],
    )
    # The last of 28 days says nothing by itself: the sentence speaks of weeks.
    return replace(drawn, labels=()) if estimates.every is Every.DAY else drawn
