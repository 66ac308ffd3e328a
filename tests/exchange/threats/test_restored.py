"""Threat: a node that has lost its memory, and signs again what it has signed before, or says it never did."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.exchange.threats.adversaries import (
    Puppet,
    Thief,
    as_said,
    batches,
    changing,
    codes,
    deliver,
    head_of,
    states,
)
from tests.exchange.world import Wire, World

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.checkpoints import SignedCheckpoint
from tocsin.exchange.doubting import PAUSE
from tocsin.exchange.errors import CannotSeal
from tocsin.exchange.restoring import confirm, open_epoch, unasked
from tocsin.exchange.sealing import leaf_of, seal
from tocsin.exchange.streams import Stream

STREAM = Stream("AL", 1, "members")


@pytest.fixture
def world():
    """AL is backed up after one document; then it says two more, one of them to BO alone, which all have."""
    world = World(["AL", "BO", "CE", "SEC"])
    world.tell("one")
    world.watch()
    world.back_up("AL")
    world.tell("two")
    world.tell("to you", audience="to:BO")
    world.round()
    world.watch()
    return world


def reverted(world):
    """A machine put back to its snapshot by somebody who tells nobody, the node least of all."""
    store, told, _ = world.backups["AL"]
    world.nodes["AL"] = world._node("AL", store.copy())
    world.nodes["AL"].reader.told = dict(told)


def roots(world, name="AL"):
    """Every root of AL's log that a node knows."""
    store = world.nodes[name].store
    return {size: store.root("AL", 1, size) for size in range(16, store.log_size("AL", 1) + 1, 16)}


def test_a_restored_node_signs_nothing_until_all_have_said_what_they_hold_and_it_is_back(world):
    before = roots(world)
    world.restore("AL")
    world.cut.add(frozenset(("AL", "SEC")))
    world.post("AL", "waits")
    for _ in range(3):
        world.round()
        with pytest.raises(CannotSeal, match="restored from a backup"):
            seal(world.nodes["AL"])
    assert unasked(world.nodes["AL"]) == ["SEC"]
    assert "waits" not in world.accepted("BO")
    world.cut.clear()
    world.round()
    world.round()
    assert world.accepted("BO", "AL") == ["one", "two", "waits", "to you"]
    assert world.nodes["AL"].store.own().epoch == 1
    after = roots(world)
    assert {size: after[size] for size in before} == before, "and its log goes on from the same root"
    assert not any(node.store.evidence() for node in world.nodes.values())
    assert not any(codes(world, name) for name in world.names)


def test_it_takes_back_what_it_wrote_in_full_though_no_member_alone_has_the_keys(world):
    world.restore("AL")
    for _ in range(3):
        world.round()
    own = {entry.number: entry.state for entry in world.nodes["AL"].store.entries(stream=STREAM)}
    assert own == {1: "own", 2: "own"}
    [secret] = world.nodes["AL"].store.entries(stream=Stream("AL", 1, "to:BO"))
    assert b"to you" in secret.document


@pytest.mark.parametrize("by", ["heads", "checkpoints"])
def test_a_node_put_back_without_notice_is_noticed_and_stops(world, by):
    """By any one of what peers show, each alone."""
    reverted(world)
    here = world.nodes["AL"]
    hidden = {"heads": "checkpoints", "checkpoints": "streams"}[by]
    world.meet("AL", "BO", Puppet(world, "AL", "BO", {("POST", "heads"): as_said(**{hidden: []})}))
    assert not here.store.own().confirmed
    assert "does not know" in here.store.own().why
    with pytest.raises(CannotSeal):
        seal(here)


def claim(world, by, name="BO"):
    """What a node says it holds of AL, without showing it."""
    held = [head_of(s, h.last, h.manifest) for s, h in world.nodes[name].store.heads().items() if s.origin == "AL"]
    if by == "hints":
        Wire(world, name).call("AL", "POST", "hints", {}, canonical({"holds": held}))
    else:
        deliver(world, name, "AL", batches(world.nodes[name], Stream(name, 1, "to:AL")))


