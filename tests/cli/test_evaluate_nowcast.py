"""`tocsin evaluate nowcast`: each nowcast from what had been reported by its day, scored against what came."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.two_dates import counted, vintages, with_total

from tocsin.epi.nowcast import nowcast as nowcast_of
from tocsin.epi.nowcast import triangle_of_reports
from tocsin.epi.quantiles import LEVELS
from tocsin.epi.score import relative_skill, weighted_interval_score

DATES = ["--event-date", "event", "--report-date", "report"]
COUNTS = [*DATES, "--count", "n"]
DAYS = ["--from", "2025-03-10", "--to", "2025-03-17"]
QUICK = ["--max-delay", 9, "--horizon", 4]
AGES = {("North", "00-14"): 30.0, ("North", "15+"): 60.0}


@pytest.fixture
def run(command):
    def call(table, *options, out="out.csv"):
        table.write_csv("reports.csv")
        result = command("evaluate", "nowcast", "reports.csv", "--out", out, *options)
        assert result.exit_code == 0, result.stderr
        call.said, call.shown = result.stderr, result.stdout
        return pl.read_csv(out)

    return call


@pytest.fixture
def refused(command):
    def call(table, *options):
        table.write_csv("reports.csv")
        result = command("evaluate", "nowcast", "reports.csv", "--out", "out.csv", *options)
        assert result.exit_code == 2, result.output
        assert not Path("out.csv").exists()
        return result.stderr.split("Error: ")[1]

    return call


@pytest.fixture(scope="module")
def table():
    return counted(AGES)


def triangle(table, day=None, longest=9):
    strata = table["age"].rank("dense").cast(pl.Int64).to_numpy() - 1
    events, reports = table["event"].to_numpy(), table["report"].to_numpy()
    return triangle_of_reports(events, reports, table["n"].to_numpy(), strata=strata, as_of=day, longest=longest)


def scores_by_hand(table, method, *, over=7, horizon=4):
    """(days, strata, horizons), the last period first."""
    whole = triangle(table).reported
    sums = np.lib.stride_tricks.sliding_window_view(whole, over, axis=1).sum(axis=-1)
    found = []
    for day in (np.datetime64("2025-03-10"), np.datetime64("2025-03-17")):
        known = triangle(table, day)
        rng = np.random.default_rng([1, int(day.astype(int))])
        made = nowcast_of(known, method=method, quantiles=LEVELS, sum_over=over, rng=rng)
        last = len(known.dates) - 1
        truth = sums[:, last - over + 1 - np.arange(horizon + 1)]
        found.append(weighted_interval_score(truth, made.quantiles[:, last - np.arange(horizon + 1)], LEVELS))
    return np.array(found)


@pytest.mark.parametrize("over", [7, 1])
def test_scores_are_those_of_nowcasts_made_by_hand(run, table, over):
    found = run(table, *COUNTS, "--by", "region,age", *DAYS, *QUICK, "--sum", over)
    assert found.columns[:5] == ["region", "age", "method", "horizon", "forecasts"]
    assert found.height == 2 * (1 + 5 + 2)
    scores = np.array([scores_by_hand(table, method, over=over) for method in ("drifting", "chain_ladder")])
    skill = relative_skill(scores).skill
    for number, method in enumerate(("drifting", "chain_ladder")):
        s = scores[number]
        rows = found.filter(pl.col("method") == method)
        overall = rows.filter(pl.col("age").is_null(), pl.col("horizon").is_null()).row(0, named=True)
        assert (overall["forecasts"], overall["missing"]) == (2 * 2 * 5, 0)
        assert overall["wis"] == pytest.approx(s.mean())
        assert overall["relative_wis"] == pytest.approx(skill[number])
        by_horizon = rows.filter(pl.col("horizon").is_not_null()).sort("horizon")["wis"]
        np.testing.assert_allclose(by_horizon, s.mean(axis=(0, 1)))
        by_age = rows.filter(pl.col("age").is_not_null()).sort("age")["wis"]
        np.testing.assert_allclose(by_age, s.mean(axis=(0, 2)))
    assert "as of 2 days from 2025-03-10 to 2025-03-17" in run.shown
    assert "drifting" in run.shown
    assert "00-14" in run.shown


def test_what_is_reported_later_changes_no_nowcast(run, table):
    """The truth of the delays up to 3 days is the same, so are the scores; only later reports differ."""
    options = [*COUNTS, *DAYS, "--target", "3d", "--horizon", 2, "--max-delay", 9]
    late = (pl.col("report") > pl.date(2025, 3, 17)) & (pl.col("report") > pl.col("event") + pl.duration(days=3))
    first = run(table, *options)
    assert first.equals(run(table.with_columns(pl.when(late).then(500).otherwise("n").alias("n")), *options))


def test_a_total_is_used_if_wanted(run, table):
    both = with_total(table, "age", "00+")
    options = [*COUNTS, "--by", "region,age", *DAYS, *QUICK, "--methods", "drifting"]
    used = run(both, *options).filter(pl.col("age") == "00+")["wis"].item()
    ignored = run(both, *options, "--totals", "ignore").filter(pl.col("age") == "00+")["wis"].item()
    assert used != ignored


def test_vintages_are_as_good_as_reports(run):
    table = counted({("North", "all"): 40.0}, days=70)
    options = ["--from", "2025-02-20", "--to", "2025-02-27", "--max-delay", 9, "--horizon", 3, "--since", "2025-01-03"]
    read = ["--event-date", "event", "--vintage", "vintage", "--value", "value"]
    assert run(table, *COUNTS, *options).equals(run(vintages(table), *read, *options))


def test_weeks_end_on_the_weekday_of_the_days(run):
    table = counted({("North", "all"): 200.0}, days=40, step=7)
    found = run(table, *COUNTS, "--from", "2025-08-05", "--to", "2025-08-19", "--max-delay", 9, "--horizon", 2)
    overall = found.filter(pl.col("horizon").is_null())
    assert overall["forecasts"].to_list() == [9, 9]
    assert overall["missing"].to_list() == [0, 0]
    assert "weeks" in run.shown


def test_the_final_truth_holds_what_came_later_than_the_longest_delay(run, table):
    day = np.datetime64("2025-03-10")
    options = [*COUNTS, "--by", "region,age", "--from", day, "--to", day, "--max-delay", 4, "--horizon", 1]
    found = run(table, *options, "--target", "final")
    assert found["method"].unique().to_list() == ["drifting"]
    made = nowcast_of(triangle(table, day, longest=4), target="final", quantiles=LEVELS, sum_over=7)
    sums = np.lib.stride_tricks.sliding_window_view(triangle(table).reported, 7, axis=1).sum(axis=-1)
    last = len(made.dates) - 1
    scores = weighted_interval_score(sums[:, [last - 6, last - 7]], made.quantiles[:, [last, last - 1]], LEVELS)
    assert found.filter(pl.col("age").is_null(), pl.col("horizon").is_null())["wis"].item() == pytest.approx(
        scores.mean()
    )


BAD = [
    ("North", "15+", "2025-02-30", "2025-03-02", "4"), ("North", "15+", "2025-03-01", "yesterday", "4"),
    *(("North", "15+", "2025-03-01", "2025-03-02", cell) for cell in ("some", "2.5", "x", "y")),
]  # fmt: skip


def test_rows_at_fault_are_said_and_listed(run, command, table):
    text = table.with_columns(pl.all().cast(pl.String))
    more = pl.concat([text, pl.DataFrame(BAD, schema=text.schema, orient="row")])
    plain = run(table, *COUNTS, "--by", "region,age", *DAYS, *QUICK)
    assert not Path("out-problems.csv").exists()
    assert run(more, *COUNTS, "--by", "region,age", *DAYS, *QUICK).equals(plain)
    first = table.height + 2
    assert "6 rows have problems, 6 of them could not be used:" in run.said
    assert f"row {first}, column event, '2025-02-30': there is no such day" in run.said
    assert "… and 1 more in out-problems.csv" in run.said
    assert "Written: out-problems.csv" in run.shown
    assert pl.read_csv("out-problems.csv").select("row", "column", "value", "rule").rows() == [
        (first, "event", "2025-02-30", "impossible_date"),
        (first + 1, "report", "yesterday", "not_a_date"),
        (first + 2, "n", "some", "not_a_number"),
        (first + 3, "n", "2.5", "fractional"),
        (first + 4, "n", "x", "not_a_number"),
        (first + 5, "n", "y", "not_a_number"),
    ]
    without = command("evaluate", "nowcast", "reports.csv", *COUNTS, "--by", "region,age", *DAYS, *QUICK)
    assert "… and 1 more in the file of problems, with --out" in without.stderr


def test_delays_are_taken_as_dates_of_reports_are(run, table):
    lag = (pl.col("report") - pl.col("event")).dt.total_days().alias("lag")
    by_date = run(table, *COUNTS, "--by", "region,age", *DAYS, *QUICK)
    delays = ["--event-date", "event", "--delay", "lag", "--count", "n"]
    assert run(table.with_columns(lag).drop("report"), *delays, "--by", "region,age", *DAYS, *QUICK).equals(by_date)


def test_methods_that_cannot_are_said_and_the_others_go_on(run, table):
    found = run(table, *COUNTS, "--from", "2025-01-12", "--to", "2025-03-17", "--step", 32, *QUICK)
    assert "gave nothing on 1 of 3 days, first on 2025-01-12: the triangle has" in run.shown
    assert (found.filter(pl.col("horizon").is_null())["missing"] > 0).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "2024-01-01"], "--from 2024-01-01 is before anything of INPUT was known: give 2025-01-01"),
        (["--from", "2025-08-01"], "of which all reports within 9 days are known: there is nothing to compare with"),
        (["--from", "2025-03-20", "--to", "2025-03-10"], "--to 2025-03-10 is before --from 2025-03-20"),
        (["--from", "2025-03-10", "--methods", "magic"], "there is no method 'magic'; there are drifting, chain"),
        (["--from", "2025-03-10", "--baseline", "lawless"], "--baseline lawless is not among --methods drifting,chain"),
        (["--from", "2025-03-10", "--quantiles", "0.1,0.5,0.8"], "each with its mirror image"),
        (["--from", "2025-03-10", "--target", "final", "--methods", "lawless"], "--target final is of drifting alone"),
        (["--from", "2025-03-10", "--methods", "lawless", "--holidays", "2025-01-01"], "--holidays are of drifting"),
        (["--from", "2025-03-10", "--target", "soon"], "target is 'soon'; give a span such as 40d or 6w, or final"),
        (["--from", "2025-01-05"], "no method forecast on any day"),
    ],
)  # fmt: skip
def test_what_cannot_be(refused, table, options, said):
    if options == ["--from", "2025-01-05"]:
        options = [*options, "--to", "2025-01-05"]
    assert said in refused(table, *COUNTS, *QUICK, *options)


def test_the_columns_must_go_together(refused, table):
    assert "give either --report-date" in refused(table, "--event-date", "event", *DAYS)
    assert "--vintage needs --value" in refused(table, "--event-date", "event", "--vintage", "report", *DAYS)
    assert "--value does not go with --report-date" in refused(table, *DATES, "--value", "n", *DAYS)
    assert "--cumulative is of vintages" in refused(table, *COUNTS, "--cumulative", *DAYS)
    early = table.with_columns(pl.col("report") - pl.duration(days=1))
    assert "rows have a report dated before its event" in refused(early, *COUNTS, *DAYS)


def test_steps_of_weeks_are_weeks(refused):
    weekly = counted({("North", "all"): 40.0}, step=7, days=30)
    said = refused(weekly, *COUNTS, "--from", "2025-05-10", "--step", 3, "--max-delay", 9)
    assert "--step 3 is no whole number of weeks, but periods are weeks; give 7, 14" in said
