"""Threat: a node that carries for others drops, delays, changes, cuts, invents or mixes what it carries."""

from dataclasses import replace

import pytest
from tests.exchange.threats.adversaries import (
    Puppet,
    as_said,
    batches,
    bundle,
    changing,
    codes,
    deliver,
    head_of,
    parts,
    sealed,
    states,
)
from tests.exchange.world import Wire, World

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.parcels import parcel_for
from tocsin.exchange.standing import standing
from tocsin.exchange.streams import Stream
from tocsin.exchange.trusting import Trusted

STREAM = Stream("AL", 1, "members")
TEXTS = ["one", "two", "three"]


@pytest.fixture
def world():
    """BO cannot reach AL; the Secretariat, which carries for both, means harm."""
    world = World(["AL", "BO", "CE", "SEC"])
    for text in TEXTS:
        world.post("AL", text)
        world.post("AL", f"{text} to you", "to:BO")
        world.seal("AL")
    world.cut.add(frozenset(("AL", "BO")))
    world.meet("SEC", "AL")
    return world


def through(world, lie, method="GET", name="batches"):
    """BO meets the Secretariat, which lies in one kind of answer."""
    return world.meet("BO", "SEC", Puppet(world, "BO", "SEC", {(method, name): lie}))


def only_the_truth(world, name="BO"):
    """Whatever a node was told is what its origin said, each document in its place."""
    for entry in world.nodes[name].store.entries(most=10_000):
        if entry.type == "message":
            assert entry.document == world.ever_said[entry.document_id].encode()
    told = world.nodes[name].reader.told
    assert all(data == world.ever_said[document_id].encode() for document_id, data in told.items())


def all_is_well(world, texts=TEXTS):
    """After honest meetings BO has everything, and nobody is accused."""
    world.meet("BO", "SEC")
    world.cut.clear()
    world.meet("BO", "AL")
    assert sorted(world.accepted("BO", "AL")) == sorted([*texts, *(f"{text} to you" for text in TEXTS)])
    only_the_truth(world)
    assert not any(node.store.evidence() for node in world.nodes.values())


