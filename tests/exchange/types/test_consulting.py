"""Documents between hospitals: each act is taken from whom it is, and what cannot be is found where it stands."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from tests.exchange.specimens import ID, document
from tests.exchange.types.bodies import found, message, of_document
from tests.exchange.types.consulting import (
    A1,
    A2,
    B1,
    B2,
    C1,
    CONSULTATION_ACTS,
    FULL,
    LIN,
    NOTE,
    OF_PATIENTS,
    SCAN,
    THE_NODE,
    TRANSFER_ACTS,
    as_of,
    consultation,
    party,
    transfer,
)
from tests.exchange.types.notified import full, with_each_text_poisoned

from tocsin.exchange.documents import Document, NationalDocument
from tocsin.exchange.errors import Malformed
from tocsin.exchange.saying import SENTENCES
from tocsin.exchange.types import consultations, transfers
from tocsin.exchange.types.registry import TYPES
from tocsin.joint.consultations import folding as case_folding
from tocsin.joint.transfers import folding as transfer_folding

NOUNS = {
    "consultation": (consultation, CONSULTATION_ACTS, consultations, case_folding),
    "transfer": (transfer, TRANSFER_ACTS, transfers, transfer_folding),
}
EVERY_ACT = [(noun, kind) for noun, (_, acts, *_) in NOUNS.items() for kind in acts]


def made(noun: str, kind: str, **more: Any) -> Document:
    return NOUNS[noun][0](kind, **more)


@pytest.mark.parametrize("noun", NOUNS)
def test_acts_are_the_same_wherever_they_are_listed(noun):
    _, acts, checks, folding = NOUNS[noun]
    assert set(TYPES[noun, 1].schema["$defs"][f"{noun}_act"]["enum"]) == set(acts) == set(folding.ACTS)
    assert {checks.OPENING, *checks.OWNERS, *checks.MACHINES, *checks.EITHER} <= set(acts)
    assert folding.OPENING == checks.OPENING


@pytest.mark.parametrize(("noun", "kind"), EVERY_ACT)
def test_every_act_is_taken_from_whom_it_is(noun, kind):
    assert not found(made(noun, kind)), list(found(made(noun, kind)))


@pytest.mark.parametrize(("noun", "kind"), EVERY_ACT)
def test_what_is_the_owners_to_say_is_not_taken_from_another(noun, kind):
    checks = NOUNS[noun][2]
    said = {"as": as_of(B1, LIN)} if "as" in NOUNS[noun][1][kind] else {}
    codes = of_document(found(made(noun, kind, origin="BO", **said)))
    owners = kind in {checks.OPENING, "order", *checks.OWNERS}
    assert (("contradiction", "/body/act") in codes) == owners


@pytest.mark.parametrize(("noun", "kind"), EVERY_ACT)
def test_a_machine_says_only_what_time_or_a_hospitals_rules_bring(noun, kind):
    by_machine = {"order", "expire", "ask_follow_up", "allocate", "lapse"}
    wrong = [] if kind in by_machine else [("contradiction", "/body/by/role")]
    assert of_document(found(made(noun, kind, body={"by": THE_NODE}))) == wrong


@pytest.mark.parametrize(("noun", "kind"), [("consultation", "expire"), ("consultation", "ask_follow_up"),
                                            ("transfer", "lapse")])  # fmt: skip
def test_what_time_brings_no_person_says(noun, kind):
    by_person = made(noun, kind, body={"by": {"role": "clinician", "name": ""}})
    assert of_document(found(by_person)) == [("contradiction", "/body/by/role")]


@pytest.mark.parametrize(("noun", "kind"), EVERY_ACT)
def test_what_an_act_says_has_every_member_and_no_other(noun, kind):
    for name in NOUNS[noun][1][kind]:
        said = {key: value for key, value in made(noun, kind).body["said"].items() if key != name}
        assert of_document(found(made(noun, kind, body={"said": said}))) == [("schema", "/body/said")], name
    assert of_document(found(made(noun, kind, also=1))) == [("schema", "/body/said")]


def parts_of(value: Any, path: tuple[Any, ...] = ()):
    """Every object in a body, with its place."""
    if isinstance(value, dict):
        yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from parts_of(inner, (*path, key))


def with_one_more(body: Any, path: tuple[Any, ...]) -> dict[str, Any]:
    body = deepcopy(dict(body))
    holder: Any = body
    for key in path:
        holder = holder[key]
    holder["also"] = 1
    return body


@pytest.mark.parametrize("name", OF_PATIENTS)
def test_no_part_of_a_body_takes_a_member_that_is_not_known(name):
    whole = full(name)
    for path in parts_of(whole.body):
        if path[:1] != ("content",):  # its schema is that of clinical content
            codes = found(replace(whole, body=with_one_more(whole.body, path))).codes
            assert codes == {"schema"}, path


@pytest.mark.parametrize("name", ["clinical-note", "letter"])
def test_no_text_may_hold_what_nobody_sees(name):
    paths = 0
    for path, one in with_each_text_poisoned(name):
        codes = found(one).codes
        paths += 1
        assert codes & {"bidi-control", "schema"}, path
    assert paths > 10


WRONG = {
    "speaks as a hospital of another": (
        consultation("supplement", **{"as": as_of(B1, None)}), "contradiction", "/body/said/as/hospital/origin"),
    "speaks as a clinician of another": (
        consultation("supplement", **{"as": as_of(A1, LIN)}), "contradiction", "/body/said/as/clinician/origin"),
    "a transfer in another's name": (
        transfer("arrive", **{"as": as_of(A1, None)}), "contradiction", "/body/said/as/hospital/origin"),
    "a note in another's name": (
        full("clinical-note", **{"as": as_of(B1)}), "contradiction", "/body/as/hospital/origin"),
    "a letter in another's name": (full("letter", **{"as": as_of(B1)}), "contradiction", "/body/as/hospital/origin"),
    "read in another's name": (full("letters-read", **{"as": as_of(B1)}), "contradiction", "/body/as/hospital/origin"),
    "asks whom it does not tell": (
        consultation("submit", asked=[B1, party("DO", "d1")]), "contradiction", "/body/said/asked/1/origin"),
    "asks anew whom it does not tell": (
        consultation("resubmit", asked=[party("DO", "d1")]), "contradiction", "/body/said/asked/0/origin"),
    "a transfer to whom it does not tell": (
        transfer("request", to=party("DO", "d1")), "contradiction", "/body/said/to/0/origin"),
    "a letter to whom it does not go": (
        full("letter", to=[as_of(B1), as_of(party("DO", "d1"))]), "contradiction", "/body/to/1/origin"),
    "an act that may be passed on": (
        consultation("submit", head={"no_onward_sharing": False}), "classification", "/no_onward_sharing"),
    "a transfer that may be passed on": (
        transfer("request", head={"no_onward_sharing": False}), "classification", "/no_onward_sharing"),
    "a note that may be passed on": (
        full("clinical-note", head={"no_onward_sharing": False}), "classification", "/no_onward_sharing"),
    "a letter that may be passed on": (
        full("letter", head={"no_onward_sharing": False}), "classification", "/no_onward_sharing"),
    "a reason with markup": (consultation("withdraw", reason="<b>"), "markup", "/body/said/reason"),
    "a reason of a transfer with markup": (transfer("take_back", reason="<b>"), "markup", "/body/said/reason"),
    "told on no day": (
        consultation("acknowledge", follow_up_on="2026-02-30"), "period-invalid", "/body/said/follow_up_on"),
    "agreed on no day": (consultation("consent", on="2026-02-30"), "period-invalid", "/body/said/on"),
    "agreed to one use on no day": (
        consultation("submit", consent={"care": {"given": True, "on": "2026-02-30", "basis": "patient"}}),
        "period-invalid", "/body/said/consent/care/on"),
    "agreed to a transfer on no day": (
        transfer("request", consent={"given": True, "on": "2026-02-30", "basis": "patient"}),
        "period-invalid", "/body/said/consent/on"),
    "no longer agrees, on no day": (transfer("consent", on="2026-02-30"), "period-invalid", "/body/said/on"),
    "a bed at no moment": (transfer("accept", ready_at="2026-02-30T06:00:00Z"), "schema", "/body/said/ready_at"),
    "a bed until no moment": (transfer("accept", until="2026-02-30T06:00:00Z"), "schema", "/body/said/until"),
    "read at no moment": (full("letters-read", at="2026-02-30T06:00:00Z"), "schema", "/body/at"),
    "a note that says nothing": (
        full("clinical-note", text=" \n", content=None, files=[]), "contradiction", "/body/text"),
    "a letter that says nothing": (full("letter", text="", files=[]), "contradiction", "/body/text"),
    "a letter that answers itself": (
        full("letter", in_reply_to={"origin": "AL", "id": ID}), "contradiction", "/body/in_reply_to"),
    "a translation of nothing": (full("clinical-note", kind="translation"), "contradiction", "/body/translates"),
    "a submission that translates": (full("clinical-note", translates=B1), "contradiction", "/body/translates"),
    "a file of a note twice": (
        full("clinical-note", files=[SCAN, SCAN | {"name": "2.jpg"}]), "contradiction", "/body/files/1/digest"),
    "a file of a letter twice": (
        full("letter", files=[SCAN, SCAN | {"name": "2.jpg"}]), "contradiction", "/body/files/1/digest"),
    "a file called by markup": (full("letter", files=[SCAN | {"name": "<b>"}]), "markup", "/body/files/0/name"),
    "a writer called by markup": (full("letter", **{"name": "<b>"}), "markup", "/body/name"),
    "a subject with a line break": (full("letter", subject="а\nб"), "bidi-control", "/body/subject"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_keeps_a_document_apart_for_that_alone(name):
    one, code, pointer = WRONG[name]
    (finding,) = found(one)
    assert (finding.code, finding.pointer) == (code, pointer)
    if finding.said:
        assert finding.said.name in SENTENCES
        assert finding.detail == finding.said.text


@pytest.mark.parametrize(
    ("one", "pointer"),
    [
        (consultation("submit", asked=[]), "/body/said/asked"),
        (consultation("submit", asked=[B1, B1]), "/body/said/asked"),
        (consultation("submit", urgency="soon"), "/body/said/urgency"),
        (consultation("submit", consent={}), "/body/said/consent"),
        (consultation("submit", specialty="Infectious"), "/body/said/specialty"),
        (consultation("sign", id="O 1"), "/body/said/id"),
        (consultation("sign", note={"id": ID, "digest": "short"}), "/body/said/note"),
        (consultation("amend", after=0), "/body/said/after"),
        (consultation("convene", members=[LIN]), "/body/said/members"),
        (consultation("convene", quorum=1), "/body/said/quorum"),
        (consultation("stand", stance="abstains"), "/body/said/stance"),
        (consultation("acknowledge", rating=6), "/body/said/rating"),
        (consultation("allocate", experts=[]), "/body/said/experts"),
        (consultation("sign", body={"act": "diagnose"}), "/body/act"),
        (transfer("request", to=None), "/body/said/to"),
        (transfer("consent", given=None), "/body/said/given"),
        (transfer("accept", until=None), "/body/said/until"),
        (full("clinical-note", files=[SCAN | {"parts": 101}]), "/body/files/0/parts"),
        (full("clinical-note", files=[SCAN | {"digest": "0A" * 32}]), "/body/files/0/digest"),
        (full("clinical-note", kind="diagnosis"), "/body/kind"),
        (full("letter", to=[]), "/body/to"),
        (full("letters-read", letters=[]), "/body/letters"),
    ],
)
def test_what_has_not_the_form_is_found_where_it_stands(one, pointer):
    assert of_document(found(one)) == [("schema", pointer)]


def test_each_kind_of_note_is_taken():
    kinds = TYPES["clinical-note", 1].schema["properties"]["kind"]["enum"]
    for kind in kinds:
        assert not found(full("clinical-note", kind=kind, translates=B1 if kind == "translation" else None)), kind


def test_a_file_or_structured_findings_are_enough_of_a_note():
    assert not found(full("clinical-note", text="", content=None))
    assert not found(full("clinical-note", text="", files=[]))
    assert not found(full("letter", text=""))


def test_structured_texts_are_read_too():
    content = deepcopy(NOTE["content"]) | {"questions": ["Нужна ли ЭКМО?", "<b>"]}
    assert of_document(found(full("clinical-note", content=content))) == [("markup", "/body/content/questions/1")]


@pytest.mark.parametrize("name", OF_PATIENTS)
@pytest.mark.parametrize("classification", ["PUBLIC", "FAMILY", "MEMBERS"])
def test_nothing_of_a_patient_goes_to_all(name, classification):
    one = full(name, head={"classification": classification, "addressees": ()})
    assert ("classification", "/classification") in of_document(found(one))


def national(name: str, **changes: Any) -> NationalDocument:
    """What two hospitals of Altania say to each other."""
    body = deepcopy(FULL[name]) | changes
    given = vars_of(document()) | {"type": name, "classification": "NATIONAL", "no_onward_sharing": True, "body": body}
    return NationalDocument(**given)


def vars_of(one: Document) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Document.MEMBERS}


AT_HOME = {
    "consultation": {"said": CONSULTATION_ACTS["submit"] | {"asked": [A2]}},
    "transfer": {"said": TRANSFER_ACTS["request"] | {"to": A2}},
    "letter": {"to": [as_of(A2)]},
}


@pytest.mark.parametrize("name", OF_PATIENTS)
def test_what_stays_in_a_state_is_examined_as_what_travels(name):
    assert not found(national(name, **AT_HOME.get(name, {})))
    assert found(national(name, also=1)).codes == {"schema"}


@pytest.mark.parametrize("name", AT_HOME)
def test_at_home_nobody_abroad_is_asked(name):
    assert found(national(name)).codes == {"contradiction"}


@pytest.mark.parametrize("name", OF_PATIENTS)
def test_no_partner_can_make_a_national_document(name):
    with pytest.raises(Malformed, match="NATIONAL"):
        full(name, head={"classification": "NATIONAL", "addressees": ()})
    data = national(name).encode()
    for kind in (Document, NationalDocument):
        with pytest.raises(Malformed):
            kind.read(data)
    with pytest.raises(Malformed):
        replace(national(name), addressees=("BO",))
    with pytest.raises(Malformed):
        replace(national(name), classification="SELECTIVE")


def test_a_type_that_is_not_of_patients_is_not_national():
    given = vars_of(message()) | {"classification": "NATIONAL"}
    assert of_document(found(NationalDocument(**given))) == [("classification", "/classification")]


def test_hospitals_of_every_state_that_has_it_may_say_their_part():
    assert not found(consultation("allocate", origin="CE", **{"as": as_of(C1)}))
    assert not found(consultation("allocate", **{"as": as_of(B2)}))
    assert not found(consultation("allocate", origin="AL", **{"as": as_of(A2)}))
    assert not found(transfer("sign", origin="BO", **{"as": as_of(B1, LIN)}))
