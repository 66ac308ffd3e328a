"""What waits for translators, and what they see and do: texts, and nothing else of events."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.notifications.scenes import bring, delivered, notified, said, told

from tocsin.exchange.store import State
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.events.actions.facts import change_facts
from tocsin.node.events.models import Event
from tocsin.node.notifications import translation_queue
from tocsin.node.notifications.actions.translating import add_translation
from tocsin.node.notifications.models import Notification, NotifiedEvent, Translation, VerificationRequest
from tocsin.node.notifications.pages.rendered import rendered
from tocsin.node.notifications.translation_queue import count, waiting

OTHER = "0197c2aa-0000-7000-8000-0000000000f1"


@pytest.fixture(autouse=True)
def counted_anew():
    translation_queue.forget()


@pytest.fixture
def tara(person):
    return person("translator", name="Tara")


@pytest.fixture
def mei(person):
    return person("translator", name="Mei")


@pytest.fixture
def came(joined, partner, diseases):
    """In Chinese, which is not among the languages of this node."""
    document = notified(partner, head={"language": "zh"})
    bring(partner, joined, document)
    return Notification.objects.get(pk=document.id)


def asked(partner, language="zh"):
    late = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    given = {"about": None, "event": None, "answer_by": late, "places": [], "disease": "cholera"}
    return said(partner, "verification-request", audience="to:AL", head={"language": language}, **given)


def texts_of(row):
    return {name: f"По-русски: {name}" for name, text in row.body["texts"].items() if text}


def test_what_waits_is_what_nobody_here_reads(joined, partner, diseases, tara):
    bring(
        partner, joined, notified(partner), notified(partner, head={"language": "zh"}, event=OTHER, serial="BO-2026-4")
    )
    (one,) = waiting(tara)
    assert (one.kind, one.origin, one.language, one.into, one.texts, one.done) == (
        "notification",
        "BO",
        "zh",
        "ru",
        2,
        0,
    )
    assert count(tara) == 1


def test_questions_answers_and_verdicts_wait_too(joined, partner, diseases, tara):
    of = {"id": OTHER, "origin": "AL"}
    verdict = said(partner, "relevance", audience="to:AL", head={"language": "zh"}, of=of)
    answered = said(partner, "verification-answer", audience="to:AL", head={"language": "zh"}, of=of, notification=None)
    bring(partner, joined, asked(partner), verdict, answered)
    assert sorted(one.kind for one in waiting(tara)) == ["answer", "question", "verdict"]
    assert waiting(tara)[0].kind == "question", "a question has a clock"


def test_the_gravest_stands_first_and_of_alike_ones_the_newest(joined, partner, diseases, tara):
    risk = {"likelihood": "likely", "impact": "severe", "level": "very_high", "confidence": "low"}
    documents = [
        notified(partner, head={"language": "zh"}, event=f"0197c2aa-0000-7000-8000-0000000000f{n}",
                 serial=f"BO-2026-{n}",
                 risk={"national": risk if n == 2 else None, "neighbours": None, "alliance": None})
        for n in (1, 2, 3)
    ]  # fmt: skip
    bring(partner, joined, *documents)
    for minutes, document in enumerate(documents):
        Notification.objects.filter(pk=document.id).update(came_at=timezone.now() - timedelta(minutes=9 - minutes))
    assert [str(one.pk) for one in waiting(tara)] == [documents[at].id for at in (1, 2, 0)]


def test_only_the_last_version_of_an_event_waits(joined, partner, diseases, tara):
    first = notified(partner, head={"language": "zh"})
    second = notified(partner, version=2, before=first.id, head={"language": "zh"})
    bring(partner, joined, first, second)
    assert [str(one.pk) for one in waiting(tara)] == [second.id]


def test_what_a_person_checked_waits_no_more_and_a_machines_does(came, tara):
    for standing, left in (("machine", 1), ("human_checked", 0)):
        add_translation(came, language="ru", texts=texts_of(came), by=tara, standing=standing)
        assert len(waiting(tara)) == left
    assert count(tara) == 0


def test_a_translation_of_an_earlier_version_does_not_count(joined, partner, diseases, tara):
    first = notified(partner, head={"language": "zh"})
    bring(partner, joined, first)
    row = Notification.objects.get(pk=first.id)
    add_translation(row, language="ru", texts=texts_of(row), by=tara)
    bring(partner, joined, notified(partner, version=2, before=first.id, head={"language": "zh"}))
    assert len(waiting(tara)) == 1


def test_what_is_void_or_erased_does_not_wait(came, tara):
    Notification.objects.filter(pk=came.pk).update(withdrawn_at=timezone.now())
    assert waiting(tara) == []
    Notification.objects.filter(pk=came.pk).update(withdrawn_at=None, body={}, erased_at=timezone.now())
    assert waiting(tara) == []


def test_queries_are_as_many_however_many_wait(came, joined, partner, tara, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as before:
        waiting(tara)
    more = [
        notified(
            partner, head={"language": "zh"}, event=f"0197c2aa-0000-7000-8000-0000000001{n:02}", serial=f"BO-2026-{n}"
        )
        for n in range(10, 20)
    ]
    bring(partner, joined, *more)
    with django_assert_num_queries(len(before)):
        assert len(waiting(tara)) == 11


def test_nothing_waits_for_people_who_do_not_translate(came, amina):
    assert waiting(amina) == []
    assert count(amina) == 0


def test_a_translator_sees_texts_and_nothing_else_of_the_event(came, tara, signed_in):
    browser = signed_in(tara)
    page = browser.get(reverse("translations")).text
    assert "1 document waits for a translation" in page
    assert "Borenia" in page
    page = browser.get(reverse("translation", args=["notification", came.pk, "ru"])).text
    assert "洪水后霍乱。" in page
    for kept in ("Dolin", "Confirmed", "intensive", "+000"):
        assert kept not in page, kept
    head = NotifiedEvent.objects.get()
    assert browser.get(reverse("notified_event", args=[head.pk])).status_code in (403, 404)


def test_terms_found_in_the_original_stand_beside_it(came, tara, signed_in):
    page = signed_in(tara).get(reverse("translation", args=["notification", came.pk, "ru"])).text
    assert "Terms in these texts" in page
    assert '<td lang="ru">холера</td>' in page.replace("Холера", "холера")


def posted(browser, row, into="ru", kind="notification", **given):
    return browser.post(reverse("translation", args=[kind, row.pk, into]), given)


def test_what_is_typed_is_saved_as_checked_by_that_person(came, tara, signed_in):
    answer = posted(
        signed_in(tara), came, **{"text-0": "Холера после паводка.", "seen-0": "0", "text-1": "", "seen-1": "0"}
    )
    assert answer.status_code == 302
    row = Translation.objects.get()
    assert (row.field, row.text, row.standing, row.by) == ("summary", "Холера после паводка.", "human_checked", tara)
    assert AuditEntry.objects.filter(act="translation.added", by=tara).exists()
    from django.utils import translation

    with translation.override("ru"):
        assert rendered(came).texts[0].text == "Холера после паводка."


def test_a_machines_text_is_checked_only_by_a_person_who_says_so(came, tara, signed_in):
    add_translation(came, language="ru", texts=texts_of(came), by=None, standing="machine")
    same = {"text-0": "По-русски: summary", "seen-0": "1", "text-1": "По-русски: measures", "seen-1": "1"}
    posted(signed_in(tara), came, **same)
    assert not Translation.objects.filter(standing="human_checked").exists()
    posted(signed_in(tara), came, **same, **{"checked-0": "on"})
    (row,) = Translation.objects.filter(standing="human_checked")
    assert (row.field, row.by) == ("summary", tara)


def test_nobody_writes_over_what_another_has_translated_meanwhile_and_both_are_shown(came, tara, mei, signed_in):
    posted(signed_in(mei), came, **{"text-0": "Мэй: холера.", "seen-0": "0"})
    answer = posted(signed_in(tara), came, **{"text-0": "Тара: холера.", "seen-0": "0"})
    assert answer.status_code == 409
    assert "Мэй: холера." in answer.text
    assert "Тара: холера." in answer.text
    assert "Mei has translated this since you looked" in answer.text
    assert Translation.objects.get(is_current=True).text == "Мэй: холера."
    assert 'name="seen-0" value="1"' in answer.text
    assert posted(signed_in(tara), came, **{"text-0": "Тара: холера.", "seen-0": "1"}).status_code == 302
    assert Translation.objects.get(is_current=True).text == "Тара: холера."


def test_a_text_that_partners_would_refuse_is_refused_and_kept_on_the_page(came, tara, signed_in):
    answer = posted(signed_in(tara), came, **{"text-0": "<b>Холера</b>", "seen-0": "0"})
    assert answer.status_code == 409
    assert "&lt;b&gt;Холера" in answer.text
    assert not Translation.objects.exists()


@pytest.mark.parametrize("into", ["zh", "fr", "zh-hans"])
def test_there_is_no_page_for_its_own_language_or_for_others(came, tara, signed_in, into):
    assert signed_in(tara).get(reverse("translation", args=["notification", came.pk, into])).status_code == 404


def test_a_document_that_is_none_or_lost_its_words_is_not_there(came, tara, signed_in):
    browser = signed_in(tara)
    assert browser.get(reverse("translation", args=["letter", came.pk, "ru"])).status_code == 404
    assert browser.get(reverse("translation", args=["question", came.pk, "ru"])).status_code == 404
    Notification.objects.filter(pk=came.pk).update(body={}, erased_at=timezone.now())
    assert browser.get(reverse("translation", args=["notification", came.pk, "ru"])).status_code == 404


def test_only_translators_open_it(came, amina, signed_in):
    browser = signed_in(amina)
    assert browser.get(reverse("translations")).status_code == 403
    assert browser.get(reverse("translation", args=["notification", came.pk, "ru"])).status_code == 403
    assert posted(browser, came, **{"text-0": "x", "seen-0": "0"}).status_code == 403


def test_questions_are_translated_one_by_one(joined, partner, diseases, tara, signed_in):
    bring(partner, joined, asked(partner, "ru"))
    row = VerificationRequest.objects.get()
    page = signed_in(tara).get(reverse("translation", args=["question", row.pk, "en"])).text
    assert "Question 2" in page
    posted(signed_in(tara), row, into="en", kind="question", **{"text-1": "Since 1 March?", "seen-1": "0"})
    assert Translation.objects.get().field == "questions/1"


def test_a_translation_of_our_own_goes_to_whoever_has_the_document(
    joined, partner, event, vera, tara, amina, signed_in
):
    change_facts(event, facts={}, texts={"summary": "Три случая."}, language="ru", by=amina, version=event.version)
    made = told(Event.objects.get(pk=event.pk), vera)
    browser = signed_in(tara)
    assert made.body["serial"] in browser.get(reverse("translations")).text
    page = browser.get(reverse("translation", args=["notification", made.pk, "en"])).text
    assert "Share with" not in page
    posted(browser, made, into="en", **{"text-0": "Three cases.", "seen-0": "0"})
    page = browser.get(reverse("translation", args=["notification", made.pk, "en"])).text
    assert "Share with all members" in page
    assert Translation.objects.get().shared_as is None, "nothing leaves before somebody says so"
    browser.post(reverse("share_translation", args=["notification", made.pk, "en"]))
    assert Translation.objects.get().shared_as is not None
    delivered(joined, partner)
    sent = [one for one in partner.nodes["BO"].store.entries(state=State.ACCEPTED) if one.type == "translation"]
    assert len(sent) == 1
    page = browser.get(reverse("translation", args=["notification", made.pk, "en"])).text
    assert "Share with" not in page


def test_the_number_in_the_bar_is_kept_a_short_while(came, tara, django_assert_num_queries):
    assert count(tara) == 1
    with django_assert_num_queries(0):
        assert count(tara) == 1


def test_the_list_teaches_when_nothing_waits(state, tara, signed_in):
    page = signed_in(tara).get(reverse("translations")).text
    assert "No text of partners waits for a translation" in page
    assert "come here by themselves" in page
