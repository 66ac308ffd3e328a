"""A node of four, with somebody of logistics, a delegate who releases, and another."""

import pytest
from tests.node.post.conftest import alliance_list, joined, nothing_remembered, partner, vera

__all__ = ["alliance_list", "joined", "nothing_remembered", "partner", "vera"]


@pytest.fixture
def lin(person):
    """Of logistics: keeps requests, offers, shipments and the register."""
    return person("logistics", name="Lin")


@pytest.fixture
def dara(person):
    """A council delegate, who asks, offers and accepts in the state's name."""
    return person("council_delegate", name="Dara")


@pytest.fixture
def nodira(person):
    """Her alternate."""
    return person("council_delegate", name="Nodira")
