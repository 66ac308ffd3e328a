"""Bundles: what was put in comes out, or nothing does; a damaged, cut off or swollen one is refused at no cost."""

import hashlib
import io
import struct
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.specimens import NOW, PUBLIC_STREAM, batch, bundled, digests, document, manifest, unbundled

from tocsin.exchange import limits, suite
from tocsin.exchange.bundles import Batch, Begin, CheckpointRecord, TrustFile, read_bundle, write_bundle
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import Malformed, Newer, Refused, TooLarge

MAGIC = b"TOCSIN\x01"
BEGIN = Begin("exercise", "AL", "2026-03-09T06:00:00Z")
SEAL, READER = suite.new_key("seal"), suite.new_key("encrypt")


@pytest.fixture(scope="module")
def parts():
    """Of every kind: files of the trust list, a sealed batch with parcels, a public one with an item withheld."""
    sealed = batch([document(), document(language="zh")], seal=SEAL, readers={"AL": READER, "BO": READER})
    public = batch(
        [document(classification="PUBLIC"), document(classification="PUBLIC", language="ru")],
        seal=SEAL,
        readers={},
        audience="public",
    )
    withheld = Batch(public.manifest, public.signatures, [public.items[0], None])
    return [
        TrustFile("1.root.json", b'{"signed":{}}'),
        TrustFile("nodes/AL.json", b"\x00any bytes"),
        CheckpointRecord(b'{"checkpoint":{}}'),
        sealed,
        withheld,
        CheckpointRecord(b""),
    ]


def record(kind: str, payload: bytes = b"") -> bytes:
    return struct.pack(">cI", kind.encode(), len(payload)) + payload


def ended(data: bytes) -> bytes:
    return data + record("Z", hashlib.sha256(data).digest())


def begin(**changes) -> bytes:
    said = {"alliance": "exercise", "from": "AL", "made_at": "2026-03-09T06:00:00Z", "protocol": 1} | changes
    return record("B", canonical({name: value for name, value in said.items() if value is not ...}))


M = manifest(stream=PUBLIC_STREAM)
BATCH = [record("M", M.data), record("S", b"[]"), record("I", b"{1"), record("I", b"{2")]
PARCELS = record("P", b'{"BO":{}}')


def of(*records: bytes) -> bytes:
    return ended(MAGIC + begin() + b"".join(records))


def refusal_of(data: bytes, **options) -> Refused:
    with pytest.raises(Refused) as refusal:
        unbundled(data, **options)
    return refusal.value


def test_what_was_put_in_comes_out_in_order(parts):
    data = bundled(parts)
    assert unbundled(data) == [BEGIN, *parts]
    assert unbundled(data, most=len(data)) == [BEGIN, *parts]
    assert bundled(unbundled(data)[1:]) == data


def test_an_empty_bundle_is_one():
    assert unbundled(bundled([])) == [BEGIN]


def test_a_bundle_is_laid_out_as_the_protocol_says(parts):
    written = of(*BATCH, PARCELS, record("C", b"x"))
    made = Batch(M, [], [b"{1", b"{2"], {"BO": {}})
    assert bundled([made, CheckpointRecord(b"x")]) == written
    assert unbundled(written) == [BEGIN, made, CheckpointRecord(b"x")]


def test_any_other_byte_anywhere_is_noticed(parts):
    whole = bundled(parts)
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        assert refusal_of(bytes(changed)).code


@given(st.data())
def test_bytes_added_or_taken_away_anywhere_are_noticed(data):
    whole = of(*BATCH, PARCELS)
    place = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        changed = whole[:place] + data.draw(st.binary(min_size=1, max_size=9)) + whole[place:]
    else:
        changed = whole[:place] + whole[place + data.draw(st.integers(1, 9)) :]
    if changed != whole:
        assert refusal_of(changed).code


def test_a_bundle_cut_off_anywhere_is_refused(parts):
    whole = bundled(parts)
    for length in range(len(whole)):
        refusal = refusal_of(whole[:length])
        assert refusal.code == "not-a-bundle"
        assert "fetch it again" in refusal.advice


def test_nothing_follows_the_end():
    for after in (b"\0", b"\n", begin(), of()):
        assert refusal_of(of(*BATCH) + after).code == "not-a-bundle"


T = record("T", b"1.root.json\0{}")


