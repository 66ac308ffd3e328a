"""The pages of letters: the inbox, a thread, writing, groups; what is not yours is not there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.correspondence.scenes import answer, answered_by, letter_of_bo, speaks, unread, write
from tests.node.notifications.scenes import bring

from tocsin.node.correspondence.actions.drafting import begin_letter, begin_translation, keep_letter
from tocsin.node.correspondence.actions.sending import send_letter
from tocsin.node.correspondence.models import Letter, LetterDraft, LetterGroup, LetterPreference, Participant
from tocsin.node.correspondence.pages import inbox as inbox_page
from tocsin.node.correspondence.pages.inbox import inbox
from tocsin.node.correspondence.waiting import count

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(mira, signed_in):
    """Mira's."""
    return signed_in(mira.person)


def text_of(response) -> str:
    return response.content.decode()


def draft_page(draft: LetterDraft) -> str:
    return reverse("letter_draft", args=[draft.pk])


def typed(draft: LetterDraft, response, **said) -> dict[str, str]:
    """What the form sends: what stands in it, and what somebody typed."""
    shown = response.context["shown"]
    return {
        "version": str(draft.version), "readers": shown.seen, "language": "en", "box": str(draft.box),
        "subject": "Beds", "text": "How many?", **said,
    }  # fmt: skip


def test_the_inbox_has_what_is_new_first_and_says_whose_it_is(mira, lin, omar, wei, partner, joined, browser):
    write(mira.person, lin, subject="Written by me")
    bring(partner, joined, letter_of_bo(partner, wei, mira, omar, subject="From the Lake"))
    answer(Letter.objects.get(origin="AL"), lin.person, text="Later than the Lake's.")
    write(mira.person, omar, subject="The last of all, and mine")
    page = text_of(browser.get("/letters/"))
    assert "2 threads with something new" in page
    assert (count(mira.person), count(lin.person), count(omar.person)) == (2, 1, 2)
    assert page.index("Later than the Lake") < page.index("The last of all")
    assert page.index("From the Lake") < page.index("The last of all")
    assert "Wei · Lake Hospital" in page
    alone = text_of(browser.get("/letters/?unread=on"))
    assert "From the Lake" in alone
    assert "The last of all" not in alone
    assert "The last of all" not in text_of(browser.get("/letters/?state=BO"))


def test_a_search_finds_only_what_one_reads(mira, lin, omar, browser, signed_in):
    write(mira.person, lin, subject="Пневмония", text="Нужна ЭКМО")
    assert "Пневмония" in text_of(browser.get("/letters/?q=пневмонии"))
    assert "Пневмония" in text_of(browser.get("/letters/?q=mira"))
    assert "Пневмония" not in text_of(signed_in(omar.person).get("/letters/?q=пневмонии"))
    assert "No letter with" in text_of(browser.get("/letters/?q=cholera"))


def test_every_page_of_the_inbox_is_reached_once_and_in_order(mira, lin, monkeypatch):
    for number in range(7):
        write(lin.person, mira, subject=str(number))
    read = [one.pk for one in Participant.objects.filter(box=mira.pk).order_by("last_at", "pk")[:4]]
    Participant.objects.filter(pk__in=read).update(unread=0, first=0)
    same = timezone.now()
    Participant.objects.filter(box=mira.pk).update(last_at=same)
    whole, nothing = inbox(mira.person, {})
    assert (len(whole), nothing) == (7, "")
    assert [one.row.is_unread for one in whole] == [True] * 3 + [False] * 4
    found, after = [], ""
    while True:
        rows, after = inbox(mira.person, {}, after=after, limit=2)
        found += [one.row.pk for one in rows]
        if not after:
            break
    assert found == [one.row.pk for one in whole]
    assert inbox(mira.person, {}, after="nonsense~~")[0][0].row.pk == found[0]


def test_the_inbox_asks_as_often_for_many_threads_as_for_one(mira, lin, omar, rosa, river, hill, browser):
    write(lin.person, mira)
    browser.get("/letters/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get("/letters/")
    for number in range(8):
        write(omar.person if number % 2 else lin.person, mira, hill, river, subject=str(number))
    with CaptureQueriesContext(connection) as many:
        page = browser.get("/letters/")
    assert len(page.context["rows"]) == 9
    assert len(many) == len(one)


def test_a_page_of_the_inbox_reads_its_index_and_sorts_nothing(mira, lin):
    write(lin.person, mira)
    place = (True, timezone.now(), mira.pk)
    with CaptureQueriesContext(connection) as asked:
        inbox_page.inbox(mira.person, {}, after=f"0~{timezone.now().isoformat()}~{place[2].hex}")
    listed = [one["sql"] for one in asked if 'ORDER BY "correspondence_participant"."last_at" DESC' in one["sql"]]
    assert listed
    with connection.cursor() as cursor:
        for sql in listed:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}" if connection.vendor == "sqlite" else f"EXPLAIN {sql}")
            plan = str(cursor.fetchall())
            if connection.vendor == "sqlite":
                assert "threads_of_a_box" in plan
                assert "TEMP B-TREE" not in plan


