"""Letters inside one state: who reads them, what is looked at before they go, drafts, groups."""

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.correspondence.scenes import a_clinician, answer, sees, speaks, unread, write

from tocsin.exchange.documents import NATIONAL
from tocsin.node.alliance.models import AuditEntry, Notice, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.correspondence.actions.drafting import begin_answer, begin_letter, begin_translation, keep_letter
from tocsin.node.correspondence.actions.grouping import delete_group, keep_group
from tocsin.node.correspondence.actions.reading import open_letters, set_tells_readings
from tocsin.node.correspondence.actions.sending import send_letter
from tocsin.node.correspondence.models import Letter, LetterCopy, LetterDraft, LetterGroup, Participant, Thread
from tocsin.node.correspondence.naming import named_speakers
from tocsin.node.correspondence.pages.delivery import deliveries_of
from tocsin.node.correspondence.recipients import expanded, seen_readers
from tocsin.node.correspondence.refusals import (
    ActRefused,
    Identifying,
    InvalidInput,
    LetterDraftChanged,
    ReadersChanged,
)
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.search.finding import found

pytestmark = pytest.mark.django_db


def test_a_letter_inside_one_state_never_leaves_it_and_comes_to_whom_it_names(mira, lin, omar, joined):
    letter = write(mira.person, lin)
    assert (letter.classification, letter.addressees) == (NATIONAL, [])
    assert not list(joined.store.outbox(10))
    assert sees(mira.person) == sees(lin.person) == [letter.text]
    assert sees(omar.person) == []
    assert (unread(lin.person), unread(mira.person)) == (1, 0)


def test_the_box_of_a_hospital_is_read_by_its_coordinators_and_managers_alone(mira, river, rosa, max_, lin):
    write(mira.person, river)
    assert sees(rosa) == sees(max_) == sees(mira.person)
    assert sees(lin.person) == []
    thread = Thread.objects.get()
    assert Thread.objects.visible_to(rosa).get() == thread
    assert not Thread.objects.visible_to(lin.person).exists()
    assert unread(rosa) == unread(max_) == 1
    open_letters(thread, [Letter.objects.get().pk], by=rosa)
    assert unread(rosa) == unread(max_) == 0
    assert LetterCopy.objects.get(is_sent=False).read_by == rosa


def test_a_clinician_who_is_revoked_loses_every_letter(mira, lin):
    write(mira.person, lin)
    Clinician.objects.filter(pk=lin.pk).update(status="revoked")
    assert sees(lin.person) == []
    assert not Thread.objects.visible_to(lin.person).exists()
    with pytest.raises(ActRefused, match="no hospital"):
        begin_letter(by=lin.person)


def test_who_may_not_write_letters_reads_none_and_writes_none(mira, lin, person, river):
    write(mira.person, lin)
    stranger = person("laboratory", name="Stranger", organisation=river.organisation)
    assert sees(stranger) == []
    with pytest.raises(PermissionDenied):
        begin_letter(by=stranger)
    Person.objects.filter(pk=lin.person_id).update(roles=["auditor"])
    assert sees(Person.objects.get(pk=lin.person_id)) == []
    token = Person.objects.get(pk=mira.person_id)
    token.__dict__["abilities"] = frozenset({Ability.CONSULT})  # as one of a program that was given no more
    assert sees(token) == []


def test_who_comes_later_reads_what_is_written_to_them_and_nothing_before(mira, lin, omar):
    first = write(mira.person, lin, text="Only to Lin.")
    draft = begin_answer(first, by=lin.person)
    to = [*draft.to, {"hospital": omar.hospital.key, "clinician": omar.key}]
    draft = keep_letter(draft, {"to": to, "text": "Omar knows more."}, version=draft.version, by=lin.person)
    send_letter(draft, version=draft.version, by=lin.person)
    assert sees(omar.person) == ["Omar knows more."]
    assert sees(mira.person) == ["Only to Lin.", "Omar knows more."]


def test_an_answer_goes_to_all_who_read_the_letter_but_oneself(mira, lin, river, rosa):
    letter = write(mira.person, lin, river)
    reply = answer(letter, lin.person)
    assert set(reply.readers) == {speaks(mira), speaks(river)}
    assert (reply.thread, reply.in_reply_to, reply.subject) == (letter.thread, letter.key, "ECMO")
    assert Participant.objects.filter(thread=letter.thread).count() == 3
    assert unread(rosa) == 2


