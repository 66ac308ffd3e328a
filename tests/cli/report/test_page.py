"""The page: its numbers are the detection's, it loads nothing, and data cannot become markup."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import numpy as np
import polars as pl
import pytest

from tocsin.cli.report import Report, render, write_report
from tocsin.counts.series import Every, SeriesTable
from tocsin.epi.detect.detection import Detection


class Page(HTMLParser):
    """Elements with their attributes, the text shown in English on a wide screen, and the cells of each table row."""

    VOID = frozenset({"meta", "link", "input", "br", "path", "use"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.rows: list[list[tuple[str, str]]] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append((given.get("data-v", ""), ""))
        if tag not in self.VOID:
            hidden = given.get("class") in ("l-ru", "l-zh", "nc", "also") or tag in ("style", "script", "u")
            self._open.append((tag, hidden))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if any(hidden for _, hidden in self._open):
            return
        self.words.append(data)
        if self.rows and any(tag in ("td", "th") for tag, _ in self._open):
            exact, text = self.rows[-1][-1]
            self.rows[-1][-1] = (exact, text + data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def having(self, attribute: str) -> list[str]:
        return [given[attribute] for _, given in self.elements if attribute in given]

    def signal_rows(self) -> list[dict[str, str]]:
        columns = ("exceedance", "p_value", "threshold", "expected", "observed")
        found = []
        for row in self.rows:
            exact = [cell for cell, _ in row]
            if len(row) >= 7 and exact[-2] and exact[-1] == "":
                values = dict(
                    zip(("p_value", "exceedance", "threshold", "expected", "observed"), exact[-2::-1], strict=False)
                )
                when = re.sub(r"\s+", " ", row[-7][1]) if len(row) > 8 else ""
                found.append({name: values[name] for name in columns} | {"key": row[0][1], "when": when})
        return found


def last_alone(d: Detection) -> Detection:
    names = ("observed", "expected", "threshold", "alarm", "exceedance", "p_value", "dispersion")
    cut = {name: getattr(d, name)[:, -1:] for name in names}
    return replace(d, periods=d.periods[-1:], dates=d.dates[-1:], **cut)


def brief(rows: list[dict[str, str]]) -> list[tuple[str, str, float]]:
    return [(row["key"], row["when"], float(row["observed"])) for row in rows]


def test_the_title_is_the_answer(make_report):
    html = render(make_report())
    assert (
        "<title>2 of the 4 series that could be evaluated are above their threshold in the week of 9\u00a0March 2026"
        in html
    )
    assert (
        "2 of the 4 series that could be evaluated are above their threshold in the week of 9 March 2026"
        in Page(html).text
    )


def test_it_opens_in_the_language_asked_for(make_report):
    html = render(make_report(language="ru"))
    assert '<html lang="ru">' in html
    assert "<title>2 из 4 рядов, которые удалось оценить, выше порога за неделю с 9\u00a0марта 2026\u00a0года" in html
    assert re.search(r'id="show-ru"[^>]* checked>', html)
    assert len(re.findall(r" checked>", html)) == 1


def test_all_languages_are_in_the_page_each_under_its_tag(make_report):
    html = render(make_report())
    for code, tag in (("en", "en"), ("ru", "ru"), ("zh", "zh-Hans")):
        assert html.count(f'class="l-{code}" lang="{tag}"') > 100
    assert len(re.findall('class="l-en"', html)) == len(re.findall('class="l-zh"', html))


def test_it_refers_to_nothing_outside_itself(make_report, noted_table):
    html = render(make_report(table=noted_table))
    page = Page(html)
    ids = set(page.having("id"))
    for name in ("src", "srcset", "action", "formaction", "data", "poster", "xlink:href", "background", "manifest"):
        assert page.having(name) == []
    links = page.having("href")
    assert len(links) > 8
    assert {link for link in links if not link.startswith("#")} == {"data:,"}
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    assert set(re.findall(r"url\(([^)]*)\)", html)) == {"#hatch"}
    assert "@import" not in html
    assert not re.search(r"https?:", html)


def test_ids_are_unique_and_what_labels_refer_to_exists(make_report):
    page = Page(render(make_report()))
    ids = page.having("id")
    assert len(ids) == len(set(ids))
    assert {name for names in page.having("aria-labelledby") for name in names.split()} <= set(ids)


def test_only_the_pages_own_script_may_run(make_report, noted_table):
    html = render(make_report(table=noted_table, title="<script>x</script>", command="tocsin '<script>y</script>'"))
    assert html.count("<script>") == 1
    assert "default-src 'none'" in html
    assert "script-src 'sha256-" in html
    assert "onerror" not in html


def test_names_from_data_are_shown_as_they_are_and_kept_apart(make_report):
    html = render(make_report())
    assert '<bdi lang="">&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;</bdi>' in html
    assert '<bdi lang="">流行性感冒 · 阿拉木图</bdi>' in html
    assert '<bdi lang="">place &amp; time</bdi>' in html
    assert "a\ufffdb\ufffdc" in html
    assert "\x00" not in html
    assert "\x1b" not in html
    outside = re.sub(r'<bdi lang="">.*?</bdi>|title="[^"]*"', "", html)
    assert "\u202e" not in outside


def test_a_file_name_that_is_no_text_can_be_written(make_report, tmp_path):
    path = write_report(
        make_report(source_name="counts\udce9.csv", command="tocsin detect counts\udce9.csv"), tmp_path / "r.html"
    )
    assert "counts\ufffd.csv" in path.read_text(encoding="utf-8")


def test_numbers_are_the_detections_in_the_order_given(make_report, outbreak):
    report = make_report(table=outbreak[0], detection=outbreak[1])
    d, order = report.detection, report.order
    rows = Page(render(report)).signal_rows()
    last = d.alarm.shape[1] - 1
    now, earlier = [(s, j) for s, j in order if j == last], [(s, j) for s, j in order if j != last]
    expected_order = now + [(s, j) for i, (s, j) in enumerate(earlier) if s not in {s for s, _ in earlier[:i]}]
    assert [row["key"] for row in rows] == [report.table.keys.row(int(s))[0] for s, _ in expected_order]
    for row, (s, j) in zip(rows, expected_order, strict=True):
        for name in ("observed", "expected", "threshold", "exceedance", "p_value"):
            np.testing.assert_allclose(float(row[name]), getattr(d, name)[s, j], rtol=1e-7)


def test_an_outbreak_fills_one_row_with_its_most_exceptional_week(make_report, outbreak):
    table, detection = outbreak
    rows = brief(Page(render(make_report(table=table, detection=detection))).signal_rows())
    # The first two rows are of the table of the last week.
    assert rows[2:] == [
        ("dengue", "2026-03-023 weeks, 16 Feb – 2 Mar", 30),
        ('<script>alert("1")</script>', "2026-03-021 week", 30),
        ("cholera", "2026-02-232 weeks, 16 Feb – 23 Feb", 20),
    ]


def test_the_present_run_of_signals_has_a_beginning(make_report, outbreak):
    table, detection = outbreak
    rows = brief(Page(render(make_report(table=table, detection=detection))).signal_rows())
    # Dengue signals in every week evaluated, so that nobody knows for how long before.
    assert rows[:2] == [("cholera", "2026-03-091 week", 14), ("dengue", "2026-02-164 weeks or more", 8)]


def test_a_run_is_broken_by_a_period_left_out_or_not_evaluated(make_report, outbreak):
    table, detection = outbreak
    apart = replace(detection, periods=detection.periods - np.array([1, 1, 0, 0]))
    rows = brief(Page(render(make_report(table=table, detection=apart))).signal_rows())
    assert rows[1] == ("dengue", "2026-03-022 weeks or more", 8)
    table.counts[1, -3] = np.nan
    unreported = brief(Page(render(make_report(table=table))).signal_rows())
    assert unreported[1] == ("dengue", "2026-03-091 week or more", 8)


def test_a_period_with_too_few_cases_to_judge_is_the_end_of_a_run(make_report, outbreak):
    table, d = outbreak
    at = (1, -2)
    d.alarm[at], d.threshold[at] = False, np.nan
    without = np.zeros(d.alarm.shape, dtype=bool)

    def when(**changes) -> str:
        return Page(render(make_report(table=table, detection=d, **changes))).signal_rows()[1]["when"]

    assert when(without_history=without) == "2026-03-091 week"
    without[at] = True
    assert when(without_history=without) == when() == "2026-03-091 week or more"


def test_of_a_single_period_no_run_can_be_told(make_report, outbreak):
    table, d = outbreak
    page = Page(render(make_report(table=table, detection=last_alone(d))))
    assert "Since" not in page.text
    assert [row["when"] for row in page.signal_rows()] == ["", ""]


def test_pictures_come_in_that_order_too(make_report):
    html = render(make_report())
    assert re.findall(r'<figure id="series-(\d+)">', html) == ["0", "1", "2"]


def test_a_pictures_own_table_holds_its_figures(make_report):
    rows = [[text for _, text in row] for row in Page(render(make_report())).rows]
    assert ["2026-03-09", "14", "3.4", "7.5", "▲ above"] in [[cell.strip() for cell in row] for row in rows]
    assert any(row[1:2] == ["no report"] for row in rows)


def test_the_overview_sets_the_number_beside_what_chance_gives(make_report):
    text = Page(render(make_report(expected_false_alarms=0.8, false_discovery_rate=0.2))).text
    assert "at most about 0.80 expected by chance" in text
    # Of the 18 counts evaluated 4 are of the last week, and so is that share of the false alarms.
    assert "at most about 0.18 expected by chance" in text
    assert "20%" in text
    assert "6 series screened" in text.replace("series screened6", "6 series screened")
    assert "4 could be evaluated in the last period" in text


def test_without_such_a_number_none_is_shown(make_report):
    assert (
        "expected by chance" not in Page(render(make_report())).text.split("How to read this")[1].split("Signals in")[0]
    )


def test_the_incomplete_period_is_said_and_hatched(make_report):
    html = render(make_report())
    assert "The week of 16 March 2026 is not complete" in Page(html).text
    assert 'class="h" style="left' in html
    complete = make_report()
    object.__setattr__(complete.table, "incomplete", 0)
    assert "is not complete" not in Page(render(complete)).text.replace("is not complete yet", "")


def test_series_that_could_not_be_evaluated_are_named_with_the_reason(make_report):
    text = Page(render(make_report())).text
    assert "2 series could not be evaluated in the week of 9 March 2026" in text
    assert "1 without a report in this period流行性感冒 · 阿拉木图" in text
    assert "1 without a single case in all their historyчума · Алматы" in text


def test_too_little_history_is_told_from_too_few_cases_where_known(make_report):
    table = make_report().table
    table.counts[3, 5] = 1
    d = make_report(table=table).detection
    d.threshold[3, -1] = np.nan
    without = np.zeros(d.alarm.shape, dtype=bool)
    few = Page(render(make_report(table=table, detection=d, without_history=without))).text
    assert "1 with too few cases by the method’s own rule" in few
    without[3, -1] = True
    short = Page(render(make_report(table=table, detection=d, without_history=without))).text
    assert "1 with too little history for any method used" in short
    assert "1 with too little history, or too few cases" in Page(render(make_report(table=table, detection=d))).text


def test_the_fallback_is_said_where_it_was_used(make_report):
    mask = np.zeros((6, 4), dtype=bool)
    mask[0] = True
    text = Page(render(make_report(fallback=mask, fallback_name="ears"))).text
    # Two of the 24 counts were not reported, and those of this series all were.
    assert (
        "4 of 22 series-periods, in 1 series, had too little history for the method asked, "
        "or none but zeros; ears was used" in text
    )
    assert text.count("by ears: history too short") == 1
    assert "computed by ears" in text


def test_the_fallback_of_a_single_period_is_said_by_series(make_report, outbreak):
    table, d = outbreak
    single = last_alone(d)
    mask = np.zeros((6, 1), dtype=bool)
    mask[[1, 4]] = True
    text = Page(render(make_report(table=table, detection=single, fallback=mask, fallback_name="ears"))).text
    # The other series was not reported in this week.
    assert (
        "1 of 5 series had too little history for the method asked in the week of 9 March 2026, "
        "or none but zeros; ears was" in text
    )


def test_problems_are_grouped_by_rule_with_their_rows(make_report, noted_table):
    html = render(make_report(table=noted_table))
    text = Page(html).text
    assert "Text where a count was expected 2 rows, left out" in text
    assert "A count below zero: a correction of earlier counts 1 row, used all the same" in text
    assert "An English sentence 1 row, left out" in text
    assert ["17", "count", "n/a"] in [[cell for _, cell in row] for row in Page(html).rows]
    assert "4 rows of the input were not as expected" in text


def test_notes_are_worded_by_code_or_left_in_english(make_report, noted_table):
    html = render(make_report(table=noted_table))
    assert "Прочитано как поимённый список" in html
    assert '<span lang="en" dir="ltr">A sentence of tomorrow.</span>' in html
    assert '<span lang="en" dir="ltr">A total &amp; its parts.</span>' in html


def test_an_empty_result_is_an_answer(make_report, nothing_found):
    table, detection = nothing_found
    html = render(make_report(table=table, detection=detection))
    text = Page(html).text
    assert "None of the 4 series that could be evaluated is above its threshold in the week of 9 March 2026" in text
    assert "There is nothing to draw" in text
    assert "<figure" not in html
    assert Page(html).signal_rows() == []


def test_nothing_evaluated_is_not_called_quiet(make_report):
    table = make_report().table
    table.counts[:, -2] = np.nan
    text = Page(render(make_report(table=table))).text
    assert "No series could be evaluated in the week of 9 March 2026" in text
    assert "None of" not in text


def one_series(table: SeriesTable, keys: pl.DataFrame) -> SeriesTable:
    return SeriesTable(keys, table.counts[:1], table.dates, table.every, table.week_start, 1, table.problems, ())


def test_a_single_series_is_named_in_the_title(make_report):
    table = make_report().table
    named = render(make_report(table=one_series(table, table.keys[:1])))
    assert (
        "<title>\u2068cholera · Karsu\u2069: 14\u00a0cases in the week of 9\u00a0March 2026, 3.4 expected"
        in named.replace("\u00a0expected", " expected")
    )
    unnamed = render(make_report(table=one_series(table, pl.DataFrame())))
    assert (
        "<title>14\u00a0cases in the week of 9\u00a0March 2026, 3.4\u00a0expected: above the threshold of 7.5"
        in unnamed
    )


def test_methods_without_expectation_or_probability_leave_them_open(make_report):
    base = make_report().detection
    nothing = np.full(base.alarm.shape, np.nan)
    d = replace(
        base, method="fixed_rule", threshold=base.threshold - 8.5, expected=nothing, p_value=nothing, dispersion=nothing
    )
    html = render(make_report(detection=d, table=make_report().table))
    assert "cholera · Karsu: 14 cases in the week of 9 March 2026, above the threshold" in Page(html).text
    assert "any count would have been a signal" in Page(html).text
    assert 'data-v="NaN"' in html
    assert ">nan<" not in html
    assert 'd="Mnan' not in html


def test_a_probability_too_small_to_have_an_inverse_is_never(make_report):
    base = make_report().detection
    tiny = np.full(base.p_value.shape, 5e-324)
    assert "less than one week in a billion" in Page(render(make_report(detection=replace(base, p_value=tiny)))).text


def test_a_chart_signals_from_its_threshold_on(make_report):
    base = make_report().detection
    d = replace(base, method="cusum", threshold=np.ceil(base.threshold))
    assert "Up to 7 would have been ordinary" in Page(render(make_report(detection=d))).text


def test_caps_are_said(make_report):
    text = Page(render(make_report(pictures=2, listed=1, mapped=3))).text
    assert "Of 3 series with signals 2 are drawn" in text
    assert text.count("The first 1 of 2 series are listed; all signals are in signals.csv") == 2
    assert "The 3 most exceptional of 6 series are shown; 3 are left out" in text


def test_parts_that_do_not_fit_are_refused(make_report):
    with pytest.raises(ValueError, match="signals names 1 alarms, the detection holds 4"):
        make_report(signals=[(0, 3)])
    with pytest.raises(ValueError, match="6 series, but 2 rows"):
        make_report(series=[0, 1])
    with pytest.raises(ValueError, match="fallback has shape"):
        make_report(fallback=np.zeros((6, 9), dtype=bool))
    with pytest.raises(ValueError, match="language is 'de'"):
        make_report(language="de")


@pytest.mark.parametrize("every", [Every.DAY, Every.MONTH])
def test_days_and_months_are_named_as_such(make_report, every):
    table = make_report().table
    dates = np.datetime64("2020-01-01") + np.timedelta64(1, "D") * np.arange(160)
    if every is Every.MONTH:
        dates = np.arange("2010-01", "2023-05", dtype="datetime64[M]").astype("datetime64[D]")
    changed = SeriesTable(table.keys, table.counts, dates, every, None, 1, table.problems, ())
    text = Page(render(make_report(table=changed))).text
    assert ("on 7 June 2020" if every is Every.DAY else "in March 2023") in text
    assert " week" not in text.split("How to read this")[1]


def large(series: int, periods: int, evaluated: int, share: float) -> Report:
    rng = np.random.default_rng(1)
    counts = rng.poisson(6, (series, periods)).astype(float)
    at = np.arange(periods - evaluated, periods)
    observed = counts[:, at]
    threshold = np.full(observed.shape, 12.0) + rng.random(observed.shape)
    alarm = rng.random(observed.shape) < share
    expected = threshold / 2 + rng.random(observed.shape)
    dates = np.datetime64("2019-03-04") + np.timedelta64(7, "D") * np.arange(periods)
    d = Detection("farrington", {}, at, dates[at], observed, expected, threshold, alarm,
                  (observed - expected) / (threshold - expected), rng.random(observed.shape), threshold)  # fmt: skip
    keys = pl.DataFrame({"place": [f"district {i}" for i in range(series)]})
    problems = pl.DataFrame(schema={"row": pl.Int64, "column": pl.String, "value": pl.String, "rule": pl.String,
                                    "message": pl.String, "taken": pl.Boolean})  # fmt: skip
    table = SeriesTable(keys, counts, dates, Every.WEEK, None, 0, problems, ())
    return Report(table=table, detection=d, signals=np.argwhere(alarm), source_name="large.csv",
                  produced=datetime(2026, 3, 17, tzinfo=UTC))  # fmt: skip


def test_ten_thousand_series_of_a_year_make_a_page_of_bounded_size():
    report = large(10_000, 52, 52, 0.01)
    html = render(report)
    assert html.count("<figure") == 60
    assert len(html.encode()) < 3e6


def test_sixty_pictures_of_seven_years_stay_below_three_megabytes():
    html = render(large(100, 364, 364, 0.02))
    assert html.count("<figure") == 60
    assert "are left out" in html
    assert len(html.encode()) < 3e6
