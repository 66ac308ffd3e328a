"""Fatality by age from persons and from counts: what is said, by which method, and what is not said."""

import json

import numpy as np
import pytest
from scipy.stats import binomtest
from tests.node.estimates.severity_given import DIED, ILL, RECOVERED, UNKNOWN, counts, persons, several

from tocsin.epi.severity import competing_risks, correlation_across_groups, static
from tocsin.node.estimates.building.severity import severity_of_counts, severity_of_persons

NAN = float("nan")


def exact(events: int, trials: int) -> list[float]:
    interval = binomtest(events, trials).proportion_ci(0.95, "exact")
    return [events / trials, interval.low, interval.high]


def said(part: dict, prefix: str = "") -> list:
    return [part[f"{prefix}{name}"] for name in ("estimate", "low", "high")]


def by_age(payload: dict) -> dict[str, dict]:
    return {row["age"]: row for row in payload["ages"]}


# Of persons


def test_where_every_end_is_told_it_is_the_exact_binomial_of_each_age():
    payload = severity_of_persons(
        persons(
            several(2, DIED, age=0, days=5), several(28, RECOVERED, age=0, days=12),
            several(5, DIED, age=1, days=8), several(45, RECOVERED, age=1, days=3),
            several(12, DIED, age=2, days=20), several(11, RECOVERED, age=2, days=20),
        )
    )  # fmt: skip
    assert payload["method"] == "competing_risks"
    assert said(payload["all"]) == pytest.approx(exact(19, 103), abs=1e-6)
    rows = by_age(payload)
    assert list(rows) == ["0-14", "15-64", "65+"]
    assert said(rows["0-14"]) == pytest.approx(exact(2, 30), abs=1e-6)
    assert said(rows["15-64"]) == pytest.approx(exact(5, 50), abs=1e-6)
    assert said(rows["65+"]) == pytest.approx(exact(12, 23), abs=1e-6)
    assert (payload["cases"], payload["deaths"], payload["ill"], payload["unknown"]) == (103, 19, 0, 0)
    assert (rows["65+"]["cases"], rows["65+"]["deaths"], rows["65+"]["few"]) == (23, 12, False)
    assert payload["as_of"] == "2026-11-12"
    assert payload["since"] is None
    assert payload["unknown_age"] is None
    assert payload["why"] == []


def aalen_johansen(people: list[tuple[float, int]]) -> float:
    """Fatality of those whose end is told, person by person."""
    free, died, recovered = 1.0, 0.0, 0.0
    for day in sorted({days for days, outcome in people if outcome != ILL}):
        at_risk = sum(days >= day for days, _ in people)
        dead = sum(days == day and outcome == DIED for days, outcome in people)
        well = sum(days == day and outcome == RECOVERED for days, outcome in people)
        died, recovered = died + free * dead / at_risk, recovered + free * well / at_risk
        free *= 1 - (dead + well) / at_risk
    return died / (died + recovered)


def test_who_is_still_ill_counts_until_the_last_day_that_is_known():
    rng = np.random.default_rng(5)
    people = [(float(day), int(k)) for day, k in zip(rng.integers(0, 30, 60), rng.choice(3, 60), strict=True)]
    payload = severity_of_persons(persons([(day, k, n % 2, -1) for n, (day, k) in enumerate(people)]))
    assert payload["method"] == "competing_risks"
    assert payload["all"]["estimate"] == pytest.approx(aalen_johansen(people), abs=1e-6)
    assert by_age(payload)["0-14"]["estimate"] == pytest.approx(aalen_johansen(people[::2]), abs=1e-6)
    assert by_age(payload)["15-64"]["estimate"] == pytest.approx(aalen_johansen(people[1::2]), abs=1e-6)


def test_the_interval_with_censoring_is_the_engines():
    days = np.array([3.0, 4, 6, 6, 9, 9, 11, 14, 15, 20, 2, 5])
    outcome = np.array([1, 2, 2, 1, 2, 0, 2, 2, 1, 2, 0, 0])
    payload = severity_of_persons(
        persons([(day, k, -1, -1) for day, k in zip(days.tolist(), outcome.tolist(), strict=True)])
    )
    direct = competing_risks(days, outcome)
    assert said(payload["all"]) == pytest.approx([direct.fatality[0], direct.low[0], direct.high[0]], abs=1e-6)