def test_drafts_that_wait_are_counted_without_those_that_were_sent(mira, lin):
    write(mira.person, lin)
    begin_letter(to=[], by=mira.person)
    waiting = LetterDraft.objects.visible_to(mira.person).waiting()
    assert waiting.count() == 1
    if connection.vendor == "sqlite":
        assert "INDEX letter_drafts_of_a_person (by_id=?)" in waiting.order_by().explain()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'letter_drafts_of_a_person'"
            if connection.vendor == "sqlite"
            else "SELECT indexdef FROM pg_indexes WHERE indexname = 'letter_drafts_of_a_person'"
        )
        assert "sent_id" in cursor.fetchone()[0]


def test_to_open_a_thread_is_to_have_read_it(mira, lin, browser, signed_in):
    letter = write(lin.person, mira, text="How many\n\nbeds?")
    page = text_of(browser.get(f"/letters/{letter.thread_id}/"))
    assert "<p>How many</p>" in page
    assert unread(mira.person) == 0
    assert ">new<" not in text_of(browser.get("/letters/"))
    theirs = text_of(signed_in(lin.person).get(f"/letters/{letter.thread_id}/"))
    assert "read by 1 of 1" in theirs
    assert "read by" not in text_of(browser.get(f"/letters/{letter.thread_id}/"))


def test_what_is_not_yours_is_not_there(mira, lin, omar, signed_in, person):
    letter = write(mira.person, lin)
    draft = begin_letter(by=mira.person)
    other = signed_in(omar.person)
    assert other.get(f"/letters/{letter.thread_id}/").status_code == 404
    for name in ("answer_letter", "translate_letter", "letter_machine"):
        assert other.post(reverse(name, args=[letter.pk])).status_code == 404, name
    assert other.get(draft_page(draft)).status_code == 404
    group = LetterGroup.objects.create(by=mira.person, name="Mine")
    assert other.get(reverse("letter_group", args=[group.pk])).status_code == 404
    assert other.post(reverse("delete_letter_group", args=[group.pk])).status_code == 404
    assert other.post(reverse("give_up_letter_draft", args=[draft.pk])).status_code == 404
    assert signed_in(person("laboratory")).get("/letters/").status_code == 403


def test_a_letter_is_written_by_choosing_readers_from_the_directory(mira, lin, river, browser):
    answered = browser.post("/letters/new/")
    draft = LetterDraft.objects.get()
    assert answered.url == draft_page(draft)
    page = browser.get(answered.url)
    answered = browser.post(answered.url, typed(draft, page, act="find", find="river"))
    page = browser.get(answered.url)
    (choice,) = page.context["choices"]
    draft.refresh_from_db()
    assert (draft.subject, draft.text) == ("Beds", "How many?")
    browser.post(draft_page(draft), typed(draft, page, act=f"add:{choice.token}"))
    draft.refresh_from_db()
    page = browser.get(draft_page(draft))
    assert "River Hospital" in text_of(page)
    assert "Send to 1 reader" in text_of(page)
    sent = browser.post(draft_page(draft), typed(draft, page, act="send"), follow=True)
    letter = Letter.objects.get()
    assert letter.readers == [speaks(river)]
    assert sent.redirect_chain[-1][0] == f"/letters/{letter.thread_id}/#letter-{letter.pk}"
    assert "Who is in it" in text_of(sent)


def test_a_reader_is_left_out_again(mira, lin, omar, browser):
    draft = begin_letter(to=[speaks(lin), speaks(omar)], by=mira.person)
    page = browser.get(draft_page(draft))
    first = page.context["shown"].readers[0]
    browser.post(draft_page(draft), typed(draft, page, act=f"drop:{first.token}"))
    draft.refresh_from_db()
    assert [one["clinician"] for one in draft.to] == [omar.key]


