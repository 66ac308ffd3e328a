"""Nodes on this machine as they are run, each in its own folder, and what their processes cost.

with nodes.alliance(["AL", "BO"]) as made:      # folders, databases, keys, the trust list that names them all
    with nodes.serving(*made.values()):         # the door and the courier of each, over TLS
        nodes.within(made["BO"], "…")           # Python among a node's own settings

What serves people, the pages and the workers, is left out. The rest is made as scripts/demo_alliance.py makes it.
"""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from scripts import demo_alliance
from scripts.demo_alliance import Place

from tocsin.exchange import key_files
from tocsin.node.alliances.reading import read_alliance

__all__ = ["Place", "Watch", "alliance", "environment", "peak_mib", "serving", "start", "states", "within"]

ROOMS: dict[str, str] = {}  # addresses that are in a network namespace of their own, and its name
DOOR = """
import os, socket, sys
parent, host, port, certificate, key = sys.argv[1:]
door = socket.create_server((host, int(port)), backlog=1_024)
os.set_inheritable(door.fileno(), True)
words = ["-m", "tocsin.node.post.listening", "--parent", parent, "--socket", str(door.fileno())]
os.execv(sys.executable, [sys.executable, *words, "--certificate", certificate, "--key", key])
"""
JOINED = """
import django; django.setup()
from tocsin.node.alliance.actions.setting_up import load_states
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.running.setting_up import service, set_up
if {counting}:
    set_up()
else:
    load_states(alliance(), here=here().code, by=None)
    service()
from scripts.demo_alliance import joined
joined({folder!r}, "en")
"""


