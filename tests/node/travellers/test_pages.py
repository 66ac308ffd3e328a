"""Pages of travellers: what lists say and never say, the deliberate look, lines that are added, what is not kept."""

import pytest
from django.urls import reverse
from tests.node.travellers.scenes import NAMES, answered, bring, delivered, later, sent, traveller

from tocsin.node.duty.models import Acknowledgement
from tocsin.node.travellers.actions import answering
from tocsin.node.travellers.actions.expiring import expire
from tocsin.node.travellers.models import Opening, Tracing, TravellerMessage

TYPED = {
    "to": "BO", "family_name": "Zhumagulova", "given_names": "Quasimodo", "born": "1980-05", "sex": "female",
    "disease": "measles", "classification": "confirmed", "asked": ["find_person"], "legal_basis": ["ihr_44"],
    "language": "en", "expires_on": "",
    "journeys-TOTAL_FORMS": "2", "journeys-INITIAL_FORMS": "0", "journeys-0-kind": "air", "journeys-0-number": "AL 107",
    "journeys-0-seat": "seat-77K", "journeys-0-departed_on": "2026-03-07", "journeys-0-departed_at": "22:10",
    "journeys-0-arrived_on": "2026-03-08",
    "contacts-TOTAL_FORMS": "2", "contacts-INITIAL_FORMS": "0", "contacts-0-names": "Zarathustra",
    "contacts-0-relation": "household",
}  # fmt: skip


@pytest.fixture
def browser(joined, diseases, timur, signed_in):
    """Of somebody who looks for travellers."""
    return signed_in(timur)


@pytest.fixture
def came(browser, joined, partner) -> Tracing:
    bring(partner, joined, traveller(partner))
    return Tracing.objects.get()


def typed(**change):
    given = {**TYPED, "expires_on": later(days=21).date().isoformat(), **change}
    return {name: value for name, value in given.items() if value is not None}


def shown(answer) -> str:
    return answer.content.decode()


def test_an_empty_page_teaches_what_the_message_is_for(browser):
    for box, word in (
        ("theirs", "No state has told us"),
        ("ours", "Has a case"),
        ("ended", "Nothing has been destroyed"),
    ):
        assert word in shown(browser.get(reverse("travellers") + f"?box={box}"))


def test_lists_and_the_page_itself_say_disease_conveyance_and_day_and_never_who_it_is(browser, came, vera):
    answering.take_up(came, by=vera)
    for address in (reverse("travellers"), reverse("traveller", args=[came.pk])):
        page = shown(browser.get(address))
        assert not [name for name in NAMES if name in page]
        assert all(word in page for word in ("Measles, confirmed case", "aircraft AL 107", "8 Mar", "Vera"))
    assert not Opening.objects.exists()


def test_who_it_is_is_shown_once_to_whoever_says_why(browser, came, timur):
    address = reverse("who_it_is", args=[came.pk])
    assert browser.get(address).url == reverse("traveller", args=[came.pk])
    refused = browser.post(address, {"reason": ""})
    assert (refused.status_code, Opening.objects.count()) == (422, 0)
    answer = browser.post(address, {"reason": "find"})
    page = shown(answer)
    assert not [name for name in NAMES if name not in page]
    title, heading = (
        page.partition("<title>")[2].partition("</title>")[0],
        page.partition("<h1>")[2].partition("</h1>")[0],
    )
    assert not [name for name in NAMES if name in title + heading], "a browser keeps titles"
    assert page.count("read by Timur") >= 3, "on the screen, and at the top and the foot of each sheet"
    assert "no-store" in answer["Cache-Control"]
    assert "to find the person" in shown(browser.get(reverse("traveller", args=[came.pk])))
    assert not [name for name in NAMES if name in str(dict(browser.session))]


