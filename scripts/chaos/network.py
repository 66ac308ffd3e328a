"""Network namespaces, one a node, and what becomes of the lines between them."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OF_ALL = "10.77.0.{}/24"


def why_not() -> str:
    """Why no namespaces can be made here; nothing if they can."""
    if os.geteuid():
        return "network namespaces and small disks need root"
    if not Path("/dev/net/tun").exists():
        return "there is no /dev/net/tun"
    name = f"chaos-{os.getpid()}-try"
    try:
        made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "there is no `ip` command (iproute2)"
    subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
    return made.stderr.strip() if made.returncode else ""


class Network:
    """The namespaces of these nodes, and the process that carries between them."""

    def __init__(self, codes: Iterable[str], seed: int) -> None:
        self.codes = list(codes)
        self.prefix = f"chaos-{os.getpid()}-"
        self._seed, self._lock = seed, threading.Lock()
        self._rules: dict[str, dict[str, Any]] = {}
        self._switch: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Network":
        for code in self.codes:
            subprocess.run(["ip", "netns", "add", self.namespace(code)], check=True)
        lines = [f"{self.namespace(code)}={OF_ALL.format(at)}" for at, code in enumerate(self.codes, 1)]
        self._switch = subprocess.Popen(
            [sys.executable, "-m", "scripts.chaos.switch", str(self._seed), *lines],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        assert self._switch.stdout is not None
        if "carries" not in self._switch.stdout.readline():
            raise RuntimeError("the process that carries packets did not start")
        return self

    def __exit__(self, *error: object) -> None:
        if self._switch is not None:
            self._switch.kill()
            self._switch.wait()
        for code in self.codes:
            subprocess.run(["ip", "netns", "delete", self.namespace(code)], check=False)

    def namespace(self, code: str) -> str:
        """Its name."""
        return self.prefix + code

    def address(self, code: str) -> str:
        """Where a node is."""
        return OF_ALL.format(1 + self.codes.index(code)).partition("/")[0]

    def within(self, code: str) -> list[str]:
        """Words that have a command run in a node's namespace, as the same process."""
        return ["nsenter", f"--net=/run/netns/{self.namespace(code)}", "--"]

    def set(self, *pairs: tuple[str, str], **rule: Any) -> None:
        """From now on what goes from the first to the second of each pair is treated so; nothing given: as it is."""
        with self._lock:
            for one, other in pairs:
                line = f"{self.namespace(one)}>{self.namespace(other)}"
                self._rules.pop(line, None)
                if rule:
                    self._rules[line] = rule
            self._tell()

    def heal(self) -> None:
        """All lines carry all."""
        with self._lock:
            self._rules.clear()
            self._tell()

    def _tell(self) -> None:
        assert self._switch is not None
        assert self._switch.stdin is not None
        assert self._switch.stdout is not None
        self._switch.stdin.write(json.dumps(self._rules) + "\n")
        self._switch.stdin.flush()
        if self._switch.stdout.readline() != "ok\n":
            raise RuntimeError("the process that carries packets has ended")
