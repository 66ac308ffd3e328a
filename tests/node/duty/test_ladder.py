"""The ladder as data, and what holds for any ladder whatever happens on it."""

from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.node.duty.conftest import Calls, Clock

from tocsin.node.alliance.models import DutyShift
from tocsin.node.duty import escalating
from tocsin.node.duty.actions.alerts import AlreadySettled, acknowledge, raise_alert
from tocsin.node.duty.channels import Outcome
from tocsin.node.duty.ladder import CHANNELS, USUAL, WHOM, BadLadder, Ladder, Rung, read
from tocsin.node.duty.models import Alert, Step

NOT_TAKEN = {
    "an unknown channel": [{"after": 0, "whom": ["all"], "by": ["pigeon"]}],
    "nobody": [{"after": 0, "whom": [], "by": ["mail"]}],
    "nobody at once": [{"after": 5, "whom": ["all"], "by": ["mail"]}],
    "an end without all": [{"after": 0, "whom": ["first"], "by": ["mail"]}],
    "a rung before the one above": [
        {"after": 0, "whom": ["first"], "by": ["mail"]},
        {"after": 9, "whom": ["second"], "by": ["mail"]},
        {"after": 8, "whom": ["all"], "by": ["mail"]},
    ],
    "words for minutes": [{"after": "0", "whom": ["all"], "by": ["mail"]}],
    "true for a minute": [{"after": True, "whom": ["all"], "by": ["mail"]}],
    "another key": [{"after": 0, "whom": ["all"], "by": ["mail"], "also": 1}],
    "no rung": [],
    "no list": {"after": 0},
}


