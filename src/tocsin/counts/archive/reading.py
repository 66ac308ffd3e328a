"""Questions to the archive, each answered from the files of the newest version by the rows' own `commit`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from tocsin.counts.archive.rows import CELL, LARGEST_SERIES, ORDER, STORED

__all__ = ["by_cell", "in_order", "latest", "ranges", "scanned", "with_delays"]

ROWS_WORTH_A_RANGE = 1_000_000


def scanned(
    folder: Path,
    files: pl.DataFrame,
    *,
    version: int,
    since: int = 0,
    series: Sequence[int] | None = None,
    between: tuple[int, int] | None = None,
) -> pl.LazyFrame:
    """Rows committed from `since` to `version`; files that can hold none are not opened.

    series   numbers of the series wanted; None is all
    between  first and last number of a range of series; None is all
    """
    near = files.filter(pl.col("min.commit") <= version, pl.col("max.commit") >= since)
    wanted = None if series is None else np.unique(np.asarray(series, dtype=np.int64))
    if wanted is not None:
        low, high = near["min.series"].to_numpy(), near["max.series"].to_numpy()
        near = near.filter(np.searchsorted(wanted, low, "left") < np.searchsorted(wanted, high, "right"))
        between = (int(wanted[0]), int(wanted[-1])) if wanted.size else None
    if between is not None:
        near = near.filter(pl.col("min.series") <= between[1], pl.col("max.series") >= between[0])
    if not near.height:
        return pl.LazyFrame(schema=STORED)
    rows = pl.scan_parquet([str(folder / path) for path in near["path"].sort()], schema=STORED, glob=False)
    # A file wholly within the versions asked for needs no look at the column `commit`.
    if (near["max.commit"] > version).any():
        rows = rows.filter(pl.col("commit") <= version)
    if (near["min.commit"] < since).any():
        rows = rows.filter(pl.col("commit") >= since)
    if between is not None:
        # The bounds let whole groups of rows be passed over; a list alone would not.
        rows = rows.filter(pl.col("series").is_between(*between))
    if wanted is not None and wanted.size > 1:
        rows = rows.filter(pl.col("series").is_in(wanted.tolist()))
    return rows


def ranges(files: pl.DataFrame) -> list[tuple[int, int]]:
    """Ranges of series that cover all, cut where the large files are, so that each is read in bounded memory."""
    starts = files.filter(pl.col("num_records") >= ROWS_WORTH_A_RANGE)["min.series"].unique().sort().to_list()
    firsts = [0, *starts[1:]]
    return list(zip(firsts, [first - 1 for first in firsts[1:]] + [LARGEST_SERIES], strict=True))


def by_cell(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows sorted by cell, then as they were reported and committed; at no cost where they already are."""
    same = pl.lit(True)
    ordered = pl.lit(False)
    for name in ORDER:
        before = pl.col(name).shift(1)
        ordered = ordered | (same & (before < pl.col(name)))
        same = same & (before == pl.col(name))
    if rows.select((ordered | same).fill_null(True).all()).item():
        return rows
    return rows.sort(ORDER)


def latest(rows: pl.DataFrame) -> pl.DataFrame:
    """The last row of each cell, sorted by cell."""
    rows = by_cell(rows)
    follows = pl.all_horizontal(pl.col(name) == pl.col(name).shift(-1) for name in CELL)
    return rows.filter(~follows.fill_null(False))


def in_order(rows: pl.LazyFrame) -> pl.DataFrame:
    return by_cell(rows.collect())


def with_delays(rows: pl.DataFrame) -> pl.DataFrame:
    """Each row of a cell's history with its change, its place in the history, and the days since its period began."""
    before = pl.col("count").shift(1).over(CELL)
    return rows.with_columns(
        change=pl.col("count").cast(pl.Int64) - before,
        revision=pl.int_range(pl.len(), dtype=pl.Int64).over(CELL),
        days=(pl.col("reported").dt.date() - pl.col("period")).dt.total_days(),
    )
