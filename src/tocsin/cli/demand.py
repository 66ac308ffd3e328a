"""`tocsin demand`: from a forecast of cases to beds, staff and supplies, and the day on which each runs out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.values import LEVELS, WHERE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tocsin.cli.case_draws import Cases
    from tocsin.cli.demand_plan import Plan
    from tocsin.cli.terminal import Terminal
    from tocsin.epi.demand import Demand

__all__ = ["demand"]

SHOWN = (0.025, 0.5, 0.975)


@click.command(short_help="Work out beds, staff and supplies for a forecast of cases.")
@click.argument("source", metavar="FORECAST", type=click.Path(path_type=Path))
@click.option("--plan", "plan_file", type=click.Path(path_type=Path), required=True, 
              help="TOML file: course of illness, capacity, staff, supplies.")  # fmt: skip
@click.option("--past", type=click.Path(path_type=Path), help="Cases of the days before, or a nowcast of them.")
@click.option("--where", type=WHERE, multiple=True, help="Only rows of FORECAST and --past with this value.")
@click.option("--date", help="Column of days.  [default: date]")
@click.option("--value", help="Column of cases.  [default: value, or cases]")
@click.option("--age", help="Column of age groups, if cases are by age.")
@click.option("--days", type=click.IntRange(1), help="Days of the forecast to use; all of them unless said.")
@click.option("--chance", type=click.Choice(["binomial", "none"]), default="binomial", show_default=True,
              help="Draw each patient's course, or take its expectation.")  # fmt: skip
@click.option("--draws", type=click.IntRange(50, 20_000), default=1000, show_default=True, help="Courses of events.")
@click.option("--quantiles", type=LEVELS, default="0.025,0.1,0.25,0.5,0.75,0.9,0.975", show_default=True,
              help="Levels, 0 to 1.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For what is drawn.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write: .csv, .json or .parquet.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors; the result is in the files.")
def demand(source: Path, plan_file: Path, out: Path | None, quiet: bool, **options: Any) -> None:
    """Say what a forecast of cases means for hospitals: beds, staff, supplies, and when each runs out.

    FORECAST is a table with date, quantile (or draw) and value, as `tocsin forecast` writes it, with a column of ages
    where it is by age; or one expected number of cases a day. The plan says what becomes of a case and what exists; it
    has no defaults. --out gets resource, kind, unit, measure, date, quantile and value; a second file beside it, named
    -run-out, gets the date at which each resource runs out.
    """
    import numpy as np

    from tocsin.cli.demand_plan import read_plan
    from tocsin.cli.demand_rows import run_out_table, table_of, tell
    from tocsin.cli.output import form_of, write_table
    from tocsin.cli.terminal import Terminal

    form = form_of(out) if out is not None else "csv"
    terminal = Terminal(quiet)
    plan = read_plan(plan_file)
    rng = np.random.default_rng(options["seed"])
    with terminal.busy(f"Reading {source.name}"):
        forecast, past = _cases(source, options)
    _tell_of_reading(forecast, past, terminal)
    found = _demand(forecast, past, plan, options, rng)
    tell(found, forecast.dates, terminal)
    if out is None:
        return
    levels = options["quantiles"]
    run_out = out.with_name(f"{out.name.split('.')[0]}-run-out{out.suffix}")
    write_table(table_of(found, levels), out, form)
    write_table(run_out_table(found, levels), run_out, form)
    terminal.result("")
    for path in (out, run_out):
        terminal.result(f"Written: {path}")


def _cases(source: Path, options: dict[str, Any]) -> tuple["Cases", "Cases | None"]:
    """The forecast, cut to the days asked for, and the days before it."""
    from dataclasses import replace

    from tocsin.cli.case_draws import read_cases
    from tocsin.cli.main import BadInput

    where: dict[str, list[str]] = {}
    for column, value in options["where"]:
        where.setdefault(column, []).append(value)
    columns = {name: options[name] for name in ("date", "value", "age")}
    forecast = read_cases(source, what="FORECAST", where=where, **columns)
    if options["days"] is not None:
        if options["days"] > len(forecast.dates):
            raise BadInput(f"--days is {options['days']}, but FORECAST has {len(forecast.dates)} days")
        kept = slice(options["days"])
        forecast = replace(forecast, dates=forecast.dates[kept], values=forecast.values[:, :, kept])
    if options["past"] is None:
        return forecast, None
    past = read_cases(options["past"], what="--past", where=where, **columns)
    before = past.dates < forecast.dates[0]
    if not before.any() or past.dates[before][-1] != forecast.dates[0] - 1:
        raise BadInput(
            f"--past has {past.dates[0]} to {past.dates[-1]}, but FORECAST begins on {forecast.dates[0]}; the past "
            "must "
            "reach the day before"
        )
    if past.ages != forecast.ages:
        raise BadInput(
            f"--past is by the ages {', '.join(past.ages)}, FORECAST by {', '.join(forecast.ages)}; give both by the "
            "same"
        )
    return forecast, replace(past, dates=past.dates[before], values=past.values[:, :, before])


def _tell_of_reading(forecast: "Cases", past: "Cases | None", terminal: "Terminal") -> None:
    ages = "" if forecast.ages == ("all",) else f", {len(forecast.ages)} age groups"
    until = f"{forecast.dates[0]} to {forecast.dates[-1]}{ages}"
    if forecast.levels is not None and len(forecast.levels) > 1:
        terminal.say(
            f"{len(forecast.levels)} quantiles of cases, {until}. Quantiles do not say how days hang together: each "
            "course of events keeps its rank over all days and ages, which gives the widest interval of what adds up."
        )
    elif forecast.levels is None and len(forecast.values) > 1:
        terminal.say(f"{len(forecast.values)} draws of cases, {until}.")
    else:
        terminal.say(
            f"One expected course of cases, {until}, and no doubt about it: the intervals hold only chance and the "
            "shares given as intervals, and are too narrow. Give quantiles or draws.",
            "yellow",
        )


def _demand(
    forecast: "Cases", past: "Cases | None", plan: "Plan", options: dict[str, Any], rng: "np.random.Generator"
) -> "Demand":
    import numpy as np

    from tocsin.epi.demand import hospital_demand

    own_draws = forecast.levels is None and len(forecast.values) > 1
    draws = len(forecast.values) if own_draws else options["draws"]
    ranks = (np.arange(draws) + 0.5) / draws
    whole = options["chance"] == "binomial"
    future = _persons(forecast, ranks, rng, whole=whole)
    before = None if past is None else _persons(past, ranks, rng, whole=whole)
    ages = forecast.ages
    mix = plan.mix()
    if mix is not None and ages == ("all",):
        shares, ages = np.array(list(mix.values())), tuple(mix)
        future = _split(future, shares, rng, whole=whole)
        before = None if before is None else _split(before, shares, rng, whole=whole)
    levels = np.union1d(options["quantiles"], SHOWN)
    return hospital_demand(
        future,
        plan.course(ages, draws, rng),
        past=before,
        present=plan.present(),
        capacity=plan.capacity(forecast.dates),
        staff=plan.staff(forecast.dates),
        supplies=plan.supplies(forecast.dates),
        start=forecast.dates[0],
        chance=options["chance"],
        quantiles=levels,
        rng=rng,
    )


def _persons(
    cases: "Cases", ranks: "NDArray[np.float64]", rng: "np.random.Generator", *, whole: bool
) -> "NDArray[np.float64]":
    """(draws, ages, days); of 0.3 expected cases there is one in three courses of events out of ten."""
    import numpy as np

    found = cases.draws(ranks)
    return np.floor(found + rng.random(found.shape)) if whole else found


def _split(
    cases: "NDArray[np.float64]", shares: "NDArray[np.float64]", rng: "np.random.Generator", *, whole: bool
) -> "NDArray[np.float64]":
    """(draws, 1, days) cases of all ages by the shares of the ages: (draws, ages, days)."""
    import numpy as np

    if not whole:
        return cases * shares[None, :, None]
    parts = rng.multinomial(cases[:, 0].astype(np.int64), shares / shares.sum())
    return np.moveaxis(parts, -1, 1).astype(np.float64)
