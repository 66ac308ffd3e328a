"""Who may call: an open token, no more abilities than it has, and so many calls a minute."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from tocsin.node.alliance.actions.tokens import make_token
from tocsin.node.alliance.models import ApiToken
from tocsin.node.api import tokens


def code(response):
    return response.json()["error"]["code"]


def test_me_says_whose_token_it_is_and_what_it_may(caller, amina):
    told = caller(amina, "upload_counts").get("me").json()
    assert (told["name"], told["roles"]) == ("Amina", ["epidemiologist"])
    assert told["token"]["abilities"] == ["upload_counts"]
    assert told["limit"] == {"calls": 600, "seconds": 60}


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer tocsin_wrong", "Basic YTpi", "Bearer \x00", "Bearer té", "tocsin_x", "Bearer  "]
)
def test_without_an_open_token_nothing_is_told(client, db, header):
    response = client.get("/api/v1/me", headers={"Authorization": header} if header else {})
    assert (response.status_code, code(response)) == (401, "no_token")
    assert response["WWW-Authenticate"] == 'Bearer realm="tocsin"'


def test_a_session_opens_nothing(signed_in, amina):
    assert signed_in(amina).get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    "ended",
    [{"ended_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(seconds=1)}],
    ids=["ended", "expired"],
)
def test_a_token_that_has_ended_opens_nothing(api, ended):
    ApiToken.objects.update(**ended)
    assert api.get("me").status_code == 401


def test_a_person_whose_access_has_ended_has_no_token(api, amina):
    amina.is_active = False
    amina.save()
    assert api.get("me").status_code == 401


def test_a_scope_that_the_token_lacks_is_refused_though_its_person_may(caller, amina):
    program = caller(amina, "upload_counts")
    response = program.get("threads")
    assert (response.status_code, code(response)) == (403, "scope_missing")
    assert response.json()["error"]["details"]["any_of"] == ["read_surveillance", "report_signal"]
    assert program.get("sources").status_code == 200


def test_a_scope_whose_role_was_taken_away_opens_nothing_more(api, amina):
    amina.roles = ["laboratory"]
    amina.save()
    assert api.get("series").status_code == 403
    assert "read_surveillance" not in api.get("me").json()["token"]["abilities"]


def test_a_role_that_may_have_no_tokens_ends_them_all(api, amina):
    amina.roles = ["border_post"]
    amina.save()
    assert code(api.get("me")) == "no_api"


def test_a_token_from_before_the_second_factor_opens_nothing(caller, amina):
    _, early = make_token(amina, name="early", scopes=["read_directory"], days=3, by=amina)
    amina.roles = ["administrator"]
    amina.save()
    amina.__dict__.pop("abilities")
    program = caller()
    program.secret = early
    assert code(program.get("me")) == "second_factor"
    Authenticator.objects.create(user=amina, type="totp", data={})
    assert code(program.get("me")) == "second_factor"
    assert caller(amina).get("me").status_code == 200


def test_a_program_that_calls_too_often_is_told_when_it_may_again(api, monkeypatch):
    monkeypatch.setattr(tokens, "CALLS", 2)
    monkeypatch.setattr(tokens.time, "time", lambda: 120.5)
    assert [api.get("me").status_code for _ in range(3)] == [200, 200, 429]
    response = api.get("me")
    assert (code(response), response["Retry-After"]) == ("too_many_calls", "60")
    monkeypatch.setattr(tokens.time, "time", lambda: 180.0)
    assert api.get("me").status_code == 200


def test_the_limit_is_of_a_token_not_of_its_person(api, caller, amina, monkeypatch):
    monkeypatch.setattr(tokens, "CALLS", 1)
    assert [api.get("me").status_code for _ in range(2)] == [200, 429]
    assert caller(amina).get("me").status_code == 200


@pytest.mark.parametrize(
    ("asked", "own", "spoken"),
    [
        ("ru", "en", "ru"),
        ("zh-CN,zh;q=0.9,en;q=0.5", "en", "zh-hans"),
        ("", "ru", "ru"),
        ("tlh", "ru", "ru"),
        ("*", "zh-hans", "zh-hans"),
        ("en", "ru", "en"),
    ],
)
def test_answers_are_in_the_language_asked_for_or_ones_own(caller, amina, asked, own, spoken):
    amina.language = own
    amina.save()
    response = caller(amina).get("me", headers={"Accept-Language": asked} if asked else None)
    assert response["Content-Language"] == spoken
    assert "Accept-Language" in response["Vary"]
