"""`file-part` 1: numbers, sizes, digests, and bytes in their one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.types.bodies import found, of_document
from tests.exchange.types.notified import full

from tocsin.exchange import limits
from tocsin.exchange.suite import encoded
from tocsin.exchange.types.file_parts import MOST_PARTS, PART_BYTES


def part(**more):
    return full("file-part", **more)


@given(st.binary(min_size=1, max_size=300), st.integers(1, MOST_PARTS))
def test_any_bytes_are_taken(content, number):
    assert not found(part(bytes=encoded(content), number=number, parts=MOST_PARTS))


def test_the_largest_part_is_taken_and_fits_a_document():
    largest = part(bytes=encoded(b"\xff" * PART_BYTES))
    assert not found(largest)
    assert len(largest.encode()) < limits.SEALED_BYTES


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [({"number": 4}, "contradiction", "/body/number"), ({"bytes": "AA=="}, "schema", "/body/bytes"),
     ({"bytes": "AB"}, "schema", "/body/bytes"), ({"bytes": "A A"}, "schema", "/body/bytes"),
     ({"bytes": "+/+/"}, "schema", "/body/bytes"), ({"bytes": ""}, "schema", "/body/bytes"),
     ({"file": "0A" * 32}, "schema", "/body/file"), ({"file": "0a" * 31}, "schema", "/body/file"),
     ({"number": 0}, "schema", "/body/number"), ({"parts": 51}, "schema", "/body/parts"),
     ({"about": {"origin": "AL"}}, "schema", "/body/about"), ({"name": "x.jpg"}, "schema", "/body")],
)  # fmt: skip
def test_what_cannot_be_is_found(body, code, pointer):
    assert of_document(found(part(**body))) == [(code, pointer)]


def test_a_part_above_two_mebibytes_is_found():
    assert found(part(bytes=encoded(b"0" * (PART_BYTES + 1)))).codes == {"schema"}


def test_it_is_for_those_who_take_part_alone_and_stays_there():
    open_to_all = {"classification": "MEMBERS", "addressees": ()}
    assert "classification" in found(part(head=open_to_all)).codes
    assert found(part(head={"no_onward_sharing": False})).codes == {"classification"}
