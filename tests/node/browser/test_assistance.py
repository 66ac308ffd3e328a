"""Pages of mutual assistance in a browser: the table and the map, a request with offers and shipments, the register."""

import pytest
from tests.node.assistance.conftest import alliance_list, dara, joined, lin, nothing_remembered, partner  # noqa: F401
from tests.node.assistance.scenes import (
    TheirRequest,
    ask,
    day,
    item,
    line,
    offer_to,
    place,
    says,
    seen,
    their_offer,
    whose,
)
from tests.node.browser.accessible import picture, violations
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures

from tocsin.joint.assistance import Key
from tocsin.node.assistance.actions.answering import accept
from tocsin.node.assistance.actions.capabilities import keep_entry
from tocsin.node.assistance.actions.shipping import arrive, clear

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]

SAID = {
    "en": ("Borenia", "Examination gloves", "Sign the hand-over"),
    "ru": ("Борения", "Перчатки смотровые", "Подписать акт приёма-передачи"),
    "zh-hans": ("博雷尼亚", "检查手套", "签署交接单"),
}


@pytest.fixture
def help_asked(joined, partner, lin, dara):  # noqa: F811
    """Ours: two states offer, a part is accepted, one shipment stands at the border and another is planned."""
    of = ask(lin, dara, items=[item("i1", "ventilator", 10), item("i2", "gloves", 200, unit="box", pack_size=100)])
    for state, lines in (("BO", [line("i1", 4)]), ("CE", [line("i1", 5), line("i2", 150, "box", 100)])):
        offer = their_offer(partner, joined, state, of, *lines)
        accept(of, offer, quantities={one["item"]: one["quantity"] for one in lines}, **seen(of), by=dara)
        plan = {"id": "s1", "offer": whose(offer), "route": "", "carrier": "", "documents": [], "expected_on": day(3)}
        sent = [{"item": one["item"], "quantity": one["quantity"]} for one in lines]
        says(partner, joined, state, of, "plan_shipment", **plan, lines=sent)
    key = Key("BO", "s1")
    clear(of, key, **seen(of), by=lin)
    says(partner, joined, "BO", of, "dispatch", shipment=whose(key), note="")
    arrive(of, key, **seen(of), by=lin)
    their_offer(partner, joined, "BO", of, line("i2", 60, "box", 100), id="o2", conditions="Возврат тары.")
    return of


@pytest.fixture
def help_given(joined, partner, lin, dara):  # noqa: F811
    """Borenia's request, of which two are ours to send; and what our register could send besides."""
    theirs = TheirRequest(partner, joined, "BO")
    theirs.includes(offer_to(theirs.of, lin, dara, line("i1", 2)))
    accepted = {"offer": {"origin": "AL", "id": "o1"}, "lines": [{"item": "i1", "quantity": 2}], "note": ""}
    theirs.order("accept", accepted)
    stock = {"kind": "stock", "item": "ventilator", "quantity": 5, "unit": "piece", "place": place()}
    keep_entry(stock, by=lin)
    return theirs.of


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1440), ("ru", "light", 390), ("zh-hans", "light", 1440), ("ru", "dark", 1440)],
)
def test_whoever_keeps_goods_sees_what_is_asked_and_sent(
    help_asked, help_given, visit, lin, dara, language, theme, width  # noqa: F811
):  # fmt: skip
    for person in (lin, dara):
        person.language = language
        person.save()
    ours, theirs = f"/assistance/requests/{help_asked.pk}/", f"/assistance/requests/{help_given.pk}/"
    state, gloves, hand_over = SAID[language]
    pages = {
        "overview": (lin, "/assistance/"), "register": (lin, "/assistance/capabilities/"),
        "new": (lin, "/assistance/drafts/new/"), "request": (lin, ours), "close": (dara, f"{ours}close/"),
        "accept": (dara, f"{ours}offers/BO/o2/accept/"), "hand-over": (lin, f"{ours}shipments/BO/s1/hand-over/"),
        "offer": (lin, f"{theirs}offer/"), "plan": (lin, f"{theirs}offers/AL/o1/plan/"),
    }  # fmt: skip
    for name, (person, path) in pages.items():
        shown = visit(person, path, width=width, color_scheme=theme)
        shown.when_drawn()
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert violations(shown.page) == [], name
        assert shown.complaints == [], name
        picture(shown.page, f"assistance-{name}-{language}-{width}-{theme}")
        if name == "request":
            assert hand_over in shown.page.locator(".page-act").inner_text()
            assert state in shown.page.locator("#shipments").inner_text()
            assert gloves in shown.page.locator("#items").inner_text()
