"""`tocsin nowcast` as a person runs it: the same as the engine called by hand, and nothing from after the day asked."""

import gzip
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.two_dates import counted, line_list, vintages, with_total, written

from tocsin.epi.nowcast import METHODS, triangle_of_reports
from tocsin.epi.nowcast import nowcast as nowcast_of
from tocsin.epi.quantiles import LEVELS

AGES = {("North", "00-14"): 30.0, ("North", "15-59"): 60.0, ("North", "60+"): 20.0}
AS_OF = "2025-03-20"
DATES = ["--event-date", "event", "--report-date", "report"]
COUNTS = [*DATES, "--count", "n"]
BY = ["--by", "region,age"]


@pytest.fixture
def run(command):
    """Nowcast a table; the result is the table written."""

    def call(table, *options, as_of=AS_OF, out="out.csv"):
        path = table if isinstance(table, Path) else written(table, Path("reports.csv"))
        result = command("nowcast", path, "--as-of", as_of, "--out", out, *options)
        assert result.exit_code == 0, result.stderr
        call.said, call.shown = result.stderr, result.stdout
        return pl.read_csv(out, try_parse_dates=True)

    return call


def engine(table, *, as_of=AS_OF, longest=None, step=1, **options):
    """The same by hand: (strata, periods, levels) of the strata in the order of their keys."""
    keys = table.select("region", "age").unique().sort("region", "age").with_row_index("stratum")
    rows = table.join(keys, on=["region", "age"], maintain_order="left")
    triangle = triangle_of_reports(
        rows["event"].to_numpy(),
        rows["report"].to_numpy(),
        rows["n"].to_numpy(),
        strata=rows["stratum"].to_numpy(),
        as_of=as_of,
        longest=longest,
        step=step,
    )
    return nowcast_of(triangle, **options)


def values(found, strata=None):
    """(strata, periods, levels) of the table written."""
    strata = found.select(pl.struct(pl.exclude("date", "reported", "quantile", "value"))).n_unique()
    return found["value"].to_numpy().reshape(strata, found["date"].n_unique(), -1)


def test_it_writes_a_row_for_each_stratum_day_and_quantile(run):
    table = counted(AGES)
    found = run(table, *COUNTS, *BY, "--max-delay", 9)
    assert found.columns == ["region", "age", "date", "reported", "quantile", "value"]
    assert found.height == 3 * 29 * len(LEVELS)
    assert found["age"].unique(maintain_order=True).to_list() == ["00-14", "15-59", "60+"]
    days = (np.datetime64(AS_OF) - np.arange(28, -1, -1)).tolist()
    assert found["date"].unique(maintain_order=True).to_list() == days
    assert found["quantile"].head(len(LEVELS)).to_list() == list(LEVELS)
    known = table.filter(pl.col("report") <= pl.lit(AS_OF).str.to_date(), pl.col("age") == "60+")
    week = known.filter(pl.col("event") > pl.lit(AS_OF).str.to_date() - pl.duration(days=7))["n"].sum()
    assert found.filter(pl.col("age") == "60+")["reported"].tail(1).item() == week


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        (["--max-delay", 9], {"longest": 9}),
        (["--max-delay", 9, "--sum", 1], {"longest": 9, "sum_over": 1}),
        (["--target", "8d"], {"longest": 8, "target": "8d"}),
        (["--max-delay", 9, "--target", "6d"], {"longest": 9, "target": "6d"}),
        (["--max-delay", 9, "--target", "final"], {"longest": 9, "target": "final"}),
        ([], {}),
        (["--max-delay", 9, "--holidays", "2025-03-17,2025-03-10"], {"longest": 9, "holidays": ["2025-03-10"]}),
    ],
)
def test_it_is_what_the_engine_computes(run, options, asked):
    table = counted(AGES)
    if "holidays" in asked:
        asked["holidays"] = np.array(["2025-03-17", "2025-03-10"], dtype="datetime64[D]")
    expected = engine(table, **asked)
    found = run(table, *COUNTS, *BY, *options)
    np.testing.assert_allclose(values(found), expected.quantiles[:, -29:], rtol=1e-12)
    np.testing.assert_allclose(found["reported"].to_numpy()[:: len(LEVELS)].reshape(3, -1), expected.reported[:, -29:])


def test_a_delay_in_days_is_as_good_as_the_date_of_the_report(run):
    table = counted(AGES)
    by_date = run(table, *COUNTS, *BY, "--max-delay", 9)
    lag = (pl.col("report") - pl.col("event")).dt.total_days().alias("lag")
    by_delay = run(
        table.with_columns(lag).drop("report"), "--event-date", "event", "--delay", "lag", "--count", "n", *BY,
        "--max-delay", 9,
    )  # fmt: skip
    assert by_delay.equals(by_date)


