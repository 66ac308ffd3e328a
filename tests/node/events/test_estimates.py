"""What is estimated of an event: asked for by whatever changes its line list, once, and shown to who reads events."""

import json
from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.node.asking import questions
from tests.node.events.line_list.given import ago, taken
from tests.node.events.outbreak import DAYS, outbreak
from tests.node.events.scenes import an_event

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.estimates.building.intervals import serial_intervals
from tocsin.node.events.actions import cases as acts
from tocsin.node.events.actions import estimating
from tocsin.node.events.actions.facts import change_identity
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.line_list.given import LEAST_CASES, counts_given, listed, persons_given
from tocsin.node.events.models import Event, EventCase, EventEstimate
from tocsin.node.events.tasks import sweep

HEAD = ("ID", "Classification", "Onset", "Reported", "Outcome", "Date of outcome", "Age")


def waiting() -> list[str]:
    queued = DBTaskResult.objects.filter(task_path__endswith="events.tasks.estimate_event", status="READY")
    return [row.args_kwargs["args"][0] for row in queued]


@pytest.fixture
def measles(diseases, places, amina):
    return an_event(diseases["measles"], places["XX-11"], amina)


@pytest.fixture
def estimated(measles):
    truth = outbreak(measles)
    assert estimating.run(measles.pk)
    return EventEstimate.objects.get(), truth


def test_whatever_changes_the_list_asks_once(event, amina):
    taken(event, amina, HEAD, ("K-1", "confirmed", ago(10), ago(8), "ill", "", "35"))
    assert waiting() == [str(event.pk)]
    case = acts.add_case(event, values={"onset": ago(3)}, by=amina)
    acts.discard_case(case, version=1, by=amina)
    assert waiting() == [str(event.pk)]


def test_a_task_that_may_have_begun_is_not_relied_on(event, amina):
    acts.add_case(event, values={"onset": ago(3)}, by=amina)
    DBTaskResult.objects.update(run_after=timezone.now() + timedelta(seconds=1))
    acts.add_case(event, values={"onset": ago(2)}, by=amina)
    assert waiting() == [str(event.pk)] * 2


def test_another_disease_asks_again_where_there_is_a_list(event, measles, diseases, amina):
    named = {"disease": diseases["measles"], "hazard": "unknown", "name": "", "by": amina}
    change_identity(event, **named, version=Event.objects.get(pk=event.pk).version)
    assert waiting() == []
    acts.add_case(measles, values={"onset": ago(3)}, by=amina)
    DBTaskResult.objects.all().delete()
    named["disease"] = diseases["cholera"]
    change_identity(measles, **named, version=Event.objects.get(pk=measles.pk).version)
    assert waiting() == [str(measles.pk)]


def test_two_that_become_one_are_counted_and_estimated_as_one(event, measles, amina):
    listed_ = outbreak(measles, days=12)["listed"]
    acts.add_case(event, values={"onset": ago(3)}, by=amina)
    DBTaskResult.objects.all().delete()
    merge(measles, event, text="One", by=amina, version=Event.objects.get(pk=measles.pk).version)
    assert set(waiting()) == {str(event.pk), str(measles.pk)}
    event.refresh_from_db()
    assert sum(event.curve["classes"]) == listed_ + 1
    assert Event.objects.get(pk=measles.pk).curve == {}
    assert estimating.run(measles.pk)
    assert EventEstimate.objects.get(event=measles).payload is None


def test_what_is_still_to_be_reported_is_estimated(estimated):
    one, truth = estimated
    lately = one.payload["lately"]
    assert lately["periods"] == 7
    assert lately["reported"] < 0.8 * truth["week"]
    assert lately["quantiles"][0] <= truth["week"] <= lately["quantiles"][4]
    assert one.payload["nowcast"]["first"] >= 0
    assert one.as_of == timezone.localdate()


def test_the_growth_is_found_and_what_comes_is_foretold(estimated):
    one, _truth = estimated
    assert one.payload["reproduction"]["serial_interval"]["name"] == "measles"
    assert one.payload["reproduction"]["quantiles"][-1][0] > 1
    assert one.payload["growth"]["quantiles"][0] > 1
    weeks = one.payload["ahead"]["sums"]
    assert len(weeks) == 4
    assert weeks[0]["first"] == str(one.as_of + timedelta(days=1))
    assert weeks[0]["quantiles"][4] > one.payload["lately"]["quantiles"][2]


