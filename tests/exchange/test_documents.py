"""Documents: what one says is read back as it was meant, and what does not follow the form is refused."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.specimens import EARLIER, ID, NOW, document

from tocsin.exchange import limits
from tocsin.exchange.canonical import LARGEST, canonical
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import Malformed, Refused, TooLarge
from tocsin.exchange.streams import Stream


def said(**changes):
    return json.loads(document().encode()) | changes


def refusal_of(data) -> Refused:
    with pytest.raises(Refused) as refusal:
        Document.read(data if isinstance(data, bytes) else canonical(data))
    return refusal.value


values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text('abcdé"\\', max_size=3).filter(str.isascii), inner, max_size=3)
    ),
    max_leaves=8,
)
documents = st.builds(
    document,
    recorded_at=st.datetimes(timezones=st.just(UTC)),
    body=st.dictionaries(st.sampled_from(["subject", "text", "rows"]), values),
    language=st.sampled_from(["ru", "en", "zh-hans", "kk"]),
    no_onward_sharing=st.booleans(),
    source=st.text(st.characters(exclude_categories=("Cs",)), max_size=500),
    type_version=st.integers(1, LARGEST),
)


@given(documents)
def test_a_document_is_read_back_from_its_bytes_and_written_as_the_same_bytes(one):
    data = one.encode()
    assert Document.read(data) == one
    assert Document.read(data).encode() == data


def test_a_document_is_written_as_the_protocol_shows():
    assert document(recorded_at=NOW, body={}).encode() == (
        b'{"addressees":[],"alliance":"exercise","body":{},"classification":"MEMBERS","exercise":true,"id":"'
        + ID.encode()
        + b'",'
        b'"language":"en","no_onward_sharing":false,"origin":"AL","protocol":1,"recorded_at":"2026-03-09T06:00:00Z",'
        b'"source":"","supersedes":null,"type":"message","type_version":1,"version":1}'
    )


def test_a_moment_is_recorded_in_whole_seconds_of_utc():
    at = datetime(2026, 3, 9, 14, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))
    assert document(recorded_at=at) == Document.read(document(recorded_at=at).encode()) == document(recorded_at=NOW)
    assert document(recorded_at=at).recorded_at == NOW


def test_a_source_of_500_characters_is_taken():
    one = document(source="源" * 500)
    assert Document.read(one.encode()) == one


def test_members_that_are_not_known_are_ignored():
    assert Document.read(canonical(said(later={"a": [1]}))) == document()


def test_a_later_version_says_what_it_takes_the_place_of():
    later = document(version=2, supersedes=EARLIER)
    assert Document.read(later.encode()) == later


@pytest.mark.parametrize("name", sorted(said()))
def test_a_document_that_lacks_a_member_is_refused(name):
    lacking = said()
    del lacking[name]
    assert refusal_of(lacking).code == "document-invalid"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ID.upper()},
        {"id": ID + "\n"},
        {"id": ID.replace("-", "")},
        {"id": "0197c2aa-0000-0000-8000-000000000001"},
        {"id": "0197c2aa-0000-7000-0000-000000000001"},
        {"alliance": "Exercise"},
        {"origin": "al"},
        {"protocol": 0},
        {"protocol": 2},
        {"protocol": True},
        {"protocol": "1"},
        {"recorded_at": "2026-03-09T06:00:00+00:00"},
        {"recorded_at": "2026-02-30T06:00:00Z"},
        {"type": ""},
        {"type": "Message"},
        {"type": "a" * 41},
        {"type": "message\n"},
        {"type_version": 0},
        {"type_version": True},
        {"version": 0},
        {"version": -1},
        {"version": True},
        {"version": 2},
        {"supersedes": EARLIER},
        {"version": 2, "supersedes": ID},
        {"version": 2, "supersedes": "x"},
        {"no_onward_sharing": 0},
        {"exercise": 1},
        {"language": "RU"},
        {"language": "russian"},
        {"language": "ru\n"},
        {"source": "x" * 501},
        {"source": None},
        {"source": []},
        {"id": None},
        {"type": None},
        {"language": ["ru"]},
        {"version": 2, "supersedes": 5},
        {"body": []},
        {"body": None},
        {"body": "{}"},
        {"addressees": None},
        {"addressees": {}},
        {"addressees": "BO"},
        {"classification": "SELECTIVE", "addressees": ["AL", "BO"]},
        {"classification": "SELECTIVE", "addressees": [["BO"]]},
        {"classification": "SELECTIVE", "addressees": [{}]},
        {"classification": "SELECTIVE", "addressees": ["BO", 1]},
        {"classification": "SELECTIVE", "addressees": [None]},
    ],
)
def test_a_document_whose_head_is_not_of_its_form_is_refused(changes):
    assert refusal_of(said(**changes)).code == "document-invalid"


@pytest.mark.parametrize(
    "changes",
    [
        {"classification": "NATIONAL"},
        {"classification": "public"},
        {"classification": None},
        {"classification": ["PUBLIC"]},
        {"classification": {}},
        {"addressees": ["BO"]},
        {"classification": "SELECTIVE"},
        {"classification": "SELECTIVE", "addressees": ["CE", "BO"]},
        {"classification": "SELECTIVE", "addressees": ["BO", "BO"]},
        {"classification": "SELECTIVE", "addressees": [f"N{n:03}" for n in range(65)]},
    ],
)
def test_a_document_that_does_not_travel_is_refused(changes):
    assert refusal_of(said(**changes)).code == "classification"


@given(st.sampled_from(sorted(said())), values)
def test_whatever_stands_in_a_member_is_taken_as_meant_or_refused(name, value):
    data = canonical(said(**{name: value}))
    try:
        one = Document.read(data)
    except Refused:
        return
    assert one.encode() == data


@pytest.mark.parametrize("value", [None, 1, "document", [], [said()]])
def test_what_is_no_object_is_no_document(value):
    assert refusal_of(value).code == "document-invalid"


def test_bytes_that_are_not_canonical_are_no_document():
    assert refusal_of(json.dumps(said()).encode()).code == "not-canonical"
    assert refusal_of(b"").code == "not-canonical"
    assert refusal_of(b'{"body":' * 100_000).code == "too-deep"


def test_a_document_above_ten_mebibytes_is_refused_before_it_is_read():
    refusal = refusal_of(b"{" + b" " * limits.DOCUMENT_BYTES)
    assert isinstance(refusal, TooLarge)
    assert refusal.code == "too-large"


@pytest.mark.parametrize("at", [datetime(2026, 3, 9), "2026-03-09T06:00:00Z", None])
def test_a_document_is_not_made_without_a_moment(at):
    with pytest.raises(Malformed):
        document(recorded_at=at)


@pytest.mark.parametrize(
    ("classification", "addressees", "audience"),
    [
        ("PUBLIC", (), "public"),
        ("FAMILY", (), "family"),
        ("MEMBERS", (), "members"),
        ("SELECTIVE", ("BO", "CE"), "to:BO+CE"),
    ],
)
def test_a_document_belongs_to_the_stream_of_its_classification(classification, addressees, audience):
    one = document(classification=classification, addressees=addressees)
    assert one.audience == audience
    one.check_place(Stream("AL", 1, audience), alliance="exercise", exercise=True)
    assert Document.read(one.encode()).audience == audience


@pytest.mark.parametrize(
    ("stream", "alliance", "exercise"),
    [
        (Stream("BO", 1, "members"), "exercise", True),
        (Stream("AL", 1, "family"), "exercise", True),
        (Stream("AL", 1, "to:BO"), "exercise", True),
        (Stream("AL", 1, "members"), "another", True),
        (Stream("AL", 1, "members"), "exercise", False),
    ],
)
def test_a_document_found_in_another_place_than_it_says_is_refused(stream, alliance, exercise):
    with pytest.raises(Malformed) as refusal:
        document().check_place(stream, alliance=alliance, exercise=exercise)
    assert refusal.value.code == "head-mismatch"
