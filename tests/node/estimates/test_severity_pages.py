"""Whom it kills, on a page: sentences that claim no more than their intervals, the picture, the table, the notes."""

import re
from copy import deepcopy

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.node.estimates.severity_given import DIED, ILL, RECOVERED, UNKNOWN, counts, persons, several

from tocsin.node.estimates.building.severity import severity_of_counts, severity_of_persons
from tocsin.node.estimates.pages.risks import Risk, in_per_cent
from tocsin.node.estimates.pages.severity import severity_shown
from tocsin.node.estimates.pages.severity_drawing import NARROW, WIDE, Bar, Words, drawn, is_cut
from tocsin.node.estimates.pages.severity_saying import FALLING, RISING, highest, trend

PREFIX = ("", "severe_")
NOBODY_SEVERE = dict.fromkeys(("severe", "severe_of", "severe_estimate", "severe_low", "severe_high"))


def risk(estimate, low, high, few=False) -> dict:
    return {"estimate": estimate, "low": low, "high": high, "few": few}


def group(age, cases, deaths, *values, **severe) -> dict:
    return {"age": age, "cases": cases, "deaths": deaths, **risk(*values), **NOBODY_SEVERE, **severe}


PAYLOAD = {
    "method": "competing_risks",
    "as_of": "2026-11-12",
    "since": None,
    "cases": 186,
    "deaths": 36,
    "ill": 4,
    "unknown": 0,
    "all": risk(0.194, 0.14, 0.258),
    "ages": [
        group("0-14", 20, 0, 0.0, 0.0, 0.168, True),
        group("15-64", 100, 10, 0.1, 0.05, 0.176),
        group("65+", 60, 25, 0.417, 0.313, 0.541),
    ],
    "unknown_age": {"cases": 6, "deaths": 1},
    "severe": None,
    "correlation": None,
    "delay": None,
    "why": [],
}


def changed(**parts) -> dict:
    return {**deepcopy(PAYLOAD), **parts}


def name(code: str) -> str:
    return code.replace("-", "–")


def shown(payload: dict):
    return severity_shown(payload, name, "Cholera, Karsu")


def words(payload: dict) -> list[str]:
    return [sentence.replace("\xa0", " ") for sentence in shown(payload).sentences]


def first(payload: dict) -> str:
    return words(payload)[0]


# Sentences


def test_the_answer_is_of_100_cases_and_names_the_age_that_dies_most():
    assert words(PAYLOAD) == [
        "Of 100 cases probably 19 die (14 to 26).",
        "Most often it kills in the age group 65+: 42 of 100 (31 to 54).",
        "The risk rises with age.",
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((0.011, 0.002, 0.033), "Of 100 cases probably 1 dies (0 to 3)."),
        ((0.004, 0.002, 0.007), "Of 1,000 cases probably 4 die (2 to 7)."),
        ((0.0229, 0.0215, 0.0243), "Of 1,000 cases probably 23 die (22 to 24)."),
        ((0.00031, 0.0001, 0.0007), "Of 10,000 cases probably 3 die (1 to 7)."),
        ((1.0, 0.63, 1.0), "Of 100 cases probably 100 die (63 to 100)."),
    ],
)
def test_of_how_many_one_speaks_follows_what_is_known(values, said):
    assert first(changed(all=risk(*values))) == said


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("delay_adjusted", "Of 100 cases probably 19 die (14 to 26)."),
        ("closed", "Of 100 cases whose outcome is known 19 died (14 to 26)."),
        ("naive", "Of 100 cases 19 have died so far (14 to 26)."),
    ],
)
def test_what_has_been_seen_is_not_said_as_what_will_be(method, said):
    assert first(changed(method=method)) == said


def test_nobody_died_is_no_promise():
    none = changed(deaths=0, cases=23, ill=0, all=risk(0.0, 0.0, 0.148, True), ages=[])
    assert words(none) == ["Nobody of 23 cases has died so far; the risk may still be up to 15 of 100."]


def test_nobody_died_and_many_are_ill_gives_no_bound():
    none = changed(method="naive", deaths=0, cases=23, ill=20, all=risk(0.0, 0.0, 0.148, True), ages=[])
    assert words(none) == ["Nobody of 23 cases has died so far."]


