"""`tocsin evaluate forecast`: forecasts made again on past days, against what came."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.forecast import METHODS
from tocsin.cli.horizons import HORIZON, Ahead
from tocsin.cli.reading import OPTIONS, reading_options
from tocsin.cli.values import COLUMNS, DAY, LEVELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tocsin.cli.evaluation.known_counts import Known
    from tocsin.cli.terminal import Terminal
    from tocsin.epi.score import RollingForecasts

__all__ = ["forecast"]

HUB = "0.01,0.025,0.05,0.1,0.15,0.2,0.25,0.3,0.35,0.4,0.45,0.5,0.55,0.6,0.65,0.7,0.75,0.8,0.85,0.9,0.95,0.975,0.99"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to forecast, when, and how it is compared."""

    first: str
    last: str | None
    step: int
    horizon: Ahead
    methods: tuple[str, ...]
    baseline: str | None
    quantiles: "NDArray[np.float64]"
    interval: "NDArray[np.float64] | None"
    seed: int
    jobs: int | None


@click.command(short_help="Methods of `tocsin forecast`, on past days.")
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@reading_options
@click.option("--vintage", type=COLUMNS, help="Column of the publication day of a table of vintages.")
@click.option("--value", help="Column of the counts as they stood in each vintage.")
@click.option("--from", "first", type=DAY, required=True, help="First day on which forecasts are made.")
@click.option("--to", "last", type=DAY, help="Last such day; that after which too little is known unless said.")
@click.option("--step", type=click.IntRange(1), default=7, show_default=True, help="Days from one to the next.")
@click.option("--horizon", type=HORIZON, default="4w", show_default=True, help="How far: to 28d, or 8w.")
@click.option("--methods", default="all", show_default=True, help=f"With commas between: {', '.join(METHODS)}.")
@click.option("--baseline", default="flat", show_default=True, help="Method to compare with; `none`: all with all.")
@click.option(
    "--serial-interval",
    metavar="NAME|FILE|gamma:MEAN:SD",
    help="Days from one case to those it infects.  [default: gamma:7:4]",
)
@click.option("--quantiles", type=LEVELS, default=HUB, help="Levels, 0 to 1.  [default: the 23 of the forecast hubs]")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same figures.")
@click.option("--jobs", type=click.IntRange(1), help="Cores to use; all of them unless said.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write too: .csv, .json or .parquet.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors; the result is in the file.")
def forecast(source: Path, quiet: bool, out: Path | None, vintage: Any, value: str | None, **options: Any) -> None:
    """Forecast again on days of the past, and compare with what came.

    INPUT is read as by `tocsin detect`, or it is a table of vintages, with --date, --vintage and --value: then each
    forecast is given the counts as they stood on its day. Without vintages it is given those of today up to its day,
    which is said. Scores are averaged over all series and days.
    """
    from tocsin.cli.evaluation.known_counts import of_counts, of_vintages
    from tocsin.cli.output import form_of
    from tocsin.cli.series import read_counts
    from tocsin.cli.terminal import Terminal

    reading = {name: options.pop(name) for name in OPTIONS}
    wanted = _wanted(options)
    if out is not None:
        form_of(out)
    terminal = Terminal(quiet)
    terminal.tell_of_compilation()
    if vintage is None and value is None:
        terminal.say(
            "INPUT has no vintages (--vintage, --value): forecasts are given counts as they stand today, with later "
            "corrections and reports, and will seem better than they could have been.",
            "yellow",
        )
        known = of_counts(read_counts(source, reading, terminal, as_of=None, purpose="a forecast", out=out))
    else:
        known = of_vintages(source, reading, vintage, value, terminal, out)
    _compare(known, wanted, out, terminal)


def _wanted(options: dict[str, Any]) -> Wanted:
    from tocsin.cli.evaluation.rolling_days import checked_levels, checked_methods
    from tocsin.cli.main import BadInput
    from tocsin.cli.serial_intervals import serial_interval_of

    chosen = None if options["baseline"] == "none" else options["baseline"]
    methods, baseline = checked_methods(options["methods"], METHODS, chosen)
    given = options["serial_interval"]
    if given is not None and not {"combination", "renewal"} & set(methods):
        raise BadInput(f"--serial-interval is of combination and renewal; --methods are {', '.join(methods)}")
    interval = None if given is None else serial_interval_of(given).probabilities
    same = {name: options[name] for name in ("first", "last", "step", "horizon", "seed", "jobs")}
    return Wanted(
        **same,
        methods=methods,
        baseline=baseline,
        quantiles=checked_levels(options["quantiles"]),
        interval=None if interval is None else interval / interval.sum(),
    )


def _compare(known: "Known", wanted: Wanted, out: Path | None, terminal: "Terminal") -> None:
    import numpy as np

    from tocsin.cli.evaluation.comparison import Comparison
    from tocsin.cli.evaluation.outcome import tell
    from tocsin.cli.evaluation.rolling_days import checked_days

    engine = wanted.horizon.options(known.latest)
    ahead = engine["horizon"] * engine["sum_over"]
    days = checked_days(
        wanted.first,
        wanted.last,
        wanted.step,
        earliest=known.earliest,
        latest=known.last_day(1),
        why="after which nothing is known",
    )
    made = _made(known, wanted, engine, days, terminal)
    truth = np.stack([known.came(day, ahead, engine["sum_over"]) for day in days])
    horizons = np.arange(1, engine["horizon"] + 1)
    unit = "week" if wanted.horizon.weeks else "day"
    found = Comparison.of(made, truth, horizons, known.latest.keys, wanted.baseline, unit)
    span = f"{days[0]} to {days[-1]}" if len(days) > 1 else f"{days[0]}"
    several = f"{truth.shape[1]:,} series" if truth.shape[1] > 1 else "1 series"
    heading = f"Forecasts of {several}, {wanted.horizon.number} {unit}s ahead, on {len(days):,} days from {span}"
    tell(found, made, heading, known.latest.problems, out, terminal)


def _made(
    known: "Known", wanted: Wanted, engine: dict[str, Any], days: "NDArray[np.datetime64]", terminal: "Terminal"
) -> "RollingForecasts[NDArray[np.float64]]":
    from functools import partial

    import numpy as np

    from tocsin.cli.forecasts import long_enough
    from tocsin.epi.errors import HistoryTooShort
    from tocsin.epi.forecast import forecast as forecast_of
    from tocsin.epi.score import rolling

    def one(counts: "NDArray[np.float64]", day: np.datetime64, *, method: str) -> "NDArray[np.float64]":
        able, why = long_enough(counts, engine["step"])
        if not able.any():
            raise HistoryTooShort(why)
        found = np.full((len(counts), engine["horizon"], len(wanted.quantiles)), np.nan)
        found[able] = forecast_of(
            counts[able],
            **engine,
            method=method,  # type: ignore[arg-type]
            levels=wanted.quantiles,
            serial_interval=wanted.interval,
            negative="spread",
            rng=np.random.default_rng([wanted.seed, int(day.astype(np.int64))]),
            jobs=wanted.jobs,
        ).quantiles
        return found

    with terminal.progress("Forecasting") as progress:
        done = 0

        def known_on(day: np.datetime64) -> "NDArray[np.float64]":
            nonlocal done
            progress(done, len(days))
            done += 1
            return known.on(day)

        methods = {name: partial(one, method=name) for name in wanted.methods}
        return rolling(days, known=known_on, methods=methods, levels=wanted.quantiles)
