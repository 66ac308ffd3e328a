"""The nodes of the study: processes as they are run, each node in a network namespace and on a disk of its own."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from scripts import demo_alliance
from scripts.chaos.disk import Disk
from scripts.chaos.network import ROOT, Network

__all__ = ["CODES", "WINDOWS", "Alliance", "Node", "soon"]

CODES = ("AL", "BO", "CE", "SEC")
CALLS_OUT_ONLY = "CE"
WINDOWS = (
    "exchange.seal.before-the-transaction-is-committed",
    "exchange.seal.after-the-transaction-is-committed",
    "exchange.take.before-the-transaction",
    "exchange.take.before-the-transaction-is-committed",
    "exchange.take.after-the-transaction-is-committed",
    "exchange.checkpoint.before-the-transaction-is-committed",
    "exchange.trust.before-the-transaction-is-committed",
)
PAGE_PORT, DOOR_PORT = 8100, 8443
DISK_MEGABYTES = 400
SABOTAGED = "scripts.chaos.sabotaged"


def soon(holds: Any, what: str, seconds: float, every: float = 0.25) -> float:
    """Wait until it holds; for how long. Raises TimeoutError."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(every)
    return time.monotonic() - began


@dataclass
class Node:
    """One node. `busy` is held by whoever kills its processes, or puts it back from a copy."""

    place: demo_alliance.Place
    network: Network
    disk: Disk
    folder: Path  # outside its disk: log, marker, the journal of who writes
    settings: str = "tocsin.node.settings"
    busy: threading.RLock = field(default_factory=threading.RLock)
    process: subprocess.Popen[bytes] | None = None
    writer: subprocess.Popen[bytes] | None = None
    writes: bool = False
    seed: int = 0
    _wanted: bool = False
    _changing: threading.RLock = field(default_factory=threading.RLock)

    @property
    def code(self) -> str:
        return self.place.code

    @property
    def marker(self) -> Path:
        """Where its processes say at which window they stand."""
        return self.folder / f"{self.code}.marker"

    @property
    def journal(self) -> Path:
        """What its writer noted."""
        return self.folder / f"{self.code}.journal"

    def environment(self) -> dict[str, str]:
        """What its processes find around them."""
        stops = " ".join(f"{window}:*" for window in WINDOWS)
        stopping = {"TOCSIN_STOP_AT": stops, "TOCSIN_STOP_MARKER": str(self.marker)}
        return demo_alliance.environment(self.place) | stopping | {"DJANGO_SETTINGS_MODULE": self.settings}

    # Processes

    def start(self) -> None:
        """Serve, until `stop`: started again whenever the whole of it has ended."""
        with self._changing:
            self._wanted = True
            self.pass_all()
            self.tend()

    def tend(self) -> None:
        """Start what should run and does not, as a system's supervisor does."""
        with self._changing:
            if self._wanted and (self.process is None or self.process.poll() is not None):
                words = ["node", "serve", "--port", str(self.place.page_port), "--web-workers", "1", "--workers", "1"]
                self.process = self._begin([str(demo_alliance.BIN / "tocsin"), *words], self.environment(), "log")
            if self.writes and (self.writer is None or self.writer.poll() is not None):
                self.seed += 1
                words = [sys.executable, "-m", "scripts.chaos.writer", str(self.journal), str(self.seed)]
                self.writer = self._begin(words, demo_alliance.environment(self.place), "writer.log")

    def _begin(self, command: list[str], environment: dict[str, str], log: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{self.code}.{log}").open("ab") as file:
            return subprocess.Popen(
                [*self.network.within(self.code), *command],
                env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
            )  # fmt: skip

    def stop_writing(self) -> None:
        """Let the writer end what it is at."""
        with self._changing:
            self.writes = False
            if self.writer is not None and self.writer.poll() is None:
                self.writer.terminate()
                try:
                    self.writer.wait(60)
                except subprocess.TimeoutExpired:
                    self.writer.kill()
                    self.writer.wait()

    def kill_all(self, *, again: bool = True) -> None:
        """Kill its supervisor, with whom all end; it is started again unless told otherwise."""
        with self._changing:
            self._wanted = again
            if self.process is not None and self.process.poll() is None:
                family = psutil.Process(self.process.pid).children(recursive=True)
                self.process.kill()
                self.process.wait()
                psutil.wait_procs(family, timeout=30)

    def stop(self) -> None:
        """End it in order."""
        with self._changing:
            self._wanted = False
            if self.process is not None and self.process.poll() is None:
                self.process.terminate()
                try:
                    self.process.wait(60)
                except subprocess.TimeoutExpired:
                    self.kill_all(again=False)

    def family(self) -> dict[int, str]:
        """What runs now: courier, door, web or worker, by process."""
        found: dict[int, str] = {}
        with contextlib.suppress(psutil.Error):
            if self.process is not None and self.process.poll() is None:
                for one in psutil.Process(self.process.pid).children(recursive=True):
                    with contextlib.suppress(psutil.Error):
                        found[one.pid] = _role(one.cmdline())
        return found

    def one(self, role: str) -> int | None:
        """A process of this role. Of the door, one that answers partners: not the one that keeps those."""
        family = self.family()
        for pid, its in family.items():
            with contextlib.suppress(psutil.Error):
                if its == role and (role != "door" or family.get(psutil.Process(pid).ppid()) == "door"):
                    return pid
        return None

    # Windows

    def pass_all(self, *but: str) -> None:
        """Have processes stop at these windows and at no other. Nobody may stand at one."""
        lines = [f"{window}:* 0\n" for window in WINDOWS if window not in but]
        new = self.marker.with_suffix(".new")
        new.write_text("".join(lines), "utf-8")
        new.replace(self.marker)

    def pass_now(self, window: str) -> None:
        """Have nobody stop at a window any more who has not yet."""
        with self.marker.open("a", encoding="utf-8") as file:
            file.write(f"{window}:* 0\n")

    def arrived(self) -> list[tuple[str, int]]:
        """Who stands at which window, or stood there when killed."""
        lines = self.marker.read_text("utf-8").splitlines()
        return [(name.removesuffix(":*"), int(pid)) for name, pid in map(str.split, lines) if pid != "0"]

    # What can be seen from outside

    @contextlib.contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """Its database, to look at."""
        path = self.place.home / "tocsin.sqlite3"
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
            yield connection

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds; nothing if the database cannot be read now."""
        try:
            with self.database() as connection:
                return connection.execute(query, values).fetchall()
        except sqlite3.Error:
            return []

    def last_met(self, partner: str | None = None) -> float:
        """When it last met a partner, by its own table."""
        query = "SELECT max(met_at) FROM post_peer" + (" WHERE node = ?" if partner else "")
        ((met,),) = self.rows(query, *([partner] if partner else [])) or [(None,)]
        return datetime.fromisoformat(f"{met}+00:00").timestamp() if met else 0.0

    def heads(self) -> dict[tuple[str, int, str], tuple[int, str]]:
        """How far it has which stream."""
        found = self.rows("SELECT origin, epoch, audience, last, manifest FROM post_stream WHERE last > 0")
        return {(origin, epoch, audience): (last, manifest) for origin, epoch, audience, last, manifest in found}

    def waiting(self) -> int:
        """Documents that it has not sealed yet; -1 if it cannot be asked."""
        ((count,),) = self.rows("SELECT count(*) FROM post_outgoing") or [(-1,)]
        return int(count)

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`tocsin` in its folder."""
        return subprocess.run(
            [str(demo_alliance.BIN / "tocsin"), *words], env=demo_alliance.environment(self.place), cwd=ROOT,
            capture_output=True, text=True, check=check, timeout=600,
        )  # fmt: skip


def _role(command: list[str]) -> str:
    modules = {"tocsin.node.post": "courier", "tocsin.node.post.listening": "door", "tocsin.node.work": "worker"}
    return next((role for module, role in modules.items() if module in command), "web")


class Alliance:
    """All of them, with their network."""

    def __init__(self, folder: Path, seed: int, *, sabotaged: str = "") -> None:
        self.folder, self.seed = folder, seed
        self._sabotaged = sabotaged
        self._open = contextlib.ExitStack()
        self._ended = threading.Event()
        self.nodes: dict[str, Node] = {}
        self.list_lock = threading.Lock()

    @property
    def list(self) -> Path:
        """The folder of the trust list."""
        return self.folder / "list"

    def __enter__(self) -> "Alliance":
        with contextlib.ExitStack() as stack:
            network = stack.enter_context(Network(CODES, self.seed))
            for at, code in enumerate(CODES):
                disk = stack.enter_context(Disk(self.folder / "disks" / code.lower(), DISK_MEGABYTES))
                place = demo_alliance.Place(
                    code, disk.at / "home", PAGE_PORT, None if code == CALLS_OUT_ONLY else DOOR_PORT,
                    network.address(code),
                )  # fmt: skip
                settings = SABOTAGED if code == self._sabotaged else "tocsin.node.settings"
                self.nodes[code] = Node(place, network, disk, self.folder, settings, seed=self.seed * 1_000 + at * 100)
            self.network = network
            stack.callback(self._end)
            demo_alliance.build(self.folder, [node.place for node in self.nodes.values()], every_seconds=2)
            self._open = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def serve(self) -> None:
        """Start all nodes and wait until each has met another."""
        for node in self.nodes.values():
            node.start()
        threading.Thread(target=self._tend, daemon=True).start()
        for node in self.nodes.values():
            soon(node.last_met, f"{node.code} to meet somebody", 120)

    def _tend(self) -> None:
        while not self._ended.wait(0.2):
            for node in self.nodes.values():
                node.tend()

    def _end(self) -> None:
        self._ended.set()
        for node in self.nodes.values():
            node.stop_writing()
            node.kill_all(again=False)

    def renew_list(self, *, not_at: str = "") -> None:
        """A new version of the trust list, which one node takes and the others get from it."""
        with self.list_lock:
            demo_alliance.renew(self.folder)
            taker = random.choice([code for code in CODES if code not in (not_at, CALLS_OUT_ONLY)])
            self.nodes[taker].command("exchange", "trust", "take", str(self.list), check=False)


def kill(pid: int) -> bool:
    """Whether there was such a process to kill."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
