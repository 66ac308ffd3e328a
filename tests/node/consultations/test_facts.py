"""What was measured and given, as it is read: numbers and days as the reader's language writes them."""

from io import BytesIO

import pytest
from django.utils import translation
from docx import Document
from pypdf import PdfReader
from tests.node.consultations.draft_scenes import FOUND, again, at, posted, seen
from tests.node.consultations.scenes import a_draft, ask_for

from tocsin.node.consultations.forms.draft_course import CourseStep
from tocsin.node.consultations.models import ClinicalNote
from tocsin.node.consultations.pages.patient import facts_of

MEASURED = FOUND | {
    "onset_on": "2026-02-27",
    "vitals": [
        {"at": "2026-03-09T06:00Z", "code": "temperature", "value": "39.10", "unit": "Cel"},
        {"at": "2026-03-08", "code": "heart_rate", "value": "125", "unit": "/min"},
    ],
    "laboratory": [
        {"at": "2026-03-08", "loinc": "", "display": "CRP", "value": "0.5", "unit": "mg/dL", "comparator": "<",
         "reference": "0.2–0,5"},
        {"at": "2026-03-08", "loinc": "", "display": "BE", "value": "-3.5", "unit": "mmol/L", "comparator": "",
         "reference": "see p. 3.5"},
        {"at": "2026-03-08", "loinc": "", "display": "Ferritin", "value": "1250", "unit": "ng/mL", "comparator": "",
         "reference": ""},
    ],
    "medication": [
        {"substance": "Adrenaline", "atc": "", "dose": "0.05", "unit": "mg", "route": "", "frequency": "",
         "from": "2026-03-08", "until": "2026-03-09"},
    ],
    "support": [
        {"kind": "hfno", "from": None, "until": "2026-03-09",
         "settings": [{"name": "fio2", "value": "0.45", "unit": "1"}]},
    ],
}  # fmt: skip
READ = {
    "en": ("39.10 °C", "9 Mar 2026, 06:00 UTC", "<0.5 mg/dL", "0.2–0.5", "0.05 mg", "8 Mar 2026 – 9 Mar 2026", "0.45"),
    "ru": (
        "39,10 °C", "9 мар. 2026 г., 06:00 UTC", "<0,5 мг/дл", "0,2–0,5", "0,05 мг", "8 мар. 2026 г. – 9 мар. 2026 г.",
        "0,45",
    ),
    "zh-hans": (
        "39.10 °C", "2026年3月9日 06:00 UTC", "<0.5 mg/dL", "0.2–0.5", "0.05 mg", "2026年3月8日 – 2026年3月9日", "0.45",
    ),
}  # fmt: skip


def cells(language: str) -> list[str]:
    with translation.override(language):
        facts = facts_of(MEASURED)
        return [cell.replace("\xa0", " ") for table in facts.tables for row in table.rows for cell in row]


@pytest.mark.parametrize("language", READ)
def test_numbers_and_days_are_written_as_the_reader_does(language):
    read = cells(language)
    for one in READ[language]:
        assert any(one in cell for cell in read), (one, read)
    assert not [cell for cell in read if "2026-" in cell]


@pytest.mark.parametrize("language", READ)
def test_thousands_are_not_set_apart_and_words_stay_their_authors(language):
    read = cells(language)
    assert any(cell.startswith("1250") for cell in read)
    assert "see p. 3.5" in read
    assert any("-3,5" in cell if language == "ru" else "-3.5" in cell for cell in read)


@pytest.fixture
def case(db, mira, river):
    return ask_for(mira, [river], by=mira.person, content=MEASURED)


def spoken(person, language: str):
    person.language = language
    person.save()
    return person


@pytest.mark.parametrize("language", READ)
def test_the_page_and_the_paper_of_a_case_say_the_same(language, case, mira, signed_in):
    client = signed_in(spoken(mira.person, language))
    page = client.get(f"/consultations/{case.pk}/").content.decode().replace("&lt;", "<").replace("\xa0", " ")
    word = Document(BytesIO(client.get(f"/consultations/{case.pk}/outcome/{language}/docx/").content))
    rows = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    paper = "\n".join([*(one.text for one in word.paragraphs), *rows]).replace("\xa0", " ")
    pdf = PdfReader(BytesIO(client.get(f"/consultations/{case.pk}/outcome/{language}/pdf/").content))
    printed = "".join("".join(one.extract_text().split()) for one in pdf.pages)
    for one in READ[language]:
        assert one in page, one
        assert one in paper, one
        assert "".join(one.split()) in printed, one
    assert "2026-03-0" not in paper


def test_the_paper_is_in_its_own_language_whatever_the_readers(case, mira, signed_in):
    client = signed_in(spoken(mira.person, "en"))
    word = Document(BytesIO(client.get(f"/consultations/{case.pk}/outcome/ru/docx/").content))
    rows = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert any("39,10" in one for one in rows)


def test_what_goes_along_to_a_transfer_says_the_same(case, mira, signed_in):
    page = signed_in(spoken(mira.person, "ru")).get(f"/transfers/new/?case={case.pk}").content.decode()
    assert "39,10" in page
    assert "2026-03-0" not in page


def test_fields_keep_the_point_so_that_they_take_what_they_show(mira, river, signed_in, db):
    rows = [{**MEASURED["laboratory"][0], "value": "1.200"}]
    draft = a_draft(mira, [river], by=mira.person, content=MEASURED | {"laboratory": rows})
    client = signed_in(spoken(mira.person, "ru"))
    assert 'value="1.200"' in client.get(at(draft, "course")).content.decode()
    with translation.override("ru"):
        data = posted(CourseStep(again(draft), person=mira.person))
    client.post(at(draft, "course"), seen(draft, **data))
    assert again(draft).content["laboratory"][0]["value"] == "1.200"


def test_programs_are_told_as_documents_have_it(case, mira, signed_in):
    client = signed_in(spoken(mira.person, "ru"))
    bundle = client.get(f"/consultations/{case.pk}/fhir/").content.decode()
    assert "39.10" in bundle
    assert "39,10" not in bundle
    assert ClinicalNote.objects.get().content["vitals"][0]["value"] == "39.10"
