"""SQLite's tables of words: several of them, nothing left of what is forgotten, and gone when all is emptied."""

import sqlite3

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.utils import ConnectionHandler

from tocsin.node.records import new_id
from tocsin.node.search import shelves
from tocsin.node.search.finding import found
from tocsin.node.search.models import Entry
from tocsin.node.search.tokens import sought
from tocsin.node.search.writing import forget, index, tidy

AS_A_NODE = "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON;"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "words.sqlite3"


@pytest.fixture
def on_file(file, django_db_blocker):
    """A connection to a database in a file, set as a node sets its own."""
    handler = ConnectionHandler(
        {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(file),
                "OPTIONS": {"init_command": AS_A_NODE, "transaction_mode": "IMMEDIATE"},
            }
        }
    )
    made = handler["default"]
    with django_db_blocker.unblock():
        yield made
        made.close()


@pytest.fixture
def only_sqlite(db):
    if connection.vendor != "sqlite":
        pytest.skip("the shelves are SQLite's")


def numbers(of, query, **how):
    return list(shelves.numbers(of, sought(query), **({"newest_first": True, "before": None} | how)))


def holds(file, word):
    return any(word.encode() in path.read_bytes() for path in file.parent.iterdir())


def written_out(on_file):
    with on_file.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_of_what_is_purged_no_byte_is_left(on_file, file):
    shelves.put(on_file, [(number, ["fever", f"cough{number}"]) for number in range(1, 400)])
    shelves.put(on_file, [(400, ["zyryanovsk", "肺炎", "fever"])])
    written_out(on_file)
    assert holds(file, "zyryanovsk")
    assert holds(file, "肺炎")
    shelves.purge(on_file, [400])
    written_out(on_file)
    assert not holds(file, "zyryanovsk")
    assert not holds(file, "肺炎")
    assert numbers(on_file, "fever") == list(range(399, 0, -1))
    assert numbers(on_file, "cough7") == [79, 78, 77, 76, 75, 74, 73, 72, 71, 70, 7]


def test_a_shelf_follows_when_one_is_full(on_file, monkeypatch):
    monkeypatch.setattr(shelves, "SHELF", 4)
    for number in range(1, 11):
        shelves.put(on_file, [(number, ["fever"])])
    assert shelves._shelves(on_file) == [0, 1, 2]
    assert numbers(on_file, "fever") == list(range(10, 0, -1))
    assert numbers(on_file, "fever", newest_first=False) == list(range(1, 11))
    for before in range(1, 11):
        assert numbers(on_file, "fever", before=before) == list(range(before - 1, 0, -1))
        assert numbers(on_file, "fever", newest_first=False, before=before) == list(range(before + 1, 11))
    shelves.purge(on_file, [2, 3, 4, 9, 77])
    assert numbers(on_file, "fever") == [10, 8, 7, 6, 5, 1]


def test_the_newest_shelf_alone_is_asked_when_it_has_enough(on_file, monkeypatch):
    monkeypatch.setattr(shelves, "SHELF", 4)
    shelves.put(on_file, [(number, ["fever"]) for number in range(1, 11)])
    asked = []
    with on_file.execute_wrapper(lambda execute, sql, *rest: (asked.append(sql), execute(sql, *rest))[1]):
        assert next(shelves.numbers(on_file, sought("fever"), newest_first=True, before=None)) == 10
    assert [one for one in asked if "MATCH" in one] == [one for one in asked if "shelf_2 " in one and "MATCH" in one]


def test_only_shelves_that_have_what_is_wanted_are_asked(on_file, monkeypatch):
    monkeypatch.setattr(shelves, "SHELF", 4)
    shelves.put(on_file, [(number, ["fever"]) for number in range(1, 11)])
    asked = []
    with on_file.execute_wrapper(lambda execute, sql, *rest: (asked.append(sql), execute(sql, *rest))[1]):
        wanted = frozenset({2, 9, 77})
        found = shelves.numbers(on_file, sought("fever"), newest_first=True, before=None, only=wanted)
        assert list(found) == [9, 2]
    assert [one.split()[3] for one in asked if "MATCH" in one] == ["search_shelf_2", "search_shelf_0"]


def test_a_full_shelf_is_one_segment(on_file, monkeypatch):
    monkeypatch.setattr(shelves, "SHELF", 4)
    for number in range(1, 5):
        shelves.put(on_file, [(number, [f"fever{number}"])])
    with sqlite3.connect(on_file.settings_dict["NAME"]) as plain:
        segments = plain.execute("SELECT count(DISTINCT segid) FROM search_shelf_0_idx").fetchone()
    assert segments == (1,)


@pytest.mark.usefixtures("only_sqlite")
def test_what_a_thing_had_before_is_forgotten_too():
    one = new_id()
    index("message", one, "", "пневмония")
    index("message", one, "", "ожог")
    assert vocabulary() >= {"_pnevmon", "_ozhog"}
    forget("message", one)
    assert vocabulary() == set()
    assert not Entry.objects.exists()


@pytest.mark.usefixtures("only_sqlite")
def test_tidying_leaves_the_new_words_alone():
    one = new_id()
    index("message", one, "", "пневмония")
    index("message", one, "", "ожог")
    assert tidy() == 1
    assert {"_ozhog"} == {word for word in vocabulary() if not word.startswith("=")}


@pytest.mark.usefixtures("only_sqlite")
def test_the_next_shelf_is_ready_before_it_is_needed(monkeypatch):
    monkeypatch.setattr(shelves, "SHELF", 10)
    index("message", new_id(), "", "ожог")
    shelf, at = divmod(Entry.objects.get().number, 10)
    tidy()
    assert max(shelves._shelves(connection)) == shelf + (at >= 5)
    for _ in range(5):
        index("message", new_id(), "", "ожог")
    tidy()
    assert max(shelves._shelves(connection)) == shelf + 1


@pytest.mark.usefixtures("only_sqlite")
def test_shelves_go_when_all_tables_are_emptied():
    index("message", new_id(), "", "пневмония")
    emit_post_migrate_signal(0, False, "default")
    assert shelves._shelves(connection)
    Entry.objects.all().delete()
    emit_post_migrate_signal(0, False, "default")
    assert shelves._shelves(connection) == [0]
    assert vocabulary() == set()
    index("message", one := new_id(), "", "пневмония")
    assert found("message", "пневмония", scopes=None) == [one]


def vocabulary():
    """Every word on the newest shelf."""
    with connection.cursor() as cursor:
        shelf = max(shelves._shelves(connection))
        cursor.execute(f"CREATE VIRTUAL TABLE temp.all_words USING fts5vocab(main, search_shelf_{shelf}, row)")
        try:
            return {word for (word,) in cursor.execute("SELECT term FROM temp.all_words").fetchall()}
        finally:
            cursor.execute("DROP TABLE temp.all_words")
