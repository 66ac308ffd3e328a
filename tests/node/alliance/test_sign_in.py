"""Password, second factor, limits and sessions: through the sign-in page."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tocsin.node.alliance.models import AuditEntry

WORDS = "a long sentence to remember"


@pytest.fixture(autouse=True)
def no_limits_reached_before():
    cache.clear()


def sign_in(browser, person, password=WORDS):
    return browser.post(reverse("account_login"), {"login": person.email, "password": password})


def code_of(secret: str) -> str:
    return f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06d}"


def test_an_epidemiologist_signs_in_with_a_password(person):
    browser = Client()
    assert sign_in(browser, person("epidemiologist", password=WORDS)).status_code == 302
    assert browser.get(reverse("account")).status_code == 200


@pytest.mark.parametrize("role", ["duty_officer", "council_delegate", "secretariat", "administrator", "auditor"])
def test_whoever_can_notify_or_decide_must_set_up_a_second_factor_first(person, role):
    browser = Client()
    sign_in(browser, person(role, password=WORDS))
    for name in ("situation", "account", "directory", "audit", "people"):
        assert browser.get(reverse(name)).url == reverse("mfa_index")
    assert browser.get(reverse("mfa_index")).status_code == 200
    again = browser.get(reverse("mfa_activate_totp")).url
    browser.post(again, {"password": WORDS})
    form = browser.get(reverse("mfa_activate_totp")).context["form"]
    browser.post(reverse("mfa_activate_totp"), {"code": code_of(form.secret)})
    assert browser.get(reverse("account")).status_code == 200


def test_with_a_second_factor_the_password_alone_opens_nothing(person):
    officer = person("duty_officer", password=WORDS)
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    browser = Client()
    assert sign_in(browser, officer).url == reverse("mfa_authenticate")
    assert browser.get(reverse("directory")).status_code == 302
    assert browser.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert browser.get(reverse("directory")).status_code == 302
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert browser.get(reverse("directory")).status_code == 200


def test_whoever_takes_the_second_factor_off_gets_no_further_in_the_same_session(person):
    officer = person("duty_officer", password=WORDS)
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    browser = Client()
    sign_in(browser, officer)
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert browser.get(reverse("directory")).status_code == 200
    Authenticator.objects.filter(user=officer).delete()
    assert browser.get(reverse("directory")).url == reverse("mfa_index")


def test_what_is_done_to_a_second_factor_and_a_password_is_on_record(person, django_capture_on_commit_callbacks):
    officer = person("duty_officer", password=WORDS)
    browser = Client()
    sign_in(browser, officer)
    again = browser.get(reverse("mfa_activate_totp")).url
    browser.post(again, {"password": WORDS})
    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    other = "another sentence to remember"
    browser.post(reverse("account_change_password"), {"oldpassword": WORDS, "password1": other, "password2": other})
    thief = Client()
    sign_in(thief, officer, other)
    thief.post(reverse("mfa_authenticate"), {"code": "000000"})
    acts = [(entry.act, entry.by) for entry in AuditEntry.objects.order_by("number")]
    assert ("person.second_factor_added", officer) in acts
    assert ("person.password_changed", officer) in acts
    assert acts[-1] == ("person.second_factor_refused", None)
    assert not any(secret in str(entry.details) for entry in AuditEntry.objects.all())


def test_nobody_signs_themselves_up(client, state):
    client.post(reverse("account_signup"), {"email": "x@x.example", "password1": WORDS, "password2": WORDS})
    from tocsin.node.alliance.models import Person

    assert not Person.objects.exists()


def test_guessing_is_slowed_down(person):
    amina = person("epidemiologist", password=WORDS)
    browser = Client()
    for _ in range(12):
        sign_in(browser, amina, "wrong")
    sign_in(browser, amina)
    assert browser.get(reverse("account")).status_code == 302, "the right password opened after a dozen wrong ones"


def test_a_wrong_password_and_an_unknown_address_look_the_same(person):
    amina = person("epidemiologist", password=WORDS)
    wrong = Client().post(reverse("account_login"), {"login": amina.email, "password": "wrong"}).text
    unknown = Client().post(reverse("account_login"), {"login": "nobody@service.example", "password": "wrong"}).text
    assert "field-error" in wrong or "banner" in wrong
    assert wrong.count("banner") == unknown.count("banner")
    assert wrong.count("field-error") == unknown.count("field-error")


def test_one_sees_and_ends_ones_other_sessions(person):
    amina = person("epidemiologist", password=WORDS)
    here, there = Client(), Client(headers={"user-agent": "the other one"})
    sign_in(here, amina)
    sign_in(there, amina)
    assert "the other one" in here.get(reverse("usersessions_list")).text
    here.post(reverse("usersessions_list"))
    assert AuditEntry.objects.get(act="person.sessions_ended").details == {"sessions": 1}
    assert there.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200
