"""Speed of the reproduction number: Cori's method beside R's EpiEstim in the same run, the filter by itself.

python benchmarks/reproduction.py        prints the figures
"""

import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tocsin.epi.delays import gamma_serial_interval, renormalised
from tocsin.epi.reproduction import cori, filter_of_draws, renewal_filter

HERE = Path(__file__).parent
DAYS = 365
SERIES = 10_000
STRATA = 1_000
R_SERIES = 5
ROUNDS = 5
W = renormalised(gamma_serial_interval(4.8, 2.3, longest=30))


@dataclass(frozen=True)
class Figures:
    """Seconds: of Cori's method and of R a series of 365 days, of the filter for 1,000 such series.

    cori       a series, out of 10,000 at once; medians of the rounds
    r          a series; None without R and EpiEstim
    agreement  largest relative difference from R's mean of the last window; None without R
    filter     all 365 days of 1,000 series; filter_last: of each only the last 28 days are told
    of_draws   20 draws of the last 28 days of 1,000 series
    """

    cori: float
    r: float | None
    agreement: float | None
    filter: float
    filter_last: float
    of_draws: float

    @property
    def times_r(self) -> float | None:
        return None if self.r is None else self.r / self.cori


def daily_counts(series: int, days: int = DAYS, seed: int = 1) -> np.ndarray:
    """(series, days) cases of epidemics that come and go."""
    rng = np.random.default_rng(seed)
    level = np.exp(rng.uniform(1, 6, (series, 1)))
    waves = np.exp(1.2 * np.sin(np.arange(days) / rng.uniform(12, 40, (series, 1)) + rng.uniform(0, 6, (series, 1))))
    return rng.negative_binomial(20, 20 / (20 + level * waves)).astype(float)


def figures() -> Figures:
    counts = daily_counts(SERIES)
    estimate = cori(counts, W)
    of_r, mean = r_seconds_a_series(counts[:R_SERIES])
    some = counts[:STRATA]
    draws = np.repeat(some[np.newaxis], 20, axis=0)
    draws[..., -28:] = np.rint(draws[..., -28:] * np.linspace(0.9, 1.1, 20)[:, np.newaxis, np.newaxis])
    return Figures(
        cori=seconds(lambda: cori(counts, W), ROUNDS) / SERIES,
        r=of_r,
        agreement=None if mean is None else abs(estimate.mean[R_SERIES - 1, -1] / mean - 1),
        filter=seconds(lambda: renewal_filter(some, W), 1),
        filter_last=seconds(lambda: renewal_filter(some, W, evaluate=28), 1),
        of_draws=seconds(lambda: filter_of_draws(draws, W, evaluate=28), 1),
    )


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Median wall-clock seconds; the caller has compiled and warmed up what it takes."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def r_seconds_a_series(counts: np.ndarray) -> tuple[float | None, float | None]:
    """Median seconds a series of R's estimate_R, and its last mean of the last series; None without R."""
    if shutil.which("Rscript") is None:
        return None, None
    with tempfile.TemporaryDirectory() as folder:
        table, weights = Path(folder) / "counts.csv", Path(folder) / "weights.csv"
        np.savetxt(table, counts.T, fmt="%d", delimiter=",")
        np.savetxt(weights, W, fmt="%.17g")
        done = subprocess.run(
            ["Rscript", str(HERE / "epiestim.R"), str(table), str(weights), str(ROUNDS)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        return None, None
    *taken, mean = (float(line) for line in done.stdout.split())
    return statistics.median(taken) / len(counts), mean


if __name__ == "__main__":
    found = figures()
    print(f"Cori's method: {1e6 * found.cori:.1f} µs a series of {DAYS} days")
    if found.r is not None:
        print(f"R's EpiEstim: {1e3 * found.r:.1f} ms, {found.times_r:,.0f} times as long")
        print(f"means of the last window within {found.agreement:.0e} of R's")
    print(
        f"filter, {STRATA:,} series of {DAYS} days: {found.filter:.1f} s; last 28 days told: {found.filter_last:.1f} s"
    )
    print(f"filter of 20 draws of the last 28 days of each: {found.of_draws:.1f} s")
