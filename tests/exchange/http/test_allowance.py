"""What each peer may ask. docs/exchange.md, section 11."""

import sys
import threading
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.exchange.errors import TooLarge, TooManyRequests
from tocsin.exchange.http.allowance import Allowance, Rate
from tocsin.exchange.limits import MIB, PAGE_BYTES


class Time:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


def allowance(time, **options):
    options = {"requests": Rate(10, 2), "data": Rate(PAGE_BYTES, MIB), "at_once": 3, "at_once_in_all": 8, **options}
    return Allowance(monotonic=time, **options)


def taken(allowed, peer, count=1_000, cost=0):
    """How many of `count` requests were let through."""
    through = 0
    for _ in range(count):
        try:
            allowed.take(peer, cost)
        except TooManyRequests:
            continue
        through += 1
    return through


def test_a_burst_is_let_through_and_then_so_many_each_second(time):
    allowed = allowance(time)
    assert taken(allowed, "AL") == 10
    time.now += 3
    assert taken(allowed, "AL") == 6
    time.now += 1_000
    assert taken(allowed, "AL") == 10


def test_a_peer_that_floods_does_not_slow_the_others(time):
    allowed = allowance(time)
    through = {"AL": 0, "BO": 0}
    for _ in range(60):  # a minute: AL asks a thousand times a second, BO twice
        through["AL"] += taken(allowed, "AL", 1_000)
        through["BO"] += taken(allowed, "BO", 2)
        time.now += 1
    assert through["BO"] == 120
    assert through["AL"] == 10 + 59 * 2


def test_the_refusal_says_when_to_come_back_and_then_it_works(time):
    allowed = allowance(time, requests=Rate(1, 0.1))
    allowed.take("AL")
    time.now += 2.5
    with pytest.raises(TooManyRequests) as caught:
        allowed.take("AL")
    assert (caught.value.code, caught.value.retry_after) == ("too-many-requests", 8)
    time.now += 8
    allowed.take("AL")


def test_bytes_have_an_allowance_of_their_own(time):
    allowed = allowance(time)
    allowed.take("AL", PAGE_BYTES)
    with pytest.raises(TooManyRequests) as caught:
        allowed.take("AL", 5 * MIB)
    assert caught.value.retry_after == 5
    allowed.take("BO", PAGE_BYTES)
    time.now += 5
    allowed.take("AL", 5 * MIB)


def test_a_request_that_is_refused_takes_nothing(time):
    allowed = allowance(time)
    allowed.take("AL", PAGE_BYTES)
    assert taken(allowed, "AL", 100, cost=1) == 0
    assert taken(allowed, "AL", 100, cost=0) == 9


def test_a_cost_beyond_the_burst_is_too_large_and_not_a_matter_of_waiting(time):
    with pytest.raises(TooLarge) as caught:
        allowance(time).take("AL", PAGE_BYTES + 1)
    assert caught.value.code == "too-large"


def test_answers_are_counted_when_they_are_known_and_the_next_request_waits(time):
    allowed = allowance(time)
    allowed.take("AL")
    allowed.spend("AL", PAGE_BYTES + 3 * MIB)
    with pytest.raises(TooManyRequests) as caught:
        allowed.take("AL")
    assert caught.value.retry_after == 3
    time.now += 3
    allowed.take("AL")


def test_requests_of_one_peer_that_run_at_once_are_capped(time):
    allowed = allowance(time)
    with ExitStack() as running:
        for _ in range(3):
            running.enter_context(allowed.held("AL"))
        with pytest.raises(TooManyRequests), allowed.held("AL"):
            pass
        with allowed.held("BO"):
            pass
    with allowed.held("AL"):
        pass


def test_peers_of_which_nothing_runs_have_room_when_a_few_fill_what_they_can(time):
    allowed = allowance(time)
    with ExitStack() as running:
        busy = 0
        for peer in ("AL", "BO", "CE") * 10:
            try:
                running.enter_context(allowed.held(peer))
            except TooManyRequests:
                continue
            busy += 1
        assert busy == 4  # half of eight
        for peer in ("DA", "EN", "FU", "GO"):
            running.enter_context(allowed.held(peer))
        with pytest.raises(TooManyRequests), allowed.held("HI"):
            pass
    with allowed.held("HI"):
        pass


def test_a_request_that_fails_gives_its_place_back(time):
    allowed = allowance(time, at_once=1)
    for _ in range(3):
        with pytest.raises(RuntimeError), allowed.held("AL"):
            raise RuntimeError


def test_memory_is_bounded_and_known_peers_keep_their_own_account(time):
    allowed = allowance(time, peers=8)
    assert taken(allowed, "AL") == 10
    strangers = sum(taken(allowed, f"S{number}", 20) for number in range(500))
    assert len(allowed._accounts) <= 9
    assert strangers == 7 * 10 + 10  # seven accounts that were free, and the one that all others share
    time.now += 1
    assert taken(allowed, "AL") == 2


def test_accounts_that_are_full_again_make_room(time):
    allowed = allowance(time, peers=8)
    for number in range(8):
        allowed.take(f"S{number}")
    time.now += 1
    assert taken(allowed, "AL") == 10
    assert taken(allowed, "BO") == 10


def test_an_account_in_use_is_not_forgotten(time):
    allowed = allowance(time, peers=1, at_once=1)
    with allowed.held("AL"):
        time.now += 1_000
        allowed.take("BO")
        with pytest.raises(TooManyRequests), allowed.held("AL"):
            pass


@pytest.mark.parametrize("options", [{"data": Rate(PAGE_BYTES - 1, 1)}, {"data": Rate(1, 1)}])
def test_an_allowance_that_never_lets_a_page_through_is_refused(time, options):
    with pytest.raises(ValueError, match="never lets a page"):
        allowance(time, **options)


def test_a_rate_is_above_0():
    with pytest.raises(ValueError, match="above 0"):
        Rate(1, 0)


def test_threads_together_take_no_more_than_is_allowed(time):
    allowed = allowance(time, requests=Rate(2_000, 1))
    through = []
    threads = [threading.Thread(target=lambda: through.append(taken(allowed, "AL", 600))) for _ in range(8)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert sum(through) == 2_000


@given(
    st.lists(
        st.tuples(st.floats(0, 5), st.sampled_from(["AL", "BO"]), st.integers(0, PAGE_BYTES), st.integers(0, MIB)),
        max_size=40,
    )
)
def test_however_a_peer_asks_it_gets_no_more_than_burst_and_rate(asked):
    time = Time()
    allowed = allowance(time)
    requests, data = {"AL": 0, "BO": 0}, {"AL": 0, "BO": 0}
    for passed, peer, cost, size in asked:
        time.now += passed
        try:
            allowed.take(peer, cost)
        except TooManyRequests:
            continue
        requests[peer] += 1
        data[peer] += cost
        assert requests[peer] <= 10 + 2 * time.now + 1e-6
        assert data[peer] <= PAGE_BYTES + MIB * time.now + 1e-3
        allowed.spend(peer, size)
        data[peer] += size
