"""Threat: what its owner has had erased is read again, or what others want erased is lost."""

from dataclasses import replace

import pytest
from tests.exchange.threats.adversaries import Puppet, Thief, batches, changing, deliver, sealed, states
from tests.exchange.world import Wire, World

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.erasing import erase
from tocsin.exchange.errors import Malformed
from tocsin.exchange.items import unpacked
from tocsin.exchange.parcels import keys_of
from tocsin.exchange.store import State
from tocsin.exchange.streams import Stream

STREAM = Stream("AL", 1, "members")
TEXTS = ["one", "two names a person", "three"]


@pytest.fixture
def world():
    """AL has said three things; BO and the Secretariat have them, CE was away."""
    world = World(["AL", "BO", "CE", "SEC"])
    world.cut |= {frozenset(("CE", name)) for name in ("AL", "BO", "SEC")}
    for text in TEXTS:
        world.post("AL", text)
    world.seal("AL")
    world.round()
    return world


def erased(world, number=2, stream=STREAM):
    """AL erases a document, and all who can be reached hear of it."""
    entry = world.nodes["AL"].store.entry(stream, number)
    erase(world.nodes["AL"], [entry], reason="identifies-a-person")
    world.seal("AL")
    world.round()


def readable(world, name):
    """All that can still be opened with anything that a node keeps."""
    node, found = world.nodes[name], []
    for stream in node.store.heads():
        for batch in batches(node, stream):
            keys = {}
            for parcel in batch.parcels.values():
                try:
                    keys |= keys_of(parcel, node.keys.encrypt, manifest=batch.manifest.digest)
                except Malformed:
                    continue
            for place, item in enumerate(batch.items):
                entry = node.store.entry(stream, batch.manifest.first + place)
                key = (entry.key if entry else None) or keys.get(batch.manifest.first + place)
                if item is not None and (key is not None or stream.audience == "public"):
                    found.append(unpacked(item, stream.audience, key))
                if entry and entry.document:
                    found.append(entry.document)
    return b"".join(found)


def test_nobody_who_followed_can_open_it_and_its_digest_stays(world):
    assert b"two names a person" in readable(world, "BO")
    digest = batches(world.nodes["BO"], STREAM)[0].manifest.items[1]
    erased(world)
    for name in ("AL", "BO", "SEC"):
        assert b"two names a person" not in readable(world, name), name
        entry = world.nodes[name].store.entry(STREAM, 2)
        assert (entry.state, entry.digest, entry.document, entry.key) == (State.ERASED, digest, None, None)
        assert "two names a person" not in str(world.nodes[name].reader.told)
    assert b"three" in readable(world, "BO"), "and what was beside it stays"


def test_the_stream_verifies_as_before_for_those_who_come_later(world):
    erased(world)
    world.cut.clear()
    world.meet("CE", "SEC")
    world.meet("CE", "AL")
    assert states(world, "CE", STREAM) == ["accepted", "erased", "accepted", "accepted"]
    assert world.accepted("CE") == ["one", "three"]
    assert b"two names a person" not in readable(world, "CE")


def test_a_relay_that_kept_the_parcels_cannot_make_it_come_back(world):
    kept = Wire(world, "SEC").call("AL", "GET", "batches", {**_asking(STREAM), "parcels": "all"})
    erased(world)
    for name in ("BO", "AL"):
        Wire(world, "SEC").call(name, "POST", "batches", {}, kept)
        assert states(world, name, STREAM)[1] == "erased"
        assert b"two names a person" not in readable(world, name)
    world.cut.clear()
    Wire(world, "SEC").call("CE", "POST", "batches", {}, kept)
    world.meet("CE", "AL")
    assert states(world, "CE", STREAM)[1] == "erased", "and whoever was away does as the owner asked when it hears"
    assert b"two names a person" not in readable(world, "CE")
    assert "two names a person" not in str(world.nodes["CE"].reader.told)


def test_its_owner_makes_no_new_parcel_for_it(world):
    manifest = batches(world.nodes["AL"], STREAM)[0].manifest
    erased(world)
    body = canonical({"manifests": [manifest.digest]})
    answer = read_canonical(Wire(world, "BO").call("AL", "POST", "parcels", {}, body), what="parcels")
    keys = keys_of(answer["parcels"][manifest.digest], world.nodes["BO"].keys.encrypt, manifest=manifest.digest)
    assert sorted(keys) == [1, 3]


