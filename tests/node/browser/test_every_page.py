"""Every page of the node, as the first role that may open it has it: axe finds nothing, at a desk and on a phone."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error, Page
from tests.node.access_table import ANYBODY, EVERYBODY, PAGES
from tests.node.access_world import World, make_world
from tests.node.browser.accessible import WIDTHS, picture, violations
from tests.node.browser.opened import chromium  # noqa: F401 - a fixture
from tests.node.test_access import asked

from tocsin.node.alliance.roles import MAY

pytestmark = [pytest.mark.verify, pytest.mark.long, pytest.mark.django_db(transaction=True)]

# Pages of allauth, by who opens them: a stranger, or somebody whose role asks for a second factor.
STRANGERS = ("account_login", "account_reset_password", "account_reset_password_done")
SIGN_IN = (
    "account_change_password", "account_logout", "account_reauthenticate", "mfa_index", "mfa_deactivate_totp",
    "mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "usersessions_list",
)  # fmt: skip


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.UPLOADS, settings.ARCHIVE = tmp_path / "uploads", tmp_path / "archive"
    return make_world(tmp_path)


def pages(world: World) -> Iterator[tuple[str, str | None, str]]:
    """(name, role or None for a stranger, address) of all that is shown as a page of its own."""
    for name, door in PAGES.items():
        if door.post is not None or not door.done & {200, 404}:
            continue
        role = _who(door.opens, door.also)
        arguments, _post = asked(door, world, role, own=True)
        address = reverse(name, kwargs=arguments) + ("?" + "&".join(f"{k}={v}" for k, v in door.query.items()))
        yield name, role, address.rstrip("?")
    yield from ((name, None, reverse(name)) for name in STRANGERS)
    yield from ((name, "administrator", reverse(name)) for name in SIGN_IN)


def _who(opens: frozenset, also: frozenset) -> str | None:
    if opens & ANYBODY:
        return None
    able = (str(role) for role, abilities in MAY.items() if opens & {*abilities, *EVERYBODY} and also <= abilities)
    return next(able)


def test_axe_finds_nothing_on_any_page(world, chromium, live_server):  # noqa: F811
    found, looked_at = [], set()
    screens = {role: screen(chromium, live_server.url, world.browsers.get(role)) for role in (None, *world.browsers)}
    for name, role, address in pages(world):
        page = screens[role]
        try:
            answer = page.goto(live_server.url + address)
        except Error as refusal:
            if "Download is starting" not in str(refusal):
                raise
            continue
        if answer.request.redirected_from or "text/html" not in answer.headers.get("content-type", ""):
            continue
        if "<html" not in answer.text():
            continue  # a part of a page
        looked_at.add(name)
        found += seen_at_every_width(page, name)
    assert not found, "\n".join(found)
    assert {"situation", "signal", "source", "audit", "account_login", "mfa_index", "accept_invitation"} <= looked_at
    assert len(looked_at) > 100


def screen(chromium, url: str, browser: Client | None) -> Page:  # noqa: F811
    """Of whoever has signed in with this browser."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    if browser is not None:
        context.add_cookies([{"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": url}])
    return context.new_page()


def seen_at_every_width(page, name: str) -> list[str]:
    told = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        told += [f"{name}, {width} px: {one}" for one in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            told.append(f"{name} is wider than {width} px")
        picture(page, f"{name}-{width}")
    return told
