"""What `tocsin nowcast` refuses: each in a sentence that says what was given and what to do."""

from pathlib import Path

import polars as pl
import pytest
from tests.cli.two_dates import counted, vintages, written

AS_OF = "2025-03-20"
DATES = ["--event-date", "event", "--report-date", "report"]
COUNTS = [*DATES, "--count", "n"]
VINTAGES = ["--event-date", "event", "--vintage", "vintage", "--value", "value"]


@pytest.fixture
def refused(command):
    """Nowcast a table, a text or nothing at all, and give back the refusal."""

    def call(table, *options, as_of=AS_OF, out="out.csv"):
        if isinstance(table, str):
            Path("reports.csv").write_text(table)
        elif table is not None:
            written(table, Path("reports.csv"))
        result = command("nowcast", "reports.csv", "--as-of", as_of, "--out", out, *options)
        assert result.exit_code == 2, result.output
        assert "Traceback" not in result.output
        assert not Path("out.csv").exists()
        return result.stderr.split("Error: ")[1]

    return call


@pytest.fixture(scope="module")
def table():
    return counted({("North", "all"): 40.0})


def test_a_day_before_the_first_report(refused, table):
    said = refused(table, *COUNTS, as_of="2024-12-31")
    assert "nothing had been reported by 2024-12-31: the first report is of 2025-01-01; give a later --as-of" in said


def test_reports_before_their_event(refused, table):
    early = table.head(1).with_columns(
        pl.lit("2024-12-30").str.to_date().alias("report"), pl.lit(3, pl.Int64).alias("n")
    )
    said = refused(pl.concat([table, early.select(table.columns)]), *COUNTS)
    assert "1 row has a report dated before its event, the first is row 902: event 2025-01-01, report" in said
    assert "2024-12-30; correct the dates, swap the two columns, or leave such rows out with --early leave-out" in said
    swapped = refused(table, "--event-date", "report", "--report-date", "event", "--count", "n", "--early", "leave-out")
    assert "rows can be used; most often" in swapped
    assert "the report is dated before its event, first in row 3, column 'report, event'" in swapped


@pytest.mark.parametrize("options", [["--max-delay", 30], ["--target", "30d"]])
def test_delays_longer_than_the_history(refused, table, options):
    said = refused(table, *COUNTS, *options, as_of="2025-01-20")
    assert f"{options[0]} {options[1]} is 30 days, but the history from 2025-01-01 to 2025-01-20 is of 20" in said
    assert "give more history, or a shorter delay" in said


def test_a_history_of_a_few_days(refused, table):
    said = refused(table, *COUNTS, "--max-delay", 3, as_of="2025-01-08")
    assert "the triangle has 8 periods, from 2025-01-01 on; delays are learned from at least" in said


def test_a_sum_longer_than_the_history(refused, table):
    said = refused(table, *COUNTS, "--max-delay", 3, "--sum", 90, as_of="2025-01-20")
    assert "sum_over is 90; give a whole number of periods from 1 (no sum) to all 20" in said


def test_a_target_longer_than_the_delays_held(refused, table):
    said = refused(table, *COUNTS, "--max-delay", 20, "--target", "40d")
    assert "--target 40d is longer than --max-delay, 20 days" in said


def test_delays_below_zero(refused):
    days = "".join(f"2025-03-{day:02},{2 - day}\n" for day in range(1, 9))
    said = refused("event,lag\n" + days, "--event-date", "event", "--delay", "lag")
    assert "6 rows have a delay below zero, the first is row 4: '-1'; correct the delays" in said
    assert "leave such rows out with --early leave-out" in said


def test_delays_that_are_dates(refused, table):
    said = refused(table.with_columns(pl.col("n").alias("lag")), "--event-date", "event", "--delay", "report")
    assert "no row has both the date of its event and a delay that can be read, a whole number of days" in said
    assert "name another column with --delay" in said


def test_weeks_given_as_days(refused):
    weekly = counted({("North", "all"): 40.0}, step=7, days=30)
    said = refused(weekly, *COUNTS, "--every", "day", as_of="2025-07-01")
    assert "--every day was asked for, but all 26 dates of events are Wednesdays: the table counts weeks" in said
    assert "give --every week" in said


def test_too_few_dates_to_tell_days_from_weeks(refused):
    said = refused("event,report\n2025-03-03,2025-03-04\n2025-03-10,2025-03-11\n", *DATES)
    assert "the events have 2 dates, all Mondays, which do not tell days from weeks; say --every day or week" in said


def test_months(refused):
    said = refused("event,report\n2025-01,2025-03-04\n2025-02,2025-03-11\n", *DATES)
    assert "column 'event' holds months; a nowcast needs days or weeks" in said


def test_no_event_has_a_date(refused):
    said = refused("event,report,n\n2025-03-30,2025-04-02,3\n,2025-03-04,3\nNA,2025-03-11,2\n", *COUNTS)
    assert "no row has the date of its event in 'event'" in said


def test_no_row_has_a_count(refused):
    said = refused("event,report,n\n2025-03-03,2025-03-04,\n2025-03-10,2025-03-11,NA\n", *COUNTS)
    assert "no row has a count: every cell of 'n' is empty; name the column of counts with --count" in said


