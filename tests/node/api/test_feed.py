"""Every signal is pulled once, in whatever order transactions end."""

import threading
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.node.surveillance.screened import MONDAY, WEEKS, ending, given, screened, usual

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.surveillance.actions import reporting
from tocsin.node.surveillance.actions import screening as screenings
from tocsin.node.surveillance.api import feed
from tocsin.node.surveillance.models import Screening, Signal, Thread

LONGEST = 60  # seconds that only a broken run waits


def reported(by, place, text="Seen", **fields):
    return reporting.report(
        kind="clinician", disease=None, place=place, day=timezone.localdate(), text=text, by=by, **fields
    )


def pulled(api, after=None, limit=500):
    """Keys of all signals after a cursor, page by page, and the last cursor."""
    found = []
    for _ in range(100):
        answer = api.get("signals", limit=limit, **({"after": after} if after else {})).json()
        found += [one["id"] for one in answer["items"]]
        after = answer["next"]
        if not answer["more"]:
            return found, after
    raise AssertionError("there is no end to it")


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
def test_all_are_pulled_once_and_in_order_page_by_page(api, amina, source, diseases, places, limit):
    first = reported(amina, places["XX-11"])
    series = {("dengue", place, ""): ending(usual(10), 60) for place in ("XX-11", "XX-12", "XX-21")}
    given(source, series)
    screened(source)
    last = reported(amina, places["XX-11"])
    found, after = pulled(api, limit=limit)
    assert len(found) == len(set(found)) == Signal.objects.count() > 3
    assert (found[0], found[-1]) == (str(first.pk), str(last.pk))
    assert pulled(api, after) == ([], after)
    later = reported(amina, places["XX-12"])
    assert pulled(api, after)[0] == [str(later.pk)]


def test_a_screening_that_ends_after_a_report_is_not_skipped(api, amina, source, diseases, places, monkeypatch):
    """Its signals were written, hidden, before the report was: their keys are the smaller ones."""
    given(source, {("dengue", "XX-11", ""): ending(usual(10), 60)})
    cursors = []

    def meanwhile(*args):
        monkeypatch.setattr(screenings, "publish", publish)
        assert Signal.objects.filter(screening__status=Screening.Status.RUNNING).exists()
        reported(amina, places["XX-21"])
        cursors.append(pulled(api))
        return publish(*args)

    publish = screenings.publish
    monkeypatch.setattr(screenings, "publish", meanwhile)
    screened(source)
    ((before, after),) = cursors
    found = Signal.objects.filter(kind="model")
    assert len(before) == 1
    assert max(str(one.pk) for one in found) < before[0]
    assert pulled(api, after)[0] == [str(one.pk) for one in found]
    assert pulled(api)[0] == pulled(api, limit=1)[0] == [*before, *(str(one.pk) for one in found)]


