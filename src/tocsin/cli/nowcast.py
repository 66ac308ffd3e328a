"""`tocsin nowcast`: from reports with two dates to how many there will have been, once all reports have come."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.two_dates import two_date_options
from tocsin.cli.values import DAY, LEVELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tocsin.cli.terminal import Terminal
    from tocsin.counts.sums import Group
    from tocsin.counts.two_dates import Reports
    from tocsin.epi.nowcast import Nowcast, ReportingTriangle

__all__ = ["nowcast"]

SHOWN = (0.025, 0.5, 0.975)
OWN = "drifting"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to nowcast, and how."""

    as_of: str
    since: str | None
    max_delay: int | None
    sum_over: int | None
    horizon: int
    target: str | None
    quantiles: tuple[float, ...]
    method: str
    holidays: "NDArray[np.datetime64] | None"
    totals: bool
    seed: int
    jobs: int | None
    out: Path


@click.command(short_help="Estimate counts of the last days, of which not all reports have come.")
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@two_date_options
@click.option("--as-of", type=DAY, required=True, help="Last day whose reports are used.")
@click.option("--since", type=DAY, help="First day of events used; all of them unless said.")
@click.option("--max-delay", type=click.IntRange(1), help="Longest delay, in periods.  [default: by --target or INPUT]")
@click.option("--sum", "sum_over", type=click.IntRange(1), help="Periods summed.  [default: 7 of days, 1 of weeks]")
@click.option("--horizon", type=click.IntRange(0), default=28, show_default=True, help="Periods before the last one.")
@click.option("--target", help="What to estimate: reported within 40d (or 6w, …), or `final`: all there will be.")
@click.option(
    "--quantiles", type=LEVELS, default="0.025,0.1,0.25,0.5,0.75,0.9,0.975", show_default=True, help="Levels, 0 to 1."
)
@click.option("--method", default=OWN, show_default=True, help="drifting, chain_ladder, lawless, bayes_trunc, …")
@click.option("--holidays", help="Days on which little is reported: commas between, or a file with one a line.")
@click.option(
    "--totals",
    type=click.Choice(["use", "ignore"]),
    default="use",
    show_default=True,
    help="Strata that are sums of the others: use both figures, or take them as strata like others.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For methods that draw.")
@click.option("--jobs", type=click.IntRange(1), help="Cores to use; all of them unless said.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write: CSV, or .json or .parquet.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors; the result is in the file.")
def nowcast(source: Path, quiet: bool, **options: Any) -> None:
    """Estimate how many events of the last days there will have been, once all reports have come.

    INPUT is a line list or a table of counts with the date of the event and the date of the report, or a table of
    vintages with --vintage and --value, as CSV (also compressed), Excel or Parquet. Nothing that was reported
    after --as-of is used. --out gets the key columns, date, reported, quantile and value: a row for each stratum,
    each of the last periods, and each quantile.
    """
    from tocsin.cli.output import form_of
    from tocsin.cli.terminal import Terminal
    from tocsin.cli.triangles import Span, triangle_as_of
    from tocsin.cli.two_dates import asked_of, read_reports

    asked = asked_of(options)
    wanted = _wanted(options)
    form_of(wanted.out)
    terminal = Terminal(quiet)
    terminal.tell_of_compilation()
    with terminal.busy(f"Reading {source.name}"):
        reports = read_reports(source, asked, date.fromisoformat(wanted.as_of), options)
    _tell_of_reading(reports, wanted, terminal)
    span = Span(wanted.as_of, wanted.since, wanted.max_delay, wanted.target)
    triangle = triangle_as_of(reports, span, terminal)
    groups = _groups(reports, triangle, wanted, terminal)
    with terminal.busy("Nowcasting"):
        found = _nowcasts(triangle, groups, reports, wanted)
    _write(found, groups, reports, wanted, terminal)


def _wanted(options: dict[str, Any]) -> Wanted:
    """What was asked for, checked before anything is read."""
    from tocsin.cli.holidays import holidays_of
    from tocsin.cli.main import BadInput
    from tocsin.epi.nowcast import METHODS

    method, target = options["method"], options["target"]
    if method not in METHODS:
        raise BadInput(f"there is no method '{method}'; there are {', '.join(METHODS)}")
    if target == "final" and method != OWN:
        raise BadInput(f"--target final is beyond {method}, which knows nothing of late reports; use --method {OWN}")
    if options["holidays"] is not None and method != OWN:
        raise BadInput(f"--holidays are of --method {OWN}; {method} knows of none")
    if options["since"] is not None and options["since"] > options["as_of"]:
        raise BadInput(f"--since {options['since']} is after --as-of {options['as_of']}")
    same = {name: options[name] for name in Wanted.__slots__ if name not in ("holidays", "totals")}
    return Wanted(**same, holidays=holidays_of(options["holidays"]), totals=options["totals"] == "use")