def test_those_who_are_ill_raise_it_above_deaths_over_cases():
    payload = severity_of_persons(
        persons(several(10, DIED, days=6), several(30, RECOVERED, days=9), several(20, ILL, days=3))
    )
    assert payload["method"] == "competing_risks"
    assert payload["ill"] == 20
    assert payload["all"]["estimate"] == pytest.approx(10 / 40, abs=1e-6)
    assert payload["all"]["estimate"] > payload["deaths"] / payload["cases"]


def test_nobody_died():
    payload = severity_of_persons(persons(several(20, RECOVERED, age=1)))
    assert said(payload["all"]) == pytest.approx(exact(0, 20), abs=1e-6)
    assert payload["all"]["few"]


def test_all_died():
    payload = severity_of_persons(persons(several(6, DIED, age=2)))
    assert said(payload["all"]) == pytest.approx(exact(6, 6), abs=1e-6)


@pytest.mark.parametrize("rows", [several(9, UNKNOWN, age=1), []])
def test_of_no_outcome_nothing_is_said(rows):
    assert severity_of_persons(persons(rows)) is None


def test_an_outcome_that_is_not_known_is_left_out_and_counted():
    payload = severity_of_persons(
        persons(several(5, DIED, days=4), several(15, RECOVERED, days=9), several(8, UNKNOWN, days=NAN))
    )
    assert payload["unknown"] == 8
    assert payload["cases"] == 28
    assert payload["method"] == "competing_risks"
    assert said(payload["all"]) == pytest.approx(exact(5, 20), abs=1e-6)


def test_where_most_outcomes_are_not_known_those_that_are_stand_for_nobody_else():
    payload = severity_of_persons(persons(several(10, DIED, days=4), several(90, UNKNOWN, days=NAN)))
    assert payload["method"] == "naive"
    assert payload["why"] == ["outcomes_unknown", "no_ages"]
    assert said(payload["all"]) == pytest.approx(exact(10, 100), abs=1e-6)


def test_where_no_recovery_is_told_the_dead_are_not_all_there_are():
    payload = severity_of_persons(persons(several(36, DIED, age=2, days=12), several(150, ILL, age=1, days=60)))
    assert payload["method"] == "naive"
    assert "ends_untold" in payload["why"]
    assert said(payload["all"]) == pytest.approx(exact(36, 186), abs=1e-6)


def test_a_group_of_whom_too_few_ends_are_told_has_no_risk():
    payload = severity_of_persons(
        persons(
            several(4, DIED, age=0, days=4), several(40, ILL, age=0, days=40),
            several(20, DIED, age=1, days=5), several(80, RECOVERED, age=1, days=9),
        )
    )  # fmt: skip
    assert payload["method"] == "competing_risks"
    assert said(by_age(payload)["0-14"]) == [None, None, None]
    assert by_age(payload)["0-14"]["deaths"] == 4
    assert said(by_age(payload)["15-64"]) == pytest.approx(exact(20, 100), abs=1e-6)


def test_a_group_that_nobody_belongs_to_or_that_has_no_outcome_has_none():
    payload = severity_of_persons(
        persons(several(3, DIED, age=1), several(5, RECOVERED, age=1), several(1, ILL, age=2, days=2))
    )
    rows = by_age(payload)
    assert (rows["0-14"]["cases"], rows["65+"]["cases"]) == (0, 1)
    assert said(rows["0-14"]) == said(rows["65+"]) == [None, None, None]


def test_without_dates_it_is_of_those_whose_outcome_is_known():
    payload = severity_of_persons(
        persons(several(4, DIED, age=1, days=NAN), several(16, RECOVERED, age=1, days=NAN), several(5, ILL, days=NAN))
    )
    assert payload["method"] == "closed"
    assert "no_dates" in payload["why"]
    assert said(payload["all"]) == pytest.approx(exact(4, 20), abs=1e-6)
    assert said(by_age(payload)["15-64"]) == pytest.approx(exact(4, 20), abs=1e-6)


