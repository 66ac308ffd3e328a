"""Documents that were kept apart, through the pages: what waits, what people see of it, and what two of them decide."""

import json
import re

import pytest
from django.urls import reverse
from tests.exchange.types.bodies import row
from tests.node.asking import questions
from tests.node.post.apart import by_partner, counts, kept_apart

from tocsin.exchange.deciding import JUDGED
from tocsin.exchange.sealing import seal
from tocsin.exchange.store import State
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.alliance.notices import sentence
from tocsin.node.post import examining, models, reading
from tocsin.node.post.message_reader import MessageReader
from tocsin.node.post.models import Proposal
from tocsin.node.post.pages.kept_apart import plain

GIVEN = {"what": "release", "reason": "BO called: the year was mistyped"}


@pytest.fixture(autouse=True)
def by_the_types_alone(monkeypatch):
    """What other apps know of places and diseases, and do with counts, is theirs to test."""
    monkeypatch.setattr(examining, "_known", {})
    monkeypatch.setattr(reading, "_readers", {"message": MessageReader()})


def proposed(browser, entry, **given):
    answer = browser.post(reverse("propose_decision", args=[entry.pk]), GIVEN | given)
    assert answer.status_code == 302, answer.text
    return Proposal.objects.open().get()


def confirmed(browser, proposal):
    return browser.post(reverse("confirm_proposal", args=[proposal.pk]))


def test_whoever_may_decide_is_told_once_a_batch(joined, partner, vera, amina, person):
    nobody = person("laboratory")
    for _ in range(2):
        partner.post("BO", "x", "members", type="weekly-indicators", body=counts(reported_until="2999-01-01"))
    by_partner(partner, joined, counts(reported_until="2999-01-01"))
    for somebody in (vera, amina):
        notice = Notice.objects.get(person=somebody)
        assert sentence(notice) == "Borenia: 3 documents wait for people to decide upon them"
        assert notice.link == reverse("kept_apart")
    assert not Notice.objects.filter(person=nobody).exists()


def test_one_person_proposes_another_confirms_and_only_then_it_is_taken(joined, partner, vera, igor, signed_in):
    entry = kept_apart(partner, joined)
    Notice.objects.all().delete()
    proposal = proposed(signed_in(vera), entry)
    entry.refresh_from_db()
    assert entry.state == State.QUARANTINED
    assert [one.person for one in Notice.objects.filter(kind="proposal.release")] == [igor]
    signed_in(vera).post(reverse("confirm_proposal", args=[proposal.pk]))
    proposal.refresh_from_db()
    assert proposal.is_open, "nobody confirms their own"
    confirmed(signed_in(igor), proposal)
    entry.refresh_from_db()
    proposal.refresh_from_db()
    assert (entry.state, proposal.confirmed_by) == (State.ACCEPTED, igor)
    said = AuditEntry.objects.get(act="document.released")
    assert (said.by, said.details["proposed_by"], said.details["reason"]) == (igor, "Vera", GIVEN["reason"])
    assert said.details["codes"] == ["future-period"]
    assert AuditEntry.objects.get(act="proposal.made").by == vera
    (manifest,) = seal(joined)
    assert manifest.stream.audience == "to:BO", "its origin gets a receipt"


def test_what_two_people_do_not_take_stays_away(joined, partner, vera, igor, signed_in):
    entry = kept_apart(partner, joined)
    confirmed(signed_in(igor), proposed(signed_in(vera), entry, what="reject"))
    entry.refresh_from_db()
    assert entry.state == State.REJECTED
    browser = signed_in(vera)
    assert "No document waits" in browser.get(reverse("kept_apart")).text
    assert "Borenia" in browser.get(reverse("kept_apart") + "?show=rejected").text