def lie(world, name="BO"):
    """A node says it holds what AL never signed."""
    head = head_of(STREAM, 9, suite.digest(b"never signed"))
    Wire(world, name).call("AL", "POST", "hints", {}, canonical({"holds": [head]}))


@pytest.mark.parametrize("by", ["hints", "receipts"])
def test_one_that_is_only_told_signs_nothing_until_it_has_asked_and_then_stops(world, by):
    reverted(world)
    here, called = world.nodes["AL"], []
    here.hinted = called.append
    claim(world, by)
    assert called == ["BO"], "it is asked at once"
    with pytest.raises(CannotSeal, match="asked what BO holds"):
        seal(here)
    world.meet("AL", "BO")
    assert not here.store.own().confirmed
    assert codes(world, "AL") <= {"unknown-own"}


def test_who_says_what_it_cannot_show_silences_nobody(world):
    """A day later it may try again; each time it is asked, and stands in the list of what was refused."""
    here = world.nodes["AL"]
    world.post("AL", "three")
    for _ in range(2):
        lie(world)
        with pytest.raises(CannotSeal):
            seal(here)
        world.meet("AL", "BO")
        for _ in range(3):
            lie(world)
            seal(here)
        world.alliance.now += timedelta(days=1)
        world.alliance.renew()
    assert here.store.own().confirmed
    assert [one.code for one in here.store.refusals("BO")] == ["unknown-own"] * 2
    world.settle()
    assert world.accepted("CE", "AL") == ["one", "two", "three"]


def test_who_then_cannot_be_asked_silences_nobody_for_longer_than_a_pause(world):
    here = world.nodes["AL"]
    lie(world, "BO")
    lie(world, "CE")
    world.cut.add(frozenset(("AL", "BO")))
    world.meet("AL", "BO")
    world.meet("AL", "CE")
    world.alliance.now += PAUSE - timedelta(seconds=1)
    with pytest.raises(CannotSeal, match="what BO holds"):
        seal(here)
    world.alliance.now += timedelta(seconds=1)
    seal(here)


def test_a_doubt_by_a_clock_that_was_ahead_keeps_nobody_from_being_heard_later(world):
    here = world.nodes["AL"]
    world.skews["AL"] = timedelta(days=40)
    here.store.put_peer(replace(here.store.peer("BO"), doubted_at=here.now()))
    world.skews["AL"] = timedelta()
    lie(world)
    with pytest.raises(CannotSeal, match="what BO holds"):
        seal(here)


def test_a_meeting_that_began_before_the_doubt_does_not_end_it(world):
    here = world.nodes["AL"]

    def lie_meanwhile(query, honest):
        lie(world)
        return honest

    world.meet("AL", "BO", Puppet(world, "AL", "BO", {("POST", "heads"): lie_meanwhile}))
    with pytest.raises(CannotSeal):
        seal(here)


def test_one_that_had_signed_already_shows_two_histories_and_everybody_stops(world):
    """Noticed too late: it sealed before it met anybody. Nobody can tell this from malice, so people look."""
    reverted(world)
    world.post("AL", "another two")
    seal(world.nodes["AL"])
    world.round()
    world.round()
    assert all("AL" in world.nodes[name].store.stopped() for name in world.names)
    assert not world.nodes["AL"].store.own().confirmed


def test_when_somebody_cannot_be_asked_two_people_open_the_next_epoch_and_nothing_forks(world):
    world.cut.add(frozenset(("AL", "CE")))
    world.post("AL", "only CE knew")
    world.restore("AL")
    world.round()
    world.round()
    assert unasked(world.nodes["AL"]) == ["CE"]
    assert open_epoch(world.nodes["AL"]) == 2
    world.post("AL", "in the new epoch")
    world.cut.clear()
    for _ in range(3):
        world.round()
    for name in ("BO", "CE", "SEC"):
        assert world.accepted(name, "AL")[-1] == "in the new epoch"
        assert world.nodes[name].store.head(Stream("AL", 2, "members")).last == 1
    assert not any(node.store.evidence() for node in world.nodes.values())
    assert world.nodes["AL"].store.own().confirmed
    assert not any(codes(world, name) for name in world.names), "the old log and streams are nobody's alarm"