def test_no_report_has_a_date(refused):
    said = refused("event,report\n2025-03-03,soon\n2025-03-10,later\n", *DATES)
    assert "column 'report' holds no date, week or month that can be read" in said


def test_all_rows_are_bad(refused):
    said = refused("event,report,n\n2025-03-03,2025-03-04,many\n2025-03-10,2025-03-11,some\n", *COUNTS)
    assert "only 0 of 2 rows can be used; most often (2 times) this is text where a count was expected" in said
    assert "first in row 2, column 'n': 'many'" in said


def test_vintages_of_one_day(refused, table):
    one = vintages(table).filter(pl.col("vintage") == pl.lit("2025-03-01").str.to_date())
    said = refused(one, *VINTAGES)
    assert "all dates are in the first vintage, of 2025-03-01: nothing shows how counts grow" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--event-date", "onset", "--report-date", "report"],
            "--event-date onset, but reports.csv has no such column",
        ),
        ([*DATES, "--count", "cases"], "--count cases, but reports.csv has no such column"),
        ([*COUNTS, "--by", "district"], "--by district, but reports.csv has no such column"),
        (
            ["--event-date", "event", "--report-date", "event"],
            "both 'event'; a nowcast needs the date of the event and",
        ),
        (["--event-date", "event"], "give either --report-date, the column of the date of each report, or --delay"),
        ([*DATES, "--vintage", "report"], "give either --report-date"),
        ([*DATES, "--delay", "n"], "as given; one of them"),
        ([*VINTAGES, "--delay", "n"], "as given; one of them"),
        (
            ["--event-date", "event", "--delay", "lag"],
            "--delay lag, but reports.csv has no such column; it has 'region'",
        ),
        (
            ["--event-date", "event", "--delay", "event"],
            "both 'event'; a delay is a column of its own, of the days from",
        ),
        (["--event-date", "event", "--delay", "n", "--value", "n"], "--value does not go with --delay"),
        (["--event-date", "event", "--delay", "n", "--cumulative"], "--cumulative is of vintages"),
        (
            ["--event-date", "event", "--delay", "region"],
            "no row has both the date of its event and a delay that can be",
        ),
        (["--event-date", "event", "--vintage", "report"], "--vintage needs --value"),
        ([*VINTAGES, "--count", "n"], "--count does not go with --vintage"),
        ([*DATES, "--value", "n"], "--value does not go with --report-date"),
        ([*COUNTS, "--cumulative"], "--cumulative is of vintages"),
        ([*COUNTS, "--method", "drift"], "there is no method 'drift'; there are drifting, chain_ladder, lawless"),
        ([*COUNTS, "--method", "lawless", "--target", "final"], "--target final is beyond lawless"),
        ([*COUNTS, "--method", "lawless", "--holidays", "2025-01-01"], "--holidays are of --method drifting"),
        ([*COUNTS, "--target", "40 days"], "target is '40 days'; give a span such as 40d or 6w, or final"),
        ([*COUNTS, "--since", "2025-03-21"], "--since 2025-03-21 is after --as-of 2025-03-20"),
        ([*COUNTS, "--holidays", "easter"], "--holidays has 'easter', which is neither a day such as 2026-01-01 nor"),
        ([*COUNTS, "--holidays", "bad.txt"], "line 2 of bad.txt is 'Easter', no day such as 2026-01-01"),
        ([*COUNTS, "--holidays", "binary.txt"], "binary.txt is no text; give a file with one day a line"),
        ([*COUNTS, "--quantiles", "half"], "'half' is not a list of levels such as 0.025,0.5,0.975"),
        ([*COUNTS, "--quantiles", "0.5,0.1"], "levels lie between 0 and 1, each once, in increasing order"),
        ([*COUNTS, "--quantiles", "0.5,1"], "levels lie between 0 and 1, each once, in increasing order"),
        ([*COUNTS, "--max-delay", "400"], "--max-delay 400 is 400 days, but the history"),
        ([*COUNTS, "--where", "region=South"], "no row has {'region': ['South']}"),
    ],
)
def test_options_that_cannot_be_used(refused, table, options, said):
    Path("bad.txt").write_text("2025-01-01\nEaster\n")
    Path("binary.txt").write_bytes(b"\xff\xfe\x00")
    assert said in " ".join(refused(table, *options).split())


@pytest.mark.parametrize(
    ("out", "said"),
    [("out.csv.gz", "Tocsin writes no .gz but .csv, .json, .parquet"), ("here.csv", "it is a folder")],
)
def test_results_that_cannot_be_written(refused, table, out, said):
    Path("here.csv").mkdir()
    assert said in refused(table, *COUNTS, out=out)


def test_strata_that_do_not_fit_into_memory(refused, table, monkeypatch):
    monkeypatch.setattr("tocsin.cli.triangles.MOST_CELLS", 700)
    said = refused(table, *COUNTS, "--max-delay", 9)
    assert "1 strata of 79 days from 2025-01-01 on do not fit into memory; give a later --since" in said


def test_a_file_that_is_not_there(refused):
    assert "there is no file reports.csv; check its name and folder" in refused(None, *COUNTS)
