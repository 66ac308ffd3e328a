"""What is up to date, and what stands in the way of adoption."""

from dataclasses import replace

from hypothesis import given
from tests.joint.texts.writing import OFFICIAL, decision, paragraph, texts

from tocsin.joint.texts.brackets import has_brackets
from tocsin.joint.texts.findings import Finding
from tocsin.joint.texts.paragraphs import Text
from tocsin.joint.texts.standing import Coverage, coverage, ready_to_adopt, standing_of


def found(*paragraphs):
    return ready_to_adopt(Text(paragraphs), OFFICIAL)


def test_a_text_in_every_official_language_is_ready():
    assert ready_to_adopt(decision(), OFFICIAL) == ()


def test_languages_that_are_not_official_are_never_in_the_way():
    assert found(paragraph("p1", revision=2, ru="а", zh="甲", en=("[a", 1, "machine"))) == ()


def test_what_is_missing_is_named_with_its_place():
    assert found(paragraph("p1", ru="а"), paragraph("p2", en="a")) == (
        Finding("untranslated", "p1", "zh-hans", {"there": ["ru"]}),
        Finding("untranslated", "p2", "ru", {"there": []}),
        Finding("untranslated", "p2", "zh-hans", {"there": []}),
    )


def test_what_is_out_of_date_or_a_machines_is_named():
    assert found(paragraph("p1", revision=3, ru=("а", 1), zh=("甲", 3, "machine"))) == (
        Finding("out-of-date", "p1", "ru", {"revision": 1, "paragraph_at": 3}),
        Finding("machine-text", "p1", "zh-hans"),
    )


def test_what_is_not_agreed_is_named_in_each_language():
    assert found(paragraph("p1", ru="в течение [24] [48] часов", zh="在［24］［48］小时内")) == (
        Finding("brackets", "p1", "ru", {"passages": 2}),
        Finding("brackets", "p1", "zh-hans", {"passages": 2}),
    )
    assert [one.code for one in found(paragraph("p1", ru="в течение [24 часов", zh="甲"))] == [
        "brackets",
        "bracket-not-closed",
    ]


def test_other_numbers_of_numbered_lines_differ():
    three = "Стороны:\n1) выявляют;\n2) сообщают;\n3) изолируют."
    two = "各方：\n（一）早发现；\n（二）早报告。"
    assert found(paragraph("p1", ru=three, zh=two)) == (
        Finding("numbering-differs", "p1", None, {"lines": {"ru": 3, "zh-hans": 2}}),
    )
    assert found(paragraph("p1", ru=three, zh=f"{two}\n（三）早隔离。")) == ()


def test_a_language_is_counted_by_standing():
    text = Text((
        paragraph("p1", ru="а", en="a"),
        paragraph("p2", revision=2, ru="б", en=("b", 1, "machine")),
        paragraph("p3", ru="в", en=("c", 1, "machine")),
        paragraph("p4", ru="г"),
    ))  # fmt: skip
    assert coverage(text, "en") == Coverage(current=2, out_of_date=1, untranslated=1, machine=1)
    assert (coverage(text, "ru").complete, coverage(text, "en").complete) == (True, False)
    assert coverage(decision(), "en").complete
    assert not coverage(Text((paragraph("p1", revision=2, ru="а", en=("a", 1)),)), "en").complete


@given(texts())
def test_a_text_is_current_only_if_its_revision_is_the_paragraphs(text):
    for one in text.paragraphs:
        for language in ("ru", "zh-hans", "en"):
            said = one.texts.get(language)
            expected = said is not None and said.revision == one.revision
            assert (standing_of(one, language) == "current") == expected
            assert (standing_of(replace(one, revision=one.revision + 1), language) == "current") is False
    for language in ("ru", "zh-hans", "en"):
        counted = coverage(text, language)
        assert counted.current + counted.out_of_date + counted.untranslated == len(text.paragraphs)


@given(texts())
def test_nothing_is_in_the_way_only_of_a_text_that_is_whole_and_agreed(text):
    whole = all(
        (said := one.texts.get(language)) is not None
        and said.revision == one.revision
        and said.standing != "machine"
        and not has_brackets(said.text)
        for one in text.paragraphs
        for language in OFFICIAL
    )
    codes = {one.code for one in ready_to_adopt(text, OFFICIAL)}
    assert whole == (codes <= {"numbering-differs"})
