"""Texts in other languages: made here, kept beside the document, shared with whoever has it."""

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.notifications.scenes import bring, notified, said, told

from tocsin.exchange.documents import Document
from tocsin.node.events.actions.facts import change_facts
from tocsin.node.events.models import Event
from tocsin.node.notifications.actions.translating import add_translation, share_translation
from tocsin.node.notifications.models import Notification, Translation, VerificationRequest
from tocsin.node.notifications.refusals import ActRefused
from tocsin.node.notifications.texts import source_of, texts_in
from tocsin.node.post.models import Outgoing


@pytest.fixture
def tara(person):
    return person("translator", name="Tara")


@pytest.fixture
def theirs(joined, partner, diseases):
    """A notification of BO, in Russian: a summary and measures."""
    bring(partner, joined, notified(partner))
    return Notification.objects.get()


def sent():
    documents = [Document.read(bytes(row.document)) for row in Outgoing.objects.order_by("id")]
    return [one for one in documents if one.type == "translation"]


def shown(row, language):
    return {name: (text.text, text.standing) for name, text in texts_in(source_of(row), language).items()}


def test_a_translation_is_shown_instead_of_the_original_and_stays_here(theirs, tara):
    made = add_translation(theirs, language="en", texts={"summary": "Cholera after a flood."}, by=tara)
    assert [(one.field, one.version, one.by) for one in made] == [("summary", 1, tara)]
    assert shown(theirs, "en") == {
        "summary": ("Cholera after a flood.", "human_checked"), "measures": ("Вода подвозится.", "original"),
    }  # fmt: skip
    assert shown(theirs, "ru")["summary"][1] == "original"
    assert not sent()


def test_a_later_text_is_another_row_and_nobody_overwrites_another(theirs, tara, vera):
    add_translation(theirs, language="en", texts={"summary": "Cholera."}, by=tara, seen={"summary": 0})
    with pytest.raises(ActRefused, match="Tara has translated this"):
        add_translation(theirs, language="en", texts={"summary": "Flood."}, by=vera, seen={"summary": 0})
    add_translation(theirs, language="en", texts={"summary": "Cholera, flood."}, by=vera, seen={"summary": 1})
    assert shown(theirs, "en")["summary"][0] == "Cholera, flood."
    assert Translation.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "said_"),
    [
        ({"language": "ru", "texts": {"summary": "x"}}, "the language it was written in"),
        ({"language": "en", "texts": {"secret": "x"}}, "no text “secret”"),
        ({"language": "en", "texts": {"summary": "<b>x</b>"}}, "markup"),
    ],
)
def test_what_cannot_be_translated_is_said(theirs, tara, given, said_):
    with pytest.raises(ActRefused, match=said_):
        add_translation(theirs, by=tara, **given)


def test_only_who_translates_does(theirs, amina):
    for act in (lambda: add_translation(theirs, language="en", texts={"summary": "x"}, by=amina),
                lambda: share_translation(theirs, language="en", by=amina)):  # fmt: skip
        with pytest.raises(PermissionDenied):
            act()


def test_it_is_shared_once_with_whoever_has_the_document(theirs, tara):
    add_translation(theirs, language="en", texts={"summary": "Cholera.", "measures": "Water."}, by=tara)
    share_translation(theirs, language="en", by=tara)
    (document,) = sent()
    assert (document.classification, document.language, document.addressees) == ("MEMBERS", "en", ())
    assert document.body["of"] == {"id": str(theirs.document_id), "origin": "BO", "version": 1}
    assert document.body["texts"] == {"summary": "Cholera.", "measures": "Water."}
    with pytest.raises(ActRefused, match="not shared yet"):
        share_translation(theirs, language="en", by=tara)
    add_translation(theirs, language="en", texts={"summary": "Cholera, flood."}, by=tara)
    share_translation(theirs, language="en", by=tara)
    assert sent()[1].body["texts"] == {"summary": "Cholera, flood."}, "only what was not sent yet"


