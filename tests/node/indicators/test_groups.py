"""Groups as tables name them, in the labels that partners know; what cannot be told is not guessed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.exchange.types.tables import age_range
from tocsin.node.indicators.building.groups import group_of

AGE = re.compile(r"all|unknown|(0|[1-9][0-9]{0,2})([+]|-(0|[1-9][0-9]{0,2}))")  # as the schema has it


@pytest.mark.parametrize(
    ("stratum", "columns", "group"),
    [
        ("", [], ("all", "all")),
        ("00-04", ["age"], ("0-4", "all")),
        ("80+", ["age"], ("80+", "all")),
        ("(unknown)", ["age"], ("unknown", "all")),
        ("5–14", [], ("5-14", "all")),
        ("5 - 14 лет", [], ("5-14", "all")),
        ("65 и старше", ["возраст"], ("65+", "all")),
        ("65 лет и старше", ["возраст"], ("65+", "all")),
        ("65岁及以上", ["年龄"], ("65+", "all")),
        ("60岁以上", ["年龄"], ("60+", "all")),
        ("5岁以下", ["年龄"], ("0-4", "all")),
        ("до 1 года", ["возраст"], ("0-0", "all")),
        ("<5", ["age"], ("0-4", "all")),
        ("under 5 years", ["age"], ("0-4", "all")),
        ("65 and over", ["age"], ("65+", "all")),
        ("7", ["age"], ("7-7", "all")),
        ("F", ["sex"], ("all", "female")),
        ("м", ["пол"], ("all", "male")),
        ("女", ["性别"], ("all", "female")),
        ("unknown", ["sex"], ("all", "unknown")),
        ("不详", ["年龄"], ("unknown", "all")),
        ("00-04 · female", ["age", "sex"], ("0-4", "female")),
        ("male · 15-34", ["sex", "age"], ("15-34", "male")),
    ],
)
def test_ages_and_sexes_are_told_in_three_languages(stratum, columns, group):
    assert group_of(stratum, columns) == group


@pytest.mark.parametrize(
    ("stratum", "columns"),
    [
        ("pilgrims", ["group"]),
        ("7", ["group"]),
        ("1", ["sex"]),
        ("unknown", ["group"]),
        ("14-5", ["age"]),
        ("<0", ["age"]),
        ("0-200", ["age"]),
        ("00-04 · 05-09", ["age", "age"]),
        ("female · vaccinated", ["sex", "status"]),
    ],
)
def test_what_is_no_age_or_sex_for_certain_is_not_guessed(stratum, columns):
    assert group_of(stratum, columns) is None


@given(st.text(max_size=12), st.sampled_from(["age", "sex", "group", "возраст", "年龄", ""]))
def test_whatever_a_table_calls_a_group_partners_get_a_label_they_can_read_or_none(stratum, column):
    group = group_of(stratum, [column])
    if group is not None:
        assert AGE.fullmatch(group.age)
        age_range(group.age)
        assert group.sex in {"all", "female", "male", "other", "unknown"}
