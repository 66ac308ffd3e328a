"""Threat: a count so small that it points to a person is sealed, or can be worked out from what is."""

from functools import partial

import pytest
from tests.exchange.threats.adversaries import states
from tests.exchange.threats.test_poisoned import by_type, indicators
from tests.exchange.types.bodies import PARENTS, PLACES, table, values
from tests.exchange.world import World

from tocsin.exchange.documents import Document
from tocsin.exchange.streams import Stream
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.suppression import suppress
from tocsin.exchange.types.tables import VALUE

STREAM = Stream("AL", 1, "members")
RULE = {"below": 5, "rule": "small-cells-and-complements"}
# Two districts and a region, three ages by two sexes: one district has a single sick child.
PEOPLE = [1, 0, 20, 31, 9, 12, 14, 17, 25, 22, 8, 6, 40, 38, 51, 47, 19, 23]


@pytest.fixture
def world():
    world = World(["AL", "BO"])
    context = Context(exercise=True, diseases={"cholera"}, places=PLACES)
    for node in world.nodes.values():
        node.examine = partial(by_type, context=context)
    return world


def sent(world, rows):
    """What BO reads of a table that AL sends with its rule of suppression."""
    world.post("AL", "table", type="weekly-indicators", body=indicators(rows, suppression=RULE))
    world.seal("AL")
    world.round()
    [entry] = world.nodes["BO"].store.entries(stream=STREAM)
    return entry, Document.read(entry.document)


def test_a_small_cell_cannot_be_worked_out_from_anything_that_travels(world):
    rows = suppress(table(PEOPLE), below=RULE["below"], parents=PARENTS)
    entry, document = sent(world, rows)
    assert states(world, "BO", STREAM) == ["accepted"]
    assert entry.reasons == ()
    found = values(document.body["rows"])
    assert found["AL-0101", "0-4", "female"] is None
    # By every sum over places, ages and sexes that has one unknown part, the unknown would be known.
    for axis in range(3):
        for key, total in found.items():
            within = [one for one in found if _is_part(one, key, axis)]
            if total is None or not within:
                continue
            unknown = [one for one in within if found[one] is None]
            assert len(unknown) != 1, f"{unknown} follows from {key}"


def _is_part(part, total, axis):
    if any(part[other] != total[other] for other in range(3) if other != axis) or part[axis] == total[axis]:
        return False
    if axis == 0:
        return PARENTS.get(part[0]) == total[0]
    return total[axis] == "all"


def test_a_small_cell_that_a_state_forgot_to_leave_out_is_kept_apart_at_every_reader(world):
    """Whoever states a rule and breaks it is told so, and nobody reads the cell."""
    entry, _ = sent(world, table(PEOPLE))
    small = {reason.row for reason in entry.reasons if reason.code == "small-cell"}
    assert small == {index for index, row in enumerate(table(PEOPLE)) if 0 < row[VALUE] < RULE["below"]}
    assert small
    world.round()
    [receipt] = [one for one in world.nodes["AL"].store.receipts(STREAM) if one.by == "BO"]
    assert {reason.code for _, reason in receipt.reasons} == {"small-cell"}