def test_rows_wait_until_they_are_decided_and_then_no_longer(joined, partner, vera, igor, signed_in):
    entry = by_partner(partner, joined, counts(row(12), row(-3, place="AL-02")))
    assert entry.state == State.ACCEPTED
    browser = signed_in(igor)
    assert "1 document waits for a decision" in browser.get(reverse("kept_apart")).text
    page = browser.get(reverse("kept_apart_document", args=[entry.pk])).text
    assert "1 row was kept apart" in page
    assert page.count("a count that cannot be") >= 1
    confirmed(browser, proposed(signed_in(vera), entry, what="reject"))
    assert "No document waits" in browser.get(reverse("kept_apart")).text
    entry.refresh_from_db()
    assert (entry.state, entry.has_reasons) == (State.ACCEPTED, True)


def test_rows_that_are_released_are_no_longer_apart(joined, partner, vera, igor, signed_in):
    entry = by_partner(partner, joined, counts(row(12), row(-3, place="AL-02")))
    confirmed(signed_in(igor), proposed(signed_in(vera), entry))
    entry.refresh_from_db()
    assert (entry.state, entry.has_reasons) == (State.ACCEPTED, False)


def test_its_proposer_alone_takes_a_proposal_back(joined, partner, vera, igor, signed_in):
    entry = kept_apart(partner, joined)
    proposal = proposed(signed_in(vera), entry)
    signed_in(igor).post(reverse("withdraw_proposal", args=[proposal.pk]))
    proposal.refresh_from_db()
    assert proposal.is_open
    signed_in(vera).post(reverse("withdraw_proposal", args=[proposal.pk]))
    proposal.refresh_from_db()
    assert (proposal.state, AuditEntry.objects.filter(act="proposal.withdrawn").count()) == ("withdrawn", 1)
    confirmed(signed_in(igor), proposal)
    entry.refresh_from_db()
    assert entry.state == State.QUARANTINED


def test_a_proposal_lapses_when_its_document_is_another_by_then(joined, partner, vera, igor, signed_in):
    entry = kept_apart(partner, joined)
    proposal = proposed(signed_in(vera), entry)
    models.Entry.objects.filter(pk=entry.pk).update(state=State.WITHDRAWN, in_use=False)
    answer = signed_in(igor).post(reverse("confirm_proposal", args=[proposal.pk]), follow=True)
    assert "It has lapsed" in answer.text
    proposal.refresh_from_db()
    assert (proposal.state, proposal.done_at) == ("lapsed", None)
    assert AuditEntry.objects.filter(act="proposal.lapsed").count() == 1


def test_a_proposal_of_somebody_whose_access_ended_counts_for_nothing(joined, partner, vera, igor, signed_in):
    entry = kept_apart(partner, joined)
    proposal = proposed(signed_in(vera), entry)
    vera.is_active = False
    vera.save()
    confirmed(signed_in(igor), proposal)
    entry.refresh_from_db()
    assert entry.state == State.QUARANTINED


def test_there_is_one_open_proposal_a_document(joined, partner, vera, igor, signed_in):
    entry = kept_apart(partner, joined)
    proposed(signed_in(vera), entry)
    answer = signed_in(igor).post(reverse("propose_decision", args=[entry.pk]), GIVEN | {"what": "reject"})
    assert answer.status_code == 409
    assert "Vera has proposed something" in answer.text


def test_what_cannot_be_taken_is_not_offered_and_not_proposed(joined, partner, vera, signed_in):
    entry = by_partner(partner, joined, counts(case_definition=7))
    assert models.Entry.objects.get(pk=entry.pk).state == State.QUARANTINED
    browser = signed_in(vera)
    page = browser.get(reverse("kept_apart_document", args=[entry.pk])).text
    assert "It cannot be taken as it is" in page
    assert 'value="release"' not in page
    assert browser.post(reverse("propose_decision", args=[entry.pk]), GIVEN).status_code == 422


@pytest.mark.parametrize("missing", ["what", "reason"])
def test_a_proposal_needs_what_and_why(joined, partner, vera, signed_in, missing):
    entry = kept_apart(partner, joined)
    answer = signed_in(vera).post(reverse("propose_decision", args=[entry.pk]), GIVEN | {missing: " "})
    assert answer.status_code == 422
    assert not Proposal.objects.exists()


