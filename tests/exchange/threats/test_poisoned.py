"""Threat: content that is validly signed by its state and wrong: false, absurd, hostile, or too much for its reader."""

import json
from dataclasses import replace
from functools import partial

import pytest
from tests.exchange.threats.adversaries import batches, deliver, sealed, states
from tests.exchange.types.bodies import COLUMNS, WEEK, row
from tests.exchange.world import World

from tocsin.exchange.canonical import canonical
from tocsin.exchange.limits import SEALED_BYTES
from tocsin.exchange.rereading import reread
from tocsin.exchange.store import Reason, State
from tocsin.exchange.streams import Stream
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.registry import examine

STREAM = Stream("AL", 1, "members")


def by_type(document, *, context):
    """What a node's examiner says: all findings of the document's type."""
    return [Reason(one.code, one.detail, one.row) for one in examine(document, context=context)]


@pytest.fixture
def world():
    """Every node examines documents by their types."""
    world = World(["AL", "BO", "SEC"])
    context = Context(exercise=True, diseases={"cholera"}, places=None)
    for node in world.nodes.values():
        node.examine = partial(by_type, context=context)
    return world


def indicators(rows, **body):
    """The body of a table of counts."""
    return {
        **{"case_definition": "WHO 2023", "case_status": ["confirmed"], "columns": COLUMNS, "date_type": "onset"},
        **{"first_day": "monday", "reported_until": "2026-03-08", "rows": rows, "suppression": None},
        **body,
    }


def told_by_receipt(world, by="BO"):
    """What AL knows of what a partner did not take: (document number, row, code)."""
    found = [one for one in world.nodes["AL"].store.receipts(STREAM) if one.by == by]
    return [(number, reason.row, reason.code) for one in found for number, reason in one.reasons]


def test_a_bad_row_is_kept_apart_alone_and_its_origin_is_told(world):
    rows = [row(12), row(-3, place="AL-02"), row(5, disease="dragon-pox"), row(7, place="AL-03", week="2026-03-04")]
    world.post("AL", "table", type="weekly-indicators", body=indicators(rows))
    world.tell("after it")
    world.round()
    [table, message] = world.nodes["BO"].store.entries(stream=STREAM)
    assert (table.state, message.state) == (State.ACCEPTED, State.ACCEPTED)
    assert [(reason.row, reason.code) for reason in table.reasons] == [
        (1, "impossible-count"),
        (2, "unknown-disease"),
        (3, "period-invalid"),
    ]
    assert told_by_receipt(world) == [
        (1, 1, "impossible-count"),
        (1, 2, "unknown-disease"),
        (1, 3, "period-invalid"),
    ]


POISON = {
    "schema": {"subject": "x", "text": ["not a text"], "in_reply_to": None},
    "markup": {"subject": "x", "text": "<script>alert(1)</script>", "in_reply_to": None},
    "bidi-control": {"subject": "user \u202etxt.exe", "text": "x", "in_reply_to": None},
}


@pytest.mark.parametrize("code", POISON)
def test_a_bad_document_is_kept_apart_alone_and_its_origin_is_told(world, code):
    before = world.post("AL", "before")
    poisoned = world.document("AL", "x", body=POISON[code])
    world.nodes["AL"].store.put_out(poisoned.encode(), "members")
    after = world.post("AL", "after")
    world.seal("AL")
    world.round()
    world.round()
    assert states(world, "BO", STREAM) == ["accepted", "quarantined", "accepted"]
    assert set(world.nodes["BO"].reader.told) == {before.id, after.id}
    assert told_by_receipt(world) == [(2, None, code)]
    world.tell("and the stream goes on")
    assert world.accepted("BO")[-1] == "and the stream goes on"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1]",
        b"null",
        b"\xff\xfe",
        b'{"a":1,"a":2}',
        b'{"a": 1}',
        b"{" * 5_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        canonical({"protocol": 2}),
        canonical({"protocol": 1, "id": "x"}),
    ],
)
def test_items_that_are_no_documents_stop_nothing(world, data):
    key = world.alliance.keys["AL"]["seal"]
    for audience in ("members", "public"):
        stream = Stream("AL", 1, audience)
        good = world.document("AL", "good", audience, type="weekly-indicators", body=indicators([row()]))
        batch = sealed(world, stream, [data, good.encode()], keys=[key])
        assert deliver(world, "AL", "BO", [batch])["refused"] == []
        assert states(world, "BO", stream) == ["quarantined", "accepted"]
    assert len(world.nodes["BO"].reader.told) == 2


