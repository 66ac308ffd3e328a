"""R's figures for Farrington's methods: our own small table, and the cases of the folder of reference results."""

import csv
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

TABLE = Path(__file__).parents[2] / "reference" / "farrington.csv"

# The same whole numbers as in tests/reference/farrington.R, whose first index is 1.
t = np.arange(1, 431)
SEASON = np.array([6, 5, 4, 3, 2, 1, 1, 2, 3, 4, 5, 6, 7])
COUNTS = (t * t * 31 + t * 17) % 13 // 3 + SEASON[t // 4 % 13] + t // 100 + np.where(np.isin(t, [90, 91, 250]), 25, 0)
COUNTS[427] = 30
RARE = np.where((t * t * 7 + t) % 17 < 2, 1, 0) + np.where(np.isin(t, [150, 427]), 6, 0)
PEOPLE = 1e5 * (1 + t / 1000)
DATES = np.datetime64("2001-01-01") + np.timedelta64(7, "D") * np.arange(430)
EVALUATE = slice(424, 430)

# case -> (counts, dates, options)
CASES = {
    "flexible_dates": (COUNTS, DATES, {}),
    "flexible_index": (COUNTS, None, {}),
    "flexible_rare": (RARE, DATES, {}),
    "flexible_muan": (COUNTS, DATES, {"threshold": "muan", "alpha": 0.05}),
    "flexible_delta": (
        COUNTS, None, {"threshold": "delta", "seasonal_periods": 1, "skip_recent": None, "trend_p_value": 0.05}
    ),
    "flexible_delta_half": (
        COUNTS, DATES, {"threshold": "delta", "power": "1/2", "residual_threshold": 1, "seasonal_periods": 5}
    ),
    "flexible_delta_none": (RARE, None, {"threshold": "delta", "power": "none", "years_back": 2}),
    "flexible_population": (COUNTS, DATES, {"population": PEOPLE, "trend_p_value": 0.05}),
    "flexible_plain": (COUNTS, DATES, {"reweight": False, "threshold": "delta", "trend_p_value": 0.05}),
    "plain_dates": (COUNTS, DATES, {"years_back": 5, "alpha": 0.01}),
    "plain_index": (COUNTS, None, {"years_back": 4}),
    "plain_rare": (RARE, DATES, {"years_back": 5, "reweight": False}),
    "plain_short": (COUNTS, DATES, {"years_back": 9}),
}  # fmt: skip


def farrington_cases(method):
    return [case for case in CASES if case.startswith(method)]


def farrington_r(case):
    """Counts, dates, options and R's figures, {quantity: (evaluated,)}, of a case of our own table."""
    counts, dates, options = CASES[case]
    figures = defaultdict(list)
    for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()[1:]):
        if row["case"] == case:
            figures[row["quantity"]].append(float(row["value"]))
    return counts, dates, {"evaluate": EVALUATE} | options, {q: np.array(v) for q, v in figures.items()}


def reference_panel(shared, prefix):
    """Manifest entry, counts, population, dates, slice evaluated, and R's columns (series, evaluated)."""
    folder = shared / "reference"
    entry = next(e for e in json.loads((folder / "manifest.json").read_text()) if e["id"].startswith(prefix))
    given, results = (_by_series(folder / name) for name in entry["files"])
    dated = given["date"][0][0] != "NA" and "epochAsDate=FALSE" not in str(entry["note"])
    dates = np.array(given["date"][0], dtype="datetime64[D]") if dated else None
    first, last = entry["args"]["range"]
    r = {name: _numbers(rows) for name, rows in results.items() if name not in ("series", "date")}
    return entry, _numbers(given["observed"]), _numbers(given["population"]), dates, slice(first - 1, last), r


def _by_series(path):
    columns = defaultdict(lambda: defaultdict(list))
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        for name, value in row.items():
            columns[name][row.get("series", "")].append(value)
    return {name: list(of_series.values()) for name, of_series in columns.items()}


def _numbers(rows):
    return np.array([[np.nan if v in ("NA", "NaN") else float(v) for v in row] for row in rows])
