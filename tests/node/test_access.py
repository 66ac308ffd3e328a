"""Who may what: every address of the node, tried by each role, by strangers, and by tokens of every single scope.

What opens an address stands in access_table.py. Each is tried upon a record of one's own organisation (or one's own)
and upon another's, since what is not yours does not exist: 404.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from zlib import crc32

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from pytest_django.asserts import assertContains
from tests.node.access_table import ANYBODY, API, EVERYBODY, PAGES, Door
from tests.node.access_world import HEADER, World, secret_of, world_in
from tests.node.surveillance.tables_given import table

from tocsin.node import urls
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import MAY, Ability, Role

# Who may what is asked of people and roles; what pages ask the database their own tests try on both.
pytestmark = pytest.mark.any_database

ALLAUTH = ("account_", "mfa_", "socialaccount_", "openid_connect_", "usersessions_")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with django_db_blocker.unblock(), world_in(tmp_path_factory.mktemp("access")) as made:
        yield made


@pytest.fixture(autouse=True)
def every_banner_asked_for():
    """Not here: what is answered is asked, not with how many queries."""


@pytest.fixture
def no_pages_of_refusals(monkeypatch):
    """Half of what is answered are refusals: that they are one is asked thousands of times, their page once a role."""
    monkeypatch.setattr(urls, "handler403", lambda request, exception: HttpResponse(status=403))


@pytest.fixture(autouse=True)
def same_folders(world, own_folders, settings):
    settings.UPLOADS = world.folder / "uploads"
    cache.clear()


def expected(door: Door, abilities: frozenset[Ability], *, own: bool) -> frozenset[int]:
    """What somebody with these abilities is answered."""
    if not (door.opens & {*EVERYBODY, *ANYBODY} or door.opens & abilities) or not door.also <= abilities:
        return frozenset({403})
    is_bound = bool(door.sees or door.whose)
    may_see = bool(door.sees & abilities) or (own and bool(door.whose & {*abilities, *EVERYBODY}))
    return frozenset({404}) if is_bound and not may_see else door.done


def asked(door: Door, world: World, role: str | None, *, own: bool) -> tuple[dict[str, Any], Any]:
    """Arguments of the address, and the form or JSON, with records of the world in place of their names."""

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(one) for name, one in value.items()}
        if value in ("@today", "@tomorrow"):
            return str(timezone.localdate() + timedelta(days=value == "@tomorrow"))
        is_record = isinstance(value, str) and value.startswith("@")
        return str(world.record(value[1:], role, own=own)) if is_record else value

    return filled(dict(door.given)), filled(door.post)


def some_of(roles: Sequence[str], name: str, many: int) -> list[str]:
    """So many of them, others for each name, so that over all names each has its turn."""
    first = crc32(name.encode())
    return [roles[(first + at) % len(roles)] for at in range(min(many, len(roles)))]


def tried_at(name: str, door: Door) -> list[str]:
    """Of the roles that may and of those that may not some; every role is tried by the tests that take minutes."""
    may = [role for role in Role.values if expected(door, MAY[Role(role)], own=True) != {403}]
    return [*some_of(may, name, 2), *some_of([role for role in Role.values if role not in may], name, 2)]


def undone(call: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of a call of which nothing remains, so that each finds the same world."""
    with transaction.atomic():
        response = call()
        if response.streaming:
            response.getvalue()
        transaction.set_rollback(True)
    return response


def patterns() -> dict[str, str]:
    """Every named address of the node: {name with its namespace: pattern}."""

    def walked(found: list[Any], before: str, space: str) -> Iterator[tuple[str, str]]:
        for one in found:
            at = before + str(one.pattern)
            if isinstance(one, URLPattern):
                yield f"{space}{one.name}", at
            else:
                yield from walked(one.url_patterns, at, f"{one.namespace}:" if one.namespace else space)

    return dict(walked(get_resolver().url_patterns, "", ""))


def is_of_others(name: str, pattern: str) -> bool:
    """Sign-in, tried below as it is; and the gallery of components, which a node that people use has not."""
    return name.startswith(ALLAUTH) or pattern.startswith(("account/social/", "gallery/"))


def test_every_address_has_its_line():
    mine = {name for name, pattern in patterns().items() if not is_of_others(name, pattern)}
    table = {*PAGES, *(f"api:{name}" for name in API)}
    assert mine - table == set(), "addresses without a line in access_table.py"
    assert table - mine == set(), "lines of addresses that are no more"


@pytest.mark.parametrize("name", PAGES)
def test_pages(world, db, no_pages_of_refusals, name):
    assert wrong_at(name, tried_at(name, PAGES[name]), world) == []


@pytest.mark.verify
@pytest.mark.parametrize("name", PAGES)
def test_pages_by_every_role(world, db, no_pages_of_refusals, name):
    assert wrong_at(name, Role.values, world) == []


def wrong_at(name: str, roles: Sequence[str], world: World) -> list[Any]:
    """Who is answered otherwise than the table says: role, whose record, what was answered, what may be."""
    door, wrong = PAGES[name], []
    for role in roles:
        for own in (True, False) if door.sees or door.whose else (True,):
            given, data = asked(door, world, role, own=own)
            browser, at = world.browsers[role], reverse(name, kwargs=given, query=door.query)
            got = undone(lambda browser=browser, at=at, data=data: _tried(browser, at, data)).status_code
            may = expected(door, MAY[Role(role)], own=own)
            wrong += [(role, "own" if own else "another's", got, sorted(may))] if got not in may else []
    return wrong


def _tried(browser: Client, at: str, data: Any) -> HttpResponse:
    return browser.get(at) if data is None else browser.post(at, data)


