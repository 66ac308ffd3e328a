"""Weekly indicators: a count that cannot be true is kept apart, alone, and everything else of the document is taken."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.types.bodies import (
    AGES,
    NOW,
    PLACES,
    THIS_WEEK,
    WEEK,
    WEEK_BEFORE,
    found,
    indicators,
    of_document,
    of_rows,
    row,
    table,
)

from tocsin.exchange.types.context import Context, Place
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.tables import PLACE, VALUE

SUPPRESSION = {"below": 5, "rule": "small-cells-and-complements"}


def rows_found(*rows, context=None, **known):
    body = {name: known.pop(name) for name in list(known) if name not in ("now", "diseases", "places", "past", "head")}
    head = known.pop("head", None)
    one = indicators(list(rows), head=head, **body)
    findings = found(one, **({"context": context} if context else {}), **known)
    assert not findings.document, findings.document
    return of_rows(findings)


# Counts


def test_zero_missing_and_suppressed_are_three_things():
    zero, missing, suppressed = row(0), row("missing", place="AL-02"), row("suppressed", place="AL")
    assert rows_found(zero, missing, suppressed, suppression=SUPPRESSION) == {}


def test_a_negative_count_is_kept_apart_alone():
    assert rows_found(row(-1), row(1, place="AL-02")) == {0: "impossible-count"}


def test_a_count_above_the_population_is_kept_apart():
    assert rows_found(row(150_000, place="AL-0101"), row(250_001, place="AL-0102")) == {1: "impossible-count"}


def test_the_population_of_the_state_is_that_of_its_regions_unless_it_is_known_otherwise():
    assert rows_found(row(1_000_000, place="AL")) == {}
    assert rows_found(row(1_000_001, place="AL")) == {0: "impossible-count"}
    assert rows_found(row(1_000_000, place="AL"), places=PLACES | {"AL": Place(900_000)}) == {0: "impossible-count"}
    assert rows_found(row(9_000_000, place="AL"), places=PLACES | {"AL-03": Place()}) == {}
    crossing = PLACES | {"AL-X": Place(in_parent=False)}
    assert rows_found(row(9_000_000, place="AL"), places=crossing) == {0: "impossible-count"}


def test_people_may_be_tested_twice_but_are_detected_once():
    assert rows_found(row(500_000, indicator="tests")) == {}
    assert rows_found(row(500_000, indicator="detections")) == {0: "impossible-count"}


def test_a_place_without_a_known_population_has_no_limit():
    assert rows_found(row(10**9, place="AL-01-X")) == {}
    assert rows_found(row(10**9), places=None) == {}


@pytest.mark.parametrize(("part", "whole"), [("deaths", "cases"), ("detections", "tests")])
def test_a_part_above_what_it_is_part_of_keeps_both_apart(part, whole):
    other = row(12, place="AL-02", indicator=whole)
    assert rows_found(other, row(12, indicator=part), row(12, indicator=whole)) == {}
    assert rows_found(other, row(13, indicator=part), row(12, indicator=whole)) == dict.fromkeys(
        (1, 2), "impossible-count"
    )


def test_deaths_are_compared_with_cases_of_the_same_key_only():
    for difference in (
        {"week": WEEK_BEFORE},
        {"place": "AL-02"},
        {"age": "0-4"},
        {"sex": "male"},
        {"disease": "measles"},
    ):
        assert rows_found(row(13, indicator="deaths", **difference), row(12)) == {}
    assert rows_found(row(13, indicator="deaths"), row("missing")) == {}
    assert rows_found(row("missing", indicator="deaths"), row(0)) == {}


def test_by_the_date_of_each_event_deaths_may_exceed_the_cases_of_their_week():
    assert rows_found(row(13, indicator="deaths"), row(12), date_type="event") == {}


def test_a_count_that_the_documents_own_rule_withholds_is_kept_apart():
    rows = [row(value, place=place) for value, place in ((1, "AL-0101"), (4, "AL-0102"), (5, "AL-01"), (0, "AL-02"))]
    assert rows_found(*rows, suppression=SUPPRESSION) == {0: "small-cell", 1: "small-cell"}
    assert rows_found(*rows) == {}


def test_nothing_is_suppressed_without_a_rule():
    assert rows_found(row("suppressed"), row("missing", place="AL-02")) == {0: "contradiction"}


@pytest.mark.parametrize("rule", [{"below": 1, "rule": "small-cells"}, {"below": 5}, {"below": 5, "rule": "secret"}, 5])
def test_a_rule_of_suppression_is_one_of_the_list(rule):
    assert found(indicators(suppression=rule)).codes == {"schema"}


# Parts and totals


def test_parts_above_their_total_keep_the_total_and_its_parts_apart_and_nothing_else():
    ages = [row(20), row(5, age="0-4"), row(6, age="5-64"), row(10, age="65+")]
    others = [row(20, week=WEEK_BEFORE), row(20, place="AL-02"), row(7, age="0-4", week=WEEK_BEFORE)]
    assert rows_found(*others, *ages) == dict.fromkeys((3, 4, 5, 6), "impossible-count")
    ages[3] = row(9, age="65+")
    assert rows_found(*others, *ages) == {}


@pytest.mark.parametrize(
    "parts",
    [
        [row(6, sex="female"), row(7, sex="male")],
        [row(6, sex="female"), row(5, sex="male"), row(2, sex="unknown")],
        [row(13, place="AL-0101")],
        [row(6, place="AL-0101"), row(7, place="AL-0102")],
        [row(6, age="0-4"), row(7, age="unknown")],
        [row(13, age="0+")],
    ],
)
def test_parts_are_ages_sexes_and_places_inside(parts):
    assert rows_found(row(12), *parts) == dict.fromkeys(range(len(parts) + 1), "impossible-count")
    assert rows_found(row(13), *parts) == {}


def test_a_group_of_ages_is_the_total_of_the_groups_inside_it():
    nested = [row(100), row(30, age="0-14"), row(10, age="0-4"), row(21, age="5-14"), row(70, age="15+")]
    assert rows_found(*nested) == dict.fromkeys((1, 2, 3), "impossible-count")


def test_age_groups_that_overlap_are_not_added_up():
    assert rows_found(row(100), row(60, age="0-14"), row(60, age="10-19"), row(40, age="15+")) == {}


def test_places_are_added_up_past_a_level_that_is_not_given():
    assert rows_found(row(12, place="AL"), row(6, place="AL-0101"), row(7, place="AL-02")) == dict.fromkeys(
        (0, 1, 2), "impossible-count"
    )


def test_a_crossing_is_not_added_to_the_places_where_people_live():
    assert rows_found(row(12), row(12, place="AL-0101"), row(5, place="AL-01-X")) == {}


def test_what_is_suppressed_or_missing_counts_for_nothing_in_a_total():
    rows = [row(12), row(12, age="0-4"), row("suppressed", age="5-64"), row("missing", age="65+")]
    assert rows_found(*rows, suppression=SUPPRESSION) == {}
    assert rows_found(row("missing"), row(12, age="0-4"), row(7, age="5+")) == {}


def test_a_row_that_is_bad_already_does_not_drag_its_total_along():
    assert rows_found(row(12), row(400_001, age="0-4"), row(12, age="5+")) == {1: "impossible-count"}


people = st.lists(st.integers(0, 40), min_size=18, max_size=18)


@given(people, people)
def test_counts_of_real_people_are_never_kept_apart(counts, deaths):
    rows = table(counts) + table(map(min, counts, deaths), indicator="deaths") + table(counts, week=WEEK_BEFORE)
    assert rows_found(*rows) == {}


@given(people, st.data())
def test_a_count_pushed_above_its_total_is_kept_apart_with_that_total_and_its_week_alone(counts, data):
    rows = table(counts)
    index = data.draw(st.sampled_from([i for i, one in enumerate(rows) if one[PLACE] != "AL"]))
    above = {"AL-0101": "AL-01", "AL-0102": "AL-01", "AL-01": "AL", "AL-02": "AL"}
    key = rows[index][:VALUE]
    total = next(i for i, one in enumerate(rows) if one[:VALUE] == [*key[:PLACE], above[key[PLACE]], *key[PLACE + 1 :]])
    rows[index] = [*key, rows[total][VALUE] + 1]
    codes = rows_found(*rows, *table(counts, week=WEEK_BEFORE))
    assert {index, total} <= set(codes)
    assert set(codes.values()) == {"impossible-count"}
    assert max(codes) < len(rows)


# Weeks


def test_a_week_that_has_ended_is_taken_and_one_that_has_not_is_kept_apart():
    assert rows_found(row(week=WEEK), row(week=THIS_WEEK), row(week=WEEK_BEFORE)) == {1: "future-period"}


def test_a_week_ends_first_where_days_begin_first():
    midnight = datetime(2026, 3, 8, 10, tzinfo=UTC)  # from Sunday to Monday at UTC+14
    assert rows_found(row(week=WEEK), head={"recorded_at": midnight}, now=None) == {}
    too_early = {"recorded_at": midnight - timedelta(seconds=1)}
    assert rows_found(row(week=WEEK), head=too_early, now=None) == {0: "future-period"}


def test_a_week_is_complete_on_the_last_day_of_which_there_are_reports():
    assert rows_found(row(week=WEEK), row(week=WEEK_BEFORE), reported_until="2026-03-07") == {0: "future-period"}


def test_reports_are_not_from_after_the_document():
    assert not found(indicators(reported_until="2026-03-09"))
    late = indicators(reported_until="2026-03-10")
    assert of_document(found(late)) == [("future-period", "/body/reported_until")]


def test_a_document_that_says_it_was_recorded_later_than_now_is_read_by_our_clock():
    head = {"recorded_at": NOW + timedelta(days=30)}
    one = indicators([row(week=THIS_WEEK)], head=head, reported_until="2026-03-15")
    assert of_document(found(one)) == [("future-period", "/body/reported_until")]
    assert not found(one, now=None)


def test_a_document_recorded_at_the_end_of_time_is_read():
    one = indicators(head={"recorded_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)})
    assert not found(one)
    assert not found(one, now=None)


@pytest.mark.parametrize("first_day", ["monday", "saturday", "sunday"])
def test_a_week_begins_on_the_stated_day(first_day):
    days = [(date(2026, 2, 16) + timedelta(days=day)) for day in range(7)]
    codes = rows_found(*(row(week=day.isoformat()) for day in days), first_day=first_day)
    right = next(i for i, day in enumerate(days) if day.strftime("%A").lower() == first_day)
    assert codes == dict.fromkeys(set(range(7)) - {right}, "period-invalid")


@pytest.mark.parametrize("week", ["2026-02-30", "0001-01-01", "1899-12-25", "9999-12-27", "2026-13-01"])
def test_a_week_begins_on_a_day_that_there_is(week):
    assert rows_found(row(week=week), row()) == {0: "period-invalid"}


@pytest.mark.parametrize("day", ["2026-02-30", "9999-12-31", "0000-01-01"])
def test_reports_reach_to_a_day_that_there_is(day):
    assert of_document(found(indicators(reported_until=day))) == [("period-invalid", "/body/reported_until")]


# Labels


def test_a_row_said_twice_with_one_count_is_taken_once():
    assert rows_found(row(12), row(12, place="AL-02"), row(12), row(12)) == {2: "duplicate-row", 3: "duplicate-row"}


def test_a_row_said_twice_with_two_counts_is_not_taken():
    assert rows_found(row(12), row(12, place="AL-02"), row(13)) == {0: "duplicate-row", 2: "duplicate-row"}
    assert rows_found(row(12), row("missing")) == {0: "duplicate-row", 1: "duplicate-row"}


def test_a_disease_that_is_not_in_the_list_is_kept_apart():
    assert rows_found(row(disease="dragon-pox"), row()) == {0: "unknown-disease"}
    assert rows_found(row(disease="dragon-pox"), diseases=None) == {}


@pytest.mark.parametrize("place", ["AL-99", "BO-01", "BO"])
def test_a_place_of_another_state_or_of_none_is_kept_apart(place):
    assert rows_found(row(place=place), row()) == {0: "unknown-place"}
    assert rows_found(row(place=place), places=None) == {}


def test_the_state_is_one_of_its_places():
    assert rows_found(row(place="AL")) == {}


@pytest.mark.parametrize("age", ["4-0", "65-20"])
def test_an_age_group_that_ends_before_it_begins_is_kept_apart(age):
    assert rows_found(row(age=age), row()) == {0: "contradiction"}


@pytest.mark.parametrize("age", ["0-4", "all", "unknown", "65+", "0-0", "100+", "5-64"])
def test_age_groups_are_written_in_years(age):
    assert rows_found(row(age=age)) == {}


@pytest.mark.parametrize("age", ["00-04", "<5", "0–4", "65 +", "", "four", "5", "0-4\n"])
def test_an_age_group_written_otherwise_is_kept_apart(age):
    assert rows_found(row(age=age), row()) == {0: "schema"}


def test_there_are_no_more_age_groups_than_years_of_a_life_and_some():
    rows = [row(0, age=f"{age}-{age}") for age in range(150)]
    assert rows_found(*rows) == {}
    assert of_document(found(indicators([*rows, row(0, age="150+")]))) == [("too-large", "/body/rows")]


def test_the_first_reason_against_a_row_stays():
    both = row(-1, disease="dragon-pox", place="BO", week=THIS_WEEK)
    assert rows_found(both, both) == {0: "future-period", 1: "future-period"}
    gathered = Found()
    gathered.row(3, "schema", "first")
    gathered.row(3, "markup", "second")
    gathered.row(1, "markup", "third")
    assert [(one.row, one.code) for one in gathered.findings()] == [(1, "markup"), (3, "schema")]


def test_nothing_is_checked_that_the_node_does_not_know():
    rows = [row(10**12, place=place, disease=disease) for place in ("BO-01", "AL-01") for disease in ("x", "cholera")]
    assert rows_found(*rows, context=Context()) == {}


def test_a_pointer_says_which_value_of_which_row():
    findings = found(indicators([row(), row(place="BO"), row(week=THIS_WEEK), row(-1, age=AGES[0])]))
    assert [one.pointer for one in findings] == ["/body/rows/1/2", "/body/rows/2/3", "/body/rows/3"]