def test_nobody_else_finds_a_page_of_it(came, people, signed_in):
    for role in ("epidemiologist", "administrator", "auditor", "secretariat"):
        other = signed_in(people[role])
        assert other.get(reverse("traveller", args=[came.pk])).status_code == 403
        assert other.post(reverse("who_it_is", args=[came.pk]), {"reason": "find"}).status_code == 403
    auditor = signed_in(people["auditor"])
    browser = signed_in(people["contact_tracer"])
    browser.post(reverse("who_it_is", args=[came.pk]), {"reason": "find"})
    page = shown(auditor.get(reverse("audit")))
    assert "looked at who a traveller is" in page
    assert not [name for name in NAMES if name in page]


def test_what_was_typed_leaves_and_is_kept_in_no_browser(browser, joined, partner):
    form = shown(browser.get(reverse("write_traveller")))
    body = form.partition("<main")[2]
    assert "data-draft=" not in body
    assert 'autocomplete="off"' in body
    answer = browser.post(reverse("write_traveller"), typed())
    message = TravellerMessage.objects.get()
    assert answer.url == reverse("traveller", args=[message.of_id])
    assert message.content["conveyances"][0]["departed"] == "2026-03-07T22:10"
    assert message.content["contacts"] == [
        {"names": "Zarathustra", "relation": "household", "seat": "", "telephone": "", "address": ""}
    ]
    page = reverse("traveller", args=[message.of_id])
    assert "waits to be signed" in shown(browser.get(page))
    delivered(joined, partner)
    assert "under way" in shown(browser.get(page))
    assert not [name for name in NAMES if name in str(browser.session.items()) + str(browser.cookies)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"to": "ZZ"}, "Select a valid choice"),
        ({"to": ""}, "required"),
        ({"born": "2090"}, "still to come"),
        ({"born": "1980-13"}, "no such day"),
        ({"born": "May"}, "the year, the month or the day"),
        ({"document_number": "пасп"}, "Latin letters"),
        ({"telephone": "call me"}, "Digits"),
        ({"family_name": "pay\u202eexe"}, "invisible"),
        ({"expires_on": "2020-01-01"}, "not to come any more"),
        ({"expires_on": "2099-01-01"}, "At most 90 days"),
        ({"infectious_from": "2026-03-09", "infectious_until": "2026-03-08"}, "before the first day"),
        ({"journeys-0-arrived_on": "2026-03-05"}, "before the departure"),
        ({"journeys-0-departed_on": ""}, "Say the day of this hour"),
        ({"journeys-0-kind": ""}, "required"),
        ({"contacts-0-names": ""}, "Say a name, a seat"),
        ({"contacts-TOTAL_FORMS": "201", **{f"contacts-{n}-names": "N" for n in range(201)}}, "at most 200"),
        ({"legal_basis": []}, "required"),
        ({"family_name": "", "given_names": "", "journeys-0-seat": ""}, "Say who it is"),
        ({"contacts-TOTAL_FORMS": None}, "ManagementForm"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed_and_nothing_leaves(browser, change, said):
    answer = browser.post(reverse("write_traveller"), typed(**change))
    assert answer.status_code == 422
    assert said in shown(answer)
    assert not TravellerMessage.objects.exists()


def test_a_suspended_state_is_not_offered(browser, joined, alliance_list):
    alliance_list.change("BO", status="suspended")
    joined.store.put_trust_files(alliance_list.files)
    page = shown(browser.get(reverse("write_traveller")))
    to = page.partition('name="to"')[2].partition("</select>")[0]
    assert 'value="CE"' in to
    assert 'value="BO"' not in to
    assert 'value="SEC"' not in to, "the Secretariat looks for nobody"


@pytest.mark.parametrize(("more", "lines"), [("contacts", 3), ("ten", 12), ("journeys", 3)])
def test_a_button_adds_lines_and_keeps_what_is_typed_on_the_page_alone(browser, more, lines):
    answer = browser.post(reverse("write_traveller"), typed(more=more, legal_basis=[]))
    page = shown(answer)
    assert answer.status_code == 200
    assert f'id="id_{"journeys" if more == "journeys" else "contacts"}-{lines - 1}-' in page
    assert "Zarathustra" in page
    assert "field-wrong" not in page, "nothing is wrong with what is not finished"
    assert not TravellerMessage.objects.exists()


def test_the_next_version_begins_with_the_last_and_is_sent_by_the_same_checks(browser, timur):
    tracing = sent(timur)
    address = reverse("amend_traveller", args=[tracing.pk])
    assert browser.get(address).url == reverse("traveller", args=[tracing.pk])
    page = shown(browser.post(address, {"begin": "1"}))
    assert 'value="seat-77K"' in page
    assert 'value="22:10"' in page
    answer = browser.post(address, typed(seen="1", outcome=["recovered"], to=None))
    assert answer.url == reverse("traveller", args=[tracing.pk])
    tracing.refresh_from_db()
    assert (tracing.version, tracing.outcome) == (2, ["recovered"])
    stale = browser.post(address, typed(seen="1"), follow=True)
    assert "has written the next version" in shown(stale)


def test_a_phone_can_say_i_have_it_answer_and_see_what_was_answered(browser, came):
    page = reverse("traveller", args=[came.pk])
    assert "I have it" in shown(browser.get(page))
    browser.post(reverse("acknowledge_traveller", args=[came.pk]))
    assert Acknowledgement.objects.get().of_type == "traveller"
    form = {
        "found": "yes",
        "contacts_found": "2",
        "outcome": ["found"],
        "text": "Found.",
        "language": "en",
        "seen": "0",
    }
    assert browser.get(reverse("answer_traveller", args=[came.pk])).status_code == 200
    wrong = browser.post(reverse("answer_traveller", args=[came.pk]), form | {"outcome": ["not_found", "found"]})
    assert (wrong.status_code, "found and not found" in shown(wrong)) == (422, True)
    browser.post(reverse("answer_traveller", args=[came.pk]), form)
    assert "contacts found: 2" in shown(browser.get(page))
    second = browser.post(reverse("answer_traveller", args=[came.pk]), form, follow=True)
    assert "Yours was not sent" in shown(second)
    assert came.answers.count() == 1


def test_ending_it_says_what_happens_and_to_whom_and_then_it_is_gone(browser, timur):
    tracing = sent(timur)
    address = reverse("close_traveller", args=[tracing.pk])
    assert "the node of Borenia is told to destroy them" in shown(browser.get(address))
    page = shown(browser.post(address, follow=True))
    assert "closed before its time" in page
    assert "Nobody can say any more who it was" in page
    assert browser.post(reverse("who_it_is", args=[tracing.pk]), {"reason": "check"}).status_code in (302, 422)
    assert "Measles, confirmed case" in shown(browser.get(reverse("travellers") + "?box=ended"))


def test_after_its_end_the_forms_lead_back_and_say_so(browser, came):
    expire(later(days=22))
    Tracing.objects.update(due_at=later(seconds=-1))
    for name in ("answer_traveller", "close_traveller"):
        assert browser.get(reverse(name, args=[came.pk])).url == reverse("traveller", args=[came.pk])
    taken = browser.post(reverse("work_on_traveller", args=[came.pk]), follow=True)
    assert "was destroyed" in shown(taken)


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    browser, joined, partner, django_assert_max_num_queries
):
    bring(partner, joined, *(traveller(partner) for _ in range(12)))
    with django_assert_max_num_queries(22):
        assert browser.get(reverse("travellers")).status_code == 200


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_every_page_is_there_in_each_language_under_the_band_of_an_exercise(
    browser, came, timur, partner, joined, language
):
    type(timur).objects.update(language=language)
    ours = sent(timur)
    delivered(joined, partner)
    bring(partner, joined, answered(partner, ours))
    answers = [
        browser.get(reverse("travellers")), browser.get(reverse("traveller", args=[ours.pk])),
        browser.get(reverse("write_traveller")), browser.get(reverse("answer_traveller", args=[came.pk])),
        browser.get(reverse("close_traveller", args=[came.pk])),
        browser.post(reverse("who_it_is", args=[came.pk]), {"reason": "find"}),
        browser.post(reverse("amend_traveller", args=[ours.pk]), {"begin": "1"}),
    ]  # fmt: skip
    for answer in answers:
        page = shown(answer)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in page
        assert "УЧЕНИЕ" in page
