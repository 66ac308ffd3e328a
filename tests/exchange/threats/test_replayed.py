"""Threat: what was said once is said again, to make a node do it twice."""

import threading
import time
from datetime import timedelta

from tests.exchange.threats.adversaries import batches, bundle, deliver, states
from tests.exchange.threats.doors import Doors, signed_request
from tests.exchange.world import World

from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.http.allowance import Rate
from tocsin.exchange.http.messages import Request
from tocsin.exchange.limits import NONCE_SECONDS, SKEW_SECONDS
from tocsin.exchange.streams import Stream

STREAM = Stream("AL", 1, "members")


def code_of(answer):
    return read_canonical(answer.body, what="an answer").get("code")


def test_a_request_is_answered_once_for_as_long_as_its_signature_would_be_taken():
    world = World(["AL", "BO"])
    doors = Doors(world)
    request = signed_request(world, "AL", "BO", nonce="n" * 22)
    assert doors.knock("BO", request).status == 200
    for seconds in (0, 1, 299, SKEW_SECONDS):
        world.skews["BO"] = timedelta(seconds=seconds)
        assert code_of(doors.knock("BO", request)) == "replayed", f"after {seconds} s"
    for seconds in (SKEW_SECONDS + 1, NONCE_SECONDS - 1, NONCE_SECONDS, NONCE_SECONDS + 1, 86_400):
        world.skews["BO"] = timedelta(seconds=seconds)
        assert code_of(doors.knock("BO", request)) == "clock-skew", f"after {seconds} s"


def test_no_clock_within_its_bounds_opens_a_moment_in_which_a_request_counts_twice():
    """The receiver's clock runs 300 s behind the sender's: the signature then lives longest, 600 s."""
    world = World(["AL", "BO"])
    doors = Doors(world)
    world.skews["BO"] = timedelta(seconds=-SKEW_SECONDS)
    request = signed_request(world, "AL", "BO")
    assert doors.knock("BO", request).status == 200
    for seconds in range(-SKEW_SECONDS, 2 * NONCE_SECONDS, 50):
        world.skews["BO"] = timedelta(seconds=seconds)
        assert doors.knock("BO", request).status == 401, f"at {seconds} s"


def test_of_many_copies_of_a_request_at_the_same_time_one_is_answered():
    world = World(["AL", "BO"])
    doors = Doors(world, at_once=64, at_once_in_all=128, requests=Rate(1_000, 1))
    write = world.nodes["BO"].store._set

    def slow(table, key, value):
        time.sleep(0.002)  # between the look and the note, where another thread may look as well
        write(table, key, value)

    world.nodes["BO"].store._set = slow
    for _ in range(3):
        request = signed_request(world, "AL", "BO", "POST", "hints", body=canonical({"holds": []}))
        together, statuses = threading.Barrier(8), []

        def knock(request=request, together=together, statuses=statuses):
            together.wait()
            statuses.append(doors.knock("BO", request).status)

        threads = [threading.Thread(target=knock) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [202] + 7 * [401]


def test_the_same_nonce_of_two_senders_is_two_requests():
    world = World(["AL", "BO", "CE"])
    doors = Doors(world)
    for sender in ("AL", "CE"):
        assert doors.knock("BO", signed_request(world, sender, "BO", nonce="n" * 22)).status == 200


def test_a_request_for_one_node_is_none_for_another_nor_for_another_act():
    world = World(["AL", "BO", "CE"])
    doors = Doors(world)
    request = signed_request(world, "AL", "BO", "POST", "hints", body=canonical({"holds": []}))
    assert code_of(doors.knock("CE", request)) == "request-signature"
    for method, target in (("GET", request.target), ("POST", request.target + "?a=1"), ("POST", "/exchange/v1/log")):
        changed = Request(method, target, request.headers, request.body)
        assert code_of(doors.knock("BO", changed)) == "request-signature"
    assert doors.knock("BO", request).status == 202


def test_a_batch_that_comes_again_in_a_new_request_changes_nothing():
    world = World(["AL", "BO", "CE"])
    document = world.post("AL", "cholera")
    world.seal("AL")
    content = batches(world.nodes["AL"], STREAM)
    deliver(world, "AL", "BO", content)
    receipts = len(world.nodes["BO"].store.outbox(10))
    doors = Doors(world)
    for _ in range(3):
        request = signed_request(world, "CE", "BO", "POST", "batches", body=bundle(world, "CE", content))
        assert read_canonical(doors.knock("BO", request).body, what="an answer")["refused"] == []
    assert states(world, "BO", STREAM) == ["accepted"]
    assert list(world.nodes["BO"].reader.told) == [document.id]
    assert len(world.nodes["BO"].store.outbox(10)) == receipts == 1


def test_a_document_sealed_again_under_another_number_is_told_to_nobody_twice():
    """A node that lost its memory of having sealed may do this; a careless one too."""
    world = World(["AL", "BO"])
    document = world.post("AL", "cholera")
    world.seal("AL")
    world.nodes["AL"].store.put_out(document.encode(), "members")
    world.seal("AL")
    told = []
    accepted = world.nodes["BO"].reader.accepted
    world.nodes["BO"].reader.accepted = lambda documents: (told.extend(documents), accepted(documents))
    world.round()
    assert states(world, "BO", STREAM) == ["accepted", "repeated"]
    assert [one.id for one, _ in told if one.type == "message"] == [document.id]


def test_an_old_answer_is_none_to_a_new_request():
    world = World(["AL", "BO"])
    doors, kept = Doors(world), []
    first = doors.line("BO", back=lambda answer: kept.append(answer) or answer)
    assert not world.meet("BO", "AL", first).problem
    world.post("AL", "cholera")
    world.seal("AL")
    met = world.meet("BO", "AL", doors.line("BO", back=lambda answer: kept[0]))
    assert "does not verify" in met.problem
    assert not world.meet("BO", "AL", doors.line("BO")).problem
    assert world.accepted("BO") == ["cholera"]
