"""The Hill and the River of this state, with clinicians, a coordinator and a manager; a hospital of BO with Wei."""

import pytest
from tests.node.correspondence.scenes import a_clinician, a_hospital
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
    """A clinician of the Hill."""
    return a_clinician(hill, person("clinician", name="Mira", organisation=hill.organisation))


@pytest.fixture
def lin(river, person):
    """A clinician of the River."""
    return a_clinician(river, person("clinician", name="Lin", organisation=river.organisation))


@pytest.fixture
def omar(river, person):
    """Another clinician of the River."""
    return a_clinician(river, person("clinician", name="Omar", organisation=river.organisation))


@pytest.fixture
def rosa(river, person):
    """The coordinator of the River."""
    return person("consultation_coordinator", name="Rosa", organisation=river.organisation)


@pytest.fixture
def max_(river, person):
    """The manager of the River."""
    return person("hospital_manager", name="Max", organisation=river.organisation)


@pytest.fixture
def lake(state, joined):
    """A hospital of BO."""
    return a_hospital(state, "Lake Hospital", origin="BO")


@pytest.fixture
def wei(lake):
    """A clinician of the Lake."""
    return a_clinician(lake, None, "Wei")


@pytest.fixture(autouse=True)
def addresses(settings):
    """Also where the node's own list does not have the pages of letters yet."""
    settings.ROOT_URLCONF = "tests.node.correspondence.addresses"
