"""One event of cholera in a district, for the tests of what is done with it."""

import pytest
from tests.node.events.laboratory_scenes import laboratory, lena, sample, sent, stranger  # noqa: F401 - fixtures
from tests.node.events.scenes import an_event


@pytest.fixture
def officer(person):
    """A duty officer."""
    return person("duty_officer", name="Olga")


@pytest.fixture
def event(diseases, places, amina):
    return an_event(diseases["cholera"], places["XX-11"], amina)