def test_a_letter_that_may_name_a_patient_is_shown_and_goes_after_a_look(mira, lin, browser):
    draft = begin_letter(to=[speaks(lin)], by=mira.person)
    page = browser.get(draft_page(draft))
    said = typed(draft, page, act="send", text="Ask ivan.petrov@mail.example")
    refused = browser.post(draft_page(draft), said)
    assert refused.status_code == 422
    assert "<strong>ivan.petrov@mail.example</strong>" in text_of(refused)
    assert "Ask a consultation instead" in text_of(refused)
    assert not Letter.objects.exists()
    draft.refresh_from_db()
    looked = refused.context["identifying"].looked
    browser.post(draft_page(draft), {**said, "version": str(draft.version), "looked": looked})
    assert Letter.objects.get().text == "Ask ivan.petrov@mail.example"


def test_two_tabs_show_both_texts_and_lose_none(mira, lin, browser):
    draft = begin_letter(to=[speaks(lin)], by=mira.person)
    page = browser.get(draft_page(draft))
    keep_letter(draft, {"text": "From the other tab."}, version=1, by=mira.person)
    refused = browser.post(draft_page(draft), typed(draft, page, act="send", text="From this tab."))
    assert refused.status_code == 409
    assert "From the other tab." in text_of(refused)
    assert "From this tab." in text_of(refused)
    assert not Letter.objects.exists()
    draft.refresh_from_db()
    assert draft.text == "From the other tab."
    browser.post(draft_page(draft), typed(draft, refused, act="save", text="Both of them."))
    draft.refresh_from_db()
    assert draft.text == "Both of them."


def test_readers_whom_nobody_saw_get_nothing(mira, lin, omar, browser):
    group = LetterGroup.objects.create(by=mira.person, name="Infections", members=[])
    draft = begin_letter(to=[speaks(lin)], by=mira.person)
    page = browser.get(draft_page(draft))
    LetterGroup.objects.filter(pk=group.pk).update(
        members=[{"hospital": omar.hospital.key, "clinician": omar.key}]
    )  # fmt: skip
    refused = browser.post(draft_page(draft), typed(draft, page, act="send", groups=[str(group.pk)]))
    assert refused.status_code == 409
    assert "Omar" in text_of(refused)
    assert not Letter.objects.exists()
    draft.refresh_from_db()
    browser.post(draft_page(draft), typed(draft, refused, act="send", groups=[str(group.pk)]))
    assert Letter.objects.get().readers == [speaks(lin), speaks(omar)]


def test_what_is_missing_stands_beside_its_field_and_what_was_typed_is_kept(mira, lin, browser):
    draft = begin_letter(by=mira.person)
    page = browser.get(draft_page(draft))
    refused = browser.post(draft_page(draft), typed(draft, page, act="send", text="Typed."))
    assert refused.status_code == 422
    assert "Choose at least one reader" in text_of(refused)
    draft.refresh_from_db()
    assert draft.text == "Typed."


def test_an_answer_and_its_draft_are_begun_once(mira, lin, browser):
    letter = write(lin.person, mira)
    first = browser.post(reverse("answer_letter", args=[letter.pk]))
    assert browser.post(reverse("answer_letter", args=[letter.pk])).url == first.url
    assert "Answer to all who read the letter" in text_of(browser.get(first.url))
    assert "1 draft" in text_of(browser.get("/letters/"))
    browser.post(reverse("give_up_letter_draft", args=[LetterDraft.objects.waiting().get().pk]))
    assert browser.get(first.url).status_code == 404
    assert "No drafts" in text_of(browser.get("/letters/drafts/"))


def test_a_translation_is_shown_to_who_reads_its_language_with_the_original_one_switch_away(mira, lin, signed_in):
    letter = write(mira.person, lin, text="How many beds?")
    draft = begin_translation(letter, by=mira.person)
    draft = keep_letter(draft, {"text": "Сколько коек?", "language": "ru"}, version=1, by=mira.person)
    send_letter(draft, version=2, by=mira.person)
    lin.person.language = "ru"
    lin.person.save()
    page = text_of(signed_in(lin.person).get(f"/letters/{letter.thread_id}/"))
    assert page.index("Сколько коек?") < page.index('<details class="more">') < page.index("How many beds?")
    mine = text_of(signed_in(mira.person).get(f"/letters/{letter.thread_id}/"))
    assert mine.index("How many beds?") < mine.index("translated by Mira · Hill Hospital")
    assert "1 letter, 2 take part" in mine


def test_a_late_letter_says_when_it_came(mira, wei, partner, joined, browser):
    asked = write(mira.person, wei)
    early = asked.recorded_at - timedelta(days=1)
    bring(partner, joined, answered_by(partner, wei, asked, mira, text="Long ago.", recorded_at=early))
    page = text_of(browser.get(f"/letters/{asked.thread_id}/"))
    assert "came here" in page


