"""A case of ours that a hospital of another state is asked: it goes there and nowhere else, and says nobody's name."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.node.consultations.scenes import CONTENT, a_draft, ask_for, closed, seen, words
from tests.node.consultations.theirs import (
    an_act,
    an_opinion,
    as_whom,
    bring,
    erased_by,
    named,
    note,
    said_to_be,
    their_clinician,
    their_hospital,
)
from tests.node.notifications.scenes import delivered

from tocsin.exchange.documents import Document
from tocsin.exchange.errors import NotTrusted
from tocsin.exchange.intake import take
from tocsin.exchange.sealing import seal
from tocsin.node.alliance.models import Notice
from tocsin.node.consultations.actions import answering, asking
from tocsin.node.consultations.actions.submitting import submit
from tocsin.node.consultations.models import Case, ClinicalNote
from tocsin.node.consultations.pages.case_page import case_page
from tocsin.node.consultations.reading import case_here
from tocsin.node.consultations.refusals import Identifying
from tocsin.node.joint.models import JointAct

pytestmark = pytest.mark.django_db
TYPES = {"consultation", "clinical-note"}
IDENTITY = {
    "names": ["Иванов Пётр Сергеевич", "Ivanov Petr", "伊万诺夫"], "birth_date": date(1971, 4, 12),
    "numbers": ["AB 1234567"], "telephones": ["+7 701 555 12 34"], "addresses": ["Карсу, Озёрная улица, дом 7"],
}  # fmt: skip
PLANTED = (
    "иванов", "пётр", "петр", "сергеевич", "ivanov", "petr", "伊万", "1234567", "555 12 34", "5551234", "555-12-34",
    "1971", "озёрная", "карсу",
)  # fmt: skip


@pytest.fixture
def wei(partner):
    """An expert at Borvik."""
    return their_clinician(their_hospital())


@pytest.fixture
def zhao(wei):
    """Another one there."""
    return their_clinician(wei.hospital, "Zhao")


@pytest.fixture
def case(mira, wei):
    return ask_for(mira, [wei.hospital], by=mira.person, identity=IDENTITY)


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=f"consultation.{kind}").values_list("person__name", flat=True))


def shown(case: Case, reader) -> str:
    page = case_page(again(case), reader)
    return " ".join(one.words.text or one.words.gone for one in page.entries if one.words)


def left(joined, partner) -> list[Document]:
    """Everything of the case that waits to leave, and all that Borenia has opened."""
    waiting = [Document.read(row.document) for row in joined.store.outbox(100)]
    entries = partner.nodes["BO"].store.entries(most=1_000)
    opened = [Document.read(one.document) for one in entries if one.stream.origin == "AL" and one.document]
    return [one for one in [*waiting, *opened] if one.type in TYPES]


def names_in(documents: list[Document]) -> set[str]:
    """What of the identity stands anywhere in them."""
    said = [one.encode().decode().casefold() for one in documents]
    return {planted for planted in PLANTED for text in said if planted in text}


def test_it_goes_to_the_state_that_is_asked_and_to_nobody_else(case, joined, partner):
    assert (case.of.classification, case.of.addressees) == ("SELECTIVE", ["BO"])
    heads = [(one.type, one.classification, one.addressees, one.no_onward_sharing) for one in left(joined, partner)]
    assert heads == [
        ("clinical-note", "SELECTIVE", ("BO",), True), ("consultation", "SELECTIVE", ("BO",), True),
    ]  # fmt: skip
    (manifest,) = seal(joined)
    assert manifest.stream.audience == "to:BO"
    batch = joined.store.batch_of(manifest.digest)
    assert set(batch.parcels) == {"AL", "BO"}, "nobody else could open it"
    take(partner.nodes["BO"], batch, via="AL")
    assert len(left(joined, partner)) == 2
    with pytest.raises(NotTrusted, match="not written for this node"):
        take(partner.nodes["CE"], batch, via="AL")


def test_their_opinion_is_in_our_order_shown_and_told(case, joined, partner, mira, wei):
    bring(partner, joined, said_to_be(partner, case, [wei]))
    assert (again(case).status, again(case).waits_for) == ("allocated", "asked")
    bring(partner, joined, *an_opinion(partner, case, wei, "Meropenem, and halve it."))
    row = again(case)
    assert (row.status, row.opinions, row.waits_for) == ("answered", 1, "asking")
    assert (case_here(case.of).first_answer is not None, row.of.proposals) == (True, 0)
    assert "Meropenem, and halve it." in shown(case, mira.person)
    assert told("opinion") == ["Mira"]
    last = case.of.acts.filter(kind="order").order_by("-order_number").first()
    assert [one["act"] for one in last.includes] == ["sign"]
    day = timezone.now().date() + timedelta(days=1)
    asking.acknowledge(row, follow_up_on=day, seen=seen(row), by=mira.person)
    assert again(case).status == "acknowledged"


def test_two_opinions_at_once_both_stand(case, joined, partner, mira, wei, zhao):
    bring(partner, joined, said_to_be(partner, case, [wei, zhao]))
    first, second = (an_opinion(partner, case, who, f"Says {who}", id=id) for who, id in ((wei, "o1"), (zhao, "o2")))
    bring(partner, joined, *first, *second)
    assert [str(one.by.id) for one in case_here(case.of).opinions] == [str(wei.clinician_id), str(zhao.clinician_id)]
    assert (again(case).opinions, told("opinion")) == (2, ["Mira", "Mira"])
    page = shown(case, mira.person)
    assert "Says Wei" in page
    assert "Says Zhao" in page


def test_of_two_states_that_name_an_opinion_alike_one_counts_and_both_are_kept(joined, partner, mira, wei):
    nils = their_clinician(their_hospital("Cetara Clinic", "CE"), "Nils")
    case = ask_for(mira, [wei.hospital, nils.hospital], by=mira.person)
    assert case.of.addressees == ["BO", "CE"]
    for who, others in ((wei, "to:AL+CE"), (nils, "to:AL+BO")):
        bring(partner, joined, said_to_be(partner, case, [who], audience=others), name=who.origin)
        opinion = an_opinion(partner, case, who, f"Says {who}", audience=others)
        bring(partner, joined, *opinion, name=who.origin)
    state = case_here(case.of)
    assert [(one.by.origin, one.id) for one in state.opinions] == [("BO", "o1")]
    assert [(one.applied.act.origin, one.code) for one in state.refused] == [("CE", "name-taken")]
    assert ClinicalNote.objects.about(case).filter(origin="CE").get().text == "Says Nils"


def test_a_note_of_theirs_that_they_erase_is_gone_and_the_opinion_is_on_record(case, joined, partner, mira, wei):
    opinion, signed = an_opinion(partner, case, wei, "Meropenem, and halve it.")
    bring(partner, joined, said_to_be(partner, case, [wei]), opinion, signed)
    erased_by(partner, joined, opinion)
    assert (again(case).status, again(case).opinions) == ("answered", 1)
    assert "destroyed" in shown(case, mira.person)
    assert "Meropenem" not in shown(case, mira.person)
    assert ClinicalNote.objects.get(origin="BO").text == ""


def test_a_question_of_theirs_is_answered_and_only_they_read_the_answer(case, joined, partner, mira, wei):
    key = case.of.key.as_json()
    asked = note(partner, key, "question", "Any allergy?", hospital=wei.hospital, clinician=wei)
    act = an_act(partner, key, "ask", {"as": as_whom(wei.hospital, wei), "id": "q1", "note": named(asked)})
    bring(partner, joined, said_to_be(partner, case, [wei]), asked, act)
    assert (again(case).status, told("question")) == ("info_requested", ["Mira"])
    asking.reply(case, "q1", words("None known."), seen=seen(case), by=mira.person)
    assert again(case).status == "in_review"
    delivered(joined, partner, "BO")
    assert [one.body["text"] for one in left(joined, partner) if one.body.get("kind") == "reply"] == ["None known."]
    assert {stream.audience for stream in joined.store.heads() if stream.origin == "AL"} == {"to:BO"}


def test_those_who_are_asked_decline_and_the_case_comes_back(case, joined, partner, mira, wei):
    key = case.of.key.as_json()
    why = note(partner, key, "declined", "No bed before Monday.", hospital=wei.hospital)
    said = {"as": as_whom(wei.hospital), "reason": "no_bed", "note": named(why)}
    bring(partner, joined, why, an_act(partner, key, "decline", said))
    assert (again(case).status, again(case).waits_for, told("declined")) == ("returned", "asking", ["Mira"])
    assert "No bed before Monday." in shown(case, mira.person)


def test_a_state_does_not_speak_in_the_name_of_another_hospital(case, joined, partner, mira, wei):
    """What Borenia's node says as Mira of the Hill, whom the case is of, nobody takes."""
    key = case.of.key.as_json()
    words_of = note(partner, key, "message", "Send everything.", hospital=wei.hospital, clinician=wei)
    said = {"as": as_whom(mira.hospital, mira), "note": named(words_of)}
    bring(partner, joined, an_act(partner, key, "message", said))
    assert not JointAct.objects.filter(origin="BO").exists()
    said = {"as": as_whom(wei.hospital), "note": named(words_of)}
    bring(partner, joined, an_act(partner, key, "message", said))
    assert JointAct.objects.get(origin="BO").said["as"]["hospital"] == wei.hospital.key


