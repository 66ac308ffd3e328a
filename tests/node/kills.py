"""Killing a node's process from outside at a named window, and looking at what is left.

A window is named by `tocsin.node.work.windows.at`. The process that reaches it says so by a file and waits; it is then
killed by SIGKILL, which it can neither see nor answer. What follows runs in processes of its own, as after a power cut;
they are forked from one that has only read the code (forking.py).
KILLS_A_WINDOW sets how often each window is tried; `make prove` sets 5, and by KILLS_LOG a file for what came of each.
"""

import itertools
import json
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 120


class KilledNode:
    """A node in a folder of its own, each of whose processes runs one function of `scenes` (a module's name)."""

    def __init__(self, home: Path, scenes: str, database_url: str = "", *, tables: bytes | None = None) -> None:
        """tables: an SQLite file in which nothing is yet but these; without them its first function migrates."""
        self._scenes = scenes
        self.home, self.marker = home / "node", home / "reached"
        self._environment = os.environ | {
            "TOCSIN_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "tocsin.node.settings",
            "DATABASE_URL": database_url,
            "PYTHONPATH": str(ROOT),
            "POLARS_MAX_THREADS": "1",
        }
        for name in ("TOCSIN_STOP_AT", "TOCSIN_STOP_MARKER"):
            self._environment.pop(name, None)
        self._forking: Forking | None = None
        if tables is not None and not database_url:
            self.home.mkdir(parents=True, exist_ok=True)
            (self.home / "tocsin.sqlite3").write_bytes(tables)

    def run(self, scene: str, **arguments: Any) -> Any:
        """What the function returns, in a process of its own that nothing disturbs."""
        running = self._begin(scene, arguments)
        assert running.status() == 0, running.said()
        return running.told()

    def kill(self, window: str, scene: str, **arguments: Any) -> None:
        """Start the function and kill its process at the window, which it must reach."""
        stop = {"TOCSIN_STOP_AT": window, "TOCSIN_STOP_MARKER": str(self.marker)}
        assert self._killed(stop, 0, scene, arguments) == -signal.SIGKILL

    def kill_after(self, seconds: float, scene: str, **arguments: Any) -> bool:
        """Start the function and kill its process so long after it has made the file that it is told as `begun`.

        Returns whether it was killed; otherwise it had ended by then.
        """
        return self._killed({}, seconds, scene, {**arguments, "begun": str(self.marker)}) == -signal.SIGKILL

    def _killed(self, stop: dict[str, str], seconds: float, scene: str, arguments: dict[str, Any]) -> int:
        self.marker.unlink(missing_ok=True)
        running = self._begin(scene, arguments, stop)
        try:
            reached = soon(lambda: self.marker.exists() or running.has_ended(0)) and self.marker.exists()
            running.has_ended(seconds)
        finally:
            running.kill()
        assert reached, f"{scene} never came to where it was to be killed: {running.said()}"
        return running.status()

    def _begin(self, scene: str, arguments: dict[str, Any], environment: Mapping[str, str] | None = None) -> "Running":
        if self._forking is None:
            self._forking = Forking(self._scenes, self._environment)
        return self._forking.begin(scene, arguments, environment or {})


class Forking:
    """A process of forking.py, as long as whoever made it is held by somebody."""

    def __init__(self, scenes: str, environment: Mapping[str, str]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="forking-"))  # the name of a socket is short
        self._socket, self._numbers = self._folder / "socket", itertools.count()  # threads may ask side by side
        said = self._folder / "said"
        with said.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.node.forking", str(self._socket), scenes],
                env=dict(environment), cwd=ROOT, stdin=subprocess.PIPE, stdout=file, stderr=file,
            )  # fmt: skip
        weakref.finalize(self, _end, process, self._folder)
        assert soon(lambda: self._socket.exists() or process.poll() is not None)
        assert process.poll() is None, said.read_text()[-4_000:]

    def begin(self, function: str, arguments: dict[str, Any], environment: Mapping[str, str]) -> "Running":
        """Run a function in a process of its own."""
        number = next(self._numbers)
        told, said = self._folder / f"told-{number}", self._folder / f"said-{number}"
        asked = {
            "function": function, "arguments": arguments, "environment": dict(environment), "told": str(told),
            "said": str(said),
        }  # fmt: skip
        return Running(self._socket, asked, told, said)


class Running:
    """A function that runs, or ran."""

    def __init__(self, address: Path, asked: dict[str, Any], told: Path, said: Path) -> None:
        self._told, self._said, self._status = told, said, None
        self._line = socket.socket(socket.AF_UNIX)
        self._line.settimeout(LONGEST)
        until = time.monotonic() + LONGEST
        while True:
            try:
                self._line.connect(str(address))
                break
            except ConnectionRefusedError:  # it is bound, and does not listen yet
                assert time.monotonic() < until
                time.sleep(0.02)
        self._line.sendall(json.dumps(asked).encode() + b"\n")
        self._process = int(self._next())

    def has_ended(self, seconds: float) -> bool:
        """Whether it has, after at most so many seconds."""
        return self._status is not None or bool(select.select([self._line], [], [], seconds)[0])

    def status(self) -> int:
        """Its exit status, once it has ended; -9 is killed."""
        if self._status is None:
            self._status = int(self._next())
            self._line.close()
        return self._status

    def kill(self) -> None:
        """SIGKILL, if it runs."""
        if not self.has_ended(0):
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
        self.status()

    def told(self) -> Any:
        """What the function returned."""
        return json.loads(self._told.read_text("utf-8"))

    def said(self) -> str:
        """The end of what it wrote to its output and errors."""
        return self._said.read_text("utf-8")[-4_000:] if self._said.exists() else ""

    def _next(self) -> str:
        line = b""
        while not line.endswith(b"\n"):
            piece = self._line.recv(1)
            assert piece, "the process that forks has ended"
            line += piece
        return line.decode()


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    process.stdin.close()
    process.wait(LONGEST)
    shutil.rmtree(folder, ignore_errors=True)


def soon(holds: Callable[[], Any], seconds: float = LONGEST) -> Any:
    """What `holds` says as soon as it is true; the limit only keeps a broken run from hanging."""
    until = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < until:
        time.sleep(0.02)
    return found


def kills_a_window() -> int:
    return int(os.environ.get("KILLS_A_WINDOW", "1"))


def record(what: str, window: str, killed: str, seen: str) -> None:
    """Keep what came of a kill, once everything was found to be as it should.

    killed  which process
    seen    "nothing", "all", or "either" where that was not looked at before the node went on by itself
    """
    if file := os.environ.get("KILLS_LOG"):
        with Path(file).open("a", encoding="utf-8") as log:
            log.write(json.dumps({"what": what, "window": window, "killed": killed, "seen": seen}) + "\n")


def in_order(windows: Sequence[str], seed: int) -> list[str]:
    """Each window as often as KILLS_A_WINDOW says, mixed by the seed."""
    order = list(windows) * kills_a_window()
    random.Random(seed).shuffle(order)
    return order


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """A database of its own beside the one of TEST_DATABASE_URL; for SQLite nothing, since the node's folder has it."""
    if not url:
        yield ""
        return
    import psycopg

    name = f"kills_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
