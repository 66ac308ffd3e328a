"""Reading packed series side by side, pinned to a generation."""

import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.node.surveillance.counts_given import given_counts

from tocsin.node.surveillance.panels import many_series_counts, series_counts, source_panel

MONDAY = date(2026, 1, 5)
nan = np.nan


def test_a_panel_lays_series_of_different_spans_side_by_side(source, diseases):
    given_counts(source, {("plague", "XX-11", ""): [0, 1, None]}, MONDAY)
    given_counts(
        source, {("cholera", "XX-12", "0-4"): [7, 8]}, date(2026, 1, 19), derived={("cholera", "XX-12", "0-4")}
    )
    panel = source_panel(source)
    assert panel.disease_codes == ("plague", "cholera")
    assert panel.strata == ("", "0-4")
    assert panel.is_derived.tolist() == [False, True]
    assert panel.dates.astype(str).tolist() == ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]
    np.testing.assert_array_equal(panel.counts, [[0, 1, nan, nan], [nan, nan, 7, 8]])


def test_a_pinned_generation_stays_what_it_was(source, diseases):
    key = ("plague", "XX-11", "")
    given_counts(source, {key: [1, 2]}, MONDAY)
    given_counts(source, {key: [1, 2, 3]}, MONDAY)
    np.testing.assert_array_equal(source_panel(source, generation=1).counts, [[1, 2]])
    np.testing.assert_array_equal(source_panel(source).counts, [[1, 2, 3]])
    assert source_panel(source, generation=0).counts.shape == (0, 0)


def test_a_panel_of_some_diseases_places_or_series(source, diseases, places):
    series = given_counts(
        source,
        {("plague", "XX-11", ""): [1], ("cholera", "XX-11", ""): [2], ("cholera", "XX-12", ""): [3]},
        MONDAY,
    )
    assert source_panel(source, diseases=["cholera"]).counts.tolist() == [[2], [3]]
    assert source_panel(source, places=[places["XX-11"].pk]).counts.tolist() == [[1], [2]]
    chosen = series["plague", "XX-11", ""].pk
    assert source_panel(source, series=[chosen]).ids.tolist() == [chosen]


def test_a_panel_takes_the_same_number_of_queries_however_many_series(source, diseases, places):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            source_panel(source)
        return len(asked)

    given_counts(source, {("plague", "XX-11", ""): [1]}, MONDAY)
    few = queries()
    given_counts(source, {(code, place, ""): [1] for code in list(diseases)[:20] for place in places}, MONDAY)
    assert queries() == few


@pytest.mark.parametrize(
    ("every", "first", "dates"),
    [
        ("month", date(2025, 11, 1), ["2025-11-01", "2025-12-01", "2026-01-01"]),
        ("day", date(2026, 2, 27), ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("week", date(2026, 1, 4), ["2026-01-04", "2026-01-11", "2026-01-18"]),
        ("week", date(2026, 1, 3), ["2026-01-03", "2026-01-10", "2026-01-17"]),
        ("week", date(1969, 12, 28), ["1969-12-28", "1970-01-04", "1970-01-11"]),
    ],
)
def test_periods_of_every_kind(source, diseases, every, first, dates):
    source.every = every
    source.save()
    series = given_counts(source, {("plague", "XX-11", ""): [1, 2, 3]}, first)
    assert source_panel(source).dates.astype(str).tolist() == dates
    found, counts = series_counts(series["plague", "XX-11", ""])
    assert found.astype(str).tolist() == dates
    assert counts.tolist() == [1, 2, 3]
    assert source.last_period.isoformat() == dates[-1]


def test_several_series_in_one_query_in_the_order_asked(source, diseases, django_assert_num_queries):
    made = given_counts(source, {("plague", "XX-11", ""): [1, 2], ("cholera", "XX-12", ""): [3]}, MONDAY)
    plague, cholera = made.values()
    with django_assert_num_queries(1):
        dates, counts = many_series_counts([cholera, plague, plague.pk + 1_000])
    assert len(dates) == 2
    np.testing.assert_array_equal(counts, [[3, nan], [1, 2], [nan, nan]])
    with django_assert_num_queries(1):
        dates, counts = series_counts(cholera, generation=0)
    assert dates.size == counts.size == 0


def test_pages_that_read_series_load_no_polars():
    """It would cost each web process a third of its start and memory."""
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.node.settings'; django.setup();"
        "import tocsin.node.surveillance.panels; print('polars' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "False"
