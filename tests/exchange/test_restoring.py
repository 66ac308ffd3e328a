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


def test_its_reader_is_told_of_what_the_node_forgot_and_of_nothing_else():
    world = World()
    before = world.tell("before", "AL", "to:BO")
    world.back_up("AL")
    after = world.tell("after", "AL", "to:BO")
    reader = world.nodes["AL"].reader
    assert set(reader.ours) == {before.id, after.id}
    world.restore("AL")
    assert set(world.nodes["AL"].reader.ours) == {before.id}
    world.nodes["AL"].reader.ours.clear()
    world.round()
    assert set(world.nodes["AL"].reader.ours) == {after.id}


def test_a_fault_of_the_reader_with_one_of_them_keeps_neither_the_others_nor_the_stream_away():
    world = World()
    world.back_up("AL")
    first, second = (world.tell(text, "AL", "to:BO") for text in ("first", "second"))
    world.restore("AL")
    world.nodes["AL"].reader.fail = {first.id}
    world.round()
    assert set(world.nodes["AL"].reader.ours) == {second.id}
    assert own_texts(world, "AL") == ["first", "second"]


def test_who_reads_a_batch_keeps_its_own_parcel_and_that_of_who_wrote_it():
    world = World()
    world.tell("cholera", "AL", "to:BO+CE")
    (batch,) = world.nodes["BO"].store.batches(world.stream(audience="to:BO+CE"), after=0, documents=9, size=9_999)
    assert set(batch.parcels) == {"AL", "BO"}
