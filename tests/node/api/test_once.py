"""A call that is made again with its key does nothing a second time."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.node.surveillance.tables_given import table

from tocsin.node.alliance.models import IdempotencyKey
from tocsin.node.api import once
from tocsin.node.surveillance.actions import reporting
from tocsin.node.surveillance.models import Signal, Upload
from tocsin.node.work.tasks import keep_house

LONGEST = 60  # seconds that only a broken run waits
WEEK = table([("2026-01-05", "Region 1", "District 11", "plague", 1)])


@pytest.fixture
def told(places):
    return {"kind": "clinician", "place": "XX-11", "day": str(timezone.localdate()), "text": "Seen"}


def test_the_same_call_gives_the_same_answer_and_is_done_once(api, told):
    first, again = (api.post("signals", told, key="7f") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert Signal.objects.count() == 1


def test_without_a_key_it_is_done_twice(api, told):
    first, again = (api.post("signals", told) for _ in range(2))
    assert first.json()["id"] != again.json()["id"]


def test_a_key_is_for_one_request(api, told):
    api.post("signals", told, key="7f")
    other = api.post("signals", {**told, "text": "Something else"}, key="7f")
    assert (other.status_code, other.json()["error"]["code"]) == (422, "key_used")
    assert Signal.objects.count() == 1


def test_a_key_is_a_persons_own(api, caller, person, told):
    api.post("signals", told, key="7f")
    assert caller(person("epidemiologist", name="Bolot")).post("signals", told, key="7f").status_code == 201
    assert Signal.objects.count() == 2


@pytest.mark.parametrize("key", ["a b", "é", "x" * 121])
def test_a_key_that_is_none_is_refused(api, told, key):
    response = api.post("signals", told, **{"Idempotency-Key": key})
    assert (response.status_code, response.json()["error"]["where"][0]["field"]) == (422, "header.Idempotency-Key")


def test_a_refused_call_keeps_nothing_and_may_be_made_again(api, told):
    assert api.post("signals", {**told, "cases": 1, "deaths": 2}, key="7f").status_code == 409
    assert not IdempotencyKey.objects.exists()
    assert api.post("signals", told, key="7f").status_code == 201


def test_a_call_that_breaks_off_leaves_neither_its_act_nor_its_key(api, told, monkeypatch):
    def broken(self, **fields):
        raise RuntimeError

    with monkeypatch.context() as broken_off:
        broken_off.setattr(IdempotencyKey, "save", broken)
        assert api.post("signals", told, key="7f").status_code == 500
    assert not Signal.objects.exists()
    assert api.post("signals", told, key="7f").status_code == 201
    assert Signal.objects.count() == 1


def test_tables_have_keys_as_well(api, source, diseases):
    path = f"sources/{source.pk}/uploads"
    first, again = (api.post(path, WEEK, type="text/csv", key="7f") for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    Upload.objects.update(status="cancelled")
    assert api.post(path, WEEK, type="text/csv", key="7f").content == first.content
    other = api.post(path, WEEK + b"\n", type="text/csv", key="7f")
    assert (other.status_code, other.json()["error"]["code"]) == (422, "key_used")
    assert Upload.objects.count() == 1


def test_an_upload_that_is_answered_from_its_key_leaves_no_file(api, source, diseases, settings):
    path = f"sources/{source.pk}/uploads"
    for _ in range(3):
        api.post(path, WEEK, type="text/csv", key="7f")
    assert len([file for file in settings.UPLOADS.rglob("*") if file.is_file()]) == 1


def test_keys_are_kept_for_two_days(api, told):
    api.post("signals", told, key="old")
    IdempotencyKey.objects.update(made_at=timezone.now() - once.KEPT - timedelta(minutes=1))
    assert api.post("signals", told, key="old").status_code == 201
    assert Signal.objects.count() == 2
    api.post("signals", told, key="new")
    IdempotencyKey.objects.filter(key="old").update(made_at=timezone.now() - once.KEPT - timedelta(minutes=1))
    keep_house.call()
    assert [one.key for one in IdempotencyKey.objects.all()] == ["new"]


def test_every_post_takes_a_key(client, db):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    posts = [operations["post"] for operations in paths.values() if "post" in operations]
    assert len(posts) > 10
    for operation in posts:
        assert [one["name"] for one in operation["parameters"] if one["in"] == "header"] == ["Idempotency-Key"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("not connection.features.has_select_for_update", reason="SQLite has one writer at a time")
def test_two_at_once_are_one(api, told, monkeypatch):
    """The second waits for the first one's commit, and is given its answer."""
    begun, go, answers = threading.Event(), threading.Event(), []
    report = reporting.report

    def slowly(**given):
        begun.set()
        assert go.wait(LONGEST)
        return report(**given)

    monkeypatch.setattr(reporting, "report", slowly)

    def call():
        try:
            answers.append(api.post("signals", told, key="7f"))
        finally:
            connection.close()

    calls = [threading.Thread(target=call) for _ in range(2)]
    calls[0].start()
    assert begun.wait(LONGEST)
    calls[1].start()
    calls[1].join(0.5)
    assert calls[1].is_alive()
    go.set()
    for one in calls:
        one.join(LONGEST)
    assert json.loads(answers[0].content) == json.loads(answers[1].content)
    assert Signal.objects.count() == 1
