"""Lines of a request from the forecast of an event."""

from datetime import date

import pytest
from django.utils import timezone

from tocsin.joint.assistance.units import Packing
from tocsin.node.assistance.demand import Assumed, Used, suggest_items
from tocsin.node.assistance.refusals import ActRefused, InvalidInput
from tocsin.node.events.actions.opening import open_event
from tocsin.node.events.models import EventEstimate

pytestmark = pytest.mark.django_db
LEVELS = [0.025, 0.25, 0.5, 0.75, 0.975]
# Everybody is admitted on the day of onset, to intensive care and a ventilator, and stays one night on average.
ALL_ON_VENTILATORS = Assumed(1.0, 1.0, 0.0, 1.0, until_admitted=0.0, stay=0.0, intensive_stay=1.0)


def payload(*weeks: list[float], every="week"):
    first = date(2026, 3, 9)
    return {
        "every": every, "levels": LEVELS, "dates": ["2026-03-02"], "reported": [0.0], "unused": 0, "nowcast": None,
        "ahead": {"dates": [str(first)] * len(weeks), "quantiles": list(weeks), "sums": []},
    }  # fmt: skip


@pytest.fixture
def event(places, amina):
    return open_event(disease=None, place=places["XX-11"], by=amina)


def forecast(event, made):
    EventEstimate.objects.create(event=event, list_changed_at=timezone.now(), engine="0", payload=made)


def test_beds_are_asked_for_by_their_highest_day_and_supplies_by_their_sum(event):
    forecast(event, payload([70.0] * 5, [70.0] * 5))
    masks = Used("respirator", "piece", {"icu": 2.0}, on_admission=1.0, asked_in=Packing("box", 20))
    found = {one["item"]: one for one in suggest_items(event, assumed=ALL_ON_VENTILATORS, used=[masks])}
    # Ten cases a day; a mean of one night fills, in the end, one bed a case.
    assert found["ventilator"]["quantity"] == 10
    assert 150 + 2 * 120 < found["respirator"]["quantity"] * 20 < 140 + 2 * 140 + 20
    assert (found["respirator"]["unit"], found["respirator"]["pack_size"]) == ("box", 20)
    basis = found["ventilator"]["basis"]
    assert (basis["from"], basis["until"], basis["level"]) == ("2026-03-09", "2026-03-22", "0.9")


def test_what_is_in_stock_is_not_asked_for(event):
    forecast(event, payload([70.0] * 5))
    given = {"ventilator": 4.0, "oxygen": 1e9}
    found = suggest_items(event, assumed=ALL_ON_VENTILATORS, in_stock=given)
    assert [(one["item"], one["quantity"]) for one in found] == [("ventilator", 6)]


def test_a_higher_level_asks_for_more(event):
    forecast(event, payload([7.0, 35.0, 70.0, 140.0, 280.0]))
    asked = [
        suggest_items(event, assumed=ALL_ON_VENTILATORS, level=level)[0]["quantity"]
        for level in ("0.5", "0.75", "0.95")
    ]
    assert asked == sorted(asked)
    assert asked[0] < asked[1] < asked[2]


def test_those_who_fell_ill_before_the_forecast_count_too(event):
    made = payload([0.0] * 5)
    forecast(event, {**made, "reported": [70.0]})
    found = {one["item"]: one["quantity"] for one in suggest_items(event, assumed=ALL_ON_VENTILATORS)}
    assert 0 < found["ventilator"] < 10


def test_without_a_forecast_people_type_it_in(event):
    with pytest.raises(ActRefused, match="no forecast"):
        suggest_items(event, assumed=ALL_ON_VENTILATORS)


def test_what_cannot_be_assumed_is_refused(event):
    forecast(event, payload([70.0] * 5))
    with pytest.raises(InvalidInput, match="from 0 to 90"):
        suggest_items(event, assumed=Assumed(1, 1, 0, 1, until_admitted=-1, stay=0, intensive_stay=1))
    with pytest.raises(InvalidInput):
        suggest_items(event, assumed=Assumed(1.5, 1, 0, 1, until_admitted=0, stay=0, intensive_stay=1))
    with pytest.raises(InvalidInput, match="no level"):
        suggest_items(event, assumed=ALL_ON_VENTILATORS, level="0.99")
