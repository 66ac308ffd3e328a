"""Names are looked up within a time, and a resolver that hangs takes no more than one thread a name."""

import threading
import time

import pytest
from tests.exchange.http.serving import NOW, trust

from tocsin.exchange.errors import Unreachable
from tocsin.exchange.http.messages import Request
from tocsin.exchange.http.resolving import LookUps
from tocsin.exchange.http.transport import HttpsTransport, Settings

SOON = 0.05


class Hanging:
    """A resolver that says nothing of hung.example until it is let go."""

    def __init__(self):
        self.asked, self.came, self.go = [], threading.Event(), threading.Event()

    def __call__(self, host, port):
        self.asked.append(host)
        self.came.set()
        if host == "hung.example":
            self.go.wait(20)
        return ["127.0.0.1"]


@pytest.fixture
def hanging():
    resolver = Hanging()
    yield resolver
    resolver.go.set()


def test_a_resolver_that_hangs_ends_one_call_in_its_time_and_no_other(hanging):
    look_ups = LookUps(hanging)
    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"resolver has not said .* where hung\.example is"):
        look_ups.addresses("hung.example", 443, SOON)
    assert time.monotonic() - began < 5
    assert look_ups.addresses("bo.example", 443, 10) == ["127.0.0.1"]


def test_a_name_that_hangs_is_not_asked_for_again_until_it_has_come_back(hanging):
    look_ups = LookUps(hanging)
    before = set(threading.enumerate())  # a thread of an earlier test may still be on its way out
    for _ in range(20):
        with pytest.raises(Unreachable):
            look_ups.addresses("hung.example", 443, 0)
    assert hanging.came.wait(20)
    assert hanging.asked == ["hung.example"]
    # Counted by name: other libraries' threads may begin at any time.
    assert [thread.name for thread in set(threading.enumerate()) - before].count("resolver") == 1
    hanging.go.set()
    assert look_ups.addresses("hung.example", 443, 10) == ["127.0.0.1"]


def test_whoever_comes_while_a_name_is_looked_up_has_the_same_answer(hanging):
    look_ups, found = LookUps(hanging), []
    threads = [
        threading.Thread(target=lambda: found.append(look_ups.addresses("hung.example", 443, 10))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    hanging.go.set()
    for thread in threads:
        thread.join()
    assert found == [["127.0.0.1"]] * 5


def test_names_are_looked_up_anew_each_time():
    answers = iter([["8.8.8.8"], ["9.9.9.9"]])
    look_ups = LookUps(lambda host, port: next(answers))
    assert [look_ups.addresses("bo.example", 443, 10) for _ in range(2)] == [["8.8.8.8"], ["9.9.9.9"]]


@pytest.mark.parametrize("problem", [OSError("no such name"), TimeoutError("gave up"), UnicodeError("too long")])
def test_a_resolver_that_fails_is_asked_again_the_next_time(problem):
    answers = iter([problem, ["8.8.8.8"]])

    def resolve(host, port):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    look_ups = LookUps(resolve)
    with pytest.raises(Unreachable, match=r"no address was found for bo\.example"):
        look_ups.addresses("bo.example", 443, 10)
    assert look_ups.addresses("bo.example", 443, 10) == ["8.8.8.8"]


@pytest.mark.parametrize("proxy", [None, "http://hung.example:3128"])
def test_a_call_is_over_when_its_time_to_connect_is(hanging, proxy):
    settings = Settings(connect=SOON, proxy=proxy)
    transport = HttpsTransport(clock=lambda: NOW, settings=settings, resolve=hanging)
    url = "https://hung.example" if proxy is None else "https://bo.example"
    began = time.monotonic()
    with pytest.raises(Unreachable):
        transport.send(trust().entry("BO"), url, Request("GET", "/x"), most=1_000)
    assert time.monotonic() - began < 5
    transport.close()
