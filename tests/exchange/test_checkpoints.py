"""Checkpoints: their form, whose signatures count, and what may be kept beside them."""

import json
from datetime import UTC, datetime

import pytest
from tests.exchange.alliances import ExerciseAlliance

from tocsin.exchange import limits, suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.checkpoints import Checkpoint, SignedCheckpoint, cosign, filling, sign_checkpoint
from tocsin.exchange.errors import Malformed, NotTrusted, TooLarge
from tocsin.exchange.merkle import Tree

AT = datetime(2026, 3, 9, 6, tzinfo=UTC)
TREE = Tree([bytes([number]) * 32 for number in range(48)])
FIRST = suite.digest(b"the first manifest of the stream")
SAID = {
    "alliance": "exercise",
    "epoch": 1,
    "made_at": "2026-03-09T06:00:00Z",
    "origin": "AL",
    "root": suite.encoded(TREE.root(32)),
    "size": 32,
}


def checkpoint(**changes):
    given = {"alliance": "exercise", "origin": "AL", "epoch": 1, "size": 32, "root": TREE.root(32), "made_at": AT}
    return Checkpoint.make(**given | changes)


@pytest.fixture
def alliance():
    return ExerciseAlliance(["AL", "BO", "CE", "SEC"])


def signed_by(alliance, node="AL", said=None):
    return sign_checkpoint(said or checkpoint(), [alliance.keys[node]["seal"]])


def with_cosignatures(signed, alliance, *nodes):
    cosignatures = {node: cosign(signed.checkpoint, [alliance.keys[node]["seal"]]) for node in nodes}
    return SignedCheckpoint(signed.checkpoint, signed.signatures, cosignatures)


# Form


def test_a_checkpoint_says_exactly_what_the_protocol_asks_in_canonical_form():
    made = checkpoint()
    assert json.loads(made.data) == SAID
    assert Checkpoint.read(made.data) == made
    assert made.root_hash == TREE.root(32)


@pytest.mark.parametrize(
    "changes",
    [
        {"alliance": "Exercise"},
        {"alliance": None},
        {"origin": "al"},
        {"origin": 7},
        {"epoch": 0},
        {"epoch": True},
        {"epoch": "1"},
        {"size": 0},
        {"size": -16},
        {"size": 33},
        {"size": True},
        {"size": "32"},
        {"root": ""},
        {"root": SAID["root"][:-1]},
        {"root": SAID["root"] + "A"},
        {"root": SAID["root"][:-1] + "B"},
        {"root": None},
        {"made_at": "2026-03-09"},
        {"made_at": "2026-02-30T06:00:00Z"},
        {"made_at": 0},
        {"more": 1},
    ],
)
def test_a_checkpoint_that_is_not_of_its_form_is_refused(changes):
    with pytest.raises(Malformed) as refusal:
        Checkpoint.read(canonical(SAID | changes))
    assert refusal.value.code == "manifest-invalid"


@pytest.mark.parametrize("name", SAID)
def test_a_checkpoint_without_any_one_member_is_refused(name):
    with pytest.raises(Malformed):
        Checkpoint.read(canonical({other: value for other, value in SAID.items() if other != name}))


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{}", json.dumps(SAID).encode(), checkpoint().data + b" "])
def test_what_is_no_checkpoint_in_canonical_form_is_refused(data):
    with pytest.raises(Malformed):
        Checkpoint.read(data)


def test_a_checkpoint_larger_than_any_can_be_is_not_read():
    with pytest.raises(TooLarge):
        Checkpoint.read(canonical(SAID | {"more": "x" * 2_000}))


def test_a_log_is_filled_with_other_random_leaves_each_time_to_a_size_that_may_have_a_checkpoint():
    for size in range(1, 50):
        fill = filling(size)
        assert (size + len(fill)) % limits.LOG_FILL == 0
        assert len(fill) < limits.LOG_FILL
        assert all(len(leaf) == 32 for leaf in fill)
    assert filling(32) == []
    assert len({*filling(1), *filling(1)}) == 30


# Its record


def test_a_record_holds_what_it_was_made_from(alliance):
    signed = with_cosignatures(signed_by(alliance), alliance, "BO", "CE")
    assert SignedCheckpoint.read(signed.encode()) == signed
    assert json.loads(signed.encode()).keys() == {"checkpoint", "signatures", "cosignatures"}


def record(**changes):
    said = {"checkpoint": suite.encoded(checkpoint().data), "signatures": [], "cosignatures": {}}
    return canonical(said | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"checkpoint": suite.encoded(checkpoint().data) + "="},
        {"checkpoint": suite.encoded(b"{}")},
        {"checkpoint": SAID},
        {"signatures": {}},
        {"signatures": ["text"]},
        {"cosignatures": []},
        {"cosignatures": {"bo": []}},
        {"cosignatures": {"BO": {}}},
        {"cosignatures": {"BO": [1]}},
        {"more": 1},
    ],
)
def test_a_record_that_is_not_of_its_form_is_refused(changes):
    assert SignedCheckpoint.read(record()).signatures == ()
    with pytest.raises(Malformed) as refusal:
        SignedCheckpoint.read(record(**changes))
    assert refusal.value.code == "manifest-invalid"


