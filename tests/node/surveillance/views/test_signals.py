"""The page of a thread: its answer, its figures, its history, and what two people decide upon it at once."""

import json
import re
from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.surveillance.counts_given import given_counts
from tests.node.surveillance.views.conftest import WEEK, signal_of

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.actions import triage
from tocsin.node.surveillance.models import Signal, Thread, Upload, Verdict

WEEKS = 200
FIRST = WEEK - timedelta(weeks=WEEKS - 1)


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["pictures"].clear()


@pytest.fixture
def browser(amina, signed_in):
    return signed_in(amina)


@pytest.fixture
def counted(source, diseases, places):
    """Counts of cholera in six districts, two regions and two groups of XX-11, until WEEK."""
    row = [3 + n % 3 for n in range(WEEKS - 1)]
    keys = [("cholera", code, "") for code in places if code != "XX"]
    keys += [("cholera", "XX-11", "0–4"), ("cholera", "XX-11", "15–44"), ("cholera", "XX-11", "5–14")]
    return given_counts(source, {key: [*row, 14 if key[1] == "XX-11" else 4] for key in keys}, FIRST)


@pytest.fixture
def rise(counted, thread) -> Thread:
    return thread("cholera", "XX-11")


def page(thread: Thread) -> str:
    return reverse("signal", args=[thread.pk])


def act(thread: Thread, name: str) -> str:
    return reverse("decide_one", args=[thread.pk, name])


def figure(text: str, name: str) -> dict:
    found = re.search(rf'<script id="figure-{name}" type="application/json">(.*?)</script>', text, re.S)
    return json.loads(found[1])


def heading(text: str) -> str:
    return re.search(r"<h1>(.*?)</h1>", text, re.S)[1].strip()


def test_the_title_is_the_answer(browser, rise, thread, diseases):
    text = browser.get(page(rise)).text
    assert heading(text) == "Cholera in District 11: 14 cases, 3.1 expected"
    assert "(3.1 expected, threshold 7.0)" in text
    assert "week of 9 March 2026" in text
    one = thread("plague", observed=1.0, expected=None, threshold=0.5, kinds=["rule"])
    assert heading(browser.get(page(one)).text) == "Plague in District 11: 1 case"


def test_the_picture_shows_three_years_with_what_the_signals_know(browser, rise):
    shown = figure(browser.get(page(rise)).text, "series")
    assert len(shown["observed"]) == len(shown["labels"]) == 156
    assert shown["observed"][-1] == 14
    assert shown["expected"][-1] == 3.1
    assert shown["threshold"][-1] == 7
    assert shown["alarms"] == [155]
    assert shown["labels"][-1] == "week of 9 March 2026"


def test_the_whole_picture_follows_and_is_kept(browser, rise):
    quick = browser.get(page(rise)).text
    assert f'hx-get="{reverse("signal_chart", args=[rise.pk])}' in quick
    whole = browser.get(reverse("signal_chart", args=[rise.pk]), {"series": rise.headline.series_id})
    shown = figure(whole.text, "series")
    assert sum(value is not None for value in shown["expected"]) > 100
    assert 155 in shown["alarms"]
    assert "14 cases counted; 3.1 expected" in whole.text
    assert "Farrington" in whole.text
    kept = browser.get(page(rise)).text
    assert 'hx-trigger="load"' not in kept
    assert figure(kept, "series")["expected"] == shown["expected"]


def test_what_is_kept_is_of_one_thread_and_of_the_source_as_it_is(browser, rise, thread, source):
    asked = {"series": rise.headline.series_id}
    browser.get(reverse("signal_chart", args=[rise.pk]), asked)
    before = thread("cholera", "XX-11", status="refuted", last_signal_at=timezone.now() - timedelta(days=200))
    assert before.headline.series_id == rise.headline.series_id
    assert 'hx-trigger="load"' in browser.get(page(before)).text
    assert 'hx-trigger="load"' not in browser.get(page(rise)).text
    source.breaks.create(starts_on=WEEK - timedelta(weeks=60), what="new definition")
    assert 'hx-trigger="load"' in browser.get(page(rise)).text


