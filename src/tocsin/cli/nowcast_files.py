"""`--nowcast`: what `tocsin nowcast --sum 1` wrote, in place of the last counts, with its uncertainty."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.cli.main import BadInput
from tocsin.cli.output import ELSEWHERE
from tocsin.cli.series import Counts

__all__ = ["Recent", "with_nowcast"]

NEEDED = ("date", "reported", "quantile", "value")
DRAWS = 100
SUMMED = 3.0  # times the counts: what was reported cannot be so much more, but sums of seven days are
READERS: dict[str, Callable[[Path], pl.DataFrame]] = {"parquet": pl.read_parquet, "json": pl.read_json}


@dataclass(frozen=True, slots=True)
class Recent:
    """Counts up to the last day of a nowcast.

    counts   as in INPUT; the last periods are the medians of `draws`
    draws    (draws, series, last periods) whole cases
    """

    counts: Counts
    draws: NDArray[np.float64]

    @property
    def whole(self) -> NDArray[np.float64]:
        """(draws, series, periods) with the counts before, the same in each draw."""
        n, _, last = self.draws.shape
        found = np.repeat(self.counts.counts[np.newaxis], n, axis=0)
        found[:, :, found.shape[2] - last :] = self.draws
        return found


def with_nowcast(path: Path, counts: Counts, as_of: str | None = None) -> Recent:
    """Raises BadInput where the nowcast is not of these series, or of sums of days."""
    from tocsin.epi.reproduction import draws_from_quantiles

    table, levels, dates = _rectangle(path, counts)
    quantiles, reported = _in_order(path, table, counts, len(dates), len(levels))
    period = (dates - counts.dates[0]).astype(np.int64) // counts.days
    _require_periods(path, dates, period, counts, as_of)
    _require_single(path, reported, period, counts)
    first, end = int(period[0]), int(period[-1]) + 1
    y = np.full((len(counts.counts), end), np.nan)
    kept = min(end, counts.counts.shape[1])
    y[:, :kept] = counts.counts[:, :kept]
    draws = draws_from_quantiles(np.maximum.accumulate(quantiles, axis=2), levels, draws=DRAWS)
    y[:, first:] = np.median(draws, axis=0)
    every = counts.dates[0] + np.arange(end) * np.timedelta64(counts.days, "D")
    return Recent(Counts(counts.keys, y, every, counts.every, counts.problems), draws)


def _rectangle(path: Path, counts: Counts) -> tuple[pl.DataFrame, NDArray[np.float64], NDArray[np.datetime64]]:
    """The rows of the file, its levels, and its dates."""
    form = _form(path)
    try:
        # Keys of CSV are text, as in INPUT: 01 is not 1.
        table = READERS[form](path) if form in READERS else pl.read_csv(path, infer_schema=False)
    except FileNotFoundError:
        raise BadInput(f"--nowcast {path}: there is no such file") from None
    except (pl.exceptions.PolarsError, OSError):
        raise BadInput(f"--nowcast {path} cannot be read as a table; give the file that tocsin nowcast wrote") from None
    needed = (*(f"key_{name}" if name in NEEDED else name for name in counts.keys.columns), *NEEDED)
    if missing := [name for name in needed if name not in table.columns]:
        raise BadInput(
            f"--nowcast {path} has no column {', '.join(missing)}; it must be what tocsin nowcast wrote with the same "
            "--by as here"
        )
    if more := [name for name in table.columns if name not in needed]:
        raise BadInput(
            f"--nowcast {path} tells strata apart by {', '.join(more)} too; give the same --by to both commands"
        )
    try:
        table = table.select(
            *(pl.col(name).cast(pl.String) for name in needed[: -len(NEEDED)]),
            pl.col("date").str.to_date() if table.schema["date"] == pl.String else pl.col("date").cast(pl.Date),
            *(pl.col(name).cast(pl.Float64) for name in NEEDED[1:]),
        )
    except pl.exceptions.PolarsError:
        raise BadInput(
            f"--nowcast {path} holds a date or number that cannot be read; give the file as tocsin nowcast wrote it"
        ) from None
    wrong = table.filter(~pl.col("value").is_finite().fill_null(False) | pl.col("date").is_null())
    if table.is_empty() or wrong.height:
        what = "is empty" if table.is_empty() else f"has no finite value on {wrong['date'][0]}"
        raise BadInput(f"--nowcast {path} {what}; use another --method of tocsin nowcast, or a shorter --horizon")
    levels = table["quantile"].unique().sort().to_numpy()
    if len(levels) < 2 or not ((levels > 0) & (levels < 1)).all():
        raise BadInput(f"--nowcast {path} has {len(levels)} quantile; it needs two or more levels between 0 and 1")
    return table, levels, table["date"].unique().sort().to_numpy().astype("datetime64[D]")


def _form(path: Path) -> str:
    form = path.suffix.removeprefix(".").lower()
    if form in ELSEWHERE:
        raise BadInput(f"--nowcast {path}: give the .csv, .parquet or .json that tocsin nowcast wrote")
    return form


def _in_order(
    path: Path, table: pl.DataFrame, counts: Counts, periods: int, levels: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Quantiles (series, periods, levels) and reported (series, periods) in the order of the series of INPUT."""
    keys = [name for name in table.columns if name not in NEEDED]
    own = counts.keys.rename(dict(zip(counts.keys.columns, keys, strict=True)))
    rows = table.with_columns(pl.lit(0).alias("series"))
    if keys:
        rows = table.join(own.with_row_index("series"), on=keys, how="inner")
    there = rows["series"].unique()
    if len(there) < len(counts.counts):
        at = next(i for i in range(len(counts.counts)) if i not in set(there.to_list()))
        raise BadInput(
            f"--nowcast {path} has no row of '{counts.names[at]}', which INPUT has; nowcast the same strata, or leave "
            "it out with --where"
        )
    rows = rows.sort("series", "date", "quantile")
    if rows.height != len(there) * periods * levels or rows.select("series", "date", "quantile").is_duplicated().any():
        raise BadInput(f"--nowcast {path} does not have each date and quantile once in each stratum")
    shape = (len(there), periods, levels)
    quantiles = rows["value"].to_numpy().reshape(shape)
    return quantiles, rows["reported"].fill_null(np.nan).to_numpy().reshape(shape)[:, :, 0]


