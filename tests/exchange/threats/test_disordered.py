"""Threat: batches and pages come in another order, late, twice, in part, not at all, or without end."""

import itertools
import random
from dataclasses import replace

import pytest
from tests.exchange.threats.adversaries import (
    Puppet,
    Thief,
    as_said,
    batches,
    bundle,
    changing,
    codes,
    deliver,
    head_of,
    parts,
    sealed,
)
from tests.exchange.world import World

from tocsin.exchange import limits, suite
from tocsin.exchange.bundles import Batch
from tocsin.exchange.checkpoints import Checkpoint, sign_checkpoint
from tocsin.exchange.errors import Unreachable
from tocsin.exchange.streams import Stream

STREAM = Stream("AL", 1, "members")
TEXTS = ["one", "two", "three", "four"]


@pytest.fixture
def world():
    """AL has sealed four batches; BO has met nobody."""
    world = World(["AL", "BO", "CE"])
    for text in TEXTS:
        world.post("AL", text)
        world.seal("AL", checkpoint=False)
    return world


def test_in_every_order_of_arrival_a_stream_is_taken_in_its_own_order_or_waits(world):
    content = batches(world.nodes["AL"], STREAM)
    for order in itertools.permutations(range(4)):
        world.forget("BO")
        for place in order:
            deliver(world, "CE", "BO", [content[place]])
            texts = world.accepted("BO")
            assert texts == TEXTS[: len(texts)], f"{order}: no number is passed over"
        world.meet("BO", "AL")
        assert world.accepted("BO") == TEXTS, f"{order}"
    assert codes(world, "BO") <= {"gap"}


def test_duplicated_dropped_delayed_and_shuffled_batches_of_one_page_cost_a_meeting_at_most(world):
    rng = random.Random(1)

    def disorder(content):
        mixed = [one for one in content for _ in range(rng.randint(0, 2))]
        rng.shuffle(mixed)
        return mixed

    for _ in range(40):
        world.forget("BO")
        line = Puppet(world, "BO", "AL", {("GET", "batches"): changing(world, "AL", disorder)})
        for _ in range(3):
            world.meet("BO", "AL", line)
            texts = world.accepted("BO")
            assert texts == TEXTS[: len(texts)]
        world.meet("BO", "AL")
        assert world.accepted("BO") == TEXTS
    assert not world.nodes["BO"].store.evidence()


def test_a_line_that_breaks_after_any_call_loses_nothing_and_repeats_nothing(world):
    for broken_after in range(12):
        world.forget("BO")
        line = Puppet(world, "BO", "AL", {})
        whole, made = line.call, itertools.count()

        def call(*args, whole=whole, made=made, broken_after=broken_after, **more):
            if next(made) >= broken_after:
                raise Unreachable("the line broke")
            return whole(*args, **more)

        line.call = call
        met = world.meet("BO", "AL", line)
        texts = world.accepted("BO")
        assert texts == TEXTS[: len(texts)]
        if met.problem:
            assert world.nodes["BO"].store.peer("AL").failures == 1
        world.meet("BO", "AL")
        assert world.accepted("BO") == TEXTS
        assert world.nodes["BO"].store.peer("AL").failures == 0


def test_an_old_page_in_answer_to_a_new_question_is_no_harm_and_has_an_end(world):
    kept = bundle(world, "AL", batches(world.nodes["AL"], STREAM)[:2])
    line = Puppet(world, "BO", "AL", {("GET", "batches"): lambda *_: kept})
    world.meet("BO", "AL", line)
    assert world.accepted("BO") == TEXTS[:2]
    assert len(line.asked) < 12
    world.meet("BO", "AL")
    assert world.accepted("BO") == TEXTS


# Without end


def test_a_peer_that_answers_every_question_by_the_same_page_is_left(world):
    """In all that it can be asked for: batches, chains, leaves, the trust list, parcels."""
    Thief(world, "AL")
    page = bundle(world, "AL", batches(world.nodes["AL"], STREAM)[:1])
    far = as_said(streams=[head_of(STREAM, 10**12, suite.digest(b"far"))])
    line = Puppet(world, "BO", "AL", {("POST", "heads"): far, ("GET", "batches"): lambda *_: page})
    world.meet("BO", "AL", line)
    assert len(line.asked) < 12
    head = world.nodes["AL"].store.head(STREAM)
    world.alliance.end_key("AL", "seal", heads={head.first_manifest: (head.last, head.manifest)})
    world.give_list("BO")
    line = Puppet(world, "BO", "AL", {("POST", "heads"): far, ("GET", "batches"): lambda *_: page})
    world.meet("BO", "AL", line)
    assert len(line.asked) < 12