def test_a_public_document_is_no_longer_handed_on_by_those_who_followed():
    world = World(["AL", "BO", "CE", "SEC"], examining=False)
    world.cut |= {frozenset(("CE", name)) for name in ("AL", "BO", "SEC")}
    for text in TEXTS:
        world.post("AL", text, "public")
    world.seal("AL")
    world.round()
    erased(world, stream=Stream("AL", 1, "public"))
    for name in ("BO", "SEC", "AL"):
        assert b"two names a person" not in readable(world, name)
        page = Wire(world, "BO" if name != "BO" else "SEC").call(
            name, "GET", "batches", _asking(Stream("AL", 1, "public"))
        )
        assert b"two names" not in page
    world.cut.clear()
    world.meet("CE", "SEC")
    assert world.accepted("CE") == ["one", "three"]


def test_a_public_document_does_not_come_back_with_an_older_copy_of_its_batch():
    """A medium that lay in a drawer, or a carrier who does not obey."""
    world = World(["AL", "BO", "CE"], examining=False)
    for text in TEXTS:
        world.post("AL", text, "public")
    world.seal("AL")
    world.round()
    stream = Stream("AL", 1, "public")
    older = batches(world.nodes["CE"], stream)
    erased(world, stream=stream)
    for name in ("AL", "BO"):
        assert deliver(world, "CE", name, older)["refused"] == []
        assert b"two names a person" not in readable(world, name)
        page = Wire(world, "CE").call(name, "GET", "batches", _asking(stream))
        assert b"two names" not in page


def test_its_key_does_not_come_back_with_those_of_what_stands_beside_it(world):
    """CE has the batch without its first item, erases the second, and is then given all items and all keys."""
    whole = batches(world.nodes["SEC"], STREAM)
    erased(world)
    world.cut.clear()
    deliver(world, "SEC", "CE", without_the_first(whole))
    world.meet("CE", "AL", Puppet(world, "CE", "AL", {("GET", "batches"): changing(world, "AL", without_the_first)}))
    assert states(world, "CE", STREAM) == ["locked", "erased", "accepted", "accepted"]
    deliver(world, "SEC", "CE", whole)
    assert states(world, "CE", STREAM) == ["accepted", "erased", "accepted", "accepted"]
    assert b"two names a person" not in readable(world, "CE")


def without_the_first(content):
    return [replace(one, items=[None, *one.items[1:]]) if one.manifest.first == 1 else one for one in content]


@pytest.mark.parametrize("audience", ["members", "public"])
def test_what_is_withheld_without_an_order_of_its_owner_is_waited_for(audience):
    """Whoever has a node's request key alone can withhold in its name, and a node put back can lack its own."""
    world = World(["AL", "BO", "CE"], examining=False)
    world.post("AL", "one", audience)
    world.seal("AL")
    stream = Stream("AL", 1, audience)
    [whole] = batches(world.nodes["AL"], stream)
    deliver(world, "AL", "BO", [replace(whole, items=[None])])
    assert states(world, "BO", stream) == ["locked"]
    world.alliance.end_key("AL", "request", reason="stolen")
    world.round()
    assert world.accepted("BO") == ["one"]


@pytest.mark.parametrize("who", ["BO", "SEC"])
def test_an_erasure_by_another_than_the_owner_does_nothing(world, who):
    entry = world.nodes["AL"].store.entry(STREAM, 2)
    named = [{"epoch": 1, "stream": "members", "number": 2, "digest": entry.digest}]
    for audience in ("members", "family", "to:AL"):
        body = {"documents": [one | {"stream": audience} for one in named], "reason": "other"}
        world.post(who, "x", audience, type="erasure", body=body)
    world.seal(who)
    world.round()
    for name in ("BO", "SEC"):
        assert states(world, name, STREAM) == ["accepted"] * 3
    assert world.nodes["AL"].store.entry(STREAM, 2).state is State.OWN


def test_an_erasure_reaches_only_its_own_stream_and_only_what_it_names_by_digest(world):
    world.post("AL", "to you", "to:BO")
    world.seal("AL")
    world.round()
    secret = Stream("AL", 1, "to:BO")
    [told] = world.nodes["BO"].store.entries(stream=secret)
    wrong = [
        {"epoch": 1, "stream": "to:BO", "number": 1, "digest": told.digest},
        {"epoch": 1, "stream": "members", "number": 1, "digest": suite.digest(b"another")},
        {"epoch": 2, "stream": "members", "number": 1, "digest": told.digest},
        {"epoch": 1, "stream": "members", "number": 999, "digest": told.digest},
    ]
    world.nodes["BO"].examine = lambda document: ()
    world.post("AL", "x", type="erasure", body={"documents": wrong, "reason": "other"})
    world.seal("AL")
    world.round()
    assert states(world, "BO", secret) == ["accepted"]
    assert states(world, "BO", STREAM) == ["accepted"] * 4