def test_three_cases_are_no_fatality():
    few = changed(method="closed", cases=9, deaths=2, ill=6, all=risk(0.667, 0.094, 0.992, True), ages=[])
    assert words(few) == ["So far 2 of 3 died: too few to tell how many do in general."]


def test_more_deaths_than_cases_is_said_and_nothing_else():
    assert words(changed(all=risk(None, None, None))) == [
        "More deaths than cases are counted: how many of the cases die cannot be told."
    ]


def test_an_age_is_named_only_where_its_interval_lies_wholly_above_that_of_all():
    whole = Risk(0.194, 0.14, 0.258, False)
    young = ("0-64", Risk(0.1, 0.05, 0.176, False))
    assert highest([young, ("65+", Risk(0.417, 0.259, 0.541, False))], whole)[0] == "65+"
    assert highest([young, ("65+", Risk(0.417, 0.258, 0.541, False))], whole) is None
    assert highest([("65+", Risk(0.417, 0.259, 0.541, False))], whole) is None


def test_a_surer_age_is_not_named_where_another_may_be_higher():
    whole = Risk(0.194, 0.14, 0.258, False)
    groups = [("15-64", Risk(0.35, 0.3, 0.4, False)), ("65+", Risk(0.5, 0.1, 0.9, True))]
    assert highest(groups, whole) is None


STEPS = [Risk(0.02, 0.005, 0.05, True), Risk(0.06, 0.03, 0.1, False), Risk(0.12, 0.06, 0.2, False)]


@pytest.mark.parametrize(
    ("risks", "way"),
    [
        (STEPS, RISING),
        (STEPS[::-1], FALLING),
        ([STEPS[1], STEPS[0], STEPS[2]], ""),
        ([STEPS[0], STEPS[2]], ""),
        ([*STEPS[:2], Risk(0.12, 0.05, 0.2, False)], ""),
        ([], ""),
    ],
)
def test_a_trend_is_said_only_where_it_is_plain(risks, way):
    assert trend([(str(n), risk) for n, risk in enumerate(risks)]) == way


def test_a_plain_trend_is_said_in_words_with_its_highest_age():
    falling = changed(ages=PAYLOAD["ages"][::-1])
    assert words(falling)[1:] == [
        "Most often it kills in the age group 65+: 42 of 100 (31 to 54).",
        "The risk falls with age.",
    ]


def test_a_plain_trend_names_its_highest_age_though_its_interval_is_wide():
    ages = [group("25-44", 40, 0, 0.0, 0.0, 0.088, True), group("45-64", 69, 6, 0.087, 0.033, 0.18, True)]
    mers = changed(all=risk(0.117, 0.072, 0.177), ages=[*ages, group("65+", 49, 13, 0.2653, 0.149, 0.411)])
    assert words(mers)[1:] == [
        "Most often it kills in the age group 65+: 27 of 100 (15 to 41).",
        "The risk rises with age.",
    ]


def test_ages_that_do_not_differ_are_not_told_apart():
    alike = changed(ages=[group("0-64", 90, 18, 0.2, 0.12, 0.3), group("65+", 90, 18, 0.21, 0.13, 0.31)])
    assert words(alike) == ["Of 100 cases probably 19 die (14 to 26)."]


# What weakens it


def test_few_deaths_are_said_to_be_few():
    assert "It rests on only 4 deaths: the next ones can change it much." in shown(changed(deaths=4)).notes
    assert "It rests on 1 death: the next ones can change it much." in shown(changed(deaths=1)).notes
    assert not any("rests" in note for note in shown(PAYLOAD).notes)


def test_few_recoveries_make_it_look_high():
    assert "Fewer than 10 have recovered" in " ".join(shown(changed(all=risk(0.8, 0.6, 0.9, True))).notes)


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("competing_risks", "is allowed for"),
        ("closed", "the risk looks higher than it is"),
        ("naive", "the risk is probably higher than shown"),
    ],
)
def test_who_is_still_ill_is_named_with_what_it_does_to_the_risk(method, said):
    (note,) = (note for note in shown(changed(method=method)).notes if "still ill" in note)
    assert note.startswith("4 cases are still ill")
    assert said in note


