"""The ladder, by a clock that the test moves: who is called when, until a person acknowledges."""

from datetime import timedelta

import pytest
from tests.node.duty.conftest import record_of

from tocsin.node.alliance.models import AuditEntry, DutyShift
from tocsin.node.duty import escalating
from tocsin.node.duty.actions.alerts import acknowledge, close_alert
from tocsin.node.duty.channels import Outcome
from tocsin.node.duty.models import Alert, Step

S = Step.State
PASSING = Outcome("unreachable", "no connection", passing=True)
FOR_GOOD = Outcome("no_browser")


def both(*names: str) -> list[tuple[str, str]]:
    return sorted((name, channel) for name in names for channel in ("push", "mail"))


def all_ways(*names: str) -> list[tuple[str, str]]:
    return sorted((name, channel) for name in names for channel in ("push", "mail", "gateway"))


def test_a_silent_officer_is_followed_by_the_alternate_and_the_record_says_when_and_how(
    roster, raised, call, clock, pavel
):
    alert, began = raised(), clock.now
    assert call() == both("Olga")
    clock.on(minutes=9)
    assert call() == []
    clock.on(minutes=1)
    assert call() == both("Pavel")
    clock.on(minutes=3)
    acknowledge(alert, by=pavel)
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.by_role) == (pavel, "duty_officer")
    assert alert.acknowledged_at - began == timedelta(minutes=13)
    reached = alert.steps.filter(person=pavel, state=S.HANDED_OVER)
    assert {step.tried_at - began for step in reached} == {timedelta(minutes=10)}
    assert {step.found_as for step in reached} == {"second"}
    assert alert.after_step in reached
    assert AuditEntry.objects.get(act="alert.acknowledged").details["minutes"] == 13.0
    clock.on(hours=5)
    assert call() == []


def test_after_twenty_minutes_all_are_called_and_again_every_half_hour(roster, raised, call, clock):
    raised()
    call()
    clock.on(minutes=10)
    call()
    clock.on(minutes=10)
    assert call() == all_ways("Olga", "Pavel", "Quan")
    for _ in range(3):
        clock.on(minutes=29)
        assert call() == []
        clock.on(minutes=1)
        assert call() == all_ways("Olga", "Pavel", "Quan")


def test_where_nobody_is_on_duty_all_who_may_are_called_at_once(state, olga, quan, raised, call):
    raised()
    assert call() == all_ways("Olga", "Quan")


def test_where_nobody_is_first_the_second_is_called_at_once(roster, raised, call):
    DutyShift.objects.filter(line="first").delete()
    raised()
    assert call() == both("Pavel")


def test_somebody_in_the_roster_who_may_not_stand_duty_any_more_is_passed_over(roster, raised, call, olga):
    olga.roles = ["epidemiologist"]
    olga.save()
    raised()
    assert call() == both("Pavel")


def test_where_nobody_at_all_stands_duty_whoever_keeps_the_roster_is_called(person, raised, call, clock):
    person("administrator", name="Adam")
    person("epidemiologist")
    alert = raised()
    assert call() == all_ways("Adam")
    assert {step.found_as for step in alert.steps.all()} == {"manager"}


def test_the_shift_that_runs_when_a_rung_is_due_is_called_and_not_the_one_before(roster, raised, call, clock, quan):
    raised()
    call()
    DutyShift.objects.filter(line="second").update(ends_at=clock.now + timedelta(minutes=5))
    DutyShift.objects.create(
        person=quan, line="second", starts_at=clock.now + timedelta(minutes=5), ends_at=clock.now + timedelta(hours=9)
    )
    clock.on(minutes=10)
    assert call() == both("Quan")


def test_where_every_call_of_a_rung_has_failed_the_next_need_not_wait(roster, raised, call, calls):
    calls.fails = {("Olga", "push"): FOR_GOOD, ("Olga", "mail"): FOR_GOOD}
    alert = raised()
    assert call() == both("Olga", "Pavel")
    assert [state for *_, state in record_of(alert)] == [S.FAILED, S.FAILED, S.HANDED_OVER, S.HANDED_OVER]
    assert set(alert.steps.filter(state=S.FAILED).values_list("why", flat=True)) == {"no_browser"}


def test_one_way_that_works_is_enough_not_to_hurry_the_next(roster, raised, call, calls):
    calls.fails = {("Olga", "push"): FOR_GOOD}
    raised()
    assert call() == both("Olga")


def test_what_may_pass_is_tried_again_while_the_ladder_goes_on(roster, raised, call, calls, clock):
    calls.fails = {("Olga", "push"): FOR_GOOD, ("Olga", "mail"): PASSING}
    alert = raised()
    assert call() == both("Olga", "Pavel")
    clock.on(minutes=1)
    assert call() == [("Olga", "mail")]
    clock.on(minutes=2)
    assert call() == [("Olga", "mail")]
    clock.on(minutes=4)
    assert call() == []
    assert list(alert.steps.filter(person__name="Olga", channel="mail").values_list("attempt", "state")) == [
        (1, S.FAILED), (2, S.FAILED), (3, S.FAILED),
    ]  # fmt: skip