def test_a_peer_that_always_has_one_more_manifest_of_a_chain_is_left(world):
    """Of a chain nothing is signed until it leads somewhere: anybody can make one up for ever."""
    head = world.nodes["AL"].store.head(STREAM)
    world.alliance.end_key("AL", "seal", heads={head.first_manifest: (head.last, head.manifest)})
    world.give_list("BO")
    made = []

    def one_more(query, honest):
        if query.get("only") != "manifests":
            return honest
        after = made[-1].manifest if made else None
        more = sealed(world, STREAM, [b"{}"], keys=[suite.new_key("seal")], after=after)
        made.append(replace(more, items=[None], parcels={}))
        return bundle(world, "CE", made[-1:])

    line = Puppet(
        world,
        "BO",
        "CE",
        {
            ("GET", "batches"): one_more,
            ("POST", "heads"): as_said(streams=[head_of(STREAM, 10**12, suite.digest(b"far"))]),
        },
    )
    world.meet("BO", "CE", line)
    assert len(line.asked) < 50
    world.meet("BO", "AL")
    assert world.accepted("BO") == TEXTS


@pytest.fixture
def few_pages(monkeypatch):
    """A meeting of 40 pages at most, so that what has no end ends soon."""
    monkeypatch.setattr(limits, "MEETING_PAGES", 40)


@pytest.mark.usefixtures("few_pages")
def test_an_origin_that_always_has_one_more_document_is_left_until_the_next_meeting(world):
    """All of it is signed as it should be, so all of it is kept; but others wait for this meeting to end."""
    key, made = world.alliance.keys["AL"]["seal"], batches(world.nodes["AL"], STREAM)

    def one_more(query, honest):
        made.append(sealed(world, STREAM, [b"{}"], keys=[key], after=made[-1].manifest))
        return bundle(world, "AL", [one for one in made if one.manifest.last > int(query["after"])][:1])

    far = as_said(streams=[head_of(STREAM, 10**12, suite.digest(b"far"))])
    line = Puppet(world, "BO", "AL", {("GET", "batches"): one_more, ("POST", "heads"): far})
    assert world.meet("BO", "AL", line).more
    assert len(line.asked) < 45
    reached = world.nodes["BO"].store.head(STREAM).last
    world.meet("BO", "AL", line)
    assert world.nodes["BO"].store.head(STREAM).last > reached, "and goes on then"


@pytest.mark.usefixtures("few_pages")
def test_a_peer_that_names_more_streams_than_there_are_is_left(world):
    streams = [head_of(Stream("AL", epoch, "public"), 1, suite.digest(b"x")) for epoch in range(1, 3_000)]
    line = Puppet(world, "BO", "CE", {("POST", "heads"): as_said(streams=streams)})
    world.meet("BO", "CE", line)
    assert len(line.asked) < 45


def test_a_log_without_end_is_not_read(world):
    """Its origin signs a size that nobody can read, and gives leaves for ever."""
    world.seal("AL")
    key = world.alliance.keys["AL"]["seal"]
    checkpoint = Checkpoint.make(
        alliance=world.alliance.name, origin="AL", epoch=1, size=2**50, root=bytes(32), made_at=world.alliance.now
    )
    lies = {
        ("POST", "heads"): as_said(checkpoints=[suite.encoded(sign_checkpoint(checkpoint, [key]).encode())]),
        ("GET", "log"): lambda query, _: bytes(32 * (int(query["to"]) - int(query["from"]))),
    }
    line = Puppet(world, "BO", "AL", lies)
    world.meet("BO", "AL", line)
    assert len([one for one in line.asked if one[1] == "log"]) < 100
    assert world.accepted("BO") == TEXTS


def test_old_checkpoints_beyond_number_are_read_once_for_each_log(world):
    """Each of them, though signed and true, costs a pass over the whole log."""
    old = []
    for number in range(30):
        world.post("AL", f"more {number}")
        world.seal("AL")
        old.append(suite.encoded(world.nodes["AL"].store.checkpoint("AL", 1)))
    world.meet("BO", "AL")
    computed = []
    root = world.nodes["BO"].store.root
    world.nodes["BO"].store.root = lambda *args: computed.append(args) or root(*args)
    world.meet("BO", "AL", Puppet(world, "BO", "AL", {("POST", "heads"): as_said(checkpoints=old)}))
    assert len(computed) <= 1


def test_batches_of_streams_that_were_not_asked_for_end_what_was_asked(world):
    other = sealed(
        world,
        Stream("AL", 1, "public"),
        [world.document("AL", "x", "public")],
        keys=[world.alliance.keys["AL"]["seal"]],
    )
    lie = changing(world, "AL", lambda content: [other])
    world.meet("BO", "AL", Puppet(world, "BO", "AL", {("GET", "batches"): lie}))
    assert not world.nodes["BO"].store.heads()
    assert codes(world, "BO") == {"bad-request"}
    assert all(isinstance(one, Batch) for one in parts(bundle(world, "AL", [other])))
