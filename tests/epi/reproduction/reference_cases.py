"""R's EpiEstim: cases of ../shared, and those of tests/reference/epiestim.R."""

import csv
from pathlib import Path

import numpy as np

COLUMNS = (
    "Mean(R)", "Std(R)", "Quantile.0.025(R)", "Quantile.0.05(R)", "Quantile.0.25(R)", "Median(R)", "Quantile.0.75(R)",
    "Quantile.0.95(R)", "Quantile.0.975(R)",
)  # fmt: skip
OWN = Path(__file__).parents[2] / "reference" / "epiestim.csv"
# The input of epiestim.R
W = np.array([0, 0.2, 0.35, 0.2, 0.15, 0.07, 0.03])
I = np.array([3, 1, 0, 4, 6, 2, 8, 11, 7, 15, 12, 20, 18, 25, 31, *[0] * 10, 2, 1, 5, 4, 3], dtype=float)  # noqa: E741
IMPORTED = np.array([3, 0, 0, 2, 1, 0, 0, 3, 0, 0, 0, 1, *[0] * 13, 2, 0, 1, 0, 0], dtype=float)


def column(path, name):
    with path.open() as file:
        return np.array([np.nan if row[name] == "NA" else float(row[name]) for row in csv.DictReader(file)])


def windows(path):
    """First and last days, from 0."""
    return column(path, "t_start").astype(int) - 1, column(path, "t_end").astype(int) - 1


def figures(path):
    """(windows, 9) mean, sd and quantiles."""
    return np.stack([column(path, name) for name in COLUMNS], axis=1)


def own_case(name):
    """First and last days from 0, and (windows, 9) figures."""
    with OWN.open() as file:
        rows = [row[1:] for row in csv.reader(file) if row[0] == name]
    table = np.array([[float(x) if x != "NA" else np.nan for x in row] for row in rows])
    return table[:, 0].astype(int) - 1, table[:, 1].astype(int) - 1, table[:, 2:]


def of(estimate):
    """(windows, 9) the same of the first series of an estimate."""
    return np.column_stack([estimate.mean[0], estimate.sd[0], estimate.quantiles[0]])
