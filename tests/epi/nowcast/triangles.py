"""Triangles that the tests share: simulated, R's, and the HUS outbreak of 2011."""

import csv
from pathlib import Path

import numpy as np

from tocsin.epi.nowcast.triangle import ReportingTriangle, triangle_of_reports

REFERENCE = Path(__file__).parents[2] / "reference"
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
PRIOR = {"prior_mean": 40, "prior_variance": 2000}
HUS_PRIOR = {"prior_mean": 50, "prior_variance": 3000}


def triangle(cells, *, last=None, first="2026-03-01", step=1):
    """Of (strata, periods, delays) counts, of which those up to the period `last` are known; the last if None."""
    x = np.array(cells, dtype=float, ndmin=3)
    periods, delays = x.shape[1:]
    last = periods - 1 if last is None else last
    x[:, np.add.outer(np.arange(periods), np.arange(delays)) > last] = np.nan
    dates = np.datetime64(first) + step * np.arange(periods)
    as_of = dates[0] + np.timedelta64((last + 1) * step - 1, "D")
    return ReportingTriangle(x, dates, step, as_of, np.zeros(len(x)), np.zeros(len(x)))


def simulated(rng, *, strata=1, periods=60, shares=(0.2, 0.3, 0.2, 0.15, 0.1, 0.05), level=40.0, known=True):
    """Negative binomial counts, multinomial reports; with `known=False` the truth (strata, periods) as well."""
    counts = rng.negative_binomial(5, 5 / (5 + level), (strata, periods))
    cells = rng.multinomial(counts, shares)
    return triangle(cells) if known else (triangle(cells), counts)


def r_triangle():
    rows = read("nowcast_reports.csv")
    return triangle_of_reports(
        [r["event"] for r in rows],
        [r["report"] for r in rows],
        [int(r["n"]) for r in rows],
        first="2024-02-01",
        as_of="2024-03-16",
        longest=9,
    )


def r_figures(case):
    """Dates and quantiles (dates, levels), and the shares of delays (none of the closed form), that R gives."""
    rows = [r for r in read("nowcast.csv") if r["case"] == case]
    share = np.array([float(r["value"]) for r in rows if r["day"].startswith("share")])
    days = [r for r in rows if not r["day"].startswith("share")]
    dates = np.array([r["day"] for r in days[:: len(LEVELS)]], dtype="datetime64[D]")
    return dates, np.array([float(r["value"]) for r in days]).reshape(-1, len(LEVELS)), share


def read(name):
    return list(csv.DictReader((REFERENCE / name).read_text(encoding="utf-8").splitlines()))


def hus(shared, as_of):
    """Admissions with haemolytic-uraemic syndrome in the outbreak of 2011, as known on a day."""
    rows = csv.DictReader((shared / "reference" / "input_nc_husO104Hosp.csv").read_text().splitlines())
    both = [(r["event"], r["report"]) for r in rows if "NA" not in r.values()]
    event, report = np.array(both, dtype="datetime64[D]").T
    late = event >= np.datetime64("2011-05-01")
    return triangle_of_reports(event[late], report[late], first="2011-05-01", as_of=as_of, longest=24)


def hus_figures(shared, case):
    """Dates, and reported, median, lower and upper bound of 95 % (dates, 4), of the folder of reference results."""
    rows = list(csv.DictReader((shared / "reference" / f"{case}.csv").read_text().splitlines()))
    rows = [r for r in rows if r["point"] != "NA"]
    dates = np.array([r["event_date"] for r in rows], dtype="datetime64[D]")
    columns = ("reported_by_now", "point", "pi_lower", "pi_upper")
    return dates, np.array([[float(r[c]) for c in columns] for r in rows])


def hus_shares(shared, case):
    rows = csv.DictReader((shared / "reference" / f"{case}_delaycdf.csv").read_text().splitlines())
    return np.array([float(r["cdf"]) for r in rows])[:15]