def test_without_dates_a_group_of_whom_most_are_ill_has_no_risk():
    payload = severity_of_persons(
        persons(
            several(3, DIED, age=0, days=NAN),
            several(9, ILL, age=0, days=NAN),
            several(30, RECOVERED, age=1, days=NAN),
        )
    )
    assert payload["method"] == "closed"
    assert said(by_age(payload)["0-14"]) == [None, None, None]
    assert said(by_age(payload)["15-64"]) == pytest.approx(exact(0, 30), abs=1e-6)


@pytest.mark.parametrize("bad", [NAN, -3.0, float("inf")])
def test_one_in_ten_may_be_without_dates(bad):
    dated = [*several(10, DIED, days=4), *several(35, RECOVERED, days=9)]
    payload = severity_of_persons(persons(dated, several(5, RECOVERED, days=bad)))
    assert payload["method"] == "competing_risks"
    assert "some_undated" in payload["why"]
    assert said(payload["all"]) == pytest.approx(exact(10, 45), abs=1e-6)
    assert (payload["cases"], payload["deaths"]) == (50, 10)
    more = severity_of_persons(persons(dated, several(6, RECOVERED, days=bad)))
    assert more["method"] == "closed"


def test_of_four_outcomes_it_is_the_plain_share():
    payload = severity_of_persons(persons(several(1, DIED), several(3, RECOVERED), several(2, ILL, days=1)))
    assert payload["method"] == "closed"
    assert "few_outcomes" in payload["why"]
    assert said(payload["all"]) == pytest.approx(exact(1, 4), abs=1e-6)


def test_without_ages_there_is_the_whole():
    payload = severity_of_persons(persons(several(5, DIED), several(20, RECOVERED)))
    assert payload["ages"] == []
    assert payload["unknown_age"] is None
    assert payload["why"] == ["no_ages"]
    assert payload["all"]["estimate"] == pytest.approx(0.2)


def test_who_died_of_unknown_age_is_in_the_whole_and_in_no_group():
    payload = severity_of_persons(
        persons(several(4, DIED, age=2), several(6, RECOVERED, age=2), several(3, DIED), several(7, RECOVERED))
    )
    assert payload["unknown_age"] == {"cases": 10, "deaths": 3}
    assert payload["deaths"] == 7
    assert by_age(payload)["65+"]["deaths"] == 4
    assert said(payload["all"]) == pytest.approx(exact(7, 20), abs=1e-6)


def test_intensive_care_is_a_share_of_those_of_whom_it_is_known():
    payload = severity_of_persons(
        persons(
            several(5, DIED, age=2, severe=1), several(10, RECOVERED, age=2, severe=0),
            several(5, RECOVERED, age=2, severe=-1), several(10, RECOVERED, age=0, severe=0),
        )
    )  # fmt: skip
    whole = payload["severe"]
    assert (whole["name"], whole["events"], whole["persons"]) == ("intensive_care", 5, 25)
    assert said(whole) == pytest.approx(exact(5, 25), abs=1e-6)
    row = by_age(payload)["65+"]
    assert (row["severe"], row["severe_of"]) == (5, 15)
    assert said(row, "severe_") == pytest.approx(exact(5, 15), abs=1e-6)
    assert said(by_age(payload)["15-64"], "severe_") == [None, None, None]


def test_intensive_care_that_is_written_down_only_where_it_was_is_no_share():
    payload = severity_of_persons(persons(several(5, DIED, age=2, severe=1), several(10, RECOVERED, age=2, severe=-1)))
    assert payload["severe"] is None
    assert by_age(payload)["65+"]["severe"] is None
    assert "severe_unknown" in payload["why"]


def test_severe_and_fatal_are_correlated_across_four_groups_and_not_across_three():
    table = [(2, 1, 20), (4, 2, 20), (9, 4, 20), (15, 9, 20)]  # severe, died, of

    def people(groups):
        rows = []
        for age, (severe, died, of) in enumerate(groups):
            rows += several(died, DIED, age=age, severe=1)
            rows += several(severe - died, RECOVERED, age=age, severe=1)
            rows += several(of - severe, RECOVERED, age=age, severe=0)
        return persons(rows, ages=("a", "b", "c", "d"))

    found = severity_of_persons(people(table))["correlation"]
    direct = correlation_across_groups(*np.array(table).T)
    assert found["groups"] == 4
    assert said(found) == pytest.approx([direct.pearson, direct.pearson_low, direct.pearson_high], abs=1e-6)
    assert severity_of_persons(people(table[:3]))["correlation"] is None


