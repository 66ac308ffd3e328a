"""Requests and offers made ready on pages: typed in, submitted by one person, released by another."""

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.assistance.scenes import TheirRequest, ask, asked, day, item, line, offered, place
from tests.node.assistance.test_demand import payload

from tocsin.node.assistance.actions.capabilities import keep_entry
from tocsin.node.assistance.actions.drafting import make_offer_draft, make_request_draft, submit
from tocsin.node.assistance.models import Capability, OfferDraft, Request, RequestDraft
from tocsin.node.assistance.reading import request_here
from tocsin.node.events.actions.opening import open_event
from tocsin.node.events.models import EventEstimate

pytestmark = pytest.mark.django_db
HEAD = {
    "title_en": "Gloves for Port Almar", "title_ru": "", "title_zh": "", "event": "", "place_code": "",
    "place_en": "Port Almar", "consignee_name": "Central hospital", "consignee_address": "", "consignee_contact": "",
    "permits_text": "", "note": "", "classification": "MEMBERS",
}  # fmt: skip


def typed(*rows, **change):
    """What a browser posts: the head, and the rows."""
    found = {**HEAD, "needed_by": day(7), "lapses_on": day(30), "items-TOTAL_FORMS": len(rows),
             "items-INITIAL_FORMS": 0, **change}  # fmt: skip
    for place_, row in enumerate(rows):
        found |= {f"items-{place_}-{name}": value for name, value in row.items()}
    return found


GLOVES = {"item": "gloves", "quantity": 20, "unit": "box", "pack_size": 50, "cold_chain": ""}


def test_a_request_is_typed_in_submitted_and_released_by_another(joined, lin, dara, signed_in):
    keeper, delegate = signed_in(lin), signed_in(dara)
    assert keeper.post(reverse("begin_assistance_draft"), typed(GLOVES)).status_code == 302
    draft = RequestDraft.objects.get()
    assert draft.said["items"][0]["id"] == "i1"
    look = keeper.get(reverse("assistance_draft_look", args=[draft.pk])).text
    assert "20 boxes, 50 in each" in look
    assert "= 1,000 pieces" in look
    assert "It would go to: Borenia, Cetara and Secretariat." in look
    version = {"version": draft.version}
    assert keeper.post(reverse("assistance_draft_submit", args=[draft.pk]), version).status_code == 302
    assert keeper.post(reverse("assistance_draft_release", args=[draft.pk]), version).status_code == 403
    released = delegate.post(reverse("assistance_draft_release", args=[draft.pk]), version)
    assert released.status_code == 302
    row = Request.objects.get()
    assert (row.title["en"], row.status) == ("Gloves for Port Almar", "open")
    assert delegate.get(reverse("assistance_draft", args=[draft.pk])).url == reverse(
        "assistance_request", args=[row.pk]
    )


def test_a_note_of_several_lines_is_submitted_as_browsers_send_it(joined, lin, dara, signed_in):
    keeper = signed_in(lin)
    keeper.post(reverse("begin_assistance_draft"), typed(GLOVES, note="By road.\r\nNot at night."))
    draft = RequestDraft.objects.get()
    where, version = reverse("assistance_draft_submit", args=[draft.pk]), {"version": draft.version}
    assert keeper.post(where, version).status_code == 302
    where = reverse("assistance_draft_release", args=[draft.pk])
    assert signed_in(dara).post(where, version).status_code == 302
    assert request_here(Request.objects.get().of).asked.note == "By road.\nNot at night."


def test_whoever_may_not_read_the_event_keeps_it_with_the_request(
    joined, lin, dara, amina, signed_in, diseases, places
):
    event = open_event(disease=diseases["cholera"], place=places["XX-11"], by=amina)
    signed_in(dara).post(reverse("begin_assistance_draft"), typed(event=f"AL {event.pk}"))
    draft = RequestDraft.objects.get()
    where, keeper = reverse("assistance_draft", args=[draft.pk]), signed_in(lin)
    offered = keeper.get(where).context["form"].fields["event"].choices
    assert offered == [("", "—"), (f"AL {event.pk}", "the event that it was begun for")]
    keeper.post(where, typed(GLOVES, event=f"AL {event.pk}", version=draft.version))
    draft.refresh_from_db()
    assert draft.said["event"] == {"origin": "AL", "id": str(event.pk)}
    assert draft.said["items"]