def test_nobody_answers_a_letter_that_they_do_not_read_any_more(mira, lin):
    letter = write(mira.person, lin)
    draft = begin_answer(letter, by=lin.person)
    draft = keep_letter(draft, {"text": "Late."}, version=1, by=lin.person)
    LetterCopy.objects.filter(letter=letter, box=lin.pk).delete()
    with pytest.raises(ActRefused, match="do not read this letter"):
        send_letter(draft, version=2, by=lin.person)
    assert Letter.objects.count() == 1


def test_a_text_that_may_name_a_patient_goes_only_after_a_look_at_those_very_words(mira, lin):
    text = "Call me: ivan.petrov@mail.example"
    with pytest.raises(Identifying) as refused:
        write(mira.person, lin, text=text)
    assert not Letter.objects.exists()
    assert [one.words for one in refused.value.places] == ["ivan.petrov@mail.example"]
    assert "ivan" not in str(refused.value)
    looked = refused.value.looked
    with pytest.raises(Identifying):
        write(mira.person, lin, text=text + ", or anna@mail.example", looked=looked)
    assert write(mira.person, lin, text=text, looked=looked).text == text
    assert AuditEntry.objects.get(act="letter.sent").details["looked_at"] == 1


def test_a_group_is_expanded_when_the_letter_is_sent_and_all_names_stand_on_it(mira, lin, omar, river):
    group = keep_group("Infections", [speaks(lin), speaks(omar), speaks(lin)], by=mira.person)
    assert len(group.members) == 2
    letter = write(mira.person, river, lin, groups=[str(group.pk)])
    assert letter.readers == [speaks(river), speaks(lin), speaks(omar)]
    assert sees(omar.person) == [letter.text]
    delete_group(group, by=mira.person)
    assert sees(omar.person) == [letter.text]


def test_a_group_that_changed_since_one_looked_sends_nothing(mira, lin, omar):
    group = keep_group("Infections", [speaks(lin)], by=mira.person)
    seen = seen_readers(expanded([], [str(group.pk)], by=mira.person))
    keep_group("Infections", [speaks(lin), speaks(omar)], group=group, by=mira.person)
    with pytest.raises(ReadersChanged):
        write(mira.person, groups=[str(group.pk)], readers=seen)
    assert not Letter.objects.exists()


def test_a_group_is_its_keepers_alone(mira, lin, omar):
    group = keep_group("Mine", [speaks(omar)], by=mira.person)
    assert not LetterGroup.objects.visible_to(lin.person).exists()
    assert expanded([], [str(group.pk)], by=lin.person) == []
    with pytest.raises(ActRefused, match="somebody else"):
        delete_group(group, by=lin.person)
    with pytest.raises(InvalidInput, match="this name already"):
        keep_group("Mine", [], by=mira.person)


def test_two_tabs_do_not_write_over_each_other(mira, lin):
    draft = begin_letter(to=[speaks(lin)], by=mira.person)
    keep_letter(draft, {"text": "From the one."}, version=1, by=mira.person)
    with pytest.raises(LetterDraftChanged) as refused:
        keep_letter(draft, {"text": "From the other."}, version=1, by=mira.person)
    assert refused.value.draft.text == "From the one."
    with pytest.raises(ActRefused, match="somebody else"):
        keep_letter(draft, {"text": "!"}, version=2, by=lin.person)


def test_a_draft_is_sent_once_and_keeps_no_second_copy_of_the_words(mira, lin):
    draft = begin_letter(to=[speaks(lin)], by=mira.person)
    draft = keep_letter(draft, {"subject": "Beds", "text": "How many?"}, version=1, by=mira.person)
    letter = send_letter(draft, version=2, by=mira.person)
    with pytest.raises(ActRefused, match="sent already"):
        send_letter(draft, version=2, by=mira.person)
    now = LetterDraft.objects.get()
    assert (now.sent, now.text, now.subject) == (letter, "", "")
    assert Letter.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"text": " "}, "Write what you want to say"),
        ({"subject": ""}, "what it is about"),
        ({"to": []}, "at least one reader"),
        ({"text": "a <b>bold</b> word"}, "markup"),
    ],
)
def test_what_cannot_be_sent_says_why(mira, lin, said, why):
    with pytest.raises(ActRefused, match=why):
        write(mira.person, lin, **said)
    assert not Letter.objects.exists()
    assert not Participant.objects.exists()


