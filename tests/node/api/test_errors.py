"""Refusals have one shape, say what is wrong and where, and never show what went on inside."""

import json

import pytest
from django.db import OperationalError

from tocsin.node.alliance import api as me_api
from tocsin.node.surveillance.models import Signal


def error(response):
    assert response["Content-Type"] == "application/json"
    return response.json()["error"]


def where(response):
    return {each["field"]: each["message"] for each in error(response)["where"]}


@pytest.fixture
def report(api, diseases, places):
    def send(**changed):
        given = {"kind": "clinician", "place": "XX-11", "day": "2026-11-20", "text": "Three children with rash"}
        return api.post("signals", {name: v for name, v in {**given, **changed}.items() if v is not ...})

    return send


def test_every_field_that_is_wrong_is_named(report):
    response = report(day="yesterday", cases=-1, deaths=2**63, colour="red", kind="model?", text=...)
    assert response.status_code == 422
    assert where(response) == {
        "body.day": "This must be a day such as 2026-03-02.",
        "body.cases": "This must be at least 0.",
        "body.deaths": "This may be at most 2147483647.",
        "body.colour": "There is no field of this name.",
        "body.kind": "This must be one of 'rule', 'model', 'clinician', 'laboratory', 'media', 'animal', 'border', "
        "'partner' or 'who'.",
        "body.text": "This is missing.",
    }
    assert not Signal.objects.exists()


def test_codes_that_nobody_has_are_named(report):
    assert set(where(report(place="nowhere", disease="nothing"))) == {"body.place", "body.disease"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"a": NaN}',
        b"[" * 200_000 + b"]" * 200_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
        b"\xef\xbb\xbf{}",
        b'{"a": "\xc3\x28"}',
    ],
    ids=["cut", "not text", "no number", "deep", "endless number", "byte-order mark", "broken UTF-8"],
)
def test_what_is_no_json_is_refused_as_such(api, body):
    response = api.post("signals", body)
    assert (response.status_code, error(response)["code"]) == (400, "unreadable")


def test_deep_values_where_a_text_is_wanted_are_only_wrong(report):
    deep = json.loads("[" * 300 + "]" * 300)
    assert "body.text" in where(report(text=deep))


def test_characters_that_no_database_keeps_are_named(report, api):
    assert where(report(text="a\0b", reference="\ud800")) == {
        "body.text": "This holds a character that no text can hold.",
        "body.reference": "This holds a character that no text can hold.",
    }
    response = api.get("series", disease="a\0b")
    assert (response.status_code, list(where(response))) == (422, ["query.disease"])


def test_only_json_is_read_as_json(api):
    response = api.post("signals", b"kind=media", type="application/x-www-form-urlencoded")
    assert (response.status_code, error(response)["code"]) == (415, "wrong_type")


def test_a_body_beyond_the_limit_is_not_read(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    response = api.post("signals", b" " * 2_000)
    assert (response.status_code, error(response)["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", ["", "nothing/here", "threads/not-an-id", "series/x", "me/"])
def test_an_address_that_is_none_is_told_in_the_same_shape(api, path):
    response = api.get(path)
    assert (response.status_code, error(response)["code"]) == (404, "not_found")


def test_a_method_that_an_address_does_not_take_is_told(api):
    response = api.post("me", {})
    assert (response.status_code, error(response)["code"], response["Allow"]) == (405, "wrong_method", "GET")


def test_what_fails_unforeseen_is_logged_under_an_id_and_shows_nothing(api, monkeypatch, caplog):
    def broken(**fields):
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(me_api, "MeSaid", broken)
    response = api.get("me")
    said = error(response)
    assert (response.status_code, said["code"]) == (500, "unexpected")
    assert "secret" not in response.text
    (record,) = [one for one in caplog.records if one.name == "tocsin.node.api"]
    assert said["id"] in record.getMessage()
    assert record.exc_info[0] is RuntimeError


def test_a_database_that_is_busy_says_try_again(api, monkeypatch):
    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(me_api, "MeSaid", busy)
    response = api.get("me")
    assert (response.status_code, error(response)["code"], response["Retry-After"]) == (503, "busy", "5")


def test_the_description_is_open_and_lists_every_refusal(client, db):
    told = client.get("/api/v1/openapi.json").json()
    for operations in told["paths"].values():
        for operation in operations.values():
            assert {"400", "401", "403", "429", "500", "503"} <= set(operation["responses"])
            assert operation["security"] == [{"Token": []}]


def test_no_page_shows_the_description(client, db):
    assert client.get("/api/v1/docs").status_code == 404


def test_nothing_in_between_keeps_an_answer(api):
    assert api.get("me")["Cache-Control"] == "private, no-cache"
    assert "Authorization" in api.get("me")["Vary"]