@pytest.mark.parametrize(
    "changes",
    [
        {"signatures": [{}] * (limits.SIGNATURES + 1)},
        {"cosignatures": {"BO": [{}] * (limits.SIGNATURES + 1)}},
        {"cosignatures": {f"N{number}": [] for number in range(65)}},
        {"signatures": [{"protected": "x" * 530_000}]},
    ],
)
def test_more_signatures_than_the_limits_are_not_read(changes):
    with pytest.raises(TooLarge):
        SignedCheckpoint.read(record(**changes))


def test_a_record_that_nobody_would_take_is_not_written():
    for signatures, cosigners in ((({"protected": "x" * 530_000},), 0), ((), 65)):
        with pytest.raises(ValueError, match="the limit is"):
            SignedCheckpoint(checkpoint(), signatures, {f"N{number}": () for number in range(cosigners)}).encode()


# Whose signatures count


def test_a_checkpoint_signed_by_its_origin_is_taken(alliance):
    signed = signed_by(alliance)
    signed.check(alliance.list)
    assert signed.signers(alliance.list) == {suite.thumbprint(alliance.keys["AL"]["seal"])}


def test_a_checkpoint_signed_by_another_node_is_not_taken(alliance):
    refused(signed_by(alliance, "BO"), alliance, "signature-missing")


def test_a_checkpoint_of_a_node_that_is_not_listed_is_not_taken(alliance):
    signed = signed_by(alliance, said=checkpoint(origin="XX"))
    assert signed.signers(alliance.list) == set()
    refused(signed, alliance, "unknown-node")


def test_a_checkpoint_of_another_alliance_is_not_taken(alliance):
    refused(signed_by(alliance, said=checkpoint(alliance="other")), alliance, "other-alliance")


@pytest.mark.parametrize("status", ["suspended", "left"])
def test_a_checkpoint_of_a_node_that_does_not_take_part_now_is_not_taken(alliance, status):
    signed = signed_by(alliance)
    alliance.change("AL", status=status)
    refused(signed, alliance, status)


def test_a_signature_made_for_something_else_does_not_count(alliance):
    key, said = alliance.keys["AL"]["seal"], checkpoint()
    for typ in ("tocsin-manifest", "tocsin-cosignature"):
        refused(SignedCheckpoint(said, (suite.sign(said.data, key, typ=typ),)), alliance, "signature-missing")
    refused(sign_checkpoint(said, [alliance.keys["AL"]["request"]]), alliance, "signature-missing")


def test_a_signature_of_another_checkpoint_does_not_count(alliance):
    other = signed_by(alliance, said=checkpoint(root=TREE.root(48)))
    refused(SignedCheckpoint(checkpoint(), other.signatures), alliance, "signature-missing")


def test_as_many_distinct_keys_must_sign_as_the_entry_asks(alliance):
    second = alliance.add_key("AL", "seal")
    alliance.change_own("AL", signatures=2)
    first = alliance.keys["AL"]["seal"]
    refused(sign_checkpoint(checkpoint(), [first]), alliance, "signature-missing")
    refused(sign_checkpoint(checkpoint(), [first, first]), alliance, "signature-missing")
    sign_checkpoint(checkpoint(), [first, second]).check(alliance.list)


def test_a_signature_that_does_not_count_takes_nothing_from_those_that_do(alliance):
    signed = signed_by(alliance)
    junk = ({}, {"protected": 1}, {"protected": "e30", "signature": "AA"}, {"protected": "eyJ", "signature": ""})
    SignedCheckpoint(signed.checkpoint, (*junk, *signed.signatures)).check(alliance.list)


@pytest.mark.parametrize("reason", ["rotated", "stolen"])
def test_a_key_that_ended_signs_no_new_checkpoint_whatever_heads_its_end_names(alliance, reason):
    signed = signed_by(alliance)
    alliance.end_key("AL", "seal", heads={FIRST: (12, suite.digest(b"a manifest"))}, reason=reason)
    refused(signed, alliance, "signature-missing")
    signed_by(alliance).check(alliance.list)


def test_a_stale_list_still_verifies(alliance):
    alliance.pass_time(days=30)
    signed_by(alliance).check(alliance.list)


def refused(signed, alliance, code):
    with pytest.raises(NotTrusted) as refusal:
        signed.check(alliance.list)
    assert refusal.value.code == code


# Cosignatures


