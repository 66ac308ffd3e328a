"""The lines between the nodes, as a process outside all of them: it carries packets from one namespace to another.

    python -m scripts.chaos.switch SEED NAMESPACE=ADDRESS …

Each namespace gets one interface, whose other end is here. What becomes of packets is read from standard input, a line
of JSON each time it changes: {"AL>BO": {"cut": true}, "BO>AL": {"calls": false, "loss": 0.1, "delay": 0.2}, …}, by the
names of the namespaces; lines not named carry all. `calls` false drops what would open a connection, and nothing else.
It works on packets and knows nothing of what they say; a kernel without netem will do.
"""

import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import struct
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_interface
from pathlib import Path
from typing import Any

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
INTERFACE = "line0"
LARGEST = 65_536
TCP, SYN, ACK = 6, 0x02, 0x10


def interface_in(namespace: str, address: str) -> int:
    """Make the interface in the namespace; the file of its other end."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        if libc.setns(there, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"the namespace {namespace} cannot be entered")
        line = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(line, TUNSETIFF, struct.pack("16sH22x", INTERFACE.encode(), IFF_TUN | IFF_NO_PI))
        for words in (f"address add {address} dev {INTERFACE}", f"link set {INTERFACE} up", "link set lo up"):
            subprocess.run(["ip", *words.split()], check=True)
    finally:
        libc.setns(home, CLONE_NEWNET)
        os.close(there)
        os.close(home)
    return line


@dataclass
class Switch:
    """Carries packets for ever, as its rules say."""

    names: dict[int, str]  # by file
    files: dict[bytes, int]  # by address
    chance: random.Random
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    _late: list[tuple[float, int, int, bytes]] = field(default_factory=list)
    _count: int = 0

    def run(self) -> None:
        """Until standard input ends."""
        waiting = select.epoll()
        for file in (*self.names, 0):
            waiting.register(file, select.EPOLLIN)
        while True:
            for file, _ in waiting.poll(self._deliver_late()):
                if file == 0:
                    line = sys.stdin.readline()
                    if not line:
                        return
                    self.rules = json.loads(line)
                    print("ok", flush=True)
                else:
                    self._carry_all(file)

    def _carry_all(self, file: int) -> None:
        for _ in range(64):
            try:
                packet = os.read(file, LARGEST)
            except BlockingIOError:
                return
            if packet[0] >> 4 == 4 and (to := self.files.get(packet[16:20])) is not None:
                self._carry(packet, to, self.rules.get(f"{self.names[file]}>{self.names[to]}"))

    def _carry(self, packet: bytes, to: int, rule: dict[str, Any] | None) -> None:
        if rule is None:
            return _write(to, packet)
        if rule.get("cut") or (not rule.get("calls", True) and _opens(packet)):
            return None
        if self.chance.random() < rule.get("loss", 0):
            return None
        if not (delay := rule.get("delay", 0)):
            return _write(to, packet)
        self._count += 1
        heapq.heappush(self._late, (time.monotonic() + delay * self.chance.uniform(0.5, 1.5), self._count, to, packet))
        return None

    def _deliver_late(self) -> float:
        """Write what is due; for how long nothing else will be."""
        while self._late:
            due, _, to, packet = self._late[0]
            if (left := due - time.monotonic()) > 0:
                return left
            heapq.heappop(self._late)
            _write(to, packet)
        return 1.0


def _opens(packet: bytes) -> bool:
    """Whether a packet asks for a connection."""
    at = (packet[0] & 15) * 4
    return packet[9] == TCP and len(packet) > at + 13 and packet[at + 13] & (SYN | ACK) == SYN


def _write(file: int, packet: bytes) -> None:
    with suppress(OSError):  # as on any line: what finds no room is lost
        os.write(file, packet)


def main() -> None:
    seed, *given = sys.argv[1:]
    names, files = {}, {}
    for one in given:
        namespace, address = one.split("=")
        file = interface_in(namespace, address)
        names[file], files[ip_interface(address).ip.packed] = namespace, file
    print(f"{Path('/proc/self/ns/net').readlink()} carries for {len(names)}", flush=True)
    Switch(names, files, random.Random(seed)).run()


if __name__ == "__main__":
    main()
