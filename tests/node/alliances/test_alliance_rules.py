"""What an alliance and its states decide about events, read from their files."""

import pytest

from tocsin.node.alliances.reading import FOLDER, DataFileError, read_alliance
from tocsin.node.surveillance.diseases.reading import read_diseases

OWN = """
[criteria]
groups = [["unusual", "rapid_growth"], ["several_states"]]
source = "Protocol 7"
evidence = "decided"

[clocks]
hours = { acknowledgement = 6 }
days = { detection = 5 }

[risk]
very_unlikely = ["low", "low", "low", "low", "moderate"]
unlikely = ["low", "low", "low", "moderate", "high"]
likely = ["low", "low", "moderate", "high", "high"]
highly_likely = ["low", "moderate", "high", "high", "very_high"]
almost_certain = ["low", "moderate", "high", "very_high", "very_high"]
"""
STATE_CLOCK = '{ code = "ru-telephone", hours = 2,'


@pytest.fixture
def own(tmp_path):
    """Write the alliance of the exercise with tables of one's own, one passage replaced, and return its path."""

    def write(old="", new=""):
        exercise = (FOLDER / "exercise.toml").read_text(encoding="utf-8")
        start, end = exercise.index("[criteria]"), exercise.index("[[states]]")
        assert old in OWN
        path = tmp_path / "own.toml"
        path.write_text(exercise[:start] + OWN.replace(old, new, 1) + exercise[end:], encoding="utf-8")
        return path

    return write


def test_an_alliance_decides_on_criteria_limits_and_a_matrix(own):
    rules = read_alliance(own()).rules
    assert rules.criteria.groups == (("unusual", "rapid_growth"), ("several_states",))
    assert (dict(rules.hours), dict(rules.days)) == ({"acknowledgement": 6}, {"detection": 5})
    assert rules.risk_matrix["likely"] == ("low", "low", "moderate", "high", "high")


def test_an_alliance_that_decides_nothing_leaves_everything_to_the_instruments(own):
    rules = read_alliance(own(OWN, "")).rules
    assert (rules.criteria, dict(rules.hours), dict(rules.days), rules.risk_matrix) == (None, {}, {}, None)


@pytest.mark.parametrize(
    ("old", "new", "where", "rule"),
    [
        ('"rapid_growth"', '"expensive"', "criteria", "each of these once at most"),
        ('["several_states"]', '["unusual"]', "criteria", "each of these once at most"),
        ('["several_states"]', "[]", "criteria", "each of these once at most"),
        ('[["unusual", "rapid_growth"], ["several_states"]]', "[]", "criteria", "each of these once at most"),
        ('evidence = "decided"', 'evidence = "hearsay"', "criteria", "one of decided, read, secondary, unconfirmed"),
        ("acknowledgement = 6", "acknowledgement = 0", "hours", "at least 1"),
        ("acknowledgement = 6", "coffee = 6", "hours", "unknown field coffee"),
        ("detection = 5", "emergence = 5", "days", "unknown field emergence"),
        ("[clocks]", "[clocks]\nminutes = 3", "clocks", "unknown field minutes"),
        ('unlikely = ["low", ', "unlikely = [", "risk", "must be 5 of low, moderate, high, very_high"),
        ('likely = ["low", "low", "moderate"', 'likely = ["low", "low", "dire"', "risk", "must be 5 of"),
        ('likely = ["low", "low"', 'likely = ["moderate", "low"', "risk", "a level falls"),
        (
            'almost_certain = ["low", "moderate", "high"',
            'almost_certain = ["low", "low", "low"',
            "risk",
            "a level falls",
        ),
    ],
)
def test_a_rule_that_is_broken_is_named_with_its_place(own, old, new, where, rule):
    with pytest.raises(DataFileError, match=f"own.toml, {where}: .*{rule}"):
        read_alliance(own(old, new))


@pytest.mark.parametrize("name", ["sco", "exercise"])
def test_clocks_of_states_are_about_known_diseases_and_have_codes_of_their_own(name):
    known = {disease.code for disease in read_diseases()}
    clocks = [clock for state in read_alliance(name).states for clock in state.clocks]
    assert clocks
    assert len({clock.code for clock in clocks}) == len(clocks)
    for clock in clocks:
        assert set(clock.diseases) <= known, clock.code
        assert all(clock.name)


def test_the_organisation_is_not_said_to_have_decided_what_is_a_proposal():
    criteria = read_alliance("sco").rules.criteria
    assert criteria.evidence == "decided"
    assert "not adopted" in criteria.source


def test_a_clock_of_a_state_is_checked_as_well(tmp_path):
    sco = (FOLDER / "sco.toml").read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    path.write_text(sco.replace(STATE_CLOCK, STATE_CLOCK.replace("2", "0"), 1), encoding="utf-8")
    with pytest.raises(DataFileError, match="clock ru-telephone: hours is 0"):
        read_alliance(path)
