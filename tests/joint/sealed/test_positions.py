"""JSON with its places: each value is where it is said to be."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.exchange.canonical import canonical
from tocsin.joint.sealed.positions import BrokenOff, plain, read_places

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef_", max_size=6), inner, max_size=4),
    max_leaves=20,
)


def places(read):
    yield read
    inner = read.value.values() if isinstance(read.value, dict) else read.value if isinstance(read.value, list) else ()
    for one in inner:
        yield from places(one)


@settings(deadline=None)
@given(VALUES)
def test_what_is_read_is_what_was_written_and_where(value):
    data = canonical(value)
    read = read_places(data).root
    assert plain(read) == value
    for one in places(read):
        assert json.loads(data[one.first : one.last + 1]) == plain(one)


def test_a_member_begins_with_its_name():
    read = read_places(b'{"a":[1],"long":"x"}').root
    assert read.value["long"].at_with_name == (9, 18)
    assert read.value["a"].value[0].at_with_name == (6, 6)


@pytest.mark.parametrize(
    ("data", "at", "why"),
    [
        (b"", 0, "ends in the middle"),
        (b'{"a":1', 6, "ends in the middle"),
        (b'{"a":1}x', 7, "something follows"),
        (b'{"a" :1}', 4, ": is expected"),
        (b'{"a":1 }', 6, ", is expected"),
        (b'{"a":1,"a":2}', 7, "stands twice"),
        (b'{"a":tru}', 8, "e is expected"),
        (b'{"a":1.5}', 6, ", is expected"),
        (b'{"a":123456789012345678}', 5, "no value"),
        (b'{"a":"x', 7, "ends in the middle of a text"),
        (b'{a:1}', 1, "a name"),
        (b"[" * 40, 33, "nested"),
    ],
)  # fmt: skip
def test_where_it_breaks_off_is_said(data, at, why):
    with pytest.raises(BrokenOff) as raised:
        read_places(data)
    assert why in raised.value.why
    assert raised.value.at == at


def test_what_it_is_in_the_middle_of_is_said():
    with pytest.raises(BrokenOff) as raised:
        read_places(b'{"documents":[{"act":"object"},{"act":"consent","item":"ab"cd"}]}')
    assert raised.value.within == ["documents", 1]
    assert plain(raised.value.opened[2]["act"]) == "consent"