def test_a_document_that_was_sealed_twice_is_erased_in_both_places(world):
    """After a restore, what was waiting may have been sealed under a second number."""
    twin = world.said["AL"][1]
    world.nodes["AL"].store.put_out(twin.encode(), "members")
    world.seal("AL")
    world.round()
    assert states(world, "BO", STREAM) == ["accepted", "accepted", "accepted", "repeated"]
    erased(world)
    for name in ("AL", "BO", "SEC"):
        assert b"two names a person" not in readable(world, name), name
        assert states(world, name, STREAM)[1:4:2] == ["erased", "erased"]


def test_what_was_set_aside_of_it_when_a_key_ended_is_destroyed_too(world):
    """Its owner had to sign it again in a new epoch; the first copy is no longer in use anywhere, but it is there."""
    key, epoch = world.alliance.keys["AL"]["seal"], Stream("AL", 2, "members")
    store = world.nodes["BO"].store
    store.cut(STREAM, after=0)
    again = sealed(world, epoch, [world.said["AL"][1]], keys=[key])
    deliver(world, "SEC", "BO", [again])
    copies = [entry for entry in store._entries.values() if b"two names a person" in (entry.document or b"")]
    assert [(entry.stream.epoch, entry.state) for entry in copies] == [(1, State.WITHDRAWN), (2, State.ACCEPTED)]
    named = [{"epoch": 2, "stream": "members", "number": 1, "digest": again.manifest.items[0]}]
    order = world.document("AL", "x", type="erasure", body={"documents": named, "reason": "identifies-a-person"})
    deliver(world, "SEC", "BO", [sealed(world, epoch, [order], keys=[key], after=again.manifest)])
    assert not [entry for entry in store._entries.values() if b"two names a person" in (entry.document or b"")]
    assert [store._entries[copy.manifest, copy.number].key for copy in copies] == [None, None]
    assert not store._batches[copies[0].manifest].parcels
    assert any(b"three" in (entry.document or b"") for entry in store._entries.values()), "nothing else"


def test_an_erasure_that_comes_before_what_it_names_is_done_when_that_comes(world):
    """The owner had opened a new epoch; a carrier gives the new one first, and the old with all its keys."""
    kept = Wire(world, "SEC").call("AL", "GET", "batches", {**_asking(STREAM), "parcels": "all"})
    entry = world.nodes["AL"].store.entry(STREAM, 2)
    named = [{"epoch": 1, "stream": "members", "number": 2, "digest": entry.digest}]
    key = world.alliance.keys["AL"]["seal"]
    order = world.document("AL", "x", type="erasure", body={"documents": named, "reason": "identifies-a-person"})
    later = sealed(world, Stream("AL", 2, "members"), [order], keys=[key])
    world.cut.clear()
    deliver(world, "SEC", "CE", [later])
    Wire(world, "SEC").call("CE", "POST", "batches", {}, kept)
    assert states(world, "CE", STREAM) == ["accepted", "erased", "accepted"]
    assert "two names a person" not in str(world.nodes["CE"].reader.told)
    assert b"two names a person" not in readable(world, "CE")


def test_a_node_put_back_to_before_it_erased_something_erases_it_again(world):
    world.watch()
    world.back_up("AL")
    erased(world)
    world.restore("AL")
    assert b"two names a person" in readable(world, "AL")
    world.settle()
    for name in world.names:
        assert b"two names a person" not in readable(world, name), name
    assert world.nodes["AL"].store.entry(STREAM, 2).state is State.ERASED


def test_a_thief_who_cannot_sign_cannot_erase(world):
    entry = world.nodes["AL"].store.entry(STREAM, 2)
    named = [{"epoch": 1, "stream": "members", "number": 2, "digest": entry.digest}]
    order = world.document("AL", "x", type="erasure", body={"documents": named, "reason": "other"})
    last = batches(world.nodes["AL"], STREAM)[-1].manifest
    forged = replace(Thief(world, "AL").batch(STREAM, [order], after=last), signatures=[])
    assert deliver(world, "BO", "SEC", [forged])["refused"][0]["code"] == "signature-missing"
    assert states(world, "SEC", STREAM) == ["accepted"] * 3


def _asking(stream, after=0):
    return {"origin": stream.origin, "epoch": str(stream.epoch), "stream": stream.audience, "after": str(after)}
