"""What people decide about documents that were kept apart: taken as they are, or not, and their origin learns of it."""

from dataclasses import replace

import pytest
from tests.exchange.world import World

from tocsin.exchange.deciding import JUDGED, CannotRelease, may_be_released, reject, release
from tocsin.exchange.examining import waits_for_a_person
from tocsin.exchange.sealing import post
from tocsin.exchange.store import Reason, State
from tocsin.exchange.streams import Stream

IMPOSSIBLE = Reason("impossible-count", "the count is -1")
OF_A_ROW = Reason("unit-switched", "a hundred times the past", 0)


@pytest.fixture
def world():
    world = World()
    world.round()
    return world


def kept_apart(world: World, *reasons: Reason):
    """What AL says, and BO finds this wrong with; as BO has it."""
    world.nodes["BO"].examine = lambda document: [*reasons] if document.type == "message" else []
    world.tell("see for yourself")
    return entry(world)


def entry(world: World, node: str = "BO"):
    found = world.nodes[node].store.entry(Stream("AL", 1, "members"), 1)
    assert found is not None
    return found


def test_a_document_is_acted_upon_once_people_release_it_and_its_origin_learns_of_it(world):
    apart = kept_apart(world, IMPOSSIBLE)
    assert (apart.state, world.accepted("BO")) == (State.QUARANTINED, [])
    world.round()
    assert of_receipt(world) == {"impossible-count"}
    after = release(world.nodes["BO"], apart)
    assert (after.state, after.reasons, world.accepted("BO")) == (State.ACCEPTED, (), ["see for yourself"])
    assert apart.document_id in world.nodes["BO"].reader.told
    world.seal("BO")
    world.round()
    assert of_receipt(world) == set()


def of_receipt(world: World) -> set[str]:
    """What AL knows that BO did not take."""
    receipts = world.nodes["AL"].store.receipts(Stream("AL", 1, "members"))
    return {reason.code for one in receipts if one.by == "BO" for _, reason in one.reasons}


def test_a_document_that_people_reject_stays_away_and_its_origin_learns_that_too(world):
    apart = kept_apart(world, IMPOSSIBLE)
    after = reject(world.nodes["BO"], apart, why="they wrote that it was a mistake")
    assert (after.state, world.accepted("BO")) == (State.REJECTED, [])
    world.seal("BO")
    world.round()
    assert of_receipt(world) == {"impossible-count", "rejected"}
    assert not waits_for_a_person(entry(world))


def test_rows_that_people_judge_are_released_and_those_that_nobody_can_use_stay_apart(world):
    apart = kept_apart(world, OF_A_ROW, Reason("contradiction", "twice", 1))
    assert apart.state is State.ACCEPTED
    after = release(world.nodes["BO"], apart)
    assert [reason.code for reason in after.reasons] == ["contradiction"]
    assert not may_be_released(after)


def test_rows_that_people_reject_stay_apart_and_the_others_stay_taken(world):
    apart = kept_apart(world, OF_A_ROW)
    assert reject(world.nodes["BO"], apart, why="no") == apart
    assert world.accepted("BO") == ["see for yourself"]


@pytest.mark.parametrize("code", ["schema", "bidi-control", "markup", "contradiction", "classification", "id-reused"])
def test_what_nobody_could_act_upon_is_released_by_nobody(world, code):
    apart = kept_apart(world, IMPOSSIBLE, Reason(code, "wrong"))
    with pytest.raises(CannotRelease):
        release(world.nodes["BO"], apart)
    assert entry(world) == apart


def test_what_was_taken_or_erased_waits_for_nobody(world):
    apart = kept_apart(world, IMPOSSIBLE)
    taken = release(world.nodes["BO"], apart)
    for other in (taken, replace(apart, state=State.ERASED, document=None, key=None), replace(apart, document=None)):
        assert not may_be_released(other)
        with pytest.raises(CannotRelease):
            release(world.nodes["BO"], other)
    with pytest.raises(CannotRelease):
        reject(world.nodes["BO"], taken, why="too late")


def test_what_was_kept_apart_is_not_taken_in_the_place_of_another_under_its_identifier(world):
    apart = kept_apart(world, IMPOSSIBLE)
    node = world.nodes["BO"]
    node.examine = lambda document: []
    again = replace(world.document("AL", "another"), id=apart.document_id)
    post(world.nodes["AL"], again)
    world.seal("AL")
    world.round()
    assert world.accepted("BO") == ["another"]
    with pytest.raises(CannotRelease, match="identifier of another document"):
        release(node, apart)


def test_nobody_is_asked_to_judge_what_only_a_machine_can_tell():
    assert {"schema", "id-reused", "head-mismatch", "not-canonical", "locked"}.isdisjoint(JUDGED)


def test_the_reader_is_told_what_waits_for_people_and_its_failure_costs_nothing(world):
    told = []

    def kept(entries):
        told.extend(entries)
        raise RuntimeError("nobody can be told")

    world.nodes["BO"].reader.kept_apart = kept
    apart = kept_apart(world, IMPOSSIBLE)
    assert told == [apart]
    world.round()
    assert told == [apart], "once, however often it is offered"
