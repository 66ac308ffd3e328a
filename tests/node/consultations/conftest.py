"""Two hospitals of this state: Mira asks at the Hill, Lin and Omar answer at the River, where Rosa coordinates."""

import pytest
from tests.node.consultations.scenes import a_clinician, a_draft, a_hospital
from tests.node.post.conftest import alliance_list, joined, nothing_remembered, partner, vera

__all__ = ["alliance_list", "joined", "nothing_remembered", "partner", "vera"]


@pytest.fixture
def hill(state, joined):
    return a_hospital(state, "Hill Hospital")


@pytest.fixture
def river(state, joined):
    return a_hospital(state, "River Hospital")


@pytest.fixture
def mira(hill, person):
    """A clinician who asks."""
    return a_clinician(hill, person("clinician", name="Mira", organisation=hill.organisation))


@pytest.fixture
def lin(river, person):
    """An expert."""
    return a_clinician(river, person("clinician", name="Lin", organisation=river.organisation))


@pytest.fixture
def omar(river, person):
    """Another expert of the same hospital."""
    return a_clinician(river, person("clinician", name="Omar", organisation=river.organisation))


@pytest.fixture
def rosa(river, person):
    """The coordinator of the hospital that is asked."""
    return person("consultation_coordinator", name="Rosa", organisation=river.organisation)


@pytest.fixture
def anna(hill, person):
    """The coordinator of the hospital that asks."""
    return person("consultation_coordinator", name="Anna", organisation=hill.organisation)


@pytest.fixture
def browser(mira, signed_in):
    return signed_in(mira.person)


@pytest.fixture
def draft(mira, river):
    return a_draft(mira, [river], by=mira.person)
