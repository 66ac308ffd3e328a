"""A line list of ten million rows read into weekly series: rows a second and peak memory.

    python benchmarks/line_list.py [rows]

The table is made anew (date of onset in ten years, 20 regions, 6 age groups, 2 sexes) in a
temporary folder, and read in a process of its own, so that the peak is that of reading alone.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

SECONDS, GIBIBYTES = 15.0, 4.0  # the targets, for ten million rows
AGES = ["00-04", "05-14", "15-34", "35-59", "60-79", "80+"]

READING = """
import json, resource, sys, time
from tocsin.counts import read
begun = time.perf_counter()
series = read(sys.argv[1], by=("region", "age_group", "sex"), every="week")
spent = time.perf_counter() - begun
usage = resource.getrusage(resource.RUSAGE_SELF)
peak = usage.ru_maxrss / (1024**3 if sys.platform == "darwin" else 1024**2)
print(json.dumps({"seconds": spent, "cpu_seconds": usage.ru_utime + usage.ru_stime, "peak_gib": peak,
                  "series": series.counts.shape[0], "periods": series.counts.shape[1], "cases": series.counts.sum()}))
"""


def write_line_list(path: Path, rows: int, seed: int = 1) -> None:
    """Person rows: onset_date, region, age_group, sex."""
    rng = np.random.default_rng(seed)
    regions = pl.Series([f"Region {number}" for number in range(20)])
    pl.DataFrame(
        {
            "onset_date": np.datetime64("2016-01-01") + np.timedelta64(1, "D") * rng.integers(0, 3650, rows),
            "region": regions.gather(rng.integers(0, 20, rows)),
            "age_group": pl.Series(AGES).gather(rng.integers(0, len(AGES), rows)),
            "sex": pl.Series(["F", "M"]).gather(rng.integers(0, 2, rows)),
        }
    ).write_csv(path)


def measure(rows: int = 10_000_000) -> dict[str, float]:
    """Seconds, CPU seconds and peak GiB of reading `rows` rows; series, periods and cases found."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line_list.csv"
        write_line_list(path, rows)
        done = subprocess.run(
            [sys.executable, "-c", READING, str(path)], capture_output=True, text=True, check=True, timeout=600
        )
    figures: dict[str, float] = json.loads(done.stdout)
    if figures["cases"] != rows:
        raise SystemExit(f"{rows} rows were written but {figures['cases']:g} counted")
    return figures


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    figures = measure(rows)
    print(
        f"line list of {rows:,} rows to {figures['series']:g} series of {figures['periods']:g} weeks: "
        f"{figures['seconds']:.1f} s ({figures['cpu_seconds']:.1f} s of CPU, {rows / figures['seconds']:,.0f} rows/s), "
        f"peak {figures['peak_gib']:.2f} GiB; targets for ten million rows {SECONDS:g} s, {GIBIBYTES:g} GiB"
    )


if __name__ == "__main__":
    main()
