"""Pages of a case, as people of both hospitals meet them."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from pypdf import PdfReader
from tests.node.asking import questions
from tests.node.consultations.scenes import CONTENT, a_hospital, answered, ask_for, closed, seen, words

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.consultations.actions import answering, asking
from tocsin.node.consultations.finding import cases_with
from tocsin.node.consultations.models import Case, NoteDraft
from tocsin.node.consultations.waiting import count

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(mira, river):
    return ask_for(mira, [river], by=mira.person)


def page(client, case, *parts: str):
    return client.get("/".join([f"/consultations/{case.pk}", *parts, ""]))


def text(response) -> str:
    return response.content.decode()


def test_the_title_says_who_is_asked_about_and_by_whom(case, mira, rosa, signed_in):
    assert "Man, 54, severe course: Hill Hospital asks" in text(page(signed_in(rosa), case))
    assert "Man, 54, severe course: asked of River Hospital" in text(page(signed_in(mira.person), case))


def test_a_coordinator_gives_it_to_an_expert_who_finds_it_in_the_list(case, lin, rosa, signed_in):
    coordinator = signed_in(rosa)
    shown = text(page(coordinator, case, "allocate"))
    assert "Lin" in shown
    given = coordinator.post(f"/consultations/{case.pk}/allocate/", {"experts": str(lin.pk), "seen": seen(case)})
    assert given.status_code == 302
    expert = signed_in(lin.person)
    assert "1 consultation waits for you" in text(expert.get("/consultations/"))
    assert "Man, 54, severe course" in text(expert.get("/consultations/?box=waiting"))


def test_whoever_has_no_part_does_not_learn_that_there_is_a_case(case, omar, lin, rosa, signed_in, person):
    for other in (omar.person, person("clinician", name="Elsewhere")):
        assert page(signed_in(other), case).status_code == 404
        assert page(signed_in(other), case, "sign").status_code == 404
        assert "Man, 54" not in text(signed_in(other).get("/consultations/?box=all"))
    answering.allocate(case, [lin], by=rosa)
    expert = signed_in(lin.person)
    assert page(expert, case).status_code == 200
    answering.allocate(case, [omar], by=rosa)
    assert page(expert, case).status_code == 404


def test_an_opinion_is_signed_on_its_page_and_read_by_those_who_asked(case, mira, lin, rosa, signed_in):
    answering.allocate(case, [lin], by=rosa)
    expert, asker = signed_in(lin.person), signed_in(mira.person)
    said = {"text": "Meropenem 1 g every 8 h.", "language": "en", "seen": seen(case)}
    assert expert.post(f"/consultations/{case.pk}/sign/", said).status_code == 302
    shown = text(page(asker, case))
    assert "Meropenem 1 g every 8 h." in shown
    assert "River Hospital has answered" in shown
    assert "I have read it" in shown


def test_the_title_speaks_of_the_hospital_that_answers_and_not_of_one_that_cannot(
    mira, lin, rosa, river, state, person, signed_in
):
    lake = a_hospital(state, "Lake Hospital")
    lea = person("consultation_coordinator", name="Lea", organisation=lake.organisation)
    case, asker = ask_for(mira, [river, lake], by=mira.person), signed_in(mira.person)
    assert "asked of River Hospital and Lake Hospital" in text(page(asker, case))
    answering.decline(case, reason="no_time", by=lea)
    assert "asked of River Hospital<" in text(page(asker, case))
    answering.allocate(case, [lin], by=rosa)
    answering.ask(case, words("Any allergy?"), by=lin.person)
    assert "River Hospital asks you something" in text(page(asker, case))


def test_whoever_declines_a_case_is_offered_reasons_of_cases_and_no_others(case, rosa, signed_in):
    shown = text(page(signed_in(rosa), case, "decline"))
    assert "no time before the deadline" in shown
    assert "no bed free" not in shown
    assert "too unstable to be moved" not in shown


def test_what_is_written_is_kept_and_seen_by_nobody_else(case, mira, lin, rosa, signed_in):
    answering.allocate(case, [lin], by=rosa)
    expert = signed_in(lin.person)
    where, by_itself = f"/consultations/{case.pk}/sign/", {"Accept": "application/json"}
    half = {"text": "Half an opin", "version": "0"}
    assert expert.post(where, half, headers=by_itself).json()["version"] == 1
    assert expert.post(where, half | {"text": "From another window"}, headers=by_itself).status_code == 409
    assert "Half an opin" in text(page(expert, case, "sign"))
    assert "Half an opin" not in text(page(signed_in(mira.person), case))
    assert signed_in(mira.person).get(f"/consultations/{case.pk}/sign/").status_code == 302
    answering.sign(case, words("Done."), by=lin.person)
    expert.post(f"/consultations/{case.pk}/ask/", {"text": "And?", "language": "en", "seen": seen(case)})
    assert NoteDraft.objects.get().kind == "sign"


def test_a_note_that_seems_to_name_the_patient_is_shown_and_sent_once_it_was_looked_at(
    case, mira, lin, rosa, signed_in
):
    answering.allocate(case, [lin], by=rosa)
    answering.ask(case, words("Any allergy?"), by=lin.person)
    asker = signed_in(mira.person)
    said = {"text": "Иванов переносит всё", "language": "ru", "seen": seen(case)}
    refused = asker.post(f"/consultations/{case.pk}/reply/q1/", said)
    assert refused.status_code == 422
    assert "<mark>Иванов</mark>" in text(refused)
    assert "Иванов переносит всё" in text(refused)
    sent = asker.post(f"/consultations/{case.pk}/reply/q1/", {**said, "looked_through": "Иванов"})
    assert sent.status_code == 302
    assert Case.objects.get().questions_open == 0


def test_who_the_patient_is_only_those_who_asked_see_and_it_is_on_record(case, mira, lin, rosa, signed_in):
    answering.allocate(case, [lin], by=rosa)
    shown = page(signed_in(mira.person, second_factor=True), case, "identity")
    assert "Иванов Пётр Сергеевич" in text(shown)
    assert shown["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(act="consultation.identity_read", by=mira.person).count() == 1
    assert page(signed_in(lin.person, second_factor=True), case, "identity").status_code == 404
    assert "Иванов" not in text(page(signed_in(lin.person), case))


def test_who_the_patient_is_opens_to_nobody_without_a_second_factor(case, mira, lin, signed_in):
    """A stolen password shows nobody's name, and the answer is the same for whoever has no part in the case."""
    for somebody in (mira, lin):
        answer = signed_in(somebody.person).get(f"/consultations/{case.pk}/identity/", follow=True)
        assert answer.redirect_chain == [("/account/2fa/", 302)]
        assert "opens only to people who sign in with a second factor" in text(answer)
        assert "Иванов" not in text(answer)
    assert not AuditEntry.objects.filter(act="consultation.identity_read").exists()


