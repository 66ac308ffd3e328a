"""`tocsin detect`: from a table of counts to what is out of the ordinary."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.reading import OPTIONS, read_table, reading_options
from tocsin.cli.values import EVALUATE, SETTING, SPAN

if TYPE_CHECKING:
    from tocsin.cli.report.content import Report
    from tocsin.cli.report.estimates import SerialInterval
    from tocsin.cli.terminal import Terminal
    from tocsin.counts.partitions import Run
    from tocsin.counts.series import Every, SeriesTable
    from tocsin.epi.detect.screening import Screening

__all__ = ["detect"]

SHOWN = 20
"""Series listed in the terminal; all signals are in the table written."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to screen with, and what to make of it."""

    method: str
    evaluate: int | str | tuple[str, str]
    exclude: tuple[tuple[str, str], ...]
    fallback: str | None
    settings: Mapping[str, object]
    jobs: int | None
    out: Path
    form: str
    only_signals: bool
    report: bool
    title: str
    language: str
    estimates: bool
    interval: "SerialInterval | None"
    seed: int


@click.command(short_help="Screen a table of counts for what is out of the ordinary.")
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@reading_options
@click.option("--method", default="farrington_flexible", show_default=True, help="See `tocsin methods`.")
@click.option("--evaluate", type=EVALUATE, default="1", show_default=True, help="Last complete periods to evaluate.")
@click.option("--alpha", type=float, help="Probability of a false alarm in each period, 0 to 1.")
@click.option("--set", "settings", type=SETTING, multiple=True, help="Option of the method, e.g. years_back=3.")
@click.option("--exclude", type=SPAN, multiple=True, help="Days to leave out of baselines; may be repeated.")
@click.option(
    "--fallback",
    default="ears",
    show_default=True,
    help="Method for series with too little history for the one asked for; `none` leaves them out.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for results.  [default: INPUT's name-signals]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json", "parquet"]),
    default="csv",
    show_default=True,
    help="Format of the table of signals.",
)
@click.option("--only-signals", is_flag=True, help="Write the rows that signal, not all evaluated.")
@click.option("--no-report", is_flag=True, help="Write no report.html.")
@click.option("--no-estimates", is_flag=True, help="Leave growth and forecasts out of the report.")
@click.option(
    "--serial-interval",
    metavar="NAME|FILE|gamma:MEAN:SD",
    help="Days from one case to those it infects, of every series: the report tells how many one case infects.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the forecasts: the same seed and figures."
)
@click.option("--title", default="", help="What is counted, for the report's heading.")
@click.option(
    "--language",
    type=click.Choice(["en", "ru", "zh"]),
    default="en",
    show_default=True,
    help="Language in which the report opens.",
)
@click.option("--jobs", type=click.IntRange(1), help="Cores to use; all of them unless said.")
@click.option(
    "--scheduler", metavar="ADDRESS", help="Dask scheduler to share the work among, e.g. tcp://10.0.0.1:8786."
)
@click.option("--quiet", is_flag=True, help="Say nothing but errors; the results are in the files.")
def detect(source: Path, quiet: bool, scheduler: str | None, **options: Any) -> None:
    """Screen every series of INPUT and say which are out of the ordinary.

    INPUT is a table of counts, a line list or a wide table with a column a period, as CSV (also
    compressed), Excel or Parquet, or a folder of Parquet files. What is not said is recognised, and it
    is said what was. Results go to the folder --out: the table `signals`, a row for each series and
    evaluated period; `report.html`, which also tells of the series with signals whether they grow and what is to be
    expected; and `problems.csv`, if rows of INPUT were at fault.
    """
    from tocsin.cli.output import folder
    from tocsin.cli.terminal import Terminal

    reading = {name: options.pop(name) for name in OPTIONS}
    wanted = _wanted(source, options)
    terminal = Terminal(quiet)
    folder(wanted.out)
    terminal.tell_of_compilation()
    if wanted.interval is not None:
        terminal.say(f"Serial interval: {wanted.interval.said}.")
    with _work(scheduler) as work:
        table = read_table(source, reading, terminal, work.run)
        screening = _screening(table, wanted, terminal, work)
    _write(table, screening, wanted, source, terminal)