@pytest.mark.parametrize(
    "records",
    [
        [*BATCH, T],  # the trust list comes before what it is needed for
        [record("M", M.data)],
        [record("M", M.data), *BATCH[2:]],
        [*BATCH[1:]],
        [*BATCH[:3]],
        [*BATCH[:2]],
        [*BATCH, record("I", b"{3")],
        [*BATCH, record("X")],
        [record("I", b"{0"), *BATCH],
        [*BATCH[:3], record("C", b"x"), BATCH[3]],
        [*BATCH[:1], record("C", b"x"), *BATCH[1:]],
        [*BATCH[:2], PARCELS, *BATCH[2:]],
        [PARCELS, *BATCH],
        [*BATCH, PARCELS, PARCELS],
        [*BATCH, record("C", b"x"), PARCELS],
        [*BATCH, BATCH[1]],
        [record("S", b"[]")],
        [record("X")],
        [*BATCH[:3], record("X", b"x")],
        [begin()],
        [*BATCH, begin()],
        [record("z")],
        [record("m", M.data)],
        [record("Q", b"later")],
        [record("\0")],
    ],
)
def test_records_out_of_their_order_are_refused(records):
    assert refusal_of(of(*records)).code == "not-a-bundle"


def test_records_may_stand_where_the_protocol_says():
    for records in (
        [T, T, *BATCH],
        [*BATCH, *BATCH],
        [record("C", b"x"), T, *BATCH, PARCELS, *BATCH, record("C", b"x")],
    ):
        unbundled(of(*records))
    assert unbundled(of(*BATCH[:2], record("X"), record("X")))[1].items == [None, None]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"T",
        b"TOCSIN",
        MAGIC,
        b"tocsin\x01",
        b"PK\x03\x04" * 9,
        MAGIC + record("Z", hashlib.sha256(MAGIC).digest()),
    ],
)
def test_what_does_not_begin_as_a_bundle_is_none(data):
    assert refusal_of(data).code == "not-a-bundle"


@pytest.mark.parametrize(
    "changes",
    [
        {"alliance": ...},
        {"alliance": "Exercise"},
        {"from": ...},
        {"from": "al"},
        {"from": ["AL"]},
        {"made_at": ...},
        {"made_at": "now"},
        {"protocol": ...},
        {"protocol": 0},
        {"protocol": True},
    ],
)
def test_a_beginning_that_is_not_of_its_form_is_refused(changes):
    assert refusal_of(ended(MAGIC + begin(**changes))).code == "not-a-bundle"


def test_a_beginning_is_of_its_own_kind():
    for kind in "CTMX?":
        assert refusal_of(ended(MAGIC + begin().replace(b"B", kind.encode(), 1))).code == "not-a-bundle"


def test_a_beginning_is_an_object_in_canonical_form():
    assert refusal_of(ended(MAGIC + record("B", b"[]"))).code == "not-a-bundle"
    assert refusal_of(ended(MAGIC + record("B", b"{ }"))).code == "not-canonical"
    assert refusal_of(ended(MAGIC + begin(more="x" * 10_000))).code == "too-large"
    assert unbundled(ended(MAGIC + begin(more="x"))) == [BEGIN]


LATER = M.data.replace(b'"protocol":1', b'"protocol":2')


@pytest.mark.parametrize(
    "data",
    [
        ended(b"TOCSIN\x02" + begin()),
        ended(b"TOCSIN\x02" + record("?", b"of another kind")),
        ended(MAGIC + begin(protocol=2)),
        of(record("M", LATER), *BATCH[1:]),
        of(record("M", LATER), record("?", b"of another kind")),
    ],
)
def test_a_later_protocol_is_told_apart(data):
    refusal = refusal_of(data)
    assert isinstance(refusal, Newer)
    assert refusal.code == "newer-protocol"


@pytest.mark.parametrize(
    "name",
    [
        *b"|../root.json|/etc/passwd|nodes/../AL.json|.hidden|a//b|a/|a\\b|C:x|a b|\xc3\xa9|a\n|-a|a/.b|a\r".split(
            b"|"
        ),
        b"a" * 101,
    ],
)
def test_a_name_that_is_not_one_of_a_file_in_its_folder_is_refused(name):
    assert refusal_of(of(record("T", name + b"\0{}"))).code == "not-a-bundle"


def test_a_file_without_a_name_is_refused():
    assert refusal_of(of(record("T", b"1.root.json"))).code == "not-a-bundle"


@pytest.mark.parametrize(
    "name", ["1.root.json", "timestamp.json", "nodes/" + "0" * 64 + ".ABCDEFGHIJKL.json", "a" * 100]
)
def test_names_of_the_trust_list_are_kept(name):
    assert unbundled(of(record("T", name.encode() + b"\0a\0b")))[1] == TrustFile(name, b"a\0b")


@pytest.mark.parametrize(
    "parcels", [b"[]", b"{}", b'{"BO":[]}', b'{"BO":null}', b'{"bo":{}}', b'{"":{},"BO":{}}', b"5"]
)
def test_parcels_of_another_form_are_refused(parcels):
    assert refusal_of(of(*BATCH, record("P", parcels))).code == "not-a-bundle"


