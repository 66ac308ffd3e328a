"""Vital signs and laboratory tests: conversion is exact, limits make sense, codes are LOINC's."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.clinical.loinc import is_loinc
from tocsin.clinical.measures import Inconvertible, laboratory, laboratory_test, measure_of, vitals
from tocsin.clinical.vocabulary import codes

ALL = {**vitals(), **laboratory()}
NUMBERS = [one for one in ALL.values() if one.units]
values = st.fractions(-(10**6), 10**6, max_denominator=10**6)
# Molar masses in g/mol, and what one is of the first unit: an independent way to the factors between mg/dL and moles.
MOLAR = {
    "creatinine": (113.12, 1e4), "urea": (60.06, 10), "uric_acid": (168.11, 1e4), "bilirubin_total": (584.66, 1e4),
    "bilirubin_direct": (584.66, 1e4), "glucose": (180.156, 10), "triglycerides": (885.4, 10), "calcium": (40.078, 10),
    "magnesium": (24.305, 10), "phosphate": (30.974, 10), "lactate": (90.08, 10), "urea_nitrogen": (28.014, 10),
}  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "value", "frm", "to", "expected"),
    [
        ("temperature", "98.6", "[degF]", "Cel", "37"),
        ("temperature", "37", "Cel", "[degF]", "98.6"),
        ("temperature", "310.15", "K", "Cel", "37"),
        ("fio2", "0.4", "1", "%", "40"),
        ("weight", "1", "[lb_av]", "kg", "0.45359237"),
        ("height", "70", "[in_i]", "cm", "177.8"),
        ("urine_output", "50", "mL/h", "mL/(24.h)", "1200"),
        ("creatinine", "1", "mg/dL", "umol/L", "88.42"),
        ("haemoglobin", "12.5", "g/dL", "g/L", "125"),
        ("crp", "2", "mg/dL", "mg/L", "20"),
        ("troponin_i", "0.04", "ng/mL", "ng/L", "40"),
        ("alt", "1", "ukat/L", "U/L", "60"),
        ("d_dimer_feu", "500", "ng/mL{FEU}", "ug/mL{FEU}", "0.5"),
    ],
)
def test_a_value_is_the_same_in_another_unit(measure, value, frm, to, expected):
    assert ALL[measure].converted(Fraction(value), frm, to) == Fraction(expected)


def test_pressures_are_those_of_ucum():
    # UCUM: 1 m[Hg] is 133.3220 kPa, 1 m[H2O] is 9.80665 kPa
    assert vitals()["systolic"].converted(Fraction(120), "mm[Hg]", "kPa") == Fraction("15.998640")
    assert vitals()["central_venous_pressure"].converted(Fraction(10), "cm[H2O]", "kPa") == Fraction("0.980665")
    assert laboratory()["pco2"].converted(Fraction("13.3322"), "kPa", "mm[Hg]") == 100


@given(st.data(), values)
def test_there_and_back_nothing_is_lost(data, value):
    measure = data.draw(st.sampled_from(NUMBERS))
    frm, to = (data.draw(st.sampled_from(sorted(measure.units))) for _ in range(2))
    assert measure.converted(measure.converted(value, frm, to), to, frm) == value
    assert measure.converted(value, frm, frm) == value


@given(st.data(), values, values)
def test_conversion_keeps_the_order(data, one, other):
    measure = data.draw(st.sampled_from(NUMBERS))
    unit = data.draw(st.sampled_from(sorted(measure.units)))
    assert (measure.in_first_unit(one, unit) < measure.in_first_unit(other, unit)) == (one < other)


@pytest.mark.parametrize("code", MOLAR)
def test_factors_are_those_of_the_molar_mass(code):
    mass, scale = MOLAR[code]
    assert float(ALL[code].units["mg/dL"].factor) == pytest.approx(scale / mass, rel=2e-3)


@pytest.mark.parametrize("measure", ALL.values(), ids=ALL)
def test_a_measure_is_whole(measure):
    assert all(measure.words)
    loincs = {measure.loinc, *(unit.loinc for unit in measure.units.values())}
    assert all(is_loinc(code) for code in loincs)
    if measure.values:
        assert not measure.units
        assert codes(measure.values)
        return
    assert measure.units[measure.first_unit].factor == 1
    assert measure.hard[0] <= measure.soft[0] < measure.soft[1] <= measure.hard[1]
    for unit in measure.units:
        least, most = measure.limits_in(unit, hard=True)
        assert measure.in_first_unit(least, unit) == measure.hard[0]
        assert least < most


def test_a_loinc_code_names_one_measure():
    seen = [code for one in ALL.values() for code in {one.loinc, *(unit.loinc for unit in one.units.values())}]
    assert len(seen) == len(set(seen))
    assert laboratory_test("2160-0") is laboratory()["creatinine"]
    assert laboratory_test("14682-9") is laboratory()["creatinine"]
    assert laboratory_test("8867-4") is None
    assert measure_of("8867-4") is vitals()["heart_rate"]
    assert measure_of("1234-5") is None


def test_the_code_follows_the_unit():
    assert laboratory()["creatinine"].loinc_in("mg/dL") == "2160-0"
    assert laboratory()["creatinine"].loinc_in("umol/L") == "14682-9"
    assert laboratory()["sars_cov_2_rna"].loinc_in("") == "94500-6"


def test_a_unit_that_a_measure_is_not_given_in_is_refused():
    with pytest.raises(Inconvertible, match=r"heart_rate is not given in 'Cel'; its units are /min"):
        vitals()["heart_rate"].converted(Fraction(80), "Cel", "/min")
    with pytest.raises(Inconvertible, match="its value is a code"):
        vitals()["consciousness"].in_first_unit(Fraction(1), "")


@pytest.mark.parametrize("code", ["2160-0", "718-7", "8867-4", "59408-5", "94500-6", "3150-0"])
def test_codes_of_loinc_have_their_check_digit(code):
    assert is_loinc(code)


@pytest.mark.parametrize("code", ["2160-1", "781-7", "8876-4", "3150-6", "", "2160", "2160-", "-0", "2160-0 ", "٢-5"])
def test_slips_of_a_finger_are_no_codes(code):
    assert not is_loinc(code)


def test_the_short_list_is_about_as_long_as_promised():
    assert 65 <= len(laboratory()) <= 90
    assert len(vitals()) >= 18
