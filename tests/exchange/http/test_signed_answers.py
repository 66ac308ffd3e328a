"""Signed answers. docs/exchange.md, section 11."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.http.serving import AL_KEY, BO_KEY, NOW, live, member, signed_answer
from tests.exchange.http.signing import ASKED, FIELDS, OTHERS, SIGNED, signed, with_header, with_input

from tocsin.exchange import suite
from tocsin.exchange.errors import NotTrusted, Refused, Unreachable
from tocsin.exchange.http.messages import Answer
from tocsin.exchange.http.signatures import signature_of, verify_answer

ANSWER = signed_answer(SIGNED, b"what follows", headers={"content-type": "text/plain"})


def answered(answer, request=SIGNED, *, keys=None, now=NOW):
    return verify_answer(answer, request=request, keys=live(BO_KEY) if keys is None else keys, now=now)


def test_an_answer_verifies_for_its_request():
    assert answered(ANSWER) == suite.thumbprint(BO_KEY)
    assert '"@status" "content-digest" "signature";key="tocsin";req' in ANSWER.headers["signature-input"]


@pytest.mark.parametrize(
    "altered",
    [
        replace(ANSWER, status=201),
        replace(ANSWER, body=b"what followed"),
        with_input(ANSWER, "created=1773036000", "created=1773036001"),
        with_header(ANSWER, "signature", member(bytes(64))),
        with_input(ANSWER, suite.thumbprint(BO_KEY), suite.thumbprint(AL_KEY)),
    ],
)
def test_an_answer_of_which_anything_was_changed_is_not_the_nodes(altered):
    with pytest.raises(Unreachable, match="signature of the answer"):
        answered(altered, keys=live(BO_KEY, AL_KEY))


def test_answers_to_two_requests_cannot_be_swapped():
    with pytest.raises(Unreachable, match="does not verify for this request"):
        answered(ANSWER, OTHERS)
    again = signed(nonce="C" * 22)
    with pytest.raises(Unreachable, match="does not verify for this request"):
        answered(ANSWER, again)


def test_an_answer_by_another_node_is_not_taken():
    with pytest.raises(Unreachable, match="not a listed request key"):
        answered(signed_answer(SIGNED, b"", key=AL_KEY))


@pytest.mark.parametrize(
    "odd",
    [
        Answer(502, {}, b"<h1>Bad gateway</h1>"),
        replace(ANSWER, headers={n: v for n, v in ANSWER.headers.items() if n != "signature"}),
        with_input(ANSWER, ' "signature";key="tocsin";req', ""),
        with_input(ANSWER, ' "signature";key="tocsin";req', ' "signature";key="other";req'),
        with_input(ANSWER, ' "signature";key="tocsin";req', ' "signature";key="tocsin"'),
        with_input(ANSWER, '"tocsin-exchange"', '"tocsin-receipts"'),
    ],
)
def test_an_answer_without_a_signature_of_the_form_says_its_status(odd):
    with pytest.raises(Unreachable, match=rf"the answer, {odd.status}, is not signed as the protocol asks"):
        answered(odd)


def test_a_request_cannot_be_shown_as_an_answer():
    with pytest.raises(Unreachable, match="must cover"):
        answered(Answer(200, SIGNED.headers, SIGNED.body), keys=live(AL_KEY))


def test_an_answer_from_another_time_says_both_times():
    late = signed_answer(SIGNED, created=NOW - timedelta(seconds=301))
    with pytest.raises(NotTrusted) as caught:
        answered(late)
    assert caught.value.code == "clock-skew"
    assert "2026-03-09T05:54:59Z by the peer's clock" in caught.value.detail
    assert answered(signed_answer(SIGNED, created=NOW - timedelta(seconds=300)))


def test_a_refusal_can_be_bound_to_a_request_that_does_not_verify_and_not_to_one_without_signature():
    altered = replace(SIGNED, body=b"another")
    assert answered(signed_answer(altered, status=401), altered)
    assert signature_of(ASKED) is None
    with pytest.raises(ValueError, match="not signed"):
        answered(ANSWER, ASKED)


@given(fields=FIELDS, status=st.integers(0, 999), body=st.binary(max_size=8))
def test_whatever_stands_in_an_answer_it_is_not_taken_and_nothing_else_happens(fields, status, body):
    for answer in (Answer(status, fields, body), replace(ANSWER, headers={**ANSWER.headers, **fields})):
        try:
            answered(answer)
        except (Refused, Unreachable):
            pass
        else:
            assert (answer.status, answer.body) == (ANSWER.status, ANSWER.body)
