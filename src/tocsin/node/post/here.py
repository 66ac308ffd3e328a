"""This node as the exchange sees it: its database, its key files, its trust list, the real clock."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from tocsin.exchange import key_files
from tocsin.exchange.local import Keys, LocalNode
from tocsin.exchange.trusting import Trusted
from tocsin.node.alliance.alliance_file import here
from tocsin.node.post.examining import examine, together
from tocsin.node.post.reading import Reading
from tocsin.node.post.store import DjangoStore
from tocsin.node.work.windows import at

__all__ = ["local_node", "now", "takes_part"]

KeyFiles = tuple[tuple[str, int], ...]

LOOK_AT_KEYS = 5.0  # seconds between two looks at the key files

_lock = threading.Lock()
_made: dict[bool, "_Kept"] = {}


@dataclass
class _Kept:
    """The node as a process knows it, with when and at which key files it last looked."""

    node: LocalNode
    files: KeyFiles
    looked: float


def now() -> datetime:
    """The real time, UTC."""
    return datetime.now(UTC)


def local_node(*, sealing: bool = False, hinted: Callable[[str], None] | None = None) -> LocalNode:
    """This node, with the keys that are in its folder now.

    sealing   for the one process that signs documents; others do not read those keys
    hinted    who is told that a partner has something new

    Raises key_files.BadKey where a key file cannot be used.
    """
    uses = key_files.SEALING if sealing else key_files.ANSWERING
    with _lock:
        kept = _made.get(sealing)
        if kept is None:
            files = _key_files(uses)
            kept = _made[sealing] = _Kept(_node(key_files.load(settings.HOME, uses=uses)), files, time.monotonic())
        elif time.monotonic() - kept.looked > LOOK_AT_KEYS:
            kept.looked = time.monotonic()
            if (files := _key_files(uses)) != kept.files:
                kept.node.keys, kept.files = key_files.load(settings.HOME, uses=uses), files
        if hinted is not None:
            kept.node.hinted = hinted
        return kept.node


def _node(keys: Keys) -> LocalNode:
    store = DjangoStore()
    return LocalNode(
        node=here().code,
        store=store,
        keys=keys,
        clock=now,
        trust=Trusted(store),
        examine=examine,
        reader=Reading(),
        together=together,
        window=lambda name: at("exchange." + name.replace(": ", ".").replace(" ", "-")),
    )


def _key_files(uses: Iterable[str]) -> KeyFiles:
    found = (path for use in uses for path in key_files.folder(settings.HOME, use).glob("*.pem"))
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in found))


def takes_part() -> bool:
    """Whether this node has a trust list, so that there is anybody to exchange with."""
    return bool(DjangoStore().trust_version())
