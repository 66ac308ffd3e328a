#!/usr/bin/env python3
"""Known outbreaks and real tables: the figures of docs/validation.md, from the data in ../shared.

    python scripts/validation.py            prints the tables
    python scripts/validation.py --write    puts them into docs/validation.md

What is labelled an outbreak is the source's word, except for Salmonella Newport: its weeks follow from the
published investigation, which counts cases that fell ill from 20 October to 8 November 2011.
"""

import csv
import gzip
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from page_tables import run

from tocsin.counts import read
from tocsin.epi.detect import (
    Detection,
    bayes,
    cusum,
    ears,
    farrington,
    farrington_flexible,
    fixed_rule,
    glr_negative_binomial,
    glr_poisson,
    rki,
)
from tocsin.epi.errors import HistoryTooShort

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "validation.md"
MANY = "p3_weekly_counts_rsurveillance.csv.gz"

Method = Callable[[NDArray[np.float64]], Detection]

# Six weeks of the year before: what the series with labels have. R knows them as bayes1 and rki1.
RECENT = {"years_back": 0, "half_window": 6, "use_recent": True}
AFTER_HALF_A_YEAR, AFTER_FIVE_YEARS = slice(26, None), slice(260, None)

SHORT: Mapping[str, Method] = {
    "Fixed rule: 5 cases in 2 weeks": lambda y: fixed_rule(y, cases=5, within=2),
    "EARS C1": lambda y: ears(y, method="C1"),
    "EARS C2": lambda y: ears(y, method="C2"),
    "EARS C3": lambda y: ears(y, method="C3"),
    "RKI 1": lambda y: rki(y, **RECENT),
    "Bayes 1": lambda y: bayes(y, **RECENT),
    "CUSUM, Rossi": lambda y: cusum(y, transformation="rossi", evaluate=AFTER_HALF_A_YEAR),
    "GLR Poisson": lambda y: glr_poisson(y, harmonics=0, evaluate=AFTER_HALF_A_YEAR),
    "GLR neg. binomial": lambda y: glr_negative_binomial(y, harmonics=0, evaluate=AFTER_HALF_A_YEAR),
    "RKI 2": lambda y: rki(y, years_back=1, half_window=6, use_recent=True),
    "Bayes 2": lambda y: bayes(y, years_back=1, half_window=6),
    "Farrington, 1 year": lambda y: farrington(y, years_back=1, trend=False, alpha=0.01, periods_per_year=52),
    "Farrington flexible, 3 years": lambda y: farrington_flexible(y, years_back=3, periods_per_year=52),
}
LONG: Mapping[str, Method] = {
    "Farrington flexible": lambda y: farrington_flexible(y, periods_per_year=52),
    "Farrington flexible, always speaks": lambda y: farrington_flexible(y, min_recent=(0, 4), periods_per_year=52),
    "Farrington": lambda y: farrington(y, alpha=0.01, periods_per_year=52),
    "EARS C1": SHORT["EARS C1"],
    "EARS C2": SHORT["EARS C2"],
    "EARS C3": SHORT["EARS C3"],
    "RKI 3": rki,
    "Bayes 2": SHORT["Bayes 2"],
    "Bayes 3": lambda y: bayes(y, years_back=2, half_window=4, use_recent=False),
    "CUSUM, Rossi": lambda y: cusum(y, m="glm", transformation="rossi", evaluate=AFTER_FIVE_YEARS),
    "GLR Poisson": lambda y: glr_poisson(y, evaluate=AFTER_FIVE_YEARS),
    "GLR neg. binomial": lambda y: glr_negative_binomial(y, evaluate=AFTER_FIVE_YEARS),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one method made of one series with a known outbreak.

    first     weeks from the first labelled week to the first signal in a labelled one; None without a signal
    missed    there is history enough for labelled weeks, and none of them signals
    outside   signals in weeks without label, of `quiet` such weeks with history enough: a week in which the
              method stays silent by a rule of its own is a week without a signal
    """

    first: int | None
    missed: bool
    outside: int
    quiet: int

    @property
    def text(self) -> str:
        return "–" if self.first is None and not self.missed else "missed" if self.first is None else f"+{self.first}"


def outcome(counts: NDArray[np.float64], outbreak: NDArray[np.bool_], method: Method) -> Outcome:
    """counts and outbreak (periods,), of one series."""
    try:
        d = method(counts[None])
    except HistoryTooShort:
        return Outcome(None, False, 0, 0)
    labelled, reported = outbreak[d.periods], ~np.isnan(d.observed[0])
    found = d.periods[labelled & d.alarm[0]]
    first = int(found[0] - np.flatnonzero(outbreak)[0]) if found.size else None
    missed = first is None and bool(labelled.any())
    return Outcome(first, missed, int(d.alarm[0, ~labelled].sum()), int((reported & ~labelled).sum()))


# --- series with labels ------------------------------------------------------------------------------------


def labelled_series(shared: Path) -> dict[str, tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    """Counts and labels of the RKI's seven series, in the order of their rows: their weeks run from 1 to 52."""
    series: dict[str, tuple[list[float], list[bool]]] = {}
    with gzip.open(shared / "data" / MANY, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["outbreak"]:
                counts, labels = series.setdefault(row["series"], ([], []))
                counts.append(float(row["count"]))
                labels.append(row["outbreak"] == "1")
    return {name: (np.array(counts), np.array(labels)) for name, (counts, labels) in sorted(series.items())}


def labelled_table(shared: Path) -> Iterator[str]:
    data = labelled_series(shared)
    yield _row("method", *data, "signals in weeks without label", "weeks", "a week")
    yield _rule(1 + len(data), 3)
    for name, method in SHORT.items():
        outcomes = [outcome(counts, labels, method) for counts, labels in data.values()]
        outside, quiet = sum(o.outside for o in outcomes), sum(o.quiet for o in outcomes)
        yield _row(name, *(o.text for o in outcomes), outside, f"{quiet:,}", _rate(outside, quiet))


def labels_table(shared: Path) -> Iterator[str]:
    yield _row("series", "labelled weeks", "cases in them", "weeks before", "mean of other weeks", "highest of these")
    yield _rule(1, 5)
    for name, (counts, labels) in labelled_series(shared).items():
        at = np.flatnonzero(labels)
        rest = counts[~labels]
        cases = f"{counts[labels].sum():,.0f}"
        yield _row(name, f"{at[0] + 1}–{at[-1] + 1}", cases, at[0], f"{rest.mean():.2f}", f"{rest.max():.0f}")


# --- Salmonella Newport and Campylobacter ------------------------------------------------------------------


def newport_table(shared: Path) -> Iterator[str]:
    """The sprouts of autumn 2011: the country by weeks of onset, and by weeks of report as a whole and by states."""
    onsets = read(shared / "data" / MANY, where={"series": "stsNewport"})
    fell_ill = between(onsets.dates, "2011-10-17", "2011-11-07")
    reports = read(shared / "data" / MANY, where={"series": "salmNewport"})
    reported = between(reports.dates, "2011-10-24", "2011-11-28")
    country = "Germany by onset", "signals a week", "Germany by report", "signals a week"
    yield _row("method", *country, "states that signal", "the first", "signals a week and state")
    yield _rule(1, 7)
    for name, method in LONG.items():
        whole = outcome(onsets.counts[0], fell_ill, method), outcome(reports.counts.sum(axis=0), reported, method)
        states = [outcome(counts, reported, method) for counts in reports.counts]
        found = [o.first for o in states if o.first is not None]
        rate = _rate(sum(o.outside for o in states), sum(o.quiet for o in states))
        told = (cell for o in whole for cell in (o.text, _rate(o.outside, o.quiet)))
        yield _row(name, *told, f"{len(found)} of {len(states)}", f"+{min(found)}" if found else "–", rate)


def between(dates: NDArray[np.datetime64], first: str, last: str) -> NDArray[np.bool_]:
    return (dates >= np.datetime64(first)) & (dates <= np.datetime64(last))


def campylobacter_table(shared: Path) -> Iterator[str]:
    """The weeks of the O104 outbreak, in which far more stools than usual were examined."""
    path = shared / "data" / "p3_campylobacter_DE_2002_2011.csv"
    counts = read(path, count="case").counts[0]
    with path.open(encoding="utf-8") as stream:
        labels = np.array([row["O104period"] == "True" for row in csv.DictReader(stream)])
    yield _row("method", "first signal", "signals in weeks without label", "weeks", "a week")
    yield _rule(1, 4)
    for name, method in LONG.items():
        found = outcome(counts, labels, method)
        rate = _rate(found.outside, found.quiet)
        yield _row(name, found.text, found.outside, found.quiet, rate)


# --- every table that fits ---------------------------------------------------------------------------------

FILES: Sequence[tuple[str, str]] = (
    ("p1_covid_daily_national_sco.csv.gz", "--every week --evaluate 52"),
    ("p1_covid_daily_national_sco.csv.gz", "--where iso3=KAZ --where iso3=KGZ --where iso3=RUS --evaluate 60"),
    ("p1_covid_daily_subnational_chn_rus_ind.csv.gz", "--where iso3=IND --every week --evaluate 8"),
    ("p1_covid_daily_subnational_chn_rus_ind.csv.gz", "--where iso3=RUS --every week --evaluate 8"),
    ("p1_covid_daily_subnational_chn_rus_ind.csv.gz", "--where iso3=CHN --every week --evaluate 8"),
    ("p1_covid_vintages_open.csv.gz", "--date date --where metric=cases --cumulative --every week"),
    ("p1_rt_incidence_epiestim.csv", "--where series=Flu2009 --evaluate 20"),
    ("p2_dengue_puerto_rico_1990_2010_triangle.csv.gz", "--date onset_week --evaluate 52"),
    ("p2_hus_o104_2011_hosp_report.csv", "--date dHosp --every day --evaluate all"),
    ("p2_rki_hosp_triangle_DE_to_2021-11-21.csv.gz", "--date reference_date --by age_group --every week --evaluate 10"),
    ("p2_respinow_sari_triangle_to_2024-09.csv.gz", "--evaluate 26"),
    ("p3_campylobacter_DE_2002_2011.csv", "--evaluate 52"),
    ("p3_dengue_brazil_monthly_2001_2011.csv.gz", "--evaluate 24"),
    ("p3_dengue_taiwan_1998_2012.csv.gz", "--date onset_date --evaluate 52"),
    ("p3_survstat_influenza_rsv_weekly_to_2018.csv.gz", "--evaluate 52"),
    (
        "p3_survstat_influenza_rsv_weekly_to_2018.csv.gz",
        "--where disease=influenza --evaluate 2009-04-20..2009-12-31",
    ),
    (MANY, "--where series=salmNewport --evaluate 2011-10-01..2011-12-31"),
    (MANY, "--where series=stsNewport --evaluate 2011-10-01..2011-12-31"),
    (MANY, "--where series=fluBYBW --date year,period --evaluate 52"),
    (MANY, "--where series=measlesDE --date year,period --evaluate 52"),
    (MANY, "--where series=rotaBB --evaluate 12"),
    (MANY, "--where series=momo --evaluate 52"),
    (MANY, "--where series=k1 --date year,period --evaluate 104"),
    ("p4_dengue_peru_2019_2020_age_severity.csv.gz", "--by department --evaluate 20"),
    ("p4_china_onset_curve_who_mission_2020.csv", "--evaluate 40"),
    ("p4_fluH7N9_china_2013.csv", "--date date_of_onset --by province --evaluate 20"),
    ("p4_measles_hagelloch_1861.csv", "--date date_of_prodrome --every day --evaluate 60"),
    ("p4_mers_korea_2015_linelist.csv", "--date dt_onset --every day --by '' --evaluate 26"),
    ("p4_nipah_malaysia_1997_99.csv", "--evaluate 20"),
    ("p4_sars_canada_2003.csv", "--evaluate 100"),
    ("p4_smallpox_abakaliki_1967.csv", "--evaluate 3"),
    ("p4_SIMULATED_ebola_sim_linelist.csv.gz", "--date date_of_onset --by hospital --evaluate 52"),
    ("p4_wuhan_first_deaths_2020.csv", "--date date_death --every day --evaluate 20"),
    (
        "p5_icu_capacity_german_states_to_2021-06.csv.gz",
        "--count faelle_covid_aktuell --by bundesland_name --evaluate 90",
    ),
)


def files_table(shared: Path) -> Iterator[str]:
    yield _row("file, options", "guessed", "series × periods", "evaluated", "signals", "the most exceptional")
    yield "|---|---|---:|---:|---:|---|"
    for file, options in FILES:
        with tempfile.TemporaryDirectory() as folder:
            said, table = detected(shared / "data" / file, options, Path(folder))
        guessed = sorted(set(re.findall(r"--([a-z-]+)[^-]* changes it", said)))
        keys = table.columns[: table.columns.index("date")]
        series = table.select(keys).n_unique() if keys else 1
        evaluated = table.filter(pl.col("threshold").is_not_null())
        shown = f"`{file}`<br>`{options}`".replace("|", "\\|")
        size = f"{series:,} × {table.height // series:,}"
        ways = ", ".join(f"{n:,} {m}" for m, n in sorted(evaluated["method"].value_counts().rows()))
        signals = int(table["alarm"].sum())
        yield _row(shown, ", ".join(guessed), size, ways or "0", f"{signals:,}", most_exceptional(table, keys))


def detected(source: Path, options: str, out: Path) -> tuple[str, pl.DataFrame]:
    """What `tocsin detect` says on stderr, and its table of signals. It has to end well."""
    command = [sys.executable, "-m", "tocsin", "detect", str(source), *shlex.split(options), "--out", str(out)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(f"{shlex.join(command)} ended with {run.returncode}:\n{run.stderr}")
    return run.stderr, pl.read_csv(out / "signals.csv", infer_schema_length=None)


def most_exceptional(table: pl.DataFrame, keys: Sequence[str]) -> str:
    """In the order of the command: by p-value down to 1e-12, then by cases above the expected."""
    signals = table.filter("alarm").with_columns(
        pl.col("p_value").cast(pl.Float64).clip(lower_bound=1e-12).fill_null(1.0).alias("rarity"),
        (pl.col("observed").cast(pl.Float64) - pl.col("expected").cast(pl.Float64).fill_null(0.0)).alias("above"),
    )
    if signals.is_empty():
        return "none"
    row = signals.sort("rarity", "above", descending=[False, True]).row(0, named=True)
    name = " · ".join(str(row[key]) for key in keys)
    expected = float(row["expected"] or 0)
    figure = f"{expected:,.1f}" if expected < 10 else f"{expected:,.0f}"
    return f"{name + ', ' if name else ''}{row['date']}: {float(row['observed']):,.0f}, {figure} expected"


# --- the page ----------------------------------------------------------------------------------------------


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _rule(left: int, right: int) -> str:
    return f"|{'---|' * left}{'---:|' * right}"


def _rate(signals: int, weeks: int) -> str:
    return f"{signals / weeks:.3f}" if weeks else "–"


TABLES: Mapping[str, Callable[[Path], Iterator[str]]] = {
    "labels": labels_table,
    "labelled": labelled_table,
    "newport": newport_table,
    "campylobacter": campylobacter_table,
    "files": files_table,
}


def main(arguments: Sequence[str] | None = None) -> None:
    run(__doc__, TABLES, PAGE, arguments)


if __name__ == "__main__":
    main()