def test_without_a_script_the_whole_picture_has_an_address(browser, rise):
    text = browser.get(page(rise), {"whole": "1"}).text
    assert "14 cases counted" in text
    assert 'hx-trigger="load"' not in text


def test_groups_places_and_neighbours_have_their_figures(browser, rise):
    text = browser.get(page(rise)).text
    groups = figure(text, "strata")["bars"]
    assert [bar["label"] for bar in groups] == ["0–4", "5–14", "15–44"]
    tiles = figure(text, "places")["cells"]
    assert {cell["name"] for cell in tiles} == {"District 11", "District 12", "District 13"}
    assert [cell["tone"] for cell in tiles if cell["name"] == "District 11"] == ["alarm"]
    assert (min(cell["row"] for cell in tiles), min(cell["column"] for cell in tiles)) == (0, 0)
    panels = figure(text, "around")["panels"]
    assert [panel["title"] for panel in panels] == ["District 11", "District 12", "District 13"]
    assert panels[0]["alarms"] == [25]
    assert len(panels[0]["observed"]) == 26


def test_another_series_of_the_thread_can_be_looked_at(browser, rise, counted):
    other = counted["cholera", "XX-11", "5–14"]
    text = browser.get(page(rise), {"series": other.pk}).text
    assert f'value="{other.pk}" selected' in text
    assert figure(text, "series")["alarms"] == []
    assert browser.get(page(rise), {"series": "x", "known_on": "x"}).status_code == 200


def test_what_was_known_on_a_past_day(browser, rise, source, counted):
    before = timezone.now() - timedelta(days=30)
    given = {"source": source, "status": "taken", "file_name": "t.csv"}
    Upload.objects.create(**given, generation=source.generation, taken_at=before, sha256="1")
    given_counts(source, {("cholera", "XX-11", ""): [9] * WEEKS}, FIRST)
    Upload.objects.create(**given, generation=source.generation, taken_at=timezone.now(), sha256="2")
    assert figure(browser.get(page(rise)).text, "series")["observed"][-1] == 9
    past = (timezone.localdate() - timedelta(days=3)).isoformat()
    assert figure(browser.get(page(rise), {"known_on": past}).text, "series")["observed"][-1] == 14
    assert "nothing was known" in browser.get(page(rise), {"known_on": "2019-01-01"}).text


def test_signals_do_not_cost_queries(browser, rise, source, person, places):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(page(rise)).status_code == 200
        return len(captured)

    def grow(number: int) -> None:
        for n in range(number):
            signal_of(rise, source, period=WEEK - timedelta(weeks=n + Signal.objects.count()), place=places["XX-12"])
            Verdict.objects.create(
                thread=rise, version=Verdict.objects.count() + 1, act="assign", from_status="new", to_status="new",
                by=person("epidemiologist", email=f"{n}-{Verdict.objects.count()}@x.example"),
            )  # fmt: skip

    grow(3)
    few = queries()
    grow(27)
    assert queries() == few <= 32


@pytest.mark.parametrize(
    ("name", "given", "status"),
    [
        ("triage", {}, "triaged"),
        ("verify", {"text": "calling the laboratory"}, "under_verification"),
        ("watch", {"until": "DAY", "text": ""}, "watch"),
        ("discard", {"reason": "seasonal"}, "discarded"),
        ("assign", {"assignee": "ME"}, "new"),
    ],
)
def test_each_decision_is_saved_with_who_and_why(browser, amina, rise, name, given, status):
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    sent = {key: {"DAY": day, "ME": str(amina.pk)}.get(value, value) for key, value in given.items()}
    text = browser.post(act(rise, name), {"version": "0", **sent}, follow=True).text
    rise.refresh_from_db()
    assert (rise.status, rise.version) == (status, 1)
    assert f'data-draft-saved="signal-{rise.pk}-{name}"' in text
    assert "Amina" in text.split("What was decided")[1]