def test_days_before_the_first_case_count_and_are_not_shown(estimated):
    one, _truth = estimated
    first = EventCase.objects.order_by("onset").first().onset
    assert one.payload["dates"][0] == str(first)
    assert len(one.payload["dates"]) <= DAYS


def test_whom_it_kills_is_told_by_age(estimated):
    ages = {row["age"]: row for row in estimated[0].severity["ages"]}
    assert ages["65+"]["low"] <= 0.4 <= ages["65+"]["high"]
    assert ages["65+"]["low"] > ages["1-4"]["estimate"]
    assert estimated[0].severity["method"] == "competing_risks"


def test_it_is_the_same_when_computed_again(estimated):
    one, _truth = estimated
    before = json.dumps([one.payload, one.severity])
    EventEstimate.objects.all().delete()
    assert estimating.run(one.event_id)
    again = EventEstimate.objects.get()
    assert json.dumps([again.payload, again.severity]) == before


def test_of_the_same_list_it_is_computed_once(estimated):
    one, _truth = estimated
    assert not estimating.run(one.event_id)
    assert EventEstimate.objects.get().computed_at == one.computed_at


def test_what_changed_meanwhile_is_not_published(measles, amina, monkeypatch):
    outbreak(measles, days=20)
    compute = estimating.estimated

    def slowly(given, rng):
        acts.add_case(Event.objects.get(pk=measles.pk), values={"onset": ago(1)}, by=amina)
        return compute(given, rng=rng)

    monkeypatch.setattr(estimating, "estimated", slowly)
    assert not estimating.run(measles.pk)
    assert not EventEstimate.objects.exists()
    assert waiting() == [str(measles.pk)]


def test_an_event_that_is_gone_or_has_no_list_is_passed_over(event):
    assert not estimating.run(event.pk)
    assert not estimating.run("00000000-0000-0000-0000-000000000000")


def test_after_a_kill_the_start_asks_again(measles, event):
    outbreak(measles, days=12)
    sweep()
    assert waiting() == [str(measles.pk)]
    sweep()
    assert waiting() == [str(measles.pk)]
    DBTaskResult.objects.all().delete()
    assert estimating.run(measles.pk)
    sweep()
    assert waiting() == []


def given_of(event, **changes):
    EventCase.objects.filter(event=event).update(**changes)
    of = listed(EventCase.objects.filter(event=event))
    return of, counts_given(of, serial_intervals()["measles"])


def test_too_few_cases_are_not_estimated(measles):
    outbreak(measles, days=12)
    keys = list(EventCase.objects.values_list("pk", flat=True)[: LEAST_CASES - 1])
    EventCase.objects.exclude(pk__in=keys).delete()
    assert given_of(measles)[1] is None
    assert estimating.run(measles.pk)
    one = EventEstimate.objects.get()
    assert one.payload is None
    assert one.as_of is None


def test_without_days_of_report_two_weeks_are_left_out(measles):
    outbreak(measles)
    _of, given = given_of(measles, reported=None)
    assert given.triangle is None
    assert given.no_delays == "no_report_dates"
    assert len(given.dates) - given.complete == 14


def test_without_onsets_cases_are_counted_by_report(measles):
    truth = outbreak(measles)
    of, given = given_of(measles, onset=None)
    assert not of.by_onset
    assert given.triangle is None
    assert given.complete == len(given.dates)
    assert given.counts.sum() == truth["listed"]


def test_cases_without_onset_are_shared_out_and_those_without_report_are_kept(measles):
    truth = outbreak(measles)
    keys = list(EventCase.objects.order_by("local_id").values_list("pk", flat=True))
    EventCase.objects.filter(pk__in=keys[::10]).update(onset=None)
    EventCase.objects.filter(pk__in=keys[1::10]).update(reported=None)
    _of, given = given_of(measles)
    missing, unreported = len(keys[::10]), len(keys[1::10])
    assert given.counts.sum() == truth["listed"] - missing
    assert given.outside.sum() == unreported
    assert given.triangle.reported.sum() + given.triangle.late.sum() == pytest.approx(truth["listed"] - unreported)
    assert estimating.run(measles.pk)
    lately = EventEstimate.objects.get().payload["lately"]
    assert lately["quantiles"][0] <= truth["week"] <= lately["quantiles"][4]


def test_a_report_before_its_onset_says_nothing_of_delays(measles):
    outbreak(measles)
    one = EventCase.objects.order_by("-onset").first()
    EventCase.objects.filter(pk=one.pk).update(reported=one.onset - timedelta(days=3))
    _of, given = given_of(measles)
    assert given.triangle.undated.sum() == 1


