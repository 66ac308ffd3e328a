"""Daily cases of a forecast or of the past, by age where they are, as draws of what may happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtri

from tocsin.cli.main import BadInput
from tocsin.counts.ages import all_ages, by_age
from tocsin.counts.dates import DAY, RULE, TIMES, DateOptions, clean_date, dates_of
from tocsin.counts.files import Table, open_table
from tocsin.counts.names import says, words_of
from tocsin.counts.notes import Notebook, listed
from tocsin.counts.numbers import count_of, decimal_comma
from tocsin.counts.problems import Problems
from tocsin.counts.reader import only_rows
from tocsin.counts.series import Every

__all__ = ["Cases", "read_cases"]

Array = NDArray[np.float64]
CELLS = ("__date", "__age", "__level")


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases by day.

    dates   (days,) datetime64[D], one after the other
    ages    names of the groups; ("all",) without ages
    values  (levels or draws, ages, days)
    levels  (levels,) of quantiles; None where `values` are draws, or one expected course
    """

    dates: NDArray[np.datetime64]
    ages: tuple[str, ...]
    values: Array
    levels: Array | None

    def draws(self, ranks: Array) -> Array:
        """(draws, ages, days) not rounded; of quantiles each draw keeps its rank over all days and ages.

        Between the levels, and beyond them, values lie on straight lines against the normal deviate of their rank.
        """
        if self.levels is None:
            return self.values[np.arange(len(ranks)) % len(self.values)]
        if len(self.levels) == 1:
            return np.repeat(self.values, len(ranks), axis=0)
        z, at = ndtri(self.levels), ndtri(ranks)
        low = np.clip(np.searchsorted(z, at) - 1, 0, len(z) - 2)
        share = ((at - z[low]) / (z[low + 1] - z[low]))[:, None, None]
        found: Array = np.maximum(self.values[low] * (1 - share) + self.values[low + 1] * share, 0.0)
        return found


def read_cases(
    path: Path, *, what: str, where: Mapping[str, Sequence[str]], date: str | None, value: str | None, age: str | None
) -> Cases:
    """The cases of a table: date, value, and quantile or draw; by age if it has a column of ages.

    what    how messages call it: "FORECAST" or "--past"
    """
    table = open_table(path, sheet=None, separator=None, encoding=None, header=1, notes=Notebook(), problems=Problems())
    table = only_rows(table, where, Notebook())
    columns = _columns(table, what, date, value, age)
    frame = _read(table, columns, what)
    _require_once(frame, table, columns, what)
    days = frame["__date"].unique().sort().to_numpy().astype("datetime64[D]")
    steps = np.unique(np.diff(days).astype(int))
    if len(steps) == 1 and steps[0] == 7:
        raise BadInput(f"{what} counts by the week, but beds are needed by the day; give cases by the day")
    if len(steps) and (steps != 1).any():
        gap = int(np.flatnonzero(np.diff(days).astype(int) != 1)[0])
        raise BadInput(f"{what} has no day between {days[gap]} and {days[gap + 1]}; give every day")
    ages = tuple(by_age(frame["__age"].unique().to_list()))
    levels = frame["__level"].unique().sort().to_list()
    values = np.full((len(levels), len(ages), len(days)), np.nan)
    at = [
        frame[name].replace_strict(list(known), list(range(len(known))), return_dtype=pl.Int64).to_numpy()
        for name, known in (("__level", levels), ("__age", ages), ("__date", frame["__date"].unique().sort().to_list()))
    ]
    values[at[0], at[1], at[2]] = frame["__value"].to_numpy()
    if np.isnan(values).any():
        i, a, d = (int(k) for k in np.argwhere(np.isnan(values))[0])
        kind = "quantile" if "quantile" in columns else "draw"
        which = f", {kind} {levels[i]:g}" if columns.get(kind) else ""
        raise BadInput(f"{what} has no value for {days[d]}, age {ages[a]}{which}; use a nowcast for days not yet known")
    is_quantile = "quantile" in columns
    if is_quantile:
        if not all(0 < level < 1 for level in levels):
            raise BadInput(
                f"{what} has a quantile of {next(x for x in levels if not 0 < x < 1):g}; levels lie between 0 and 1"
            )
        values = np.maximum.accumulate(values, axis=0)
    return Cases(days, ages, values, np.array(levels) if is_quantile else None)


