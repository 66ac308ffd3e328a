"""`tocsin detect` as a person runs it: what it says, what it writes, and what the figures are."""

import json
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.tables import seven_years, weekly

from tocsin.cli import output
from tocsin.epi.detect.farrington_flexible import farrington_flexible

DATES = np.datetime64("2018-01-01") + np.timedelta64(7, "D") * np.arange(7 * 52)
COLUMNS = ["region", "date", "observed", "expected", "threshold", "exceedance", "p_value", "alarm", "method"]


@pytest.fixture
def outbreak(tmp_path):
    """Three regions over seven years; the one in Cyrillic has an outbreak in its last two weeks."""
    regions = seven_years()
    regions["Север"][-2:] = [70, 95]
    return weekly(tmp_path / "counts.csv", regions), regions


def names(folder):
    return sorted(path.name for path in Path(folder).iterdir())


def signals(path):
    return pl.read_csv(path, try_parse_dates=True)


def test_it_finds_the_outbreak_and_says_where_and_what_it_wrote(command, outbreak):
    result = command("detect", "counts.csv", "--evaluate", 2)
    assert result.exit_code == 0, result.stderr
    assert "2 signals in 1 of 3 series over 2 weeks, 2024-12-09 to 2024-12-16; 1 in the last week" in result.stdout
    [row] = [line.split() for line in result.stdout.splitlines() if line.startswith("Север")]
    assert row[1:3] == ["2024-12-16", "95"]
    assert row[-1] == "2"
    assert "Written: counts-signals/signals.csv" in result.stdout
    assert "Written: counts-signals/report.html" in result.stdout
    assert "--date" not in result.stdout
    assert "--layout changes it" in result.stderr


def test_the_table_of_signals_holds_what_the_engine_computes(command, outbreak):
    _, regions = outbreak
    assert command("detect", "counts.csv", "--evaluate", 3, "--out", "out").exit_code == 0
    table = signals("out/signals.csv")
    assert table.columns == COLUMNS
    assert table["region"].to_list() == [name for name in sorted(regions) for _ in range(3)]
    counts = np.array([regions[name] for name in sorted(regions)])
    d = farrington_flexible(counts, DATES, evaluate=3)
    assert table["date"].to_list() == d.dates.tolist() * 3
    for name in ("observed", "expected", "threshold", "exceedance", "p_value"):
        np.testing.assert_allclose(table[name].to_numpy(), getattr(d, name).ravel(), rtol=1e-12)
    assert table["alarm"].to_list() == d.alarm.ravel().tolist()
    assert set(table["method"]) == {"farrington_flexible"}


def test_the_report_is_written_beside_it(command, outbreak):
    command("detect", "counts.csv", "--out", "out", "--title", "Measles <of> the north", "--language", "ru")
    page = Path("out/report.html").read_text(encoding="utf-8")
    assert "Measles &lt;of&gt; the north" in page
    assert "Север" in page


def test_expected_false_alarms_and_the_false_discovery_rate_stand_beside_the_signals(command, outbreak):
    said = command("detect", "counts.csv", "--evaluate", 2, "--alpha", 0.02).stdout
    assert "Expected false alarms: at most about 0.12 (probability 0.02 in each of 6 series-periods" in said
    assert "False-discovery rate: about 6% (0.12 expected of 2 signals)" in said
    assert "2 of the signals stand at a false-discovery rate of 5% (Benjamini–Hochberg)" in said


@pytest.mark.parametrize(("form", "read"), [("json", pl.read_json), ("parquet", pl.read_parquet)])
def test_the_other_formats_hold_the_same_rows(command, outbreak, form, read):
    command("detect", "counts.csv", "--evaluate", 2, "--out", "a", "--no-report")
    command("detect", "counts.csv", "--evaluate", 2, "--out", "b", "--no-report", "--format", form)
    assert names("b") == [f"signals.{form}"]
    other = read(f"b/signals.{form}")
    if form == "json":
        other = other.with_columns(pl.col("date").str.to_date())
    assert other.rows() == signals("a/signals.csv").rows()