def test_other_nodes_that_cosigned_are_named_with_their_status(alliance):
    signed = with_cosignatures(signed_by(alliance), alliance, "BO", "CE", "SEC")
    alliance.change("CE", status="suspended")
    alliance.change("SEC", status="left")
    assert signed.cosigners(alliance.list) == {"BO": "active", "CE": "suspended", "SEC": "left"}


def test_an_origin_does_not_cosign_its_own_checkpoint(alliance):
    assert with_cosignatures(signed_by(alliance), alliance, "AL").cosigners(alliance.list) == {}


def test_a_cosignature_counts_for_the_node_and_the_checkpoint_it_was_made_for(alliance):
    said, key = checkpoint(), alliance.keys["BO"]["seal"]
    signed = signed_by(alliance)
    for node, signature in (
        ("CE", cosign(said, [key])[0]),
        ("XX", cosign(said, [key])[0]),
        ("BO", cosign(checkpoint(size=48), [key])[0]),
        ("BO", suite.sign(said.data, key, typ="tocsin-checkpoint")),
        ("BO", suite.sign(said.data, alliance.keys["BO"]["request"], typ="tocsin-cosignature")),
        ("BO", signed.signatures[0]),
    ):
        offered = SignedCheckpoint(said, signed.signatures, {node: (signature,)})
        assert offered.cosigners(alliance.list) == {}
    assert with_cosignatures(signed, alliance, "BO").cosigners(alliance.list) == {"BO": "active"}


def test_a_cosigner_signs_with_as_many_live_keys_as_its_entry_asks(alliance):
    signed = with_cosignatures(signed_by(alliance), alliance, "BO", "CE")
    alliance.end_key("BO", "seal")
    assert signed.cosigners(alliance.list) == {"CE": "active"}
    second = alliance.add_key("CE", "seal")
    alliance.change_own("CE", signatures=2)
    assert signed.cosigners(alliance.list) == {}
    both = cosign(signed.checkpoint, [alliance.keys["CE"]["seal"], second])
    assert SignedCheckpoint(signed.checkpoint, (), {"CE": both}).cosigners(alliance.list) == {"CE": "active"}


# What is kept


def test_only_what_counts_is_kept_of_what_another_sent(alliance):
    clean = with_cosignatures(signed_by(alliance), alliance, "BO")
    padded = {"BO": ({"protected": "x" * 50_000}, *clean.cosignatures["BO"]), "CE": ({},)}
    sent = SignedCheckpoint(clean.checkpoint, ({}, *clean.signatures, *clean.signatures), padded)
    assert sent.counted(alliance.list) == clean


def test_cosignatures_from_two_sides_are_joined(alliance):
    signed = signed_by(alliance)
    here, there = (with_cosignatures(signed, alliance, *nodes) for nodes in (["BO"], ["BO", "CE"]))
    there = SignedCheckpoint(signed.checkpoint, there.signatures, {**there.cosignatures, "SEC": ({},)})
    joined = here.joined(there, alliance.list)
    assert joined.cosigners(alliance.list) == {"BO": "active", "CE": "active"}
    assert "SEC" not in joined.cosignatures
    joined.check(alliance.list)


def test_joining_loses_nothing_that_was_verified_before_a_key_ended(alliance):
    here = with_cosignatures(signed_by(alliance), alliance, "BO")
    alliance.end_key("AL", "seal")
    alliance.end_key("BO", "seal")
    nothing = SignedCheckpoint(here.checkpoint, ())
    assert here.joined(nothing, alliance.list) == here


def test_after_a_change_of_keys_the_new_signatures_take_the_place_of_the_old(alliance):
    here = with_cosignatures(signed_by(alliance), alliance, "BO", "CE")
    alliance.end_key("AL", "seal")
    alliance.end_key("BO", "seal")
    joined = here.joined(with_cosignatures(signed_by(alliance), alliance, "BO"), alliance.list)
    joined.check(alliance.list)
    assert joined.cosigners(alliance.list) == {"BO": "active", "CE": "active"}
    assert {node: len(found) for node, found in joined.cosignatures.items()} == {"BO": 1, "CE": 1}


def test_names_that_nobody_can_verify_leave_room_for_those_that_count(alliance):
    signed = signed_by(alliance)
    crowded = SignedCheckpoint(signed.checkpoint, signed.signatures, {f"N{number}": ({},) for number in range(64)})
    joined = crowded.joined(with_cosignatures(signed, alliance, "CE"), alliance.list)
    assert joined.cosigners(alliance.list) == {"CE": "active"}
    SignedCheckpoint.read(joined.encode())


def test_two_checkpoints_are_not_joined(alliance):
    with pytest.raises(ValueError, match="two checkpoints"):
        signed_by(alliance).joined(signed_by(alliance, said=checkpoint(epoch=2)), alliance.list)
