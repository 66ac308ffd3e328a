"""`tocsin evaluate reproduction`: estimates of R where R is known, since the epidemics are simulated."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

    from tocsin.cli.terminal import Terminal

__all__ = ["reproduction"]

METHODS = ("filter", "smoother", "cori")
SIMULATIONS = {"random-walk": "random walk", "sinusoidal": "sinusoidal", "step-change": "step change"}
MEASURES: Mapping[str, str] = {
    "coverage_95": "95 % interval holds",
    "coverage_50": "50 % interval holds",
    "rmse": "RMSE",
    "rmse_each": "RMSE of each",
    "width_95": "width of 95 %",
}


@click.command(short_help="Methods of `tocsin reproduction`, where R is known.")
@click.option("--simulations", default="all", show_default=True, help=f"With commas between: {', '.join(SIMULATIONS)}.")
@click.option("--methods", default="filter,cori", show_default=True, help=f"Or `all`: {', '.join(METHODS)}.")
@click.option("--replicates", type=click.IntRange(1), default=300, show_default=True, help="Epidemics of each kind.")
@click.option("--dispersion", type=float, help="k of negative binomial counts; they are Poisson unless said.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same epidemics.")
@click.option("--jobs", type=click.IntRange(1), help="Cores to use; all of them unless said.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write too: .csv, .json or .parquet.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors; the result is in the file.")
def reproduction(
    simulations: str,
    methods: str,
    replicates: int,
    dispersion: float | None,
    seed: int,
    jobs: int | None,
    out: Path | None,
    quiet: bool,
) -> None:
    """Simulate epidemics with a known R, estimate it on each day, and say how often and how closely it was met.

    The three simulations are those of Steyn and Parag (2025), of 100 days each, from the 10th of which on estimates
    are compared. The smoother looks back on all days; the others know each day's past alone.
    """
    from tocsin.cli.evaluation.rolling_days import checked_methods
    from tocsin.cli.main import BadInput
    from tocsin.cli.output import form_of, write_table
    from tocsin.cli.terminal import Terminal

    chosen, _ = checked_methods(methods, METHODS, None)
    names = _simulations(simulations)
    if dispersion is not None and not dispersion > 0:
        raise BadInput(f"--dispersion is {dispersion:g}; k of a negative binomial is above 0, and inf is Poisson")
    if out is not None:
        form_of(out)
    terminal = Terminal(quiet)
    terminal.tell_of_compilation()
    table = _measured(names, chosen, replicates, dispersion, seed, jobs, terminal)
    terminal.result(f"{replicates:,} epidemics of each kind, seed {seed}", "bold")
    terminal.result("")
    terminal.out.print(_shown(table), soft_wrap=False)
    if out is not None:
        write_table(table, out, form_of(out))
        terminal.result("")
        terminal.result(f"Written: {out}")


def _simulations(given: str) -> tuple[str, ...]:
    from tocsin.cli.main import BadInput

    names = tuple(SIMULATIONS) if given == "all" else tuple(dict.fromkeys(name.strip() for name in given.split(",")))
    for name in names:
        if name not in SIMULATIONS:
            raise BadInput(f"there is no simulation '{name}'; there are {', '.join(SIMULATIONS)}, or all of them: all")
    return names


def _measured(
    names: tuple[str, ...], methods: tuple[str, ...], replicates: int, dispersion: float | None, seed: int,
    jobs: int | None, terminal: "Terminal",
) -> "pl.DataFrame":  # fmt: skip
    import numpy as np
    import polars as pl

    from tocsin.epi.reproduction import reproduction as reproduction_of
    from tocsin.epi.reproduction.benchmark_simulations import benchmark_epidemics, benchmark_serial_interval
    from tocsin.epi.reproduction.calibration import agreement

    rows: list[dict[str, Any]] = []
    w = benchmark_serial_interval()
    every = tuple(SIMULATIONS)
    with terminal.progress("Evaluating") as tell:
        for name in names:
            # By its place among all, so that a simulation alone is the same as among others.
            rng = np.random.default_rng([seed, every.index(name)])
            k = np.inf if dispersion is None else dispersion
            epidemic = benchmark_epidemics(SIMULATIONS[name], replicates, rng, dispersion=k)
            for method in methods:
                tell(len(rows), len(names) * len(methods))
                more: dict[str, Any] = {"rng": np.random.default_rng(seed)} if method == "smoother" else {}
                found = reproduction_of(
                    epidemic.counts, serial_interval=w, method=method, levels=(0.025, 0.25, 0.5, 0.75, 0.975),
                    jobs=jobs, **more,
                )  # fmt: skip
                how = agreement(found, epidemic.R)
                rows.append(
                    {
                        "simulation": name,
                        "method": method,
                        "replicates": replicates,
                        **{measure: getattr(how, measure) for measure in MEASURES},
                    }
                )
    return pl.DataFrame(rows)


def _shown(table: "pl.DataFrame") -> "Table":
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("simulation", no_wrap=True)
    shown.add_column("method", no_wrap=True)
    for heading in MEASURES.values():
        shown.add_column(heading, justify="right", no_wrap=True)
    for row in table.iter_rows(named=True):
        figures = [
            f"{row[measure]:.1%}" if measure.startswith("coverage") else f"{row[measure]:.4f}" for measure in MEASURES
        ]
        shown.add_row(row["simulation"], row["method"], *figures)
    return shown
