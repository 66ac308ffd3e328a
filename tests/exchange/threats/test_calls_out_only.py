"""Threat: a node behind a firewall that lets nothing in is left out, or is asked for what it cannot be asked for."""

import json

import pytest
from tests.exchange.threats.adversaries import Puppet, batches, deliver, states
from tests.exchange.threats.doors import Doors
from tests.exchange.world import World

from tocsin.exchange import limits, suite
from tocsin.exchange.errors import Unreachable
from tocsin.exchange.streams import Stream

STREAM = Stream("AL", 1, "members")
NAMES = ["AL", "BO", "CE", "SEC"]


@pytest.fixture
def world():
    """AL can only call out."""
    return World(NAMES, urls={"AL": []})


def all_but_al_meet(world, doors):
    """Everybody meets everybody who can be called, over signed HTTP."""
    for caller in NAMES:
        for node in NAMES:
            if node not in ("AL", caller):
                doors.seconds += 60
                met = world.meet(caller, node, doors.line(caller))
                assert not met.problem, met.problem
        world.seal(caller)


def test_it_takes_part_in_everything_by_polling_and_bringing(world):
    doors = Doors(world)
    for name in NAMES:
        world.post(name, f"of {name}")
        for other in NAMES:
            if other != name:
                world.post(name, f"of {name} to {other}", f"to:{other}")
        world.seal(name)
    for _ in range(3):
        all_but_al_meet(world, doors)
    for name in NAMES:
        for other in NAMES:
            if other != name:
                assert set(world.accepted(name, other)) == {f"of {other}", f"of {other} to {name}"}
    assert {one.by for one in world.nodes["AL"].store.receipts(STREAM)} == set(NAMES[1:]), "receipts come back"
    for name in NAMES[1:]:
        assert world.nodes[name].store.log_size("AL", 1) == world.nodes["AL"].store.log_size("AL", 1)
        assert world.nodes[name].store.peer("AL").holds, "and it says what it has of theirs"


def test_nobody_tries_to_call_it(world):
    with pytest.raises(Unreachable, match="cannot be called"):
        Doors(world).line("BO").call("AL", "GET", "heads", {})


def test_what_two_such_nodes_say_to_each_other_goes_by_a_relay():
    world = World(NAMES, urls={"AL": [], "BO": []})
    world.post("AL", "to BO alone", "to:BO")
    world.seal("AL")
    doors = Doors(world)
    world.meet("AL", "SEC", doors.line("AL"))
    world.meet("BO", "SEC", doors.line("BO"))
    assert world.accepted("BO") == ["to BO alone"]
    world.seal("BO")
    world.meet("BO", "SEC", doors.line("BO"))
    world.meet("AL", "SEC", doors.line("AL"))
    assert [one.by for one in world.nodes["AL"].store.receipts()] == ["BO"]


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (b'{"refused":[],"streams":[]}', 4),
        (b'{"refused":[{"code":"gap"}],"streams":[]}', 1),
        (b'{"refused":[{"code":"key-ended"}],"streams":[]}', 3),
        (b'{"refused":[{"code":["x"]},7,null],"streams":{}}', 1),
        (b"{}", 1),
    ],
)
def test_what_is_refused_of_what_it_brings_is_not_followed_by_more_and_brought_again(world, answer, asked, monkeypatch):
    monkeypatch.setattr(limits, "PAGE_DOCUMENTS", 1)
    for text in ("one", "two", "three", "four"):
        world.post("AL", text)
        world.seal("AL")
    lies = {("POST", "batches"): lambda *_: answer, ("POST", "log"): lambda *_: b'{"size":0}'}
    line = Puppet(world, "AL", "BO", lies)
    world.meet("AL", "BO", line)
    assert len([one for one in line.asked if one[:2] == ("POST", "batches")]) == asked
    world.nodes["BO"] = world._node("BO")
    world.meet("AL", "BO")
    assert world.accepted("BO") == ["one", "two", "three", "four"]


def test_what_it_brings_of_others_is_taken_where_it_is_for_the_reader(world):
    """It may be the only way between two that cannot reach each other."""
    world.cut.add(frozenset(("BO", "CE")))
    world.post("CE", "from CE")
    world.seal("CE")
    world.meet("AL", "CE")
    world.meet("AL", "BO")
    assert states(world, "BO", Stream("CE", 1, "members")) == ["locked"], "AL has no keys of BO's"
    world.cut.clear()
    world.meet("BO", "CE")
    assert world.accepted("BO", "CE") == ["from CE"]


def test_a_node_that_can_be_called_brings_nothing_but_what_was_lost(world):
    """Of its own the peer asks for itself; but what the peer has forgotten of its own is given back to it."""
    world.post("CE", "one")
    world.seal("CE")
    world.round()
    world.post("BO", "not to be brought")
    world.seal("BO")
    line = Puppet(world, "BO", "CE", {})
    world.meet("BO", "CE", line)
    assert ("POST", "batches") not in [one[:2] for one in line.asked]
    assert deliver(world, "BO", "CE", batches(world.nodes["BO"], Stream("CE", 1, "members")))["refused"] == []


def test_it_brings_of_its_log_what_the_reader_lacks_and_no_more(world):
    brought = []
    for text in ("one", "two", "three"):
        world.post("AL", text)
        world.seal("AL")
        for _ in range(2):
            line = Puppet(world, "AL", "BO", {("POST", "log"): lambda _, answer: answer})
            whole = line.call

            def call(node, method, name, query, body=b"", whole=whole):
                if name == "log":
                    brought.append(len(suite.decoded(json.loads(body)["leaves"], code="locked", what="x")) // 32)
                return whole(node, method, name, query, body)

            line.call = call
            world.meet("AL", "BO", line)
    assert world.nodes["BO"].store.log_size("AL", 1) == world.nodes["AL"].store.log_size("AL", 1) == 48
    assert brought == [0, 16, 0] * 3
