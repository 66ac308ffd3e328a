"""`tocsin compile`: have every kernel compiled and kept, so that no later run has to wait for it."""

import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tocsin.epi.detect.registry import Method

__all__ = ["compile"]

_PERIODS = 12 * 52


@click.command(short_help="Compile the methods now, so that no later run waits.")
def compile() -> None:
    """Compile the kernels of every method and keep them, so that no later run waits for it.

    Set-up calls this once. It needs no compiler: Numba brings its own.
    """
    click.echo("Compiling the detection methods, once; this can take a minute", err=True)
    from tocsin.epi.compilation import CACHE_FOLDER, on_compilation
    from tocsin.epi.detect.registry import METHODS

    compiled: list[str] = []
    on_compilation(compiled.append)
    started = time.perf_counter()
    for method in METHODS.values():
        before = time.perf_counter()
        _run(method)
        click.echo(f"  {method.name:<24}{time.perf_counter() - before:6.1f} s", err=True)
    seconds = time.perf_counter() - started
    if CACHE_FOLDER is None:
        click.echo(
            f"{len(compiled)} kernels compiled in {seconds:.0f} s, but they cannot be kept: no folder for them can be "
            "written to. Set NUMBA_CACHE_DIR to one that can, or every run compiles anew",
            err=True,
        )
    else:
        click.echo(f"{len(compiled)} kernels compiled in {seconds:.0f} s, kept in {CACHE_FOLDER}", err=True)


def _run(method: "Method") -> None:
    """One evaluation of two weekly series, by date and by index: all the kernels that a screening calls."""
    import numpy as np

    week = np.arange(_PERIODS)
    counts = np.vstack([week % 5, 20 + 10 * np.sin(week * 2 * np.pi / 52)]).round()
    dates = np.datetime64("2010-01-04") + np.timedelta64(7, "D") * week
    method.function(counts, dates, evaluate=2, jobs=1)
    method.function(counts, None, evaluate=2, jobs=1)
