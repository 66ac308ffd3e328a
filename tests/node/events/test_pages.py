"""Pages of events, through their addresses: what they show, what they do, what they refuse."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.node.events.scenes import a_thread, an_event

from tocsin.node.events.actions.assessing import assess_annex2
from tocsin.node.events.actions.axes import add_note, set_response
from tocsin.node.events.actions.clocks import set_milestone
from tocsin.node.events.actions.counts import report_counts
from tocsin.node.events.actions.facts import change_facts
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.models import Event, EventThread, Milestone
from tocsin.node.events.serials import serial
from tocsin.node.events.standing import today_there
from tocsin.node.surveillance.actions.reporting import report
from tocsin.node.surveillance.models import Thread


@pytest.fixture
def browser(signed_in, amina):
    return signed_in(amina)


def posted(browser, name, event, *args, **data):
    return browser.post(reverse(name, args=[event.pk, *args]), data)


def fresh(event):
    return Event.objects.get(pk=event.pk)


def text_of(answer):
    return answer.content.decode()


def test_the_list_teaches_when_it_is_empty(browser, diseases, places):
    page = text_of(browser.get(reverse("events")))
    assert "No event is open" in page
    assert reverse("new_event") in page


def test_the_list_shows_open_events_and_finds_them_in_any_script(browser, event, diseases, places, amina):
    an_event(diseases["measles"], places["XX-12"], amina)
    page = text_of(browser.get(reverse("events")))
    assert "2 open events" in page
    assert serial(event) in page
    for word in ("cholera", "холера", "霍乱", "xx", f"{event.year}-1"):
        found = text_of(browser.get(reverse("events"), {"q": word}))
        assert ("1 event found" in found) == (word != "xx"), word
    assert "No event is like this" in text_of(browser.get(reverse("events"), {"q": "dragons"}))


@pytest.mark.parametrize("sort", ["event", "-cases", "disease", "-changed", "deaths", "opened", "nonsense"])
def test_the_list_sorts_by_what_the_address_says(browser, event, sort):
    assert browser.get(reverse("events"), {"sort": sort, "page": "x"}).status_code == 200


def test_an_event_is_opened_from_a_signal_in_two_steps(browser, diseases, places):
    thread = a_thread(diseases["cholera"], places["XX-11"], status=Thread.Status.VERIFIED)
    signal = text_of(browser.get(reverse("signal", args=[thread.pk])))
    address = f"{reverse('new_event')}?thread={thread.pk}"
    assert address in signal
    form = browser.get(address)
    chosen = form.context["form"].initial
    given = {"disease": chosen["disease"], "place": chosen["place"], "hazard": "infectious", "text": "Nine ill"}
    done = browser.post(address, given)
    made = Event.objects.get()
    assert done.url == reverse("event", args=[made.pk])
    assert EventThread.objects.get().thread == thread
    assert made.verification == "verified"
    assert serial(made) in text_of(browser.get(reverse("signal", args=[thread.pk])))


def test_what_somebody_reported_is_counted_without_being_typed_again(browser, amina, diseases, places):
    for cases, deaths in ((9, 0), (21, 2)):
        signal = report(
            kind="clinician", disease=diseases["cholera"], place=places["XX-11"], day=today_there(),
            text="Watery diarrhoea", cases=cases, deaths=deaths, by=amina,
        )  # fmt: skip
    thread = signal.thread
    address = f"{reverse('new_event')}?thread={thread.pk}"
    chosen = browser.get(address).context["form"].initial
    assert (chosen["suspected"], chosen["deaths"]) == (21, 2)
    browser.post(address, {**chosen, "hazard": "infectious"})
    made = Event.objects.get()
    assert (made.suspected, made.probable, made.deaths, made.as_of) == (21, None, 2, today_there())
    assert [entry.act for entry in made.timeline.order_by("pk")] == ["opened", "thread_joined", "counts"]


def test_where_nobody_counted_an_event_has_no_counts(browser, diseases, places):
    thread = a_thread(diseases["cholera"], places["XX-11"])  # a machine's
    chosen = browser.get(f"{reverse('new_event')}?thread={thread.pk}").context["form"].initial
    assert "suspected" not in chosen
    given = {"disease": "cholera", "place": places["XX-11"].pk, "hazard": "infectious"}
    refused = browser.post(reverse("new_event"), {**given, "suspected": "-1"})
    assert refused.status_code == 422
    browser.post(reverse("new_event"), given)
    made = Event.objects.get()
    assert (made.cases, made.deaths, made.counts.count()) == (None, None, 0)


def test_a_signal_of_the_same_disease_may_tell_of_an_event_that_is_open(browser, event, diseases, places):
    thread = a_thread(diseases["cholera"], places["XX-12"])
    address = f"{reverse('new_event')}?thread={thread.pk}"
    assert "Open already, of the same disease" in text_of(browser.get(address))
    browser.post(f"{reverse('join_event', args=[event.pk])}?thread={thread.pk}")
    assert EventThread.objects.get().event == event


def test_a_form_that_cannot_be_taken_says_why_and_keeps_what_was_typed(browser, places, diseases):
    given = {"disease": "cholera", "place": "", "hazard": "infectious", "text": "Nine <b>ill</b>"}
    answer = browser.post(reverse("new_event"), given)
    assert answer.status_code == 422
    assert "Say where it was" in text_of(answer)
    answer = browser.post(reverse("new_event"), {**given, "place": places["XX-11"].pk})
    assert answer.status_code == 422
    assert "markup" in text_of(answer)
    assert "Nine &lt;b&gt;ill" in text_of(answer)
    assert not Event.objects.exists()


def test_the_title_is_the_answer(browser, event, amina):
    assert "Cholera, District 11: no counts yet" in text_of(browser.get(reverse("event", args=[event.pk])))
    report_counts(event, as_of=today_there(), counts={"confirmed": 61, "deaths": 2}, by=amina)
    assert "Cholera, District 11: 61 cases, 2 deaths" in text_of(browser.get(reverse("event", args=[event.pk])))


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_every_page_of_an_event_opens_in_every_language(event, language, person, signed_in, amina):
    reader = signed_in(person("epidemiologist", name=f"Reader {language}", language=language))
    change_facts(
        event, by=amina, version=event.version, texts={"summary": "Water"}, language="en",
        facts={
            "transmission": ["water"], "conditions": ["flooding"], "support": ["diagnostics"],
            "measures": [{"measure": "isolation", "status": "taken", "sector": "health", "since": "2026-03-01"}],
            "who": {"notified": "yes", "on": "2026-03-01"},
            "agent": {"kind": "bacterium", "origin": "waterborne", "designation": "O1 Ogawa", "confirmed": True},
            "cross_border": {"affected_states": ["BO"], "travel_links": []},
            "laboratory": {"status": "confirmed", "tested": 4, "positive": 2, "methods": ["pcr"]},
            "case_definition": {"standard": "who", "version": "2023"}, "point_of_entry": True,
        },
    )  # fmt: skip
    set_milestone(event, "last_event", on=today_there() - timedelta(days=1), by=amina)
    assess_annex2(event, answers={"serious": {"answer": "yes", "reason": "x"}}, by=amina, version=0)
    for name in ("event", "event_log", "event_assessment", "event_clocks", "assess_criteria", "edit_identity",
                 "edit_places", "link_event", "merge_event"):  # fmt: skip
        answer = reader.get(reverse(name, args=[event.pk]))
        assert answer.status_code == 200, name
        assert answer.headers["Content-Language"] == language
    for part in ("spread", "laboratory", "measures", "needs", "texts"):
        assert reader.get(reverse("edit_facts", args=[event.pk, part])).status_code == 200
    for assessor in ("first", "second"):
        assert reader.get(reverse("assess_annex2", args=[event.pk, assessor])).status_code == 200
    for level in ("national", "neighbours", "alliance"):
        assert reader.get(reverse("assess_risk", args=[event.pk, level])).status_code == 200
    assert reader.get(reverse("board")).status_code == 200


def test_facts_are_saved_part_by_part(browser, event):
    address = reverse("edit_facts", args=[event.pk, "needs"])
    given = {"version": event.version, "difficulties": ["access"], "support": ["diagnostics"], "notified": "unknown"}
    assert browser.post(address, given).status_code == 302
    facts = fresh(event).facts
    assert (facts["difficulties"], facts["support"], facts["shortages"]) == (["access"], ["diagnostics"], [])
    page = text_of(browser.get(reverse("event", args=[event.pk])))
    assert "Support needed from partners" in page


def test_measures_are_lines_of_a_table(browser, event):
    address = reverse("edit_facts", args=[event.pk, "measures"])
    given = {"version": event.version, "measure_0": "isolation", "status_0": "taken", "sector_0": "health",
             "since_0": "2026-03-01", "measure_1": "", "measure_2": "vaccination", "status_2": "intended"}  # fmt: skip
    assert browser.post(address, given).status_code == 302
    assert [one["measure"] for one in fresh(event).facts["measures"]] == ["isolation", "vaccination"]
    assert browser.post(address, {"version": 1, "measure_0": "dancing"}).status_code == 422


def test_a_conflict_keeps_what_was_typed_and_says_who_was_faster(browser, event, officer):
    seen = event.version
    change_facts(event, facts={"transmission": ["food"]}, by=officer, version=seen)
    answer = posted(browser, "edit_facts", event, "texts", version=seen, language="en", summary="My long summary")
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Olga changed this event" in page
    assert "My long summary" in page
    assert fresh(event).texts == {}


def test_counts_a_note_and_moves_from_the_overview(browser, event):
    today = today_there().isoformat()
    assert posted(browser, "count_event", event, version=event.version, as_of=today, suspected=4).status_code == 302
    assert posted(browser, "note_event", event, text="The well was closed").status_code == 302
    version = fresh(event).version
    answer = posted(browser, "move_event", event, "verification", version=version, state="verified", text="PCR")
    assert answer.status_code == 302
    found = fresh(event)
    assert (found.cases, found.verification) == (4, "verified")
    page = text_of(browser.get(reverse("event", args=[event.pk])))
    for said in ("The well was closed", "Verification: verified", "PCR"):
        assert said in page
    assert posted(browser, "move_event", event, "weather", version=1, state="sunny").status_code == 404
    refused = posted(browser, "move_event", event, "response", version=found.version, state="controlled")
    assert refused.status_code == 422


def test_clocks_are_set_and_a_slower_person_is_told(browser, event, officer):
    day = (today_there() - timedelta(days=2)).isoformat()
    assert posted(browser, "say_milestone", event, "detection", on=day, precision="estimated").status_code == 302
    row = Milestone.objects.get()
    assert (row.on.isoformat(), row.precision) == (day, "estimated")
    answer = posted(browser, "say_milestone", event, "detection", on=day, precision="exact", text="By telephone")
    assert answer.status_code == 409
    assert "Amina said this on" in text_of(answer)
    assert "By telephone" in text_of(answer)
    assert posted(browser, "say_milestone", event, "lunch", on=day, precision="exact").status_code == 404
    assert posted(browser, "say_action", event, "laboratory", completed_on=day, precision="exact").status_code == 302
    page = text_of(browser.get(reverse("event_clocks", args=[event.pk])))
    assert "≈" in page


def test_the_timeline_is_read_a_piece_at_a_time(browser, event, amina):
    for number in range(60):
        add_note(event, text=f"Line {number}.", by=amina)
    first = browser.get(reverse("event_log", args=[event.pk]))
    second = browser.get(reverse("event_log", args=[event.pk]), {"before": first.context["more"]})
    seen = [one.entry.pk for answer in (first, second) for one in answer.context["said"]]
    assert len(seen) == len(set(seen)) == event.timeline.count()


def test_a_merged_event_leads_to_the_one_that_stands(browser, event, diseases, places, amina):
    other = an_event(diseases["cholera"], places["XX-12"], amina)
    merge(event, other, text="One well", by=amina, version=event.version)
    page = text_of(browser.get(reverse("event", args=[event.pk])))
    assert reverse("event", args=[other.pk]) in page
    assert "Write down what happened" not in page
    answer = posted(browser, "note_event", event, text="Too late")
    assert answer.status_code == 422
    assert serial(other) in text_of(answer)


def test_the_board_counts_shares_of_what_can_be_judged(browser, event, diseases, places, amina):
    for ago, kind in ((5, "emergence"), (3, "detection"), (3, "notification")):
        set_milestone(event, kind, on=today_there() - timedelta(days=ago), by=amina)
    an_event(diseases["measles"], places["XX-12"], amina)
    shares = dict(browser.get(reverse("board")).context["page"].shares)
    first = next(iter(shares.values()))
    assert (first.met, first.judged, first.others) == (1, 1, 1)


def test_who_may_read_only_changes_nothing(event, people, signed_in):
    reader = signed_in(people["council_delegate"])
    page = text_of(reader.get(reverse("event", args=[event.pk])))
    assert "Report counts" not in page
    assert posted(reader, "note_event", event, text="x").status_code == 403
    stranger = signed_in(people["clinician"])
    assert stranger.get(reverse("event", args=[event.pk])).status_code == 403


def test_a_list_asks_the_same_queries_however_long_it_is(browser, event, diseases, places, amina):
    browser.get(reverse("events"))
    with CaptureQueriesContext(connection) as few:
        browser.get(reverse("events"))
    for number in range(12):
        made = an_event(diseases["cholera"], places[f"XX-1{number % 3 + 1}"], amina)
        set_response(made, "responding", by=amina, version=made.version)
    with CaptureQueriesContext(connection) as many:
        browser.get(reverse("events"))
    assert len(many) == len(few)
