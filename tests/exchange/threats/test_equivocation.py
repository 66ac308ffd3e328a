"""Threat: an origin that shows one history to some and another to others."""

import json

import pytest
from tests.exchange.threats.adversaries import (
    Puppet,
    Thief,
    as_said,
    batches,
    codes,
    deliver,
    sealed,
    signed,
    two_faced,
)
from tests.exchange.world import Wire, World

from tocsin.exchange import suite
from tocsin.exchange.bundles import Batch
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import Refused
from tocsin.exchange.evidence import Evidence
from tocsin.exchange.forks import note_evidence
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.meeting import meet
from tocsin.exchange.restoring import begin_recovery
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.streams import Stream
from tocsin.exchange.witnessing import make_checkpoint

STREAM = Stream("AL", 1, "members")
NAMES = ["AL", "BO", "CE", "DO", "SEC"]


@pytest.fixture
def world():
    """All have met, and from now on CE meets another AL than all others."""
    world = World(NAMES)
    world.tell("before")
    world.round()
    return world


def says(world, node, text, audience="members"):
    """What one face of AL says, and signs its log for."""
    post(node, world.document("AL", text, audience))
    seal(node)
    make_checkpoint(node)


def accusing(world):
    """Who has stopped whom."""
    return {name: node.store.stopped() for name, node in world.nodes.items() if node.store.stopped()}


def test_two_manifests_for_one_number_are_found_when_those_who_have_them_meet(world):
    face = two_faced(world, "AL", to=["CE"])
    says(world, world.nodes["AL"], "no cholera here")
    says(world, face, "cholera here")
    world.meet("BO", "AL")
    world.meet("CE", "AL")
    assert world.accepted("BO", "AL")[-1] != world.accepted("CE", "AL")[-1]
    assert not accusing(world), "neither can know alone"
    world.meet("BO", "CE")
    assert accusing(world) == {"BO": {"AL"}}
    world.meet("SEC", "BO")
    world.meet("CE", "SEC")
    world.meet("DO", "CE")
    assert accusing(world) == {name: {"AL"} for name in ("BO", "CE", "DO", "SEC")}
    [evidence] = world.nodes["DO"].store.evidence()["AL"]
    Evidence.read(evidence).verify(world.nodes["DO"].trust())


def test_two_histories_for_two_audiences_are_found_by_the_log(world):
    """Neither has the other's stream, so no manifest tells: each is only told that its own is all there is."""
    face = two_faced(world, "AL", to=["CE"])
    for number in range(3):
        says(world, world.nodes["AL"], f"to you alone {number}", "to:BO")
        says(world, face, f"to you alone {number}", "to:CE")
    for name in ("BO", "CE"):
        world.meet(name, "AL")
    world.meet("DO", "BO")
    world.meet("DO", "CE")
    assert accusing(world) == {"DO": {"AL"}}
    assert Evidence.read(world.nodes["DO"].store.evidence()["AL"][0]).kind in ("leaves", "checkpoints")
    for name in ("BO", "CE", "SEC"):
        world.meet(name, "DO")
    assert accusing(world) == {name: {"AL"} for name in ("BO", "CE", "DO", "SEC")}


def test_a_history_told_to_one_node_alone_is_found_by_its_log_too(world):
    """The log that CE is shown leaves out what BO was told."""
    face = two_faced(world, "AL", to=["CE", "DO", "SEC"])
    says(world, world.nodes["AL"], "to you alone", "to:BO")
    says(world, face, "to all")
    world.round()
    world.round()
    assert all("AL" in world.nodes[name].store.stopped() for name in NAMES[1:])


def test_a_node_with_evidence_takes_nothing_more_from_that_origin_and_all_from_others(world):
    face = two_faced(world, "AL", to=["CE"])
    says(world, world.nodes["AL"], "one")
    says(world, face, "other")
    world.round()
    says(world, world.nodes["AL"], "more")
    world.post("DO", "measles")
    world.seal("DO")
    world.round()
    for name in ("BO", "CE", "SEC"):
        assert "more" not in world.accepted(name)
        assert "measles" in world.accepted(name)
    said = deliver(world, "DO", "BO", batches(world.nodes["AL"], STREAM)[-1:])
    assert [one["code"] for one in said["refused"]] == ["equivocation"]
    assert not world.nodes["AL"].store.own().confirmed, "and whoever did it signs nothing more"


def test_a_state_that_is_shown_two_histories_under_its_own_key_signs_nothing_more(world):
    """Even if that is all it is shown: its key is used by another, or its memory is not what it was."""
    face = two_faced(world, "AL", to=["CE"])
    says(world, world.nodes["AL"], "one")
    says(world, face, "other")
    for caller, node in (("BO", "AL"), ("CE", "AL"), ("BO", "CE")):
        world.meet(caller, node)
    shown = Puppet(world, "AL", "BO", {("POST", "heads"): as_said(streams=[], checkpoints=[])})
    world.meet("AL", "BO", shown)
    assert not world.nodes["AL"].store.own().confirmed
    assert "two histories" in world.nodes["AL"].store.own().why


