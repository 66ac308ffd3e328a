"""CSV: exact, machine-readable, and never a formula."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.counts import read
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.delimited import csv_stream, neutral, original

INVISIBLE = " \t\r\n\xa0\u200b\u2060\ufeff\x00"
SIGNS = "=+-@＝＋－＠"
# What a stranger would try: signs behind whatever a spreadsheet skips, and after separators it may split at.
hostile = st.text(st.sampled_from(SIGNS + INVISIBLE + "'\";,|1aЖ霍")) | st.text()


def table(*rows, kinds=("text",), **more):
    columns = [Column(f"c{i}", f"Heading {i}", kind) for i, kind in enumerate(kinds)]
    return Table("Title", columns, rows, **more)


def written(exported: Table) -> list[list[str]]:
    data = b"".join(csv_stream(exported)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(data, newline="")))


def cells_of_a_careless_reader(text: str) -> list[str]:
    """Cells as a spreadsheet makes them that splits at semicolons, tabs and line breaks whatever the quotes say."""
    return re.split("[;\t\r\n]", text)


@given(hostile)
@example("\ufeff=1+1")
@example("a;=cmd|' /C calc'!A0;b")
@example("\t=1")
@example("'=1")
def test_no_text_begins_a_formula_however_it_is_split(text):
    assert not neutral(text).startswith(("\t", "\r", "\n"))
    for cell in cells_of_a_careless_reader(neutral(text)):
        assert cell.strip(INVISIBLE + '"')[:1] not in set(SIGNS)


@given(hostile)
def test_the_apostrophes_can_be_taken_out_again(text):
    assert original(neutral(text)) == text


@given(st.text(st.characters(exclude_characters=SIGNS + "\t\r\n", exclude_categories=["Cs"])))
def test_ordinary_texts_are_left_alone(text):
    assert neutral(text) == text


@pytest.mark.parametrize("text", ["\t" * 200_000, "'" * 200_000 + "=", ";\t" * 100_000 + "="])
def test_a_text_of_nothing_but_breaks_is_looked_at_once(text):
    # Looked at again from each break, it would take hours.
    assert original(neutral(text)) == text


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), hostile), min_size=1, max_size=6))
def test_what_goes_in_comes_out_of_pythons_reader(rows):
    rows = [tuple(cell.encode("utf-8", "replace").decode() for cell in row) for row in rows]
    read_back = written(table(*rows, kinds=("text", "text")))[1:]
    assert [[original(cell) for cell in row] for row in read_back] == [list(row) for row in rows]


def test_numbers_and_dates_are_for_machines_and_are_never_neutralised():
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=5)))
    kinds = ("whole", "decimal", "share", "date", "moment")
    assert written(table((-5, -0.25, 0.125, date(2026, 3, 9), moment), kinds=kinds))[1] == [
        "-5",
        "-0.25",
        "0.125",
        "2026-03-09",
        "2026-03-01T04:30:00Z",
    ]


def test_headings_are_neutralised_too():
    columns = [Column("x", "=1+1")]
    assert written(Table("T", columns, []))[0] == ["'=1+1"]


def test_nothing_is_an_empty_cell_in_every_kind():
    kinds = ("text", "whole", "decimal", "share", "date", "moment")
    rows = [(None,) * 6, ("",) * 6, (float("nan"),) * 4 + (np.datetime64("NaT", "D"),) * 2]
    assert written(table(*rows, kinds=kinds))[1:] == [[""] * 6] * 3


def test_numpys_scalars_are_written_like_pythons():
    row = (np.int32(7), np.float64(0.5), np.datetime64("2026-03-09"), np.datetime64("2026-03-09T10:00"))
    kinds = ("whole", "decimal", "date", "moment")
    assert written(table(row, kinds=kinds))[1] == ["7", "0.5", "2026-03-09", "2026-03-09T10:00:00Z"]


def test_the_file_opens_as_utf8_where_a_mark_is_needed():
    data = b"".join(csv_stream(table(("Карсу 霍乱",))))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith("Карсу 霍乱\r\n".encode())


def test_headings_leave_before_the_first_row_is_asked_for():
    def rows():
        raise AssertionError("asked for")
        yield

    stream = csv_stream(Table("T", [Column("x", "Heading")], rows()))
    assert b"Heading" in next(stream)
    with pytest.raises(AssertionError, match="asked for"):
        next(stream)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ((1,), "row 2 has 1 values, the table has 2 columns"),
        (("a", "seven"), "row 2, column 'c1': a str cannot stand in a column of kind whole"),
        (("a", 1.5), "row 2, column 'c1': a float cannot stand"),
    ],
)
def test_a_row_that_does_not_fit_is_named_and_its_value_is_not(row, says):
    with pytest.raises(ValueError, match=re.escape(says)) as refused:
        list(csv_stream(table(("a", 1), row, kinds=("text", "whole"))))
    assert "seven" not in str(refused.value)


def test_our_own_reader_takes_it_back(tmp_path):
    weeks = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(6)]
    places = ["Карсу", "@home", "Алма-Ата, город"]
    rows = [(place, week, 3 * i + j) for i, place in enumerate(places) for j, week in enumerate(weeks)]
    exported = Table(
        "T", [Column("p", "place"), Column("w", "week_start", "date"), Column("n", "cases", "whole")], rows
    )
    path = tmp_path / "counts.csv"
    path.write_bytes(b"".join(csv_stream(exported)))
    back = read(path, date="week_start", count="cases", by=("place",))
    got = dict(zip((original(name) for name in back.keys["place"]), back.counts.tolist(), strict=True))
    assert got == {place: [3 * i + j for j in range(6)] for i, place in enumerate(places)}
    assert back.dates[0] == np.datetime64("2026-01-05")


def test_moments_without_a_zone_are_utc():
    assert written(table((datetime(2026, 3, 1, 9),), kinds=("moment",)))[1] == ["2026-03-01T09:00:00Z"]
    assert written(table((datetime(2026, 3, 1, 9, tzinfo=UTC),), kinds=("moment",)))[1] == ["2026-03-01T09:00:00Z"]
