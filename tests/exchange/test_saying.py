"""Sentences of checks: their English words follow from their values, and a reason keeps both."""

from string import Formatter

import pytest

from tocsin.exchange.saying import SENTENCES, Saying, say, worded
from tocsin.exchange.store import Reason


def test_a_sentence_is_made_of_its_values():
    said = say("small", count=3, below=5)
    assert said.text == "the count is 3, but those below 5 are said to be suppressed"
    assert worded(said) == (said.text, said)


def test_what_is_no_number_is_kept_as_text():
    assert say("week-not-over", week="2026-03-02", until=None).values == {"week": "2026-03-02", "until": "None"}


def test_words_that_are_no_sentence_of_ours_stand_for_themselves():
    assert worded("as somebody said it") == ("as somebody said it", None)


def test_a_reason_is_the_same_whether_or_not_it_is_known_what_its_words_were_made_of():
    said = say("negative", count=-3)
    assert Reason.of("impossible-count", said, 4) == Reason("impossible-count", "the count is -3", 4)
    assert Reason.of("impossible-count", said, 4).said == Saying("negative", {"count": -3})


@pytest.mark.parametrize("name", SENTENCES)
def test_every_sentence_can_be_said_with_its_values(name):
    asked = {field for _, field, *_ in Formatter().parse(SENTENCES[name]) if field}
    numbers = {"people", "row", "count", "total"}
    said = say(name, **{value: 1_000 if value in numbers else "x" for value in asked})
    assert said.text
