"""Programs read and write letters in the name of their person, by the same gates and acts."""

import json

import pytest
from django.http import Http404
from django.test import RequestFactory
from tests.node.correspondence.scenes import sees, speaks, unread, write

from tocsin.node.api.errors import Refusal
from tocsin.node.correspondence.api import letters as api
from tocsin.node.correspondence.api.letters import LettersWanted, router
from tocsin.node.correspondence.api.schemas import LetterAnswerAsked, LetterAsked, LetterThreadsSaid, LetterThreadWhole
from tocsin.node.correspondence.models import Letter, LetterDraft

pytestmark = pytest.mark.django_db


def asks(person, body=b""):
    request = RequestFactory().post("/", data=body, content_type="application/json")
    request.user = person
    return request


def sends(person, key: str | None = None, **said):
    asked = LetterAsked(**({"subject": "Beds", "text": "How many?", "language": "en"} | said))
    return api.post_letter(asks(person, asked.model_dump_json().encode()), asked=asked, idempotency_key=key)


def test_a_program_sends_reads_opens_and_answers(mira, lin, river):
    sent = sends(mira.person, to=[{"clinician": lin.pk}, {"hospital": river.pk}])
    assert sent.status_code == 201
    listed = LetterThreadsSaid(**api.letter_threads(asks(lin.person), LettersWanted(), 100))
    (item,) = listed.items
    assert (item.subject, item.unread, item.box, listed.next) == ("Beds", 1, lin.pk, None)
    whole = LetterThreadWhole(**api.letter_thread(asks(lin.person), item.thread))
    assert (whole.letters[0].text, whole.letters[0].readers) == ("How many?", [])
    assert unread(lin.person) == 1
    assert api.open_thread(asks(lin.person), item.thread).value == {"opened": 1}
    asked = LetterAnswerAsked(text="Three.", language="en")
    api.post_answer(asks(lin.person), whole.letters[0].id, asked=asked)
    assert sees(mira.person) == ["How many?", "Three."]
    mine = LetterThreadWhole(**api.letter_thread(asks(mira.person), item.thread)).letters[0]
    assert [one.state for one in mine.readers] == ["letter_read", "delivered"]


def test_a_call_that_is_made_again_sends_nothing_twice(mira, lin):
    first = sends(mira.person, "key-1", to=[{"clinician": lin.pk}])
    again = sends(mira.person, "key-1", to=[{"clinician": lin.pk}])
    assert first.value == again.value
    assert Letter.objects.count() == 1


def test_what_may_name_a_patient_is_refused_without_its_words_and_goes_after_a_look(mira, lin):
    text = "Ask ivan.petrov@mail.example"
    with pytest.raises(Refusal) as refused:
        sends(mira.person, to=[{"clinician": lin.pk}], text=text)
    assert (refused.value.status, refused.value.code) == (409, "identifying")
    assert "ivan" not in json.dumps(refused.value.details)
    assert refused.value.details["places"] == [{"field": "text", "start": 4, "end": 28, "kind": "email"}]
    assert not LetterDraft.objects.exists()
    sends(mira.person, to=[{"clinician": lin.pk}], text=text, looked=refused.value.details["looked"])
    assert Letter.objects.get().text == text


@pytest.mark.parametrize("party", [{}, {"clinician": "0197c2aa-0000-7000-8000-0000000000c1"}])
def test_who_is_not_in_the_directory_is_refused_where_they_stand(mira, lin, party):
    with pytest.raises(Refusal) as refused:
        sends(mira.person, to=[{"clinician": lin.pk}, party])
    assert [field for field, _message in refused.value.where] == ["body.to.1"]


def test_nobody_writes_in_a_name_that_is_not_theirs(mira, lin, river):
    with pytest.raises(Refusal) as refused:
        sends(mira.person, to=[{"clinician": lin.pk}], box=river.pk)
    assert [field for field, _message in refused.value.where] == ["body.box"]
    assert not Letter.objects.exists()


def test_what_somebody_does_not_read_is_not_there(mira, lin, omar):
    letter = write(mira.person, lin)
    asked = LetterAnswerAsked(text="!", language="en")
    for call in (
        lambda: api.letter_thread(asks(omar.person), letter.thread_id),
        lambda: api.open_thread(asks(omar.person), letter.thread_id),
        lambda: api.post_answer(asks(omar.person), letter.pk, asked=asked),
    ):
        with pytest.raises(Http404):
            call()
    assert letter.readers == [speaks(lin)]


def test_every_way_in_asks_for_the_ability_to_write_letters():
    for path, operations in router.path_operations.items():
        for one in operations.operations:
            assert [callback.any_of for callback in one.auth_callbacks or [one.auth_param]] == [("correspond",)], path
