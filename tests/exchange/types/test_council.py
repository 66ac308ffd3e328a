"""What states do about decisions and sessions: each act is taken where it may stand, and nowhere else."""

from copy import deepcopy
from typing import Any

import pytest
from tests.exchange.specimens import EARLIER, ID
from tests.exchange.types.bodies import found, of_document
from tests.exchange.types.council import (
    ACT,
    ACTS,
    DELEGATE,
    DELEGATION,
    ELSEWHERE,
    INCLUDED,
    MEASURE,
    OBJECT,
    OF_MACHINES,
    OPENING,
    THE_NODE,
    act,
    paragraph,
)

from tocsin.exchange.saying import SENTENCES
from tocsin.exchange.suite import digest
from tocsin.exchange.types import decisions, sessions
from tocsin.exchange.types.registry import TYPES

EVERY = [(noun, kind) for noun, kinds in ACTS.items() for kind in kinds]
RULES = {"decision": decisions, "session": sessions}
LINK = MEASURE["links"][0]


def proposed(**said: Any):
    return act("decision", "propose", **said)


def ordered(noun: str = "decision", kind: str = "consider", **order: Any):
    made = act(noun, kind)
    return act(noun, kind, body={"order": made.body["order"] | order})


def texts_of(value: Any, path: tuple[Any, ...] = ()):
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts_of(inner, (*path, key))


def test_every_act_of_a_schema_is_tried_here():
    for noun, kinds in ACTS.items():
        assert list(kinds) == sorted(kinds, key=TYPES[noun, 1].schema["$defs"][f"{noun}_act"]["enum"].index)
        assert set(kinds) == set(TYPES[noun, 1].schema["$defs"][f"{noun}_act"]["enum"])


@pytest.mark.parametrize(("noun", "kind"), EVERY)
def test_an_act_is_taken_from_whom_it_is(noun, kind):
    findings = found(act(noun, kind))
    assert not findings, list(findings)


@pytest.mark.parametrize(("noun", "kind"), EVERY)
def test_what_an_act_says_is_closed_and_whole(noun, kind):
    assert found(act(noun, kind, also=1)).codes == {"schema"}
    for member in ACTS[noun][kind]:
        said = {name: value for name, value in ACTS[noun][kind].items() if name != member}
        assert of_document(found(act(noun, kind, body={"said": said}))) == [("schema", "/body/said")]


@pytest.mark.parametrize(("noun", "kind"), EVERY)
def test_no_text_of_an_act_may_hold_what_nobody_sees(noun, kind):
    for path in texts_of(ACTS[noun][kind]):
        said = deepcopy(ACTS[noun][kind])
        holder: Any = said
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] += "\u200b"
        assert found(act(noun, kind, body={"said": said})).codes & {"bidi-control", "schema"}, path


@pytest.mark.parametrize(("noun", "kind"), EVERY)
def test_what_only_the_owner_may_do_is_not_taken_from_another(noun, kind):
    owners = {OPENING[noun], "order", *RULES[noun].OWNERS}
    findings = found(act(noun, kind, origin="CE", body={"object": OBJECT}))
    assert of_document(findings) == ([("contradiction", "/body/act")] if kind in owners else [])


@pytest.mark.parametrize(("noun", "kind"), EVERY)
def test_a_machine_says_what_machines_may_and_a_person_what_persons_may(noun, kind):
    by_machine = found(act(noun, kind, body={"by": THE_NODE}))
    by_person = found(act(noun, kind, body={"by": DELEGATE}))
    wrong = [("contradiction", "/body/by/role")]
    assert of_document(by_machine) == ([] if kind in {*RULES[noun].MACHINES, *RULES[noun].EITHER} else wrong)
    assert of_document(by_person) == (wrong if kind in RULES[noun].MACHINES else [])


def test_acts_that_a_state_says_without_anybody_are_few():
    """A node must never be able to bind its state by itself."""
    assert (decisions.MACHINES | sessions.MACHINES | {"order"}) == OF_MACHINES
    binding = {"propose", "amend", "consent", "stay_out", "object", "lift_objection", "clear", "not_clear", "accede"}
    assert not binding & (decisions.MACHINES | decisions.EITHER)


