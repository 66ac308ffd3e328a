"""The mixed inbox of scripts/validation_threads.py: series of real outbreaks, and quiet ones around them.

Four tables of weekly counts, as four sources of one node send them, on one calendar that begins on FIRST:

    Germany       seven series with the RKI's labels, Salmonella Newport in 16 states, Campylobacter, EHEC O104,
                  influenza in 140 districts
    Taiwan        dengue by county
    Puerto Rico   dengue
    quiet         SIMULATED: diseases without a fixed rule, in 20 districts, without a single outbreak

Counts are by week of report, so that all that is known on a Monday is what had been reported by then. Series of other
years are moved by whole weeks: SHIFTED.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.simulate.noufaily import SCENARIOS, WEEKS, scenario_mean
from tocsin.node.surveillance.diseases.reading import read_diseases

__all__ = ["FIRST", "SHIFTED", "Given", "Outbreak", "Table", "germany", "puerto_rico", "quiet", "taiwan"]

FIRST = date(2004, 1, 5)  # a Monday
MANY = "p3_weekly_counts_rsurveillance.csv.gz"
# Weeks by which a series is moved, so that the seasons stay: 2001 becomes 2010, and 2001 becomes 2005.
SHIFTED = {"labelled": 470, "influenza": 209}
RKI = {  # series: name of its outbreak, disease, place, stratum
    "k1": ("Cryptosporidium, Baden-Württemberg", "cryptosporidiosis", "DE/Baden.Wuerttemberg", ""),
    "m1": ("Measles, Nordfriesland", "measles", "DE/Schleswig.Holstein/Nordfriesland", ""),
    "m2": ("Measles, Coburg", "measles", "DE/Bavaria/Coburg", ""),
    "m3": ("Measles, Leer", "measles", "DE/Lower.Saxony/Leer", ""),
    "n1": ("Norovirus, Berlin-Mitte", "norovirus", "DE/Berlin/Mitte", ""),
    "q1_nrwh": ("Q fever, Hochsauerland", "q-fever", "DE/North.Rhine.Westphalia/Hochsauerland", ""),
    "s1": ("Salmonella Oranienburg, Germany", "salmonellosis", "DE", "Oranienburg"),
}
STATES_OF_DISTRICTS = {"8": "Baden.Wuerttemberg", "9": "Bavaria"}
NEWPORT = date(2011, 10, 24), date(2011, 11, 28)  # docs/validation.md: our choice, by report
PUERTO_RICO = date(2010, 1, 4), date(2010, 12, 20)  # MMWR 2010;59(28):878; the table ends
LEAST, RUNNING, BEFORE = 5, 3, 8  # of an epidemic in a county of Taiwan: see `epidemics`
REGIONS, DISTRICTS = 4, 5

# What is counted: code of the disease, path of the place, stratum.
Given = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Outbreak:
    """Weeks (first days, both included) in which some series are known to hold an outbreak; who says so."""

    name: str
    series: tuple[Given, ...]
    first: date
    last: date
    labelled_by: str


@dataclass(slots=True)
class Table:
    """One source's counts. Each array (weeks,) from FIRST on, nan where nothing was reported."""

    name: str
    place: str
    counts: dict[Given, NDArray[np.float64]] = field(default_factory=dict)
    outbreaks: list[Outbreak] = field(default_factory=list)
    simulated: bool = False


def germany(shared: Path, *, influenza: bool = True) -> Table:
    """Everything of Germany; `influenza` adds 140 districts, whose seasons nobody labelled."""
    table = Table("Germany", "DE")
    _labelled_by_rki(shared, table)
    _newport(shared, table)
    _campylobacter(shared, table)
    _ehec(shared, table)
    if influenza:
        for district, counts in _rows_of(shared, "fluBYBW").items():
            place = f"DE/{STATES_OF_DISTRICTS[district[0]]}/{district}"
            first = date(2001, 1, 1) + timedelta(weeks=SHIFTED["influenza"])
            table.counts["influenza", place, ""] = _from(first, [int(row["count"]) for row in counts])
    return table


def _labelled_by_rki(shared: Path, table: Table) -> None:
    first = date(2001, 1, 1) + timedelta(weeks=SHIFTED["labelled"])
    for series, (name, *key) in RKI.items():
        (rows,) = _rows_of(shared, series).values()
        table.counts[tuple(key)] = _from(first, [int(row["count"]) for row in rows])
        weeks = [first + timedelta(weeks=n) for n, row in enumerate(rows) if row["outbreak"] == "1"]
        table.outbreaks.append(Outbreak(f"{name} ({series})", (tuple(key),), weeks[0], weeks[-1], "RKI"))


def _newport(shared: Path, table: Table) -> None:
    keys = []
    for state, rows in _rows_of(shared, "salmNewport").items():
        key = "salmonellosis", f"DE/{state}", "Newport"
        table.counts[key] = _from(date.fromisoformat(rows[0]["epoch_date"]), [int(row["count"]) for row in rows])
        keys.append(key)
    whole = ("salmonellosis", "DE", "Newport")  # the node's own sum
    table.outbreaks.append(Outbreak("Salmonella Newport, sprouts", (*keys, whole), *NEWPORT, "published investigation"))


