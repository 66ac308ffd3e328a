"""The three layouts, which columns are used, and what is said about it."""

import numpy as np
import polars as pl
import pytest

from tocsin.counts import read
from tocsin.counts.errors import AmbiguousColumn, InvalidReading, NoCountColumn, NoDateColumn, UnknownColumn

nan = np.nan
TIDY = (
    "date,region,sex,cases,outbreak\n"
    "2026-01-05,A,F,1,0\n2026-01-05,A,M,2,0\n2026-01-05,B,F,3,1\n2026-01-05,B,M,4,1\n"
    "2026-01-12,A,F,5,1\n2026-01-12,A,M,0,1\n2026-01-12,B,F,7,0\n2026-01-12,B,M,8,0\n"
)


def test_tidy_table_has_a_series_for_each_key(write, note):
    series = read(write(TIDY))
    assert series.names == ["A · F", "A · M", "B · F", "B · M"]
    assert series.counts.tolist() == [[1, 5], [2, 0], [3, 7], [4, 8]]
    assert note(series, "layout").values["layout"] == "tidy"
    assert series.incomplete == 0
    assert series.problems.is_empty()


def test_keys_not_asked_for_are_added_over_and_said(write, note):
    series = read(write(TIDY), by="region")
    assert series.counts.tolist() == [[3, 5], [7, 15]]
    assert note(series, "added_over").values["columns"] == ("sex",)
    everything = read(write(TIDY), by=())
    assert everything.keys.width == 0
    assert everything.names == ["all"]
    assert everything.counts.tolist() == [[10, 20]]


@pytest.mark.parametrize("mark", ["", " ", r"\N"])
def test_a_key_without_a_value_is_called_empty(write, mark):
    series = read(write(TIDY.replace(",B,", f",{mark},")), by="region")
    assert series.names == ["(empty)", "A"]
    assert series.counts.tolist() == [[7, 15], [3, 5]]


def test_line_list_counts_rows_by_week_and_is_zero_between(write, note):
    rows = ["2026-01-05,A", "2026-01-07,A", "2026-01-11,B", "2026-01-27,A", "2026-02-01,B"]
    series = read(write("onset_date,region,patient\n" + "".join(f"{row},p{i}\n" for i, row in enumerate(rows))))
    assert note(series, "layout").values["layout"] == "line list"
    assert series.counts.tolist() == [[2, 0, 0, 1], [1, 0, 0, 1]]
    assert series.incomplete == 0  # ends on a Sunday


def test_line_list_with_a_count_column(write):
    text = "onset_date,region,n\n2026-01-05,A,2\n2026-01-05,A,2\n2026-01-12,A,1\n"
    assert read(write(text), layout="line list", by="region").counts.tolist() == [[4, 1]]


def test_wide_table_has_a_date_per_column(write, note):
    series = read(write("region,2026-01-05,2026-01-12,2026-01-19\nA,1,,3\nB,0,5,6\n"))
    np.testing.assert_array_equal(series.counts, [[1, nan, 3], [0, 5, 6]])
    assert note(series, "layout").values["layout"] == "wide"


def test_several_count_columns_can_each_be_a_series(write, note):
    text = "date,perak,selangor\n2026-01-05,1,2\n2026-01-12,3,4\n2026-01-19,5,6\n"
    series = read(write(text))
    assert note(series, "series_in_columns").values["columns"] == ("perak", "selangor")
    assert series.names == ["perak", "selangor"]
    assert series.counts.tolist() == [[1, 3, 5], [2, 4, 6]]
    assert read(write(text), count="selangor").counts.tolist() == [[2, 4, 6]]


def test_two_possible_counts_are_asked_about(write):
    text = "date,region,faelle_a,faelle_b\n2026-01-05,A,1,2\n2026-01-05,B,1,2\n2026-01-12,A,3,4\n2026-01-12,B,3,4\n"
    with pytest.raises(AmbiguousColumn, match=r"'faelle_a', 'faelle_b'.*count="):
        read(write(text))
    assert read(write(text), count="faelle_b").counts.tolist() == [[2, 4], [2, 4]]


def test_new_cases_are_preferred_to_cumulative_ones_and_deaths(write, note):
    text = "date,cum_cases,new_cases,new_deaths\n2026-01-05,9,1,0\n2026-01-12,12,3,0\n"
    series = read(write(text))
    assert note(series, "count").values["count"] == "new_cases"
    assert series.counts.tolist() == [[1, 3]]


