"""A bundle looked into offline: nothing of what a receiver would refuse passes for sound."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.world import World

from tocsin.exchange import suite
from tocsin.exchange.bundles import Batch, CheckpointRecord, TrustFile, write_bundle
from tocsin.exchange.checkpoints import Checkpoint, SignedCheckpoint, cosign, sign_checkpoint
from tocsin.exchange.errors import Malformed, NotTrusted, Refused
from tocsin.exchange.inspecting import Inspection, inspect_bundle
from tocsin.exchange.manifests import TYP
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.files import records
from tocsin.exchange.trust.refreshing import begin

MEMBERS, PUBLIC = Stream("AL", 1, "members"), Stream("AL", 1, "public")


@pytest.fixture
def world():
    world = World(["AL", "BO", "SEC"])
    for text in ("one", "two", "three", "four"):
        world.post("AL", text)
        world.seal("AL")
    world.post("AL", "for all the world " * 40, "public")
    world.post("AL", "briefly", "public")
    world.seal("AL")
    return world


def batches(world, stream=MEMBERS, after=0):
    return world.nodes["AL"].store.batches(stream, after=after, documents=100, size=1 << 30)


def bundle(world, *parts, alliance="exercise") -> io.BytesIO:
    file = io.BytesIO()
    write_bundle(file, parts, alliance=alliance, sender="AL", made_at=world.alliance.now)
    file.seek(0)
    return file


def inspected(world, *parts, **more) -> Inspection:
    return inspect_bundle(bundle(world, *parts, **more), world.alliance.files, now=world.alliance.now)


def faults(world, *parts, **more):
    return [(one.where, one.code) for one in inspected(world, *parts, **more).faults]


def signed_again(world, batch: Batch, key=None, **change) -> Batch:
    """The batch with another manifest, signed as AL would, or by whomever."""
    manifest = batch.manifest
    said = {
        "alliance": manifest.alliance,
        "stream": manifest.stream,
        "first": manifest.first,
        "items": manifest.items,
        "previous": manifest.previous,
        "sealed_at": manifest.sealed_at,
        **change,
    }
    made = type(manifest).make(**said)
    return replace(
        batch, manifest=made, signatures=[suite.sign(made.data, key or world.alliance.keys["AL"]["seal"], typ=TYP)]
    )


def test_all_that_a_bundle_holds_is_told_by_stream(world):
    found = inspected(world, *batches(world, after=1), *batches(world, PUBLIC))
    assert found.faults == []
    runs = {stream: (run.first, run.last, run.batches, run.documents) for stream, run in found.runs.items()}
    assert runs == {MEMBERS: (2, 4, 3, 3), PUBLIC: (1, 2, 1, 2)}
    assert found.runs[MEMBERS].parcels == {"AL", "BO", "SEC"}
    assert found.trust == world.alliance.list


def test_withheld_items_are_counted_and_are_no_fault(world):
    one, *rest = batches(world)
    found = inspected(world, replace(one, items=[None], parcels={}), *rest)
    assert (found.faults, found.runs[MEMBERS].withheld) == ([], 1)


def test_a_gap_is_a_fault_and_a_beginning_in_the_middle_is_none(world):
    one, two, three, four = batches(world)
    assert faults(world, two, three, four) == []
    assert faults(world, one, three, four) == [("AL/1/members 3-3", "gap")]
    assert faults(world, two, one) == [("AL/1/members 1-1", "fork")]


def test_another_history_is_a_fault(world):
    one, two, three, _ = batches(world)
    other = signed_again(world, two, previous=suite.digest(b"x"))
    assert faults(world, one, other) == [("AL/1/members 2-2", "fork")]
    assert faults(
        world, one, two, signed_again(world, two, sealed_at=two.manifest.sealed_at + timedelta(seconds=1))
    ) == [("AL/1/members 2-2", "fork")]
    found = inspected(world, one, one, two, three)
    assert (found.faults, found.notes) == ([], ["AL/1/members 1-1 is there twice"])


def test_a_signature_by_a_stranger_is_none(world):
    (one, *_) = batches(world)
    assert faults(world, signed_again(world, one, key=suite.new_key("seal"))) == [
        ("AL/1/members 1-1", "signature-missing")
    ]
    assert faults(world, signed_again(world, one, key=world.alliance.keys["BO"]["seal"])) == [
        ("AL/1/members 1-1", "signature-missing")
    ]
    assert faults(world, replace(one, signatures=[])) == [("AL/1/members 1-1", "signature-missing")]


def test_an_altered_item_is_found_in_its_place(world):
    (batch,) = batches(world, PUBLIC)
    altered = replace(batch, items=[batch.items[0], batch.items[1][:-1] + b" "])
    assert faults(world, altered) == [("AL/1/public 2", "item-altered")]


def test_a_public_document_that_says_something_else_than_its_place_is_a_fault(world):
    (batch,) = batches(world, PUBLIC)
    item = world.document("AL", "x", "family").encode()
    moved = signed_again(world, replace(batch, items=[item]), items=[suite.digest(item)])
    assert faults(world, moved) == [("AL/1/public 1", "head-mismatch")]
    garbage = signed_again(world, replace(batch, items=[b"{}"]), items=[suite.digest(b"{}")])
    assert faults(world, garbage) == [("AL/1/public 1", "document-invalid")]


def test_what_should_be_sealed_and_is_not_is_a_fault(world):
    one, *_ = batches(world)
    item = world.document("AL", "x").encode()
    bare = signed_again(world, replace(one, items=[item], parcels={}), items=[suite.digest(item)])
    assert faults(world, bare) == [("AL/1/members 1", "document-invalid")]


def test_another_alliance_an_unknown_node_and_a_later_moment_are_faults(world):
    one, *_ = batches(world)
    assert faults(world, one, alliance="other") == [("beginning", "other-alliance")]
    assert faults(world, signed_again(world, one, alliance="other")) == [("AL/1/members 1-1", "other-alliance")]
    assert faults(world, signed_again(world, one, stream=Stream("XX", 1, "members"))) == [
        ("XX/1/members 1-1", "unknown-node")
    ]
    later = signed_again(world, one, sealed_at=world.alliance.now + timedelta(seconds=301))
    assert faults(world, later) == [("AL/1/members 1-1", "sealed-in-future")]


def test_a_suspended_node_is_noted(world):
    world.alliance.change("AL", status="suspended")
    found = inspected(world, *batches(world))
    assert (found.faults, found.notes) == ([], ["AL is suspended: nothing of it would be taken now"])


# Keys that have ended


def test_what_leads_to_where_a_key_ended_is_good_and_all_else_is_void(world):
    one, two, three, four = batches(world)
    world.alliance.end_key("AL", heads={one.manifest.digest: (2, two.manifest.digest)}, reason="stolen")
    void = [("AL/1/members 3-3", "key-ended"), ("AL/1/members 4-4", "key-ended")]
    assert faults(world, one, two, three, four) == void
    assert faults(world, one, two) == []
    assert faults(world, one) == [("AL/1/members 1-1", "key-ended")]  # nothing here shows that it leads there
    other = signed_again(
        world, one, key=world.alliance.keys["AL"]["seal"], sealed_at=one.manifest.sealed_at - timedelta(1)
    )
    assert faults(world, other, two)[-1] == ("AL/1/members 2-2", "fork")


def test_an_unbroken_chain_is_what_vouches(world):
    one, two, three, four = batches(world)
    world.alliance.end_key("AL", heads={one.manifest.digest: (4, four.manifest.digest)})
    assert faults(world, one, two, three, four) == []
    assert faults(world, one, three, four) == [("AL/1/members 3-3", "gap"), ("AL/1/members 1-1", "key-ended")]


# Checkpoints


def checkpoint(world) -> SignedCheckpoint:
    return SignedCheckpoint.read(world.nodes["AL"].store.checkpoint("AL", 1))


def test_a_checkpoint_is_told_with_those_whose_cosignature_counts(world):
    made = checkpoint(world)
    cosigned = {"BO": cosign(made.checkpoint, [world.alliance.keys["BO"]["seal"]]), "SEC": made.signatures}
    found = inspected(world, CheckpointRecord(replace(made, cosignatures=cosigned).encode()))
    assert found.faults == []
    (seen,) = found.checkpoints.values()
    assert (seen.size, seen.cosigners) == (made.checkpoint.size, ("BO",))


def test_a_checkpoint_that_is_not_its_origin_s_is_a_fault(world):
    made = checkpoint(world)
    forged = replace(made, signatures=cosign(made.checkpoint, [world.alliance.keys["BO"]["seal"]]))
    assert faults(world, CheckpointRecord(forged.encode())) == [("a checkpoint", "signature-missing")]
    assert faults(world, CheckpointRecord(b"{}")) == [("a checkpoint", "manifest-invalid")]


def test_of_a_log_s_checkpoints_the_largest_is_told_wherever_it_stands(world):
    small = checkpoint(world)
    for _ in range(20):
        world.post("AL", "x")
        world.seal("AL")
    large = checkpoint(world)
    assert large.checkpoint.size > small.checkpoint.size
    for both in ((small, large), (large, small)):
        found = inspected(world, *(CheckpointRecord(one.encode()) for one in both))
        assert [seen.size for seen in found.checkpoints.values()] == [large.checkpoint.size]
        assert found.faults == []


def test_a_checkpoint_of_a_stranger_is_a_fault(world):
    made = Checkpoint.make(
        alliance="exercise", origin="XX", epoch=1, size=16, root=bytes(32), made_at=world.alliance.now
    )
    record = CheckpointRecord(sign_checkpoint(made, [world.alliance.keys["AL"]["seal"]]).encode())
    assert faults(world, record) == [("a checkpoint", "unknown-node")]
    other = Checkpoint.make(alliance="other", origin="AL", epoch=1, size=16, root=bytes(32), made_at=world.alliance.now)
    record = CheckpointRecord(sign_checkpoint(other, [world.alliance.keys["AL"]["seal"]]).encode())
    assert faults(world, record) == [("a checkpoint", "other-alliance")]


def test_two_checkpoints_of_one_size_with_two_roots_are_a_fault(world):
    made = checkpoint(world)
    other = Checkpoint.make(
        alliance="exercise", origin="AL", epoch=1, size=made.checkpoint.size, root=bytes(32), made_at=world.alliance.now
    )
    forged = sign_checkpoint(other, [world.alliance.keys["AL"]["seal"]])
    both = [CheckpointRecord(one.encode()) for one in (made, forged)]
    assert [code for _, code in faults(world, *both)] == ["equivocation"]


def test_a_checkpoint_signed_by_a_key_that_ended_since_is_noted(world):
    record = CheckpointRecord(checkpoint(world).encode())
    world.alliance.end_key("AL")
    found = inspected(world, record)
    assert found.faults == []
    assert "has ended since" in found.notes[0]


# The list


def test_a_bundle_is_judged_by_the_newer_list_that_it_brings(world):
    old = world.alliance.files
    one, two, *_ = batches(world)
    world.alliance.end_key("AL", heads={one.manifest.digest: (1, one.manifest.digest)}, reason="stolen")
    file = bundle(world, *records(world.alliance.files), one, two)
    found = inspect_bundle(file, old, now=world.alliance.now)
    assert [fault.where for fault in found.faults] == ["AL/1/members 2-2"]
    assert found.trust.version == 2


def test_a_root_is_enough_where_the_bundle_brings_the_list_and_not_otherwise(world):
    held = begin(world.alliance.root)
    found = inspect_bundle(bundle(world, *records(world.alliance.files), *batches(world)), held, now=world.alliance.now)
    assert (found.faults, found.list_files) == ([], len(world.alliance.files))
    with pytest.raises(NotTrusted, match=r"there is no timestamp\.json"):
        inspect_bundle(bundle(world, *batches(world)), held, now=world.alliance.now)


def test_a_list_of_strangers_is_a_fault_and_judges_nothing(world):
    strangers = ExerciseAlliance(["AL", "SEC"])
    found = inspected(world, *records(strangers.files), *batches(world))
    assert [fault.code for fault in found.faults] == ["list-invalid"]
    assert found.trust == world.alliance.list


def test_an_older_list_in_a_bundle_is_noted(world):
    old = records(world.alliance.files)
    world.alliance.renew()
    found = inspected(world, *old, *batches(world))
    assert found.faults == []
    assert found.notes[0].startswith("its trust list is not taken:")
    world.alliance.pass_time(days=8)
    assert "has expired on" in inspected(world, *batches(world)).notes[-1]


def test_more_files_than_a_list_has_are_refused(world):
    parts = [TrustFile(f"{number}.root.json", b"{}") for number in range(1, 1_003)]
    with pytest.raises(NotTrusted, match="more than the 1000 files"):
        inspected(world, *parts)


# What cannot be read


def test_what_was_seen_before_a_bundle_breaks_off_is_kept(world):
    data = bundle(world, *batches(world)).getvalue()
    found = Inspection()
    with pytest.raises(Malformed, match="ends in the middle"):
        inspect_bundle(io.BytesIO(data[: len(data) // 2]), world.alliance.files, now=world.alliance.now, found=found)
    assert found.begin.sender == "AL"
    assert 0 < found.runs[MEMBERS].last < 4


def test_only_so_many_faults_are_kept_and_all_are_counted(world, monkeypatch):
    monkeypatch.setattr("tocsin.exchange.inspecting.FAULTS_KEPT", 2)
    found = inspected(world, *(replace(one, signatures=[]) for one in batches(world)))
    assert (len(found.faults), found.faulty) == (2, 4)


@pytest.mark.parametrize("bit", range(0, 8, 3))
def test_no_changed_bit_passes_for_sound(world, bit):
    """Wherever one is changed, the bundle does not verify."""
    data = bundle(world, *batches(world)[:1], CheckpointRecord(checkpoint(world).encode())).getvalue()
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 1 << bit
        with pytest.raises(Refused):
            inspect_bundle(io.BytesIO(changed), world.alliance.files, now=world.alliance.now)
