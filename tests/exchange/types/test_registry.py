"""The registry: what is not known is held, what does not follow a schema is kept apart, and nothing makes it crash."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.specimens import ID, document
from tests.exchange.types.bodies import (
    KNOWN,
    erasure,
    found,
    indicators,
    message,
    of_document,
    of_rows,
    receipt,
    row,
)
from tests.exchange.types.notified import FULL, MINIMAL, full, minimal

from tocsin.exchange.codes import CODES
from tocsin.exchange.types import registry
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.registry import TYPES, examine

SPECIMENS = {"weekly-indicators": indicators, "message": message, "receipt": receipt, "erasure": erasure} | {
    name: partial(full, name) for name in FULL
}
SCHEMAS = Path(registry.__file__).parent / "schemas"


@pytest.mark.parametrize("known", [KNOWN, Context()], ids=["all known", "nothing known"])
@pytest.mark.parametrize("name", SPECIMENS)
def test_a_valid_document_of_each_type_is_taken_whole(name, known):
    findings = examine(SPECIMENS[name](), context=known)
    assert not findings, list(findings)


@pytest.mark.parametrize("name", MINIMAL)
def test_a_document_that_says_no_more_than_it_must_is_taken(name):
    findings = examine(minimal(name), context=KNOWN)
    assert not findings, list(findings)


def test_every_type_has_a_schema_and_every_schema_a_type():
    assert {path.name for path in SCHEMAS.iterdir()} == {f"{name}-{version}.json" for name, version in TYPES}
    assert {name for name, _ in TYPES} == set(SPECIMENS)


@pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.name)
def test_schemas_are_of_draft_2020_12(kind):
    assert kind.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(kind.schema)


def parts_of(schema):
    yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(inner, dict | list):
            yield from parts_of(inner)


@pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.name)
def test_schemas_are_closed_and_limit_every_text_list_and_number(kind):
    for part in parts_of(kind.schema):
        match part.get("type") if isinstance(part, dict) else None:
            case "object":
                assert part["additionalProperties"] is False
                assert set(part["required"]) <= set(part["properties"])
            case "string":
                assert "maxLength" in part, part
            case "array":
                assert "maxItems" in part, part
            case "integer" if part != {"type": "integer"}:  # counts are limited by canonical JSON and by the rules
                assert {"minimum", "maximum"} <= set(part), part


@pytest.mark.parametrize(("name", "version"), [("telegram", 1), ("message", 2), ("weekly-indicators", 9)])
def test_a_type_or_version_not_known_here_is_said_to_be_so_and_nothing_else(name, version):
    one = document(type=name, type_version=version, body={"<script>": "\u202e"}, source="<script>", exercise=False)
    assert of_document(found(one)) == [("type-unknown", "/type")]


@pytest.mark.parametrize(
    ("name", "classification"),
    [("message", "PUBLIC"), ("message", "FAMILY"), ("receipt", "MEMBERS"), ("receipt", "PUBLIC")],
)
def test_a_type_is_refused_under_a_classification_it_may_not_have(name, classification):
    one = SPECIMENS[name](head={"classification": classification, "addressees": ()})
    assert "classification" in found(one).codes


@pytest.mark.parametrize("classification", ["PUBLIC", "FAMILY", "MEMBERS"])
def test_counts_may_go_to_any_audience(classification):
    assert not found(indicators(head={"classification": classification}))


def test_messages_may_go_to_one_state_several_or_all_members():
    for addressees in (("BO",), ("BO", "CE")):
        assert not found(message(head={"classification": "SELECTIVE", "addressees": addressees}))
    assert not found(message(head={"classification": "MEMBERS"}))


def test_an_exercise_is_not_taken_for_the_real_thing_nor_the_real_thing_for_an_exercise():
    assert of_document(found(message(head={"exercise": False}))) == [("head-mismatch", "/exercise")]
    assert of_document(found(message(), exercise=False)) == [("head-mismatch", "/exercise")]


def test_the_source_that_a_head_names_is_read_as_a_text():
    assert of_document(found(message(head={"source": "Ministry\u202e"}))) == [("bidi-control", "/source")]


def test_all_faults_of_a_document_are_told_with_their_places():
    one = message(subject="a\nb", text="<b>", head={"source": "\u200b"})
    assert of_document(found(one)) == [
        ("bidi-control", "/source"),
        ("bidi-control", "/body/subject"),
        ("markup", "/body/text"),
    ]


def without(one, name):
    return replace(one, body={key: value for key, value in one.body.items() if key != name})


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_body_that_lacks_a_member_does_not_follow_its_schema(name):
    for member in SPECIMENS[name]().body:
        assert ("schema", "/body") in of_document(found(without(SPECIMENS[name](), member))), member


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_body_with_a_member_too_many_does_not_follow_its_schema(name):
    assert of_document(found(SPECIMENS[name](also=1))) == [("schema", "/body")]


def test_a_row_that_does_not_follow_the_schema_is_kept_apart_alone():
    rows = [row(), row("missing")[:7], row(5, week="2026-3-2"), [*row(5), "missing"], "row", row(7, place="AL-02"),
            row(True, sex="f"), row("hidden"), row(1)[:6], [*row("missing"), 1]]  # fmt: skip
    findings = found(indicators(rows))
    assert not findings.document
    assert of_rows(findings) == dict.fromkeys([1, 2, 3, 4, 6, 7, 8, 9], "schema")
    assert findings.rows[2].pointer == "/body/rows/2/3"


def test_more_bad_rows_than_a_document_may_have_are_told_in_one():
    assert of_document(found(indicators([["x"]] * 30_000))) == [("schema", "/body/rows")]


def test_what_is_refused_is_not_repeated_to_people():
    for one in (message(in_reply_to="\u202e<script>"), indicators([row(sex="\u202e<script>")])):
        (finding,) = found(one)
        assert finding.code == "schema"
        assert "this value" in finding.detail
        assert "script" not in finding.detail


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc_", max_size=5), inner, max_size=4),
    max_leaves=10,
)


@st.composite
def damaged(draw):
    """A valid document of some type with something in its body exchanged for anything."""
    one = SPECIMENS[draw(st.sampled_from(sorted(SPECIMENS)))]()
    body = json.loads(json.dumps(one.body))
    holder = body
    while True:
        key = draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        if isinstance(holder[key], dict | list) and holder[key] and draw(st.booleans()):
            holder = holder[key]
        else:
            holder[key] = draw(json_values | st.sampled_from([ID, "9999-12-31", "all", 2**53 - 1, -1, None, [], "AL"]))
            return replace(one, body=body)


@given(damaged(), st.booleans())
def test_no_body_makes_an_examination_fail(one, known):
    findings = examine(one, context=KNOWN if known else Context())
    for finding in findings:
        assert finding.code in CODES
        assert finding.detail
        assert finding.pointer.startswith("/")
        assert (finding.row is not None) == (finding in findings.rows.values())


@given(st.dictionaries(st.text("abcdefgh_", max_size=8), json_values, max_size=4), st.sampled_from(sorted(SPECIMENS)))
def test_a_body_of_something_else_does_not_follow_its_schema(body, name):
    one = SPECIMENS[name]()
    findings = found(document(type=name, classification=one.classification, addressees=one.addressees, body=body))
    assert findings.document
    assert findings.codes == {"schema"}
