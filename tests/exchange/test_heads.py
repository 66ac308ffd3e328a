"""Heads: what is asked of a peer at every meeting, and so must stay short."""

import json

import pytest
from tests.exchange.threats.adversaries import Puppet
from tests.exchange.world import Wire, World

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import Refused


def test_what_two_nodes_both_know_is_said_once():
    """With many nodes, checkpoints with their cosignatures are most of what heads say; lines may be slow."""
    world = World([f"N{letter}" for letter in "ABCDEFGH"])
    for name in world.names:
        world.post(name, f"of {name}")
        world.seal(name)
    for _ in range(4):
        world.round()
    line = Puppet(world, "NA", "NB", {})
    heard = []
    line.lies = {("POST", "heads"): lambda query, honest: heard.append(json.loads(honest)) or honest}
    assert not world.meet("NA", "NB", line).problem
    assert heard[0]["checkpoints"] == []
    assert len(json.loads(Wire(world, "NA").call("NB", "GET", "heads", {}))["checkpoints"]) == 8
    world.post("NC", "new")
    world.seal("NC")
    world.meet("NB", "NC")
    world.meet("NA", "NB", line)
    assert len(heard[1]["checkpoints"]) == 1
    log_of = [name for name in world.names if ("NC", 1) in world.nodes[name].store.checkpoints()]
    assert "NA" in log_of


@pytest.mark.parametrize("known", [None, {}, ["x"], [1], [["x"]], [suite.digest(b"")] * 10_001])
def test_what_is_said_to_be_known_is_a_list_of_digests(known):
    world = World(["AL", "BO"])
    with pytest.raises(Refused, match="list of at most 10000 digests"):
        Wire(world, "AL").call("BO", "POST", "heads", {}, canonical({"known": known}))
