"""Threat: somebody has a state's seal key, and signs with it whatever the state could have signed."""

from dataclasses import replace

import pytest
from tests.exchange.threats.adversaries import Puppet, Thief, batches, bundle, codes, deliver, sealed, states
from tests.exchange.world import Wire, World

from tocsin.exchange import limits, pulling, suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.checkpoints import Checkpoint, sign_checkpoint
from tocsin.exchange.erasing import erase
from tocsin.exchange.merkle import Tree
from tocsin.exchange.restoring import begin_recovery
from tocsin.exchange.store import State
from tocsin.exchange.streams import Stream

NAMES = ["AL", "BO", "CE", "SEC"]
STREAM = Stream("AL", 1, "members")
TRUE = ["one", "two", "three", "four"]


@pytest.fixture
def world():
    """AL has said four things, each in a batch of its own, and all have them. Then its key is copied."""
    world = World(NAMES)
    for text in TRUE:
        world.post("AL", text)
        world.seal("AL")
    world.round()
    world.round()
    world.watch()
    return world


def true_heads(world, node="AL"):
    """What the state names when it ends a key: where its own streams stand."""
    heads = world.nodes[node].store.heads()
    return {head.first_manifest: (head.last, head.manifest) for stream, head in heads.items() if stream.origin == node}


def end_stolen_key(world, node="AL", heads=None):
    """The state ends the key, puts a new one in place, and asks its partners what they hold of it."""
    heads = true_heads(world, node) if heads is None else heads
    world.alliance.end_key(node, "seal", heads=heads, reason="stolen")
    world.put_keys(node)
    world.give_list(node)
    begin_recovery(world.nodes[node], why="its key was stolen")


def forgeries(world, thief):
    """What a thief can sign, by where it stands."""
    true = [one.manifest for one in batches(world.nodes["AL"], STREAM)]
    first = thief.batch(Stream("AL", 1, "public"), ["forged from the beginning"])
    epoch = thief.batch(Stream("AL", 2, "members"), ["forged epoch"])
    branch = thief.batch(STREAM, ["forged branch"], after=true[1])
    behind = thief.batch(STREAM, ["forged behind"], after=true[-1])
    return {
        "behind the head": [behind, thief.batch(STREAM, ["forged further"], after=behind.manifest)],
        "a branch from the middle": [branch, thief.batch(STREAM, ["forged twig"], after=branch.manifest)],
        "a longer branch from the middle": [
            branch,
            thief.batch(STREAM, [f"forged {n}" for n in range(9)], after=branch.manifest),
        ],
        "a stream from its beginning": [first, thief.batch(first.manifest.stream, ["forged"], after=first.manifest)],
        "a stream to some alone": [thief.batch(Stream("AL", 1, "to:BO+CE+EL"), ["forged to you"])],
        "an epoch": [epoch],
        "another first manifest": [thief.batch(STREAM, ["forged first"])],
    }


WHERE = [
    "behind the head",
    "a branch from the middle",
    "a longer branch from the middle",
    "a stream from its beginning",
    "a stream to some alone",
    "an epoch",
    "another first manifest",
]


def held(world, name):
    """All that a node holds of AL: what is in use, by place, and what became of it."""
    node = world.nodes[name]
    return {
        (stream.key, entry.number): (entry.manifest, entry.state)
        for stream in node.store.heads()
        if stream.origin == "AL" and (stream.audience in ("members", "public"))
        for entry in node.store.entries(stream=stream, most=10_000)
    }


def healed(world, expected=TRUE):
    """After healing, all nodes hold the same, all of it true, and none of the truth is missing."""
    for name in world.names[1:]:
        assert world.accepted(name, "AL") == expected, name
        assert not any("forged" in text for text in map(str, world.nodes[name].reader.told.values())), name
        assert not world.nodes[name].store.stopped(), name
    everywhere = [held(world, name) for name in world.names[1:]]
    assert all(one == everywhere[0] for one in everywhere)
    assert world.nodes["AL"].store.own().confirmed


