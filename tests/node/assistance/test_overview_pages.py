"""What is asked, covered and on its way, on one page; what waits for this state first; the same as a table."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.node.assistance.scenes import TheirRequest, ask, day, item, line, offer_to, says, seen, their_offer, whose

from tocsin.joint.assistance import Key
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.assistance.actions.answering import accept
from tocsin.node.assistance.actions.shipping import clear

pytestmark = pytest.mark.django_db


def shown(browser, **asked) -> str:
    response = browser.get(reverse("assistance"), asked)
    assert response.status_code == 200
    return response.text


def test_nobody_asks_and_the_page_says_what_to_do_first(joined, lin, signed_in):
    page = shown(signed_in(lin))
    assert "Nobody asks for help now" in page
    assert reverse("begin_assistance_draft") in page


def test_the_title_counts_and_each_thing_has_its_line(joined, partner, lin, dara, signed_in):
    ask(lin, dara)
    TheirRequest(partner, joined, "BO", items=[item("i1", "respirator", 10_000)], title={"en": "Masks for Borvik"})
    page = shown(signed_in(lin))
    assert "2 requests for help, 2 not wholly covered" in page
    assert "Masks for Borvik" in page
    assert "10,000 pieces" in page
    assert "needed in 7 days" in page


def test_what_waits_for_us_stands_first_with_the_reason(joined, partner, lin, dara, signed_in):
    of = ask(lin, dara)
    their_offer(partner, joined, "BO", of, line("i1", 6))
    TheirRequest(partner, joined, "CE", title={"en": "Nobody answered this"})
    waits = shown(signed_in(dara)).split('id="waiting"')[1].split("</section>")[0]
    assert "1 offer waits for an answer" in waits
    assert "Nobody answered this" in waits
    assert "obody has offered anything yet" in waits


def test_a_request_that_we_have_answered_waits_no_longer(joined, partner, lin, dara, signed_in):
    theirs = TheirRequest(partner, joined, "BO", title={"en": "Answered already"})
    assert "Answered already" in shown(signed_in(lin)).split('id="waiting"')[1].split("</section>")[0]
    offer_to(theirs.of, lin, dara, line("i1", 2))  # sent, and in no order yet
    assert 'id="waiting"' not in shown(signed_in(lin))


def test_one_of_ours_that_lapses_within_a_week_waits_for_us(joined, lin, dara, signed_in):
    ask(lin, dara, lapses_on=day(5))
    assert "stands 5 days more" in shown(signed_in(dara)).split('id="waiting"')[1].split("</section>")[0].lower()


def test_lines_of_what_needs_us_come_first_whatever_their_day(joined, partner, lin, dara, signed_in):
    TheirRequest(partner, joined, "CE", items=[item("i1", "respirator", 5)], needed_by=day(1))
    of = ask(lin, dara, items=[item("i1", "ventilator", 4)], needed_by=day(9))
    their_offer(partner, joined, "BO", of, line("i1", 4))
    lines = shown(signed_in(dara)).split("<tbody>")[-1]
    assert lines.index("Ventilator") < lines.index("Respirator")


def test_filters_stand_in_the_address_and_narrow_the_table(joined, partner, lin, dara, signed_in):
    ask(lin, dara, items=[item("i1", "ventilator", 4), item("i2", "pcr-kit", 96, "test")])
    TheirRequest(partner, joined, "BO", items=[item("i1", "respirator", 10_000)])
    browser = signed_in(lin)
    protection = shown(browser, group="protection")
    assert "1 thing asked for" in protection
    assert "10,000 pieces" in protection
    assert "96 tests" not in protection
    assert "2 things asked for" in shown(browser, state="AL")
    assert "Nothing is like this" in shown(browser, status="moving")
    assert "1 thing asked for" in shown(browser, q="respir")
    assert "2 requests" in shown(browser, group="no such group")  # asked in vain: left out


def test_what_is_on_its_way_says_from_whom_to_whom_and_when(joined, partner, lin, dara, signed_in):
    of = ask(lin, dara)
    offer = their_offer(partner, joined, "BO", of, line("i1", 6))
    accept(of, offer, quantities={"i1": 6}, **seen(of), by=dara)
    plan = {"id": "s1", "offer": whose(offer), "lines": [{"item": "i1", "quantity": 6}], "route": "", "carrier": "",
            "documents": [], "expected_on": day(3)}  # fmt: skip
    says(partner, joined, "BO", of, "plan_shipment", **plan)
    clear(of, Key("BO", "s1"), **seen(of), by=lin)
    says(partner, joined, "BO", of, "dispatch", shipment=whose(Key("BO", "s1")), note="")
    page = shown(signed_in(lin))
    assert "Borenia → Altania" in page
    assert "ventilator: 6 pieces" in page
    assert "1 thing asked for" in shown(signed_in(lin), status="moving")


def test_many_requests_take_no_more_queries_than_few(joined, partner, lin, dara, signed_in):
    browser = signed_in(lin)
    counted = []
    for _round in range(2):
        for name in ("BO", "CE"):
            TheirRequest(partner, joined, name)
        shown(browser)  # whatever is asked once and kept
        with CaptureQueriesContext(
            connection,
        ) as asked:
            shown(browser)
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_the_list_is_sorted_by_keys_and_only_its_page_is_read_whole(joined, partner, lin, dara, signed_in):
    TheirRequest(partner, joined, "BO")
    browser = signed_in(lin)
    browser.get(reverse("assistance"))
    with CaptureQueriesContext(connection) as asked:
        shown(browser, status="open")
    of_items = [one["sql"] for one in asked if 'FROM "assistance_requestitem"' in one["sql"]]
    (sorts,) = [sql for sql in of_items if "ORDER BY" in sql and "LIMIT" in sql]
    assert '"assistance_requestitem"."names"' not in sorts
    assert '"assistance_request"."title"' not in sorts


def test_the_table_is_taken_along_with_the_same_filters(joined, partner, lin, dara, signed_in):
    ask(lin, dara)
    browser = signed_in(lin)
    made = browser.get(reverse("assistance_export", args=["csv"]), {"group": "diagnostics"})
    text = b"".join(made.streaming_content).decode("utf-8-sig")
    assert "960" in text
    assert "ventilator" not in text
    assert browser.get(reverse("assistance_export", args=["exe"])).status_code == 400
    entry = AuditEntry.objects.get(act="assistance.items_exported")
    assert (entry.by, entry.details["kind"], entry.details["filters"]) == (lin, "csv", {"group": ["diagnostics"]})


def test_who_may_not_read_of_assistance_sees_nothing(joined, person, signed_in):
    assert signed_in(person("clinician")).get(reverse("assistance")).status_code == 403
