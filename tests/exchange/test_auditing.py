"""An audit finds whatever was altered behind a store's back, and nothing where nothing was."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.exchange.world import World

from tocsin.exchange import suite
from tocsin.exchange.auditing import Audit
from tocsin.exchange.bundles import Batch
from tocsin.exchange.checkpoints import Checkpoint, SignedCheckpoint, sign_checkpoint
from tocsin.exchange.errors import NotTrusted
from tocsin.exchange.evidence import Evidence
from tocsin.exchange.restoring import begin_recovery, open_epoch
from tocsin.exchange.store import Receipt, State
from tocsin.exchange.streams import Stream

MEMBERS = Stream("AL", 1, "members")


@pytest.fixture
def world():
    """AL has said something to everybody in two batches, and to BO alone; all have read it."""
    world = World(["AL", "BO", "SEC"])
    for text in ("one", "two"):
        world.tell(text)
    world.tell("for BO", audience="to:BO")
    world.tell("for all the world " * 40, audience="public")
    world.round()
    return world


def wrong(world, node="BO", *, deep=True):
    """What an audit finds wrong."""
    return [f"{one.where}: {one.what}" for one in Audit(world.nodes[node], deep=deep).findings() if one.wrong]


def altered(world, node, table, key, value):
    """Change what lies in a store, as a fault of its disk or an intruder would."""
    getattr(world.nodes[node].store, f"_{table}")[key] = value


def batch_of(world, node="BO", number=1, stream=MEMBERS) -> Batch:
    store = world.nodes[node].store
    return store.batch_of(store.batch_at(stream, number).manifest.digest)


def test_nothing_is_wrong_where_nothing_was_altered(world):
    for name in world.names:
        audit = Audit(world.nodes[name], deep=True)
        assert list(audit.findings()) == []
        assert audit.counts["batches"] >= 4
        assert audit.counts["leaves"] >= 48
    assert audit.counts["opened"] > 0


def test_a_relay_that_can_open_nothing_is_audited_like_any_other(world):
    world.tell("for BO", audience="to:BO")
    store = world.nodes["SEC"].store
    assert store.head(Stream("AL", 1, "to:BO")) is not None
    assert store.entry(Stream("AL", 1, "to:BO"), 1) is None
    assert wrong(world, "SEC") == []


def test_an_altered_document_is_found(world):
    batch = batch_of(world)
    item = batch.items[0][:-4] + b"AAAA"
    altered(world, "BO", "batches", batch.manifest.digest, replace(batch, items=[item]))
    assert wrong(world, deep=False) == ["AL/1/members 1: is not the document that was signed for"]


def test_an_altered_text_is_found_by_opening_it_again(world):
    entry = world.nodes["BO"].store.entry(MEMBERS, 2)
    altered(world, "BO", "entries", (entry.manifest, 2), replace(entry, document=entry.document[:-1] + b" "))
    assert wrong(world, deep=False) == []
    assert wrong(world) == ["AL/1/members 2: says something else than what is recorded of it"]


def test_another_key_than_the_document_s_is_found_by_opening_it_again(world):
    entry = world.nodes["BO"].store.entry(MEMBERS, 2)
    altered(world, "BO", "entries", (entry.manifest, 2), replace(entry, key=bytes(32)))
    assert wrong(world) == [
        "AL/1/members 2: is accepted, and does not open: the key is not the one that the item was sealed with"
    ]


def test_a_document_that_is_not_recorded_or_under_another_digest_is_found(world):
    entry = world.nodes["BO"].store.entry(MEMBERS, 1)
    altered(world, "BO", "entries", (entry.manifest, 1), replace(entry, digest=suite.digest(b"x")))
    assert wrong(world) == ["AL/1/members 1: is recorded under another manifest or digest"]
    del world.nodes["BO"].store._entries[entry.manifest, 1]
    assert wrong(world) == ["AL/1/members 1: is in a batch for this node, and nothing is recorded of it"]


def test_a_document_that_is_gone_is_found(world):
    batch = batch_of(world)
    altered(world, "BO", "batches", batch.manifest.digest, replace(batch, items=[None]))
    assert wrong(world) == ["AL/1/members 1: is accepted, and the document as it came is not here"]


def test_a_document_that_was_erased_and_is_still_there_is_found(world):
    entry = world.nodes["BO"].store.entry(MEMBERS, 1)
    altered(world, "BO", "entries", (entry.manifest, 1), replace(entry, state=State.ERASED))
    assert wrong(world) == ["AL/1/members 1: was erased, and its text or key is still here"]


def test_a_signature_that_does_not_verify_is_found(world):
    batch = batch_of(world)
    altered(
        world, "BO", "batches", batch.manifest.digest, replace(batch, signatures=batch_of(world, number=2).signatures)
    )
    (found,) = wrong(world)
    assert found.startswith("AL/1/members 1-1: was taken under signatures that do not verify")
    altered(world, "BO", "signers", batch.manifest.digest, frozenset())
    assert wrong(world) == ["AL/1/members 1-1: has no valid signature by a key of AL"]


def test_a_batch_that_is_gone_from_the_middle_is_found(world):
    chain = world.nodes["BO"].store._chains[MEMBERS]
    altered(world, "BO", "chains", MEMBERS, chain[1:])
    assert wrong(world) == ["AL/1/members 2-2: does not follow document 0"]


def test_a_leaf_that_was_altered_or_is_gone_is_found(world):
    leaves = world.nodes["BO"].store._leaves["AL", 1]
    altered(world, "BO", "leaves", ("AL", 1), (bytes(32), *leaves[1:]))
    found = wrong(world)
    assert "log of AL/1: has another root at 64 leaves than its checkpoint says" in found
    altered(world, "BO", "leaves", ("AL", 1), leaves[:-1])
    assert wrong(world)[0] == "log of AL/1: has 63 leaves; its checkpoint is of 64"


def test_a_batch_that_its_origin_keeps_out_of_its_log_is_found(world):
    """Shown to one partner alone, and left out of the log that all compare: a second history that is no fork."""
    world.alliance.now += timedelta(hours=1)
    log = world.nodes["AL"].store._leaves["AL", 1]
    world.post("AL", "to BO alone", "to:BO")
    world.seal("AL", checkpoint=False)
    altered(world, "AL", "leaves", ("AL", 1), log)
    world.meet("BO", "AL")
    assert wrong(world) == []  # no checkpoint has come since
    world.alliance.now += timedelta(hours=1)
    world.tell("to everybody")
    (found,) = wrong(world)
    assert "is not in the log of AL: AL keeps it from others" in found
    assert found.startswith("AL/1/to:BO")


def test_a_checkpoint_or_cosignature_that_does_not_verify_is_found(world):
    store = world.nodes["BO"].store
    size, data = store._checkpoints["AL", 1]
    signed = SignedCheckpoint.read(data)
    assert signed.cosignatures
    other = SignedCheckpoint.read(store._checkpoints["SEC", 1][1])
    forged = replace(signed, cosignatures={"SEC": other.signatures})
    altered(world, "BO", "checkpoints", ("AL", 1), (size, forged.encode()))
    assert wrong(world) == ["log of AL/1: the cosignature of SEC under its checkpoint does not verify"]
    altered(world, "BO", "checkpoints", ("AL", 1), (size, replace(signed, signatures=other.signatures).encode()))
    assert wrong(world) == ["log of AL/1: its checkpoint has no valid signature by a key of AL"]


def test_bytes_that_cannot_be_read_cost_their_stream_alone(world):
    store = world.nodes["BO"].store
    size, _ = store._checkpoints["AL", 1]
    altered(world, "BO", "checkpoints", ("AL", 1), (size, b"\xff"))
    batch = batch_of(world, "BO", 2)
    altered(world, "BO", "batches", batch.manifest.digest, replace(batch, items=[b"x"]))
    found = wrong(world)
    assert found[0] == "AL/1/members 2: is not the document that was signed for"
    assert found[1].startswith("log of AL/1: cannot be read any further")
    assert len(found) == 2


def test_a_receipt_for_what_is_not_in_the_stream_is_found(world):
    at = world.alliance.now
    world.nodes["AL"].store._receipts["BO", MEMBERS] = Receipt("BO", MEMBERS, 9, suite.digest(b"x"), at)
    assert wrong(world, "AL") == [
        "receipt of BO for AL/1/members: names a manifest through 9 that is not in this stream"
    ]


def test_what_an_ended_key_signed_beyond_its_end_is_found(world):
    node = world.nodes["BO"]
    head = node.store.head(MEMBERS)
    first = node.store.batch_at(MEMBERS, 1).manifest
    world.alliance.end_key("AL", heads={head.first_manifest: (head.last, head.manifest)})
    node.store.put_trust_files(world.alliance.files)  # past all that acts upon it
    assert [one for one in wrong(world) if "members" in one] == []
    world.alliance.end_key("AL", heads={head.first_manifest: (1, first.digest)}, reason="stolen")
    said = "is signed by a key that had ended, and does not lead to where it ended"
    assert [one for one in wrong(world) if said in one]


def test_after_an_end_that_was_acted_upon_nothing_is_wrong(world):
    heads = {
        head.first_manifest: (head.last, head.manifest)
        for stream, head in world.nodes["AL"].store.heads().items()
        if stream.origin == "AL"
    }
    world.alliance.end_key("AL", heads=heads)
    world.put_keys("AL")
    for name in world.names:
        world.give_list(name)
    world.tell("by the new key")
    world.round()
    for name in world.names:
        assert wrong(world, name) == []


def test_what_was_signed_by_fewer_keys_than_are_asked_by_now_is_noted(world):
    world.alliance.add_key("AL", "seal")
    world.alliance.change_own("AL", signatures=2)
    world.nodes["BO"].store.put_trust_files(world.alliance.files)
    found = list(Audit(world.nodes["BO"]).findings())
    assert found
    assert not [one for one in found if one.wrong]
    assert found[0].what == "has 1 valid signatures; AL asks for 2 by now"


def test_a_node_in_its_second_epoch_is_as_it_should_be(world):
    begin_recovery(world.nodes["AL"], why="restored")
    open_epoch(world.nodes["AL"])
    world.tell("in epoch 2")
    world.round()
    for name in world.names:
        assert wrong(world, name) == []


def test_evidence_is_told_of_and_is_no_fault_of_this_node(world):
    world.back_up("AL")
    world.post("AL", "to BO")
    world.seal("AL")
    ours = batch_of(world, "AL", 3)
    world.restore("AL")
    world.nodes["AL"].store.set_own(replace(world.nodes["AL"].store.own(), confirmed=True, recovering=None))
    world.post("AL", "to SEC")
    world.seal("AL")
    world.nodes["BO"].store.put_evidence("AL", Evidence.of_batches(ours, batch_of(world, "AL", 3)).encode())
    found = list(Audit(world.nodes["BO"]).findings())
    assert [(one.where, one.wrong) for one in found] == [("evidence against AL", False)]
    assert "holds: it has signed two histories" in found[0].what


def test_an_altered_trust_list_ends_the_audit(world):
    files = world.nodes["BO"].store.trust_files()
    name = next(name for name in files if name.endswith("alliance.json"))
    world.nodes["BO"].store.put_trust_files({**files, name: files[name].replace(b"member", b"Member")})
    with pytest.raises(NotTrusted):
        wrong(world)


def test_memory_does_not_grow_with_what_is_held(world):
    """What an audit holds at one time of what it reads: one batch of one stream."""
    for _ in range(30):
        world.post("AL", "x")
        world.seal("AL", checkpoint=False)
    store, asked = world.nodes["AL"].store, []
    batches = store.batches

    def watched(stream, *, after, documents, size):
        found = batches(stream, after=after, documents=documents, size=size)
        asked.append(len(found))
        return found

    store.batches = watched
    assert wrong(world, "AL") == []
    assert len(asked) > 30
    assert max(asked) == 1


def test_a_head_that_is_not_the_end_of_its_stream_is_found(world, monkeypatch):
    store = world.nodes["BO"].store
    head = store.head(MEMBERS)
    for other in (None, replace(head, last=head.last - 1), replace(head, manifest=head.first_manifest)):
        monkeypatch.setattr(store, "head", lambda stream, other=other: other)
        found = wrong(world)
        assert "AL/1/members: its head is not the last manifest that is held" in found
    monkeypatch.setattr(store, "head", lambda stream: head if stream == MEMBERS else None)
    monkeypatch.setattr(store, "batches", lambda stream, **more: [])
    assert "AL/1/members: its head is not the last manifest that is held" in wrong(world)


@pytest.mark.parametrize("left", ["document", "key"])
def test_one_half_of_an_erased_document_that_is_still_there_is_found(world, left):
    entry = world.nodes["BO"].store.entry(MEMBERS, 1)
    rest = {"document": None, "key": None, left: getattr(entry, left)}
    altered(world, "BO", "entries", (entry.manifest, 1), replace(entry, state=State.ERASED, **rest))
    assert wrong(world) == ["AL/1/members 1: was erased, and its text or key is still here"]


def test_a_checkpoint_of_another_alliance_is_found(world):
    store = world.nodes["BO"].store
    size, data = store._checkpoints["AL", 1]
    said = SignedCheckpoint.read(data).checkpoint
    other = Checkpoint.make(
        alliance="other", origin="AL", epoch=1, size=size, root=said.root_hash, made_at=said.made_at
    )
    signed = sign_checkpoint(other, [world.alliance.keys["AL"]["seal"]])
    altered(world, "BO", "checkpoints", ("AL", 1), (size, signed.encode()))
    assert wrong(world) == ["log of AL/1: its checkpoint has no valid signature by a key of AL"]


def test_a_node_that_knows_no_checkpoint_yet_is_as_it_should_be():
    world = World(["AL", "BO", "SEC"])
    world.post("AL", "before any checkpoint")
    world.seal("AL", checkpoint=False)
    world.meet("BO", "AL")
    assert world.nodes["BO"].store.head(MEMBERS) is not None
    assert wrong(world, "AL") == wrong(world, "BO") == []
