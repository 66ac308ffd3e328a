"""Files of every kind: encodings, separators, compression, workbooks, Parquet."""

import datetime
import gzip
import zipfile

import numpy as np
import polars as pl
import pytest
import xlsxwriter

from tocsin.counts import read
from tocsin.counts.errors import InvalidReading, MergedCells, NotATable
from tocsin.counts.files import open_table
from tocsin.counts.notes import Notebook
from tocsin.counts.problems import Problems

WEEKS = ["2026-01-05", "2026-01-12", "2026-01-19"]
RUSSIAN = "дата,область,случаи\n" + "".join(
    f"{week},{place},{cases}\n"
    for place, counts in {"Омская область": (3, 0, 4), "Томская область": (1, 5, 2)}.items()
    for week, cases in zip(WEEKS, counts, strict=True)
)
CHINESE = "日期,省份,病例数\n" + "".join(
    f"{week},{place},{cases}\n"
    for place, counts in {"四川省": (3, 0, 4), "湖北省": (1, 5, 2)}.items()
    for week, cases in zip(WEEKS, counts, strict=True)
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_cyrillic_tables_are_read_in_any_encoding(write, encoding):
    series = read(write(RUSSIAN, encoding=encoding))
    assert series.keys.to_dict(as_series=False) == {"область": ["Омская область", "Томская область"]}
    assert series.counts.tolist() == [[3, 0, 4], [1, 5, 2]]
    assert series.dates.astype(str).tolist() == WEEKS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_tables_are_read_in_any_encoding(write, encoding):
    series = read(write(CHINESE, encoding=encoding))
    assert series.keys.to_dict(as_series=False) == {"省份": ["四川省", "湖北省"]}
    assert series.counts.tolist() == [[3, 0, 4], [1, 5, 2]]


def test_a_guessed_encoding_is_said_and_can_be_overridden(write, note):
    path = write(RUSSIAN, encoding="cp1251")
    assert note(read(path), "encoding").values["encoding"] == "cp1251"
    assert "encoding" not in [one.code for one in read(path, encoding="cp1251").notes]
    with pytest.raises(NotATable, match="cannot be decoded as utf-8"):
        read(path, encoding="utf-8")
    with pytest.raises(InvalidReading, match="klingon"):
        read(path, encoding="klingon")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_recognised(write, separator):
    series = read(write(RUSSIAN.replace(",", separator)))
    assert series.counts.tolist() == [[3, 0, 4], [1, 5, 2]]


def test_separator_can_be_given(write):
    assert read(write(RUSSIAN.replace(",", "~")), separator="~").counts.shape == (2, 3)
    with pytest.raises(InvalidReading, match="single character"):
        read(write(RUSSIAN), separator=", ")


def test_decimal_commas_and_thousands_are_told_apart(write):
    decimal = read(write("date;cases\n2026-01-05;3,0\n2026-01-12;12,0\n2026-01-19;7,0\n"))
    assert decimal.counts.tolist() == [[3, 12, 7]]
    thousands = read(write('date,cases\n2026-01-05,"1,203"\n2026-01-12,"12,000"\n2026-01-19,7\n'))
    assert thousands.counts.tolist() == [[1203, 12000, 7]]
    both = read(write('date,cases\n2026-01-05,"1,203"\n2026-01-12,"12,0"\n2026-01-19,"7,0"\n'))
    np.testing.assert_array_equal(both.counts, [[np.nan, 12, 7]])
    assert both.problems["rule"].to_list() == ["fractional"]
    spaces = read(write("date;cases\n2026-01-05;1 203\n2026-01-12;12\u00a0000\n2026-01-19;7\n"))
    assert spaces.counts.tolist() == [[1203, 12000, 7]]


def test_text_too_large_for_memory_is_scanned(write, monkeypatch):
    path = write(RUSSIAN)
    monkeypatch.setattr("tocsin.counts.files.IN_MEMORY", 10)
    monkeypatch.setattr("tocsin.counts.files.WHOLE", 10)
    series = read(path)
    assert series.counts.tolist() == [[3, 0, 4], [1, 5, 2]]
    assert series.keys.columns == ["область"]


def test_gzip_is_recognised_by_content(tmp_path):
    path = tmp_path / "no_ending"
    path.write_bytes(gzip.compress(RUSSIAN.encode()))
    assert read(path).counts.tolist() == [[3, 0, 4], [1, 5, 2]]


def test_old_line_ends_and_blank_lines(write):
    assert read(write(RUSSIAN.replace("\n", "\r"))).counts.shape == (2, 3)
    assert read(write(RUSSIAN.replace("\n", "\r\n") + "\r\n\r\n")).counts.tolist() == [[3, 0, 4], [1, 5, 2]]


def test_header_below_a_title(write):
    assert read(write("Weekly report\n\n" + RUSSIAN), header=3).counts.tolist() == [[3, 0, 4], [1, 5, 2]]


def test_quoted_header_over_two_lines(write):
    text = RUSSIAN.replace("случаи", '"случаи,\nчисло"', 1)
    assert read(write(text), count="случаи,\nчисло").counts.tolist() == [[3, 0, 4], [1, 5, 2]]


def test_unnamed_columns_are_named_by_their_place(write):
    series = read(write(",date,cases\na,2026-01-05,1\nb,2026-01-05,2\na,2026-01-12,3\nb,2026-01-12,4\n"))
    assert series.keys.columns == ["column 1"]
    assert series.counts.tolist() == [[1, 3], [2, 4]]


def _workbook(path, sheets, merge=None):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if merge:
                sheet.merge_range(merge, "Cases")


DAYS = [datetime.date(2026, 1, 5), datetime.date(2026, 1, 12), datetime.date(2026, 1, 19)]
ROWS = [["date", "region", "cases"]] + [
    [day, place, cases] for place in "AB" for day, cases in zip(DAYS, (3, 0, 4), strict=True)
]


def test_workbook_with_true_dates(tmp_path):
    path = tmp_path / "cases.xlsx"
    _workbook(path, {"cases": ROWS})
    series = read(path)
    assert series.counts.tolist() == [[3, 0, 4], [3, 0, 4]]
    assert series.dates.astype(str).tolist() == WEEKS


def test_workbook_with_two_sheets_says_which_was_read(tmp_path, note):
    path = tmp_path / "cases.xlsx"
    _workbook(path, {"first": ROWS, "second": ROWS[:4]})
    assert note(read(path), "sheet").values["sheet"] == "first"
    assert read(path, sheet="second").counts.tolist() == [[3, 0, 4]]
    with pytest.raises(InvalidReading, match="'first', 'second'"):
        read(path, sheet="third")


@pytest.mark.parametrize("span", ["B1:C1", "B2:B4"])
def test_merged_cells_are_refused_and_named(tmp_path, span):
    path = tmp_path / "cases.xlsx"
    _workbook(path, {"cases": ROWS}, merge=span)
    with pytest.raises(MergedCells, match=span):
        read(path)


def _ods(path, rows, spanned=""):
    table, office, text = (
        "urn:oasis:names:tc:opendocument:xmlns:" + end for end in ("table:1.0", "office:1.0", "text:1.0")
    )
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f"<table:table-cell office:value-type='string'{spanned if cell == 'region' else ''}>"
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", kind)
        parts.writestr(
            "META-INF/manifest.xml",
            "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
            f"<m:file-entry m:full-path='/' m:media-type='{kind}'/></m:manifest>",
        )
        parts.writestr(
            "content.xml",
            f"<office:document-content xmlns:office='{office}' xmlns:table='{table}' xmlns:text='{text}'>"
            f"<office:body><office:spreadsheet><table:table table:name='cases'>{cells}</table:table>"
            "</office:spreadsheet></office:body></office:document-content>",
        )


def test_open_document_sheet_and_its_merged_cells(tmp_path):
    path = tmp_path / "cases.ods"
    _ods(path, ROWS)
    assert read(path).counts.tolist() == [[3, 0, 4], [3, 0, 4]]
    _ods(path, ROWS, spanned=" table:number-columns-spanned='2'")
    with pytest.raises(MergedCells, match="B1:C1"):
        read(path)


def test_workbook_problems_carry_the_sheets_row_numbers(tmp_path):
    path = tmp_path / "cases.xlsx"
    _workbook(path, {"cases": [[], [], *ROWS[:3], [DAYS[2], "A", "many"], *ROWS[4:]]})
    problem = read(path).problems.row(0, named=True)
    assert (problem["row"], problem["column"], problem["value"]) == (6, "cases", "many")


def test_a_long_parquet_table_is_known_by_a_sample_however_small_its_file(tmp_path):
    days = pl.date_range(datetime.date(2026, 1, 1), datetime.date(2026, 1, 31), eager=True)
    path = tmp_path / "long.parquet"
    pl.select(day=pl.concat([days] * 70_000), region=pl.lit("A"), cases=pl.lit(1)).write_parquet(path)
    assert path.stat().st_size < 1_000_000
    options = {"sheet": None, "separator": None, "encoding": None, "header": 1}
    table = open_table(path, **options, notes=Notebook(), problems=Problems())
    assert not table.whole
    assert 50_000 < table.sample.height < 250_000


def test_parquet_file_and_folder(tmp_path):
    frame = pl.DataFrame({"date": DAYS * 2, "region": ["A"] * 3 + ["B"] * 3, "cases": [3.0, None, 4.0, 1.0, 5.0, 2.0]})
    frame.write_parquet(tmp_path / "one.parquet")
    folder = tmp_path / "parts"
    folder.mkdir()
    frame[:3].write_parquet(folder / "a.parquet")
    frame[3:].write_parquet(folder / "b.parquet")
    for source in (tmp_path / "one.parquet", folder):
        series = read(source)
        np.testing.assert_array_equal(series.counts, [[3, np.nan, 4], [1, 5, 2]])
