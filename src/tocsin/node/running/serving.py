"""From a node's folder to a node at an address."""

import ipaddress
import os
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections

from tocsin.node.running import setting_up, supervisor
from tocsin.node.running.lock import alone

__all__ = ["default_processes", "serve"]

Say = Callable[[str], None]


def default_processes() -> int:
    """Web processes unless said: two a core, since pages of one process take turns, and eight at most."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(2, min(8, 2 * cores))


def serve(home: Path, *, host: str, port: int, web_workers: int, threads: int, workers: int, say: Say) -> None:
    """Bring the node to this release, then serve it until told to end. Raises CannotServe."""
    with alone(home) as note, supervisor.listen(host, port) as listening:
        port = listening.getsockname()[1]
        note(f"at {host}:{port}")
        prepare(say)
        name = _name_the_address(host, port, say)
        connections.close_all()
        door, tls = _door()
        if door is not None:
            say(f"Partners are let in at {door.getsockname()[0]}:{door.getsockname()[1]}")
        family = supervisor.children(
            listening, web_workers=web_workers, threads=threads, workers=workers, door=door, tls=tls
        )

        def ready() -> bool:
            if not supervisor.answers(_reachable(host), port, name):
                return False
            say(f"Tocsin is at {os.environ.get('TOCSIN_BASE_URL', settings.BASE_URL)} (Ctrl-C ends it)")
            return True

        supervisor.Supervisor(family, ready).run()


def _door() -> tuple[socket.socket | None, tuple[str, str] | None]:
    """The socket for partners that [exchange] of node.toml asks for, and its certificate with key."""
    given = settings.CONFIGURATION.exchange
    if "port" not in given:
        return None, None
    tls = (given["certificate"], given["key"]) if "certificate" in given else None
    return supervisor.listen(given.get("host", "127.0.0.1"), given["port"]), tls


def prepare(say: Say) -> None:
    """Tables and files as this release wants them. Catalogues were compiled when the settings were read."""
    if missing := setting_up.migrate():
        say(f"Applied {len(missing)} migrations")
    setting_up.set_up()
    setting_up.collect_static()


def _name_the_address(host: str, port: int, say: Say) -> str:
    """The Host by which the node is asked. A node for this machine alone goes by the port it was given."""
    base = urlsplit(settings.BASE_URL)
    if base.scheme == "http" and _is_loopback(base.hostname or "") and "TOCSIN_BASE_URL" not in os.environ:
        os.environ["TOCSIN_BASE_URL"] = f"http://{base.hostname}:{port}"
        if not _is_loopback(host):
            say(f"node.toml says base_url = {settings.BASE_URL!r}: requests by another name are refused")
    return base.hostname or "localhost"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
