"""`tocsin evaluate nowcast`: nowcasts made again as of past days, against what was reported in the end."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.two_dates import OPTIONS, two_date_options
from tocsin.cli.values import DAY, LEVELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tocsin.cli.evaluation.known_reports import KnownReports
    from tocsin.cli.terminal import Terminal
    from tocsin.counts.two_dates import Reports
    from tocsin.epi.nowcast import ReportingTriangle
    from tocsin.epi.score import RollingForecasts

__all__ = ["nowcast"]

OWN = "drifting"
COMPARED = "drifting,chain_ladder"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to nowcast, when, and how it is compared."""

    first: str
    last: str | None
    step: int
    since: str | None
    max_delay: int | None
    sum_over: int | None
    horizon: int
    target: str | None
    methods: tuple[str, ...]
    baseline: str | None
    quantiles: "NDArray[np.float64]"
    holidays: "NDArray[np.datetime64] | None"
    totals: bool
    seed: int
    jobs: int | None


@click.command(short_help="Methods of `tocsin nowcast`, on past days.")
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@two_date_options
@click.option("--from", "first", type=DAY, required=True, help="First day as of which nowcasts are made.")
@click.option("--to", "last", type=DAY, help="Last such day; that before which all is known unless said.")
@click.option("--step", type=click.IntRange(1), default=7, show_default=True, help="Days from one to the next.")
@click.option("--since", type=DAY, help="First day of events used; all of them unless said.")
@click.option("--max-delay", type=click.IntRange(1), help="Longest delay, in periods.  [default: by --target or INPUT]")
@click.option("--sum", "sum_over", type=click.IntRange(1), help="Periods summed.  [default: 7 of days, 1 of weeks]")
@click.option("--horizon", type=click.IntRange(0), default=28, show_default=True, help="Periods before the last one.")
@click.option("--target", help="What to estimate: reported within 40d (or 6w, …), or `final`: all there is in the end.")
@click.option("--methods", default=COMPARED, show_default=True, help="With commas between, or `all`.")
@click.option("--baseline", help="Method to compare with; all with all unless said.")
@click.option(
    "--quantiles", type=LEVELS, default="0.025,0.1,0.25,0.5,0.75,0.9,0.975", show_default=True, help="Levels, 0 to 1."
)
@click.option("--holidays", help="Days on which little is reported: commas between, or a file with one a line.")
@click.option(
    "--totals",
    type=click.Choice(["use", "ignore"]),
    default="use",
    show_default=True,
    help="Strata that are sums of the others: use both figures, or take them as strata like others.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="For methods that draw.")
@click.option("--jobs", type=click.IntRange(1), help="Cores to use; all of them unless said.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write too: .csv, .json or .parquet.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors; the result is in the file.")
def nowcast(source: Path, quiet: bool, out: Path | None, **options: Any) -> None:
    """Nowcast again as of days of the past, and compare with what was reported in the end.

    INPUT is as that of `tocsin nowcast`. Each nowcast is given what had been reported by its day, and nothing else.
    Scores are averaged over all strata, days and periods. The truth is what INPUT holds within the longest delay, or,
    with --target final, all that it holds.
    """
    from tocsin.cli.evaluation.known_reports import KnownReports
    from tocsin.cli.output import form_of
    from tocsin.cli.quantile_tables import listed_in
    from tocsin.cli.reading import as_option, problems_found
    from tocsin.cli.terminal import Terminal
    from tocsin.cli.two_dates import asked_of, read_reports

    reading = {name: options.pop(name) for name in OPTIONS}
    asked = asked_of(reading)
    wanted = _wanted(options)
    if out is not None:
        form_of(out)
    terminal = Terminal(quiet)
    terminal.tell_of_compilation()
    with terminal.busy(f"Reading {source.name}"):
        reports = read_reports(source, asked, date.max, reading)
    for sentence in reports.said:
        terminal.say(as_option(sentence))
    for sentence in problems_found(reports, file=listed_in(out)):
        terminal.say(sentence, "yellow")
    known = KnownReports.of(reports, wanted.since, wanted.max_delay, wanted.target, wanted.first)
    if wanted.max_delay is None and wanted.target is None:
        terminal.say(
            f"Delays are held up to {known.longest} {reports.every.value}s, within which almost all reports come; "
            "--max-delay changes it."
        )
    _compare(reports, known, wanted, out, terminal)


def _wanted(options: dict[str, Any]) -> Wanted:
    """What was asked for, checked before anything is read."""
    from tocsin.cli.evaluation.rolling_days import checked_levels, checked_methods
    from tocsin.cli.holidays import holidays_of
    from tocsin.cli.main import BadInput
    from tocsin.epi.nowcast import METHODS

    final = options["target"] == "final"
    if final and options["methods"] == COMPARED:
        options["methods"] = OWN
    methods, baseline = checked_methods(options["methods"], tuple(METHODS), options["baseline"])
    if final and methods != (OWN,):
        raise BadInput(f"--target final is of {OWN} alone: the other methods know nothing of late reports")
    if options["holidays"] is not None and OWN not in methods:
        raise BadInput(f"--holidays are of {OWN}, which is not among --methods")
    changed = {
        "methods": methods,
        "baseline": baseline,
        "quantiles": checked_levels(options["quantiles"]),
        "holidays": holidays_of(options["holidays"]),
        "totals": options["totals"] == "use",
    }
    return Wanted(**{name: options[name] for name in Wanted.__slots__ if name not in changed}, **changed)


def _compare(reports: "Reports", known: "KnownReports", wanted: Wanted, out: Path | None, terminal: "Terminal") -> None:
    import numpy as np

    from tocsin.cli.evaluation.comparison import Comparison
    from tocsin.cli.evaluation.outcome import tell
    from tocsin.cli.evaluation.rolling_days import checked_days
    from tocsin.cli.main import BadInput

    if known.step == 7 and wanted.step % 7:
        raise BadInput(f"--step {wanted.step} is no whole number of weeks, but periods are weeks; give 7, 14, …")
    days = checked_days(
        wanted.first,
        wanted.last,
        wanted.step,
        earliest=reports.reports.min(),
        latest=known.settled,
        why=f"the last day of which all reports within {known.longest} {reports.every.value}s are known",
    )
    over = wanted.sum_over or (7 if known.step == 1 else 1)
    made = _made(reports, known, wanted, over, days, terminal)
    truth = np.stack([known.truth(day, wanted.horizon, over) for day in days])
    horizons = np.arange(wanted.horizon + 1)
    found = Comparison.of(made, truth, horizons, reports.keys, wanted.baseline, reports.every.value)
    span = f"{days[0]} to {days[-1]}" if len(days) > 1 else f"{days[0]}"
    several = f"{truth.shape[1]:,} strata" if truth.shape[1] > 1 else "1 stratum"
    sums = f", sums of {over} {reports.every.value}s" if over > 1 else ""
    heading = f"Nowcasts of {several}{sums}, as of {len(days):,} days from {span}"
    tell(found, made, heading, reports.problems, out, terminal)


def _made(
    reports: "Reports", known: "KnownReports", wanted: Wanted, over: int, days: "NDArray[np.datetime64]",
    terminal: "Terminal",
) -> "RollingForecasts[ReportingTriangle]":  # fmt: skip
    from functools import partial

    from tocsin.epi.score import rolling

    def one(triangle: "ReportingTriangle", day: "np.datetime64", *, method: str) -> "NDArray[np.float64]":
        return _quantiles(triangle, reports, wanted, over, method, day)

    with terminal.progress("Nowcasting") as progress:
        done = 0

        def known_on(day: "np.datetime64") -> "ReportingTriangle":
            nonlocal done
            progress(done, len(days))
            done += 1
            return known.on(day)

        methods = {name: partial(one, method=name) for name in wanted.methods}
        return rolling(days, known=known_on, methods=methods, levels=wanted.quantiles)


def _quantiles(
    triangle: "ReportingTriangle", reports: "Reports", wanted: Wanted, over: int, method: str, day: "np.datetime64"
) -> "NDArray[np.float64]":
    """(strata, horizon + 1, levels), the last period first."""
    from dataclasses import replace

    import numpy as np

    from tocsin.counts.sums import Group, groups_with_totals
    from tocsin.epi.nowcast import nowcast as nowcast_of

    strata, periods = triangle.reports.shape[:2]
    groups: tuple[Group, ...] = (Group(tuple(range(strata))),)
    if method == OWN and wanted.totals and reports.keys.width:
        groups = groups_with_totals(reports.keys, triangle.reported, week=7 // triangle.step)
    rng = np.random.default_rng([wanted.seed, int(day.astype(np.int64))])
    found = np.full((strata, wanted.horizon + 1, len(wanted.quantiles)), np.nan)
    shown = min(wanted.horizon + 1, periods)
    for group in groups:
        rows = list(group.members)
        part = replace(
            triangle, reports=triangle.reports[rows], undated=triangle.undated[rows], late=triangle.late[rows]
        )
        more: dict[str, Any] = {"rng": rng}
        if method == OWN:
            more |= {"total": group.total, "holidays": wanted.holidays, "jobs": wanted.jobs}
        made = nowcast_of(part, method=method, quantiles=wanted.quantiles, sum_over=over, target=wanted.target, **more)
        found[rows, :shown] = made.quantiles[:, ::-1][:, :shown]
    return found