def test_nothing_that_leaves_says_who_the_patient_is(case, joined, partner, mira, wei):
    """All that people of ours say in a whole case."""
    bring(partner, joined, said_to_be(partner, case, [wei]))
    delivered(joined, partner, "BO")
    asking.supplement(case, words("Creatinine has doubled."), by=mira.person)
    answering.send_message(case, words("May we call at noon?"), by=mira.person)
    asking.change_consent(case, "teaching", given=True, on=date(2026, 3, 2), basis="patient", by=mira.person)
    bring(partner, joined, *an_opinion(partner, case, wei, "Meropenem, and halve it."))
    closed(again(case), by=mira.person)
    asking.reopen(again(case), words("It has come back."), by=mira.person)
    asking.withdraw(again(case), reason="Transferred.", by=mira.person)
    delivered(joined, partner, "BO")
    documents = left(joined, partner)
    said = " ".join(one.encode().decode() for one in documents)
    for text in ("Fever for nine days", "Creatinine", "May we call", "It has come back", "Transferred."):
        assert text in said, "what is looked through is all that left"
    assert names_in(documents) == set()


FORMS = {
    "declined": "Иванову хуже второй день.", "in Latin": "Patient IVANOV got worse.", "Chinese": "患者伊万诺夫加重。",
    "initials": "П. С. Иванов лежит у нас.", "number": "See record ab-1234567.", "digits": "Record AB1234567",
    "telephone": "Call 8 (701) 555-12-34.", "birth date": "Born 12.04.1971", "birth in words": "12 апреля 1971 года",
}  # fmt: skip


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_a_text_with_any_form_of_it_is_not_sent(text, joined, partner, mira, wei):
    draft = a_draft(mira, [wei.hospital], by=mira.person, identity=IDENTITY, text=text)
    with pytest.raises(Identifying) as refused:
        submit(draft, version=draft.version, by=mira.person)
    assert text not in str(refused.value)
    assert not joined.store.outbox(10)
    assert not ClinicalNote.objects.exists()


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_nor_in_the_structured_part(text, joined, partner, mira, wei):
    places = {"presentation": text, "conditions": text, "allergies": text, "questions": [text]}
    for name, said in places.items():
        draft = a_draft(mira, [wei.hospital], by=mira.person, identity=IDENTITY, content={**CONTENT, name: said})
        with pytest.raises(Identifying) as refused:
            submit(draft, version=draft.version, by=mira.person)
        assert refused.value.places[0].field.startswith(f"content.{name}")
    assert not joined.store.outbox(10)


