"""Samples and files as people use them: a laboratory by telephone, an epidemiologist at a desk."""

import pytest
from django.urls import reverse
from tests.node.browser.accessible import fine, picture
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures
from tests.node.events.conftest import event  # noqa: F401 - a fixture
from tests.node.events.files.bad_files import pdf
from tests.node.events.laboratory_scenes import day, laboratory, lena, sample, sent  # noqa: F401 - fixtures
from tests.node.events.scenes import an_event

from tocsin.node.events.actions.files import add_file
from tocsin.node.events.actions.laboratory import mark_unsuitable, send_samples, take_sample
from tocsin.node.events.actions.results import correct_result, record_result
from tocsin.node.events.models import SampleTest

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]


def test_a_laboratory_answers_by_telephone_in_three_taps(visit, lena, sent):  # noqa: F811
    seen = visit(lena, reverse("samples"), width=390)
    picture(seen.page, "samples-390")
    fine(seen, "samples")
    seen.page.set_viewport_size({"width": 390, "height": 844})
    seen.page.click(".sample-open")
    fine(seen, "sample")
    seen.page.set_viewport_size({"width": 390, "height": 844})
    picture(seen.page, "sample-390")
    seen.page.get_by_label("positive", exact=True).first.check()
    seen.page.get_by_role("button", name="Save the result").first.click()
    seen.page.wait_for_url("**/samples/")
    assert SampleTest.objects.get().result == "positive"
    picture(seen.page, "samples-done-390")


def test_an_event_shows_its_samples_and_its_files(visit, amina, lena, laboratory, event, sent, settings):  # noqa: F811
    first = record_result(
        sent, test=sent.tests.get(), result="positive", found="O1 Ogawa", on=day(1), by=lena, version=sent.version
    )
    sent.refresh_from_db()
    correct_result(first, result="negative", on=day(0), reason="Tubes were mixed up", by=lena, version=sent.version)
    made = [take_sample(event, reference=f"K-{n}", material="water", taken_on=day(n), by=amina) for n in range(2, 6)]
    send_samples(event, made[:3], laboratory=laboratory, on=day(0), methods=["pcr", "culture"], by=amina)
    made[0].refresh_from_db()
    mark_unsuitable(made[0], reason="Leaked on the way", by=lena, version=made[0].version)
    seen = visit(amina, reverse("event_laboratory", args=[event.pk]))
    seen.page.get_by_text("Send the chosen samples to a laboratory").click()
    picture(seen.page, "event-laboratory")
    fine(seen, "event_laboratory")
    picture(seen.page, "event-laboratory-390")
    fine(visit(amina, reverse("take_sample", args=[event.pk])), "take_sample")
    one = visit(amina, reverse("sample", args=[sent.pk]))
    picture(one.page, "sample")
    fine(one, "sample")
    fine(
        visit(lena, reverse("correct_result", args=[sent.pk, SampleTest.objects.get(corrects=first).pk])),
        "correct_result",
    )
    add_file(event, [pdf()], name="Отчёт о вспышке.pdf", note_text="From the hospital", by=amina)
    files = visit(amina, reverse("event_files", args=[event.pk]))
    picture(files.page, "event-files")
    fine(files, "event_files")
    picture(files.page, "event-files-390")


def test_a_download_is_saved_and_not_shown(visit, amina, diseases, places):  # noqa: F811
    found = an_event(diseases["cholera"], places["XX-11"], amina)
    add_file(found, [pdf()], name="report.pdf", by=amina)
    seen = visit(amina, reverse("event_files", args=[found.pk]))
    with seen.page.expect_download() as saved:
        seen.page.get_by_text("report.pdf").click()
    assert saved.value.suggested_filename == "report.pdf"
