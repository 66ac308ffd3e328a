"""What conditions ask of an event, and what is refused in writing one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.exchange.types.registry import TYPES
from tocsin.node.alliances.conditions import (
    ASSESSMENTS,
    CASE_CLASSES,
    CIRCUMSTANCES,
    HAZARDS,
    SCOPES,
    SIGNALS,
    TERMS,
    VERIFICATIONS,
    Condition,
    EventFacts,
    Term,
    read_condition,
)
from tocsin.node.alliances.entries import DataFileError, Entry
from tocsin.node.alliances.rules import LEVELS
from tocsin.node.events.models import Event, RiskAssessment
from tocsin.node.surveillance.models import Signal

PLAGUE = EventFacts(
    disease="plague",
    hazard="zoonotic",
    verification="verified",
    assessment="notifiable",
    criteria=frozenset({"unusual", "several_states"}),
    risks={"national": "high", "alliance": "moderate"},
    signals=frozenset({"animal", "laboratory"}),
    circumstances=frozenset({"animal_outbreak"}),
    states=frozenset({"AL", "BO"}),
    cases={"suspected": 2, "probable": 0},
)
HOLD = (
    "disease:plague", "hazard:zoonotic", "verification:verified", "assessment:notifiable", "criterion:several_states",
    "national_risk:low", "national_risk:high", "alliance_risk:moderate", "signal:animal",
    "circumstance:animal_outbreak", "states:several", "cases:suspected",
)  # fmt: skip
DO_NOT = (
    "disease:plague-pneumonic", "hazard:unknown", "verification:suspected", "assessment:monitoring",
    "criterion:coordination", "national_risk:very_high", "alliance_risk:high", "neighbours_risk:low", "signal:media",
    "circumstance:flooding", "cases:probable", "cases:confirmed",
)  # fmt: skip
NOTHING = EventFacts()


def condition(*groups):
    return read_condition(Entry("own.toml", "rule r", {"when": [list(group) for group in groups]}))


@pytest.mark.parametrize("term", HOLD)
def test_a_term_holds_of_what_is_so(term):
    assert condition([term]).holds(PLAGUE)


@pytest.mark.parametrize("term", DO_NOT)
def test_a_term_does_not_hold_of_what_is_otherwise_or_not_known(term):
    assert not condition([term]).holds(PLAGUE)


def test_every_fact_has_been_tried_both_ways():
    assert {term.partition(":")[0] for term in HOLD} == set(TERMS) - {"neighbours_risk"}
    assert {term.partition(":")[0] for term in DO_NOT} == set(TERMS) - {"states"}


@pytest.mark.parametrize("states", [frozenset(), frozenset({"AL"})])
def test_one_state_is_not_several(states):
    assert not condition(["states:several"]).holds(EventFacts(states=states))


def test_each_group_must_hold_and_one_term_is_enough_for_it():
    assert condition(["disease:cholera", "disease:plague"], ["signal:animal"]).holds(PLAGUE)
    assert not condition(["disease:cholera", "disease:plague"], ["signal:media"]).holds(PLAGUE)


def test_of_an_event_of_which_nothing_is_known_only_its_beginning_holds():
    held = {str(term) for term in every_term() if term.holds(NOTHING)}
    assert held == {"hazard:unknown", "verification:suspected", "assessment:none"}


def test_of_a_refuted_event_nothing_holds():
    refuted = EventFacts(**{**vars(PLAGUE), "verification": "refuted"})
    assert not any(term.holds(refuted) for term in every_term())


@pytest.mark.parametrize(
    ("when", "rule"),
    [
        (None, "must be lists of terms"),
        ([], "must be lists of terms"),
        ("disease:plague", "must be lists of terms"),
        (["disease:plague"], "must be lists of terms"),
        ([["disease:plague"], []], "must be lists of terms"),
        ([[3]], "must be lists of terms"),
        ([["plague"]], "'plague'; a term begins with one of disease, hazard"),
        ([["weather:rain"]], "a term begins with one of disease, hazard"),
        ([["disease:plauge"]], "'disease:plauge'; after 'disease' and the colon there must be a disease that Tocsin"),
        ([["alliance_risk:dire"]], "there must be one of low, moderate, high, very_high"),
        ([["verification:refuted"]], "there must be one of suspected, verified"),
        ([["states:"]], "there must be one of several"),
    ],
)
def test_a_condition_that_nobody_can_evaluate_is_refused(when, rule):
    values = {} if when is None else {"when": when}
    with pytest.raises(DataFileError, match=f"own.toml, rule r: when .*{rule}"):
        read_condition(Entry("own.toml", "rule r", values))


def test_the_codes_are_those_of_events_signals_and_notifications():
    codes = TYPES["notification", 1].schema["$defs"]
    assert list(HAZARDS) == codes["hazard"]["enum"]
    assert list(CIRCUMSTANCES) == codes["spread_condition"]["enum"]
    assert list(LEVELS) == codes["risk_level"]["enum"]
    assert set(SIGNALS) == set(Signal.Kind.values)
    assert set(VERIFICATIONS) == set(Event.Verification.values) - {"refuted"}
    assert set(ASSESSMENTS) == set(Event.Assessment.values)
    assert set(SCOPES) == set(RiskAssessment.Level.values)
    assert set(CASE_CLASSES) <= set(Event.COUNTS)


def test_every_fact_has_its_place_in_the_page():
    page = (Path(__file__).parents[3] / "docs" / "council-bodies.md").read_text(encoding="utf-8")
    assert [fact for fact in TERMS if f"`{fact}:" not in page] == []


def every_term():
    return [Term(fact, code) for fact, kind in TERMS.items() for code in kind.codes()]


def subsets(codes):
    return st.frozensets(st.sampled_from(codes), max_size=4)


FACTS = st.builds(
    EventFacts,
    disease=st.sampled_from([None, "plague", "plague-pneumonic", "cholera"]),
    hazard=st.sampled_from(HAZARDS),
    verification=st.sampled_from(VERIFICATIONS),
    assessment=st.sampled_from(ASSESSMENTS),
    criteria=subsets(TERMS["criterion"].codes()),
    risks=st.dictionaries(st.sampled_from(SCOPES), st.sampled_from(LEVELS)),
    signals=subsets(SIGNALS),
    circumstances=subsets(CIRCUMSTANCES),
    states=subsets(["AL", "BO", "DO"]),
    cases=st.dictionaries(st.sampled_from(CASE_CLASSES), st.integers(0, 3)),
)
TERM = st.sampled_from([*(t for t in every_term() if t.fact != "disease"), Term("disease", "plague")])
GROUPS = st.lists(st.lists(TERM, min_size=1, max_size=4).map(tuple), min_size=1, max_size=4).map(tuple)


@given(FACTS, GROUPS, TERM)
def test_another_term_of_a_group_never_lessens_and_another_group_never_adds(facts, groups, term):
    held = Condition(groups).holds(facts)
    assert Condition(((*groups[0], term), *groups[1:])).holds(facts) >= held
    assert Condition((*groups, (term,))).holds(facts) <= held


@given(FACTS, GROUPS, st.sampled_from(CIRCUMSTANCES), st.sampled_from(SIGNALS))
def test_what_becomes_known_besides_never_takes_back_what_held(facts, groups, circumstance, signal):
    more = EventFacts(
        **{
            **vars(facts),
            "circumstances": facts.circumstances | {circumstance},
            "signals": facts.signals | {signal},
            "states": facts.states | {"CE"},
            "cases": {**facts.cases, "confirmed": facts.cases.get("confirmed", 0) + 1},
        }
    )
    assert Condition(groups).holds(more) >= Condition(groups).holds(facts)
