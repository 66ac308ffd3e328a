"""The store between processes: several at once, one that is killed, and what an erased document leaves on the disk."""

import os

import pytest
from tests.node.kills import KilledNode, own_database

from tocsin.node.work.tasks import keep_house

ON_POSTGRESQL = bool(os.environ.get("TEST_DATABASE_URL"))


@pytest.fixture
def node(tmp_path, empty_database):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        made = KilledNode(tmp_path, "tests.node.post.store_at_work", url, tables=empty_database)
        made.run("prepare")
        yield made


@pytest.mark.verify
def test_of_several_at_once_one_takes_a_place_and_the_others_are_refused(node):
    found = node.run("append_at_once")
    assert found["appended"].count("appended") == 1
    assert all("does not follow document 3" in told for told in found["appended"] if told != "appended")
    assert (found["documents"], found["batches"]) == (3, 2)
    assert found["added"].count("added") == 1
    assert all("leaves" in told for told in found["added"] if told != "added")
    assert found["leaves"] == 300
    assert sorted(found["used"]) == [False, False, False, True]


@pytest.mark.verify
def test_several_sealers_seal_every_document_once_and_in_order(node):
    found = node.run("seal_at_once")
    assert sum(found["sealed"]) == 40
    assert found["texts"] == [str(number) for number in range(40)]
    assert found["waiting"] == 0


@pytest.mark.verify
def test_a_kill_before_the_end_of_a_transaction_leaves_nothing_of_it(node):
    node.kill("store.written", "write_all")
    assert node.run("look") == {"heads": 0, "entries": 0, "leaves": 0, "waiting": ["waiting"], "rows": 0}


@pytest.mark.verify
@pytest.mark.skipif(ON_POSTGRESQL, reason="PostgreSQL lets what is deleted lie: store/leftovers.py says how it goes")
def test_what_is_erased_is_on_the_disk_no_longer(node):
    found = node.run("erase")
    assert found["swept"]
    kept = {
        f"{what} 2 of AL/1/{audience}"
        for what, audience in (("text", "members"), ("text", "public"), ("key", "members"))
    }
    assert len(found["before"]) == 12
    assert set(found["after"]) == kept


@pytest.mark.django_db(transaction=True)
def test_the_nights_housekeeping_empties_the_file_beside_the_database(monkeypatch):
    swept = []
    monkeypatch.setattr("tocsin.node.post.store.leftovers.sweep", lambda: swept.append(True))
    keep_house.call()
    assert swept == [True]
