"""The catalogue: whole in three languages, in units that convert, and no rule of a request depends on it."""

import re

import pytest

from tocsin.joint.assistance.catalogue import OTHER, catalogue, groups, may_be_given_in
from tocsin.joint.assistance.units import UNITS, converted


@pytest.mark.parametrize("code", catalogue())
def test_an_item_has_a_group_units_that_convert_and_three_names(code):
    entry = catalogue()[code]
    assert re.fullmatch("[a-z][a-z0-9-]{0,59}", code)
    assert entry.group in groups()
    assert not entry.units or entry.unit in entry.units
    for unit in entry.units:
        assert unit in UNITS
    assert len(set(entry.name)) == 3
    assert re.search("[а-яё]", entry.name.ru.lower())
    assert re.search("[\u4e00-\u9fff]", entry.name.zh)


def test_names_and_groups_are_told_apart_in_every_language():
    for words in ([entry.name for entry in catalogue().values()], list(groups().values())):
        for said in zip(*words, strict=True):
            assert len(set(said)) == len(said)
    assert [group for group in groups() if group not in {entry.group for entry in catalogue().values()}] == []


def test_every_unit_of_an_item_converts_to_the_one_it_is_counted_in():
    for entry in catalogue().values():
        for unit in entry.units:
            sizes = [10 if UNITS[one].holds else None for one in (unit, entry.unit)]
            assert converted(1, unit, entry.unit, pack_size=sizes[0], to_pack_size=sizes[1]) > 0, entry.code


def test_an_item_is_given_in_its_own_units_and_something_else_in_any():
    assert may_be_given_in("vaccine-plague", "vial")
    assert not may_be_given_in("vaccine-plague", "kg")
    assert not may_be_given_in("vaccine-plague", "pallet")
    assert may_be_given_in(OTHER, "kg")
    assert may_be_given_in("of-a-later-release", "kg")
    assert not may_be_given_in(OTHER, "pallet")


def test_the_classes_of_teams_and_dangerous_goods_are_there():
    teams = [entry.emt_type for entry in catalogue().values() if entry.emt_type]
    assert teams == ["type_1_mobile", "type_1_fixed", "type_2", "type_3", "specialised"]
    assert catalogue()["packaging-category-a"].un2814
    assert catalogue()["vaccine-plague"].cold_chain == "2_8"
    assert catalogue()["vaccine-plague"].medicine
