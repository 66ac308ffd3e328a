"""`tocsin reproduction`: from counts to how many one case infects, and how fast cases grow."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.reading import OPTIONS, reading_options
from tocsin.cli.values import DAY, LEVELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tocsin.cli.delays import Delay
    from tocsin.cli.series import Counts
    from tocsin.cli.terminal import Terminal
    from tocsin.epi.reproduction import Reproduction

__all__ = ["reproduction"]

METHODS = ("filter", "smoother", "cori", "wallinga_teunis")
OF_WINDOWS = ("cori", "wallinga_teunis")
OF_IMPORTED = ("filter", "smoother", "cori")
OF_NOWCASTS = ("filter", "cori")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to estimate, and how."""

    method: str
    window: int | None
    imported: str | None
    imported_apart: bool
    as_of: str | None
    quantiles: tuple[float, ...]
    nowcast: Path | None
    seed: int
    jobs: int | None
    out: Path


@click.command(short_help="Estimate how many one case infects, and how fast cases grow.")
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@reading_options
@click.option(
    "--serial-interval",
    required=True,
    metavar="NAME|FILE|gamma:MEAN:SD",
    help="Days from one case to those it infects: covid-19-omicron, measles, …; a file; or a family.",
)
@click.option("--method", type=click.Choice(METHODS), default="filter", show_default=True, help="How to estimate.")
@click.option("--window", type=click.IntRange(1), help="Days of a window, of cori and wallinga_teunis.  [default: 7]")
@click.option("--imported", metavar="COLUMN", help="Column of cases infected elsewhere, among those counted.")
@click.option("--imported-apart", is_flag=True, help="Imported cases are not among those counted, but beside them.")
@click.option("--as-of", type=DAY, help="Last day used; all of them unless said.")
@click.option("--nowcast", type=click.Path(path_type=Path), help="What `tocsin nowcast --sum 1` wrote of last days.")
@click.option(
    "--quantiles", type=LEVELS, default="0.025,0.1,0.25,0.5,0.75,0.9,0.975", show_default=True, help="Levels, 0 to 1."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the smoother, which draws.")
@click.option("--jobs", type=click.IntRange(1), help="Cores to use; all of them unless said.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write: .csv, .json or .parquet.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors; the result is in the file.")
def reproduction(source: Path, serial_interval: str, quiet: bool, **options: Any) -> None:
    """Estimate how many one case infects on each day, and what growth that means.

    INPUT is read as by `tocsin detect`: counts by day or week, or a line list, which is counted by day. Counts of
    weeks are shared out over their days. --out gets the key columns, date, window_start, mean, sd, quantile, value,
    growth_rate and doubling_days: a row for each series, each day and each quantile.
    """
    from tocsin.cli.output import form_of
    from tocsin.cli.serial_intervals import serial_interval_of
    from tocsin.cli.series import read_counts, require_no_disguised_weeks
    from tocsin.cli.terminal import Terminal

    reading = {name: options.pop(name) for name in OPTIONS}
    wanted = _wanted(options)
    form_of(wanted.out)
    interval = serial_interval_of(serial_interval)
    terminal = Terminal(quiet)
    terminal.tell_of_compilation()
    terminal.say(f"Serial interval: {interval.said}.")
    counts = read_counts(source, reading, terminal, as_of=wanted.as_of, purpose="R", out=wanted.out)
    require_no_disguised_weeks(counts)
    imported = _imported(source, reading, counts, wanted, terminal)
    if imported is not None and wanted.imported_apart:
        counts = _with_cases(counts, imported)
    with terminal.busy("Estimating"):
        found, counts = _estimate(counts, imported, interval, wanted)
    _write(found, counts, interval, wanted, terminal)


def _wanted(options: dict[str, Any]) -> Wanted:
    """What was asked for, checked before anything is read."""
    from tocsin.cli.main import BadInput

    method = options["method"]
    wanted = Wanted(**{name: options[name] for name in Wanted.__slots__})
    if wanted.window is not None and method not in OF_WINDOWS:
        raise BadInput(
            f"--window is of {' and '.join(OF_WINDOWS)}; {method} follows each day and sees by itself how fast R moves"
        )
    if wanted.imported is not None and method not in OF_IMPORTED:
        raise BadInput(f"--imported is of {', '.join(OF_IMPORTED)}; {method} takes every case as infected by another")
    if wanted.imported_apart and wanted.imported is None:
        raise BadInput("--imported-apart says what --imported COLUMN is; give that too")
    if wanted.nowcast is not None and method not in OF_NOWCASTS:
        raise BadInput(f"--nowcast is of {' and '.join(OF_NOWCASTS)}, not of {method}")
    if wanted.nowcast is not None and wanted.imported is not None:
        raise BadInput("--nowcast and --imported do not go together: nobody nowcast which cases were imported")
    return wanted


def _imported(
    source: Path, reading: dict[str, Any], counts: "Counts", wanted: Wanted, terminal: "Terminal"
) -> "NDArray[np.float64] | None":
    """(series, periods) imported cases; 0 where the cell is empty."""
    import numpy as np

    from tocsin.cli.main import BadInput
    from tocsin.cli.series import read_counts
    from tocsin.cli.terminal import Terminal

    if wanted.imported is None:
        return None
    if counts.days != 1:
        raise BadInput("--imported needs daily counts: which days of a week imported cases fell on cannot be told")
    given = reading["count"]
    if given is None or len(given) != 1:
        raise BadInput("--imported needs --count, the one column of all cases")
    if "local" in given[0].casefold() and not wanted.imported_apart:
        terminal.say(
            f"--count {given[0]} is taken as all cases, those of --imported among them; if it is not, give "
            "--imported-apart.",
            "yellow",
        )
    silent = {**reading, "count": (wanted.imported,), "absent": "zero", "every": "day", "totals": "keep"}
    found = read_counts(source, silent, Terminal(quiet=True), as_of=None, purpose="--imported", out=None)
    place = {row: number for number, row in enumerate(found.keys.iter_rows())} if found.keys.width else {(): 0}
    own = list(counts.keys.iter_rows()) if counts.keys.width else [()]
    imported = np.zeros(counts.counts.shape)
    day = (found.dates - counts.dates[0]).astype(np.int64)
    inside = (day >= 0) & (day < len(counts.dates))
    for number, row in enumerate(own):
        if row in place:
            imported[number, day[inside]] = np.nan_to_num(found.counts[place[row]][inside])
    return imported


def _with_cases(counts: "Counts", more: "NDArray[np.float64]") -> "Counts":
    from dataclasses import replace

    return replace(counts, counts=counts.counts + more)


def _estimate(
    counts: "Counts", imported: "NDArray[np.float64] | None", interval: "Delay", wanted: Wanted
) -> tuple["Reproduction", "Counts"]:
    """The estimate, and the counts up to its last day."""
    import numpy as np

    from tocsin.cli.nowcast_files import with_nowcast
    from tocsin.cli.reproductions import only_where_counted
    from tocsin.cli.series import named_series
    from tocsin.epi.reproduction import reproduction as reproduction_of

    cases, w = counts.counts, interval.probabilities
    if interval.draws is not None and wanted.method == "cori":
        w = interval.draws
    if wanted.nowcast is not None:
        recent = with_nowcast(wanted.nowcast, counts, wanted.as_of)
        counts, cases, w = recent.counts, recent.whole, interval.probabilities
    options: dict[str, Any] = {"levels": tuple(np.union1d(wanted.quantiles, (0.025, 0.5, 0.975))), "jobs": wanted.jobs}
    if wanted.method in OF_WINDOWS:
        options["window"] = wanted.window or 7
    if wanted.method == "smoother":
        options["rng"] = np.random.default_rng(wanted.seed)
    if imported is not None:
        options["imported"] = imported
    with named_series(counts.names):
        found = reproduction_of(
            cases, counts.dates, serial_interval=w, method=wanted.method, every=counts.days, **options
        )
    return only_where_counted(found, counts), counts


def _write(found: "Reproduction", counts: "Counts", interval: "Delay", wanted: Wanted, terminal: "Terminal") -> None:
    from tocsin.cli.quantile_tables import write_with_problems
    from tocsin.cli.reproductions import Estimates, latest, not_estimated, table_of

    estimates = Estimates.of(found, counts, interval.probabilities)
    several = f"{len(found.mean):,} series" if len(found.mean) > 1 else "1 series"
    terminal.result(f"Reproduction number of {several} by {found.method}, to {counts.last}", "bold")
    for sentence in not_estimated(found, counts.names):
        terminal.result(sentence)
    terminal.result("")
    terminal.out.print(latest(estimates, counts.keys), soft_wrap=False)
    if (more := len(found.mean) - Estimates.SHOWN) > 0:
        terminal.result(f"… and {more:,} more series")
    write_with_problems(table_of(estimates, counts.keys, wanted.quantiles), counts.problems, wanted.out, terminal)
