"""Packed series: exact, told apart from damage, and refused where they could not be exact."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tocsin.counts.errors import DamagedSeries, InvalidCounts
from tocsin.counts.packing import LARGEST_COUNT, pack, pack_rows, unpack, unpack_rows

# Near each width's end, where a count and the sign for nan are neighbours.
COUNT = st.one_of(
    st.just(np.nan),
    st.integers(0, 3),
    st.sampled_from([254, 255, 256, 65_534, 65_535, 65_536, LARGEST_COUNT - 1, LARGEST_COUNT]),
    st.integers(0, LARGEST_COUNT),
).map(float)
SERIES = st.lists(COUNT, max_size=40).map(np.array)


@given(counts=SERIES)
def test_one_series_comes_back_exactly(counts):
    np.testing.assert_array_equal(unpack(pack(counts)), counts.astype(float))


@given(matrix=arrays.arrays(float, arrays.array_shapes(min_dims=2, max_dims=2, max_side=8), elements=COUNT))
def test_rows_are_packed_as_each_alone(matrix):
    blobs = pack_rows(matrix)
    assert blobs == [pack(row) for row in matrix]
    np.testing.assert_array_equal(unpack_rows(blobs, np.zeros(len(blobs), int), matrix.shape[1]), matrix)


@given(rows=st.lists(st.tuples(SERIES, st.integers(-50, 50)), max_size=6), periods=st.integers(0, 30))
def test_series_of_any_length_are_laid_side_by_side(rows, periods):
    counts = unpack_rows([pack(row) for row, _ in rows], np.array([start for _, start in rows], int), periods)
    expected = np.full((len(rows), periods), np.nan)
    for line, (row, start) in enumerate(rows):
        for place, value in enumerate(row):
            if 0 <= start + place < periods:
                expected[line, start + place] = value
    np.testing.assert_array_equal(counts, expected)


def test_more_series_than_are_unpacked_at_once_keep_their_order():
    matrix = np.arange(9_000.0)[:, None] * [1, 0, 70]
    np.testing.assert_array_equal(unpack_rows(pack_rows(matrix), np.zeros(9_000, int), 3), matrix)


def test_nothing_reported_is_not_zero():
    counts = unpack(pack([0, np.nan, 0]))
    assert counts[0] == 0
    assert np.isnan(counts[1])


def test_a_rare_disease_takes_few_bytes():
    ten_years = np.zeros(520)
    ten_years[[100, 300]] = 1
    assert len(pack(ten_years)) < 40


def test_whole_numbers_of_any_type_are_packed_alike():
    assert pack(np.array([1, 2, 300], np.int16)) == pack(np.array([1, 2, 300], np.uint64)) == pack([1.0, 2.0, 300.0])


def test_a_database_may_hand_out_a_view_of_the_bytes():
    np.testing.assert_array_equal(unpack(memoryview(pack([1, 2]))), [1, 2])


@given(counts=SERIES.filter(len), data=st.data())
def test_any_changed_byte_is_seen(counts, data):
    blob = bytearray(pack(counts))
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedSeries):
        unpack(bytes(blob))


@given(counts=SERIES, data=st.data())
def test_a_blob_cut_short_or_followed_by_more_is_seen(counts, data):
    blob = pack(counts)
    with pytest.raises(DamagedSeries):
        unpack(blob[: data.draw(st.integers(0, len(blob) - 1))])
    with pytest.raises(DamagedSeries):
        unpack(blob + b"\0")


@pytest.mark.parametrize(("kind", "values"), [(3, b"abc"), (1, b"abcd"), (1 | 128, b"not deflate")])
def test_a_blob_that_contradicts_itself_is_refused_though_its_checksum_holds(kind, values):
    head = b"\1" + bytes([kind]) + (3).to_bytes(4, "little")
    with pytest.raises(DamagedSeries, match="packed series 0"):
        unpack(head + zlib.crc32(head + values).to_bytes(4, "little") + values)


def test_the_damaged_one_among_many_is_named():
    blobs = pack_rows(np.ones((5_000, 4)))
    blobs[4_500] = blobs[4_500][:-1] + b"\xff"
    with pytest.raises(DamagedSeries, match="packed series 4500 is damaged"):
        unpack_rows(blobs, np.zeros(5_000, int), 4)


def test_another_format_is_told_from_damage():
    with pytest.raises(DamagedSeries, match="format 2"):
        unpack(b"\2" + pack([1, 2])[1:])


@pytest.mark.parametrize("bad", [-1, 0.5, np.inf, -np.inf, LARGEST_COUNT + 1, 2.0**40])
def test_a_count_that_cannot_be_is_refused_with_its_place(bad):
    matrix = np.zeros((5_000, 3))
    matrix[4_999, 2] = bad
    with pytest.raises(InvalidCounts, match="series 4999, period 2"):
        pack_rows(matrix)


@pytest.mark.parametrize("counts", [[[1, 2]], 3, ["a"], [True, False]])
def test_what_is_not_one_series_of_numbers_is_refused(counts):
    with pytest.raises(InvalidCounts):
        pack(counts)


def test_offsets_must_fit_the_series():
    with pytest.raises(InvalidCounts, match="2 series need one integer each"):
        unpack_rows(pack_rows([[1], [2]]), [0], 3)
