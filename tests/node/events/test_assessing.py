"""Assessments through the acts: two assessors, the alliance's criteria, what the event becomes by them, and risk."""

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.events.scenes import an_event

from tocsin.node.events.actions.assessing import assess_annex2, assess_criteria
from tocsin.node.events.actions.axes import set_response
from tocsin.node.events.actions.facts import change_identity
from tocsin.node.events.actions.risk import draft_risk, finish_risk, review_risk
from tocsin.node.events.assessment import assessed, concluded_by, risks_that_count
from tocsin.node.events.models import Annex2Assessment, RiskAssessment
from tocsin.node.events.refusals import ActRefused, Replaced


def answers(**given):
    return {name: {"answer": answer, "reason": "" if answer == "unknown" else "seen"} for name, answer in given.items()}


TWO_YES = answers(serious="yes", spread="yes")
ALL_NO = answers(serious="no", unexpected="no", spread="no", restrictions="no")
MET = answers(unusual="yes", several_states="yes", coordination="yes")


def test_two_yes_make_it_notifiable(event, amina):
    made = assess_annex2(event, answers=TWO_YES, by=amina, version=0)
    event.refresh_from_db()
    assert (made.listed, made.outcome, event.assessment) == ("instrument", "notify", "notifiable")
    assert list(event.timeline.values_list("act", flat=True))[:2] == ["assessment", "annex2"]


def test_one_yes_and_unknowns_stay_open(event, amina):
    assess_annex2(event, answers=answers(serious="yes"), by=amina, version=0)
    event.refresh_from_db()
    assert event.assessment == "under_assessment"


def test_four_noes_are_monitored(event, amina):
    assess_annex2(event, answers=ALL_NO, by=amina, version=0)
    event.refresh_from_db()
    assert event.assessment == "monitoring"


def test_the_first_list_asks_nothing(diseases, places, amina):
    event = an_event(diseases["smallpox"], places["XX-11"], amina)
    assert assess_annex2(event, answers={}, by=amina, version=0).outcome == "notify"


def test_a_second_assessor_is_another_person_and_nothing_waits_for_them(event, amina, officer):
    assess_annex2(event, answers=TWO_YES, by=amina, version=0)
    event.refresh_from_db()
    assert event.assessment == "notifiable"
    with pytest.raises(ActRefused, match="another person"):
        assess_annex2(event, answers=ALL_NO, assessor="second", by=amina, version=0)
    assess_annex2(event, answers=ALL_NO, assessor="second", by=officer, version=0)
    event.refresh_from_db()
    assert event.assessment == "notifiable"
    assert assessed(event).together.state == "disagreed"


def test_nobody_is_second_before_there_is_a_first(event, amina):
    with pytest.raises(ActRefused, match="you are the first"):
        assess_annex2(event, answers=TWO_YES, assessor="second", by=amina, version=0)


def test_a_graver_second_opinion_counts(event, amina, officer):
    assess_annex2(event, answers=ALL_NO, by=amina, version=0)
    assess_annex2(event, answers=TWO_YES, assessor="second", by=officer, version=0)
    event.refresh_from_db()
    assert event.assessment == "notifiable"


def test_two_people_edit_one_assessment_and_the_second_is_told(event, amina, officer):
    assess_annex2(event, answers=ALL_NO, by=amina, version=0)
    with pytest.raises(Replaced, match="Amina said this"):
        assess_annex2(event, answers=TWO_YES, by=officer, version=0)
    made = assess_annex2(event, answers=TWO_YES, by=officer, version=1)
    assert made.version == 2
    assert Annex2Assessment.objects.filter(is_current=True).get() == made
    assert Annex2Assessment.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"serious": {"answer": "yes", "reason": " "}}, "Give the reason"),
        ({"serious": {"answer": "maybe", "reason": "x"}}, "yes, no or unknown"),
        ({"weather": {"answer": "yes", "reason": "x"}}, "no question"),
        ({"serious": {"answer": "yes", "reason": "a\u202eb"}}, "invisible"),
    ],
)
def test_an_answer_has_a_reason_that_others_can_read(event, amina, given, why):
    with pytest.raises(ActRefused, match=why):
        assess_annex2(event, answers=given, by=amina, version=0)
    assert not Annex2Assessment.objects.exists()


