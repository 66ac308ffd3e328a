"""Input that people really have: each is refused, or reported and used, in a sentence that says what to do."""

from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
from tests.cli.tables import seven_years, weekly

from tocsin.counts import files

WEEKS = [str(np.datetime64("2024-01-01") + np.timedelta64(7, "D") * week) for week in range(60)]


@pytest.fixture
def detect(command):
    """Screen a table given as text by a method that needs little history."""

    def run(text: str | bytes, *options, name="table.csv", method="ears"):
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return command("detect", name, "--method", method, "--out", "out", "--no-report", *options)

    return run


def rows(*changed, header="region,date,cases"):
    """Sixty weeks of one region, `changed` rows after them."""
    return "\n".join([header, *(f"North,{week},{10 + place % 5}" for place, week in enumerate(WEEKS)), *changed]) + "\n"


def assert_refused(result, *said):
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    for words in said:
        assert words in result.stderr.split("Error: ")[1]


def test_empty_file(detect):
    assert_refused(detect(""), "table.csv is empty; give a table with a header row and at least one row")


def test_header_without_rows(detect):
    assert_refused(detect("region,date,cases\n"), "table.csv has a header but no rows")


def test_no_date_column(detect):
    assert_refused(detect("region,cases\nNorth,4\nSouth,6\n"), "no column of table.csv holds dates", "--date")


def test_two_candidates_for_the_date(detect):
    lines = [f"{week},{np.datetime64(week) + np.timedelta64(3, 'D')},5" for week in WEEKS]
    result = detect("onset_date,report_date,cases\n" + "\n".join(lines))
    assert_refused(result, "'onset_date', 'report_date'; say with --date by which of them to count")
    assert detect("onset_date,report_date,cases\n" + "\n".join(lines), "--date", "onset_date").exit_code == 0


def test_dates_in_three_formats(detect):
    lines = [f"{week},5" for week in WEEKS[:20]]
    lines += [f"{day[8:]}.{day[5:7]}.{day[:4]},5" for day in WEEKS[20:40]]
    lines += [f"{day[5:7]}/{day[8:]}/{day[:4]},5" for day in WEEKS[40:]]
    assert_refused(detect("date,cases\n" + "\n".join(lines)), "column 'date' is written in several ways", "2026-03-09")


def test_text_in_counts(detect):
    result = detect(rows("North,2025-02-24,about ten"))
    assert result.exit_code == 0, result.stderr
    assert "row 62, column cases, 'about ten': this is text where a count was expected (left out)" in result.stderr
    assert pl.read_csv("out/problems.csv")["rule"].to_list() == ["not_a_number"]


def test_nothing_but_text_in_counts(detect):
    result = detect("date,cases\n" + "\n".join(f"{week},some" for week in WEEKS), "--count", "cases")
    assert_refused(result, "none of 60 rows can be used", "'some'", "--count")


def test_negative_counts(detect):
    result = detect(rows("North,2025-02-24,-3"))
    assert result.exit_code == 0, result.stderr
    assert "1 period was below zero by corrections of 3 cases in all: set to missing" in result.stderr
    assert "--negative changes the rule" in result.stderr
    assert "row 62, column cases, '-3'" in result.stderr
    kept = detect(rows("North,2025-02-24,-3"), "--negative", "spread-back")
    assert "taken off the periods before" in kept.stderr


def test_fractional_counts(detect):
    result = detect(rows("North,2025-02-24,3.5"))
    assert result.exit_code == 0, result.stderr
    assert "row 62, column cases, '3.5': a count of cases is a whole number (left out)" in result.stderr


def test_duplicate_rows(detect):
    result = detect(rows(f"North,{WEEKS[-1]},{10 + 59 % 5}"))
    assert result.exit_code == 0, result.stderr
    assert "1 row repeats an earlier row word for word: counted once" in result.stderr
    assert pl.read_csv("out/signals.csv")["observed"].to_list() == [14.0]


def test_one_period_only(detect):
    result = detect("region,date,cases\nNorth,2024-01-01,3\nSouth,2024-01-01,4\n")
    assert_refused(result, "all rows have the same date, 2024-01-01", "--every day")
    result = detect("region,date,cases\nNorth,2024-01-01,3\nSouth,2024-01-01,4\n", "--every", "week")
    assert_refused(result, "history is too short for ears")


def test_history_too_short_for_the_method_and_its_fallback(detect):
    text = "date,cases\n" + "\n".join(f"{week},5" for week in WEEKS[:6])
    assert_refused(detect(text), "history is too short for ears", "6 periods")


