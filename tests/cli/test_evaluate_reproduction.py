"""`tocsin evaluate reproduction`, and the sub-commands of `tocsin evaluate` as a whole."""

from pathlib import Path

import click
import numpy as np
import polars as pl
import pytest

from tocsin.cli.evaluate import COMMANDS, evaluate
from tocsin.epi.reproduction import renewal_filter
from tocsin.epi.reproduction.benchmark_simulations import benchmark_epidemics, benchmark_serial_interval
from tocsin.epi.reproduction.calibration import agreement

PAGE = (Path(__file__).parents[2] / "docs" / "command.md").read_text(encoding="utf-8")


def test_it_measures_what_the_engine_does(command):
    result = command("evaluate", "reproduction", "--replicates", 6, "--methods", "all", "--out", "out.csv")
    assert result.exit_code == 0, result.stderr
    found = pl.read_csv("out.csv")
    assert found["simulation"].unique(maintain_order=True).to_list() == ["random-walk", "sinusoidal", "step-change"]
    assert found.height == 9
    epidemic = benchmark_epidemics("sinusoidal", 6, np.random.default_rng([1, 1]))
    levels = (0.025, 0.25, 0.5, 0.75, 0.975)
    expected = agreement(renewal_filter(epidemic.counts, benchmark_serial_interval(), levels=levels), epidemic.R)
    row = found.filter(pl.col("simulation") == "sinusoidal", pl.col("method") == "filter").row(0, named=True)
    assert row["coverage_95"] == pytest.approx(expected.coverage_95)
    assert row["rmse"] == pytest.approx(expected.rmse)
    assert "6 epidemics of each kind, seed 1" in result.stdout
    assert f"{expected.coverage_95:.1%}" in result.stdout


def test_one_simulation_alone_is_the_same_as_among_others(command):
    options = ["--replicates", 4, "--methods", "cori", "--quiet", "--out"]
    command("evaluate", "reproduction", *options, "all.csv")
    command("evaluate", "reproduction", *options, "one.csv", "--simulations", "step-change")
    assert pl.read_csv("all.csv").tail(1).equals(pl.read_csv("one.csv"))
    command("evaluate", "reproduction", *options, "k.csv", "--simulations", "step-change", "--dispersion", 5)
    assert not pl.read_csv("k.csv").equals(pl.read_csv("one.csv"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--methods", "guess"], "there is no method 'guess'; there are filter, smoother, cori, or all of them: all"),
        (["--simulations", "waves"], "there is no simulation 'waves'; there are random-walk, sinusoidal, step-change"),
        (["--dispersion", 0], "--dispersion is 0; k of a negative binomial is above 0"),
        (["--replicates", 0], "0 is not in the range"),
        (["--out", "out.xlsx"], "Tocsin writes no .xlsx"),
    ],
)
def test_what_cannot_be(command, options, said):
    result = command("evaluate", "reproduction", *options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_detection_is_what_it_was_without_a_sub_command(command):
    options = ["--methods", "ears_c1", "--replicates", 1, "--format", "csv", "--quiet"]
    alone = command("evaluate", *options)
    assert alone.exit_code == 0, alone.stderr
    assert alone.stdout == command("evaluate", "detection", *options).stdout
    assert alone.stdout.startswith("method,false_positive_rate")


def test_options_before_a_sub_command_are_refused_rather_than_forgotten(command):
    result = command("evaluate", "--seed", 2, "reproduction")
    assert result.exit_code == 2
    assert "--seed stands before reproduction; write the options of a command after it" in result.stderr
    assert "--format stands before" in command("evaluate", "--format", "csv", "reproduction").stderr
    assert command("evaluate", "guesses").exit_code == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_every_sub_command_and_option_is_told_of(name):
    command = evaluate.get_command(click.Context(evaluate), name)
    assert command.name == name
    section = PAGE.split(f"### `tocsin evaluate {name}`\n")[1].split("\n##")[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert f"`{parameter.opts[-1]}`" in section, f"docs/command.md does not tell of {name} {parameter.opts[-1]}"
            assert parameter.help