def test_who_submitted_does_not_release(joined, dara, signed_in):
    draft = submit(make_request_draft(said=asked(), by=dara), version=1, by=dara)
    browser = signed_in(dara)
    assert "You submitted it." in browser.get(reverse("assistance_draft_look", args=[draft.pk])).text
    refused = browser.post(reverse("assistance_draft_release", args=[draft.pk]), {"version": draft.version})
    assert refused.status_code == 422
    assert "another person has to release it" in refused.text
    assert not Request.objects.exists()


def test_it_is_given_back_with_a_reason_that_the_first_person_reads(joined, lin, dara, signed_in):
    draft = submit(make_request_draft(said=asked(), by=lin), version=1, by=lin)
    where = reverse("assistance_draft_send_back", args=[draft.pk])
    assert signed_in(dara).post(where, {"version": 1, "reason": ""}).status_code == 422
    signed_in(dara).post(where, {"version": 1, "reason": "Which hospital?"})
    assert "Which hospital?" in signed_in(lin).get(reverse("assistance_draft", args=[draft.pk])).text


@pytest.mark.parametrize(
    ("row", "head", "said"),
    [
        ({**GLOVES, "pack_size": ""}, {}, "“examination gloves” is counted in boxes. Say how many are in one."),
        ({**GLOVES, "quantity": ""}, {}, "“examination gloves”: the quantity is —. Give a whole number above 0."),
        ({**GLOVES, "unit": "litre"}, {}, "“examination gloves” cannot be asked for in litres."),
        (GLOVES, {"needed_by": "2020-01-01"}, "Needed by: 1 January 2020 is over"),
        (GLOVES, {"lapses_on": day(120)}, "A request stands 90 days at most"),
        ({**GLOVES, "item": "other"}, {}, "What is not in the catalogue needs a name."),
    ],
)
def test_what_is_wrong_says_which_line_which_value_which_rule(joined, lin, signed_in, row, head, said):
    browser = signed_in(lin)
    browser.post(reverse("begin_assistance_draft"), typed(row, **head))
    draft = RequestDraft.objects.get()  # kept all the same: nothing typed is lost
    assert said in browser.get(reverse("assistance_draft", args=[draft.pk])).text
    refused = browser.post(reverse("assistance_draft_submit", args=[draft.pk]), {"version": draft.version})
    assert refused.status_code == 422
    assert RequestDraft.objects.get().submitted_at is None


def test_what_is_no_number_stays_in_its_field(joined, lin, signed_in):
    page = signed_in(lin).post(reverse("begin_assistance_draft"), typed({**GLOVES, "quantity": "twenty"}))
    assert page.status_code == 422
    assert 'value="twenty"' in page.text
    assert not RequestDraft.objects.exists()


def test_one_more_line_keeps_what_was_typed(joined, lin, signed_in):
    page = signed_in(lin).post(reverse("begin_assistance_draft"), typed(GLOVES, more="items"))
    assert page.status_code == 200
    assert 'name="items-1-quantity"' in page.text
    assert "Gloves for Port Almar" in page.text
    assert not RequestDraft.objects.exists()


def test_of_two_who_write_the_second_is_told_and_keeps_what_was_typed(joined, lin, dara, signed_in):
    draft = make_request_draft(said=asked(), by=lin)
    where = reverse("assistance_draft", args=[draft.pk])
    first = typed({**GLOVES, "key": ""}, version=1, title_en="Mine")
    assert signed_in(dara).post(where, first).status_code == 302
    second = signed_in(lin).post(where, typed(GLOVES, version=1, title_en="Other words"))
    assert second.status_code == 409
    assert "Dara changed this" in second.text
    assert "Other words" in second.text
    assert RequestDraft.objects.get().said["title"] == {"en": "Mine"}


def test_a_row_says_what_its_boxes_hold_while_it_is_typed(joined, lin, signed_in):
    asked_of = {"items-0-item": "gloves", "items-0-quantity": "20", "items-0-unit": "box", "items-0-pack_size": "50"}
    said = signed_in(lin).get(reverse("assistance_conversion"), asked_of).text.strip()
    assert said == "20 boxes, 50 in each = 1,000 pieces"
    assert signed_in(lin).get(reverse("assistance_conversion"), {"quantity": "x" * 400}).text.strip() == ""