def _tell_of_reading(reports: "Reports", wanted: Wanted, terminal: "Terminal") -> None:
    from tocsin.cli.reading import as_option, problems_found

    for sentence in reports.said:
        terminal.say(as_option(sentence))
    for column, total in reports.twice:
        terminal.say(
            f"'{total}' of '{column}' is the sum of the others, so that its cases are counted twice; name '{column}' "
            f"in --by, or keep it alone with --where '{column}={total}'.",
            "yellow",
        )
    for sentence in problems_found(reports, file=_problems_file(wanted.out).name):
        terminal.say(sentence, "yellow")


def _groups(
    reports: "Reports", triangle: "ReportingTriangle", wanted: Wanted, terminal: "Terminal"
) -> tuple["Group", ...]:
    """Strata that are nowcast together; totals are of use to our own method only."""
    from tocsin.counts.sums import Group, groups_with_totals

    strata = triangle.reports.shape[0]
    if wanted.method != OWN or not wanted.totals:
        return (Group(tuple(range(strata))),)
    groups = groups_with_totals(reports.keys, triangle.reported, week=7 // triangle.step)
    totals = [group.members[group.total] for group in groups if group.total is not None]
    if totals:
        column = groups[0].column
        names = list(dict.fromkeys(reports.keys[column][number] for number in totals))
        shown = ", ".join(f"'{name}'" for name in names[:4]) + (" …" if len(names) > 4 else "")
        where = f" in {len(totals)} groups" if len(totals) > 1 else ""
        terminal.say(
            f"{shown} of '{column}' is the sum of the others{where}: its nowcast is the mean of its own and of the sum "
            "of theirs; --totals ignore changes it."
        )
    return groups


def _nowcasts(
    triangle: "ReportingTriangle", groups: tuple["Group", ...], reports: "Reports", wanted: Wanted
) -> list["Nowcast"]:
    """A nowcast of each group."""
    from dataclasses import replace

    import numpy as np

    from tocsin.epi.nowcast import nowcast as nowcast_of

    levels = np.union1d(wanted.quantiles, SHOWN)
    rng = np.random.default_rng(wanted.seed)
    found = []
    for group in groups:
        rows = list(group.members)
        part = replace(
            triangle, reports=triangle.reports[rows], undated=triangle.undated[rows], late=triangle.late[rows]
        )
        more: dict[str, Any] = {"rng": rng}
        if wanted.method == OWN:
            more |= {"total": group.total, "holidays": wanted.holidays, "jobs": wanted.jobs}
        found.append(
            nowcast_of(
                part, method=wanted.method, quantiles=levels, sum_over=wanted.sum_over, target=wanted.target, **more
            )
        )
    return found


def _problems_file(out: Path) -> Path:
    return out.with_name(f"{out.name.split('.')[0]}-problems.csv")


def _write(
    found: list["Nowcast"], groups: tuple["Group", ...], reports: "Reports", wanted: Wanted, terminal: "Terminal"
) -> None:
    from tocsin.cli.nowcasts import Estimates, headline, last_days, table_of
    from tocsin.cli.output import form_of, write_table

    estimates = Estimates.together(found, groups, reports.weekday)
    files = [wanted.out]
    write_table(table_of(estimates, reports.keys, wanted.horizon, wanted.quantiles), wanted.out, form_of(wanted.out))
    if not reports.problems.is_empty():
        files.append(_problems_file(wanted.out))
        write_table(reports.problems, files[-1], "csv")
    terminal.result(headline(estimates, wanted.target), "bold")
    for sentence in estimates.silent(wanted.horizon):
        terminal.result(sentence)
    terminal.result("")
    terminal.out.print(last_days(estimates, reports.keys), soft_wrap=False)
    if (strata := len(reports.names)) > Estimates.SHOWN:
        terminal.result(f"… and {strata - Estimates.SHOWN:,} more strata")
    terminal.result("")
    for path in files:
        terminal.result(f"Written: {path}")
