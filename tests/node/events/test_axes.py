"""Verification and response are axes of their own; each moves only where its table leads."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.axes import add_note, set_lead, set_response, set_verification
from tocsin.node.events.actions.changing import lock
from tocsin.node.events.actions.clocks import set_milestone
from tocsin.node.events.axes import AXES, moves
from tocsin.node.events.models import Event
from tocsin.node.events.refusals import ActRefused, Changed, NoMove
from tocsin.node.events.standing import today_there

R, V = Event.Response, Event.Verification


def moved(event, axis, state, by, text="because"):
    act = {"verification": set_verification, "response": set_response}[axis]
    event.refresh_from_db()
    return act(event, state, text=text, by=by, version=event.version)


def test_a_response_may_begin_before_anything_is_verified(event, amina):
    assert moved(event, "response", R.RESPONDING, amina).verification == V.SUSPECTED


@pytest.mark.parametrize("axis", AXES)
def test_every_move_of_the_table_is_possible_and_no_other(event, amina, axis):
    states = dict(Event._meta.get_field(axis).choices)
    for state in states:
        for wanted in states:
            closed = timezone.now() if (axis, state) == ("response", R.CLOSED) else None
            Event.objects.update(**{axis: state, "closed_at": closed})
            if wanted in AXES[axis][state]:
                assert getattr(moved(event, axis, wanted, amina), axis) == wanted
            else:
                with pytest.raises(NoMove):
                    moved(event, axis, wanted, amina)


def test_what_is_refused_says_what_is_possible(event, amina):
    with pytest.raises(NoMove, match=r"“no response yet”\. Possible now: response under way and closed"):
        moved(event, "response", R.CONTROLLED, amina)


def test_a_refuted_event_may_be_closed_from_anywhere(event, amina):
    moved(event, "response", R.RESPONDING, amina)
    refuted = moved(event, "verification", V.REFUTED, amina)
    assert R.CLOSED in moves(refuted, "response")
    assert moved(event, "response", R.CLOSED, amina, text="").closed_at is not None


def test_verification_says_how_one_knows(event, amina):
    with pytest.raises(ActRefused, match="what was found"):
        moved(event, "verification", V.VERIFIED, amina, text=" ")


def test_closing_before_the_countdown_has_run_needs_a_reason(event, amina):
    moved(event, "response", R.RESPONDING, amina)
    moved(event, "response", R.CONTROLLED, amina)
    set_milestone(event, "last_event", on=today_there(), by=amina)
    with pytest.raises(ActRefused, match="countdown to the end of the outbreak runs until"):
        moved(event, "response", R.CLOSED, amina, text="")
    assert moved(event, "response", R.CLOSED, amina, text="Handed to the routine").response == R.CLOSED


def test_once_it_has_run_no_reason_is_asked_for(event, amina):
    moved(event, "response", R.RESPONDING, amina)
    moved(event, "response", R.CONTROLLED, amina)
    set_milestone(event, "last_event", on=today_there() - timedelta(days=100), by=amina)
    assert moved(event, "response", R.CLOSED, amina, text="").response == R.CLOSED


def test_reopened_it_has_clocks_of_its_own(event, amina):
    set_milestone(event, "emergence", on=today_there(), by=amina)
    for state in (R.RESPONDING, R.CONTROLLED, R.CLOSED):
        moved(event, "response", state, amina)
    reopened = moved(event, "response", R.REOPENED, amina)
    assert (reopened.episode, reopened.closed_at) == (2, None)
    assert not reopened.milestones.filter(episode=2).exists()
    assert reopened.milestones.filter(episode=1).exists()
    assert reopened.clocks == {}


def test_reopening_says_why(event, amina):
    for state in (R.RESPONDING, R.CONTROLLED, R.CLOSED):
        moved(event, "response", state, amina)
    with pytest.raises(ActRefused, match="why it is opened again"):
        moved(event, "response", R.REOPENED, amina, text="")


def test_two_people_at_once_the_second_is_told_what_the_first_did(event, amina, officer):
    seen = event.version
    set_verification(event, V.VERIFIED, text="PCR positive", by=amina, version=seen)
    with pytest.raises(Changed, match=r"Amina changed this event on .* verification: verified\. What you typed"):
        set_response(event, R.RESPONDING, by=officer, version=seen)
    event.refresh_from_db()
    assert event.response == R.NONE


def test_a_note_takes_nothing_back_from_anybody(event, amina, officer):
    seen = event.version
    entry = add_note(event, text="The well was closed", by=officer, happened_at=timezone.now() - timedelta(hours=3))
    assert entry.version is None
    set_verification(event, V.VERIFIED, text="PCR positive", by=amina, version=seen)


def test_a_note_is_of_what_has_happened(event, amina):
    with pytest.raises(ActRefused, match="lie ahead"):
        add_note(event, text="It will rain", by=amina, happened_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(ActRefused, match="what happened"):
        add_note(event, text=" ", by=amina)


def test_the_lead_is_somebody_who_may_keep_events(event, amina, officer, people):
    assert set_lead(event, officer, by=amina).lead == officer
    with pytest.raises(ActRefused, match="may not keep events"):
        set_lead(event, people["council_delegate"], by=amina)
    assert set_lead(event, None, by=amina).lead is None


def test_others_move_nothing(event, people):
    for role in set(people) - {"epidemiologist", "duty_officer"}:
        with pytest.raises(PermissionDenied):
            set_response(event, R.RESPONDING, by=people[role], version=event.version)


def test_every_change_is_the_next_version_with_its_line(event, amina):
    for axis, state in (("response", R.RESPONDING), ("verification", V.VERIFIED), ("response", R.CONTROLLED)):
        moved(event, axis, state, amina)
    event.refresh_from_db()
    versions = list(event.timeline.order_by("id").values_list("version", flat=True))
    assert versions == list(range(2, event.version + 1))
    assert lock(event, by=amina, ability=Ability.WRITE_EVENTS).version == event.version