@pytest.mark.parametrize("where", WHERE)
def test_what_a_thief_signs_after_the_end_is_known_is_refused(world, where):
    thief = Thief(world, "AL")
    forged = forgeries(world, thief)[where]
    end_stolen_key(world)
    for name in NAMES:
        world.give_list(name)
    for name in NAMES[1:]:
        said = deliver(world, "CE" if name != "CE" else "SEC", name, forged)
        refusals = {one["code"] for one in said["refused"]}
        assert refusals <= {"key-ended", "gap", "not-for-us"}
        assert refusals
    world.settle()
    healed(world)


@pytest.mark.parametrize("where", WHERE)
def test_what_a_thief_signed_before_the_end_was_known_is_withdrawn_everywhere(world, where):
    """EL is new: it believes what comes first. CE, who knows the truth, meets it in a network of their own."""
    thief = Thief(world, "AL")
    world.join("EL")
    world.cut |= {frozenset((a, b)) for a in ("CE", "EL") for b in ("AL", "BO", "SEC")}
    if "branch" in where:
        deliver(world, "CE", "EL", batches(world.nodes["CE"], STREAM)[:2])
    forged = forgeries(world, thief)[where]
    if "behind" in where:
        deliver(world, "CE", "EL", batches(world.nodes["CE"], STREAM))
    assert not deliver(world, "CE", "EL", forged)["refused"]
    for a, b in (("CE", "EL"), ("EL", "CE")):
        world.meet(a, b)
        world.seal(a)
    world.post("AL", "five")
    world.seal("AL")
    end_stolen_key(world)
    world.post("AL", "six")
    world.settle()
    healed(world, [*TRUE, "five", "six"])
    assert world.accepted("EL", "AL") == [*TRUE, "five", "six"]


@pytest.mark.parametrize("known", ["AL SEC", "AL", "AL CE"])
def test_nodes_agree_whenever_they_hear_of_the_end_and_from_whomever(world, known):
    """In each half of a partition some know and some do not; all of the thief's branches are about."""
    thief = Thief(world, "AL")
    world.cut |= {frozenset((a, b)) for a in ("BO", "CE") for b in ("AL", "SEC")}
    everything = forgeries(world, thief)
    deliver(world, "CE", "BO", everything["behind the head"])
    deliver(world, "BO", "CE", everything["an epoch"])
    deliver(world, "AL", "SEC", everything["a stream from its beginning"])
    end_stolen_key(world)
    for name in known.split():
        world.give_list(name)
    world.seal("AL")
    world.post("AL", "five")
    world.round()
    world.settle()
    healed(world, [*TRUE, "five"])


def test_a_run_of_manifests_that_does_not_hang_together_vouches_for_nothing(world):
    """The thief puts what it forged between true ones, so that it seems to lead to the last that is named."""
    true = batches(world.nodes["AL"], STREAM)
    forged = Thief(world, "AL").batch(STREAM, ["forged"], after=true[0].manifest)
    end_stolen_key(world)
    world.join("EL")
    run = [replace(one, items=[None], parcels={}) for one in (true[0], forged, true[-1])]
    deliver(world, "CE", "EL", run, only="manifests")
    said = deliver(world, "CE", "EL", [true[0], forged])
    assert [one["code"] for one in said["refused"]] == ["key-ended"] * 2
    world.settle()
    assert world.accepted("EL", "AL") == TRUE


def test_of_a_chain_that_nobody_signed_nothing_is_kept(world, monkeypatch):
    """It begins as the true one does, so that only signatures tell; a stream may be long, and memory is not."""
    end_stolen_key(world)
    world.join("EL")
    world.give_list("CE")
    true = batches(world.nodes["AL"], STREAM)[0]
    made = [true]
    for _ in range(3):
        made.append(sealed(world, STREAM, [b"{}"], keys=[suite.new_key("seal")], after=made[-1].manifest))
    page = bundle(world, "CE", [replace(one, items=[None], parcels={}) for one in made])
    seen = []
    monkeypatch.setattr(pulling, "vouch_chain", lambda here, chain: seen.append(len(chain)))

    def lie(query, honest):
        return page if query.get("only") == "manifests" and query["stream"] == "members" else honest

    world.meet("EL", "CE", Puppet(world, "EL", "CE", {("GET", "batches"): lie}))
    assert seen[0] == 1


