"""Pages opened by a browser without a window, for tests: their text, and how many questions they ask the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

__all__ = ["fresh", "queries_of", "seen_on", "shown", "text_of"]


def text_of(answer):
    return answer.content.decode()


def shown(browser, name, *args, **query):
    answer = browser.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return text_of(answer)


def fresh(one):
    return type(one).objects.get(pk=one.pk)


def seen_on(page):
    """What the form of the page would send."""
    return {
        "version": page.context["draft"].version, "seen": page.context["page"].shown.digest,
        "looked_at": page.context["looked_at"],
    }  # fmt: skip


def queries_of(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as found:
        assert browser.get(address).status_code == 200
    return len(found)
