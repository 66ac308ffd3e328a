"""Threat: a peer, or a stranger, asks so much that others are not answered any more."""

import json
import random
import threading
import time
from statistics import median

import pytest
from tests.exchange.threats.adversaries import batches, bundle
from tests.exchange.threats.doors import Doors, signed_request
from tests.exchange.world import World

from tocsin.exchange import suite
from tocsin.exchange.http.allowance import Rate
from tocsin.exchange.limits import PAGE_BYTES
from tocsin.exchange.restoring import begin_recovery
from tocsin.exchange.store import Refusal
from tocsin.exchange.streams import Stream


@pytest.fixture
def world():
    world = World(["AL", "BO", "CE", "DO"], examining=False)
    for number in range(3):
        world.post("BO", f"{number}")
        world.seal("BO")
    return world


def test_a_peer_beyond_its_allowance_waits_and_the_others_notice_nothing(world):
    doors = Doors(world, requests=Rate(20, 2))
    answers = [doors.knock("BO", signed_request(world, "AL", "BO")) for _ in range(200)]
    assert [one.status for one in answers] == [200] * 20 + [429] * 180
    assert all(int(one.headers["retry-after"]) >= 1 for one in answers[20:])
    assert json.loads(answers[-1].body)["code"] == "too-many-requests"
    for other in ("CE", "DO"):
        assert not world.meet(other, "BO", doors.line(other)).problem
        assert len(world.accepted(other)) == 3
    doors.seconds += 10
    statuses = [doors.knock("BO", signed_request(world, "AL", "BO")).status for _ in range(30)]
    assert statuses == [200] * 20 + [429] * 10, "no more than a burst, however long it waited"