@pytest.mark.parametrize("method", [name for name in METHODS if name != "drifting"])
def test_it_is_what_each_other_method_computes(run, method):
    table = counted(AGES)
    rng = np.random.default_rng(7)
    expected = engine(table, longest=9, method=method, quantiles=np.array([0.025, 0.3, 0.5, 0.975]), rng=rng)
    found = run(table, *COUNTS, *BY, "--max-delay", 9, "--method", method, "--seed", 7, "--quantiles", "0.3")
    np.testing.assert_allclose(values(found)[..., 0], expected.quantiles[:, -29:, 1], rtol=1e-12)


LATER = {
    "a thousandfold": {"n": pl.lit("1000")},
    "no numbers": {"n": pl.lit("0,5 or so")},
    "of another region": {"region": pl.lit("South")},
    "events without a date": {"event": pl.lit("")},
    "events that are no dates": {"event": pl.lit("soon")},
    "reported before their events": {"event": pl.lit("2025-12-01")},
    "a century later": {"report": pl.col("report").str.replace("2025", "2125")},
}


def changed(table, how):
    """The table with all that was reported after the day removed, or otherwise than it was."""
    text = table.with_columns(pl.col("event", "report", "n").cast(pl.String))
    late = pl.col("report") > AS_OF
    if how == "removed":
        return text.filter(~late)
    return text.with_columns(pl.when(late).then(to).otherwise(name).alias(name) for name, to in LATER[how].items())


@pytest.mark.parametrize("how", ["removed", *LATER])
def test_nothing_reported_after_the_day_has_any_influence(run, how):
    table = with_total(counted(AGES), "age", "00+")
    run(table, *COUNTS, *BY, "--target", "final")
    whole, shown = Path("out.csv").read_bytes(), run.shown
    run(changed(table, how), *COUNTS, *BY, "--target", "final")
    assert Path("out.csv").read_bytes() == whole
    assert run.shown == shown
    assert not Path("out-problems.csv").exists()


def test_a_total_among_the_strata_is_recognised_by_its_sums_and_used(run):
    table = with_total(counted(AGES), "age", "everybody")
    found = run(table, *COUNTS, *BY, "--max-delay", 9)
    assert "'everybody' of 'age' is the sum of the others: its nowcast is the mean" in run.said
    np.testing.assert_allclose(values(found), engine(table, longest=9, total=3).quantiles[:, -29:], rtol=1e-12)
    alone = run(table, *COUNTS, *BY, "--max-delay", 9, "--totals", "ignore")
    assert "is the sum" not in run.said
    np.testing.assert_allclose(values(alone), engine(table, longest=9).quantiles[:, -29:], rtol=1e-12)


def test_totals_of_several_places_are_used_in_each_place(run):
    places = {
        "North": with_total(counted(AGES), "age", "00+"),
        "South": with_total(counted({("South", age): 3 * n for (_, age), n in AGES.items()}, seed=2), "age", "00+"),
        "West": counted({("West", "all"): 40.0}, seed=3),
    }
    found = run(pl.concat(places.values()), *COUNTS, *BY, "--max-delay", 9)
    assert "'00+' of 'age' is the sum of the others in 2 groups" in run.said
    for name, table in places.items():
        expected = engine(table, longest=9, total=None if name == "West" else 0).quantiles[:, -29:]
        np.testing.assert_allclose(values(found.filter(pl.col("region") == name)), expected, rtol=1e-12)


def test_a_line_list_gives_what_its_counts_give(run):
    table = counted(AGES)
    by_counts = run(table, *COUNTS, *BY, "--max-delay", 9)
    by_rows = run(line_list(table), *DATES, *BY, "--max-delay", 9)
    assert by_rows.equals(by_counts)


def test_rows_are_added_up_over_columns_that_are_not_named(run):
    table = counted(AGES)
    added = table.group_by("region", "event", "report", maintain_order=True).agg(pl.col("n").sum())
    assert run(table, *COUNTS, "--max-delay", 9).equals(run(added, *COUNTS, "--max-delay", 9))


def test_a_total_in_a_column_that_is_not_named_is_said(run):
    run(with_total(counted(AGES), "age", "00+"), *COUNTS, "--by", "region", "--max-delay", 9)
    assert "'00+' of 'age' is the sum of the others, so that its cases are counted twice" in run.said
    assert "name 'age' in --by, or keep it alone with --where 'age=00+'." in run.said


