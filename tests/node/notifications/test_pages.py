"""Pages of what states tell and ask each other, through their addresses: what they show, do and refuse."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.events.scenes import an_event
from tests.node.notifications.page_scenes import fresh, queries_of, seen_on, shown, text_of
from tests.node.notifications.scenes import EVENT, ask, bring, chain, delivered, notified, said, told

from tocsin.node.events.actions.axes import set_response, set_verification
from tocsin.node.events.actions.counts import report_counts
from tocsin.node.events.actions.facts import change_facts
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.models import EventLink
from tocsin.node.events.serials import serial
from tocsin.node.events.standing import today_there
from tocsin.node.notifications import links
from tocsin.node.notifications.actions.preparing import change_draft, prepare, preview
from tocsin.node.notifications.actions.releasing import ask_confirmation, release
from tocsin.node.notifications.models import (
    Draft,
    Notification,
    NotifiedEvent,
    Relevance,
)
from tocsin.node.post.models import Outgoing
from tocsin.node.records import new_id


def test_addresses_are_those_that_alerts_and_notices_lead_to(db):
    key = new_id()
    assert reverse("notified_event", args=[key]) == links.notified_event(key)
    assert reverse("verification", args=[key]) == links.verification(key)
    assert reverse("draft", args=[key]) == links.draft(key)
    assert (reverse("notified_events"), reverse("verifications")) == (links.NOTIFICATIONS, links.VERIFICATIONS)


class TestTheTabOfAnEvent:
    def test_it_teaches_while_partners_were_told_nothing(self, browser, event):
        page = shown(browser, "event_partners", event.pk)
        assert "Partners were told nothing of this event" in page
        assert "Notify" in page

    def test_notify_leads_from_the_event_to_what_would_leave_in_one_step(self, browser, event):
        page = browser.get(reverse("event", args=[event.pk]))
        act = page.context["head"].act
        assert (str(act.label), act.url) == ("Notify", reverse("prepare_notification", args=[event.pk]))
        answer = browser.post(act.url, dict(act.values))
        assert answer.url == reverse("draft", args=[Draft.objects.get().pk])
        assert not Outgoing.objects.exists(), "nothing leaves by it"

    def test_whoever_may_not_write_events_is_offered_nothing(self, event, signed_in, person):
        secretary = signed_in(person("secretariat"))
        page = secretary.get(reverse("event_partners", args=[event.pk]))
        assert page.context["head"].act is None
        assert page.context["tab"].offers == []
        assert secretary.post(reverse("prepare_notification", args=[event.pk])).status_code == 403

    def test_what_is_outstanding_is_shown_as_that_and_never_as_given(self, browser, event, vera, joined, partner):
        told(event, vera)
        page = shown(browser, "event_partners", event.pk)
        assert page.count("waits to be signed") == 3
        assert "Acknowledged by a person: 0 of 3." in page
        delivered(joined, partner)
        page = shown(browser, "event_partners", event.pk)
        assert page.count("outstanding for") == 3
        assert "left of 24\xa0h" in page or "left of 24 h" in page

    def test_what_a_state_says_stands_in_its_row(self, browser, event, vera, joined, partner):
        made = told(event, vera)
        delivered(joined, partner)
        of = {"id": str(made.pk), "origin": "AL"}
        bring(
            partner, joined,
            said(partner, "relevance", audience="to:AL", of=of, event=str(event.pk), verdict="affects_us",
                 reasons=["shared_border"], text="Two of ours were there."),
        )  # fmt: skip
        page = shown(browser, "event_partners", event.pk)
        assert "Two of ours were there." in page
        assert "shared border" in page
        assert page.count("affects us") == 2

    def test_the_event_has_changed_since_and_the_act_is_to_update(self, browser, event, vera, amina):
        told(event, vera)
        assert browser.get(reverse("event", args=[event.pk])).context["head"].act is None, "partners know all of it"
        set_verification(fresh(event), "verified", text="Culture.", by=amina, version=fresh(event).version)
        page = browser.get(reverse("event_partners", args=[event.pk]))
        assert str(page.context["head"].act.label) == "Update"
        assert "The event was changed once since partners were told." in text_of(page)

    def test_an_event_that_is_over_is_closed_for_partners_too(self, browser, event, vera, amina):
        told(event, vera)
        for state in ("responding", "controlled", "closed"):
            set_response(fresh(event), state, text="Over.", by=amina, version=fresh(event).version)
        act = browser.get(reverse("event", args=[event.pk])).context["head"].act
        assert dict(act.values) == {"status": "closed"}
        told(fresh(event), vera, status="closed")
        assert browser.get(reverse("event", args=[event.pk])).context["head"].act is None

    def test_a_merged_event_that_partners_hold_is_withdrawn_as_merged(
        self, browser, event, vera, amina, diseases, places
    ):
        other = an_event(diseases["cholera"], places["XX-12"], amina)
        told(event, vera)
        merge(fresh(event), other, text="One well.", by=amina, version=fresh(event).version)
        page = browser.get(reverse("event_partners", args=[event.pk]))
        assert "Partners still hold a notification of this event" in text_of(page)
        assert str(page.context["head"].act.label) == "Withdraw it as merged"
        into = shown(browser, "event_partners", other.pk)
        assert f"{serial(event)} went into this event, and partners still hold a notification of it." in into
        browser.post(page.context["head"].act.url, dict(page.context["head"].act.values))
        key = Draft.objects.open().get().pk
        draft = browser.get(reverse("draft", args=[key]))
        browser.post(reverse("release_draft", args=[key]), {**seen_on(draft), "warned": "on"})
        last = Notification.objects.in_order().last()
        assert (last.status, last.reason, last.body["merged_into"]) == ("withdrawn", "merged", str(other.pk))
        assert "Partners still hold" not in shown(browser, "event_partners", event.pk)

    def test_answers_to_a_merged_event_are_told_of_where_it_went(
        self, browser, event, vera, amina, diseases, places, joined, partner
    ):
        made = told(event, vera)
        delivered(joined, partner)
        other = an_event(diseases["cholera"], places["XX-12"], amina)
        merge(fresh(event), other, text="One well.", by=amina, version=fresh(event).version)
        of = {"id": str(made.pk), "origin": "AL"}
        bring(partner, joined, said(partner, "relevance", audience="to:AL", of=of, event=str(event.pk)))
        assert "Their verdicts: 1" in shown(browser, "event_partners", other.pk)

    def test_a_version_of_ours_can_be_read_as_it_was_signed(self, browser, event, vera, amina):
        made = told(event, vera)
        set_verification(fresh(event), "verified", text="Culture.", by=amina, version=fresh(event).version)
        later = told(fresh(event), vera)
        assert "version 1 of what partners were told" in shown(browser, "notified_version", made.pk)
        assert "What changed since version 1" in shown(browser, "notified_version", later.pk)

    def test_a_partners_version_stands_with_what_we_said_to_it(self, browser, theirs):
        answer = browser.get(reverse("notified_version", args=[theirs.latest_id]))
        assert answer.url == f"{links.notified_event(theirs.pk)}?version={theirs.latest_id}"

    def test_our_own_notified_event_is_read_with_our_event(self, browser, event, vera):
        told(event, vera)
        answer = browser.get(reverse("notified_event", args=[NotifiedEvent.objects.get().pk]))
        assert answer.url == reverse("event_partners", args=[event.pk])

    def test_queries_do_not_grow_with_states_versions_and_questions(self, browser, event, vera, amina, joined, partner):
        made = told(event, vera)
        delivered(joined, partner)
        address = reverse("event_partners", args=[event.pk])
        of = {"id": str(made.pk), "origin": "AL"}
        late = (timezone.now() + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M:%SZ")

        def answered(name):
            more = {"of": of, "event": str(event.pk), "text": "Слово"}
            head = {"language": "ru"}
            asked = {"about": of, "event": str(event.pk), "answer_by": late, "places": []}
            documents = [
                said(partner, "relevance", name=name, audience="to:AL", head=head, **more),
                said(partner, "verification-request", name=name, audience="to:AL", head=head, **asked),
            ]
            bring(partner, joined, *documents, name=name)

        answered("BO")
        few = queries_of(browser, address)
        answered("CE")
        told(event, vera)
        assert queries_of(browser, address) <= few


class TestTheDraft:
    @pytest.fixture
    def draft(self, event, vera):
        return prepare(event, by=vera)

    def at(self, draft):
        return reverse("draft", args=[draft.pk])

    def chosen(self, draft, **more):
        given = {"version": draft.version, "status": draft.status, "classification": "MEMBERS", "language": "en"}
        return {**given, **more}

    def test_it_shows_exactly_what_would_leave_and_says_to_how_many(self, browser, draft):
        page = text_of(browser.get(self.at(draft)))
        assert "ready to be sent to 2 states and the Secretariat" in page
        assert "Send to 2 states and the Secretariat" in page
        assert "Borenia and Cetara" in page or "Borenia" in page
        assert "What stays here" in page

    def test_choices_are_kept_and_nothing_leaves(self, browser, draft):
        given = self.chosen(
            draft, classification="SELECTIVE", addressees=["CE"], articles=["6"], no_onward_sharing="on"
        )
        assert browser.post(self.at(draft), given).status_code == 302
        kept = fresh(draft)
        assert (kept.addressees, kept.articles, kept.no_onward_sharing) == (["CE"], ["6"], True)
        assert "ready to be sent to 1 state" in text_of(browser.get(self.at(draft)))
        assert not Outgoing.objects.exists()

    def test_selective_without_a_state_is_refused_beside_its_field(self, browser, draft):
        answer = browser.post(self.at(draft), self.chosen(draft, classification="SELECTIVE"))
        assert answer.status_code == 422
        assert "Choose the states that are told." in text_of(answer)

    def test_sending_tells_partners_once_and_the_page_who_has_it(self, browser, draft, event):
        page = browser.get(self.at(draft))
        sent = browser.post(reverse("release_draft", args=[draft.pk]), seen_on(page), follow=True)
        assert "Signed, and on its way to 2 states and the Secretariat." in text_of(sent)
        again = browser.post(reverse("release_draft", args=[draft.pk]), seen_on(page), follow=True)
        assert "Nothing was sent a second time." in text_of(again)
        assert Notification.objects.count() == 1

    def test_epidemiologists_make_it_ready_and_cannot_send_it(self, reader, draft):
        page = reader.get(self.at(draft))
        assert "People who may notify send it" in text_of(page)
        assert reader.post(self.at(draft), self.chosen(draft)).status_code == 302
        assert reader.post(reverse("release_draft", args=[draft.pk]), seen_on(page)).status_code == 403

    def test_what_changed_meanwhile_is_named_and_nothing_is_sent(self, browser, draft, event, amina):
        page = browser.get(self.at(draft))
        report_counts(fresh(event), as_of=today_there(), counts={"confirmed": 7}, by=amina)
        answer = browser.post(reverse("release_draft", args=[draft.pk]), seen_on(page))
        assert answer.status_code == 409
        assert "What would be sent has changed since it was looked at" in text_of(answer)
        assert "What happened to the event since" in text_of(answer)
        assert "7 cases" in text_of(answer)
        assert not Notification.objects.exists()
        assert browser.post(reverse("release_draft", args=[draft.pk]), seen_on(answer)).status_code == 302

    def test_two_who_choose_at_once_both_see_both(self, browser, draft, igor):
        given = self.chosen(draft, classification="FAMILY", articles=["7"])
        change_draft(draft, version=1, by=igor, no_onward_sharing=True)
        answer = browser.post(self.at(draft), given)
        assert answer.status_code == 409
        page = text_of(answer)
        assert "Igor changed this draft" in page
        assert 'value="FAMILY"' in page
        assert answer.context["form"]["classification"].value() == "FAMILY", "what was typed is still here"
        assert browser.post(self.at(draft), {**given, "version": answer.context["form"]["version"].value()}).url

    def test_an_update_that_races_a_withdrawal_is_told_so(self, browser, event, vera, igor):
        told(event, vera)
        draft = prepare(event, status="updated", by=vera)
        page = browser.get(self.at(draft))
        other = change_draft(draft, version=1, by=igor, status="withdrawn", reason="error")
        release(other, version=2, seen=preview(other, by=igor).digest, by=igor)
        answer = browser.post(reverse("release_draft", args=[draft.pk]), seen_on(page), follow=True)
        assert "Igor has sent this" in text_of(answer)
        assert [one.status for one in Notification.objects.in_order()] == ["notified", "withdrawn"]

    def test_a_draft_of_another_kind_is_led_to_the_one_that_is_open(self, browser, event, vera, igor):
        told(event, vera)
        draft = prepare(event, status="updated", by=igor)
        answer = browser.post(reverse("prepare_notification", args=[event.pk]), {"status": "withdrawn"}, follow=True)
        assert answer.redirect_chain[-1][0] == self.at(draft)
        assert "Igor is making ready" in text_of(answer)

    def test_an_addressee_that_is_suspended_meanwhile_stands_against_it(self, browser, draft, joined, alliance_list):
        browser.post(self.at(draft), self.chosen(draft, classification="SELECTIVE", addressees=["BO", "CE"]))
        page = browser.get(self.at(draft))
        suspend(alliance_list, joined, "CE")
        answer = browser.post(reverse("release_draft", args=[draft.pk]), seen_on(page))
        assert answer.status_code == 422
        assert "Cetara is suspended in the exchange" in text_of(answer)
        assert not Notification.objects.exists()

    def test_a_state_suspended_after_the_release_is_shown_as_not_reached(
        self, browser, event, vera, joined, alliance_list
    ):
        told(event, vera)
        suspend(alliance_list, joined, "CE")
        page = shown(browser, "event_partners", event.pk)
        assert "not reached" in page
        assert "suspended in the exchange" in page

    def test_a_warning_must_have_been_looked_at(self, browser, event, draft, amina):
        version = fresh(event).version
        change_facts(
            event, by=amina, version=version, facts={}, texts={"summary": "Call +000 123 456 789"}, language="en"
        )
        page = browser.get(self.at(draft))
        assert reverse("edit_facts", args=[event.pk, "texts"]) in text_of(page), "where it is mended"
        assert browser.post(reverse("release_draft", args=[draft.pk]), seen_on(page)).status_code == 422
        done = browser.post(reverse("release_draft", args=[draft.pk]), {**seen_on(page), "warned": "on"})
        assert done.status_code == 302

    def test_where_two_people_release_the_second_confirms_what_the_first_saw(
        self, browser, draft, igor, signed_in, settings
    ):
        settings.CONFIGURATION.notifications["four_eyes"] = True
        try:
            page = browser.get(self.at(draft))
            assert "Ask a second person" in text_of(page)
            refused = browser.post(reverse("release_draft", args=[draft.pk]), seen_on(page))
            assert (refused.status_code, "Two people release this" in text_of(refused)) == (422, True)
            assert browser.post(reverse("ask_second_person", args=[draft.pk]), seen_on(page)).status_code == 302
            assert "You asked for a second person" in text_of(browser.get(self.at(draft)))
            second = signed_in(igor)
            page = second.get(self.at(draft))
            assert "Confirm: Send to 2 states and the Secretariat" in text_of(page)
            assert second.post(reverse("release_draft", args=[draft.pk]), seen_on(page)).status_code == 302
        finally:
            settings.CONFIGURATION.notifications.pop("four_eyes")
        made = Notification.objects.get()
        assert (made.by, made.asked_by.name) == (igor, "Vera")

    def test_a_confirmation_lapses_with_the_event_and_says_what_changed(
        self, draft, event, vera, igor, signed_in, amina
    ):
        ask_confirmation(draft, version=1, seen=preview(draft, by=vera).digest, by=vera)
        report_counts(fresh(event), as_of=today_there(), counts={"confirmed": 9}, by=amina)
        second = signed_in(igor)
        page = second.get(self.at(draft))
        assert "It has lapsed" in text_of(page)
        assert "9 cases" in text_of(page)
        answer = second.post(reverse("release_draft", args=[draft.pk]), seen_on(page))
        assert (answer.status_code, Notification.objects.count()) == (409, 0)

    def test_asking_is_taken_back_by_whoever_asked(self, browser, draft, vera):
        ask_confirmation(draft, version=1, seen=preview(draft, by=vera).digest, by=vera)
        browser.post(reverse("take_back_asking", args=[draft.pk]), {"version": 1})
        assert fresh(draft).asked_by is None

    def test_it_can_be_given_up(self, browser, draft, event):
        browser.post(reverse("give_up_draft", args=[draft.pk]), {"version": 1})
        assert not fresh(draft).is_open
        assert browser.get(self.at(draft)).url == reverse("event_partners", args=[event.pk])

    def test_what_partners_have_already_is_compared_with_what_they_would_get(self, browser, event, vera, amina):
        told(event, vera)
        set_verification(fresh(event), "verified", text="Culture.", by=amina, version=fresh(event).version)
        draft = prepare(fresh(event), by=vera)
        page = text_of(browser.get(self.at(draft)))
        assert "What changed since version 1" in page
        assert "Send the update to 2 states and the Secretariat" in page


def suspend(alliance_list, joined, node):
    alliance_list.change(node, status="suspended")
    joined.store.put_trust_files(alliance_list.files)


class TestPartnersEvents:
    def test_the_list_teaches_when_it_is_empty(self, browser, joined):
        assert "No partner has notified anything yet" in shown(browser, "notified_events")

    def test_it_finds_by_state_status_disease_and_what_waits(self, browser, theirs, joined, partner):
        bring(partner, joined, notified(partner, name="CE", disease="plague", head=None), name="CE")
        assert "2 events of partners" in shown(browser, "notified_events")
        for query, found in (
            ({"state": "BO"}, 1), ({"status": "notified"}, 2), ({"status": "withdrawn"}, 0), ({"q": "чума"}, 1),
            ({"q": "Долин холера"}, 1), ({"show": "verdict"}, 2), ({"show": "questions"}, 0),
        ):  # fmt: skip
            page = browser.get(reverse("notified_events"), query)
            assert page.context["page"].paginator.count == found, query
        assert "2 notifications wait to be acknowledged" in shown(browser, "notified_events", show="unacknowledged")

    def test_the_title_is_the_answer(self, browser, theirs):
        page = shown(browser, "notified_event", theirs.pk)
        assert "Borenia: Cholera, Dolin: 32 cases, 1 death" in page

    def test_one_press_acknowledges_and_the_count_goes_down(self, browser, theirs):
        page = browser.get(reverse("notified_event", args=[theirs.pk]))
        assert "Nobody has it yet" in text_of(page)
        (entry,) = [one for one in page.context["navigation"] if one.url == reverse("events")]
        assert (entry.count, entry.current) == (1, True)
        done = browser.post(reverse("acknowledge_notified", args=[theirs.pk]), follow=True)
        assert "Acknowledged. The state is told" in text_of(done)
        assert "acknowledged by Vera" in text_of(done)
        assert "Nobody has it yet" not in text_of(done)
        again = browser.post(reverse("acknowledge_notified", args=[theirs.pk]), follow=True)
        assert "acknowledged it already" in text_of(again)

    def test_readers_see_it_and_are_not_asked_to_acknowledge(self, reader, theirs):
        page = shown(reader, "notified_event", theirs.pk)
        assert "btn-have" not in page
        assert "acknowledged by nobody here yet" not in page
        assert reader.post(reverse("acknowledge_notified", args=[theirs.pk])).status_code == 403
        assert reader.post(reverse("give_verdict", args=[theirs.pk])).status_code == 403

    def test_our_verdict_is_told_with_its_reasons(self, browser, theirs):
        given = {
            "seen": 0,
            "verdict": "may_affect_us",
            "reasons": ["shared_border", "trade"],
            "text": "",
            "language": "en",
        }
        assert browser.post(reverse("give_verdict", args=[theirs.pk]), given).status_code == 302
        assert Relevance.objects.get().reasons == ["shared_border", "trade"]
        page = shown(browser, "notified_event", theirs.pk)
        assert "shared border and trade" in page

    def test_a_verdict_that_somebody_gave_first_is_shown_beside_ones_own(self, browser, theirs, igor, signed_in):
        first = {"seen": 0, "verdict": "not_relevant", "reasons": [], "text": "No link.", "language": "en"}
        signed_in(igor).post(reverse("give_verdict", args=[theirs.pk]), first)
        mine = {**first, "verdict": "affects_us", "text": "Ours were there."}
        answer = browser.post(reverse("give_verdict", args=[theirs.pk]), mine)
        assert answer.status_code == 409
        page = text_of(answer)
        assert "Somebody has said this of the event since you looked" in page
        assert "No link." in page
        assert "Ours were there." in page
        again = {**mine, "seen": answer.context["verdict"]["seen"].value()}
        assert browser.post(reverse("give_verdict", args=[theirs.pk]), again).status_code == 302
        assert Relevance.objects.order_by("version").last().verdict == "affects_us"

    def test_it_is_linked_to_an_event_of_ours_by_its_number(self, browser, theirs, event):
        given = {"other": serial(event), "kind": "imported_from"}
        kinds = dict(EventLink.Kind.choices)
        given["kind"] = next(iter(kinds))
        assert browser.post(reverse("link_notified", args=[theirs.pk]), given).status_code == 302
        link = EventLink.objects.get()
        assert (link.event, link.origin, str(link.partner_event)) == (event, "BO", EVENT)
        assert serial(event) in shown(browser, "notified_event", theirs.pk)
        answer = browser.post(reverse("link_notified", args=[theirs.pk]), {**given, "other": "AL-1999-1"})
        assert answer.status_code == 422
        assert "There is no event of this number" in text_of(answer)

    def test_a_signal_is_reported_from_it_with_what_is_known(self, browser, theirs, places):
        report = browser.get(reverse("notified_event", args=[theirs.pk])).context["page"].report
        given = parse_qs(urlsplit(report).query)
        assert (given["kind"], given["disease"], given["reference"]) == (["partner"], ["cholera"], [theirs.serial])
        form = browser.get(report).context["form"]
        assert form["text"].value() == "Borenia notified: Cholera, Dolin, 32 cases, 1 death."
        assert form["disease"].value() == "cholera"

    def test_versions_and_what_changed_between_them(self, browser, joined, partner, diseases):
        first, second = chain(partner, "notified", "updated")
        second.body["counts"]["deaths"] = 9
        bring(partner, joined, first, second)
        head = NotifiedEvent.objects.get()
        page = shown(browser, "notified_event", head.pk)
        assert "What changed since version 1" in page
        earlier = shown(browser, "notified_event", head.pk, version=str(first.id))
        assert "You read version 1, and a later one stands." in earlier
        assert browser.get(reverse("notified_event", args=[head.pk]), {"version": "x"}).status_code == 200

    def test_a_version_that_has_not_come_is_told_of(self, browser, joined, partner, diseases):
        _first, second = chain(partner, "notified", "updated")
        bring(partner, joined, second)
        assert "One earlier version has not come here." in shown(
            browser, "notified_event", NotifiedEvent.objects.get().pk
        )

    def test_withdrawn_and_void_and_erased_are_said_plainly(self, browser, joined, partner, diseases):
        bring(partner, joined, *chain(partner, "notified", "withdrawn"))
        head = NotifiedEvent.objects.get()
        page = shown(browser, "notified_event", head.pk)
        assert "Borenia has withdrawn this notification." in page
        assert "sent in error" in page
        Notification.objects.update(erased_at=timezone.now(), body={})
        NotifiedEvent.objects.update(shown=None, places=[])
        page = shown(browser, "notified_event", head.pk)
        assert "Borenia: a notification without words" in page
        assert "The words of this version were erased" in page
        assert shown(browser, "notified_events")
        Notification.objects.update(withdrawn_at=timezone.now())
        NotifiedEvent.objects.update(latest=None, status="")
        page = shown(browser, "notified_event", head.pk)
        assert "No version of this stands" in page
        assert "btn-have" not in page

    def test_what_may_not_be_passed_on_says_so(self, browser, joined, partner, diseases):
        bring(partner, joined, notified(partner, head={"no_onward_sharing": True}))
        assert "not to be passed on" in shown(browser, "notified_event", NotifiedEvent.objects.get().pk)

    def test_queries_of_the_list_do_not_grow_with_rows(self, browser, theirs, joined, partner):
        few = queries_of(browser, reverse("notified_events"))
        more = [notified(partner, event=str(new_id())) for _ in range(8)]
        bring(partner, joined, *more)
        assert queries_of(browser, reverse("notified_events")) == few

    def test_the_board_has_their_days_by_state_and_no_share(self, browser, theirs, joined, partner):
        bring(partner, joined, notified(partner, name="CE"), name="CE")
        page = browser.get(reverse("board"))
        partners = page.context["page"].partners
        assert [one.state for one in partners] == ["Borenia", "Cetara"]
        (url, name, lines, _chip) = partners[0].rows[0]
        assert (url, name) == (reverse("notified_event", args=[theirs.pk]), "Cholera, Dolin")
        assert [line.said for line in lines] == ["6 of 7 days", "1 of 1 day"]

    def test_a_day_that_a_partner_does_not_tell_runs_no_clock_here(self, browser, joined, partner, diseases):
        dates = dict.fromkeys(("emergence", "detection", "authority_notified", "first_onset", "last_onset"))
        dates["detection"] = {"on": "2026-01-01", "precision": "exact"}
        bring(partner, joined, notified(partner, dates=dates))
        (one,) = browser.get(reverse("board")).context["page"].partners
        assert {(line.chip, line.said) for line in one.rows[0][2]} == {("clock_unknown", "not told")}


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_every_page_opens_in_every_language(
    language, theirs, question, event, vera, person, signed_in, joined, partner, diseases
):
    reader = signed_in(person("duty_officer", name=f"Reader {language}", language=language))
    made = told(event, vera)
    ask(by=vera)
    draft = prepare(event, status="withdrawn", reason="error", by=vera)
    pages = [
        ("event_partners", event.pk), ("notified_version", made.pk), ("draft", draft.pk), ("notified_events",),
        ("notified_event", theirs.pk), ("verifications",), ("verification", question.pk), ("ask_state",), ("board",),
    ]  # fmt: skip
    for name, *args in pages:
        answer = reader.get(reverse(name, args=args))
        assert answer.status_code == 200, name
        assert answer.headers["Content-Language"] == language


def test_nothing_of_partners_is_counted_twice_on_a_page(browser, theirs, django_assert_num_queries):
    with CaptureQueriesContext(connection) as found:
        browser.get(reverse("notices"))
    counted = [one for one in found if "COUNT(" in one["sql"] and "notifications_" in one["sql"]]
    assert len(counted) == 2, "notifications once, and questions once"