def test_the_true_branch_is_had_by_whoever_knew_only_the_false_one(world):
    """At first only from a member that was there when it was said; its keys come from the origin."""
    thief = Thief(world, "AL")
    world.join("EL")
    deliver(world, "CE", "EL", forgeries(world, thief)["another first manifest"])
    assert world.accepted("EL", "AL") == ["forged first"]
    end_stolen_key(world)
    world.give_list("EL")
    assert world.accepted("EL", "AL") == []
    world.give_list("CE")
    world.meet("EL", "CE")
    assert states(world, "EL", STREAM) == ["locked"] * 4, "CE has no keys to give"
    world.meet("EL", "AL")
    assert world.accepted("EL", "AL") == TRUE


def test_what_was_said_before_the_end_stays_valid_and_is_never_signed_again(world):
    before = [one.signatures for one in batches(world.nodes["BO"], STREAM)]
    end_stolen_key(world)
    world.settle()
    assert [one.signatures for one in batches(world.nodes["BO"], STREAM)] == before
    assert world.accepted("BO", "AL") == TRUE


def test_withdrawn_documents_are_kept_aside_with_the_place_they_had(world):
    thief = Thief(world, "AL")
    forged = forgeries(world, thief)["behind the head"]
    deliver(world, "CE", "BO", forged)
    assert world.accepted("BO", "AL") == [*TRUE, "forged behind", "forged further"]
    told = []
    world.nodes["BO"].reader.withdrawn = told.extend
    end_stolen_key(world)
    world.give_list("BO")
    assert [entry.number for entry in told] == [5, 6]
    assert world.accepted("BO", "AL") == TRUE
    assert world.nodes["BO"].store.batch_of(forged[0].manifest.digest) is None


def test_a_rotation_without_theft_loses_nothing_and_stops_nobody(world):
    for turn in range(4):
        world.alliance.end_key("AL", "seal", heads=true_heads(world))
        world.put_keys("AL")
        if turn % 2:
            world.give_list("AL")
        world.post("AL", f"turn {turn}")
        world.round()
    world.settle()
    healed(world, [*TRUE, *(f"turn {turn}" for turn in range(4))])
    assert not any(codes(world, name) & {"fork", "equivocation", "unknown-own"} for name in NAMES)


@pytest.mark.parametrize("by_way_of", ["the origin", "a member", "the Secretariat"])
def test_a_node_that_joins_later_has_all_that_ended_keys_signed(world, by_way_of):
    for turn in range(3):
        world.alliance.end_key("AL", "seal", heads=true_heads(world))
        world.put_keys("AL")
        world.give_list("AL")
        world.post("AL", f"turn {turn}")
        world.round()
        world.round()
    world.join("EL")
    via = {"the origin": "AL", "a member": "BO", "the Secretariat": "SEC"}[by_way_of]
    for name in NAMES:
        world.give_list(name)
    world.meet("EL", via)
    assert len(states(world, "EL", STREAM)) == 7
    world.meet("EL", "AL")
    assert world.accepted("EL", "AL") == [*TRUE, "turn 0", "turn 1", "turn 2"]


@pytest.mark.parametrize("page", [1, 1_000])
def test_a_node_that_cannot_be_called_brings_what_its_ended_keys_signed(page, monkeypatch):
    """The last manifest that a key may have signed may come many pages after the first."""
    monkeypatch.setattr(limits, "PAGE_DOCUMENTS", page)
    world = World(["AL", "BO", "SEC"], urls={"AL": []})
    for turn in range(3):
        world.post("AL", f"turn {turn}")
        world.seal("AL")
        world.alliance.end_key("AL", "seal", heads=true_heads(world))
        world.put_keys("AL")
        for name in world.names:
            world.give_list(name)
    world.post("AL", "last")
    world.seal("AL")
    world.meet("AL", "BO")
    assert world.accepted("BO") == ["turn 0", "turn 1", "turn 2", "last"]


# What else a seal key signs


