"""Threat: a file on a medium that is old, foreign, cut off, altered or read twice; and a node that has nothing else."""

import io
import random
import tracemalloc
from dataclasses import replace

import pytest
from tests.exchange.threats.adversaries import (
    batches,
    bundle,
    codes,
    flipped,
    of_records,
    records,
    sealed,
    signed,
    states,
    two_faced,
)
from tests.exchange.world import World

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import Malformed, Newer, NotTrusted, TooLarge
from tocsin.exchange.limits import MIB
from tocsin.exchange.local import Nobody
from tocsin.exchange.media import Imported, export, import_file
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.streams import Stream
from tocsin.exchange.witnessing import make_checkpoint

STREAM = Stream("AL", 1, "members")


@pytest.fixture
def world():
    """BO has no line to anybody; AL, CE and the Secretariat do."""
    world = World(["AL", "BO", "CE", "SEC"])
    world.cut |= {frozenset(("BO", name)) for name in ("AL", "CE", "SEC")}
    for text in ("one", "two", "three"):
        world.post("AL", text)
        world.post("AL", f"{text} to you", "to:BO")
        world.post("AL", f"{text} not to you", "to:CE")
        world.seal("AL")
    world.round()
    return world


def written(world, by, node=None, since=None) -> bytes:
    file = io.BytesIO()
    made = export(world.nodes[by], file, node=node, since=since)
    assert made.bytes == len(file.getvalue())
    return file.getvalue()


def brought(world, data, to="BO") -> Imported:
    return import_file(world.nodes[to], io.BytesIO(data), source="stick 7")


ALL = ["one", "two", "three", "one to you", "two to you", "three to you"]


@pytest.mark.parametrize("by", ["AL", "SEC"])
def test_a_node_without_any_line_takes_part_by_files(world, by):
    found = brought(world, written(world, by, node="BO"))
    assert (found.problem, found.refused, found.left_out) == ("", 0, 0)
    assert sorted(world.accepted("BO")) == sorted(ALL)
    world.post("BO", "answer")
    world.seal("BO")
    back = brought(world, written(world, "BO"), to="SEC")
    assert back.refused == 0
    world.round()
    assert world.accepted("AL", "BO") == ["answer"]
    assert {one.by for one in world.nodes["AL"].store.receipts(STREAM)} >= {"BO"}


def test_a_file_for_one_node_holds_what_it_may_have_and_keys_for_it_alone(world):
    data = written(world, "SEC", node="BO")
    brought(world, data)
    assert Stream("AL", 1, "to:CE") not in world.nodes["BO"].store.heads()
    parcels = [payload for kind, payload in records(data) if kind == b"P"]
    assert parcels
    assert all(payload.startswith(b'{"BO":') and payload.count(b"tocsin") == 0 for payload in parcels)
    with pytest.raises(NotTrusted):
        export(world.nodes["SEC"], io.BytesIO(), node="XX")


def test_a_file_for_whoever_carries_it_serves_every_addressee(world):
    data = written(world, "SEC")
    for name in ("BO", "CE"):
        world.forget(name)
        brought(world, data, to=name)
    assert sorted(world.accepted("BO", "AL")) == sorted(ALL)
    assert "three not to you" in world.accepted("CE", "AL")


def test_a_file_read_twice_or_in_any_order_changes_nothing_more(world):
    first = written(world, "AL", node="BO")
    world.post("AL", "four")
    world.seal("AL")
    second = written(world, "AL", node="BO")
    for data in (first, first, second, first, second):
        found = brought(world, data)
        assert found.refused == 0
    assert found.batches == 0
    assert found.known == 7
    assert world.accepted("BO", "AL")[:4] == ["one", "two", "three", "four"]
    assert len(world.nodes["BO"].store.outbox(100)) == 7, "each batch is answered once"


def test_what_the_reader_has_need_not_be_written_again(world):
    brought(world, written(world, "AL", node="BO"))
    world.post("AL", "four")
    world.seal("AL")
    since = {stream: head.last for stream, head in world.nodes["BO"].store.heads().items()}
    rest = written(world, "AL", node="BO", since=since)
    found = brought(world, rest)
    assert (found.batches, found.known, found.refused) == (1, 0, 0)
    world.forget("CE")
    gap = brought(world, rest, to="CE")
    assert (gap.batches, [code for _, code, _ in gap.refusals]) == (0, ["gap"])


