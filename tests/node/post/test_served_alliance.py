"""Nodes as they are run: processes, databases, key files, TLS. What one says, the others have, and say so."""

import os
import signal
import socket
import sqlite3
import subprocess
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from scripts import demo_alliance

pytestmark = [pytest.mark.verify, pytest.mark.long]

SAY = """
import django; django.setup()
from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.sealing import post
from tocsin.node.post.here import local_node
here = local_node()
post(here, Document(
    id=new_id(here.now()), alliance="exercise", origin=here.node, recorded_at=here.now(),
    classification={classification!r}, addressees={addressees!r}, type="message", language="ru", exercise=True,
    body={{"subject": "Холера", "text": {text!r}, "in_reply_to": None}},
))
"""
HELD = "SELECT text FROM post_message WHERE NOT is_ours ORDER BY came_at"
RECEIPTS = """
SELECT receipt.by || ' ' || stream.audience || ' ' || receipt.through
FROM post_receipt receipt JOIN post_stream stream ON stream.id = receipt.stream_id
"""


def free_ports(count: int) -> int:
    """The first of so many ports in a row that are free now."""
    for first in range(20_000 + os.getpid() % 1_000 * 20, 60_000, count):
        with ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise AssertionError("no ports")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    """AL, BO and the Secretariat, made once."""
    folder = tmp_path_factory.mktemp("alliance")
    made = demo_alliance.places(folder, ["AL", "BO", "SEC"], free_ports(6))
    demo_alliance.build(folder, made, every_seconds=1)
    return {place.code: place for place in made}


@contextmanager
def serving(*places):
    """Nodes that serve, until the block ends."""
    running = [demo_alliance.serve(place) for place in places]
    try:
        for place in places:
            soon(lambda at=place: answers(at.page_port) and answers(at.door_port), f"{place.code} to answer")
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(60)


def answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def soon(holds, what: str, seconds: float = 120) -> None:
    """Wait until it holds; the limit only keeps a broken run from hanging."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.5)


def say(place, text: str, classification: str = "MEMBERS", addressees: tuple[str, ...] = ()) -> None:
    demo_alliance.python(place, SAY.format(text=text, classification=classification, addressees=addressees))


def rows(place, query: str) -> list[str]:
    """What a query finds in a node's database, asked from outside: a process of the node's own takes two seconds."""
    with closing(sqlite3.connect(place.home / "tocsin.sqlite3", timeout=60)) as database:
        return [row for (row,) in database.execute(query)]


def held(place) -> list[str]:
    return rows(place, HELD)


def courier_of(node: subprocess.Popen) -> int:
    """The process that seals and meets, by what the operating system says of a node's children."""
    for task in Path(f"/proc/{node.pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            if b"tocsin.node.post" in command:
                return int(child)
    raise AssertionError("no courier runs")


def test_what_one_node_says_the_others_have_and_sign_for(nodes):
    with serving(*nodes.values()) as (al, *_):
        say(nodes["AL"], "всем членам")
        say(nodes["AL"], "только Борении", "SELECTIVE", ("BO",))
        soon(lambda: sorted(held(nodes["BO"])) == ["всем членам", "только Борении"], "BO to have both")
        soon(lambda: held(nodes["SEC"]) == ["всем членам"], "SEC to have what is for all")
        expected = {"BO members 1", "BO to:BO 1", "SEC members 1"}
        soon(lambda: expected <= set(rows(nodes["AL"], RECEIPTS)), "signed receipts")

        os.kill(courier_of(al), signal.SIGKILL)
        say(nodes["AL"], "после гибели курьера")
        soon(lambda: "после гибели курьера" in held(nodes["BO"]), "a killed courier to be started again")


def test_a_node_that_was_away_catches_up_from_whoever_has_it(nodes):
    with serving(nodes["AL"], nodes["SEC"]):
        say(nodes["AL"], "пока Борении нет")
        soon(lambda: "пока Борении нет" in held(nodes["SEC"]), "SEC to have it")
    with serving(nodes["BO"], nodes["SEC"]):  # its author is away now; the Secretariat carries it
        soon(lambda: "пока Борении нет" in held(nodes["BO"]), "BO to have it from SEC")
    assert held(nodes["BO"]).count("пока Борении нет") == 1
