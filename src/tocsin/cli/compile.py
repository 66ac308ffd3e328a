"""`tocsin compile`: have every kernel compiled and kept, so that no later run has to wait for it."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tocsin.epi.detect.registry import Method

__all__ = ["compile"]

_PERIODS = 12 * 52
_DAYS = 84


@click.command(short_help="Compile the methods now, so that no later run waits.")
def compile() -> None:
    """Compile the kernels of every method and keep them, so that no later run waits for it.

    Set-up calls this once. It needs no compiler: Numba brings its own.
    """
    click.echo("Compiling the methods, once; this can take a minute or two", err=True)
    from tocsin.epi.compilation import CACHE_FOLDER, on_compilation
    from tocsin.epi.detect.registry import METHODS

    compiled: list[str] = []
    on_compilation(compiled.append)
    started = time.perf_counter()
    for method in METHODS.values():
        before = time.perf_counter()
        _run(method)
        click.echo(f"  {method.name:<24}{time.perf_counter() - before:6.1f} s", err=True)
    for name, run in _estimates().items():
        before = time.perf_counter()
        run()
        click.echo(f"  {name:<24}{time.perf_counter() - before:6.1f} s", err=True)
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


def _estimates() -> "dict[str, Callable[[], object]]":
    """Each estimate once, on as little as it takes: all the kernels that commands and nodes call."""
    import numpy as np

    from tocsin.epi.forecast import forecast, forecast_occupancy
    from tocsin.epi.nowcast import ReportingTriangle, nowcast
    from tocsin.epi.reproduction import growth_rate, reproduction
    from tocsin.epi.severity import pooled_by_age

    rng = np.random.default_rng(1)
    counts = rng.poisson(20.0, (2, _DAYS)).astype(float)
    w = np.array([0.0, 0.2, 0.5, 0.3])
    draws = np.repeat(counts[np.newaxis], 3, axis=0)

    def triangle(step: int) -> ReportingTriangle:
        cells = rng.poisson(5.0, (1, _DAYS, 8)).astype(float)
        cells[:, np.add.outer(np.arange(_DAYS), np.arange(8)) >= _DAYS] = np.nan
        dates = np.datetime64("2026-01-05") + step * np.arange(_DAYS)
        return ReportingTriangle(cells, dates, step, dates[-1] + step - 1, np.zeros(1), np.zeros(1))

    def reproduced() -> None:
        for method in ("cori", "wallinga_teunis"):
            reproduction(counts, serial_interval=w, method=method)
        reproduction(counts, serial_interval=w, method="smoother", rng=rng)
        growth_rate(counts)

    def foretold() -> None:
        forecast(counts, horizon=2, step="day", rng=rng, draws=100)
        silent = np.where(np.arange(_DAYS) % 7 == 6, 7 * counts, 0.0)  # reported once a week
        forecast(silent, horizon=2, step="day", rng=rng, draws=100)
        forecast(counts, horizon=2, step="day", sum_over=7, rng=rng, draws=100)
        forecast(counts, horizon=2, step="week", rng=rng, draws=100)
        forecast(counts, horizon=2, step="day", recent=draws[..., -7:], rng=rng, draws=100)
        forecast_occupancy(counts, horizon=2, rng=rng, draws=100)

    return {
        "nowcast": lambda: (nowcast(triangle(1)), nowcast(triangle(7))),
        "filter": lambda: reproduction(counts, serial_interval=w),
        "filter of draws": lambda: reproduction(draws, serial_interval=w),
        "reproduction number": reproduced,
        "forecast": foretold,
        "severity by age": lambda: pooled_by_age([1.0, 2.0, 8.0], [100.0, 100.0, 100.0]),
    }
