"""From counts to signals, threads and figures."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from tests.node.surveillance.screened import FIRST, MONDAY, WEEKS, ending, given, inbox, screened, usual

from tocsin.epi.detect.ears import ears
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.surveillance.actions import screening as acts
from tocsin.node.surveillance.models import DiseaseRule, Screening, Signal, Source, SourceBreak, Thread

pytestmark = pytest.mark.usefixtures("diseases")
DENGUE = ("dengue", "XX-11", "")
ONE_WEEK_FILLS, TWO_WEEKS_FILL = 8, 15  # days, whatever weekday it is today


def test_ten_years_of_zeros_and_one_case_of_plague_is_the_first_row(source):
    """Whatever models say of common diseases, however extreme."""
    extreme = {("dengue", code, ""): ending(usual(20, seed), 4_000) for seed, code in enumerate(("XX-11", "XX-21"))}
    given(source, {**extreme, ("plague", "XX-12", ""): ending(np.zeros(WEEKS), 1)})
    screened(source)
    first, *others = inbox()
    assert (first.disease_id, first.headline_place.code, first.observed) == ("plague", "XX-12", 1)
    assert first.kinds[0] == "rule"
    assert others
    assert first.priority > others[0].priority + 40


def test_the_same_rise_in_districts_region_and_country_is_one_thread(source):
    districts = {("dengue", f"XX-1{d}", ""): ending(usual(10, d), 60) for d in (1, 2, 3)}
    region = sum(districts.values())
    still = {("dengue", f"XX-2{d}", ""): usual(10, 10 + d) for d in (1, 2, 3)}
    country = region + sum(still.values())
    given(source, {**districts, **still, ("dengue", "XX-1", ""): region, ("dengue", "XX", ""): country})
    screening = screened(source)
    (thread,) = inbox()
    assert (thread.signals_count, thread.places_count, thread.place.code) == (5, 5, "XX")
    assert screening.signals_found == 5
    # where a person would go and look: no district has half of it, the region has all
    assert (thread.headline_place.code, thread.observed) == ("XX-1", 180)
    assert thread.sparkline[-2:] == [30, 180]


def test_repeated_weeks_and_several_ages_are_one_thread(source):
    ages = {("dengue", "XX-11", age): ending(usual(10, seed), 50, 60) for seed, age in enumerate(("0-4", "5-14"))}
    given(source, {**ages, DENGUE: sum(ages.values())})
    screened(source, evaluate=2)
    (thread,) = inbox()
    assert thread.signals_count == 6
    assert (thread.headline_stratum, thread.observed) == ("", 120)
    assert thread.last_period - thread.first_period == timedelta(weeks=1)


def test_a_next_week_joins_the_thread_of_the_last(source):
    counts = usual(10)
    given(source, {DENGUE: ending(counts, 60)[:-1]})
    source.refresh_from_db()
    given(source, {DENGUE: ending(counts, 60)})
    screened(source)
    (before,) = inbox()
    given(source, {DENGUE: np.append(ending(counts, 60), 90)}, first=FIRST)
    screened(source, evaluate=None)
    (after,) = inbox()
    assert before.pk == after.pk
    assert (after.signals_count, after.observed, after.version) == (2, 90, 0)
    assert after.last_signal_at > before.last_signal_at


def test_a_half_reported_last_week_raises_nothing_and_enters_no_baseline(source):
    counts = usual(20)
    half = ending(counts, 20, 8)
    given(source, {DENGUE: half}, delay_days=ONE_WEEK_FILLS)
    screening = screened(source)
    assert not Signal.objects.exists()
    assert screening.last_period == MONDAY - timedelta(weeks=2)


def test_an_incomplete_week_enters_no_baseline(source):
    """Beside a week of 2 the spread of the last seven would hide the 27 after it."""
    source.method, source.options = "ears", {"method": "C1", "alpha": 0.001}
    source.save()
    counts = np.append(np.tile([18.0, 20.0, 22.0], 20), [2, 27])
    given(source, {DENGUE: counts}, delay_days=TWO_WEEKS_FILL, first=MONDAY - timedelta(weeks=len(counts)))
    screened(source)
    assert Signal.objects.get().observed == 27


def test_a_count_above_what_a_full_week_may_have_is_a_signal_at_once(source):
    given(source, {DENGUE: ending(usual(20), 20, 200)}, delay_days=ONE_WEEK_FILLS)
    screened(source)
    signal = Signal.objects.get()
    assert (signal.observed, signal.is_incomplete, signal.period) == (200, True, MONDAY - timedelta(weeks=1))


def test_a_chart_does_not_look_at_an_incomplete_week(source):
    source.method = "cusum"
    source.save()
    given(source, {DENGUE: ending(usual(20), 20, 2_000)}, delay_days=ONE_WEEK_FILLS)
    screened(source)
    assert not Signal.objects.filter(kind="model").exists()


def test_a_fixed_rule_speaks_of_an_incomplete_week(source):
    given(source, {("plague", "XX-12", ""): ending(np.zeros(WEEKS), 1)}, delay_days=ONE_WEEK_FILLS)
    screened(source)
    assert Signal.objects.get(kind="rule").is_incomplete


def test_screening_the_same_counts_again_adds_nothing(source):
    given(source, {DENGUE: ending(usual(10), 60), ("plague", "XX-12", ""): ending(np.zeros(WEEKS), 1)})
    screened(source)
    before = Signal.objects.count(), Thread.objects.count()
    again = screened(source)
    assert again.status == Screening.Status.DONE
    assert again.signals_found == 0
    assert before == (Signal.objects.count(), Thread.objects.count())


def test_a_count_revised_upwards_is_another_signal_of_its_thread(source):
    counts = usual(10)
    for last in (60, 75, 70):
        given(source, {DENGUE: ending(counts, last)})
        screened(source)
    thread = Thread.objects.get()
    assert sorted(thread.signals.values_list("observed", flat=True)) == [60, 75]
    assert (thread.observed, thread.signals_count) == (75, 2)


def test_rules_hold_in_places_of_their_kinds_and_may_be_switched_off(source):
    counts = ending(np.zeros(WEEKS), 1)
    given(source, {("plague", "XX-12", ""): counts, ("plague", "XX-12", "0-4"): counts})
    DiseaseRule.objects.filter(disease="plague").update(is_on=False)
    screened(source)
    assert not Signal.objects.filter(kind="rule").exists()
    DiseaseRule.objects.filter(code="plague-case").update(is_on=True, places=["country"])
    screened(source)
    assert not Signal.objects.filter(kind="rule").exists()
    DiseaseRule.objects.filter(code="plague-case").update(places=["district"])
    screened(source)
    assert Signal.objects.get(kind="rule").stratum == ""  # the ages are not told beside their sum


def test_history_before_a_change_of_definition_does_not_exist(source):
    """Counts trebled by a wider definition: after it what was extraordinary is usual, and a fallback says so."""
    counts = np.concatenate([usual(10)[:-40], 30 + np.tile([-2.0, 0, 2, 1], 10)])
    counts[-1] = 33
    given(source, {DENGUE: counts})
    SourceBreak.objects.create(source=source, starts_on=MONDAY - timedelta(weeks=40), what="wider definition")
    screening = screened(source)
    assert not Signal.objects.exists()
    assert screening.cells == 1
    assert [step["method"] for step in screening.steps if step["evaluated"]] == ["ears"]
    SourceBreak.objects.all().delete()
    screened(source)
    assert Signal.objects.filter(kind="model").exists()


def test_too_little_history_is_told_and_rules_speak_all_the_same(source):
    given(source, {("plague", "XX-12", ""): [0, 0, 1]}, first=MONDAY - timedelta(weeks=3))
    screening = screened(source)
    assert screening.status == Screening.Status.DONE
    assert screening.progress["note"]["code"] == "history_too_short"
    assert Signal.objects.get().kind == "rule"


def test_a_chart_of_ears_is_the_one_that_the_source_names(source):
    counts = ending(usual(10), 10, 30)
    given(source, {("dengue", "XX-11", ""): counts})
    Source.objects.filter(pk=source.pk).update(method="ears", options={"method": "C2"})
    screening = screened(source)
    assert screening.steps[0]["options"]["method"] == "C2"
    alone = ears(counts[None], method="C2", evaluate=1)
    assert Signal.objects.get().threshold == pytest.approx(alone.threshold[0, 0])


def test_by_default_new_periods_are_caught_up_at_most_eight(source):
    counts = usual(10)
    given(source, {DENGUE: counts[:-22]})
    assert screened(source, evaluate=None).evaluate == 8
    assert screened(source, evaluate=None).evaluate == 1
    given(source, {DENGUE: counts[:-16]})
    assert screened(source, evaluate=None).evaluate == 6
    given(source, {DENGUE: ending(counts[:-16], 11)})
    assert screened(source, evaluate=None).evaluate == 4
    given(source, {DENGUE: counts})
    assert screened(source, evaluate=None).evaluate == 8


def test_a_screening_keeps_its_figures(source):
    given(source, {DENGUE: ending(usual(10), 60), ("measles", "XX-11", ""): usual(3, 2)})
    done = screened(source, evaluate=3)
    assert (done.series, done.cells, done.evaluate, done.generation) == (2, 6, 3, 1)
    assert (done.first_period, done.last_period) == (MONDAY - timedelta(weeks=3), MONDAY - timedelta(weeks=1))
    assert done.false_alarms == pytest.approx(6 * 0.01)
    assert done.steps[0]["method"] == "farrington_flexible"
    assert AuditEntry.objects.filter(act="screening.done", target_id=str(done.pk)).exists()


def test_one_screening_at_a_time_and_a_repeat_when_asked_while_it_runs(source, amina, work):
    given(source, {DENGUE: usual(10)})
    waiting = acts.ask(source, by=amina)
    assert acts.ask(source, by=None, evaluate=5).pk == waiting.pk
    waiting.refresh_from_db()
    assert waiting.evaluate == 5
    Screening.objects.update(status=Screening.Status.RUNNING)
    assert acts.ask(source, by=amina, evaluate=2).pk == waiting.pk
    work()
    first, second = Screening.objects.order_by("asked_at")
    assert (first.status, second.status) == ("done", "done")
    assert (second.by, second.evaluate) == (amina, 2)


def test_who_may_not_screen_is_refused(source, person):
    given(source, {DENGUE: usual(10)})
    with pytest.raises(PermissionDenied):
        acts.ask(source, by=person("clinician"))
    assert not Screening.objects.exists()


def test_a_source_without_counts_is_not_screened(source, amina):
    assert acts.ask(source, by=None) is None
    with pytest.raises(ActRefused, match="no counts yet"):
        acts.ask(source, by=amina)


def test_settings_that_the_method_refuses_are_told_and_leave_nothing(source, amina):
    source.options = {"no_such_option": 1}
    source.save()
    given(source, {DENGUE: ending(usual(10), 60)})
    failed = screened(source, by=amina)
    assert failed.status == Screening.Status.FAILED
    assert "no_such_option" in failed.problem["text"]
    assert not Signal.objects.exists()
    assert Notice.objects.get(person=amina).kind == "screening.failed"


def test_exercise_counts_never_join_real_threads(source):
    counts = {DENGUE: ending(usual(10), 60)}
    given(source, counts)
    screened(source)
    source.pk, source.name, source.is_exercise, source.generation = None, "Exercise", True, 0
    source.id = Thread().pk
    source.save(force_insert=True)
    given(source, counts)
    screened(source)
    assert {thread.is_exercise for thread in inbox()} == {True, False}