def test_files_of_every_kind_give_the_same(run, tmp_path):
    table = counted(AGES, days=60)
    options = [*COUNTS, *BY, "--max-delay", 9]
    plain = run(table, *options, as_of="2025-02-20")
    table.write_parquet(tmp_path / "t.parquet")
    table.write_excel(tmp_path / "t.xlsx")
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(Path("reports.csv").read_bytes()))
    table.with_columns(pl.col("event", "report").dt.strftime("%d.%m.%Y")).write_csv(tmp_path / "t.csv", separator=";")
    for name in ("t.parquet", "t.xlsx", "t.csv.gz", "t.csv"):
        assert run(tmp_path / name, *options, as_of="2025-02-20").equals(plain), name


def test_weeks_are_seen_by_their_dates_and_named_by_them(run):
    table = counted({("North", "all"): 80.0}, days=60, step=7)  # all on Wednesdays
    found = run(table, *COUNTS, *BY, "--max-delay", 9, "--horizon", 8, as_of="2026-01-22")
    assert "One period is a week: all events are dated on Wednesdays; --every changes it." in run.said
    weeks = [np.datetime64("2026-01-21") - 7 * n for n in range(8, -1, -1)]
    assert found["date"].unique(maintain_order=True).to_list() == [week.tolist() for week in weeks]
    expected = engine(table, as_of="2026-01-22", longest=9, step=7)
    np.testing.assert_allclose(values(found), expected.quantiles[:, -9:], rtol=1e-12)
    assert expected.sum_over == 1


def test_days_are_put_into_weeks_that_end_on_the_day_asked(run):
    table = counted(AGES)
    found = run(table, *COUNTS, *BY, "--every", "week", "--max-delay", 2, "--horizon", 4)
    expected = engine(table, longest=2, step=7)
    np.testing.assert_allclose(values(found), expected.quantiles[:, -5:], rtol=1e-12)
    assert found["date"].max() == (np.datetime64(AS_OF) - 6).tolist()


@pytest.mark.parametrize("total", [False, True])
def test_vintages_give_what_their_differences_give(run, total):
    table = counted({("North", "all"): 40.0, ("South", "all"): 60.0}, days=60)
    table = table.filter(pl.col("report") <= pl.lit("2025-03-01").str.to_date())
    options = [*BY, "--max-delay", 9, "--since", "2025-01-02"]
    by_reports = run(table, *COUNTS, *options, as_of="2025-02-20")
    columns = ["--event-date", "event", "--vintage", "vintage", "--value", "value", *(["--cumulative"] * total)]
    found = run(vintages(table, total=total), *columns, *options, as_of="2025-02-20")
    assert found.drop("value").equals(by_reports.drop("value"))
    np.testing.assert_allclose(found["value"].to_numpy(), by_reports["value"].to_numpy(), rtol=1e-12)


def test_a_day_without_a_vintage_goes_by_the_one_before(run):
    table = vintages(counted({("North", "all"): 40.0}, days=60))
    columns = ["--event-date", "event", "--vintage", "vintage", "--value", "value", "--max-delay", 9]
    table = table.filter(pl.col("vintage") != pl.lit("2025-02-20").str.to_date())
    found = run(table, *columns, as_of="2025-02-20")
    assert "The last vintage by 2025-02-20 is of 2025-02-19." in run.said
    assert found.equals(run(table, *columns, as_of="2025-02-19"))


def test_events_without_a_date_are_counted_and_said(run):
    rows = line_list(counted({("North", "all"): 40.0}))
    dates = pl.col("event").cast(pl.String)
    holes = rows.with_columns(
        pl.when(pl.int_range(pl.len()) % 10 == 0).then(pl.lit("NA")).otherwise(dates).alias("event")
    )
    known = holes.filter(pl.col("report") <= pl.lit(AS_OF).str.to_date())
    missing = (known["event"] == "NA").sum()
    found = run(holes, *DATES, "--max-delay", 9)
    said = f"{missing} rows have no date of the event ({missing / known.height:.1%} of all): given to the days before"
    assert said in run.said
    whole = run(rows, *DATES, "--max-delay", 9)
    np.testing.assert_allclose(
        found.filter(quantile=0.5)["value"].sum(), whole.filter(quantile=0.5)["value"].sum(), rtol=0.05
    )


