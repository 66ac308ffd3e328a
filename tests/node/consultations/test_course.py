"""The course of a case between two hospitals of one state, by its acts."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from tests.node.consultations.scenes import a_draft, answered, ask_for, closed, seen, words

from tocsin.exchange.documents import NATIONAL
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.consultations.actions import answering, asking
from tocsin.node.consultations.actions.submitting import submit
from tocsin.node.consultations.models import Case, ClinicalNote, PatientIdentity
from tocsin.node.consultations.reading import case_here
from tocsin.node.consultations.refusals import ActRefused, Identifying, InvalidInput, NoPart
from tocsin.node.hospitals.actions.clinicians import revoke_clinician
from tocsin.node.joint.refusals import Changed, NotAllowed
from tocsin.node.post.pages.kept_apart import is_hidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(mira, river):
    return ask_for(mira, [river], by=mira.person)


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_a_case_inside_one_state_never_leaves_it(case, joined):
    assert case.of.classification == NATIONAL
    assert not list(joined.store.outbox(10))
    assert ClinicalNote.objects.about(case).get().kind == "submission"


def test_a_case_goes_its_whole_way_and_is_opened_again(case, mira, lin, rosa):
    assert case.status == "submitted"
    assert case.summary["en"].startswith("Man, 54")
    case = answered(case, coordinator=rosa, expert=lin)
    assert (case.status, case.waits_for) == ("answered", "asking")
    case = closed(case, by=mira.person)
    assert (case.status, case.outcome, case.rating) == ("closed", "recovered", 5)
    asking.reopen(case, words("It has come back."), by=mira.person)
    assert (again(case).status, again(case).round) == ("allocated", 2)
    answering.sign(again(case), words("Change it, then."), by=lin.person)
    assert again(case).status == "answered"


def test_a_question_waits_for_those_who_asked_and_its_answer_for_the_expert(case, mira, lin, rosa):
    answering.allocate(case, [lin], by=rosa)
    answering.ask(case, words("Any allergy?"), by=lin.person)
    assert (again(case).status, again(case).waits_for) == ("info_requested", "asking")
    asking.reply(case, "q1", words("None."), by=mira.person)
    assert (again(case).status, again(case).waits_for) == ("in_review", "asked")
    with pytest.raises(NotAllowed, match="Somebody has answered"):
        asking.reply(case, "q1", words("None at all."), by=mira.person)


def test_only_who_has_the_case_reads_it(case, mira, lin, omar, rosa, anna, person):
    stranger = person("clinician", name="Stranger")
    assert [one.name for one in (mira.person, lin.person, omar.person, rosa, anna, stranger) if sees(one)] == [
        "Mira", "Rosa", "Anna",
    ]  # fmt: skip
    answering.allocate(case, [lin], by=rosa)
    assert sees(lin.person)
    assert not sees(omar.person)
    answering.allocate(case, [omar], by=rosa)
    assert sees(omar.person)
    assert not sees(lin.person)
    with pytest.raises(NoPart):
        answering.sign(case, words("I had begun."), by=lin.person)


def sees(person) -> bool:
    found = Case.objects.visible_to(person)
    notes = ClinicalNote.objects.visible_to(person)
    assert found.exists() == notes.exists()
    return found.exists()


def test_a_clinician_who_is_revoked_has_no_case_any_more(case, lin, rosa):
    answering.allocate(case, [lin], by=rosa)
    lin.status = "revoked"
    lin.save()
    assert not sees(lin.person)
    with pytest.raises(NoPart):
        answering.sign(case, words("Still here."), by=lin.person)


def test_a_coordinator_is_told_at_once_that_nobody_has_a_case_any_more(case, mira, lin, omar, rosa, anna, person):
    """By whoever keeps the hospital, who need not know of any case."""
    keepers = {
        one.hospital: person("hospital_manager", name=f"Keeper of {one}", organisation=one.hospital.organisation)
        for one in (lin, mira)
    }
    other = ask_for(mira, [lin.hospital], by=mira.person)
    answering.allocate(case, [lin], by=rosa)
    answering.allocate(other, [lin, omar], by=rosa)
    told = Notice.objects.filter(kind="consultation.nobody_has_it")
    revoke_clinician(lin, reason="Left for another town.", by=keepers[lin.hospital])
    assert not sees(lin.person)
    assert [(one.person, one.values["case"]) for one in told] == [(rosa, case.number)], "Omar has the other one"
    answering.allocate(case, [omar], by=rosa)
    told.delete()
    revoke_clinician(mira, reason="Left for another town.", by=keepers[mira.hospital])
    assert sorted((one.person.name, one.values["case"]) for one in told) == sorted(
        ("Anna", one.number) for one in (case, other)
    )


def test_who_the_patient_is_stays_with_those_who_ask(case, mira, lin, rosa, anna):
    answering.allocate(case, [lin], by=rosa)
    assert PatientIdentity.objects.visible_to(mira.person).get().case == case
    for other in (lin.person, rosa, anna):
        assert not PatientIdentity.objects.visible_to(other).exists()


@pytest.mark.parametrize(
    "text",
    ["Иванова лечим второй день", "Patient Ivanov P.S.", "Записан под AB1234567"],
    ids=["declined", "in Latin", "number"],
)
def test_a_text_that_names_the_patient_is_not_sent(mira, river, text):
    draft = a_draft(mira, [river], by=mira.person, text=text)
    with pytest.raises(Identifying) as refused:
        submit(draft, version=draft.version, by=mira.person)
    assert text not in str(refused.value)
    assert not Case.objects.exists()
    assert not ClinicalNote.objects.exists()


def test_words_that_are_no_identifier_are_sent_once_somebody_says_so(mira, river):
    draft = a_draft(mira, [river], by=mira.person, text="Patient Ivanov P.S.")
    with pytest.raises(Identifying) as refused:
        submit(draft, version=draft.version, by=mira.person)
    draft.looked_through = [place.words for place in refused.value.places]
    draft.save()
    assert submit(draft, version=draft.version, by=mira.person).status == "submitted"


def test_a_reply_that_names_the_patient_is_not_sent(case, mira, lin, rosa):
    answering.allocate(case, [lin], by=rosa)
    answering.ask(case, words("Any allergy?"), by=lin.person)
    with pytest.raises(Identifying):
        asking.reply(case, "q1", words("Иванову — нет."), by=mira.person)
    assert again(case).questions_open == 1


def test_a_case_without_consent_is_not_submitted(mira, river):
    draft = a_draft(mira, [river], by=mira.person, consent={})
    with pytest.raises(InvalidInput) as refused:
        submit(draft, version=draft.version, by=mira.person)
    assert [one.field for one in refused.value.problems] == ["consent.care.given"]


def test_a_hospital_that_takes_no_part_asks_nobody(mira, hill, river):
    draft = a_draft(mira, [river], by=mira.person)
    hill.status = "verified"
    hill.save()
    draft.refresh_from_db()
    with pytest.raises(InvalidInput, match="Hill Hospital does not take part yet"):
        submit(draft, version=draft.version, by=mira.person)


def test_what_was_said_of_a_patient_who_does_not_agree_any_more_is_destroyed(case, mira, lin, rosa):
    answered(case, coordinator=rosa, expert=lin)
    asking.change_consent(case, "care", given=False, on=None, basis="patient", by=mira.person)
    assert again(case).status == "withdrawn"
    assert again(case).summary == {}
    notes = ClinicalNote.objects.about(case)
    assert notes.count() == 2
    assert {(note.text, note.content, note.erased_at is None) for note in notes} == {("", None, False)}
    assert not ClinicalNote.objects.visible_to(lin.person).exists()
    with pytest.raises(NotAllowed):
        answering.sign(case, words("One thing more."), by=lin.person)


def test_of_two_who_amend_at_once_the_second_is_told(case, lin, rosa):
    answered(case, coordinator=rosa, expert=lin)
    looked = seen(case)
    answering.amend(case, "o1", words("Better so."), after=1, reason="dose", seen=looked, by=lin.person)
    with pytest.raises(Changed):
        answering.amend(case, "o1", words("Or so."), after=1, reason="dose", seen=looked, by=lin.person)
    with pytest.raises(NotAllowed, match="amended since you looked"):
        answering.amend(case, "o1", words("Or so."), after=1, reason="dose", by=lin.person)
    assert len(case_here(case.of).opinions[0].revisions) == 2


def test_an_opinion_that_was_amended_after_it_was_read_is_to_be_read_again(case, mira, lin, rosa):
    case = answered(case, coordinator=rosa, expert=lin)
    day = timezone.now().date() + timedelta(days=3)
    asking.acknowledge(case, follow_up_on=day, seen=seen(case), by=mira.person)
    assert again(case).status == "acknowledged"
    answering.amend(case, "o1", words("Half the dose!"), after=1, reason="dose", by=lin.person)
    assert (again(case).status, again(case).waits_for) == ("answered", "asking")
    assert Notice.objects.filter(person=mira.person, kind="consultation.opinion_changed").count() == 1


def test_people_are_told_of_what_concerns_them_and_nothing_of_the_patient(mira, lin, omar, rosa, anna, river):
    case = ask_for(mira, [river], by=mira.person)
    answered(case, coordinator=rosa, expert=lin)
    told = {(one.person.name, one.kind) for one in Notice.objects.select_related("person")}
    assert told == {
        ("Rosa", "consultation.asked"), ("Lin", "consultation.given"), ("Mira", "consultation.opinion"),
    }  # fmt: skip
    kept = [str(one.values) for one in Notice.objects.all()]
    kept += [f"{one.target_name} {one.details}" for one in AuditEntry.objects.all()]
    assert not [text for text in kept for said in ("Иванов", "Fever", "Man, 54", "Meropenem") if said in text]


def test_a_person_who_has_no_case_is_given_none_by_a_draft(mira, lin, river):
    draft = a_draft(mira, [river], by=mira.person)
    with pytest.raises(ActRefused, match="somebody else"):
        submit(draft, version=draft.version, by=lin.person)


@pytest.mark.parametrize("document_type", ["clinical-note", "file-part", "letter"])
def test_whoever_decides_upon_what_is_kept_apart_does_not_read_of_patients(document_type):
    assert is_hidden(SimpleNamespace(type=document_type))
    assert not is_hidden(SimpleNamespace(type="hospital"))
