"""The form of clinical content: closed, the same as the vocabulary's, and examined whatever stands there."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator as Validator
from tests.clinical.content.samples import TODAY, codes_of, sample, with_

from tocsin.clinical.content import EMPTY, SCHEMA, lacking, normalised, problems_of
from tocsin.clinical.content.problems import SENTENCES, WARNINGS, sentence
from tocsin.clinical.vocabulary import codes

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
PARTS = sorted(EMPTY)
# Rows that are nearly right: the rules behind the schema see them.
texts = st.text(max_size=8) | st.sampled_from(["", "12", "-1", "1,5", "1,200", "2026-03-09", "2026-02-30", "%", "/min"])
moments = texts | st.sampled_from(["2026-03-09T06:00Z", "2026-03-09T25:00Z", "2031-01-01", "0001-01-01"])
vital = st.fixed_dictionaries(
    {"at": moments, "code": texts | st.sampled_from(["gcs_total", "gcs_eye", "gcs_verbal", "gcs_motor", "systolic"]),
     "value": texts, "unit": texts | st.sampled_from(["{score}", "mm[Hg]"])}
)  # fmt: skip
result = st.fixed_dictionaries(
    {"at": moments, "loinc": texts | st.sampled_from(["2160-0", "94500-6"]), "display": texts, "value": texts,
     "unit": texts, "comparator": st.sampled_from(["", "<", ">"]), "reference": texts}
)  # fmt: skip
nearly = st.fixed_dictionaries(
    {},
    optional={"vitals": st.lists(vital, max_size=5), "laboratory": st.lists(result, max_size=4), "onset_on": moments},
)


@given(anything)
def test_whatever_json_it_is_problems_are_found_and_nothing_breaks(content):
    found = problems_of(content, today=TODAY)
    assert found
    assert all(sentence(problem) for problem in found)


@given(st.sampled_from(PARTS), anything)
def test_a_part_that_is_anything_leaves_the_others_examined(part, value):
    content = with_("/vitals/5/value", "800")
    content[part] = value
    found = problems_of(content, today=TODAY)
    if part != "vitals":
        assert "out-of-limits" in {problem.code for problem in found}


@settings(max_examples=200)
@given(nearly)
def test_rows_that_are_nearly_right_are_examined(changes):
    for content in (sample() | changes, normalised(sample() | changes)):
        assert all(sentence(problem) for problem in problems_of(content, today=TODAY))


@given(anything)
def test_normalised_is_total_and_done_twice_as_done_once(content):
    once = normalised(content)
    assert json.dumps(normalised(once)) == json.dumps(once)


def test_an_invented_patient_has_no_problems():
    assert problems_of(sample(), today=TODAY) == []
    assert lacking(sample()) == []
    assert normalised(sample()) == sample()


def test_empty_content_has_its_form_and_lacks_what_a_colleague_needs():
    assert problems_of(dict(EMPTY), today=TODAY) == []
    assert normalised({}) == EMPTY
    assert [problem.field for problem in lacking(EMPTY)] == [
        "/patient/age", "/patient/sex", "/presentation", "/questions",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pointer", "value", "field"),
    [
        ("/patient/birth_date", "1972-01-01", "/patient"),
        ("/name", "Somebody", ""),
        ("/severity", "awful", "/severity"),
        ("/patient/age/value", -1, "/patient/age"),
        ("/vitals/0/value", 26, "/vitals/0/value"),
        ("/questions/0", "", "/questions/0"),
        ("/onset_on", "4 March", "/onset_on"),
        ("/vitals/0/at", "yesterday at noon", "/vitals/0/at"),
        ("/presentation", "x" * 8001, "/presentation"),
    ],
)
def test_what_has_not_its_form_is_named(pointer, value, field):
    assert (field, "shape") in codes_of(with_(pointer, value))


def test_what_is_missing_is_named_where_it_would_stand():
    content = sample()
    del content["vitals"][2]["unit"]
    assert codes_of(content) == {("/vitals/2/unit", "shape"), ("/vitals/1/value", "oxygen-not-said")}


def test_a_hostile_content_has_no_endless_list_of_errors():
    assert len(problems_of(sample() | {"questions": [0] * 10_000}, today=TODAY)) <= 200
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert problems_of(sample() | {"questions": deep}, today=TODAY)


def test_codes_of_the_schema_are_those_of_the_vocabulary():
    of = SCHEMA["$defs"]["clinical_content"]["properties"]
    row = {part: of[part]["items"]["properties"] for part in ("diagnoses", "medication", "support")}
    assert of["patient"]["properties"]["sex"]["enum"] == list(codes("sex"))
    assert of["severity"]["anyOf"][1]["enum"] == list(codes("severity"))
    assert of["pregnancy"]["enum"] == list(codes("pregnancy"))
    assert row["diagnoses"]["system"]["enum"] == list(codes("code_system"))
    assert row["diagnoses"]["certainty"]["enum"] == list(codes("certainty"))
    assert row["medication"]["route"]["enum"] == ["", *codes("route")]
    assert row["medication"]["frequency"]["enum"] == ["", *codes("frequency")]
    assert row["support"]["kind"]["enum"] == list(codes("organ_support"))
    assert row["support"]["settings"]["items"]["properties"]["name"]["enum"] == list(codes("support_setting"))


def test_the_fragment_is_embedded_by_its_definitions():
    outer = {
        "type": "object",
        "properties": {"content": {"$ref": "#/$defs/clinical_content"}},
        "$defs": SCHEMA["$defs"],
    }
    assert Validator(outer).is_valid({"content": sample()})
    assert not Validator(outer).is_valid({"content": with_("/severity", "awful")})
    assert all(name.startswith("clinical_") and "enum" not in rule for name, rule in SCHEMA["$defs"].items())


def test_every_object_is_closed():
    def walk(rule):
        if isinstance(rule, dict):
            if rule.get("type") == "object":
                assert rule["additionalProperties"] is False
                assert set(rule["required"]) == set(rule["properties"])
            for inner in rule.values():
                walk(inner)
        elif isinstance(rule, list):
            for inner in rule:
                walk(inner)

    walk(SCHEMA["$defs"])


def test_warnings_are_codes_that_have_sentences():
    assert set(SENTENCES) >= WARNINGS
    assert all(re.fullmatch(r"[a-z-]+(?:-120)?", code) for code in SENTENCES)
