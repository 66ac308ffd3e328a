"""Manifests: what was signed is read in one way, or refused with its reason."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.specimens import ALPHABET, MEMBERS_STREAM, NOW, digests, manifest

from tocsin.exchange import limits, suite
from tocsin.exchange.canonical import LARGEST, canonical
from tocsin.exchange.errors import Malformed, Newer, Refused, TooLarge
from tocsin.exchange.manifests import Manifest, read_signatures
from tocsin.exchange.streams import Stream

DIGEST = digests(1)[0]


def said(**changes):
    return json.loads(manifest().data) | changes


def refusal_of(data) -> Refused:
    with pytest.raises(Refused) as refusal:
        Manifest.read(data if isinstance(data, bytes) else canonical(data))
    return refusal.value


@given(
    st.lists(st.binary(max_size=4).map(suite.digest), min_size=1, max_size=20),
    st.integers(2, 10**15),
    st.integers(1, LARGEST),
    st.sampled_from(["public", "family", "members", "to:BO+CE"]),
)
def test_a_manifest_is_read_back_as_it_was_made(items, first, epoch, audience):
    stream = Stream("AL", epoch, audience)
    made = manifest(items, stream=stream, first=first, previous=DIGEST)
    assert Manifest.read(made.data) == made
    assert (made.stream, made.first, made.last, made.items) == (stream, first, first + len(items) - 1, tuple(items))
    assert (made.previous, made.sealed_at, made.alliance) == (DIGEST, NOW, "exercise")
    assert made.digest == suite.digest(made.data)


def test_a_manifest_is_written_as_the_protocol_shows():
    first, second = digests(2)
    assert (
        manifest().data
        == (
            f'{{"alliance":"exercise","count":2,"epoch":1,"first":1,"items":["{first}","{second}"],"origin":"AL",'
            '"previous":null,"protocol":1,"sealed_at":"2026-03-09T06:00:00Z","stream":"members"}'
        ).encode()
    )
    assert str(manifest()) == "AL/1/members 1-2"


def test_members_that_are_not_known_are_ignored_and_kept_in_what_was_signed():
    data = canonical(said(later={"a": [1]}))
    assert Manifest.read(data).data == data


def test_a_higher_protocol_is_told_apart_whatever_else_it_changes():
    for changes in ({}, {"items": None}, {"origin": "al"}):
        refusal = refusal_of(said(protocol=2, **changes))
        assert isinstance(refusal, Newer)
        assert refusal.code == "newer-protocol"
        assert "upgrade" in refusal.advice


@pytest.mark.parametrize("name", sorted(said()))
def test_a_manifest_that_lacks_a_member_is_refused(name):
    lacking = said()
    del lacking[name]
    assert refusal_of(lacking).code == "manifest-invalid"


@pytest.mark.parametrize(
    "changes",
    [
        {"protocol": 0},
        {"protocol": True},
        {"protocol": "1"},
        {"alliance": "Exercise"},
        {"origin": "al"},
        {"origin": None},
        {"stream": "national"},
        {"stream": "to:AL"},
        {"stream": ["members"]},
        {"epoch": 0},
        {"epoch": True},
        {"epoch": "1"},
        {"first": 0},
        {"first": -1},
        {"first": True},
        {"count": 0, "items": []},
        {"count": 1},
        {"count": 3},
        {"count": True, "items": digests(1)},
        {"items": None},
        {"items": {}},
        {"items": "".join(digests(2))},
        {"items": [DIGEST, DIGEST[:-1]]},
        {"items": [DIGEST, DIGEST + "="]},
        {"items": [DIGEST, None]},
        {"items": [DIGEST, [DIGEST]]},
        {"items": [",".join(digests(2)), DIGEST]},
        {"previous": DIGEST},
        {"previous": False},
        {"previous": ""},
        {"first": 3, "previous": None},
        {"first": 3, "previous": DIGEST[:-1]},
        {"first": 3, "previous": DIGEST[:-1] + "B"},
        {"first": 3, "previous": [DIGEST]},
        {"first": LARGEST, "previous": DIGEST},
        {"sealed_at": None},
        {"sealed_at": "2026-03-09"},
    ],
)
def test_a_manifest_that_is_not_of_its_form_is_refused(changes):
    assert refusal_of(said(**changes)).code == "manifest-invalid"


@pytest.mark.parametrize("value", [None, 1, "manifest", [], [said()]])
def test_what_is_no_object_is_no_manifest(value):
    assert refusal_of(value).code == "manifest-invalid"


def test_bytes_that_are_not_canonical_are_no_manifest():
    assert refusal_of(json.dumps(said()).encode()).code == "not-canonical"
    assert refusal_of(b"").code == "not-canonical"


def test_five_thousand_documents_are_the_most():
    assert len(manifest(digests(5_000)).items) == 5_000
    refusal = refusal_of(said(count=5_001, items=digests(5_001)))
    assert isinstance(refusal, TooLarge)
    assert refusal_of(said(count=LARGEST)).code == "too-large"
    assert refusal_of(b'"' + b"a" * limits.MANIFEST_BYTES + b'"').code == "too-large"


def test_the_highest_number_is_the_highest_that_every_language_holds():
    assert manifest(first=LARGEST - 1, previous=DIGEST).last == LARGEST


texts = st.one_of(
    st.binary(min_size=32, max_size=32).map(suite.encoded),
    st.text(ALPHABET, min_size=43, max_size=43),
    st.text(ALPHABET + "+/=,\né", min_size=42, max_size=44),
    st.sampled_from([",".join(digests(2)), DIGEST + "=", DIGEST[:-1] + "B", "A" * 43, "", None, 5]),
)


@given(st.lists(texts, min_size=1, max_size=4))
def test_items_are_accepted_exactly_if_each_decodes_to_32_bytes_and_is_written_so(items):
    def is_digest(text):
        try:
            return len(suite.decoded(text, code="gap", what="it")) == 32
        except Malformed:
            return False

    try:
        Manifest.read(canonical(said(count=len(items), items=items)))
        accepted = True
    except Malformed:
        accepted = False
    assert accepted == all(map(is_digest, items))


values = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text("abAL:+/1", max_size=9)


@given(st.sampled_from(sorted(said())), values | st.lists(values, max_size=3) | st.dictionaries(st.just("a"), values))
def test_whatever_stands_in_a_member_is_taken_as_meant_or_refused(name, value):
    given_so = said(**{name: value})
    data = canonical(given_so)
    try:
        one = Manifest.read(data)
    except Refused:
        return
    members = {"stream": one.stream.audience, "epoch": one.stream.epoch, "first": one.first}
    assert members == {name: given_so[name] for name in members}
    again = Manifest.make(
        alliance=one.alliance,
        stream=one.stream,
        first=one.first,
        items=one.items,
        previous=one.previous,
        sealed_at=one.sealed_at,
    )
    assert again.data == data


# Signatures beside it


def test_signatures_are_a_list_of_objects_whatever_those_hold():
    known = [{"protected": "e30", "signature": "AA"}, {"anything": {"at": ["all"]}}, {}]
    assert read_signatures(canonical(known)) == known
    assert read_signatures(b"[]") == []


@pytest.mark.parametrize("value", [None, {}, "x", [None], ["eyJ"], [[]], [{}, 1]])
def test_signatures_of_another_form_are_refused(value):
    with pytest.raises(Malformed) as refusal:
        read_signatures(canonical(value))
    assert refusal.value.code == "signature-missing"


def test_sixteen_signatures_are_the_most():
    assert len(read_signatures(canonical([{}] * 16))) == 16
    with pytest.raises(TooLarge):
        read_signatures(canonical([{}] * 17))
    with pytest.raises(TooLarge):
        read_signatures(canonical([{"a": "x" * 100_000}]))


def test_a_manifest_names_its_stream():
    assert manifest().stream == MEMBERS_STREAM
