"""Nowcasts as a table for programs, and as one for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from tocsin.counts.sums import Group
from tocsin.epi.nowcast import Nowcast

__all__ = ["COLUMNS", "Estimates", "headline", "last_days", "table_of"]

COLUMNS = ("date", "reported", "quantile", "value")
LINES = 21  # in the terminal
INTERVAL = (0.025, 0.5, 0.975)


@dataclass(frozen=True, slots=True)
class Estimates:
    """Nowcasts of groups of strata, in the order of the strata.

    like       one of them, for what they have in common
    dates      (periods,) datetime64[D]: days; of weeks the first day, or the weekday on which all events are dated
    reported   (strata, periods)
    quantiles  (strata, periods, levels)
    """

    SHOWN: ClassVar[int] = 20

    like: Nowcast
    dates: NDArray[np.datetime64]
    reported: NDArray[np.float64]
    quantiles: NDArray[np.float64]

    @classmethod
    def together(cls, found: Sequence[Nowcast], groups: Sequence[Group], weekday: int | None) -> "Estimates":
        order = np.argsort([member for group in groups for member in group.members])
        like = found[0]
        dates = like.dates
        if like.step != 1 and weekday is not None:
            begins = (int(dates[0].astype("datetime64[D]").astype(np.int64)) + 3) % 7  # 1970-01-01 was a Thursday
            dates = dates + (weekday - begins) % 7
        return cls(
            like,
            dates,
            np.concatenate([one.reported for one in found])[order],
            np.concatenate([one.quantiles for one in found])[order],
        )

    @property
    def period(self) -> str:
        return "day" if self.like.step == 1 else "week"

    def at(self, level: float) -> NDArray[np.float64]:
        """(strata, periods) quantile of a level that is there."""
        return self.quantiles[..., int(np.argmin(np.abs(self.like.levels - level)))]

    def last(self, horizon: int) -> NDArray[np.intp]:
        """The last horizon + 1 periods before `as_of`, as far as a count can be given for them."""
        lag = int((self.like.as_of - self.like.dates[-1]).astype(np.int64)) // self.like.step
        periods = len(self.dates)
        begin = max(periods - 1 - max(horizon - lag, -1), self.like.sum_over - 1)
        return np.arange(begin, periods)

    def silent(self, horizon: int) -> Iterator[str]:
        missing = horizon + 1 - len(self.last(horizon))
        if missing > 0:
            yield (
                f"The history begins too late for the first {missing} of {horizon + 1} {self.period}s: they are "
                "left out"
            )
        if np.isnan(self.quantiles[:, self.last(horizon)]).any():
            yield f"{self.like.method} gives no quantile for some {self.period}s: they are empty"


def table_of(found: Estimates, keys: pl.DataFrame, horizon: int, levels: Sequence[float]) -> pl.DataFrame:
    """The key columns, then COLUMNS: a row for each stratum, period and level, in this order."""
    periods = found.last(horizon)
    strata, q = len(found.reported), len(levels)
    values = np.stack([found.at(level)[:, periods] for level in levels], axis=-1)
    results = pl.DataFrame(
        {
            "date": np.tile(np.repeat(found.dates[periods], q), strata),
            "reported": np.repeat(found.reported[:, periods].ravel(), q),
            "quantile": np.tile(np.asarray(levels, dtype=np.float64), strata * len(periods)),
            "value": values.ravel(),
        }
    ).with_columns(pl.col("reported", "value").fill_nan(None))
    if not keys.width:
        return results
    named = keys.rename({name: f"key_{name}" for name in keys.columns if name in COLUMNS})
    rows = np.repeat(np.arange(strata), len(periods) * q)
    return pl.concat([named[rows], results], how="horizontal")


def headline(found: Estimates, target: str | None) -> str:
    n = found.like
    within = target or f"{n.options['longest']} {found.period}s"
    until = "all reports that will come" if target == "final" else f"what is reported within {within}"
    over = f"; sums of {n.sum_over} {found.period}s" if n.sum_over > 1 else ""
    strata = f"{len(found.reported):,} strata" if len(found.reported) > 1 else "1 stratum"
    return f"Nowcast of {strata} as of {n.as_of} by {n.method}: {until}{over}"


def last_days(found: Estimates, keys: pl.DataFrame) -> Table:
    """For people: reported, median and 95 % interval of the last periods of the first strata."""
    strata = min(len(found.reported), Estimates.SHOWN)
    each = min(7, max(1, LINES // strata))
    table = Table(box=None, pad_edge=False, header_style="bold")
    if keys.width:
        table.add_column(Text(" · ".join(keys.columns)), overflow="fold")
    for heading in (found.period, "reported", "nowcast", "95 % interval"):
        table.add_column(heading, justify="left" if heading == found.period else "right", no_wrap=True)
    low, median, high = (found.at(level) for level in INTERVAL)
    for s in range(strata):
        for t in found.last(each - 1):
            name = [Text(" · ".join(str(cell) for cell in keys.row(s)))] if keys.width else []
            interval = f"{_figure(low[s, t])} to {_figure(high[s, t])}"
            table.add_row(
                *name, str(found.dates[t]), _figure(found.reported[s, t]), _figure(median[s, t]), Text(interval)
            )
    return table


def _figure(value: float) -> str:
    if np.isnan(value):
        return "–"
    return "∞" if np.isinf(value) else f"{value:,.0f}"
