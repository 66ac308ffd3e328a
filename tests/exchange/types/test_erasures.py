"""Erasures: they name documents of their own stream, each once."""

import pytest
from tests.exchange.types.bodies import erasure, found, of_document

from tocsin.exchange.suite import digest


def named(number=7, *, stream="members", epoch=1):
    return {"epoch": epoch, "stream": stream, "number": number, "digest": digest(b"item")}


@pytest.mark.parametrize(
    ("classification", "addressees", "stream"),
    [("PUBLIC", (), "public"), ("FAMILY", (), "family"), ("MEMBERS", (), "members"), ("SELECTIVE", ("BO",), "to:BO")],
)
def test_an_erasure_travels_in_the_stream_of_what_it_names(classification, addressees, stream):
    head = {"classification": classification, "addressees": addressees}
    assert not found(erasure(head=head, documents=[named(stream=stream)]))
    assert of_document(found(erasure(head=head, documents=[named(stream="to:BO+CE")]))) == [
        ("classification", "/body/documents/0/stream")
    ]


def test_an_erasure_may_reach_back_into_earlier_epochs():
    assert not found(erasure(documents=[named(7), named(7, epoch=2), named(8)]))


def test_an_erasure_names_a_document_once():
    assert of_document(found(erasure(documents=[named(7), named(8), named(7)]))) == [
        ("contradiction", "/body/documents/2")
    ]


@pytest.mark.parametrize(
    "documents", [[], [named(number) for number in range(1, 1_002)], [named(0)], [named() | {"digest": "x"}]]
)
def test_an_erasure_names_one_to_a_thousand_documents_by_number_and_digest(documents):
    assert found(erasure(documents=documents)).codes == {"schema"}


def test_a_reason_is_one_of_the_list():
    assert not found(erasure(reason="wrong-addressee"))
    assert of_document(found(erasure(reason="because of Mr X"))) == [("schema", "/body/reason")]
