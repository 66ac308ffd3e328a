"""`tocsin reproduction` as a person runs it: what the engine computes by hand, and refusals that say what to do."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.epidemics import FIRST, INTERVAL, growing, interval_file, matrix, nowcast_of, values, weekly

from tocsin.epi.delays import named
from tocsin.epi.quantiles import LEVELS
from tocsin.epi.reproduction import draws_from_quantiles, growth_to_reproduction
from tocsin.epi.reproduction import reproduction as reproduction_of

RATES = {"North": 0.04, "South": -0.02}
COLUMNS = ["region", "date", "window_start", "mean", "sd", "quantile", "value", "growth_rate", "doubling_days"]


@pytest.fixture(scope="module")
def table():
    return growing(RATES)


@pytest.fixture
def run(command):
    """Estimate from a table; the result is the table written."""

    def call(table, *options, out="out.csv", interval="si.csv"):
        table.write_csv("counts.csv")
        interval_file(Path("si.csv"))
        result = command("reproduction", "counts.csv", "--serial-interval", interval, "--out", out, *options)
        assert result.exit_code == 0, result.stderr
        call.said, call.shown = result.stderr, result.stdout
        return pl.read_csv(out, try_parse_dates=True)

    return call


@pytest.fixture
def refused(command):
    """The refusal, without anything written."""

    def call(table, *options, interval="si.csv"):
        if isinstance(table, str):
            Path("counts.csv").write_text(table)
        else:
            table.write_csv("counts.csv")
        if not Path("si.csv").exists():
            interval_file(Path("si.csv"))
        result = command("reproduction", "counts.csv", "--serial-interval", interval, "--out", "out.csv", *options)
        assert result.exit_code == 2, result.output
        assert not Path("out.csv").exists()
        return result.stderr.split("Error: ")[1]

    return call


def test_it_writes_a_row_for_each_series_day_and_quantile(run, table):
    found = run(table)
    assert found.columns == COLUMNS
    assert found["region"].unique(maintain_order=True).to_list() == list(RATES)
    assert found.height == 2 * 59 * len(LEVELS)
    assert found["date"][0] == (FIRST + 1).item()
    assert (found["date"] == found["window_start"]).all()
    expected = reproduction_of(matrix(table), serial_interval=INTERVAL)
    np.testing.assert_allclose(values(found), expected.quantiles, rtol=1e-12)
    np.testing.assert_allclose(values(found, "mean")[..., 0], expected.mean, rtol=1e-12)
    np.testing.assert_allclose(values(found, "sd")[..., 3], expected.sd, rtol=1e-12)
    assert "Serial interval: of si.csv, mean 2.4 days." in run.said
    assert "Reproduction number of 2 series by filter, to 2025-05-01" in run.shown
    assert "North   2025-05-01" in run.shown


def test_growth_is_what_each_r_means(run, table):
    found = run(table)
    rate, R = values(found, "growth_rate"), values(found)
    np.testing.assert_allclose(growth_to_reproduction(rate, INTERVAL), R, rtol=1e-6)
    np.testing.assert_allclose(values(found, "doubling_days"), np.log(2) / rate, rtol=1e-9)
    assert values(found, "growth_rate")[0, 20:, 3].mean() == pytest.approx(0.04, abs=0.01)
    assert values(found, "growth_rate")[1, 20:, 3].mean() == pytest.approx(-0.02, abs=0.01)


@pytest.mark.parametrize("method", ["cori", "wallinga_teunis"])
def test_windows_have_a_first_and_a_last_day(run, table, method):
    found = run(table, "--method", method, "--window", 5, "--quantiles", "0.25,0.5,0.75")
    assert ((found["date"] - found["window_start"]).dt.total_days() == 4).all()
    expected = reproduction_of(
        matrix(table), serial_interval=INTERVAL, method=method, window=5, levels=(0.025, 0.25, 0.5, 0.75, 0.975)
    )
    np.testing.assert_allclose(values(found), expected.quantiles[..., 1:4], rtol=1e-12)
    assert found["growth_rate"].is_null().all() == (method == "wallinga_teunis")


def test_cori_is_epiestim(command, shared):
    data = shared / "data"
    cases = pl.read_csv(data / "p1_rt_incidence_epiestim.csv").filter(pl.col("series") == "Flu2009")
    interval = pl.read_csv(data / "p1_rt_serial_intervals.csv").filter(pl.col("series") == "Flu2009")
    reference = pl.read_csv(data / "p1_rt_reference_EpiEstim2.csv", null_values="NA").filter(
        pl.col("series") == "Flu2009"
    )
    cases.select("date", "local").write_csv("flu.csv")
    interval.select("day", "prob").write_csv("si.csv")
    options = ["--method", "cori", "--quantiles", "0.025,0.5,0.975", "--out", "out.csv"]
    result = command("reproduction", "flu.csv", "--count", "local", "--serial-interval", "si.csv", *options)
    assert result.exit_code == 0, result.stderr
    found = pl.read_csv("out.csv").filter(pl.col("quantile") == 0.975)
    assert found.height == reference.height == 25
    np.testing.assert_allclose(found["mean"], reference["mean"], atol=6e-6)
    np.testing.assert_allclose(found["sd"], reference["sd"], atol=6e-6)
    np.testing.assert_allclose(found["value"], reference["q975"], atol=6e-6)


def test_weeks_are_shared_out_over_their_days(run, table):
    weeks = weekly(table.filter(pl.col("date") < FIRST.item() + pl.duration(days=56)))
    found = run(weeks, "--method", "cori")
    expected = reproduction_of(matrix(weeks), serial_interval=INTERVAL, method="cori", every=7, levels=(*LEVELS,))
    np.testing.assert_allclose(values(found), expected.quantiles, rtol=1e-12)
    assert found["date"].max() == (FIRST + 55).item()
    days = table.filter(pl.col("date") < FIRST.item() + pl.duration(days=56))
    assert run(days, "--method", "cori", "--every", "week").equals(found)


def test_a_line_list_is_counted_by_day(run, table):
    cases = table.select(pl.exclude("cases").repeat_by("cases").explode(empty_as_null=False)).drop_nulls()
    assert run(cases).equals(run(table))


def test_nothing_after_the_day_is_used(run, table):
    day = FIRST + 40
    found = run(table, "--as-of", day)
    assert found.equals(run(table.filter(pl.col("date") <= day.item())))
    assert found["date"].max() == day.item()
    run(table, "--as-of", "2025-06-01")
    assert "INPUT ends on 2025-05-01, before --as-of 2025-06-01" in run.said


def test_a_series_that_ends_early_has_no_r_after_it(run, table):
    short = table.filter((pl.col("region") == "North") | (pl.col("date") <= FIRST.item() + pl.duration(days=30)))
    found = values(run(short))
    assert np.isfinite(found[0]).all()
    assert np.isfinite(found[1, :30]).all()
    assert np.isnan(found[1, 30:]).all()
    assert "South   2025-04-02" in run.shown
    assert "the last day estimated is shown" in run.shown


def test_a_series_without_a_case_is_said_to_say_nothing(run, table):
    empty = table.with_columns(pl.when(pl.col("region") == "South").then(0).otherwise("cases").alias("cases"))
    found = run(empty)
    assert np.isnan(values(found)[1]).all()
    assert "Not estimated in 1 of 2 series ('South'): no case was counted." in run.shown


@pytest.mark.parametrize("method", ["filter", "cori", "smoother"])
def test_imported_cases_infect_but_were_not_infected_here(run, table, method):
    more = table.with_columns((pl.col("cases") // 4).alias("abroad"))
    found = run(more, "--count", "cases", "--imported", "abroad", "--method", method)
    rng = {"rng": np.random.default_rng(0)} if method == "smoother" else {}
    expected = reproduction_of(
        matrix(more), serial_interval=INTERVAL, method=method, imported=matrix(more, "abroad"), levels=LEVELS, **rng
    )
    np.testing.assert_allclose(values(found), expected.quantiles, rtol=1e-12)
    apart = more.with_columns(pl.col("cases") - pl.col("abroad"))
    options = ["--count", "cases", "--imported", "abroad", "--method", method]
    assert run(apart, *options, "--imported-apart").equals(found)


def test_it_is_said_where_local_cases_may_be_taken_for_all(run, table):
    more = table.rename({"cases": "local"}).with_columns((pl.col("local") // 4).alias("abroad"))
    run(more, "--count", "local", "--imported", "abroad")
    assert "--count local is taken as all cases" in run.said
    run(more, "--count", "local", "--imported", "abroad", "--imported-apart")
    assert "is taken as all cases" not in run.said


@pytest.mark.parametrize("method", ["filter", "cori"])
@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_a_nowcast_stands_in_for_the_last_counts(run, table, method, ending):
    told = nowcast_of(table, 6)
    shuffled = told.sample(fraction=1, shuffle=True, seed=1)
    {"csv": shuffled.write_csv, "parquet": shuffled.write_parquet, "json": shuffled.write_json}[ending](f"n.{ending}")
    # The counts of the last two days need not be in INPUT at all.
    found = run(table.filter(pl.col("date") < FIRST.item() + pl.duration(days=58)), "--nowcast", f"n.{ending}",
                "--method", method)  # fmt: skip
    counts = np.repeat(matrix(table)[np.newaxis], 100, axis=0)
    quantiles = told["value"].to_numpy().reshape(2, 6, 5)
    counts[:, :, -6:] = draws_from_quantiles(quantiles, [0.025, 0.25, 0.5, 0.75, 0.975], draws=100)
    expected = reproduction_of(counts, serial_interval=INTERVAL, method=method, levels=LEVELS)
    np.testing.assert_allclose(values(found), expected.quantiles, rtol=1e-9)
    assert found["date"].max() == (FIRST + 59).item()


def test_the_smoother_draws_by_the_seed(run, table):
    first = run(table, "--method", "smoother")
    assert first.equals(run(table, "--method", "smoother", "--seed", 0, "--jobs", 1))
    assert not first.equals(run(table, "--method", "smoother", "--seed", 1))


def test_an_uncertain_serial_interval_is_mixed_by_cori(run, table):
    draws = [INTERVAL, [0, 0, 0.1, 0.2, 0.3, 0.4]]
    rows = [(d, day, p) for d, row in enumerate(draws) for day, p in enumerate(row)]
    pl.DataFrame(rows, schema=["draw", "day", "probability"], orient="row").write_csv("draws.csv")
    found = run(table, "--method", "cori", interval="draws.csv")
    expected = reproduction_of(matrix(table), serial_interval=np.array(draws), method="cori", levels=LEVELS)
    np.testing.assert_allclose(values(found), expected.quantiles, rtol=1e-9)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("measles", "measles: gamma, mean 14.9, sd 3.9 days"),
        ("gamma:14.9:3.9", "gamma, mean 14.9, sd 3.9 days"),
    ],
)
def test_a_serial_interval_by_its_name_or_its_figures(run, table, given, said):
    found = run(table, "--method", "cori", "--quantiles", "0.5", interval=given)
    w = named("measles").probabilities()
    expected = reproduction_of(matrix(table), serial_interval=w, method="cori", levels=(0.5,))
    np.testing.assert_allclose(values(found), expected.quantiles, rtol=1e-5)
    assert f"Serial interval: {said}" in run.said


def test_another_family_begins_on_the_first_day(run, table):
    found = run(table, "--quantiles", "0.5", interval="lognormal:4:2")
    assert np.isfinite(values(found)[:, 10:]).all()
    assert "Serial interval: lognormal, mean 4, sd 2 days." in run.said


def test_rows_at_fault_are_listed_beside_the_result(run, table):
    cases = pl.when(pl.col("date") == pl.date(2025, 3, 20)).then(pl.lit("many")).otherwise(pl.col("cases"))
    found = run(table.with_columns(cases.alias("cases")))
    assert found.height == 2 * 59 * len(LEVELS)
    assert pl.read_csv("out-problems.csv")["value"].to_list() == ["many", "many"]
    assert "Written: out-problems.csv" in run.shown


def test_a_key_named_like_a_result_keeps_its_values(run, table):
    found = run(table.rename({"region": "mean"}), "--by", "mean")
    assert found.columns[:2] == ["key_mean", "date"]


def test_weeks_given_as_days(refused, table):
    said = refused(weekly(table), "--every", "day")
    assert "--every day was asked for, but INPUT counts weeks; give --every week" in said


def test_weeks_disguised_as_days(refused, run, table):
    mondays = (pl.col("date").dt.weekday() == 1) | (pl.col("region") == "North")
    lumps = table.with_columns(pl.when(mondays).then("cases").otherwise(0).alias("cases"))
    said = refused(lumps)
    assert (
        "'South' has cases on Mondays only in the last 56 days: weekly counts given as daily; give --every week" in said
    )
    assert run(lumps, "--every", "week").height
    few = lumps.filter(pl.col("date") < FIRST.item() + pl.duration(days=35))
    assert run(few).height  # five Mondays with cases may be chance


def test_months_are_not_for_a_serial_interval(refused, table):
    months = pl.DataFrame({"month": ["2024-01", "2024-02", "2024-03", "2024-04"], "cases": [1, 2, 3, 4]})
    assert "INPUT counts months; R needs counts of days or weeks" in refused(months)
    assert "--every month: R needs counts of days or weeks" in refused(table, "--every", "month")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("day,probability\n1,0.5\n2,0.4\n", "adds up to 0.9; the probabilities of all delays add up to 1"),
        ("day,probability\n0,0.1\n1,0.5\n2,0.4\n", "--serial-interval gives 0.1 to 0 days, but nobody infects another"),
        ("day,probability\n1,1.5\n2,-0.5\n", "holds -0.5; probabilities are from 0 to 1"),
        ("day,share\n1,0.5\n2,0.5\n", "it needs 'days' (0, 1, 2 …) and 'probability'"),
        ("day,probability\n1,half\n2,0.5\n", "holds something that is no number"),
    ],
)
def test_a_serial_interval_that_is_none(refused, table, rows, said):
    Path("si.csv").write_text(rows)
    assert said in refused(table)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("flu", "'flu', which is no file, nor a delay such as"),
        ("gamma:4", "write the family, the mean and the standard deviation in days, as in gamma:6.5:4"),
        ("gamma:4:two", "write the family, the mean and the standard deviation in days, as in gamma:6.5:4"),
        ("gamma:0.8:1", "this serial interval is 1 day plus a gamma, and its mean above 1 day"),
        ("lognormal:4:-1", "a standard deviation is above 0 days"),
    ],
)
def test_a_serial_interval_by_a_name_or_figures_that_are_none(refused, table, given, said):
    assert said in refused(table, interval=given)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--window", 7], "--window is of cori and wallinga_teunis; filter follows each day"),
        (["--method", "wallinga_teunis", "--imported", "cases"], "--imported is of filter, smoother, cori"),
        (["--imported-apart"], "--imported-apart says what --imported COLUMN is"),
        (["--imported", "cases"], "--imported needs --count, the one column of all cases"),
        (["--imported", "abroad", "--count", "cases"], "abroad"),
        (["--method", "smoother", "--nowcast", "n.csv"], "--nowcast is of filter and cori, not of smoother"),
        (["--nowcast", "n.csv", "--imported", "cases"], "--nowcast and --imported do not go together"),
        (["--nowcast", "n.csv"], "--nowcast n.csv: there is no such file"),
        (["--nowcast", "n.xlsx"], "give the .csv, .parquet or .json that tocsin nowcast wrote"),
        (["--as-of", "2025-03-01"], "--as-of 2025-03-01 is before the end of the first day of INPUT, which begins on"),
        (["--method", "cori", "--window", 90], "90"),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together(refused, table, options, said):
    assert said in refused(table, *options)


def test_more_imported_than_all(refused, table):
    more = table.with_columns((pl.col("cases") + 1).alias("abroad"))
    said = refused(more, "--count", "cases", "--imported", "abroad")
    assert "imported cases are among the counts: from 0 to the count" in said
    assert "in 'North', day 0" in said


def test_imported_cases_of_weeks(refused, table):
    weeks = weekly(table).with_columns(pl.lit(1).alias("abroad"))
    said = refused(weeks, "--count", "cases", "--imported", "abroad")
    assert "--imported needs daily counts" in said


def test_gaps_are_named_by_their_series(refused, table):
    gap = table.filter((pl.col("region") != "South") | (pl.col("date") != FIRST.item() + pl.duration(days=20)))
    said = refused(gap, "--method", "wallinga_teunis", "--absent", "missing")
    assert "'South' has no count on day 20; who infected whom needs all days: use another method" in said


def test_weeks_do_not_tell_who_infected_whom(refused, table):
    said = refused(weekly(table), "--method", "wallinga_teunis")
    assert "wallinga_teunis counts who infected whom and needs daily counts; use another method" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda n: n.with_columns(pl.col("reported") * 7), "sums of several days, it seems; nowcast single ones with"),
        (lambda n: n.filter(pl.col("region") == "North"), "has no row of 'South', which INPUT has"),
        (lambda n: n.drop("region"), "has no column region; it must be what tocsin nowcast wrote with the same --by"),
        (lambda n: n.with_columns(pl.lit("f").alias("sex")), "tells strata apart by sex too"),
        (lambda n: n.with_columns(pl.col("date") + pl.duration(days=30)), "begins on 2025-05-26, but INPUT has counts"),
        (lambda n: n.filter(pl.col("date") != pl.date(2025, 4, 29)), "are not one a day, from 2025-04-26 to 2025"),
        (lambda n: n.with_columns(pl.lit(None, pl.Float64).alias("value")), "has no finite value on 2025-04-26"),
        (lambda n: n.filter(pl.col("quantile") == 0.5), "has 1 quantile; it needs two or more levels"),
        (lambda n: n.with_columns(pl.lit("soon").alias("date")), "holds a date or number that cannot be read"),
        (lambda n: n.slice(1), "does not have each date and quantile once in each stratum"),
        (lambda n: n.clear(), "is empty"),
    ],
)  # fmt: skip
def test_a_nowcast_of_something_else(refused, table, change, said):
    change(nowcast_of(table, 6)).write_csv("n.csv")
    assert said in refused(table, "--nowcast", "n.csv")


def test_a_nowcast_beyond_the_day(refused, table):
    nowcast_of(table, 6).write_csv("n.csv")
    said = refused(table, "--nowcast", "n.csv", "--as-of", "2025-04-28")
    assert "goes to 2025-05-01, beyond --as-of 2025-04-28; nowcast as of that day" in said


def test_what_cannot_be_read_or_written(command, refused, table):
    result = command("reproduction", "counts.csv", "--serial-interval", "measles", "--out", "out.xlsx")
    assert result.exit_code == 2
    assert "--out is out.xlsx; Tocsin writes no .xlsx" in result.stderr
    result = command("reproduction", "absent.csv", "--serial-interval", "measles", "--out", "out.csv")
    assert result.exit_code == 2
    assert "absent.csv" in result.stderr
    assert "date" in refused("when,cases\nsoon,1\nlater,2\n")


def test_quiet_says_nothing(command, table):
    table.write_csv("counts.csv")
    result = command("reproduction", "counts.csv", "--serial-interval", "measles", "--out", "out.csv", "--quiet")
    assert result.exit_code == 0
    assert result.output == ""
