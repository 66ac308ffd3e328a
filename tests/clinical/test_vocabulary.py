"""The vocabulary: every code has its words in three languages, and what it does not have is refused by name."""

import re

import pytest

from tocsin.clinical.measures import laboratory, vitals
from tocsin.clinical.vocabulary import (
    LANGUAGES,
    UnknownCode,
    codes,
    definition,
    group_of,
    grouped,
    hours_to_answer,
    kinds,
    units_of,
    word,
)

EXPECTED = {
    "specialty", "clinician_role", "severity", "sex", "consent_kind", "urgency", "outcome", "advice_followed", "route",
    "frequency", "organ_support", "return_reason", "decline_reason", "transport",
}  # fmt: skip
HAN, CYRILLIC = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[а-яё]", re.IGNORECASE)
EVERY = [(kind, code) for kind in kinds() for code in codes(kind)]
# Units and abbreviations are written alike in several languages.
ALIKE = {"unit", "support_setting", "code_system"}


def test_every_kind_is_there():
    assert set(kinds()) >= EXPECTED
    assert len(codes("specialty")) >= 45
    assert codes("severity") == ("mild", "moderate", "severe", "critical")
    assert codes("consent_kind") == ("care", "registry", "research", "teaching")


@pytest.mark.parametrize(("kind", "code"), EVERY, ids=[f"{kind}-{code}" for kind, code in EVERY])
def test_a_code_has_its_words(kind, code):
    assert re.fullmatch(r"[a-z0-9_-]+", code) or kind == "unit"
    english, russian, chinese = (word(kind, code, language) for language in LANGUAGES)
    assert min(len(english), len(russian), len(chinese)) > 0
    if kind not in ALIKE:
        assert CYRILLIC.search(russian)
        assert HAN.search(chinese) or code in {"icd10", "icd11"}
        assert not HAN.search(english + russian)
        assert not CYRILLIC.search(english + chinese)


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind != "unit"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_codes_of_a_kind_read_alike(kind, language):
    words = [word(kind, code, language) for code in codes(kind)]
    assert len(set(words)) == len(words)


def test_what_it_does_not_have_is_refused_by_name():
    with pytest.raises(UnknownCode, match="'moods' is no kind"):
        codes("moods")
    with pytest.raises(UnknownCode, match="'huge' is no code of severity; it has mild, moderate, severe, critical"):
        word("severity", "huge", "en")
    with pytest.raises(UnknownCode, match="'de' is no language"):
        word("severity", "mild", "de")
    with pytest.raises(UnknownCode, match="stand in no groups"):
        grouped("sex")
    with pytest.raises(UnknownCode, match="'soon' is no code of urgency"):
        hours_to_answer("soon")


def test_the_hours_to_an_answer():
    assert [hours_to_answer(urgency) for urgency in codes("urgency")] == [1, 4, 24]


@pytest.mark.parametrize("language", LANGUAGES)
def test_severity_is_defined(language):
    said = [definition("severity", code, language) for code in codes("severity")]
    assert all(sentence.endswith((".", "。")) for sentence in said)
    assert ["90" in sentence for sentence in said] == [False, True, True, False]
    assert definition("sex", "male", language) == ""


def test_every_organ_support_stands_in_one_group_that_has_words():
    members = [code for group in grouped("organ_support").values() for code in group]
    assert sorted(members) == sorted(codes("organ_support"))
    assert tuple(grouped("organ_support")) == codes("organ_support_group")
    assert group_of("organ_support", "crrt") == "blood_purification"
    assert group_of("organ_support", "ecmo_va") == "circulatory"


def test_every_unit_that_may_be_given_has_words_and_none_besides():
    measured = {unit for one in (*vitals().values(), *laboratory().values()) for unit in one.units}
    settings = {unit for code in codes("support_setting") for unit in units_of("support_setting", code)}
    assert measured | settings | set(units_of("dose")) == set(codes("unit"))
    assert units_of("support_setting", "mode") == ()
    assert {test.group for test in laboratory().values()} == set(codes("laboratory_group"))
