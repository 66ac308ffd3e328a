"""Two duty officers of a node that has joined an alliance."""

import pytest
from tests.node.post.conftest import alliance_list, joined

__all__ = ["alliance_list", "joined", "vera", "yan"]


@pytest.fixture
def vera(person):
    return person("duty_officer", name="Vera")


@pytest.fixture
def yan(person):
    return person("duty_officer", name="Yan")
