"""Terms found in a text: in each language, by their endings, the longest first, always alike."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.node.notifications.glossary import Match, found_in
from tocsin.node.notifications.glossary.stems import stem, tokens
from tocsin.node.notifications.glossary.terms import fixed_terms

CHOLERA = ("Cholera", "Холера", "霍乱")
KARSU = ("Karsu", "Карсу", "卡尔苏")


def english(texts, language, names=()):
    return [match.en for match in found_in([texts], language, names)]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Вспышки холеры.", "outbreak"),
        ("вспышкой", "outbreak"),
        ("Случай бубонной чумы", "plague"),
        ("под медицинским наблюдением", "medical observation"),
        ("медицинского наблюдения", "medical observation"),
        ("о подтверждённых случаях", "confirmed case"),
        ("подтвержденный случай", "confirmed case"),
        ("введён карантин", "quarantine"),
        ("природного очага", "natural focus"),
    ],
)
def test_russian_words_are_found_in_any_of_their_forms(text, term):
    assert term in english(text, "ru")


@pytest.mark.parametrize("text", ["two outbreaks", "An outbreak", "OUTBREAK!"])
def test_english_words_are_found_in_the_plural_too(text):
    assert "outbreak" in english(text, "en")


def test_chinese_terms_are_found_without_spaces_the_longest_first():
    assert english("发现确诊病例", "zh") == ["confirmed case"]
    assert english("霍乱暴发。", "zh", [CHOLERA]) == ["Cholera", "outbreak"]


def test_a_longer_term_goes_before_the_words_in_it():
    assert english("the alert threshold", "en") == ["alert threshold"]


def test_names_of_diseases_and_places_are_found():
    assert english("Холерой в Карсу", "ru", [CHOLERA, KARSU]) == ["Cholera", "Karsu"]


def test_each_match_has_all_three_languages():
    assert found_in(["чума"], "ru") == [Match("plague", "чума", "鼠疫")]


def test_a_word_that_only_begins_alike_is_not_it():
    assert english("сигнализация", "ru") == []
    assert english("eventually", "en") == []


def test_a_language_that_has_no_terms_finds_none():
    assert found_in(["outbreak"], "fr") == []


@given(st.text(max_size=200), st.sampled_from(["en", "ru", "zh"]))
def test_any_text_gives_the_same_terms_each_time_each_once(text, language):
    found = found_in([text], language)
    assert found == found_in([text], language)
    assert len(found) == len(set(found)) <= 40


@given(st.sampled_from(fixed_terms()), st.sampled_from([0, 1, 2]))
def test_every_term_finds_itself_or_a_longer_one_of_its_words(term, at):
    language = ("en", "ru", "zh")[at]
    if len(term[at]) < 3:
        return
    found = found_in([term[at]], language)
    said = {tuple(map(stem, tokens(getattr(match, language)))) for match in found}
    assert tuple(map(stem, tokens(term[at]))) in said or found


def test_the_terms_of_the_field_are_those_of_the_glossary():
    import tomllib

    from tocsin.node.notifications.glossary.terms import TERMS

    glossary = (Path(__file__).parents[3] / "docs" / "glossary.md").read_text("utf-8")
    rows = [re.split(r"\s*\|\s*", line)[1:4] for line in glossary.splitlines() if line.startswith("|")]
    for en, ru, zh in tomllib.loads(TERMS.read_text("utf-8"))["terms"]:
        words = [en.split()[0], ru.split()[0], zh[:2]]
        assert any(all(word in cell for word, cell in zip(words, row, strict=True)) for row in rows), en
