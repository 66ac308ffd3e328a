"""Figures of R's surveillance: our own small table, and the cases of the folder of reference results."""

import csv
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

TABLE = Path(__file__).parents[2] / "reference" / "detection_methods.csv"

# The same whole numbers as in tests/reference/detection_methods.R, whose first index is 1.
t = np.arange(1, 161)
COUNTS = (t * t * 31 + t * 17) % 13 // 2 + t // 26 % 2 * 3 + np.where((t >= 141) & (t <= 145), 2 * (t - 139), 0)
FALL = COUNTS.copy()
FALL[140:146] = [0, 1, 0, 0, 1, 0]
OVERDISPERSED = COUNTS + np.where(t * 5 % 9 == 0, 9, 0)
QUIET = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 5, 0, 1, 0, 2, 7, 0, 0, 3, 1])
RANGE = slice(119, 160)
MEAN = (4 + t % 7 / 2)[RANGE]


def r_table():
    """case -> quantity -> {period, counted from 0: value}."""
    figures = defaultdict(lambda: defaultdict(dict))
    for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()[1:]):
        figures[row["case"]][row["quantity"]][int(row["index"]) - 1] = float(row["value"])
    return figures


R = r_table()


def assert_like_r(detection, case, values, quantity="upperbound", *, rtol=1e-9, atol=1e-12):
    """`values` (1, evaluated) beside R's figures of that case, and the same periods signal."""
    figures = R[case][quantity]
    at = np.searchsorted(detection.periods, list(figures))
    np.testing.assert_allclose(values[0, at], list(figures.values()), rtol=rtol, atol=atol)
    assert list(detection.periods[detection.alarm[0]]) == list(R[case]["alarm"])


def reference_case(shared, case):
    """Counts, the slice evaluated, and R's columns of a case of the folder's manifest."""
    folder = shared / "reference"
    entry = next(e for e in json.loads((folder / "manifest.json").read_text()) if e["id"] == case)
    counts = columns(folder / entry["files"][0])["observed"]
    first, last = entry["args"]["range"]
    return counts, slice(first - 1, last), columns(folder / entry["files"][1])


def columns(path):
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    names = [name for name in rows[0] if name not in ("series", "date", "epoch")]
    return {n: np.array([np.nan if r[n] in ("NA", "NaN") else float(r[n]) for r in rows]) for n in names}