def test_a_forged_erasure_destroys_nothing_for_good(world):
    """The owner did not ask for it: once the key has ended, what it had destroyed is asked for again."""
    thief = Thief(world, "AL")
    entries = world.nodes["AL"].store.entries(stream=STREAM)
    named = [{"epoch": 1, "stream": "members", "number": one.number, "digest": one.digest} for one in entries[:2]]
    last = batches(world.nodes["AL"], STREAM)[-1].manifest
    order = world.document("AL", "x", type="erasure", body={"documents": named, "reason": "sent-in-error"})
    deliver(world, "CE", "BO", [thief.batch(STREAM, [order], after=last)])
    assert world.accepted("BO", "AL") == ["three", "four"]
    end_stolen_key(world)
    world.settle()
    healed(world)


def test_what_its_owner_did_erase_stays_erased_when_a_forged_erasure_that_names_it_falls(world):
    entries = world.nodes["AL"].store.entries(stream=STREAM)
    erase(world.nodes["AL"], entries[:1], reason="identifies-a-person")
    world.seal("AL")
    world.round()
    named = [{"epoch": 1, "stream": "members", "number": one.number, "digest": one.digest} for one in entries[:2]]
    order = world.document("AL", "x", type="erasure", body={"documents": named, "reason": "sent-in-error"})
    last = batches(world.nodes["AL"], STREAM)[-1].manifest
    deliver(world, "CE", "BO", [Thief(world, "AL").batch(STREAM, [order], after=last)])
    assert states(world, "BO", STREAM)[:3] == ["erased", "erased", "accepted"]
    end_stolen_key(world)
    world.settle()
    for name in NAMES[1:]:
        assert world.accepted(name, "AL") == TRUE[1:]
        assert states(world, name, STREAM)[0] == "erased"


def test_a_forged_checkpoint_stops_a_log_no_longer_than_the_key_lives(world):
    """The thief signs a longer log than the true one; CE reads it, and later the true one is read again."""
    thief = Thief(world, "AL")
    leaves = world.nodes["CE"].store.leaves("AL", 1, 0, 10_000)
    forged = [*leaves, *(bytes([n]) * 32 for n in range(16))]
    checkpoint = Checkpoint.make(
        alliance=world.alliance.name,
        origin="AL",
        epoch=1,
        size=len(forged),
        root=Tree(forged).root(),
        made_at=world.alliance.now,
    )
    record = sign_checkpoint(checkpoint, [thief.seal]).encode()
    body = {"checkpoint": suite.encoded(record), "from": 0, "leaves": suite.encoded(b"".join(forged))}
    Wire(world, "AL").call("CE", "POST", "log", {}, canonical(body))
    assert world.nodes["CE"].store.log_size("AL", 1) == len(forged)
    world.post("AL", "five")
    world.seal("AL")
    end_stolen_key(world)
    world.post("AL", "six")
    world.settle()
    healed(world, [*TRUE, "five", "six"])
    true = world.nodes["AL"].store.leaves("AL", 1, 0, 10_000)
    for name in NAMES[1:]:
        assert world.nodes[name].store.leaves("AL", 1, 0, 10_000) == true, name
    assert not world.nodes["CE"].store.stopped()


def test_a_forged_receipt_claims_no_more_than_there_is_and_ends_with_its_key(world):
    """A thief of BO's key says to AL that BO has what it has not."""
    thief = Thief(world, "BO")
    world.cut |= {frozenset(("BO", name)) for name in NAMES if name != "BO"}
    world.post("AL", "five")
    world.seal("AL")
    last = batches(world.nodes["AL"], STREAM)[-1].manifest
    stream = Stream("BO", 1, "to:AL")
    before = batches(world.nodes["AL"], stream)
    body = {
        **{"origin": "AL", "epoch": 1, "stream": "members", "through": 10**6, "manifest": last.digest},
        **{"received_at": "2026-03-09T06:00:00Z", "accepted": 1, "quarantined": [], "held": [], "locked": []},
    }
    receipts = [
        world.document("BO", "x", "to:AL", type="receipt", body=body | {"through": through}) for through in (5, 10**6)
    ]
    deliver(world, "CE", "AL", [thief.batch(stream, receipts, after=before[-1].manifest)])

    def through():
        return max(one.through for one in world.nodes["AL"].store.receipts(STREAM) if one.by == "BO")

    assert through() == 5, "no further than there is"
    heads = {one.first_manifest: (one.last, one.manifest) for one in [world.nodes["BO"].store.head(stream)]}
    end_stolen_key(world, "BO", heads)
    world.give_list("AL")
    assert world.nodes["AL"].store.head(stream).last == before[-1].manifest.last
    assert through() == 4