def test_a_case_is_closed_and_opened_again_by_its_pages(case, mira, lin, rosa, signed_in):
    closed(answered(case, coordinator=rosa, expert=lin), by=mira.person)
    asker = signed_in(mira.person)
    assert "Open again" in text(page(asker, case))
    said = {"text": "It is back.", "language": "en", "seen": seen(case)}
    assert asker.post(f"/consultations/{case.pk}/reopen/", said).status_code == 302
    assert Case.objects.get().status == "allocated"


def test_an_act_after_somebody_elses_is_not_done(case, lin, omar, rosa, signed_in):
    looked = seen(case)
    answering.allocate(case, [lin], by=rosa)
    late = signed_in(rosa).post(f"/consultations/{case.pk}/allocate/", {"experts": str(omar.pk), "seen": looked})
    assert late.status_code == 409
    assert "acted at" in text(late)


def test_a_withdrawn_consent_empties_the_page(case, mira, lin, rosa, signed_in):
    answered(case, coordinator=rosa, expert=lin)
    asking.change_consent(case, "care", given=False, on=None, basis="patient", by=mira.person)
    shown = text(page(signed_in(lin.person), case))
    assert "does not agree any more" in shown
    for said in ("Meropenem", "Fever", "Man, 54"):
        assert said not in shown


