"""Whatever the file holds, reading gives series that hold together or a CountsError, never another error."""

import csv

import numpy as np
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from tocsin.counts import CountsError, read

CELLS = st.one_of(
    st.sampled_from(
        [
            "2026-01-05",
            "2026-01-12",
            "05.01.2026",
            "13/01/2026",
            "2026-W02",
            "2026-W53",
            "2026",
            "2",
            "53",
            "Jan",
            "A",
            "Total",
            "Всего",
            "合计",
            "",
            "NA",
            "-3",
            "2.5",
            "1e400",
            "-",
            "1,5",
            '"',
            "x" * 50,
            "date",
            "cases",
            "0001-01-01",
            "9999-12-31",
            "2026-02-30",
            "true",
            "\u0000"[:0],
            "½",
            "٣",
            "²",
        ]
    ),
    st.integers(-5, 40).map(str),
    st.text(max_size=6),
)
NAMES = st.sampled_from(
    ["date", "year", "week", "month", "cases", "n", "region", "age", "sex", "id", "onset", "2026-01", "cum_cases", ""]
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "layout": st.sampled_from(["tidy", "line list", "wide"]),
        "every": st.sampled_from(["day", "week", "month"]),
        "by": st.sampled_from([(), "region", ("age", "sex")]),
        "cumulative": st.booleans(),
        "negative": st.sampled_from(["missing", "spread back", "zero"]),
        "absent": st.sampled_from(["missing", "zero"]),
        "until": st.sampled_from(["2026-01-20", "2030-01-01"]),
        "day_first": st.booleans(),
        "date": st.sampled_from(["date", ("year", "week"), ("year", "month")]),
        "header": st.sampled_from([1, 2]),
    },
)


def check(path, options):
    try:
        series = read(path, **options)
    except CountsError:
        return False
    assert series.counts.shape == (len(series.names), len(series.dates))
    assert series.counts.shape[0] == max(series.keys.height, 1)
    assert not (series.counts < 0).any()
    assert not np.isinf(series.counts).any()
    steps = np.diff(series.dates).astype(int)
    assert (steps > 0).all()
    assert series.incomplete in (0, 1)
    assert series.keys.rows() == sorted(series.keys.rows())
    assert series.problems["message"].null_count() == 0
    return True


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    header=st.lists(NAMES, min_size=1, max_size=5),
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=12),
    separator=st.sampled_from(",;\t"),
    options=OPTIONS,
)
def test_any_table(tmp_path, header, rows, separator, options):
    path = tmp_path / "any.csv"
    text = "\n".join(separator.join(row) for row in [header, *rows])
    path.write_bytes(text.encode("utf-8", errors="replace"))
    check(path, options)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"\xff\xfed")
@example(b"\x1f\x8b")
@example(b"PK\x03\x04")
@example(b"\xef\xbb\xbf")
@example(b'"')
def test_any_bytes(tmp_path, content):
    path = tmp_path / "any"
    path.write_bytes(content)
    check(path, {})


DATES = {
    "days": [f"2026-01-{day:02d}" for day in range(1, 29)],
    "weeks": [f"2026-W{week:02d}" for week in range(1, 30)],
    "months": [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)],
    "russian": [f"{day:02d}.01.2026" for day in range(1, 29)],
}


@st.composite
def tidy_with_slips(draw):
    """A table that can be read but for a few cells."""
    dates = DATES[draw(st.sampled_from(sorted(DATES)))]
    places = draw(
        st.lists(st.sampled_from(["A", "a", "B", "Total", "Всего", "C", ""]), min_size=1, max_size=4, unique=True)
    )
    first, number = draw(st.integers(0, 10)), draw(st.integers(2, 14))
    rows = [[day, place, str(draw(st.integers(-1, 9)))] for day in dates[first : first + number] for place in places]
    for row, column, cell in draw(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 2), CELLS), max_size=3)):
        rows[row % len(rows)][column] = cell
    del rows[draw(st.integers(1, len(rows))) :: draw(st.integers(2, 30))]
    return rows


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=tidy_with_slips(), options=OPTIONS)
def test_tables_with_slips(tmp_path, rows, options):
    path = tmp_path / "slips.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        csv.writer(stream).writerows([("date", "region", "cases"), *rows])
    event(f"read: {check(path, options)}")
