"""What a monitor is told, and what it is not."""

import shutil

import pytest
from django.test import Client

from tocsin.node.work import health, leases

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(db):
    return leases.register()


def test_well(heard):
    answer = Client().get("/health")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


def test_a_silent_worker(silent):
    answer = Client().get("/health")
    assert (answer.status_code, answer.content) == (503, b"not well")


def test_no_worker_at_all(db):
    assert Client().get("/health").status_code == 503


def test_a_full_disk(heard, monkeypatch):
    full = shutil.disk_usage("/")._replace(free=health.LITTLE - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: full)
    assert Client().get("/health").status_code == 503


def test_a_full_disk_is_told_of_whichever_folder_it_is_in_and_what_to_do(
    heard, monkeypatch, settings, people, signed_in
):
    plenty = shutil.disk_usage("/")._replace(free=health.LITTLE)
    settings.ARCHIVE.mkdir(parents=True, exist_ok=True)

    def usage(folder):
        return plenty._replace(free=5 << 20) if str(folder) == str(settings.ARCHIVE) else plenty

    monkeypatch.setattr(shutil, "disk_usage", usage)
    answer = signed_in(people["administrator"]).get("/health")
    assert answer.status_code == 503
    assert answer.json()["disk"]["found"] == f"0.0 GB free for {settings.ARCHIVE}: make room, or nothing can be written"


def test_a_database_that_cannot_be_read(monkeypatch, db):
    def refuse(*fields):
        from django.db import OperationalError

        raise OperationalError("no such file")

    monkeypatch.setattr(health.Worker.objects, "order_by", refuse)
    assert Client().get("/health").status_code == 503


def test_details_are_for_administrators(heard, people, signed_in):
    said = signed_in(people["administrator"]).get("/health").json()
    assert said["workers"]["well"]
    assert "GB free" in said["disk"]["found"]
    assert signed_in(people["epidemiologist"]).get("/health").content == b"ok"


def test_nothing_but_looking(heard):
    assert Client().post("/health").status_code == 405


def test_asking_costs_a_stranger_one_query(heard, django_assert_num_queries):
    with django_assert_num_queries(1):
        Client().get("/health")
