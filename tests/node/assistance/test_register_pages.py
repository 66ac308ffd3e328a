"""What states could send, on pages: entries of ours kept and shared, those of partners read."""

import pytest
from django.urls import reverse
from tests.node.assistance.scenes import place

from tocsin.node.assistance.actions.capabilities import keep_entry, share_register
from tocsin.node.assistance.models import Capability, Register

pytestmark = pytest.mark.django_db
TYPED = {
    "item": "respirator", "quantity": 200, "unit": "box", "pack_size": 50, "ready_hours": 12, "available": "on",
    "place_code": "", "place_en": "Altagrad", "regulatory": "", "best_before": "", "note": "",
}  # fmt: skip
STOCK = {"kind": "stock", "item": "respirator", "quantity": 200, "unit": "box", "pack_size": 50, "place": place()}
TEAM = {"kind": "team", "item": "emt-type-2", "quantity": 2, "languages": ["en", "ru"], "place": place(), "members": 12}


def shown(browser, **asked) -> str:
    return browser.get(reverse("assistance_register"), asked).text


def test_an_entry_is_typed_in_and_its_kind_follows_from_the_item(joined, lin, signed_in):
    browser = signed_in(lin)
    assert "No state has said yet what it could send" in shown(browser)
    assert browser.post(reverse("assistance_entry_new"), TYPED).status_code == 302
    team = {**TYPED, "item": "emt-type-2", "unit": "", "pack_size": "", "quantity": 2, "members": 12}
    assert browser.post(reverse("assistance_entry_new"), team).status_code == 302
    kinds = dict(Capability.objects.values_list("item", "kind"))
    assert kinds == {"respirator": "stock", "emt-type-2": "team"}
    page = shown(browser)
    assert "2 entries of registers, 1 state" in page
    assert "= 10,000 pieces" in page
    assert "12 members" in page


def test_what_cannot_be_kept_is_said_at_its_field(joined, lin, signed_in):
    browser = signed_in(lin)
    page = browser.post(reverse("assistance_entry_new"), {**TYPED, "pack_size": "", "place_en": ""})
    assert page.status_code == 422
    assert "Say how many are in one." in page.text
    assert "Name the place, in at least one language." in page.text
    assert not Capability.objects.exists()


def test_of_two_who_change_one_entry_the_second_is_told(joined, lin, signed_in):
    entry = keep_entry(STOCK, by=lin)
    where, browser = reverse("assistance_entry", args=[entry.pk]), signed_in(lin)
    assert browser.post(where, {**TYPED, "quantity": 150, "version": 1}).status_code == 302
    second = browser.post(where, {**TYPED, "quantity": 90, "version": 1})
    assert second.status_code == 409
    assert 'value="90"' in second.text
    assert Capability.objects.get().quantity == 150


def test_it_is_shared_in_the_states_name_and_says_what_changed_since(joined, lin, dara, signed_in):
    keep_entry(STOCK, by=lin)
    delegate = signed_in(dara)
    assert "ours was not shared yet" in shown(delegate)
    sent = {"classification": "MEMBERS", "contact": "Duty officer", "note": ""}
    assert signed_in(lin).post(reverse("assistance_share"), sent).status_code == 403
    assert delegate.post(reverse("assistance_share"), sent).status_code == 302
    assert Register.objects.get().body["contact"] == "Duty officer"
    page = shown(delegate)
    assert "with all members" in page
    assert "changed since it was shared" not in page
    again = delegate.post(reverse("assistance_share"), sent)
    assert again.status_code == 409
    assert "Nothing was sent." in again.text
    keep_entry(TEAM, by=lin)
    assert "changed since it was shared" in shown(delegate)


def test_states_by_name_are_chosen_or_it_is_refused(joined, lin, dara, signed_in):
    keep_entry(STOCK, by=lin)
    page = signed_in(dara).post(reverse("assistance_share"), {"classification": "SELECTIVE"})
    assert page.status_code == 422
    assert "Choose at least one other state." in page.text


def test_filters_by_kind_type_language_and_item(joined, lin, signed_in):
    keep_entry(STOCK, by=lin)
    keep_entry(TEAM, by=lin)
    browser = signed_in(lin)
    for asked in ({"kind": "team"}, {"emt": "type_2"}, {"language": "ru"}, {"item": "emt-type-2"}):
        page = shown(browser, **asked)
        assert "1 entry of a register" in page, asked
        assert "Emergency medical team, type 2" in page
    assert "Nothing is like this" in shown(browser, language="zh")


def test_an_old_register_of_a_partner_says_so(joined, partner, lin, dara, signed_in):
    Capability.objects.create(
        state="BO", is_ours=False, entry="s1", kind="stock", item="respirator", quantity=5, unit="piece",
        place_names={"en": "Borvik", "ru": "", "zh": ""},
    )  # fmt: skip
    keep_entry(STOCK, by=lin)
    share_register(by=dara)
    Register.objects.update(origin="BO", is_ours=False, by=None, as_of="2020-01-01")
    assert "more than 30 days old" in shown(signed_in(lin))


def test_an_entry_is_taken_out(joined, lin, signed_in):
    entry = keep_entry(STOCK, by=lin)
    signed_in(lin).post(reverse("assistance_entry_remove", args=[entry.pk]), {"version": 1})
    assert not Capability.objects.exists()
