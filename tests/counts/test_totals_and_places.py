"""Totals among their parts, at one level or several, and places under several spellings."""

import datetime

import numpy as np
import pytest

from tocsin.counts import read

START = datetime.date(2026, 1, 5)
WEEKS = [(START + datetime.timedelta(weeks=i)).isoformat() for i in range(12)]
A = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
B = [2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4, 5]
C = [0, 0, 1, 0, 2, 0, 0, 1, 0, 0, 0, 3]
SUM = [a + b + c for a, b, c in zip(A, B, C, strict=True)]


def table(columns, series):
    lines = [
        f"{week},{key},{count}" for key, counts in series.items() for week, count in zip(WEEKS, counts, strict=True)
    ]
    return f"date,{columns},cases\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", ["Всего", "Итого", "Total", "India total", "合计", "全国", "all ages", "00+", "ВСЕГО"])
def test_totals_known_by_name_are_left_out_and_said(write, note, name):
    text = table("region", {"A": A, "B": B, "C": C, name: [s + (i == 3) for i, s in enumerate(SUM)]})
    series = read(write(text))
    assert series.names == ["A", "B", "C"]
    values = note(series, "totals").values
    assert (values["name"], values["by_name"], values["kept"]) == (name, True, False)
    assert name in read(write(text), totals="keep").names


@pytest.mark.parametrize("name", ["99", "TT", "RUS"])
def test_totals_known_by_arithmetic(write, note, name):
    series = read(write(table("region", {"A": A, "B": B, "C": C, name: SUM})))
    assert series.names == ["A", "B", "C"]
    assert note(series, "totals").values["by_name"] is False


def test_a_large_region_is_no_total(write):
    large = [s + (i % 4 == 0) for i, s in enumerate(SUM)]
    assert read(write(table("region", {"A": A, "B": B, "C": C, "D": large}))).names == ["A", "B", "C", "D"]


def test_two_equal_series_are_no_totals(write):
    assert read(write(table("region", {"A": A, "B": A}))).names == ["A", "B"]
    nobody = [0] * len(A)
    assert read(write(table("region", {"A": A, "B": A, "C": nobody}))).names == ["A", "B", "C"]


def test_totals_across_two_keys_leave_the_finest_parts(write):
    # Ages for the country only, states for all ages only: as in German notification data.
    parts = {
        "DE,00+": SUM,
        "DE,00-04": A,
        "DE,05-59": B,
        "DE,60+": C,
        "DE-BY,00+": B,
        "DE-BE,00+": [a + c for a, c in zip(A, C, strict=True)],
    }
    path = write(table("location,age_group", parts))
    assert read(path).names == ["DE · 00-04", "DE · 05-59", "DE · 60+", "DE-BE · 00+", "DE-BY · 00+"]
    by_place = read(path, by="location")
    assert by_place.names == ["DE-BE", "DE-BY"]
    assert by_place.counts.sum() == sum(SUM)
    assert read(path, by="age_group").counts.tolist() == [A, B, C]
    assert read(path, by=()).counts.tolist() == [SUM]


def test_of_two_divisions_the_fuller_is_added_up(write, note):
    more = [b + 1 for b in B]
    parts = {"DE,00+": SUM, "DE,00-59": A, "DE,60+": C, "DE-BY,00+": more, "DE-BE,00+": A}
    series = read(write(table("location,age_group", parts)), by=())
    assert series.counts.tolist() == [[a + b for a, b in zip(A, more, strict=True)]]
    assert note(series, "added_over").values["not_added"] == 2


def test_totals_of_each_country(write):
    parts = {
        "RUS,A": A,
        "RUS,B": B,
        "RUS,Всего": [a + b for a, b in zip(A, B, strict=True)],
        "IND,D": C,
        "IND,E": A,
        "IND,India total": [a + c for a, c in zip(A, C, strict=True)],
    }
    series = read(write(table("iso3,region", parts)))
    assert series.names == ["IND · D", "IND · E", "RUS · A", "RUS · B"]


def test_spellings_of_one_name_are_put_together(write, note):
    text = table("city", {"Орёл": A[:6] + [""] * 6, " Орел ": [""] * 6 + B[6:], "ТОМСК": C})
    series = read(write(text))
    assert series.names == ["Орел", "ТОМСК"]
    assert series.counts[0].tolist() == A[:6] + B[6:]
    assert note(series, "spellings").values["changed"] == {"Орёл": "Орел"}


def test_full_width_and_case(write):
    text = table("city", {"Almaty": [9] * 6 + [0] * 6, "ＡＬＭＡＴＹ": [0] * 6 + B[6:], "Osh": C})
    assert read(write(text)).names == ["Almaty", "Osh"]


def test_renamed_place_is_asked_about_and_joined_by_an_alias(write, note):
    text = table("city", {"Алма-Ата": A[:6] + [""] * 6, "Алматы": [""] * 6 + B[6:], "Томск": C, "Омск": C})
    series = read(write(text))
    assert note(series, "near_duplicates").values["pairs"] == (("Алма-Ата", "Алматы"),)
    joined = read(write(text), aliases={"Алма-Ата": "Алматы"})
    assert joined.names == ["Алматы", "Омск", "Томск"]
    assert joined.counts[0].tolist() == A[:6] + B[6:]
    assert "near_duplicates" not in [one.code for one in joined.notes]


def test_places_alike_that_report_together_are_two(write):
    text = table("region", {"Shaanxi": A, "Shanxi": B, "Chiayi City": A, "Chiayi County": B})
    assert "near_duplicates" not in [one.code for one in read(write(text)).notes]


def test_counts_are_writable_and_own_their_memory(write):
    series = read(write(table("region", {"A": A, "B": B, "C": C, "Total": SUM})))
    assert series.counts.flags.c_contiguous
    assert series.counts.dtype == np.float64