def test_a_document_nested_too_deeply_is_kept_apart(world):
    """Not so deep that a reader falls over at once, but deeper than anybody needs."""
    key, deep = world.alliance.keys["AL"]["seal"], {"a": 1}
    for _ in range(40):
        deep = {"a": deep}
    said = json.loads(world.document("AL", "x").encode()) | {"body": deep}
    data = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    batch = sealed(world, STREAM, [data], keys=[key])
    deliver(world, "AL", "BO", [batch])
    [entry] = world.nodes["BO"].store.entries(stream=STREAM)
    assert (entry.state, entry.reasons[0].code) == (State.QUARANTINED, "too-deep")


def test_a_document_at_which_the_reader_fails_is_held_and_the_others_are_taken(world):
    documents = [world.post("AL", f"{number}") for number in range(5)]
    world.nodes["BO"].reader.fail = {documents[2].id}
    world.seal("AL")
    world.round()
    assert states(world, "BO", STREAM) == ["accepted", "accepted", "held", "accepted", "accepted"]
    assert set(world.nodes["BO"].reader.told) == {one.id for one in documents} - {documents[2].id}
    world.round()
    assert [number for number, _, _ in told_by_receipt(world)] == [3]
    world.nodes["BO"].reader.fail = set()
    [held] = world.nodes["BO"].store.entries(stream=STREAM, state=State.HELD)
    assert reread(world.nodes["BO"], held).state is State.ACCEPTED
    assert documents[2].id in world.nodes["BO"].reader.told


def test_a_document_at_which_the_examination_fails_is_held_and_the_others_are_taken(world):
    documents = [world.post("AL", f"{number}") for number in range(5)]
    careful = world.nodes["BO"].examine

    def careless(document):
        if document.id == documents[2].id:
            raise RecursionError("nobody thought of this")
        return careful(document)

    world.nodes["BO"].examine = careless
    world.seal("AL")
    world.round()
    assert states(world, "BO", STREAM) == ["accepted", "accepted", "held", "accepted", "accepted"]
    world.nodes["BO"].examine = careful
    [held] = world.nodes["BO"].store.entries(stream=STREAM, state=State.HELD)
    assert reread(world.nodes["BO"], held).state is State.ACCEPTED


def test_a_receipt_or_erasure_that_makes_no_sense_is_held_where_no_schema_kept_it_apart():
    """A node that only keeps and carries examines nothing, and acts upon the exchange's own types all the same."""
    world = World(["AL", "BO"], examining=False)
    for kind in ("receipt", "erasure"):
        for body in ({}, {"documents": 7}, {"documents": [{}]}, {"origin": "BO", "epoch": "x"}, {"origin": []}):
            world.post("AL", "x", "to:BO", type=kind, body=body)
    world.post("AL", "good", "to:BO")
    world.seal("AL")
    assert not world.meet("BO", "AL").problem
    assert states(world, "BO", Stream("AL", 1, "to:BO"))[-1] == "accepted"
    assert world.accepted("BO") == ["good"]


def test_one_identifier_for_two_documents_is_kept_apart_wherever_the_second_comes(world):
    first = world.post("AL", "first")
    world.seal("AL")
    world.nodes["AL"].store.put_out(replace(first, body={**first.body, "text": "second"}).encode(), "members")
    other = replace(
        first, classification="SELECTIVE", addressees=("BO",), body={**first.body, "text": "told to you alone"}
    )
    world.nodes["AL"].store.put_out(other.encode(), "to:BO")
    world.seal("AL")
    world.round()
    assert states(world, "BO", STREAM) == ["accepted", "quarantined"]
    assert states(world, "BO", Stream("AL", 1, "to:BO")) == ["quarantined"]
    assert world.nodes["BO"].reader.told == {first.id: first.encode()}


def test_the_identifier_of_another_states_document_is_nothing_special(world):
    """Identifiers are an origin's own: nobody can keep a document out by using its identifier first."""
    document = world.document("AL", "of AL")
    world.nodes["SEC"].store.put_out(replace(document, origin="SEC").encode(), "members")
    world.seal("SEC")
    world.meet("BO", "SEC")
    world.nodes["AL"].store.put_out(document.encode(), "members")
    world.seal("AL")
    world.meet("BO", "AL")
    assert states(world, "BO", STREAM) == ["accepted"]
    assert states(world, "BO", Stream("SEC", 1, "members")) == ["accepted"]


def test_a_document_too_large_to_travel_is_refused_where_it_is_written_and_one_that_fits_travels(world):
    with pytest.raises(ValueError, match="in parts"):
        world.post("AL", "x" * (SEALED_BYTES + 1))
    rows = [row(1, week=WEEK, place=f"AL-{n:05}") for n in range(20_000)]
    world.post("AL", "table", type="weekly-indicators", body=indicators(rows))
    world.seal("AL")
    world.round()
    assert states(world, "BO", STREAM) == ["accepted"]
    [batch] = batches(world.nodes["BO"], STREAM)
    assert len(batch.items[0]) < 200_000
