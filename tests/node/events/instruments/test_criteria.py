"""The alliance's criteria, against article 19 read aloud."""

import itertools

import pytest

from tocsin.node.alliances.reading import read_alliance
from tocsin.node.events.instruments.answers import Answer
from tocsin.node.events.instruments.criteria import CRITERIA, evaluate, read_criteria

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def article_19(unusual, morbidity_mortality, rapid_growth, beyond_capacity, several_states, coordination):
    """Regulation (EU) 2022/2371, article 19.1: (a) in one of its circumstances, and (b), and (c)."""
    circumstances = unusual or morbidity_mortality or rapid_growth or beyond_capacity
    return circumstances and several_states and coordination


def every_way(answers):
    return itertools.product(*((True, False) if answer is UNKNOWN else (answer is YES,) for answer in answers))


@pytest.mark.parametrize("groups", [None, read_alliance("sco").rules.criteria.groups], ids=["default", "sco"])
def test_all_729_ways_of_answering_give_what_article_19_says(groups):
    for answers in itertools.product(Answer, repeat=6):
        said = {article_19(*way) for way in every_way(answers)}
        expected = UNKNOWN if len(said) == 2 else YES if said == {True} else NO
        outcome = evaluate(dict(zip(CRITERIA, answers, strict=True)), groups)
        assert outcome.met is expected, answers
        assert bool(outcome.open_questions) >= (expected is UNKNOWN)


def test_open_questions_are_those_of_groups_that_are_not_settled():
    outcome = evaluate({"unusual": YES, "several_states": UNKNOWN})
    assert outcome.groups == (YES, UNKNOWN, UNKNOWN)
    assert outcome.open_questions == ("several_states", "coordination")


def test_an_alliance_may_decide_on_other_groups():
    alone = [["several_states"]]
    assert evaluate({"several_states": YES}, alone).met is YES
    assert evaluate({"several_states": NO, "unusual": YES}, alone).met is NO


def test_another_criterion_is_refused():
    with pytest.raises(ValueError, match="known are unusual"):
        evaluate({"expensive": YES})


def test_each_criterion_has_its_words():
    assert [criterion.code for criterion in read_criteria().criteria] == list(CRITERIA)
