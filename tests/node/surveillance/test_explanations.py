"""What the method did, in plain words, and the same figures computed anew."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import translation
from tests.node.surveillance.screened import MONDAY, WEEKS, ending, given, screened, usual

from tocsin.node.surveillance.actions.known_causes import add_known_cause
from tocsin.node.surveillance.actions.reporting import report
from tocsin.node.surveillance.models import Series, Signal, SourceBreak
from tocsin.node.surveillance.pages.explanations import Sentence, explain, explain_signal, recompute
from tocsin.node.surveillance.runs import recomputing

pytestmark = pytest.mark.usefixtures("diseases")
DENGUE = ("dengue", "XX-11", "")


def said(signal: Signal) -> dict[str, str]:
    return {sentence.code: sentence.text for sentence in explain_signal(signal)}


@pytest.fixture
def signal(source):
    """signal(counts, …): the one model signal of a screening."""

    def found(counts, evaluate: int = 1, **more) -> Signal:
        given(source, {DENGUE: counts}, **more)
        screened(source, evaluate=evaluate)
        return Signal.objects.get(kind="model")

    return found


def test_a_signal_says_what_was_counted_expected_and_how_likely_it_is(signal):
    found = signal(ending(usual(10), 25))
    told = said(found)
    assert told["counted"].startswith("25 cases counted; ")
    assert f"up to {int(np.floor(found.threshold))} is within what is usual" in told["counted"]
    assert told["chance"] == f"About one week in {_one_figure(1 / found.p_value)} would be this high by chance."
    assert told["method"].startswith(
        "The method is “Farrington, flexible”. Compares with the same season of past years."
    )
    # five years and the windows' three weeks, without the last 26 weeks and this one
    assert told["baseline"].startswith("The week was compared with 238 weeks from 20")
    assert set(told) == {"counted", "chance", "method", "baseline"}


def _one_figure(times: float) -> str:
    power = 10 ** int(np.log10(times))
    return f"{round(times / power) * power:,}"


def test_what_can_hardly_be_chance_gets_no_false_precision(signal):
    assert said(signal(ending(usual(10), 200)))["hardly"] == (
        "Fewer than one week in a million would be this high by chance."
    )


def test_left_out_missing_and_changed_weeks_are_told(signal, source, diseases, places, amina):
    counts = ending(usual(10), 60)
    counts[300:302] = np.nan
    first = MONDAY - timedelta(weeks=WEEKS)
    add_known_cause(
        diseases["dengue"], places["XX-1"], what="school survey", by=amina,
        first_period=first + timedelta(weeks=400), last_period=first + timedelta(weeks=404),
    )  # fmt: skip
    told = said(signal(counts))
    assert told["left_out_cause"].startswith("5 periods from 20")
    assert told["left_out_cause"].endswith("known cause: school survey.")
    assert told["missing"] == "For 2 periods of these nothing was reported."
    assert "compared with 231 weeks" in told["baseline"]
    SourceBreak.objects.create(source=source, starts_on=first + timedelta(weeks=250), what="wider definition")
    told = said(Signal.objects.get())
    assert told["break"].endswith("are not used: wider definition.")
    assert "missing" in told


def test_fewer_years_are_told(signal):
    weeks = 215
    short = ending(usual(10, weeks=weeks), 60)
    told = said(signal(short, first=MONDAY - timedelta(weeks=weeks)))
    assert told["fewer_years"] == "History is shorter than the method would use, so it went back 4 years."


def test_a_fallback_is_named_with_what_it_does(signal):
    short = ending(usual(10, weeks=40), 60)
    told = said(signal(short, first=MONDAY - timedelta(weeks=40)))
    assert told["fallback"].startswith("For “Farrington, flexible” there was too little history")
    assert "“EARS” was used instead" in told["fallback"]
    assert "compared with 7 weeks" in told["baseline"]


def test_a_rule_is_told_in_its_own_words_with_its_source(source):
    given(source, {("plague", "XX-12", ""): ending(np.zeros(WEEKS), 1)}, delay_days=8)
    screened(source)
    rule = Signal.objects.get(kind="rule")
    with translation.override("ru"):
        assert said(rule)["rule"] == rule.rule.text_ru
    told = said(rule)
    assert told["rule_counted"] == "The rule counted 1; it speaks from 1 on, whatever is usual."
    assert told["rule_source"] == f"Source of the rule: {rule.rule.cited}"
    assert told["incomplete"] == "The period was still filling up: the count is at least this."


def test_what_a_person_told_has_no_method(amina, diseases, places):
    signal = report(kind="media", disease=None, place=places["XX-1"], day=MONDAY, text="radio", by=amina)
    assert [sentence.text for sentence in explain_signal(signal)] == [
        "Amina, Sanitary Service, told this. No method was involved."
    ]


def test_every_sentence_can_be_said_of_one_and_of_many():
    for code, values in {
        "left_out_outbreak": {"first": MONDAY, "last": MONDAY},
        "missing": {}, "baseline": {"first": MONDAY, "last": MONDAY},
    }.items():  # fmt: skip
        one, many = (Sentence(code, {**values, "periods": n, "n": n}, "month").text for n in (1, 2))
        assert "1 " in one
        assert "2 " in many
        assert one != many.replace("2 ", "1 ")


# Computed anew


def test_the_figures_are_those_of_the_screening(signal, source):
    found = signal(ending(usual(10), 60), evaluate=5)
    anew = recompute(found.series)
    column = anew.column(found.period)
    assert anew.threshold[column] == found.threshold
    assert anew.expected[column] == found.expected
    assert anew.p_value[column] == found.p_value
    assert anew.alarm[column]
    assert (~np.isnan(anew.threshold)).sum() == recomputing.PERIODS
    assert anew.column(MONDAY + timedelta(weeks=1)) is None
    quiet = [sentence.code for sentence in explain(anew, column - 1)]
    assert quiet[:2] == ["counted", "chance"]
    assert [sentence.code for sentence in explain(anew, 0)] == ["not_evaluated"]


def test_it_is_kept_until_counts_or_causes_change(signal, source, diseases, places, amina, django_assert_num_queries):
    found = signal(ending(usual(10), 60))
    series = Series.objects.select_related("source", "place").get(pk=found.series_id)
    first = recompute(series)
    assert recompute(series) is first
    add_known_cause(
        diseases["dengue"], places["XX"], what="survey", by=amina, first_period=MONDAY - timedelta(weeks=99),
        last_period=MONDAY - timedelta(weeks=90),
    )  # fmt: skip
    other = recompute(series)
    assert (first.excluded.sum(), other.excluded.sum()) == (0, 10)
    given(source, {DENGUE: ending(usual(10), 70)})
    assert recompute(Series.objects.get(pk=series.pk)).counts[-1] == 70
    assert recompute(Series.objects.get(pk=series.pk), generation=1).counts[-1] == 60


def test_a_method_that_cannot_run_says_why_and_shows_the_counts(signal, source):
    found = signal(ending(usual(10), 60))
    source.options = {"no_such_option": 1}
    source.save()
    anew = recompute(Series.objects.get(pk=found.series_id))
    assert "no_such_option" in anew.problem
    assert anew.counts[-1] == 60
    assert "no_such_option" in explain(anew, len(anew.dates) - 1)[0].text
