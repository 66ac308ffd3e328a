"""What is estimated of an event: asked for by whatever changes its line list, once, and shown to who reads events."""

import json
import re
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
from tocsin.node.estimates.building.estimating import HISTORY
from tocsin.node.estimates.building.estimating import estimated as payloads
from tocsin.node.estimates.building.intervals import serial_intervals
from tocsin.node.estimates.pages.figures_part import figures_part
from tocsin.node.events.actions import cases as acts
from tocsin.node.events.actions import estimating
from tocsin.node.events.actions.facts import change_identity
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.line_list import figures
from tocsin.node.events.line_list.given import LEAST_CASES, Listed, counts_given, listed, persons_given
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


def a_list(event, rows) -> dict | None:
    """The payload of a list of (onset, reported) days."""
    EventCase.objects.bulk_create(
        [EventCase(event=event, local_id=f"K-{n}", onset=onset, reported=day) for n, (onset, day) in enumerate(rows)]
    )
    figures.keep(event)
    assert estimating.run(event.pk)
    return EventEstimate.objects.get(event=event).payload


def test_a_list_of_more_days_than_are_looked_at_is_estimated(measles):
    days = range(0, HISTORY["day"] + 100, 5)
    payload = a_list(measles, [(ago(day), ago(max(0, day - 3))) for day in days])
    assert payload["nowcast"] is not None
    assert payload["dates"][-1] == str(ago(0))


def test_of_days_long_before_the_last_report_nothing_is_said(measles):
    assert a_list(measles, [(ago(10_000 + day), ago(3)) for day in range(30)]) is None


def test_reports_later_than_the_longest_delay_are_counted_all_the_same(measles):
    late = [(ago(6), ago(6 - n % 7)) for n in range(70)]
    payload = a_list(measles, late)
    assert payload["nowcast"] is not None
    assert payload["lately"]["reported"] == 70
    assert payload["lately"]["quantiles"][0] >= 70


def test_no_estimate_is_below_what_is_reported_for_slips_are_not_counted_at_their_onset(measles):
    right = [(ago(day % 60), ago(max(0, day % 60 - 3))) for day in range(180)]
    payload = a_list(measles, [*right, *((ago(day), ago(day + 5)) for day in range(20))])
    assert sum(payload["reported"]) == 180
    first = payload["nowcast"]["first"]
    for reported, quantiles in zip(payload["reported"][first:], payload["nowcast"]["quantiles"], strict=True):
        assert quantiles[0] >= reported
    assert payload["lately"]["quantiles"][0] >= payload["lately"]["reported"]


def test_where_most_were_reported_before_their_onset_no_delays_are_learned(measles):
    payload = a_list(measles, [(ago(day), ago(day + 5)) for day in range(60)])
    assert payload["why"]["nowcast"] == "no_report_dates"
    assert (payload["dates"][-1], payload["unused"]) == (str(ago(0)), 14)
    assert sum(payload["reported"]) == 60


def test_a_single_day_of_report_does_not_end_a_list_without(measles):
    payload = a_list(measles, [*((ago(day), None) for day in range(60)), (ago(90), ago(88))])
    assert payload["dates"][-1] == str(ago(0))
    assert sum(payload["reported"]) == 61


def test_cases_after_reports_ceased_to_be_written_down_are_counted(measles):
    reported = [(ago(100 + day % 50), ago(98 + day % 50)) for day in range(300)]
    payload = a_list(measles, [*reported, *((ago(day % 90), None) for day in range(250))])
    assert payload["dates"][-1] == str(ago(0))
    assert payload["why"]["nowcast"] == "no_report_dates"


def test_a_list_that_was_written_down_at_once_teaches_no_delays(measles, signed_in, amina):
    payload = a_list(measles, [(ago(day % 60), ago(0)) for day in range(120)])
    assert payload["why"]["nowcast"] == "few_report_days"
    assert payload["unused"] == 14
    assert "on too few different days" in page(signed_in(amina), measles)


def test_of_an_outbreak_that_lies_in_the_days_left_out_nothing_is_foretold(measles, signed_in, amina):
    payload = a_list(measles, [(ago(day % 5), None) for day in range(100)])
    assert payload["ahead"] is None
    assert payload["growth"] is None
    told = page(signed_in(amina), measles)
    assert "to be expected" not in told
    assert "What is to come is not estimated" in told


def test_of_the_first_days_neither_growth_nor_future_is_told(measles):
    payload = a_list(measles, [(None, ago(day % 3)) for day in range(500)])
    assert payload["why"]["nowcast"] == "no_onsets"
    assert payload["growth"] is None
    assert payload["why"]["ahead"] == "short_history"


