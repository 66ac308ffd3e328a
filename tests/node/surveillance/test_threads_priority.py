"""The order of the inbox and the line of a week."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom
from tests.node.surveillance.screened import MONDAY

from tocsin.node.surveillance.actions import triage
from tocsin.node.surveillance.models import Signal, Thread
from tocsin.node.surveillance.threads.priority import (
    MOST,
    above_the_line,
    exceptionality,
    priority,
    weight_of_kind,
)

nan = np.nan
BY_PERSONS = [kind for kind in Signal.Kind if kind not in Signal.BY_MACHINE]


@given(st.sampled_from([None, 1, 2, 3, 4]), st.floats(0, 400), st.lists(st.sampled_from(BY_PERSONS)))
def test_a_rule_of_the_gravest_is_above_whatever_else_there_is(gravity, surprise, told):
    plague = priority(gravity=4, exceptionality=0, kinds=["rule"])
    others = [["model", *told]] if gravity == 4 else [["rule", "model", *told]]
    assert all(plague > priority(gravity=gravity, exceptionality=surprise, kinds=kinds) for kinds in others)


@given(st.floats(0, 8), st.integers(1, 3))
def test_the_graver_and_the_more_exceptional_are_first(surprise, gravity):
    here = priority(gravity=gravity, exceptionality=surprise, kinds=["model"])
    assert here < priority(gravity=gravity + 1, exceptionality=surprise, kinds=["model"])
    assert here < priority(gravity=gravity, exceptionality=surprise + 0.1, kinds=["model"])
    assert here < priority(gravity=gravity, exceptionality=surprise, kinds=["model", "clinician"])
    assert here < priority(gravity=gravity, exceptionality=surprise, kinds=["rule", "model"])


def test_exceptionality_is_the_power_of_ten_of_chance():
    found = exceptionality([0.01, 1e-6, 1e-300, 0.0, 1.0], [nan] * 5, [1] * 5)
    np.testing.assert_allclose(found, [2, 6, MOST, MOST, 0])


@settings(max_examples=50)
@given(st.lists(st.floats(0, 60), min_size=2, max_size=9, unique=True))
def test_without_probabilities_it_rises_with_exceedance(values):
    found = exceptionality(np.full(len(values), nan), sorted(values), 1)
    assert (np.diff(found) >= 0).all()
    assert ((found >= 0) & (found <= MOST)).all()


def test_at_the_threshold_it_is_as_one_in_a_hundred():
    np.testing.assert_allclose(exceptionality([nan, nan], [1.0, nan], [1, 1]), [2, 2], rtol=1e-9)
    assert exceptionality([nan], [2.0], [1])[0] > 5


def test_every_kind_has_its_weight_and_rules_come_first():
    assert sorted(weight_of_kind(kind) for kind in Signal.Kind) == list(range(len(Signal.Kind)))
    assert min(Signal.Kind, key=weight_of_kind) == "rule"


@pytest.fixture
def threads(diseases, places):
    """threads(n, …): so many new ones, the first of them with the highest priority."""

    def make(number: int, top: float = 30.0, **fields) -> list[Thread]:
        return Thread.objects.bulk_create(
            Thread(
                disease=diseases["dengue"], place=places["XX-11"], headline_place=places["XX-11"], first_period=MONDAY,
                last_period=MONDAY, priority=top - i, **fields,
            )
            for i in range(number)
        )  # fmt: skip

    return make


def test_the_line_is_drawn_after_the_persons_budget(amina, threads, django_assert_num_queries):
    amina.budget = 3
    made = threads(5)
    threads(2, top=50.0, last_signal_at=timezone.now() - timedelta(days=8))
    threads(1, top=90.0, status="watch")
    threads(1, top=90.0, is_published=False)
    threads(1, top=90.0, merged_into=made[0])
    with django_assert_num_queries(3):
        line = above_the_line(amina)
        rows = list(line.threads)
        assert [str(row) for row in rows] == ["Dengue, District 11"] * 3
    assert rows == made[:3]
    assert (line.room, line.looked_at, line.below) == (3, 0, 2)


def test_what_was_looked_at_counts_against_the_budget(amina, threads):
    amina.budget = 3
    made = threads(5)
    triage.discard(made[:2], reason="chance", by=amina, versions={thread.pk: 0 for thread in made})
    line = above_the_line(amina)
    assert list(line.threads) == made[2:3]
    assert (line.room, line.looked_at, line.below) == (1, 2, 2)


def test_the_gravest_are_never_below_a_line_however_old(amina, threads):
    amina.budget = 0
    gravest = threads(2, top=124.0, last_signal_at=timezone.now() - timedelta(days=40))
    threads(1)
    line = above_the_line(amina)
    assert list(line.threads) == gravest
    assert line.below == 1


def test_the_rows_come_by_the_index_without_sorting(amina, threads):
    """One walk down the index of the inbox; a sort of all open threads would take longer each year."""
    threads(30)
    rows = above_the_line(amina).threads
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # so small a table would be read as a whole; the question is whether the index serves
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
        plan = rows.explain()
    assert "inbox" in plan or "open_by_priority" in plan  # both go down by priority
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("count", [3, 5, 11, 20])
def test_after_nothing_but_zeros_the_count_speaks(count):
    """The sum of the negative binomial's tail itself, by SciPy."""
    tail = -np.log10(nbinom.sf(count - 1, 0.5, 7 / 8))
    assert exceptionality([nan], [nan], [count])[0] == pytest.approx(min(tail, 16), abs=0.06)


def test_the_larger_of_two_first_outbreaks_comes_first():
    one, eleven, hundreds = exceptionality([nan] * 3, [nan] * 3, [1, 11, 221])
    assert one == 2 < eleven < hundreds == 16