def test_a_node_that_all_can_reach_and_that_reaches_nobody_does_not_sign_its_log_anew(world):
    """All come, say how far they have it, and bring its streams back. Its log it would have to ask for."""
    before = roots(world)
    world.restore("AL")
    world.lose_answer |= {("AL", name) for name in ("BO", "CE", "SEC")}
    world.post("AL", "waits")
    for _ in range(3):
        world.round()
    assert world.nodes["AL"].store.head(STREAM).last == 2, "the streams are back"
    assert unasked(world.nodes["AL"]) == ["BO", "CE", "SEC"]
    world.lose_answer.clear()
    for _ in range(3):
        world.round()
    assert world.accepted("BO", "AL")[-1] == "to you"
    assert "waits" in world.accepted("CE", "AL")
    after = roots(world)
    assert {size: after[size] for size in before} == before
    assert not any(node.store.evidence() for node in world.nodes.values())


@pytest.mark.parametrize("epoch", [1, 2])
def test_who_is_suspended_meanwhile_is_asked_when_it_comes_back_or_the_next_epoch_is_opened(world, epoch):
    """It alone holds what the node forgot. Signed again in its place, that would prove two histories."""
    world.watch()
    world.back_up("AL")
    world.cut.add(frozenset(("AL", "SEC")))
    world.post("AL", "once", "to:CE")
    world.seal("AL")
    world.meet("CE", "AL")
    world.watch()
    world.alliance.change("CE", status="suspended")
    for name in world.names:
        world.give_list(name)
    world.cut.clear()
    world.restore("AL")
    world.post("AL", "meanwhile", "to:BO+CE")
    for _ in range(3):
        world.round()
    assert unasked(world.nodes["AL"]) == ["CE"]
    assert "meanwhile" not in world.accepted("BO")
    if epoch == 2:
        assert open_epoch(world.nodes["AL"]) == 2
        world.round()
    world.alliance.change("CE", status="active")
    for name in world.names:
        world.give_list(name)
    world.post("AL", "again", "to:CE")
    for _ in range(4):
        world.round()
    assert {"once", "meanwhile", "again"} <= set(world.accepted("CE", "AL"))
    assert world.nodes["AL"].store.own().epoch == epoch
    assert not any(node.store.evidence() for node in world.nodes.values())


def test_a_new_epoch_is_beyond_every_one_that_was_ever_used(world):
    for expected in (2, 3):
        world.restore("AL")
        world.round()
        assert open_epoch(world.nodes["AL"]) == expected
        world.post("AL", f"epoch {expected}")
        world.round()
        world.round()
    reverted(world)
    world.round()
    assert open_epoch(world.nodes["AL"]) == 4, "though its own memory knows of one alone"


def test_who_lies_about_epochs_cannot_use_up_their_numbers(world):
    world.restore("AL")
    last = 2**53 - 1
    for epoch in (10**6 + 1, last):
        holds = [{"epoch": epoch, "stream": "members", "last": 1, "manifest": suite.digest(b"x")}]
        Wire(world, "CE").call("AL", "POST", "hints", {}, canonical({"holds": holds}))
        assert open_epoch(world.nodes["AL"]) < 10
    world.post("AL", "goes on")
    world.round()
    world.round()
    assert world.accepted("BO", "AL")[-1] == "goes on"


