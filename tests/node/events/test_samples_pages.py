"""The pages of samples: an event's table, and a laboratory's own, where a result is three taps."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.node.events.laboratory_scenes import day

from tocsin.node.events.actions.cases import add_case
from tocsin.node.events.actions.laboratory import take_sample
from tocsin.node.events.actions.results import record_result
from tocsin.node.events.models import Event, Sample, SampleTest

# What a laboratory must not read on any page: of the event, of its line list, of other samples.
SECRET = ("Cholera", "District 11", "Case-77", "Amina’s event", "Somebody else’s sample")


@pytest.fixture
def shown(event, sent, amina, stranger):
    """The event has a name, a case and a sample elsewhere; Lena has one sample of it."""
    Event.objects.filter(pk=event.pk).update(name="Amina’s event")
    add_case(event, values={"local_id": "Case-77", "classification": "confirmed"}, by=amina)
    Sample.objects.filter(pk=sent.pk).update(local_id="Case-77")
    other = take_sample(event, reference="Somebody else’s sample", material="stool", by=amina)
    Sample.objects.filter(pk=other.pk).update(laboratory=stranger.organisation, status="sent")
    return sent


def test_a_laboratory_finds_what_waits_for_it_and_nothing_of_the_event(shown, lena, signed_in):
    browser = signed_in(lena)
    listed = browser.get(reverse("samples")).text
    assert "1 sample waits for you" in listed
    assert "V. cholerae" in listed
    assert reverse("samples") in browser.get(reverse("notices")).text
    one = browser.get(reverse("sample", args=[shown.pk])).text
    for secret in SECRET:
        assert secret not in listed
        assert secret not in one
    closed = ("events", "event", "event_laboratory", "event_files", "line_list", "event_log", "event_clocks")
    for name in closed:
        args = [] if name == "events" else [shown.event_id]
        assert browser.get(reverse(name, args=args)).status_code == 403, name


def test_a_result_is_three_taps_the_sample_what_was_found_and_save(shown, lena, signed_in):
    browser = signed_in(lena)
    listed = browser.get(reverse("samples")).text
    [at] = re.findall(r'class="sample-open"[^>]*href="([^"]+)"', listed)
    page = browser.get(at).text
    form = re.search(r'<form[^>]*action="([^"]+result[^"]*)".*?</form>', page, re.DOTALL)
    filled = dict(re.findall(r'<input type="(?:hidden|date)" name="(version|on)" value="([^"]*)"', form[0]))
    assert set(re.findall(r' name="(\w+)"[^>]* required', form[0])) == {"result", "on"}
    answer = browser.post(form[1].replace("&amp;", "&"), {**filled, "result": "positive"}, follow=True)
    assert "No sample waits for you" in answer.text
    assert SampleTest.objects.get().result == "positive"


def test_another_laboratory_cannot_tell_that_the_sample_exists(shown, stranger, signed_in):
    browser = signed_in(stranger)
    assert browser.get(reverse("sample", args=[shown.pk])).status_code == 404
    for name in ("receive_sample", "mark_unsuitable", "record_result"):
        assert browser.post(reverse(name, args=[shown.pk]), {"result": "negative"}).status_code == 404
    test = shown.tests.get()
    assert browser.get(reverse("correct_result", args=[shown.pk, test.pk])).status_code == 404


def test_the_bar_leads_a_laboratory_to_its_samples_and_an_epidemiologist_to_events(shown, lena, amina, signed_in):
    assert f'href="{reverse("samples")}"' in signed_in(lena).get(reverse("samples")).text
    bar = signed_in(amina).get(reverse("events")).text
    assert f'href="{reverse("samples")}"' not in bar


def test_a_result_on_a_sample_that_has_changed_is_refused_and_kept_in_sight(shown, lena, signed_in):
    browser, at = signed_in(lena), reverse("record_result", args=[shown.pk])
    said = {
        "version": shown.version - 1,
        "result": "negative",
        "method": "pcr",
        "on": day(0),
        "found": "Nothing at all",
    }
    response = browser.post(at, said)
    assert response.status_code == 409
    assert "has changed since you looked" in response.text
    assert "Nothing at all" in response.text
    gone = browser.post(f"{at}?test={shown.event_id}", said)
    assert gone.status_code == 409
    assert not SampleTest.objects.exclude(result="pending").exists()


def test_a_sample_is_received_found_unsuitable_and_corrected_by_the_page(shown, lena, signed_in):
    browser = signed_in(lena)
    assert (
        browser.post(reverse("receive_sample", args=[shown.pk]), {"version": shown.version, "on": day(9)}).status_code
        == 422
    )
    browser.post(reverse("receive_sample", args=[shown.pk]), {"version": shown.version, "on": day(1)})
    shown.refresh_from_db()
    assert shown.status == "received"
    said = {"version": shown.version, "result": "positive", "method": "pcr", "on": day(0)}
    browser.post(reverse("record_result", args=[shown.pk]), said)
    test = SampleTest.objects.get(method="pcr")
    shown.refresh_from_db()
    at = reverse("correct_result", args=[shown.pk, test.pk])
    assert browser.post(at, {"version": shown.version, "result": "negative", "on": day(0)}).status_code == 422
    fixed = {"version": shown.version, "result": "negative", "on": day(0), "reason": "Mixed up"}
    page = browser.post(at, fixed, follow=True).text
    assert "<s>positive</s>" in page
    assert "Mixed up" in page
    assert browser.post(at, fixed).status_code == 409


def test_an_unsuitable_sample_says_why_on_the_page_of_its_event(shown, lena, amina, signed_in):
    at = reverse("mark_unsuitable", args=[shown.pk])
    signed_in(lena).post(at, {"version": shown.version, "reason": "Leaked on the way"})
    page = signed_in(amina).get(reverse("event_laboratory", args=[shown.event_id])).text
    assert "Leaked on the way" in page
    assert "cannot be examined" in page


def test_an_event_shows_its_samples_with_results_and_how_long_they_took(shown, lena, amina, signed_in, event):
    browser, at = signed_in(amina), reverse("event_laboratory", args=[event.pk])
    assert "2 samples and 2 results awaited" in browser.get(at).text
    record_result(shown, test=shown.tests.get(), result="positive", on=day(0), by=lena, version=shown.version)
    page = browser.get(at).text
    assert "2 samples, 1 result awaited and 1 of 1 person positive" in page
    assert "From taking to the first result: median 3 days" in page
    assert "Case-77" in page
    waiting = browser.get(at, {"show": "waiting"}).text
    assert "K-1" not in waiting.split("<tbody>")[1]


def test_samples_are_taken_and_sent_by_the_page(event, amina, laboratory, signed_in):
    browser, new = signed_in(amina), reverse("take_sample", args=[event.pk])
    assert "No sample is on record" in browser.get(reverse("event_laboratory", args=[event.pk])).text
    assert browser.post(new, {"reference": "K-1"}).status_code == 422
    said = {"reference": "K-1", "material": "stool", "local_id": "7", "taken_on": day(1)}
    assert browser.post(new, {**said, "another": "1"})["Location"] == new
    again = browser.post(new, said)
    assert (again.status_code, "on record already" in again.text) == (422, True)
    sample = Sample.objects.get()
    send = reverse("send_samples", args=[event.pk])
    given = {"laboratory": laboratory.pk, "on": day(0), "methods": ["pcr"], "looked_for": "V. cholerae"}
    nothing = browser.post(send, given)
    assert (nothing.status_code, "Choose from 1" in nothing.text) == (422, True)
    early = browser.post(send, {**given, "sample": [sample.pk], "on": day(5)})
    assert early.status_code == 422
    assert re.search(rf'value="{sample.pk}"[^>]* checked', early.text)
    assert "1 sample is sent" in browser.post(send, {**given, "sample": [sample.pk]}, follow=True).text
    sample.refresh_from_db()
    assert (sample.status, sample.laboratory) == ("sent", laboratory)


def test_one_button_takes_the_results_over_into_the_facts(shown, lena, amina, signed_in, event):
    record_result(shown, test=shown.tests.get(), result="positive", on=day(0), by=lena, version=shown.version)
    browser, at = signed_in(amina), reverse("take_over_results", args=[event.pk])
    assert "do not say this yet" in browser.get(reverse("event_laboratory", args=[event.pk])).text
    assert browser.post(at, {"version": "1000"}).status_code == 409
    event.refresh_from_db()
    page = browser.post(at, {"version": event.version}, follow=True).text
    assert "say the same" in page
    event.refresh_from_db()
    assert event.facts["laboratory"]["positive"] == 1


def test_the_table_asks_as_many_queries_for_fifty_samples_as_for_one(
    event, amina, lena, signed_in, django_assert_max_num_queries, sent
):
    browser, at = signed_in(amina), reverse("event_laboratory", args=[event.pk])
    browser.get(at)
    with CaptureQueriesContext(connection) as one:
        browser.get(at)
    for number in range(50):
        made = take_sample(event, reference=f"M-{number}", material="water", by=amina)
        record_result(made, method="culture", result="negative", on=day(0), by=amina, version=1)
    with django_assert_max_num_queries(len(one)):
        assert "M-49" in browser.get(at).text
