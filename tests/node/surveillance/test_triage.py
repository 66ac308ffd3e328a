"""What people decide upon threads."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from tests.node.surveillance.screened import MONDAY, WEEKS, given, screened, usual

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.surveillance.actions import triage
from tocsin.node.surveillance.models import KnownCause, Thread, Verdict
from tocsin.node.surveillance.threads.refusals import said_of
from tocsin.node.surveillance.threads.states import FROM, TO, Act, acts_for

S = Thread.Status


@pytest.fixture
def thread(diseases, places):
    """opened(…): a thread of dengue in a district, as one screening would leave it."""
    return opened(diseases["dengue"], places["XX-11"])


def opened(disease, place, **fields) -> Thread:
    first = MONDAY - timedelta(weeks=1)
    shown = {"headline_place": place, "observed": 60, "expected": 10, "exceptionality": 8, "gravity": 2}
    return Thread.objects.create(
        disease=disease, place=place, first_period=first, last_period=first, **{**shown, **fields}
    )


def seen(*threads: Thread) -> dict:
    return {thread.pk: thread.version for thread in threads}


def test_from_new_to_verified_with_its_history(thread, amina):
    triage.triage(thread, by=amina, version=0)
    triage.verify([thread], text="Calling the district", by=amina, versions={thread.pk: 1})
    done = triage.conclude(thread, status=S.VERIFIED, text="Confirmed by PCR", by=amina, version=2)
    assert (done.status, done.version, done.assignee) == (S.VERIFIED, 3, amina)
    history = [(v.act, v.from_status, v.to_status, v.by, v.observed) for v in done.verdicts.all()]
    assert history == [
        ("triage", "new", "triaged", amina, 60),
        ("verify", "triaged", "under_verification", amina, 60),
        ("verified", "under_verification", "verified", amina, 60),
    ]
    acts = AuditEntry.objects.filter(target_id=str(thread.pk)).order_by("number").values_list("act", flat=True)
    assert list(acts) == ["thread.triage", "thread.verify", "thread.verified"]


def test_a_second_verdict_is_refused_and_says_who_was_first(thread, amina, person):
    bolot = person("epidemiologist", name="Bolot")
    triage.discard([thread], reason="chance", by=amina, versions=seen(thread))
    Verdict.objects.update(at=datetime(2026, 3, 2, 9, 14, tzinfo=ZoneInfo("UTC")))
    with timezone.override("UTC"), pytest.raises(triage.AlreadyDecided) as refusal:
        triage.verify([thread], by=bolot, versions={thread.pk: 0})
    assert str(refusal.value) == ("Amina discarded this thread on 2 March 2026 at 09:14. Your verdict was not saved.")
    assert Verdict.objects.get().by == amina
    thread.refresh_from_db()
    assert (thread.status, thread.version) == (S.DISCARDED, 1)


def test_bulk_is_all_or_none_and_lists_what_others_decided(diseases, places, amina, person):
    threads = [opened(diseases["dengue"], places[code]) for code in ("XX-11", "XX-12", "XX-13")]
    versions = seen(*threads)
    triage.triage(threads[0], by=person("epidemiologist", name="Bolot"))
    triage.triage(threads[2], by=person("duty_officer", name="Chen"))
    with pytest.raises(triage.AlreadyDecided) as refusal:
        triage.discard(threads, reason="seasonal", by=amina, versions=versions)
    assert [text.split(" ")[0] for _, text in refusal.value.sentences] == ["Bolot", "Chen"]
    assert "2 of the threads were decided by others" in str(refusal.value)
    assert not Thread.objects.filter(status=S.DISCARDED).exists()


def test_five_hundred_at_once_take_hardly_more_queries_than_two(diseases, places, amina):
    def queries(threads: list[Thread]) -> int:
        with CaptureQueriesContext(connection) as asked:
            triage.discard(threads, reason="seasonal", text="every March", by=amina, versions=seen(*threads))
        return len(asked)

    few = queries([opened(diseases["dengue"], places["XX-11"]) for _ in range(2)])
    assert queries([opened(diseases["dengue"], places["XX-11"]) for _ in range(500)]) <= few + 10
    assert Thread.objects.filter(status=S.DISCARDED, version=1).count() == Verdict.objects.count() == 502
    entry = AuditEntry.objects.get(number=AuditEntry.objects.latest("number").number)
    assert len(entry.details["threads"]) == 500


def test_an_act_that_the_status_does_not_allow_says_what_it_does_allow(thread, amina):
    with pytest.raises(triage.NotAllowed, match="the status is new") as refusal:
        triage.conclude(thread, status=S.VERIFIED, text="?", by=amina, version=0)
    assert "Possible now: assign, mark as triaged, discard, watch and verify" in str(refusal.value).replace(
        ", and", " and"
    )
    assert not Verdict.objects.exists()


def test_the_table_of_states_leads_out_of_each_and_knows_every_status():
    assert set(FROM) == set(TO) == set(Act)
    for status in S:
        assert acts_for([status]), f"{status} is a dead end"
    assert {status for status in TO.values() if status} == set(S)
    assert acts_for([S.NEW, S.DISCARDED]) == ()


@pytest.mark.parametrize("act", [
    lambda t, by: triage.assign([t], assignee=by, by=by),
    lambda t, by: triage.triage(t, by=by),
    lambda t, by: triage.discard([t], reason="chance", by=by, versions={t.pk: 0}),
    lambda t, by: triage.watch([t], until=timezone.localdate(), by=by, versions={t.pk: 0}),
    lambda t, by: triage.verify([t], by=by, versions={t.pk: 0}),
    lambda t, by: triage.conclude(t, status=S.REFUTED, text="no", by=by, version=0),
    lambda t, by: triage.reopen(t, text="no", by=by, version=0),
])  # fmt: skip
def test_who_may_not_triage_changes_nothing(thread, person, act):
    delegate = person("council_delegate")
    with pytest.raises((PermissionDenied, ActRefused)):
        act(thread, delegate)
    thread.refresh_from_db()
    assert (thread.status, thread.version, thread.assignee) == (S.NEW, 0, None)


def test_whoever_gets_a_thread_is_told_once_it_is_saved(thread, amina, person, django_capture_on_commit_callbacks):
    bolot = person("epidemiologist", name="Bolot")
    with django_capture_on_commit_callbacks(execute=True):
        triage.assign([thread], assignee=bolot, by=amina)
        assert not Notice.objects.exists()
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.values["by"]) == (bolot, "thread.assigned", "Amina")
    assert notice.values["thread"]["zh-hans"] == "登革热，第11县"
    with pytest.raises(ActRefused, match="may not decide"):
        triage.assign([thread], assignee=person("clinician"), by=amina)


def test_a_known_cause_leaves_the_baseline(thread, amina, diseases, places):
    with pytest.raises(ActRefused, match="Say what the known cause is"):
        triage.discard([thread], reason="known_cause", by=amina, versions={thread.pk: 0})
    assert not Verdict.objects.exists()
    triage.discard(
        [thread], reason="known_cause", what="School screening", by=amina, versions={thread.pk: 0},
        first_period=date(2026, 1, 5), last_period=date(2026, 3, 2),
    )  # fmt: skip
    cause = KnownCause.objects.get()
    assert (cause.disease_id, cause.place, cause.thread, cause.what) == (
        "dengue", places["XX-11"], thread, "School screening",
    )  # fmt: skip
    assert (cause.first_period, cause.last_period) == (date(2026, 1, 5), date(2026, 3, 2))


@pytest.mark.parametrize(("given_", "says"), [
    ({"reason": ""}, "Choose a reason"),
    ({"reason": "other"}, "what the other reason is"),
    ({"reason": "chance", "what": "mass gathering"}, "belongs to the reason"),
    ({"reason": "chance", "text": "x" * 10_001}, "too long"),
])  # fmt: skip
def test_a_discard_that_says_too_little_or_too_much_is_refused(thread, amina, given_, says):
    with pytest.raises(ActRefused, match=says):
        triage.discard([thread], by=amina, versions={thread.pk: 0}, **given_)
    assert not Verdict.objects.exists()


def test_days_lie_ahead_and_texts_are_asked_for(thread, amina):
    versions = {thread.pk: 0}
    for day in (timezone.localdate() - timedelta(days=1), timezone.localdate() + timedelta(days=400)):
        with pytest.raises(ActRefused, match="between today and a year"):
            triage.watch([thread], until=day, by=amina, versions=versions)
    triage.verify([thread], by=amina, versions=versions)
    with pytest.raises(ActRefused, match="what was found"):
        triage.conclude(thread, status=S.REFUTED, text=" ", by=amina, version=1)
    with pytest.raises(ActRefused, match="looked at again"):
        triage.conclude(thread, status=S.UNVERIFIABLE, text="no sample left", by=amina, version=1)


def test_a_conclusion_can_be_taken_back(thread, amina):
    triage.discard([thread], reason="chance", by=amina, versions={thread.pk: 0})
    again = triage.reopen(thread, text="two more districts called", by=amina, version=1)
    assert (again.status, again.version) == (S.NEW, 2)


def test_a_thread_that_went_into_another_says_so(diseases, places, thread, amina):
    other = opened(diseases["dengue"], places["XX-1"])
    Verdict.objects.create(thread=thread, version=1, act="joined", from_status="new", to_status="new")
    Thread.objects.filter(pk=thread.pk).update(merged_into=other, version=1)
    with pytest.raises(triage.AlreadyDecided, match="became part of another"):
        triage.verify([thread], by=amina, versions={thread.pk: 0})


def test_what_somebody_did_is_said_in_the_readers_language(thread, amina):
    triage.discard([thread], reason="chance", by=amina, versions={thread.pk: 0})
    verdict = Verdict.objects.select_related("by").get()
    for act in [*Act, "woken", "joined"]:
        verdict.act = act
        with translation.override("en"):
            assert ("Amina" in said_of(verdict)) == (act in set(Act))


# Watches


def watched(thread: Thread, by, days: int = 7) -> Thread:
    return triage.watch([thread], until=timezone.localdate() + timedelta(days=days), by=by, versions=seen(thread))[0]


def test_a_watch_ends_when_its_day_has_passed_and_signals_came(thread, amina, diseases, places):
    quiet = opened(diseases["dengue"], places["XX-21"])
    watched(thread, amina)
    watched(quiet, amina)
    assert triage.wake_watches() == 0
    Thread.objects.update(watch_until=timezone.localdate() - timedelta(days=1), last_signal_at=timezone.now())
    Thread.objects.filter(pk=quiet.pk).update(last_signal_at=timezone.now() - timedelta(days=2))
    triage.assign([thread], assignee=amina, by=amina)
    assert triage.wake_watches() == 1
    thread.refresh_from_db()
    assert (thread.status, thread.version, thread.watch_until) == (S.NEW, 3, None)
    assert thread.verdicts.last().act == "woken"
    assert Notice.objects.get().kind == "thread.woken"
    assert triage.wake_watches() == 0


def test_what_could_not_be_verified_comes_back_on_its_day(thread, amina):
    triage.verify([thread], by=amina, versions={thread.pk: 0})
    triage.conclude(
        thread, status=S.UNVERIFIABLE, text="roads closed", review_at=timezone.localdate(), by=amina, version=1
    )
    Thread.objects.update(review_at=timezone.localdate() - timedelta(days=1))
    assert triage.wake_watches() == 1
    thread.refresh_from_db()
    assert thread.status == S.NEW


@pytest.mark.parametrize(("last", "wakes"), [([60, 65], False), ([60, 125], True)])
def test_a_watched_thread_wakes_when_cases_double(source, diseases, amina, last, wakes):
    counts = usual(10)
    key = ("dengue", "XX-11", "")
    given(source, {key: np.append(counts, last[:1])}, first=MONDAY - timedelta(weeks=WEEKS + 2))
    screened(source)
    watched(Thread.objects.get(), amina)
    given(source, {key: np.append(counts, last)}, first=MONDAY - timedelta(weeks=WEEKS + 2))
    screened(source)
    thread = Thread.objects.get()
    assert thread.signals_count == 2
    assert (thread.status == S.NEW) == wakes
    assert thread.version == (2 if wakes else 1)
