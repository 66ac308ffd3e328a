"""The situation report, opened again as Word would."""

import io
import zipfile
from datetime import UTC, date, datetime

import numpy as np
import pytest
from docx import Document
from docx.oxml.ns import qn

from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.pictures import series_picture
from tocsin.node.exports.situation_report import Chapter, SituationReport, Trend, situation_report_docx

TEXTS = {
    "en": ("Cholera in Karsu: 14 cases, 3.1 expected", "Cases have risen for five weeks. <b>&amp;"),
    "ru": ("Холера в районе Карсу: 14 случаев, ожидалось 3,1", "Число случаев растёт пять недель подряд."),
    "zh-hans": ("卡尔苏区霍乱：14例，预期3.1例", "病例数已连续五周上升。"),
}


def report(language="en", **more):
    title, sentence = TEXTS[language]
    columns = [Column("d", "Disease"), Column("w", "Week", "date"), Column("n", "Cases", "whole")]
    dates = np.datetime64("2026-01-05") + np.timedelta64(7, "D") * np.arange(8)
    given = {
        "language": language,
        "title": title,
        "state": "Altania",
        "period": "9–15 March 2026",
        "made_at": datetime(2026, 3, 15, 4, 5, tzinfo=UTC),
        "classification": "NATIONAL",
        "threads": Table("", columns, [(title, date(2026, 3, 9), 1234), (sentence, None, None)]),
        "late_sources": Table("", columns[:1], []),
        "exercise": "EXERCISE · УЧЕНИЕ · 演练",
        "made_by": "Amina",
        "summary_sentences": [sentence, "=1+1\x00"],
        "trends": [Trend(series_picture(title, dates, range(8)), sentence, title)],
        "notes": ["A note."],
    }
    return SituationReport(**{**given, **more})


def opened(made):
    return Document(io.BytesIO(situation_report_docx(made)))


@pytest.mark.parametrize("language", TEXTS)
def test_texts_of_three_languages_are_whole(language):
    document = opened(report(language))
    title, sentence = TEXTS[language]
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[0] == title
    assert paragraphs.count(sentence) == 2  # in the summary, and under the picture
    assert [row.cells[0].text for row in document.tables[0].rows] == ["Disease", title, sentence]
    assert document.core_properties.title == title


def test_values_are_written_in_the_reports_language_whichever_is_active():
    cells = [cell.text for cell in opened(report("ru")).tables[0].rows[1].cells]
    assert [cell.replace("\xa0", " ") for cell in cells[1:]] == ["9 мар. 2026 г.", "1 234"]


def test_it_is_built_of_styles_that_a_person_can_change():
    document = opened(report())
    assert document.paragraphs[0].style.name == "Title"
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings == ["Summary", "Signals that need attention", "Trends", "Sources that are late", "Notes"]
    assert document.tables[0].style.name == "Tocsin Table"
    assert "documentProtection" not in document.settings.element.xml


def test_a_chapter_stands_after_the_signals_with_its_table_and_how_to_read_it():
    columns = [Column("d", "Disease"), Column("n", "in the end")]
    chapter = Chapter(
        "What is really happening", ["It grows."], Table("", columns, [("Cholera", "23")]), ["Brackets\x00."]
    )
    document = opened(report(chapters=[chapter]))
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings[1:4] == ["Signals that need attention", "What is really happening", "Trends"]
    assert [cell.text for row in document.tables[1].rows for cell in row.cells] == [
        "Disease", "in the end", "Cholera", "23",
    ]  # fmt: skip
    said = [paragraph.text for paragraph in document.paragraphs]
    assert said.index("It grows.") == said.index("What is really happening") + 1
    assert "Brackets\ufffd." in said


def test_classification_and_date_stand_at_top_and_bottom_and_the_exercise_too():
    section = opened(report()).sections[0]
    header, footer = ([p.text for p in part.paragraphs] for part in (section.header, section.footer))
    assert header == ["NATIONAL", "EXERCISE · УЧЕНИЕ · 演练"]
    assert footer[0].startswith("NATIONAL · 15 March 2026")
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert len(opened(report(exercise="")).sections[0].header.paragraphs) == 1


@pytest.mark.parametrize(("language", "tag"), [("en", "en-GB"), ("ru", "ru-RU"), ("zh-hans", "zh-CN")])
def test_chinese_has_its_font_and_the_document_its_language(language, tag):
    styles = opened(report(language)).styles
    for name in ("Normal", "Title", "Heading 1", "Caption"):
        fonts = styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
        assert fonts.get(qn("w:eastAsiaTheme")) is None
    lang = next(styles.element.iter(qn("w:lang")))
    assert lang.get(qn("w:eastAsia" if language == "zh-hans" else "w:val")) == tag


def test_pictures_are_raster_with_a_description_and_within_the_page():
    document = opened(report())
    (shape,) = document.inline_shapes
    section = document.sections[0]
    assert shape.width <= section.page_width - section.left_margin - section.right_margin
    assert shape._inline.docPr.get("descr") == TEXTS["en"][0]
    with zipfile.ZipFile(io.BytesIO(situation_report_docx(report()))) as parts:
        (name,) = [part for part in parts.namelist() if part.startswith("word/media/")]
        assert parts.read(name).startswith(b"\x89PNG")


def test_empty_parts_say_that_there_is_nothing():
    empty = Table("", [Column("d", "Disease")], [])
    document = opened(report(threads=empty, summary_sentences=[], trends=[], notes=[]))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert {"Nothing out of the ordinary.", "None.", "None: all sources have reported."} <= set(paragraphs)
    assert "Trends" not in paragraphs
    assert document.tables == []


def test_a_control_character_does_not_break_the_file():
    assert "=1+1\ufffd" in [paragraph.text for paragraph in opened(report()).paragraphs]
