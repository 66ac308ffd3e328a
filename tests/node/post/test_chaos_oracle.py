"""The oracle of the chaos study finds what it is there to find: an alliance at rest with one thing wrong in it."""

from dataclasses import replace

import pytest
from scripts.chaos.oracle import Accepted, Held, faults, read_journal

NODES = ("AL", "BO", "SEC")
WRITTEN = [
    Accepted("m1", "AL", "members", "message", "d1", sure=True),
    Accepted("m2", "AL", "members", "message", "d2", sure=True),
    Accepted("p1", "AL", "public", "weekly-indicators", "d3", sure=True),
    Accepted("s1", "AL", "to:BO", "message", "d4", sure=True),
]
PLACES = [
    ["AL", 1, "members", 1, "message", "m1", "d1"],
    ["AL", 1, "members", 2, "message", "m2", "d2"],
    ["AL", 1, "public", 1, "weekly-indicators", "p1", "d3"],
    ["AL", 1, "to:BO", 1, "message", "s1", "d4"],
]
HEADS = [["AL", 1, "members", 2, "M2"], ["AL", 1, "public", 1, "P1"], ["AL", 1, "to:BO", 1, "S1"]]
RECEIPTS = [
    [by, "AL", 1, audience, last, 0]
    for by in ("BO", "SEC")
    for audience, last in (("members", 2), ("public", 1), ("to:BO", 1))
    if (by, audience) != ("SEC", "to:BO")
]


def held(node: str) -> Held:
    """What a node holds where nothing is wrong."""
    state = "own" if node == "AL" else "accepted"
    documents = [[*row[:4], state, *row[4:]] for row in PLACES if row[2] != "to:BO" or node != "SEC"]
    messages = {row[6]: node == "AL" for row in documents if row[5] == "message"}
    told = {} if node == "AL" else dict.fromkeys(messages, 2)
    receipts = RECEIPTS if node == "AL" else ()
    return Held(documents, messages, told, readers=2, receipts=receipts, heads=HEADS)


def found(node: str = "BO", written=WRITTEN, **changes) -> set[str]:
    """Kinds of the faults of an alliance in which a node holds something else than it should."""
    holdings = {one: held(one) for one in NODES}
    holdings[node] = replace(holdings[node], **changes)
    return {fault.kind for fault in faults(written, holdings)}


def rows(node: str = "BO", **by_id) -> list:
    """A node's documents, some in another row, or in several, or in none."""
    changed = []
    for row in held(node).documents:
        changed += by_id.get(row[6], [row])
    return changed


def test_where_nothing_is_wrong_nothing_is_found():
    assert found() == set()


def test_a_document_that_a_node_has_not_is_lost():
    without = rows(m2=[])
    assert "lost" in found(documents=without, messages={"m1": False, "s1": False}, told={"m1": 2, "s1": 2})


def test_a_document_that_nobody_has_is_lost():
    holdings = {one: replace(held(one), documents=rows(one, p1=[])) for one in NODES}
    assert {(fault.kind, fault.node) for fault in faults(WRITTEN, holdings)} >= {("lost", node) for node in NODES}


@pytest.mark.parametrize("state", ["locked", "held", "quarantined", "withdrawn", "repeated"])
def test_a_document_that_came_and_was_not_taken_is_lost(state):
    assert "lost" in found(documents=rows(p1=[["AL", 1, "public", 1, state, "weekly-indicators", "p1", "d3"]]))


def test_a_document_at_two_places_is_doubled():
    twice = [["AL", 1, "public", at, "accepted", "weekly-indicators", "p1", "d3"] for at in (1, 2)]
    assert "doubled" in found(documents=rows(p1=twice))


def test_a_message_that_was_told_twice_is_doubled_and_one_untold_lost():
    assert found(told={"m1": 4, "m2": 2, "s1": 2}) == {"doubled"}
    assert found(told={"m1": 2, "s1": 2}) == {"lost"}


def test_a_message_that_is_not_shown_is_lost_and_one_without_a_document_invented():
    assert found(messages={"m1": False, "s1": False}) == {"lost"}
    assert found("AL", messages={"m1": True, "s1": True}) == {"lost"}
    assert found(messages={"m1": True, "m2": False, "s1": False}) == {"altered"}
    assert found(messages={"m1": False, "m2": False, "s1": False, "x": False}) == {"invented"}


def test_another_text_is_altered():
    assert found(documents=rows(p1=[["AL", 1, "public", 1, "accepted", "weekly-indicators", "p1", "other"]])) == {
        "altered"
    }


def test_what_nobody_wrote_or_wrote_to_others_is_invented():
    assert "invented" in found(documents=[*rows(), ["AL", 1, "public", 2, "accepted", "weekly-indicators", "x", "d"]])
    assert "invented" in found(
        "SEC", documents=[*rows("SEC"), ["AL", 1, "to:BO", 1, "accepted", "message", "s1", "d4"]]
    )


def test_a_missing_number_is_a_gap_and_another_order_is_disorder():
    gap = rows(m2=[["AL", 1, "members", 3, "accepted", "message", "m2", "d2"]])
    assert found(documents=gap) == {"gap"}
    turned = {"m1": 2, "m2": 1}
    other = rows(**{k: [["AL", 1, "members", at, "accepted", "message", k, f"d{k[1]}"]] for k, at in turned.items()})
    assert found(documents=other) == {"disorder"}


def test_two_manifests_at_one_place_are_a_fork_and_a_shorter_stream_is_apart():
    assert found(heads=[["AL", 1, "members", 2, "OTHER"], *HEADS[1:]]) == {"fork"}
    assert found(heads=[["AL", 1, "members", 1, "M1"], *HEADS[1:]]) == {"apart"}


def test_a_receipt_that_lacks_or_names_something_is_found():
    assert found("AL", receipts=RECEIPTS[1:]) == {"receipt"}
    assert found("AL", receipts=[[*RECEIPTS[0][:5], 1], *RECEIPTS[1:]]) == {"receipt"}


@pytest.mark.parametrize("wrong", [{"waiting": 1}, {"evidence": 1}, {"may_sign": False}])
def test_a_node_that_is_not_at_rest_is_found(wrong):
    assert found(**wrong) == {"rest"}


def test_what_a_killed_writer_did_not_see_accepted_is_everywhere_or_nowhere():
    unsure = [replace(one, sure=False) if one.id == "p1" else one for one in WRITTEN]
    assert found(written=unsure) == set()
    nowhere = {one: replace(held(one), documents=rows(one, p1=[])) for one in NODES}
    assert not [fault for fault in faults(unsure, nowhere) if "p1" in fault.what]
    assert "lost" in found(written=unsure, documents=rows(p1=[]))


def test_a_journal_tells_what_was_done_what_was_tried_and_what_was_refused():
    def tried(one):
        return {"try": one, "audience": "members", "type": "message", "digest": "d"}

    lines = [tried("a"), {"done": "a"}, tried("b"), {"no": "b", "why": "disk full"}, tried("c")]
    assert [(one.id, one.sure) for one in read_journal(lines, "AL")] == [("a", True), ("c", False)]