def test_nobody_writes_to_or_for_who_takes_no_part_now(mira, lin, river, hill):
    Clinician.objects.filter(pk=lin.pk).update(status="revoked")
    with pytest.raises(InvalidInput, match="does not work there"):
        write(mira.person, lin)
    Hospital.objects.filter(pk=river.pk).update(status="suspended")
    with pytest.raises(InvalidInput, match="takes no part now"):
        write(mira.person, river)
    draft = begin_letter(to=[speaks(river)], by=mira.person)
    Hospital.objects.filter(pk=river.pk).update(status="active")
    Hospital.objects.filter(pk=hill.pk).update(status="suspended")
    draft = keep_letter(draft, {"subject": "s", "text": "t"}, version=1, by=mira.person)
    with pytest.raises(ActRefused, match="nobody writes in its name"):
        send_letter(draft, version=2, by=mira.person)


def test_a_notice_and_the_audit_say_nothing_of_what_is_written(mira, lin, river, rosa, max_):
    write(mira.person, lin, river, subject="Secret subject", text="Secret text")
    told = {one.person.name: one for one in Notice.objects.all()}
    assert set(told) == {"Lin", "Rosa", "Max"}
    assert told["Lin"].kind == "letter.came"
    assert told["Rosa"].kind == "letter.came_to_hospital"
    assert told["Lin"].values["sender"]["en"] == "Hill Hospital"
    assert told["Lin"].link == f"/letters/{Thread.objects.get().pk}/"
    said = str([one.values for one in told.values()]) + str(
        [(one.details, one.target_name) for one in AuditEntry.objects.all()]
    )
    assert "Secret" not in said
    assert AuditEntry.objects.filter(act="letter.sent", by=mira.person).count() == 1


def test_a_translation_stands_for_its_letter_and_is_nothing_new(mira, lin):
    letter = write(mira.person, lin)
    open_letters(letter.thread, [letter.pk], by=lin.person)
    draft = begin_translation(letter, by=lin.person)
    with pytest.raises(InvalidInput, match="language of the original"):
        send_letter(
            keep_letter(draft, {"text": "?", "language": "en"}, version=1, by=lin.person), version=2, by=lin.person
        )
    draft = keep_letter(draft, {"text": "Сколько коек?", "language": "ru"}, version=2, by=lin.person)
    made = send_letter(draft, version=3, by=lin.person)
    assert (made.translates, made.thread) == (letter.key, letter.thread)
    assert sees(mira.person) == [letter.text, "Сколько коек?"]
    assert unread(mira.person) == 0
    assert Participant.objects.get(box=mira.pk).last == letter
    assert not Notice.objects.filter(person=mira.person).exists()
    assert AuditEntry.objects.filter(act="letter.translated").count() == 1
    with pytest.raises(ActRefused, match="a translation itself"):
        begin_translation(made, by=mira.person)


def test_letters_are_found_in_three_scripts_by_their_readers_alone(mira, lin, omar):
    letter = write(mira.person, lin, subject="Пневмония", text="肺炎病人的床位 and ventilators")
    for query in ("пневмонии", "肺炎", "ventilator"):
        assert found("letter", query, scopes=[str(lin.pk)]) == [letter.pk]
        assert found("letter", query, scopes=[str(omar.pk)]) == []


def test_who_wants_nobody_to_know_opens_letters_quietly(mira, lin):
    set_tells_readings(False, by=lin.person)
    letter = write(mira.person, lin)
    assert open_letters(letter.thread, [letter.pk], by=lin.person) == 1
    copy = LetterCopy.objects.get(is_sent=False)
    assert (copy.is_quiet, copy.read_by) == (True, lin.person)
    (reader,) = deliveries_of([letter], named_speakers(letter.parties))[letter.pk].readers
    assert (reader.state, reader.at, reader.by) == ("delivered", None, "")
    assert open_letters(letter.thread, [letter.pk], by=lin.person) == 0


def test_somebody_of_two_boxes_writes_in_the_name_that_they_choose(mira, hill, lin, rosa):
    both = mira.person
    both.roles = ["clinician", "consultation_coordinator"]
    both.save()
    letter = write(both, lin, box=hill.pk)
    assert letter.writer == speaks(hill)
    assert letter.name == "Mira"
    nurse = a_clinician(hill, None, "Nurse")
    assert write(both, nurse).writer == speaks(mira)
    write(both, hill)
    assert not Notice.objects.filter(person=both).exists()
