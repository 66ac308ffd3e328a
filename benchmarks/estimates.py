"""Speed of estimates: the reproduction number and the nowcast beside R, and a thousand strata from end to end.

python benchmarks/estimates.py        prints the figures
"""

import csv
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from reproduction import W, daily_counts, figures, seconds

from tocsin.epi.forecast import forecast
from tocsin.epi.nowcast import ReportingTriangle, nowcast, triangle_of_reports
from tocsin.epi.reproduction import filter_of_draws
from tocsin.node.estimates.building.estimating import Given, Interval, estimated
from tocsin.node.estimates.building.severity import GivenPersons, severity_of_persons

HERE = Path(__file__).parent
STRATA, DAYS, LONGEST = 1_000, 180, 40
DRAWS = 20
LISTED = 50_000  # cases of one event
R_ROUNDS = 3
AS_OF = "2011-06-02"


@dataclass(frozen=True)
class AgainstR:
    """Seconds of a nowcast with right-truncated delays, here and in R, and how far the medians lie apart, in cases."""

    ours: float
    r: float
    apart: float


def triangle(strata: int, seed: int = 1) -> ReportingTriangle:
    """Daily reports of 180 days with delays of up to 40 days."""
    rng = np.random.default_rng(seed)
    shares = np.exp(-np.arange(LONGEST + 1) / 5)
    cells = rng.poisson(daily_counts(strata, DAYS, seed)[..., np.newaxis] * shares / shares.sum()).astype(float)
    cells[:, np.add.outer(np.arange(DAYS), np.arange(LONGEST + 1)) >= DAYS] = np.nan
    dates = np.datetime64("2026-01-01") + np.arange(DAYS)
    return ReportingTriangle(cells, dates, 1, dates[-1], np.zeros(strata), np.zeros(strata))


def nowcast_against_r() -> AgainstR | None:
    """None without R and its package surveillance."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "reports.csv"
        done = subprocess.run(
            ["Rscript", str(HERE / "nowcast.R"), str(R_ROUNDS), str(table)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            return None
        with table.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    *taken, medians = done.stdout.strip().splitlines()
    whole = triangle_of_reports(
        [row["dHosp"] for row in rows],
        [row["dReport"] for row in rows],
        first="2011-05-01",
        longest=60,
        as_of=AS_OF,
    )
    options = {"sum_over": 1, "longest": 14, "prior_mean": 50, "prior_variance": 3000}

    def ours() -> np.ndarray:
        found = nowcast(whole, method="bayes_trunc", quantiles=[0.5], **options)
        return found.quantiles[0, -18:-1, 0]

    apart = np.abs(ours() - np.array(medians.split(), dtype=float)).max()
    return AgainstR(seconds(ours, 20), statistics.median(float(t) for t in taken), float(apart))


def whole_way() -> tuple[float, float, float]:
    """Seconds for 1,000 strata: nowcast with draws, reproduction number of these, forecast from them."""
    known = triangle(STRATA)
    rng = np.random.default_rng(1)
    warm = triangle(4)

    def counted(of: ReportingTriangle) -> np.ndarray:
        return nowcast(of, sum_over=1, draws=DRAWS, rng=rng).draws

    def reproduced(draws: np.ndarray) -> object:
        return filter_of_draws(draws, W, evaluate=28)

    def foretold(draws: np.ndarray) -> object:
        recent = draws[..., -LONGEST:]
        return forecast(draws[0], horizon=28, step="day", recent=recent, serial_interval=W, rng=rng)

    for step in (reproduced, foretold):
        step(counted(warm))
    draws = counted(known)
    return (
        seconds(lambda: counted(known), 1),
        seconds(lambda: reproduced(draws), 1),
        seconds(lambda: foretold(draws), 1),
    )


def of_an_event() -> float:
    """Seconds for a line list of 50,000 cases in 200 days, as the node asks of it: all that its page shows."""
    rng = np.random.default_rng(1)
    first = np.datetime64("2026-01-01")
    day = rng.integers(0, 200, LISTED)
    onset = first + day
    report = onset + rng.poisson(3, LISTED)
    known = report < first + 200
    dates = first + np.arange(200)
    counts = np.bincount(day[known], minlength=200).astype(float)
    ill = rng.gamma(4, 3, LISTED)
    ended = day + ill < 200
    persons = GivenPersons(
        days=np.where(ended, ill, 199 - day)[known].round(),
        outcome=np.where(ended, np.where(rng.random(LISTED) < 0.1, 1, 2), 0).astype(np.int8)[known],
        age=rng.integers(0, 7, LISTED)[known],
        severe=rng.integers(-1, 2, LISTED).astype(np.int8)[known],
        ages=("0", "1-4", "5-14", "15-24", "25-44", "45-64", "65+"),
        as_of=dates[-1].item(),
    )
    interval = Interval("mean 7 days", W, 7.0, 4.0, "")

    def all_of_it() -> None:
        told = triangle_of_reports(onset[known], report[known], as_of=dates[-1], first=first, longest=LONGEST)
        nothing = np.empty(0, "datetime64[D]"), np.empty((1, 0, 200))
        given = Given(
            "day", dates, counts[np.newaxis], 200, *nothing, [interval], triangle=told, outside=np.zeros((1, 200))
        )
        estimated(given, rng=rng)
        severity_of_persons(persons)

    all_of_it()
    return seconds(all_of_it, 3)


def rows() -> list[tuple[str, str, str]]:
    """What was measured, the figure, what is wanted."""
    cori = figures()
    against = "R is not installed" if cori.r is None else f"{cori.times_r:,.0f} times R's speed"
    found = [
        (
            "Reproduction number by Cori's method, 10,000 series of 365 days, seven quantiles of each window",
            f"{1e6 * cori.cori:.1f} µs a series; {against}",
            "at least 3,000 times",
        )
    ]
    if cori.r is not None:
        found.append(("R's EpiEstim on 5 of them", f"{1e3 * cori.r:.1f} ms a series", ""))
    eight = triangle(8)
    nowcast(eight)
    found.append(
        (
            "Nowcast of 8 strata, 180 days, delays to 40 days, with 90 earlier nowcasts for the intervals",
            f"{1e3 * seconds(lambda: nowcast(eight), 20):.0f} ms",
            "at most 50 ms",
        )
    )
    truncation = nowcast_against_r()
    if truncation is not None:
        found.append(
            (
                "Bayesian nowcast with truncated delays, HUS outbreak of 2011, 17 days",
                f"{1e3 * truncation.ours:.1f} ms; {truncation.r / truncation.ours:,.0f} times R's speed "
                f"({truncation.r:.2f} s); medians at most {truncation.apart:.0f} apart",
                "",
            )
        )
    parts = whole_way()
    found.append(
        (
            f"1,000 strata from end to end: nowcast with {DRAWS} draws, reproduction number of the last 28 days from "
            "these, forecast of 28 days",
            f"{sum(parts):.1f} s ({parts[0]:.1f} + {parts[1]:.1f} + {parts[2]:.1f})",
            "at most 30 s on two cores",
        )
    )
    found.append(
        (
            f"An event's line list of {LISTED:,} cases: nowcast, reproduction number, forecast of 28 days, fatality by "
            "age",
            f"{of_an_event():.2f} s",
            "",
        )
    )
    return found


if __name__ == "__main__":
    for what, measured, wanted in rows():
        print(f"{what}: {measured}" + (f" (wanted: {wanted})" if wanted else ""))