THREE = [INCLUDED, INCLUDED | {"id": ID}, INCLUDED]
WRONG = {
    "later version": (act("decision", "comment", head={"version": 2, "supersedes": EARLIER}), "/version"),
    "owner's own without an order": (act("decision", "consider", body={"order": None}), "/body/order"),
    "another's with an order": (
        act("decision", "consent", body={"order": act("decision", "consider").body["order"]}),
        "/body/order",
    ),
    "opens what is open": (act("decision", "propose", body={"object": OBJECT}), "/body/object/id"),
    "opens it at number 2": (ordered(kind="propose", number=2, previous=digest(b"1")), "/body/order/number"),
    "opens it after something": (ordered(kind="propose", previous=digest(b"0")), "/body/order/previous"),
    "has the identifier and opens nothing": (
        act("session", "open", body={"object": {"origin": "AL", "id": ID}}),
        "/body/object/id",
    ),
    "number 2 after nothing": (ordered(previous=None), "/body/order/previous"),
    "an order of nothing": (ordered(kind="order", includes=[]), "/body/order/includes"),
    "an order of the owner's own": (
        ordered(includes=[INCLUDED | {"origin": "AL"}]),
        "/body/order/includes/0/origin",
    ),
    "an order of one act twice": (ordered(includes=THREE), "/body/order/includes/2/id"),
    "two paragraphs of one name": (
        proposed(text={"paragraphs": [paragraph(), paragraph()]}),
        "/body/said/text/paragraphs/1/id",
    ),
    "a text ahead of its paragraph": (
        act("session", "minutes", text={"paragraphs": [paragraph(rev=2, en="Late.") | {"rev": 1}]}),
        "/body/said/text/paragraphs/0/texts/en/rev",
    ),
    "in force on no day": (proposed(in_force={"when": "on", "on": None}), "/body/said/in_force/on"),
    "in force when cleared, on a day": (
        proposed(in_force={"when": "cleared", "on": "2026-05-01"}),
        "/body/said/in_force/on",
    ),
    "amends itself": (proposed(amends={"origin": "AL", "id": ID}), "/body/said/amends"),
    "two measures of one name": (proposed(measures=[MEASURE, MEASURE]), "/body/said/measures/1/id"),
    "half a link": (
        proposed(measures=[MEASURE | {"links": [LINK | {"origin": None}]}]),
        "/body/said/measures/0/links/0/id",
    ),
    "two duties of one name": (
        proposed(duties=ACTS["decision"]["propose"]["duties"] * 2),
        "/body/said/duties/1/id",
    ),
    "an amendment of nothing": (
        act("decision", "amend", changes=[], measures=None, duties=None),
        "/body/said/changes",
    ),
    "a change that gives another paragraph": (
        act("decision", "amend", changes=[{"paragraph": "p2", "after": None, "to": paragraph("p3")}]),
        "/body/said/changes/0/to/id",
    ),
    "a state cited twice": (
        act("decision", "adopt", states=[{"state": "BO", "by": "consent", "acts": [ACT]}] * 2),
        "/body/said/states/1/state",
    ),
    "silence with one receipt": (
        act("decision", "adopt", states=[{"state": "BO", "by": "silence", "acts": [ACT]}]),
        "/body/said/states/0/acts",
    ),
    "revoked by itself": (act("decision", "revoke", by=OBJECT), "/body/said/by"),
    "two items of one name": (
        act("session", "set_agenda", agenda=[ACTS["session"]["set_agenda"]["agenda"][0]] * 2),
        "/body/said/agenda/1/id",
    ),
    "two delegates of one name": (
        act("session", "delegation", delegates=[*DELEGATION, DELEGATION[1]]),
        "/body/said/delegates/2/id",
    ),
    "two heads": (
        act("session", "delegation", delegates=[DELEGATION[0], DELEGATION[0] | {"id": "c"}]),
        "/body/said/delegates",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_keeps_an_act_apart_for_that_alone(name):
    document, pointer = WRONG[name]
    (finding,) = found(document)
    assert (finding.code, finding.pointer) == ("contradiction", pointer)
    assert finding.said
    assert finding.said.name in SENTENCES


@pytest.mark.parametrize(
    ("document", "code", "pointer"),
    [
        (ordered(at="2026-02-30T06:00:00Z"), "schema", "/body/order/at"),
        (act("decision", "consider", until="2026-02-30T06:00:00Z"), "schema", "/body/said/until"),
        (act("session", "convene", starts_at="2026-02-30T06:00:00Z"), "schema", "/body/said/starts_at"),
        (act("session", "postpone", starts_at="2026-03-09T24:00:00Z"), "schema", "/body/said/starts_at"),
        (proposed(measures=[MEASURE | {"deadline": "2026-02-30"}]), "period-invalid", "/body/said/measures/0/deadline"),
        (act("decision", "extend_measure", deadline="2026-04-31"), "period-invalid", "/body/said/deadline"),
        (proposed(concerned=[]), "schema", "/body/said/concerned"),
        (proposed(title={}), "schema", "/body/said/title"),
        (proposed(title={"RU": "План"}), "schema", "/body/said/title"),
        (act("decision", "silence", hours=0), "schema", "/body/said/hours"),
        (act("decision", "revoke", by=ELSEWHERE | {"id": "x"}), "schema", "/body/said/by/id"),
        (act("decision", "comment", body={"act": "vote"}), "schema", "/body/act"),
        (act("decision", "comment", text="<b>"), "markup", "/body/said/text"),
    ],
)
def test_what_has_not_the_form_is_found_where_it_stands(document, code, pointer):
    assert of_document(found(document)) == [(code, pointer)]
