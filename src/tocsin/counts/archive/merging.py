"""How rows lie in files: sorted, cut into files of bounded size, small files merged into large ones.

A file that holds one range of the series, sorted, lets a question about one series open that file alone and read one
group of its rows. Each upload's own file spans many series; so they are merged now and then. Merging changes no row.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import polars as pl
from deltalake.transaction import AddAction, RemoveAction

from tocsin.counts.archive import log, reading
from tocsin.counts.archive.rows import ORDER

__all__ = ["merged", "parts", "without", "worth_merging"]

ROWS_A_FILE = 2_000_000
LARGE = ROWS_A_FILE // 2
# The largest run (files of one commit, which share no series) is left alone until the others are this share of it:
# each row is then written a few times in all, however many uploads come.
SHARE_THAT_MERGES_ALL = 0.25


def parts(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows sorted and cut into files' contents; none for no rows."""
    yield from rows.sort(ORDER).iter_slices(ROWS_A_FILE) if rows.height else ()


def worth_merging(files: pl.DataFrame) -> pl.DataFrame:
    """Those of the files that should become fewer; none where one would be merged with itself."""
    run = pl.col("path").str.extract(log.RUN).fill_null(pl.col("path"))
    runs = files.with_columns(run=run, run_rows=pl.col("num_records").sum().over(run)).sort("run_rows", "run")
    others = runs.filter(pl.col("run") != pl.col("run").last())
    rows, beside = sum(files["num_records"]), sum(others["num_records"])
    if others.height and beside >= SHARE_THAT_MERGES_ALL * (rows - beside):
        return files
    small = others.filter(pl.col("num_records") < LARGE)
    return small if small.height > 1 else small.clear()


def merged(folder: Path, files: pl.DataFrame) -> list[AddAction | RemoveAction]:
    """The same rows in new files, each with its own range of the series; read a file's worth at a time."""
    newest = files["max.commit"].max()
    everything = reading.scanned(folder, files, version=_whole(newest))
    actions: list[AddAction | RemoveAction] = []
    run = log.new_run()
    for between in _cuts(everything):
        rows = reading.scanned(folder, files, version=_whole(newest), between=between).collect()
        actions.append(log.write(folder, rows, run, data_change=False))
    return actions + [log.removal(path, data_change=False) for path in files["path"]]


def without(folder: Path, files: pl.DataFrame, commits: Collection[int]) -> list[AddAction | RemoveAction]:
    """What takes the rows of these commits out of the table."""
    actions: list[AddAction | RemoveAction] = []
    touched = files.filter(pl.col("min.commit") <= max(commits), pl.col("max.commit") >= min(commits))
    for path in touched["path"]:
        stored = pl.read_parquet(folder / path, glob=False)
        kept = stored.filter(~pl.col("commit").is_in(list(commits)))
        if kept.height == stored.height:
            continue
        actions.append(log.removal(path, data_change=True))
        if kept.height:
            actions.append(log.write(folder, kept, log.new_run(), data_change=True))
    return actions


def _cuts(rows: pl.LazyFrame) -> Iterator[tuple[int, int]]:
    """Ranges of series, first and last included, each with a file's worth of rows or with one series."""
    sizes = rows.group_by("series").len().sort("series").collect()
    first, held = None, 0
    last = 0
    for series, size in sizes.iter_rows():
        if first is not None and held + size > ROWS_A_FILE:
            yield first, last
            first, held = None, 0
        first = series if first is None else first
        held, last = held + size, series
    if first is not None:
        yield first, last


def _whole(number: object) -> int:
    if not isinstance(number, int):
        raise TypeError(f"{number!r} is not a version")
    return number
