"""A file that was damaged: no byte of it can change unnoticed, and the one that did is named."""

import json
import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.joint.sealed.forging import codes

from tocsin.exchange.suite import digest
from tocsin.joint.sealed.verifying import verify_sealed

POSITIONS = 600  # of some 11,000; each costs its reader 4 ms


def verified(decided, data, **more):
    return verify_sealed(bytes(data), decided.trust, now=decided.now, **more)


def flipped(data, at, bit=1):
    bad = bytearray(data)
    bad[at] ^= bit
    return bad


def test_no_byte_can_change_unnoticed(small):
    decided, data = small
    dice = random.Random(20260309)
    for at in dice.sample(range(len(data)), POSITIONS):
        bad = flipped(data, at, 1 << dice.randrange(8))
        found = verified(decided, bad, searches=0)
        assert not found.holds, f"byte {at}"
        assert found.faults, f"byte {at}"


def test_a_fault_holds_the_place_of_the_byte(small):
    """Where what was changed is no letter that ends a text or a name."""
    decided, data = small
    dice = random.Random(20260310)
    for at in dice.sample(range(len(data)), POSITIONS // 4):
        if not chr(data[at]).isalnum():
            continue
        bad = bytearray(data)
        bad[at] = ord("A") if data[at] != ord("A") else ord("B")
        spans = [one.at for one in verified(decided, bad, searches=0).faults if one.at]
        assert any(first <= at <= last for first, last in spans), f"byte {at}: {spans}"


@pytest.mark.parametrize("member", ["item", "key", "manifest", "from", "act"])
def test_a_changed_byte_is_named_with_the_act_that_it_is_in(decided, data, member):
    read = json.loads(data)["documents"]
    index = next(index for index, one in enumerate(read) if one["act"] == "object")
    words = read[index][member] if isinstance(read[index][member], str) else "members"
    at = _of_document(data, index, f'"{member}":') + len(f'"{member}":')
    at = data.index(words.encode(), at) + len(words) // 2
    bad = bytearray(data)
    right, bad[at] = chr(data[at]), ord("A") if data[at] != ord("A") else ord("B")
    found = verified(decided, bad)
    assert found.faults[0].at == (at, at)
    assert f"byte {at} of the file is {chr(bad[at])!r} and was {right!r}" in found.faults[0].what
    named = " ".join(f"{one.where} {one.what}" for one in found.faults)
    assert "BO/1" in named
    assert "members 1" in named or member == "from"


def _of_document(data, index, name):
    """Where a member of one of the documents begins."""
    at = data.index(b'"documents":[')
    for _ in range(index + 1):
        at = data.index(b'{"act":', at + 1)
    return data.index(name.encode(), at)


def test_a_changed_byte_of_a_manifest_is_named_with_what_stands_by_it(decided, data):
    entry = json.loads(data)["manifests"][3]
    (named,) = (one for one in json.loads(data)["documents"] if one["manifest"] == entry["digest"])
    for member in ("digest", "manifest"):
        words = entry[member].encode()
        at = data.rindex(words) + len(words) // 2
        found = verified(decided, flipped(data, at))
        assert found.faults[0].at == (at, at)
        assert f"{named['from']['origin']}/1/members {named['from']['number']}, {named['act']}" in " ".join(
            one.what + one.where for one in found.faults
        )


def test_a_changed_byte_of_a_signature_is_named_with_what_stands_by_it(decided, data):
    words = json.loads(data)["manifests"][0]["signatures"][0]["signature"].encode()
    at = data.index(words) + 20
    found = verified(decided, flipped(data, at))
    assert codes(found) == ["signature-missing"]
    assert found.faults[0].at == (at, at)
    assert "by it stand AL/1/members 1, propose" in found.faults[0].what


def test_a_changed_byte_that_nobody_signed_is_named(decided, data):
    for name in ("made_at", "made_by"):
        words = json.loads(data)[name].encode()
        at = data.index(words, data.index(f'"{name}":'.encode()))
        found = verified(decided, flipped(data, at))
        assert codes(found) == ["file-altered"]
        assert found.faults[0].at == (at, at)
        assert "nobody signed" in found.faults[0].what


def test_a_changed_byte_of_the_digest_at_the_end_is_named(decided, data):
    found = verified(decided, flipped(data, len(data) - 20))
    assert [(one.where, one.code, one.at) for one in found.faults] == [
        ("the digest at the end", "file-altered", (len(data) - 20, len(data) - 20))
    ]


def test_a_changed_byte_of_a_text_is_named_with_its_paragraph(decided, data):
    words = "неделю".encode()
    at = data.index(words, data.index(b'"texts":')) + 1
    found = verified(decided, flipped(data, at))
    assert codes(found) == ["text-altered"]
    assert found.faults[0].where == "the text ru, paragraph 2"
    assert found.faults[0].at == (at, at)


@pytest.mark.parametrize("letter", [b'"', b"{", b"\\", b"\n", b"\xff"])
def test_a_letter_that_ends_what_can_be_read_is_named(decided, data, letter):
    at = _of_document(data, 7, '"item":') + 400
    bad = bytearray(data)
    bad[at : at + 1] = letter
    found = verified(decided, bad)
    assert not found.holds
    assert found.faults[0].at == (at, at)
    assert "/1/members" in found.faults[0].where


def test_a_file_that_was_cut_off_says_where_and_cannot_be_read(decided, data):
    item = _of_document(data, 7, '"item":') + 400
    for length in (*range(0, len(data), 997), item, len(data) - 1):
        found = verified(decided, data[:length], searches=0)
        assert found.unreadable, f"{length} bytes"
        assert found.faults[0].at == (length, length)
    assert "in AL/1/members 5, silence" in verified(decided, data[:item], searches=0).unreadable


def test_other_white_space_or_another_order_is_another_file(decided, data):
    """Not that any word is another: what two readers may take for one file must be one sequence of bytes."""
    said = json.loads(data)
    del said["whole"]
    written = json.dumps(dict(reversed(said.items())), separators=(",", ":"), ensure_ascii=False)[:-1]
    whole = digest((written + "}").encode())
    found = verified(decided, f'{written},"whole":"{whole}"}}'.encode())
    assert [(one.code, one.at) for one in found.faults] == [("not-canonical", (2, 2))]


def test_what_is_behind_the_end_is_noticed(decided, data):
    assert "something follows the end" in verified(decided, data + b"\n", searches=0).unreadable


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_no_decision_and_no_error(decided, data, words):
    assert not verified(decided, words, searches=0).holds


@settings(deadline=None)
@given(st.integers(0, 36_000), st.binary(min_size=1, max_size=30), st.integers(0, 30))
def test_whatever_is_put_in_the_place_of_some_bytes_is_noticed(decided, data, at, words, gone):
    at = min(at, len(data))
    bad = data[:at] + words + data[at + gone :]
    assert bad == data or not verified(decided, bad, searches=0).holds


def test_a_file_of_a_later_version_is_told_so(decided, data):
    later = data.replace(b'"version":1,', b'"version":2,')
    assert "version 2" in verified(decided, later).unreadable


def test_a_list_that_has_expired_still_verifies_and_is_noted(decided, data):
    found = verify_sealed(data, decided.trust, now=decided.now + timedelta(days=60))
    assert found.holds
    assert "expired" in found.notes[0]


def test_what_was_sealed_in_the_future_is_wrong(decided, data):
    found = verify_sealed(data, decided.trust, now=decided.now - timedelta(days=1))
    assert codes(found) == ["sealed-in-future"]