def test_a_thief_who_says_a_state_forgot_something_only_makes_it_ask(world):
    """The state signs nothing until it has looked; ending the key and asking all, it goes on in the same epoch."""
    thief = Thief(world, "AL")
    deliver(world, "CE", "BO", forgeries(world, thief)["behind the head"])
    world.meet("BO", "AL")
    assert not world.nodes["AL"].store.own().confirmed
    end_stolen_key(world)
    world.post("AL", "five")
    world.settle()
    healed(world, [*TRUE, "five"])
    assert world.nodes["AL"].store.own().epoch == 1


def test_receipts_for_forgeries_that_come_long_after_do_not_stop_the_state_again(world):
    """BO has answered for what it took from the thief; its answer travels after all has been put right."""
    deliver(world, "CE", "BO", forgeries(world, Thief(world, "AL"))["behind the head"])
    world.seal("BO")
    end_stolen_key(world)
    for name in NAMES:
        world.give_list(name)
    receipts = batches(world.nodes["BO"], Stream("BO", 1, "to:AL"))
    own = world.nodes["AL"].store.own()
    world.nodes["AL"].store.set_own(type(own)())
    assert deliver(world, "SEC", "AL", receipts)["refused"] == []
    assert world.nodes["AL"].store.own().confirmed


def test_of_two_keys_that_must_sign_one_stolen_is_not_enough(world):
    world.alliance.end_key("AL", "seal", heads=true_heads(world))
    second = world.alliance.add_key("AL", "seal")
    world.alliance.change_own("AL", signatures=2)
    for name in NAMES:
        world.give_list(name)
    world.nodes["AL"].keys = replace(world.nodes["AL"].keys, seal=(world.alliance.keys["AL"]["seal"], second))
    world.post("AL", "by two")
    world.seal("AL")
    world.round()
    assert world.accepted("BO", "AL") == [*TRUE, "by two"]
    last = batches(world.nodes["AL"], STREAM)[-1].manifest
    forged = Thief(world, "AL").batch(STREAM, ["forged"], after=last)
    twice = replace(forged, signatures=forged.signatures * 2)
    for one in (forged, twice):
        assert [r["code"] for r in deliver(world, "CE", "BO", [one])["refused"]] == ["signature-missing"]


def test_history_of_one_signature_stays_valid_when_a_state_ends_that_key_and_demands_two(world):
    """For those who have it, and for those who come later."""
    world.alliance.end_key("AL", "seal", heads=true_heads(world))
    second = world.alliance.add_key("AL", "seal")
    world.alliance.change_own("AL", signatures=2)
    world.nodes["AL"].keys = replace(world.nodes["AL"].keys, seal=(world.alliance.keys["AL"]["seal"], second))
    world.join("EL")
    for name in world.names:
        world.give_list(name)
    world.post("AL", "by two")
    world.round()
    for name in ("BO", "EL"):
        assert world.accepted(name, "AL") == [*TRUE, "by two"]


def test_a_request_key_that_ended_asks_for_nothing(world):
    before = world.alliance.keys["AL"]["request"]
    world.alliance.end_key("AL", "request", reason="stolen")
    for name in NAMES:
        world.give_list(name)
    live = world.nodes["BO"].trust().nodes["AL"].live("request")
    assert suite.thumbprint(before) not in live
    assert len(live) == 1


def test_nobody_writes_to_an_encrypt_key_that_ended(world):
    before = suite.thumbprint(world.alliance.keys["BO"]["encrypt"])
    world.alliance.end_key("BO", "encrypt", reason="stolen")
    world.put_keys("BO")
    for name in NAMES:
        world.give_list(name)
    world.post("AL", "five")
    world.seal("AL")
    [last] = batches(world.nodes["AL"], STREAM, after=4)
    protected = suite.decoded(last.parcels["BO"]["protected"], code="locked", what="x")
    assert before.encode() not in protected
    world.round()
    assert world.accepted("BO", "AL") == [*TRUE, "five"]
    assert all(entry.state is State.ACCEPTED for entry in world.nodes["BO"].store.entries(stream=STREAM))
