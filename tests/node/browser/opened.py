"""A browser, and pages of this process opened in it by somebody who has signed in."""

from collections.abc import Callable, Iterator

import pytest
from tests.node.look.conftest import BROWSER, Visit

__all__ = ["chromium", "visit"]


@pytest.fixture
def chromium(monkeypatch) -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    # The browser's driver keeps an event loop in this thread, which Django takes for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, live_server, signed_in) -> Iterator[Callable[..., Visit]]:
    """visit(person, path, **options of the browser's context): the page as they see it."""
    contexts = []

    def go(person, path: str, width: int = 1440, **options: object) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-GB", **options)
        contexts.append(context)
        cookie = signed_in(person).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        seen = Visit(context.new_page())
        seen.page.goto(live_server.url + path)
        seen.page.wait_for_load_state("networkidle")
        return seen

    yield go
    for context in contexts:
        context.close()
