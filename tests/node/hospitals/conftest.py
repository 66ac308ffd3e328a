"""A hospital of this state with its manager, clinicians, a coordinator, and a duty officer who verifies."""

import pytest
from tests.node.hospitals.scenes import ENTRY
from tests.node.post.conftest import alliance_list, joined, nothing_remembered, partner, vera

from tocsin.node.alliance.models import Organisation
from tocsin.node.hospitals.actions.entries import apply_hospital
from tocsin.node.hospitals.actions.standing import activate, verify_hospital

__all__ = ["alliance_list", "joined", "nothing_remembered", "partner", "vera"]


@pytest.fixture
def ward(state):
    """The organisation of a hospital."""
    names = {"name_en": "City Hospital", "name_ru": "Городская больница", "name_zh": "市立医院"}
    return Organisation.objects.create(state=state, kind="hospital", **names)


@pytest.fixture
def elsewhere(state):
    """Another hospital's."""
    return Organisation.objects.create(state=state, kind="hospital", name_en="River Hospital")


@pytest.fixture
def mira(person, ward):
    """She manages the City Hospital."""
    return person("hospital_manager", name="Mira", organisation=ward)


@pytest.fixture
def omar(person, elsewhere):
    """He manages the River Hospital."""
    return person("hospital_manager", name="Omar", organisation=elsewhere)


@pytest.fixture
def lin(person, ward):
    """A clinician of the City Hospital."""
    return person("clinician", name="Lin Wei", email="lin@city.example", organisation=ward)


@pytest.fixture
def applied(mira):
    """The City Hospital, which asks to be in the directory."""
    return apply_hospital(ENTRY, by=mira)


@pytest.fixture
def verified(applied, vera):
    return verify_hospital(applied, by=vera)


@pytest.fixture
def hospital(verified, mira):
    """The City Hospital, which takes part."""
    return activate(verified, by=mira)
