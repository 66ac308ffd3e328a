"""The page of validation says what its script computes, and the script computes what it says."""

import csv
import gzip
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tocsin.counts import read
from tocsin.epi.detect import farrington_flexible
from tocsin.epi.detect.detection import Detection

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def validation():
    """The module of scripts/, which imports another."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import validation

    yield validation
    sys.path.remove(str(ROOT / "scripts"))
    for name in ("page_tables", "validation"):
        del sys.modules[name]


def signals_at(periods, *, of: int, known_from: int = 0) -> Callable[..., Detection]:
    """A method that signals in these periods, and knows those from `known_from` on."""

    def method(y):
        evaluated = np.arange(known_from, of)
        nothing = np.full((1, len(evaluated)), np.nan)
        alarm = np.isin(evaluated, periods)[None]
        return Detection("", {}, evaluated, None, y[:, evaluated], nothing, nothing, alarm, nothing, nothing, nothing)

    return method


def test_an_outbreak_is_found_missed_or_out_of_reach(validation):
    y, outbreak = np.ones(10), np.isin(np.arange(10), [4, 5, 6])
    found = validation.outcome(y, outbreak, signals_at([1, 6, 8], of=10, known_from=2))
    assert (found.text, found.outside, found.quiet) == ("+2", 1, 5)
    assert validation.outcome(y, outbreak, signals_at([3, 7], of=10)).text == "missed"
    assert validation.outcome(y, outbreak, signals_at([9], of=10, known_from=7)).text == "–"


@pytest.mark.parametrize("name", ["labels", "labelled", "newport", "campylobacter"])
def test_the_page_holds_what_the_script_computes(shared, validation, name):
    page = validation.PAGE.read_text(encoding="utf-8")
    assert sys.modules["page_tables"].block(page, name).strip().splitlines() == list(validation.TABLES[name](shared))


def test_the_page_names_every_table_that_is_run(validation):
    page = validation.PAGE.read_text(encoding="utf-8")
    for file, options in validation.FILES:
        assert f"`{file}`<br>`{options}`" in page


def test_sixteen_states_are_screened_as_by_r(shared):
    """farringtonFlexible of R's surveillance 1.20.3 on Salmonella Newport, the last four years of sixteen states."""
    with gzip.open(shared / "data" / "p3_reference_farringtonFlexible_salmNewport.csv.gz") as stream:
        r = pl.read_csv(stream, null_values="NA").sort("unit", "row")
    table = read(shared / "data" / "p3_weekly_counts_rsurveillance.csv.gz", where={"series": "salmNewport"})
    rows = r["row"].unique().sort().to_numpy()
    d = farrington_flexible(table.counts, table.dates, evaluate=rows - 1, years_back=4)
    of_r = {name: r[name].cast(pl.Float64).to_numpy().reshape(d.alarm.shape) for name in r.columns[3:]}
    assert table.names == r["unit"].unique(maintain_order=True).to_list()
    np.testing.assert_array_equal(d.observed, of_r["observed"])
    np.testing.assert_allclose(d.threshold, of_r["upperbound"])  # R's table has four decimals
    np.testing.assert_allclose(d.expected, of_r["expected"], rtol=0, atol=6e-5)
    np.testing.assert_array_equal(d.alarm, of_r["alarm"] == 1)
    assert d.alarm.sum() > 10


# What the command lists first in docs/validation.md: file, options, series, first day of the period, cases; and
# the column and the values by which to count it once more with nothing but the csv module.
FIRST = [
    (
        "p2_dengue_puerto_rico_1990_2010_triangle.csv.gz", {"date": "onset_week"}, "all", "2010-07-19", 338,
        "n", {"onset_week": ["2010-07-19"]},
    ),
    (
        "p3_campylobacter_DE_2002_2011.csv", {}, "all", "2011-06-06", 2_435,
        "case", {"date": ["2011-06-06"]},
    ),
    (
        "p3_dengue_brazil_monthly_2001_2011.csv.gz", {}, "31030", "2010-04-01", 28_889,
        "dengue_cases", {"micro_code": ["31030"], "year": ["2010"], "month": ["4"]},
    ),
    (  # dated by the Sunday that ends the week
        "p3_survstat_influenza_rsv_weekly_to_2018.csv.gz", {}, "influenza · DE · 35-59", "2018-03-05", 22_360,
        "value", {"disease": ["influenza"], "location": ["DE"], "age_group": ["35-59"], "date": ["2018-03-11"]},
    ),
    (
        "p3_dengue_taiwan_1998_2012.csv.gz", {"date": "onset_date"}, "Tainan City", "2012-09-17", 97,
        "n", {"county": ["Tainan City"], "onset_date": [f"2012-09-{day}" for day in range(17, 24)]},
    ),
    (
        "p1_covid_daily_subnational_chn_rus_ind.csv.gz", {"where": {"iso3": "IND"}, "every": "week"},
        "Maharashtra", "2021-03-22", 234_193,
        "new_cases", {"region": ["Maharashtra"], "date": [f"2021-03-{day}" for day in range(22, 29)]},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "options", "series", "start", "cases", "column", "wanted"), FIRST)
def test_the_first_signals_are_the_rows_of_the_file(shared, file, options, series, start, cases, column, wanted):
    path = shared / "data" / file
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as stream:
        rows = (row for row in csv.DictReader(stream) if all(row[name] in wanted[name] for name in wanted))
        assert sum(int(row[column]) for row in rows) == cases
    table = read(path, **options)
    period = int(np.flatnonzero(table.dates == np.datetime64(start))[0])
    assert table.counts[table.names.index(series), period] == cases
