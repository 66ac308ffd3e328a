"""Evidence of equivocation: that it holds against who signed two histories, and against nobody else."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.alliances import ExerciseAlliance

from tocsin.exchange import suite
from tocsin.exchange.bundles import Batch
from tocsin.exchange.canonical import canonical
from tocsin.exchange.checkpoints import Checkpoint, sign_checkpoint
from tocsin.exchange.errors import Malformed, NotTrusted, Refused, TooLarge
from tocsin.exchange.evidence import Evidence, Statement
from tocsin.exchange.manifests import TYP, Manifest
from tocsin.exchange.merkle import Tree
from tocsin.exchange.streams import Stream

AT = datetime(2026, 3, 9, 6, tzinfo=UTC)
MEMBERS = Stream("AL", 1, "members")
LEAVES = [bytes([number]) * 32 for number in range(64)]
OTHERS = [*LEAVES[:20], b"\xaa" * 32, *LEAVES[21:]]  # another history from leaf 20 on
FIRST = suite.digest(b"the first manifest of the stream")


@pytest.fixture
def alliance():
    return ExerciseAlliance(["AL", "BO", "CE"])


def digest(text):
    return suite.digest(text.encode())


def signed_checkpoint(alliance, leaves=LEAVES, size=32, /, *, key=None, keys=None, **changes):
    said = {"alliance": "exercise", "origin": "AL", "epoch": 1, "made_at": AT} | changes
    checkpoint = Checkpoint.make(size=size, root=Tree(leaves[:size]).root(), **said)
    return sign_checkpoint(checkpoint, keys or [key or alliance.keys["AL"]["seal"]])


def batch(
    alliance, /, first=13, count=2, *, previous="before", text="", key=None, keys=None, stream=MEMBERS, **changes
):
    manifest = Manifest.make(
        **{"alliance": "exercise"} | changes,
        stream=stream,
        first=first,
        items=[digest(f"{text} {number}") for number in range(count)],
        previous=None if first == 1 else digest(previous),
        sealed_at=AT,
    )
    keys = keys or [key or alliance.keys["AL"]["seal"]]
    return Batch(manifest, [suite.sign(manifest.data, one, typ=TYP) for one in keys], [None] * count)


def of_all_kinds(alliance):
    one, other = signed_checkpoint(alliance), signed_checkpoint(alliance, OTHERS)
    return [
        Evidence.of_checkpoints(one, other),
        Evidence.of_batches(batch(alliance), batch(alliance, text="other")),
        Evidence.of_leaves(one, LEAVES, signed_checkpoint(alliance, OTHERS, 48), OTHERS),
    ]


def refused(evidence, alliance, code):
    with pytest.raises(NotTrusted) as refusal:
        evidence.verify(alliance.list)
    assert refusal.value.code == code


# It holds


def test_evidence_of_every_kind_holds_at_any_node_that_has_the_list(alliance):
    for evidence in of_all_kinds(alliance):
        read = Evidence.read(evidence.encode())
        assert read == evidence
        assert (read.alliance, read.origin, read.epoch) == ("exercise", "AL", 1)
        read.verify(alliance.list)


def test_two_checkpoints_of_one_size_with_two_roots_are_evidence_in_one_form(alliance):
    one, other = signed_checkpoint(alliance), signed_checkpoint(alliance, OTHERS)
    assert Evidence.of_checkpoints(one, other) == Evidence.of_checkpoints(other, one)
    assert Evidence.of_checkpoints(one, other).kind == "checkpoints"


@pytest.mark.parametrize("sizes", [(32, 48), (48, 32), (32, 32), (48, 64)])
def test_two_trees_that_differ_where_both_have_a_leaf_are_evidence_whatever_their_sizes(alliance, sizes):
    one, other = signed_checkpoint(alliance, LEAVES, sizes[0]), signed_checkpoint(alliance, OTHERS, sizes[1])
    evidence = Evidence.of_leaves(one, LEAVES, other, OTHERS[: sizes[1]])
    assert (evidence.kind, evidence.index) == ("leaves", 20)
    Evidence.read(evidence.encode()).verify(alliance.list)
    assert len(evidence.encode()) < 4_000


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"first": 13, "count": 2}, {"first": 13, "count": 2}),
        ({"first": 13, "count": 2}, {"first": 14, "count": 1, "previous": "another"}),
        ({"first": 13, "count": 5}, {"first": 15, "count": 1, "previous": "another"}),
        ({"first": 13, "count": 2}, {"first": 20, "count": 1}),  # both follow the same
        ({"first": 1, "count": 2}, {"first": 1, "count": 3}),
    ],
)
def test_two_manifests_for_one_place_are_evidence(alliance, one, other):
    for a, b in ((one, other), (other, one)):
        Evidence.of_batches(batch(alliance, **a), batch(alliance, **b, text="other")).verify(alliance.list)


def test_a_manifest_sealed_twice_at_two_times_is_evidence(alliance):
    one = batch(alliance)
    data = one.manifest.data.replace(b"06:00:00", b"06:00:01")
    other = Batch(Manifest.read(data), [suite.sign(data, alliance.keys["AL"]["seal"], typ=TYP)], [None] * 2)
    Evidence.of_batches(one, other).verify(alliance.list)


@pytest.mark.parametrize("status", ["suspended", "left"])
def test_evidence_holds_against_a_node_that_no_longer_takes_part(alliance, status):
    alliance.change("AL", status=status)
    for evidence in of_all_kinds(alliance):
        evidence.verify(alliance.list)


def test_the_same_conflict_is_known_again_under_other_signatures_and_proofs(alliance):
    second = alliance.add_key("AL", "seal")
    first = alliance.keys["AL"]["seal"]
    found = [
        Evidence.of_checkpoints(signed_checkpoint(alliance, keys=keys), signed_checkpoint(alliance, OTHERS, keys=keys))
        for keys in ([first], [second], [first, second])
    ]
    found.append(
        Evidence.of_leaves(signed_checkpoint(alliance), LEAVES, signed_checkpoint(alliance, OTHERS), OTHERS),
    )
    assert len({evidence.encode() for evidence in found}) == 4
    assert len({evidence.conflict for evidence in found}) == 1
    assert len({evidence.conflict for evidence in of_all_kinds(alliance)}) == 3


# It is not found where there is none


def test_checkpoints_that_can_be_of_one_tree_are_no_evidence(alliance):
    one = signed_checkpoint(alliance)
    for other in (
        one,
        signed_checkpoint(alliance, made_at=AT + timedelta(hours=1)),
        signed_checkpoint(alliance, LEAVES, 48),
        signed_checkpoint(alliance, OTHERS, 48),  # of another size: nothing is shown without leaves
        signed_checkpoint(alliance, OTHERS, epoch=2),
        signed_checkpoint(alliance, OTHERS, origin="BO"),
        signed_checkpoint(alliance, OTHERS, alliance="other"),
    ):
        assert Evidence.of_checkpoints(one, other) is None


def test_leaves_that_agree_or_are_not_those_that_were_signed_are_no_evidence(alliance):
    one, longer = signed_checkpoint(alliance), signed_checkpoint(alliance, LEAVES, 48)
    assert Evidence.of_leaves(one, LEAVES, longer, LEAVES) is None
    assert Evidence.of_leaves(one, LEAVES, longer, OTHERS) is None
    assert Evidence.of_leaves(one, OTHERS, longer, LEAVES) is None
    beyond = [*LEAVES[:40], b"\xaa" * 32, *LEAVES[41:]]
    assert Evidence.of_leaves(one, LEAVES, signed_checkpoint(alliance, beyond, 48), beyond) is None
    assert Evidence.of_leaves(one, LEAVES, signed_checkpoint(alliance, OTHERS, 48), OTHERS[:25]) is None
    assert Evidence.of_leaves(one, [], longer, []) is None


@given(st.integers(0, 47), st.integers(0, 47))
def test_no_proofs_of_one_tree_are_evidence(index, other):
    alliance = ANY
    tree = Tree(LEAVES[:48])
    one, two = signed_checkpoint(alliance), signed_checkpoint(alliance, LEAVES, 48)
    statements = [
        Statement(one.checkpoint, one.signatures, LEAVES[index], tuple(tree.inclusion_proof(min(index, 31), 32))),
        Statement(two.checkpoint, two.signatures, LEAVES[other], tuple(tree.inclusion_proof(other))),
    ]
    first, second = sorted(statements, key=lambda statement: statement.said.data)
    for at in {index, other}:
        with pytest.raises(Malformed):
            Evidence("leaves", first, second, at)


ANY = ExerciseAlliance(["AL", "BO"])


@pytest.mark.parametrize(
    "other",
    [
        {"first": 16, "count": 2, "previous": "it"},
        {"first": 10, "count": 2, "previous": "earlier"},
        {"stream": Stream("AL", 2, "members")},
        {"stream": Stream("AL", 1, "family")},
        {"stream": Stream("BO", 1, "members")},
        {"alliance": "other"},
    ],
)
def test_manifests_of_other_places_are_no_evidence(alliance, other):
    assert Evidence.of_batches(batch(alliance), batch(alliance, **{"text": "other"} | other)) is None
    assert Evidence.of_batches(batch(alliance), batch(alliance)) is None


def test_a_manifest_that_passes_over_the_one_before_it_is_evidence(alliance):
    before = batch(alliance)
    over = batch(alliance, first=15, previous="another than `before`")
    for found in (Evidence.of_batches(before, over), Evidence.of_batches(over, before)):
        found.verify(alliance.list)
    assert Evidence.of_batches(before, _following(alliance, before)) is None


def _following(alliance, before):
    manifest = Manifest.make(
        alliance="exercise",
        stream=MEMBERS,
        first=before.manifest.last + 1,
        items=[digest("next")],
        previous=before.manifest.digest,
        sealed_at=AT,
    )
    return Batch(manifest, [suite.sign(manifest.data, alliance.keys["AL"]["seal"], typ=TYP)], [None])


# Nobody can forge it


def test_what_another_signed_in_the_name_of_the_origin_is_not_evidence(alliance):
    forger = alliance.keys["BO"]["seal"]
    for key in (forger, suite.new_key("seal"), alliance.keys["AL"]["request"]):
        refused(
            Evidence.of_checkpoints(signed_checkpoint(alliance), signed_checkpoint(alliance, OTHERS, key=key)),
            alliance,
            "signature-missing",
        )
        refused(
            Evidence.of_batches(batch(alliance), batch(alliance, text="other", key=key)), alliance, "signature-missing"
        )
        refused(
            Evidence.of_leaves(
                signed_checkpoint(alliance, key=key), LEAVES, signed_checkpoint(alliance, OTHERS), OTHERS
            ),
            alliance,
            "signature-missing",
        )


def test_a_cosignature_of_the_origin_is_not_its_checkpoint(alliance):
    one, other = signed_checkpoint(alliance), signed_checkpoint(alliance, OTHERS)
    as_cosigned = suite.sign(other.checkpoint.data, alliance.keys["AL"]["seal"], typ="tocsin-cosignature")
    evidence = Evidence.of_checkpoints(one, type(other)(other.checkpoint, (as_cosigned,)))
    refused(evidence, alliance, "signature-missing")


def test_both_statements_need_as_many_keys_as_the_entry_asks(alliance):
    second = alliance.add_key("AL", "seal")
    keys = [alliance.keys["AL"]["seal"], second]
    alliance.change_own("AL", signatures=2)
    refused(
        Evidence.of_batches(batch(alliance, keys=keys), batch(alliance, text="other", keys=keys[:1])),
        alliance,
        "signature-missing",
    )
    Evidence.of_batches(batch(alliance, keys=keys), batch(alliance, text="other", keys=keys)).verify(alliance.list)


def test_evidence_of_another_alliance_or_of_a_node_that_is_not_listed_is_not_taken(alliance):
    other = ExerciseAlliance(["AL"], alliance="other")
    for evidence in of_all_kinds(alliance):
        refused(evidence, other, "other-alliance")
        refused(evidence, ExerciseAlliance(["BO"]), "unknown-node")


def test_any_change_of_evidence_makes_it_fail(alliance):
    for evidence in of_all_kinds(alliance):
        data = evidence.encode()
        for place in range(0, len(data), 7):
            changed = bytearray(data)
            changed[place] ^= 1
            with pytest.raises(Refused):
                Evidence.read(bytes(changed)).verify(alliance.list)


def swapped(said):
    return said | {"first": said["second"], "second": said["first"]}


def same_twice(said):
    return said | {"second": said["first"]}


@pytest.mark.parametrize(
    "change",
    [
        swapped,
        same_twice,
        lambda said: said | {"more": 1},
        lambda said: said | {"index": 19} if "index" in said else said | {"index": 20},
        lambda said: said | {"index": -1},
        lambda said: said | {"index": "20"},
        lambda said: said | {"index": True},
        lambda said: said | {"index": None},
        lambda said: (
            said | {"kind": {"checkpoints": "leaves", "leaves": "checkpoints", "manifests": "leaves"}[said["kind"]]}
        ),
        lambda said: said | {"kind": ["manifests"]},
        lambda said: said | {"first": []},
        lambda said: said | {"first": said["first"] | {"more": 1}},
        lambda said: said | {"first": said["first"] | {"signatures": {}}},
        lambda said: said | {"first": said["first"] | {"proof": []}},
        lambda said: said | {"first": said["first"] | {"leaf": said["second"].get("leaf", "")}},
        lambda said: said | {"second": said["second"] | {"proof": [*said["second"].get("proof", []), digest("more")]}},
        lambda said: {name: value for name, value in said.items() if name != "kind"},
        lambda said: {name: value for name, value in said.items() if name != "second"},
        lambda said: [said],
    ],
)
def test_what_is_not_of_the_form_of_evidence_is_refused(alliance, change):
    for evidence in of_all_kinds(alliance):
        with pytest.raises(Malformed):
            Evidence.read(canonical(change(json.loads(evidence.encode()))))


def test_only_evidence_of_leaves_has_an_index(alliance):
    for evidence in of_all_kinds(alliance):
        with pytest.raises(Malformed):
            Evidence(evidence.kind, evidence.first, evidence.second, 3 if evidence.index is None else None)


def test_a_leaf_of_another_width_is_not_evidence(alliance):
    odd = [*LEAVES[:20], b"short", *LEAVES[21:]]
    evidence = Evidence.of_leaves(signed_checkpoint(alliance), LEAVES, signed_checkpoint(alliance, odd, 48), odd)
    assert evidence is None


def test_evidence_larger_than_any_can_be_is_not_read():
    with pytest.raises(TooLarge):
        Evidence.read(b'"' + b"x" * (3 * 1024 * 1024) + b'"')


def test_evidence_of_the_largest_manifests_can_be_carried(alliance):
    one, other = (batch(alliance, count=5_000, text=text) for text in ("one", "other"))
    data = Evidence.of_batches(one, other).encode()
    Evidence.read(data).verify(alliance.list)


# A stolen key accuses nobody


def test_evidence_stands_while_the_key_lives_and_falls_when_it_is_said_to_be_stolen(alliance):
    good, thief = batch(alliance), batch(alliance, text="the thief's")
    by_manifests = Evidence.of_batches(good, thief)
    by_checkpoints = Evidence.of_checkpoints(signed_checkpoint(alliance), signed_checkpoint(alliance, OTHERS))
    by_manifests.verify(alliance.list)
    by_checkpoints.verify(alliance.list)
    alliance.end_key("AL", "seal", heads={FIRST: (14, good.manifest.digest)}, reason="stolen")
    refused(by_manifests, alliance, "key-ended")
    refused(by_checkpoints, alliance, "key-ended")


@pytest.mark.parametrize("last", [12, 14, 30])
def test_what_the_thief_signed_is_not_evidence_against_what_the_new_key_signed(alliance, last):
    thief = batch(alliance, text="the thief's")
    stolen = alliance.keys["AL"]["seal"]
    alliance.end_key("AL", "seal", heads={FIRST: (last, digest("the last good one"))}, reason="stolen")
    refused(Evidence.of_batches(thief, batch(alliance)), alliance, "key-ended")
    refused(
        Evidence.of_checkpoints(signed_checkpoint(alliance, OTHERS, key=stolen), signed_checkpoint(alliance)),
        alliance,
        "key-ended",
    )
    refused(
        Evidence.of_leaves(
            signed_checkpoint(alliance, OTHERS, key=stolen), OTHERS, signed_checkpoint(alliance, LEAVES, 48), LEAVES
        ),
        alliance,
        "key-ended",
    )


def test_a_key_that_ended_in_other_streams_signed_nothing_here(alliance):
    old = batch(alliance)
    alliance.end_key("AL", "seal", heads={FIRST: (14, digest("in another stream"))}, reason="rotated")
    refused(Evidence.of_batches(old, batch(alliance, text="other")), alliance, "key-ended")


def test_the_last_good_manifest_of_an_ended_key_is_evidence_against_a_second_history_below_it(alliance):
    last_good = batch(alliance)
    alliance.end_key("AL", "seal", heads={FIRST: (14, last_good.manifest.digest)}, reason="rotated")
    Evidence.of_batches(last_good, batch(alliance, text="other")).verify(alliance.list)
    refused(
        Evidence.of_batches(batch(alliance, text="third", key=suite.new_key("seal")), last_good),
        alliance,
        "signature-missing",
    )


def test_an_ended_key_does_not_make_up_the_number_of_those_that_must_sign(alliance):
    second = alliance.add_key("AL", "seal")
    alliance.change_own("AL", signatures=2)
    keys = [alliance.keys["AL"]["seal"], second]
    evidence = Evidence.of_batches(batch(alliance, keys=keys), batch(alliance, text="other", keys=keys))
    evidence.verify(alliance.list)
    alliance.end_key("AL", "seal", heads={FIRST: (12, digest("before"))}, reason="stolen")
    refused(evidence, alliance, "key-ended")
