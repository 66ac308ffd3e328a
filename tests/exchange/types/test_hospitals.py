"""Documents of hospitals: what may be said is taken, and what cannot be is found where it stands."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.types.bodies import found, of_document
from tests.exchange.types.hospitals import ACTIVE, HOSPITAL, NIGHTS
from tests.exchange.types.notified import full

from tocsin.exchange.types.registry import TYPES

CONTRADICTION, SCHEMA = "contradiction", "schema"
LINE = HOSPITAL["lines"][0]


def hospital(**body: Any):
    return full("hospital", **body)


def clinician(**changes: Any):
    return hospital(clinicians=[ACTIVE | changes])


def texts_of(value: Any, path: tuple[Any, ...] = ()):
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts_of(inner, (*path, key))


def test_it_is_for_states_and_never_public():
    assert found(hospital(head={"classification": "PUBLIC"})).codes == {"classification"}
    for classification in ("MEMBERS", "FAMILY"):
        assert not found(hospital(head={"classification": classification}))


@pytest.mark.parametrize("status", ["verified", "active", "suspended", "left"])
def test_every_state_that_partners_learn_of_is_taken(status):
    assert not found(hospital(status=status, reason="Пожар."))


def test_one_that_only_applies_is_nothing_to_tell():
    assert of_document(found(hospital(status="applied"))) == [(SCHEMA, "/body/status")]


WRONG = {
    "a clinician twice": (hospital(clinicians=[ACTIVE, ACTIVE]), CONTRADICTION, "/body/clinicians/1/id"),
    "a specialty twice": (hospital(lines=[LINE, LINE]), CONTRADICTION, "/body/lines/1/specialty"),
    "a zone that is none": (hospital(time_zone="Asia/Altagrad"), CONTRADICTION, "/body/time_zone"),
    "a clinician's zone that is none": (
        clinician(time_zone="Mars/Base"),
        CONTRADICTION,
        "/body/clinicians/0/time_zone",
    ),
    "a way out of the folder of zones": (hospital(time_zone="../../etc/passwd"), SCHEMA, "/body/time_zone"),
    "hours that end as they begin": (
        clinician(availability=[NIGHTS[0] | {"from": "08:00", "until": "08:00"}]),
        CONTRADICTION,
        "/body/clinicians/0/availability/0/until",
    ),
    "hours that go over midnight": (
        clinician(availability=[NIGHTS[0], NIGHTS[0] | {"from": "20:00", "until": "08:00"}]),
        CONTRADICTION,
        "/body/clinicians/0/availability/1/until",
    ),
    "hours that are none": (
        clinician(availability=[NIGHTS[0] | {"until": "24:30"}]),
        SCHEMA,
        "/body/clinicians/0/availability/0/until",
    ),
    "a weekday that is none": (
        clinician(availability=[NIGHTS[0] | {"days": [8]}]),
        SCHEMA,
        "/body/clinicians/0/availability/0/days/0",
    ),
    "a line of a day to come": (
        hospital(lines=[LINE | {"since": "2026-03-11"}]),
        "future-period",
        "/body/lines/0/since",
    ),
    "a line of no day": (hospital(lines=[LINE | {"since": "2026-02-30"}]), "period-invalid", "/body/lines/0/since"),
    "away until no day": (
        clinician(status="away", away_until="2026-02-30"),
        "period-invalid",
        "/body/clinicians/0/away_until",
    ),
    "active and away until a day": (clinician(away_until="2026-04-01"), SCHEMA, "/body/clinicians/0/away_until"),
    "a clinician who is only invited": (clinician(status="invited"), SCHEMA, "/body/clinicians/0/status"),
    "half a position": (
        hospital(place=HOSPITAL["place"] | {"longitude": None}),
        CONTRADICTION,
        "/body/place/longitude",
    ),
    "a hospital without a name": (hospital(names={"en": "", "ru": "", "zh": ""}), SCHEMA, "/body/names"),
    "a clinician without a name": (clinician(names={"en": "", "ru": "", "zh": ""}), SCHEMA, "/body/clinicians/0/names"),
    "an e-mail address of a person": (clinician(email="lin@hospital.example"), SCHEMA, "/body/clinicians/0"),
    "a telephone of a person": (clinician(telephone="+86 10 5550100"), SCHEMA, "/body/clinicians/0"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_is_found_where_it_stands(wrong):
    document, code, pointer = WRONG[wrong]
    assert of_document(found(document)) == [(code, pointer)]


def test_a_day_that_has_begun_somewhere_is_not_to_come():
    """Recorded at 06:00 UTC on 9 March: in the Pacific it is the 9th until evening, and no later anywhere."""
    assert not found(hospital(lines=[LINE | {"since": "2026-03-09"}]))
    assert found(hospital(lines=[LINE | {"since": "2026-03-10"}])).codes == {"future-period"}


def test_no_text_of_it_may_hold_what_nobody_sees():
    paths = list(texts_of(HOSPITAL))
    assert len(paths) > 40
    for path in paths:
        body = deepcopy(HOSPITAL)
        holder: Any = body
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] += "\u200b"
        assert found(full("hospital", **body)).codes & {"bidi-control", "schema"}, path


def test_every_member_is_needed_and_no_other_is_known():
    for name in HOSPITAL:
        body = {key: value for key, value in HOSPITAL.items() if key != name}
        document = full("hospital")
        object.__setattr__(document, "body", body)
        assert found(document).codes == {"schema"}, name
    assert found(hospital(beds=40)).codes == {"schema"}


def test_codes_of_the_clinical_vocabulary_follow_the_schema():
    from tocsin.clinical import vocabulary

    known = json.dumps(TYPES["hospital", 1].schema)
    assert "infectious_diseases" not in known  # another release may have more specialties
    specialties, roles = vocabulary.codes("specialty"), vocabulary.codes("clinician_role")
    lines = [LINE | {"specialty": code} for code in specialties]
    people = [ACTIVE | {"id": f"0197c2aa-0000-7000-8000-{n:012}", "role": code} for n, code in enumerate(roles)]
    assert not found(hospital(lines=lines, clinicians=people))


CLOCKS = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda at: f"{at[0]:02}:{at[1]:02}")


@given(begins=CLOCKS, ends=st.one_of(CLOCKS, st.just("24:00")))
def test_hours_are_taken_exactly_where_they_end_after_they_begin(begins, ends):
    hours = [{"days": [1], "from": begins, "until": ends}]
    assert bool(found(clinician(availability=hours))) == (ends <= begins)
