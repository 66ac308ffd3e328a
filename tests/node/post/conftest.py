"""A node that has joined an alliance of four: AL is this one; BO, CE and SEC are played by the tests."""

from datetime import UTC, datetime

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.world import World

from tocsin.exchange import key_files
from tocsin.exchange.local import LocalNode
from tocsin.node.post import here as post_here
from tocsin.node.post import warning
from tocsin.node.post.store import DjangoStore

FOUNDED = datetime.now(UTC)


@pytest.fixture
def alliance_list() -> ExerciseAlliance:
    """With every key at hand, in force now."""
    made = ExerciseAlliance(["AL", "BO", "CE", "SEC"], now=FOUNDED)
    made.now = datetime.now(UTC)
    return made


@pytest.fixture
def joined(state, alliance_list, settings, tmp_path, monkeypatch) -> LocalNode:
    """This node, with its keys in its folder and the trust list in its database."""
    settings.HOME = tmp_path
    monkeypatch.setattr(post_here, "_made", {})
    for use, key in alliance_list.keys["AL"].items():
        key_files.write(key, key_files.folder(tmp_path, use) / "2026-03-09.pem")
    DjangoStore().put_trust_files(alliance_list.files)
    return post_here.local_node(sealing=True)


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What pages keep for some seconds is not of another test's node."""
    warning.forget()


@pytest.fixture
def partner(joined, alliance_list) -> World:
    """BO and the others, in memory, under the same list and at the same moment."""
    world = World(["AL", "BO", "CE", "SEC"], made=alliance_list)
    alliance_list.now = joined.now()
    return world


@pytest.fixture
def vera(person):
    """A duty officer, who speaks for the state."""
    return person("duty_officer", name="Vera")


@pytest.fixture
def igor(person):
    """Another one."""
    return person("duty_officer", name="Igor")