def test_what_an_event_takes_is_reckoned_from_its_forecast(joined, lin, places, amina, person, signed_in):
    event = open_event(disease=None, place=places["XX-11"], by=amina)
    made = payload([70.0] * 5, [70.0] * 5)
    EventEstimate.objects.create(event=event, list_changed_at=timezone.now(), engine="0", payload=made)
    both = signed_in(person("logistics", "epidemiologist", name="Both"))
    where = reverse("assistance_from_forecast", args=[event.pk])
    said = {"admitted": 100, "intensive": 100, "oxygen": 0, "ventilated": 100, "until_admitted": 0, "stay": 0,
            "intensive_stay": 1, "level": "0.9", "stock_ventilator": 4}  # fmt: skip
    page = both.post(where, said)
    assert page.status_code == 200
    assert "6 pieces" in page.text
    assert "needed so that it is enough in 90%" in page.text
    assert not RequestDraft.objects.exists()
    assert both.post(where, {**said, "take": "1"}).status_code == 302
    (found, *_more) = RequestDraft.objects.get().said["items"]
    assert (found["item"], found["quantity"], found["basis"]["in_stock"]) == ("ventilator", 6, 4)
    draft = RequestDraft.objects.get()
    kept = typed(
        {**GLOVES, "key": "i1", "item": "ventilator", "quantity": 5, "unit": "piece", "pack_size": ""}, version=1
    )
    both.post(reverse("assistance_draft", args=[draft.pk]), kept)
    assert RequestDraft.objects.get().said["items"][0]["basis"]["in_stock"] == 4  # what it follows from stays


def test_an_offer_begins_with_an_entry_of_our_register(joined, partner, lin, signed_in):
    theirs = TheirRequest(partner, joined, "BO", items=[item("i1", "respirator", 10_000)])
    stock = {"kind": "stock", "item": "respirator", "quantity": 200, "unit": "box", "pack_size": 50, "place": place()}
    entry = keep_entry(stock, by=lin)
    browser = signed_in(lin)
    page = browser.get(reverse("assistance_request", args=[theirs.of.pk])).text
    assert "covers all that is open: 10,000 pieces" in page
    form = browser.get(reverse("assistance_offer", args=[theirs.of.pk]), {"item": "i1", "entry": entry.entry}).text
    assert 'name="lines-0-quantity" value="200"' in form


def test_an_offer_is_typed_in_for_a_part_and_released(joined, partner, lin, dara, signed_in):
    theirs = TheirRequest(partner, joined, "BO")
    rows = {"lines-TOTAL_FORMS": 2, "lines-INITIAL_FORMS": 2, "lines-0-item": "i1", "lines-0-quantity": 4,
            "lines-0-unit": "piece", "lines-1-item": "i2", "lines-1-quantity": "", "lines-1-unit": "test"}  # fmt: skip
    head = {"confirmed": "firm", "available_from": day(1), "expires_on": "", "from_code": "", "from_en": "Altagrad",
            "costs": "donation", "conditions": "", "emt_type": ""}  # fmt: skip
    keeper = signed_in(lin)
    assert keeper.post(reverse("assistance_offer", args=[theirs.of.pk]), rows | head).status_code == 302
    draft = OfferDraft.objects.get()
    assert [(one["item"], one["quantity"]) for one in draft.said["lines"]] == [("i1", 4)]
    keeper.post(reverse("assistance_offer_draft_submit", args=[draft.pk]), {"version": 1})
    look = signed_in(dara).get(reverse("assistance_offer_draft_look", args=[draft.pk])).text
    seen = look.split('name="seen" value="')[1].split('"')[0]
    sent = signed_in(dara).post(
        reverse("assistance_offer_draft_release", args=[draft.pk]), {"version": 1, "seen": seen}
    )  # fmt: skip
    assert sent.status_code == 302
    assert OfferDraft.objects.get().sent.kind == "offer"


def test_what_is_asked_for_is_changed_as_a_draft_too(joined, lin, dara, signed_in):
    of = ask(lin, dara, items=[item("i1", "ventilator", 10)])
    where = reverse("assistance_amend", args=[of.pk])
    first, again = signed_in(lin).post(where), signed_in(lin).post(where)
    assert first.url == again.url  # the same draft is gone on with
    page = signed_in(lin).get(first.url).text
    assert "A change goes to whoever reads the request." in page
    assert 'value="10"' in page


def test_a_draft_is_given_up_and_nobody_is_told(joined, partner, lin, signed_in):
    theirs = TheirRequest(partner, joined, "BO")
    draft = make_offer_draft(theirs.of, said=offered(line("i1", 2)), by=lin)
    signed_in(lin).post(reverse("assistance_offer_draft_discard", args=[draft.pk]), {"version": 1})
    assert OfferDraft.objects.get().status == "discarded"
    assert signed_in(lin).get(reverse("assistance_offer_draft", args=[draft.pk])).url == reverse("assistance")
    assert not Capability.objects.exists()
