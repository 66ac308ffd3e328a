"""`tocsin forecast` as a person runs it: what the engine computes by hand, and refusals that say what to do."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.epidemics import FIRST, INTERVAL, growing, interval_file, matrix, nowcast_of, values, weekly

from tocsin.cli.forecast import METHODS
from tocsin.epi import forecast as engine
from tocsin.epi.quantiles import LEVELS
from tocsin.epi.reproduction import draws_from_quantiles

RATES = {"North": 0.04, "South": -0.02}


@pytest.fixture(scope="module")
def table():
    return growing(RATES)


@pytest.fixture
def run(command):
    """Forecast a table; the result is the table written."""

    def call(table, *options, out="out.csv"):
        table.write_csv("counts.csv")
        result = command("forecast", "counts.csv", "--out", out, *options)
        assert result.exit_code == 0, result.stderr
        call.said, call.shown = result.stderr, result.stdout
        return pl.read_csv(out, try_parse_dates=True)

    return call


@pytest.fixture
def refused(command):
    """The refusal, without anything written."""

    def call(table, *options):
        table.write_csv("counts.csv")
        result = command("forecast", "counts.csv", "--out", "out.csv", *options)
        assert result.exit_code == 2, result.output
        assert not Path("out.csv").exists()
        return result.stderr.split("Error: ")[1]

    return call


def by_hand(counts, *, seed=0, levels=LEVELS, **options):
    return engine.forecast(counts, levels=levels, rng=np.random.default_rng(seed), **options).quantiles


def test_it_writes_a_row_for_each_series_week_and_quantile(run, table):
    found = run(table)
    assert found.columns == ["region", "date", "quantile", "value"]
    assert found["date"].unique(maintain_order=True).to_list() == (FIRST + 60 + 7 * np.arange(4)).tolist()
    expected = by_hand(matrix(table), horizon=4, step="day", sum_over=7)
    np.testing.assert_allclose(values(found), expected, rtol=1e-12)
    assert "Forecast of 2 series by combination: 4 weeks from 2025-05-02 on" in run.shown
    assert "North" in run.shown


@pytest.mark.parametrize("method", METHODS)
def test_it_is_what_each_method_computes(run, table, method):
    found = run(table, "--method", method, "--horizon", "10d", "--seed", 3)
    expected = by_hand(matrix(table), horizon=10, step="day", method=method, seed=3)
    np.testing.assert_allclose(values(found), expected, rtol=1e-12)
    assert found["date"].min() == (FIRST + 60).item()


def test_weeks_give_weeks(run, table):
    weeks = weekly(table.filter(pl.col("date") < FIRST.item() + pl.duration(days=56)))
    found = run(weeks, "--horizon", "8w", "--quantiles", "0.1,0.5,0.9")
    every = (0.025, 0.1, 0.5, 0.9, 0.975)
    expected = by_hand(matrix(weeks), horizon=8, step="week", levels=every)[..., 1:4]
    np.testing.assert_allclose(values(found), expected, rtol=1e-12)
    assert found["date"].min() == (FIRST + 56).item()
    assert "week from" in run.shown


def test_a_serial_interval_is_used(run, table):
    found = run(table, "--method", "renewal", "--serial-interval", interval_file(Path("si.csv")))
    expected = by_hand(
        matrix(table), horizon=4, step="day", sum_over=7, method="renewal", serial_interval=INTERVAL / INTERVAL.sum()
    )
    np.testing.assert_allclose(values(found), expected, rtol=1e-12)
    assert not run(table, "--method", "renewal").equals(found)


def test_a_nowcast_stands_in_for_the_last_counts(run, table):
    told = nowcast_of(table, 6)
    told.write_csv("n.csv")
    known = table.filter(pl.col("date") < FIRST.item() + pl.duration(days=58))
    found = run(known, "--nowcast", "n.csv")
    quantiles = told["value"].to_numpy().reshape(2, 6, 5)
    recent = draws_from_quantiles(quantiles, [0.025, 0.25, 0.5, 0.75, 0.975], draws=100)
    expected = by_hand(matrix(table), horizon=4, step="day", sum_over=7, recent=recent)
    np.testing.assert_allclose(values(found), expected, rtol=1e-12)
    assert found["date"].min() == (FIRST + 60).item()
    assert (values(found)[..., 3] > values(run(table))[..., 3]).all()


def test_nothing_after_the_day_is_used(run, table):
    day = FIRST + 40
    found = run(table, "--as-of", day)
    assert found.equals(run(table.filter(pl.col("date") <= day.item())))


def test_series_without_enough_history_are_left_out_and_named(run, table):
    short = table.filter((pl.col("region") == "North") | (pl.col("date") < FIRST.item() + pl.duration(days=30)))
    found = run(short, "--absent", "missing")
    assert found["region"].unique().to_list() == ["North"]
    assert "Left out, with too short a history: 'South' (1 of 2 series)." in run.said


def test_the_seed_decides_and_the_cores_do_not(run, table):
    first = run(table)
    assert first.equals(run(table, "--seed", 0, "--jobs", 1))
    assert not first.equals(run(table, "--seed", 1))


def test_a_single_series_has_no_key(run, table):
    found = run(table, "--by", "")
    assert found.columns == ["date", "quantile", "value"]
    added = table.group_by("date", maintain_order=True).agg(pl.col("cases").sum())
    np.testing.assert_allclose(
        found["value"].to_numpy().reshape(1, 4, -1),
        by_hand(added["cases"].to_numpy(), horizon=4, step="day", sum_over=7),
        rtol=1e-12,
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--horizon", "29d"], "'29d' is too far: a forecast reaches 28 days, or 8 weeks"),
        (["--horizon", "9w"], "'9w' is too far"),
        (["--horizon", "4"], "'4' is not a number of days or weeks such as 28d or 4w"),
        (["--horizon", "0d"], "'0d' is not a number of days or weeks"),
        (["--method", "flat", "--serial-interval", "measles"], "--serial-interval is of combination and renewal; flat"),
        (["--serial-interval", "flu"], "'flu', which is no file, nor a delay such as"),
        (["--as-of", "2025-03-01"], "--as-of 2025-03-01 is before the end of the first day"),
        (["--as-of", "2025-03-10"], "a forecast by the day needs 21: leave it out, or join it with another series"),
        (["--nowcast", "n.csv"], "--nowcast n.csv: there is no such file"),
        (["--quantiles", "0.5,2"], "levels lie between 0 and 1"),
        (["--every", "month"], "--every month: a forecast needs counts of days or weeks"),
    ],
)
def test_what_cannot_be(command, table, options, said):
    table.write_csv("counts.csv")
    result = command("forecast", "counts.csv", "--out", "out.csv", *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not Path("out.csv").exists()


def test_weeks_do_not_give_days(refused, table):
    said = refused(weekly(table), "--horizon", "28d")
    assert "--horizon 28d is of days, but INPUT counts weeks; give weeks, such as --horizon 4w" in said
    assert "--every day was asked for, but INPUT counts weeks" in refused(weekly(table), "--every", "day")


def test_weeks_disguised_as_days_give_no_days(refused, run, table):
    lumps = table.with_columns(
        pl.when(pl.col("date").dt.weekday() == 1).then(pl.col("cases") * 7).otherwise(0).alias("cases")
    )
    said = refused(lumps, "--horizon", "14d")
    assert "'North' and 1 more has cases on Mondays only in the last 56 days" in said
    assert run(lumps, "--every", "week").height == 2 * 4 * len(LEVELS)


def test_a_nowcast_of_other_days(refused, table):
    nowcast_of(table, 6).with_columns(pl.col("date") - pl.duration(days=90)).write_csv("n.csv")
    said = refused(table, "--nowcast", "n.csv")
    assert "--nowcast n.csv begins on 2025-01-26, but INPUT has counts from 2025-03-03 to 2025-05-01" in said
