"""Which diseases moved most: the last complete weeks against what is usual, as a small record of each screening.

The counts of a disease are those of the outermost places of a source, all strata together. Its last four complete
weeks (28 days, one month) are compared with

    years    the same weeks of up to five earlier years: their median, if at least two of these years are complete
    before   the four weeks before, where there is no such history

Counts are compared as A(x) = 2 √(x + 3/8), whose spread is 1 if cases are independent (Anscombe 1948), so that 4 → 16
is as far as 100 → 144. The score is the difference of A by which the last weeks are above (or below, then negative)
the usual, over what is an ordinary difference there: 1.4826 × the median absolute deviation of A among earlier years,
or the median step from four weeks to the next four among the six steps before; at least what chance alone gives, 1 or
√2. One odd year, or one odd month, changes a median little. It orders a page and is no test: no p-value is made of it.
A window in which the counts of a whole period are missing is not compared.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.node.surveillance.models import Place
from tocsin.node.surveillance.panels import SourcePanel

__all__ = ["MOST", "movement", "movers", "national_totals", "usual_by_period"]

MOST = 8
SHOWN = 26
WINDOW = {"day": 28, "week": 4, "month": 1}
YEAR = {"day": 365.25, "week": 365.25 / 7, "month": 12.0}
YEARS, LEAST_YEARS = 5, 2
STEPS = 6
AS_NORMAL = 1.4826  # of a median absolute deviation, to be a standard deviation under the normal law
Totals = dict[str, tuple[list[int], NDArray[np.float64]]]


def movers(panel: SourcePanel, places: Mapping[int, Place], *, incomplete: int) -> dict[str, Any]:
    """The MOST diseases of a source that moved most, as JSON; {} where nothing can be compared.

    places      by key, all of the panel
    incomplete  how many last periods still fill up: shown, never compared
    """
    found = []
    for disease, (rows, counts) in national_totals(panel, places).items():
        moved = movement(counts, panel.every, incomplete=incomplete)
        if moved is not None and np.nansum(counts[-SHOWN:]) > 0:
            series = int(panel.ids[rows[0]]) if len(rows) == 1 else None
            usual = usual_by_period(counts, panel.every)[-SHOWN:]
            said = {
                "disease": disease,
                "series": series,
                "counts": _plain(counts[-SHOWN:]),
                "usual_line": _plain(usual),
            }
            found.append({**said, **moved})
    if not found:
        return {}
    return {
        "every": panel.every,
        "dates": [str(day) for day in panel.dates[-SHOWN:]],
        "incomplete": min(incomplete, SHOWN),
        "diseases": sorted(found, key=lambda one: (-abs(one["score"]), one["disease"]))[:MOST],
    }


def national_totals(panel: SourcePanel, places: Mapping[int, Place]) -> Totals:
    """By disease: rows of the outermost places, and their sum a period; nan where none of them reported."""
    rows_of: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row, (disease, place) in enumerate(zip(panel.disease_codes, panel.place_ids.tolist(), strict=True)):
        rows_of[disease][place].append(row)
    totals: Totals = {}
    for disease, by_place in rows_of.items():
        outer = _outermost({key: places[key].path for key in by_place})
        rows = [row for place in outer for row in _all_strata(by_place[place], panel.strata)]
        counts = panel.counts[rows]
        summed = np.nansum(counts, axis=0)
        totals[disease] = (rows, np.where(np.isnan(counts).all(axis=0), np.nan, summed))
    return totals


def _outermost(paths: Mapping[int, str]) -> list[int]:
    kept: list[int] = []
    last = "-"
    for key, path in sorted(paths.items(), key=lambda item: item[1]):
        if not path.startswith(last):
            kept.append(key)
            last = path
    return kept


def _all_strata(rows: Sequence[int], strata: Sequence[str]) -> list[int]:
    """The row of all together if there is one, else every group: groups and their sum are not added up."""
    whole = [row for row in rows if not strata[row]]
    return whole or list(rows)


def movement(counts: NDArray[np.float64], every: str, *, incomplete: int = 0) -> dict[str, Any] | None:
    """How far the last complete window is from the usual; None if it cannot be compared.

    counts   (periods,) of one disease, nan where nothing was reported
    returns  recent and usual in cases, "years" or "before" as `against`, and the score
    """
    width, end = WINDOW[every], len(counts) - incomplete
    recent = _window(counts, end, width)
    if np.isnan(recent):
        return None
    ends = [end - round(year * YEAR[every]) for year in range(1, YEARS + 1)]
    years = np.array([_window(counts, at, width) for at in ends])
    years = years[~np.isnan(years)]
    if len(years) >= LEAST_YEARS:
        usual, against = float(np.median(years)), "years"
        spread = max(1.0, AS_NORMAL * float(np.median(np.abs(_A(years) - np.median(_A(years))))))
    else:
        usual, against = _window(counts, end - width, width), "before"
        if np.isnan(usual):
            return None
        spread = _usual_step(counts, end - width, width)
    score = (float(_A(np.array(recent))) - float(_A(np.array(usual)))) / spread
    return {"recent": recent, "usual": usual, "against": against, "score": round(score, 3)}


def _window(counts: NDArray[np.float64], end: int, width: int) -> float:
    """Cases of `width` periods up to `end` (exclusive); nan where one is missing or before the first."""
    return float(counts[end - width : end].sum()) if end >= width else float("nan")


def _usual_step(counts: NDArray[np.float64], end: int, width: int) -> float:
    windows = _A(np.array([_window(counts, end - width * back, width) for back in range(STEPS + 1)]))
    steps = np.abs(np.diff(windows))
    steps = steps[~np.isnan(steps)]
    return max(np.sqrt(2.0), AS_NORMAL * float(np.median(steps))) if len(steps) else float(np.sqrt(2.0))


def _A(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 2 * np.sqrt(x + 0.375)


def usual_by_period(counts: NDArray[np.float64], every: str) -> NDArray[np.float64]:
    """(periods,) median over earlier years of the mean of each period and its two neighbours; nan before two years."""
    n = len(counts)
    padded = np.concatenate([[np.nan], counts, [np.nan]])
    smooth = (padded[:-2] + padded[1:-1] + padded[2:]) / 3
    earlier = np.full((YEARS, n), np.nan)
    for year in range(1, YEARS + 1):
        shift = round(year * YEAR[every])
        if shift < n:
            earlier[year - 1, shift:] = smooth[: n - shift]
    usual = np.full(n, np.nan)
    enough = (~np.isnan(earlier)).sum(axis=0) >= LEAST_YEARS
    usual[enough] = np.nanmedian(earlier[:, enough], axis=0)
    return usual


def _plain(values: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else round(value, 1) for value in values.tolist()]
