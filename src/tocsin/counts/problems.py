"""The table of row-level problems: one row a problem, each with the rule it broke."""

from collections.abc import Sequence

import polars as pl

__all__ = ["MESSAGES", "MOST_LISTED", "SCHEMA", "Problems"]

SCHEMA = {
    "row": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "rule": pl.String,
    "message": pl.String,
    "taken": pl.Boolean,
}
MOST_LISTED = 100_000

MESSAGES = {
    "ragged_row": "the row has more or fewer fields than the header",
    "no_date": "the row has no date",
    "not_a_date": "this is not a date that can be read",
    "impossible_date": "there is no such day, week or month in the calendar",
    "other_date_format": "this date is written differently from the rest of the column",
    "far_date": "this date lies far from all others",
    "after_until": "this date lies after the day given as `until`",
    "not_a_number": "this is text where a count was expected",
    "fractional": "a count of cases is a whole number",
    "too_large": "no count of cases is this large",
    "negative": "a count below zero is a correction of earlier counts",
    "repeated_row": "the very same row stands above and is counted once",
    "same_key_again": "another row has the same keys and date; both are added",
    "falling_total": "a cumulative count fell: a correction of earlier counts",
}


class Problems:
    """Problems in the order found; `table` sorts them by row."""

    def __init__(self) -> None:
        self._parts: list[pl.DataFrame] = []

    def add(self, rows: pl.DataFrame, column: str | pl.Expr, rule: str | pl.Expr, *, taken: bool) -> None:
        """`rows` has columns row and value; the column and the rule are names or expressions over it."""
        if rows.is_empty():
            return
        rules = pl.lit(rule) if isinstance(rule, str) else rule
        columns = pl.lit(column) if isinstance(column, str) else column
        self._parts.append(
            rows.select(
                pl.col("row").cast(pl.Int64),
                columns.alias("column").cast(pl.String),
                pl.col("value").cast(pl.String),
                rules.alias("rule").cast(pl.String),
                rules.replace_strict(MESSAGES, default=None, return_dtype=pl.String).alias("message"),
                pl.lit(taken).alias("taken"),
            )
        )

    def add_rows(self, rows: Sequence[int], values: Sequence[str], column: str, rule: str, *, taken: bool) -> None:
        self.add(pl.DataFrame({"row": rows, "value": values}), column, rule, taken=taken)

    def table(self) -> pl.DataFrame:
        if not self._parts:
            return pl.DataFrame(schema=SCHEMA)
        return pl.concat(self._parts).sort("row", maintain_order=True)