def test_it_is_found_in_what_is_brought_by_a_node_that_cannot_be_called():
    world = World(["AL", "BO", "CE", "SEC"], urls={"AL": []})
    says(world, world.nodes["AL"], "before")
    for name in ("BO", "CE"):
        world.meet("AL", name)
    face = two_faced(world, "AL", to=["CE"])
    for number in range(2):
        says(world, world.nodes["AL"], f"{number} to BO", "to:BO")
        says(world, face, f"{number} to CE", "to:CE")
    world.meet("AL", "BO")
    meet(face, Wire(world, "AL"), "CE")
    world.meet("BO", "CE")
    assert accusing(world) == {"BO": {"AL"}}

    world.forget("SEC")
    meet(face, Wire(world, "AL"), "SEC")
    world.meet("AL", "SEC")
    assert "AL" in world.nodes["SEC"].store.stopped(), "and at the moment at which it brings the other"


# Nobody honest is accused


def test_honest_statements_are_never_evidence_however_they_are_put_together(world):
    """Every two of a hundred true things that AL signed, shown to a node as contradicting each other."""
    for number in range(6):
        world.post("AL", f"number {number}")
        world.post("AL", f"number {number}", "to:BO")
        world.seal("AL")
    held = batches(world.nodes["AL"], STREAM) + batches(world.nodes["AL"], Stream("AL", 1, "to:BO"))
    for one in held:
        for other in held:
            found = Evidence.of_batches(one, other)
            assert found is None, f"{one.manifest} and {other.manifest}"
    assert not accusing(world)


def test_evidence_that_an_accuser_made_up_is_nothing(world):
    """A second manifest under any key but the origin's own."""
    [true] = batches(world.nodes["AL"], STREAM)
    for key in (world.alliance.keys["CE"]["seal"], suite.new_key("seal"), world.alliance.keys["AL"]["request"]):
        forged = sealed(world, STREAM, [world.document("AL", "never said")], keys=[key])
        found = Evidence.of_batches(true, forged)
        assert found is not None
        assert not note_evidence(world.nodes["BO"], found)
        lie = as_said(evidence=[suite.encoded(found.encode())])
        world.meet("BO", "CE", Puppet(world, "BO", "CE", {("POST", "heads"): lie}))
        deliver(world, "CE", "BO", [forged])
    assert not accusing(world)
    world.post("AL", "next")
    world.seal("AL")
    world.round()
    assert "next" in world.accepted("BO")


def test_garbage_in_the_place_of_evidence_ends_nothing(world):
    for garbage in (b"", b"{}", b"[]", canonical({"kind": "manifests", "first": {}, "second": {}}), b"\xff" * 100):
        lie = as_said(evidence=[suite.encoded(garbage)])
        assert not world.meet("BO", "CE", Puppet(world, "BO", "CE", {("POST", "heads"): lie})).problem
    assert not accusing(world)


# What follows


def test_when_people_have_settled_it_the_exchange_goes_on_and_new_evidence_stops_it_again(world):
    face = two_faced(world, "AL", to=["CE"])
    says(world, world.nodes["AL"], "one")
    says(world, face, "other")
    world.round()
    del world.impostors["CE", "AL"]
    heads = {head.first_manifest: (head.last, head.manifest) for head in [world.nodes["AL"].store.head(STREAM)]}
    world.alliance.end_key("AL", "seal", heads=heads)
    for name in NAMES:
        world.nodes[name].store.settle_evidence("AL")
        world.put_keys(name)
        world.give_list(name)
    begin_recovery(world.nodes["AL"], why="two histories, looked at by people")
    world.post("AL", "after")
    for _ in range(3):
        world.round()
    for name in ("BO", "CE", "DO"):
        assert world.accepted(name, "AL") == ["before", "one", "after"], name
    assert not accusing(world)

    face = two_faced(world, "AL", to=["CE"])
    says(world, world.nodes["AL"], "again one")
    says(world, face, "again other")
    world.round()
    world.round()
    assert accusing(world) == {name: {"AL"} for name in NAMES}, "what was settled does not hide what came after"


def test_evidence_by_a_stolen_key_no_longer_stops_a_state_that_has_ended_it(world):
    """It proved that somebody signed two histories; now the state says which of the two was not its own."""
    thief = Thief(world, "AL")
    [before] = batches(world.nodes["AL"], STREAM)
    world.post("AL", "true")
    world.seal("AL")
    deliver(world, "CE", "BO", [thief.batch(STREAM, ["false"], after=before.manifest)])
    world.round()
    assert all("AL" in world.nodes[name].store.stopped() for name in NAMES[1:])
    head = world.nodes["AL"].store.head(STREAM)
    world.alliance.end_key("AL", "seal", heads={head.first_manifest: (head.last, head.manifest)}, reason="stolen")
    world.put_keys("AL")
    for name in NAMES:
        world.give_list(name)
    assert not accusing(world)
    world.round()
    for name in NAMES[1:]:
        assert world.accepted(name, "AL") == ["before", "true"]


