"""A served node: what dies is back, what ends ends whole, and nothing outlives its parent."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from tests.node import serving

from tocsin.node.running import supervisor
from tocsin.node.running.refusals import CannotServe
from tocsin.node.running.supervisor import Child, Supervisor


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def descendants(pid):
    """Process numbers of everything below a process, read from the system."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(child), *descendants(child)]
    return found


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def soon(holds, seconds=120):
    """Whether something comes true; the limit only keeps a broken run from hanging."""
    until = time.monotonic() + seconds
    while not (done := holds()) and time.monotonic() < until:
        time.sleep(0.05)
    return done


def command(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")


def worker_of(node):
    for pid in descendants(node.process.pid):
        if b"tocsin.node.work" in command(pid):
            return pid
    return None


@pytest.mark.verify
def test_a_node_from_start_to_end(home, made):
    with serving.serve(home) as node:
        assert get(node.url + "/account/login/")[0] == 200

        second = serving.run(home, "serve", "--port", "0")
        assert second.returncode == 2
        assert f"is served already at 127.0.0.1:{node.port} (process {node.process.pid})" in second.stderr

        taken = serving.run(made, "serve", "--port", node.port)
        assert taken.returncode == 2
        assert "give another --port" in taken.stderr

        assert soon(lambda: get(node.url + "/health")[1] == b"ok")
        killed = worker_of(node)
        os.kill(killed, signal.SIGKILL)
        assert soon(lambda: worker_of(node) not in {None, killed})
        assert soon(lambda: "it starts again in 0.5 s" in node.log)

        family = descendants(node.process.pid)
        assert len(family) >= 4
        assert node.end() == 0
        assert not [pid for pid in family if runs(pid)]
    assert (home / "serving.lock").read_text() == ""


@pytest.mark.verify
def test_nothing_outlives_a_killed_server(home):
    with serving.serve(home, 0, "--web-workers", "1", "--workers", "1") as node:
        family = descendants(node.process.pid)
        assert len(family) == 4  # the web server and its process, a worker, the courier
        node.end(signal.SIGKILL)
        assert soon(lambda: not [pid for pid in family if runs(pid)])
    with serving.serve(home, node.port, "--web-workers", "1", "--no-work") as again:
        assert get(again.url + "/account/login/")[0] == 200


LONG = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)",
]


@pytest.fixture
def child():
    made = []

    def make(run, to_end=10.0):
        made.append(Child("a child", run, to_end))
        return made[-1]

    yield make
    for one in made:
        if one.process is not None:
            one.process.kill()
            one.process.wait()


def test_pauses_grow_while_it_fails_and_shrink_when_it_has_run(child):
    one, now, pauses = child([sys.executable, "-c", ""]), 100.0, []
    for _ in range(9):
        one.tend(now)
        one.process.wait()
        one.tend(now + 1)
        pauses.append(one.next_start - (now + 1))
        one.tend(one.next_start - 0.01)
        assert one.process is None
        now = one.next_start
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    one.tend(now)
    one.process.wait()
    one.tend(now + supervisor.PROVEN + 1)
    assert one.next_start - now - supervisor.PROVEN - 1 == 0.5


def test_a_child_that_does_not_end_is_killed_when_its_time_is_over(child):
    one = child(STUBBORN, to_end=0.2)
    one.process = subprocess.Popen(STUBBORN, stdout=subprocess.PIPE)
    one.process.stdout.readline()
    process = one.process
    one.end(hurry=lambda: False)
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL


def test_told_twice_it_waits_for_nobody(child):
    one = child(STUBBORN, to_end=600)
    one.process = subprocess.Popen(STUBBORN, stdout=subprocess.PIPE)
    one.process.stdout.readline()
    process = one.process
    family = Supervisor([one])
    family._tell(signal.SIGTERM, None)
    family._tell(signal.SIGTERM, None)
    one.end(hurry=lambda: family.told > 1)
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL


def test_children_end_in_their_order(monkeypatch):
    ended = []

    class Ending(Child):
        def tend(self, now):
            pass

        def end(self, *, hurry):
            ended.append(self.name)

    monkeypatch.setattr(signal, "signal", lambda *given: None)
    family = Supervisor([Ending("web", LONG, 1), Ending("worker", LONG, 1)])
    family._tell(signal.SIGTERM, None)
    family.run()
    assert ended == ["web", "worker"]


def test_all_workers_but_one_are_for_people():
    with supervisor.listen("127.0.0.1", 0) as listening:
        _, *workers, courier = supervisor.children(listening, web_workers=2, threads=4, workers=3)
    assert [tuple(worker.command[4:]) for worker in workers] == [(), ("people", "default"), ("people", "default")]
    assert courier.command[2] == "tocsin.node.post"


def test_the_door_for_partners_is_opened_where_a_port_is_named():
    with supervisor.listen("127.0.0.1", 0) as listening, supervisor.listen("127.0.0.1", 0) as asked:
        plain = supervisor.children(listening, web_workers=1, threads=1, workers=0, door=asked)
        tls = supervisor.children(listening, web_workers=1, threads=1, workers=0, door=asked, tls=("c.pem", "k.pem"))
        without = supervisor.children(listening, web_workers=1, threads=1, workers=0)
    assert [child.name for child in plain] == ["the web server", "the door for partners"]
    assert plain[1].sockets != plain[0].sockets
    assert "--certificate" not in plain[1].command
    assert list(tls[1].command[-4:]) == ["--certificate", "c.pem", "--key", "k.pem"]
    assert [child.name for child in without] == ["the web server"]


def test_a_port_that_cannot_be_had_is_a_sentence():
    with supervisor.listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(CannotServe, match=f"127.0.0.1:{port} cannot be listened at"):
            supervisor.listen("127.0.0.1", port)
