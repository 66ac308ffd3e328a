"""Screenings: asked for from a page, followed, and read afterwards."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.surveillance.counts_given import given_counts

from tocsin.node.surveillance.models import Screening

MONDAY = date(2026, 1, 5)


@pytest.fixture
def browser(amina, signed_in):
    return signed_in(amina)


@pytest.fixture
def counted(source, diseases):
    """Ten years of a few cases a week in two districts, then many; ended long enough ago to be complete."""
    first = MONDAY - timedelta(weeks=520)
    usual = [2, 3, 1, 2] * 130
    given_counts(
        source,
        {
            ("varicella", "XX-11", ""): [*usual[:-1], 40],
            ("varicella", "XX-12", ""): usual,
            ("plague", "XX-11", ""): [0] * 520,
        },
        first,
    )
    source.refresh_from_db()
    return source


def title(answer) -> str:
    return re.search(r"<h1>(.*?)</h1>", answer.text, re.S)[1].strip()


def test_a_screening_is_asked_for_followed_and_read(browser, counted, amina, work):
    answer = browser.post(reverse("screen_now", args=[counted.pk]), follow=True)
    one = Screening.objects.get()
    assert title(answer) == "Weekly counts is being screened"
    address = reverse("screening_progress", args=[one.pk])
    assert address in answer.text
    assert "HX-Redirect" not in browser.get(address, headers={"HX-Request": "true"})
    work()
    assert browser.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == reverse("screening", args=[one.pk])
    one.refresh_from_db()
    assert (one.status, one.by) == ("done", amina)
    page = browser.get(reverse("screening", args=[one.pk]))
    assert title(page) == "Weekly counts: 1 new signal in 3 series"
    assert "Farrington, flexible" in page.text
    assert "as the source asks" in page.text
    assert one.engine in page.text
    assert "District 11" in page.text
    listed = browser.get(reverse("screenings"))
    assert title(listed).startswith("All screenings went well")
    assert reverse("screening", args=[one.pk]) in listed.text


def test_a_source_without_counts_is_not_screened_and_says_why(browser, source):
    page = browser.post(reverse("screen_now", args=[source.pk]), follow=True)
    assert "Weekly counts has no counts yet. Upload a table first." in page.text
    assert not Screening.objects.exists()
    wrong = browser.post(reverse("screen_now", args=[source.pk]), {"evaluate": "-3"}, follow=True)
    assert "greater than or equal to 1" in wrong.text


def test_asking_twice_is_one_screening(browser, counted):
    for _ in range(2):
        browser.post(reverse("screen_now", args=[counted.pk]))
    assert Screening.objects.count() == 1


def test_a_failure_says_what_to_correct(browser, source):
    one = Screening.objects.create(
        source=source,
        status="failed",
        problem={"code": "InvalidOption", "text": "alpha is 7"},
        started_at=timezone.now(),
    )
    page = browser.get(reverse("screening", args=[one.pk]))
    assert title(page) == "Weekly counts: the screening failed"
    assert "Correct them there." in page.text
    assert "alpha is 7" in page.text
    assert title(browser.get(reverse("screenings"))) == "The last screening of 1 source failed"


def test_a_fallback_is_told_in_words(browser, source):
    steps = [
        {
            "method": "farrington_flexible",
            "evaluated": 10,
            "signals": 1,
            "false_alarms": 0.1,
            "options": {"alpha": 0.01},
        },
        {"method": "ears", "evaluated": 4, "signals": 0, "false_alarms": None, "options": {}},
    ]
    one = Screening.objects.create(
        source=source, status="done", steps=steps, signals_found=0, series=2, false_alarms=0.1,
        progress={"what": "done", "note": {"code": "history_too_short", "text": "…"}},
    )  # fmt: skip
    page = browser.get(reverse("screening", args=[one.pk]))
    for words in (
        "fallback: history was too short",
        "EARS",
        "alpha = 0.01",
        "not promised",
        "fixed rules were applied",
    ):
        assert words in page.text


def test_who_may_not_screen_reads_all_the_same(counted, person, signed_in):
    reader = signed_in(person("council_delegate"))
    one = Screening.objects.create(source=counted, status="done", signals_found=0)
    assert "Screen again" not in reader.get(reverse("screening", args=[one.pk])).text
    assert reader.post(reverse("screen_now", args=[counted.pk])).status_code == 403
    laboratory = signed_in(person("laboratory"))
    assert laboratory.get(reverse("screening", args=[one.pk])).status_code == 403


def test_screenings_are_filtered_and_exported(browser, source):
    Screening.objects.create(source=source, status="done", signals_found=3, method="farrington_flexible")
    Screening.objects.create(source=source, status="failed", method="ears")
    said = b"".join(
        browser.get(reverse("screenings_export", args=["csv"]), {"status": "done"}).streaming_content
    ).decode()
    assert "farrington_flexible" in said
    assert "ears" not in said


def test_the_list_asks_a_constant_number_of_queries(browser, source, amina):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            browser.get(reverse("screenings"))
        return len(asked)

    Screening.objects.create(source=source, status="done", by=amina)
    few = queries()
    Screening.objects.bulk_create([Screening(source=source, status="done", by=amina) for _ in range(30)])
    assert queries() == few
