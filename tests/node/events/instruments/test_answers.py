"""Yes, no and unknown as Kleene reckoned with them."""

import itertools

import pytest

from tocsin.node.events.instruments.answers import Answer, all_of, any_of, at_least

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def every_way(answers):
    """The answers with each unknown turned into yes and into no: what unknown means."""
    return itertools.product(*((YES, NO) if answer is UNKNOWN else (answer,) for answer in answers))


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4])
def test_an_answer_is_sure_exactly_where_every_way_the_unknown_may_turn_out_gives_the_same(number):
    for answers in itertools.product(Answer, repeat=4):
        turned_out = {list(way).count(YES) >= number for way in every_way(answers)}
        expected = UNKNOWN if len(turned_out) == 2 else YES if turned_out == {True} else NO
        assert at_least(number, answers) is expected, answers


@pytest.mark.parametrize(
    ("one", "other", "either", "both"),
    # Kleene's strong logic, Introduction to Metamathematics (1952), section 64.
    [
        (YES, YES, YES, YES),
        (YES, NO, YES, NO),
        (YES, UNKNOWN, YES, UNKNOWN),
        (NO, NO, NO, NO),
        (NO, UNKNOWN, UNKNOWN, NO),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_or_and_and_are_those_of_kleene(one, other, either, both):
    assert any_of((one, other)) is any_of((other, one)) is either
    assert all_of((one, other)) is all_of((other, one)) is both
