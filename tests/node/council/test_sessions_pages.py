"""Pages of sessions, through their addresses: what they show, do and refuse."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.council.session_scenes import ALTERNATE, COUNCIL, HEAD, TheirSession, a_session, now_of, row, say
from tests.node.events.scenes import an_event
from tests.node.notifications.scenes import bring, notified

from tocsin.joint.sessions.state import Status
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.council import links, session_links
from tocsin.node.council.actions import session_attending as attending
from tocsin.node.council.actions import session_convening as convening
from tocsin.node.council.models import Session
from tocsin.node.council.pages.session_event_tab import next_act
from tocsin.node.council.pages.session_invitation import chair_by_rule
from tocsin.node.council.reading import body_named
from tocsin.node.events.serials import serial
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.models import JointAct
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.records import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(joined, partner, dara):
    return a_session(dara)


@pytest.fixture
def browser(dara, signed_in):
    return signed_in(dara)


def shown(browser, name, *args, **asked):
    page = browser.get(reverse(name, args=args), asked)
    assert page.status_code == 200
    return page.text


def form_rows(prefix, rows, initial=0):
    """A formset as the page would send it."""
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for at, one in enumerate(rows):
        data |= {f"{prefix}-{at}-{name}": value for name, value in one.items()}
    return data


CALL = {
    "body": COUNCIL, "title_en": "Cholera", "place": "video", "where": "", "languages": ["ru", "en"], "chair": "BO",
    "invited": ["AL", "BO", "CE"], "classification": "MEMBERS", "rule": "",
}  # fmt: skip


def call(browser, *, path="", agenda=(), **change):
    starts_at = timezone.localtime(timezone.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    data = CALL | {"starts_at": starts_at} | form_rows("agenda", list(agenda)) | change
    return browser.post(reverse("convene_session") + path, data)


def test_addresses_are_those_that_alerts_and_notices_lead_to():
    key = new_id()
    assert reverse("session", args=[key]) == links.session(key)
    assert (reverse("sessions"), reverse("agreements")) == (session_links.SESSIONS, session_links.AGREEMENTS)
    link = session_links.convene(body="b", rule="r", event=key)
    assert link.startswith(reverse("convene_session") + "?")


class TestTheList:
    def test_it_teaches_while_there_is_none(self, browser, joined):
        assert "No session has been called yet" in shown(browser, "sessions")

    def test_those_to_come_stand_first_the_soonest_on_top(self, browser, joined, partner, dara):
        now = timezone.now()
        for name, hours in (("Later", 30), ("Sooner", 2), ("Cancelled", 1)):
            of = a_session(dara, title={"en": name}, starts_at=now + timedelta(hours=hours))
            if name == "Cancelled":
                convening.cancel(of, reason="x", language="en", by=dara)
        page = browser.get(reverse("sessions"))
        assert [str(one.title) for one in page.context["rows"]] == ["Sooner", "Later", "Cancelled"]
        assert "2 sessions are to come" in page.text

    def test_it_is_filtered_by_what_the_address_says(self, browser, session):
        assert "No session is like this" in shown(browser, "sessions", status="closed")
        assert "No session is like this" in shown(browser, "sessions", q="чума")
        assert "Cholera at the crossing" in shown(browser, "sessions", status="coming", q="ХОЛЕРА", body=COUNCIL)

    def test_it_says_where_our_state_has_not_said_who_comes(self, browser, session, dara):
        assert "say who comes" in shown(browser, "sessions")
        attending.name_delegation(session, delegates=[HEAD], language="en", by=dara)
        assert "say who comes" not in shown(browser, "sessions")

    def test_it_asks_the_same_number_of_questions_for_many(self, browser, joined, partner, dara):
        a_session(dara)
        browser.get(reverse("sessions"))
        with CaptureQueriesContext(connection) as few:
            browser.get(reverse("sessions"))
        for _ in range(4):
            a_session(dara)
        with CaptureQueriesContext(connection) as many:
            browser.get(reverse("sessions"))
        assert len(many) == len(few)


class TestCalling:
    def test_it_is_called_by_the_form_with_its_agenda(self, browser, joined, partner):
        answer = call(browser, agenda=[{"title_en": "Situation", "title_ru": "Обстановка"}, {"title_en": ""}])
        found = Session.objects.get()
        assert answer.url == links.session(found.pk)
        said = now_of(found.of)
        assert [dict(item.title) for item in said.agenda] == [{"ru": "Обстановка", "en": "Situation"}]
        assert (said.chair, said.invited, said.agenda[0].id) == ("BO", ("AL", "BO", "CE"), "i1")

    def test_a_brief_of_several_lines_goes_as_browsers_send_it(self, browser, joined, partner):
        answer = call(browser, brief_en="Cholera, Karsu: 61 cases\r\n\r\nWhat is known\r\n• Two districts")
        assert answer.status_code == 302
        assert now_of(Session.objects.get().of).brief["en"].endswith("cases\n\nWhat is known\n• Two districts")

    @pytest.mark.parametrize(("zone", "said"), [("Europe/Moscow", "UTC+3"), ("Etc/GMT-5", "UTC+5")])
    def test_it_says_in_whose_time_the_beginning_is_typed(self, browser, dara, zone, said):
        dara.time_zone = zone
        dara.save()
        assert f"Your time: {said}" in shown(browser, "convene_session")

    def test_what_was_typed_stays_where_it_is_refused(self, browser, joined, partner):
        answer = call(browser, invited=["AL"], chair="BO", title_en="Cholera at the crossing")
        assert answer.status_code == 409
        assert "is to preside and is not invited" in answer.text
        assert "Cholera at the crossing" in answer.text
        assert not Session.objects.exists()

    def test_without_a_title_or_a_time_it_says_which_field(self, browser, joined, partner):
        answer = call(browser, title_en="", starts_at="tomorrow")
        assert answer.status_code == 422
        assert "Give a title in one language at least." in answer.text
        assert "starts_at" in answer.context["form"].errors

    def test_from_an_event_it_is_filled_in_three_languages_with_a_brief(self, browser, joined, diseases, places, amina):
        event = an_event(diseases["plague-pneumonic"], places["XX-11"], amina)
        page = browser.get(session_links.convene(body=COUNCIL, rule="pneumonic-plague", event=event.pk))
        assert "it begins within 1 hour" in page.text
        initial = page.context["form"].initial
        assert initial["invited"][0] == "AL"
        assert "Pneumonic plague" in initial["title_en"]
        assert "District 11" in initial["brief_en"]
        assert "Район 11" in initial["brief_ru"]
        assert "第11县" in initial["brief_zh"]
        assert len(page.context["items"].initial) == 4
        within = initial["starts_at"] - timezone.now()
        assert timedelta() < within <= timedelta(hours=1)

    def test_the_event_and_the_rule_go_with_the_call(self, browser, joined, partner, diseases, places, amina):
        event = an_event(diseases["plague-pneumonic"], places["XX-11"], amina)
        call(browser, path=f"?event={event.pk}", rule="pneumonic-plague")
        said = now_of(Session.objects.get().of)
        assert (said.event.id, said.rule) == (str(event.pk), "pneumonic-plague")

    def test_from_a_partners_event_the_brief_says_what_the_partner_said(self, browser, joined, partner, diseases):
        bring(partner, joined, notified(partner))
        head = NotifiedEvent.objects.get()
        page = browser.get(reverse("convene_session"), {"notified": head.pk})
        assert "Dolin" in page.context["form"].initial["brief_en"]
        call(browser, path=f"?notified={head.pk}")
        assert now_of(Session.objects.get().of).event.origin == "BO"

    def test_whoever_does_not_decide_has_no_form(self, joined, person, signed_in):
        assert signed_in(person("duty_officer")).get(reverse("convene_session")).status_code == 403

    def test_the_presidency_passes_each_year_in_the_order_of_the_alliance(self, joined):
        body = body_named(COUNCIL)
        now = timezone.now()
        there = [chair_by_rule(body, now.replace(year=year, day=1)) for year in range(2026, 2032)]
        assert len(set(there)) > 1
        assert there[0] != there[1]


class TestThePage:
    def test_it_answers_in_its_title_and_lists_states_in_the_alliances_order(self, browser, session, joined, partner):
        say(partner, joined, "CE", session, "delegation", delegates=[HEAD])
        page = browser.get(reverse("session", args=[session.pk]))
        assert "1 of 3 states named who comes" in page.text
        assert [one.code for one in page.context["page"].states] == ["AL", "BO", "CE"]
        assert "Dara Alim" in page.text
        assert page.context["page"].offers.primary.name == "session_delegation"

    def test_what_is_sent_and_in_no_order_is_marked(self, browser, joined, partner, dara):
        theirs = TheirSession(partner, joined)
        attending.name_delegation(theirs.here, delegates=[HEAD], language="en", by=dara)
        text = shown(browser, "session", theirs.here.pk)
        assert "sent, not yet in the order" in text
        assert "It counts once it is in the order of Borenia." in text

    def test_a_delegate_replaced_in_the_middle_is_shown_with_who_acted_when_in_which_capacity(
        self, browser, session, dara
    ):
        attending.name_delegation(session, delegates=[HEAD], language="en", by=dara)
        convening.open_session(session, by=dara)
        attending.attend(session, present=["d1"], by=dara)
        attending.speak(session, text="We are ready.", delegate="d1", language="en", by=dara)
        attending.name_delegation(session, delegates=[ALTERNATE], language="en", by=dara)
        page = browser.get(reverse("session", args=[session.pk]))
        ours = page.context["page"].states[0]
        assert [one.name for one in ours.delegates] == ["Nodira Sen"]
        assert [one.name for one in ours.earlier[0].people] == ["Dara Alim"]
        assert not ours.is_present, "whoever was there is not there for the state any more"
        (statement,) = page.context["page"].general
        assert (statement.who, statement.capacity) == ("Dara Alim", "head of delegation")
        assert "then replaced" in page.text

    def test_a_strangers_call_is_shown_with_a_warning(self, browser, joined, partner):
        theirs = TheirSession(partner, joined, body="another-body")
        assert "is not entitled to convene this body" in shown(browser, "session", theirs.here.pk)

    def test_one_whose_call_turns_out_to_be_void_says_so_and_takes_no_act(self, browser, joined, partner):
        theirs = TheirSession(partner, joined)
        JointAct.objects.update(withdrawn_at=timezone.now())
        assert "This session does not stand" in shown(browser, "session", theirs.here.pk)
        assert browser.get(reverse("session_delegation", args=[theirs.here.pk])).status_code == 404

    def test_it_is_not_there_for_who_does_not_read_the_council(self, session, person, signed_in):
        assert signed_in(person("clinician")).get(reverse("session", args=[session.pk])).status_code == 403
        assert signed_in(person("translator")).get(reverse("session", args=[session.pk])).status_code == 200

    def test_in_chinese_and_russian_too(self, session, person, signed_in):
        for language, words in (("ru", "Координационный совет"), ("zh-hans", "协调委员会")):
            reader = signed_in(person("council_delegate", name=f"Reader {language}", language=language))
            page = reader.get(reverse("session", args=[session.pk]))
            assert page.context["page"].answer.startswith(words)


class TestActing:
    def test_delegates_are_named_and_replaced_by_the_form(self, browser, session):
        address = reverse("session_delegation", args=[session.pk])
        seen = browser.get(address).context["form"].initial["seen"]
        rows = [{"id": "", "name": "Dara Alim", "title": "Deputy head", "part": "head", "languages": ["ru"]}, {}]
        assert browser.post(address, {"seen": seen} | form_rows("delegates", rows)).status_code == 302
        rows = [{"id": "d1", "name": "Nodira Sen", "part": "alternate"}]
        data = {"seen": token(session)} | form_rows("delegates", rows, initial=1)
        assert browser.post(address, data).status_code == 302
        (one,) = now_of(session).delegation("AL").delegates
        assert (one.id, one.name, one.part) == ("d2", "Nodira Sen", "alternate"), "nobody takes another's name"

    def test_two_heads_are_refused(self, browser, session):
        rows = [{"id": "", "name": "A", "part": "head"}, {"id": "", "name": "B", "part": "head"}]
        answer = browser.post(reverse("session_delegation", args=[session.pk]), form_rows("delegates", rows))
        assert answer.status_code == 422
        assert "A delegation has one head." in answer.text
        assert now_of(session).delegation("AL") is None

    def test_what_was_said_meanwhile_refuses_and_keeps_what_was_typed(self, browser, session, joined, partner):
        address = reverse("session_cancel", args=[session.pk])
        seen = browser.get(address).context["form"].initial["seen"]
        say(partner, joined, "BO", session, "delegation", delegates=[HEAD])
        answer = browser.post(address, {"seen": seen, "reason": "No need any more"})
        assert answer.status_code == 409
        assert "acted at" in answer.text
        assert "No need any more" in answer.text
        assert browser.post(address, {"seen": token(session), "reason": "No need any more"}).status_code == 302
        assert now_of(session).status is Status.CANCELLED

    def test_it_is_opened_items_taken_up_concluded_and_it_is_closed(self, browser, session):
        assert browser.post(reverse("session_open", args=[session.pk]), {"seen": token(session)}).status_code == 302
        for item in ("i1", "i2"):
            browser.post(reverse("take_up_item", args=[session.pk, item]))
            done = browser.post(
                reverse("conclude_item", args=[session.pk, item]), {"seen": token(session), "outcome_en": "Noted."}
            )
            assert done.status_code == 302
        page = browser.get(reverse("session", args=[session.pk]))
        assert page.context["page"].offers.primary.name == "session_close"
        browser.post(reverse("session_close", args=[session.pk]), {"seen": token(session)})
        assert now_of(session).status is Status.CLOSED
        assert [dict(one.outcome) for one in now_of(session).agenda] == [{"en": "Noted."}] * 2

    def test_an_item_of_an_agenda_keeps_its_name_when_another_is_put_before_it(self, browser, session):
        rows = [{"id": "", "title_en": "Opening"}, {"id": "i1", "title_en": "The situation"}]
        data = {"seen": token(session)} | form_rows("agenda", rows, initial=0)
        assert browser.post(reverse("session_agenda", args=[session.pk]), data).status_code == 302
        assert [one.id for one in now_of(session).agenda] == ["i3", "i1"]

    def test_minutes_begin_with_what_was_done_and_are_given_in_paragraphs_of_all_languages(
        self, browser, session, dara
    ):
        convening.open_session(session, by=dara)
        convening.take_up(session, item="i1", by=dara)
        convening.conclude(session, item="i1", outcome={"en": "Noted."}, language="en", by=dara)
        attending.name_delegation(session, delegates=[HEAD], language="en", by=dara)
        attending.attend(session, present=["d1"], by=dara)
        attending.name_delegation(session, delegates=[ALTERNATE], language="en", by=dara)
        convening.close(session, by=dara)
        address = reverse("session_minutes", args=[session.pk])
        initial = browser.get(address).context["form"].initial
        assert "1. The situation: Noted." in initial["text_en"]
        assert "Present: Altania (Dara Alim)." in initial["text_en"], "one who was replaced later was there"
        assert "1. Обстановка: Noted." in initial["text_ru"]
        assert browser.post(address, initial).status_code == 302
        text = now_of(session).minutes[-1].text
        assert text.languages == ("en", "ru", "zh-hans")
        assert all(set(one.texts) == {"en", "ru", "zh-hans"} for one in text.paragraphs)
        assert browser.post(reverse("session_approve", args=[session.pk]), {"seen": token(session)}).status_code == 302
        assert "AL" in now_of(session).minutes[-1].approvals

    def test_minutes_that_differ_in_paragraphs_say_where(self, browser, session, dara):
        convening.open_session(session, by=dara)
        convening.close(session, by=dara)
        data = {"seen": token(session), "text_en": "One\n\nTwo", "text_ru": "Раз\n\nДва\n\nТри", "text_zh": ""}
        answer = browser.post(reverse("session_minutes", args=[session.pk]), data)
        assert answer.status_code == 422
        assert "2 paragraphs stand here, and 3 in" in answer.text
        assert not now_of(session).minutes

    @pytest.mark.parametrize("name", ["session_postpone", "session_cancel", "session_speak"])
    def test_a_duty_officer_says_nothing_in_the_states_name(self, name, session, person, signed_in):
        assert signed_in(person("duty_officer")).get(reverse(name, args=[session.pk])).status_code == 403


class TestPapers:
    def test_agenda_and_minutes_are_taken_in_three_languages_and_audited(self, browser, session, dara):
        convening.open_session(session, by=dara)
        convening.close(session, by=dara)
        paragraph = {"id": "p1", "kind": "operative", "rev": 1,
                     "texts": {"ru": {"text": "Итоги.", "rev": 1, "standing": "authentic"}}}  # fmt: skip
        convening.give_minutes(session, text={"paragraphs": [paragraph]}, language="ru", by=dara)
        for paper, language in (("agenda", "en"), ("minutes", "ru")):
            made = browser.get(reverse("session_paper", args=[session.pk, paper, language, "pdf"]))
            assert made.status_code == 200
            assert made.content.startswith(b"%PDF")
        assert AuditEntry.objects.filter(act="session.exported").count() == 2

    def test_a_word_document_has_the_words_and_who_may_read_them(self, browser, session):
        import io

        from docx import Document

        made = browser.get(reverse("session_paper", args=[session.pk, "agenda", "ru", "docx"]))
        document = Document(io.BytesIO(made.content))
        assert any("Обстановка" in one.text for one in document.paragraphs)
        assert "УЧЕНИЕ" in "".join(document.sections[0].header._element.itertext())

    def test_who_reads_and_neither_exports_nor_decides_takes_nothing_along(self, session, person, signed_in):
        translator = signed_in(person("translator"))
        assert "/papers/" not in shown(translator, "session", session.pk)
        assert translator.get(reverse("session_paper", args=[session.pk, "agenda", "ru", "pdf"])).status_code == 403
        assert "/papers/" in shown(signed_in(person("epidemiologist")), "session", session.pk)

    def test_what_is_not_there_is_not_found(self, browser, session):
        for args in (
            ("minutes", "ru", "pdf"),
            ("agenda", "fr", "pdf"),
            ("agenda", "ru", "txt"),
            ("secret", "ru", "pdf"),
        ):
            assert browser.get(reverse("session_paper", args=[session.pk, *args])).status_code == 404

    def test_the_brief_is_read_as_it_was_sent(self, browser, joined, partner, dara):
        of = a_session(dara, brief={"en": "Cholera\n\nCounts\n• 61 cases", "ru": "Холера"})
        assert "61 cases" in shown(browser, "session_brief", of.pk)
        assert "Холера" in shown(browser, "session_brief", of.pk, language="ru")
        assert row(of).status == "convened"


class TestOfAnEvent:
    @pytest.fixture
    def event(self, joined, diseases, places, amina):
        return an_event(diseases["plague-pneumonic"], places["XX-11"], amina)

    def test_its_tab_says_that_a_session_is_to_be_called_and_who_decides_is_led_there(
        self, browser, event, dara, amina
    ):
        text = shown(browser, "event_council", event.pk)
        assert "a session is to be called: Coordination Council" in text
        assert str(next_act(event, dara).label) == "Call the session"
        assert next_act(event, dara).url in text.replace("&amp;", "&")
        assert next_act(event, amina) is None

    def test_once_it_is_called_the_tab_shows_it(self, browser, event, partner):
        call(browser, path=f"?event={event.pk}", title_en="On plague")
        text = shown(browser, "event_council", event.pk)
        assert "On plague" in text
        assert "is to be called" not in text

    def test_a_decision_on_it_is_prepared_from_there_and_from_its_session(self, browser, event, partner):
        begin = reverse("begin_council_draft")
        assert f'{begin}?event=AL+{event.pk}"' in shown(browser, "event_council", event.pk)
        call(browser, path=f"?event={event.pk}")
        of = Session.objects.get().of
        link = f"{begin}?body={COUNCIL}&amp;session=AL+{of.object_id}&amp;event=AL+{event.pk}"
        assert link in shown(browser, "session", of.pk)

    def test_who_begins_it_is_told_on_what(self, browser, event, partner):
        call(browser, path=f"?event={event.pk}", title_en="On plague")
        query = {"session": f"AL {Session.objects.get().of.object_id}", "event": f"AL {event.pk}"}
        text = browser.get(f"{reverse('begin_council_draft')}?{urlencode(query)}").content.decode()
        assert "Session: On plague" in text
        assert f"Event: {serial(event)}" in text
        assert "Amends or revokes: " not in text

    def test_the_brief_is_made_from_what_is_kept(self, browser, event):
        text = shown(browser, "event_brief", event.pk)
        assert "What is known" in text
        made = browser.get(reverse("event_brief_pdf", args=[event.pk, "zh-hans"]))
        assert made.content.startswith(b"%PDF")

    def test_the_brief_is_taken_along_by_whoever_exports_or_decides(self, event, person, signed_in):
        secretary = signed_in(person("secretariat"))
        assert "/pdf/" in shown(secretary, "event_brief", event.pk)
        logistics = person("clinician")
        assert signed_in(logistics).get(reverse("event_brief_pdf", args=[event.pk, "ru"])).status_code == 403


def test_the_page_of_a_session_reads_its_acts_once(session, browser):
    shown(browser, "session", session.pk)
    with CaptureQueriesContext(connection) as asked:
        shown(browser, "session", session.pk)
    of_acts = [one["sql"] for one in asked if 'FROM "joint_jointact"' in one["sql"]]
    whole = [sql for sql in of_acts if '"joint_jointact"."said"' in sql and 'NOT "joint_jointact"."is_astray"' in sql]
    assert len(whole) == 1