def test_verification_ends_and_can_be_opened_again(browser, thread):
    one = thread(status="under_verification", version=4)
    wrong = browser.post(act(one, "conclude"), {"version": "4", "outcome": "unverifiable", "text": "no samples left"})
    assert wrong.status_code == 422
    assert "no samples left" in wrong.text
    assert "Say when it is looked at again" in wrong.text
    assert browser.post(act(one, "conclude"), {"version": "4", "outcome": "verified", "text": "PCR"}).status_code == 302
    text = browser.get(page(one)).text
    assert "concluded" in text
    assert "PCR" in text
    assert 'id="decide-reopen"' in text
    assert 'id="decide-verify"' not in text
    assert browser.post(act(one, "reopen"), {"version": "5", "text": "a mistake"}).status_code == 302
    one.refresh_from_db()
    assert one.status == "new"


def test_who_is_slower_sees_both_texts_and_nothing_is_saved(browser, person, rise):
    bek = person("epidemiologist", name="Bek")
    triage.discard([rise], reason="data_error", text="typed twice in Karsu", by=bek, versions={rise.pk: 0})
    answer = browser.post(act(rise, "watch"), {"version": "0", "until": "2999-01-01", "text": "my own words"})
    assert answer.status_code == 422  # a day beyond a year is refused before anything else
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    answer = browser.post(act(rise, "watch"), {"version": "0", "until": day, "text": "my own words"})
    assert answer.status_code == 409
    told = answer.text.split('role="alert"')[1].split("</blockquote>")[0]
    assert "Bek discarded this thread" in told
    assert "typed twice in Karsu" in told
    assert "my own words" in answer.text
    assert 'name="version" value="1"' in answer.text
    rise.refresh_from_db()
    assert (rise.status, rise.version) == ("discarded", 1)


def test_nonsense_is_no_decision(browser, rise):
    assert browser.post(act(rise, "drop")).status_code == 404
    assert browser.get(act(rise, "watch")).status_code == 405
    assert browser.post(act(rise, "triage"), {"version": "x"}).status_code == 409
    assert browser.post(act(rise, "triage")).status_code == 409
    rise.refresh_from_db()
    assert rise.version == 0


def test_what_was_decided_is_told_in_words(browser, amina, rise, thread):
    triage.watch([rise], until=timezone.localdate(), text="<b>wait</b>", by=amina, versions={rise.pk: 0})
    Verdict.objects.create(thread=rise, version=2, act="woken", from_status="watch", to_status="new")
    earlier = thread("cholera", "XX-12", status="refuted")
    Thread.objects.filter(pk=rise.pk).update(earlier=earlier)
    text = browser.get(page(rise)).text
    assert "New signals brought this thread back" in text
    assert "Amina put this thread on watch" in text
    assert "&lt;b&gt;wait" in text
    assert page(earlier) in text
    assert "refuted" in text


def test_a_thread_that_went_into_another_leads_there(browser, rise, thread):
    gone = thread("cholera", "XX-12", merged_into=rise)
    assert browser.get(page(gone)).headers["Location"] == page(rise)


def test_who_may_see_and_decide(people, signed_in, client, rise):
    for role, somebody in people.items():
        browser = signed_in(somebody)
        reads, decides = somebody.may(Ability.READ_SURVEILLANCE), somebody.may(Ability.TRIAGE)
        expected = 200 if reads else 404 if somebody.may(Ability.REPORT_SIGNAL) else 403
        answer = browser.get(page(rise))
        assert answer.status_code == expected, role
        assert ('id="decide"' in answer.text) == decides, role
        assert browser.post(act(rise, "triage"), {"version": "-1"}).status_code == (409 if decides else 403), role
        assert browser.get(reverse("signal_chart", args=[rise.pk])).status_code == (200 if reads else 403), role
        exported = browser.get(reverse("signal_export", args=[rise.pk, "csv"])).status_code
        assert exported == (200 if somebody.may(Ability.EXPORT) else 403), role
    assert client.get(page(rise)).headers["Location"].startswith("/account/login/")


def test_signals_of_the_thread_are_exported(browser, rise):
    answer = browser.get(reverse("signal_export", args=[rise.pk, "csv"]))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "farrington_flexible" in lines
    assert str(date(2026, 3, 9)) in lines
    assert AuditEntry.objects.filter(act="thread.exported", target_id=str(rise.pk)).exists()
