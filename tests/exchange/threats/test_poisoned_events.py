"""Threat: what a state validly signs of events and cannot be: a warning nobody could give, a person told to all."""

from functools import partial

import pytest
from tests.exchange.specimens import ID
from tests.exchange.types.bodies import KNOWN
from tests.exchange.types.nonsense import NONSENSE, ODD_ROWS
from tests.exchange.types.unusual import UNUSUAL
from tests.exchange.world import World

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.store import Reason, State
from tocsin.exchange.types.registry import examine


def by_type(document, *, context):
    return [Reason(one.code, one.detail, one.row) for one in examine(document, context=context)]


@pytest.fixture(scope="module")
def sent():
    """Everything in one batch a stream, signed by its state: BO and CE have taken it in. Documents by name."""
    world = World()
    for node in world.nodes.values():
        node.examine = partial(by_type, context=KNOWN)
    said = {name: document for name, (document, *_) in (NONSENSE | ODD_ROWS).items()} | UNUSUAL
    documents = {}
    for name, document in said.items():
        again = Document.read(document.encode().replace(ID.encode(), new_id(world.nodes["AL"].now()).encode()))
        world.nodes["AL"].store.put_out(again.encode(), again.audience)
        documents[name] = again
    for audience in {document.audience for document in documents.values()}:
        documents[f"after it {audience}"] = world.post("AL", "after it", audience)
    world.seal("AL")
    world.round()
    world.round()
    return world, documents


def entries(sent, name):
    """How a document stands at each node that reads its stream."""
    world, documents = sent
    found = {}
    for node in ("BO", "CE"):
        for entry in world.nodes[node].store.entries():
            if entry.document_id == documents[name].id and entry.stream.origin == "AL":
                found[node] = entry
    assert found
    return found


@pytest.mark.parametrize("name", NONSENSE)
def test_what_cannot_be_said_of_an_event_is_kept_apart_alone_and_its_origin_is_told(sent, name):
    world, documents = sent
    _, code, _ = NONSENSE[name]
    for node, entry in entries(sent, name).items():
        assert (entry.state, [one.code for one in entry.reasons]) == (State.QUARANTINED, [code])
        assert documents[name].id not in world.nodes[node].reader.told
        receipts = [one for one in world.nodes["AL"].store.receipts(entry.stream) if one.by == node]
        assert (entry.number, code) in [(number, one.code) for receipt in receipts for number, one in receipt.reasons]


@pytest.mark.parametrize("name", ODD_ROWS)
def test_a_warning_is_not_lost_to_rows_of_its_breakdown(sent, name):
    world, documents = sent
    for node, entry in entries(sent, name).items():
        assert (entry.state, {one.row: one.code for one in entry.reasons}) == (State.ACCEPTED, ODD_ROWS[name][1])
        assert documents[name].id in world.nodes[node].reader.told


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_is_unusual_and_true_comes_through(sent, name):
    for entry in entries(sent, name).values():
        assert entry.state is State.ACCEPTED
        assert not entry.reasons


def test_the_streams_go_on_behind_it(sent):
    after = [name for name in sent[1] if name.startswith("after it") and not name.endswith(("public", "family"))]
    assert len(after) >= 3
    for name in after:
        assert {entry.state for entry in entries(sent, name).values()} == {State.ACCEPTED}
