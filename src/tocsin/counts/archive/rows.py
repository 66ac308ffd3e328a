"""What a row of the archive is, and which rows it takes."""

import re
from datetime import date

import polars as pl

from tocsin.counts.calendar import FIRST_YEAR, LAST_YEAR
from tocsin.counts.errors import InvalidRows
from tocsin.counts.packing import LARGEST_COUNT

__all__ = ["CELL", "LARGEST_SERIES", "ORDER", "ROWS", "STORED", "checked", "checked_upload"]

ROWS: dict[str, pl.DataType] = {
    "series": pl.Int64(),
    "disease": pl.String(),
    "place": pl.String(),
    "stratum": pl.String(),
    "period": pl.Date(),
    "count": pl.Int32(),
    "reported": pl.Datetime("us", "UTC"),
}
# `commit` is the version that brought the row: it outlives the merging of files, and so a pinned version can be read
# from any later state of the table.
STORED: dict[str, pl.DataType] = {**ROWS, "upload": pl.String(), "commit": pl.Int64()}
CELL = ["series", "period"]
ORDER = [*CELL, "reported", "commit"]
LARGEST_SERIES = 2**40
UPLOAD = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def checked_upload(upload: str) -> str:
    if not UPLOAD.fullmatch(upload):
        raise InvalidRows(f"upload is {upload!r}, but an upload's id is 1 to 64 letters, digits, '-', '_' or '.'")
    return upload


def checked(rows: pl.DataFrame, upload: str) -> pl.DataFrame:
    """The rows with their columns in order; refuses what the archive could not give back as it was."""
    _check_columns(rows, upload)
    rows = rows.select(list(ROWS))
    _check_values(rows)
    twice = rows.filter(rows.select(*CELL, "reported").is_duplicated())
    if twice.height:
        first = twice.row(0, named=True)
        raise InvalidRows(
            f"series {first['series']}, period {first['period']} is given {twice.height} times among the rows with one "
            "moment of report: which count holds cannot be told; keep one row a cell and moment"
        )
    return rows


def _check_columns(rows: pl.DataFrame, upload: str) -> None:
    wanted = dict(ROWS)
    if "upload" in rows.columns:
        wanted["upload"] = pl.String()
        others = rows.filter(pl.col("upload").ne_missing(pl.lit(upload)))
        if others.height:
            raise InvalidRows(f"a row names upload {others['upload'][0]!r}, but upload {upload!r} is being appended")
    missing = [name for name in ROWS if name not in rows.columns]
    unknown = [name for name in rows.columns if name not in wanted]
    if missing or unknown:
        raise InvalidRows(f"columns missing: {missing}; columns unknown: {unknown}; the archive's are {list(ROWS)}")
    for name, kind in wanted.items():
        if rows.schema[name] != kind:
            raise InvalidRows(f"column {name} is {rows.schema[name]}, but the archive's is {kind}; cast it first")


def _check_values(rows: pl.DataFrame) -> None:
    empty = [name for name in ROWS if name != "count" and rows[name].null_count()]
    if empty:
        raise InvalidRows(f"columns {empty} have empty cells; only count may be empty, where a report was withdrawn")
    refused = {
        f"count is below 0 or above {LARGEST_COUNT}": ~pl.col("count").is_between(0, LARGEST_COUNT),
        f"series is below 0 or above {LARGEST_SERIES}": ~pl.col("series").is_between(0, LARGEST_SERIES),
        f"period is outside the years {FIRST_YEAR} to {LAST_YEAR}": ~pl.col("period").is_between(
            date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
        ),
    }
    for rule, condition in refused.items():
        bad = rows.filter(condition)
        if bad.height:
            first = bad.row(0, named=True)
            raise InvalidRows(
                f"{rule} in {bad.height} rows; the first is series {first['series']}, period {first['period']}, "
                f"count {first['count']}"
            )
