"""Translations stand beside what is negotiated and never touch it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.joint.texts.writing import OFFICIAL, decision, paragraph, texts, words

from tocsin.joint.texts.findings import TextError
from tocsin.joint.texts.paragraphs import LanguageText, Text, digest_of
from tocsin.joint.texts.standing import standing_of
from tocsin.joint.texts.translating import translated


def translate(text, given_texts, language="en", standing="human_checked"):
    return translated(text, language=language, standing=standing, texts=given_texts, official=OFFICIAL)


def test_a_translation_makes_no_new_version():
    text = decision()
    done = translate(text, {"p2": "Having regard to the outbreak of cholera,"})
    assert done.version == text.version
    assert done.paragraph("p2").wording("en") == "Having regard to the outbreak of cholera,"
    assert [done.paragraphs[at] for at in (0, 2, 3)] == [text.paragraphs[at] for at in (0, 2, 3)]


def test_a_translation_that_was_out_of_date_is_up_to_date_afterwards():
    behind = Text((paragraph("p1", revision=3, ru="Сообщать сразу.", en=("To notify.", 1)),), 3)
    assert translate(behind, {"p1": "To notify."}).paragraph("p1").texts["en"].revision == 3


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"language": "ru", "given_texts": {"p1": "О мерах"}}, "official-language"),
        ({"standing": "authentic", "given_texts": {"p1": "Measures"}}, "unknown-standing"),
        ({"given_texts": {"p7": "Measures"}}, "no-such-paragraph"),
        ({"given_texts": {"p1": " "}}, "empty-text"),
        ({"given_texts": {"p1": "x" * 20_001}}, "text-too-long"),
        ({"standing": "machine", "given_texts": {"p1": "Action at crossing Karsu"}}, "machine-over-checked"),
        ({"given_texts": {"p1": "Measures at the Karsu crossing"}}, "nothing-changed"),
        ({"given_texts": {}}, "nothing-changed"),
    ],
)
def test_what_is_no_translation_is_refused_by_name(options, code):
    with pytest.raises(TextError) as refusal:
        translate(decision(), **options)
    assert refusal.value.code == code


def test_a_machine_replaces_what_a_person_checked_once_that_is_out_of_date():
    behind = Text((paragraph("p1", revision=2, ru="Сообщать сразу.", en=("To notify.", 1)),))
    done = translate(behind, {"p1": "Notify at once."}, standing="machine")
    assert done.paragraph("p1").texts["en"] == LanguageText("Notify at once.", 2, "machine")
    assert translate(done, {"p1": "To notify at once."}).paragraph("p1").texts["en"].standing == "human_checked"


@given(texts(), st.data())
def test_what_is_negotiated_reads_the_same_afterwards(text, data):
    told = data.draw(st.dictionaries(st.sampled_from([one.id for one in text.paragraphs]), words, min_size=1))
    done = translate(text, {one: f"{words} (en)" for one, words in told.items()})
    assert [digest_of(done, one) for one in OFFICIAL] == [digest_of(text, one) for one in OFFICIAL]
    assert {one.id for one in done.paragraphs if one != text.paragraph(one.id)} == set(told)
    assert all(standing_of(done.paragraph(one), "en") == "current" for one in told)
