"""A small report whose every number is known."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from tocsin.cli.report import Report
from tocsin.counts.problems import SCHEMA
from tocsin.counts.series import Every, Note, SeriesTable, WeekStart
from tocsin.epi.detect.detection import Detection

PERIODS, EVALUATED = 160, 4
HOSTILE = '<script>alert("1")</script>'
KEYS = pl.DataFrame(
    {
        "disease": ["cholera", "dengue", HOSTILE, "чума", "流行性感冒", "\u202eesrever"],
        "place & time": ["Karsu", "Long " * 60, 'O\'Higgins "A"', "Алматы", "阿拉木图", "a\x00b\x1bc"],
    }
)


def example_table(**changes: Any) -> SeriesTable:
    counts = np.tile(np.arange(PERIODS) % 4.0, (6, 1))
    counts[:, -EVALUATED - 1 : -1] = [
        [1, 2, 1, 14],
        [9, 1, 2, 8],
        [1, 1, 30, 2],
        [0, 0, 0, 0],
        [1, np.nan, 2, np.nan],
        [2, 1, 0, 1],
    ]
    counts[3] = 0
    counts[0, 40:44] = np.nan
    given = {
        "keys": KEYS,
        "counts": counts,
        "dates": np.datetime64("2023-02-27") + np.timedelta64(7, "D") * np.arange(PERIODS),
        "every": Every.WEEK,
        "week_start": WeekStart.MONDAY,
        "incomplete": 1,
        "problems": pl.DataFrame(schema=SCHEMA),
        "notes": (),
    }
    return SeriesTable(**(given | changes))


def example_detection(table: SeriesTable) -> Detection:
    """Expected 3.4 and threshold 7.5 everywhere, except where there is no case or no count."""
    periods = np.arange(PERIODS - EVALUATED - 1, PERIODS - 1)
    observed = table.counts[:, periods]
    known = ~np.isnan(observed) & (table.counts.max(axis=1, initial=0, where=~np.isnan(table.counts)) > 0)[:, None]
    expected, threshold = np.where(known, 3.4, np.nan), np.where(known, 7.5, np.nan)
    exceedance = (observed - expected) / (threshold - expected)
    with np.errstate(invalid="ignore"):
        alarm = observed > threshold
        p_value = np.exp(-observed)
    return Detection(
        "farrington_flexible",
        {"years_back": 5, "alpha": 0.01, "power": "2/3", "reweight": True, "exclude": None},
        periods,
        table.dates[periods],
        observed,
        expected,
        threshold,
        alarm,
        exceedance,
        np.where(known, p_value, np.nan),
        np.where(known, 1.5, np.nan),
    )


def most_exceptional_first(detection: Detection) -> np.ndarray:
    at = np.argwhere(detection.alarm)
    return at[np.argsort(-detection.exceedance[*at.T], kind="stable")]


@pytest.fixture
def make_report() -> Callable[..., Report]:
    def make(**changes: Any) -> Report:
        table = changes.pop("table", None) or example_table()
        detection = changes.pop("detection", None) or example_detection(table)
        given = {
            "table": table,
            "detection": detection,
            "signals": most_exceptional_first(detection),
            "source_name": "counts & more.csv",
            "produced": datetime(2026, 3, 17, 8, 15, tzinfo=UTC),
        }
        return Report(**(given | changes))

    return make


@pytest.fixture
def outbreak() -> tuple[SeriesTable, Detection]:
    """Cholera signals in three weeks, dengue in all four: 20, 9, 30 and 8 cases."""
    table = example_table()
    table.counts[:2, -EVALUATED - 1 : -1] = [[9, 20, 2, 14], [20, 9, 30, 8]]
    return table, example_detection(table)


@pytest.fixture
def noted_table() -> SeriesTable:
    """A table with a problem of each kind of handling, and notes known and unknown to the page."""
    problems = pl.DataFrame(
        [
            (17, "count", "n/a", "not_a_number", "m", False),
            (18, "count", "<5", "not_a_number", "m", False),
            (40, "count", "-2", "negative", "m", True),
            (41, "x", HOSTILE, "rule_of_tomorrow", "An English sentence", False),
        ],
        schema=SCHEMA,
        orient="row",
    )
    notes = (
        Note("guess", "layout", {"layout": "line list"}, "Read as a line list."),
        Note("rule", "layout_of_tomorrow", {}, "A sentence of tomorrow."),
        Note("rule", "totals", {"only": "some of its values"}, "A total & its parts."),
    )
    return example_table(problems=problems, notes=notes)


@pytest.fixture
def nothing_found() -> tuple[SeriesTable, Detection]:
    table = example_table()
    table.counts[:, -EVALUATED - 1 :] = np.minimum(table.counts[:, -EVALUATED - 1 :], 3)
    return table, example_detection(table)
