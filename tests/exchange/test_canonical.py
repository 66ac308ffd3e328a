"""Canonical JSON has one writing for what it says and is read in one way, whatever is offered.

The oracle is `rfc8785` with the two rules of docs/exchange.md, section 1, said again here in the slowest way.
"""

import json
from itertools import pairwise

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.exchange import limits
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.errors import Malformed, Refused, TooLarge

LARGEST = 2**53 - 1
texts = st.text(st.characters(exclude_categories=("Cs",)))
names = st.text(st.characters(max_codepoint=127))
whole = st.integers(-LARGEST, LARGEST)
said = st.recursive(
    st.none() | st.booleans() | whole | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names, inner, max_size=5),
    max_leaves=20,
)


def follows_the_rules(data: bytes) -> bool:
    """Whether bytes are what section 1 calls canonical."""

    def members(pairs):
        assert all(name.isascii() for name, _ in pairs)
        assert all(a != b for a, b in pairwise(sorted(name for name, _ in pairs)))
        return dict(pairs)

    def depth(value):
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    def check_numbers(value):
        if isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                check_numbers(one)
        assert not isinstance(value, float)
        assert not isinstance(value, int) or abs(value) <= LARGEST

    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=members)
        check_numbers(value)
        return rfc8785.dumps(value) == data and depth(value) <= limits.DEPTH
    except (AssertionError, ValueError):
        return False


def is_read(data: bytes) -> bool:
    try:
        value = read_canonical(data, what="it")
    except Malformed:
        return False
    assert canonical(value) == data
    return True


# JSON as careless or hostile writers write it: any escape, order, repetition, space, number.
number_texts = st.one_of(
    st.sampled_from(["0", "-0", "1.0", "1e3", "1E3", "0.5", "01", "-1", "+1", "NaN", "Infinity", "-Infinity", "1e400"]),
    st.integers().map(str),
    st.sampled_from([2**53 - 1, -(2**53 - 1), 2**53, -(2**53), 10**16, 10**17]).map(str),
    st.floats().map(repr),
)
string_texts = st.one_of(
    st.text(max_size=6).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.text(max_size=6).map(json.dumps),
    st.sampled_from(['"\\u0061"', '"\\/"', '"/"', '"\\u00e9"', '"é"', '"\\ud800"', '"\\ud83d\\ude00"', '"\\u000A"']),
    st.sampled_from(['"\\b\\f\\n\\r\\t\\"\\\\"', '"\\u001f"', '"\\u001F"', '"\x7f"', '"\u2028"', '"a', '"\t"']),
)
name_texts = st.sampled_from(['"a"', '"b"', '"B"', '"\\u0061"', '"é"', '"aa"', '""', '"\\u0000"']) | string_texts
spaces = st.sampled_from(["", "", "", "", "", " ", "\n"])


@st.composite
def brackets(draw, inner):
    if draw(st.booleans()):
        return "[" + draw(spaces) + ",".join(draw(st.lists(inner, max_size=3))) + "]"
    pairs = draw(st.lists(st.tuples(name_texts, inner), max_size=3))
    if draw(st.booleans()):
        pairs.sort()
    return "{" + ",".join(f"{name}:{draw(spaces)}{value}" for name, value in pairs) + "}" + draw(spaces)


leaf_texts = st.sampled_from(["null", "true", "false", "nul", ""]) | number_texts | string_texts
any_json = st.recursive(leaf_texts, brackets, max_leaves=8)


@given(said)
def test_what_is_said_has_the_bytes_of_rfc_8785_and_is_read_back(value):
    data = canonical(value)
    assert data == rfc8785.dumps(value)
    assert read_canonical(data, what="it") == value


@given(any_json)
@example('{"a":1,"a":1}')
@example('{"b":1,"a":1}')
def test_a_text_is_accepted_exactly_if_it_is_canonical(text):
    data = text.encode("utf-8", "surrogatepass")
    assert is_read(data) == follows_the_rules(data)


