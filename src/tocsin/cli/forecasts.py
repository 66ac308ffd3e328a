"""Forecasts as a table for programs, and as one for people."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from tocsin.cli.horizons import Ahead
from tocsin.cli.main import BadInput
from tocsin.cli.quantile_tables import at_level, long_table
from tocsin.cli.series import Counts
from tocsin.cli.terminal import Terminal
from tocsin.epi.errors import HistoryTooShort
from tocsin.epi.forecast import Forecast
from tocsin.epi.forecast.history import history

if TYPE_CHECKING:
    from tocsin.epi.forecast.history import Step

__all__ = ["MOST_SERIES", "SHOWN", "ahead", "forecastable", "headline", "long_enough", "table_of"]

SHOWN = (0.025, 0.5, 0.975)
MOST_SERIES = 20
LINES = 21
NAMED = 5


def long_enough(counts: NDArray[np.float64], step: "Step") -> tuple[NDArray[np.bool_], str]:
    """(series,) whether a forecast can be made, and why it cannot of the first that is none of."""
    able, why = np.ones(len(counts), dtype=bool), ""
    for number, row in enumerate(counts):
        try:
            history("counts", row, None, step, "spread")
        except HistoryTooShort as refusal:
            able[number] = False
            why = why or str(refusal)
    return able, why


def forecastable(counts: Counts, terminal: Terminal) -> NDArray[np.bool_]:
    """(series,) which can be forecast; the others are named. Raises BadInput where none can."""
    able, why = long_enough(counts.counts, "day" if counts.days == 1 else "week")
    without = [name for name, there in zip(counts.names, able, strict=True) if not there]
    if not without:
        return able
    if not able.any():
        name = f"'{without[0]}'" if counts.keys.width else "INPUT"
        raise BadInput(why.replace("series 0 of counts", name))
    shown = ", ".join(f"'{name}'" for name in without[:NAMED]) + (" …" if len(without) > NAMED else "")
    terminal.say(f"Left out, with too short a history: {shown} ({len(without):,} of {len(able):,} series).", "yellow")
    return able


def table_of(found: Forecast, keys: pl.DataFrame, levels: Sequence[float]) -> pl.DataFrame:
    """The key columns, date, quantile, value."""
    return long_table(keys, _days(found), levels, {"value": at_level(found.quantiles, found.levels, levels)})


def headline(found: Forecast, counts: Counts, horizon: Ahead) -> str:
    several = f"{len(counts.counts):,} series" if len(counts.counts) > 1 else "1 series"
    return (
        f"Forecast of {several} by {found.method}: {horizon.number} {'weeks' if horizon.weeks else 'days'} from "
        f"{_days(found)[0]} on"
    )


def ahead(found: Forecast, counts: Counts, horizon: Ahead) -> Table:
    """For people: median and 95 % interval of the periods ahead of the first series, the farthest always among them."""
    series = min(len(counts.counts), MOST_SERIES)
    periods = found.quantiles.shape[1]
    each = min(periods, max(1, LINES // series))
    chosen = np.unique(np.linspace(periods - 1 if each == 1 else 0, periods - 1, each).round().astype(int))
    table = Table(box=None, pad_edge=False, header_style="bold")
    if counts.keys.width:
        table.add_column(Text(" · ".join(counts.keys.columns)), overflow="fold")
    table.add_column("week from" if horizon.weeks else "day", no_wrap=True)
    for heading in ("forecast", "95 % interval"):
        table.add_column(heading, justify="right", no_wrap=True)
    quantiles, days = at_level(found.quantiles, found.levels, SHOWN), _days(found)
    for s in range(series):
        for t in chosen:
            name = [Text(" · ".join(str(cell) for cell in counts.keys.row(s)))] if counts.keys.width else []
            low, median, high = quantiles[s, t]
            table.add_row(*name, str(days[t]), f"{median:,.0f}", f"{low:,.0f} to {high:,.0f}")
    return table


def _days(found: Forecast) -> NDArray[np.datetime64]:
    return found.dates.astype("datetime64[D]")
