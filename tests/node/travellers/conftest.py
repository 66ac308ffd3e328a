"""A node of four that has joined the exchange, and people who look for travellers."""

import pytest
from tests.node.post.conftest import alliance_list, joined, nothing_remembered, partner

__all__ = ["alliance_list", "joined", "nothing_remembered", "partner"]


@pytest.fixture
def vera(person):
    """A duty officer: is called, and looks for travellers."""
    return person("duty_officer", name="Vera")


@pytest.fixture
def timur(person):
    """A contact tracer, who stands no duty."""
    return person("contact_tracer", name="Timur")
