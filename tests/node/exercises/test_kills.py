"""Processes that deliver injects are killed, and run side by side: each inject comes once, and in its order."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.node.kills import KilledNode, in_order, own_database, record

from tocsin.node.exercises.scripts import scripts

pytestmark = pytest.mark.verify

SEED = 20261121
ALL = [one.code for one in scripts()["cholera-on-the-river"].injects_for("origin")]
DONE = {"came": ALL, "waiting": 0, "signals": 2, "audited": len(ALL)}


@pytest.fixture
def node(tmp_path, empty_database):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        made = KilledNode(tmp_path, "tests.node.exercises.exercise_scenes", url, tables=empty_database)
        made.run("prepare")
        yield made


@pytest.mark.parametrize("window", in_order(["exercises.claimed", "exercises.claimed:2", "exercises.claimed:5"], SEED))
def test_killed_between_claim_and_commit_nothing_is_lost_and_nothing_twice(node, window):
    node.kill(window, "deliver")
    before = int(window.rpartition(":")[2]) - 1 if ":" in window else 0
    assert len(node.run("look")["came"]) == before
    assert node.run("deliver") == len(ALL) - before
    assert node.run("look") == DONE
    record("injects", window, "the worker", "all")


def test_of_two_processes_each_inject_comes_once(node):
    with ThreadPoolExecutor(2) as pool:
        delivered = list(pool.map(lambda _number: node.run("deliver"), range(2)))
    assert sum(delivered) == len(ALL)
    assert node.run("look") == DONE
