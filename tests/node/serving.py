"""A real node for tests in a browser, under load, or against kills: its own folder, process and port.

make(home)                                       # tocsin node init, the exercise alliance
with serve(home) as node:                        # tocsin node serve at a free port, ended at the end
    httpx.get(node.url)
somebody = add_person(home, "epidemiologist")    # {"email", "password", "totp", "name", "roles"}
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Node", "add_person", "make", "run", "serve"]

PATIENCE = 120  # seconds after which a node that has not started is given up
READY = re.compile(r"Tocsin is at (\S+)")


@dataclass
class Node:
    """A node that is being served."""

    home: Path
    url: str
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def log(self) -> str:
        return "".join(self.lines)

    def end(self, number: int = signal.SIGTERM, timeout: float = 60) -> int:
        """Send the server a signal and wait for its end; returns its status."""
        self.process.send_signal(number)
        return self.process.wait(timeout)


def _environment(home: Path, **more: str) -> dict[str, str]:
    # pytest's own settings are not those of the node under test.
    kept = {k: v for k, v in os.environ.items() if k not in {"DJANGO_SETTINGS_MODULE", "TOCSIN_BASE_URL"}}
    return {**kept, "TOCSIN_HOME": str(home), "DATABASE_URL": "", "PYTHONUNBUFFERED": "1", **more}


def run(home: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """`tocsin node …` on this folder; DATABASE_URL=… may be given."""
    return subprocess.run(
        [sys.executable, "-m", "tocsin", "node", *map(str, arguments)],
        env=_environment(home, **environment),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def make(home: Path, *options: str, **environment: str) -> Path:
    """A new node in this folder."""
    done = run(home, "init", *options, **environment)
    assert done.returncode == 0, done.stderr
    return home


def add_person(home: Path, *roles: str, email: str = "", name: str = "", **environment: str) -> dict[str, object]:
    """Somebody who can sign in, with an authenticator's secret."""
    email = email or f"{roles[0].replace('_', '.')}@service.example"
    options = [part for role in roles for part in ("--role", role)]
    said = ["--email", email, "--name", name or roles[0].replace("_", " ").title(), "--totp", "--format", "json"]
    done = run(home, "add-person", *said, *options, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@contextmanager
def serve(home: Path, port: int = 0, *options: str, **environment: str) -> Iterator[Node]:
    """Serve the node of a folder; port 0 is any that is free. Whatever happens, nothing is left running."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tocsin", "node", "serve", "--port", str(port), *options],
        env=_environment(home, **environment),
        stderr=subprocess.PIPE,
        text=True,
    )
    node = Node(home, "", process)
    try:
        _until_ready(node)
        yield node
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        _read_to_the_end(node)


def _read_to_the_end(node: Node) -> None:
    if node.reader is not None:
        node.reader.join(10)
    node.process.stderr.close()


def _until_ready(node: Node) -> None:
    """Read what the server says: until it gives its address here, and on in a thread, so that it never blocks."""
    patience = threading.Timer(PATIENCE, node.process.kill)
    patience.start()
    try:
        for line in node.process.stderr:
            node.lines.append(line)
            if found := READY.search(line):
                node.url = found[1]
                break
        else:
            raise AssertionError(f"the node did not start:\n{node.log}")
    finally:
        patience.cancel()
    node.reader = threading.Thread(target=lambda: node.lines.extend(node.process.stderr), daemon=True)
    node.reader.start()