def test_history_too_short_for_the_number_of_periods_asked(detect):
    assert_refused(detect(rows(), "--evaluate", "99"), "evaluate is 99, but there are 60 periods; give 1 to 60")
    assert_refused(detect(rows(), "--evaluate", "2019-01-01..2019-12-31"), "INPUT has 2024-01-01 to 2025-02-17")


def test_a_file_of_two_gigabytes_that_is_no_table(command):
    with Path("disk.img").open("wb") as image:
        image.truncate(2 << 30)
    assert_refused(command("detect", "disk.img", "--out", "out"), "disk.img")


def test_a_picture_with_the_name_of_a_table(detect):
    assert_refused(detect(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))), "table.csv")


def test_a_workbook_with_merged_headers(command):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["", "Measles", "", "Mumps", ""])
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("D1:E1")
    sheet.append(["week", "cases", "deaths", "cases", "deaths"])
    for place, week in enumerate(WEEKS):
        sheet.append([week, 5 + place % 3, 0, 2, 0])
    book.save("merged.xlsx")
    result = command("detect", "merged.xlsx", "--method", "ears", "--out", "out", "--no-report")
    assert_refused(result, "merge")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_names_in_cyrillic(detect, encoding):
    text = rows(header="регион,дата,случаи").replace("North", "Алматы")
    result = detect(text.encode(encoding))
    assert result.exit_code == 0, result.stderr
    assert pl.read_csv("out/signals.csv").columns[0] in ("регион", "date")
    result = detect(text.encode(encoding), "--by", "регион")
    assert pl.read_csv("out/signals.csv")["регион"].to_list() == ["Алматы"]


def test_names_in_chinese(detect):
    text = rows(header="地区,日期,病例数").replace("North", "上海").encode("gb18030")
    result = detect(text, "--by", "地区", "--encoding", "gb18030")
    assert result.exit_code == 0, result.stderr
    assert pl.read_csv("out/signals.csv")["地区"].to_list() == ["上海"]


def test_a_file_that_is_not_there(command):
    assert_refused(command("detect", "nowhere.csv", "--out", "out"), "there is no file nowhere.csv; check its name")


def test_a_file_that_disappears_while_being_read(command, monkeypatch, tmp_path):
    weekly(tmp_path / "goes.csv", seven_years())
    whole = files._load

    def removed(path):
        path.unlink()
        return whole(path)

    monkeypatch.setattr(files, "_load", removed)
    assert_refused(command("detect", "goes.csv", "--out", "out"), "goes.csv is gone; it was removed while being read")


def test_a_column_that_is_not_there(detect):
    assert_refused(detect(rows(), "--by", "district"), "--by district", "'region', 'date', 'cases'")


def test_results_that_cannot_be_written(command, tmp_path):
    weekly(tmp_path / "counts.csv", seven_years())
    result = command("detect", "counts.csv", "--out", "counts.csv")
    assert_refused(result, "results cannot be written to counts.csv", "--out")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--method", "farington"], "there is no method 'farington'; there are farrington_flexible, farrington, ears"),
        (["--set", "years_back=3"], "ears has no option years_back; it has method, baseline, alpha"),
        (["--alpha", "1.5"], "alpha is 1.5; it must lie between 0 and 1"),
        (["--set", "baseline=two"], "baseline is 'two'; it must be a whole number of at least 3"),
        (["--fallback", "hope"], "there is no method 'hope'"),
    ],
)
def test_options_of_methods_outside_what_they_allow(detect, options, said):
    assert_refused(detect(rows(), *options), said)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--exclude", "2020-13-01..2021-01-01"], "'2020-13-01..2021-01-01' is not a span of days such as"),
        (["--exclude", "2021-12-31..2020-03-01"], "2021-12-31..2020-03-01 ends before it begins"),
        (["--evaluate", "-3"], "'-3' is neither a number of periods"),
        (["--evaluate", "0"], "'0' is neither a number of periods"),
        (["--set", "years_back"], "'years_back' is not of the form years_back=3"),
        (["--by", "region,,sex"], "'region,,sex' has an empty name between its commas"),
        (["--where", "North"], "'North' is not of the form disease=measles"),
        (["--until", "tomorrow"], "'tomorrow' is not a day such as 2026-03-09"),
        (["--age-bands", "young,old"], "'young,old' is not a list of ages such as 0,5,15,60"),
    ],
)
def test_values_of_options_that_cannot_be_read(detect, options, said):
    result = detect(rows(), *options)
    assert result.exit_code == 2
    assert said in result.stderr