def test_the_alliances_criteria_make_it_notifiable_to_the_alliance(event, amina):
    assess_annex2(event, answers=ALL_NO, by=amina, version=0)
    assert assess_criteria(event, answers=MET, by=amina, version=0).outcome == "yes"
    event.refresh_from_db()
    assert event.assessment == "notifiable"


def test_open_criteria_leave_it_under_assessment(event, amina):
    assess_annex2(event, answers=ALL_NO, by=amina, version=0)
    assess_criteria(event, answers=answers(unusual="yes"), by=amina, version=0)
    event.refresh_from_db()
    assert event.assessment == "under_assessment"


def test_a_disease_found_out_later_is_put_through_the_instrument_anew(diseases, places, amina):
    event = an_event(None, places["XX-11"], amina)
    assess_annex2(event, answers=ALL_NO, by=amina, version=0)
    event.refresh_from_db()
    change_identity(event, disease=diseases["smallpox"], hazard="infectious", name="", by=amina, version=event.version)
    event.refresh_from_db()
    assert concluded_by(event) == "notifiable"


def test_a_reopened_event_is_assessed_anew(event, amina):
    assess_annex2(event, answers=TWO_YES, by=amina, version=0)
    for state in ("responding", "controlled", "closed", "reopened"):
        event.refresh_from_db()
        set_response(event, state, text="so", by=amina, version=event.version)
    event.refresh_from_db()
    assert assessed(event).first is None
    assert event.assessment == "notifiable"
    assess_annex2(event, answers=ALL_NO, by=amina, version=1)
    event.refresh_from_db()
    assert event.assessment == "monitoring"


def test_only_assessors_assess(event, people):
    for role in set(people) - {"epidemiologist", "duty_officer"}:
        with pytest.raises(PermissionDenied):
            assess_annex2(event, answers=TWO_YES, by=people[role], version=0)


def risk(event, by, version=0, **given):
    values = {"likelihood": "likely", "impact": "major", "confidence": "low", "text": "Two districts"}
    return draft_risk(event, level="national", by=by, version=version, **{**values, **given})


def test_a_risk_is_drafted_looked_at_and_final(event, amina, officer):
    draft = risk(event, amina)
    assert draft.risk in ("low", "moderate", "high", "very_high")
    review_risk(draft, by=amina, version=1)
    final = finish_risk(draft, by=officer, version=1)
    assert (final.status, final.reviewed_by) == ("final", officer)
    assert risks_that_count(event) == {"national": final}


def test_by_its_author_alone_it_is_final_and_not_reviewed(event, amina):
    assert finish_risk(risk(event, amina), by=amina, version=1).reviewed_by is None


def test_the_last_final_one_counts_until_the_next_is_final(event, amina, officer):
    first = finish_risk(risk(event, amina), by=officer, version=1)
    second = risk(event, amina, version=1, impact="severe")
    assert risks_that_count(event) == {"national": first}
    finish_risk(second, by=officer, version=2)
    first.refresh_from_db()
    assert first.status == "superseded"
    assert risks_that_count(event) == {"national": second}


def test_a_draft_is_not_written_over_in_silence(event, amina, officer):
    risk(event, amina)
    with pytest.raises(Replaced):
        risk(event, officer, version=0)
    again = risk(event, officer, version=1)
    assert list(RiskAssessment.objects.order_by("version").values_list("status", flat=True)) == ["superseded", "draft"]
    with pytest.raises(Replaced):
        finish_risk(RiskAssessment.objects.get(version=1), by=officer, version=2)
    assert again.version == 2


def test_a_final_one_is_whole(event, amina):
    draft = risk(event, amina, likelihood="", text="")
    with pytest.raises(ActRefused, match="has a likelihood"):
        finish_risk(draft, by=amina, version=1)
    with pytest.raises(ActRefused, match="choose one of the list"):
        risk(event, amina, version=1, impact="enormous")
