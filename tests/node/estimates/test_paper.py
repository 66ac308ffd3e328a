"""The situation report says what is really happening: in files as people open them, for whoever may export."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from docx import Document
from pypdf import PdfReader
from tests.node.asking import questions
from tests.node.estimates.payloads_given import FALLS, GROWS, UNCLEAR, estimated, payload
from tests.node.surveillance.counts_given import given_counts

from tocsin.node.estimates.models import Estimate
from tocsin.node.estimates.pages.paper import MOST
from tocsin.node.surveillance.models import Place, Source

MANY = (
    "measles", "dengue", "cholera", "influenza", "pertussis", "mumps", "shigellosis", "brucellosis", "typhoid",
    "plague", "rabies", "anthrax", "diphtheria", "tularaemia",
)  # fmt: skip
HEADINGS = [
    "disease", "period", "with all reports in", "R, or × a period; where it goes", "in two weeks", "in four weeks",
]  # fmt: skip
REPORT = "/situation/report.docx"


def told(source: Source, payloads: dict[str, dict]) -> None:
    """An estimate of each disease of the whole state."""
    series = given_counts(source, {(disease, "XX", ""): [1.0] * 3 for disease in payloads}, timezone.localdate())
    estimated(source, {one: payloads[disease] for (disease, _place, _stratum), one in series.items()})


@pytest.fixture
def browser(signed_in, amina, source, diseases):
    return signed_in(amina)


def document(browser, language="en"):
    return Document(io.BytesIO(browser.get(f"{REPORT}?language={language}").content))


def words(document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs).replace("\xa0", " ")


def rows(document) -> list[list[str]]:
    """Of the table under the heading."""
    for table in document.tables:
        found = [[cell.text.replace("\xa0", " ") for cell in row.cells] for row in table.rows]
        if found[0][-1] == "in four weeks":
            return found
    return []


def test_each_disease_has_a_line_with_what_is_what_moves_and_what_comes(browser, source):
    told(source, {"dengue": payload(FALLS, 90.0), "measles": payload()})
    made = document(browser)
    assert "What is really happening" in [p.text for p in made.paragraphs if p.style.name == "Heading 1"]
    assert rows(made) == [
        HEADINGS,
        ["Measles", "week of 2 November 2026", "22 (17 to 34); 14 reported", "1.3 (1.04 to 1.7); probably growing",
         "27 (12 to 50)", "34 (6 to 140)"],
        ["Dengue", "week of 2 November 2026", "144 (108 to 216); 90 reported", "0.7 (0.4 to 0.96); probably falling",
         "27 (12 to 50)", "34 (6 to 140)"],
    ]  # fmt: skip
    assert "Probably growing: Measles." in words(made)
    assert "In brackets stands the interval that holds the truth 95 times in 100" in words(made)
    assert "from the counts known then." in words(made)


def test_where_nothing_clearly_grows_it_says_so(browser, source):
    told(source, {"measles": payload(UNCLEAR)})
    assert "Of no disease is it clear that it grows." in words(document(browser))


def test_twelve_lines_are_on_paper_the_growing_first(browser, source):
    told(source, {disease: payload(UNCLEAR, 20.0 + at) for at, disease in enumerate(MANY)})
    last = Estimate.objects.get(series__disease=MANY[0])
    last.payload = payload(GROWS, 5.0)
    last.save()
    found = rows(document(browser))
    assert len(found) == 1 + MOST
    assert found[1][0] == "Measles"
    assert [int(row[2].split()[0]) for row in found[2:4]] == [53, 51]
    assert f"The table has {MOST} of {len(MANY)} lines" in words(document(browser))


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_it_stands_in_the_report_of_each_language(browser, source, diseases, language):
    told(source, {"measles": payload()})
    made = document(browser, language)
    with translation.override(language):
        assert gettext("What is really happening") in words(made)
        assert str(diseases["measles"]) in [row.cells[0].text for table in made.tables for row in table.rows]


def test_the_document_to_be_read_has_it_too(browser, source):
    told(source, {"measles": payload()})
    pages = PdfReader(io.BytesIO(browser.get("/situation/report.pdf").content)).pages
    text = " ".join(page.extract_text() for page in pages).replace("\xa0", " ").replace("\n", " ")
    assert "What is really happening" in text
    assert "34 (6 to 140)" in text
    assert pages[0].mediabox.width < pages[0].mediabox.height


def test_what_else_is_counted_and_where_are_named(browser, source, service, places):
    deaths = Source.objects.create(name="Deaths", organisation=service, place=places["XX"], measure="deaths")
    again = Source.objects.create(name="Laboratories", organisation=service, place=places["XX"])
    for one in (source, deaths, again):
        told(one, {"measles": payload()})
    assert {row[0] for row in rows(document(browser))[1:]} == {
        "Measles, Weekly counts", "Measles (deaths)", "Measles, Laboratories",
    }  # fmt: skip
    Source.objects.filter(pk=again.pk).update(place=places["XX-1"])
    assert {row[0] for row in rows(document(browser))[1:]} == {
        "Measles, Testland", "Measles, Testland (deaths)", "Measles, Region 1",
    }  # fmt: skip


def test_public_counts_of_elsewhere_are_not_taken_for_ones_own(browser, source, places):
    told(source, {"measles": payload()})
    assert rows(document(browser))[1][0] == "Measles"
    Place.objects.filter(code__startswith="XX").update(state=None)
    assert rows(document(browser))[1][0] == "Measles, Testland"


def test_without_estimates_there_is_no_such_part(browser, source):
    assert "What is really happening" not in words(document(browser))


def test_an_exercise_is_not_what_happens(browser, source):
    told(source, {"measles": payload()})
    Source.objects.update(is_exercise=True)
    assert "What is really happening" not in words(document(browser))


def test_newer_counts_and_several_moments_are_told(browser, source):
    told(source, {"measles": payload(), "dengue": payload()})
    Estimate.objects.filter(series__disease="dengue").update(computed_at=timezone.now() - timedelta(days=1))
    assert "each from the counts known then" in words(document(browser))
    assert "Newer counts" not in words(document(browser))
    Estimate.objects.update(generation=0)
    assert "Newer counts have come since this was estimated" in words(document(browser))


def test_the_report_asks_as_much_whatever_is_estimated(browser, source):
    told(source, {disease: payload() for disease in MANY})
    asked = questions(browser, REPORT)
    Estimate.objects.exclude(series__disease="measles").delete()
    assert questions(browser, REPORT) == asked
