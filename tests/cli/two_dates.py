"""Tables with an event date and a report date to call the command on."""

from pathlib import Path

import numpy as np
import polars as pl

FIRST = np.datetime64("2025-01-01")
SHARES = np.array([0.15, 0.3, 0.2, 0.12, 0.08, 0.05, 0.04, 0.03, 0.02, 0.01])


def counted(
    groups: dict[tuple[str, ...], float],
    by: tuple[str, ...] = ("region", "age"),
    *,
    days: int = 90,
    step: int = 1,
    seed: int = 1,
) -> pl.DataFrame:
    """Counts by both dates: the columns `by`, event, report, n; so many a period by group, reported by SHARES."""
    rng = np.random.default_rng(seed)
    parts = []
    for names, level in groups.items():
        cells = rng.multinomial(rng.poisson(level, days), SHARES)
        t, d = (index.ravel() for index in np.indices(cells.shape))
        event = FIRST + step * t
        keys = {column: [name] * cells.size for column, name in zip(by, names, strict=True)}
        parts.append(pl.DataFrame({**keys, "event": event, "report": event + step * d, "n": cells.ravel()}))
    return pl.concat(parts)


def with_total(table: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """The table and, beside its rows, their sum over `column` under `name`."""
    rest = [key for key in table.columns if key not in (column, "n")]
    total = table.group_by(rest, maintain_order=True).agg(pl.col("n").sum()).with_columns(pl.lit(name).alias(column))
    return pl.concat([table, total.select(table.columns)])


def line_list(table: pl.DataFrame) -> pl.DataFrame:
    """A row for each report."""
    return table.select(pl.exclude("n").repeat_by("n").explode(empty_as_null=False)).drop_nulls()


def vintages(table: pl.DataFrame, *, total: bool = False) -> pl.DataFrame:
    """The counts as they stood at the end of each day: the keys, event, vintage, value; `total`: all events so far."""
    keys = [key for key in table.columns if key not in ("event", "report", "n")]
    days = table.select(pl.col("report").unique().sort().alias("vintage"))
    whole = table.join(days, how="cross").filter(pl.col("vintage") >= pl.col("event"))
    value = pl.col("n").filter(pl.col("report") <= pl.col("vintage")).sum().alias("value")
    known = whole.group_by(*keys, "event", "vintage").agg(value).sort(*keys, "vintage", "event")
    return known.with_columns(pl.col("value").cum_sum().over(*keys, "vintage")) if total else known


def written(table: pl.DataFrame, path: Path) -> Path:
    table.write_csv(path)
    return path