def test_unknown_outcomes_and_ages_are_named():
    notes = shown(changed(unknown=3)).notes
    assert "Of 3 cases the outcome is not known; they are left out." in notes
    assert "Of 6 cases the age is not known; they are among all ages and in no group." in notes
    naive = shown(changed(unknown=3, method="naive")).notes
    assert "Of 3 cases the outcome is not known; some of them may have died." in naive


def test_an_age_whose_end_is_not_known_yet_is_named():
    early = "Where the end of most of an age is not known yet, nothing is said of its risk."
    ages = [group("0-14", 20, 1, None, None, None, True), *PAYLOAD["ages"][1:]]
    assert early in shown(changed(ages=ages)).notes
    assert early not in shown(changed(ages=ages, method="naive")).notes
    assert early not in shown(PAYLOAD).notes


def test_counts_without_a_delay_say_that_some_may_yet_die():
    notes = shown(changed(method="naive", since="2026-01-05", ill=0, why=["no_delay"])).notes
    assert any("while cases rise, the risk is higher than shown" in note for note in notes)
    adjusted = shown(changed(method="delay_adjusted", since="2026-01-05", ill=0)).notes
    assert not any("may yet die" in note for note in adjusted)


def test_how_it_was_estimated_names_the_delay_with_its_source():
    delay = {"name": "cholera", "mean": 8.64, "source": "Somebody, 2011"}
    method = shown(changed(method="delay_adjusted", since="2026-01-05", delay=delay)).method
    assert method[0].endswith("from case to death it takes 8.6 days on average. Somebody, 2011")
    assert "suspected ones among them" in method[1]
    assert [shown(changed(method=name)).method[0].split()[0] for name in ("competing_risks", "closed", "naive")] == [
        "Death", "Deaths", "Deaths",
    ]  # fmt: skip


def test_a_correlation_comes_with_its_warning():
    said = shown(changed(correlation={"groups": 6, "estimate": 0.91, "low": 0.37, "high": 0.99})).method[-1]
    assert "Across 6 age groups" in said
    assert "0.91 (0.37 to 0.99). So few groups say little" in said
    assert not any("groups" in said for said in shown(PAYLOAD).method)


# Table and picture

SEVERE = changed(
    severe={"name": "intensive_care", "events": 51, "persons": 150, **risk(0.34, 0.265, 0.422)},
    ages=[
        group("15-64", 100, 10, 0.1, 0.05, 0.176, severe=4, severe_of=31, severe_estimate=0.129, severe_low=0.036,
              severe_high=0.298),
        group("65+", 60, 25, 0.417, 0.313, 0.541, severe=40, severe_of=50, severe_estimate=0.8, severe_low=0.66,
              severe_high=0.9),
    ],
)  # fmt: skip


def test_the_table_has_ages_the_unknown_and_all():
    rows = [[row.age, row.cases, row.deaths, row.fatality] for row in shown(PAYLOAD).rows]
    assert rows == [
        ["0–14", "20", "0", "0% (0% to 17%)"],
        ["15–64", "100", "10", "10% (5% to 18%)"],
        ["65+", "60", "25", "42% (31% to 54%)"],
        ["age unknown", "6", "1", ""],
        ["all ages", "186", "36", "19% (14% to 26%)"],
    ]
    assert [row.is_few for row in shown(PAYLOAD).rows] == [True, False, False, False, False]
    assert [row.is_total for row in shown(PAYLOAD).rows][-2:] == [False, True]


def test_per_cent_have_the_digits_that_tell_them_apart():
    assert in_per_cent(Risk(0.013, 0.0109, 0.0154, False)) == "1.3% (1.1% to 1.5%)"
    assert in_per_cent(Risk(0.0, 0.0, 0.0088, True)) == "0.0% (0.0% to 0.9%)"
    assert in_per_cent(Risk(0.08, 0.0713, 0.0886, False)) == "8.0% (7.1% to 8.9%)"
    assert in_per_cent(Risk(0.004, 0.0001, 0.03, True)) == "0.4% (0.0% to 3.0%)"
    assert in_per_cent(Risk(0.42, 0.31, 0.54, False)) == "42% (31% to 54%)"


