"""Samples: taken, sent, received, examined, corrected; and how little a laboratory is shown of their event."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests.node.events.laboratory_scenes import day
from tests.node.events.scenes import an_event

from tocsin.exchange.types.findings import Findings, Found
from tocsin.exchange.types.notifications import _check_laboratory
from tocsin.node.alliance.models import AuditEntry, Notice, Organisation, State
from tocsin.node.alliance.notices import sentence as noticed
from tocsin.node.events.actions.laboratory import (
    SampleChanged,
    mark_unsuitable,
    receive_sample,
    send_sample,
    send_samples,
    take_over_results,
    take_sample,
)
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.actions.results import correct_result, record_result
from tocsin.node.events.models import Event, Sample, SampleTest
from tocsin.node.events.refusals import ActRefused, Changed, Replaced
from tocsin.node.events.samples import results_of, together
from tocsin.node.events.serials import serial
from tocsin.node.events.timeline import sentence


def result_of(sample, by, result="positive", **said):
    sample.refresh_from_db()
    said = {"on": day(0), "version": sample.version, **said}
    if "test" not in said and "method" not in said:
        said["test"] = sample.tests.filter(result="pending").first()
    return record_result(sample, result=result, by=by, **said)


def says(event) -> list[str]:
    return [sentence(entry) for entry in event.timeline.all()]


def test_a_sample_goes_from_the_case_to_its_result_and_each_step_is_told(sent, lena, amina, event):
    assert noticed(Notice.objects.get(person=lena)) == f"1 sample of {serial(event)} is on its way to you"
    got = receive_sample(sent, on=day(1), by=lena, version=sent.version)
    assert (got.status, got.received_on) == ("received", day(1))
    test = result_of(sent, lena, found="O1 Ogawa")
    sent.refresh_from_db()
    assert (sent.status, test.method, test.looked_for, test.by) == ("examined", "culture", "V. cholerae", lena)
    assert sent.tests.count() == 1
    assert "result of sample K-1, culture: positive" in says(event)
    told = Notice.objects.get(person=amina)
    assert noticed(told).endswith(": culture: positive")
    with translation.override("ru"):
        assert noticed(told).endswith("культуральный метод: положительный")
    acts = list(AuditEntry.objects.filter(act__startswith="event.sample").values_list("act", "by_name"))
    assert acts[0] == ("event.sample_result", "Lena")


def test_a_laboratory_sees_and_answers_its_own_samples_alone(sent, event, lena, stranger, amina):
    other = take_sample(event, reference="K-2", material="stool", by=amina)
    assert list(Sample.objects.visible_to(lena)) == [sent]
    assert not Sample.objects.visible_to(stranger).exists()
    assert not Event.objects.visible_to(stranger).exists()
    with pytest.raises(Event.DoesNotExist):
        result_of(sent, stranger)
    # The event is known to Lena by her own sample; another's is not for that.
    with pytest.raises(Sample.DoesNotExist):
        result_of(other, lena, method="pcr")
    assert not SampleTest.objects.exclude(result="pending").exists()


def test_the_notice_and_the_audit_tell_a_laboratory_nothing_of_the_event(sent, lena, event):
    said = noticed(Notice.objects.get(person=lena))
    assert "holera" not in said
    assert "District" not in said


@pytest.mark.parametrize("act", ["take", "send", "take over"])
def test_a_laboratory_takes_and_sends_nothing_and_does_not_change_the_facts(sent, event, lena, laboratory, act):
    acts = {
        "take": lambda: take_sample(event, reference="K-9", material="stool", by=lena),
        "send": lambda: send_sample(sent, laboratory=laboratory, on=day(0), by=lena),
        "take over": lambda: take_over_results(event, by=lena, version=event.version),
    }
    with pytest.raises(PermissionDenied):
        acts[act]()


def test_an_officer_who_keeps_the_event_records_no_results(sent, officer):
    with pytest.raises(PermissionDenied):
        result_of(sent, officer)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"reference": "K-1"}, "on record already: Amina"),
        ({"reference": " "}, "number that is written"),
        ({"reference": "K-\u202e2"}, "invisible"),
        ({"reference": "K" * 61}, "too long"),
        ({"material": "gold"}, "no material"),
        ({"taken_on": day(-1)}, "lies ahead"),
        ({"note_text": "<b>urgent"}, "markup"),
    ],
)
def test_a_sample_that_is_none_is_refused(sample, event, amina, said, why):
    with pytest.raises(ActRefused, match=why):
        take_sample(event, **{"reference": "K-2", "material": "stool", **said}, by=amina)
    assert event.samples.count() == 1


def test_the_same_number_may_stand_in_two_events(sample, diseases, places, amina):
    other = an_event(diseases["plague"], places["XX-12"], amina)
    assert take_sample(other, reference="K-1", material="sputum", by=amina).pk != sample.pk


def test_samples_are_sent_together_and_told_of_once(event, amina, laboratory, lena):
    samples = [take_sample(event, reference=f"K-{n}", material="blood", by=amina) for n in range(1, 26)]
    send_samples(event, samples, laboratory=laboratory, on=day(0), methods=["pcr", "culture"], by=amina)
    assert SampleTest.objects.filter(result="pending").count() == 50
    assert noticed(Notice.objects.get(person=lena)).startswith("25 samples of ")
    assert "(+5)" in next(line for line in says(event) if line.startswith("sent to Central Laboratory: K-1, K-2"))


def test_what_is_on_its_way_may_be_sent_elsewhere_and_is_then_seen_there_alone(sent, stranger, lena, amina):
    send_sample(sent, laboratory=stranger.organisation, on=day(1), by=amina)
    assert not Sample.objects.visible_to(lena).exists()
    assert Sample.objects.visible_to(stranger).get().tests.count() == 0


def test_a_sample_is_not_sent_before_it_was_taken_nor_to_what_is_no_laboratory(
    sample, event, amina, laboratory, service, diseases, places
):
    with pytest.raises(ActRefused, match="before it was taken"):
        send_sample(sample, laboratory=laboratory, on=day(4), by=amina)
    with pytest.raises(ActRefused, match="lies ahead"):
        send_sample(sample, laboratory=laboratory, on=day(-1), by=amina)
    with pytest.raises(ActRefused, match="no laboratory"):
        send_sample(sample, laboratory=service, on=day(0), by=amina)
    partner = State.objects.filter(is_here=False).first()
    theirs = Organisation.objects.create(state=partner, kind="laboratory", name_en="Abroad")
    with pytest.raises(ActRefused, match="no laboratory of this state"):
        send_sample(sample, laboratory=theirs, on=day(0), by=amina)
    with pytest.raises(ActRefused, match="no method"):
        send_sample(sample, laboratory=laboratory, on=day(0), methods=["guess"], by=amina)
    other = an_event(diseases["plague"], places["XX-12"], amina)
    with pytest.raises(ActRefused, match="not one of this event"):
        send_samples(other, [sample], laboratory=laboratory, on=day(0), by=amina)
    sample.refresh_from_db()
    assert (sample.status, sample.version) == ("taken", 1)


def test_a_service_with_people_who_examine_is_a_laboratory_too(sample, service, person, amina):
    person("laboratory", name="Own")
    assert send_sample(sample, laboratory=service, on=day(0), by=amina).status == "sent"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"on": day(4)}, "before the sample was taken"),
        ({"on": day(-1)}, "lies ahead"),
        ({"result": "pending"}, "positive, negative or inconclusive"),
        ({"result": "maybe"}, "positive, negative or inconclusive"),
        ({"found": "O1\u200bOgawa"}, "invisible"),
    ],
)
def test_a_result_that_cannot_be_is_refused(sent, lena, said, why):
    with pytest.raises(ActRefused, match=why):
        result_of(sent, lena, **said)
    assert sent.tests.get().result == "pending"


def test_there_is_no_result_before_the_sample_arrived(sent, lena):
    receive_sample(sent, on=day(1), by=lena, version=sent.version)
    with pytest.raises(ActRefused, match="before the sample arrived"):
        result_of(sent, lena, on=day(2))


def test_a_sample_arrives_once_and_not_before_it_was_sent(sent, lena):
    with pytest.raises(ActRefused, match="before it was sent"):
        receive_sample(sent, on=day(3), by=lena, version=sent.version)
    receive_sample(sent, on=day(1), by=lena, version=sent.version)
    sent.refresh_from_db()
    with pytest.raises(SampleChanged):
        receive_sample(sent, on=day(1), by=lena, version=sent.version)


def test_a_button_pressed_twice_records_one_result(sent, lena):
    seen = sent.version
    result_of(sent, lena)
    with pytest.raises(SampleChanged):
        result_of(sent, lena, version=seen, method="culture", looked_for="V. cholerae")
    sent.refresh_from_db()
    with pytest.raises(ActRefused, match=r"result of this examination already, by Lena"):
        result_of(sent, lena, method="culture", looked_for="V. cholerae")
    assert result_of(sent, lena, method="culture", looked_for="second run").result == "positive"


def test_another_examination_than_was_asked_for_leaves_the_asked_one_waiting(sent, lena):
    result_of(sent, lena, method="pcr")
    sent.refresh_from_db()
    assert sent.status == "received"
    assert sent.received_on is None  # nobody has said on which day it came
    result_of(sent, lena, result="negative")
    sent.refresh_from_db()
    assert sent.status == "examined"


def test_a_correction_keeps_the_first_and_says_why(sent, lena, amina, event):
    first = result_of(sent, lena, found="O139")
    sent.refresh_from_db()
    fixed = correct_result(
        first, result="negative", on=day(0), reason="Tubes were mixed up", by=lena, version=sent.version
    )
    first.refresh_from_db()
    assert (first.result, first.found, fixed.corrects) == ("positive", "O139", first)
    assert results_of(event).positive == 0
    assert noticed(Notice.objects.filter(person=amina).order_by("made_at").last()).startswith("Corrected, sample K-1")
    entry = event.timeline.get(act="sample_corrected")
    assert (sentence(entry), entry.text) == (
        "corrected the result of sample K-1, culture: negative",
        "Tubes were mixed up",
    )


def test_of_two_corrections_at_once_the_second_is_told_of_the_first(sent, lena):
    first = result_of(sent, lena)
    sent.refresh_from_db()
    seen = sent.version
    fixed = correct_result(first, result="negative", on=day(0), reason="Mixed up", by=lena, version=seen)
    with pytest.raises(SampleChanged):
        correct_result(first, result="inconclusive", on=day(0), reason="Weak", by=lena, version=seen)
    with pytest.raises(Replaced, match="Lena said this"):
        correct_result(first, result="inconclusive", on=day(0), reason="Weak", by=lena, version=seen + 1)
    with pytest.raises(ActRefused, match="says already"):
        correct_result(fixed, result="negative", on=day(0), reason="Same", by=lena, version=seen + 1)
    with pytest.raises(ActRefused, match="why"):
        correct_result(fixed, result="positive", on=day(0), reason=" ", by=lena, version=seen + 1)
    with pytest.raises(ActRefused, match="before the sample was taken"):
        correct_result(fixed, result="positive", on=day(9), reason="Date", by=lena, version=seen + 1)


def test_a_sample_that_cannot_be_examined_says_why_and_has_no_results(sent, lena, amina, event):
    with pytest.raises(ActRefused, match="why"):
        mark_unsuitable(sent, reason="", by=lena, version=sent.version)
    gone = mark_unsuitable(sent, reason="Leaked", by=lena, version=sent.version)
    assert (gone.status, gone.reason, gone.tests.count()) == ("unsuitable", "Leaked", 0)
    assert "cannot be examined" in noticed(Notice.objects.get(person=amina))
    with pytest.raises(SampleChanged):
        result_of(sent, lena, method="pcr")
    assert results_of(event).status == "none"


def test_what_was_examined_is_not_called_unsuitable_afterwards(sent, lena):
    result_of(sent, lena)
    sent.refresh_from_db()
    with pytest.raises(SampleChanged):
        mark_unsuitable(sent, reason="Leaked", by=lena, version=sent.version)


def test_samples_go_with_an_event_that_goes_into_another(sent, lena, event, diseases, places, amina):
    into = an_event(diseases["cholera"], places["XX-12"], amina)
    merge(event, into, text="One source", by=amina, version=event.version)
    result_of(sent, lena)
    assert results_of(into).positive == 1
    assert "result of sample K-1, culture: positive" in says(into)


def test_the_facts_take_over_what_the_samples_say_when_somebody_says_so(sent, event, amina, lena):
    result_of(sent, lena)
    sent.refresh_from_db()
    result_of(sent, lena, method="pcr")
    water = take_sample(event, reference="W-1", material="water", taken_on=day(2), by=amina)
    record_result(water, method="culture", result="negative", on=day(0), by=amina, version=1)
    event.refresh_from_db()
    assert event.facts == {}
    take_over_results(event, by=amina, version=event.version)
    event.refresh_from_db()
    assert event.facts["laboratory"] == {
        "status": "confirmed", "tested": 1, "positive": 1, "methods": ["pcr", "culture"],
    }  # fmt: skip


def test_taking_over_is_refused_where_there_is_nothing_or_the_event_has_changed(event, amina, sample):
    with pytest.raises(Changed):
        take_over_results(event, by=amina, version=event.version + 1)
    event.samples.all().delete()
    with pytest.raises(ActRefused, match="No sample"):
        take_over_results(event, by=amina, version=event.version)


class Given:
    """A sample with its tests as the database would give them."""

    def __init__(self, number, local_id, status, tests):
        self.pk, self.local_id, self.status, self._tests = number, local_id, status, tests
        self.tests = self

    def all(self):
        return self._tests


@st.composite
def samples(draw):
    found = []
    for number in range(draw(st.integers(0, 6))):
        results = draw(st.lists(st.sampled_from(SampleTest.Result.values), max_size=3))
        tests = [SampleTest(method="pcr", result=result) for result in results]
        if len(tests) > 1 and draw(st.booleans()):
            tests[-1].corrects = tests[0]
        status = draw(st.sampled_from(Sample.Status.values))
        found.append(Given(number, draw(st.sampled_from(["", "1", "2", "3"])), status, tests))
    return found


@given(samples())
def test_what_samples_say_together_partners_would_take(given_samples):
    """Whatever a laboratory may have said: no more positive than tested, nothing confirmed by nobody."""
    said = together(given_samples).facts()
    found = Found()
    _check_laboratory(said, found)
    assert found.findings() == Findings((), {})
    assert (said["tested"] is None) == (said["positive"] is None)
