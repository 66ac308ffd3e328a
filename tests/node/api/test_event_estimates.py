"""What is estimated of an event, for programs."""

import pytest
from tests.node.events.outbreak import outbreak
from tests.node.events.scenes import an_event

from tocsin.node.events.actions import estimating
from tocsin.node.events.models import Event


@pytest.fixture
def measles(diseases, places, amina):
    return an_event(diseases["measles"], places["XX-11"], amina)


def test_it_is_given_as_it_was_computed(api, measles):
    assert api.get(f"events/{measles.pk}/estimate").status_code == 404
    truth = outbreak(measles, days=25)
    estimating.run(measles.pk)
    found = api.get(f"events/{measles.pk}/estimate").json()
    assert (found["counted_by"], found["is_older"]) == ("onset", False)
    figures, severity = found["figures"], found["severity"]
    assert sum(figures["reported"]) == truth["listed"]
    assert len(figures["nowcast"]["quantiles"][-1]) == len(figures["levels"]) == 5
    assert figures["lately"]["periods"] == 7
    assert len(figures["ahead"]["sums"]) == 4
    assert severity["method"] == "competing_risks"
    assert severity["cases"] == truth["listed"]
    assert severity["ill"] > 0
    Event.objects.filter(pk=measles.pk).update(disease="cholera")
    assert api.get(f"events/{measles.pk}/estimate").json()["is_older"]


def test_a_laboratory_has_none(caller, lab, measles):
    outbreak(measles, days=12)
    estimating.run(measles.pk)
    assert caller(lab).get(f"events/{measles.pk}/estimate").status_code == 403
