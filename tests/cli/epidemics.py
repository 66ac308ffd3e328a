"""Tables of counts that grow and fall to call the command on."""

from pathlib import Path

import numpy as np
import polars as pl

FIRST = np.datetime64("2025-03-03")  # a Monday
INTERVAL = np.array([0.0, 0.2, 0.4, 0.25, 0.1, 0.05])


def growing(rates: dict[str, float], *, days: int = 60, seed: int = 1, start: float = 40.0) -> pl.DataFrame:
    """Daily counts: region, date, cases; each region's cases grow by its rate a day."""
    rng = np.random.default_rng(seed)
    t = np.arange(days)
    parts = [
        pl.DataFrame({"region": name, "date": FIRST + t, "cases": rng.poisson(start * np.exp(rate * t))})
        for name, rate in rates.items()
    ]
    return pl.concat(parts)


def weekly(table: pl.DataFrame) -> pl.DataFrame:
    """The same by week, named by the Monday."""
    by_week = pl.col("date").dt.truncate("1w")
    return table.group_by("region", by_week, maintain_order=True).agg(pl.col("cases").sum())


def matrix(table: pl.DataFrame, column: str = "cases") -> np.ndarray:
    """(regions, periods) in the order of the names."""
    regions = table["region"].n_unique()
    return table.sort("region", "date")[column].to_numpy().reshape(regions, -1).astype(float)


def interval_file(path: Path, probabilities: np.ndarray = INTERVAL, first: int = 0) -> Path:
    days = np.arange(len(probabilities)) + first
    pl.DataFrame({"day": days, "probability": probabilities}).write_csv(path)
    return path


def values(found: pl.DataFrame, column: str = "value") -> np.ndarray:
    """(regions, periods, levels) of a table written."""
    shape = (found["region"].n_unique(), found["date"].n_unique(), found["quantile"].n_unique())
    return found[column].cast(pl.Float64).fill_null(np.nan).to_numpy().reshape(shape)


def nowcast_of(table: pl.DataFrame, last: int, *, factor: float = 1.5) -> pl.DataFrame:
    """As `tocsin nowcast --sum 1` writes it, of the last days of each region: the counts times the factor, spread."""
    levels = [0.025, 0.25, 0.5, 0.75, 0.975]
    days = table.sort("region", "date").group_by("region", maintain_order=True).tail(last)
    spread = pl.DataFrame({"quantile": levels, "by": [0.8, 0.95, 1.0, 1.05, 1.2]})
    return days.join(spread, how="cross", maintain_order="left").select(
        "region",
        "date",
        pl.col("cases").cast(pl.Float64).alias("reported"),
        "quantile",
        (pl.col("cases") * factor * pl.col("by")).alias("value"),
    )
