"""The risk matrix: what must hold of any, and that the one that comes with Tocsin is said to be a choice."""

import itertools
import json
from pathlib import Path

import pytest

from tocsin.exchange import types
from tocsin.node.events.instruments.risk import (
    CONFIDENCES,
    IMPACTS,
    LEVELS,
    LIKELIHOODS,
    SCOPES,
    highest,
    level,
    read_risk,
)
from tocsin.node.events.instruments.sources import Evidence

CELLS = list(itertools.product(range(5), range(5)))


def rank(likelihood, impact):
    return LEVELS.index(level(LIKELIHOODS[likelihood], IMPACTS[impact]))


@pytest.mark.parametrize(("likelihood", "impact"), CELLS)
def test_a_level_never_falls_where_likelihood_or_impact_rises(likelihood, impact):
    assert likelihood == 4 or rank(likelihood + 1, impact) >= rank(likelihood, impact)
    assert impact == 4 or rank(likelihood, impact + 1) >= rank(likelihood, impact)


def test_every_level_occurs_and_the_corners_are_the_extremes():
    assert {rank(*cell) for cell in CELLS} == {0, 1, 2, 3}
    assert (rank(0, 0), rank(4, 4)) == (0, 3)
    assert all(rank(row, 4) >= LEVELS.index("high") for row in range(1, 5))
    assert all(rank(row, 0) <= LEVELS.index("moderate") for row in range(5))


def test_the_matrix_is_said_to_be_a_choice():
    # The cells of WHO's and ECDC's matrices were not found: a source that claims them needs them compared first.
    assert read_risk().matrix.source.evidence is Evidence.DECIDED
    assert "not found" in read_risk().matrix.source.text


def test_an_alliance_may_decide_on_another_matrix():
    own = dict.fromkeys(LIKELIHOODS, ("very_high",) * 5)
    assert level("very_unlikely", "minimal", own) == "very_high"


def test_steps_that_are_none_of_the_scales_are_refused():
    with pytest.raises(ValueError, match="certain"):
        level("certain", "minimal")
    with pytest.raises(ValueError, match="awful"):
        level("likely", "awful")


def test_the_highest_of_the_scopes_is_the_gravest_that_was_assessed():
    assert highest(["low", None, "high", "moderate"]) == "high"
    assert highest([None, None, None]) is None


def test_the_codes_are_those_of_the_exchange():
    schema = json.loads((Path(types.__file__).parent / "schemas" / "notification-1.json").read_text(encoding="utf-8"))
    defined = schema["$defs"]
    assert tuple(defined["likelihood"]["enum"]) == LIKELIHOODS
    assert tuple(defined["impact"]["enum"]) == IMPACTS
    assert tuple(defined["risk_level"]["enum"]) == LEVELS
    assert tuple(defined["confidence"]["enum"]) == CONFIDENCES
    assert set(schema["properties"]["risk"]["properties"]) == set(SCOPES)
