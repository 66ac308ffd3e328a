"""Items: a document is carried and unpacked whole, and no compressed one costs its reader more than its word allows."""

import random
import resource
import struct
from contextlib import suppress

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tocsin.exchange import limits, suite
from tocsin.exchange.errors import Refused, TooLarge
from tocsin.exchange.items import packed, unpacked

MAGIC = b"\x28\xb5\x2f\xfd"
MIB = limits.MIB
NOISE = bytes(random.Random(1).randbytes(100_000))
DOCUMENT = b'{"text":"' + bytes(97 + n * n % 23 for n in range(5_000)) + b'"}'


def frame_of(document: bytes, **options) -> bytes:
    return zstandard.ZstdCompressor(**({"level": 12, "write_content_size": True} | options)).compress(document)


def refusal_of(item: bytes, audience: str = "public", key: bytes | None = None) -> Refused:
    with pytest.raises(Refused) as refusal:
        unpacked(item, audience, key)
    return refusal.value


def frame(size: int, blocks: bytes, *, window: int | None = None, dictionary: int | None = None) -> bytes:
    """A frame written by hand (RFC 8878, section 3.1.1): its content size in 8 bytes, whatever its blocks hold.

    window   the exponent of the window, above 10; None for a window as large as the content
    """
    flags = 0b11_0_0_0_0_00 | (0b00_1_0_0_0_00 if window is None else 0) | (0b01 if dictionary else 0)
    said = (
        bytes([flags])
        + (b"" if window is None else bytes([window << 3]))
        + (bytes([dictionary]) if dictionary else b"")
    )
    return MAGIC + said + struct.pack("<Q", size) + blocks


def block(kind: int, size: int, content: bytes, *, last: bool = True) -> bytes:
    """A block: kind 0 holds its content, kind 1 says to repeat one byte."""
    return (last | kind << 1 | size << 3).to_bytes(3, "little") + content


def raw(content: bytes) -> bytes:
    return block(0, len(content), content)


@given(st.binary(max_size=3_000), st.sampled_from(["public", "members", "to:BO+CE"]))
def test_a_document_is_unpacked_as_it_was_packed(content, audience):
    document = b"{" + content * 3
    item, key = packed(document, audience)
    assert unpacked(item, audience, key) == document
    assert (key is None) == (audience == "public")
    assert item.startswith((b"{", MAGIC) if audience == "public" else b"eyJ")


@pytest.mark.parametrize("audience", ["public", "members"])
@pytest.mark.parametrize(
    "document", [DOCUMENT, b"{" + b"a" * MIB, b"{" + b"a" * 7 * MIB, b"{}", b"{" + bytes(range(256)) * 9]
)
def test_large_and_uniform_documents_pass_the_checks_of_their_receivers(document, audience):
    item, key = packed(document, audience)
    assert len(item) <= limits.RECORD_BYTES
    assert unpacked(item, audience, key) == document


def test_a_document_is_compressed_where_that_helps():
    assert len(packed(DOCUMENT, "public")[0]) < len(DOCUMENT) / 2
    for document in (b'{"text":"short"}', b"{" + b"a" * 500, b"{" + NOISE):
        assert packed(document, "public")[0] == document


def test_a_document_that_no_receiver_would_take_is_not_packed():
    largest = b"{" + NOISE + b"a" * (10 * MIB - 1 - len(NOISE))
    assert unpacked(packed(largest, "public")[0], "public", None) == largest
    with pytest.raises(TooLarge):
        packed(largest + b"a", "public")
    incompressible = b"{" + random.Random(2).randbytes(8 * MIB)
    packed(incompressible, "public")
    with pytest.raises(TooLarge):  # sealed, it is a third larger
        packed(incompressible, "members")


def test_two_items_never_have_the_same_key():
    assert len({packed(b"{}", "members")[1] for _ in range(50)}) == 50


def test_nothing_but_a_document_or_a_frame_is_an_item_of_a_public_stream():
    sealed = packed(DOCUMENT, "members")[0]
    for item in (sealed, b"", b"[]", b" {}", b"\xef\xbb\xbf{}", b"\x28\xb5\x2f", b"PK\x03\x04", b"\x1f\x8b"):
        assert refusal_of(item).code == "document-invalid"


def test_nothing_but_a_sealed_body_is_an_item_of_another_stream():
    for item in (b"{}", DOCUMENT, frame_of(DOCUMENT), b"", b"e30", b" eyJ"):
        assert refusal_of(item, "members", suite.new_body_key()).code == "document-invalid"
        assert refusal_of(item, "members").code == "document-invalid"


def test_an_item_without_its_key_is_locked():
    item, key = packed(DOCUMENT, "members")
    assert refusal_of(item, "members", None).code == "locked"
    assert refusal_of(item, "members", suite.new_body_key()).code == "commitment"
    assert unpacked(item, "members", key) == DOCUMENT


