"""How new signals join the threads that are known."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from tests.node.surveillance.screened import MONDAY, WEEKS, given, inbox, screened, usual

from tocsin.node.surveillance.actions import screening as acts
from tocsin.node.surveillance.actions import triage
from tocsin.node.surveillance.models import KnownCause, Signal, Thread
from tocsin.node.surveillance.runs import writing

pytestmark = pytest.mark.usefixtures("diseases")
FIRST = MONDAY - timedelta(weeks=WEEKS + 3)
S = Thread.Status


@pytest.fixture
def weeks(source):
    """weeks({place: [last counts]}, …): each a week later's table, screened; usual counts before."""

    def go_on(*tables: dict[str, list[float]], disease: str = "dengue") -> list[Thread]:
        for table in tables:
            counts = {
                (disease, place, ""): np.append(usual(10, seed), last)
                for seed, (place, last) in enumerate(table.items())
            }
            given(source, counts, first=FIRST)
            screened(source)
        return inbox()

    return go_on


def decided(thread: Thread, by, status: str) -> None:
    seen = {thread.pk: thread.version}
    if status in (S.VERIFIED, S.REFUTED):
        triage.verify([thread], by=by, versions=seen)
        triage.conclude(thread, status=status, text="found out", by=by, version=thread.version + 1)
    elif status == S.WATCH:
        triage.watch([thread], until=timezone.localdate() + timedelta(days=30), by=by, versions=seen)
    elif status == S.TRIAGED:
        triage.triage(thread, by=by)
    elif status == S.DISCARDED:
        triage.discard([thread], reason="chance", by=by, versions=seen)


@pytest.mark.parametrize("status", [S.NEW, S.TRIAGED, S.WATCH, S.VERIFIED])
def test_new_signals_join_what_is_open_watched_or_verified(weeks, amina, status):
    (before,) = weeks({"XX-11": [60]})
    decided(before, amina, status)
    (after,) = weeks({"XX-11": [60, 70]})
    assert (after.pk, after.status, after.signals_count) == (before.pk, status, 2)


@pytest.mark.parametrize("status", [S.REFUTED, S.DISCARDED])
def test_what_is_closed_is_not_joined_but_named(weeks, amina, status):
    (before,) = weeks({"XX-11": [60]})
    decided(before, amina, status)
    new, old = sorted(weeks({"XX-11": [60, 70]}), key=lambda thread: thread.status != S.NEW)
    assert (new.earlier, new.signals_count) == (before, 1)
    assert (old.pk, old.status, old.signals_count) == (before.pk, status, 1)


@pytest.mark.parametrize("lasts", [True, False])
def test_a_known_cause_keeps_its_thread_discarded_while_it_lasts(weeks, amina, lasts):
    (before,) = weeks({"XX-11": [60]})
    triage.discard(
        [before], reason="known_cause", what="survey", by=amina, versions={before.pk: 0},
        last_period=before.last_period + timedelta(weeks=2 if lasts else 0),
    )  # fmt: skip
    assert KnownCause.objects.count() == 1
    threads = weeks({"XX-11": [60, 70]})
    assert [thread.status for thread in threads if thread.pk == before.pk] == [S.DISCARDED]
    assert len(threads) == (1 if lasts else 2)


def test_threads_that_nobody_acted_upon_merge_into_the_gravest(weeks):
    weaker, stronger = sorted(weeks({"XX-11": [25], "XX-12": [90]}), key=lambda thread: thread.priority)
    (one,) = weeks({"XX-11": [25, 10], "XX-12": [90, 10], "XX-1": [20, 90]})
    assert (one.pk, one.place.code, one.signals_count) == (stronger.pk, "XX-1", 3)
    assert one.places_by_kind == {"region": 1, "district": 2}
    weaker.refresh_from_db()
    assert weaker.merged_into == stronger
    assert one.signals.count() == 3


