"""A node of four that has joined the exchange, with an event of its own to tell of."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.node.events.scenes import an_event
from tests.node.notifications.scenes import bring, notified, said
from tests.node.post.conftest import alliance_list, joined, nothing_remembered, partner

from tocsin.node.notifications.models import NotifiedEvent, VerificationRequest

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


@pytest.fixture
def browser(signed_in, vera):
    return signed_in(vera)


@pytest.fixture
def reader(signed_in, amina):
    """An epidemiologist: reads, writes events, and neither notifies nor answers partners."""
    return signed_in(amina)


@pytest.fixture
def theirs(joined, partner, diseases):
    """What BO has notified."""
    bring(partner, joined, notified(partner))
    return NotifiedEvent.objects.get()


@pytest.fixture
def question(joined, partner, diseases):
    """What BO asks."""
    late = (timezone.now() + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M:%SZ")
    bring(
        partner,
        joined,
        said(partner, "verification-request", audience="to:AL", answer_by=late, about=None, event=None, places=[]),
    )
    return VerificationRequest.objects.get()
