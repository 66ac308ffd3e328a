"""Severity from cases and deaths by day: as known now, as it was known, and as it changes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.cli.main import BadInput
from tocsin.cli.reading import as_option, problems_found
from tocsin.cli.risk_rows import Risks, figure, people_table, percent
from tocsin.counts import read
from tocsin.counts.ages import by_age
from tocsin.counts.names import says
from tocsin.counts.series import Every, SeriesTable
from tocsin.counts.severity_columns import Found
from tocsin.epi.severity import Severity, ascertainment, rolling, static, time_varying

if TYPE_CHECKING:
    from tocsin.cli.severity import Wanted
    from tocsin.cli.terminal import Terminal

__all__ = ["MORE_DIED", "TOO_LONG", "by_day"]

SHOWN = 20
TOO_LONG = "delay longer than window"
MORE_DIED = "more deaths than outcomes"
Array = NDArray[np.float64]


def by_day(source: Path, found: Found, wanted: "Wanted", terminal: "Terminal") -> Risks:
    """The risks of every stratum, told to a person on the way."""
    table = _read(source, found, wanted, terminal)
    keys, cases, deaths = _both(table, found)
    last = _last_days(keys, table.dates, cases, deaths, terminal)
    _require_whole(keys, table.dates, cases, deaths, last)
    measure = "case_fatality" if wanted.among == "cases" else "hospitalisation_fatality"
    risks = Risks(keys, wanted.level)
    risks.problems = table.problems
    estimates = _estimates(cases, deaths, last, wanted)
    for kind, method, found_risk in estimates:
        dates = None if kind == "static" else table.dates
        notes = {TOO_LONG: found_risk.delay_longer_than_window, MORE_DIED: found_risk.more_deaths_than_outcomes}
        label = method if kind == "static" else f"{kind.replace('-', '_')}_{method}"
        same: dict[str, Any] = {"estimate": found_risk.estimate, "low": found_risk.low, "high": found_risk.high}
        counts: dict[str, Any] = {"events": found_risk.deaths, "persons": found_risk.cases}
        risks.add(
            measure,
            label,
            dates=dates,
            notes=notes if method == "delay_adjusted" else None,
            outcomes=found_risk.outcomes,
            **same,
            **counts,
        )
        if wanted.baseline is not None and method == "delay_adjusted":
            share = ascertainment(found_risk, baseline=wanted.baseline)
            risks.add(
                "ascertainment",
                label,
                dates=dates,
                notes={"severity below the baseline": share.capped},
                estimate=share.estimate,
                low=share.low,
                high=share.high,
            )
    _tell(risks, keys, estimates, cases, wanted, terminal)
    return risks


def _read(source: Path, found: Found, wanted: "Wanted", terminal: "Terminal") -> SeriesTable:
    assert found.cases is not None
    assert found.deaths is not None
    given = {name: value for name, value in wanted.reading.items() if value is not None}
    with terminal.busy(f"Reading {source.name}"):
        table = read(
            source,
            layout="tidy",
            date=found.date,
            count=(found.cases, found.deaths),
            by=wanted.by,
            totals="keep",
            **given,
        )
    if table.every is not Every.DAY:
        raise BadInput(
            f"the table counts by {table.every}, but delays are of days, and who fell ill on which day decides what "
            "can "
            "be known: give counts by day"
        )
    for note in table.notes:
        if note.code not in ("every", "layout"):
            terminal.say(as_option(note.text))
    for sentence in problems_found(table, file="the file of problems, with --out"):
        terminal.say(sentence, "yellow")
    return table


def _both(table: SeriesTable, found: Found) -> tuple[pl.DataFrame, Array, Array]:
    """Keys without the one that tells cases from deaths; cases and deaths (strata, days)."""
    column = next(name for name in ("series in column", "series") if name in table.keys.columns)
    others = [name for name in table.keys.columns if name != column]
    keys = _in_order(table.keys.select(others).unique()) if others else pl.DataFrame()
    number = pl.Series("__n", range(table.keys.height))
    at = table.keys.with_columns(number)
    strata = max(1, keys.height)
    counts = []
    for name in (found.cases, found.deaths):
        own = at.filter(pl.col(column) == name)
        rows = keys.join(own, on=others, how="left", maintain_order="left")["__n"] if others else own["__n"]
        values = np.full((strata, len(table.dates)), np.nan)
        for place, row in enumerate(rows.to_list()):
            if row is not None:
                values[place] = table.counts[row]
        counts.append(values)
    return keys, counts[0], counts[1]


def _in_order(keys: pl.DataFrame) -> pl.DataFrame:
    """Rows sorted, ages from young to old."""
    ranks = [
        pl.col(name).replace_strict(ages, list(range(len(ages))), return_dtype=pl.Int64) if ages else pl.col(name)
        for name in keys.columns
        for ages in [by_age(keys[name].unique().to_list()) if says(name, "age") else []]
    ]
    return keys.sort(ranks)


def _last_days(
    keys: pl.DataFrame, dates: NDArray[np.datetime64], cases: Array, deaths: Array, terminal: "Terminal"
) -> NDArray[np.intp]:
    """(strata,) the last day reported; before the first of a stratum it has no cases."""
    reported = ~np.isnan(cases) | ~np.isnan(deaths)
    if (~reported.any(axis=1)).any():
        raise BadInput(f"{_name(keys, int(np.argmin(reported.any(axis=1))))}there is no count; leave it out by --where")
    first = reported.argmax(axis=1)
    last: NDArray[np.intp] = reported.shape[1] - 1 - reported[:, ::-1].argmax(axis=1)
    before = np.arange(len(dates)) < first[:, None]
    cases[before], deaths[before] = 0.0, 0.0
    if (last < len(dates) - 1).any():
        early = int((last < len(dates) - 1).sum())
        terminal.say(f"{early} strata end before {dates[-1]}: each is judged by its own last day.")
    return last


def _require_whole(
    keys: pl.DataFrame, dates: NDArray[np.datetime64], cases: Array, deaths: Array, last: NDArray[np.intp]
) -> None:
    inside = np.arange(len(dates)) <= last[:, None]
    for name, counts in (("cases", cases), ("deaths", deaths)):
        gaps = np.isnan(counts) & inside
        if gaps.any():
            stratum, day = (int(i) for i in np.argwhere(gaps)[0])
            raise BadInput(
                f"{_name(keys, stratum)}{name} of {dates[day]} are missing ({int(gaps.sum())} such days in all); what "
                "later days can know depends on every day. If a day without a row had none, give --absent zero; if "
                "corrections went below zero, --negative spread-back; else fill the gap or cut the table"
            )
    C, D = (np.where(inside, counts, 0.0).sum(axis=1) for counts in (cases, deaths))
    if (D > C).any():
        stratum = int(np.argmax(D > C))
        raise BadInput(
            f"{_name(keys, stratum)}{D[stratum]:,.0f} deaths of {C[stratum]:,.0f} cases; the dead are counted among "
            "the "
            "cases: count both under one definition and over the same place, begin earlier, or name other columns by "
            "--cases and --deaths"
        )


def _name(keys: pl.DataFrame, stratum: int) -> str:
    return f"{' · '.join(keys.row(stratum))}: " if keys.width else ""


def _estimates(
    cases: Array, deaths: Array, last: NDArray[np.intp], wanted: "Wanted"
) -> list[tuple[str, str, Severity]]:
    """Kind, "naive" or "delay_adjusted", and the risks of all strata; days beyond a stratum's last are nan."""
    given = wanted.delay
    common: dict[str, Any] = {"method": wanted.method, "interval": wanted.interval, "level": wanted.level}
    functions: dict[str, Callable[..., Severity]] = {"static": static, "rolling": rolling, "time-varying": time_varying}
    found = []
    for kind in wanted.estimates:
        for method in ("naive", "delay_adjusted"):
            if method == "delay_adjusted" and given is None:
                continue
            options = dict(common)
            if method == "delay_adjusted" and given is not None:
                options["delay"] = given.probabilities
                if kind == "static" and given.draws is not None and wanted.method == "effective":
                    options |= {"delay": None, "delay_draws": given.draws}
            if kind == "time-varying":
                options["window"] = wanted.window
                if wanted.method == "cfr":
                    options["smoothing_window"] = wanted.window if wanted.window % 2 else wanted.window + 1
            parts = {}
            for end in np.unique(last):
                rows = np.flatnonzero(last == end)
                own = dict(options)
                if kind == "time-varying":
                    own["burn_in"] = min(7, int(end))
                parts[int(end)] = (rows, functions[kind](cases[rows, : end + 1], deaths[rows, : end + 1], **own))
            found.append((kind, method, _together(parts, cases.shape, kind == "static")))
    return found


