"""The inbox: what is shown to whom in which order, and what is decided upon many at once."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.actions import triage
from tocsin.node.surveillance.models import KnownCause, Signal, Thread, Verdict

INBOX = "/signals/"


def names(answer) -> list[str]:
    """Disease of each row, in the order of the page."""
    return re.findall(r'data-open href="[^"]*">([^<]*)</a>', answer.text)


def title(answer) -> str:
    return re.search(r"<h1>(.*?)</h1>", answer.text, re.S)[1].strip()


def box(thread: Thread) -> str:
    return f"{thread.pk}:{thread.version}"


@pytest.fixture
def browser(amina, signed_in):
    return signed_in(amina)


def test_the_gravest_and_most_exceptional_come_first(browser, thread):
    thread("influenza", gravity=1, priority=3.0)
    thread("plague", kinds=["rule"], observed=1.0, threshold=1.0, priority=132.0)
    thread("cholera", priority=28.0)
    answer = browser.get(INBOX)
    assert names(answer) == ["Plague", "Cholera", "Influenza"]
    assert title(answer) == "3 threads this week, none below the line"


def test_the_budget_is_a_line_and_what_is_below_opens_by_its_address(browser, amina, thread):
    amina.budget = 2
    amina.save()
    made = [thread(priority=30.0 - n) for n in range(5)]
    folded = browser.get(INBOX)
    assert title(folded) == "2 threads this week, 3 below the line"
    assert [str(one.pk) in folded.text for one in made] == [True, True, False, False, False]
    opened = browser.get(INBOX, {"below": "1"}).text
    assert all(str(one.pk) in opened for one in made)
    line = opened.index('class="line-row"')
    assert opened.index(str(made[1].pk)) < line < opened.index(str(made[2].pk))


def test_the_budget_is_changed_by_a_form_and_audited(browser, amina):
    assert browser.post(reverse("set_budget"), {"budget": "7"}, follow=True).status_code == 200
    amina.refresh_from_db()
    assert amina.budget == 7
    assert AuditEntry.objects.filter(act="person.account_changed", by=amina).exists()
    browser.post(reverse("set_budget"), {"budget": "0"})
    amina.refresh_from_db()
    assert amina.budget == 7


def test_what_somebody_has_in_hand_stays_above_the_line(browser, amina, thread):
    amina.budget = 1
    amina.save()
    thread("cholera", priority=30.0)
    thread("measles", priority=1.0, status="under_verification", version=1)
    assert names(browser.get(INBOX)) == ["Cholera", "Measles"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "open"}, ["Cholera", "Measles"]),
        ({"status": "watched"}, ["Influenza"]),
        ({"status": "closed"}, ["Plague"]),
        ({"status": "all", "sort": "disease"}, ["Cholera", "Influenza", "Measles", "Plague"]),
        ({"status": "all", "sort": "-observed"}, ["Measles", "Plague", "Cholera", "Influenza"]),
        ({"q": "холера"}, ["Cholera"]),
        ({"q": "霍乱"}, ["Cholera"]),
        ({"q": "chol"}, ["Cholera"]),
        ({"disease": "корь"}, ["Measles"]),
        ({"place": "XX-2"}, ["Measles"]),
        ({"place": "第2州"}, ["Measles"]),
        ({"place": "Район 21"}, ["Measles"]),
        ({"kind": "laboratory"}, ["Measles"]),
        ({"status": "all", "gravity": "4"}, ["Plague"]),
        ({"who": "me"}, ["Measles"]),
        ({"who": "nobody"}, ["Cholera"]),
        ({"q": "%"}, ["Cholera", "Measles"]),
        ({"status": "no such", "gravity": "x", "page": "x", "sort": "password"}, ["Cholera", "Measles"]),
    ],
)
def test_filters_and_order_stand_in_the_address(browser, amina, thread, asked, found):
    thread("cholera", priority=30.0, observed=15.0)
    thread("measles", "XX-21", priority=20.0, observed=90.0, kinds=["laboratory", "model"], assignee=amina)
    thread("influenza", priority=10.0, observed=11.0, status="watch")
    thread("plague", priority=99.0, observed=18.0, status="discarded")
    assert names(browser.get(INBOX, asked)) == found


def test_a_row_says_in_which_places_it_was_seen(browser, thread):
    thread(places_by_kind={"region": 1, "district": 3})
    assert "3 districts and 1 region" in browser.get(INBOX).text


def test_rows_do_not_cost_queries(browser, amina, thread):
    amina.budget = 1
    amina.save()

    def queries(**asked: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(INBOX, asked)
        return len(captured)

    for _ in range(3):
        thread(places_by_kind={"district": 2})
    few = [queries(), queries(status="all"), queries(sort="place"), queries(below="1")]
    for _ in range(27):
        thread(places_by_kind={"district": 2})
    assert [queries(), queries(status="all"), queries(sort="place"), queries(below="1")] == few
    assert max(few) <= 22


def test_names_are_text(browser, thread, diseases):
    diseases["cholera"].name_en = "<script>alert(1)</script>"
    diseases["cholera"].save()
    answer = browser.get(INBOX) if thread() else None
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_who_may_see_it(people, signed_in, thread):
    thread()
    for role, somebody in people.items():
        may = somebody.may(Ability.READ_SURVEILLANCE) or somebody.may(Ability.REPORT_SIGNAL)
        answer = signed_in(somebody).get(INBOX)
        assert answer.status_code == (200 if may else 403), role
        if may:
            assert ("Cholera" in names(answer)) == somebody.may(Ability.READ_SURVEILLANCE), role


def test_strangers_sign_in(client, db):
    for address in (INBOX, "/signals/export.csv"):
        assert client.get(address).headers["Location"].startswith("/account/login/")


def test_reporters_see_what_became_of_their_own_organisations_reports(person, signed_in, thread, state):
    from tocsin.node.alliance.models import Organisation

    clinic = Organisation.objects.create(state=state, kind="hospital", name_en="Clinic")
    mine, other = thread("measles", status="verified"), thread("cholera")
    Signal.objects.filter(thread=mine).update(organisation=clinic, kind="clinician")
    answer = signed_in(person("clinician", organisation=clinic)).get(INBOX, {"status": "all"})
    assert names(answer) == ["Measles"]
    assert title(answer) == "1 report of your organisation"
    assert 'type="checkbox"' not in answer.text
    assert str(other.pk) not in answer.text


def test_many_are_discarded_at_once_with_a_reason(browser, amina, thread):
    threads = [thread(), thread("measles")]
    asked = browser.post(reverse("decide_many"), {"act": "discard", "thread": [box(t) for t in threads]})
    assert asked.status_code == 200
    assert "Discard 2 threads as no risk" in asked.text
    given = {"act": "discard", "confirmed": "1", "thread": [box(t) for t in threads], "reason": "chance", "text": "few"}
    saved = browser.post(reverse("decide_many"), given, follow=True)
    assert "2 threads are discarded" in saved.text
    assert 'data-draft-saved="bulk-discard"' in saved.text
    assert set(Thread.objects.values_list("status", flat=True)) == {"discarded"}
    assert list(Verdict.objects.values_list("by", "reason", "text").distinct()) == [(amina.pk, "chance", "few")]


def test_a_known_cause_leaves_the_baseline(browser, thread):
    given = {"act": "discard", "confirmed": "1", "thread": box(thread()), "reason": "known_cause"}
    refused = browser.post(reverse("decide_many"), given)
    assert refused.status_code == 422
    assert "Say what the cause is." in refused.text
    periods = {"what": "mass gathering", "first_period": "2026-03-02", "last_period": "2026-03-15"}
    assert browser.post(reverse("decide_many"), given | periods).status_code == 302
    cause = KnownCause.objects.get()
    assert (cause.what, str(cause.first_period), str(cause.last_period)) == (
        "mass gathering",
        "2026-03-02",
        "2026-03-15",
    )


def test_many_are_watched_assigned_and_verified(browser, amina, person, thread):
    other, one = person("duty_officer", name="Bek"), thread()
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    for act, given in (
        ("watch", {"until": day}),
        ("assign", {"assignee": str(other.pk)}),
        ("verify", {"text": "call"}),
    ):
        one.refresh_from_db()
        answer = browser.post(reverse("decide_many"), {"act": act, "confirmed": "1", "thread": box(one), **given})
        assert answer.status_code == 302, act
    one.refresh_from_db()
    assert (one.status, one.assignee, one.version) == ("under_verification", other, 3)
    past = {"act": "watch", "confirmed": "1", "thread": box(one), "until": "2020-01-01", "text": "kept"}
    refused = browser.post(reverse("decide_many"), past)
    assert refused.status_code == 422
    assert "kept" in refused.text


def test_a_verdict_of_somebody_else_is_shown_and_the_others_are_not_lost(browser, person, thread):
    bek = person("epidemiologist", name="Bek")
    mine, taken = thread(), thread("measles")
    boxes = [box(mine), box(taken)]
    triage.watch([taken], until=timezone.localdate(), text="wait for the laboratory", by=bek, versions={taken.pk: 0})
    given = {"act": "discard", "confirmed": "1", "thread": boxes, "reason": "chance", "text": "my words"}
    answer = browser.post(reverse("decide_many"), given)
    assert answer.status_code == 409
    assert "Bek put this thread on watch" in answer.text
    assert "wait for the laboratory" in answer.text
    assert "my words" in answer.text
    assert "1 thread is discarded" in answer.text
    mine.refresh_from_db(), taken.refresh_from_db()
    assert (mine.status, taken.status) == ("discarded", "watch")
    again = browser.post(reverse("decide_many"), given | {"thread": f"{taken.pk}:1"})
    taken.refresh_from_db()
    assert again.status_code == 302
    assert taken.status == "discarded"


def test_a_status_that_does_not_allow_the_act_is_told(browser, thread):
    closed = thread(status="refuted")
    given = {"act": "verify", "confirmed": "1", "thread": box(closed)}
    answer = browser.post(reverse("decide_many"), given)
    assert answer.status_code == 409
    assert "refuted" in answer.text


def test_nonsense_changes_nothing(browser, thread):
    one = thread()
    for given in ({}, {"act": "discard"}, {"act": "drop", "thread": box(one)}, {"act": "verify", "thread": "x:y"}):
        assert (
            browser.post(reverse("decide_many"), given | {"back": "https://elsewhere.example/"}).headers["Location"]
            == INBOX
        )
    one.refresh_from_db()
    assert one.version == 0


def test_who_may_decide(people, signed_in, thread):
    one = thread()
    for role, somebody in people.items():
        may = somebody.may(Ability.TRIAGE)
        for name, given in (("decide_many", {"act": "verify", "thread": box(one)}), ("set_budget", {"budget": "5"})):
            status = signed_in(somebody).post(reverse(name), given).status_code
            assert (status != 403) == may, (role, name)


def test_the_inbox_is_exported_as_filtered(browser, amina, thread, people, signed_in):
    thread("cholera", observed=14.0)
    thread("measles")
    answer = browser.get(reverse("signals_export", args=["csv"]), {"disease": "chol"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Cholera" in lines
    assert "Measles" not in lines
    assert AuditEntry.objects.get(act="signals.exported").details["filters"] == {"disease": ["chol"]}
    assert browser.get(reverse("signals_export", args=["exe"])).status_code == 400
    for role, somebody in people.items():
        allowed = signed_in(somebody).get(reverse("signals_export", args=["xlsx"])).status_code == 200
        assert allowed == somebody.may(Ability.EXPORT), role
