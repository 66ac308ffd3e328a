"""The vocabulary: every code that a document may say has words in three languages, and no two choices look alike."""

import json
import re

import pytest
from django import forms
from django.utils import translation

from tocsin.exchange.types.registry import TYPES
from tocsin.node.events import vocabulary
from tocsin.node.events.instruments.risk import read_risk
from tocsin.node.events.vocabulary.reading import FOLDER, WORDED_BY_THEIR_PAGES, words
from tocsin.node.language.compiled import LOCALES
from tocsin.node.language.proofreading import _FOREIGN, _NARROW_MARK, _terms

# Types that pages word otherwise; their codes are no choices of an event.
WORDED_ELSEWHERE = {"weekly-indicators", "message", "receipt", "erasure"} | WORDED_BY_THEIR_PAGES
LANGUAGES = {"en": 0, "ru": 1, "zh-hans": 2}
KINDS = vocabulary.kinds()


def test_every_code_of_every_schema_has_words_and_every_word_a_code():
    assert {kind: list(said) for kind, said in words().items()} == {kind: list(codes) for kind, codes in KINDS.items()}


def test_codes_stand_in_the_schemas_under_a_name():
    """A list of codes that no name stands for would have no words."""
    for (name, _), kind in TYPES.items():
        if name not in WORDED_ELSEWHERE:
            rest = json.dumps({key: value for key, value in kind.schema.items() if key != "$defs"})
            defined = [rule for rule in kind.schema["$defs"].values() if "enum" not in rule]
            assert '"enum"' not in rest + json.dumps(defined), name


def test_a_list_of_codes_is_the_same_in_every_schema():
    first = {}
    for name, rule in ((name, rule) for kind in TYPES.values() for name, rule in kind.schema.get("$defs", {}).items()):
        if "enum" in rule:
            assert tuple(rule["enum"]) == first.setdefault(name, tuple(rule["enum"])), name
    assert {name: first[name] for name in KINDS} == dict(KINDS)


def test_no_kind_stands_in_two_files():
    found = [kind for path in FOLDER.glob("*.toml") for kind in re.findall(r"(?m)^\[(\w+)\]", path.read_text("utf-8"))]
    assert sorted(found) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_words_are_translated_in_the_letters_and_by_the_glossary_of_their_language(kind):
    for code in KINDS[kind]:
        en, ru, zh = words()[kind][code]
        assert len({en, ru, zh}) == 3, code
        assert re.search("[а-яё]", ru.lower()), code
        assert re.search("[\u4e00-\u9fff]", zh), code
        for language, said in (("ru", ru), ("zh-hans", zh)):
            assert said == said.strip(), code
            assert not _FOREIGN[language].search(said), code
            complaints = [one.why for one in _terms(LOCALES / "terms.toml", language) if one.complaint(en, said)]
            assert complaints == [], code
        assert not _NARROW_MARK.search(zh), code
        assert not re.search("[\u4e00-\u9fff]\\(", zh), code


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_codes_of_a_kind_are_called_alike(kind, language):
    said = [list(words()[kind][code])[LANGUAGES[language]] for code in KINDS[kind]]
    assert len(set(said)) == len(said)


def test_scales_are_called_as_the_instruments_call_them():
    scales = read_risk()
    for kind, steps in (
        ("likelihood", scales.likelihoods),
        ("impact", scales.impacts),
        ("risk_level", scales.levels),
        ("confidence", scales.confidences),
    ):
        assert {step.code: tuple(step.name) for step in steps} == {
            code: tuple(words()[kind][code]) for code in KINDS[kind]
        }


def test_a_word_is_in_the_language_of_the_reader():
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(vocabulary.word("measure", "isolation"))
    assert said == ["isolation of cases", "изоляция больных", "隔离病例"]


def test_a_code_of_a_later_release_stands_for_itself():
    assert vocabulary.word("measure", "weather_control") == "weather_control"


def test_choices_are_in_the_order_of_the_schema_and_worded_when_they_are_shown():
    field = forms.ChoiceField(choices=vocabulary.choices("risk_level"))
    assert [code for code, _ in field.choices] == ["low", "moderate", "high", "very_high"]
    with translation.override("ru"):
        assert "очень высокий" in field.widget.render("level", None)
    with translation.override("zh-hans"):
        assert "极高" in field.widget.render("level", None)
