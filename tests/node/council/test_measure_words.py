"""Deadlines in words, and the steps at which people are warned: for any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.node.council.actions.measure_warnings import STEPS, step_of
from tocsin.node.council.measure_words import OPEN, chip_of, deadline_words, is_overdue

DAY = date(2026, 3, 9)
DAYS = st.integers(-4_000, 4_000).map(lambda n: DAY + timedelta(days=n))
STATUSES = st.sampled_from([*OPEN, "done", "verified", "declined"])


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "due today"), (1, "1 day left"), (30, "30 days left"), (-1, "1 day over"), (-40, "40 days over")],
)
def test_how_near_it_is(days, words):
    assert deadline_words("accepted", DAY + timedelta(days=days), DAY) == words


@given(STATUSES, DAYS, DAYS)
def test_the_chip_and_the_words_say_the_same(status, deadline, day):
    over = is_overdue(status, deadline, day)
    assert (chip_of(status, deadline, day) == "measure_overdue") == over
    assert deadline_words(status, deadline, day).endswith("over") == over
    assert not over or status in OPEN, "what is done is never late"


@given(DAYS, st.lists(DAYS, min_size=2, max_size=6))
def test_a_step_only_grows_graver_as_days_pass(deadline, days):
    steps = [step_of(deadline, day) for day in sorted(days)]
    ranks = [-1 if step is None else STEPS.index(step) for step in steps]
    assert ranks == sorted(ranks)
    assert (step_of(deadline, deadline), step_of(deadline, deadline + timedelta(days=1))) == (1, -1)