LATER = {
    "a supplement": lambda case, by, text: asking.supplement(case, words(text), by=by),
    "a message": lambda case, by, text: answering.send_message(case, words(text), by=by),
    "the structured part of a supplement": lambda case, by, text: asking.supplement(
        case, words("More.", content={**CONTENT, "presentation": text}), by=by
    ),
    "why it is withdrawn": lambda case, by, text: asking.withdraw(case, reason=text, by=by),
}  # fmt: skip


@pytest.mark.parametrize("say", LATER.values(), ids=LATER)
def test_nor_in_anything_that_is_said_later(say, case, joined, partner, mira):
    delivered(joined, partner, "BO")
    for text in FORMS.values():
        with pytest.raises(Identifying):
            say(case, mira.person, text)
    assert not joined.store.outbox(10)
    assert again(case).status == "submitted"


def test_nor_in_how_it_went_or_why_it_is_closed(case, joined, partner, mira, wei):
    bring(partner, joined, said_to_be(partner, case, [wei]), *an_opinion(partner, case, wei, "Meropenem."))
    day = timezone.now().date() + timedelta(days=1)
    asking.acknowledge(case, follow_up_on=day, seen=seen(case), by=mira.person)
    told_how = {"outcome": "recovered", "advice_followed": "yes", "by": mira.person}
    for text in FORMS.values():
        with pytest.raises(Identifying):
            asking.follow_up(case, words(text), **told_how)
    asking.follow_up(case, **told_how)
    for text in FORMS.values():
        with pytest.raises(Identifying):
            asking.close(case, reason=text, by=mira.person)
    assert again(case).status == "followed_up"
    delivered(joined, partner, "BO")
    assert names_in(left(joined, partner)) == set()
