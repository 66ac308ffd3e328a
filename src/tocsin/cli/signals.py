"""A screening as a table: one row a series and evaluated period."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.epi.detect.screening import Screening

__all__ = ["COLUMNS", "most_exceptional", "order_of_signals", "signals_table"]

COLUMNS = ("date", "observed", "expected", "threshold", "exceedance", "p_value", "alarm", "method")

LEAST_PROBABLE = 1e-12


def signals_table(keys: pl.DataFrame, screening: Screening, *, only_signals: bool = False) -> pl.DataFrame:
    """The key columns, then COLUMNS; rows by series in the order of `keys`, then by date.

    observed, expected, threshold, exceedance and p_value are null where the method gives none;
    method names what evaluated the row: the method asked for, its fallback, or null for neither.
    """
    detection = screening.detection
    chosen = np.flatnonzero(detection.alarm) if only_signals else np.arange(detection.alarm.size)
    return _rows(keys, screening, *np.divmod(chosen, detection.alarm.shape[1]))


def _rows(keys: pl.DataFrame, screening: Screening, series: NDArray[np.intp], period: NDArray[np.intp]) -> pl.DataFrame:
    detection = screening.detection
    methods = pl.Series([step.method for step in screening.steps] + [None], dtype=pl.String)
    used = screening.step[series, period]
    columns = {name: getattr(detection, name)[series, period] for name in COLUMNS[1:7]}
    results = pl.DataFrame({"date": detection.dates[period], **columns}).with_columns(
        pl.col(COLUMNS[1:6]).fill_nan(None),
        methods.gather(np.where(used < 0, len(methods) - 1, used)).alias("method"),
    )
    return pl.concat([_distinct(keys)[series], results], how="horizontal") if keys.width else results


def order_of_signals(screening: Screening) -> NDArray[np.intp]:
    """(signals, 2) series and evaluated period of each signal: the least probable first, then by exceedance.

    Below LEAST_PROBABLE no model knows one probability from another: two cases where none was ever
    seen would stand before an epidemic. There the number of cases above the expected decides.
    Signals without a p-value come last.
    """
    detection = screening.detection
    at = np.argwhere(detection.alarm)
    observed, expected, exceedance, p = (
        getattr(detection, name)[*at.T] for name in ("observed", "expected", "exceedance", "p_value")
    )
    rarity = np.where(np.isnan(p), np.inf, np.maximum(p, LEAST_PROBABLE))
    by_cases = observed - np.nan_to_num(expected)
    above = np.where(p < LEAST_PROBABLE, by_cases, np.nan_to_num(exceedance, nan=np.inf))
    return at[np.lexsort((-by_cases, -above, rarity))]


def most_exceptional(keys: pl.DataFrame, screening: Screening, most: int) -> pl.DataFrame:
    """The first series in that order, each with its most exceptional signal and the number of its signals.

    Columns are those of `signals_table` and `signals`. An outbreak of weeks fills one row, not the table.
    """
    at = order_of_signals(screening)
    first = np.sort(np.unique(at[:, 0], return_index=True)[1])[:most]
    rows = _rows(keys, screening, *at[first].T)
    return rows.with_columns(pl.Series("signals", screening.detection.alarm.sum(axis=1)[at[first, 0]]))


def _distinct(keys: pl.DataFrame) -> pl.DataFrame:
    """Key columns under names that no column of results has."""
    return keys.rename({name: f"key_{name}" for name in keys.columns if name in COLUMNS})