# Of counts


def test_counts_without_a_delay_are_deaths_over_cases():
    payload = severity_of_counts(counts([[5, 5], [30, 10], [8, 2]], [[0, 0], [1, 1], [2, 3]]))
    assert (payload["method"], payload["delay"]) == ("naive", None)
    assert payload["why"] == ["no_delay"]
    assert (payload["cases"], payload["deaths"]) == (60, 7)
    assert said(payload["all"]) == pytest.approx(exact(7, 60), abs=1e-6)
    assert said(by_age(payload)["65+"]) == pytest.approx(exact(5, 10), abs=1e-6)
    assert payload["since"] == "2026-11-10"


def test_of_those_who_fell_ill_lately_a_part_is_not_known_yet():
    cases = [[10, 20, 40], [100, 100, 100], [5, 0, 0]]
    deaths = [[0, 1, 2], [0, 5, 9], [0, 0, 3]]
    delay = [0.0, 0.5, 0.5]
    payload = severity_of_counts(counts(cases, deaths, delay=delay))
    assert payload["method"] == "delay_adjusted"
    assert payload["delay"] == {"name": "cholera", "mean": 1.5, "source": "Somebody, 2011"}
    # Of the first day all is known, of the second half, of the third nothing.
    known = [10 + 10, 100 + 50, 5]
    rows = by_age(payload)
    assert [rows[age]["estimate"] for age in rows] == pytest.approx([3 / 20, 14 / 150, 3 / 5], abs=1e-6)
    assert payload["all"]["estimate"] == pytest.approx(20 / sum(known), abs=1e-6)
    direct = static(np.sum(cases, axis=0), np.sum(deaths, axis=0), delay=delay)
    assert said(payload["all"]) == pytest.approx([direct.estimate[0], direct.low[0], direct.high[0]], abs=1e-6)


def test_counts_of_a_week_are_spread_over_its_days():
    delay = np.diff(np.linspace(0, 1, 22))  # 0 to 20 days, all alike
    by_week = severity_of_counts(counts([[70, 140]], [[1, 9]], ages=("65+",), every="week", delay=delay))
    daily = counts([[10] * 7 + [20] * 7], [[0] * 6 + [1] + [0] * 6 + [9]], ages=("65+",), delay=delay)
    assert by_week["all"] == severity_of_counts(daily)["all"]
    assert by_week["since"] == "2026-10-29"


def test_once_all_is_known_it_is_the_plain_share():
    payload = severity_of_counts(counts([[20, 0, 0]], [[0, 3, 2]], ages=("65+",), delay=[0, 0.5, 0.5]))
    assert said(payload["all"]) == pytest.approx(exact(5, 20), abs=1e-6)


@pytest.mark.parametrize(
    ("cases", "deaths"), [([[0, 0]], [[0, 0]]), ([[5, 5]], [[NAN, NAN]]), ([[NAN, NAN]], [[1, 1]])]
)
def test_of_no_case_and_of_no_deaths_told_nothing_is_said(cases, deaths):
    assert severity_of_counts(counts(cases, deaths, ages=("65+",))) is None
    assert severity_of_counts(counts(cases, deaths, ages=("65+",), delay=[0.5, 0.5])) is None


def test_without_ages_counts_have_the_whole():
    payload = severity_of_counts(counts([[12, 8]], [[1, 3]], ages=()))
    assert payload["ages"] == []
    assert said(payload["all"]) == pytest.approx(exact(4, 20), abs=1e-6)


def test_counts_of_unknown_age_are_in_the_whole_and_in_no_group():
    payload = severity_of_counts(counts([[10, 10], [3, 3]], [[1, 1], [2, 0]], ages=("65+", "unknown")))
    assert [row["age"] for row in payload["ages"]] == ["65+"]
    assert payload["unknown_age"] == {"cases": 6, "deaths": 2}
    assert (payload["cases"], payload["deaths"]) == (26, 4)


def test_a_period_counts_only_where_both_are_reported():
    payload = severity_of_counts(counts([[10, 10, 10]], [[1, NAN, 1]], ages=("65+",)))
    assert (payload["cases"], payload["deaths"]) == (20, 2)


