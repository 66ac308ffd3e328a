"""Threat: more than a node can hold: huge batches, bodies, bundles, compression bombs, depth, records beyond count."""

import io
import json
import random
import time
import tracemalloc
from contextlib import contextmanager

import pytest
import zstandard
from tests.exchange.threats.adversaries import (
    Puppet,
    batches,
    bundle,
    codes,
    deliver,
    of_records,
    records,
    sealed,
    signed,
    states,
)
from tests.exchange.threats.doors import Doors, signed_request
from tests.exchange.world import Wire, World

from tocsin.exchange import suite
from tocsin.exchange.bundles import Batch, read_bundle
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import Malformed, Refused, TooLarge
from tocsin.exchange.http.serving import check_length
from tocsin.exchange.limits import BATCH_DOCUMENTS, MIB, PAGE_BYTES
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.streams import Stream

STREAM, PUBLIC = Stream("AL", 1, "members"), Stream("AL", 1, "public")


@pytest.fixture
def world():
    return World(["AL", "BO", "CE"], examining=False)


@pytest.fixture
def key(world):
    return world.alliance.keys["AL"]["seal"]


@contextmanager
def at_most(mebibytes):
    """What is allocated in here never stands higher than so much above where it began."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        yield
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < mebibytes * MIB, f"{peak / MIB:.1f} MiB"


def test_five_thousand_documents_in_one_batch_are_taken_and_one_more_is_refused(world, key):
    documents = [world.document("AL", "x", "public") for _ in range(BATCH_DOCUMENTS)]
    batch = sealed(world, PUBLIC, documents, keys=[key])
    assert deliver(world, "AL", "BO", [batch])["refused"] == []
    assert states(world, "BO", PUBLIC) == ["accepted"] * BATCH_DOCUMENTS
    said = json.loads(batch.manifest.data)
    more = canonical(said | {"count": BATCH_DOCUMENTS + 1, "items": [*said["items"], said["items"][0]]})
    page = records(bundle(world, "AL", [batch]))
    huge = of_records([page[0], (b"M", more), (b"S", canonical(signed(more, [key]))), *page[3:], page[-1]])
    with pytest.raises(TooLarge, match="5001 documents"):
        Wire(world, "AL").call("CE", "POST", "batches", {}, huge)
    world.meet("CE", "AL", Puppet(world, "CE", "AL", {("GET", "batches"): lambda *_: huge}))
    assert not world.nodes["CE"].store.heads()


@pytest.mark.parametrize("length", [PAGE_BYTES + 1, 10**12, None])
def test_a_body_is_refused_by_its_length_before_it_is_read(length):
    with pytest.raises(TooLarge if length else Malformed):
        check_length(length)
    check_length(PAGE_BYTES)


def test_a_record_that_says_it_is_huge_is_refused_before_room_is_made_for_it(world):
    with at_most(1), pytest.raises(TooLarge):
        list(read_bundle(io.BytesIO(of_records([])[:7] + b"I\xff\xff\xff\xff")))
    beginning = bundle(world, "AL", [])[:-37]
    for lengths in ((10 * MIB, 10 * MIB, 10 * MIB), (10 * MIB + 1,)):
        page = beginning + b"".join(b"C" + length.to_bytes(4, "big") + bytes(length) for length in lengths)
        with pytest.raises(TooLarge):
            Wire(world, "AL").call("BO", "POST", "batches", {}, page)


def bombs():
    """Frames that would be enormous, or seem so."""
    compress = zstandard.ZstdCompressor(level=19, write_content_size=True).compress
    whole = compress(b"{" + b" " * (64 * MIB) + b"}")
    window = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27, write_content_size=0)
    ).compress(bytes(range(256)) * 4)
    silent = zstandard.ZstdCompressor(write_content_size=False).compress(b"{" + b" " * MIB + b"}")
    skipped = b"\x50\x2a\x4d\x18\xff\xff\xff\x7f"
    return [
        ("64 MiB in one frame", whole, {"too-large"}),
        ("within the limit, beyond the ratio", compress(b"{" + b" " * (9 * MIB) + b"}"), {"bomb"}),
        ("a wide window", window, {"bomb"}),
        ("without its size", silent, {"bomb"}),
        ("a second frame behind", compress(b"{}") + whole, {"document-invalid"}),
        ("a frame to be skipped", skipped, {"document-invalid"}),
    ]


@pytest.mark.parametrize("audience", ["public", "members"])
def test_a_bomb_goes_off_nowhere_and_stops_nothing(world, key, audience):
    stream = Stream("AL", 1, audience)
    good = world.document("AL", "good", audience)
    items, keys = [], {}
    for number, (_, frame, _) in enumerate(bombs(), 1):
        keys[number] = suite.new_body_key()
        items.append(frame if audience == "public" else suite.sealed(frame, keys[number], frame=True))
    manifest = Manifest.make(
        alliance="exercise",
        stream=stream,
        first=1,
        items=[suite.digest(item) for item in items],
        previous=None,
        sealed_at=world.alliance.now,
    )
    reader = world.alliance.keys["BO"]["encrypt"]
    parcels = {
        "BO": suite.wrapped(
            {"keys": {str(n): suite.encoded(k) for n, k in keys.items()}, "manifest": manifest.digest}, reader
        )
    }
    batch = Batch(manifest, signed(manifest.data, [key]), items, parcels if audience != "public" else {})
    after = sealed(world, stream, [good], keys=[key], after=manifest)
    with at_most(8):
        assert deliver(world, "AL", "BO", [batch, after])["refused"] == []
    assert set(states(world, "BO", stream)[:-1]) == {"quarantined"}
    assert states(world, "BO", stream)[-1] == "accepted"
    for entry, (what, _, expected) in zip(world.nodes["BO"].store.entries(stream=stream), bombs(), strict=False):
        assert entry.reasons[0].code in expected, what


def test_a_document_larger_than_any_is_refused_by_what_its_frame_says_before_it_is_opened(world, key):
    """Hardly compressed, so that no ratio tells."""
    frame = zstandard.ZstdCompressor(level=1).compress(random.Random(1).randbytes(6 * MIB).hex().encode())
    deliver(world, "AL", "BO", [sealed(world, PUBLIC, [frame], keys=[key])])
    [entry] = world.nodes["BO"].store.entries(stream=PUBLIC)
    assert entry.reasons[0].code == "too-large"
    assert f"{12 * MIB} bytes, or needs" in entry.reasons[0].detail


@pytest.mark.parametrize("where", ["manifest", "signatures", "parcels", "checkpoint", "beginning", "heads", "hint"])
def test_json_as_deep_as_a_well_is_refused_wherever_it_stands(world, key, where):
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    lists = b"[" * 100_000 + b"]" * 100_000
    page = records(bundle(world, "AL", [sealed(world, STREAM, [world.document("AL", "x")], keys=[key])]))
    for data in (deep, lists, b"{" * 100_000, b'{"keys":' + lists + b"}"):
        if where == "heads":
            met = world.meet("BO", "AL", Puppet(world, "BO", "AL", {("POST", "heads"): lambda *_, data=data: data}))
            assert "heads" in met.problem
            continue
        if where == "hint":
            name, body = "hints", data
        elif where == "checkpoint":
            name, body = "log", canonical({"checkpoint": suite.encoded(data), "from": 0, "leaves": ""})
        else:
            at = {"beginning": 0, "manifest": 1, "signatures": 2, "parcels": 4}[where]
            name, body = "batches", of_records([*page[:at], (page[at][0], data), *page[at + 1 :]])
        with pytest.raises(Refused):
            Wire(world, "AL").call("BO", "POST", name, {}, body)
    assert not world.nodes["BO"].store.heads()


def test_records_beyond_count_cost_no_more_than_other_pages_of_their_size(world):
    """A page of a few million empty records is refused long before its end."""
    beginning = bundle(world, "AL", [])[:-37]
    page = beginning + b"C\x00\x00\x00\x00" * ((PAGE_BYTES - 1_000) // 5)
    began = time.process_time()
    with at_most(8), pytest.raises(Refused):
        Wire(world, "AL").call("BO", "POST", "batches", {}, page)
    assert time.process_time() - began < 5
    with at_most(40):
        world.meet("BO", "AL", Puppet(world, "BO", "AL", {("GET", "batches"): lambda *_: page}))


def test_batches_beyond_count_in_one_page_are_each_refused_and_the_answer_stays_readable(world):
    wrong = suite.new_key("seal")
    batch = sealed(world, PUBLIC, [world.document("AL", "x", "public")], keys=[wrong])
    content, size = [], 0
    while size < 6 * MIB:
        content.append(batch)
        size += batch.size + 250
    said = deliver(world, "CE", "BO", content)
    assert len(canonical(said)) < 1_000_000
    assert codes(world, "BO") == {"signature-missing"}


def test_what_is_read_of_a_page_is_a_batch_at_a_time(world):
    for _ in range(20):
        world.post("AL", "x" * 300_000, "public")
    world.post("AL", "last", "public")
    world.seal("AL")
    for batch in batches(world.nodes["AL"], PUBLIC):
        assert batch.size < 8 * MIB
    with at_most(60):
        world.meet("BO", "AL")
    assert len(world.nodes["BO"].reader.told) == 21


def test_large_batches_one_after_the_other_fit_the_pages_that_carry_them(world, key):
    """A page goes on until it is half full; what comes next may be nearly as large as a whole one."""
    noise, after = random.Random(1), None
    for sizes in ((7,), (9, 5), (1,), (9, 5)):
        one = sealed(world, PUBLIC, [noise.randbytes(size * MIB) for size in sizes], keys=[key], after=after)
        assert deliver(world, "AL", "BO", [one])["refused"] == []
        after = one.manifest
    assert not world.meet("CE", "BO").problem
    assert world.nodes["CE"].store.head(PUBLIC).last == 6


def test_requests_with_more_than_there_is_to_ask_for_are_refused(world):
    doors = Doors(world)
    many = canonical({"manifests": [suite.digest(str(n).encode()) for n in range(101)]})
    holds = canonical(
        {
            "holds": [
                {"epoch": n, "stream": "members", "last": 1, "manifest": suite.digest(b"x")} for n in range(1, 10_002)
            ]
        }
    )
    for method, name, query, body in (
        ("POST", "parcels", {}, many),
        ("POST", "hints", {}, holds),
        ("GET", "log", {"origin": "AL", "epoch": "1", "from": "0", "to": "100000"}, b""),
        ("GET", "batches", {"origin": "AL", "epoch": "9" * 400, "stream": "members"}, b""),
    ):
        answer = doors.knock("BO", signed_request(world, "AL", "BO", method, name, query, body))
        assert json.loads(answer.body)["code"] == "bad-request"
