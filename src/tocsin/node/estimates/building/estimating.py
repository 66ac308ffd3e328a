"""What is really happening, of many series at once: arrays in, one payload of plain numbers a series out.

A payload, all lists, None where nothing can be said:

    every         "day" or "week"
    levels        of all quantiles: the median, and intervals of 50 and 95 %
    dates         first days of the periods that are shown, oldest first
    reported      what is reported of each
    nowcast       {"first": position in dates, "quantiles": [[…] a period]} of what will have been reported; None
    unused        last periods of `dates` that nothing is estimated from: they still fill up
    lately        {"periods", "reported", "quantiles"} of the sum of the last periods before these: the last seven days;
                  quantiles are None where nothing is added to what is reported; None altogether for weeks
    ahead         {"dates", "quantiles", "sums": [{"first", "periods", "quantiles"} of seven days together, …]} of the
                  periods to come; no sums for weeks; None
    reproduction  {"dates", "quantiles", "serial_interval"}: cases that one case infects, by each period's end; None
    growth        {"periods", "quantiles"}: by what factor counts change from a period to the next, of late; None
    why           {"nowcast" | "ahead" | "reproduction" | "growth": code} of what is None, and why
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tocsin.epi.nowcast import ReportingTriangle

__all__ = ["AHEAD", "HISTORY", "LEVELS", "YOUNG", "Given", "Interval", "estimated", "of_an_outbreak"]

LEVELS = (0.025, 0.25, 0.5, 0.75, 0.975)
DAYS = {"day": 1, "week": 7}
SHOWN = {"day": 120, "week": 52}
HISTORY = {"day": 400, "week": 156}
AHEAD = {"day": 28, "week": 4}
FARTHEST = {"day": 28, "week": 8}
WEEK = 7  # days that are told together
PACE = {"day": 14, "week": 4}  # periods that the growth of late is measured over, fewer where it began since
LEAST_SINCE = {"day": 7, "week": 4}  # periods since it began, from which a growth and what is to come are told
PAST = {"day": 60, "week": 26}  # periods of which the reproduction number is told
LEAST_TRIANGLE = {"day": 35, "week": 10}
LONGEST = {"day": 40, "week": 8}
LEAST_CASES = 10  # of the periods that a growth is measured over
MOST_GROWTH = 20  # times from a period to the next: an interval that reaches farther says nothing
DRAWS = 200
MOST_R = 30  # more than any disease is known for: cases came too suddenly to have been infected by those before
DRAWS_OF_R = 40  # the filter follows each by itself
HISTORY_OF_R = {"day": 200, "week": 60}
FEWEST_REPORTS = 20  # in all, from which delays can be learned
YOUNG = 42  # days: of a shorter outbreak delays are too few to be followed as they change
# Of such an outbreak reports become faster week by week: only the last days tell how late they are now.
YOUNG_LONGEST, YOUNG_WINDOW = 14, 15


@dataclass(frozen=True, slots=True)
class Interval:
    """A serial interval: its name, its probabilities of 0, 1 … days, and what is said of it."""

    name: str
    probabilities: NDArray[np.float64]
    mean: float
    sd: float
    source: str


@dataclass(frozen=True, slots=True)
class Given:
    """Series of one stream of reports, as tables told them one after the other, or with the day of each report.

    every      "day" or "week"
    dates      (periods,) datetime64[D] first day of each, without gaps; all have ended
    counts     (series, periods) what is known now; nan where nothing was reported
    complete   how many of the first periods no longer fill up
    vintages   (vintages,) datetime64[D] days on which counts were published, increasing; empty where that is not known
    known      (series, vintages, periods) counts as they were known on these days, nan where nothing was
    intervals  a serial interval a series, None where there is none
    triangle   reports by day of the event and delay, where each report has its day; it ends with the last of `dates`,
               or earlier
    outside    (series, periods) counts that the triangle does not hold, as their reports have no day or are later than
               its longest delay; zeros if None
    begins     the first period that is shown: those before are known to be empty
    no_delays  code that says why no delays are known, where none are
    """

    every: str
    dates: NDArray[np.datetime64]
    counts: NDArray[np.float64]
    complete: int
    vintages: NDArray[np.datetime64]
    known: NDArray[np.float64]
    intervals: Sequence[Interval | None]
    triangle: "ReportingTriangle | None" = None
    outside: NDArray[np.float64] | None = None
    begins: int = 0
    no_delays: str = "few_vintages"


@dataclass(frozen=True, slots=True)
class _Seen:
    """The counts as they will be: draws (draws, series, periods), all alike where nothing is to be added.

    quantiles  (series, last periods, levels) of the nowcast; None where there is none
    unused     last periods of which nothing is known
    why        code
    """

    draws: NDArray[np.float64]
    quantiles: NDArray[np.float64] | None
    unused: int
    why: str


def estimated(given: Given, *, rng: np.random.Generator) -> list[dict[str, Any]]:
    """A payload for each series, in their order. What the data do not bear is None in it, with its reason."""
    given = _recent(given)
    seen = _nowcast(given, rng)
    reproduction, no_reproduction = _reproduction(given, seen)
    growth, no_growth = _growth(given, seen, rng)
    ahead, no_forecast = _ahead(given, seen, rng)
    first = max(given.begins, len(given.dates) - SHOWN[given.every])
    return [
        {
            "every": given.every,
            "levels": list(LEVELS),
            "dates": [str(day) for day in given.dates[first:]],
            "reported": _plain(given.counts[i, first:]),
            "nowcast": _of_nowcast(given, seen, i, first),
            "unused": seen.unused,
            "lately": _lately(given, seen, i),
            "reproduction": reproduction[i],
            "growth": growth[i],
            "ahead": ahead[i],
            "why": _why(nowcast=seen.why, reproduction=no_reproduction[i], growth=no_growth[i], ahead=no_forecast[i]),
        }
        for i in range(len(given.counts))
    ]


def _why(**codes: str) -> dict[str, str]:
    return {name: code for name, code in codes.items() if code}


def _recent(given: Given) -> Given:
    left = max(0, len(given.dates) - HISTORY[given.every])
    return replace(
        given,
        dates=given.dates[left:],
        counts=given.counts[:, left:],
        complete=given.complete - left,
        known=given.known[:, :, left:],
        outside=None if given.outside is None else given.outside[:, left:],
        begins=max(0, given.begins - left),
    )


def _nowcast(given: Given, rng: np.random.Generator) -> _Seen:
    """Draws of the counts as they will be. Without known delays, the complete periods as they are."""
    found, why = _triangle(given)
    if found is None:
        counts = given.counts[:, : given.complete]
        return _Seen(counts[np.newaxis], None, len(given.dates) - given.complete, why)
    from tocsin.epi.errors import EpiError
    from tocsin.epi.nowcast import nowcast

    triangle, first = found
    how = {} if given.triangle is None else of_an_outbreak(triangle)
    try:
        result = nowcast(triangle, quantiles=LEVELS, sum_over=1, draws=DRAWS, rng=rng, **how)
    except EpiError:
        counts = given.counts[:, : given.complete]
        return _Seen(counts[np.newaxis], None, len(given.dates) - given.complete, given.no_delays)
    unfinished = int((triangle.known < triangle.longest).sum())
    end = first + len(triangle.dates)
    draws = np.repeat(_as_known(given, result.reported, first, rng)[np.newaxis], DRAWS, axis=0)
    # What the triangle does not hold (reports later than its longest delay) stays with the counts as they are.
    beyond = _outside(given, result.reported, first)[:, -unfinished:]
    known = np.isfinite(beyond)
    last = np.asarray(result.draws)[:, :, -unfinished:] + np.nan_to_num(beyond)
    # Where hardly a case is open all draws are the median: what they share, the filter of R follows only once.
    spread = result.quantiles[:, -unfinished:, -1] - result.quantiles[:, -unfinished:, 0]
    last = np.where(spread <= 1, np.rint(np.median(last, axis=0)), last)
    draws[:, :, end - unfinished :] = np.where(known, np.maximum(last, 0.0), np.nan)
    quantiles = result.quantiles[:, -unfinished:] + np.nan_to_num(beyond)[..., np.newaxis]
    quantiles = np.where(known[..., np.newaxis], np.maximum(quantiles, 0.0), np.nan)
    return _Seen(draws, quantiles, len(given.dates) - end, "")


def of_an_outbreak(triangle: "ReportingTriangle") -> dict[str, Any]:
    """By which method, with which options, the cases of a line list are nowcast: docs/studies/nowcast.md."""
    if len(triangle.dates) >= YOUNG:
        return {"method": "drifting"}
    longest = min(YOUNG_LONGEST, triangle.longest)
    return {"method": "bayes_trunc", "longest": longest, "window": max(YOUNG_WINDOW, longest + 1)}


def _outside(given: Given, reported: NDArray[np.float64], first: int) -> NDArray[np.float64]:
    """(series, periods of the triangle) counts that it does not hold."""
    span = slice(first, first + reported.shape[1])
    return given.counts[:, span] - reported if given.outside is None else given.outside[:, span]


def _as_known(given: Given, reported: NDArray[np.float64], first: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """(series, periods until the end of the triangle) the counts that are added to.

    Cases without a day of onset were shared out over days, in parts of a case: these are rounded up or down by chance,
    so that on average nothing is lost.
    """
    counts = given.counts[:, : first + reported.shape[1]].copy()
    if given.outside is not None:
        whole = reported + _outside(given, reported, first)
        counts[:, first:] = np.floor(whole + rng.random(whole.shape))
    return counts


def _triangle(given: Given) -> "tuple[tuple[ReportingTriangle, int] | None, str]":
    """The reporting triangle of the periods that ended since tables have come, and the position of its first."""
    if given.triangle is not None:
        begin = int(np.searchsorted(given.dates, given.triangle.dates[0]))
        return (given.triangle, begin), ""
    from tocsin.epi.errors import EpiError
    from tocsin.epi.nowcast import triangle_of_vintages

    step = DAYS[given.every]
    if len(given.vintages) < 2:
        return None, given.no_delays
    ends = given.dates + np.timedelta64(step - 1, "D")
    # Of what ended before the first table nobody knows how its reports came in.
    since = int((ends < given.vintages[0]).sum()) if (ends >= given.vintages[0]).any() else len(ends)
    number = np.searchsorted(ends, given.vintages, side="right")  # periods that had ended on each day
    fits = number > since
    rows, first_row = len(given.dates) - since, since
    if rows < LEAST_TRIANGLE[given.every] or len(np.unique(number[fits])) < LEAST_TRIANGLE[given.every]:
        return None, "few_vintages"
    values = given.known[:, fits, since:].copy()
    values[:, np.arange(rows) >= (number[fits] - since)[:, np.newaxis]] = np.nan  # of what had not ended
    if np.nan_to_num(given.counts[:, since:]).sum() < FEWEST_REPORTS:
        return None, "few_cases"
    longest = min(LONGEST[given.every], rows // 2)
    try:
        made = triangle_of_vintages(given.dates[since:], given.vintages[fits], values, longest=longest, step=step)
    except EpiError:
        return None, "few_vintages"
    return (made, first_row), ""


def _of_nowcast(given: Given, seen: _Seen, i: int, first: int) -> dict[str, Any] | None:
    if seen.quantiles is None:
        return None
    quantiles = seen.quantiles[i]
    begin = len(given.dates) - seen.unused - len(quantiles)
    return {"first": begin - first, "quantiles": _rows(quantiles)}


def _lately(given: Given, seen: _Seen, i: int) -> dict[str, Any] | None:
    """Single days are few cases, and Sundays: of days the last seven are told together."""
    end = len(given.dates) - seen.unused
    if given.every != "day" or end < WEEK or np.isnan(given.counts[i, end - WEEK : end]).any():
        return None
    quantiles = None
    if seen.quantiles is not None:
        quantiles = _plain(np.quantile(seen.draws[:, i, -WEEK:].sum(axis=1), LEVELS))
    return {"periods": WEEK, "reported": float(given.counts[i, end - WEEK : end].sum()), "quantiles": quantiles}


def _reproduction(given: Given, seen: _Seen) -> tuple[list[dict[str, Any] | None], list[str]]:
    from tocsin.epi.errors import EpiError
    from tocsin.epi.reproduction import reproduction

    series = len(given.counts)
    found: list[dict[str, Any] | None] = [None] * series
    why = ["no_serial_interval"] * series
    step = DAYS[given.every]
    periods = seen.draws.shape[2]
    by_name: dict[str, list[int]] = {}
    for i, interval in enumerate(given.intervals):
        if interval is not None:
            by_name.setdefault(interval.name, []).append(i)
    for rows in by_name.values():
        interval = given.intervals[rows[0]]
        assert interval is not None
        # The first cases were infected by nobody who is counted: R means something once those they infected fall ill.
        since = given.begins + math.ceil(interval.mean / step)
        told = min(PAST[given.every], periods - since)
        if told < 1:
            for i in rows:
                why[i] = "short_history"
            continue
        counts = seen.draws[:DRAWS_OF_R, rows, -HISTORY_OF_R[given.every] :]
        try:
            result = reproduction(
                counts if len(counts) > 1 else counts[0], serial_interval=interval.probabilities, every=step,
                levels=LEVELS,
            )  # fmt: skip
        except EpiError:
            for i in rows:
                why[i] = "short_history"
            continue
        at = result.quantiles[:, step - 1 :: step][:, -told:] if step > 1 else result.quantiles[:, -told:]
        for row, i in enumerate(rows):
            reach = math.ceil((interval.mean + 2 * interval.sd) / step)
            if np.median(seen.draws[:, i, -reach:], axis=0).sum() < 1:
                why[i] = "no_cases"  # nobody is there who could infect
                continue
            if not np.isfinite(seen.draws[:, i, -told:]).all() or np.isnan(at[row, -1]).any():
                why[i] = "no_cases" if np.isfinite(seen.draws[:, i, -told:]).all() else "no_counts"
                continue
            # Where a list begins in the midst of an outbreak, the filter takes weeks to forget its first days.
            since_it_began = at[row] if given.begins else at[row, -1:]
            if (since_it_began[:, LEVELS.index(0.5)] > MOST_R).any():
                why[i] = "too_sudden"
                continue
            why[i] = ""
            found[i] = {
                "dates": [str(day) for day in given.dates[periods - told : periods]],
                "quantiles": _rows(at[row], digits=3),
                "serial_interval": {
                    "name": interval.name, "mean": interval.mean, "sd": interval.sd, "source": interval.source
                },
            }  # fmt: skip
    return found, why


def _growth(given: Given, seen: _Seen, rng: np.random.Generator) -> tuple[list[dict[str, Any] | None], list[str]]:
    """By a log-linear trend of the last periods, mixed over the draws of the nowcast."""
    from tocsin.epi.errors import EpiError
    from tocsin.epi.reproduction import growth_rate

    draws, series, periods = seen.draws.shape
    # Empty days before the first case would make a growth of its mere beginning.
    window = min(PACE[given.every], periods - given.begins)
    found: list[dict[str, Any] | None] = [None] * series
    if window < LEAST_SINCE[given.every]:
        return found, ["short_history"] * series
    flat = np.rint(seen.draws[:, :, -window:].reshape(draws * series, window))
    try:
        result = growth_rate(flat, window=window, least_cases=LEAST_CASES, levels=LEVELS)
    except EpiError:
        return found, ["short_history"] * series
    mean, sd = (values[:, -1].reshape(draws, series) for values in (result.mean, result.sd))
    why = []
    for i in range(series):
        good = np.isfinite(mean[:, i]) & np.isfinite(sd[:, i])
        if good.mean() < 0.9:
            why.append("few_cases")
            continue
        m, s = np.resize(mean[good, i], 2000), np.resize(sd[good, i], 2000)
        rate = m + s * rng.standard_t(window - 2, size=2000)
        factor = np.exp(np.minimum(rate, 2 * math.log(MOST_GROWTH)))
        quantiles = np.quantile(factor, LEVELS)
        if quantiles[-1] > MOST_GROWTH:
            why.append("few_cases")
            continue
        found[i] = {"periods": window, "quantiles": _rows(quantiles[np.newaxis], digits=3)[0]}
        why.append("")
    return found, why


def _ahead(given: Given, seen: _Seen, rng: np.random.Generator) -> tuple[list[dict[str, Any] | None], list[str]]:
    from tocsin.epi.errors import EpiError
    from tocsin.epi.forecast import forecast
    from tocsin.epi.forecast.rhythm import RHYTHMS

    _, series, periods = seen.draws.shape
    found: list[dict[str, Any] | None] = [None] * series
    why = ["short_history"] * series
    if periods - given.begins < LEAST_SINCE[given.every]:
        return found, why  # the empty days before would be taken for what goes on
    rhythm = RHYTHMS[given.every]
    horizon = min(AHEAD[given.every] + seen.unused, FARTHEST[given.every])
    unfinished = 0 if seen.quantiles is None else seen.quantiles.shape[1]
    middle = np.median(seen.draws, axis=0)
    known = np.isfinite(middle[:, -rhythm.kept :])
    enough = (known.sum(axis=1) >= max(rhythm.least, LEAST_TRIANGLE[given.every])) & known[:, -1:].all(axis=1)
    for interval, rows in _by_interval(given, np.flatnonzero(enough)):
        recent = seen.draws[:, rows][..., periods - unfinished :] if unfinished else None
        if recent is not None and np.isnan(recent).any():
            recent = None
        try:
            result = forecast(
                middle[rows], given.dates[:periods], horizon=horizon, step=given.every,  # type: ignore[arg-type]
                levels=LEVELS, recent=recent, serial_interval=None if interval is None else interval.probabilities,
                keep_draws=given.every == "day", rng=rng,
            )  # fmt: skip
        except EpiError:
            continue
        for row, i in enumerate(rows):
            why[i] = ""
            found[i] = {
                "dates": [str(day) for day in result.dates],
                "quantiles": _rows(np.maximum(result.quantiles[row], 0.0)),
                "sums": [] if result.draws is None else _weeks(result.dates, result.draws[:, row], seen.unused),
            }
    return found, why


def _weeks(dates: NDArray[Any], paths: NDArray[np.float64], unused: int) -> list[dict[str, Any]]:
    """Of the weeks after the last day that has ended; paths are (draws, days), the first `unused` of days before."""
    weeks = (paths.shape[1] - unused) // WEEK
    return [
        {
            "first": str(dates[at]),
            "periods": WEEK,
            "quantiles": _plain(np.quantile(np.maximum(paths[:, at : at + WEEK].sum(axis=1), 0.0), LEVELS)),
        }
        for at in range(unused, unused + weeks * WEEK, WEEK)
    ]


def _by_interval(given: Given, rows: NDArray[np.intp]) -> list[tuple[Interval | None, list[int]]]:
    groups: dict[str, list[int]] = {}
    for i in rows.tolist():
        interval = given.intervals[i]
        groups.setdefault(interval.name if interval else "", []).append(i)
    return [(given.intervals[members[0]], members) for members in groups.values()]


def _rows(quantiles: NDArray[np.float64], digits: int = 1) -> list[list[float | None]]:
    return [_plain(row, digits) for row in quantiles]


def _plain(values: NDArray[np.float64], digits: int = 1) -> list[float | None]:
    rounded = np.round(values, digits)
    return [None if not np.isfinite(value) else float(value) for value in rounded.tolist()]
