"""Names of nodes, alliances and audiences have one form, and what follows no form is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.exchange.errors import Malformed
from tocsin.exchange.streams import (
    Stream,
    addressees_of,
    audience_of,
    check_alliance,
    check_audience,
    check_node,
)

nodes = st.from_regex(r"[A-Z][A-Z0-9]{1,11}", fullmatch=True)
NO_TEXT = [None, 5, b"AL", ["AL"], {"AL": 1}, True]


def is_refused(check, value, **options) -> bool:
    with pytest.raises(Malformed) as refusal:
        check(value, code="manifest-invalid", **options)
    return refusal.value.code == "manifest-invalid"


@given(nodes)
def test_a_nodes_name_is_2_to_12_capital_letters_and_digits(name):
    assert check_node(name) == name


@pytest.mark.parametrize(
    "name", ["", "A", "al", "Al", "1A", "A" * 13, "A-B", "A B", "AL\n", "АЛ", "AL٣", "A+B", *NO_TEXT]
)
def test_another_name_of_a_node_is_refused(name):
    assert is_refused(check_node, name)


@pytest.mark.parametrize("name", ["", "a", "EX", "1a", "a" * 33, "a_b", "a b", "ex\n", "учения", "-a", *NO_TEXT])
def test_another_name_of_an_alliance_is_refused(name):
    assert is_refused(check_alliance, name)
    assert check_alliance("exercise-2") == "exercise-2"


@given(st.sets(nodes, min_size=1, max_size=64))
def test_an_addressee_set_travels_in_one_audience_whatever_was_written_first(addressees):
    given_in_order = tuple(sorted(addressees))
    audience = audience_of("SELECTIVE", given_in_order)
    assert addressees_of(audience) == given_in_order
    assert check_audience(audience, origin="ORIGIN", code="gap") == audience or "ORIGIN" in addressees


@pytest.mark.parametrize(
    ("classification", "audience"), [("PUBLIC", "public"), ("FAMILY", "family"), ("MEMBERS", "members")]
)
def test_open_classifications_name_nobody(classification, audience):
    assert audience_of(classification) == audience
    assert addressees_of(audience) == ()
    with pytest.raises(Malformed) as refusal:
        audience_of(classification, ("BO",))
    assert refusal.value.code == "classification"


@pytest.mark.parametrize(
    ("classification", "addressees"),
    [
        ("SELECTIVE", ()),
        ("SELECTIVE", ("CE", "BO")),
        ("SELECTIVE", ("BO", "BO")),
        ("SELECTIVE", tuple(f"N{n:03}" for n in range(65))),
        ("NATIONAL", ()),
        ("NATIONAL", ("BO",)),
        ("public", ()),
        ("", ()),
        (None, ()),
        (["PUBLIC"], ()),
        ({}, ("BO",)),
        (True, ()),
    ],
)
def test_what_does_not_travel_is_refused(classification, addressees):
    with pytest.raises(Malformed) as refusal:
        audience_of(classification, addressees)
    assert refusal.value.code == "classification"


@pytest.mark.parametrize("addressees", [("bo",), (5,), (None,), (["BO"],), ("BO", 5), ({"BO": 1},), ("BO", "")])
def test_addressees_that_are_not_names_are_refused(addressees):
    with pytest.raises(Malformed) as refusal:
        audience_of("SELECTIVE", addressees)
    assert refusal.value.code == "document-invalid"


@pytest.mark.parametrize(
    "audience",
    [
        "to:",
        "to:BO+",
        "to:+BO",
        "to:CE+BO",
        "to:BO+BO",
        "to:bo",
        "to:BO,CE",
        "to: BO",
        "to:BO\n",
        "TO:BO",
        "to:AL",
        "to:AL+BO",
        "to:" + "+".join(f"N{n:03}" for n in range(65)),
        "PUBLIC",
        "national",
        "",
        *NO_TEXT,
    ],
)
def test_an_audience_that_its_origin_cannot_write_to_is_refused(audience):
    assert is_refused(check_audience, audience, origin="AL")


@given(st.text(max_size=12) | st.lists(nodes | st.just("AL"), max_size=3).map("+".join))
def test_an_audience_is_accepted_exactly_if_a_classification_leads_to_it(text):
    try:
        accepted = check_audience("to:" + text, origin="AL", code="gap")
    except Malformed:
        accepted = None
    try:
        led_to = audience_of("SELECTIVE", tuple(text.split("+")))
    except Malformed:
        led_to = None
    assert accepted == (None if "AL" in text.split("+") else led_to)


@pytest.mark.parametrize("audience", ["public", "family", "members", "to:BO", "to:BO+CE"])
def test_an_audience_that_its_origin_can_write_to_is_accepted(audience):
    assert check_audience(audience, origin="AL", code="gap") == audience


def test_an_addressee_set_has_sixty_four_nodes_at_the_most():
    most = tuple(f"N{n:03}" for n in range(64))
    assert check_audience(audience_of("SELECTIVE", most), origin="AL", code="gap") == "to:" + "+".join(most)


def test_a_stream_is_named_by_its_origin_its_epoch_and_its_audience():
    assert Stream("AL", 2, "to:BO+CE").key == "2/to:BO+CE"
    assert str(Stream("AL", 2, "to:BO+CE")) == "AL/2/to:BO+CE"
