"""Threat: a member in good standing asks for what is not its own, or tells others things to make them stumble."""

import json

import pytest
from tests.exchange.threats.adversaries import Thief, batches, deliver, sealed
from tests.exchange.world import Wire, World

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.checkpoints import Checkpoint, SignedCheckpoint, sign_checkpoint
from tocsin.exchange.errors import OutOfPlace, Refused
from tocsin.exchange.restoring import confirm, open_epoch
from tocsin.exchange.streams import Stream
from tocsin.exchange.witnessing import cosign_known

SECRET = Stream("AL", 1, "to:BO")


@pytest.fixture
def world():
    """CE is curious, DO a partner, EF a guest; SEC carries for all."""
    world = World(["AL", "BO", "CE", "DO", "EF", "SEC"], tiers={"DO": "partner", "EF": "guest"}, examining=False)
    for audience in ("public", "family", "members", "to:BO"):
        world.post("AL", audience, audience)
    world.seal("AL")
    world.round()
    return world


def asked(world, asker, node, method, name, query=None, body=b""):
    return Wire(world, asker).call(node, method, name, query or {}, body)


MAY = {
    "BO": {"public", "family", "members", "to:BO"},
    "CE": {"public", "family", "members"},
    "DO": {"public", "family"},
    "EF": {"public"},
}


@pytest.mark.parametrize("asker", MAY)
@pytest.mark.parametrize("node", ["AL", "BO", "SEC"])
def test_nobody_learns_of_streams_that_are_not_written_for_it_nor_is_given_them(world, asker, node):
    if asker == node:
        return
    heads = json.loads(asked(world, asker, node, "GET", "heads"))
    assert {one["stream"] for one in heads["streams"] if one["origin"] == "AL"} == MAY[asker]
    for audience in MAY["BO"] - MAY[asker]:
        query = {"origin": "AL", "epoch": "1", "stream": audience, "after": "0"}
        for more in ({}, {"parcels": "all"}, {"only": "manifests"}):
            with pytest.raises(Refused) as refusal:
                asked(world, asker, node, "GET", "batches", query | more)
            assert refusal.value.code == "not-found"
    assert set(world.accepted(asker, "AL")) <= MAY[asker]


def test_an_origin_gives_keys_only_to_those_it_wrote_for(world):
    [batch] = batches(world.nodes["AL"], SECRET)
    body = canonical({"manifests": [batch.manifest.digest]})
    for asker in ("CE", "DO", "SEC"):
        assert json.loads(asked(world, asker, "AL", "POST", "parcels", body=body)) == {"parcels": {}}
    assert set(json.loads(asked(world, "BO", "AL", "POST", "parcels", body=body))["parcels"]) == {batch.manifest.digest}
    assert json.loads(asked(world, "BO", "SEC", "POST", "parcels", body=body)) == {"parcels": {}}, "nor does a relay"


def test_a_log_shows_digests_and_no_numbers_of_what_was_said_to_whom(world):
    before = world.nodes["CE"].store.log_size("AL", 1)
    for _ in range(5):
        world.post("AL", "more", "to:BO")
        world.seal("AL", checkpoint=False)
    world.seal("AL")
    world.round()
    assert world.nodes["CE"].store.log_size("AL", 1) - before == 16


def test_a_checkpoint_is_brought_by_its_own_origin_alone(world):
    record = world.nodes["AL"].store.checkpoint("AL", 1)
    body = {"checkpoint": suite.encoded(record), "from": 0, "leaves": ""}
    for change in ({}, {"from": -1}, {"from": True}, {"from": "0"}, {"leaves": "AAAA"}, {"leaves": None}):
        with pytest.raises(Refused):
            asked(world, "CE" if not change else "AL", "BO", "POST", "log", body=canonical(body | change))


def test_leaves_that_do_not_reach_are_a_gap_and_no_accusation(world):
    store = world.nodes["AL"].store
    record, leaves = store.checkpoint("AL", 1), store.leaves("AL", 1, 0, 8)
    world.forget("CE")
    body = {"checkpoint": suite.encoded(record), "from": 0, "leaves": suite.encoded(b"".join(leaves))}
    with pytest.raises(OutOfPlace) as refusal:
        asked(world, "AL", "CE", "POST", "log", body=canonical(body))
    assert refusal.value.code == "gap"
    assert world.nodes["CE"].store.log_size("AL", 1) == 0
    assert json.loads(asked(world, "AL", "CE", "POST", "log", body=canonical(body | {"from": 8}))) == {"size": 0}