def test_a_gap_begins_anew_and_many_leave_the_plain_share():
    delay = [0.5, 0.5]
    late = severity_of_counts(counts([[90, 90, NAN, 4, 4, 4]], [[9, 9, 9, 1, 1, 1]], ages=("65+",), delay=delay))
    assert (late["method"], late["cases"], late["since"]) == ("delay_adjusted", 12, "2026-11-09")
    holes = severity_of_counts(counts([[9, NAN, 9, NAN, 9, 9, NAN, 9]], [[1] * 8], ages=("65+",), delay=delay))
    assert (holes["method"], holes["cases"]) == ("naive", 45)
    assert "gaps" in holes["why"]


def test_it_is_of_the_last_year():
    weeks = 60
    payload = severity_of_counts(counts([[10] * weeks], [[10] * 8 + [1] * 52], ages=("65+",), every="week"))
    assert (payload["cases"], payload["deaths"]) == (520, 52)


def test_a_group_with_more_deaths_than_cases_is_told_nothing_of():
    for delay in (None, [0.9, 0.1]):
        payload = severity_of_counts(counts([[2, 0], [20, 20]], [[1, 2], [1, 1]], ages=("0-14", "15+"), delay=delay))
        assert said(by_age(payload)["0-14"]) == [None, None, None]
        assert by_age(payload)["15+"]["estimate"] > 0
        assert payload["all"]["estimate"] > 0
        assert "more_deaths_than_cases" in payload["why"]


def test_more_deaths_than_cases_in_all_is_no_risk():
    payload = severity_of_counts(counts([[2, 1]], [[3, 3]], ages=("65+",)))
    assert said(payload["all"]) == [None, None, None]
    assert (payload["cases"], payload["deaths"]) == (3, 6)


@pytest.mark.parametrize("delay", [[0, 0, 0, 1], [0.1, 0.3, 0.6]])
def test_a_delay_that_the_deaths_contradict_is_not_used(delay):
    payload = severity_of_counts(counts([[10, 10]], [[5, 5]], ages=("65+",), delay=delay))
    assert payload["method"] == "naive"
    assert payload["delay"] is None
    assert "more_deaths_than_outcomes" in payload["why"]
    assert said(payload["all"]) == pytest.approx(exact(10, 20), abs=1e-6)


def test_a_group_whose_deaths_contradict_the_delay_is_told_nothing_of():
    payload = severity_of_counts(counts([[0, 10], [90, 10]], [[0, 6], [1, 9]], ages=("0-64", "65+"), delay=[0.5, 0.5]))
    assert payload["method"] == "delay_adjusted"
    assert said(by_age(payload)["0-64"]) == [None, None, None]
    assert by_age(payload)["65+"]["estimate"] == pytest.approx(10 / 95, abs=1e-6)
    assert "group_more_deaths_than_outcomes" in payload["why"]


def test_counts_that_are_short_beside_the_delay_say_so():
    short, long = [[60, 0, 0]], [[60, *[0] * 9]]
    delay = [0.1] * 10
    assert "delay_longer_than_window" in severity_of_counts(counts(short, [[1, 1, 1]], ages=(), delay=delay))["why"]
    assert "delay_longer_than_window" not in severity_of_counts(counts(long, [[1] * 10], ages=(), delay=delay))["why"]


def test_intensive_care_of_counts_by_age():
    payload = severity_of_counts(
        counts([[10, 10], [20, 20]], [[1, 1], [4, 4]], severe=[[2, NAN], [30, 12]], ages=("0-64", "65+"))
    )
    young, old = payload["ages"]
    assert (young["severe"], young["severe_of"]) == (2, 10)
    assert said(old, "severe_") == [None, None, None]
    assert "more_severe_than_cases" in payload["why"]


def test_a_payload_is_plain():
    lists = [
        severity_of_persons(persons(several(6, DIED, age=2, severe=1), several(9, RECOVERED, age=1, severe=0))),
        severity_of_counts(counts([[5, 5]], [[0, 1]], severe=[[1, 1]], ages=("65+",), delay=[0.5, 0.5])),
    ]
    for payload in lists:
        assert json.loads(json.dumps(payload, allow_nan=False)) == payload
