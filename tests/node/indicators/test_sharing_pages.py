"""What is shared, through the pages: the form, the second person, the preview, the sending, who has it."""

import json
import re

import pytest
from django.urls import reverse
from tests.exchange.world import World
from tests.node.indicators.sharing_given import confirmed, counts, districts, posted, sent

from tocsin.exchange.intake import take
from tocsin.exchange.sealing import seal
from tocsin.node.indicators.actions import preparing
from tocsin.node.indicators.models import Preparation, Shared, SharingRule
from tocsin.node.post.models import Outgoing, Receipt

GIVEN = {
    "indicator": "cases", "depth": "districts", "with_groups": "on", "classification": "MEMBERS", "below": "5",
    "case_status": ["confirmed"], "case_definition": "WHO 2023", "weeks": "8", "weekday": "hand", "language": "en",
}  # fmt: skip


@pytest.fixture
def counted(source, diseases, joined):
    counts(source, districts(*[(10.0, 20.0, 30.0)] * 11, (10.0, 2.0, None)))
    return source


@pytest.fixture
def rule(counted, vera, yan) -> SharingRule:
    return confirmed(counted, vera, yan)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_from_the_form_to_a_signed_document_by_two_people(counted, vera, yan, signed_in, work, joined):
    first, second = signed_in(vera), signed_in(yan)
    answer = first.post(reverse("new_sharing_rule"), {**GIVEN, "source": str(counted.pk)})
    rule = SharingRule.objects.get()
    assert answer.url == reverse("sharing_rule", args=[rule.pk])
    page = text_of(first.get(answer.url))
    assert "You changed it last" in page
    assert "Confirm this rule" not in page
    page = text_of(second.get(answer.url))
    assert "Confirm this rule" in page
    second.post(reverse("confirm_sharing_rule", args=[rule.pk]), {"version": "1"})
    answer = second.post(reverse("prepare_sharing", args=[rule.pk]))
    assert "Being made ready" in text_of(second.get(answer.url))
    work()
    preview = text_of(second.get(answer.url))
    assert "12 weeks to be sent" in preview
    assert "Send to all members" in preview
    assert not Outgoing.objects.exists(), "looking sends nothing"
    second.post(
        reverse("send_sharing", args=[rule.pk]), {"preparation": re.search(r'"preparation" value="(.*?)"', preview)[1]}
    )
    (document,) = posted()
    (manifest,) = seal(joined)
    assert manifest.items
    assert document.id in text_of(second.get(reverse("shared_document", args=[Shared.objects.get().pk])))


def test_the_preview_shows_exactly_what_is_sent(rule, vera, signed_in, work):
    browser = signed_in(vera)
    answer = browser.post(reverse("prepare_sharing", args=[rule.pk]))
    work()
    page = text_of(browser.get(answer.url))
    told = json.loads(browser.get(reverse("sharing_json", args=[rule.pk])).content)
    hidden = sum(row[7:] == ["suppressed"] for body in told for row in body["rows"])
    assert page.count('<td class="num"><span class="withheld"') == hidden > 1
    assert page.count('<td class="num"><span class="missing"') == 1
    browser.post(reverse("send_sharing", args=[rule.pk]), {"preparation": str(Preparation.objects.get().pk)})
    assert [dict(document.body) for document in posted()] == told


def test_the_preview_says_what_is_wrong_and_offers_no_sending(counted, vera, yan, signed_in, work):
    counts(counted, {**districts(*[(10.0, 20.0, 30.0)] * 12), "XX-1": [40.0] * 12})
    rule = confirmed(counted, vera, yan)
    browser = signed_in(vera)
    answer = browser.post(reverse("prepare_sharing", args=[rule.pk]))
    work()
    page = text_of(browser.get(answer.url))
    assert "Not to be sent as it is" in page
    assert "parts are more than their total" in page
    assert "Region 1" in page
    assert "Send to" not in page
    assert browser.get(reverse("sharing_json", args=[rule.pk])).status_code == 404


def test_a_rule_that_is_not_confirmed_can_be_looked_at_and_not_sent(rule, vera, signed_in, work):
    browser = signed_in(vera)
    SharingRule.objects.update(confirmed_by=None, confirmed_at=None)
    answer = browser.post(reverse("prepare_sharing", args=[rule.pk]))
    work()
    page = text_of(browser.get(answer.url))
    assert "It can be looked at, and not sent" in page
    assert "Send to" not in page
    browser.post(reverse("send_sharing", args=[rule.pk]), {"preparation": str(Preparation.objects.get().pk)})
    assert not Outgoing.objects.exists()


def test_sending_what_is_no_longer_so_makes_it_ready_anew(rule, counted, vera, signed_in, work):
    browser = signed_in(vera)
    answer = browser.post(reverse("prepare_sharing", args=[rule.pk]))
    work()
    counts(counted, districts(*[(10.0, 20.0, 30.0)] * 12))
    seen = str(Preparation.objects.get().pk)
    page = browser.post(reverse("send_sharing", args=[rule.pk]), {"preparation": seen}, follow=True)
    assert "since this was made ready" in text_of(page)
    assert not Outgoing.objects.exists()
    assert Preparation.objects.get().status == "waiting"
    work()
    assert "Send to all members" in text_of(browser.get(answer.url))


