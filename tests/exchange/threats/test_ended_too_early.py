"""Threat: a state ends a key before what it has signed with it itself, and then writes what nobody takes."""

from dataclasses import replace

import pytest
from tests.exchange.threats.adversaries import batches
from tests.exchange.world import World

from tocsin.exchange.errors import CannotSeal
from tocsin.exchange.restoring import begin_recovery, open_epoch
from tocsin.exchange.sealing import seal
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust import own_files

NAMES = ["AL", "BO", "CE", "SEC"]
STREAM = Stream("AL", 1, "members")
TRUE = ["one", "two", "three", "four"]


@pytest.fixture
def world():
    """AL has said four things, each in a batch of its own, and all have them."""
    world = World(NAMES)
    for text in TRUE:
        world.post("AL", text)
        world.seal("AL")
    world.round()
    return world


def ended_too_early(world, how):
    """AL ends its key at document 2, but has signed 3 and 4 with it, and when it was rotated, 5 with the next."""
    second = batches(world.nodes["AL"], STREAM)[1].manifest
    named = {world.nodes["AL"].store.head(STREAM).first_manifest: (second.last, second.digest)}
    if how == "rotated in the wrong order":
        new = world.alliance.add_key("AL", "seal")
        world.give_list("AL")
        world.nodes["AL"].keys = replace(world.nodes["AL"].keys, seal=(new,))
        world.post("AL", "five")
        world.seal("AL")
    reason = "stolen" if how.startswith("stolen") else "rotated"
    world.alliance.end_key("AL", "seal", heads=named, reason=reason)
    if reason == "stolen":
        world.put_keys("AL")
    for name in NAMES:
        world.give_list(name)
    if how == "stolen, and partners asked":
        begin_recovery(world.nodes["AL"], why="its key was stolen")


@pytest.mark.parametrize("how", ["stolen", "stolen, and partners asked", "rotated in the wrong order"])
def test_a_state_signs_nothing_behind_what_nobody_takes_and_goes_on_in_the_next_epoch(world, how):
    """Its machine was in strange hands, or somebody named the heads too early. Else it would write, and nobody read."""
    ended_too_early(world, how)
    world.post("AL", "after")
    for _ in range(3):
        world.round()
    assert all(world.accepted(name, "AL") == TRUE[:2] for name in NAMES[1:])
    with pytest.raises(CannotSeal, match="beyond what its ended key may have signed"):
        seal(world.nodes["AL"])
    assert not world.nodes["AL"].store.own().confirmed
    assert len(world.nodes["AL"].store.outbox(10)) >= 1, "what was written waits"
    assert open_epoch(world.nodes["AL"]) == 2
    for _ in range(3):
        world.round()
    for name in ("BO", "CE"):
        assert world.accepted(name, "AL") == [*TRUE[:2], "after"]
    assert world.nodes["AL"].store.own().confirmed
    assert not any(node.store.evidence() for node in world.nodes.values())


def test_a_rotation_that_turns_out_to_have_been_a_theft_is_judged_alike_by_all(world):
    """Who knew of the rotation took what its end named; who joins after the second end never could."""
    first, heads = world.nodes["AL"].store.head(STREAM).first_manifest, batches(world.nodes["AL"], STREAM)
    last, second = heads[-1].manifest, heads[1].manifest
    kid = world.alliance.end_key("AL", "seal", heads={first: (last.last, last.digest)})
    for name in NAMES:
        world.give_list(name)
    world.round()
    named = {first: (second.last, second.digest)}
    own = own_files.with_key_ended(world.alliance._own("AL"), kid, reason="stolen", heads=named)
    world.alliance._publish_own(own)
    world.alliance.renew()
    world.join("EL")
    for name in world.names:
        world.give_list(name)
    for _ in range(3):
        world.round()
    for name in ("BO", "CE", "EL"):
        assert world.accepted(name, "AL") == TRUE[:2], name
