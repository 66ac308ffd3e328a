"""How many questions a page asks of the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

__all__ = ["questions"]


def questions(browser, address) -> int:
    """Of a page that was shown once before: what the bar and the banners keep some seconds is not asked again."""
    assert browser.get(address).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    return len(asked)
