"""Killing a node's process from outside at a named window, and looking at what is left.

A window is named by `tocsin.node.work.windows.at`. The process that reaches it says so by a file and waits; it is then
killed by SIGKILL, which it can neither see nor answer. What follows runs in fresh processes, as after a power cut.
KILLS_A_WINDOW sets how often each window is tried; `make prove` sets 5, and by KILLS_LOG a file for what came of each.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 120
RUN = """
import json, sys, importlib
import django
django.setup()
module, function, arguments = sys.argv[1:]
told = getattr(importlib.import_module(module), function)(**json.loads(arguments))
sys.__stdout__.write("\\n" + json.dumps(told))
"""


class KilledNode:
    """A node in a folder of its own, each of whose processes runs one function of `scenes` (a module's name)."""

    def __init__(self, home: Path, scenes: str, database_url: str = "") -> None:
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

    def run(self, scene: str, **arguments: Any) -> Any:
        """What the function returns, in a process of its own that nothing disturbs."""
        told = subprocess.run(
            self._command(scene, arguments), env=self._environment, capture_output=True, text=True, timeout=LONGEST,
            check=False, cwd=ROOT,
        )  # fmt: skip
        assert told.returncode == 0, told.stderr[-4_000:]
        return json.loads(told.stdout.splitlines()[-1])

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
        process = subprocess.Popen(
            self._command(scene, arguments), env=self._environment | stop, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        try:
            reached = soon(lambda: self.marker.exists() or process.poll() is not None) and self.marker.exists()
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
        finally:
            process.kill()
            _, said = process.communicate()
        assert reached, f"{scene} never came to where it was to be killed: {said[-4_000:]}"
        return process.returncode

    def _command(self, scene: str, arguments: dict[str, Any]) -> list[str]:
        return [sys.executable, "-c", RUN, self._scenes, scene, json.dumps(arguments)]


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
