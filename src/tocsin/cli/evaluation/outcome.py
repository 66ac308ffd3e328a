"""What an evaluation on past days ends with: tables in the terminal, and the file."""

from pathlib import Path
from typing import Any

from tocsin.cli.evaluation.comparison import Comparison, by_horizon, by_stratum, refusals, side_by_side, table_of
from tocsin.cli.output import form_of, write_table
from tocsin.cli.terminal import Terminal
from tocsin.epi.score import RollingForecasts

__all__ = ["tell"]


def tell(found: Comparison, made: RollingForecasts[Any], heading: str, out: Path | None, terminal: Terminal) -> None:
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
        write_table(table, out, form_of(out))
        terminal.result("")
        terminal.result(f"Written: {out}")
