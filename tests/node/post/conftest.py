"""A node that has joined an alliance of four: AL is this one; BO, CE and SEC are played by the tests."""

from datetime import UTC, datetime

import pytest
from tests.exchange.alliances import ExerciseAlliance

from tocsin.exchange import key_files
from tocsin.exchange.local import LocalNode
from tocsin.node.post import here as post_here
from tocsin.node.post.store import DjangoStore


@pytest.fixture
def alliance_list() -> ExerciseAlliance:
    """With every key at hand, in force now."""
    return ExerciseAlliance(["AL", "BO", "CE", "SEC"], now=datetime.now(UTC))


@pytest.fixture
def joined(state, alliance_list, settings, tmp_path, monkeypatch) -> LocalNode:
    """This node, with its keys in its folder and the trust list in its database."""
    settings.HOME = tmp_path
    monkeypatch.setattr(post_here, "_made", {})
    for use, key in alliance_list.keys["AL"].items():
        key_files.write(key, key_files.folder(tmp_path, use) / "2026-03-09.pem")
    DjangoStore().put_trust_files(alliance_list.files)
    return post_here.local_node(sealing=True)
