"""Random series written in each layout, encoding and separator, and read back the same."""

import csv
import datetime
import gzip
import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.counts import read

PLACES = ["Омская область", "Томская область", "Казань", "Пермь", "Алтай, республика", 'Дом "Весна"', "Уфа"]
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def tables(draw, *, missing=True):
    """(start, step in days, names, counts) with every first and last period reported by some series."""
    names = draw(st.lists(st.sampled_from(PLACES), min_size=2, max_size=5, unique=True))
    step = draw(st.sampled_from([1, 7]))
    start = datetime.date(2019, 12, 30) + datetime.timedelta(weeks=draw(st.integers(0, 300)))
    periods = draw(st.integers(4, 12))
    cell = st.integers(0, 300)
    rows = draw(st.lists(st.lists(cell, min_size=periods, max_size=periods), min_size=len(names), max_size=len(names)))
    counts = np.array(rows, dtype=float)
    if missing:
        holes = draw(st.lists(st.tuples(st.integers(0, len(names) - 1), st.integers(1, periods - 2)), max_size=5))
        for series, period in holes:
            counts[series, period] = np.nan
    dates = [start + datetime.timedelta(days=step * i) for i in range(periods)]
    return dates, sorted(names), counts


def as_text(rows, separator):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue()


def cell(count):
    return "" if np.isnan(count) else int(count)


def put(tmp_path, rows, separator, encoding):
    path = tmp_path / "table"
    content = as_text(rows, separator).encode(encoding)
    path.write_bytes(gzip.compress(content) if encoding == "utf-16" else content)
    return path


def same(series, dates, names, counts):
    assert series.keys.rows() == [(name,) for name in names]
    assert series.dates.astype(object).tolist() == dates
    np.testing.assert_array_equal(series.counts, counts)
    assert series.problems.is_empty()


KINDS = {"separator": st.sampled_from(",;\t|"), "encoding": st.sampled_from(["utf-8", "utf-8-sig", "cp1251", "utf-16"])}


@SETTINGS
@given(table=tables(), **KINDS)
def test_tidy(tmp_path, table, separator, encoding):
    dates, names, counts = table
    rows = [
        (day, name, cell(count))
        for name, series in zip(names, counts, strict=True)
        for day, count in zip(dates, series, strict=True)
    ]
    path = put(tmp_path, [("дата", "регион", "случаи"), *rows], separator, encoding)
    same(read(path, totals="keep", absent="missing"), dates, names, counts)


@SETTINGS
@given(table=tables(), **KINDS)
def test_wide(tmp_path, table, separator, encoding):
    dates, names, counts = table
    rows = [(name, *map(cell, series)) for name, series in zip(names, counts, strict=True)]
    path = put(tmp_path, [("регион", *dates), *rows], separator, encoding)
    same(read(path, totals="keep"), dates, names, counts)


@SETTINGS
@given(table=tables(missing=False), **KINDS)
def test_line_list(tmp_path, table, separator, encoding):
    dates, names, counts = table
    counts = np.minimum(counts, 9)
    counts[:, 0] = counts[:, -1] = 1
    rows = [
        (day, name, "ж")
        for name, series in zip(names, counts, strict=True)
        for day, count in zip(dates, series, strict=True)
        for _ in range(int(count))
    ]
    every = "day" if (dates[1] - dates[0]).days == 1 else "week"
    path = put(tmp_path, [("дата", "регион", "пол"), *rows], separator, encoding)
    same(read(path, by="регион", every=every), dates, names, counts)


@pytest.mark.parametrize("separator", [",", ";"])
def test_gb18030(tmp_path, separator):
    names = ["云南省", "四川省", "湖北省"]
    dates = [datetime.date(2026, 1, 5) + datetime.timedelta(weeks=i) for i in range(6)]
    counts = np.arange(18.0).reshape(3, 6)
    rows = [(name, *map(cell, series)) for name, series in zip(names, counts, strict=True)]
    same(read(put(tmp_path, [("省份", *dates), *rows], separator, "gb18030"), totals="keep"), dates, names, counts)
