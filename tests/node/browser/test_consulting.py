"""A consultation between hospitals of three states, on nodes that are really run, by the pages alone.

A clinician in Altania asks in Russian, a clinic in Borenia answers in English, a centre in Cetara declines in Chinese.
Whoever the patient is stays in Altania, and there in one place.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from scripts import demo_alliance
from tests.clinical.files.specimens import SECRET, jpeg
from tests.node.browser import answering, consulting
from tests.node.browser.answering import OPINIONS
from tests.node.browser.consulting import SAID
from tests.node.browser.officers import Officer, at_browsers
from tests.node.browser.opened import chromium  # noqa: F401 - a fixture
from tests.node.post.test_served_alliance import free_ports, rows, serving, soon

pytestmark = [pytest.mark.verify, pytest.mark.long]

LANGUAGES = {"AL": "ru", "BO": "en", "CE": "zh-hans"}
NAMES = {"AL": ("asker.city",), "BO": ("coordinator.clinic", "expert.clinic"), "CE": ("coordinator.centre",)}
ABROAD = "SELECT status FROM hospitals_hospital WHERE NOT is_ours"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
STATUS = "SELECT status FROM consultations_case"
PICTURE = f"{SAID['name']}.jpg"
# Of the node that asks: who the patient is, and files as they were given, with their names.
STAYS = {"consultations_patientidentity", "files_upload", "files_uploadpiece"}
People = dict[str, dict[str, Officer]]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("consulting")
    made = demo_alliance.places(folder, list(LANGUAGES), free_ports(6))
    demo_alliance.build(folder, made, LANGUAGES, every_seconds=1)
    demo_alliance.let_people_in(made)
    demo_alliance.let_hospitals_in(made)
    with serving(*made):
        yield {place.code: place for place in made}


@pytest.fixture
def people(nodes, chromium) -> Iterator[People]:  # noqa: F811
    made = {code: at_browsers(chromium, nodes[code], "consulting", *NAMES[code]) for code in nodes}
    yield made
    for officers in made.values():
        for officer in officers.values():
            officer.page.context.close()


def test_from_a_question_to_how_it_went_and_again(nodes, people, chromium):  # noqa: F811
    asker, coordinator = people["AL"]["asker.city"], people["BO"]["coordinator.clinic"]
    expert, centre = people["BO"]["expert.clinic"], people["CE"]["coordinator.centre"]
    soon(
        lambda: len(rows(nodes["AL"], "SELECT status FROM hospitals_hospital WHERE NOT is_ours")) == 2, "the directory"
    )

    consulting.begins(asker, "dolin", "采塔拉")
    consulting.breaks_off(asker)
    asker = people["AL"]["asker.city"] = at_browsers(chromium, nodes["AL"], "consulting-again", "asker.city")[
        "asker.city"
    ]
    consulting.goes_on(asker)
    consulting.writes_on(asker)
    consulting.gives_a_picture(asker, PICTURE, jpeg(behind=SAID["name"].encode()))
    consulting.looks_at_the_picture(asker)
    consulting.is_stopped_by_the_name(asker)
    consulting.takes_the_name_out(asker)
    case = consulting.asks(asker)

    for officer in (coordinator, expert):
        answering.speaks(officer, "en")
    answering.gives(coordinator, case, "Dole")
    answering.declines(centre, case)
    answering.begins(expert, case)
    answering.asks_back(expert)
    consulting.answers(asker, case)
    answering.keeps_an_opinion(expert, case, SAID["answer"])
    for other in (asker, coordinator):
        other.goes(case)
        assert OPINIONS[0] not in other.page.content(), f"{other.name} reads what nobody has signed"
    answering.signs_what_was_kept(expert)

    consulting.acknowledges(asker, case, OPINIONS[0])
    consulting.follows_up(asker)
    consulting.closes(asker)
    consulting.reopens(asker)
    answering.signs_anew(expert, case, SAID["again"])
    consulting.sees_the_new_opinion(asker, case, OPINIONS[1])

    for place in nodes.values():
        soon(lambda at=place: rows(at, STATUS) == ["answered"], f"{place.code} to have it answered")
    words = [SAID["name"].split()[0], SECRET.decode()]
    assert {code: said_in(nodes[code], words) for code in ("BO", "CE")} == {"BO": [], "CE": []}
    assert told_in_rows(nodes["AL"], words) == STAYS


def said_in(place: demo_alliance.Place, words: list[str]) -> list[str]:
    """Files of a node that have one of these words in their bytes, as plain text or as JSON may write it."""
    sought = [form for word in words for form in (word.encode(), word.encode("utf-16-le"), ascii(word)[1:-1].encode())]
    files = [one for one in place.home.rglob("*") if one.is_file()]
    return [str(one) for one in files if any(form in one.read_bytes() for form in sought)]


def told_in_rows(place: demo_alliance.Place, words: list[str]) -> set[str]:
    """Tables of a node's database in which a row has one of these words."""
    found = set()
    with closing(sqlite3.connect(place.home / "tocsin.sqlite3")) as database:
        tables = [name for (name,) in database.execute(TABLES)]
        for table in tables:
            said = "\n".join(str(cell) for row in database.execute(f'SELECT * FROM "{table}"') for cell in row)
            found |= {table for word in words if word in said or ascii(word)[1:-1] in said}
    return found