@dataclass(frozen=True, slots=True)
class Work:
    """Where parts are read and series screened; `threads` is None on this machine, which shares them out itself."""

    run: "Run"
    threads: int | None


@contextmanager
def _work(scheduler: str | None) -> Iterator[Work]:
    from tocsin.cli.scheduler import here, workers

    if scheduler is None:
        yield Work(here, None)
    else:
        with workers(scheduler) as (run, threads):
            yield Work(run, threads)


def _wanted(source: Path, options: Mapping[str, Any]) -> Wanted:
    """What was asked for, checked before anything is read."""
    from tocsin.epi.detect.registry import method_named

    settings = dict(options["settings"])
    if options["alpha"] is not None:
        settings["alpha"] = options["alpha"]
    method_named(options["method"]).require_options(settings)
    fallback = None if options["fallback"] == "none" else method_named(options["fallback"]).name
    out = options["out"] or Path(f"{source.name.split('.')[0]}-signals")
    same = {name: options[name] for name in Wanted.__slots__ if name in options and name not in ("fallback", "out")}
    told = {"report": not options["no_report"], "estimates": not options["no_estimates"]}
    interval = _serial_interval(options["serial_interval"], **told)
    return Wanted(**{**same, **told, "settings": settings, "fallback": fallback, "out": out, "interval": interval})


def _serial_interval(given: str | None, *, report: bool, estimates: bool) -> "SerialInterval | None":
    if given is None:
        return None
    from tocsin.cli.main import BadInput
    from tocsin.cli.report.estimates import SerialInterval
    from tocsin.cli.serial_intervals import serial_interval_of

    if not (report and estimates):
        left_out = "--no-estimates" if report else "--no-report"
        raise BadInput(f"--serial-interval is for the estimates of the report; leave out {left_out}, or leave it out")
    return SerialInterval.of(given, serial_interval_of(given))


def _screening(table: "SeriesTable", wanted: Wanted, terminal: "Terminal", work: Work) -> "Screening":
    from tocsin.cli.scheduler import screen_in_groups
    from tocsin.epi.detect.registry import method_named
    from tocsin.epi.detect.screening import screen

    options: dict[str, Any] = {
        **_for_periods(wanted, table.every, terminal),
        **wanted.settings,
        "method": wanted.method,
        "evaluate": periods_to_evaluate(wanted.evaluate, table),
        "exclude": list(wanted.exclude) or None,
        "fallback": wanted.fallback,
    }
    if method_named(wanted.method).defaults.get("periods_per_year") is not None:
        options.setdefault("periods_per_year", table.every.periods_per_year)
    if work.threads is not None:
        with terminal.busy("Screening series on the workers"):
            return screen_in_groups(table, work.run, work.threads, **options)
    with terminal.progress("Screening series") as tell:
        return screen(
            table.counts, table.dates, incomplete=table.incomplete, jobs=wanted.jobs, progress=tell, **options
        )


def _for_periods(wanted: Wanted, every: "Every", terminal: "Terminal") -> Mapping[str, object]:
    """Options that stand for weeks unless set, in the table's periods."""
    from tocsin.epi.detect.registry import method_named

    scaled = method_named(wanted.method).for_periods(every.periods_per_year)
    scaled = {name: value for name, value in scaled.items() if name not in wanted.settings}
    if every == "week" or not scaled:
        return {}
    said = ", ".join(f"{name}={value}" for name, value in scaled.items())
    terminal.say(f"Defaults of {wanted.method} that count weeks are put into {every}s: {said}; --set changes them.")
    return scaled


