"""A process is killed while it estimates: pages show all of the old or all of the new, and the work goes on by itself.

A window that is opened in such work is a line in WINDOWS: its name, and the function of kill_scenes that comes to it,
which is given a number and ends with all tasks done. What its estimates are, `look` tells under the function's name.
"""

import os
import random

import pytest
from tests.node.kills import KilledNode, in_order, kills_a_window, own_database, record

pytestmark = pytest.mark.verify

WINDOWS = {
    "estimates.computed": "count",
    "estimates.publishing": "count",
    "estimates.event_computed": "list_a_case",
    "estimates.event_publishing": "list_a_case",
}
ACTS = ("count", "list_a_case")
SEED = 20261124


@pytest.fixture
def node(tmp_path, empty_database):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        made = KilledNode(tmp_path, "tests.node.estimates.kill_scenes", url, tables=empty_database)
        made.run("prepare")
        yield made


def test_killed_while_it_estimates_it_shows_all_of_the_old_or_all_of_the_new(node):
    seconds = {act: node.run(act, number=2) for act in ACTS}
    old, chance = node.run("look"), random.Random(SEED)
    assert [len(old[act]["rows"]) for act in ACTS] == [5, 2], "the whole state, threads, a severity; an event"
    assert [len(old[act]["pages"]) for act in ACTS] == [5, 1]
    windows = [(window, WINDOWS[window]) for window in in_order([*WINDOWS], SEED)]
    windows += [("any moment", act) for act in ACTS * kills_a_window()]
    for number, (window, act) in enumerate(windows, 3):
        if window == "any moment":
            killed = node.kill_after(chance.uniform(0, seconds[act]), act, number=number)
        else:
            node.kill(window, act, number=number)
            killed = True
        found = node.run("go_on")
        before, new = found["before"], found["after"]
        (other,) = set(ACTS) - {act}
        assert old[other] == before[other] == new[other], "of what nobody touched"
        assert new[act]["of"] != old[act]["of"]
        assert len(new[act]["of"]) == 1
        assert before[act] in (old[act], new[act]), f"{window}: neither all of the old nor all of the new"
        is_new = before[act] == new[act]
        assert window == "any moment" or not is_new, window
        assert new["tasks"] == {"SUCCESSFUL": old["tasks"]["SUCCESSFUL"] + 1}, "each was estimated once"
        again = node.run("compute_again")
        assert (again[act], again[other]) == (new[act], new[other]), "as if nobody had been killed"
        if killed:
            record("estimates", window, "one process", "all" if is_new else "nothing")
        old = new