def test_large_bodies_are_counted_by_their_size(world):
    doors = Doors(world, data=Rate(PAGE_BYTES, 1_000))
    body = bundle(world, "AL", []) + bytes(PAGE_BYTES // 2)
    statuses = [
        doors.knock("BO", signed_request(world, "AL", "BO", "POST", "batches", body=body)).status for _ in range(6)
    ]
    assert statuses == [400, 429, 429, 429, 429, 429]
    assert not world.meet("CE", "BO", doors.line("CE")).problem


def test_large_answers_are_counted_too(world):
    doors = Doors(world, data=Rate(PAGE_BYTES, 1_000))
    world.post("BO", random.Random(1).randbytes(1_000_000).hex())
    world.seal("BO")
    query = {"origin": "BO", "epoch": "1", "stream": "members", "after": "3"}
    statuses = [doors.knock("BO", signed_request(world, "AL", "BO", "GET", "batches", query)).status for _ in range(40)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    assert not world.meet("CE", "BO", doors.line("CE")).problem


def test_an_honest_peer_that_catches_up_waits_as_it_is_asked_to_and_goes_on_without_an_alarm(world):
    """Many months of documents are more than anybody gives at once; that is nobody's fault, and nothing to look at."""
    doors = Doors(world, data=Rate(PAGE_BYTES, PAGE_BYTES / 15))
    chance = random.Random(1)
    for _ in range(12):
        for _ in range(3):
            world.post("BO", chance.randbytes(500_000).hex(), "members")
        world.seal("BO")
    wanted, waits = len(world.said["BO"]), []
    while len(world.accepted("AL")) < wanted:
        met = world.meet("AL", "BO", doors.line("AL"))
        assert not met.problem
        assert met.refused == 0
        if met.wait:
            waits.append(met.wait)
            assert met.more
            behind = wanted - len(world.accepted("AL"))
            assert world.nodes["AL"].store.peer("BO").behind == behind, "how far it is behind can be seen meanwhile"
        assert len(waits) < 50, "it gets nowhere"
        doors.seconds += max(met.wait, 15)  # as the courier does
    assert waits
    assert world.nodes["AL"].store.refusals() == []
    peer = world.nodes["AL"].store.peer("BO")
    assert (peer.failures, peer.problem) == (0, "")


def test_who_is_turned_away_at_once_is_no_peer_that_fails(world):
    doors = Doors(world, requests=Rate(1, 0.1))
    doors.knock("BO", signed_request(world, "AL", "BO"))
    met = world.meet("AL", "BO", doors.line("AL"))
    assert (met.wait, met.problem) == (10, "")
    peer = world.nodes["AL"].store.peer("BO")
    assert (peer.tried_at, peer.met_at, peer.failures) == (world.nodes["AL"].now(), None, 0)
    assert world.nodes["AL"].store.refusals() == []


def test_a_node_that_asks_what_it_forgot_has_not_asked_whom_it_met_by_half(world):
    doors = Doors(world, requests=Rate(100, 1))
    begin_recovery(world.nodes["AL"], why="put back from a copy")
    for _ in range(99):
        doors.knock("BO", signed_request(world, "AL", "BO"))
    assert world.meet("AL", "BO", doors.line("AL")).wait
    assert world.nodes["AL"].store.peer("BO").met_at is None
    doors.seconds += 100
    assert not world.meet("AL", "BO", doors.line("AL")).wait
    assert world.nodes["AL"].store.peer("BO").met_at == world.nodes["AL"].now()


def test_what_gossip_cannot_be_asked_for_now_is_no_checkpoint_that_was_refused(world):
    """Leaves of a log are asked for between two pages of a meeting, and may be what there is no allowance for."""
    doors = Doors(world, requests=Rate(1, 1))
    met = world.meet("AL", "BO", doors.line("AL"))
    assert (met.wait, met.refused) == (1, 0)
    assert world.nodes["AL"].store.refusals() == []


def test_nobody_can_use_up_the_allowance_of_another(world):
    """Only what a node's own key has signed is charged to it: not strangers' requests in its name, nor garbage."""
    doors = Doors(world, requests=Rate(5, 1))
    for _ in range(50):
        stranger = signed_request(world, "AL", "BO", key=suite.new_key("request"), headers={"tocsin-node": "AL"})
        assert doors.knock("BO", stranger).status == 401
    assert doors.knock("BO", signed_request(world, "AL", "BO")).status == 200


def test_refusals_beyond_number_leave_the_record_of_others_alone(world):
    forged = batches(world.nodes["BO"], Stream("BO", 1, "members"))[0]
    page = bundle(world, "AL", [forged] * 50)
    doors = Doors(world, requests=Rate(10_000, 1))
    world.nodes["CE"].store.put_refusal(_refusal(world, "DO"))
    world.alliance.change("BO", status="suspended")
    world.give_list("CE")
    for _ in range(22):
        doors.seconds += 1
        doors.knock("CE", signed_request(world, "AL", "CE", "POST", "batches", body=page))
    assert len(world.nodes["CE"].store.refusals("AL")) == 1_000
    assert len(world.nodes["CE"].store.refusals("DO")) == 1


def _refusal(world, source):
    return Refusal(world.alliance.now, source, "batch", "gap", "before the flood")


def test_under_a_flood_by_threads_another_peer_is_answered_about_as_fast_as_before(world):
    """By ratio: the flood may have the machine's other core, not the honest peer's turn."""
    doors = Doors(world, requests=Rate(50, 1), at_once=2, at_once_in_all=8)
    quiet = [_timed(doors, signed_request(world, "CE", "BO")) for _ in range(15)]
    stop, refused = threading.Event(), []

    def flood():
        while not stop.is_set():
            refused.append(doors.knock("BO", signed_request(world, "AL", "BO")).status)

    threads = [threading.Thread(target=flood) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        while len(refused) < 60:
            time.sleep(0.01)
        busy = [_timed(doors, signed_request(world, "CE", "BO")) for _ in range(15)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert 429 in refused
    assert median(busy) < 40 * median(quiet)


def _timed(doors, request):
    began = time.perf_counter()
    assert doors.knock("BO", request).status == 200
    return time.perf_counter() - began