@given(said, st.data())
def test_a_canonical_text_with_one_byte_changed_is_accepted_exactly_if_it_is_canonical(value, data):
    good = canonical(value)
    place = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.binary(max_size=2))
    changed = good[:place] + byte + good[place + data.draw(st.integers(0, 1)) :]
    assert is_read(changed) == follows_the_rules(changed)


@given(st.binary(max_size=40))
def test_bytes_of_any_kind_are_refused_and_nothing_else_is_raised(data):
    assert is_read(data) == follows_the_rules(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":1}',
        b'{"a":1,"B":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b' {"a":1}',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        "{}".encode("utf-16-be"),
        "{}".encode("utf-32"),
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\\ud83d\\ude00"',
        b'"\\u00e9"',
        b'"\xe9"',
        b'"\xc0\xaf"',
        b'"\\/"',
        b'"\\u000a"',
        b'"\\u001F"',
        b'"\n"',
        b"-0",
        b"1.0",
        b"0.5",
        b"1e3",
        b"1E400",
        b"01",
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"9007199254740992",
        b"-9007199254740992",
        b"100000000000000000",
        b"1" * 1_000_000,
        '{"é":1}'.encode(),
        '{"a":{"é":1}}'.encode(),
        '[[{"日":[]}]]'.encode(),
        b"",
        b"null ",
        b"{}{}",
        b"[1,]",
        b"'a'",
        b"/**/1",
    ],
)
def test_a_second_writing_of_anything_is_refused(data):
    assert not follows_the_rules(data)
    with pytest.raises(Malformed) as refusal:
        read_canonical(data, what="it")
    assert refusal.value.code == "not-canonical"


@pytest.mark.parametrize("data", [b"9007199254740991", b"-9007199254740991", '"é\u2028\x7f"'.encode(), b"0", b"-1"])
def test_the_edges_of_what_is_canonical_are_accepted(data):
    assert follows_the_rules(data)
    assert is_read(data)


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_thirty_two_levels_are_read_and_one_more_is_not(opening, closing):
    deepest = opening * 31 + b"[]" + closing * 31
    assert is_read(deepest)
    with pytest.raises(Malformed) as refusal:
        read_canonical(opening + deepest + closing, what="it")
    assert refusal.value.code == "too-deep"


@pytest.mark.parametrize("levels", [500, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b"[", b""), (b'[{"a":', b"")])
def test_a_hundred_thousand_levels_are_refused_and_crash_nothing(opening, closing, levels):
    with pytest.raises(Malformed) as refusal:
        read_canonical(opening * levels + b"1" + closing * levels, what="it")
    assert refusal.value.code in ("too-deep", "not-canonical")


def test_brackets_inside_texts_are_not_levels():
    assert is_read(b'["' + b"[{" * 100 + b'"]')


def test_what_is_too_long_is_refused_before_it_is_read():
    with pytest.raises(TooLarge) as refusal:
        read_canonical(b"[" * 11, what="it", limit=10)
    assert refusal.value.code == "too-large"
    assert read_canonical(b'"' + b"a" * 8 + b'"', what="it", limit=10) == "a" * 8


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        1.0,
        float("nan"),
        [0.5],
        {"a": (1, 0.5)},
        2**53,
        [-(2**53)],
        {"é": 1},
        {"a": [{"é": 1}]},
        {1: 2},
        "\ud800",
        {"a": b"bytes"},
        {"a": {1, 2}},
    ],
)
def test_what_cannot_be_said_is_not_written(value):
    with pytest.raises(ValueError, match=r"fraction|ASCII|domain|code|type|strings"):
        canonical(value)


def test_what_is_too_deep_is_not_written():
    value = []
    for _ in range(limits.DEPTH):
        value = [value]
    with pytest.raises(ValueError, match="32 levels"):
        canonical(value)
    with pytest.raises(ValueError, match="32 levels"):
        canonical({"a": tuple(value)})
    assert read_canonical(canonical(value[0]), what="it") == value[0]


def test_a_refusal_names_what_was_refused_and_does_not_repeat_it_at_length():
    with pytest.raises(Refused, match="the letter") as refusal:
        read_canonical(b"1" * 100_000, what="the letter")
    assert len(str(refusal.value)) < 500