def test_bad_rows_are_listed_and_left_out(run):
    table = counted(AGES).with_columns(pl.all().cast(pl.String))
    bad = [
        ("North", "60+", "2025-02-30", "2025-03-02", "4"),
        ("North", "60+", "2025-03-01", "yesterday", "4"),
        ("North", "60+", "2025-03-01", "2025-03-02", "some"),
        ("North", "60+", "2025-03-01", "2025-03-02", "2.5"),
        ("North", "60+", "1925-03-01", "2025-03-02", "4"),
        table.row(40),
    ]
    good = run(table, *COUNTS, *BY, "--max-delay", 9)
    more = pl.concat([table, pl.DataFrame(bad, schema=table.schema, orient="row")])
    assert run(more, *COUNTS, *BY, "--max-delay", 9).equals(good)
    first = table.height + 2
    assert f"row {first}, column event, '2025-02-30': there is no such day" in run.said
    assert "6 rows have problems, 6 of them could not be used:" in run.said
    assert "… and 1 more in out-problems.csv" in run.said
    listed = pl.read_csv("out-problems.csv")
    assert listed.select("row", "column", "value", "rule").rows() == [
        (first, "event", "2025-02-30", "impossible_date"),
        (first + 1, "report", "yesterday", "not_a_date"),
        (first + 2, "n", "some", "not_a_number"),
        (first + 3, "n", "2.5", "fractional"),
        (first + 4, "event", "1925-03-01", "far_date"),
        (first + 5, "", table.row(40)[4], "repeated_row"),
    ]
    assert "1 row repeats an earlier row word for word: counted once." in run.said
    assert "Written: out-problems.csv" in run.shown


def test_reports_before_their_event_are_left_out_if_asked(run):
    table = counted(AGES).with_columns(pl.all().cast(pl.String))
    early = pl.DataFrame([("North", "60+", "2025-03-02", "2025-03-01", "4")], schema=table.schema, orient="row")
    good = run(table, *COUNTS, *BY, "--max-delay", 9)
    assert run(pl.concat([table, early]), *COUNTS, *BY, "--max-delay", 9, "--early", "leave-out").equals(good)
    [row] = pl.read_csv("out-problems.csv").rows(named=True)
    assert (row["column"], row["value"], row["rule"]) == (
        "event, report",
        "2025-03-02, 2025-03-01",
        "report_before_event",
    )
    assert row["message"] == "the report is dated before its event"


def test_corrections_below_zero_are_used_and_said(run):
    table = counted(AGES)
    back = (
        table.filter(pl.col("n") > 2)
        .tail(30)
        .head(1)
        .with_columns(-pl.col("n"), pl.col("report") + pl.duration(days=1))
    )
    table = pl.concat([table, back])
    as_of = str(table["report"].max())
    found = run(table, *COUNTS, *BY, "--max-delay", 12, as_of=as_of)
    assert "1 count is below zero: reports that were taken back." in run.said
    np.testing.assert_allclose(values(found), engine(table, longest=12, as_of=as_of).quantiles[:, -29:], rtol=1e-12)


def test_a_stratum_without_cases_is_nowcast_near_zero(run):
    table = counted({("North", "a"): 30.0, ("South", "a"): 0.0})
    found = run(table, *COUNTS, *BY, "--max-delay", 9)
    south = found.filter(pl.col("region") == "South")
    assert (south["reported"] == 0).all()
    assert (south.filter(quantile=0.5)["value"] == 0).all()
    nothing = run(counted({("South", "a"): 0.0}), *COUNTS, *BY, "--max-delay", 9)
    assert (nothing.filter(quantile=0.5)["value"] == 0).all()


def test_the_terminal_shows_the_last_days_of_each_stratum(run):
    found = run(counted(AGES), *COUNTS, *BY, "--max-delay", 9)
    assert f"Nowcast of 3 strata as of {AS_OF} by drifting: what is reported within 9 days; sums of 7 days" in run.shown
    [line] = [line for line in run.shown.splitlines() if line.startswith("North · 60+") and AS_OF in line]
    last = found.filter(pl.col("age") == "60+", pl.col("date") == pl.lit(AS_OF).str.to_date())
    figures = dict(last.select("quantile", "value").rows())
    reported = last["reported"][0]
    shown = f"{reported:,.0f} {figures[0.5]:,.0f} {figures[0.025]:,.0f} to {figures[0.975]:,.0f}"
    assert " ".join(line.split()).endswith(shown)
    assert len([line for line in run.shown.splitlines() if line.startswith("North")]) == 21
    assert run.shown.endswith("Written: out.csv\n")


def test_twenty_strata_are_shown_and_the_rest_counted(run):
    run(
        counted({(f"R{n:02}", "a"): 5.0 for n in range(25)}, days=40),
        *COUNTS,
        *BY,
        "--max-delay",
        9,
        as_of="2025-02-05",
    )
    assert "… and 5 more strata" in run.shown
    assert len([line for line in run.shown.splitlines() if line.startswith("R")]) == 20