def test_frames_written_by_hand_are_read_if_they_say_the_truth():
    assert unpacked(frame(300, raw(b"{" + b"a" * 299)), "public", None) == b"{" + b"a" * 299
    assert unpacked(frame(300, raw(b"{" + b"a" * 299), window=0), "public", None) == b"{" + b"a" * 299


@pytest.mark.parametrize("said", [1, 299, 301, 1_000, 30_000])
def test_a_frame_that_lies_about_its_size_is_refused(said):
    assert refusal_of(frame(said, raw(b"{" + b"a" * 299))).code == "document-invalid"
    assert refusal_of(frame(said, raw(b"{" + b"a" * 299), window=5)).code == "document-invalid"


@pytest.mark.parametrize(
    "item",
    [
        frame(10 * MIB + 1, raw(b"{")),
        frame(2**40, raw(b"{")),
        frame(2**63, raw(b"{")),
        frame(2**64 - 3, raw(b"{")),
        frame(300, raw(b"{" + b"a" * 299), window=14),  # a window of 16 MiB
        frame(300, raw(b"{" + b"a" * 299), window=20),
    ],
)
def test_a_frame_that_says_it_needs_more_than_ten_mebibytes_is_refused(item):
    refusal = refusal_of(item)
    assert isinstance(refusal, TooLarge)
    assert refusal.code == "too-large"


def test_a_frame_with_a_window_beyond_what_the_format_is_read_for_is_refused():
    assert refusal_of(frame(300, raw(b"{" + b"a" * 299), window=31)).code == "document-invalid"


def test_a_frame_that_does_not_say_its_size_is_refused():
    assert refusal_of(frame_of(DOCUMENT, write_content_size=False)).code == "bomb"


def test_a_frame_that_says_more_than_two_hundred_times_its_length_is_refused():
    bomb = frame_of(bytes(10 * MIB))
    assert len(bomb) < 2_000
    assert refusal_of(bomb).code == "bomb"
    most = 200 * len(frame(1, block(1, 1, b"{")))
    assert unpacked(frame(most, block(1, most, b"{")), "public", None) == b"{" * most
    assert refusal_of(frame(most + 1, block(1, most + 1, b"{"))).code == "bomb"


def test_a_sealed_bomb_is_refused_as_an_open_one_is():
    key = suite.new_body_key()
    for content, code in (
        (frame_of(bytes(MIB)), "bomb"),
        (frame(2**40, b""), "too-large"),
        (b"{}", "document-invalid"),
    ):
        assert refusal_of(suite.sealed(content, key, frame=True), "members", key).code == code


def test_bombs_cost_no_memory():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for item in (
        frame(10 * MIB + 1, b""),
        frame(2**62, b""),
        frame(300, raw(b"{"), window=20),
        frame_of(bytes(10 * MIB))[:300],
    ):
        refusal_of(item)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KiB: that of making one, 10 MiB, here


@pytest.mark.parametrize(
    "after",
    [
        b"\0",
        b"x",
        b"{}",
        frame_of(DOCUMENT),
        frame_of(b""),
        struct.pack("<II", 0x184D2A50, 4) + b"skip",
        b"\x28\xb5\x2f\xfd",
    ],
)
def test_nothing_follows_a_frame(after):
    assert refusal_of(frame_of(DOCUMENT) + after).code == "document-invalid"


@pytest.mark.parametrize("item", [frame_of(b""), frame_of(b"") + b"anything", frame(0, raw(b"{"))])
def test_an_empty_frame_is_refused_whatever_follows(item):
    assert refusal_of(item).code == "document-invalid"


def test_a_frame_to_be_skipped_does_not_come_first():
    skipped = struct.pack("<II", 0x184D2A5F, 4) + b"skip"
    key = suite.new_body_key()
    assert refusal_of(skipped + frame_of(DOCUMENT)).code == "document-invalid"
    assert (
        refusal_of(suite.sealed(skipped + frame_of(DOCUMENT), key, frame=True), "members", key).code
        == "document-invalid"
    )
    assert refusal_of(suite.sealed(skipped, key, frame=True), "members", key).code == "document-invalid"


def test_a_frame_that_needs_a_dictionary_is_refused():
    assert refusal_of(frame(300, raw(b"{" + b"a" * 299), dictionary=7)).code == "document-invalid"
    trained = zstandard.ZstdCompressionDict(DOCUMENT, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    assert refusal_of(frame_of(DOCUMENT + bytes(range(256)), dict_data=trained)).code == "document-invalid"


def test_a_frame_cut_off_anywhere_is_refused():
    whole = frame_of(DOCUMENT[:700])
    assert unpacked(whole, "public", None) == DOCUMENT[:700]
    for length in range(len(whole)):
        assert refusal_of(whole[:length]).code in ("document-invalid", "bomb")


@given(st.binary(max_size=100))
def test_whatever_a_frame_holds_it_is_opened_or_refused(content):
    for item in (MAGIC + content, frame(300, content), frame(len(content), raw(content))):
        with suppress(Refused):
            unpacked(item, "public", None)
