"""The process that destroys what was said of travellers is killed: of each all is gone or nothing, in the end all."""

import base64
import os
import pickle
from datetime import UTC, datetime

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.node.kills import KilledNode, in_order, own_database, record
from tests.node.travellers.kill_scenes import TRAVELLERS

from tocsin.exchange import key_files

pytestmark = pytest.mark.verify

WINDOWS = [f"travellers.{done}{time}" for done in ("destroying", "destroyed") for time in ("", ":3")]
SEED = 20261123


@pytest.fixture
def node(tmp_path, empty_database):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        made = ExerciseAlliance(("AL", "BO", "SEC"), now=datetime.now(UTC))
        node = KilledNode(tmp_path, "tests.node.travellers.kill_scenes", url, tables=empty_database)
        node.home.mkdir(parents=True, exist_ok=True)
        (node.home / "node.toml").write_text('alliance = "exercise"\nstate = "AL"\n')
        for use, key in made.keys["AL"].items():
            key_files.write(key, key_files.folder(node.home, use) / "2026-03-09.pem")
        node.run("prepare", trust=base64.b64encode(pickle.dumps(dict(made.files))).decode())
        yield node


@pytest.mark.parametrize("window", in_order(WINDOWS, SEED))
def test_killed_while_it_destroys_each_is_whole_or_gone(node, window):
    assert node.run("look")["destroyed"] == 0
    node.kill(window, "destroy")
    # Of the one at which it was killed the window before the commit saves all, the one after it nothing.
    before = 2 * window.endswith(":3") + ("destroyed" in window)
    seen = node.run("look")
    assert (seen["destroyed"], seen["messages"]) == (before, before)
    assert seen["named"], "the others are still there"
    assert node.run("destroy") == TRAVELLERS - before
    assert node.run("look") == {"destroyed": TRAVELLERS, "messages": TRAVELLERS, "named": []}
    record("travellers", window, "the worker", "all" if before else "nothing")