LIES = {
    "drops all": lambda content: [],
    "drops the first": lambda content: content[1:],
    "drops the middle": lambda content: content[:1] + content[2:],
    "gives only the first": lambda content: content[:1],
    "reorders": lambda content: content[::-1],
    "repeats": lambda content: content * 2,
    "takes items of another batch": lambda content: [
        replace(one, items=other.items) for one, other in zip(content, content[1:] + content[:1], strict=True)
    ],
    "takes parcels of another batch": lambda content: [
        replace(one, parcels=other.parcels) for one, other in zip(content, content[1:] + content[:1], strict=True)
    ],
    "takes signatures of another batch": lambda content: [
        replace(one, signatures=other.signatures) for one, other in zip(content, content[1:] + content[:1], strict=True)
    ],
    "takes manifests of another batch": lambda content: [
        replace(one, manifest=other.manifest) for one, other in zip(content, content[1:] + content[:1], strict=True)
    ],
    "keeps parcels back": lambda content: [replace(one, parcels={}) for one in content],
    "withholds items, claiming erasure": lambda content: [replace(one, items=[None]) for one in content],
    "withholds signatures": lambda content: [replace(one, signatures=[]) for one in content],
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_whatever_a_relay_does_to_a_stream_costs_time_and_nothing_else(world, lie):
    through(world, changing(world, "SEC", lie))
    only_the_truth(world)
    assert "erased" not in states(world, "BO", STREAM)
    world.cut.clear()
    world.meet("BO", "AL")
    all_is_well(world)


def test_items_that_a_relay_withholds_are_had_from_the_next_honest_one(world):
    """Only their origin can say that documents were erased; from anybody else they are to come."""
    through(world, changing(world, "SEC", LIES["withholds items, claiming erasure"]))
    assert states(world, "BO", STREAM) == ["locked"] * 3
    all_is_well(world)


def test_what_a_relay_holds_back_is_missed_at_its_origin_and_comes_by_another_way(world):
    """It shows BO its own yesterday, day after day: nothing in that is false, so only the origin can miss something."""
    world.cut.add(frozenset(("BO", "CE")))
    world.meet("BO", "SEC")
    world.post("AL", "four")
    world.seal("AL")
    frozen = world.nodes["SEC"].store.copy()
    yesterday = replace(world.nodes["SEC"], store=frozen, trust=Trusted(frozen))
    world.impostors["BO", "SEC"] = yesterday
    for _ in range(3):
        world.alliance.pass_time(days=1)
        world.round()
    assert not world.meet("BO", "SEC").problem
    assert "four" not in world.accepted("BO")
    lacking = {one.node: (one.lacking, one.lacking_since) for one in standing(world.nodes["AL"]).partners}
    assert lacking["CE"] == (0, None)
    assert lacking["BO"][0] > 0
    assert lacking["BO"][1] is not None, "and since when is said"
    all_is_well(world, [*TEXTS, "four"])


def test_a_relay_that_cuts_every_answer_in_the_middle_gives_no_half_batch(world):
    for at in range(0, 3_000, 61):
        world.forget("BO")
        through(world, lambda _, honest, at=at: honest[:at])
        only_the_truth(world)
    all_is_well(world)


def test_another_stream_than_the_one_asked_for_is_not_taken_for_it(world):
    for audience in ("public", "members", "to:CE"):
        world.post("CE", f"of CE {audience}", audience if audience != "to:CE" else "to:AL")
    world.seal("CE")
    world.meet("SEC", "CE")
    for stream in world.nodes["SEC"].store.heads():
        world.forget("BO")
        answer = bundle(world, "SEC", batches(world.nodes["SEC"], stream))
        through(world, lambda _, honest, answer=answer: answer)
        assert set(world.nodes["BO"].store.heads()) <= {stream}
        only_the_truth(world)


def test_streams_that_are_not_for_a_node_are_neither_asked_for_nor_taken(world):
    secret = Stream("AL", 1, "to:CE")
    world.post("AL", "for CE alone", "to:CE")
    world.seal("AL")
    world.meet("SEC", "AL")
    [batch] = batches(world.nodes["SEC"], secret)
    line = Puppet(world, "BO", "SEC", {("POST", "heads"): as_said(streams=[head_of(secret, 1, batch.manifest.digest)])})
    world.meet("BO", "SEC", line)
    assert not [one for one in line.asked if one[1] == "batches"]
    assert [one["code"] for one in deliver(world, "SEC", "BO", [batch])["refused"]] == ["not-for-us"]
    assert secret not in world.nodes["BO"].store.heads()


def test_false_parcels_that_come_first_do_not_keep_the_true_ones_out(world):
    def spoil(content):
        made = []
        for one in content:
            keys = {number: suite.new_body_key() for number in range(one.manifest.first, one.manifest.last + 1)}
            false = parcel_for(world.alliance.keys["BO"]["encrypt"], manifest=one.manifest.digest, keys=keys)
            made.append(replace(one, parcels={"BO": false}))
        return made

    through(world, changing(world, "SEC", spoil))
    assert states(world, "BO", STREAM) == ["locked"] * 3
    through(world, changing(world, "SEC", spoil))
    assert states(world, "BO", STREAM) == ["locked"] * 3, "and it does not help to say it again"
    world.cut.clear()
    world.meet("BO", "AL")
    all_is_well(world)


def test_parcels_that_do_not_open_are_as_if_they_had_not_come(world):
    """Of another manifest, for another key, of no form at all: the batch is taken, and its keys are asked for."""
    held = batches(world.nodes["SEC"], STREAM)
    bad = [
        held[1].parcels["BO"],
        held[0].parcels["CE"],
        held[0].parcels["BO"] | {"tag": "AAAAAAAAAAAAAAAAAAAAAA"},
    ]
    for batch, parcel in zip(held, bad, strict=True):
        assert deliver(world, "SEC", "BO", [replace(batch, parcels={"BO": parcel})])["refused"] == []
    assert states(world, "BO", STREAM) == ["locked"] * 3
    all_is_well(world)


def test_parcels_planted_for_others_reach_nobody_as_true_ones(world):
    """CE gives the relay batches with false parcels for BO before AL does; the origin mends it."""
    world.post("AL", "four")
    world.seal("AL")
    last = batches(world.nodes["AL"], STREAM)[-1]
    false = parcel_for(world.alliance.keys["BO"]["encrypt"], manifest=last.manifest.digest, keys={4: bytes(32)})
    deliver(world, "CE", "SEC", [replace(last, parcels={"BO": false, "CE": {}, "XX": {"a": "b"}})])
    world.meet("SEC", "AL")
    world.meet("BO", "SEC")
    assert states(world, "BO", STREAM) == ["accepted"] * 3 + ["locked"]
    world.cut.clear()
    world.meet("BO", "AL")
    assert states(world, "BO", STREAM) == ["accepted"] * 4
    only_the_truth(world)


def test_what_is_no_parcel_for_a_reader_of_the_stream_is_not_kept(world):
    """Parcels are not signed, so anybody could fill a relay's disk with them."""
    world.post("AL", "four", "to:BO")
    world.seal("AL")
    last = batches(world.nodes["AL"], Stream("AL", 1, "to:BO"))[-1]
    junk = {"encrypted_key": "x" * 1_000_000}
    deliver(world, "CE", "SEC", [replace(last, parcels={"CE": last.parcels["BO"], "XX": junk, "BO": junk})])
    [kept] = batches(world.nodes["SEC"], Stream("AL", 1, "to:BO"), after=last.manifest.last - 1)
    assert kept.parcels == {}
    deliver(world, "CE", "SEC", [last])
    [kept] = batches(world.nodes["SEC"], Stream("AL", 1, "to:BO"), after=last.manifest.last - 1)
    assert kept.parcels == {}, "a batch of which nothing is wanted here does not change any more"


@pytest.mark.parametrize(
    "answer", [{}, [], {"parcels": []}, {"parcels": {}}, {"parcels": None}, {"parcels": {"x": 1}}, "parcels"]
)
def test_no_answer_about_parcels_breaks_a_meeting(world, answer):
    world.cut.clear()
    through(world, changing(world, "SEC", LIES["keeps parcels back"]))
    lie = Puppet(world, "BO", "AL", {("POST", "parcels"): lambda *_: canonical(answer)})
    assert not world.meet("BO", "AL", lie).problem
    world.meet("BO", "AL")
    all_is_well(world)


def test_documents_that_stay_locked_do_not_keep_others_from_being_opened(world, monkeypatch):
    """An origin without keys for a thousand documents of its own must not use up the patience for all."""
    entries = type(world.nodes["BO"].store).entries

    def few(self, *, most=3, **which):
        return entries(self, most=min(most, 3), **which)

    shut = [
        replace(sealed(world, Stream("AL", 2, "members"), [world.document("AL", f"{n}")], keys=keys), parcels={})
        for keys in [[world.alliance.keys["AL"]["seal"]]]
        for n in range(1)
    ]
    after = shut[0].manifest
    for n in range(4):
        key = world.alliance.keys["AL"]["seal"]
        one = sealed(world, Stream("AL", 2, "members"), [world.document("AL", f"{n}")], keys=[key], after=after)
        shut.append(replace(one, parcels={}))
        after = one.manifest
    deliver(world, "CE", "BO", shut)
    world.post("SEC", "open")
    world.seal("SEC")
    hide = {
        ("GET", "batches"): changing(world, "SEC", LIES["keeps parcels back"]),
        ("POST", "parcels"): lambda *_: b"{}",
    }
    world.meet("BO", "SEC", Puppet(world, "BO", "SEC", hide))
    assert states(world, "BO", Stream("SEC", 1, "members")) == ["locked"]
    monkeypatch.setattr(type(world.nodes["BO"].store), "entries", few)
    world.meet("BO", "SEC")
    assert states(world, "BO", Stream("SEC", 1, "members")) == ["accepted"]


def test_a_relay_cannot_tell_an_origin_what_others_have_of_it(world):
    """Receipts are signed by those who give them; a relay that claims less has them brought again, no more."""
    lie = as_said(streams=[])
    world.meet("SEC", "AL")
    world.meet("AL", "SEC", Puppet(world, "AL", "SEC", {("POST", "heads"): lie}))
    assert world.nodes["AL"].store.own().confirmed
    assert not [one for one in world.nodes["AL"].store.receipts() if one.by == "BO"]


def test_nothing_a_relay_carries_can_be_opened_by_it(world):
    page = b"".join(
        Wire(world, "SEC").call("AL", "GET", "batches", {**_asking(stream), "parcels": "all"})
        for stream in world.nodes["SEC"].store.heads()
        if stream.origin == "AL" and stream.audience == "to:BO"
    )
    assert b"two to you" not in page
    held = world.nodes["SEC"].store.entries(stream=Stream("AL", 1, "to:BO"))
    assert held == [], "what is not for it has no entries at all"
    for batch in batches(world.nodes["SEC"], Stream("AL", 1, "to:BO")):
        assert set(batch.parcels) == {"AL", "BO"}
        assert all(
            suite.thumbprint(world.alliance.keys["SEC"]["encrypt"]) not in str(p) for p in batch.parcels.values()
        )


def test_an_asker_is_given_its_own_parcels_and_those_of_the_origin_and_no_other_readers(world):
    answer = Wire(world, "BO").call("SEC", "GET", "batches", _asking(STREAM))
    assert [set(one.parcels) for one in parts(answer)] == [{"AL", "BO"}] * 3
    assert codes(world, "SEC") == set()


def _asking(stream, after=0):
    return {"origin": stream.origin, "epoch": str(stream.epoch), "stream": stream.audience, "after": str(after)}