def test_discarded_cases_are_in_nothing(measles):
    truth = outbreak(measles)
    before = given_of(measles)[1].counts.sum()
    keys = list(EventCase.objects.values_list("pk", flat=True)[:30])
    EventCase.objects.filter(pk__in=keys).update(classification="discarded")
    of, given = given_of(measles)
    assert len(of.outcome) == truth["listed"] - 30
    assert given.counts.sum() == before - 30


def test_who_is_ill_is_seen_until_the_last_day_that_the_list_knows_of(measles):
    outbreak(measles)
    of = listed(EventCase.objects.filter(event=measles))
    persons = persons_given(of)
    ill = of.outcome == 0
    assert persons.as_of == of.last_day
    np.testing.assert_array_equal(persons.days[ill], (np.datetime64(of.last_day) - of.onset[ill]).astype(float))


def test_an_outcome_before_the_onset_is_no_length(measles):
    outbreak(measles)
    one = EventCase.objects.filter(outcome="recovered").first()
    EventCase.objects.filter(pk=one.pk).update(outcome_on=one.onset - timedelta(days=2))
    of = listed(EventCase.objects.filter(event=measles))
    assert np.isnan(persons_given(of).days).sum() == 1


def page(browser, event) -> str:
    answer = browser.get(reverse("event", args=[event.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


LANGUAGES = {
    "en": ("What is really happening", "Whom it kills", "days until"),
    "ru": ("Что происходит на самом деле", "Риск смерти", "дней по"),
    "zh-hans": ("实际情况", "死亡风险", "天"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_the_event_shows_it_in_each_language(estimated, signed_in, amina, language):
    amina.language = language
    amina.save()
    told = page(signed_in(amina), estimated[0].event)
    for words in LANGUAGES[language]:
        assert words in told
    assert told.count('class="estimate-picture') == 2 * 2
    assert 'class="severity"' in told


def test_a_list_that_has_just_come_says_that_it_is_being_estimated(measles, signed_in, amina):
    browser = signed_in(amina)
    assert "What is really happening" not in page(browser, measles)
    outbreak(measles, days=12)
    assert "In less than a minute" in page(browser, measles)


def test_a_list_that_has_changed_since_says_so(estimated, signed_in, amina):
    event = estimated[0].event
    browser = signed_in(amina)
    assert "has changed since" not in page(browser, event)
    acts.add_case(event, values={"onset": ago(1)}, by=amina)
    assert "has changed since" in page(browser, event)


def test_few_cases_are_told_to_be_few(measles, signed_in, amina):
    outbreak(measles, days=3)
    estimating.run(measles.pk)
    assert "from ten cases on" in page(signed_in(amina), measles)


def test_a_young_outbreak_is_told_to_be_young(measles, signed_in, amina):
    outbreak(measles, days=25)
    estimating.run(measles.pk)
    assert "The outbreak is young" in page(signed_in(amina), measles)


def test_an_old_one_is_not(estimated, signed_in, amina):
    assert "The outbreak is young" not in page(signed_in(amina), estimated[0].event)


def test_the_page_asks_as_much_of_a_long_list_as_of_a_short_one(estimated, signed_in, amina):
    event = estimated[0].event
    browser, address = signed_in(amina), reverse("event", args=[event.pk])
    asked = questions(browser, address)
    EventCase.objects.filter(event=event).delete()
    assert questions(browser, address) == asked


def test_nobody_but_readers_of_events_sees_an_estimate(estimated, person):
    assert EventEstimate.objects.visible_to(person("council_delegate")).exists()
    assert not EventEstimate.objects.visible_to(person("laboratory")).exists()


def test_the_file_has_every_quantile_of_every_day_and_is_audited(estimated, signed_in, amina):
    one, _truth = estimated
    answer = signed_in(amina).get(reverse("event_estimate_export", args=[one.event_id, "csv"]))
    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    assert "0.975" in text.splitlines()[0]
    assert len(text.strip().splitlines()) == 1 + len(one.payload["dates"]) + 28
    assert AuditEntry.objects.filter(act="event.estimates_exported").exists()


def test_of_too_few_cases_there_is_no_file(measles, signed_in, amina):
    outbreak(measles, days=3)
    estimating.run(measles.pk)
    browser = signed_in(amina)
    assert "export.csv" not in page(browser, measles)
    assert browser.get(reverse("event_estimate_export", args=[measles.pk, "csv"])).status_code == 404