def test_nobody_gives_a_restoring_node_documents_it_never_signed(world):
    """While it takes its own back, whoever has no key of it has nothing to give."""
    world.restore("AL")
    forged = Thief(world, "CE").batch(Stream("AL", 1, "public"), [world.document("AL", "never said", "public")])
    assert [one["code"] for one in deliver(world, "CE", "AL", [forged])["refused"]] == ["signature-missing"]
    for _ in range(3):
        world.round()
    assert Stream("AL", 1, "public") not in world.nodes["AL"].store.heads()
    assert world.nodes["AL"].store.own().confirmed


def test_a_relay_that_hides_part_of_what_it_holds_cannot_make_a_node_fork_it(world):
    """What others say they hold must all be back; one honest holder of the latest is enough."""
    world.restore("AL")
    hide = {("POST", "heads"): as_said(streams=[])}
    for _ in range(3):
        for name in ("BO", "CE"):
            world.meet("AL", name, Puppet(world, "AL", name, hide))
            Wire(world, name).call("AL", "POST", "hints", {}, canonical({"holds": []}))
        world.meet("AL", "SEC", Puppet(world, "AL", "SEC", hide))
        world.meet("SEC", "AL", Puppet(world, "SEC", "AL", {("POST", "hints"): lambda *_: b"{}"}))
        assert confirm(world.nodes["AL"]) is False or world.nodes["AL"].store.head(STREAM).last == 2
    world.meet("AL", "SEC")
    assert confirm(world.nodes["AL"])
    assert world.nodes["AL"].store.head(STREAM).last == 2


def test_its_log_comes_back_from_any_one_peer(world):
    record = world.nodes["BO"].store.checkpoint("AL", 1)
    world.restore("AL")
    world.meet("AL", "BO")
    assert world.nodes["AL"].store.log_size("AL", 1) == SignedCheckpoint.read(record).checkpoint.size
    assert world.nodes["AL"].store.checkpoint("AL", 1) is not None


def test_what_it_has_not_back_itself_is_lost_to_nobody_who_asks_it_meanwhile(world):
    """A relay gives it its own stream without what it wrote; BO, who was away, then comes to it first."""
    world.forget("BO")
    world.restore("AL")
    line = Puppet(world, "AL", "SEC", {("GET", "batches"): changing(world, "SEC", without_items)})
    world.meet("AL", "SEC", line)
    assert states(world, "AL", STREAM) == ["own", "locked"]
    world.meet("BO", "AL")
    assert states(world, "BO", STREAM) == ["accepted", "locked"]
    for _ in range(3):
        world.round()
    assert world.accepted("BO", "AL") == ["one", "two", "to you"]


def without_items(content):
    return [replace(one, items=[None] * len(one.items)) for one in content]


def test_false_leaves_of_its_own_log_are_refused_by_the_root_it_signed_itself(world):
    world.restore("AL")
    size = world.nodes["AL"].store.log_size("AL", 1)
    lie = {("GET", "log"): lambda query, honest: bytes(len(honest))}
    world.meet("AL", "BO", Puppet(world, "AL", "BO", lie))
    assert world.nodes["AL"].store.log_size("AL", 1) == size
    assert not world.nodes["AL"].store.evidence()
    for _ in range(3):
        world.round()
    assert world.nodes["AL"].store.own().confirmed


def test_what_came_back_and_is_in_no_log_yet_is_put_into_it(world):
    """Sealed and fetched by others, but the node was lost before it signed its log."""
    world.post("AL", "three")
    world.seal("AL", checkpoint=False)
    for name in ("BO", "CE", "SEC"):
        world.meet(name, "AL")
    manifest = batches(world.nodes["BO"], STREAM)[-1].manifest
    before = roots(world)
    world.watch()
    world.restore("AL")
    for _ in range(3):
        world.round()
    store = world.nodes["AL"].store
    assert leaf_of(manifest) in store.leaves("AL", 1, 0, 10_000)
    assert {size: root for size, root in roots(world).items() if size in before} == before
    assert not any(node.store.evidence() for node in world.nodes.values())
