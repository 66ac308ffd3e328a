"""Methods side by side: their scores as a table for programs, and as one for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from tocsin.epi.score import RollingForecasts, evaluate, relative_skill, weighted_interval_score

__all__ = ["COLUMNS", "Comparison", "by_horizon", "by_stratum", "refusals", "side_by_side", "table_of"]

COLUMNS = (
    "method", "horizon", "forecasts", "missing", "wis", "relative_wis", "log_wis", "relative_log_wis", "coverage_50",
    "coverage_95", "bias", "absolute_error", "dispersion", "overprediction", "underprediction",
)  # fmt: skip
MOST_HORIZONS = 8
MOST_STRATA = 20


@dataclass(frozen=True, slots=True)
class Comparison:
    """What methods said on past days, and what came.

    methods    names
    levels     (levels,)
    quantiles  (methods, days, strata, horizons, levels); nan where a method said nothing
    truth      (days, strata, horizons); nan where it is not known
    horizons   (horizons,) periods before (a nowcast, 0 is the last) or after the day
    keys       one row a stratum
    baseline   number of the method with which the others are compared; None for all with all
    unit       what a horizon counts, "day" or "week"
    """

    methods: tuple[str, ...]
    levels: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    truth: NDArray[np.float64]
    horizons: NDArray[np.intp]
    keys: pl.DataFrame
    baseline: int | None
    unit: str

    @classmethod
    def of(
        cls, made: RollingForecasts[Any], truth: NDArray[np.float64], horizons: NDArray[np.intp], keys: pl.DataFrame,
        baseline: str | None, unit: str,
    ) -> "Comparison":  # fmt: skip
        """Counts below 0, which corrections make, cannot be scored on the log scale, and are taken for unknown."""
        q = np.where(np.isfinite(made.quantiles).all(axis=-1, keepdims=True), np.maximum(made.quantiles, 0.0), np.nan)
        y = np.where(truth >= 0, truth, np.nan)
        number = None if baseline is None else made.methods.index(baseline)
        return cls(made.methods, made.levels, q, y, horizons, keys, number, unit)

    def scores(self, scale: str) -> NDArray[np.float64]:
        """(methods, days, strata, horizons) weighted interval scores."""
        return weighted_interval_score(self.truth[np.newaxis], self.quantiles, self.levels, scale=scale)  # type: ignore[arg-type]

    def skill(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """(methods,) relative skill of scores (methods, ...); nan where there is nothing to compare."""
        if len(self.methods) < 2 or np.isnan(scores).all(axis=tuple(range(1, scores.ndim))).any():
            return np.full(len(self.methods), np.nan)
        found = relative_skill(scores, baseline=self.baseline)
        return found.skill if self.baseline is None else found.to_baseline


def table_of(found: Comparison) -> pl.DataFrame:
    """The key columns, then COLUMNS: of all strata and horizons, of each horizon, and of each stratum.

    An empty key or horizon is all of them.
    """
    natural, log = found.scores("natural"), found.scores("log")
    every = slice(None)
    parts: list[tuple[int | None, int | None, tuple[slice, ...]]] = [(None, None, (every, every, every, every))]
    if len(found.horizons) > 1:
        parts += [(None, h, (every, every, every, slice(h, h + 1))) for h in range(len(found.horizons))]
    strata = found.truth.shape[1]
    if strata > 1:
        parts += [(s, None, (every, every, slice(s, s + 1), every)) for s in range(strata)]
    rows = [
        {**_keys(found, stratum), **row}
        for stratum, horizon, part in parts
        for row in _rows(found, None if horizon is None else int(found.horizons[horizon]), part, natural, log)
    ]
    schema = {**dict.fromkeys(_keys(found, None), pl.String), "horizon": pl.Int64}
    return pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None).with_columns(
        pl.selectors.float().fill_nan(None)
    )


def _keys(found: Comparison, stratum: int | None) -> Mapping[str, str | None]:
    names = [f"key_{name}" if name in COLUMNS else name for name in found.keys.columns]
    row = [None] * len(names) if stratum is None or not names else found.keys.row(stratum)
    return dict(zip(names, row, strict=True))


def _rows(
    found: Comparison, horizon: int | None, part: tuple[slice, ...], natural: NDArray[np.float64],
    log: NDArray[np.float64],
) -> Iterator[dict[str, Any]]:  # fmt: skip
    y = np.broadcast_to(found.truth, natural.shape)[part]
    method = np.arange(len(found.methods)).reshape(-1, 1, 1, 1)
    e = evaluate(y, found.quantiles[part], found.levels, by={"method": method})
    relative, relative_log = found.skill(natural[part]), found.skill(log[part])
    for m, name in enumerate(found.methods):
        yield dict(
            zip(
                COLUMNS,
                (
                    name, horizon, int(e.forecasts[m]), int(e.missing[m]), float(e.score[m]), float(relative[m]),
                    float(e.log_score[m]), float(relative_log[m]), _within(e.interval, e.within[m], 0.5),
                    _within(e.interval, e.within[m], 0.95), float(e.bias[m]), float(e.absolute_error[m]),
                    float(e.dispersion[m]), float(e.overprediction[m]), float(e.underprediction[m]),
                ),
                strict=True,
            )
        )  # fmt: skip


def _within(interval: NDArray[np.float64], within: NDArray[np.float64], level: float) -> float:
    at = np.flatnonzero(np.abs(interval - level) < 1e-9)
    return float(within[at[0]]) if len(at) else float("nan")


def side_by_side(found: Comparison, table: pl.DataFrame) -> Table:
    """For people: a row a method, over all strata and horizons."""
    overall = _overall(found, table).filter(pl.col("horizon").is_null())
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("method", no_wrap=True)
    relative = "relative" if found.baseline is None else f"to {found.methods[found.baseline]}"
    for heading in ("WIS", relative, "log WIS", relative, "50 %", "95 %", "bias", "scored", "missing"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for row in overall.iter_rows(named=True):
        shown.add_row(
            row["method"], _cases(row["wis"]), _figure(row["relative_wis"], ".3f"),
            _figure(row["log_wis"], ".4f"), _figure(row["relative_log_wis"], ".3f"), _figure(row["coverage_50"], ".1%"),
            _figure(row["coverage_95"], ".1%"), _figure(row["bias"], "+.2f"), f"{row['forecasts']:,}",
            f"{row['missing']:,}",
        )  # fmt: skip
    return shown


def by_horizon(found: Comparison, table: pl.DataFrame) -> Table | None:
    """For people: WIS and coverage of 50 and 95 % of some horizons; None if there is but one."""
    rows = _overall(found, table).filter(pl.col("horizon").is_not_null())
    if rows.is_empty():
        return None
    places = np.unique(np.linspace(0, len(found.horizons) - 1, MOST_HORIZONS).round().astype(int))
    chosen = found.horizons[places].tolist()
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column(Text(f"{found.unit}s"), justify="right", no_wrap=True)
    for name in found.methods:
        shown.add_column(f"{name}: WIS", justify="right")
        shown.add_column("50 %", justify="right", no_wrap=True)
        shown.add_column("95 %", justify="right", no_wrap=True)
    for horizon in chosen:
        cells = []
        for row in rows.filter(pl.col("horizon") == horizon).iter_rows(named=True):
            cells += [
                _cases(row["wis"]), _figure(row["coverage_50"], ".0%"), _figure(row["coverage_95"], ".0%")
            ]  # fmt: skip
        shown.add_row(str(horizon), *cells)
    return shown


def by_stratum(found: Comparison, table: pl.DataFrame) -> Table | None:
    """For people: WIS and skill of the first strata; None if there is but one."""
    strata = found.truth.shape[1]
    if strata == 1:
        return None
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column(Text(" · ".join(found.keys.columns)), overflow="fold")
    for name in found.methods:
        shown.add_column(f"{name}: WIS", justify="right")
        shown.add_column("relative", justify="right", no_wrap=True)
    names = list(_keys(found, None))
    rows = table.filter(pl.any_horizontal(pl.col(names).is_not_null()))
    for s in range(min(strata, MOST_STRATA)):
        cells = []
        for row in rows[s * len(found.methods) : (s + 1) * len(found.methods)].iter_rows(named=True):
            cells += [_cases(row["wis"]), _figure(row["relative_wis"], ".3f")]
        shown.add_row(Text(" · ".join(found.keys.row(s))), *cells)
    return shown


def _overall(found: Comparison, table: pl.DataFrame) -> pl.DataFrame:
    """Rows of all strata."""
    names = list(_keys(found, None))
    return table.filter(pl.all_horizontal(pl.col(names).is_null())) if names else table


def refusals(made: RollingForecasts[Any]) -> Iterator[str]:
    """How often each method said nothing, and why the first time."""
    for name in made.methods:
        own = [refusal for refusal in made.refusals if refusal.method == name]
        if own:
            times = f"on {len(own):,} of {len(made.as_of):,} days"
            yield f"{name} gave nothing {times}, first on {own[0].as_of}: {own[0].message}"


def _cases(value: float | None) -> str:
    if value is None or np.isnan(value):
        return "–"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def _figure(value: float | None, form: str) -> str:
    return "–" if value is None or np.isnan(value) else format(value, form)
