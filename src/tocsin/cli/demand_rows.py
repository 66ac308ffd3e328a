"""Demand as tables for programs, and as one for people."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.cli.risk_rows import figure, people_table
from tocsin.epi.demand import Demand

if TYPE_CHECKING:
    from tocsin.cli.terminal import Terminal

__all__ = ["run_out_table", "table_of", "tell"]

Array = NDArray[np.float64]


def table_of(found: Demand, levels: Sequence[float]) -> pl.DataFrame:
    """resource, kind, unit, measure, date, quantile, value.

    Measures: need; met and unmet where it is known what exists; left of supplies with a stock; capacity, without a
    quantile; unmet_probability, likewise.
    """
    assert found.dates is not None
    at = [int(np.argmin(np.abs(found.levels - level))) for level in levels]
    days, dates = len(found.dates), found.dates
    parts = []

    def add(i: int, measure: str, values: Array, quantiles: Sequence[float | None]) -> None:
        """values (days, quantiles)"""
        size = days * len(quantiles)
        parts.append(
            pl.DataFrame(
                {
                    "resource": [found.names[i]] * size,
                    "kind": [found.kinds[i]] * size,
                    "unit": [found.units[i]] * size,
                    "measure": [measure] * size,
                    "date": pl.Series(np.repeat(dates, len(quantiles))).cast(pl.Date),
                    "quantile": pl.Series(list(quantiles) * days, dtype=pl.Float64),
                    "value": values.ravel(),
                }
            )
        )

    for i in range(len(found.names)):
        add(i, "need", found.need[i][:, at], list(levels))
        if limited(found, i):
            add(i, "met", found.met[i][:, at], list(levels))
            add(i, "unmet", found.unmet[i][:, at], list(levels))
            add(i, "unmet_probability", found.unmet_probability[i][:, None], [None])
        if not np.isnan(found.left[i]).all():
            add(i, "left", found.left[i][:, at], list(levels))
        if not np.isnan(found.capacity[i]).all():
            add(i, "capacity", found.capacity[i][:, None], [None])
    return pl.concat(parts)


def run_out_table(found: Demand, levels: Sequence[float]) -> pl.DataFrame:
    """resource, kind, probability, quantile, date: the first day on which something is missing, empty if later."""
    rows = []
    for i, name in enumerate(found.names):
        if not limited(found, i):
            continue
        dates = found.run_out_dates(name)
        for level in levels:
            day = dates[int(np.argmin(np.abs(found.levels - level)))]
            when = None if np.isnat(day) else day.astype("datetime64[D]").item()
            rows.append((name, found.kinds[i], float(found.run_out_probability[i]), level, when))
    schema = {
        "resource": pl.String, "kind": pl.String, "probability": pl.Float64, "quantile": pl.Float64, "date": pl.Date,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def limited(found: Demand, i: int) -> bool:
    """Whether it is known what exists of a resource."""
    return bool(~np.isnan(found.capacity[i]).all() or ~np.isnan(found.left[i]).all())


def tell(found: Demand, dates: NDArray[np.datetime64], terminal: "Terminal") -> None:
    terminal.result(f"Demand from {dates[0]} to {dates[-1]}, {len(dates)} days; medians with intervals of 95 %", "bold")
    terminal.result("")
    low, middle, high = (int(np.argmin(np.abs(found.levels - level))) for level in (0.025, 0.5, 0.975))
    rows = []
    for i, name in enumerate(found.names):
        peak = int(found.need[i, :, middle].argmax())
        need = found.need[i, peak]
        total = found.total[i]
        rows.append(
            (
                name,
                f"{found.units[i]} a day" if found.kinds[i] in ("flow", "supply") else found.units[i],
                f"{figure(need[middle])} ({figure(need[low])} to {figure(need[high])})",
                str(dates[peak]),
                f"{figure(total[middle])}" if found.kinds[i] in ("flow", "supply") else "",
                _exists(found, i),
                _runs_out(found, i, name, (low, middle, high), dates),
            )
        )
    headings = ("unit", "most", "on", "in all", "exists", "runs out")
    terminal.out.print(people_table("resource", headings, rows), soft_wrap=False)
    if found.starts_empty:
        terminal.say(
            "Neither past cases nor patients present were given: the hospital starts empty, and the first weeks are "
            "too "
            "low. Give --past, or [present] in the plan.",
            "yellow",
        )
    elif found.short_history:
        terminal.say(
            "The cases of the days before (--past) do not reach back as far as 95 % of delays and stays do: who will "
            "still come of them is missing, and the first days are too low.",
            "yellow",
        )


def _exists(found: Demand, i: int) -> str:
    if not np.isnan(found.capacity[i]).all():
        first, last = found.capacity[i][[0, -1]]
        return figure(first) if first == last else f"{figure(first)}, later {figure(last)}"
    return "a stock" if limited(found, i) else "not said"


def _runs_out(found: Demand, i: int, name: str, at: tuple[int, int, int], dates: NDArray[np.datetime64]) -> str:
    if not limited(found, i):
        return ""
    probability = float(found.run_out_probability[i])
    if probability == 0:
        return f"not by {dates[-1]}"
    days = found.run_out_dates(name)
    low, middle, high = ("later" if np.isnat(days[k]) else str(days[k]) for k in at)
    chance = f"{probability:.0%}" if probability >= 0.01 else "below 1%"
    if middle == "later":
        early = "" if low == "later" else f", as early as {low}"
        return f"probability {chance} by {dates[-1]}{early}"
    return f"{middle} ({low} to {high}), probability {chance}"
