"""A node killed from outside in the middle of a screening: all that it finds is seen, or nothing; then it goes on."""

import os
import random
from contextlib import ExitStack
from itertools import pairwise

import pytest
from tests.node.kills import KilledNode, in_order, kills_a_window, own_database, record

WINDOWS = [
    "screening.started",
    "screening.chunk",
    "screening.chunk-written",
    "screening.chunk-written:2",
    "screening.written",
    "screening.flipping",
    "screening.flipped",
]
IN_SHORT = [window for window in WINDOWS if ":" not in window]
SEED = 20260311


@pytest.fixture
def nodes(tmp_path, empty_database):
    """Two nodes that are alike: one to be killed, one that nobody disturbs."""
    with ExitStack() as stack:
        made = []
        for name in ("killed", "unkilled"):
            url = stack.enter_context(own_database(os.environ.get("TEST_DATABASE_URL", "")))
            (tmp_path / name).mkdir()
            made.append(
                KilledNode(tmp_path / name, "tests.node.surveillance.screening_scenes", url, tables=empty_database)
            )
            made[-1].run("prepare")
        yield made


@pytest.mark.verify
def test_a_kill_at_any_window_shows_all_of_a_screening_or_nothing(nodes):
    node, twin = nodes
    order = in_order(WINDOWS if kills_a_window() > 1 else IN_SHORT, SEED)
    order += ["any moment"] * kills_a_window()
    unkilled = twin.run("screen_each", rounds=len(order))
    seen = unkilled["seen"]
    assert all(one != other for one, other in pairwise(seen)), "a round that finds nothing"
    chance = random.Random(SEED)
    for number, window in enumerate(order, 1):
        killed = True
        if window == "any moment":
            killed = node.kill_after(chance.uniform(0, unkilled["seconds"]), "screen", number=number)
        else:
            node.kill(window, "screen", number=number)
        found = node.run("go_on")
        published = found["before"]["seen"] == seen[number]
        assert published or found["before"]["seen"] == seen[number - 1], window
        assert window == "any moment" or published == (window == "screening.flipped"), window
        assert found["after"] == {"seen": seen[number], "hidden": 0}, window
        if killed:
            record("screening", window, "one process", "all" if published else "nothing")