def test_threads_that_somebody_acted_upon_stay_and_take_the_new_signals(weeks, amina):
    acted, _fresh = sorted(weeks({"XX-11": [25], "XX-12": [90]}), key=lambda thread: thread.priority)
    triage.triage(acted, by=amina)
    third = weeks({"XX-13": [60]})
    assert len(third) == 3
    (one,) = weeks({"XX-1": [20, 90]})
    assert (one.pk, one.status, one.signals_count) == (acted.pk, S.TRIAGED, 4)
    assert Thread.objects.filter(merged_into=acted, verdicts__act="joined").count() == 2


def test_a_verified_outbreak_that_reaches_a_new_district_comes_back(weeks, amina):
    """The region's sum ties the new district to what was dealt with; somebody has to see it all the same."""
    (outbreak,) = weeks({"XX-11": [90], "XX-1": [90]})
    decided(outbreak, amina, S.VERIFIED)
    (after,) = weeks({"XX-11": [90, 90], "XX-1": [90, 180], "XX-12": [10, 90]})
    assert (after.pk, after.status) == (outbreak.pk, S.NEW)
    assert after.verdicts.last().act == "woken"


def test_a_verified_outbreak_that_only_grows_stays_verified(weeks, amina):
    (outbreak,) = weeks({"XX-11": [90]})
    decided(outbreak, amina, S.VERIFIED)
    (after,) = weeks({"XX-11": [90, 180], "XX-1": [20, 180]})
    assert (after.pk, after.status, after.signals_count) == (outbreak.pk, S.VERIFIED, 3)


def test_a_verified_outbreak_hides_no_thread_that_nobody_has_seen(weeks, amina):
    outbreak, fresh = weeks({"XX-11": [90], "XX-12": [60]})
    decided(outbreak, amina, S.VERIFIED)
    threads = weeks({"XX-1": [20, 90]})
    assert {(thread.pk, thread.signals_count) for thread in threads} == {(outbreak.pk, 1), (fresh.pk, 2)}


@pytest.mark.parametrize("meanwhile", ["discarded", "reported"])
def test_what_happens_between_finding_and_publishing_is_kept(weeks, source, amina, monkeypatch, places, meanwhile):
    """A person decides, or another signal comes, after the run has looked and before it publishes."""
    from tocsin.node.surveillance.actions.reporting import report

    (before,) = weeks({"XX-11": [60]})
    counts = {("dengue", "XX-11", ""): np.append(usual(10, 0), [60, 70])}
    given(source, counts, first=FIRST)
    screening = acts.ask(source, by=None, evaluate=1)
    whole = writing._write_in_chunks

    def then(*arguments):
        whole(*arguments)
        if meanwhile == "discarded":
            triage.discard([before], reason="chance", by=amina, versions={before.pk: 0})
        else:
            report(
                kind="media",
                disease=before.disease,
                place=places["XX-1"],
                day=timezone.localdate(),
                text="radio",
                by=amina,
            )

    monkeypatch.setattr(writing, "_write_in_chunks", then)
    acts.run(screening.pk)
    before.refresh_from_db()
    if meanwhile == "discarded":
        other = Thread.objects.get(earlier=before)
        assert (before.status, before.signals.count(), other.signals.get().observed) == (S.DISCARDED, 1, 70)
        assert other.is_published
    else:
        assert (before.signals_count, before.places_count, before.place.code) == (3, 2, "XX-1")
        assert set(before.kinds) == {"model", "media"}


def test_hidden_rows_are_nobodys_until_the_flip(weeks, source, amina, monkeypatch):
    seen = []

    def look(*_arguments, **_figures):
        seen.append((Thread.objects.visible_to(amina).count(), Signal.objects.visible_to(amina).count()))
        raise writing.Superseded

    monkeypatch.setattr(acts, "publish", look)
    assert weeks({"XX-11": [60]}) == []
    assert seen == [(0, 0)]
    assert Thread.objects.count() == Signal.objects.count() == 1