def test_a_channel_that_breaks_keeps_nobody_else_from_being_called(roster, raised, call, calls, monkeypatch):
    def prepare(channel, person, words):
        if channel == "push":
            raise RuntimeError("a fault of ours")
        return lambda: calls.made.append((person.name, channel)) or Outcome()

    monkeypatch.setattr(calls, "prepare", prepare)
    alert = raised()
    assert call() == [("Olga", "mail")]
    assert alert.steps.get(channel="push").why == "broken"


def test_after_a_downtime_every_rung_is_climbed_in_its_order_and_one_repeat_is_enough(roster, raised, call, clock):
    alert = raised()
    clock.on(hours=3)
    assert call() == sorted([*both("Olga", "Pavel"), *all_ways("Olga", "Pavel", "Quan")])
    assert [step.rung for step in alert.steps.order_by("tried_at", "due_at")] == sorted(
        step.rung for step in alert.steps.all()
    )
    assert alert.steps.filter(rung=1).first().due_at == alert.raised_at + timedelta(minutes=10)
    clock.on(minutes=29)
    assert call() == []
    clock.on(minutes=1)
    assert call() == all_ways("Olga", "Pavel", "Quan")


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(hours=6), timedelta(days=400)])
def test_a_clock_that_is_put_back_keeps_nobody_waiting(roster, raised, call, calls, clock, back):
    calls.fails = {("Olga", "mail"): PASSING}
    alert = raised()
    call()
    clock.now -= back
    DutyShift.objects.update(starts_at=clock.now - timedelta(days=500))
    assert call() == []
    clock.on(minutes=1)
    assert call() == [("Olga", "mail")], "what was to be tried again moves with the clock"
    clock.on(minutes=9)
    assert call() == sorted([*both("Pavel"), ("Olga", "mail")])
    clock.on(minutes=10)
    assert call() == all_ways("Olga", "Pavel", "Quan")
    assert Alert.objects.get(pk=alert.pk).looked_at == clock.now


def test_clocks_of_two_machines_that_differ_by_seconds_move_nothing(roster, raised, call, clock):
    alert = raised()
    call()
    clock.on(seconds=-40)
    call()
    assert Alert.objects.get(pk=alert.pk).next_at == alert.raised_at + timedelta(minutes=10)


def test_a_call_that_a_killed_process_was_making_is_made_again_and_the_record_says_so(roster, raised, call, clock):
    alert = raised()
    escalating.look(alert.pk, clock.now)
    assert len(escalating._claimed(clock.now)) == 2, "and here the process was killed"
    clock.on(minutes=2)
    assert call() == [], "it may still be at it"
    clock.on(minutes=1)
    assert call() == both("Olga")
    assert record_of(alert) == [
        (0, "Olga", "mail", S.UNKNOWN), (0, "Olga", "mail", S.HANDED_OVER),
        (0, "Olga", "push", S.UNKNOWN), (0, "Olga", "push", S.HANDED_OVER),
    ]  # fmt: skip


def test_whoever_was_taken_for_killed_does_not_overwrite_what_became_of_the_call(roster, raised, call, clock):
    alert = raised()
    escalating.look(alert.pk, clock.now)
    steps = escalating._claimed(clock.now)
    clock.on(minutes=4)
    call()
    before = record_of(alert)
    for step in steps:
        escalating._record(step, PASSING, clock.now)
    assert record_of(alert) == before


def test_of_two_processes_one_makes_a_call(roster, raised, clock):
    alert = raised()
    escalating.look(alert.pk, clock.now)
    escalating.look(alert.pk, clock.now)
    assert alert.steps.count() == 2
    assert len(escalating._claimed(clock.now)) == 2
    assert escalating._claimed(clock.now) == []


def test_who_acknowledges_while_a_call_fails_is_not_called_again(roster, raised, call, calls, clock, olga, monkeypatch):
    alert = raised()

    def prepare(channel, person, words):
        def job():
            return PASSING

        if channel == "push":
            acknowledge(alert, by=olga)
        return job

    monkeypatch.setattr(calls, "prepare", prepare)
    call()
    monkeypatch.undo()
    clock.on(hours=2)
    assert call() == []
    assert not alert.steps.filter(attempt__gt=1).exists()


def test_an_alert_that_is_closed_calls_nobody(roster, raised, call, clock, olga):
    alert = raised()
    call()
    close_alert(alert, by=olga, why="Borenia has taken it back.")
    clock.on(hours=1)
    assert call() == []
    alert.refresh_from_db()
    assert (alert.closed_by, alert.state) == (olga, "alert_closed")


def test_calls_are_queued_with_the_alert_and_every_minute(roster, raised, work):
    from tocsin.node.work.schedule import SCHEDULE

    raised()
    assert work() == 1
    assert Step.objects.count() >= 2
    assert "call-people" in {one.name for one in SCHEDULE}
