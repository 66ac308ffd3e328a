"""Sources, places, rules and screenings in a browser: everybody can use them, at a desk and on a phone."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.browser.accessible import fine
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures
from tests.node.surveillance.counts_given import given_counts

from tocsin.node.surveillance.models import Screening, Source, Upload

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def several(source, service, places, diseases, amina):
    """Four sources in all states, the first with tables and screenings."""
    now = timezone.now()
    for name, days, disease in (
        ("Cholera, daily", 9, "cholera"),
        ("Measles, monthly", 40, "measles"),
        ("Wards", 1, None),
    ):
        Source.objects.create(
            name=name, organisation=service, place=places["XX"], disease=diseases.get(disease),
            is_exercise=disease is None, last_taken_at=now - timedelta(days=days),
            last_period=date(2026, 3, 2),
        )  # fmt: skip
    given_counts(source, {("plague", "XX-11", ""): [0] * 20}, date(2026, 1, 5))
    source.breaks.create(starts_on=date(2026, 3, 2), what="PCR in place of culture", case_definition="version 4")
    for n, status in enumerate(("taken", "previewed", "unreadable", "cancelled")):
        Upload.objects.create(
            source=source, by=amina, file_name=f"week {n}.csv", sha256=str(n), status=status, rows=1000, problems=n,
            preview={}, taken_at=now,
        )  # fmt: skip
    steps = [
        {
            "method": "farrington_flexible",
            "evaluated": 8,
            "signals": 1,
            "false_alarms": 0.08,
            "options": {"alpha": 0.01},
        }
    ]
    Screening.objects.create(
        source=source, status="done", by=amina, series=1, cells=8, signals_found=0, false_alarms=0.08, engine="0.3.0",
        generation=1, method="farrington_flexible", steps=steps, first_period=date(2026, 3, 2), started_at=now,
        last_period=date(2026, 4, 20), finished_at=now,
    )  # fmt: skip
    return Source.objects.get(pk=source.pk)


@pytest.mark.parametrize(
    "name",
    ["sources", "new_source", "uploads", "screenings", "places", "new_place", "import_places", "rules", "new_rule"],
)
def test_everybody_can_use_each_page(visit, amina, several, name):  # noqa: F811
    fine(visit(amina, reverse(name)), name)


def test_and_the_pages_of_one_record(visit, amina, several, places):  # noqa: F811
    screening = Screening.objects.get()
    for name, key in (
        ("source", several.pk), ("edit_source", several.pk), ("screening", screening.pk), ("place", places["XX-11"].pk),
        ("switch_rule", "plague-case"),
    ):  # fmt: skip
        address = reverse(name, args=[key]) if name != "switch_rule" else _first_rule()
        fine(visit(amina, address), f"one-{name}")


def _first_rule() -> str:
    from tocsin.node.surveillance.models import DiseaseRule

    return reverse("switch_rule", args=[DiseaseRule.objects.filter(disease="plague").get().code])


def test_a_form_that_is_refused_leads_to_its_fields(visit, amina, several):  # noqa: F811
    seen = visit(amina, reverse("new_source"))
    page = seen.page
    page.fill("[name=name]", "Cholera, weekly")
    page.fill("[name=watched_folder]", "../../etc")
    page.fill("[name=options_text]", "loudness = 11")
    page.eval_on_selector("form[data-draft]", "form => form.setAttribute('novalidate', '')")
    page.click("button:has-text('Set up the source')")
    page.wait_for_selector("text=lies outside the watched folders")
    assert page.input_value("[name=name]") == "Cholera, weekly"
    seen.complaints.clear()  # the browser notes the 422
    fine(seen, "new_source-refused")


def test_the_options_of_a_method_are_shown_when_asked_for(visit, amina, several):  # noqa: F811
    page = visit(amina, reverse("new_source")).page
    page.check("[name=method][value=ears]")
    page.click("summary:has-text('Options of this method')")
    page.wait_for_selector("pre:has-text('baseline = 7')")