@pytest.mark.parametrize("met", [True, False])
def test_who_then_asks_for_more_signatures_keeps_neither_history(world, met):
    """By that alone no evidence holds any more, as one key signed both; so nobody may keep its own of the two."""
    face = two_faced(world, "AL", to=["CE"])
    says(world, world.nodes["AL"], "no cholera here")
    says(world, face, "cholera here")
    for name in ("BO", "CE"):
        world.meet(name, "AL")
    if met:
        world.meet("BO", "CE")
    world.alliance.add_key("AL", "seal")
    world.alliance.change_own("AL", signatures=2)
    for name in NAMES:
        world.give_list(name)
    world.cut |= {frozenset(("AL", name)) for name in NAMES[1:]}
    world.round()
    assert {name: world.accepted(name, "AL") for name in NAMES[1:]} == {name: [] for name in NAMES[1:]}


def test_evidence_without_number_fills_no_disk(world):
    thief = Thief(world, "AL")
    [before] = batches(world.nodes["AL"], STREAM)
    forks = [thief.batch(STREAM, [f"{number}"], after=before.manifest) for number in range(60)]
    shown = [Evidence.of_batches(forks[0], other) for other in forks[1:]]
    lie = as_said(evidence=[suite.encoded(one.encode()) for one in shown if one])
    world.meet("BO", "CE", Puppet(world, "BO", "CE", {("POST", "heads"): lie}))
    assert accusing(world) == {"BO": {"AL"}}
    assert len(world.nodes["BO"].store.evidence()["AL"]) < 10


@pytest.mark.parametrize("more", [0, 2])
def test_a_checkpoint_that_contradicts_is_refused_and_shown_where_it_is_brought(world, more):
    """One of the same size, or of a longer log that begins otherwise."""
    face = two_faced(world, "AL", to=[])
    says(world, world.nodes["AL"], "one", "to:BO")
    says(world, face, "other", "to:BO")
    for number in range(more):
        says(world, face, f"{number}", "to:BO")
    world.meet("SEC", "AL")
    record = face.store.checkpoint("AL", 1)
    leaves = face.store.leaves("AL", 1, 0, 10_000)
    body = {"checkpoint": suite.encoded(record), "from": 0, "leaves": suite.encoded(b"".join(leaves))}
    with pytest.raises(Refused) as refusal:
        Wire(world, "AL").call("SEC", "POST", "log", {}, canonical(body))
    assert refusal.value.code == "equivocation"
    assert "AL" in world.nodes["SEC"].store.stopped()
    assert codes(world, "SEC") <= {"equivocation"}
    [found] = world.nodes["SEC"].store.evidence()["AL"]
    assert Evidence.read(found).kind == ("leaves" if more else "checkpoints")


def test_evidence_of_the_largest_size_parts_nobody_from_anybody(world):
    """Heads that carry all of it would be larger than any node reads."""
    for number in range(3):
        for origin in ("AL", "CE", "DO"):
            assert note_evidence(world.nodes["BO"], evidence_against(world, origin, number, padding=1_000_000))
    assert not world.meet("SEC", "BO").problem
    assert world.nodes["SEC"].store.stopped()


def test_the_latest_evidence_is_what_is_passed_on(world):
    """What was settled before may be known to all; what came after must become so."""
    for number in range(12):
        note_evidence(world.nodes["BO"], evidence_against(world, "AL", number))
        world.nodes["BO"].store.settle_evidence("AL")
    latest = evidence_against(world, "AL", 99)
    assert note_evidence(world.nodes["BO"], latest)
    heads = json.loads(Wire(world, "SEC").call("BO", "GET", "heads", {}))
    assert suite.encoded(latest.encode()) in heads["evidence"]


def evidence_against(world, origin, number, *, padding=1):
    """Two manifests of an origin for one place of a stream that nobody has."""
    pair = []
    for text in ("one", "other"):
        said = {
            **{"alliance": "exercise", "count": 1, "epoch": 1, "first": 1, "items": [suite.digest(text.encode())]},
            **{"origin": origin, "previous": None, "protocol": 1, "sealed_at": "2026-03-09T06:00:00Z"},
            **{"stream": "public", "x-padding": f"{number:02}" + "x" * padding},
        }
        manifest = Manifest.read(canonical(said))
        pair.append(Batch(manifest, signed(manifest.data, [world.alliance.keys[origin]["seal"]]), [None]))
    found = Evidence.of_batches(*pair)
    assert found is not None
    return found
