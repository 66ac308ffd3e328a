"""A case that a hospital of another state asks: its notes and acts in whatever order, and what we say meanwhile."""

from datetime import timedelta

import pytest
from tests.node.consultations.clocks import hours_pass
from tests.node.consultations.scenes import seen, words
from tests.node.consultations.theirs import (
    TheirCase,
    an_act,
    as_whom,
    bring,
    erased_by,
    named,
    their_clinician,
    their_hospital,
)

from tocsin.node.alliance.models import Notice
from tocsin.node.consultations.actions import answering
from tocsin.node.consultations.finding import cases_with
from tocsin.node.consultations.models import Case, ClinicalNote
from tocsin.node.consultations.pages.case_page import case_page
from tocsin.node.consultations.reading import case_here
from tocsin.node.consultations.refusals import NoPart
from tocsin.node.joint.models import JointAct
from tocsin.node.joint.refusals import Waiting

pytestmark = pytest.mark.django_db
__all__ = ["hours_pass"]
LINE = "Woman, 61"


@pytest.fixture
def wei(partner):
    """Who asks, at Borvik."""
    return their_clinician(their_hospital())


@pytest.fixture
def their(joined, partner, wei, river, lin, rosa):
    return TheirCase(partner, joined, wei, [river])


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=f"consultation.{kind}").values_list("person__name", flat=True))


def shown(case: Case, reader) -> str:
    """What the page says of what was said, and of the patient."""
    page = case_page(case, reader)
    return " ".join([page.answer, page.text, *(one.words.text or one.words.gone for one in page.entries if one.words)])


@pytest.mark.parametrize("order", ["note first", "act first", "together"])
def test_a_note_and_its_act_come_to_the_same_in_whatever_order(order, joined, partner, wei, river, rosa):
    their = TheirCase(partner, joined, wei, [river], bringing=False)
    note, act = their.submitted, their.documents[0]
    groups = {"note first": [[note], [act]], "act first": [[act], [note]], "together": [[act, note]]}[order]
    for number, documents in enumerate(groups):
        bring(partner, joined, *documents)
        if order == "act first" and number == 0:
            assert (their.row.status, their.row.summary) == ("submitted", {})
            assert "not here yet" in shown(their.row, rosa)
    row = their.row
    assert (row.status, row.severity, row.is_ours, row.origin) == ("submitted", "critical", False, "BO")
    assert row.summary["en"].startswith(LINE)
    assert told("asked") == ["Rosa"]
    assert cases_with("somnolent", rosa) == [row.pk]
    assert "What would you do?" in shown(row, rosa)


def test_a_note_that_comes_twice_is_one(their, joined, partner, rosa):
    bring(partner, joined, their.submitted)
    assert ClinicalNote.objects.count() == 1
    assert told("asked") == ["Rosa"]
    assert their.row.summary["en"].startswith(LINE)


def test_a_note_that_they_erase_is_gone_from_the_case_lists_and_search(their, joined, partner, rosa):
    erased_by(partner, joined, their.submitted)
    row, note = their.row, ClinicalNote.objects.get()
    assert (note.text, note.content, note.erased_at is None) == ("", None, False)
    assert (row.status, row.summary, row.severity, row.may_be_told) == ("submitted", {}, "", True)
    assert cases_with("somnolent", rosa) == []
    assert cases_with(row.number, rosa) == [row.pk], "the case itself goes on"
    assert "destroyed" in shown(row, rosa)


def test_a_note_that_is_void_is_not_shown_until_it_stands_again(their, joined, rosa):
    (entry,) = joined.store.known("BO", [their.submitted.id]).values()
    joined.reader.withdrawn([entry])
    assert (their.row.status, their.row.summary) == ("submitted", {})
    assert cases_with("somnolent", rosa) == []
    page = shown(their.row, rosa)
    assert "is void" in page
    assert "What would you do?" not in page
    joined.reader.accepted([(their.submitted, entry)])
    assert their.row.summary["en"].startswith(LINE)
    assert cases_with("somnolent", rosa) == [their.row.pk]
    assert "What would you do?" in shown(their.row, rosa)