def test_hostile_text_is_shown_as_text_and_what_nobody_sees_is_written_out(joined, partner, vera, signed_in):
    bad = {"subject": "pay", "text": "<script>alert(1)</script> \u202eexe.txt", "in_reply_to": None}
    entry = by_partner(partner, joined, bad, kind="message")
    page = signed_in(vera).get(reverse("kept_apart_document", args=[entry.pk])).text
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "⟨U+202E⟩" in page


def test_nothing_is_hidden_in_a_text_that_is_shown():
    assert plain("a\u200bb\x00c\u2066d\ne") == "a⟨U+200B⟩b⟨U+0000⟩c⟨U+2066⟩d\ne"


def test_bad_rows_are_marked_and_come_first(joined, partner, vera, signed_in):
    rows = [row(1, place=f"BO-{at}") for at in range(300)] + [row(-1, place="BO-999")]
    entry = by_partner(partner, joined, counts(*rows))
    page = signed_in(vera).get(reverse("kept_apart_document", args=[entry.pk])).text
    body = page[page.index("What it says") :]
    assert body.index("BO-999") < body.index("BO-0")
    assert "101 further rows" in body


def test_what_it_says_is_shown_to_those_who_decide_alone(joined, partner, person, signed_in):
    entry = kept_apart(partner, joined, note="our secret")
    delegate, clinician = person("council_delegate"), person("clinician")
    page = signed_in(delegate).get(reverse("kept_apart_document", args=[entry.pk]))
    assert page.status_code == 200
    assert "our secret" not in page.text
    assert signed_in(clinician).get(reverse("kept_apart_document", args=[entry.pk])).status_code == 403
    assert signed_in(delegate).post(reverse("propose_decision", args=[entry.pk]), GIVEN).status_code == 403


def test_what_was_taken_whole_is_nobodys_to_decide(joined, partner, vera, signed_in):
    entry = by_partner(partner, joined, counts())
    assert signed_in(vera).get(reverse("kept_apart_document", args=[entry.pk])).status_code == 404


def test_documents_that_wait_for_a_key_or_an_upgrade_are_shown_and_not_decided(joined, partner, vera, signed_in):
    entry = by_partner(partner, joined, {}, kind="of-a-later-release")
    assert entry.state == State.HELD
    browser = signed_in(vera)
    assert "of-a-later-release" in browser.get(reverse("kept_apart") + "?show=held").text
    page = browser.get(reverse("kept_apart_document", args=[entry.pk])).text
    assert "waits for an upgrade" in page
    assert "Propose" not in page
    assert "Nothing waits for its key" in browser.get(reverse("kept_apart") + "?show=locked").text


def test_the_bar_counts_what_waits_for_those_who_decide(joined, partner, vera, person, signed_in):
    kept_apart(partner, joined)
    counted = re.compile(r'href="/partners/"[^>]*>[^<]*<span class="nav-count">1</span>')
    assert counted.search(signed_in(vera).get(reverse("account")).text)
    assert not counted.search(signed_in(person("secretariat")).get(reverse("account")).text)


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(joined, partner, vera, signed_in):
    browser, asked = signed_in(vera), []
    for many in (2, 10):
        for _ in range(many):
            kept_apart(partner, joined)
        asked.append(questions(browser, reverse("kept_apart")))
    assert browser.get(reverse("kept_apart")).text.count("data-row") == 12
    assert asked[0] == asked[1] <= 25


def test_reasons_that_people_may_judge_are_told_in_words():
    from tocsin.exchange.codes import CODES as KNOWN
    from tocsin.node.post.pages.codes import CODES, code_named

    assert set(CODES) == set(KNOWN)
    assert set(CODES) >= JUDGED
    assert code_named("of-a-later-release") == "refused (of-a-later-release)"
    assert json.dumps({code: code_named(code) for code in CODES})
