"""Quantiles by stratum and period in the one form that all commands write: keys, date, …, quantile, value."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.cli.output import form_of, write_table

if TYPE_CHECKING:
    from tocsin.cli.terminal import Terminal

__all__ = ["at_level", "listed_in", "long_table", "problems_beside", "write_with_problems"]


def long_table(
    keys: pl.DataFrame,
    dates: NDArray[np.datetime64],
    levels: Sequence[float],
    values: Mapping[str, NDArray[np.float64]],
    *,
    before: Mapping[str, NDArray[np.generic]] | None = None,
) -> pl.DataFrame:
    """The key columns, date, those of `before`, quantile, and those of `values`; rows in this order.

    dates   (periods,)
    values  name -> (strata, periods, levels)
    before  name -> (periods,) or (strata, periods): what is one for all levels
    """
    q = len(levels)
    strata, periods = next(iter(values.values())).shape[:2]
    columns: dict[str, NDArray[np.generic]] = {"date": np.tile(np.repeat(dates, q), strata)}
    for name, given in (before or {}).items():
        columns[name] = np.repeat(np.broadcast_to(given, (strata, periods)).ravel(), q)
    columns["quantile"] = np.tile(np.asarray(levels, dtype=np.float64), strata * periods)
    columns |= {name: given.ravel() for name, given in values.items()}
    results = pl.DataFrame(columns)
    numbers = [name for name in results.columns if results.schema[name].is_float()]
    results = results.with_columns(pl.col(numbers).fill_nan(None))
    if not keys.width:
        return results
    named = keys.rename({name: f"key_{name}" for name in keys.columns if name in columns})
    return pl.concat([named[np.repeat(np.arange(strata), periods * q)], results], how="horizontal")


def at_level(
    quantiles: NDArray[np.float64], levels: NDArray[np.float64], wanted: Sequence[float]
) -> NDArray[np.float64]:
    """(..., wanted) quantiles of levels that are there."""
    return quantiles[..., [int(np.argmin(np.abs(levels - level))) for level in wanted]]


def problems_beside(out: Path) -> Path:
    return out.with_name(f"{out.name.split('.')[0]}-problems.csv")


def listed_in(out: Path | None) -> str:
    """What the list of rows at fault is called, in a sentence; `out` is None where no file was asked for."""
    return "the file of problems, with --out" if out is None else problems_beside(out).name


def write_with_problems(table: pl.DataFrame, problems: pl.DataFrame, out: Path, terminal: "Terminal") -> None:
    """The table, and beside it the rows of INPUT that were at fault; what was written is said."""
    files = [out]
    write_table(table, out, form_of(out))
    if not problems.is_empty():
        files.append(problems_beside(out))
        write_table(problems, files[-1], "csv")
    terminal.result("")
    for path in files:
        terminal.result(f"Written: {path}")
