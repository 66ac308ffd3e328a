"""A node of four that has joined the exchange, with an event of its own to tell of."""

import pytest
from tests.node.events.scenes import an_event
from tests.node.post.conftest import alliance_list, joined, nothing_remembered, partner

__all__ = ["alliance_list", "joined", "nothing_remembered", "partner"]


@pytest.fixture
def vera(person):
    """A duty officer, who notifies and answers."""
    return person("duty_officer", name="Vera")


@pytest.fixture
def igor(person):
    """Another one."""
    return person("duty_officer", name="Igor")


@pytest.fixture
def event(joined, diseases, places, amina):
    """Cholera in a district of ours."""
    return an_event(diseases["cholera"], places["XX-11"], amina, text="Three people at one well.")
