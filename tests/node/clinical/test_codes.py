"""Codes are found by code and by words of three languages, and what is typed is checked."""

import pytest
from django.urls import include, path
from django.utils import translation
from tests.clinical.content.samples import sample, with_

from tocsin.node.clinical.codes import FoundCode, find_codes, problems_of_diagnoses, title_of, typed_code

urlpatterns = [path("", include("tocsin.node.clinical.urls")), path("", include("tocsin.node.urls"))]
CHOLERA = FoundCode("icd11", "1A00", "cholera")


@pytest.mark.parametrize(
    "query",
    ["1A00", "1a00", "cholera", "CHOLERA", "choler", "холера", "Холер", "kholera", "霍乱", "huoluan", " cholera "],
)
def test_a_disease_of_the_short_list_is_found_without_any_load(db, query):
    assert CHOLERA in find_codes(query)


@pytest.mark.parametrize(("language", "title"), [("en", "cholera"), ("ru", "холера"), ("zh-hans", "霍乱")])
def test_titles_are_the_readers(loaded, language, title):
    with translation.override(language):
        assert find_codes("1A00")[0].title == title
        assert title_of("icd11", "1A00") == title
        assert find_codes("berylliosis") == [FoundCode("icd11", "DB97.1", "Hepatic berylliosis")]


def test_words_stand_in_any_order(loaded):
    [found] = find_codes("deficiency QI lung")
    assert found == FoundCode("icd11-tm", "SF80", "Lung qi deficiency pattern (TM1)")
    assert find_codes("lung fire") == []


def test_a_word_of_the_whole_list_is_found_from_its_beginning(loaded):
    assert [one.code for one in find_codes("interst")] == ["CB03.3"]
    assert find_codes("nterstitial") == []


def test_the_code_that_was_typed_comes_first(loaded):
    assert [one.code for one in find_codes("cb03")] == ["CB03", "CB03.3"]
    assert {one.code[:3] for one in find_codes("2A5", limit=50)} == {"2A5"}


def test_what_is_called_by_the_fewest_letters_comes_first(loaded):
    assert [one.code for one in find_codes("lung qi")] == ["SF81", "SF80", "SF99"]


def test_a_code_stands_once(loaded):
    found = [one.code for one in find_codes("pneumonia", limit=100)]
    assert found.count("CA40.Z") == 1
    assert found[0] == "CA40.Z"


def test_systems(loaded):
    assert {one.system for one in find_codes("disorder")} == {"icd11-tm"}
    assert find_codes("disorder", system="icd11") == []
    assert [one.code for one in find_codes("jaundice", system="icd11-tm")] == ["SA01"]
    assert find_codes("cholera", system="icd11-tm") == []
    assert find_codes("cholera", system="icd10") == [FoundCode("icd10", "A00.9", "cholera")]
    assert "icd10" not in {one.system for one in find_codes("cholera")}
    assert find_codes("J18") == [FoundCode("icd10", "J18.9", "pneumonia")]


@pytest.mark.parametrize("query", ["", "   ", "%", "_", "\\", "'", "нет такого", "9" * 5000, "\x00", "\x00qqqq"])
def test_what_finds_nothing_finds_nothing(loaded, query):
    assert find_codes(query) == []


def test_there_are_no_more_than_were_asked_for(loaded):
    assert len(find_codes("invented")) == 20
    assert len(find_codes("invented", limit=3)) == 3
    assert find_codes("invented", limit=0) == []
    assert find_codes("invented", limit=-1) == []


@pytest.mark.parametrize(
    ("typed", "system", "found"),
    [
        ("1a00", "", CHOLERA),
        ("1A00 cholera", "", CHOLERA),
        ("SA01, jaundice", "", FoundCode("icd11-tm", "SA01", "Jaundice disorder (TM1)")),
        ("J18.9", "", FoundCode("icd10", "J18.9", "pneumonia")),
        ("J18.9", "icd11", None),
        ("SA01", "icd11", None),
        ("1A00", "icd11", CHOLERA),
        ("cholera", "", None),
        ("", "", None),
        ("1A00", "snomed", None),
    ],
)
def test_what_is_typed_is_checked(loaded, typed, system, found):
    assert typed_code(typed, system=system) == found


def test_a_code_that_icd10_shares_among_diseases_is_known():
    assert title_of("icd10", "A49.8") == "carbapenem-resistant Acinetobacter baumannii"


def test_diagnoses_that_are_not_known_here_are_looked_at_again(loaded):
    assert problems_of_diagnoses(sample()) == []
    assert problems_of_diagnoses(with_("/diagnoses/0/code", "CA40.Z&XN5PZ")) == []
    [problem] = problems_of_diagnoses(with_("/diagnoses/0/code", "9Z99"))
    assert (problem.field, problem.code, problem.is_warning) == ("/diagnoses/0/code", "diagnosis-not-listed", True)


@pytest.mark.urls(__name__)
@pytest.mark.usefixtures("loaded")
class TestPage:
    def test_whoever_consults_finds_codes(self, person, signed_in):
        answer = signed_in(person("clinician")).get("/clinical/codes/", {"q": "lung qi def"})
        assert answer.json() == {
            "codes": [{"system": "icd11-tm", "code": "SF80", "title": "Lung qi deficiency pattern (TM1)"}]
        }
        assert answer["Cache-Control"] == "private, no-store"

    def test_one_system(self, person, signed_in):
        browser = signed_in(person("clinician"))
        assert [one["code"] for one in browser.get("/clinical/codes/?q=cholera&system=icd10").json()["codes"]] == [
            "A00.9"
        ]
        assert browser.get("/clinical/codes/?q=cholera&system=other").json()["codes"][0]["code"] == "1A00"
        assert browser.get("/clinical/codes/").json() == {"codes": []}

    def test_others_do_not(self, amina, signed_in, client):
        assert signed_in(amina).get("/clinical/codes/?q=x").status_code == 403
        assert client.get("/clinical/codes/?q=x").status_code == 302
