"""Options of tables with two dates a row, and their reading, for the commands that take such tables."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tocsin.cli.main import BadInput
from tocsin.cli.values import COLUMNS, WHERE

if TYPE_CHECKING:
    from tocsin.counts.two_dates import Reports, TwoDates

__all__ = ["OPTIONS", "asked_of", "read_reports", "two_date_options"]

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--event-date", type=COLUMNS, required=True, help="Column of the event's date; YEAR,WEEK for two."),
    click.option("--report-date", type=COLUMNS, help="Column of the report's date."),
    click.option("--delay", help="Column of the days from the event to its report, instead of the report's date."),
    click.option("--count", help="Column of counts; without it a row is one report."),
    click.option("--vintage", type=COLUMNS, help="Column of the publication day of a table of vintages."),
    click.option("--value", help="Column of the counts as they stood in each vintage."),
    click.option("--cumulative", is_flag=True, help="Values of vintages are sums of all dates before."),
    click.option("--by", type=COLUMNS, help="Columns that tell strata apart; one stratum of all rows unless said."),
    click.option("--where", type=WHERE, multiple=True, help="Only rows with this value; may be repeated."),
    click.option("--every", type=click.Choice(["day", "week"]), help="Length of a period."),
    click.option(
        "--early",
        type=click.Choice(["refuse", "leave-out"]),
        default="refuse",
        show_default=True,
        help="Rows with a report before their event.",
    ),
    click.option("--day-first/--month-first", default=None, help="How to read 01/02/2026."),
    click.option(
        "--week-start", type=click.Choice(["monday", "sunday", "saturday"]), help="First day of numbered weeks."
    ),
    click.option("--sheet", help="Sheet of a workbook."),
    click.option("--separator", help="What separates fields, e.g. ';'."),
    click.option("--encoding", help="Encoding of a text file, e.g. cp1251."),
    click.option("--header", type=click.IntRange(1), default=1, help="Number of the row with the names of columns."),
)
OPTIONS = (
    "event_date", "report_date", "delay", "count", "vintage", "value", "cumulative", "by", "where", "every", "early",
    "day_first", "week_start", "sheet", "separator", "encoding", "header",
)  # fmt: skip


def two_date_options(command: F) -> F:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asked_of(options: Mapping[str, Any]) -> "TwoDates":
    """The columns, checked for whether they go together."""
    from tocsin.counts.two_dates import TwoDates

    vintages = options["vintage"] is not None
    if sum(options[name] is not None for name in ("report_date", "delay", "vintage")) != 1:
        raise BadInput(
            "give either --report-date, the column of the date of each report, or --delay, that of the days from the "
            "event to its report, or --vintage, that of the day on which a count stood as given; one of them"
        )
    name, other = ("count", "value") if vintages else ("value", "count")
    if options[name] is not None:
        kind = "--vintage" if vintages else "--report-date" if options["delay"] is None else "--delay"
        raise BadInput(f"--{name} does not go with {kind}; the counts of such a table are named by --{other}")
    if vintages and options["value"] is None:
        raise BadInput("--vintage needs --value, the column of the counts as they stood on that day")
    if options["cumulative"] and not vintages:
        raise BadInput("--cumulative is of vintages; reports by two dates are new ones, not sums")
    where: dict[str, list[str]] = {}
    for column, value in options["where"]:
        where.setdefault(column, []).append(value)
    return TwoDates(
        event=options["event_date"],
        report=options["vintage"] or options["report_date"] or (),
        delay=options["delay"],
        count=options["value"] if vintages else options["count"],
        by=options["by"] or (),
        vintages=vintages,
        cumulative=options["cumulative"],
        early=options["early"].replace("-", " "),
        every=options["every"],
        where=where,
        day_first=options["day_first"],
        week_start=options["week_start"],
    )


def read_reports(source: Path, asked: "TwoDates", as_of: date, options: Mapping[str, Any]) -> "Reports":
    """What was reported by a day; `options` are those of the file."""
    from tocsin.counts.two_dates import read_two_dates

    return read_two_dates(
        source,
        asked,
        as_of=as_of,
        sheet=options["sheet"],
        separator="\t" if options["separator"] == "\\t" else options["separator"],
        encoding=options["encoding"],
        header=options["header"],
    )