def _campylobacter(shared: Path, table: Table) -> None:
    with (shared / "data" / "p3_campylobacter_DE_2002_2011.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["date"] >= str(FIRST)]
    key = "campylobacteriosis", "DE", ""
    table.counts[key] = _from(date.fromisoformat(rows[0]["date"]), [int(row["case"]) for row in rows])
    weeks = [date.fromisoformat(row["date"]) for row in rows if row["O104period"] == "True"]
    name = "Campylobacter, more stools examined"
    table.outbreaks.append(Outbreak(name, (key,), weeks[0], weeks[-1], "the source"))


def _ehec(shared: Path, table: Table) -> None:
    """The file lists the patients of the outbreak alone: the weeks around it are zeros, which they were not quite."""
    with (shared / "data" / "p2_hus_o104_2011_hosp_report.csv").open(encoding="utf-8") as stream:
        days = [date.fromisoformat(row["dReport"]) for row in csv.DictReader(stream)]
    key = "ehec", "DE", ""
    table.counts[key] = _by_week((day, 1) for day in days)
    table.outbreaks.append(Outbreak("EHEC O104", (key,), _monday(min(days)), _monday(max(days)), "the source"))


def taiwan(shared: Path) -> Table:
    """Dengue caught in Taiwan, by county and week of report."""
    cases: dict[str, list[tuple[date, int]]] = defaultdict(list)
    with gzip.open(shared / "data" / "p3_dengue_taiwan_1998_2012.csv.gz", "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["imported"] == "N" and row["county"]:
                cases[row["county"]].append((date.fromisoformat(row["report_date"]), int(row["n"])))
    table = Table("Taiwan", "TW")
    for county, rows in sorted(cases.items()):
        key = "dengue", f"TW/{county.replace(' ', '.')}", ""
        table.counts[key] = _by_week(rows)
        for first, last in epidemics(table.counts[key]):
            name = f"Dengue, {county}, {first.year}"
            table.outbreaks.append(Outbreak(name, (key,), first, last, "our rule"))
    return table


def epidemics(counts: NDArray[np.float64]) -> Iterator[tuple[date, date]]:
    """First and last week of each epidemic.

    It begins with RUNNING weeks of LEAST cases or more, after BEFORE weeks with fewer, and ends before RUNNING weeks
    with fewer.
    """
    many = np.nan_to_num(counts) >= LEAST
    at = BEFORE
    while at < len(many):
        if many[at : at + RUNNING].sum() == RUNNING and not many[at - BEFORE : at].any():
            end = at
            while many[end : end + RUNNING].any():
                end += 1
            yield _week(at), _week(end - 1)
            at = end
        at += 1


def puerto_rico(shared: Path) -> Table:
    with gzip.open(
        shared / "data" / "p2_dengue_puerto_rico_1990_2010_triangle.csv.gz", "rt", encoding="utf-8"
    ) as stream:
        rows = [(date.fromisoformat(row["report_week"]), int(row["n"])) for row in csv.DictReader(stream)]
    key = "dengue", "PR", ""
    counts = _by_week(rows)
    counts[_number(max(day for day, _ in rows)) + 1 :] = np.nan
    return Table(
        "Puerto Rico", "PR", {key: counts}, [Outbreak("Dengue, Puerto Rico, 2010", (key,), *PUERTO_RICO, "MMWR")]
    )


def quiet(seed: int = 20) -> Table:
    """SIMULATED: each disease without a fixed rule, gravity 1 or 2, by a scenario of Noufaily without outbreaks."""
    table, rng = Table("Quiet (simulated)", "QQ", simulated=True), np.random.default_rng(seed)
    diseases = [entry for entry in read_diseases() if entry.gravity <= 2 and not entry.rules]
    for number, disease in enumerate(diseases):
        scenario = SCENARIOS[number % len(SCENARIOS)]
        mean = scenario_mean(scenario)
        for region in range(1, REGIONS + 1):
            for district in range(1, DISTRICTS + 1):
                phi = scenario.phi
                drawn = rng.poisson(mean) if phi == 1 else rng.negative_binomial(mean / (phi - 1), 1 / phi)
                table.counts[disease.code, f"QQ/Q{region}/Q{region}{district}", ""] = drawn.astype(np.float64)
    return table


# --- weeks -------------------------------------------------------------------------------------------------


def _rows_of(shared: Path, series: str) -> Mapping[str, list[dict[str, str]]]:
    """Rows of one series of the file of many, by unit, in their order."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(shared / "data" / MANY, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["series"] == series:
                rows[row["unit"]].append(row)
    return rows


def _from(first: date, counts: Iterable[int]) -> NDArray[np.float64]:
    values = np.full(WEEKS, np.nan)
    given = list(counts)[: WEEKS - _number(first)]
    values[_number(first) : _number(first) + len(given)] = given
    return values


def _by_week(cases: Iterable[tuple[date, int]]) -> NDArray[np.float64]:
    values = np.zeros(WEEKS)
    for day, number in cases:
        if 0 <= _number(day) < WEEKS:
            values[_number(day)] += number
    return values


def _number(day: date) -> int:
    return (day - FIRST).days // 7


def _week(number: int) -> date:
    return FIRST + timedelta(weeks=number)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
