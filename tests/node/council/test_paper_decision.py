"""A decision on paper: in each language and in all, drafts marked, with who takes part and with its digests."""

import io

import pytest
from docx import Document
from pypdf import PdfReader
from tests.node.council.measure_scenes import a_measure, adopted
from tests.node.council.scenes import a_proposal, decision, say
from tests.node.joint.scenes import PARAGRAPH

from tocsin.joint.texts.paragraphs import digest_of
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.council.actions import keeping, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(dara, signed_in):
    return signed_in(dara)


def paper(browser, of, language, format="docx", **asked):
    return browser.get(f"/council/decisions/{of.pk}/papers/{language}.{format}", asked)


def words(answer):
    """All that a Word document says: paragraphs, cells, header and footer."""
    assert answer.status_code == 200, answer.content
    document = Document(io.BytesIO(answer.content))
    section = document.sections[0]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    edges = [one.text for edge in (section.header, section.footer) for one in edge.paragraphs]
    return "\n".join([*(one.text for one in document.paragraphs), *cells, *edges])


def of_pdf(answer):
    assert answer.status_code == 200, answer.content
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "\n".join(page.extract_text() for page in pages)


def test_an_adopted_decision_says_its_text_its_states_and_its_digests(browser, joined, partner, dara):
    of = adopted(dara, joined, partner, a_measure("m1", "BO"))
    say(partner, joined, "CE", of, "position", paragraph="p1", text="Мы толкуем это узко.")
    said = words(paper(browser, of, "ru"))
    for expected in (
        "О мерах в Карсу", "Усилить надзор в пункте пропуска.", "Мы толкуем это узко.", "Совместное обследование очага",
        digest_of(decision(of).text, "ru"), digest_of(decision(of).text, "zh-hans"), str(of.object_id),
    ):  # fmt: skip
        assert expected in said
    assert "加强口岸监测。" not in said, "the other language has a paper of its own"
    assert "DRAFT" not in said


def test_all_official_languages_stand_one_after_the_other(browser, joined, partner, dara):
    of = adopted(dara, joined, partner)
    said = words(paper(browser, of, "all"))
    assert "Усилить надзор в пункте пропуска." in said
    assert "加强口岸监测。" in said
    assert "not a legal signature" in said
    assert "For: all members" in said


def test_the_words_around_are_in_the_language_of_the_paper(browser, joined, partner, dara):
    of = adopted(dara, joined, partner)
    assert "all members" in words(paper(browser, of, "all"))
    assert "все государства-члены" in words(paper(browser, of, "ru"))
    assert "全体成员国" in words(paper(browser, of, "zh-hans"))


@pytest.mark.parametrize("format", ["pdf", "docx"])
def test_a_draft_says_so_on_every_page_with_what_is_not_agreed(browser, joined, partner, dara, format):
    bracketed = {
        **PARAGRAPH,
        "texts": {**PARAGRAPH["texts"], "ru": {"text": "Усилить [надзор].", "rev": 1, "standing": "authentic"}},
    }
    of = a_proposal(dara, text={"paragraphs": [bracketed]})
    answer = paper(browser, of, "all", format)
    said = words(answer) if format == "docx" else of_pdf(answer)
    assert "DRAFT, version 1" in said
    assert "none is bound by it" in said
    assert "Усилить [надзор]." in said
    assert "it is not agreed" in said
    assert "draft" in answer["Content-Disposition"]


def test_another_version_says_that_a_later_one_is_on_the_table(browser, proposal, dara):
    keeping.consider(proposal, by=dara)
    changed = {
        "id": "p1", "kind": "operative", "rev": 2,
        "texts": {
            "ru": {"text": "Иначе.", "rev": 2, "standing": "authentic"},
            "zh-hans": {"text": "另。", "rev": 2, "standing": "authentic"},
        },
    }  # fmt: skip
    texts.amend(
        proposal, base=1, changes=[{"paragraph": "p1", "after": None, "to": changed}], note="", language="ru", by=dara
    )
    assert "Иначе." in words(paper(browser, proposal, "all"))
    first = words(paper(browser, proposal, "all", version="1"))
    assert "Усилить надзор" in first
    assert "Иначе." not in first
    assert "This is version 1." in first
    assert paper(browser, proposal, "all", version="3").status_code == 404


def test_a_translation_says_what_it_is_and_what_it_lacks(browser, proposal, person):
    lin, words_en = person("translator", name="Lin"), {"p1": "Strengthen surveillance."}
    texts.translate(proposal, base=1, language="en", standing="machine", texts=words_en, by=lin)
    said = words(paper(browser, proposal, "en"))
    assert "Strengthen surveillance." in said
    assert "A translation into English" in said
    assert "machine translation, not checked" in said
    assert paper(browser, proposal, "kk").status_code == 404


def test_a_pdf_is_set_in_each_language(browser, joined, partner, dara):
    of = adopted(dara, joined, partner, a_measure())
    for language, expected in (("ru", "Усилить надзор"), ("zh-hans", "加强口岸监测"), ("all", "Усилить надзор")):
        said = of_pdf(paper(browser, of, language, "pdf"))
        assert expected in said
        assert "УЧЕНИЕ" in said, "the alliance of the tests is an exercise"


def test_taking_it_is_on_record_and_needs_more_than_reading(browser, joined, partner, dara, person, signed_in):
    of = adopted(dara, joined, partner)
    paper(browser, of, "ru")
    entry = AuditEntry.objects.get(act="decision.exported")
    assert (entry.by, entry.details["language"], entry.details["version"]) == (dara, "ru", 1)
    for role, answer in (("translator", 403), ("logistics", 403), ("secretariat", 200), ("epidemiologist", 200)):
        assert paper(signed_in(person(role)), of, "ru").status_code == answer, role
    assert paper(browser, of, "ru", "odt").status_code == 404


def test_the_page_of_papers_offers_every_language_and_format(browser, joined, partner, dara):
    of = adopted(dara, joined, partner)
    page = browser.get(f"/council/decisions/{of.pk}/papers/").text
    for one in ("all.pdf", "ru.docx", "zh-hans.pdf"):
        assert f"/papers/{one}" in page
    assert "Whoever has the file can read it" in page
