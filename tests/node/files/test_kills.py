"""A node killed at any moment of an upload loses no range that it has acknowledged, and looks at a file once."""

import os

import pytest
from tests.node.files.kill_scenes import CONTENT, PIECE
from tests.node.kills import KilledNode, in_order, own_database, record

pytestmark = [pytest.mark.verify, pytest.mark.django_db]  # a database, whose tables every node here begins with

# How much is there afterwards: a range that is written and not yet committed is none.
RANGES = {"file.piece": 0, "file.range": PIECE, "file.piece:2": PIECE, "file.range:2": 2 * PIECE}
LOOKED = ["file.uploaded", "file.looked-at"]
SEED = 20261125


@pytest.fixture
def node(tmp_path, empty_database):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        made = KilledNode(tmp_path, "tests.node.files.kill_scenes", url, tables=empty_database)
        made.run("prepare")
        yield made


@pytest.mark.parametrize("window", in_order(list(RANGES), SEED))
def test_what_was_acknowledged_is_there_and_the_rest_follows(node, window):
    node.kill(window, "put_all")
    assert node.run("stands") == {"received": RANGES[window], "is_right": True, "state": "arriving", "clean": 0}
    assert node.run("put_all") == len(CONTENT)
    assert node.run("stands")["is_right"]
    record("file", window, "one process", "all" if window.startswith("file.range") else "nothing")


@pytest.mark.parametrize("window", in_order(LOOKED, SEED))
def test_a_file_is_looked_at_again_and_made_anew_once(node, window):
    node.run("put_all")
    node.kill(window, "look_at_it")
    assert node.run("stands") == {"received": len(CONTENT), "is_right": True, "state": "uploaded", "clean": 0}
    assert node.run("look_at_it") == "checked"
    assert node.run("look_at_it") == "checked"
    assert node.run("stands")["clean"] == 1
    record("file", window, "one process", "nothing")