def test_a_file_cut_off_anywhere_gives_what_came_before_and_says_so(world):
    data = written(world, "AL", node="BO")
    texts = 0
    for at in [*range(0, 200, 7), *range(200, len(data), 311), len(data) - 1]:
        world.forget("BO")
        try:
            found = brought(world, data[:at])
        except Malformed:  # before its beginning was whole
            assert at < len(data) // 3
            assert not world.accepted("BO")
            continue
        assert "it ends in the middle" in found.problem
        assert len(world.accepted("BO")) >= texts, "never less of a longer one"
        texts = len(world.accepted("BO"))
    assert texts == 6


def test_a_file_altered_anywhere_gives_nothing_but_the_truth(world):
    """Flipped bits, with the digest at the end as it was, and mended as an attacker would."""
    data = written(world, "AL", node="BO")
    head = data.index(b"M\x00\x00")
    content = records(data)
    tries = [flipped(data, at) for at in range(head, len(data), 173)]
    for place, (kind, payload) in enumerate(content):
        if kind in (b"M", b"S", b"I", b"P", b"C", b"T"):
            altered = (kind, flipped(payload, len(payload) // 2))
            tries.append(of_records([*content[:place], altered, *content[place + 1 :]]))
    for altered in tries:
        world.forget("BO")
        try:
            brought(world, altered)
        except (Malformed, TooLarge):
            assert not world.accepted("BO")
            continue
        assert set(world.nodes["BO"].store.trust_files()) == set(world.alliance.files)
        for entry in world.nodes["BO"].store.entries(most=10_000):
            assert entry.document is None or entry.document == world.ever_said[entry.document_id].encode()
    brought(world, data)
    assert sorted(world.accepted("BO")) == sorted(ALL), "and an unaltered copy gives the rest"


def test_one_bad_batch_costs_its_own_stream_alone(world):
    content = records(written(world, "AL", node="BO"))
    place = next(at for at, record in enumerate(content) if record[0] == b"M" and b'"stream":"members"' in record[1])
    for bad in (
        (b"M", flipped(content[place][1], 40)),
        (b"M", content[place][1].replace(b'"protocol":1', b'"protocol":2')),
        (b"M", b"{}"),
    ):
        world.forget("BO")
        found = brought(world, of_records([*content[:place], bad, *content[place + 1 :]]))
        assert found.problem == ""
        assert found.refused == 2, "the one, and the next, which does not follow"
        assert sorted(world.accepted("BO")) == sorted(ALL[3:])
        assert world.nodes["BO"].store.refusals("stick 7")


def test_a_file_cannot_say_that_an_origin_erased_something(world):
    content = [(b"X", b"") if kind == b"I" else (kind, payload) for kind, payload in records(written(world, "AL"))]
    brought(world, of_records(content))
    assert set(states(world, "BO", STREAM)) == {"locked"}
    with pytest.raises(ValueError, match="name of a node"):
        import_file(world.nodes["BO"], io.BytesIO(of_records(content)), source="AL")
    brought(world, written(world, "AL"))
    assert sorted(world.accepted("BO")) == sorted(ALL)


def test_another_alliances_file_and_what_is_no_bundle_are_refused_before_anything_is_taken(world):
    other = World(["AL", "BO"], alliance="other")
    file = io.BytesIO()
    export(other.nodes["AL"], file)
    with pytest.raises(NotTrusted, match="alliance 'other'"):
        brought(world, file.getvalue())
    for garbage in (b"", b"PK\x03\x04", b"TOCSIN\x02", bytes(1_000), b"TOCSIN\x01" + b"\xff" * 50):
        with pytest.raises((Malformed, TooLarge, Newer)):
            brought(world, garbage)
    assert not world.nodes["BO"].store.heads()


def test_a_newer_trust_list_is_taken_from_a_file_and_an_older_or_expired_one_is_not(world):
    old = written(world, "AL", node="BO")
    world.alliance.change("CE", status="suspended")
    world.give_list("AL")
    assert brought(world, written(world, "AL", node="BO")).trust
    assert world.nodes["BO"].trust().nodes["CE"].status == "suspended"
    found = brought(world, old)
    assert [code for _, code, _ in found.refusals] == ["list-rollback"]
    assert world.nodes["BO"].trust().nodes["CE"].status == "suspended"
    assert found.problem == "", "what else it holds is taken"


@pytest.mark.parametrize("new", [True, False])
def test_streams_signed_by_ended_keys_are_taken_from_a_file_in_one_go(world, new):
    """The chain is read first: what vouches for the beginning stands behind it."""
    if not new:
        brought(world, written(world, "AL", node="BO"))
    since = {stream: head.last for stream, head in world.nodes["BO"].store.heads().items()}
    for turn in range(2):
        for text in (f"turn {turn}", f"turn {turn} again"):
            world.post("AL", text)
            world.seal("AL")
        heads = world.nodes["AL"].store.heads()
        named = {one.first_manifest: (one.last, one.manifest) for s, one in heads.items() if s.origin == "AL"}
        world.alliance.end_key("AL", "seal", heads=named)
        world.put_keys("AL")
        world.give_list("AL")
    world.post("AL", "last")
    world.seal("AL")
    found = brought(world, written(world, "AL", node="BO", since=since))
    assert (found.refused, found.trust) == (0, True)
    members = [text for text in world.accepted("BO", "AL") if "to you" not in text]
    assert members == [
        "one", "two", "three", "turn 0", "turn 0 again", "turn 1", "turn 1 again", "last",
    ]  # fmt: skip


def test_what_a_stolen_key_signed_is_refused_from_a_file_and_the_true_branch_taken(world):
    key = world.alliance.keys["AL"]["seal"]
    head = world.nodes["AL"].store.head(STREAM)
    world.alliance.end_key("AL", "seal", heads={head.first_manifest: (head.last, head.manifest)}, reason="stolen")
    world.put_keys("AL")
    world.give_list("AL")
    true = batches(world.nodes["AL"], STREAM)
    forged = sealed(world, STREAM, [world.document("AL", "forged")], keys=[key], after=true[0].manifest)
    content = records(written(world, "AL", node="BO"))
    from_forged = records(bundle(world, "AL", [true[0], forged]))[1:]
    lists = [record for record in content if record[0] == b"T"]
    found = brought(world, of_records([content[0], *lists, *from_forged]))
    assert {code for _, code, _ in found.refusals} == {"key-ended"}
    brought(world, of_records(content))
    assert [text for text in world.accepted("BO", "AL") if "to you" not in text] == ["one", "two", "three"]


def test_two_histories_are_found_by_checkpoints_in_files(world):
    """The log's leaves do not travel in files; two checkpoints of one size do."""
    face = two_faced(world, "AL", to=[])
    for node, text in ((world.nodes["AL"], "one face"), (face, "another")):
        post(node, world.document("AL", text))
        seal(node)
        make_checkpoint(node)
    world.meet("SEC", "AL")
    file = io.BytesIO()
    export(face, file)
    found = brought(world, file.getvalue(), to="SEC")
    assert found.refused
    assert world.nodes["SEC"].store.stopped() == {"AL"}


def test_a_file_longer_than_memory_is_read_and_written_a_page_at_a_time(world, tmp_path):
    world = World(["AL", "BO"], examining=False)
    for number in range(40):
        world.nodes["AL"].store.put_out(
            world.document("AL", random.Random(number).randbytes(400_000).hex(), "public").encode(), "public"
        )
        world.seal("AL", checkpoint=False)
    path = tmp_path / "stick.tocsin"
    with path.open("wb") as file:
        tracemalloc.start()
        export(world.nodes["AL"], file)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 12 * MIB
    node = world.nodes["BO"]
    sizes = keeping_no_content(node)
    with path.open("rb") as file:
        tracemalloc.start()
        found = import_file(node, file)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert found.batches == len(sizes) == 40
    assert sum(sizes) > 2 * peak


def keeping_no_content(node):
    """From now on a node keeps in memory what one with a database would. The sizes of batches, as they come."""
    append, put_entries, sizes = node.store.append, node.store.put_entries, []

    def append_bare(batch, *, signers):
        sizes.append(batch.size)
        append(replace(batch, items=[None] * len(batch.items)), signers=signers)

    node.store.append = append_bare
    node.store.put_entries = lambda entries: put_entries([replace(entry, document=None) for entry in entries])
    node.reader = Nobody()
    return sizes


def test_all_that_a_file_refused_is_on_record_under_its_name(world):
    key = suite.new_key("seal")
    forged = sealed(world, STREAM, [world.document("AL", "x")], keys=[key])
    manifest = canonical({"protocol": 7})
    beginning, *rest = records(bundle(world, "AL", [forged]))
    data = of_records([beginning, (b"M", manifest), (b"S", canonical(signed(manifest, [key]))), *rest])
    found = brought(world, data)
    assert [code for _, code, _ in found.refusals] == ["newer-protocol", "signature-missing"]
    assert codes(world, "BO", "stick 7") == {"newer-protocol", "signature-missing"}
    assert found.refused == 2
