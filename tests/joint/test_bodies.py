"""The rules of a body as they reach what decides: plain, and never changed by whoever holds them."""

from dataclasses import FrozenInstanceError, replace

import pytest

from tocsin.joint.bodies import BodyRules

COUNCIL = BodyRules(
    code="council",
    kinds=("statement", "plan"),
    silence=True,
    silence_hours=24,
    members=("AL", "BO"),
    official=("ru", "zh-hans"),
    may_join=("AL", "BO", "GO"),
)


def test_nobody_changes_the_rules_while_a_decision_runs():
    with pytest.raises(FrozenInstanceError):
        COUNCIL.silence = False


def test_two_readings_of_the_same_rules_are_equal_and_count_as_one():
    assert len({COUNCIL, replace(COUNCIL), replace(COUNCIL, silence=False)}) == 2
