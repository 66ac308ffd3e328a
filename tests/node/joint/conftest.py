"""A node of four with a noun of the simplest kind: what is said of a decision is counted, and nothing more."""

import pytest
from tests.node.joint.scenes import Counting
from tests.node.post.conftest import alliance_list, joined, nothing_remembered, partner

from tocsin.node.joint import nouns

__all__ = ["alliance_list", "joined", "nothing_remembered", "partner"]


@pytest.fixture
def counting(monkeypatch):
    """The noun, in the place of decisions."""
    noun = Counting()
    monkeypatch.setitem(nouns._nouns, "decision", noun)
    return noun


@pytest.fixture
def dara(person):
    """A council delegate, who decides in the state's name."""
    return person("council_delegate", name="Dara")


@pytest.fixture
def nodira(person):
    """Her alternate."""
    return person("council_delegate", name="Nodira")
