"""What an evaluation on past days ends with: tables in the terminal, and the file."""

from pathlib import Path
from typing import Any

import polars as pl

from tocsin.cli.evaluation.comparison import Comparison, by_horizon, by_stratum, refusals, side_by_side, table_of
from tocsin.cli.quantile_tables import write_with_problems
from tocsin.cli.terminal import Terminal
from tocsin.epi.score import RollingForecasts

__all__ = ["tell"]


def tell(
    found: Comparison, made: RollingForecasts[Any], heading: str, problems: pl.DataFrame, out: Path | None,
    terminal: Terminal,
) -> None:  # fmt: skip
    """`problems` are rows of INPUT that were at fault, as in `SeriesTable`; they are listed beside `out`."""
    table = table_of(found)
    terminal.result(heading, "bold")
    for sentence in refusals(made):
        terminal.result(sentence)
    terminal.result("")
    terminal.out.print(side_by_side(found, table), soft_wrap=False)
    for more in (by_horizon(found, table), by_stratum(found, table)):
        if more is not None:
            terminal.result("")
            terminal.out.print(more, soft_wrap=False)
    if out is not None:
        write_with_problems(table, problems, out, terminal)