def test_what_became_of_the_patient_goes_with_the_consent(case, mira, lin, rosa, signed_in):
    """From the page and from paper, in every language; that somebody told it, and when, stays."""
    case = answered(case, coordinator=rosa, expert=lin)
    answering.amend(case, "o1", words("Halve it."), after=1, reason="She is on dialysis", by=lin.person)
    case = closed(case, by=mira.person)
    browser = signed_in(lin.person)
    assert "recovered" in text(page(browser, case))
    assert "She is on dialysis" in text(page(browser, case))
    asking.change_consent(case, "care", given=False, on=None, basis="patient", by=mira.person)
    paper = Document(BytesIO(page(browser, case, "outcome", "en", "docx").content))
    for shown in (text(page(browser, case)), " ".join(one.text or "" for one in paper.element.body.iter())):
        assert "told how it went" in shown
        assert "recovered" not in shown
        assert "dialysis" not in shown


def test_cases_are_found_by_words(case, mira, rosa, omar, signed_in):
    for query in ("dyspnoea", "fev", "River", "heart haemoperfusion", case.number):
        hit = "Man, 54" in text(signed_in(mira.person).get("/consultations/", {"q": query}))
        assert hit is ("heart" not in query), query
    assert "Man, 54" not in text(signed_in(omar.person).get("/consultations/", {"q": "dyspnoea"}))


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("многорский", True), ("mnogorskogo", True), ("Mnogorsk", True), ("多峰", True), ("duofeng", True),
        ("dfyy", True), ("щёткина", True), ("щеткин", True), ("shchetkin", True), ("脓毒症", True), ("sepsis", False),
        ("Mnogorsk 脓毒症", True), ("Mnogorsk sepsis", False), ("feng", True), ("峰", True),
    ],
)  # fmt: skip
def test_cases_are_found_in_three_scripts_in_either_alphabet_and_by_pinyin(query, is_found, mira, omar, river):
    river.names = {"en": "", "ru": "Многорская больница", "zh": "多峰医院"}
    river.save()
    content = CONTENT | {"presentation": "Симптом Щёткина положительный.", "questions": ["脓毒症休克怎么办？"]}
    case = ask_for(mira, [river], by=mira.person, content=content)
    assert cases_with(query, mira.person) == ([case.pk] if is_found else [])
    assert cases_with(query, omar.person) == []


def test_the_list_asks_as_often_for_many_cases_as_for_one(case, mira, lin, river, rosa, signed_in):
    answering.allocate(case, [lin], by=rosa)
    coordinator = signed_in(rosa)
    few = [questions(coordinator, address) for address in ("/consultations/", "/consultations/?q=fever")]
    for _ in range(5):
        answering.allocate(ask_for(mira, [river], by=mira.person), [lin], by=rosa)
    assert text(coordinator.get("/consultations/")).count("Man, 54") == 6
    assert [questions(coordinator, address) for address in ("/consultations/", "/consultations/?q=fever")] == few


def test_what_waits_for_a_coordinator_is_looked_for_by_its_status(case, mira, lin, river, rosa):
    ask_for(mira, [river], by=mira.person)
    answering.allocate(case, [lin], by=rosa)
    with CaptureQueriesContext(connection) as asked:
        assert count(rosa) == 1
    (sql,) = [one["sql"] for one in asked if one["sql"].startswith('SELECT "consultations_case"')]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = [row[3] for row in cursor]
        assert plan[0] == "SEARCH consultations_case USING INDEX cases_by_deadline (status=?)"
        reads = [one for one in plan if "cases_of_a_hospital" in one]
        assert reads
        assert all("COVERING INDEX" in one for one in reads)
    assert [count(one.person) for one in (lin, mira)] == [1, 0]


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_the_outcome_is_had_on_paper_by_those_who_have_the_case(case, mira, lin, omar, rosa, signed_in, language):
    opinion = "Меропенем 1 г каждые 8 часов. 美罗培南"
    answering.allocate(case, [lin], by=rosa)
    answering.sign(case, words(opinion, language="ru"), by=lin.person)
    paper = page(signed_in(mira.person), case, "outcome", language, "pdf")
    assert paper.status_code == 200
    said = " ".join(one.extract_text() for one in PdfReader(BytesIO(paper.content)).pages)
    for words_of_it in ("Меропенем", "美罗培南", "Which antibiotic now?", case.number, "Lin"):
        assert words_of_it in said, words_of_it
    assert "Иванов" not in said
    assert AuditEntry.objects.filter(act="consultation.exported").count() == 1
    assert page(signed_in(omar.person), case, "outcome", language, "pdf").status_code == 404
