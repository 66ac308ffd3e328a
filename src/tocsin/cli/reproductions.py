"""Reproduction numbers as a table for programs, and as one for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from tocsin.cli.quantile_tables import at_level, long_table
from tocsin.cli.series import Counts
from tocsin.epi.reproduction import Reproduction, daily_dates, reproduction_to_growth

__all__ = ["Estimates", "latest", "not_estimated", "only_where_counted", "table_of"]

NAMED = 5
TABLE = 20_000


@dataclass(frozen=True, slots=True)
class Estimates:
    """R of each series and window, and the growth that it means.

    R         as the engine gives it
    first     (windows,) datetime64[D] first day of each window
    last      (windows,) its last day
    growth    (series, windows, levels) a day; nan of cohorts, whose infected come later
    doubling  (series, windows, levels) days
    """

    SHOWN: ClassVar[int] = 20

    R: Reproduction
    first: NDArray[np.datetime64]
    last: NDArray[np.datetime64]
    growth: NDArray[np.float64]
    doubling: NDArray[np.float64]

    @classmethod
    def of(cls, R: Reproduction, counts: Counts, serial_interval: NDArray[np.float64]) -> "Estimates":
        days = counts.dates if counts.days == 1 else daily_dates(counts.dates, counts.days)
        first, last = days[R.t_start], days[R.t_end]
        if R.method == "wallinga_teunis":
            none = np.full(R.quantiles.shape, np.nan)
            return cls(R, first, last, none, none)
        growth = _growth(R.quantiles, serial_interval)
        doubling = np.divide(np.log(2), growth, out=np.full(growth.shape, np.inf), where=growth != 0)
        return cls(R, first, last, growth, doubling)


def _growth(R: NDArray[np.float64], serial_interval: NDArray[np.float64]) -> NDArray[np.float64]:
    """The growth a day of each R, to 1e-7: of so many values by a table of what the engine solves for some."""
    found = np.full(R.shape, np.nan)
    found[R == 0] = -np.inf
    positive = R > 0
    if not positive.any():
        return found
    x = np.log(R[positive])
    at = np.linspace(x.min(), x.max(), TABLE)
    rate = np.concatenate([reproduction_to_growth(np.exp(part), serial_interval) for part in np.array_split(at, 8)])
    there = np.isfinite(rate)  # growth too steep for the engine is inf, as R of 0 is
    found[positive] = np.interp(x, at[there], rate[there], left=-np.inf, right=np.inf) if there.any() else rate[0]
    return found


def only_where_counted(R: Reproduction, counts: Counts) -> Reproduction:
    """R without the days after the last count of its series: what is said of them is what was assumed."""
    known = ~np.isnan(counts.counts)
    end = np.where(known.any(axis=1), known.shape[1] - np.argmax(known[:, ::-1], axis=1), 0) * counts.days
    after = R.t_end[np.newaxis] >= end[:, np.newaxis]
    return replace(
        R,
        mean=np.where(after, np.nan, R.mean),
        sd=np.where(after, np.nan, R.sd),
        quantiles=np.where(after[..., np.newaxis], np.nan, R.quantiles),
    )


def table_of(found: Estimates, keys: pl.DataFrame, levels: Sequence[float]) -> pl.DataFrame:
    """The key columns, date, window_start, mean, sd, quantile, value, growth_rate, doubling_days."""
    R = found.R
    return long_table(
        keys,
        found.last,
        levels,
        {
            "value": at_level(R.quantiles, R.levels, levels),
            "growth_rate": at_level(found.growth, R.levels, levels),
            "doubling_days": at_level(found.doubling, R.levels, levels),
        },
        before={"window_start": found.first, "mean": R.mean, "sd": R.sd},
    )


def not_estimated(R: Reproduction, names: Sequence[str]) -> Iterator[str]:
    without = [name for name, reason in zip(names, R.reason, strict=True) if reason]
    if without:
        shown = ", ".join(f"'{name}'" for name in without[:NAMED]) + (" …" if len(without) > NAMED else "")
        which = f" ({shown})" if len(names) > 1 else ""
        yield f"Not estimated in {len(without):,} of {len(names):,} series{which}: no case was counted."
    if (~np.isfinite(R.mean[:, -1])).sum() > len(without):
        last = "the last day" if R.dates is None else str(R.dates[-1])
        yield f"Where nothing was counted up to {last}, the last day estimated is shown."


def latest(found: Estimates, keys: pl.DataFrame) -> Table:
    """For people: R, growth and doubling time of the last day of the first series."""
    R = found.R
    table = Table(box=None, pad_edge=False, header_style="bold")
    if keys.width:
        table.add_column(Text(" · ".join(keys.columns)), overflow="fold")
    windows = bool((R.t_start != R.t_end).any())
    for heading in ("days to" if windows else "day", "R", "95 % interval", "growth a day", "cases"):
        table.add_column(heading, justify="left" if heading.startswith("day") else "right", no_wrap=True)
    low, median, high = np.moveaxis(at_level(R.quantiles, R.levels, (0.025, 0.5, 0.975)), -1, 0)
    growth, doubling = (at_level(given, R.levels, (0.5,))[..., 0] for given in (found.growth, found.doubling))
    for s in range(min(len(R.mean), Estimates.SHOWN)):
        name = [Text(" · ".join(str(cell) for cell in keys.row(s)))] if keys.width else []
        there = np.flatnonzero(np.isfinite(R.mean[s]))
        if not len(there):
            table.add_row(*name, "–", "–", "–", "–", "–")
            continue
        t = there[-1]
        table.add_row(
            *name,
            str(found.last[t]),
            f"{median[s, t]:.2f}",
            f"{low[s, t]:.2f} to {high[s, t]:.2f}",
            "–" if np.isnan(growth[s, t]) else f"{100 * growth[s, t]:+.1f} %",
            _doubling(doubling[s, t]),
        )
    return table


def _doubling(days: float) -> str:
    if np.isnan(days):
        return "–"
    if not abs(days) < 1000:
        return "steady"
    return f"{'double' if days > 0 else 'halve'} in {abs(days):.{0 if abs(days) >= 10 else 1}f} days"
