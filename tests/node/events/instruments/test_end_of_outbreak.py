"""Countdowns to the end of an outbreak, against outbreaks whose end was declared."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.node.events.instruments.end_of_outbreak import countdown, last_event, read_end_rules, rule_of
from tocsin.node.events.instruments.sources import Evidence
from tocsin.node.surveillance.diseases.reading import read_diseases

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
RULED = st.sampled_from(sorted(read_end_rules()))


@pytest.mark.parametrize(
    ("disease", "last", "declared"),
    [
        # WHO, Disease Outbreak News, 8 June 2023: two negative tests on 26 April, over on 8 June.
        ("marburg", date(2023, 4, 26), date(2023, 6, 8)),
        # Tanzania 2023, by press: second negative test on 19 April, over on 2 June.
        ("marburg", date(2023, 4, 19), date(2023, 6, 2)),
        # Tanzania 2025, by press: the last confirmed case died on 28 January, announced on 13 March.
        ("marburg", date(2025, 1, 28), date(2025, 3, 13)),
    ],
)
def test_outbreaks_were_declared_over_once_the_countdown_had_run_out(disease, last, declared):
    found = countdown(disease, last, declared)
    assert found.over
    assert found.over_from <= declared <= found.over_from + timedelta(days=2)


def test_rwanda_declared_on_the_last_of_the_42_days():
    # Rwanda 2024, by press: last discharge on 8 November, declared on 20 December.
    assert countdown("marburg", date(2024, 11, 8), date(2024, 12, 20)).ends_on == date(2024, 12, 20)


@pytest.mark.parametrize(
    ("disease", "days", "published"),
    [
        ("ebola", 42, True),  # WHO, information note, May 2015: 42 days from the day after
        ("marburg", 42, True),
        ("nipah", 42, True),
        ("measles", 42, True),
        ("mers", 28, True),
        ("cholera", 14, True),  # MSF, Management of a cholera epidemic, 8.5
        ("polio", 365, True),
        ("plague", 14, False),  # WHO, fact sheet on plague, 2017: incubation 1 to 7 days
        ("dengue", 28, False),  # PMC7152212, table 56.2: 3 to 14 days
        ("hepatitis-a", 100, False),  # the same: 15 to 50 days
    ],
)
def test_each_disease_waits_as_long_as_its_source_says(disease, days, published):
    rule = rule_of(disease)
    assert (rule.days, rule.published) == (days, published)
    assert rule.source.text


def test_the_days_are_counted_from_the_day_after_the_last_event():
    # WHO, information note, May 2015: the 42 days begin on the day after the second negative test.
    last = date(2026, 1, 1)
    told = [countdown("ebola", last, last + timedelta(days=passed)) for passed in (0, 1, 2, 42, 43, 60)]
    assert [found.day for found in told] == [None, 1, 2, 42, None, None]
    assert [found.days_left for found in told] == [42, 42, 41, 1, 0, 0]
    assert (told[0].ends_on, told[0].over_from) == (date(2026, 2, 12), date(2026, 2, 13))


@pytest.mark.parametrize("disease", [None, "tuberculosis", "no-such"])
def test_where_no_rule_was_found_there_is_no_countdown(disease):
    assert countdown(disease, date(2026, 1, 1), date(2026, 2, 1)) is None


def test_the_rule_of_thumb_says_that_it_is_one():
    for rule in read_end_rules().values():
        assert rule.published is (rule.source.evidence is not Evidence.DECIDED)
        assert rule.published or "Rule of thumb" in rule.source.text
        assert rule.published or rule.days % 2 == 0


def test_rules_are_about_diseases_that_the_node_knows():
    assert set(read_end_rules()) <= {disease.code for disease in read_diseases()}


def test_nothing_is_counted_while_somebody_is_still_ill():
    assert countdown("ebola", None, date(2026, 1, 1)) is None
    assert last_event([date(2026, 1, 1), None]) is None
    assert last_event([]) is None
    assert last_event([date(2026, 1, 5), date(2026, 1, 1)]) == date(2026, 1, 5)


@given(RULED, st.lists(DAYS, min_size=1), DAYS, DAYS)
def test_a_new_case_never_brings_the_end_nearer(disease, cases, new, today):
    before = countdown(disease, last_event(cases), today)
    after = countdown(disease, last_event([*cases, new]), today)
    assert after.ends_on >= before.ends_on
    assert after.days_left >= before.days_left
    if new > max(cases):
        assert after.ends_on == new + timedelta(days=after.rule.days)


@given(RULED, DAYS, DAYS)
def test_days_left_are_never_negative_and_none_are_left_exactly_from_the_day_it_may_be_over(disease, last, today):
    found = countdown(disease, last, today)
    assert 0 <= found.days_left <= found.rule.days
    assert found.over is (today >= found.over_from)
    assert countdown(disease, last, today + timedelta(days=1)).days_left in (found.days_left, found.days_left - 1)
