"""What the operating system knows of processes: whether one is still the one it was, and whose parent lives.

Linux tells it in /proc. Elsewhere `mark_of` is empty, and only silence says that a worker has gone.
"""

import ctypes
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

__all__ = ["die_with_parent", "give_way", "here", "is_gone", "mark_of"]

PR_SET_PDEATHSIG = 1


def here() -> str:
    """This machine since it started, and the room of process numbers: elsewhere a number means another process."""
    name = socket.gethostname()[:60]
    try:
        booted = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        room = Path("/proc/self/ns/pid").readlink()
        return f"{name} {booted} {room}"
    except OSError:
        return name


def mark_of(pid: int) -> str:
    """When the process began, in the kernel's ticks; empty where there is none, or nobody can say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state == "Z" else fields[18]


def is_gone(host: str, pid: int, mark: str) -> bool:
    """True if the process has certainly ended; False also where that cannot be known from here."""
    return bool(mark) and host == here() and mark_of(pid) != mark


def die_with_parent(parent: int) -> None:
    """Have this process killed when `parent`, its parent, ends in whatever way.

    To be called by the child at its very start; the parent tells its own number, so that one that ended
    before is missed.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def give_way(nice: int) -> None:
    """Let other processes go first, 1 a little to 19 wholly.

    Linux may weigh sessions before it weighs the processes in them: then a process that leads its own session, as
    children of the supervisor do, gives way to nobody unless its session does too.
    """
    os.nice(nice)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(nice), encoding="ascii")


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
