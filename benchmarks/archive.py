"""The archive of counts at a large state's size: appending, reading all, reading one series, merging.

    python benchmarks/archive.py [rows in millions]

Makes an archive of so many million rows (100,000 series, weekly) in a temporary folder: one load of history, then
nights that each revise 100,000 cells. Every figure is the median of three, but for appending, merging and packing.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from tocsin.counts.archive import ROWS, Archive
from tocsin.counts.packing import pack_rows, unpack_rows

SERIES, NIGHTS, A_NIGHT = 100_000, 30, 100_000
FIRST_WEEK = date(2016, 1, 4)
LOADED = datetime(2026, 1, 1, tzinfo=UTC)


def cells(series: np.ndarray, weeks: np.ndarray, reported: datetime, rng: np.random.Generator) -> pl.DataFrame:
    """Rows to append: of these series in these weeks, with counts of rare and common diseases."""
    diseases = pl.Series([f"Disease {number}" for number in range(60)])
    places = pl.Series([f"District {number}" for number in range(2_000)])
    return pl.DataFrame(
        {
            "series": series,
            "disease": diseases.gather(series % 60),
            "place": places.gather(series % 2_000),
            "stratum": pl.repeat("", len(series), eager=True),
            "period": pl.Series(weeks * 7).cast(pl.Int32).cast(pl.Date) + (FIRST_WEEK - date(1970, 1, 1)),
            "count": rng.poisson(0.2 + (series % 50) / 5).astype(np.int32),
            "reported": pl.repeat(reported, len(series), dtype=pl.Datetime("us", "UTC"), eager=True),
        },
        schema=ROWS,
    )


def history(rows: int, rng: np.random.Generator) -> pl.DataFrame:
    weeks = rows // SERIES
    return cells(np.repeat(np.arange(SERIES), weeks), np.tile(np.arange(weeks), SERIES), LOADED, rng)


def seconds(act: Callable[[], object], times: int = 3) -> float:
    """Median seconds of an act."""
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def say(what: str, spent: float) -> None:
    print(f"{what:<75} {spent:9.3f} s", flush=True)


def nights(archive: Archive, weeks: int, rng: np.random.Generator) -> None:
    spent = []
    for night in range(NIGHTS):
        chosen = rng.choice(SERIES * min(weeks, 8), A_NIGHT, replace=False)
        rows = cells(chosen % SERIES, weeks - 1 - chosen // SERIES, LOADED + timedelta(days=night + 1), rng)
        spent.append(
            seconds(lambda: archive.append(rows, upload=f"night-{night}", generation=1), times=1)  # noqa: B023
        )
    say(f"append of {A_NIGHT:,} changed cells, median of {NIGHTS} nights", statistics.median(spent))


def reads(archive: Archive, state: str, rows: int) -> None:
    version = archive.head()
    opened = seconds(archive.head)
    say(f"opening, {state}", opened)
    say(f"one series' history, {state}", seconds(lambda: archive.revisions(version=version, series=[54_321])))
    say(f"one series' view, {state}", seconds(lambda: archive.view(version=version, series=[54_321])))
    say(f"view of all of {rows:,} rows, {state}", seconds(lambda: archive.view(version=version)))
    past = LOADED + timedelta(days=10)
    say(f"view of all as of a past day, {state}", seconds(lambda: archive.view(version=version, when=past)))


def measure_archive(folder: Path, rows: int) -> None:
    rng = np.random.default_rng(1)
    archive = Archive(folder)
    loaded = history(rows, rng)
    say(f"append of {loaded.height:,} rows", seconds(lambda: archive.append(loaded, upload="history", generation=1), 1))
    million = loaded.slice(0, 1_000_000).with_columns(reported=pl.col("reported") + pl.duration(hours=1))
    say(
        "append of 1,000,000 changed cells", seconds(lambda: archive.append(million, upload="million", generation=1), 1)
    )
    weeks = loaded.height // SERIES
    held = loaded.height + million.height + NIGHTS * A_NIGHT
    nights(archive, weeks, rng)
    reads(archive, "before merging", held)
    say("merging the nights", seconds(archive.compact, 1))
    reads(archive, "after merging", held)
    say("undo of a night: what to write", seconds(lambda: archive.before("night-3", version=archive.head()), 1))
    size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
    print(f"{size / held:.1f} bytes a row on disk, merged and replaced files together")


def measure_packing() -> None:
    rng = np.random.default_rng(1)
    counts = rng.poisson(rng.gamma(0.3, 3, size=(SERIES, 1)), size=(SERIES, 520)).astype(float)
    counts[rng.random(counts.shape) < 0.01] = np.nan
    begun = time.perf_counter()
    blobs = pack_rows(counts)
    say(f"packing {SERIES:,} series of 520 weeks", time.perf_counter() - begun)
    offsets = np.zeros(SERIES, dtype=int)
    say(f"unpacking {SERIES:,} series of 520 weeks", seconds(lambda: unpack_rows(blobs, offsets, 520)))
    print(f"{sum(map(len, blobs)) / SERIES:.0f} bytes a packed series")


def main() -> None:
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 20
    measure_packing()
    with tempfile.TemporaryDirectory() as folder:
        measure_archive(Path(folder) / "archive", int(millions * 1_000_000))


if __name__ == "__main__":
    main()
