"""Every page of signing in stands in our frame, with our words, in three languages, and lets no code in."""

import re
import time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

pytestmark = pytest.mark.any_database

STRANGER = ["account_login", "account_reset_password"]
SIGNED_IN = [
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "usersessions_list",
    "account_change_password",
    "account_reauthenticate",
]
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style|\son[a-z]+=\"|\sstyle=\"")


@pytest.fixture
def browser(signed_in, amina):
    """Amina's, who has a password and gave it again a moment ago."""
    amina.set_password("a long enough secret")
    amina.save()
    browser = signed_in(amina)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(amina.pk)
    session.save()
    return browser


def test_a_stranger_sees_a_card_and_no_navigation(db):
    for name in STRANGER:
        page = Client().get(reverse(name)).content.decode()
        assert '<body class="bare"' in page, name
        assert len(re.findall("<h1", page)) == 1, name
        assert not INLINE.search(page), name
        assert "nav-wide" not in page, name


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_of_one_s_own_account_stand_in_the_frame(browser, name):
    answer = browser.get(reverse(name))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<link rel="stylesheet" href="/static/look/look.css">' in page
    assert len(re.findall("<h1", page)) == 1
    assert not INLINE.search(page)


def test_whoever_signs_in_is_not_greeted_in_the_browser_s_language(amina):
    """Hers is Russian, her browser's English: what is said must wait until it is known who she is."""
    amina.set_password("a long enough secret")
    amina.language = "ru"
    amina.save()
    given = {"login": amina.email, "password": "a long enough secret"}
    page = Client().post(reverse("account_login"), given, follow=True).content.decode()
    assert 'lang="ru"' in page
    assert "signed in" not in page


def test_the_sign_in_form_names_what_is_wrong(db):
    answer = Client().post(reverse("account_login"), {"login": "nobody@service.example", "password": "wrong"})
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert "wrong" not in re.sub(r'class="[^"]*"', "", page)  # never the password itself


def test_recovery_codes_can_be_read_once_there_are_some(browser, amina):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(amina, "A" * 32)
    codes = RecoveryCodes.activate(amina).get_unused_codes()
    page = browser.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert all(code in page for code in codes)
    index = browser.get(reverse("mfa_index")).content.decode()
    assert f"{len(codes)} of {len(codes)} are unused" in index


def test_the_way_back_after_a_session_s_end_leads_to_sign_in(signed_in, amina):
    page = signed_in(amina).get(reverse("mfa_index")).content.decode()
    assert f'data-sign-in="{reverse("account_login")}"' in page
    assert f'data-person="{amina.pk}"' in page


def test_one_s_own_pages_follow_the_language(signed_in, amina):
    amina.language = "ru"
    amina.save()
    page = signed_in(amina).get(reverse("usersessions_list")).content.decode()
    assert '<html lang="ru"' in page
    with translation.override("ru"):
        assert translation.gettext("Your account") in page
