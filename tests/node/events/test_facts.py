"""What is known of an event: coded facts as partners would take them, texts, counts by day, places."""

from datetime import timedelta

import pytest

from tocsin.exchange.types.registry import TYPES
from tocsin.node.alliance.models import State
from tocsin.node.events.actions.counts import report_counts, total
from tocsin.node.events.actions.facts import change_facts, change_identity
from tocsin.node.events.actions.places import set_places
from tocsin.node.events.facts import EMPTY, MEMBERS, TEXTS, check_facts, with_defaults
from tocsin.node.events.refusals import ActRefused, Changed
from tocsin.node.events.standing import today_there


def test_facts_are_members_of_a_notification_and_empty_ones_are_taken():
    body = TYPES["notification", 1].schema["properties"]
    assert set(MEMBERS) <= set(body)
    assert set(TEXTS) <= set(body["texts"]["properties"])
    check_facts(EMPTY)


def test_what_is_not_given_stays(event, amina):
    change_facts(event, facts={"transmission": ["water"]}, by=amina, version=event.version)
    event.refresh_from_db()
    change_facts(event, facts={"conditions": ["flooding"]}, by=amina, version=event.version)
    event.refresh_from_db()
    assert event.facts == {"transmission": ["water"], "conditions": ["flooding"]}
    assert with_defaults(event.facts)["support"] == []


@pytest.mark.parametrize(
    "facts",
    [
        {"transmission": ["telepathy"]},
        {"transmission": ["water", "water"]},
        {"laboratory": {"status": "confirmed", "tested": -1, "positive": None, "methods": []}},
        {"measures": [{"measure": "isolation", "status": "wished", "sector": "health", "since": None}]},
        {"agent": {"kind": "virus"}},
        {"secrets": []},
    ],
)
def test_what_partners_would_not_take_is_not_kept(event, amina, facts):
    with pytest.raises(ActRefused):
        change_facts(event, facts=facts, by=amina, version=event.version)
    event.refresh_from_db()
    assert (event.facts, event.version) == ({}, 2)


def test_a_text_is_kept_with_its_language_and_goes_when_emptied(event, amina):
    texts = {"summary": "Вода из реки", "risk": "Паводок"}
    change_facts(event, facts={}, texts=texts, language="ru", by=amina, version=event.version)
    event.refresh_from_db()
    assert (event.texts, event.language) == (texts, "ru")
    change_facts(event, facts={}, texts={"risk": ""}, by=amina, version=event.version)
    event.refresh_from_db()
    assert (event.texts, event.language) == ({"summary": "Вода из реки"}, "ru")


def test_a_text_that_reads_as_something_else_is_refused_by_its_name(event, amina):
    with pytest.raises(ActRefused, match="Summary: it holds invisible"):
        change_facts(event, facts={}, texts={"summary": "a\u202eb"}, by=amina, version=event.version)


def test_the_second_of_two_editors_is_told(event, amina, officer):
    seen = event.version
    change_facts(event, facts={"transmission": ["water"]}, by=amina, version=seen)
    with pytest.raises(Changed, match=r"Amina changed this event .* changed the facts"):
        change_facts(event, facts={"transmission": ["food"]}, by=officer, version=seen)
    event.refresh_from_db()
    assert event.facts["transmission"] == ["water"]


def test_a_disease_found_out_later_is_what_the_event_is_found_by(event, diseases, amina):
    change_identity(event, disease=None, hazard="water", name="Diarrhoea at the camp", by=amina, version=event.version)
    event.refresh_from_db()
    assert str(event).startswith("Diarrhoea at the camp")
    assert "camp" in event.search_key
    change_identity(event, disease=diseases["cholera"], hazard="water", name="", by=amina, version=event.version)
    event.refresh_from_db()
    assert "холера" in event.search_key
    assert "camp" not in event.search_key


def test_the_latest_day_is_what_the_event_shows(event, amina):
    today = today_there()
    report_counts(event, as_of=today, counts={"suspected": 10, "confirmed": 4, "deaths": 1}, by=amina)
    report_counts(event, as_of=today - timedelta(days=3), counts={"suspected": 2}, by=amina)
    event.refresh_from_db()
    assert (event.as_of, event.cases, event.suspected, event.probable, event.deaths) == (today, 14, 10, None, 1)
    report_counts(event, as_of=today, counts={"suspected": 8, "confirmed": 4, "deaths": 1}, by=amina)
    event.refresh_from_db()
    assert event.cases == 12
    assert event.counts.count() == 3


def test_unknown_is_not_none_and_none_at_all_is_no_report(event, amina):
    assert total({"suspected": None, "probable": None, "confirmed": None}) is None
    assert total({"suspected": 0, "probable": None}) == 0
    with pytest.raises(ActRefused, match="at least one count"):
        report_counts(event, as_of=today_there(), counts={"deaths": None}, by=amina)


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ({"suspected": -1}, "whole numbers"),
        ({"suspected": 10**9}, "whole numbers"),
        ({"suspected": 1, "probable": 0, "confirmed": 1, "deaths": 3}, "among the cases"),
        ({"dragons": 1}, "no count"),
    ],
)
def test_counts_that_cannot_be_are_refused(event, amina, counts, why):
    with pytest.raises(ActRefused, match=why):
        report_counts(event, as_of=today_there(), counts=counts, by=amina)


def test_more_deaths_than_known_cases_may_be_while_some_are_not_known(event, amina):
    report_counts(event, as_of=today_there(), counts={"confirmed": 1, "deaths": 3}, by=amina)
    event.refresh_from_db()
    assert (event.cases, event.deaths) == (1, 3)


def test_counts_are_of_a_day_that_has_come(event, amina):
    with pytest.raises(ActRefused, match="lies ahead"):
        report_counts(event, as_of=today_there() + timedelta(days=3), counts={"suspected": 1}, by=amina)


def test_places_are_the_states_own_and_each_once(event, places, amina):
    others = [places["XX-12"], places["XX-12"], places["XX-11"], places["XX-2"]]
    set_places(event, first=places["XX-11"], others=others, by=amina, version=event.version)
    event.refresh_from_db()
    assert event.places_count == 3
    assert [row.place.code for row in event.places.all()] == ["XX-12", "XX-2"]
    set_places(event, first=places["XX-2"], others=[], by=amina, version=event.version)
    event.refresh_from_db()
    assert (event.place.code, event.places_count, event.places.count()) == ("XX-2", 1, 0)
    assert "область 2" in event.search_key or "2" in event.search_key


def test_a_place_abroad_is_refused(event, places, amina):
    abroad = places["XX-23"]
    abroad.state = State.objects.filter(is_here=False).first()
    abroad.save()
    with pytest.raises(ActRefused, match="lies in"):
        set_places(event, first=places["XX-11"], others=[abroad], by=amina, version=event.version)
