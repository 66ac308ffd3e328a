"""Identifiers of documents sort by when they were made, also within one moment."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tocsin.exchange.identifiers import new_id

AT = datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_it_says_its_version_its_variant_and_its_moment():
    made = UUID(new_id(AT))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert int.from_bytes(made.bytes[:6], "big") == AT.timestamp() * 1000


def test_of_one_second_each_sorts_behind_those_before_it():
    made = [new_id(AT) for _ in range(5_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {UUID(one).variant for one in made} == {"specified in RFC 4122"}


def test_the_next_cannot_be_guessed_from_the_last():
    made = [UUID(new_id(AT)).int for _ in range(1_000)]
    steps = {after - before for before, after in itertools.pairwise(made)}
    assert len(steps) > 990


def test_a_clock_that_was_put_back_is_followed():
    later = new_id(AT + timedelta(seconds=1))
    assert new_id(AT) < later


def test_threads_share_the_order_and_never_an_identifier():
    with ThreadPoolExecutor(8) as pool:
        made = [one for several in pool.map(lambda _: [new_id(AT) for _ in range(500)], range(8)) for one in several]
    assert len(set(made)) == 4_000