def test_only_signals_leaves_out_what_is_ordinary(command, outbreak):
    command("detect", "counts.csv", "--evaluate", 52, "--out", "all", "--no-report")
    command("detect", "counts.csv", "--evaluate", 52, "--out", "few", "--no-report", "--only-signals")
    everything, few = signals("all/signals.csv"), signals("few/signals.csv")
    assert everything.height == 3 * 52
    assert 2 <= few.height < 20
    assert few.rows() == everything.filter("alarm").rows()


def test_quiet_says_nothing_and_writes_all_the_same(command, outbreak):
    result = command("detect", "counts.csv", "--quiet", "--out", "out")
    assert (result.exit_code, result.output) == (0, "")
    assert names("out") == ["report.html", "signals.csv"]


def test_the_methods_options_reach_the_method(command, outbreak):
    _, regions = outbreak
    command(
        "detect", "counts.csv", "--out", "out", "--no-report", "--alpha", 0.05, "--set", "years_back=3",
        "--set", "threshold=delta", "--set", "reweight=no", "--set", "min_recent=9,6", "--set", "skip_recent=none",
    )  # fmt: skip
    counts = np.array([regions[name] for name in sorted(regions)])
    d = farrington_flexible(
        counts, DATES, evaluate=1, alpha=0.05, years_back=3, threshold="delta", reweight=False, min_recent=(9, 6),
        skip_recent=None,
    )  # fmt: skip
    np.testing.assert_allclose(signals("out/signals.csv")["threshold"].to_numpy(), d.threshold[:, 0], rtol=1e-12)


def test_excluded_days_enter_no_baseline(command, outbreak):
    _, regions = outbreak
    command(
        "detect", "counts.csv", "--out", "out", "--no-report", "--exclude", "2020-03-01..2021-12-31",
        "--exclude", "2022-07-04",
    )  # fmt: skip
    counts = np.array([regions[name] for name in sorted(regions)])
    left_out = ((np.datetime64("2020-03-01") <= DATES) & (np.datetime64("2021-12-31") >= DATES)) | (
        np.datetime64("2022-07-04") == DATES
    )
    d = farrington_flexible(counts, DATES, evaluate=1, exclude=left_out)
    np.testing.assert_allclose(signals("out/signals.csv")["expected"].to_numpy(), d.expected[:, 0], rtol=1e-12)


def test_a_span_of_days_is_evaluated_where_asked(command, outbreak):
    command("detect", "counts.csv", "--out", "out", "--no-report", "--evaluate", "2024-02-01..2024-03-04")
    dates = signals("out/signals.csv").filter(region="North")["date"]
    assert [str(day) for day in dates] == ["2024-02-05", "2024-02-12", "2024-02-19", "2024-02-26", "2024-03-04"]


def test_every_period_is_evaluated_if_asked(command, outbreak):
    result = command("detect", "counts.csv", "--out", "out", "--no-report", "--evaluate", "all", "--fallback", "none")
    table = signals("out/signals.csv").filter(region="North")
    assert table.height == 7 * 52
    assert table["threshold"].null_count() == table["method"].null_count() > 5 * 52
    assert "have too little history for any method: not evaluated" in result.stdout


def test_a_short_history_goes_to_the_fallback_and_it_is_said(command, tmp_path):
    weekly(tmp_path / "short.csv", seven_years(weeks=60))
    result = command("detect", "short.csv", "--out", "out", "--no-report")
    assert result.exit_code == 0
    assert (
        "3 series-periods have too little history for farrington_flexible (years_back=5), which needs more history "
        "than there is, or none but zeros; evaluated instead by ears (method=C2), alpha 0.001"
    ) in result.stdout
    assert set(signals("out/signals.csv")["method"]) == {"ears"}