def _require_periods(
    path: Path, dates: NDArray[np.datetime64], period: NDArray[np.int64], counts: Counts, as_of: str | None
) -> None:
    name = counts.every.value
    if (np.diff(period) != 1).any():
        raise BadInput(
            f"the dates of --nowcast {path} are not one a {name}, from {dates[0]} to {dates[-1]}; nowcast by the {name}"
        )
    if period[0] < 1 or period[0] > counts.counts.shape[1]:
        raise BadInput(
            f"--nowcast {path} begins on {dates[0]}, but INPUT has counts from {counts.dates[0]} to {counts.last}: "
            "there must be counts up to the first day of the nowcast"
        )
    if as_of is not None and dates[-1] > np.datetime64(as_of, "D"):
        raise BadInput(f"--nowcast {path} goes to {dates[-1]}, beyond --as-of {as_of}; nowcast as of that day")


def _require_single(path: Path, reported: NDArray[np.float64], period: NDArray[np.int64], counts: Counts) -> None:
    """Refuse sums of several days, as `tocsin nowcast` writes unless told otherwise."""
    inside = period < counts.counts.shape[1]
    told, counted = reported[:, inside], counts.counts[:, period[inside]]
    both = ~(np.isnan(told) | np.isnan(counted))
    if told[both].sum() > SUMMED * max(counted[both].sum(), 1.0):
        raise BadInput(
            f"--nowcast {path} has {told[both].sum():,.0f} reported cases on days on which INPUT has "
            f"{counted[both].sum():,.0f}: sums of several days, it seems; nowcast single ones with --sum 1"
        )
