"""The bar on top, as pages show it."""

import pytest
from django.urls import reverse

from tocsin.node import navigation
from tocsin.node.alliance.roles import Role

pytestmark = pytest.mark.django_db


def test_what_waits_on_pages_under_more_is_one_number(person, signed_in, monkeypatch):
    for name, waiting in (("travellers", 3), ("duty", 4), ("events", 5)):
        monkeypatch.setitem(navigation._counted, name, lambda somebody, waiting=waiting: waiting)
    page = signed_in(person("duty_officer")).get(reverse("events"))
    aside = {entry.url: entry.count for entry in page.context["navigation"] if entry.aside}
    assert (aside[reverse("travellers")], aside[reverse("duty")]) == (3, 4)
    assert reverse("events") not in aside
    assert page.context["waiting_aside"] == 7


def test_whoever_has_few_pages_has_them_all_in_the_bar(person, signed_in):
    page = signed_in(person("translator")).get(reverse("messages"))
    assert [entry.url for entry in page.context["navigation"] if entry.aside] == []
    assert page.context["waiting_aside"] == 0


@pytest.mark.parametrize("roles", [*([role] for role in Role), list(Role)], ids=lambda roles: "+".join(roles)[:30])
def test_nobody_has_more_in_the_bar_than_it_has_room_for(person, roles):
    somebody = person(roles[0])
    somebody.roles = roles
    shown = [entry for entry in navigation.entries(somebody, "/") if not entry.aside]
    assert 0 < len(shown) <= navigation.MOST


def test_who_consults_has_the_hospitals_in_the_bar_and_who_is_on_duty_the_messages(person):
    bars = {
        role: {entry.url for entry in navigation.entries(person(role), "/") if not entry.aside}
        for role in ("clinician", "duty_officer")
    }
    assert reverse("hospitals") in bars["clinician"]
    assert reverse("messages") in bars["duty_officer"]
    assert reverse("hospitals") not in bars["duty_officer"]