def test_quiet_says_nothing(command):
    written(counted(AGES), Path("reports.csv"))
    result = command("nowcast", "reports.csv", *COUNTS, "--as-of", AS_OF, "--out", "out.csv", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_key_columns_called_like_results_get_another_name(run):
    table = counted({("a", "b"): 20.0}, ("date", "value"))
    found = run(table, *COUNTS, "--by", "date,value", "--max-delay", 9)
    assert found.columns == ["key_date", "key_value", "date", "reported", "quantile", "value"]


@pytest.mark.parametrize(
    ("ending", "read"), [("parquet", pl.read_parquet), ("json", pl.read_json), ("txt", pl.read_csv)]
)
def test_other_forms_by_the_ending_of_the_file(command, run, ending, read):
    table = run(counted(AGES), *COUNTS, *BY)
    result = command("nowcast", "reports.csv", *COUNTS, *BY, "--as-of", AS_OF, "--out", f"out.{ending}")
    assert result.exit_code == 0, result.stderr
    assert read(f"out.{ending}")["value"].to_list() == table["value"].to_list()


def test_only_rows_asked_for_are_read(run):
    table = counted(AGES)
    found = run(table, *COUNTS, "--where", "age=60+", "--max-delay", 9)
    assert found.equals(run(table.filter(pl.col("age") == "60+"), *COUNTS, "--max-delay", 9))


def test_holidays_come_from_a_file_as_well(run):
    """A day that is known to have been free is made whole even where it might be chance that little came."""
    Path("days.txt").write_text(f"day,name\n2025-03-10,Monday off\n\n{AS_OF} # another\n")
    few = pl.when(pl.col("report") == pl.lit(AS_OF).str.to_date()).then(pl.col("n") * 8 // 10).otherwise("n").alias("n")
    table = counted(AGES).with_columns(few)
    listed = run(table, *COUNTS, *BY, "--max-delay", 9, "--holidays", f"2025-03-10, {AS_OF}")
    assert run(table, *COUNTS, *BY, "--max-delay", 9, "--holidays", "days.txt").equals(listed)
    assert not run(table, *COUNTS, *BY, "--max-delay", 9).equals(listed)


def test_the_same_seed_draws_the_same(run):
    table = counted(AGES)
    options = [*COUNTS, *BY, "--max-delay", 9, "--method", "lawless"]
    first = run(table, *options)
    assert run(table, *options).equals(first)
    assert not run(table, *options, "--seed", 1).equals(first)


def test_days_before_the_history_are_left_out_and_said(run):
    found = run(counted(AGES, days=30), *COUNTS, *BY, "--max-delay", 9, as_of="2025-01-30")
    assert found["date"].n_unique() == 24
    assert "The history begins too late for the first 5 of 29 days: they are left out" in run.shown


def test_silence_before_the_day_is_said(run):
    table = counted(AGES, days=60)
    run(table, *COUNTS, *BY, "--max-delay", 9, as_of="2025-03-20")
    assert "No report is dated after 2025-03-10, 10 days before --as-of" in run.said
    run(table, *COUNTS, *BY, "--max-delay", 9, as_of="2025-03-10")
    assert "No report is dated after" not in run.said


def test_delays_beyond_those_held_are_said(run):
    run(counted(AGES), *COUNTS, *BY, "--max-delay", 3)
    assert "Delays are held up to 3 days, which leaves out" in run.said
    run(counted(AGES), *COUNTS, *BY, "--max-delay", 9)
    assert "Delays are held" not in run.said


def test_german_hospitalisations_as_the_engine_nowcasts_them(command, shared):
    path = shared / "data" / "p2_rki_hosp_triangle_DE_to_2021-11-21.csv.gz"
    result = command(
        *("nowcast", path, "--event-date", "reference_date", "--report-date", "report_date", "--count", "count"),
        *(
            "--by",
            "location,age_group",
            "--as-of",
            "2021-10-12",
            "--max-delay",
            40,
            "--target",
            "40d",
            "--out",
            "o.csv",
        ),
    )
    assert result.exit_code == 0, result.stderr
    assert "'00+' of 'age_group' is the sum of the others" in result.stderr
    found = pl.read_csv("o.csv", try_parse_dates=True)
    assert found.height == 7 * 29 * 7
    table = pl.read_csv(path, try_parse_dates=True)
    table = table.rename({"reference_date": "event", "report_date": "report", "count": "n", "location": "region"})
    table = table.rename({"age_group": "age"})
    expected = engine(table, as_of="2021-10-12", longest=40, target="40d", total=0)
    np.testing.assert_allclose(values(found), expected.quantiles[:, -29:], rtol=1e-12)