def test_of_what_few_have_only_these_get_the_translation(joined, partner, diseases, tara):
    head = {"no_onward_sharing": True}
    body = notified(partner).body
    bring(partner, joined, said(partner, "notification", audience="to:AL+CE", head=head | {"language": "ru"}, **body))
    row = Notification.objects.get()
    add_translation(row, language="en", texts={"summary": "Cholera."}, by=tara)
    share_translation(row, language="en", by=tara)
    (document,) = sent()
    assert (document.audience, document.no_onward_sharing) == ("to:BO+CE", True)


def test_our_own_go_where_ours_went(event, vera, tara, amina):
    change_facts(event, facts={}, texts={"summary": "Вода"}, language="ru", by=amina, version=event.version)
    row = told(Event.objects.get(pk=event.pk), vera, classification="SELECTIVE", addressees=["BO"])
    add_translation(row, language="en", texts={"summary": "Water"}, by=tara, standing="machine")
    share_translation(row, language="en", by=tara)
    (document,) = sent()
    assert (document.audience, document.body["standing"]) == ("to:BO", "machine")


def test_a_machines_words_never_pass_as_a_persons(theirs, tara):
    add_translation(theirs, language="en", texts={"summary": "Cholera."}, by=tara)
    add_translation(theirs, language="en", texts={"measures": "Water is brought."}, standing="machine", by=tara)
    share_translation(theirs, language="en", by=tara)
    assert {one.body["standing"]: set(one.body["texts"]) for one in sent()} == {
        "human_checked": {"summary"}, "machine": {"measures"},
    }  # fmt: skip


def test_the_best_of_several_is_shown(theirs, joined, partner, tara):
    of = {"id": str(theirs.document_id), "origin": "BO", "version": 1}

    def shared(name, text, standing):
        body = {"of": of, "language": "en", "standing": standing, "texts": {"summary": text}}
        bring(partner, joined, said(partner, "translation", name=name, head={"language": "en"}, **body), name=name)
        return shown(theirs, "en")["summary"]

    assert shared("CE", "machine of CE", "machine") == ("machine of CE", "machine")
    assert shared("CE", "person of CE", "human_checked")[0] == "person of CE"
    add_translation(theirs, language="en", texts={"summary": "ours"}, by=tara)
    assert shown(theirs, "en")["summary"][0] == "ours"
    assert shared("BO", "its own state's", "human_checked")[0] == "its own state's"


def test_a_translation_of_another_version_is_not_shown(theirs, joined, partner):
    of = {"id": str(theirs.document_id), "origin": "BO", "version": 2}
    document = said(partner, "translation", head={"language": "en"}, of=of, language="en")
    bring(partner, joined, document)
    assert shown(theirs, "en")["summary"][1] == "original"


def test_the_questions_of_a_request_are_a_list_without_gaps(joined, partner, diseases, tara):
    given = {"about": None, "event": None, "disease": "cholera", "answer_by": "2126-01-01T00:00:00Z"}
    questions = [{"question": "counts", "text": "Сколько?"}, {"question": "other", "text": "Где?"}]
    head = {"language": "ru"}
    bring(
        partner,
        joined,
        said(partner, "verification-request", audience="to:AL", head=head, **given, questions=questions),
    )
    row = VerificationRequest.objects.get()
    add_translation(row, language="en", texts={"questions/1": "Where?"}, by=tara)
    assert {name: text for name, (text, _) in shown(row, "en").items()} == {
        "what_is_heard": "Сообщают о закрытии школ.", "questions/0": "Сколько?", "questions/1": "Where?",
    }  # fmt: skip
    share_translation(row, language="en", by=tara)
    (document,) = sent()
    assert document.body["texts"] == {"questions": ["Сколько?", "Where?"]}
    assert document.audience == "to:BO"


def test_words_that_were_erased_are_not_translated(theirs, tara):
    Notification.objects.update(body={}, erased_at=theirs.came_at)
    with pytest.raises(ActRefused, match="no such document"):
        add_translation(theirs, language="en", texts={"summary": "x"}, by=tara)
