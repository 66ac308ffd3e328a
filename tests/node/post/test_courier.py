"""The courier: when it meets whom, what it seals, and that a node put back from a copy signs nothing at first."""

import errno
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError
from tests.exchange.world import World

from tocsin.exchange.meeting import Met
from tocsin.exchange.restoring import note_holds
from tocsin.exchange.sealing import post
from tocsin.node.post.courier import LONGEST_PAUSE, Courier
from tocsin.node.post.hints import note_hint
from tocsin.node.post.models import Outgoing, Sealer
from tocsin.node.running.restore import RESTORED


@pytest.fixture
def courier(joined):
    return Courier(joined)


@pytest.fixture
def document(joined, alliance_list):
    return World(["AL", "BO", "CE", "SEC"], made=alliance_list).document("AL", "холера")


def begun(courier) -> list[str]:
    """Whose meetings it begins now; each is over at once."""
    nodes = []

    def start(node):
        nodes.append(node)
        done = Future()
        done.set_result(None)
        return done

    courier.start_due(start)
    return nodes


def meeting_of(courier, node, **noted):
    courier.here.store.put_peer(replace(courier.here.store.peer(node), **noted))


def test_everybody_is_met_at_first_and_then_as_often_as_is_said(courier, monkeypatch):
    assert begun(courier) == ["BO", "CE", "SEC"]
    now = courier.here.now()
    for node, ago in (("BO", 14), ("CE", 15), ("SEC", 1)):
        meeting_of(courier, node, tried_at=now - timedelta(seconds=ago), met_at=now - timedelta(seconds=ago))
    monkeypatch.setattr(courier.here, "clock", lambda: now)
    assert begun(courier) == ["CE"]


def test_who_does_not_answer_is_tried_ever_more_rarely_and_never_given_up(courier, monkeypatch):
    begun(courier)
    now = courier.here.now()
    monkeypatch.setattr(courier.here, "clock", lambda: now)
    for node in ("CE", "SEC"):
        meeting_of(courier, node, tried_at=now)
    for failures, pause in ((0, 15), (1, 30), (3, 120), (6, 900), (500, LONGEST_PAUSE.total_seconds())):
        meeting_of(courier, "BO", tried_at=now - timedelta(seconds=pause - 1), failures=failures)
        assert begun(courier) == [], failures
        meeting_of(courier, "BO", tried_at=now - timedelta(seconds=pause), failures=failures)
        assert begun(courier) == ["BO"], failures


def test_a_partner_that_says_it_has_something_new_is_met_at_once_and_once(courier):
    begun(courier)
    for node in ("BO", "CE", "SEC"):
        meeting_of(courier, node, tried_at=courier.here.now())
    note_hint("CE")
    assert begun(courier) == ["CE"]
    assert begun(courier) == []


def test_a_meeting_under_way_is_not_begun_again(courier):
    pending = Future()
    courier.start_due(lambda node: pending)
    assert begun(courier) == []


def test_what_waits_is_sealed_logged_and_brought_at_once(courier, document):
    begun(courier)
    for node in ("BO", "CE", "SEC"):
        meeting_of(courier, node, tried_at=courier.here.now())
    post(courier.here, document)
    courier.seal()
    assert not Outgoing.objects.exists()
    assert courier.here.store.checkpoint("AL", 1) is not None
    assert begun(courier) == ["BO", "CE", "SEC"]


def was_met(here, node):
    """This node has asked it, and it has said that it holds nothing of this node."""
    here.store.put_peer(replace(here.store.peer(node), met_at=here.now()))
    note_holds(here, node, {})


def test_a_node_put_back_from_a_copy_signs_nothing_until_all_have_been_asked(courier, document, settings):
    (settings.HOME / RESTORED).touch()
    courier.after_a_restore()
    post(courier.here, document)
    courier.seal()
    assert Outgoing.objects.count() == 1
    for node in ("BO", "CE"):
        was_met(courier.here, node)
    note_holds(courier.here, "SEC", {})
    courier.seal()
    assert Outgoing.objects.count() == 1
    was_met(courier.here, "SEC")
    courier.seal()
    assert not Outgoing.objects.exists()
    courier.after_a_restore()
    assert courier.here.store.own().confirmed, "it is asked for once"


def test_why_nothing_is_signed_is_said_once(courier, document, alliance_list, caplog):
    alliance_list.change("AL", status="suspended")
    courier.here.store.put_trust_files(alliance_list.files)
    post(courier.here, document)
    for _ in range(3):
        courier.seal()
    assert [record.getMessage() for record in caplog.records].count(
        "this node may not sign: AL is suspended; its documents wait"
    ) == 1