def test_a_note_that_is_not_what_was_signed_is_shown_nowhere(joined, partner, wei, river, rosa):
    their = TheirCase(partner, joined, wei, [river], digest_named="d" * 43)
    assert ClinicalNote.objects.get().text == "What would you do?"
    page = case_page(their.row, rosa)
    assert (their.row.summary, their.row.severity, page.patient, page.text) == ({}, "", None, "")
    assert "is not what was signed" in shown(their.row, rosa)
    assert "What would you do?" not in shown(their.row, rosa)
    assert cases_with("somnolent", rosa) == []


def said_meanwhile(their, lin, rosa) -> list[JointAct]:
    """Given to Lin, who asks something and signs, while nothing comes from Borenia."""
    case = their.row
    return [
        answering.allocate(case, [lin], seen=seen(case), by=rosa),
        answering.ask(case, words("Any allergy?"), seen=seen(case), by=lin.person),
        answering.sign(case, words("Halve the dose."), seen=seen(case), by=lin.person),
    ]


def test_people_here_go_on_while_their_node_is_away(their, lin, rosa, omar):
    case = their.row
    answering.allocate(case, [lin], by=rosa)
    assert their.row.status == "allocated"
    assert Case.objects.visible_to(lin.person).exists()
    answering.ask(case, words("Any allergy?"), by=lin.person)
    assert (their.row.status, their.row.questions_open) == ("info_requested", 1)
    answering.sign(case, words("Halve the dose."), by=lin.person)
    assert (their.row.status, their.row.opinions) == ("answered", 1)
    assert (case_here(their.of).status, their.of.proposals) == ("submitted", 3), "no order has any of it"
    page = case_page(their.row, lin.person)
    assert page.unordered
    assert [(one.kind, one.is_sent) for one in page.entries] == [
        ("submit", False), ("allocate", True), ("ask", True), ("sign", True),
    ]  # fmt: skip
    with pytest.raises(NoPart):
        answering.sign(case, words("And I?"), by=omar.person)


def test_their_order_takes_it_all_in_a_day_later(their, joined, hours_pass, lin, rosa):
    *_, last = said_meanwhile(their, lin, rosa)
    hours_pass(24)
    their.includes(last)
    case, row = case_here(their.of), their.row
    assert (case.status, [str(one.id) for one in case.experts]) == ("answered", [str(lin.clinician_id)])
    assert (their.of.proposals, row.status, row.opinions, row.questions_open) == (0, "answered", 1, 1)
    assert row.first_answer_at == their.of.ordered_at, "time is that of the order"
    assert row.first_answer_at - row.begun_at > timedelta(hours=23)
    assert (told("without_effect"), told("given")) == ([], ["Lin"]), "once, though it is in an order only now"
    assert not case_page(row, lin.person).unordered


def test_what_their_order_refuses_our_people_are_told(their, joined, lin, rosa):
    *_, last = said_meanwhile(their, lin, rosa)
    their.order("withdraw", {"reason": "Transferred."})
    assert (their.row.status, told("without_effect")) == ("withdrawn", [])
    their.includes(last)
    case = case_here(their.of)
    assert [(one.applied.act.kind, one.code) for one in case.refused] == [
        ("allocate", "case-ended"), ("ask", "not-on-the-case"), ("sign", "not-on-the-case"),
    ]  # fmt: skip
    assert told("without_effect") == ["Lin", "Lin", "Rosa"], "for each act whoever had said it"
    assert not Case.objects.visible_to(lin.person).exists()
    their.order("order")
    assert len(told("without_effect")) == 3


@pytest.fixture
def with_cetara(joined, partner, wei, river, lin, rosa):
    """Asked of Cetara's hospital too."""
    theirs = their_clinician(their_hospital("Cetara Clinic", "CE"), "Nils")
    their = TheirCase(partner, joined, wei, [river, theirs.hospital], audience="to:AL+CE")
    return their, theirs


