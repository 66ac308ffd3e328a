"""A node killed at any moment of an upload loses no range that it has acknowledged, and looks at a file once."""

import os

import pytest
from tests.node.files.kill_scenes import CONTENT, PIECE
from tests.node.kills import KilledNode, own_database

pytestmark = pytest.mark.verify


@pytest.fixture
def node(tmp_path, empty_database):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        made = KilledNode(tmp_path, "tests.node.files.kill_scenes", url, tables=empty_database)
        made.run("prepare")
        yield made


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("window", "received"),
    [("file.piece", 0), ("file.range", PIECE), ("file.piece:2", PIECE), ("file.range:2", 2 * PIECE)],
)
def test_what_was_acknowledged_is_there_and_the_rest_follows(node, window, received):
    node.kill(window, "put_all")
    assert node.run("stands") == {"received": received, "is_right": True, "state": "arriving", "clean": 0}
    assert node.run("put_all") == len(CONTENT)
    assert node.run("stands")["is_right"]


@pytest.mark.django_db
@pytest.mark.parametrize(("window", "state"), [("file.uploaded", "uploaded"), ("file.looked-at", "uploaded")])
def test_a_file_is_looked_at_again_and_made_anew_once(node, window, state):
    node.run("put_all")
    node.kill(window, "look_at_it")
    assert node.run("stands") == {"received": len(CONTENT), "is_right": True, "state": state, "clean": 0}
    assert node.run("look_at_it") == "checked"
    assert node.run("look_at_it") == "checked"
    assert node.run("stands")["clean"] == 1
