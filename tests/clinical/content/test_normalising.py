"""From what a form gave to what documents have."""

import pytest
from tests.clinical.content.samples import TODAY, sample, with_

from tocsin.clinical.content import normalised, problems_of


@pytest.mark.parametrize(
    ("pointer", "typed", "said"),
    [
        ("/vitals/7/value", "38,6", "38.6"),
        ("/vitals/7/value", "３８．６", "38.6"),
        ("/vitals/7/value", "1,200", "1,200"),
        ("/laboratory/0/value", " 140 ", "140"),
        ("/medication/0/dose", "0,5", "0.5"),
        ("/medication/0/atc", "j05ah02", "J05AH02"),
        ("/diagnoses/0/code", "ca40.z", "CA40.Z"),
        ("/support/0/settings/0/value", "60,0", "60.0"),
        ("/presentation", "  one\n\ntwo ", "one\n\ntwo"),
        ("/diagnoses/0/display", "Pneu\tmonia \n", "Pneu monia"),
        ("/diagnoses/0/display", "е\u0308", "ё"),
        ("/onset_on", "", None),
        ("/medication/0/until", " ", None),
        ("/patient/age", {"value": 97, "unit": "a"}, {"value": 90, "unit": "a"}),
        ("/patient/age", {"value": 120, "unit": "a"}, {"value": 90, "unit": "a"}),
        ("/patient/age", {"value": 121, "unit": "a"}, {"value": 121, "unit": "a"}),
        ("/patient/age", {"value": 97, "unit": "d"}, {"value": 97, "unit": "d"}),
        ("/questions", ["", " And then? ", "  "], ["And then?"]),
    ],
)
def test_what_is_typed_becomes_what_documents_have(pointer, typed, said):
    assert normalised(with_(pointer, typed)) == with_(pointer, said)


def test_a_laboratory_test_gets_the_code_of_its_unit_and_its_name():
    row = sample()["laboratory"][0] | {"unit": "mg/dL", "value": "1,6", "display": ""}
    [after, *_] = normalised(with_("/laboratory/0", row))["laboratory"]
    assert (after["loinc"], after["value"], after["display"]) == ("2160-0", "1.6", "creatinine")


def test_rows_are_made_whole():
    typed = {
        "vitals": [{"at": "2026-03-09", "code": "consciousness", "value": "alert"}],
        "laboratory": [{"at": "2026-03-09", "loinc": "94500-6", "value": "detected"}],
        "medication": [{"substance": "oxygen"}],
        "support": [{"kind": "prone"}, {"kind": "imv", "settings": [{"name": "mode", "value": "PCV"}]}],
        "diagnoses": [{"system": "icd11", "code": "1A00", "display": "cholera"}],
    }
    assert problems_of(normalised(typed), today=TODAY) == []


def test_what_it_was_given_stays_as_it_was():
    typed = {"support": [{"kind": "prone"}], "patient": {"age": {"value": 97, "unit": "a"}}}
    first, second = normalised(typed), normalised({"support": [{"kind": "prone"}]})
    first["support"][0]["settings"].append("x")
    assert second["support"][0]["settings"] == []
    assert typed == {"support": [{"kind": "prone"}], "patient": {"age": {"value": 97, "unit": "a"}}}