HINTS = [
    [],
    {},
    {"holds": {}},
    {"holds": [7]},
    {"holds": [{"epoch": True, "stream": "members", "last": 1, "manifest": "A" * 43}]},
    {"holds": [{"epoch": 1, "stream": "members", "last": True, "manifest": "A" * 43}]},
    {"holds": [{"epoch": 0, "stream": "members", "last": 1, "manifest": "A" * 43}]},
    {"holds": [{"epoch": 1, "stream": "members", "last": 0, "manifest": "A" * 43}]},
    {"holds": [{"epoch": 1, "stream": "to:AL", "last": 1, "manifest": "A" * 43}]},
    {"holds": [{"epoch": 1, "stream": "members", "last": 1, "manifest": "?"}]},
]


@pytest.mark.parametrize("hint", HINTS)
def test_no_hint_leaves_a_node_unable_to_recover(world, hint):
    """What peers say they hold is kept, and read again whenever the node asks itself whether it may sign."""
    world.watch()
    world.back_up("AL")
    world.restore("AL")
    with pytest.raises(Refused):
        asked(world, "CE", "AL", "POST", "hints", body=canonical(hint))
    assert confirm(world.nodes["AL"]) is False
    assert open_epoch(world.nodes["AL"]) == 2


def test_what_one_says_to_have_of_streams_that_are_not_its_own_to_have_changes_nothing(world):
    """A hint names streams of the receiver; of those that its sender may not have, it can know nothing."""
    known = batches(world.nodes["AL"], Stream("AL", 1, "members"))[0].manifest
    holds = [{"epoch": 1, "stream": "members", "last": known.last, "manifest": known.digest}]
    asked(world, "CE", "AL", "POST", "hints", body=canonical({"holds": holds, "new": False}))
    assert world.nodes["AL"].store.own().confirmed
    assert world.nodes["AL"].store.peer("CE").holds == {"1/members": (known.last, known.digest)}


def test_a_receipt_about_somebody_else_is_nothing_to_its_reader(world):
    body = {
        **{"origin": "BO", "epoch": 1, "stream": "members", "through": 9, "manifest": suite.digest(b"x")},
        **{"received_at": "2026-03-09T06:00:00Z", "accepted": 1, "quarantined": [], "held": [], "locked": []},
    }
    world.post("CE", "x", "to:AL", type="receipt", body=body)
    world.seal("CE")
    world.round()
    assert world.nodes["AL"].store.own().confirmed
    assert not [one for one in world.nodes["AL"].store.receipts() if one.stream.origin == "BO"]


def test_nobody_cosigns_what_is_not_signed_by_its_origin_or_while_it_may_not_sign(world):
    world.post("AL", "more")
    world.seal("AL")
    world.meet("BO", "AL")
    own = world.nodes["BO"].store.own()
    world.nodes["BO"].store.set_own(type(own)(confirmed=False, why="being looked at"))
    assert cosign_known(world.nodes["BO"]) == 0
    world.nodes["BO"].store.set_own(own)
    world.alliance.end_key("AL", "seal", heads={})
    world.give_list("BO")
    cosign_known(world.nodes["BO"])
    kept = SignedCheckpoint.read(world.nodes["BO"].store.checkpoint("AL", 1))
    assert "BO" not in kept.cosignatures, "its origin's keys have changed; it signs again"


def test_a_forged_checkpoint_of_another_cannot_be_brought_in_its_name(world):
    made = Checkpoint.make(
        alliance="exercise", origin="CE", epoch=1, size=16, root=bytes(32), made_at=world.alliance.now
    )
    record = sign_checkpoint(made, [Thief(world, "AL").seal]).encode()
    body = {"checkpoint": suite.encoded(record), "from": 0, "leaves": suite.encoded(bytes(512))}
    with pytest.raises(Refused) as refusal:
        asked(world, "CE", "BO", "POST", "log", body=canonical(body))
    assert refusal.value.code == "signature-missing"


def test_documents_for_a_guest_or_partner_are_not_taken_by_one_who_is_none(world):
    """What an origin writes to the members never enters a partner's store, whoever brings it."""
    key = world.alliance.keys["AL"]["seal"]
    last = batches(world.nodes["AL"], Stream("AL", 1, "members"))[-1].manifest
    more = sealed(world, Stream("AL", 1, "members"), [world.document("AL", "x")], keys=[key], after=last)
    for name in ("DO", "EF"):
        assert deliver(world, "CE", name, [more])["refused"][0]["code"] == "not-for-us"
        assert Stream("AL", 1, "members") not in world.nodes[name].store.heads()