def test_intensive_care_stands_beside_where_it_is_known():
    found = shown(SEVERE)
    assert found.has_severe
    assert [(row.severe, row.severe_share) for row in found.rows] == [
        ("4 of 31", "13% (4% to 30%)"),
        ("40 of 50", "80% (66% to 90%)"),
        ("", ""),
        ("51 of 150", "34% (26% to 42%)"),
    ]
    assert not shown(PAYLOAD).has_severe
    assert "Squares" in found.caption
    assert "Broken lines rest on few outcomes." in found.caption
    assert found.pictures[0].count("severity-line-severe severity-few") == 1
    assert "Squares" not in shown(PAYLOAD).caption


def test_the_picture_stands_twice_and_says_in_words_what_it_shows():
    wide, narrow = shown(SEVERE).pictures
    assert 'viewBox="0 0 820 ' in wide
    assert 'viewBox="0 0 350 ' in narrow
    for picture in (wide, narrow):
        assert 'aria-label="Cholera, Karsu. Of 100 cases probably 19 die (14 to 26). Most often' in picture
        assert picture.count("<circle") == 3 + 1  # and one in the head
        assert picture.count("severity-point-severe") == 3 + 1


@pytest.mark.parametrize("ages", [[], PAYLOAD["ages"][2:], [PAYLOAD["ages"][1], group("65+", 2, 0, None, None, None)]])
def test_one_age_and_none_need_no_picture(ages):
    found = shown(changed(ages=ages))
    assert found.pictures == []
    assert found.caption == ""
    assert found.sentences
    assert len(found.rows) == len(ages) + 2


def test_an_age_without_a_case_has_no_line():
    found = shown(changed(ages=[group("0-14", 0, 0, None, None, None, True), *PAYLOAD["ages"][1:]]))
    assert next(row.age for row in found.rows) == "15–64"
    assert "0–14" not in found.pictures[0]


WORDS = Words("title", "Fatality", "")
TINY = [
    Bar("0–14", Risk(0.0, 0.0, 0.84, True), None, is_total=False),
    Bar("65+", Risk(0.04, 0.03, 0.05, False), None, is_total=False),
    Bar("all ages", Risk(0.03, 0.02, 0.04, False), None, is_total=True),
]


def test_the_interval_of_two_persons_does_not_press_the_others_flat():
    assert is_cut(TINY)
    picture = drawn(TINY, WORDS)
    assert picture.count("severity-arrow") == 1
    last = max(map(float, re.findall(r">(\d+(?:\.\d+)?)%</text>", picture)))
    assert last == 10
    assert "An arrow" not in shown(PAYLOAD).caption
    cut = changed(all=risk(0.03, 0.02, 0.04), ages=[
        group("0-14", 2, 0, 0.0, 0.0, 0.84, True), group("65+", 900, 36, 0.04, 0.03, 0.05)
    ])  # fmt: skip
    assert "An arrow: the interval goes on." in shown(cut).caption
    assert "Broken lines rest on few outcomes." in shown(cut).caption


def test_where_nobody_died_of_any_age_there_is_still_an_axis():
    bars = [Bar(name, Risk(0.0, 0.0, high, True), None, is_total=False) for name, high in (("0–64", 0.3), ("65+", 0.5))]
    picture = drawn([*bars, Bar("all ages", None, None, is_total=True)], WORDS)
    assert not is_cut(bars)
    assert ">40%</text>" in picture


@pytest.mark.parametrize("shape", [WIDE, NARROW])
def test_long_names_of_ages_are_cut_so_that_words_never_meet(shape):
    long = [Bar("от восемнадцати до шестидесяти четырёх лет включительно", TINY[1].fatal, None, is_total=False)]
    picture = drawn([*long, *TINY[1:]], WORDS, shape)
    labels = re.findall(r'class="severity-name" x="4\.0"[^>]*>([^<]*)<', picture)
    assert labels[0].endswith("…")
    assert labels[1:] == ["65+", "all ages"]
    room = {"wide": 190, "narrow": 350 - 8 - 14 - 7.2 * len(in_per_cent(TINY[1].fatal))}[shape.name]
    assert 7.2 * len(labels[0]) <= room


def test_everything_lies_inside_the_picture():
    for shape in (WIDE, NARROW):
        picture = drawn(TINY, WORDS, shape)
        xs = [float(x) for x in re.findall(r'\b(?:x|cx)="(-?[\d.]+)"', picture)]
        assert all(0 <= x <= shape.width for x in xs)
        assert not re.search(r"nan|inf", picture)


