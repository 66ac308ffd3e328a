"""Growth and forecast on the page: the engine's figures, in sentences that claim no more than the intervals do."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tocsin.cli.report import render
from tocsin.cli.report.estimates import LEVELS, Estimates, SerialInterval, estimate
from tocsin.cli.report.language import LANGUAGES, texts
from tocsin.cli.report.outlook import outlook
from tocsin.cli.report.signals import drawn_to_the_end
from tocsin.counts.series import Every, SeriesTable
from tocsin.epi.forecast import forecast
from tocsin.epi.reproduction import growth_rate, reproduction

INTERVAL = SerialInterval("gamma:6:3", "gamma", np.array([0.0, 0.1, 0.2, 0.3, 0.2, 0.1, 0.1]))


def plain(html: str, language: str = "en") -> str:
    """The page's words in one language."""
    others = "|".join(f"l-{code}" for code in LANGUAGES if code != language)
    hidden = "np" if language == "ru" else "nc"
    html = re.sub(rf'<span class="(?:{others})" lang="[^"]*">.*?</span>|<span class="{hidden}">.*?</span>', "", html)
    html = re.sub(r"<(style|script)>.*?</\1>|<[^>]*>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html)


def with_estimates(report, **options):
    found = estimate(report.table, report.rows, drawn_to_the_end(report), **options)
    return replace(report, estimates=found)


def by(every: Every, table: SeriesTable) -> SeriesTable:
    dates = np.datetime64("2020-01-01") + np.timedelta64(1, "D") * np.arange(len(table.dates))
    if every is Every.MONTH:
        dates = np.arange("2010-01", "2023-05", dtype="datetime64[M]").astype("datetime64[D]")
    return SeriesTable(table.keys, table.counts, dates, every, None, 1, table.problems, ())


@pytest.fixture
def growing(make_report, outbreak):
    """Cholera with 4, 9, 20, 45 cases in the last complete weeks, dengue falling from 90, each with a signal."""
    table, _ = outbreak
    table.counts[:2, -5:-1] = [[4, 9, 20, 45], [90, 40, 20, 9]]
    return make_report(table=table)


def made_up(report, growth, reproduction=None) -> Estimates:
    """Estimates of the first series with these intervals of factors, lowest, middle and highest."""
    filled = estimate(report.table, report.rows, [0])
    five = [growth[0], growth[0], growth[1], growth[2], growth[2]]
    R = None if reproduction is None else np.array([[reproduction[i] for i in (0, 0, 1, 2, 2)]])
    return replace(filled, growth=np.log([five]), reproduction=R)


def test_the_figures_are_the_engines(growing):
    report = with_estimates(growing, interval=INTERVAL, seed=5)
    found, counts = report.estimates, report.table.counts[[0, 1, 2], :-1]
    assert found.series == (0, 1, 2)
    r = growth_rate(counts[:, -4:], window=4, levels=LEVELS)
    np.testing.assert_array_equal(found.growth[:2], r.quantiles[:2, -1])
    assert np.isnan(found.growth[2]).all()  # 1, 1, 30, 2 cases: anything may be
    R = reproduction(counts[:, -60:], serial_interval=INTERVAL.probabilities, every=7, levels=LEVELS).quantiles[:, -1]
    np.testing.assert_allclose(found.reproduction, R, rtol=1e-12)
    f = forecast(
        counts, report.table.dates[:-1], horizon=5, step="week", levels=LEVELS,
        serial_interval=INTERVAL.probabilities, rng=np.random.default_rng(5),
    )  # fmt: skip
    np.testing.assert_array_equal(found.ahead, f.quantiles)
    np.testing.assert_array_equal(found.dates, f.dates)
    text = plain(render(report))
    low, middle, high = np.exp(r.quantiles[0, -1])[[0, 2, 4]]
    assert f"changed by ×{middle:.2f} from one week to the next (95% interval ×{low:.2f} to ×{high:.2f})" in text
    doubling = r.doubling_time[0, -1] * 7
    assert f"they doubled in about {round(doubling[2], 1):g} days ({doubling[4]:.1f} to {doubling[0]:.0f})" in text
    assert f"Each case infects {R[0, 2]:.2f} others (95% interval {R[0, 0]:.2f} to {R[0, 4]:.2f})" in text
    # The week of 16 March is begun; the four after it are those to come.
    soon, later = (np.rint(f.quantiles[0, week]).astype(int) for week in (1, 4))
    assert f"Forecast: {soon[2]} cases in the week of 23 March 2026 (95% interval {soon[0]} to {soon[4]})" in text
    assert f"{later[2]} in the week of 13 April 2026 ({later[0]} to {later[4]:,})" in text
    assert "gamma:6:3 (mean 3.3 days)" in text


def test_weeks_of_daily_counts_are_sums_of_the_same_paths(growing, make_report):
    report = with_estimates(make_report(table=by(Every.DAY, growing.table)), seed=7)
    counts, dates = report.table.counts[[0, 1, 2], :-1], report.table.dates[:-1]
    options = {"step": "day", "levels": LEVELS}
    days = forecast(counts, dates, horizon=28, rng=np.random.default_rng(7), **options)
    weeks = forecast(counts, dates, horizon=4, sum_over=7, rng=np.random.default_rng(7), **options)
    np.testing.assert_array_equal(report.estimates.ahead, days.quantiles)
    np.testing.assert_allclose(report.estimates.sums, weeks.quantiles, rtol=1e-12)
    np.testing.assert_array_equal(report.estimates.sum_dates, weeks.dates)
    text = plain(render(report))
    soon = np.rint(weeks.quantiles[0, 0]).astype(int)
    assert f"{soon[2]} cases in the 7 days from 8 June 2020 (95% interval {soon[0]} to {soon[4]})" in text
    assert "Over the last 14 complete days" in text


def test_every_language_says_it_in_its_own_words(growing):
    html = render(with_estimates(growing, interval=INTERVAL))
    said = {code: plain(html, code) for code in LANGUAGES}
    for word, code in (
        ("Probably growing.", "en"), ("Вероятно, рост.", "ru"), ("很可能在上升。", "zh"),
        ("Each case infects", "en"), ("Репродуктивное число", "ru"), ("每例平均感染", "zh"),
        ("Forecast:", "en"), ("Прогноз, если", "ru"), ("若照此发展，预测", "zh"),
        ("is not complete and enters none of this", "en"), ("в расчёт не входит", "ru"), ("未纳入以上估计", "zh"),
    ):  # fmt: skip
        assert [other for other in LANGUAGES if word in said[other]] == [code], word
    assert all("tocsin nowcast" in text for text in said.values())
    assert not any(texts()[key][code] == texts()[key]["en"] for key in texts() if "outlook" in key for code in said
                   if code != "en")  # fmt: skip


@pytest.mark.parametrize(
    ("growth", "R", "verdict"),
    [
        ((1.1, 1.4, 1.8), None, "growing"),
        ((0.5, 0.7, 0.9), None, "falling"),
        ((0.9, 1.4, 1.8), None, "unclear"),
        # What rounds to ×1.00 is not called growth.
        ((1.004, 1.4, 1.8), None, "unclear"),
        ((0.5, 0.7, 0.997), None, "unclear"),
        # R is of today, growth of the weeks before.
        ((0.9, 1.4, 1.8), (1.1, 1.3, 1.5), "growing"),
        ((1.1, 1.4, 1.8), (0.8, 1.1, 1.5), "unclear"),
        ((1.1, 1.4, 1.8), (0.5, 0.6, 0.7), "unclear"),
        ((np.nan, np.nan, np.nan), (0.5, 0.6, 0.7), "falling"),
    ],
)
def test_it_grows_only_where_the_whole_interval_says_so(make_report, growth, R, verdict):
    report = make_report()
    found = outlook(report, made_up(report, growth, R), 0, np.zeros(160, dtype=bool), 158)
    assert found.verdict.key == f"outlook.{verdict}"


def test_a_falling_series_halves_soonest_at_its_lowest_factor(make_report):
    report = make_report()
    [pace, _] = outlook(report, made_up(report, (0.5, 0.7, 0.9)), 0, np.zeros(160, dtype=bool), 158).sentences
    assert pace.key == "outlook.pace_falling.week"
    assert (pace.values["fast"], pace.values["days"], pace.values["slow"]) == (7.0, 14, 46)


def test_an_unclear_interval_is_said_without_a_doubling_time(make_report):
    report = make_report()
    text = plain(render(replace(report, estimates=made_up(report, (0.9, 1.2, 1.6)))))
    assert "It is not clear whether it grows or falls." in text
    assert "anything from ×0.90 to ×1.60 agrees with the counts" in text
    assert "doubled" not in text


def test_too_little_history_gives_no_estimate_and_says_so(make_report):
    table = make_report().table
    table.counts[:, :-4] = np.nan
    # The interval of the second: from nothing to a hundred million times as many a week.
    table.counts[:2, -4:-1] = [[1, 0, 2], [2, 1, 8]]
    report = with_estimates(make_report(table=table), interval=INTERVAL)
    assert np.isnan(report.estimates.growth).all()
    assert np.isnan(report.estimates.ahead).all()
    html = render(report)
    text = plain(html)
    assert "The history is too short, or too much of it is missing, for a forecast." in text
    assert "too few counts or cases in the last 4 complete weeks" in text
    assert 'class="f95"' not in html
    assert "nan" not in text.lower().replace("any", "")


def test_a_reproduction_number_is_not_told_of_a_week_without_a_count(growing):
    growing.table.counts[0, -2] = np.nan
    found = estimate(growing.table, growing.rows, [0, 1], interval=INTERVAL)
    assert np.isnan(found.reproduction[0]).all()
    assert np.isfinite(found.reproduction[1]).all()
    html = plain(render(replace(growing, estimates=found)))
    assert "How many others each case infects cannot be told from these counts." in html


def test_of_months_nothing_is_estimated(make_report):
    report = with_estimates(make_report(table=by(Every.MONTH, make_report().table)))
    assert report.estimates is None
    assert "Forecast" not in plain(render(report))


def test_a_picture_of_the_past_has_no_outlook(make_report, growing):
    table = growing.table
    # Evaluated half a year before the table ends.
    at = growing.detection.periods - 30
    d = replace(growing.detection, periods=at, dates=table.dates[at])
    assert drawn_to_the_end(make_report(table=table, detection=d)) == []
    assert estimate(table, growing.rows, []) is None


def test_what_is_left_out_is_said(growing, make_report):
    assert "The week of 16 March 2026 is not complete and enters none of this" in plain(render(with_estimates(growing)))
    table = replace(growing.table, incomplete=0)
    text = plain(render(with_estimates(make_report(table=table))))
    assert "Counts are taken as final." in text
    assert "enters none of this" not in text


def test_a_page_without_estimates_speaks_of_none(growing):
    text = plain(render(growing))
    assert "nowcast" not in text
    assert "Forecast" not in text


def test_the_seed_decides(growing):
    pages = [render(with_estimates(growing, seed=seed)) for seed in (1, 1, 2)]
    assert pages[0] == pages[1] != pages[2]
    assert "random seed (2)" in plain(pages[2])


def test_the_fan_replaces_the_detail_where_it_shows_the_signal_well(make_report):
    table = make_report().table
    table.counts[0, 60] = 200
    report = make_report(table=table)
    assert "Detail: " in plain(render(report))
    assert "Detail: " not in plain(render(with_estimates(report)))


@pytest.fixture
def signal(tmp_path):
    """Twice 60 weeks of counts, the second with an outbreak at its end."""
    rows = [f"{place},{np.datetime64('2024-01-01') + 7 * week},{5 + week % 3 + (30 if week > 57 else 0) * last}"
            for place, last in (("North", 0), ("South", 1)) for week in range(60)]  # fmt: skip
    (tmp_path / "counts.csv").write_text("region,date,cases\n" + "\n".join(rows) + "\n")


def test_the_command_writes_estimates_unless_told_not_to(command, signal):
    result = command("detect", "counts.csv", "--out", "a", "--serial-interval", "gamma:6:3", "--seed", 3)
    assert result.exit_code == 0, result.stderr
    assert "Serial interval: gamma, mean 6, sd 3 days." in result.stderr
    assert command("detect", "counts.csv", "--out", "b", "--no-estimates").exit_code == 0
    told, untold = (plain(Path(f"{folder}/report.html").read_text(encoding="utf-8")) for folder in "ab")
    assert "Each case infects" in told
    assert "random seed (3)" in told
    assert "Forecast" not in untold


def test_without_a_signal_the_engine_of_forecasts_is_not_asked(command, signal, monkeypatch):
    monkeypatch.setattr("tocsin.epi.forecast.forecast", None)
    assert command("detect", "counts.csv", "--where", "region=North").exit_code == 0


@pytest.mark.parametrize("option", ["--no-report", "--no-estimates"])
def test_a_serial_interval_that_nothing_would_use_is_refused(command, signal, option):
    result = command("detect", "counts.csv", "--serial-interval", "gamma:6:3", option)
    assert result.exit_code == 2
    assert f"--serial-interval is for the estimates of the report; leave out {option}" in result.stderr