def test_a_growth_is_measured_since_the_first_case(measles):
    payload = a_list(measles, [(ago(day), ago(day)) for day in range(10) for _ in range(20)])
    assert payload["growth"]["periods"] == 10
    low, _, _, _, high = payload["growth"]["quantiles"]
    assert low < 1 < high


def test_a_growth_that_may_be_any_is_not_told(measles):
    payload = a_list(measles, [(None, ago(7))] * 33 + [(None, ago(0))] * 967)
    assert payload["growth"] is None
    assert payload["why"]["growth"] == "few_cases"


def test_a_list_that_begins_in_the_midst_of_an_outbreak_has_no_reproduction_number(measles, signed_in, amina):
    payload = a_list(measles, [(ago(day), ago(day)) for day in range(40) for _ in range(200)])
    assert payload["reproduction"] is None
    assert payload["why"]["reproduction"] == "too_sudden"
    assert payload["growth"] is not None
    assert "cases came so suddenly" in page(signed_in(amina), measles)


def test_where_nobody_is_left_to_infect_no_reproduction_number_is_told(measles):
    payload = a_list(measles, [*((ago(200 + day % 60), ago(198 + day % 60)) for day in range(300)), (ago(205), ago(0))])
    assert payload["why"]["reproduction"] == "no_cases"


def test_two_that_compute_the_same_list_leave_one_estimate(measles, monkeypatch):
    outbreak(measles, days=12)
    compute = estimating.estimated

    def beside_another(given, rng):
        monkeypatch.setattr(estimating, "estimated", compute)
        assert estimating.run(measles.pk)
        return compute(given, rng=rng)

    monkeypatch.setattr(estimating, "estimated", beside_another)
    assert estimating.run(measles.pk)
    assert EventEstimate.objects.count() == 1


def test_an_event_that_goes_while_it_is_computed_is_passed_over(measles, monkeypatch):
    outbreak(measles, days=12)
    compute = estimating.estimated

    def slowly(given, rng):
        EventCase.objects.all().delete()
        Event.objects.filter(pk=measles.pk).delete()
        return compute(given, rng=rng)

    monkeypatch.setattr(estimating, "estimated", slowly)
    assert not estimating.run(measles.pk)
    assert not EventEstimate.objects.exists()


def any_list(seed: int) -> Listed:
    """Of any length, with any delays, with any days missing."""
    rng = np.random.default_rng(seed)
    cases, span = int(rng.choice([10, 60, 900])), int(rng.choice([1, 4, 9, 20, 45, 200, 400, 401, 3000]))
    before = rng.choice(rng.integers(0, span, int(rng.choice([1, 3, 900]))), cases)
    onset = np.datetime64("2024-02-29") - before.astype("timedelta64[D]")
    late = [rng.integers(0, 2, cases), rng.geometric(0.2, cases), before, rng.integers(-8, 60, cases)][seed % 4]

    def known(days):
        return np.where(rng.random(cases) < rng.choice([0, 0.1, 0.45, 0.9]), np.datetime64("NaT"), days)

    nothing, nobody = np.full(cases, np.datetime64("NaT", "D")), np.full(cases, -1)
    return Listed(
        onset=known(onset), reported=known(onset + late.astype("timedelta64[D]")), admitted=nothing, outcome_on=nothing,
        outcome=nobody.astype(np.int8), age=nobody, severe=nobody.astype(np.int8),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_list_is_its_estimates_are_json_and_no_less_than_is_reported(seed):
    given = counts_given(any_list(seed), list(serial_intervals().values())[seed % 5])
    if given is None:
        return
    (payload,) = payloads(given, rng=np.random.default_rng(seed))
    json.dumps(payload, allow_nan=False)
    drawings = "".join(figures_part(payload, "cases", "x").pictures)
    assert not re.search(r"\b(nan|inf)\b", drawings)
    nowcast = payload["nowcast"] or {"first": 0, "quantiles": []}
    for at, row in enumerate(nowcast["quantiles"], start=nowcast["first"]):
        assert row == sorted(row)
        assert at < 0 or row[0] >= payload["reported"][at] - 1e-6
    for part in ("ahead", "reproduction"):
        for row in payload[part]["quantiles"] if payload[part] else []:
            assert None in row or row == sorted(row)
    if payload["ahead"]:
        days = np.array([*payload["dates"][: len(payload["dates"]) - payload["unused"]], *payload["ahead"]["dates"]])
        assert (np.diff(days.astype("datetime64[D]")).astype(int) == 1).all()


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
