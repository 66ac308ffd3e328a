"""A process that calls people is killed between any two of its commits: each call is made, and the record says so."""

import os

import pytest
from tests.node.kills import KilledNode, in_order, own_database, record

pytestmark = pytest.mark.verify

SEED = 20261120
DONE = [[0, "mail", 1, "handed_over"], [0, "push", 1, "handed_over"]]
AGAIN = [
    [0, "mail", 1, "unknown"], [0, "mail", 2, "handed_over"], [0, "push", 1, "unknown"], [0, "push", 2, "handed_over"],
]  # fmt: skip


@pytest.fixture
def node(tmp_path, empty_database):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        made = KilledNode(tmp_path, "tests.node.duty.call_scenes", url, tables=empty_database)
        made.run("prepare")
        yield made


@pytest.mark.parametrize("window", in_order(["duty.planned", "duty.claimed"], SEED))
def test_killed_before_it_calls_each_call_is_made_once(node, window):
    node.kill(window, "escalate")
    node.run("escalate", minutes=4)
    assert node.run("look") == {"made": 2, "rung": 1, "steps": DONE if window == "duty.planned" else AGAIN}
    record("calls", window, "the worker", "all")


@pytest.mark.parametrize("window", in_order(["duty.called"], SEED))
def test_killed_before_it_writes_down_what_it_has_done_it_calls_once_more(node, window):
    node.kill(window, "escalate")
    assert node.run("look")["made"] >= 1
    node.run("escalate", minutes=4)
    found = node.run("look")
    assert found["steps"] == AGAIN
    assert found["made"] == 4, "one call too many is better than none"
    record("calls", window, "the worker", "all")


def test_an_acknowledgement_after_a_kill_ends_the_calls(node):
    node.kill("duty.planned", "escalate")
    node.run("press")
    assert node.run("escalate", minutes=60) == 0
    assert node.run("look") == {
        "made": 0,
        "rung": 1,
        "steps": [[0, "mail", 1, "called_off"], [0, "push", 1, "called_off"]],
    }
