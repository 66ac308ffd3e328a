"""One request on one page, and the acts that its buttons lead to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.assistance.scenes import TheirRequest, ask, day, item, line, offer_to, says, seen, their_offer, whose

from tocsin.joint.assistance import Key
from tocsin.node.assistance.actions.answering import accept
from tocsin.node.assistance.actions.attaching import attach, remove
from tocsin.node.assistance.actions.handing_over import Handed, Signature, hand_over
from tocsin.node.assistance.actions.shipping import arrive, clear
from tocsin.node.assistance.models import Attachment, Offer, Request, Shipment
from tocsin.node.assistance.pages.report import report
from tocsin.node.assistance.reading import request_here
from tocsin.node.joint.actions.acting import token

pytestmark = pytest.mark.django_db


def page_of(browser, of) -> str:
    response = browser.get(reverse("assistance_request", args=[of.pk]))
    assert response.status_code == 200
    return response.text


def primary(page: str) -> str:
    _before, _gap, button = page.partition("btn btn-primary")
    return button.partition("</a>")[0].partition(">")[2]


@pytest.fixture
def of(joined, lin, dara):
    return ask(lin, dara, items=[item("i1", "ventilator", 10)])


@pytest.fixture
def shipped(joined, partner, of, lin, dara):
    """Four ventilators from BO, at the border."""
    offer = their_offer(partner, joined, "BO", of, line("i1", 4))
    accept(of, offer, quantities={"i1": 4}, **seen(of), by=dara)
    plan = {"id": "s1", "offer": whose(offer), "lines": [{"item": "i1", "quantity": 4}], "route": "", "carrier": "",
            "documents": [], "expected_on": day(3)}  # fmt: skip
    says(partner, joined, "BO", of, "plan_shipment", **plan)
    key = Key("BO", "s1")
    clear(of, key, **seen(of), by=lin)
    says(partner, joined, "BO", of, "dispatch", shipment=whose(key), note="")
    arrive(of, key, **seen(of), by=lin)
    return key


def test_the_title_is_the_answer(joined, partner, of, lin, dara, signed_in):
    offer = their_offer(partner, joined, "BO", of, line("i1", 6))
    accept(of, offer, quantities={"i1": 4}, **seen(of), by=dara)
    answer = "Altania asks for help: ventilator, 10 pieces. 4 accepted, 6 still short, needed in 7 days"
    assert answer in page_of(signed_in(lin), of)


def test_the_one_primary_act_goes_by_role_and_situation(joined, partner, of, lin, dara, signed_in):
    their_offer(partner, joined, "BO", of, line("i1", 6))
    assert primary(page_of(signed_in(dara), of)) == "Accept all or a part"
    assert "Accept all or a part" not in page_of(signed_in(lin), of)  # logistics prepares, and accepts nothing


def test_of_several_offers_the_primary_act_says_whose_it_answers(joined, partner, of, dara, signed_in):
    their_offer(partner, joined, "CE", of, line("i1", 3))
    their_offer(partner, joined, "BO", of, line("i1", 6))
    assert primary(page_of(signed_in(dara), of)) == "Accept all or a part: Cetara"


def test_a_part_is_accepted_line_by_line(joined, partner, lin, dara, signed_in):
    of = ask(lin, dara)
    their_offer(partner, joined, "BO", of, line("i1", 6), line("i2", 5, "kit", 96))
    browser, where = signed_in(dara), reverse("assistance_accept", args=[of.pk, "BO", "o1"])
    form = browser.get(where).text
    assert "5 kits, 96 in each = 480 tests" in form
    sent = browser.post(where, {"seen": token(of), "quantity_i1": 3, "quantity_i2": "", "note": ""})
    assert sent.status_code == 302
    accepted = {one["item"]: one["accepted"] for one in Offer.objects.get().lines}
    assert accepted == {"i1": 3, "i2": 0}


def test_the_second_of_two_clerks_is_told_and_nothing_typed_is_lost(joined, partner, of, dara, nodira, signed_in):
    their_offer(partner, joined, "BO", of, line("i1", 8))
    where, before = reverse("assistance_accept", args=[of.pk, "BO", "o1"]), token(of)
    signed_in(dara).post(where, {"seen": before, "quantity_i1": 4, "note": ""})
    second = signed_in(nodira).post(where, {"seen": before, "quantity_i1": 8, "note": "All of it"})
    assert second.status_code == 409
    assert "Dara" in second.text
    assert "All of it" in second.text
    assert request_here(of).accepted("i1") == 4


def test_more_than_is_offered_is_refused_in_words(joined, partner, of, dara, signed_in):
    their_offer(partner, joined, "BO", of, line("i1", 6))
    where = reverse("assistance_accept", args=[of.pk, "BO", "o1"])
    refused = signed_in(dara).post(where, {"seen": token(of), "quantity_i1": 7, "note": ""})
    assert refused.status_code == 409
    assert "“ventilator”: 6 is offered. 7 in all is more; accept less." in refused.text


def test_a_reason_is_asked_for_before_an_offer_is_declined(joined, partner, of, dara, signed_in):
    their_offer(partner, joined, "BO", of, line("i1", 6))
    where, browser = reverse("assistance_decline", args=[of.pk, "BO", "o1"]), signed_in(dara)
    assert browser.post(where, {"seen": token(of), "reason": ""}).status_code == 422
    assert browser.post(where, {"seen": token(of), "reason": "Covered by others"}).status_code == 302
    assert Offer.objects.get().status == "declined"
    assert "Covered by others" in page_of(browser, of).split('id="offers"')[1].split("</section>")[0]


def test_an_offer_of_ours_that_no_order_has_yet_is_shown_as_sent(joined, partner, lin, dara, signed_in):
    theirs = TheirRequest(partner, joined, "BO")
    sent = offer_to(theirs.of, lin, dara, line("i1", 2))
    page = page_of(signed_in(lin), theirs.of)
    assert "sent, not yet in the order" in page.split('id="offers"')[1].split("</section>")[0]
    assert "It counts once it is in the order of Borenia." in page
    theirs.includes(sent)
    page = page_of(signed_in(lin), theirs.of)
    assert "sent, not yet in the order" not in page
    assert "confirmed" in page.split('id="offers"')[1].split("</section>")[0]


def test_what_both_sides_signed_for_stands_side_by_side(joined, partner, of, shipped, lin, dara, signed_in):
    browser = signed_in(lin)
    assert primary(page_of(browser, of)) == "Sign the hand-over"
    signed = {"lines": [{"item": "i1", "quantity": 4, "condition": "good"}], "signed": [{"name": "B", "title": ""}]}
    says(partner, joined, "BO", of, "hand_over", shipment=whose(shipped), note="", **signed)
    where = reverse("assistance_hand_over", args=[of.pk, "BO", "s1"])
    typed = {"quantity_i1": 3, "condition_i1": "good", "name_1": "A. Karim", "title_1": "Storekeeper", "note": ""}
    assert browser.post(where, {"seen": token(of), **typed, "name_1": ""}).status_code == 422
    assert browser.post(where, {"seen": token(of), **typed}).status_code == 302
    assert Shipment.objects.get().status == "disputed"
    page = page_of(browser, of)
    assert "signed for differently" in page
    assert "differ" in page.split("Hand-over: what each side has signed for")[1].split("</table>")[0]
    assert "A. Karim, Storekeeper" in page
    assert browser.post(where, {"seen": token(of), **typed, "quantity_i1": 4}).status_code == 302
    assert Shipment.objects.get().status == "handed_over"


def test_goods_that_were_handed_over_are_not_sent_home_as_a_team_is(joined, partner, of, shipped, lin, signed_in):
    signed = [{"name": "B", "title": ""}]
    handed = [{"item": "i1", "quantity": 4, "condition": "good"}]
    says(partner, joined, "BO", of, "hand_over", shipment=whose(shipped), note="", lines=handed, signed=signed)
    hand_over(of, shipped, lines=[Handed("i1", 4, "good")], signed=[Signature("A", "")], **seen(of), by=lin)
    page = page_of(signed_in(lin), of)
    assert "Send it back" in page
    assert "Send the team home" not in page


def test_what_is_sent_is_asked_before_its_papers(joined, partner, lin, dara, signed_in):
    theirs = TheirRequest(partner, joined, "BO")
    theirs.includes(offer_to(theirs.of, lin, dara, line("i1", 2)))
    accepted = {"offer": {"origin": "AL", "id": "o1"}, "lines": [{"item": "i1", "quantity": 2}], "note": ""}
    theirs.order("accept", accepted)
    page = signed_in(lin).get(reverse("assistance_plan", args=[theirs.of.pk, "AL", "o1"])).text
    places = [page.index(f'name="{name}"') for name in ("quantity_i1", "expected_on", "carrier", "paper_1")]
    assert places == sorted(places)


def test_every_step_says_who_took_it(joined, of, shipped, lin, signed_in):
    page = page_of(signed_in(lin), of).split('id="shipments"')[1].split("</section>")[0]
    assert "Cleared a shipment at customs" in page
    assert "Altania · Lin · logistics" in page
    assert 'aria-current="step"' in page


def test_papers_go_with_a_clearance(joined, partner, of, lin, dara, signed_in):
    offer = their_offer(partner, joined, "BO", of, line("i1", 4))
    accept(of, offer, quantities={"i1": 4}, **seen(of), by=dara)
    plan = {"id": "s1", "offer": whose(offer), "lines": [{"item": "i1", "quantity": 4}], "route": "", "carrier": "",
            "documents": [], "expected_on": None}  # fmt: skip
    says(partner, joined, "BO", of, "plan_shipment", **plan)
    where = reverse("assistance_clear", args=[of.pk, "BO", "s1"])
    sent = {"seen": token(of), "paper_1": "import_licence", "number_1": "AL/7", "title_1": "", "note": ""}
    assert signed_in(lin).post(where, sent).status_code == 302
    assert "import licence AL/7" in page_of(signed_in(lin), of)


def test_it_is_renewed_and_never_beyond_ninety_days(joined, of, dara, signed_in):
    where, browser = reverse("assistance_renew", args=[of.pk]), signed_in(dara)
    late = browser.post(where, {"seen": token(of), "lapses_on": day(91), "reason": ""})
    assert late.status_code == 409
    assert "90 days at most" in late.text
    assert browser.post(where, {"seen": token(of), "lapses_on": day(60), "reason": ""}).status_code == 302
    assert Request.objects.get().lapses_on.isoformat() == day(60)


def test_costs_are_typed_as_people_write_them(joined, of, lin, signed_in):
    where, browser = reverse("assistance_costs", args=[of.pk]), signed_in(lin)
    rest = {f"borne_{n}": "AL" for n in range(2, 6)}
    typed = {"what_1": "Fuel", "amount_1": "1250.50", "currency_1": "USD", "borne_1": "BO", **rest}
    assert browser.post(where, {"seen": token(of), **typed}).status_code == 302
    (cost,) = request_here(of).costs
    assert cost.lines[0]["amount"] == 125_050
    assert "1,250.50 USD" in page_of(browser, of)
    refused = browser.post(where, {"seen": token(of), **typed, "currency_1": "JPY"})
    assert refused.status_code == 422
    assert "no such small part" in refused.text


def test_a_file_that_is_not_what_it_says_is_refused(joined, of, lin, signed_in):
    from django.core.files.uploadedfile import SimpleUploadedFile

    where, browser = reverse("assistance_attach", args=[of.pk]), signed_in(lin)
    false = SimpleUploadedFile("licence.pdf", b"MZ\x90 no paper")
    assert browser.post(where, {"file": false, "note": ""}).status_code == 422
    assert not Attachment.objects.exists()
    note = SimpleUploadedFile("note.txt", b"Waybill 7")
    assert browser.post(where, {"file": note, "note": ""}).status_code == 302
    kept = Attachment.objects.get()
    back = browser.get(reverse("assistance_file", args=[of.pk, kept.pk]))
    assert back.content == b"Waybill 7"
    assert "attachment" in back["Content-Disposition"]


def test_many_refused_acts_take_no_more_queries_than_one(joined, partner, of, lin, dara, signed_in):
    browser, counted = signed_in(lin), []
    their_offer(partner, joined, "BO", of, line("i1", 6))
    for count in (1, 4):
        for _number in range(count):
            says(partner, joined, "CE", of, "confirm_offer", offer={"origin": "BO", "id": "o1"})
        page_of(browser, of)
        with CaptureQueriesContext(connection) as asked:
            page = page_of(browser, of)
        counted.append(len(asked))
    assert page.count("Only Borenia can do this.") == 5
    assert counted[0] == counted[1]


def test_of_two_who_take_a_file_away_at_once_the_second_is_told(joined, of, lin, signed_in, monkeypatch):
    found = attach(of, b"Waybill 7", name="note.txt", by=lin)
    remove(found, by=lin)
    # As if the other had removed it once this one's page had found it.
    monkeypatch.setattr("tocsin.node.assistance.views.requests.the_attachment", lambda *_args: found)
    browser = signed_in(lin)
    told = browser.post(reverse("assistance_remove_file", args=[of.pk, found.pk]), follow=True)
    assert "The file was removed already." in told.text
    told = browser.get(reverse("assistance_file", args=[of.pk, found.pk]), follow=True)
    assert "its bytes are no more" in told.text


@pytest.mark.parametrize(("format", "begins"), [("pdf", b"%PDF"), ("docx", b"PK")])
def test_the_report_is_made_in_each_language(joined, partner, of, shipped, lin, signed_in, format, begins):
    hand_over(of, shipped, lines=[Handed("i1", 4)], signed=[Signature("A")], **seen(of), by=lin)
    browser = signed_in(lin)
    for language in ("en", "ru", "zh-hans"):
        made = browser.get(reverse("assistance_report", args=[of.pk, language, format]))
        assert made.content.startswith(begins)
    assert browser.get(reverse("assistance_report", args=[of.pk, "xx", format])).status_code == 404


def test_the_report_names_who_has_signed_for_each_side(joined, of, shipped, lin):
    hand_over(of, shipped, lines=[Handed("i1", 4)], signed=[Signature("王芳", "仓库主任")], **seen(of), by=lin)
    said = [part for part in report(of, lin, now=timezone.now()).parts if isinstance(part, str)]
    assert any(one.startswith("signed for Altania: 王芳, 仓库主任 · ") for one in said)


def test_an_address_of_what_is_not_there_is_not_found(joined, of, dara, signed_in):
    assert signed_in(dara).get(reverse("assistance_accept", args=[of.pk, "BO", "o9"])).status_code == 404
    assert signed_in(dara).get(reverse("assistance_return", args=[of.pk, "BO", "s9"])).status_code in (403, 404)
