"""What of a well-formed content cannot be so, and what is worth a second look."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clinical.content.samples import AT, TODAY, codes_of, sample, with_

from tocsin.clinical.content import problems_of
from tocsin.clinical.measures import vitals

RATE, SPO2, FIO2, SYSTOLIC, DIASTOLIC, HEART, MIND, HEAT = (f"/vitals/{at}" for at in range(8))
MODE = {"name": "mode", "value": "PCV", "unit": ""}


def vital(code: str, value: str, unit: str, *, at: str = AT) -> dict[str, str]:
    return {"at": at, "code": code, "value": value, "unit": unit}


@pytest.mark.parametrize(
    ("pointer", "value", "field", "code"),
    [
        # of days
        ("/onset_on", "2026-03-10", "/onset_on", "day-ahead"),
        ("/onset_on", "2026-02-30", "/onset_on", "no-such-day"),
        ("/onset_on", "1850-01-01", "/onset_on", "day-too-early"),
        ("/admitted_on", "2026-03-10", "/admitted_on", "day-ahead"),
        ("/admitted_on", "2026-03-03", "/admitted_on", "admitted-before-onset"),
        (f"{HEART}/at", "2026-03-10T00:00Z", f"{HEART}/at", "day-ahead"),
        (f"{HEART}/at", "2026-03-09T24:30Z", f"{HEART}/at", "no-such-moment"),
        (f"{HEART}/at", "2026-13-09", f"{HEART}/at", "no-such-moment"),
        ("/laboratory/0/at", "2026-03-10", "/laboratory/0/at", "day-ahead"),
        ("/medication/0/until", "2026-03-07", "/medication/0/until", "until-before-from"),
        ("/support/0/until", "2026-03-07", "/support/0/until", "until-before-from"),
        ("/support/0/from", "2026-00-07", "/support/0/from", "no-such-day"),
        # of the person
        ("/patient/age", {"value": 121, "unit": "a"}, "/patient/age", "age-above-120"),
        ("/patient/age", {"value": 91, "unit": "a"}, "/patient/age", "age-identifies"),
        ("/patient/age", {"value": 60, "unit": "mo"}, "/patient/age", "age-in-years"),
        ("/patient/age", {"value": 93, "unit": "d"}, "/patient/age", "age-in-years"),
        ("/pregnancy", "yes", "/pregnancy", "pregnancy-and-sex"),
        # of diagnoses
        ("/diagnoses/0/code", "CA4O", "/diagnoses/0/code", "diagnosis-code"),
        ("/diagnoses/0/code", "SA00", "/diagnoses/0/code", "diagnosis-code"),
        ("/diagnoses/0/code", "J18.9", "/diagnoses/0/code", "diagnosis-code"),
        ("/diagnoses/1", sample()["diagnoses"][0], "/diagnoses/1/code", "diagnosis-twice"),
        # of vital signs
        (f"{HEART}/value", "800", f"{HEART}/value", "out-of-limits"),
        (f"{HEART}/value", "-1", f"{HEART}/value", "out-of-limits"),
        (f"{HEART}/value", "200", f"{HEART}/value", "look-again"),
        (f"{HEART}/value", "38,5", f"{HEART}/value", "not-a-number"),
        (f"{HEART}/value", "1,200", f"{HEART}/value", "comma-ambiguous"),
        (f"{HEART}/value", "fast", f"{HEART}/value", "not-a-number"),
        (f"{HEART}/unit", "Cel", f"{HEART}/unit", "unit-not-allowed"),
        (f"{HEART}/code", "pulse", f"{HEART}/code", "vital-unknown"),
        (f"{HEAT}/value", "101.5", f"{HEAT}/value", "out-of-limits"),
        (f"{HEAT}/value", "33", f"{HEAT}/value", "look-again"),
        (f"{MIND}/value", "asleep", f"{MIND}/value", "value-unknown"),
        (f"{MIND}/unit", "%", f"{MIND}/unit", "unit-of-a-code"),
        (f"{DIASTOLIC}/value", "105", f"{DIASTOLIC}/value", "diastolic-above-systolic"),
        (f"{FIO2}/at", "2026-03-09T05:00Z", f"{SPO2}/value", "oxygen-not-said"),
        ("/vitals/8", vital("gcs_eye", "2.5", "{score}"), "/vitals/8/value", "not-whole"),
        ("/vitals/8", vital("gcs_total", "2", "{score}"), "/vitals/8/value", "out-of-limits"),
        ("/vitals/8", vital("gcs_total", "9", "{score}"), "/vitals/8/value", "gcs-and-consciousness"),
        # of the laboratory
        ("/laboratory/0/unit", "mmol/L", "/laboratory/0/unit", "unit-not-allowed"),
        ("/laboratory/0/unit", "mg/dL", "/laboratory/0/loinc", "loinc-of-another-unit"),
        ("/laboratory/0/value", "9000", "/laboratory/0/value", "out-of-limits"),
        ("/laboratory/0/value", "1800", "/laboratory/0/value", "look-again"),
        ("/laboratory/0/loinc", "14682-8", "/laboratory/0/loinc", "loinc-form"),
        ("/laboratory/1/value", "positive", "/laboratory/1/value", "value-unknown"),
        # of treatment
        ("/medication/0/atc", "J05-AH", "/medication/0/atc", "atc-form"),
        ("/medication/0/dose", "1.2.3", "/medication/0/dose", "not-a-number"),
        ("/medication/0/unit", "", "/medication/0/unit", "dose-without-unit"),
        ("/medication/0/unit", "spoons", "/medication/0/unit", "dose-unit"),
        ("/medication/0/dose", "", "/medication/0/unit", "unit-without-dose"),
        ("/support/0/settings/0/unit", "L/min", "/support/0/settings/0/unit", "setting-unit"),
        ("/support/0/settings/0/value", "much", "/support/0/settings/0/value", "not-a-number"),
        ("/support/0/settings/0", MODE | {"unit": "%"}, "/support/0/settings/0/unit", "unit-of-a-code"),
    ],
)  # fmt: skip
def test_what_cannot_be_so_is_said_where_it_stands(pointer, value, field, code):
    assert (field, code) in codes_of(with_(pointer, value))


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/onset_on", "2026-03-08"),
        ("/onset_on", None),
        ("/admitted_on", "2026-03-04"),
        ("/patient/age", {"value": 90, "unit": "a"}),
        ("/patient/age", {"value": 59, "unit": "mo"}),
        ("/patient/age", {"value": 0, "unit": "d"}),
        ("/patient/age", None),
        ("/diagnoses/0", {"system": "icd11-tm", "code": "SF80", "display": "Qi", "certainty": "suspected"}),
        ("/diagnoses/0", {"system": "icd10", "code": "J18.9", "display": "Pneumonia", "certainty": "suspected"}),
        ("/diagnoses/0/code", "CA40.Z&XN5PZ"),
        (f"{HEART}/at", "2026-03-09"),
        (f"{HEAT}", vital("temperature", "101.5", "[degF]")),
        (f"{SYSTOLIC}", vital("systolic", "14.0", "kPa")),
        ("/vitals/8", vital("gcs_total", "15", "{score}")),
        ("/laboratory/0/loinc", ""),
        ("/laboratory/0", sample()["laboratory"][0] | {"loinc": "2160-0", "unit": "mg/dL", "value": "1.6"}),
        ("/laboratory/0", sample()["laboratory"][0] | {"loinc": "48642-3", "unit": "mL/min/{1.73_m2}", "value": "42"}),
        ("/laboratory/0/comparator", "<"),
        ("/medication/0/from", "2026-04-01"),
        ("/medication/0", sample()["medication"][0] | {"dose": "", "unit": "", "route": "", "atc": ""}),
        ("/support/0/settings/2", MODE),
    ],
)  # fmt: skip
def test_what_may_be_so_is_taken(pointer, value):
    assert codes_of(with_(pointer, value)) == set()


@pytest.mark.parametrize(
    ("pointer", "value", "is_warning"),
    [
        ("/admitted_on", "2026-03-03", True),
        (f"{HEART}/value", "200", True),
        (f"{HEART}/value", "800", False),
        ("/admitted_on", "2026-03-10", False),
    ],
)
def test_what_may_be_sent_all_the_same_is_a_warning(pointer, value, is_warning):
    [problem] = problems_of(with_(pointer, value), today=TODAY)
    assert problem.is_warning is is_warning


def test_a_limit_is_told_in_the_unit_that_was_typed():
    [problem] = problems_of(with_(HEAT, vital("temperature", "120", "[degF]")), today=TODAY)
    assert problem.values == {"value": "120", "unit": "[degF]", "least": "53.6", "most": "114.8"}


@given(st.data(), st.fractions(-(10**4), 10**4, max_denominator=100))
def test_limits_are_the_same_in_every_unit(data, value):
    """What is refused in the first unit is refused in each other, however it is written."""
    sign = data.draw(st.sampled_from([one for one in vitals().values() if len(one.units) > 1]))
    unit = data.draw(st.sampled_from(sorted(sign.units)))
    typed = round(sign.converted(value, sign.first_unit, unit), 6)
    exact = sign.in_first_unit(typed, unit)
    content = sample() | {"vitals": [vital(sign.code, f"{float(typed):.6f}", unit), vital("fio2", "21", "%")]}
    found = {code for field, code in codes_of(content) if field == "/vitals/0/value"}
    refused = not sign.hard[0] <= exact <= sign.hard[1]
    assert ("out-of-limits" in found) == refused
    assert ("look-again" in found) == (not refused and not sign.soft[0] <= exact <= sign.soft[1])


@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 6), st.integers(3, 15))
def test_the_parts_of_glasgow_make_its_total(eye, verbal, motor, total):
    parts = (("gcs_eye", eye), ("gcs_verbal", verbal), ("gcs_motor", motor), ("gcs_total", total))
    content = sample() | {"vitals": [vital(code, str(value), "{score}") for code, value in parts]}
    assert (("/vitals/3/value", "gcs-sum") in codes_of(content)) == (eye + verbal + motor != total)


def test_parts_of_another_time_are_not_added_up():
    parts = [vital(code, "1", "{score}", at="2026-03-09T01:00Z") for code in ("gcs_eye", "gcs_verbal", "gcs_motor")]
    assert codes_of(sample() | {"vitals": [*parts, vital("gcs_total", "15", "{score}")]}) == set()


@given(st.dates(TODAY - timedelta(days=400), TODAY + timedelta(days=400)))
def test_onset_is_never_after_today(day: date):
    found = codes_of(with_("/onset_on", day.isoformat()) | {"admitted_on": None})
    assert (("/onset_on", "day-ahead") in found) == (day > TODAY)
