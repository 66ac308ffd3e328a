"""The gallery served, and a browser that writes down everything it complains about."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.template import engines
from django.test import RequestFactory, override_settings

ROOT = Path(__file__).resolve().parents[3]
BROWSER = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ALONE = {
    "ROOT_URLCONF": "tests.node.look.addresses",
    "MIDDLEWARE": [
        "tocsin.node.look.middleware.ContentSecurityPolicy",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
}


@pytest.fixture
def gallery_alone() -> Iterator[None]:
    with override_settings(**ALONE):
        yield


@pytest.fixture
def rendered(gallery_alone):
    """A template's source, rendered for a request to `address` with `cookies`."""

    def render(source: str, address: str = "/", cookies: dict[str, str] | None = None, **context: object) -> str:
        request = RequestFactory().get(address)
        request.COOKIES.update(cookies or {})
        template = engines["django"].from_string("{% load look i18n %}" * ("extends" not in source) + source)
        return template.render({"messages": [], **context}, request)

    return render


@pytest.fixture(scope="module")
def gallery_address() -> Iterator[str]:
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    subprocess.run([ROOT / "scripts/build-frontend.sh"], check=True, timeout=300)
    with override_settings(**ALONE, ALLOWED_HOSTS=["127.0.0.1"]):
        server = LiveServerThread("127.0.0.1", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        assert server.error is None
        yield f"http://127.0.0.1:{server.port}/gallery/"
        server.terminate()
        server.join()


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page and all that the browser complained about on it."""

    page: object
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: said.type in {"error", "warning"} and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def when_drawn(self) -> None:
        self.page.wait_for_selector("figure[data-chart]:not([data-drawn])", state="detached")


@pytest.fixture
def visit(chromium, gallery_address):
    """visit(theme, width): the gallery, opened as a newcomer with that system theme and that width would."""
    contexts = []

    def open_gallery(theme: str = "light", width: int = 1440, path: str = "") -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, locale="en-GB")
        contexts.append(context)
        visit = Visit(context.new_page())
        visit.page.goto(gallery_address + path)
        visit.when_drawn()
        return visit

    yield open_gallery
    for context in contexts:
        context.close()
