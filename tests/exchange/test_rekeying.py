"""Keys that did not come with their documents come after them, also from a node that nobody can call."""

from dataclasses import replace
from itertools import permutations

import pytest
from tests.exchange.world import Wire, World

from tocsin.exchange.store import State

CUT = [frozenset(("CE", "BO")), frozenset(("CE", "AL")), frozenset(("BO", "SEC"))]


def all_meet(world: World) -> None:
    """Everybody calls everybody but CE, and seals what came of it."""
    for one, other in permutations(world.names, 2):
        if other != "CE":
            world.meet(one, other)
    for name in world.names:
        world.seal(name)


class Counted(Wire):
    """A line that counts what is brought."""

    brought = 0

    def call(self, node, method, name, query, body=b""):
        self.brought += (method, name) == ("POST", "batches")
        return super().call(node, method, name, query, body)


@pytest.fixture
def world():
    """CE only calls out; BO has what CE wrote from AL, which has it from SEC: nobody on the way hands BO its keys."""
    world = World(urls={"CE": ()})
    world.cut = set(CUT)
    world.post("CE", "cholera")
    world.seal("CE")
    for _ in range(3):
        all_meet(world)
    assert len(world.nodes["BO"].store.entries(state=State.LOCKED)) == 1
    assert world.accepted("AL", "CE") == ["cholera"]
    return world


def test_a_node_that_only_calls_out_brings_the_keys_that_a_reader_says_it_lacks(world):
    world.cut.clear()
    all_meet(world)
    all_meet(world)
    assert world.accepted("BO", "CE") == ["cholera"]
    assert not world.nodes["BO"].store.entries(state=State.LOCKED)
    all_meet(world)
    (receipt,) = [one for one in world.nodes["CE"].store.receipts() if one.by == "BO"]
    assert receipt.reasons == (), "it has said that it can open it now"


def test_keys_are_brought_until_the_reader_says_it_has_them_and_no_longer(world):
    world.cut.clear()
    all_meet(world)
    all_meet(world)
    all_meet(world)
    line = Counted(world, "CE")
    assert world.meet("CE", "BO", line).problem == ""
    assert line.brought == 0


def test_keys_of_an_erased_document_are_not_brought(world):
    store = world.nodes["CE"].store
    (entry,) = store.entries(stream=world.stream("CE"), state=State.OWN)
    store.put_entries([replace(entry, state=State.ERASED, document=None, key=None)])
    world.cut.clear()
    all_meet(world)
    line = Counted(world, "CE")
    world.meet("CE", "BO", line)
    assert line.brought == 0
