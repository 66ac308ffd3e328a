"""The triangle as the published methods need it: no report below 0, none later than the longest delay.

They take reports for counts of cases that stay. A correction is therefore taken from the reports before it, the latest
first, and a report with a longer delay counts as one of the longest delay, as in R's surveillance.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.errors import HistoryTooShort, InvalidOption
from tocsin.epi.nowcast.triangle import ReportingTriangle

__all__ = ["plain_reports", "reports_by_delay"]


def plain_reports(triangle: ReportingTriangle, longest: int | None = None) -> ReportingTriangle:
    """`triangle` with delays of at most `longest` periods (its own longest if None) and nothing below 0.

    The total of a period stays, as long as it is not below 0 itself. Raises InvalidOption, HistoryTooShort.
    """
    held = triangle.longest if longest is None else longest
    if not isinstance(held, (int, np.integer)) or isinstance(held, bool) or not 1 <= held <= triangle.longest:
        raise InvalidOption(f"longest is {held!r}; the triangle holds delays of up to {triangle.longest} periods")
    known = np.minimum(triangle.known, held)
    if known[0] < held:
        raise HistoryTooShort(
            f"the first period, {triangle.dates[0]}, is {known[0]} periods old on {triangle.as_of}; delays of up to "
            f"{held} were never seen: give more history, or longest={max(1, known[0])} or less"
        )
    cumulative = np.cumsum(np.nan_to_num(triangle.reports), axis=2)
    beyond = cumulative[:, :, -1:]  # of a finished period this is the total, of an unfinished one what is known
    cumulative = np.concatenate([cumulative[:, :, :held], beyond], axis=2)
    lowest = np.minimum.accumulate(cumulative[:, :, ::-1], axis=2)[:, :, ::-1]
    reports = np.diff(np.maximum(lowest, 0.0), axis=2, prepend=0.0)
    reports[:, np.arange(held + 1) > known[:, np.newaxis]] = np.nan
    return replace(triangle, reports=reports)


def reports_by_delay(
    triangle: ReportingTriangle, window: int | None, *, sliding: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """n_x, the reports with delay x, and N_x, those with a delay of at most x of the same periods: (strata, delays).

    window   periods whose reports are counted, all if None: the last ones whose delay x is known (sliding), or the
             last ones of the triangle, of which fewer are known the longer the delay
    raises   InvalidOption
    """
    periods, least = len(triangle.dates), 1 if sliding else triangle.longest + 1
    kept = periods if window is None else window
    if not isinstance(kept, (int, np.integer)) or isinstance(kept, bool) or (window is not None and kept < least):
        raise InvalidOption(
            f"window is {window!r}; give a whole number of at least {least} periods, for each delay to be seen, or None"
        )
    seen = np.arange(triangle.longest + 1) <= triangle.known[:, np.newaxis]
    ages = (
        seen.sum(axis=0) - 1 - np.arange(periods)[:, np.newaxis]
        if sliding
        else periods - 1 - np.arange(periods)[:, None]
    )
    counted = seen & (ages < kept)
    reports = np.nan_to_num(triangle.reports)
    n: NDArray[np.float64] = np.einsum("spx,px->sx", reports, counted)
    up_to: NDArray[np.float64] = np.einsum("spx,px->sx", np.cumsum(reports, axis=2), counted)
    return n, up_to