def test_a_long_thread_goes_back_page_by_page(mira, lin, browser, monkeypatch):
    monkeypatch.setattr("tocsin.node.correspondence.pages.thread_page.A_PAGE", 3)
    letter = write(mira.person, lin, text="text-1")
    for number in range(2, 8):
        letter = answer(letter, mira.person if number % 2 else lin.person, text=f"text-{number}")
    page = browser.get(f"/letters/{letter.thread_id}/")
    assert [one.letter.text for one in page.context["shown"].letters] == ["text-5", "text-6", "text-7"]
    page = browser.get(f"/letters/{letter.thread_id}/?before={page.context['shown'].earlier}")
    assert [one.letter.text for one in page.context["shown"].letters] == ["text-2", "text-3", "text-4"]
    page = browser.get(f"/letters/{letter.thread_id}/?before={page.context['shown'].earlier}")
    assert [one.letter.text for one in page.context["shown"].letters] == ["text-1"]
    assert page.context["shown"].earlier is None
    assert unread(mira.person) == 0
    monkeypatch.setattr("tocsin.node.correspondence.pages.thread_page.A_PAGE", 7)
    assert browser.get(f"/letters/{letter.thread_id}/").context["shown"].earlier is None


def test_a_thread_asks_as_often_for_many_letters_as_for_two(mira, lin, omar, browser):
    letter = write(mira.person, lin, omar)
    letter = answer(letter, lin.person)
    browser.get(f"/letters/{letter.thread_id}/")
    with CaptureQueriesContext(connection) as few:
        browser.get(f"/letters/{letter.thread_id}/")
    for number in range(6):
        letter = answer(letter, mira.person if number % 2 else omar.person)
    browser.get(f"/letters/{letter.thread_id}/")
    with CaptureQueriesContext(connection) as many:
        browser.get(f"/letters/{letter.thread_id}/")
    assert len(many) == len(few)


def test_groups_are_made_filled_and_deleted(mira, lin, browser):
    made = browser.post("/letters/groups/", {"name": "Infections"})
    page = browser.post(made.url, {"name": "Infections", "act": "find", "find": "lin"})
    (choice,) = page.context["choices"]
    page = browser.post(made.url, {"name": "Infections East", "act": f"add:{choice.token}"})
    assert "Infections East: 1 member" in text_of(page)
    (member,) = page.context["members"]
    browser.post(made.url, {"name": "Infections East", "act": f"drop:{member.token}"})
    assert LetterGroup.objects.get().members == []
    assert browser.post("/letters/groups/", {"name": "Infections East"}).status_code == 422
    browser.post(f"{made.url}delete/")
    assert not LetterGroup.objects.exists()


def test_readings_are_told_unless_one_does_not_want_it(mira, browser):
    browser.post("/letters/preference/", {"tells": "no"})
    assert not LetterPreference.tells(mira.person_id)
    assert "Nobody learns that you opened it" in text_of(browser.get("/letters/"))
    browser.post("/letters/preference/", {"tells": "yes"})
    assert LetterPreference.tells(mira.person_id)


def test_who_has_no_box_is_told_how_to_get_one(person, signed_in):
    page = text_of(signed_in(person("hospital_manager")).get("/letters/"))
    assert "You have no letter box yet" in page


def test_an_erased_and_a_void_letter_say_so(mira, lin, browser):
    letter = write(lin.person, mira, text="Gone words.")
    answer(letter, mira.person)
    Letter.objects.filter(pk=letter.pk).update(erased_at=timezone.now(), **Letter.WITHOUT_WORDS)
    page = text_of(browser.get(f"/letters/{letter.thread_id}/"))
    assert "Its owner had this letter erased" in page
    Letter.objects.filter(pk=letter.pk).update(erased_at=None, withdrawn_at=timezone.now())
    assert "The key that signed this letter had ended" in text_of(browser.get(f"/letters/{letter.thread_id}/"))


@pytest.mark.parametrize("language", ["ru", "zh-hans"])
def test_every_page_can_be_read_in_the_other_languages(mira, lin, signed_in, language):
    letter = write(lin.person, mira)
    mira.person.language = language
    mira.person.save()
    browser = signed_in(mira.person)
    draft = begin_letter(to=[speaks(lin)], by=mira.person)
    for page in (
        "/letters/",
        f"/letters/{letter.thread_id}/",
        draft_page(draft),
        "/letters/groups/",
        "/letters/drafts/",
    ):
        assert browser.get(page).status_code == 200, page