def test_two_possible_dates_are_asked_about(write):
    text = "onset_date,report_date,region\n2026-01-05,2026-01-06,A\n2026-01-12,2026-01-14,A\n"
    with pytest.raises(AmbiguousColumn, match=r"'onset_date', 'report_date'.*date="):
        read(write(text))
    assert read(write(text), date="report_date", every="day").dates[0] == np.datetime64("2026-01-06")


def test_no_date_column(write):
    with pytest.raises(NoDateColumn, match="'region', 'cases'"):
        read(write("region,cases\nA,1\nB,2\n"))
    with pytest.raises(NoDateColumn, match="holds no date"):
        read(write("region,cases\nA,1\nB,2\n"), date="region")


def test_no_count_column(write):
    with pytest.raises(NoCountColumn, match="layout='line list'"):
        read(write("date,region\n2026-01-05,A\n2026-01-12,A\n"), layout="tidy")


@pytest.mark.parametrize("option", ["date", "count", "by"])
def test_unknown_columns_are_refused_with_those_there_are(write, option):
    with pytest.raises(UnknownColumn, match=rf"{option}='nowhere'.*'region'"):
        read(write(TIDY), **{option: "nowhere"})


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("layout", "long"),
        ("every", "year"),
        ("week_start", "tuesday"),
        ("week_date", "middle"),
        ("negative", "clip"),
        ("totals", "drop"),
        ("absent", "?"),
        ("until", "tomorrow"),
        ("header", 0),
    ],
)
def test_options_outside_what_is_allowed(write, option, value):
    with pytest.raises(InvalidReading, match=option):
        read(write(TIDY), **{option: value})


def test_where_keeps_some_rows(write):
    assert read(write(TIDY), where={"sex": "F"}).counts.tolist() == [[1, 5], [3, 7]]
    assert read(write(TIDY), where={"region": ["A"], "sex": "M"}).counts.tolist() == [[2, 0]]
    with pytest.raises(UnknownColumn, match="colour"):
        read(write(TIDY), where={"colour": "red"})
    with pytest.raises(ValueError, match="'region' holds 'A', 'B'"):
        read(write(TIDY), where={"region": "C"})


def test_large_sorted_tables_keep_keys_that_their_beginning_does_not_show(tmp_path, monkeypatch):
    for name, value in {"WHOLE": 1000, "SAMPLE": 3000, "PLACES": 12, "SAMPLE_ROWS": 200}.items():
        monkeypatch.setattr(f"tocsin.counts.files.{name}", value)
    days = [f"2026-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    rows = [f"{day},{region},{sex},{i % 7}" for sex in "FM" for region in "ABCD" for i, day in enumerate(days)]
    path = tmp_path / "sorted.csv"
    path.write_text("date,region,sex,cases\n" + "\n".join(rows) + "\n\n", encoding="utf-8")
    series = read(path, every="month", totals="keep")
    assert series.names == [f"{region} · {sex}" for region in "ABCD" for sex in "FM"]
    assert series.counts.sum() == sum(int(row[-1]) for row in rows)
    assert series.problems.is_empty()
    frame = pl.read_csv(path, try_parse_dates=True)
    frame.write_parquet(tmp_path / "sorted.parquet")
    np.testing.assert_array_equal(read(tmp_path / "sorted.parquet", every="month", totals="keep").counts, series.counts)


def test_codes_of_names_and_labels_of_rows_are_no_keys(write, note):
    text = "date,region_code,region,cases,alarm\n" + "".join(
        f"2026-01-{day:02d},{code},{name},{day},{day % 2}\n"
        for day in (5, 12, 19)
        for code, name in ((1, "A"), (2, "B"))
    )
    series = read(write(text), count="cases")
    assert series.keys.columns == ["region"]
    assert "region_code" in note(series, "by").values["left_out"]


def test_single_years_of_age_are_put_into_bands(write, note):
    rows = [f"2026-01-{5 + age % 7:02d},{age},{sex}" for age in range(40) for sex in "FM"]
    text = "onset_date,age,sex\n" + "".join(f"{row}\n" for row in [*rows, "2026-01-11,35109,F"])
    series = read(write(text), by="age")
    assert dict(zip(series.names, series.counts[:, 0], strict=True)) == {
        "(unknown)": 1,
        "00-04": 10,
        "05-14": 20,
        "15-34": 40,
        "35-59": 10,
    }
    assert read(write(text), by="age", age_bands=(0, 20)).counts[:, 0].tolist() == [1, 40, 40]
    assert read(write(text), by="age", age_bands=()).counts.shape == (41, 1)
    with pytest.raises(InvalidReading, match="age_bands"):
        read(write(text), by="age", age_bands=(5, 0))
