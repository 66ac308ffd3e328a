"""Receipts: they go to the origin alone, and what they say of a batch fits together."""

from datetime import UTC, datetime

import pytest
from tests.exchange.types.bodies import found, of_document, receipt


@pytest.mark.parametrize("addressees", [("CE",), ("BO", "CE")])
def test_a_receipt_goes_to_the_origin_of_the_batch_alone(addressees):
    assert of_document(found(receipt(head={"addressees": addressees}))) == [("classification", "/addressees")]


@pytest.mark.parametrize("stream", ["public", "family", "members", "to:AL", "to:AL+CE"])
def test_a_receipt_is_of_a_stream_that_its_origin_can_write(stream):
    assert not found(receipt(stream=stream))


@pytest.mark.parametrize("stream", ["to:BO", "to:CE+AL", "to:AL+AL", "everybody", "to:", "members\n"])
def test_a_receipt_of_no_stream_is_kept_apart(stream):
    assert of_document(found(receipt(stream=stream))) == [("schema", "/body/stream")]


@pytest.mark.parametrize("manifest", ["", "A" * 42, "A" * 44, "A" * 42 + "B", "+" * 43])
def test_a_receipt_names_a_manifest_by_its_digest(manifest):
    assert of_document(found(receipt(manifest=manifest))) == [("schema", "/body/manifest")]


@pytest.mark.parametrize("moment", ["2026-03-09 05:59:00Z", "2026-02-30T05:59:00Z"])
def test_a_receipt_says_a_moment_that_there_is(moment):
    assert of_document(found(receipt(received_at=moment))) == [("schema", "/body/received_at")]


def test_nothing_is_received_after_the_receipt_of_it():
    assert not found(receipt(received_at="2026-03-09T06:05:00Z"))  # clocks of two machines of one node
    assert of_document(found(receipt(received_at="2026-03-09T06:05:01Z"))) == [("contradiction", "/body/received_at")]


def test_a_receipt_recorded_at_the_end_of_time_is_read():
    assert not found(receipt(head={"recorded_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)}))


def test_a_document_has_one_fate():
    assert of_document(found(receipt(held=[16, 17]))) == [("contradiction", "/body/locked")]
    assert of_document(found(receipt(held=[17, 17]))) == [("contradiction", "/body/held")]
    assert of_document(found(receipt(held=[17, 19]))) == [("contradiction", "/body/quarantined")]


def test_a_document_may_be_kept_apart_for_several_reasons():
    reasons = [{"number": 19, "row": None, "code": code} for code in ("schema", "markup", "a-code-of-tomorrow")]
    assert not found(receipt(quarantined=reasons))


@pytest.mark.parametrize("number", [21, 5_021])
def test_a_receipt_names_documents_of_its_batch_only(number):
    assert of_document(found(receipt(locked=[number]))) == [("contradiction", "/body/through")]
    reasons = [{"number": number, "row": 1, "code": "schema"}]
    assert of_document(found(receipt(quarantined=reasons))) == [("contradiction", "/body/through")]


def test_a_batch_has_at_most_five_thousand_documents():
    assert not found(receipt(through=9_000, held=[], locked=[4_001], quarantined=[]))
    assert of_document(found(receipt(through=9_000, held=[], locked=[4_000], quarantined=[]))) == [
        ("contradiction", "/body/through")
    ]


def test_no_more_documents_are_counted_than_the_batch_can_have():
    assert not found(receipt(accepted=17))
    assert of_document(found(receipt(accepted=18))) == [("contradiction", "/body/accepted")]


def test_what_a_long_list_leaves_out_is_counted():
    assert not found(receipt(unlisted=12_000))
    reasons = [{"number": 18, "row": row, "code": "schema"} for row in range(1_001)]
    assert of_document(found(receipt(quarantined=reasons))) == [("schema", "/body/quarantined")]
