"""`tocsin node serve`: the web server and the workers as children that are kept alive, and end with their parent."""

import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from tocsin.node.running.refusals import CannotServe

__all__ = ["Child", "Supervisor", "answers", "children", "listen"]

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
PROVEN = 30.0  # seconds after which a child counts as having started well
LOOK = 0.2
WEB_TO_END = 25.0
WORKER_TO_END = 30.0


def listen(host: str, port: int) -> socket.socket:
    """The socket that people connect to; the parent's, so that it stays open while the web server is replaced."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise CannotServe(f"{host}:{port} cannot be listened at: {error.strerror}; give another --port") from None
    listening.listen(1_024)
    return listening


@dataclass
class Child:
    """One process that should run, and when to start it again after it ended."""

    name: str
    command: Sequence[str]
    to_end: float
    sockets: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    next_start: float = 0.0
    failures: int = 0

    def tend(self, now: float) -> None:
        """Start it if it does not run and its pause is over; note if it ended."""
        if self.process is None:
            if now >= self.next_start:
                self._start(now)
        elif (status := self.process.poll()) is not None:
            self.process = None
            self.failures = 0 if now - self.started > PROVEN else self.failures + 1
            pause = min(FIRST_PAUSE * 2 ** max(self.failures - 1, 0), LONGEST_PAUSE)
            self.next_start = now + pause
            log.warning("%s ended with status %d; it starts again in %g s", self.name, status, pause)

    def _start(self, now: float) -> None:
        # A session of its own: Ctrl-C in the terminal reaches the parent alone, which ends its children in order.
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, pass_fds=self.sockets, start_new_session=True
        )
        self.started = now

    def end(self, *, hurry: Callable[[], bool]) -> None:
        """Ask it to end, and make it end when its time is over or somebody is in a hurry."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + self.to_end
        while self.process.poll() is None:
            if hurry() or time.monotonic() > until:
                log.warning("%s did not end in time and is killed", self.name)
                self.process.kill()
                self.process.wait()
            time.sleep(0.05)
        self.process = None


@dataclass
class Supervisor:
    """Keeps children alive until told to end: once in order, twice at once."""

    children: Sequence[Child]
    ready: Callable[[], bool] = lambda: True
    told: int = 0
    _ending: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """To be called in the main thread, which is the one whose end the children notice."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._tell)
        waiting = True
        while not self._ending.is_set():
            for child in self.children:
                child.tend(time.monotonic())
            waiting = waiting and not self.ready()
            self._ending.wait(LOOK)
        for child in self.children:
            child.end(hurry=lambda: self.told > 1)

    def _tell(self, number: int, frame: FrameType | None) -> None:
        self.told += 1
        self._ending.set()


def children(
    listening: socket.socket,
    *,
    web_workers: int,
    threads: int,
    workers: int,
    door: socket.socket | None = None,
    tls: tuple[str, str] | None = None,
) -> list[Child]:
    """Web first, so that it ends first: nobody sends work to workers that are ending. The courier ends last.

    door    the socket that partners connect to; None if they cannot
    tls     certificate and key, as files, if the door itself speaks TLS

    Of several workers all but one take only what people wait for, so that a night's screening keeps nobody waiting.
    """
    here, file = str(os.getpid()), listening.fileno()
    web = [sys.executable, "-m", "tocsin.node.running.web", "--parent", here, "--socket", str(file)]
    web += ["--workers", str(web_workers), "--threads", str(threads)]
    work = [sys.executable, "-m", "tocsin.node.work", here]
    found = [Child("the web server", web, WEB_TO_END, (file,))]
    for number in range(workers):
        queues = ("people", "default") if number else ()
        found.append(Child(f"worker {number + 1}", [*work, *queues], WORKER_TO_END))
    if door is not None:
        command = [sys.executable, "-m", "tocsin.node.post.listening", "--parent", here]
        command += ["--socket", str(door.fileno())]
        if tls is not None:
            command += ["--certificate", tls[0], "--key", tls[1]]
        found.append(Child("the door for partners", command, WEB_TO_END, (door.fileno(),)))
    if workers:
        found.append(Child("the courier", [sys.executable, "-m", "tocsin.node.post", here], WORKER_TO_END))
    return found


def answers(host: str, port: int, name: str) -> bool:
    """Whether the web server gives a page to somebody who has not signed in."""
    asking = http.client.HTTPConnection(host, port, timeout=1)
    try:
        asking.request("GET", "/account/login/", headers={"Host": name})
        return asking.getresponse().status < 500
    except OSError:
        return False
    finally:
        asking.close()
