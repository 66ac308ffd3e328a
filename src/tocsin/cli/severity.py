"""`tocsin severity`: how many of the cases die or fall severely ill, by day, by age, or from a list of patients."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.values import AGES, COLUMNS, DAY, LEVELS, WHERE, WORD

if TYPE_CHECKING:
    from tocsin.cli.delays import Delay
    from tocsin.cli.terminal import Terminal
    from tocsin.counts.files import Table
    from tocsin.counts.notes import Notebook
    from tocsin.counts.severity_columns import Asked, Found

__all__ = ["Wanted", "severity"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    by: tuple[str, ...] | None
    among: str
    delay: "Delay | None"
    estimates: tuple[str, ...]
    method: str
    window: int
    baseline: float | None
    standard: str | None
    population: tuple[str, ...]
    positive: str | None
    tested: str | None
    infection: bool
    sensitivity: float
    specificity: float
    as_of: str | None
    age_bands: tuple[int, ...] | None
    words: tuple[tuple[str, str], ...]
    early: str
    interval: str
    level: float
    quantiles: tuple[float, ...]
    seed: int
    jobs: int | None
    reading: dict[str, Any]


@click.command(short_help="Estimate how many of the cases die or fall severely ill.")
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--layout", type=click.Choice(["days", "ages", "line-list"]), help="What a row is.")
@click.option("--date", type=COLUMNS, help="Days: column of the date.")
@click.option("--cases", help="Days, ages: column of cases.")
@click.option("--deaths", help="Days, ages: column of deaths.")
@click.option("--severe", help="Ages: column of severe cases.")
@click.option("--age", help="Ages: column of age groups, or of years of age.")
@click.option("--onset", help="Line list: column of the date of onset.")
@click.option("--outcome", help="Line list, long table by age: column of what became of the patient, in words.")
@click.option("--outcome-date", type=COLUMNS, help="Line list: columns of the date of death or recovery.")
@click.option("--word", "words", type=WORD, multiple=True, help="What a word of --outcome means; may be repeated.")
@click.option("--by", type=COLUMNS, help="Columns that tell strata (of a line list: groups) apart; '' for none.")
@click.option("--where", type=WHERE, multiple=True, help="Only rows with this value; may be repeated.")
@click.option("--among", type=click.Choice(["cases", "admissions"]), default="cases", show_default=True, help="Whose?")
@click.option("--delay", help="From onset to death: NAME, FILE, or gamma:MEAN:SD (lognormal, weibull).")
@click.option(
    "--estimate",
    "estimates",
    type=click.Choice(["static", "rolling", "time-varying"]),
    multiple=True,
    help="Days: which risks; all of them unless said.",
)
@click.option("--window", type=click.IntRange(1), default=7, show_default=True, help="Days of the time-varying risk.")
@click.option(
    "--method", type=click.Choice(["effective", "cfr"]), default="effective", show_default=True, help="cfr: as R does."
)
@click.option(
    "--baseline", type=float, help="Days: risk of all cases, found or not, 0 to 1, to say what share is found."
)
@click.option("--standard", help="Ages: columns of the standard population (added up), or a file of it by age.")
@click.option("--infection", is_flag=True, help="Ages: infection fatality; needs a serosurvey.")
@click.option("--population", type=COLUMNS, help="Ages: columns of inhabitants, added up.")
@click.option("--positive", help="Ages: column of persons of a serosurvey who had antibodies.")
@click.option("--tested", help="Ages: column of persons of a serosurvey.")
@click.option("--sensitivity", type=float, default=1.0, show_default=True, help="Of the survey's test.")
@click.option("--specificity", type=float, default=1.0, show_default=True, help="Of the survey's test.")
@click.option("--as-of", type=DAY, help="Line list: day of the analysis.  [default: the latest day in it]")
@click.option("--age-bands", type=AGES, help="First ages of bands, e.g. 0,5,15,60; '' keeps single years.")
@click.option("--level", type=float, default=0.95, show_default=True, help="Probability that an interval covers.")
@click.option("--quantiles", type=LEVELS, help="Ages: quantiles of the pooled risks to write beside the interval.")
@click.option(
    "--interval",
    type=click.Choice(["clopper_pearson", "wilson", "jeffreys"]),
    default="clopper_pearson",
    show_default=True,
    help="Interval of small numbers.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For what is drawn.")
@click.option(
    "--early",
    type=click.Choice(["refuse", "leave-out"]),
    default="refuse",
    show_default=True,
    help="Line list: patients with an outcome before onset.",
)
@click.option("--absent", type=click.Choice(["missing", "zero"]), help="Days: what a day without a row is.")
@click.option("--cumulative", is_flag=True, help="Days: counts are sums of all before; take differences.")
@click.option("--negative", type=click.Choice(["missing", "spread-back", "zero"]), help="Days: a count below zero.")
@click.option("--day-first/--month-first", default=None, help="How to read 01/02/2026.")
@click.option("--sheet", help="Sheet of a workbook.")
@click.option("--separator", help="What separates fields, e.g. ';'.")
@click.option("--encoding", help="Encoding of a text file, e.g. cp1251.")
@click.option("--header", type=click.IntRange(1), default=1, help="Number of the row with the names of columns.")
@click.option("--jobs", type=click.IntRange(1), help="Cores to use; all of them unless said.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write: .csv, .json or .parquet.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors; the result is in the file.")
def severity(source: Path, quiet: bool, out: Path | None, **options: Any) -> None:
    """Estimate how many of the cases die, or fall severely ill.

    INPUT is one of three tables, as CSV (also compressed), Excel or Parquet: cases and deaths by day; counts by age,
    wide (cases, deaths, severe cases) or long (a number for each age and outcome); or a line list with onset,
    outcome and its date. Which it is, and the columns, are recognised by names unless said. Beside the naive risk,
    deaths over cases, stands what allows for those who may yet die.
    """
    from tocsin.cli.output import form_of, write_table
    from tocsin.cli.severity_ages import by_age
    from tocsin.cli.severity_days import by_day
    from tocsin.cli.severity_patients import of_patients
    from tocsin.cli.terminal import Terminal
    from tocsin.counts.notes import Notebook

    wanted, asked = _wanted(options), _asked(options)
    form = form_of(out) if out is not None else "csv"
    terminal = Terminal(quiet)
    terminal.tell_of_compilation()
    notes = Notebook()
    table, found = _open(source, asked, wanted, terminal, notes)
    if found.layout == "days":
        risks = by_day(source, found, wanted, terminal)
    elif found.layout == "ages":
        risks = by_age(table, found, wanted, terminal)
    else:
        risks = of_patients(table, found, wanted, terminal, notes)
    if out is None:
        return
    files = [out]
    write_table(risks.table(), out, form)
    if not risks.problems.is_empty():
        files.append(out.with_name(f"{out.name.split('.')[0]}-problems.csv"))
        write_table(risks.problems, files[-1], "csv")
    terminal.result("")
    for path in files:
        terminal.result(f"Written: {path}")


def _asked(options: dict[str, Any]) -> "Asked":
    from tocsin.counts.severity_columns import Asked

    more = [options["positive"], options["tested"], *(options["population"] or ())]
    return Asked(
        layout=None if options["layout"] is None else options["layout"].replace("-", " "),
        end=options["outcome_date"],
        more=tuple(name for name in more if name is not None),
        **{name: options[name] for name in ("date", "cases", "deaths", "severe", "age", "outcome", "onset", "by")},
    )


def _wanted(options: dict[str, Any]) -> Wanted:
    """What was asked for, checked before anything is read."""
    from tocsin.cli.delays import delay_of
    from tocsin.cli.main import BadInput

    if not 0 < options["level"] < 1:
        raise BadInput(f"--level is {options['level']:g}; it is the probability that an interval covers, such as 0.95")
    if options["baseline"] is not None and options["delay"] is None:
        raise BadInput("--baseline needs --delay: without it the risk is too low, and the share found too high")
    if options["infection"] and None in (options["positive"], options["tested"], options["population"]):
        raise BadInput(
            "--infection needs --positive, --tested and --population: how many were infected follows from no count of "
            "cases. Give a serosurvey by age, or ask for the case fatality"
        )
    survey = [name for name in ("positive", "tested") if options[name] is not None]
    if survey and (len(survey) < 2 or not options["population"]):
        raise BadInput(
            "--positive, --tested and --population go together: they are the serosurvey and whom it stands for"
        )
    separator = "\t" if options["separator"] == "\\t" else options["separator"]
    reading = {name: options[name] for name in ("sheet", "encoding", "header", "day_first", "absent", "cumulative")}
    where: dict[str, list[str]] = {}
    for column, value in options["where"]:
        where.setdefault(column, []).append(value)
    negative = options["negative"] and options["negative"].replace("-", " ")
    given = options["delay"]
    same = {name: options[name] for name in Wanted.__slots__ if name in options}
    return Wanted(
        **{
            **same,
            "infection": bool(survey),
            "population": options["population"] or (),
            "quantiles": options["quantiles"] or (),
            "estimates": options["estimates"] or ("static", "rolling", "time-varying"),
            "delay": None if given is None else delay_of(given, "onset_to_death", "--delay"),
        },
        reading={**reading, "where": where, "separator": separator, "negative": negative},
    )


def _open(
    source: Path, asked: "Asked", wanted: Wanted, terminal: "Terminal", notes: "Notebook"
) -> tuple["Table", "Found"]:
    """The table, and what its columns are."""
    from tocsin.cli.reading import as_option
    from tocsin.counts.files import open_table
    from tocsin.counts.problems import Problems
    from tocsin.counts.reader import only_rows
    from tocsin.counts.severity_columns import columns_of

    how = {name: wanted.reading[name] for name in ("sheet", "separator", "encoding", "header")}
    with terminal.busy(f"Reading {source.name}"):
        table = open_table(source, **how, notes=notes, problems=Problems())
        table = only_rows(table, wanted.reading["where"], notes)
        found = columns_of(table, asked)
    described = {
        "days": ("counts by day", ("cases", "deaths")),
        "ages": ("counts by age", ("age", "cases", "severe", "deaths", "outcome")),
        "line list": ("a line list", ("onset", "outcome", "end")),
    }
    layout, roles = described[found.layout]
    names = {"end": "outcome-date"}
    given = {role: getattr(found, role) for role in roles if getattr(found, role)}
    given = {role: ",".join(name) if isinstance(name, tuple) else name for role, name in given.items()}
    said = ", ".join(f"--{names.get(role, role)} '{name}'" for role, name in given.items())
    terminal.say(f"Read as {layout}: {said}; --layout and these options change it.")
    for sentence in found.said:
        terminal.say(as_option(sentence))
    return table, found
