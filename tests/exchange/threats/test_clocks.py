"""Threat: clocks that are wrong, by chance or by somebody's hand."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.exchange.threats.adversaries import batches, codes, deliver, sealed, states
from tests.exchange.threats.doors import Doors, signed_request
from tests.exchange.world import World

from tocsin.exchange.limits import SKEW_SECONDS
from tocsin.exchange.streams import Stream

STREAM = Stream("AL", 1, "members")


@pytest.fixture
def world():
    world = World(["AL", "BO", "CE"])
    world.post("AL", "cholera")
    world.seal("AL")
    return world


@pytest.mark.parametrize("who", ["AL", "BO"])
@pytest.mark.parametrize("seconds", [-SKEW_SECONDS, -299, -1, 1, 299, SKEW_SECONDS])
def test_clocks_that_differ_a_little_are_no_hindrance(world, who, seconds):
    world.skews[who] = timedelta(seconds=seconds)
    for caller, node in (("BO", "AL"), ("AL", "BO")):
        assert not world.meet(caller, node, Doors(world).line(caller)).problem
    assert world.accepted("BO") == ["cholera"]
    ahead = world.nodes["BO"].store.peer("AL").clock_ahead
    assert ahead == (seconds if who == "AL" else -seconds), "and it is seen before it becomes one"


@pytest.mark.parametrize("who", ["AL", "BO"])
@pytest.mark.parametrize("days", [-1, 1])
@pytest.mark.parametrize(("caller", "node"), [("AL", "BO"), ("BO", "AL")])
def test_clocks_that_differ_much_are_said_with_both_times_and_what_to_do(world, who, days, caller, node):
    world.skews[who] = timedelta(days=days)
    met = world.meet(caller, node, Doors(world).line(caller))
    assert "may differ by 300 seconds" in met.problem
    for name in (caller, node):
        assert world.nodes[name].now().strftime("%Y-%m-%dT%H:%M:%SZ") in met.problem
    assert "NTP" in met.problem
    assert codes(world, caller) == {"clock-skew"}
    assert not world.nodes["BO"].reader.told
    world.skews[who] = timedelta()
    assert not world.meet(caller, node, Doors(world).line(caller)).problem


def test_a_refusal_because_of_the_clock_is_itself_signed_and_machine_readable(world):
    world.skews["BO"] = timedelta(seconds=301)
    answer = Doors(world).knock("BO", signed_request(world, "AL", "BO"))
    said = json.loads(answer.body)
    assert (answer.status, said["code"]) == (401, "clock-skew")
    assert said["advice"]
    assert "signature" in answer.headers


@pytest.mark.parametrize("to", [datetime(2039, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC)])
def test_a_node_in_another_decade_does_no_harm_and_is_well_again_when_its_clock_is(world, to):
    """Its list seems to have run out, or to come from the future; what it seals is dated wrongly."""
    world.skews["AL"] = to - world.alliance.now
    world.post("AL", "dated wrongly")
    world.seal("AL")
    assert world.meet("BO", "AL", Doors(world).line("BO")).problem
    assert world.meet("AL", "BO", Doors(world).line("AL")).problem
    said = deliver(world, "CE", "BO", batches(world.nodes["AL"], STREAM))
    late = to > world.alliance.now
    assert [one["code"] for one in said["refused"]] == (["sealed-in-future"] if late else [])
    world.skews["AL"] = timedelta()
    assert not world.meet("BO", "AL", Doors(world).line("BO")).problem
    assert world.accepted("BO")[0] == "cholera"
    world.alliance.now = to + timedelta(seconds=1) if late else world.alliance.now  # the list has then run out
    world.meet("BO", "AL", Doors(world).line("BO"))
    assert world.accepted("BO") == ["cholera", "dated wrongly"]


def test_what_was_sealed_in_the_future_is_not_taken_now_and_is_taken_then(world):
    key, [before] = world.alliance.keys["AL"]["seal"], batches(world.nodes["AL"], STREAM)
    at = world.alliance.now + timedelta(seconds=SKEW_SECONDS + 1)
    later = sealed(world, STREAM, [world.document("AL", "later")], keys=[key], after=before.manifest, sealed_at=at)
    for expected in (["sealed-in-future"], []):
        said = deliver(world, "AL", "BO", [before, later])
        assert [one["code"] for one in said["refused"]] == expected
        world.alliance.pass_time(seconds=1)
    assert states(world, "BO", STREAM) == ["accepted", "accepted"]


def test_a_document_may_be_as_old_as_it_is(world):
    """The exchange orders by numbers; nothing depends on when a document says it was recorded or sealed."""
    key, [before] = world.alliance.keys["AL"]["seal"], batches(world.nodes["AL"], STREAM)
    old = sealed(
        world,
        STREAM,
        [world.document("AL", "old")],
        keys=[key],
        after=before.manifest,
        sealed_at=datetime(1971, 1, 1, tzinfo=UTC),
    )
    assert deliver(world, "AL", "BO", [before, old])["refused"] == []
    assert states(world, "BO", STREAM) == ["accepted", "accepted"]
