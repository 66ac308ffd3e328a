"""Tokens: never wider than their person, shown once, ended at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.actions.tokens import end_token, make_token, person_of
from tocsin.node.alliance.models import ApiToken


def token(person, scopes=("upload_counts",), days=30):
    return make_token(person, name="nightly push", scopes=scopes, days=days, by=person)


def test_the_secret_finds_its_person_and_is_not_kept(amina):
    made, secret = token(amina)
    assert person_of(secret).person == amina
    assert secret not in str(ApiToken.objects.values_list().get())
    assert person_of(secret[:-1] + "x") is None
    assert made.ends == secret[-6:]


def test_never_wider_than_its_person(amina, person):
    with pytest.raises(ActRefused):
        token(amina, scopes=["manage_people"])
    with pytest.raises(ActRefused):
        token(amina, scopes=[])
    with pytest.raises(PermissionDenied):
        token(person("border_post"), scopes=["report_signal"])


def test_ended_expired_or_of_somebody_whose_access_ended(amina):
    ended, secret = token(amina)
    end_token(ended, by=amina)
    assert person_of(secret) is None
    expired, secret = token(amina)
    ApiToken.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert person_of(secret) is None
    _open, secret = token(amina)
    amina.is_active = False
    amina.save()
    assert person_of(secret) is None


def test_through_the_page_it_is_shown_once(amina, signed_in):
    browser = signed_in(amina)
    answer = browser.post(reverse("tokens"), {"name": "push", "scopes": ["upload_counts"], "days": 30})
    assert "tocsin_" in answer.text
    assert "tocsin_" not in browser.get(reverse("tokens")).text
    made = ApiToken.objects.get()
    browser.post(reverse("end_token", args=[made.pk]))
    made.refresh_from_db()
    assert made.ended_at


def test_nobody_ends_a_token_of_somebody_else(amina, person, signed_in):
    made, _secret = token(amina)
    other = person("epidemiologist", name="Bek")
    assert signed_in(other).post(reverse("end_token", args=[made.pk])).status_code == 404
