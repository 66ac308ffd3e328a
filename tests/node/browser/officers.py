"""People of nodes that are really run, each at a browser of their own: what they do, they do by the pages."""

import time
from dataclasses import dataclass
from typing import Any

from scripts import demo_alliance
from tests.node.browser.accessible import WIDTHS, fine
from tests.node.look.conftest import Visit

__all__ = ["PATIENCE", "Officer", "at_browsers"]

PATIENCE = 60_000  # milliseconds: other tests may run beside this one
TRIES, CHANGED = 5, 409
OWN_BUTTON = "main form .acts button.btn-primary, main form .acts button.btn-danger"
SIGN_IN = """
import time
import django; django.setup()
from django.conf import settings
from django.test import Client
from tocsin.node.alliance.models import Person
for email in {emails!r}:
    browser = Client()
    browser.force_login(Person.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = browser.session
    session["account_authentication_methods"] = [{{"method": "password", "at": time.time()}}]
    session.save()
    print(settings.SESSION_COOKIE_NAME, session.session_key)
"""


@dataclass
class Officer:
    """Somebody at a browser. story: what pictures of their pages are called after."""

    seen: Visit
    url: str
    name: str
    story: str
    pages: int = 0

    @property
    def page(self) -> Any:
        return self.seen.page

    def goes(self, path: str) -> None:
        self.page.goto(self.url + path)

    def clicks(self, selector: str) -> None:
        """The first of them, which leads to another page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def sends(self, form: str) -> None:
        """The button of the form that has this address at its end."""
        self.page.locator(f"form[action$='{form}'] button.btn-primary, form[action$='{form}'] button").first.click()
        self.page.wait_for_load_state("networkidle")

    def saves(self) -> None:
        """The button of the page's own form. Where somebody else acted meanwhile it is said, and sent again."""
        for _ in range(TRIES):
            with self.page.expect_navigation() as answer:
                self.page.locator(OWN_BUTTON).first.click()
            if answer.value.status != CHANGED:
                return
            assert self.page.locator("[role=alert]").count(), "nobody is told why nothing was done"
            self.seen.complaints[:] = [one for one in self.seen.complaints if str(CHANGED) not in one]
        raise AssertionError(f"{self.name} was refused {TRIES} times at {self.page.url}")

    def finds(self, selector: str) -> None:
        """Reloads until it is there, as somebody who waits does."""
        until = time.monotonic() + PATIENCE / 1000
        while not self.page.locator(selector).count():
            assert time.monotonic() < until, f"{self.name} waited in vain for {selector} at {self.page.url}"
            time.sleep(0.5)
            self.page.reload()

    def looks(self, name: str) -> None:
        """At a desk and on a phone: axe finds nothing, nothing is wider than the window, the browser is content."""
        self.pages += 1
        fine(self.seen, f"{self.story}-{self.name}-{self.pages:02}-{name}")


def at_browsers(chromium: Any, place: demo_alliance.Place, story: str, *names: str) -> dict[str, Officer]:
    """People of one node, signed in; by the part of their address before the @. Whoever calls closes their contexts."""
    code = place.code.lower()
    said = demo_alliance.python(place, SIGN_IN.format(emails=[f"{name}@{code}.example" for name in names]))
    url, made = f"http://{place.address}:{place.page_port}", {}
    for name, line in zip(names, said.splitlines(), strict=True):
        cookie, value = line.split()
        context = chromium.new_context(viewport={"width": WIDTHS[0], "height": 900})
        context.add_cookies([{"name": cookie, "value": value, "url": url}])
        context.set_default_timeout(PATIENCE)
        made[name] = Officer(Visit(context.new_page()), url, f"{place.code}-{name}", story)
    return made