def test_a_failed_screening_publishes_nothing(api, source, diseases, monkeypatch):
    given(source, {("dengue", "XX-11", ""): ending(usual(10), 60)})
    monkeypatch.setattr(screenings, "publish", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        screened(source)
    assert pulled(api)[0] == []


def test_every_signal_that_people_see_is_in_the_feed(api, amina, source, diseases, places):
    """Whoever adds another way for signals to come into being must put it among feed.PUBLISHED_BY."""
    reported(amina, places["XX-11"])
    given(source, {("dengue", "XX-11", ""): ending(usual(10), 60), ("plague", "XX-12", ""): ending(np.zeros(WEEKS), 1)})
    screened(source)
    assert set(pulled(api)[0]) == {str(one.pk) for one in Signal.objects.visible_to(amina)}
    assert {one.kind for one in Signal.objects.all()} == {"clinician", "model", "rule"}


def test_an_organisation_pulls_what_it_told_itself(caller, lab, amina, places, service, source, diseases):
    other = type(service).objects.create(state=service.state, kind="laboratory", name_en="Other")
    lab.organisation = other
    lab.save()
    given(source, {("dengue", "XX-11", ""): ending(usual(10), 60)})
    screened(source)
    reported(amina, places["XX-11"])
    told = {"kind": "laboratory", "place": "XX-11", "day": str(timezone.localdate()), "text": "Culture"}
    made = caller(lab).post("signals", told)
    assert made.status_code == 201
    assert pulled(caller(lab))[0] == [made.json()["id"]]


def test_a_pull_costs_the_same_whatever_there_is(api, amina, places, source, diseases):
    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert api.get("signals", limit=500).status_code == 200
        return len(counted)

    reported(amina, places["XX-11"])
    given(source, {("dengue", "XX-11", ""): ending(usual(10), 60)})
    screened(source)
    queries()  # the first call with a token keeps when it was used
    few = queries()
    for _ in range(10):
        reported(amina, places["XX-12"])
    assert queries() == few


def hidden_signal(place):
    thread = Thread.objects.create(place=place, first_period=MONDAY, last_period=MONDAY)
    return Signal(kind="media", thread=thread, place=place, period=MONDAY, text="slow", found_at=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("not connection.features.has_select_for_update", reason="SQLite has one writer at a time")
def test_transactions_that_end_in_the_other_order_are_pulled_in_the_order_of_their_ends(api, amina, places):
    """The slow one makes its signal first and commits last; a cursor of keys would have passed it by."""
    written, pulled_once = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                signal = hidden_signal(places["XX-11"])
                signal.save()
                written.set()
                assert pulled_once.wait(LONGEST)
                audit.record("signal.reported", signal, by=None)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(LONGEST)
    quick = reported(amina, places["XX-21"])
    first, after = pulled(api)
    pulled_once.set()
    thread.join(LONGEST)
    late = Signal.objects.get(text="slow")
    assert first == [str(quick.pk)]
    assert late.pk < quick.pk
    assert pulled(api, after)[0] == [str(late.pk)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("not connection.features.has_select_for_update", reason="SQLite has one writer at a time")
def test_no_record_is_seen_before_one_with_a_smaller_number(amina, places):
    """Who has its number waits for nobody, and who waits for a number has none: the chain's lock holds until commit."""
    numbered, go, second = threading.Event(), threading.Event(), []

    def first():
        try:
            with transaction.atomic():
                audit.record("signal.reported", places["XX-11"], by=amina)
                numbered.set()
                assert go.wait(LONGEST)
        finally:
            connection.close()

    def other():
        try:
            with transaction.atomic():
                second.append(audit.record("signal.reported", places["XX-12"], by=amina).number)
        finally:
            connection.close()

    one, two = threading.Thread(target=first), threading.Thread(target=other)
    one.start()
    assert numbered.wait(LONGEST)
    two.start()
    two.join(0.5)
    assert two.is_alive()
    assert not AuditEntry.objects.filter(act__in=feed.PUBLISHED_BY).exists()
    go.set()
    one.join(LONGEST)
    two.join(LONGEST)
    assert second == [AuditEntry.objects.order_by("number").last().number]


def test_a_cursor_stays_where_nothing_is_new(api, amina, places):
    reported(amina, places["XX-11"])
    after = pulled(api)[1]
    assert api.get("signals", after=after).json()["next"] == after


def test_a_report_through_the_api_is_that_of_the_page(api, amina, diseases, places):
    told = {"kind": "clinician", "place": "XX-11", "disease": "plague", "day": str(timezone.localdate())}
    made = api.post("signals", {**told, "text": "<i>=SUM(A1)\u202e", "cases": 2, "deaths": 1}).json()
    signal = Signal.objects.get()
    assert (made["id"], signal.text, signal.by, signal.cases) == (str(signal.pk), "<i>=SUM(A1)\u202e", amina, 2)
    assert api.get(f"signals/{signal.pk}").json() == made
    assert made["period"] == str(timezone.localdate() - timedelta(days=timezone.localdate().weekday()))
    refused = api.post("signals", {**told, "text": "x", "cases": 1, "deaths": 2})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "refused")
