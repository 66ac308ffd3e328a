"""A table of ten bad rows and a thousand good ones, sent, explained, taken and undone in a browser."""

import pytest
from django.urls import reverse
from tests.node.browser.accessible import fine
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures
from tests.node.surveillance.tables_given import table
from tests.node.surveillance.views.test_uploads import BAD, GOOD

from tocsin.node.surveillance.models import Upload

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]
FILE = {"name": "week 31.csv", "mimeType": "text/csv", "buffer": table([*GOOD, *BAD])}


@pytest.fixture
def weekly(source):
    source.zero_reports = False
    source.save()
    return source


def test_sent_explained_taken_and_undone(visit, amina, weekly, diseases, work):  # noqa: F811
    seen = visit(amina, reverse("upload_table", args=[weekly.pk]))
    page = seen.page
    fine(seen, "upload-file")
    page.set_input_files("input[type=file]", FILE)
    assert "week 31.csv" in page.locator("[data-upload-chosen]").inner_text()
    page.click("button:has-text('Upload')")
    page.wait_for_url("**/uploads/**")
    upload = Upload.objects.get()
    assert page.locator("h1").inner_text() == "Being read: week 31.csv"
    fine(seen, "upload-progress")
    work()
    page.wait_for_selector("h1:has-text('1,010 rows read: 1,000 can be taken, 10 cannot')")
    page.wait_for_load_state("networkidle")
    fine(seen, "upload-preview")
    page.click("#decide button:has-text('Take the 1,000 and leave the 10')")
    page.wait_for_selector("h1:has-text('Being taken')")
    work()
    page.wait_for_selector("h1:has-text('Taken: 1,000 rows; 1,000 counts changed')")
    page.wait_for_load_state("networkidle")
    fine(seen, "upload-taken")
    page.click("text=Undo this table")
    page.wait_for_selector("h1:has-text('Undo week 31.csv?')")
    page.fill("textarea", "a week of another year")
    fine(seen, "upload-undo")
    page.click("button:has-text('Undo this table')")
    page.wait_for_selector("h1:has-text('Undoing')")
    work()
    page.wait_for_selector("h1:has-text('Undone: week 31.csv')")
    assert Upload.objects.get(undoes=upload).status == "taken"


def test_names_are_settled_with_the_keyboard(visit, amina, weekly, diseases, places, work):  # noqa: F811
    rows = [(row[0], "Region 1", "Dystrict 11", "the black death", 2) for row in GOOD[::12][:8]]
    seen = visit(amina, reverse("upload_table", args=[weekly.pk]))
    page = seen.page
    page.set_input_files("input[type=file]", {**FILE, "buffer": table(rows)})
    page.click("button:has-text('Upload')")
    page.wait_for_url("**/uploads/**")
    work()
    page.wait_for_selector("text=2 names are not known here yet")
    page.wait_for_load_state("networkidle")
    fine(seen, "upload-names")
    page.focus("#disease-0")
    page.keyboard.type("Plague")
    page.focus("#place-0")
    page.keyboard.press("ArrowDown")
    page.focus("button:has-text('Save the answers')")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=2 names are settled for good")
    work()
    page.wait_for_selector("h1:has-text('8 rows read: all can be taken')")


def test_without_a_script_it_is_an_ordinary_form(visit, amina, weekly, diseases, work):  # noqa: F811
    page = visit(amina, reverse("upload_table", args=[weekly.pk]), java_script_enabled=False).page
    page.set_input_files("input[type=file]", FILE)
    page.click("button:has-text('Upload')")
    work()
    page.goto(page.url)
    assert "1,000 can be taken" in page.locator("h1").inner_text()


def test_a_refusal_stands_beside_the_file(visit, amina, weekly):  # noqa: F811
    seen = visit(amina, reverse("upload_table", args=[weekly.pk]))
    seen.page.set_input_files("input[type=file]", {**FILE, "buffer": b""})
    seen.page.click("button:has-text('Upload')")
    seen.page.wait_for_selector("[data-upload-error]:has-text('is empty')")


def test_what_cannot_be_read_says_what_to_do(visit, amina, weekly, diseases, work):  # noqa: F811
    seen = visit(amina, reverse("upload_table", args=[weekly.pk]))
    seen.page.set_input_files("input[type=file]", {**FILE, "buffer": b"one line and nothing else"})
    seen.page.click("button:has-text('Upload')")
    seen.page.wait_for_url("**/uploads/**")
    work()
    seen.page.wait_for_selector("h1:has-text('cannot be read')")
    seen.page.wait_for_load_state("networkidle")
    fine(seen, "upload-unreadable")