def test_what_is_held_is_read_when_it_begins_and_every_hour(courier, monkeypatch):
    times = []
    monkeypatch.setattr("tocsin.node.post.courier.read_held", lambda here: times.append(here.now()) or 0)
    begin = courier.here.now()
    for minutes in (0, 1, 59, 60, 61, 125):
        courier.here.clock = lambda minutes=minutes: begin + timedelta(minutes=minutes)
        courier.read_held()
    assert [(at - begin).total_seconds() / 60 for at in times] == [0, 60, 125]


# A full disk


@pytest.fixture
def full(courier, monkeypatch):
    """No room on the disk while "room" is false; what the courier says with time standing still."""
    disk = {"room": False, "now": 0.0}

    def note(*given, **more):
        if not disk["room"]:
            raise OperationalError("database or disk is full") from OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Sealer.objects, "update_or_create", note)
    monkeypatch.setattr("tocsin.node.work.full_disk.has_room", lambda: disk["room"])
    courier._disk._monotonic = lambda: disk["now"]
    monkeypatch.setattr(courier, "_pause", lambda: None)
    return disk


def rounds(courier, count: int) -> list[str]:
    """So many rounds as the courier makes them; whose meetings were begun."""
    begun = []

    def start(node):
        begun.append(node)
        done = Future()
        done.set_result(None)
        return done

    for _ in range(count):
        try:
            courier.work(start)
        except (DatabaseError, OSError) as error:
            courier._cannot(error)
    return begun


def test_a_full_disk_is_one_line_and_nothing_is_asked_for_until_there_is_room(courier, full, caplog, document):
    assert rounds(courier, 50) == []
    [begins] = [record for record in caplog.records if "full" in record.getMessage()]
    assert begins.exc_info is None
    full["room"] = True
    assert rounds(courier, 1) == ["BO", "CE", "SEC"]
    full["now"] += 61
    rounds(courier, 3)
    assert [record.getMessage() for record in caplog.records][1:] == [
        "there is room on the disk again; what waited goes on"
    ]


@pytest.mark.django_db(transaction=True)  # a meeting closes its thread's connection
def test_a_meeting_that_finds_no_room_leaves_no_traceback_and_the_partner_alone_for_a_while(
    courier, caplog, monkeypatch
):
    def meet(*given):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tocsin.node.post.courier.meet", meet)
    now = [100.0]
    courier.monotonic = lambda: now[0]
    with pytest.raises(OSError, match="No space"):
        courier._meet(None, "BO")
    assert not any(record.exc_info for record in caplog.records)
    assert begun(courier) == ["CE", "SEC"]
    now[0] += 15
    assert "BO" in begun(courier)


# Places


@pytest.mark.django_db(transaction=True)  # a meeting closes its thread's connection
def test_a_partner_that_asks_to_be_left_is_left_alone_though_it_has_something_new(courier, monkeypatch, joined):
    monkeypatch.setattr("tocsin.node.post.courier.meet", lambda here, line, node: Met(node, wait=40, more=True))
    now = [100.0]
    courier.monotonic = lambda: now[0]
    courier._meet(None, "BO")
    begun(courier)
    note_hint("BO")
    now[0] += 39
    assert "BO" not in begun(courier)
    now[0] += 1
    assert "BO" in begun(courier)


def test_meetings_that_take_long_keep_nobody_waiting_and_there_is_one_at_most_with_each(courier, monkeypatch):
    monkeypatch.setattr("tocsin.node.post.courier.SIDE_BY_SIDE", 2)
    now, slow, nodes = [0.0], Future(), []
    courier.monotonic = lambda: now[0]

    def start(node):
        nodes.append(node)
        return slow

    courier.start_due(start)
    assert nodes == ["BO", "CE"]
    now[0] = 29
    courier.start_due(start)
    assert nodes == ["BO", "CE"], "two are under way that have not lasted long"
    now[0] = 30
    courier.start_due(start)
    assert nodes == ["BO", "CE", "SEC"]
    now[0] = 3_600
    courier.start_due(start)
    assert nodes == ["BO", "CE", "SEC"]


def test_who_was_met_longest_ago_is_met_first_where_places_are_few(courier, monkeypatch):
    monkeypatch.setattr("tocsin.node.post.courier.SIDE_BY_SIDE", 1)
    at = courier.here.now()
    met = []
    for second in range(6):
        courier.here.clock = lambda second=second: at + timedelta(seconds=second)
        met += begun(courier)
    assert met == ["BO", "CE", "SEC"] * 2
