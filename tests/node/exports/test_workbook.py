"""XLSX: read back exactly, valid XML, streamed."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from tocsin.node.exports import workbook, workbook_parts
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.workbook import MOST_COLUMNS, xlsx_stream

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def table(*rows, kinds=("text",), **more):
    return Table("Title", [Column(f"c{i}", f"Heading {i}", kind) for i, kind in enumerate(kinds)], rows, **more)


def opened(exported: Table):
    return openpyxl.load_workbook(io.BytesIO(b"".join(xlsx_stream(exported))))


def values(sheet) -> list[list]:
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=8))
@example(
    [
        "=1+1",
        "+7",
        "-1",
        "@x",
        "＝1",
        "\t=1",
        " =1",
        "'=1",
        "_x0041_",
        "\x00\x0b\x1f",
        "a\r\nb",
        "\ufffe",
        "<b>&amp;",
        "霍乱",
    ]
)
def test_every_text_is_read_back_exactly_and_none_is_a_formula(texts):
    rows = list(opened(table(*((text,) for text in texts))).worksheets[0].iter_rows(min_row=2))
    assert [unescape(row[0].value) for row in rows] == texts
    assert {row[0].data_type for row in rows} == {"s"}


finite = st.floats(allow_nan=False, allow_infinity=False)
moments = st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 30))


@given(st.lists(st.tuples(st.integers(-(10**14), 10**14), finite, st.dates(date(1900, 3, 1)), moments), min_size=1))
def test_numbers_and_dates_are_real_ones(rows):
    sheet = opened(table(*rows, kinds=("whole", "decimal", "date", "moment"))).worksheets[0]
    for (whole, decimal, day, moment), got in zip(rows, values(sheet), strict=True):
        assert got[:2] == [whole, decimal]
        assert got[2].date() == day
        assert abs((got[3] - moment).total_seconds()) < 0.001
    assert sheet["C2"].number_format == "yyyy\\-mm\\-dd"


def test_what_a_sheet_cannot_count_stands_as_text():
    row = (2**63, float("inf"), date(1812, 6, 24), None)
    sheet = opened(table(row, kinds=("whole", "decimal", "date", "text"))).worksheets[0]
    assert values(sheet) == [["9223372036854775808", "inf", "1812-06-24", None]]


def test_moments_are_in_utc_and_shares_per_cent():
    from zoneinfo import ZoneInfo

    row = (datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Asia/Almaty")), 0.25)
    sheet = opened(table(row, kinds=("moment", "share"))).worksheets[0]
    assert values(sheet) == [[datetime(2026, 3, 1, 4), 0.25]]
    assert sheet["B2"].number_format == "0.0%"


def test_headings_stay_in_view_are_bold_and_filter():
    sheet = opened(table(("a", 1), ("b", 2), kinds=("text", "whole"))).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert [cell.font.bold for cell in sheet[1]] == [True, True]
    assert not sheet["A2"].font.bold
    assert sheet.auto_filter.ref == "A1:B3"
    assert [cell.value for cell in sheet[1]] == ["Heading 0", "Heading 1"]


def test_columns_are_as_wide_as_their_texts_within_reason():
    sheet = opened(table(("霍乱" * 8, "x" * 500, 3), kinds=("text", "text", "whole"))).worksheets[0]
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [34, 60, 13]


def test_the_notes_say_what_it_is_who_made_it_and_when():
    book = opened(
        table(
            ("a",),
            notes=["Filter: =since 1 March"],
            classification="NATIONAL",
            made_at=datetime(2026, 3, 15, 4, 5, tzinfo=UTC),
            made_by="Amina",
            exercise="EXERCISE · УЧЕНИЕ · 演练",
        )
    )
    assert book.sheetnames == ["Data", "Notes"]
    assert [[cell.value for cell in row] for row in book["Notes"].rows] == [
        ["Title", "Title"],
        ["Exercise", "EXERCISE · УЧЕНИЕ · 演练"],
        ["Classification", "NATIONAL"],
        ["Made at", "2026-03-15 04:05+00:00"],
        ["Made by", "Amina"],
        ["Note", "Filter: =since 1 March"],
    ]
    assert (book.properties.title, book.properties.creator) == ("Title", "Amina")


def test_a_text_too_long_for_a_cell_is_cut_and_the_notes_say_so():
    most = workbook_parts.MOST_CHARACTERS
    book = opened(table(("a" * most,), ("b" * (most + 1),), ("𠀀" * most,)))
    (kept,), (cut,), (wide,) = values(book.worksheets[0])
    assert kept == "a" * most
    assert cut == "b" * (most - 1) + "…"
    assert wide == "𠀀" * ((most - 1) // 2) + "…"
    assert [row[1].value for row in book["Notes"].rows][-1] == (
        "2 texts are longer than the 32767 characters that a cell holds and are cut; the CSV has them whole."
    )


@pytest.mark.parametrize(("rows", "sheets"), [(0, [0]), (8, [8]), (9, [9]), (10, [9, 1]), (30, [9, 9, 9, 3])])
def test_more_rows_than_a_sheet_holds_go_on_in_the_next_under_the_same_headings(monkeypatch, rows, sheets):
    monkeypatch.setattr(workbook, "MOST_ROWS", 10)
    book = opened(table(*((i,) for i in range(rows)), kinds=("whole",)))
    data = book.worksheets[:-1]
    assert [sheet.max_row - 1 for sheet in data] == sheets
    assert [value for sheet in data for (value,) in values(sheet)] == list(range(rows))
    assert {sheet["A1"].value for sheet in data} == {"Heading 0"}
    assert book.sheetnames == ["Data", *(f"Data {i}" for i in range(2, len(sheets) + 1)), "Notes"]


def test_a_sheet_ends_before_its_part_would_need_zip64(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_BYTES", 50_000)
    data = b"".join(xlsx_stream(table(*(("x" * 40,) for _ in range(2000)))))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sizes = [part.file_size for part in parts.infolist() if "sheet" in part.filename]
    assert len(sizes) == 3
    assert max(sizes) < 110_000


def test_it_leaves_at_once_and_goes_out_in_pieces():
    asked = []

    def rows():
        for i in range(20_000):
            asked.append(i)
            yield (f"place {i * 7919 % 10007}", i)

    stream = xlsx_stream(Table("T", [Column("a", "A"), Column("b", "B", "whole")], rows()))
    assert next(stream)
    assert asked == []
    pieces = [(len(piece), len(asked)) for piece in stream]
    assert pieces[0][1] < 10_000
    assert max(size for size, _ in pieces) < 200_000


def test_every_part_is_well_formed_listed_and_typed():
    hostile = 'a"<&>\x01\ud800'
    data = b"".join(xlsx_stream(table((hostile,), notes=[hostile], made_by=hostile, classification=hostile)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        types = archive.read("[Content_Types].xml").decode()
        for name in archive.namelist():
            assert f'"/{name}"' in types or name.endswith(".rels") or name == "[Content_Types].xml"
        order = [child.tag for child in ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))]
    expected = ["sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter"]
    assert order == [MAIN + tag for tag in expected]


def test_another_reader_finds_the_same():
    row = ("霍乱 =1+1", -3, 0.5, date(2026, 3, 9))
    data = b"".join(xlsx_stream(table(row, kinds=("text", "whole", "decimal", "date"))))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Data")
    assert sheet.to_python()[1] == ["霍乱 =1+1", -3, 0.5, date(2026, 3, 9)]


def test_too_many_columns_are_refused_at_once():
    with pytest.raises(ValueError, match=re.escape(f"16385 columns; a sheet holds at most {MOST_COLUMNS}")):
        xlsx_stream(Table("T", [Column(str(i), "x") for i in range(MOST_COLUMNS + 1)], []))


def test_columns_have_the_letters_of_spreadsheets():
    names = [workbook_parts.letters(number) for number in (1, 26, 27, 702, 703, 16_384)]
    assert names == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