def states(count: int) -> list[str]:
    """Codes of so many invented states, and of the Secretariat."""
    return [f"{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(count)] + ["SEC"]


@contextmanager
def alliance(
    codes: Sequence[str],
    *,
    every_seconds: float | None = None,
    addresses: Mapping[str, str] = MappingProxyType({}),
    counting: bool = True,
) -> Iterator[dict[str, Place]]:
    """An alliance of these nodes, none of them served yet; all is removed in the end.

    every_seconds   as node.toml says it; None leaves it out, so that it is what nodes have by default
    addresses       of those that are elsewhere than at 127.0.0.1
    counting        whether they know diseases and places; who only writes messages is made faster without
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left behind then either
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        folder = Path(name)
        made = [
            replace(place, address=addresses.get(place.code, place.address))
            for place in demo_alliance.places(folder, list(codes), _free_ports(2 * len(codes)))
        ]
        authority = demo_alliance.Authority.make()
        file = _alliance_file(folder, codes)
        tables = demo_alliance.tables(folder / "tables")
        for place in made:
            _folder(place, file, tables, authority, every_seconds)
        demo_alliance.sign_list(folder, made, authority.pem)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            joined = JOINED.format(folder=str(folder / "list"), counting=counting)
            list(pool.map(lambda place: demo_alliance.python(place, joined), made))
        yield {place.code: place for place in made}


def _alliance_file(folder: Path, codes: Sequence[str]) -> str:
    """The exercise alliance where it has these states; otherwise one of states without places."""
    if {seat.code for seat in read_alliance("exercise").seats}.issuperset(codes):
        return "exercise"
    wanted = [code for code in codes if code != "SEC"]
    lines = ['code = "exercise"', 'official_languages = ["ru", "zh-hans"]', "exercise = true", _names("name", "All")]
    lines += ["[secretariat]", 'code = "SEC"', _names("name", "Secretariat"), _names("short", "Secretariat")]
    lines += ['time_zone = "Etc/UTC"', 'languages = ["en"]']
    for number, code in enumerate(wanted):
        lines += ["[[states]]", f'code = "{code}"', f"order = {number + 1}", 'tier = "member"']
        lines += [_names("name", f"State {code}"), _names("short", code), f"tile = [{number // 5}, {number % 5}]"]
        lines += ['time_zone = "Etc/UTC"', 'languages = ["en"]', "neighbours = []", "places = []"]
    path = folder / "alliance.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def _names(name: str, said: str) -> str:
    return f"{name} = {{ en = {json.dumps(said)}, ru = {json.dumps(said)}, zh = {json.dumps(said)} }}"


def _folder(
    place: Place, file: str, tables: Path, authority: demo_alliance.Authority, every_seconds: float | None
) -> None:
    certificate, key = authority.issue(place.home / "door", place.address)
    said = {"alliance": file, "state": place.code, "base_url": f"http://127.0.0.1:{place.page_port}"}
    door = {"host": place.address, "port": place.door_port, "certificate": str(certificate), "key": str(key)}
    lines = [f"{name} = {json.dumps(value)}" for name, value in said.items()] + ["[exchange]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in door.items()]
    lines += [] if every_seconds is None else [f"every_seconds = {every_seconds}"]
    (place.home / "node.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    shutil.copy(tables, place.home / "tocsin.sqlite3")
    for use in key_files.SEALING:
        key_files.make(place.home, use)


def environment(place: Place) -> dict[str, str]:
    """What a node's processes find around them."""
    return demo_alliance.environment(place) | {"DATABASE_URL": "", "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}"}


def within(place: Place, code: str) -> str:
    """Python in a node's surroundings, to its end; what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env=environment(place), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout


def start(place: Place, *words: str) -> subprocess.Popen[str]:
    """A script of this folder in a node's surroundings; it prints when it is ready, and is told to go on by a line."""
    return subprocess.Popen(
        [sys.executable, *words], env=environment(place), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@contextmanager
def serving(*places: Place, couriers: bool = True) -> Iterator[list[psutil.Process]]:
    """Doors, and couriers, as `tocsin node serve` starts them, until the block ends. All the processes are given."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        parent = str(os.getpid())
        for place in places:
            certificate, key = str(place.home / "door/certificate.pem"), str(place.home / "door/key.pem")
            running.append(_child(place, "-c", DOOR, parent, place.address, str(place.door_port), certificate, key))
            if couriers:
                running.append(_child(place, "-m", "tocsin.node.post", parent))
        yield [psutil.Process(process.pid) for process in running]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _child(place: Place, *words: str) -> subprocess.Popen[bytes]:
    room = ["ip", "netns", "exec", ROOMS[place.address]] if place.address in ROOMS else []
    return subprocess.Popen([*room, sys.executable, *words], env=environment(place), stdin=subprocess.DEVNULL)


def _free_ports(count: int) -> int:
    """The first of so many ports in a row that are free now."""
    for first in range(20_000 + os.getpid() % 500 * 40, 60_000, count):
        with ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise SystemExit("no ports are free")


# What it costs


def peak_mib() -> float:
    """The most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Watch:
    """Memory and processor time of processes with their children, looked at now and then while the block lasts."""

    EVERY = 0.25

    def __init__(self, processes: Sequence[psutil.Process]) -> None:
        self._processes, self._over = processes, threading.Event()
        self._seen: dict[int, float] = {}
        self._before: Mapping[int, float] = {}
        self.peak_mib = 0.0

    def __enter__(self) -> "Watch":
        self._look()
        self._before = dict(self._seen)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._look()
        self._over.set()
        self._thread.join()

    @property
    def cpu_seconds(self) -> float:
        """Of all of them together, since the block began."""
        return sum(spent - self._before.get(pid, 0.0) for pid, spent in self._seen.items())

    def _watch(self) -> None:
        while not self._over.wait(self.EVERY):
            self._look()

    def _look(self) -> None:
        memory = 0
        for process in self._processes:
            for one in _family(process):
                try:
                    memory += one.memory_info().rss
                    times: Any = one.cpu_times()
                except psutil.Error:
                    continue
                self._seen[one.pid] = times.user + times.system
        self.peak_mib = max(self.peak_mib, memory / 2**20)


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
