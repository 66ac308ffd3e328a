"""Data quality in a browser: the answer, the shares by place and period, and the picture of revisions."""

import pytest
from django.urls import reverse
from tests.node.browser.accessible import fine
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures
from tests.node.surveillance.views.test_quality import half  # noqa: F401 - a fixture

from tocsin.node.surveillance.intake import quality
from tocsin.node.surveillance.models import Source

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]


def test_everybody_can_read_it(visit, amina, half):  # noqa: F811
    told = quality.figures(half) | {
        "delays": {"days": {"50": 3.0, "75": 5.0, "95": 12.0}, "cells": 1200},
        "revisions": [[week, 600 + 50 * week, 1000] for week in range(9)],
        "tables": [["2026-01-12T08:00:00+00:00", "2026-01-12T08:00:00+00:00", 0.0]],
    }
    Source.objects.filter(pk=half.pk).update(quality=told)
    seen = visit(amina, reverse("quality"))
    assert seen.page.locator("h1").inner_text() == "0 of 1 source is late; 56% of expected reports are in"
    fine(seen, "quality")
    seen.page.click("th a:has-text('Weekly counts')")
    seen.page.wait_for_selector("h1:has-text('56% of expected reports are in')")
    seen.when_drawn()
    fine(seen, "quality-source")
    assert "60% were known one week after" in seen.page.locator("figcaption").inner_text()