def _columns(table: Table, what: str, date: str | None, value: str | None, age: str | None) -> dict[str, str]:
    """Roles to columns: date, value, and age, quantile, draw where there are such."""
    for option, name in (("--date", date), ("--value", value), ("--age", age)):
        if name is not None and name not in table.columns:
            raise BadInput(
                f"{option} is '{name}', but {table.name} has no such column; it has {listed(table.columns, 20)}"
            )
    plain = {name.strip().casefold(): name for name in table.columns}
    found = {"quantile": plain.get("quantile"), "draw": plain.get("draw") or plain.get("sample")}
    found["date"] = date or plain.get("date") or next((n for n in table.columns if says(n, "date")), None)
    found["age"] = age or next((n for n in table.columns if says(n, "age") and n != found["date"]), None)
    named = ("value", "cases", "expected", "expected_cases", "count", "n", "случаи", "病例数", "病例")
    found["value"] = value or next((plain[name] for name in named if name in plain), None) or next(
        (n for n in table.columns if "cases" in words_of(n)), None
    )  # fmt: skip
    if found["date"] is None or found["value"] is None:
        missing = "--date, the column of days" if found["date"] is None else "--value, that of cases"
        raise BadInput(
            f"{what} needs {missing}; {table.name} has {listed(table.columns, 12)}. A forecast has the columns date, "
            "quantile (or draw) and value, and age_group where it is by age"
        )
    if found["quantile"] and found["draw"]:
        raise BadInput(f"{what} has both quantiles and draws; leave one of the columns out")
    return {role: name for role, name in found.items() if name is not None}


def _read(table: Table, columns: Mapping[str, str], what: str) -> pl.DataFrame:
    frame = table.lazy.collect()
    texts = frame.select(clean_date(columns["date"]).alias("__text"))
    different = texts.group_by("__text").agg(pl.len().cast(pl.Int64).alias(TIMES)).sort("__text")
    dated = dates_of(different, ["__text"], [columns["date"]], DateOptions(None, None), Notebook(), far=False)
    if dated.unit is not Every.DAY:
        raise BadInput(f"{what} counts by the {dated.unit}, but beds are needed by the day; give cases by the day")
    days = texts.join(dated.frame.select("__text", DAY, RULE), on="__text", how="left", maintain_order="left")
    if days[RULE].null_count() < days.height:
        at = int(days[RULE].is_not_null().arg_true()[0])
        raise BadInput(f"{what} has '{days['__text'][at]}' in '{columns['date']}', which is no day; write 2026-03-09")
    numbers = {}
    for role in ("value", "quantile", "draw"):
        if role not in columns:
            continue
        name = columns[role]
        number = frame.select(count_of(name, comma=decimal_comma(frame[name].head(10_000))).alias("n"))["n"]
        if number.null_count():
            at = int(number.is_null().arg_true()[0])
            raise BadInput(
                f"{what} has '{frame[name][at]}' in '{name}' on {days[DAY][at]}, which is no number; cases of every "
                "day "
                "are needed: use a nowcast for days not yet known"
            )
        numbers[role] = number
    if (numbers["value"] < 0).any():
        at = int((numbers["value"] < 0).arg_true()[0])
        raise BadInput(f"{what} has {numbers['value'][at]:g} cases on {days[DAY][at]}; cases are 0 or more")
    level = numbers.get("quantile", numbers.get("draw", pl.Series([0.0] * frame.height)))
    group = frame[columns["age"]].str.strip_chars() if "age" in columns else pl.Series(["all"] * frame.height)
    read = frame.with_columns(
        days[DAY].alias("__date"), group.alias("__age"), level.alias("__level"), numbers["value"].alias("__value")
    )
    sums = [name for name in read["__age"].unique().to_list() if all_ages(name)]
    return read.filter(~pl.col("__age").is_in(sums)) if len(sums) < read["__age"].n_unique() else read


def _require_once(frame: pl.DataFrame, table: Table, columns: Mapping[str, str], what: str) -> None:
    if not frame.select(CELLS).is_duplicated().any():
        return
    others = [name for name in table.columns if name not in columns.values() and frame[name].n_unique() > 1]
    if not others:
        twice = frame.filter(frame.select(CELLS).is_duplicated()).row(0, named=True)
        raise BadInput(f"{what} has {twice['__date']} more than once; give each day once, or name the ages by --age")
    shown = [f"{name}={value}" for name in others[:1] for value in frame[name].unique().sort().head(1).to_list()]
    raise BadInput(
        f"{what} has several series, told apart by {listed(others)}; a plan is of one place: choose one, as in --where "
        f"{shown[0]!r}"
    )