def test_what_is_in_a_record_is_refused_with_its_own_reason():
    assert refusal_of(of(record("M", b"{}"), *BATCH[1:])).code == "manifest-invalid"
    assert refusal_of(of(BATCH[0], record("S", b"{}"), *BATCH[2:])).code == "signature-missing"
    assert refusal_of(of(*BATCH, record("P", b'{"BO": {}}'))).code == "not-canonical"


# Limits


@pytest.mark.parametrize("length", [10 * limits.MIB + 1, 2**30, 2**32 - 1])
@pytest.mark.parametrize("kind", [b"M", b"I", b"Z", b"?"])
def test_a_record_that_says_it_is_too_long_costs_no_memory(kind, length):
    class Endless(io.BytesIO):
        """As if the medium really held as much."""

        def read(self, count=-1):
            asked.append(count)
            return super().read(count)

    asked: list[int] = []
    data = MAGIC + begin() + struct.pack(">cI", kind, length)
    tracemalloc.start()
    with pytest.raises(TooLarge) as refusal:
        list(read_bundle(Endless(data)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refusal.value.code == "too-large"
    assert max(asked) < 1_000
    assert peak < 1_000_000


def test_a_record_of_ten_mebibytes_is_taken():
    item = b"{" * 10 * limits.MIB
    one = Batch(manifest(digests(1), stream=PUBLIC_STREAM), [], [item])
    assert unbundled(bundled([one])) == [BEGIN, one]
    with pytest.raises(TooLarge):
        bundled([CheckpointRecord(item + b"{")])


def test_a_batch_that_fits_no_page_is_neither_written_nor_read():
    item = b"{" * 8 * limits.MIB
    swollen = Batch(M, [], [item, item])
    with pytest.raises(TooLarge):
        bundled([swollen])
    data = of(*BATCH[:2], record("I", item), record("I", item))
    assert refusal_of(data).code == "too-large"
    rest = limits.BATCH_BYTES - len(record("M", M.data) + record("S", b"[]") + record("I", item) + record("I"))
    largest = Batch(M, [], [item, b"{" * rest])
    assert len(bundled([largest])) <= limits.PAGE_BYTES
    assert unbundled(bundled([largest]), most=limits.PAGE_BYTES) == [BEGIN, largest]
    with pytest.raises(TooLarge):
        bundled([Batch(M, [], [item, b"{" * (rest + 1)])])
    assert refusal_of(of(*BATCH[:2], record("I", item), record("I", b"{" * (rest + 1)))).code == "too-large"


def test_many_batches_are_read_one_by_one_however_long_the_file():
    item = b"{" * 9 * limits.MIB
    one = Batch(manifest(digests(1), stream=PUBLIC_STREAM), [], [item])
    file = io.BytesIO()
    write_bundle(file, (one for _ in range(6)), alliance="exercise", sender="AL", made_at=NOW)
    del item, one
    file.seek(0)
    tracemalloc.start()
    count = sum(isinstance(part, Batch) for part in read_bundle(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 6
    assert peak < 40 * limits.MIB


def test_a_page_is_refused_where_it_passes_what_may_be_read(parts):
    whole = bundled(parts)
    for most in (0, 6, 7, 11, 100, len(whole) - 1):
        assert refusal_of(whole, most=most).code == "too-large"


def test_a_file_that_gives_a_little_at_a_time_is_read_to_its_end(parts):
    class Pipe(io.BytesIO):
        def read(self, count=-1):
            return super().read(min(count, 7) if count > 0 else count)

    assert list(read_bundle(Pipe(bundled(parts)))) == [BEGIN, *parts]


def test_what_came_before_the_damage_was_given_already(parts):
    whole = bundled(parts)
    read = read_bundle(io.BytesIO(whole[:-60]))
    assert next(read) == BEGIN
    assert next(read) == parts[0]
    with pytest.raises(Malformed):
        list(read)


def test_files_of_the_trust_list_are_not_written_behind_batches(parts):
    with pytest.raises(ValueError, match=r"1\.root\.json"):
        bundled([parts[3], parts[0]])
    with pytest.raises(ValueError, match=r"1\.root\.json"):
        bundled([parts[3], parts[2], parts[0]])


@given(st.lists(st.tuples(st.sampled_from("BTMSIXPCZ?"), st.binary(max_size=20)), max_size=8))
def test_whatever_records_follow_nothing_but_a_refusal_is_raised(records):
    data = MAGIC + begin() + b"".join(record(kind, payload) for kind, payload in records)
    for one in (data, ended(data)):
        with suppress(Refused):
            assert bundled(unbundled(one)[1:]) == one


def test_the_size_of_a_batch_is_about_what_it_takes(parts):
    one = parts[3]
    assert one.size == len(one.manifest.data) + sum(map(len, one.items))
    assert parts[4].size == len(parts[4].manifest.data) + len(parts[4].items[0])