@pytest.mark.parametrize("role", Role.values)
def test_whoever_may_not_is_told_so_on_a_page(world, db, role):
    name = next(name for name, door in PAGES.items() if expected(door, MAY[Role(role)], own=True) == {403})
    given, data = asked(PAGES[name], world, role, own=True)
    at = reverse(name, kwargs=given, query=PAGES[name].query)
    assertContains(
        undone(lambda: _tried(world.browsers[role], at, data)), "Your roles do not allow this", status_code=403
    )


@pytest.mark.parametrize("name", PAGES)
def test_strangers_are_led_to_sign_in_and_no_further(world, db, name):
    door = PAGES[name]
    given, data = asked(door, world, None, own=True)
    at = reverse(name, kwargs=given)
    response = undone(lambda: _tried(Client(raise_request_exception=False), at, data))
    if door.opens == ANYBODY:
        assert response.status_code in door.done
    else:
        assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={quote(at)}")


SIGN_IN = {
    "account_login", "account_logout", "account_inactive", "account_signup", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_confirm_email", "account_email_verification_sent", "account_confirm_login_code", "mfa_authenticate",
    "mfa_login_webauthn", "socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup",
    "openid_connect_login", "openid_connect_callback", "None",
}  # fmt: skip
IN_ADDRESSES = {"uidb36": "0", "key": "x", "pk": 1, "provider_id": "none"}


def test_of_sign_in_strangers_reach_only_what_signs_in(world, db):
    """allauth's own addresses: whoever has not signed in is led there by all others, and nobody signs themselves up."""
    for name, pattern in patterns().items():
        if not name.startswith(ALLAUTH):
            continue
        needed = {
            part: value for part, value in IN_ADDRESSES.items() if f":{part}>" in pattern or f"<{part}>" in pattern
        }
        at = reverse(name, kwargs=needed)
        stranger = Client(raise_request_exception=False)
        response = undone(lambda stranger=stranger, at=at: stranger.get(at))
        assert response.status_code < 500, name
        if name not in SIGN_IN:
            assert response.status_code == 302, name
            assert response["Location"].startswith(reverse("account_login")), name
        browser = world.browsers["administrator"]
        assert undone(lambda browser=browser, at=at: browser.get(at)).status_code < 500, name
    people = Person.objects.count()
    form = {"email": "me@x.example", "password1": "long-enough-word", "password2": "long-enough-word"}
    undone(lambda: Client().post(reverse("account_signup"), form))
    assert Person.objects.count() == people


def called(door: Door, world: World, role: str, secret: str | None, name: str, *, own: bool) -> int:
    given, data = asked(door, world, role, own=own)
    at = "/api/v1/no/such/thing" if name == "nothing" else reverse(f"api:{name}", kwargs=given)
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    program = Client(raise_request_exception=False, headers=headers)
    if data is None:
        return undone(lambda: program.get(at)).status_code
    kind = "text/csv" if isinstance(data, bytes) else "application/json"
    body = data + table([("2026-03-02", "District 11", "plague", 1)], HEADER) if isinstance(data, bytes) else None
    return undone(lambda: program.post(at, body or json.dumps(data), content_type=kind)).status_code


@pytest.fixture(scope="module")
def secrets(world) -> dict[str, dict[str, str]]:
    """Tokens by role and scope; "all" has all that the role may. Roles that may make none have one all the same."""
    made: dict[str, dict[str, str]] = {}
    for role, somebody in world.people.items():
        every = sorted(map(str, MAY[Role(role)]))
        scopes = {"all": every, **({one: [one] for one in every} if Ability.USE_API in MAY[Role(role)] else {})}
        made[role] = {name: secret_of(somebody, some) for name, some in scopes.items()}
    return made


@pytest.mark.parametrize("name", API)
def test_calls(world, secrets, db, name):
    """A token of all that its role may, one of what opens the call, and two others."""
    door = API[name]
    opening = {str(one) for one in door.opens if isinstance(one, Ability)}
    tokens = {
        role: {"all", *(opening & {*secrets[role]}), *some_of(sorted(secrets[role]), name, 2)}
        for role in tried_at(name, door)
    }
    assert wrong_calls(name, tokens, world, secrets) == []


@pytest.mark.verify
@pytest.mark.parametrize("name", API)
def test_calls_by_every_token(world, secrets, db, name):
    assert wrong_calls(name, {role: set(secrets[role]) for role in Role.values}, world, secrets) == []


def wrong_calls(name: str, tokens: dict[str, set[str]], world: World, secrets: dict[str, dict[str, str]]) -> list[Any]:
    """Which tokens, by role and scope, are answered otherwise than the table says."""
    door, wrong = API[name], []
    for role, scopes in tokens.items():
        for scope, secret in secrets[role].items():
            if scope not in scopes:
                continue
            abilities = MAY[Role(role)] if scope == "all" else frozenset({Ability(scope)})
            for own in (True, False) if len(secrets[role]) > 1 and (door.sees or door.whose) else (True,):
                got = called(door, world, role, secret, name, own=own)
                may = expected(door, abilities, own=own)
                if Ability.USE_API not in MAY[Role(role)] and door.opens != ANYBODY:
                    may = frozenset({403})
                wrong += [(role, scope, "own" if own else "another's", got, sorted(may))] if got not in may else []
    return wrong


@pytest.mark.parametrize("name", API)
def test_calls_without_a_token(world, db, name):
    door = API[name]
    for secret in (None, "tocsin_wrong"):
        got = called(door, world, "epidemiologist", secret, name, own=True)
        assert got in (door.done if door.opens == ANYBODY else {401})