def _together(
    parts: Mapping[int, tuple[NDArray[np.intp], Severity]], shape: tuple[int, int], static_: bool
) -> Severity:
    def joined(name: str) -> NDArray[Any]:
        like = getattr(next(iter(parts.values()))[1], name)
        empty: Any = False if like.dtype == bool else np.nan
        values = np.full(shape[:1] if static_ else shape, empty, dtype=like.dtype)
        for end, (rows, part) in parts.items():
            if static_:
                values[rows] = getattr(part, name)
            else:
                values[rows, : end + 1] = getattr(part, name)
        return values

    names = ("estimate", "low", "high", "cases", "deaths", "outcomes")
    flags = ("more_deaths_than_outcomes", "delay_longer_than_window")
    level = next(iter(parts.values()))[1].level
    return Severity(**{name: joined(name) for name in (*names, *flags)}, level=level)


def _tell(
    risks: Risks,
    keys: pl.DataFrame,
    estimates: list[tuple[str, str, Severity]],
    cases: Array,
    wanted: "Wanted",
    terminal: "Terminal",
) -> None:
    strata = max(1, keys.height)
    of = "cases" if wanted.among == "cases" else "admissions"
    title = f"Fatality of {of}, % with intervals of {wanted.level:.0%}"
    terminal.result(f"{title}{f', {strata:,} strata' if strata > 1 else ''}", "bold")
    if wanted.delay is not None:
        terminal.result(f"Delay from onset to death: {wanted.delay.said}")
    by_kind = {(kind, method): risk for kind, method, risk in estimates}
    like = next(iter(by_kind.values()))
    headings, columns = [of, "deaths"], []
    total = np.nansum(cases, axis=1)
    died = like.deaths if like.deaths.ndim == 1 else np.nanmax(like.deaths, axis=1)
    if ("static", "delay_adjusted") in by_kind:
        headings.append("outcomes known, %")
        known = by_kind["static", "delay_adjusted"].outcomes / np.maximum(total, 1)
        columns.append([percent(value) for value in known])
    for (kind, method), risk in by_kind.items():
        if kind == "rolling" and len(wanted.estimates) > 1:
            continue
        when = f", last {wanted.window} days" if kind == "time-varying" else ""
        headings.append(f"{method.replace('_', '-')}{when}")
        three = (risk.estimate, risk.low, risk.high)
        if kind != "static":
            three = tuple(_last(x) for x in three)  # type: ignore[assignment]
        columns.append([percent(*(float(x[i]) for x in three)) for i in range(strata)])
    rows = [
        (" · ".join(keys.row(i)) if keys.width else "all", figure(total[i]), figure(died[i]), *(c[i] for c in columns))
        for i in range(min(strata, SHOWN))
    ]
    terminal.result("")
    terminal.out.print(people_table(" · ".join(keys.columns), headings, rows), soft_wrap=False)
    if strata > SHOWN:
        terminal.result(f"… and {strata - SHOWN:,} more strata")
    warn_of_delay(
        [risk for kind, method, risk in estimates if (kind, method) == ("static", "delay_adjusted")], terminal
    )
    if wanted.delay is None:
        terminal.say(
            "These are naive risks: too low while cases grow, since some who will die have not died yet; --delay "
            "allows "
            "for it.",
            "yellow",
        )


def warn_of_delay(adjusted: list[Severity], terminal: "Terminal") -> None:
    for risk in adjusted:
        many = f" in {int(risk.delay_longer_than_window.sum())} strata" if risk.estimate.size > 1 else ""
        if risk.delay_longer_than_window.any():
            terminal.say(
                f"More than 5 % of the delay lies beyond the last day{many}: what is known then hangs on the delay "
                "given, not on what was seen. Give more days, or take the estimate as a guess.",
                "yellow",
            )
        if risk.more_deaths_than_outcomes.any():
            many = f" in {int(risk.more_deaths_than_outcomes.sum())} strata" if risk.estimate.size > 1 else ""
            terminal.say(
                f"More died than this delay allows{many}: it is too long for this place, or cases were missed.",
                "yellow",
            )


def _last(values: Array) -> Array:
    """(strata,) the last figure of each row."""
    known = ~np.isnan(values)
    at = values.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    found: Array = values[np.arange(len(values)), at]
    return found
