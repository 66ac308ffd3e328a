"""`tocsin evaluate forecast`: each forecast from what was known on its day, and scored against what came."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.epidemics import FIRST, growing, interval_file, matrix

from tocsin.epi.forecast import forecast as forecast_of
from tocsin.epi.score import weighted_interval_score

LEVELS = "0.025,0.25,0.5,0.75,0.975"
TAU = np.array([0.025, 0.25, 0.5, 0.75, 0.975])
DAYS = ["--from", "2025-04-14", "--to", "2025-04-21"]
COLUMNS = [
    "method", "horizon", "forecasts", "missing", "wis", "relative_wis", "log_wis", "relative_log_wis", "coverage_50",
    "coverage_95", "bias", "absolute_error", "dispersion", "overprediction", "underprediction",
]  # fmt: skip


@pytest.fixture(scope="module")
def table():
    return growing({"North": 0.04, "South": -0.02})


@pytest.fixture
def run(command):
    def call(table, *options, out="out.csv"):
        table.write_csv("counts.csv")
        result = command("evaluate", "forecast", "counts.csv", "--quantiles", LEVELS, "--out", out, *options)
        assert result.exit_code == 0, result.stderr
        call.said, call.shown = result.stderr, result.stdout
        return pl.read_csv(out)

    return call


@pytest.fixture
def refused(command):
    def call(table, *options):
        table.write_csv("counts.csv")
        result = command("evaluate", "forecast", "counts.csv", "--out", "out.csv", *options)
        assert result.exit_code == 2, result.output
        assert not Path("out.csv").exists()
        return result.stderr.split("Error: ")[1]

    return call


def vintages(table: pl.DataFrame, *, cumulative: bool = False, lag: int = 1) -> pl.DataFrame:
    """Each date appears a day after it with nine tenths of its cases, and in full three days later."""
    late = table.with_columns((pl.col("date") + pl.duration(days=lag + 3)).alias("as_of"), pl.col("cases").alias("n"))
    early = table.with_columns(
        (pl.col("date") + pl.duration(days=lag)).alias("as_of"), (pl.col("cases") * 9 // 10).alias("n")
    )
    rows = pl.concat([early, late]).select("region", "date", "as_of", "n")
    if not cumulative:
        return rows.sort("as_of", "region", "date")
    whole = []
    for day in rows["as_of"].unique().sort():
        known = rows.filter(pl.col("as_of") <= day).sort("as_of").unique(["region", "date"], keep="last")
        known = known.sort("region", "date").with_columns(
            pl.col("n").cum_sum().over("region"), pl.lit(day).alias("as_of")
        )
        whole.append(known)
    return (
        pl.concat(whole)
        .sort("region", "date", "as_of")
        .unique(["region", "date", "n"], keep="first", maintain_order=True)
    )


def known_on(table: pl.DataFrame, day: np.datetime64, lag: int = 1) -> np.ndarray:
    rows = vintages(table, lag=lag).filter(pl.col("as_of") <= day.item())
    last = rows.sort("as_of").unique(["region", "date"], keep="last").sort("region", "date")
    return last["n"].to_numpy().reshape(2, -1).astype(float)


def by_hand(counts, day, method):
    rng = np.random.default_rng([1, int(day.astype(int))])
    options = {"horizon": 2, "step": "day", "sum_over": 7, "method": method, "negative": "spread"}
    return forecast_of(counts, levels=TAU, rng=rng, **options).quantiles


def test_scores_are_those_of_forecasts_made_by_hand(run, table):
    found = run(table, *DAYS, "--horizon", "2w", "--methods", "renewal,flat")
    assert found.columns == ["region", *COLUMNS]
    counts = matrix(table)
    scores = {"renewal": [], "flat": []}
    for day in (FIRST + 42, FIRST + 49):
        end = int((day - FIRST).astype(int)) + 1
        truth = np.full((2, 14), np.nan)
        truth[:, : 60 - end] = counts[:, end : end + 14]
        truth = truth.reshape(2, 2, 7).sum(axis=2)
        for method, kept in scores.items():
            kept.append(weighted_interval_score(truth, by_hand(counts[:, :end], day, method), TAU))
    for method, kept in scores.items():
        s = np.array(kept)
        rows = found.filter(pl.col("method") == method)
        overall = rows.filter(pl.col("region").is_null(), pl.col("horizon").is_null()).row(0, named=True)
        assert overall["forecasts"] == (~np.isnan(s)).sum() == 6
        assert overall["missing"] == 2
        assert overall["wis"] == pytest.approx(np.nanmean(s))
        assert overall["relative_wis"] == pytest.approx(np.nanmean(s) / np.nanmean(scores["flat"]))
        assert rows.filter(pl.col("horizon") == 2)["wis"].item() == pytest.approx(np.nanmean(s[:, :, 1]))
        assert rows.filter(pl.col("region") == "South")["wis"].item() == pytest.approx(np.nanmean(s[:, 1]))
    assert found.height == 2 * (1 + 2 + 2)
    assert "INPUT has no vintages (--vintage, --value): forecasts are given counts as they stand today" in run.said
    assert "Forecasts of 2 series, 2 weeks ahead, on 2 days from 2025-04-14 to 2025-04-21" in run.shown
    assert "to flat" in run.shown


@pytest.mark.parametrize("cumulative", [False, True])
def test_a_forecast_is_given_the_vintage_of_its_day(run, table, cumulative):
    read = ["--date", "date", "--vintage", "as_of", "--value", "n", "--by", "region"]
    if cumulative:
        read.append("--cumulative")
    found = run(vintages(table, cumulative=cumulative), *read, "--from", "2025-04-14", "--to", "2025-04-14",
                "--horizon", "2w", "--methods", "flat", "--baseline", "none")  # fmt: skip
    day = FIRST + 42
    then = known_on(table, day)
    assert then.shape == (2, 42)
    assert (then[:, -1] < matrix(table)[:, 41]).all()
    if cumulative:  # what the first sum holds cannot be told from what was before
        then[:, 0] = np.nan
    truth = matrix(table)[:, 42:56].reshape(2, 2, 7).sum(axis=2)
    expected = weighted_interval_score(truth, by_hand(then, day, "flat"), TAU)
    overall = found.filter(pl.col("region").is_null(), pl.col("horizon").is_null())
    assert overall["wis"].item() == pytest.approx(expected.mean())
    assert "INPUT has no vintages" not in run.said


@pytest.mark.parametrize("of_vintages", [False, True])
def test_rows_at_fault_are_said_and_listed(run, command, table, of_vintages):
    read = ["--from", "2025-04-14", "--to", "2025-04-14", "--horizon", "1w", "--methods", "flat", "--baseline", "none"]
    rows, count = table, "cases"
    if of_vintages:
        rows, count = vintages(table), "n"
        read += ["--date", "date", "--vintage", "as_of", "--value", "n", "--by", "region"]
    plain = run(rows, *read)
    assert not Path("out-problems.csv").exists()
    text = rows.with_columns(pl.all().cast(pl.String))
    cells = ["some", "x", "y", "z", "many"]
    row = {name: text[name][0] for name in text.columns}
    faults = [*({count: cell} for cell in cells), {"date": "2025-02-30"}]
    bad = pl.DataFrame([row | fault for fault in faults], schema=text.schema)
    assert run(pl.concat([text, bad]), *read).equals(plain)
    assert "6 rows have problems, 6 of them could not be used:" in run.said
    first = rows.height + 2
    assert f"row {first}, column {count}, 'some': this is text where a count was expected (left out)" in run.said
    assert "more in out-problems.csv" in run.said
    assert "Written: out-problems.csv" in run.shown
    expected = [(first + at, count, cell, "not_a_number") for at, cell in enumerate(cells)]
    listed = pl.read_csv("out-problems.csv").filter(~pl.col("taken"))
    assert listed.select("row", "column", "value", "rule").rows() == [
        *expected,
        (first + 5, "date", "2025-02-30", "impossible_date"),
    ]
    without = command("evaluate", "forecast", "counts.csv", "--quantiles", LEVELS, *read)
    assert "more in the file of problems, with --out" in without.stderr


def test_what_is_published_later_changes_no_forecast(run, table):
    read = ["--date", "date", "--vintage", "as_of", "--value", "n", "--by", "region", "--methods", "flat,renewal",
            "--from", "2025-04-14", "--to", "2025-04-14", "--horizon", "1w"]  # fmt: skip
    rows = vintages(table)
    later = rows.filter(pl.col("as_of") > pl.date(2025, 4, 14), pl.col("date") <= pl.date(2025, 4, 12))
    changed = pl.concat(
        [rows.join(later, on=["region", "date", "as_of"], how="anti"), later.with_columns(pl.col("n") * 5)]
    )
    assert run(rows, *read).equals(run(changed, *read))


def test_series_too_short_for_a_forecast_are_missing_and_no_more(run, table):
    short = table.filter((pl.col("region") == "North") | (pl.col("date") >= pl.date(2025, 4, 1)))
    found = run(short, "--from", "2025-04-14", "--to", "2025-04-14", "--horizon", "1w", "--methods", "flat",
                "--baseline", "none", "--absent", "missing")  # fmt: skip
    assert found.filter(pl.col("region") == "South")["missing"].to_list() == [1]
    assert found.filter(pl.col("region") == "North")["missing"].to_list() == [0]


def test_weeks(run, table):
    weeks = table.group_by("region", pl.col("date").dt.truncate("1w"), maintain_order=True).agg(pl.col("cases").sum())
    found = run(weeks, "--from", "2025-04-13", "--to", "2025-04-20", "--horizon", "1w", "--methods", "flat,renewal")
    assert found.filter(pl.col("region").is_null())["forecasts"].to_list() == [4, 4]


def test_a_day_on_which_no_method_can_forecast(refused, table):
    said = refused(table, "--from", "2025-03-10", "--to", "2025-03-10")
    assert "no method forecast on any day; on 2025-03-10" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "2025-01-01"], "--from 2025-01-01 is before anything of INPUT was known: give 2025-03-03 or"),
        (["--from", "2025-06-01"], "--from 2025-06-01 is after 2025-04-30, after which nothing is known"),
        (["--from", "2025-04-20", "--to", "2025-04-10"], "--to 2025-04-10 is before --from 2025-04-20"),
        (["--from", "2025-04-20", "--to", "2026-04-10"], "--to 2026-04-10 is after 2025-04-30"),
        (["--from", "2025-04-20", "--methods", "guess"], "there is no method 'guess'; there are combination, renewal"),
        (["--from", "2025-04-20", "--methods", "renewal"], "--baseline flat is not among --methods renewal"),
        (["--from", "2025-04-20", "--quantiles", "0.1,0.5"], "each with its mirror image"),
        (["--from", "2025-04-20", "--vintage", "date"], "a table of vintages needs both --vintage"),
        (["--from", "2025-04-20", "--vintage", "date", "--value", "cases"], "a table of vintages needs --date"),
        (["--from", "2025-04-20", "--methods", "flat", "--serial-interval", "measles"], "is of combination and"),
        (["--from", "2025-04-20", "--horizon", "60d"], "'60d' is too far"),
        (["--from", "2025-04-20", "--date", "date", "--vintage", "then", "--value", "cases"], "--vintage then, but"),
        (["--from", "2025-04-20", "--date", "date", "--vintage", "date", "--value", "cases"], "vintage are both"),
        (["--from", "2025-04-20", "--date", "date", "--vintage", "d", "--value", "n", "--absent", "zero"],
         "--absent is not of tables of vintages"),
    ],
)  # fmt: skip
def test_what_cannot_be(refused, table, options, said):
    assert said in refused(table, *options)


def test_a_serial_interval_changes_the_renewal_model(run, table):
    options = ["--from", "2025-04-14", "--to", "2025-04-14", "--horizon", "1w", "--methods", "renewal,flat"]
    own = run(table, *options, "--serial-interval", interval_file(Path("si.csv")))
    assert not own.equals(run(table, *options))
