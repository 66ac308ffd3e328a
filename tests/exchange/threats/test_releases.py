"""Threat: nodes of different releases: what the one does not know yet is lost, or stops what it does know."""

import json

import pytest
from tests.exchange.threats.adversaries import (
    Puppet,
    as_said,
    batches,
    bundle,
    codes,
    deliver,
    of_records,
    records,
    sealed,
    signed,
    states,
)
from tests.exchange.world import Wire, World

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import Newer
from tocsin.exchange.rereading import read_held, reread
from tocsin.exchange.store import Reason, State
from tocsin.exchange.streams import Stream

STREAM = Stream("AL", 1, "members")


@pytest.fixture
def world():
    """BO runs an older release than AL."""
    return World(["AL", "BO", "SEC"])


@pytest.mark.parametrize("newer", [{"type": "lab-results"}, {"type_version": 2}])
def test_a_type_or_version_not_known_yet_is_held_and_read_after_the_upgrade(world, newer):
    world.post("AL", "before")
    unknown = world.post("AL", "x", body={"anything": [1, {"new": "member"}]}, **newer)
    world.post("AL", "after")
    world.seal("AL")
    world.round()
    assert states(world, "BO", STREAM) == ["accepted", "held", "accepted"]
    assert unknown.id not in world.nodes["BO"].reader.told
    [held] = world.nodes["BO"].store.entries(state=State.HELD)
    assert reread(world.nodes["BO"], held).state is State.HELD, "before the upgrade nothing changes"
    world.round()
    [receipt] = [one for one in world.nodes["AL"].store.receipts(STREAM) if one.by == "BO"]
    assert receipt.reasons == ((2, Reason("type-unknown", "")),)

    world.nodes["BO"].examine = lambda document: ()
    assert reread(world.nodes["BO"], held).state is State.ACCEPTED
    assert world.nodes["BO"].reader.told[unknown.id] == unknown.encode()
    assert states(world, "BO", STREAM) == ["accepted"] * 3
    world.round()
    world.round()
    [receipt] = [one for one in world.nodes["AL"].store.receipts(STREAM) if one.by == "BO"]
    assert receipt.reasons == (), "and its origin is told"


def test_all_that_is_held_is_read_again_and_what_stays_held_says_nothing_new(world):
    for number in range(3):
        world.post("AL", f"{number}", type="lab-results", body={"number": number})
    world.post("SEC", "x", type="lab-results", body={"number": 3}, audience="to:BO")
    for name in ("AL", "SEC"):
        world.seal(name)
    world.round()
    here = world.nodes["BO"]
    assert read_held(here) == 0
    assert here.store.outbox(10) == []
    here.examine = lambda document: [Reason("type-unknown", "")] if document.body["number"] == 1 else ()
    assert read_held(here) == 3
    assert states(world, "BO", STREAM) == ["accepted", "held", "accepted"]


def test_after_the_upgrade_content_that_is_wrong_is_still_kept_apart(world):
    world.post("AL", "x", type="lab-results", body={})
    world.seal("AL")
    world.round()
    [held] = world.nodes["BO"].store.entries(state=State.HELD)
    world.nodes["BO"].examine = lambda document: [Reason("schema", "nothing in it")]
    assert reread(world.nodes["BO"], held).state is State.QUARANTINED
    assert not world.nodes["BO"].reader.told


def test_members_that_a_later_release_adds_to_heads_of_things_are_passed_over(world):
    """In a manifest, a document's head, a bundle's beginning, and in what a node says it has."""
    key = world.alliance.keys["AL"]["seal"]
    document = world.document("AL", "from the future")
    data = canonical(json.loads(document.encode()) | {"x-priority": {"urgent": True}})
    batch = sealed(world, STREAM, [data], keys=[key])
    said = canonical(json.loads(batch.manifest.data) | {"x-log": [1, 2, 3]})
    page = records(bundle(world, "AL", [batch]))
    beginning = canonical(json.loads(page[0][1]) | {"x-software": "tocsin 9"})
    # Keys are wrapped for the manifest of before; the origin gives those of this one when it is asked.
    altered = of_records([(b"B", beginning), (b"M", said), (b"S", canonical(signed(said, [key]))), page[3]])
    Wire(world, "AL").call("BO", "POST", "batches", {}, altered)
    [entry] = world.nodes["BO"].store.entries()
    assert entry.state is State.LOCKED
    public = sealed(world, Stream("AL", 1, "members"), [data], keys=[key])
    world.forget("BO")
    deliver(world, "AL", "BO", [public])
    assert world.nodes["BO"].reader.told == {document.id: data}
    lie = as_said(speaks=[1, 2], **{"x-load": 0.5 and 1, "now": "2026-03-09T06:00:00Z"})
    assert not world.meet("BO", "AL", Puppet(world, "BO", "AL", {("POST", "heads"): lie})).problem
    assert world.nodes["BO"].store.peer("AL").speaks == (1, 2)


