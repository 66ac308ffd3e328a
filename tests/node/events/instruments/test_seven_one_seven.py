"""7-1-7 against published events, the toolkit's scenarios and a published implementation's cases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.node.events.instruments.seven_one_seven import (
    ACTIONS,
    Action,
    Milestone,
    Record,
    Standing,
    evaluate,
    evaluate_rounds,
    share,
)

MET, MISSED, UNDER_WAY = Standing.MET, Standing.MISSED, Standing.UNDER_WAY
UNKNOWN, CONTRADICTION = Standing.UNKNOWN, Standing.CONTRADICTION
UTC_ZONE, MANILA, BERLIN = ZoneInfo("UTC"), ZoneInfo("Asia/Manila"), ZoneInfo("Europe/Berlin")
LATER = datetime(2026, 12, 1, tzinfo=UTC)


def on(text, *, estimated=False):
    """A day, "03-06" being of 2026, or a moment in UTC, "03-02 23:00"."""
    if text is None:
        return None
    if " " in text:
        return Milestone(datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC), estimated)
    return Milestone(date.fromisoformat(text if len(text) > 5 else f"2026-{text}"), estimated)


def record(emergence=None, detection=None, notification=None, actions=None, *, all_seven=None, not_applicable=()):
    days = dict.fromkeys(ACTIONS, all_seven) | dict(actions or {})
    done = tuple(Action(code, on(day), applicable=code not in not_applicable) for code, day in days.items())
    return Record(on(emergence), on(detection), on(notification), done)


def stands(given, *, zone=UTC_ZONE, now=LATER, **options):
    return evaluate(given, zone=zone, now=now, **options)


def days(given):
    return tuple(interval.days for interval in given.intervals)


def standings(given):
    return tuple(interval.standing for interval in given.intervals)


# Published events

# Philippines, CESR monitoring feedback, 16 June 2026: a rabid dog, Torrijos, March 2026. The source says 1 / 1 / 3 days
# and completion on the 23rd beside an action on the 24th; by the toolkit's rules it is 0 / 0 / 4.
DOG = record(
    "03-20",
    "03-20",
    "03-20",
    {"laboratory": "03-21", "countermeasures": "03-21", "communication": "03-24"},
    all_seven="03-20",
)
# The same source: an illness like influenza in a school, Sta. Cruz, October 2025; 8 / 1 / 3. No specimen was taken.
SCHOOL = record(
    "2025-10-12",
    "2025-10-20",
    "2025-10-20",
    {"laboratory": None, "countermeasures": "2025-10-23", "communication": "2025-10-23"},
    all_seven="2025-10-20",
)


def test_the_rabid_dog_of_torrijos_met_all_three_by_its_latest_action():
    dog = stands(DOG, zone=MANILA)
    assert days(dog) == (0, 0, 4)
    assert (dog.completed, dog.first_action) == (date(2026, 3, 24), date(2026, 3, 20))
    assert (dog.standing, dog.all_met) == (MET, True)


def test_the_school_of_sta_cruz_missed_detection_and_its_specimen_is_not_passed_over():
    school = stands(SCHOOL, zone=MANILA, now=datetime(2025, 10, 24, tzinfo=UTC))
    assert standings(school) == (MISSED, MET, UNDER_WAY)
    assert school.open_actions == ("laboratory",)
    assert standings(stands(SCHOOL, zone=MANILA, now=datetime(2025, 10, 30, tzinfo=UTC)))[2] is MISSED


def test_the_school_completed_its_response_if_a_specimen_did_not_apply():
    without = tuple(replace(action, applicable=action.code != "laboratory") for action in SCHOOL.actions)
    school = stands(replace(SCHOOL, actions=without), zone=MANILA)
    assert (days(school), standings(school)) == ((8, 0, 3), (MISSED, MET, MET))
    assert (school.standing, school.all_met) == (MISSED, False)


def test_measles_in_kasese_was_detected_after_eight_days():
    # 7-1-7 Alliance, success story, 1 November 2024: first onset 21 January, found and told on 29 January, a team on
    # the 30th; the source counts the same day as 1. Its 25 days to the response have no date for each action.
    kasese = stands(record("2024-01-21", "2024-01-29", "2024-01-29", {"investigation": "2024-01-30"}))
    assert days(kasese)[:2] == (8, 0)
    assert standings(kasese) == (MISSED, MET, MISSED)
    assert next(result.days for result in kasese.actions if result.code == "investigation") == 1


# Cases of a published implementation: SORMAS, Event717TimelinessCalculator and its test, 2026; base 2026-03-01.

MIXED = dict.fromkeys(ACTIONS, "03-06") | {"laboratory": "03-10"}


def but_one(code, day):
    return {other: day for other in ACTIONS if other != code} | {code: None}


# The second column are the days; the third the intervals and the event: met, over, under way, unknown, contradiction.
LETTERS = {"m": MET, "o": MISSED, "w": UNDER_WAY, "?": UNKNOWN, "!": CONTRADICTION}
CASES = {
    "C1": (record("03-01", "03-06", "03-07", all_seven="03-11"), (5, 1, 4), "mmm m", True),
    "C2": (record("03-01", "03-06", "03-09", all_seven="03-11"), (5, 3, 2), "mom o", False),
    "C3": (record("03-01", "03-06", "03-09", but_one("investigation", "03-11")), (5, 3, None), "mow o", None),
    "C4": (record("03-01", "03-08"), (7, None, None), "mo? o", None),
    "C5": (record("03-01", "03-09"), (8, None, None), "oo? o", None),
    "C6": (record(None, "03-04", "03-04"), (None, 0, None), "?mo o", None),
    "C7": (record(None, "03-04", "03-06"), (None, 2, None), "?ow o", None),
    "C8": (record(None, "03-04", "03-03"), (None, -1, None), "?!o !", None),
    "C9": (record(all_seven="03-03"), (None, None, None), "??? ?", None),
    "C10": (record(None, "03-02 23:00", "03-03 01:00"), (None, 1, None), "?mo o", None),
    "C11": (record(None, "03-02 01:00", "03-02 23:00"), (None, 0, None), "?mo o", None),
    "C15": (record("02-19", "03-06", "03-07", but_one("coordination", "03-11")), (15, 1, None), "omw o", None),
    "no emergence": (record(None, "03-06", "03-07", all_seven="03-11"), (None, 1, 4), "?mm ?", None),
    "contradiction first": (record("03-01", "03-20", "03-19", all_seven="03-20"), (19, -1, 1), "o!m !", None),
}


@pytest.mark.parametrize(("given", "expected_days", "letters", "all_met"), CASES.values(), ids=CASES)
def test_cases_of_a_published_implementation(given, expected_days, letters, all_met):
    found = stands(given, now=datetime(2026, 3, 12, 12, tzinfo=UTC))
    *intervals, _, overall = letters
    assert days(found) == expected_days
    assert standings(found) == tuple(LETTERS[letter] for letter in intervals)
    assert (found.standing, found.all_met) == (LETTERS[overall], all_met)


@pytest.mark.parametrize(
    ("given", "completed", "open_actions"),
    [
        pytest.param(record(actions=MIXED), date(2026, 3, 10), (), id="C12"),
        pytest.param(record(actions=MIXED, not_applicable=["laboratory"]), date(2026, 3, 6), (), id="C13"),
        pytest.param(record(not_applicable=ACTIONS), None, (), id="C14"),
        pytest.param(record(actions=MIXED | {"analysis": None}), None, ("analysis",), id="one is open"),
    ],
)
def test_the_response_is_complete_with_the_last_of_the_actions_that_apply(given, completed, open_actions):
    # 7-1-7 toolkit, 2.2.4; B11: a low-risk event without countermeasures and coordination counts the others.
    found = stands(given)
    assert (found.completed, found.open_actions) == (completed, open_actions)


def test_a_response_of_which_nothing_applies_is_neither_met_nor_missed():
    nothing = stands(record("03-01", "03-02", "03-02", not_applicable=ACTIONS))
    assert nothing.response.standing is UNKNOWN
    assert (nothing.standing, nothing.all_met) == (UNKNOWN, None)


def test_an_action_before_the_notification_is_told_and_spoils_nothing():
    # C16. SORMAS calls the event erroneous; responses do begin before the authority is told, so here it is only told.
    early = stands(record("03-01", "03-06", "03-07", {"investigation": "03-06"}, all_seven="03-11"))
    assert (early.standing, early.before_notification) == (MET, ("investigation",))
    assert early.first_action == date(2026, 3, 6)


def test_a_response_that_ended_before_the_notification_is_a_contradiction():
    assert stands(record("03-01", "03-06", "03-07", all_seven="03-06")).response.standing is CONTRADICTION


# The toolkit's scenarios


@pytest.mark.parametrize(
    ("length", "interval", "expected"),
    [(7, "detection", MET), (8, "detection", MISSED), (1, "notification", MET), (2, "notification", MISSED),
     (7, "response", MET), (8, "response", MISSED), (0, "detection", MET)],
)  # fmt: skip
def test_targets_are_inclusive(length, interval, expected):
    # Bochner et al. 2023 and the toolkit: 7 days or less, 1 day or less, 7 days or less.
    end = (date(2026, 3, 1) + timedelta(days=length)).isoformat()
    given = {
        "detection": record("03-01", end),
        "notification": record(None, "03-01", end),
        "response": record(None, None, "03-01", all_seven=end),
    }[interval]
    assert getattr(stands(given), interval).standing is expected


def test_emergence_of_an_endemic_disease_is_the_last_day_of_the_week_in_which_the_threshold_was_crossed():
    # 7-1-7 toolkit, 2.2.1, B1: malaria, week 32; the last day of ISO week 32 of 2026 is Sunday, 9 August.
    last_day = date.fromisocalendar(2026, 32, 7)
    assert days(stands(Record(Milestone(last_day), on("08-14"))))[0] == 5


def test_notification_is_the_earliest_telling_of_an_authority_responsible_and_not_of_who():
    # 7-1-7 toolkit, 2.2.3, B5: a specimen was sent and nobody told; the authority learnt of it by the result.
    assert standings(stands(record(None, "03-01", "03-03")))[1] is MISSED


# By now


@pytest.mark.parametrize(
    ("now", "standing"),
    [("2026-03-07T23:59", UNDER_WAY), ("2026-03-08T23:59", UNDER_WAY), ("2026-03-09T00:00", MISSED)],
)
def test_what_is_still_to_come_is_under_way_through_the_last_day_and_missed_from_the_next(now, standing):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    interval = stands(record("03-01"), now=moment).detection
    assert interval.standing is standing
    assert interval.last_day == date(2026, 3, 8)
    assert interval.clock.due_at == datetime(2026, 3, 9, tzinfo=UTC)


def test_a_detection_without_its_day_is_unknown_once_the_authority_was_told():
    interval = stands(record("03-01", None, "03-04"), now=datetime(2026, 3, 4, tzinfo=UTC)).detection
    assert (interval.standing, interval.clock) == (UNKNOWN, None)


def test_warnings_of_a_running_interval_come_at_its_shares():
    # From the beginning of 1 March to the end of 8 March are eight days; half of them end with 4 March.
    running = stands(record("03-01"), now=datetime(2026, 3, 5, tzinfo=UTC)).detection.clock
    assert (running.used, running.warned) == (0.5, 0.5)
    assert running.next_warning_at == datetime(2026, 3, 7, 9, 36, tzinfo=UTC)


def test_the_alliance_may_set_other_targets():
    given = record("03-01", "03-06", "03-07", all_seven="03-11")
    assert standings(stands(given, targets={"detection": 3})) == (MISSED, MET, MET)


# Zones, estimates, rounds


def test_a_moment_is_counted_by_the_calendar_of_the_place():
    # 17:00 in UTC is 01:00 of the next day in Manila: one calendar day there, none in UTC.
    given = record(None, "03-02 15:00", "03-02 17:00")
    assert days(stands(given))[1] == 0
    assert days(stands(given, zone=MANILA))[1] == 1


def test_a_day_is_compared_with_a_moment_by_the_calendar_of_the_place():
    given = record(None, "03-03", "03-02 17:00")
    assert stands(given).notification.standing is CONTRADICTION
    assert (days(stands(given, zone=MANILA))[1], standings(stands(given, zone=MANILA))[1]) == (0, MET)


def test_the_last_day_ends_at_midnight_of_the_place_also_when_the_clocks_change():
    # Berlin, 29 March 2026 has 23 hours.
    clock = stands(record(None, "03-28"), zone=BERLIN, now=datetime(2026, 3, 28, 12, tzinfo=UTC)).notification.clock
    assert clock.length == timedelta(hours=47)
    assert clock.due_at == datetime(2026, 3, 30, tzinfo=BERLIN)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="has no zone"):
        stands(Record(detection=Milestone(datetime(2026, 3, 1, 12))))


def test_an_estimate_is_carried_to_every_interval_that_rests_on_it():
    given = Record(on("03-01", estimated=True), on("03-05"), on("03-05"))
    assert [interval.estimated for interval in stands(given).intervals] == [True, False, False]
    actions = [Action(code, on("03-06")) for code in ACTIONS[1:]]
    late = Action(ACTIONS[0], on("03-08", estimated=True))
    assert stands(replace(given, actions=(late, *actions))).response.estimated
    early = Action(ACTIONS[0], on("03-05", estimated=True))
    assert not stands(replace(given, actions=(early, *actions))).response.estimated
    same_day = Action(ACTIONS[0], on("03-06", estimated=True))
    assert not stands(replace(given, actions=(same_day, *actions))).response.estimated


def test_a_reopened_event_has_a_record_for_each_round_and_the_first_is_not_spoilt():
    # No rule of the toolkit was found: the first round counts, the last one runs (docs/assessment.md).
    first = record("03-01", "03-06", "03-07", all_seven="03-11")
    again = record("06-01", "06-20", "06-21")
    rounds = evaluate_rounds([first, again], zone=UTC_ZONE, now=datetime(2026, 6, 22, tzinfo=UTC))
    assert [one.standing for one in rounds] == [MET, MISSED]
    assert rounds[0] == stands(first, now=datetime(2026, 6, 22, tzinfo=UTC))


def test_actions_are_the_seven_each_once():
    with pytest.raises(ValueError, match="the seven are"):
        stands(Record(actions=(Action("party"),)))
    with pytest.raises(ValueError, match="twice"):
        stands(Record(actions=(Action("laboratory"), Action("laboratory"))))


# Shares


@pytest.mark.parametrize(
    ("met", "events", "percent"),
    # Uganda, October 2021 to December 2022, 42 events (7-1-7 in Uganda, abstract), and Bochner et al. 2023, table 1, 41
    # events of five countries: detection, notification, response, all three.
    [(22, 42, 52), (31, 42, 74), (19, 42, 45), (10, 42, 24), (22, 41, 54), (29, 41, 71), (20, 41, 49), (11, 41, 27)],
)
def test_shares_are_those_published(met, events, percent):
    found = share([MET] * met + [MISSED] * (events - met))
    assert round(100 * found.met / found.judged) == percent


def test_what_cannot_be_judged_is_counted_apart():
    found = share([MET, MISSED, UNKNOWN, UNDER_WAY, CONTRADICTION])
    assert (found.met, found.judged, found.others) == (1, 2, 3)


# What must hold

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))
MILESTONES = st.none() | st.builds(Milestone, DAYS, st.booleans())
RECORDS = st.builds(
    Record, MILESTONES, MILESTONES, MILESTONES,
    st.tuples(*(st.builds(Action, st.just(code), MILESTONES, st.booleans()) for code in ACTIONS)),
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC))
ZONES = st.sampled_from([UTC_ZONE, MANILA, BERLIN, ZoneInfo("Etc/GMT-5")])


@given(RECORDS, MOMENTS, ZONES)
def test_a_missing_date_is_never_a_success_and_a_clock_runs_exactly_where_something_is_to_come(given, now, zone):
    found = evaluate(given, zone=zone, now=now)
    for interval in found.intervals:
        if interval.begins is None or interval.ends is None:
            assert interval.standing in (UNKNOWN, UNDER_WAY, MISSED)
        assert (interval.standing is CONTRADICTION) == (interval.days is not None and interval.days < 0)
        if interval.clock:
            assert interval.clock.used >= 0
            assert (interval.standing is MISSED) == (now >= interval.clock.due_at)
            assert interval.ends is None
    assert (found.all_met is True) == (found.standing is MET)


@given(RECORDS, MOMENTS, MOMENTS, ZONES)
def test_time_alone_never_makes_a_missed_interval_met(given, one, other, zone):
    before, after = (evaluate(given, zone=zone, now=now) for now in sorted((one, other)))
    for earlier, later in zip(before.intervals, after.intervals, strict=True):
        assert later.standing is earlier.standing or (earlier.standing, later.standing) == (UNDER_WAY, MISSED)


@given(RECORDS, MOMENTS)
def test_the_response_is_complete_exactly_where_no_action_is_open(given, now):
    found = evaluate(given, zone=UTC_ZONE, now=now)
    applicable = [action for action in given.actions if action.applicable]
    assert (found.completed is not None) == (bool(applicable) and not found.open_actions)
    if found.completed:
        assert found.first_action <= found.completed
