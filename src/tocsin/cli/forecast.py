"""`tocsin forecast`: from counts to those of the days or weeks to come."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.horizons import HORIZON, Ahead
from tocsin.cli.reading import OPTIONS, reading_options
from tocsin.cli.values import DAY, LEVELS

if TYPE_CHECKING:
    from tocsin.cli.series import Counts
    from tocsin.cli.terminal import Terminal
    from tocsin.epi.forecast import Forecast

__all__ = ["METHODS", "forecast"]

METHODS = ("combination", "renewal", "exponential_smoothing", "flat")
BY_INTERVAL = ("combination", "renewal")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to forecast, and how."""

    horizon: Ahead
    method: str
    as_of: str | None
    nowcast: Path | None
    quantiles: tuple[float, ...]
    seed: int
    jobs: int | None
    out: Path


@click.command(short_help="Forecast counts of the next days or weeks.")
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@reading_options
@click.option("--horizon", type=HORIZON, default="4w", show_default=True, help="How far: to 28d, or 8w.")
@click.option("--method", type=click.Choice(METHODS), default="combination", show_default=True, help="How to forecast.")
@click.option(
    "--serial-interval",
    metavar="NAME|FILE|gamma:MEAN:SD",
    help="Days from one case to those it infects, of combination and renewal.  [default: gamma:7:4]",
)
@click.option("--nowcast", type=click.Path(path_type=Path), help="What `tocsin nowcast --sum 1` wrote of last days.")
@click.option("--as-of", type=DAY, help="Last day used; all of them unless said.")
@click.option(
    "--quantiles", type=LEVELS, default="0.025,0.1,0.25,0.5,0.75,0.9,0.975", show_default=True, help="Levels, 0 to 1."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same figures.")
@click.option("--jobs", type=click.IntRange(1), help="Cores to use; all of them unless said.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write: .csv, .json or .parquet.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors; the result is in the file.")
def forecast(source: Path, serial_interval: str | None, quiet: bool, **options: Any) -> None:
    """Forecast the counts of each series of INPUT over the days or weeks after its last.

    INPUT is read as by `tocsin detect`: counts by day or week, or a line list, which is counted by day. Weeks are
    best forecast from daily counts. --out gets the key columns, date, quantile and value: a row for each series,
    each day or week ahead (by its first day), and each quantile.
    """
    from tocsin.cli.main import BadInput
    from tocsin.cli.output import form_of
    from tocsin.cli.serial_intervals import serial_interval_of
    from tocsin.cli.series import read_counts, require_no_disguised_weeks
    from tocsin.cli.terminal import Terminal

    reading = {name: options.pop(name) for name in OPTIONS}
    wanted = Wanted(**options)
    form_of(wanted.out)
    if serial_interval is not None and wanted.method not in BY_INTERVAL:
        raise BadInput(f"--serial-interval is of {' and '.join(BY_INTERVAL)}; {wanted.method} uses none")
    interval = serial_interval_of(serial_interval) if serial_interval is not None else None
    terminal = Terminal(quiet)
    terminal.tell_of_compilation()
    if interval is not None:
        terminal.say(f"Serial interval: {interval.said}.")
    counts = read_counts(source, reading, terminal, as_of=wanted.as_of, purpose="a forecast", out=wanted.out)
    if not wanted.horizon.weeks:
        require_no_disguised_weeks(counts)
    w = None if interval is None else interval.probabilities / interval.probabilities.sum()
    with terminal.busy("Forecasting"):
        found, counts = _forecast(counts, w, wanted, terminal)
    _write(found, counts, wanted, terminal)


def _forecast(
    counts: "Counts", serial_interval: Any, wanted: Wanted, terminal: "Terminal"
) -> tuple["Forecast", "Counts"]:
    """The forecast, and the series that it is of."""
    import numpy as np

    from tocsin.cli.forecasts import SHOWN, forecastable
    from tocsin.cli.nowcast_files import with_nowcast
    from tocsin.cli.series import named_series
    from tocsin.epi.forecast import forecast as forecast_of

    options = wanted.horizon.options(counts)
    recent = None
    if wanted.nowcast is not None:
        found = with_nowcast(wanted.nowcast, counts, wanted.as_of)
        counts, recent = found.counts, found.draws
    long_enough = forecastable(counts, terminal)
    counts, recent = counts.of(long_enough), None if recent is None else recent[:, long_enough]
    with named_series(counts.names):
        foreseen = forecast_of(
            counts.counts,
            counts.dates,
            **options,
            method=wanted.method,  # type: ignore[arg-type]
            levels=np.union1d(wanted.quantiles, SHOWN),
            recent=recent,
            serial_interval=serial_interval,
            rng=np.random.default_rng(wanted.seed),
            jobs=wanted.jobs,
        )
    return foreseen, counts


def _write(found: "Forecast", counts: "Counts", wanted: Wanted, terminal: "Terminal") -> None:
    from tocsin.cli.forecasts import MOST_SERIES, ahead, headline, table_of
    from tocsin.cli.quantile_tables import write_with_problems

    terminal.result(headline(found, counts, wanted.horizon), "bold")
    terminal.result("")
    terminal.out.print(ahead(found, counts, wanted.horizon), soft_wrap=False)
    if (more := len(counts.counts) - MOST_SERIES) > 0:
        terminal.result(f"… and {more:,} more series")
    write_with_problems(table_of(found, counts.keys, wanted.quantiles), counts.problems, wanted.out, terminal)