def newer_manifest(world, after):
    """A batch in protocol 2, signed and framed as protocol 1 does: records of a bundle."""
    key = world.alliance.keys["AL"]["seal"]
    batch = sealed(world, STREAM, [world.document("AL", "new")], keys=[key], after=after)
    said = canonical(json.loads(batch.manifest.data) | {"protocol": 2})
    page = records(bundle(world, "AL", [batch]))
    return [(b"M", said), (b"S", canonical(signed(said, [key]))), *page[3:]]


def test_a_manifest_of_a_later_protocol_stops_its_stream_behind_what_is_known_and_no_other(world):
    for text in ("one", "two"):
        world.post("AL", text)
        world.seal("AL")
    world.post("AL", "to you", "to:BO")
    world.seal("AL")
    after = batches(world.nodes["AL"], STREAM)[-1].manifest
    newer = newer_manifest(world, after)

    def with_newer(query, honest):
        return of_records([*records(honest), *newer]) if query["stream"] == "members" else honest

    far = {"origin": "AL", "epoch": 1, "stream": "members", "last": 3, "manifest": suite.digest(newer[0][1])}

    def heads(query, honest):
        said = json.loads(honest)
        others = [one for one in said["streams"] if one["stream"] != "members"]
        return canonical(said | {"streams": [far, *others]})

    line = Puppet(world, "BO", "AL", {("GET", "batches"): with_newer, ("POST", "heads"): heads})
    for _ in range(2):
        assert not world.meet("BO", "AL", line).problem
    assert world.accepted("BO") == ["one", "two", "to you"]
    assert codes(world, "BO") == {"newer-protocol"}
    assert "upgrade this node" in world.nodes["BO"].store.refusals()[0].detail
    assert world.nodes["BO"].store.head(STREAM).last == 2


def test_a_bundle_that_ends_in_a_later_protocol_gives_what_comes_before(world):
    world.post("AL", "one")
    world.seal("AL")
    held = batches(world.nodes["AL"], STREAM)
    page = records(bundle(world, "AL", held)) + newer_manifest(world, held[-1].manifest)
    said = json.loads(Wire(world, "AL").call("BO", "POST", "batches", {}, of_records(page)))
    assert [one["code"] for one in said["refused"]] == ["newer-protocol"]
    assert world.accepted("BO") == ["one"]
    with pytest.raises(Newer):
        Wire(world, "AL").call("BO", "POST", "batches", {}, of_records([page[0], *newer_manifest(world, None)]))


def test_a_peer_that_speaks_no_version_known_here_is_left_in_peace(world):
    met = world.meet("BO", "AL", Puppet(world, "BO", "AL", {("POST", "heads"): as_said(speaks=[2, 3])}))
    assert "speaks 2, 3" in met.problem
    assert not world.meet("BO", "AL").problem


@pytest.mark.parametrize(
    "heads",
    [
        {"now": "yesterday"},
        {"now": None},
        {"speaks": {}},
        {"speaks": ["1"]},
        {"speaks": [[1]]},
        {"speaks": None},
        {"trust": []},
        {"trust": {"version": "7", "root": 1}},
        {"trust": {"version": True, "root": 1}},
        {"streams": {"AL": 1}},
        {"streams": [7]},
        {"streams": [{"origin": "AL"}]},
        {"streams": [{"origin": "AL", "epoch": 0, "stream": "members", "last": 1, "manifest": "A" * 43}]},
        {"streams": [{"origin": "AL", "epoch": 1, "stream": "members", "last": -1, "manifest": "A" * 43}]},
        {"streams": [{"origin": "AL", "epoch": True, "stream": "members", "last": 1, "manifest": "A" * 43}]},
        {"streams": [{"origin": "AL", "epoch": 1, "stream": "nobody", "last": 1, "manifest": "A" * 43}]},
        {"checkpoints": ["?"]},
        {"checkpoints": [1]},
        {"evidence": "A"},
        {"evidence": {"a": 1}},
    ],
)
def test_whatever_a_peer_says_it_has_a_meeting_ends_and_says_why(world, heads):
    met = world.meet("BO", "AL", Puppet(world, "BO", "AL", {("POST", "heads"): as_said(**heads)}))
    assert met.problem or codes(world, "BO")
    assert world.nodes["BO"].store.peer("AL").failures == (1 if met.problem else 0)


@pytest.mark.parametrize("answer", [b"", b"{}", b"[]", b"null", b"7", b'"x"', b"\xff", b"TOCSIN\x02", b"TOCSIN\x01"])
@pytest.mark.parametrize(
    "route", [("GET", "heads"), ("GET", "batches"), ("GET", "trust"), ("GET", "log"), ("POST", "batches")]
)
def test_whatever_a_peer_answers_a_meeting_ends(world, route, answer):
    world.post("AL", "one")
    world.seal("AL")
    world.alliance.change_own("BO", urls=[])
    world.give_list("BO")
    world.post("BO", "brought")
    world.seal("BO")
    world.alliance.renew()
    world.give_list("AL")
    world.meet("BO", "AL", Puppet(world, "BO", "AL", {route: lambda *_: answer}))
    world.meet("BO", "AL")
    assert world.accepted("BO") == ["one"]
    assert world.accepted("AL") == ["brought"]