def periods_to_evaluate(wanted: int | str | tuple[str, str], table: "SeriesTable") -> Any:
    """The periods that --evaluate means, of those that are complete."""
    import numpy as np

    from tocsin.cli.main import BadInput

    if isinstance(wanted, int):
        return wanted
    dates = table.dates[: len(table.dates) - table.incomplete]
    if wanted == "all":
        return slice(None)
    first, last = (np.datetime64(day, "D") for day in wanted)
    chosen = np.flatnonzero((dates >= first) & (dates <= last))
    if not chosen.size:
        raise BadInput(
            f"--evaluate {first}..{last} holds the first day of no complete {table.every}; "
            f"INPUT has {dates[0]} to {dates[-1]}"
        )
    return chosen


def _write(table: "SeriesTable", screening: "Screening", wanted: Wanted, source: Path, terminal: "Terminal") -> None:
    from tocsin.cli.output import write_table
    from tocsin.cli.signals import signals_table

    signals = signals_table(table.keys, screening, only_signals=wanted.only_signals)
    files = [wanted.out / f"signals.{wanted.form}"]
    write_table(signals, files[0], wanted.form)
    if not table.problems.is_empty():
        files.append(wanted.out / "problems.csv")
        write_table(table.problems, files[-1], "csv")
    if wanted.report:
        files.append(wanted.out / "report.html")
        with terminal.busy("Writing the report"):
            _report(table, screening, wanted, source, files[-1])
    _tell(table, screening, terminal)
    terminal.result("")
    for path in files:
        terminal.result(f"Written: {path}")


def _tell(table: "SeriesTable", screening: "Screening", terminal: "Terminal") -> None:
    """The signals, and beside them how many of them chance alone would give."""
    from tocsin.cli.signals import most_exceptional
    from tocsin.cli.summary import chance, fallbacks, headline

    terminal.result(headline(screening, table.every), "bold")
    for sentence in (*chance(screening), *fallbacks(screening)):
        terminal.result(sentence)
    alarm = screening.detection.alarm
    signalling = int(alarm.any(axis=1).sum())
    if signalling:
        terminal.result("")
        shown = most_exceptional(table.keys, screening, SHOWN)
        terminal.table(shown, str(table.every), several=alarm.shape[1] > 1)
    if signalling > SHOWN:
        terminal.result(f"… and {signalling - SHOWN:,} more series")


def _report(table: "SeriesTable", screening: "Screening", wanted: Wanted, source: Path, path: Path) -> None:
    from datetime import datetime

    import numpy as np

    from tocsin.cli.output import whole
    from tocsin.cli.report import Report, write_report
    from tocsin.cli.signals import order_of_signals
    from tocsin.epi.detect.registry import method_named

    report = Report(
        table=table,
        detection=screening.detection,
        signals=order_of_signals(screening),
        source_name=source.name,
        produced=datetime.now().astimezone(),
        title=wanted.title,
        method_description=method_named(wanted.method).summary,
        fallback=screening.by_fallback & ~np.isnan(screening.detection.observed),
        fallback_name=" / ".join(_other_ways(screening)),
        without_history=screening.without_history,
        expected_false_alarms=screening.expected_false_alarms,
        false_discovery_rate=screening.false_discovery_rate,
        command=shlex.join(["tocsin", *sys.argv[1:]]),
        language=wanted.language,
    )
    with whole(path) as unfinished:
        write_report(_with_estimates(report, wanted) if wanted.estimates else report, unfinished)


def _with_estimates(report: "Report", wanted: Wanted) -> "Report":
    from dataclasses import replace

    from tocsin.cli.report.estimates import estimate
    from tocsin.cli.report.signals import drawn_to_the_end

    found = estimate(
        report.table,
        report.rows,
        drawn_to_the_end(report),
        interval=wanted.interval,
        seed=wanted.seed,
        jobs=wanted.jobs,
    )
    return replace(report, estimates=found)


def _other_ways(screening: "Screening") -> Iterator[str]:
    """The steps after the first, told apart by what differs from what was asked for: fewer years, another method."""
    asked = screening.steps[0]
    for step in screening.steps[1:]:
        years = step.options.get("years_back")
        fewer = step.method == asked.method and years != asked.options.get("years_back")
        variant = f"years_back={years}" if fewer else step.options.get("method")
        yield f"{step.method} ({variant})" if variant else step.method
