"""Which signals belong together, against the relation read aloud in a plain loop."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.node.surveillance.threads.grouping import REACH, footprints, group, links

MONDAY = date(2026, 1, 5)
PATHS = ("/1/", "/1/2/", "/1/3/", "/1/2/4/", "/1/2/5/", "/1/3/6/", "/7/", "/1/2/4/40/")


def weekly(disease: int, path: str, week: int) -> tuple[int, str, date, str]:
    return disease, path, MONDAY + timedelta(weeks=week), "week"


def grouped(signals) -> list[int]:
    return group(laid_out(signals)).tolist()


def laid_out(signals):
    return (
        footprints(*(list(column) for column in zip(*signals, strict=True))) if signals else footprints([], [], [], [])
    )


def test_repeated_weeks_are_one_and_a_silence_of_three_weeks_ends_it():
    assert grouped([weekly(0, "/1/2/4/", week) for week in (0, 1, 4)]) == [0, 0, 0]
    assert grouped([weekly(0, "/1/2/4/", week) for week in (0, 1, 5)]) == [0, 0, 1]


def test_days_follow_within_14_and_months_within_2():
    def days(*numbers):
        return [(0, "/1/", MONDAY + timedelta(days=number), "day") for number in numbers]

    assert grouped(days(0, 14)) == [0, 0]
    assert grouped(days(0, 15)) == [0, 1]
    months = [(0, "/1/", date(2026, month, 1), "month") for month in (6, 8, 11)]
    assert grouped(months) == [0, 0, 1]


def test_three_districts_their_region_and_the_country_are_one():
    assert grouped([weekly(0, path, 0) for path in ("/1/2/4/", "/1/2/5/", "/1/3/6/", "/1/2/", "/1/")]) == [0] * 5


def test_siblings_are_related_only_through_a_place_that_signals_itself():
    assert grouped([weekly(0, "/1/2/4/", 0), weekly(0, "/1/2/5/", 0)]) == [0, 1]
    assert grouped([weekly(0, "/1/2/4/", 0), weekly(0, "/1/2/5/", 0), weekly(0, "/1/2/", 1)]) == [0, 0, 0]


def test_a_place_is_known_by_its_whole_key():
    assert grouped([weekly(0, "/1/2/4/", 0), weekly(0, "/1/2/40/", 0)]) == [0, 1]


def test_other_diseases_are_others_and_unknown_ones_stand_alone():
    assert grouped([weekly(0, "/1/", 0), weekly(1, "/1/", 0)]) == [0, 1]
    assert grouped([weekly(-1, "/1/", 0), weekly(-1, "/1/", 0), weekly(2, "/1/", 0)]) == [0, 1, 2]


def test_no_signals_are_no_groups():
    assert grouped([]) == []


SIGNAL = st.one_of(
    st.builds(weekly, st.integers(-1, 1), st.sampled_from(PATHS), st.integers(0, 14)),
    st.builds(
        lambda disease, path, day: (disease, path, MONDAY + timedelta(days=day), "day"),
        st.integers(0, 1), st.sampled_from(PATHS), st.integers(0, 98),
    ),
    st.builds(
        lambda disease, path, month: (disease, path, date(2026, month, 1), "month"),
        st.integers(0, 1), st.sampled_from(PATHS), st.integers(1, 5),
    ),
)  # fmt: skip


def span(signal) -> tuple[date, date]:
    _, _, first, every = signal
    if every == "month":
        return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first, first + timedelta(days=6 if every == "week" else 0)


def related(a, b) -> bool:
    (first_a, last_a), (first_b, last_b) = span(a), span(b)
    gap = max((first_b - last_a).days, (first_a - last_b).days)
    inside = a[1].startswith(b[1]) or b[1].startswith(a[1])
    return a[0] == b[0] != -1 and inside and gap <= max(REACH[a[3]], REACH[b[3]])


def components_by_plain_loops(signals) -> set[frozenset[int]]:
    left, found = set(range(len(signals))), set()
    while left:
        reached, edge = set(), {min(left)}
        while edge:
            reached |= edge
            edge = {j for i in edge for j in left - reached if related(signals[i], signals[j])}
        left -= reached
        found.add(frozenset(reached))
    return found


def sets(labels) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(np.array(labels) == label).tolist()) for label in set(labels)}


@settings(max_examples=300, deadline=None)
@given(st.lists(SIGNAL, min_size=1, max_size=24))
def test_groups_are_those_of_the_relation_read_aloud(signals):
    labels = grouped(signals)
    assert sets(labels) == components_by_plain_loops(signals)
    assert list(dict.fromkeys(labels)) == list(range(max(labels) + 1))


@settings(max_examples=100, deadline=None)
@given(st.lists(SIGNAL, min_size=1, max_size=24), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_nor_on_repetition(signals, random):
    order = list(range(len(signals)))
    random.shuffle(order)
    shuffled = grouped([signals[i] for i in order])
    assert {frozenset(order[i] for i in one) for one in sets(shuffled)} == sets(grouped(signals))
    known = [signal for signal in signals if signal[0] != -1]
    if known:
        assert grouped(known + known)[: len(known)] == grouped(known + known)[len(known) :] == grouped(known)


@settings(max_examples=300, deadline=None)
@given(st.lists(SIGNAL, max_size=14), st.lists(SIGNAL, max_size=14))
def test_links_are_those_of_the_relation_read_aloud(new, known):
    pairs = list(zip(*(side.tolist() for side in links(laid_out(new), laid_out(known))), strict=True))
    assert sorted(pairs) == [(i, j) for i in range(len(new)) for j in range(len(known)) if related(new[i], known[j])]