def test_a_series_that_starts_late_is_evaluated_by_what_its_history_allows(command, tmp_path):
    regions = seven_years()
    regions["Север"][:250] = np.nan
    weekly(tmp_path / "late.csv", regions)
    result = command("detect", "late.csv", "--out", "out", "--no-report", "--absent", "missing")
    methods = dict(signals("out/signals.csv").select("region", "method").rows())
    assert methods == {"North": "farrington_flexible", "Север": "ears", "北方": "farrington_flexible"}
    assert "1 series-period has too little history for farrington_flexible (years_back=5)" in result.stdout


def test_a_period_without_a_count_is_told_once_and_not_as_short_history(command, tmp_path):
    regions = seven_years(weeks=60)
    regions["Север"][-1] = np.nan
    weekly(tmp_path / "gap.csv", regions)
    result = command("detect", "gap.csv", "--out", "out", "--absent", "missing")
    assert "2 series-periods have too little history for farrington_flexible" in result.stdout
    assert "1 series-period has no count: not evaluated" in result.stdout
    page = Path("out/report.html").read_text(encoding="utf-8")
    assert "2 of 2 series had too little history for the method asked" in page.replace("\u00a0", " ")
    assert "ears (C2)" in page


def test_series_of_zeros_are_evaluated_without_a_signal(command, tmp_path):
    weekly(tmp_path / "zeros.csv", {"A": np.zeros(7 * 52), "B": np.zeros(7 * 52)})
    result = command("detect", "zeros.csv", "--out", "out")
    assert result.exit_code == 0, result.stderr
    assert "0 signals in 2 series" in result.stdout
    assert "too few cases for a threshold" in result.stdout


def test_one_case_of_plague_after_years_of_zeros_is_a_signal_by_a_fixed_rule(command, tmp_path):
    counts = np.zeros(7 * 52)
    counts[-1] = 1
    weekly(tmp_path / "plague.csv", {"Focus 1": counts, "Focus 2": np.zeros(7 * 52)})
    result = command("detect", "plague.csv", "--method", "fixed_rule", "--out", "out", "--no-report")
    assert "1 signal in 2 series" in result.stdout
    assert "fixed_rule promises no probability of a false alarm" in result.stdout
    assert signals("out/signals.csv").filter("alarm")["region"].to_list() == ["Focus 1"]


def test_the_incomplete_last_week_is_not_screened(command, tmp_path):
    lines = ["onset_date,sex,district"]
    rng = np.random.default_rng(3)
    for day in np.arange(np.datetime64("2017-01-02"), np.datetime64("2024-05-02")):  # ends on a Wednesday
        lines += [f"{day},F,Alpha" for _ in range(rng.poisson(5))]
    (tmp_path / "cases.csv").write_text("\n".join(lines) + "\n")
    result = command("detect", "cases.csv", "--layout", "line-list", "--out", "out", "--no-report")
    assert result.exit_code == 0, result.stderr
    assert "incomplete" in result.stderr
    assert str(signals("out/signals.csv")["date"][-1]) == "2024-04-22"


def test_monthly_counts_are_screened_with_spans_in_months(command, tmp_path):
    months = np.arange(np.datetime64("2014-01"), np.datetime64("2024-01")).astype("datetime64[D]")
    counts = np.random.default_rng(5).poisson(30, months.size).astype(float)
    rows = [f"{month},{count:g}" for month, count in zip(months, counts, strict=True)]
    (tmp_path / "months.csv").write_text("date,cases\n" + "\n".join(rows) + "\n")
    result = command("detect", "months.csv", "--out", "out", "--no-report", "--evaluate", 3)
    assert result.exit_code == 0, result.stderr
    assert "put into months: half_window=1, skip_recent=6, min_recent=(5, 1); --set changes them" in result.stderr
    d = farrington_flexible(counts, months, evaluate=3, half_window=1, skip_recent=6, min_recent=(5, 1))
    np.testing.assert_allclose(signals("out/signals.csv")["threshold"].to_numpy(), d.threshold[0], rtol=1e-12)
    chosen = command("detect", "months.csv", "--out", "out", "--no-report", "--set", "skip_recent=12")
    assert "half_window=1, min_recent=(5, 1)" in chosen.stderr


