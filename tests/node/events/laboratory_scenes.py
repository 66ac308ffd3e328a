"""A laboratory with somebody in it, another, and a sample on its way."""

from datetime import timedelta

import pytest

from tocsin.node.alliance.models import Organisation
from tocsin.node.events.actions.laboratory import send_sample, take_sample
from tocsin.node.events.standing import today_there

__all__ = ["day", "laboratory", "lena", "sample", "sent", "stranger"]


def day(before: int):
    return today_there() - timedelta(days=before)


@pytest.fixture
def laboratory(state):
    return Organisation.objects.create(
        state=state,
        kind="laboratory",
        name_en="Central Laboratory",
        name_ru="Центральная лаборатория",
        name_zh="中心实验室",
    )


@pytest.fixture
def lena(person, laboratory):
    """Works in the laboratory."""
    return person("laboratory", name="Lena", organisation=laboratory)


@pytest.fixture
def stranger(person, state):
    """Works in another laboratory."""
    other = Organisation.objects.create(state=state, kind="laboratory", name_en="Border Laboratory")
    return person("laboratory", name="Stas", organisation=other)


@pytest.fixture
def sample(event, amina):
    return take_sample(event, reference="K-1", material="stool", local_id="7", taken_on=day(3), by=amina)


@pytest.fixture
def sent(sample, laboratory, amina, lena):
    return send_sample(
        sample, laboratory=laboratory, on=day(2), methods=["culture"], looked_for="V. cholerae", by=amina
    )