def test_what_people_wrote_is_escaped():
    found = severity_shown(PAYLOAD, lambda code: f"<b>{code}</b>", 'Cholera "x" <i>')
    page = render_to_string("estimates/severity_part.html", {"severity": found})
    for markup in ("<b>", "<i>", '"x"'):
        assert markup not in page
    assert "&lt;b&gt;65+&lt;/b&gt;" in page


def test_the_part_stands_on_a_page():
    page = render_to_string("estimates/severity_part.html", {"severity": shown(SEVERE)})
    assert "<h3>Whom it kills</h3>" in page
    assert page.count("<svg") == 2
    assert "Of 100 cases probably 19 die (14 to 26)." in page
    assert ">4 of 31<" in page
    plain = render_to_string("estimates/severity_part.html", {"severity": shown(PAYLOAD)})
    assert "Share in intensive care" not in plain


@pytest.mark.parametrize("language", ["ru", "zh-hans"])
def test_every_language_has_its_part(language):
    with translation.override(language):
        for payload in (PAYLOAD, SEVERE, changed(method="naive", deaths=0, ill=1), changed(method="closed", deaths=1)):
            page = render_to_string("estimates/severity_part.html", {"severity": shown(payload)})
            assert "%(" not in page


# From what is given to what is shown


def test_a_line_list_is_told_from_end_to_end():
    payload = severity_of_persons(
        persons(
            several(1, DIED, age=0), several(49, RECOVERED, age=0), several(6, DIED, age=1),
            several(54, RECOVERED, age=1), several(30, DIED, age=2), several(30, RECOVERED, age=2),
            several(9, ILL, age=2, days=0),
        )
    )  # fmt: skip
    assert words(payload) == [
        "Of 100 cases probably 22 die (16 to 29).",
        "Most often it kills in the age group 65+: 50 of 100 (37 to 63).",
        "The risk rises with age.",
    ]


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([0.0, 1.0, 4.0, 9.0, 30.0, -1.0, float("nan")]),
            st.sampled_from([ILL, DIED, RECOVERED, UNKNOWN]),
            st.integers(-1, 2),
            st.integers(-1, 1),
        ),
        max_size=40,
    )
)
@settings(max_examples=80, deadline=None)
def test_whatever_a_line_list_holds_can_be_shown(rows):
    payload = severity_of_persons(persons(rows))
    assert (payload is None) == all(row[1] == UNKNOWN for row in rows)
    if payload is not None:
        assert payload["cases"] == len(rows)
        _can_be_shown(payload)


@given(
    table=arrays(float, (3, 3, 6), elements=st.sampled_from([0.0, 0.0, 1.0, 2.0, 7.0, 50.0, float("nan")])),
    delay=st.sampled_from([None, [1.0], [0.0, 0.5, 0.5], [0.02] * 50]),
    every=st.sampled_from(["day", "week"]),
    ages=st.sampled_from([("0-14", "15-64", "65+"), ("0-64", "65+", "unknown")]),
)
@settings(max_examples=80, deadline=None)
def test_whatever_counts_hold_can_be_shown(table, delay, every, ages):
    payload = severity_of_counts(counts(*table[:2], severe=table[2], delay=delay, every=every, ages=ages))
    if payload is not None:
        _can_be_shown(payload)


def _can_be_shown(payload: dict) -> None:
    parts = [payload["all"], payload["severe"] or {}, *payload["ages"]]
    values = [tuple(part.get(f"{of}{name}") for name in ("low", "estimate", "high")) for part in parts for of in PREFIX]
    for low, estimate, high in values:
        assert (low is None) == (estimate is None) == (high is None)
        assert estimate is None or 0 <= low <= estimate <= high <= 1
    page = render_to_string("estimates/severity_part.html", {"severity": shown(payload)})
    assert "nan" not in re.sub(r"<[^>]*>", "", page).split()


def test_counts_are_told_from_end_to_end():
    payload = severity_of_counts(counts([[300, 300], [100, 100]], [[1, 2], [10, 20]], ages=("0-64", "65+")))
    assert words(payload) == [
        "Of 100 cases 4 have died so far (3 to 6).",
        "Most often it kills in the age group 65+: 15 of 100 (10 to 21).",
    ]