def test_year_and_week_stand_in_two_columns(command, tmp_path):
    rows = [
        f"{year},{week},{10 + week % 7}" for year in range(2015, 2022) for week in range(1, 54 if year == 2020 else 53)
    ]
    (tmp_path / "weeks.csv").write_text("ano,semana,casos\n" + "\n".join(rows) + "\n")
    result = command(
        "detect", "weeks.csv", "--date", "ano,semana", "--out", "out", "--no-report", "--week-start", "sunday"
    )
    assert result.exit_code == 0, result.stderr
    assert str(signals("out/signals.csv")["date"][-1]) == "2021-12-26"


def test_a_key_called_like_a_result_does_not_hide_it(command, tmp_path):
    rows = [f"{day},{method},{count}" for method, count in [("pcr", 5), ("culture", 7)] for day in DATES]
    (tmp_path / "keys.csv").write_text("date,method,cases\n" + "\n".join(rows) + "\n")
    assert command("detect", "keys.csv", "--by", "method", "--out", "out", "--no-report").exit_code == 0
    assert signals("out/signals.csv").columns[:3] == ["key_method", "date", "observed"]


def test_what_stood_in_the_folder_stays_until_all_is_written(command, outbreak, monkeypatch):
    command("detect", "counts.csv", "--out", "out", "--no-report")
    before = Path("out/signals.csv").read_text()

    def fails(table, path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(output.FORMATS, "csv", fails)
    result = command("detect", "counts.csv", "--out", "out", "--no-report", "--evaluate", 9)
    assert result.exit_code == 2
    assert result.stderr.endswith("Error: No space left on device\n")
    assert Path("out/signals.csv").read_text() == before
    assert names("out") == ["signals.csv"]


def test_rows_at_fault_are_said_and_listed(command, outbreak, tmp_path):
    path, _ = outbreak
    path.write_text(path.read_text() + "North,2024-12-23,many\n")
    result = command("detect", "counts.csv", "--out", "out", "--no-report")
    assert result.exit_code == 0, result.stderr
    assert "row 1094, column cases, 'many': this is text where a count was expected (left out)" in result.stderr
    assert pl.read_csv("out/problems.csv").select("row", "value", "rule").rows() == [(1094, "many", "not_a_number")]


@pytest.mark.verify
def test_what_was_compiled_once_is_not_compiled_again(process, outbreak):
    process("detect", "counts.csv", "--out", "out")  # compiles, if nothing has before
    result = process("detect", "counts.csv", "--out", "out")
    assert result.returncode == 0, result.stderr
    assert "Compiling" not in result.stderr


@pytest.mark.verify
def test_it_works_where_nothing_can_be_kept(process, outbreak, tmp_path):
    """A cache below a file cannot be made, by root neither."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "counts.csv"), "HOME": "/nonexistent"}
    environment.pop("NUMBA_CACHE_DIR", None)
    result = process("detect", "counts.csv", "--method", "ears", "--out", "out", env=environment)
    assert result.returncode == 0, result.stderr
    assert (
        "Compiling the method's kernels (anew on each run, as no folder to keep them can be written to" in result.stderr
    )
    assert (tmp_path / "out" / "signals.csv").exists()


def test_methods_are_listed_with_their_papers(command):
    said = command("methods").stdout
    assert "farrington_flexible" in said
    assert "doi:10.1002/sim.5595" in said
    assert "in R: surveillance::farringtonFlexible" in said
    listed = {method["name"]: method for method in json.loads(command("methods", "--format", "json").stdout)}
    assert listed["farrington_flexible"]["options"]["years_back"] == 5
    assert listed["farrington_flexible"]["doi"] == "10.1002/sim.5595"
