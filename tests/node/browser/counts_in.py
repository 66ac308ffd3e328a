"""The pages where counts come in, opened in a browser as somebody who has signed in; and what axe says of them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.node.look.conftest import BROWSER, Visit

__all__ = ["chromium", "fine", "picture", "visit"]

AXE = Path(__file__).resolve().parents[3] / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Pictures of the pages are written here where somebody wants to look at them.
PICTURES = os.environ.get("TOCSIN_PICTURES", "")
WIDTHS = (1440, 390)


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


def fine(seen: Visit, name: str) -> None:
    """Everybody can use the page, at both widths and in both themes; nothing stands beside it, nobody complains."""
    page = seen.page
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("dark", "light"):
            page.emulate_media(color_scheme=theme)
            page.evaluate(AXE.read_text("utf-8"))
            found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
            told = [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
            assert told == [], f"{name}, {width} px, {theme}: {told}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        picture(seen, f"{name}-{width}")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    assert seen.complaints == [], name


def picture(seen: Visit, name: str) -> None:
    if PICTURES:
        seen.page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
