"""A node that was put back from a copy takes back what it wrote since, and can read it."""

import pytest
from tests.exchange.world import World

from tocsin.exchange.documents import Document
from tocsin.exchange.store import State


def own_texts(world: World, name: str) -> list[str]:
    """What a node has of its own and can read."""
    entries = world.nodes[name].store.entries(state=State.OWN, most=100)
    return [Document.read(entry.document).body["text"] for entry in entries if entry.type == "message"]


@pytest.mark.parametrize("audience", ["members", "to:BO", "to:BO+CE"])
def test_what_a_node_forgot_it_can_read_again_though_no_relay_had_it_from_itself(audience):
    world = World()
    world.back_up("AL")
    world.cut = {frozenset(("AL", "SEC"))}  # the relay has it from those who read it
    world.tell("cholera", "AL", audience)
    world.round()
    world.restore("AL")
    assert own_texts(world, "AL") == []
    world.cut.clear()
    world.round()
    world.round()
    assert own_texts(world, "AL") == ["cholera"]
    assert world.nodes["AL"].store.own().confirmed
    assert not world.nodes["AL"].store.entries(state=State.LOCKED)


def test_who_reads_a_batch_keeps_its_own_parcel_and_that_of_who_wrote_it():
    world = World()
    world.tell("cholera", "AL", "to:BO+CE")
    (batch,) = world.nodes["BO"].store.batches(world.stream(audience="to:BO+CE"), after=0, documents=9, size=9_999)
    assert set(batch.parcels) == {"AL", "BO"}