@pytest.mark.parametrize("seen", ["", "nothing", "0197c2aa-0000-7000-8000-000000000009"])
def test_what_was_not_looked_at_is_not_sent(rule, vera, signed_in, seen, work):
    browser = signed_in(vera)
    browser.post(reverse("prepare_sharing", args=[rule.pk]))
    work()
    browser.post(reverse("send_sharing", args=[rule.pk]), {"preparation": seen})
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": ""}, "This field is required"),
        ({"classification": "SELECTIVE"}, "Choose the states"),
        ({"classification": "SELECTIVE", "addressees": ["ZZ"]}, "Select a valid choice"),
        ({"below": ""}, "Only chosen states may be given every count"),
        ({"below": "1"}, "with less, no count is small"),
        ({"below": "", "classification": "SELECTIVE", "addressees": ["BO"]}, "Say why these states need every count"),
        ({"case_status": []}, "This field is required"),
        ({"case_definition": "<b>WHO</b>"}, "markup or invisible characters"),
        ({"note": "pay \u202eexe.txt"}, "markup or invisible characters"),
        ({"note": "x" * 501}, "500"),
        ({"weeks": "0"}, "From 1 to 520"),
        ({"weekday": "9"}, "Select a valid choice"),
        ({"diseases": ["own-disease"]}, "Select a valid choice"),
    ],
)
def test_what_a_rule_cannot_be_is_said_where_it_is_typed(counted, vera, signed_in, change, said):
    answer = signed_in(vera).post(reverse("new_sharing_rule"), {**GIVEN, "source": str(counted.pk), **change})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not SharingRule.objects.exists()


def test_a_source_by_month_is_refused_in_the_form(counted, vera, signed_in):
    counted.every = "month"
    counted.save()
    answer = signed_in(vera).post(reverse("new_sharing_rule"), {**GIVEN, "source": str(counted.pk)})
    assert answer.status_code == 422
    assert "This source counts by month" in answer.content.decode()


def test_a_partners_source_cannot_be_chosen(counted, vera, signed_in):
    counted.shared_by_id = "BO"
    counted.save()
    assert str(counted.pk) not in signed_in(vera).get(reverse("new_sharing_rule")).content.decode()


def test_a_changed_rule_keeps_what_was_not_changed(rule, vera, signed_in):
    browser = signed_in(vera)
    page = browser.get(reverse("edit_sharing_rule", args=[rule.pk])).content.decode()
    assert 'name="version" value="1"' in page
    form = {**GIVEN, "source": str(rule.source_id), "version": "1"}
    browser.post(reverse("edit_sharing_rule", args=[rule.pk]), form)
    rule.refresh_from_db()
    assert (rule.version, rule.is_confirmed) == (1, True), "nothing was changed"
    browser.post(reverse("edit_sharing_rule", args=[rule.pk]), {**form, "depth": "state", "weekday": "2"})
    rule.refresh_from_db()
    assert (rule.version, rule.is_confirmed, rule.depth, rule.weekday) == (2, False, "state", 2)
    answer = browser.post(reverse("edit_sharing_rule", args=[rule.pk]), form)
    assert answer.status_code == 422
    assert "changed meanwhile" in answer.content.decode()


def test_partners_receipts_say_who_has_it(rule, vera, signed_in, joined, alliance_list):
    sent(rule, vera)
    browser, (one,) = signed_in(vera), Shared.objects.all()
    at = reverse("shared_document", args=[one.pk])
    assert text_of(browser.get(at)).count("waits to be signed") >= 3
    world = World(["AL", "BO", "CE", "SEC"], made=alliance_list)
    alliance_list.now = joined.now()
    (manifest,) = seal(joined)
    assert "0 of 3" in text_of(browser.get(reverse("sharing")))
    take(world.nodes["BO"], joined.store.batch_of(manifest.digest), via="AL")
    for receipt in seal(world.nodes["BO"]):
        take(joined, world.nodes["BO"].store.batch_of(receipt.digest), via="BO")
    assert Receipt.objects.get().by == "BO"
    page = text_of(browser.get(reverse("sharing")))
    assert "1 of 3" in page
    assert "1 document sent" in page


def test_the_list_asks_the_same_number_of_queries_however_many_rules_and_documents(rule, counted, vera, yan, signed_in):
    sent(rule, vera)
    browser = signed_in(vera)
    browser.get(reverse("sharing"))
    asked = _queries(browser)
    for classification in ("PUBLIC", "FAMILY"):
        sent(confirmed(counted, vera, yan, classification=classification), vera)
    assert _queries(browser) == asked


def _queries(browser) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert browser.get(reverse("sharing")).status_code == 200
    return len(captured)


def test_readers_of_surveillance_see_and_cannot_act(rule, amina, signed_in):
    preparing.prepare(preparing.ask(rule, by=None).pk)
    browser = signed_in(amina)
    for name in ("sharing_rule", "sharing_preview"):
        page = text_of(browser.get(reverse(name, args=[rule.pk])))
        assert "WHO 2023" in page or "12 weeks to be sent" in page
        assert "Send to" not in page
        assert "Confirm" not in page
    assert "Share counts" not in text_of(browser.get(reverse("sharing")))


def test_an_empty_list_teaches_the_first_step(state, vera, signed_in):
    page = text_of(signed_in(vera).get(reverse("sharing")))
    assert "No counts are shared with partners" in page
    assert "has not joined the exchange yet" in page
