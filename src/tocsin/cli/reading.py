"""Options of reading, as every command that takes a table has them, and what reading says to a person."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tocsin.cli.values import AGES, ALIAS, COLUMNS, DAY, WHERE

if TYPE_CHECKING:
    from tocsin.cli.terminal import Terminal
    from tocsin.counts.partitions import Run
    from tocsin.counts.series import SeriesTable
    from tocsin.counts.two_dates import Reports

__all__ = ["OPTIONS", "as_library_options", "as_option", "problems_found", "read_table", "reading_options"]

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--layout", type=click.Choice(["tidy", "line-list", "wide"]), help="What a row is."),
    click.option("--date", type=COLUMNS, help="Column of dates; YEAR,WEEK for two columns."),
    click.option("--count", type=COLUMNS, help="Column of counts; several make a series of each."),
    click.option("--by", type=COLUMNS, help="Columns that tell series apart; '' for one series of all rows."),
    click.option("--where", type=WHERE, multiple=True, help="Only rows with this value; may be repeated."),
    click.option("--every", type=click.Choice(["day", "week", "month"]), help="Length of a period."),
    click.option("--week-start", type=click.Choice(["monday", "sunday", "saturday"]), help="First day of the week."),
    click.option("--week-date", type=click.Choice(["start", "end"]), help="Which day of its week a date is."),
    click.option("--day-first/--month-first", default=None, help="How to read 01/02/2026."),
    click.option("--until", type=DAY, help="Last day that the table knows of; its period is incomplete."),
    click.option("--absent", type=click.Choice(["missing", "zero"]), help="What a period without a row is."),
    click.option("--cumulative", is_flag=True, help="Counts are sums of all before; take differences."),
    click.option(
        "--negative", type=click.Choice(["missing", "spread-back", "zero"]), help="What a count below zero becomes."
    ),
    click.option("--totals", type=click.Choice(["leave-out", "keep"]), help="Series that are sums of others."),
    click.option("--alias", "aliases", type=ALIAS, multiple=True, help="Another name of a place; may be repeated."),
    click.option("--age-bands", type=AGES, help="First ages of bands, e.g. 0,5,15,60; '' keeps single years."),
    click.option("--sheet", help="Sheet of a workbook."),
    click.option("--separator", help="What separates fields, e.g. ';'."),
    click.option("--encoding", help="Encoding of a text file, e.g. cp1251."),
    click.option("--header", type=click.IntRange(1), help="Number of the row with the names of columns."),
)
OPTIONS = (
    "layout",
    "date",
    "count",
    "by",
    "where",
    "every",
    "week_start",
    "week_date",
    "day_first",
    "until",
    "absent",
    "cumulative",
    "negative",
    "totals",
    "aliases",
    "age_bands",
    "sheet",
    "separator",
    "encoding",
    "header",
)
"""Their names, as `tocsin.counts.read` has them too."""

_OF_TWO_DATES = ("event_date", "report_date", "delay", "vintage", "value", "as_of", "early")
"""Further names of `tocsin.counts.two_dates`, which its messages give."""
_OF_SEVERITY = ("cases", "deaths", "severe", "age", "onset", "outcome_date", "outcome", "word")
"""And of `tocsin.counts.severity_columns`."""


def reading_options(command: F) -> F:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def as_library_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of the command as `tocsin.counts.read` takes them, those not given left out."""
    given = {name: options[name] for name in OPTIONS if options[name] is not None}
    for name in ("layout", "negative", "totals"):
        if name in given:
            given[name] = given[name].replace("-", " ")
    wanted: dict[str, list[str]] = {}
    for column, value in given.pop("where"):
        wanted.setdefault(column, []).append(value)
    separator = {"separator": "\t"} if given.get("separator") == "\\t" else {}
    return {**given, "where": wanted, "aliases": dict(given["aliases"]), **separator}


def read_table(
    source: Path, options: Mapping[str, Any], terminal: "Terminal", run: "Run", *, file: str = "problems.csv"
) -> "SeriesTable":
    """INPUT as series, with what was guessed and found said on the way; a folder's parts are read by `run`.

    file   in which rows at fault will be listed
    """
    from tocsin.counts import read
    from tocsin.counts.partitions import read_partitions

    given = as_library_options(options)
    with terminal.busy(f"Reading {source.name}"):
        table = read_partitions(source, run, **given) if source.is_dir() else read(source, **given)
    for note in table.notes:
        terminal.say(as_option(note.text))
    for sentence in problems_found(table, file=file):
        terminal.say(sentence, "yellow")
    return table


def as_option(text: str) -> str:
    """Advice on the library's options as the command has them: `every='day'` becomes `--every day`."""
    quoted = r"'[^']*'(?:(?:, | or )'[^']*')*"
    value = rf"{quoted}|\([^)]*\)|\{{[^}}]*\}}|True|False"
    return re.sub(
        rf"\b(?P<name>{'|'.join((*OPTIONS, *_OF_TWO_DATES, *_OF_SEVERITY))})=(?P<value>{value})?", _named, text
    )


def _named(found: re.Match[str]) -> str:
    name, value = found["name"], found["value"] or ""
    if name == "day_first" and value == "False":
        return "--month-first"
    if name == "aliases":
        name, value = "alias", re.sub(r"^\{'(.*)': '(.*)'\}$", r"'\1=\2'", value)
    if value in ("True", "False") or not value:
        return f"--{name.replace('_', '-')}"
    if value.startswith("("):
        value = value.strip("()").replace(" ", "").replace("'", "")
    elif name not in ("alias", "word"):
        value = re.sub(r"'([^']*)'", lambda quoted: quoted[1].replace(" ", "-"), value)
    return f"--{name.replace('_', '-')} {value}"


def problems_found(table: "SeriesTable | Reports", shown: int = 5, *, file: str = "problems.csv") -> Iterator[str]:
    """How many rows were at fault by which rule, and the first of them."""
    problems = table.problems
    if problems.is_empty():
        return
    refused = problems.filter(~problems["taken"])["row"].n_unique()
    rows = problems["row"].n_unique()
    have = "row has" if rows == 1 else "rows have"
    yield f"{rows:,} {have} problems, {refused:,} of them could not be used:"
    for row in problems.head(shown).iter_rows(named=True):
        where = f", column {row['column']}" if row["column"] else ""
        what = f", '{row['value']}'" if row["value"] is not None else ""
        used = "used all the same" if row["taken"] else "left out"
        yield f"  row {row['row']}{where}{what}: {row['message']} ({used})"
    if problems.height > shown:
        yield f"  … and {problems.height - shown:,} more in {file}"