@pytest.mark.parametrize("ladder", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_a_ladder_on_which_somebody_might_wait_for_ever_is_refused(ladder):
    with pytest.raises(BadLadder, match=r"duty\.ladder"):
        read({"ladder": ladder})


@pytest.mark.parametrize("repeat", [0, -1, 1441, "30", 2.5, True])
def test_what_is_repeated_never_or_at_any_moment_is_refused(repeat):
    with pytest.raises(BadLadder, match="repeat"):
        read({"repeat": repeat})


def test_without_a_word_it_is_the_usual_one():
    assert read({}) == USUAL
    assert read({"repeat": 15}).repeat == 15


rungs = st.builds(
    Rung,
    st.integers(0, 120),
    st.lists(st.sampled_from(WHOM), min_size=1, unique=True).map(tuple),
    st.lists(st.sampled_from(CHANNELS), min_size=1, unique=True).map(tuple),
)


@st.composite
def ladders(draw) -> Ladder:
    found = sorted(draw(st.lists(rungs, max_size=4)), key=lambda rung: rung.after)
    last = Rung(max([0, *(rung.after for rung in found)]), ("all",), ("mail",))
    first = [Rung(0, found[0].whom, found[0].by), *found[1:]] if found else []
    return Ladder((*first, last), draw(st.integers(1, 60)))


@given(ladders())
def test_what_can_be_climbed_is_read_as_it_was_written(ladder):
    as_toml = [{"after": r.after, "whom": list(r.whom), "by": list(r.by)} for r in ladder.rungs]
    assert read({"ladder": as_toml, "repeat": ladder.repeat}) == ladder
    assert Ladder.from_json(ladder.as_json()) == ladder


class OnTheLadder(RuleBasedStateMachine):
    """Clocks, failures, kills, changes of shift and presses of the button, in any order, on any ladder."""

    people: ClassVar[list] = []

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.calls = Clock(self.began), Calls()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.alert, self.winner, self.put_back = None, None, False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @precondition(lambda self: self.alert is None)
    @rule(ladder=ladders(), first=st.integers(-1, 2), second=st.integers(-1, 2))
    def is_raised(self, ladder, first, second):
        for line, who in (("first", first), ("second", second)):
            if who >= 0:
                ends = self.began + timedelta(minutes=45)
                starts = self.began - timedelta(days=3000)
                DutyShift.objects.create(person=self.people[who], line=line, starts_at=starts, ends_at=ends)
        self.ladder = ladder
        self.alert = raise_alert(
            kind="test", subject_type="x", subject_id=1, link="/", ladder=ladder, values={"state": ""}
        )

    @rule(minutes=st.sampled_from([0, 1, 3, 10, 31, 300]))
    def time_passes(self, minutes):
        self.clock.on(minutes=minutes)

    @rule(minutes=st.sampled_from([2, 500, 100_000]))
    def the_clock_is_put_back(self, minutes):
        self.clock.on(minutes=-minutes)
        self.put_back = True

    @rule(
        who=st.sampled_from(["Officer 0", "Officer 1", "*"]), channel=st.sampled_from(CHANNELS), passing=st.booleans()
    )
    def a_channel_fails(self, who, channel, passing):
        self.calls.fails[who, channel] = Outcome("unreachable", passing=passing)

    @rule()
    def all_works_again(self):
        self.calls.fails = {}

    @rule()
    def the_task_runs(self):
        escalating.escalate(self.clock, self.calls.channels)

    @precondition(lambda self: self.alert is not None)
    @rule()
    def the_task_is_killed_before_it_calls(self):
        escalating.look(self.alert.pk, self.clock.now)

    @rule()
    def the_task_is_killed_while_it_calls(self):
        escalating._claimed(self.clock.now)

    @precondition(lambda self: self.alert is not None)
    @rule(who=st.integers(0, 2), awake=st.integers(0, 7))
    def somebody_presses(self, who, awake):
        if awake:
            return  # mostly they sleep, or nothing would be left to look at
        by = self.people[who]
        if self.winner in (None, by):
            self.winner = acknowledge(self.alert, by=by).acknowledged_by
            assert self.winner == by
        else:
            with pytest.raises(AlreadySettled) as refused:
                acknowledge(self.alert, by=by)
            assert refused.value.alert.acknowledged_by == self.winner

    @invariant()
    def one_has_it_or_somebody_is_being_called(self):
        if self.alert is None:
            return
        alert = Alert.objects.get()
        assert alert.acknowledged_by == self.winner
        assert (alert.next_at is None) == (self.winner is not None)
        if self.winner is None:
            again = max(self.ladder.gap(number) for number in range(len(self.ladder.rungs)))
            # Moved back with the clock as soon as the task has seen that: by no more than the clock itself was wrong.
            if alert.looked_at <= self.clock.now + escalating.PUT_BACK:
                assert alert.next_at <= max(self.clock.now, alert.looked_at) + again + escalating.PUT_BACK
        else:
            assert not alert.steps.filter(state=Step.State.WAITING).exists()

    @invariant()
    def rungs_are_climbed_in_their_order_and_none_is_left_out(self):
        if self.alert is None:
            return
        alert = Alert.objects.get()
        climbed = sorted(set(alert.steps.values_list("rung", flat=True)))
        assert all(number < alert.rung for number in climbed)
        steps = list(alert.steps.filter(tried_at__isnull=False, attempt=1).order_by("rung"))
        if not self.put_back:
            firsts = {step.rung: step.tried_at for step in reversed(steps)}
            assert list(firsts.values()) == sorted(firsts.values(), reverse=True)
        for number in range(len(self.ladder.rungs), alert.rung):
            assert number in climbed, "all who stand duty are called at every repeat"

    @invariant()
    def nobody_is_called_once_a_person_has_it(self):
        if self.winner is None:
            self.calls_before = None
        elif self.calls_before is None:
            self.calls_before = len(self.calls.made)
        else:
            assert len(self.calls.made) == self.calls_before


def test_whatever_happens_one_person_has_it_or_somebody_is_being_called(state, person, clock):
    OnTheLadder.people = [person("duty_officer", name=f"Officer {n}") for n in range(3)]
    OnTheLadder.began = clock.now
    checked = settings(max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(OnTheLadder, settings=checked)
