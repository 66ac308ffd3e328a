"""Refusals as they travel. docs/exchange.md, section 11."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.exchange.codes import CODES
from tocsin.exchange.errors import (
    Malformed,
    Newer,
    NotTrusted,
    OutOfPlace,
    Refused,
    TooLarge,
    TooManyRequests,
    Unreachable,
)
from tocsin.exchange.http.messages import Answer
from tocsin.exchange.http.problems import problem, refusal

TYPE = {"content-type": "application/problem+json"}


@pytest.mark.parametrize("code", CODES)
def test_every_code_travels_there_and_back(code):
    answer = problem(Refused(code, "what is wrong", "what to do"))
    assert 400 <= answer.status < 600
    found = refusal(answer, node="BO")
    assert (found.code, found.detail) == (code, "BO refused: what is wrong")
    if code != "too-many-requests":
        assert found.advice == "what to do"


@pytest.mark.parametrize(
    ("code", "of", "status"),
    [
        ("not-canonical", Malformed, 400),
        ("bad-request", Malformed, 400),
        ("too-large", TooLarge, 413),
        ("clock-skew", NotTrusted, 401),
        ("suspended", NotTrusted, 403),
        ("not-found", Refused, 404),
        ("gap", OutOfPlace, 409),
        ("fork", OutOfPlace, 409),
        ("newer-protocol", Newer, 400),
        ("too-many-requests", TooManyRequests, 429),
        ("unavailable", Refused, 503),
    ],
)
def test_a_refusal_is_of_the_class_and_status_that_fit_its_code(code, of, status):
    answer = problem(Refused(code, "why"))
    assert answer.status == status
    assert type(refusal(answer, node="BO")) is of


def test_a_refusal_without_advice_gives_none():
    answer = problem(Refused("not-found", "nothing here"))
    assert json.loads(answer.body) == {
        "code": "not-found",
        "detail": "nothing here",
        "status": 404,
        "title": CODES["not-found"],
    }


def test_how_long_to_wait_travels():
    answer = problem(TooManyRequests("enough", 17))
    assert answer.headers["Retry-After"] == "17"
    assert refusal(answer, node="BO").retry_after == 17


@pytest.mark.parametrize(
    ("said", "seconds"), [("", 60), ("-1", 60), ("soon", 60), ("0", 1), ("9" * 30, 60), ("99999", 3600)]
)
def test_what_a_peer_says_of_waiting_is_bounded(said, seconds):
    answer = Answer(429, {**TYPE, "retry-after": said}, b'{"code":"too-many-requests"}')
    assert refusal(answer, node="BO").retry_after == seconds


def test_a_code_of_a_later_version_is_told_as_it_is():
    found = refusal(Answer(400, TYPE, b'{"code":"of-version-2","detail":"new"}'), node="BO")
    assert found.code == "unavailable"
    assert "'of-version-2', which this node does not know" in found.detail


def test_what_a_peer_writes_is_plain_and_short():
    body = json.dumps({"code": "not-found", "detail": "a\nb\x1b[31m\u202ec\u0000" + "x" * 5_000}).encode()
    found = refusal(Answer(404, TYPE, body), node="BO")
    assert found.detail.startswith("BO refused: a b [31m c xxx")
    assert found.detail.isprintable()
    assert len(found.detail) < 1_100


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, {"content-type": "text/html"}, b'{"code":"not-found"}'),
        Answer(500, {}, b'{"code":"not-found"}'),
        Answer(404, TYPE, b""),
        Answer(404, TYPE, b"{"),
        Answer(404, TYPE, b"[]"),
        Answer(404, TYPE, b"{}"),
        Answer(404, TYPE, b'{"code":1}'),
        Answer(404, TYPE, b'{"code":"not-found"}' + b" " * 70_000),
        Answer(404, TYPE, b"[" * 60_000),
        Answer(404, TYPE, b'{"code":"not-found","detail":' + b"9" * 6_000 + b"}"),
    ],
)
def test_an_answer_that_is_no_refusal_of_the_protocol_says_its_status(answer):
    with pytest.raises(Unreachable, match=f"BO answered {answer.status} without saying why"):
        refusal(answer, node="BO")


@given(
    st.binary(max_size=60) | st.recursive(st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_whatever_a_refusal_holds_it_is_read_or_refused(said):
    body = said if isinstance(said, bytes) else json.dumps({"code": said, "detail": said, "advice": said}).encode()
    with suppress(Unreachable):
        assert refusal(Answer(400, TYPE, body), node="BO").detail
