"""Whatever anybody says in whatever order: nothing is raised, no invariant breaks, and every node comes to the same.

Who reads, what was signed and how far a case is are judged a second time, from the acts that had effect.
"""

from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.types.bodies import found
from tests.exchange.types.consulting import consultation
from tests.joint.consultations.judging import Judge
from tests.joint.consultations.scene import AT_HOME, Scene
from tests.joint.consultations.stories import acts, said, stories

from tocsin.joint.acts import Applied
from tocsin.joint.consultations import Case, Status, asking, case_of, following, next_machine_act, try_act
from tocsin.joint.consultations.folding import ACTS, advanced
from tocsin.joint.ordering import arranged


def check_kept(before: Case, case: Case) -> None:
    """Nothing that was signed is lost, and what ended for want of consent has ended for good."""
    for one in before.opinions:
        now = case.opinion(one.id)
        assert now.revisions[: len(one.revisions)] == one.revisions
        assert (now.by, now.hospital, now.round) == (one.by, one.hospital, one.round)
        assert one.retracted in (None, now.retracted)
        assert {revision.applied.act.origin for revision in now.revisions} == {one.by.origin}
    assert case.round >= before.round
    assert case.changes >= before.changes
    if not before.may_be_told and before.opened:
        assert not case.may_be_told
        assert case.status is Status.WITHDRAWN
    if before.status in (Status.WITHDRAWN, Status.EXPIRED):
        assert case.status in (before.status, Status.WITHDRAWN)


@settings(max_examples=300)
@given(stories())
def test_no_sequence_of_acts_breaks_what_holds_of_every_case(scene):
    case, judge = Case(), Judge()
    for applied in scene.applied:
        before, case = case, advanced(case, applied)
        refused = len(case.refused) - len(before.refused)
        assert (refused, len(case.history) - len(before.history)) in ((1, 0), (0, 1))
        if refused:
            assert held(case) == held(following.passed(asking.passed(before, applied), applied))
        else:
            judge.hears(applied.act)
        judge.agrees(case)
        check_kept(before, case)
    assert case == scene.case


def held(case: Case) -> Case:
    """All but what was refused and what was said."""
    return replace(case, refused=(), history=())


@given(stories(), st.data())
def test_a_beginning_and_what_follows_make_the_whole(scene, data):
    applied = scene.applied
    cut = data.draw(st.integers(0, len(applied)))
    assert reduce(advanced, applied[cut:], case_of(applied[:cut])) == case_of(applied)


@given(stories(), st.randoms(use_true_random=False))
def test_documents_may_come_in_any_order(scene, random):
    """Every node that has the same documents has the same case."""
    owned, others = list(scene.owned), list(scene.others.items())
    random.shuffle(owned)
    random.shuffle(others)
    assert case_of(arranged(owned, dict(others)).applied) == scene.case


@given(stories(), st.data())
def test_whoever_has_fewer_documents_has_an_earlier_case(scene, data):
    owned = [one for one in scene.owned if data.draw(st.integers(0, 9))]
    others = {key: one for key, one in scene.others.items() if data.draw(st.integers(0, 9))}
    known = arranged(owned, others)
    assert known.applied == scene.applied[: len(known.applied)]
    assert case_of(known.applied) == case_of(scene.applied[: len(known.applied)])
    if len(owned) == len(scene.owned) and known.is_whole:
        assert case_of(known.applied) == scene.case


@given(stories())
def test_the_time_of_orders_never_goes_back(scene):
    times = [one.at for one in scene.applied]
    assert times == sorted(times)


@given(stories(), st.integers(0, 120 * 24))
def test_what_the_machine_has_said_it_does_not_owe_again(scene, later):
    last = scene.applied[-1]
    at = last.at + timedelta(hours=later)
    kind = next_machine_act(scene.case, at=at)
    if kind is None:
        return
    scene.order(kind, {}, at=(at - scene.applied[0].at).total_seconds() / 3600)
    assert scene.refused is None
    assert next_machine_act(scene.case, at=at) is None


@given(stories(), acts())
def test_to_try_an_act_is_to_say_it(scene, told):
    origin, kind, given_said, after, _ = told
    scene.passes(0)  # whatever waits is taken in
    applied = scene.applied
    scene.tells(origin, kind, given_said, at=scene.at + after)
    (one,) = [one for one in scene.applied[len(applied) :] if one.act.kind != "order"] or [None]
    refused = try_act(applied, one.act, at=one.at)
    assert (refused.code if refused else "") == scene.code


@given(stories(), st.lists(acts(), max_size=6))
def test_a_case_that_the_patient_does_not_agree_to_is_over_for_good(scene, more):
    scene.does(AT_HOME, "consent", kind="care", given=False)
    for origin, kind, given_said, after, _ in more:
        scene.tells(origin, kind, given_said, at=scene.at + after)
    case = scene.case
    assert (case.status, case.may_be_told) == (Status.WITHDRAWN, False)
    over = next(index for index, one in enumerate(case.history) if is_no_care(one))
    after_all = {one.act.kind for one in case.history[over + 1 :]}
    assert after_all <= {"order", "consent", "ask_follow_up"}


def is_no_care(applied: Applied) -> bool:
    act = applied.act
    return act.kind == "consent" and act.said["kind"] == "care" and not act.said["given"]


@settings(max_examples=50)
@given(st.data())
@pytest.mark.parametrize("kind", sorted(set(ACTS) - {"order", "expire", "ask_follow_up"}))
def test_what_these_stories_say_is_what_documents_may_say(kind, data):
    """The fold is tried with acts that pass the schema: what does not never comes so far."""
    assert "schema" not in found(consultation(kind, body={"said": data.draw(said(kind))})).codes


def test_a_story_comes_to_every_status():
    """The generator is worth its name: each status is there in some case."""
    seen = set()

    @settings(max_examples=300, database=None, derandomize=True)
    @given(stories())
    def look(scene: Scene) -> None:
        case = Case()
        for applied in scene.applied:
            case = advanced(case, applied)
            seen.add(case.status)

    look()
    assert seen == set(Status) - {Status.NONE}
