"""What a person sees in the terminal: results on stdout, everything said on the way on stderr."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isinf

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from tocsin.cli.signals import COLUMNS, LEAST_PROBABLE

__all__ = ["Terminal"]

_FIGURES = {
    "observed": "observed",
    "expected": "expected",
    "threshold": "threshold",
    "exceedance": "exceedance",
    "p_value": "p",
}
_WIDTH = 140  # where output goes to a file or another program, not to a terminal


class Terminal:
    """Speaks unless `quiet`; what comes from data is never read as markup."""

    def __init__(self, quiet: bool) -> None:
        self.out = Console(quiet=quiet, highlight=False, markup=False, soft_wrap=True)
        if not self.out.is_terminal and "COLUMNS" not in os.environ:
            self.out.width = _WIDTH
        self.err = Console(stderr=True, quiet=quiet, highlight=False, markup=False, soft_wrap=True)

    def say(self, text: str, style: str | None = None) -> None:
        self.err.print(Text(text, style=style or ""))

    def result(self, text: str, style: str | None = None) -> None:
        self.out.print(Text(text, style=style or ""))

    def tell_of_compilation(self) -> None:
        """Say once that kernels are being compiled, since nothing else can be seen for a while."""
        from tocsin.epi.compilation import CACHE_FOLDER, on_compilation

        unsaid = [True]

        def tell(_: str) -> None:
            if unsaid:
                unsaid.clear()
                kept = "once" if CACHE_FOLDER else "anew on each run, as no folder to keep them can be written to"
                self.say(f"Compiling the method's kernels ({kept}; up to 30 s) …", "dim")

        on_compilation(tell)

    @contextmanager
    def busy(self, what: str) -> Iterator[None]:
        with self.err.status(Text(what)):
            yield

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """Yields `tell(done, total)`; the bar goes when the work is done."""
        columns = TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        with Progress(*columns, console=self.err, transient=True, disable=not self.err.is_terminal) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    def table(self, signals: pl.DataFrame, every: str, *, several: bool) -> None:
        """Rows of `most_exceptional` for people: series, period, figures, and the number of signals if several."""
        keys = [name for name in signals.columns if name not in (*COLUMNS, "signals")]
        table = Table(box=None, pad_edge=False, header_style="bold")
        if keys:
            table.add_column(Text(" · ".join(keys)), overflow="fold")
        table.add_column(every, no_wrap=True)
        for heading in _FIGURES.values():
            table.add_column(heading, justify="right", no_wrap=True)
        if several:
            table.add_column("signals", justify="right")
        for row in signals.iter_rows(named=True):
            series = [Text(" · ".join(str(row[name]) for name in keys))] if keys else []
            figures = [Text(_figure(name, row[name])) for name in _FIGURES]
            table.add_row(*series, str(row["date"]), *figures, *([str(row["signals"])] if several else []))
        self.out.print(table, soft_wrap=False)


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if isinf(value):
        return "∞"
    if name == "p_value":
        return "< 1e-12" if value < LEAST_PROBABLE else f"{value:.2g}" if value >= 1e-4 else f"{value:.0e}"
    if name == "observed" and value == int(value):
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) < 1e6 else f"{value:.3g}"