def of_cetara(their, act: str, said, **more):
    """An act of Cetara's on it, which Borenia takes into its order; how the order names it."""
    made = an_act(their.world, their.key, act, said, origin="CE", audience="to:AL+BO", **more)
    bring(their.world, their.joined, made, name="CE")
    row = JointAct.objects.get(document_id=made.id)
    return {
        "origin": "CE", "id": made.id, "digest": row.digest, "epoch": row.epoch, "number": row.number, "act": act,
    }  # fmt: skip


def test_an_opinion_of_an_expert_who_did_not_have_it_any_more_when_it_was_ordered(with_cetara, lin, rosa):
    """Cetara gave the case back before our allocation was ordered; asked anew, nobody here has it."""
    their, nils = with_cetara
    case = their.row
    allocated = answering.allocate(case, [lin], by=rosa)
    signed = answering.sign(case, words("Halve the dose."), by=lin.person)
    back = {"as": as_whom(nils.hospital), "reason": "images_missing", "note": None}
    their.order(includes=[of_cetara(their, "return", back)])
    assert (their.row.status, told("without_effect")) == ("returned", []), "before any order has what we said"
    their.includes(allocated, signed)
    assert [one.code for one in case_here(their.of).refused] == ["not-now", "not-on-the-case"]
    assert (their.row.status, told("without_effect")) == ("returned", ["Lin", "Rosa"])
    anew = {"asked": [one.hospital.key for one in their.row.hospitals.filter(origin="AL")],
            "specialty": "infectious_diseases", "urgency": "urgent", "languages": ["ru"], "note": None}  # fmt: skip
    their.order("resubmit", anew)
    assert their.row.status == "submitted"
    assert not Case.objects.visible_to(lin.person).exists()
    with pytest.raises(NoPart):
        answering.sign(case, words("Once more."), by=lin.person)
    assert told("asked_anew") == ["Rosa"]


def test_nobody_acts_on_a_guess_where_part_of_their_order_is_missing(their, rosa, lin):
    missing = {
        "origin": "CE", "id": their.submitted.id, "digest": "d" * 43, "epoch": 1, "number": 7, "act": "sign",
    }  # fmt: skip
    their.order(includes=[missing])
    with pytest.raises(Waiting, match="Cetara"):
        answering.allocate(their.row, [lin], by=rosa)
    assert not ClinicalNote.objects.filter(is_ours=True).exists()


def test_what_is_added_is_read_by_whoever_has_it(their, joined, partner, lin, rosa):
    answering.allocate(their.row, [lin], by=rosa)
    added = their.note("supplement", "Creatinine has doubled.")
    bring(partner, joined, added)
    assert "Creatinine" not in shown(their.row, lin.person), "no act says it yet"
    their.order("supplement", {"note": named(added)})
    assert "Creatinine has doubled." in shown(their.row, lin.person)
    assert told("answer_to_question") == ["Lin"]
    assert cases_with("creatinine", lin.person) == [their.row.pk]


def test_a_case_whose_opening_turns_out_to_be_void_says_nothing_of_the_patient(their, joined, rosa, lin):
    answering.allocate(their.row, [lin], by=rosa)
    (entry,) = joined.store.known("BO", [their.key["id"]]).values()
    joined.reader.withdrawn([entry])
    row = their.row
    assert (row.status, row.waits_for, row.summary, row.severity) == ("void", "", {}, "")
    assert not Case.objects.visible_to(lin.person).exists()
    assert cases_with("somnolent", rosa) == []
    joined.reader.accepted([(their.documents[0], entry)])
    assert their.row.status == "allocated"
    assert their.row.summary["en"].startswith(LINE)
    assert cases_with("somnolent", lin.person) == [row.pk]


def test_a_state_that_was_not_asked_says_nothing_in_it(their, joined, partner):
    stranger = their_clinician(their_hospital("Cetara Clinic", "CE"), "Nils")
    said = {"as": as_whom(stranger.hospital, stranger), "id": "o1", "note": None}
    made = an_act(partner, their.key, "sign", {**said, "note": named(their.submitted)}, origin="CE", audience="to:AL")
    bring(partner, joined, made, name="CE")
    row = JointAct.objects.get(document_id=made.id)
    assert row.is_astray
    assert (their.row.status, their.row.opinions) == ("submitted", 0)
