"""The order of a thread: by when letters were written, never an answer before what it answers, whatever came first."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.node.correspondence.ordering import Placed, in_order

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def key(number: int) -> tuple[str, str]:
    return ("AL" if number % 2 else "BO", f"{number:04}")


@st.composite
def threads(draw) -> list[Placed]:
    """Letters of two states whose clocks differ; some answer one that is not here, some answer in a circle."""
    size = draw(st.integers(1, 12))
    minutes = draw(st.lists(st.integers(-20, 20), min_size=size, max_size=size))
    answers = draw(st.lists(st.none() | st.integers(0, size + 2), min_size=size, max_size=size))
    return [
        Placed(key(at), NOON + timedelta(minutes=minute), None if of is None else key(of))
        for at, (minute, of) in enumerate(zip(minutes, answers, strict=True))
    ]


@given(threads(), st.randoms())
def test_the_order_does_not_depend_on_what_came_first(thread, random):
    before = in_order(thread)
    random.shuffle(thread)
    assert in_order(thread) == before
    assert sorted(before) == sorted(one.key for one in thread)


@given(threads())
def test_an_answer_never_stands_before_what_it_answers_unless_they_answer_in_a_circle(thread):
    order = {one: place for place, one in enumerate(in_order(thread))}
    known = {one.key: one for one in thread}
    for one in thread:
        if one.answers in known and not in_a_circle(one, known):
            assert order[one.answers] < order[one.key]


@given(threads())
def test_what_answers_nothing_stands_by_its_time(thread):
    alone = [Placed(one.key, one.written_at) for one in thread]
    assert in_order(alone) == [one.key for one in sorted(alone, key=lambda one: (one.written_at, one.key))]


def in_a_circle(letter: Placed, known: dict[tuple[str, str], Placed]) -> bool:
    at, seen = letter.answers, set()
    while at in known and at not in seen:
        if at == letter.key:
            return True
        seen.add(at)
        at = known[at].answers
    return False


def test_a_clock_that_is_behind_puts_no_answer_before_its_question_and_the_rest_stays():
    asked = Placed(key(1), NOON)
    answered = Placed(key(2), NOON - timedelta(minutes=10), key(1))
    before, after = Placed(key(3), NOON - timedelta(minutes=5)), Placed(key(4), NOON + timedelta(minutes=5))
    assert in_order([answered, after, asked, before]) == [key(3), key(1), key(2), key(4)]
