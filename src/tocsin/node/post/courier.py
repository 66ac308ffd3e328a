"""The courier: the one process that seals what waits, and meets the partners.

It looks for documents to seal every second and meets every partner that can be called as often as `[exchange]` of
node.toml says, at once where a partner has said that it has something new, and ever more rarely where one does not
answer, but never ceases to. Meetings run side by side, so that a partner who is slow keeps nobody else waiting.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import close_old_connections
from django.db.utils import DatabaseError

from tocsin.exchange import suite
from tocsin.exchange.errors import CannotSeal, ExchangeError
from tocsin.exchange.http.calling import Caller
from tocsin.exchange.http.lines import HttpLine
from tocsin.exchange.http.transport import Settings
from tocsin.exchange.local import LocalNode
from tocsin.exchange.meeting import Met, meet
from tocsin.exchange.rereading import read_held
from tocsin.exchange.restoring import begin_recovery, confirm
from tocsin.exchange.sealing import seal
from tocsin.exchange.store import Peer
from tocsin.exchange.witnessing import cosign_known, make_checkpoint
from tocsin.node.post.here import local_node
from tocsin.node.post.hints import hinted_since
from tocsin.node.post.models import Sealer
from tocsin.node.running.restore import RESTORED

__all__ = ["Courier"]

log = logging.getLogger(__name__)

LOOK = 1.0
SIDE_BY_SIDE = 4
LONGEST_PAUSE = timedelta(minutes=15)
CHECKPOINT_EVERY = timedelta(minutes=1)
NOTED_EVERY = timedelta(minutes=1)
REREAD_EVERY = timedelta(hours=1)


@dataclass
class Courier:
    """Runs until `stopping` is set.

    here   this node, with the keys that seal
    """

    here: LocalNode
    stopping: threading.Event = field(default_factory=threading.Event)
    _met: dict[str, datetime] = field(default_factory=dict)
    _running: dict[str, Future[Met]] = field(default_factory=dict)
    _fresh: set[str] = field(default_factory=set)  # partners for whom something was sealed since they were met
    _checkpointed: datetime | None = None
    _reread: datetime | None = None
    _said: str = ""
    _noted: tuple[str, datetime] | None = None

    def run(self) -> None:
        """Seal and meet, for ever."""
        self.after_a_restore()
        with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="meeting") as pool:
            while not self.stopping.is_set():
                self._run_with(self._request_key(), pool)

    def _run_with(self, key: suite.Key, pool: ThreadPoolExecutor) -> None:
        """As long as this is the key that requests are signed with."""
        given = settings.CONFIGURATION.exchange
        calling = Settings(proxy=given["proxy"]) if given.get("proxy") else Settings()
        here = self.here
        with Caller(node=here.node, key=key, trust=here.trust, clock=here.clock, settings=calling) as caller:
            line = HttpLine(caller)
            while not self.stopping.is_set():
                try:
                    close_old_connections()
                    local_node(sealing=True)  # keys may have been put in place or taken away
                    if self._request_key() is not key:
                        break
                    self.seal()
                    self.read_held()
                    self.start_due(lambda node: pool.submit(self._meet, line, node))
                except DatabaseError as error:
                    log.warning("the database cannot be used now: %s", error)
                    self.stopping.wait(2)
                self.stopping.wait(LOOK)
            wait(self._running.values())

    def _request_key(self) -> suite.Key:
        key = self.here.request_key()
        if key is None:
            raise ExchangeError("this node has no request key; `tocsin exchange keys make request` makes one")
        return key

    def after_a_restore(self) -> None:
        """A node put back from a copy may have forgotten what it signed: it asks its partners first."""
        told = settings.HOME / RESTORED
        if told.exists():
            begin_recovery(
                self.here, why="this node was put back from a copy, and its partners have not been asked yet"
            )
            told.unlink()

    def seal(self) -> None:
        """Seal all that waits, and sign the log now and then."""
        here = self.here
        if here.store.own().recovering is not None and confirm(here):
            log.info("all partners have been asked: this node signs again")
        try:
            while sealed := seal(here):
                self._fresh.update(entry.node for made in sealed for entry in here.trust().audience(made.stream))
            now = here.now()
            if self._checkpointed is None or now - self._checkpointed >= CHECKPOINT_EVERY:
                make_checkpoint(here)
                cosign_known(here)
                self._checkpointed = now
            self._say("")
        except CannotSeal as reason:
            self._say(str(reason))
        self._note()

    def read_held(self) -> None:
        """Read again what is held for an upgrade or a fault: when this process begins, and now and then."""
        now = self.here.now()
        if self._reread is None or now - self._reread >= REREAD_EVERY:
            if count := read_held(self.here):
                log.info("%d documents that were held have been read", count)
            self._reread = now

    def _note(self) -> None:
        """Note what was said last where the pages find it: when it is another, and now and then that it stands."""
        now = self.here.now()
        if self._noted is None or self._noted[0] != self._said or now - self._noted[1] >= NOTED_EVERY:
            Sealer.objects.update_or_create(id=1, defaults={"at": now, "why_not": self._said})
            self._noted = (self._said, now)

    def _say(self, reason: str) -> None:
        """Say once why nothing is signed, and once that it goes on."""
        if reason != self._said:
            log.warning("%s", reason or "documents are signed again")
            self._said = reason

    def start_due(self, start: Callable[[str], "Future[Met]"]) -> None:
        """Begin the meetings that are due and not under way."""
        self._running = {node: future for node, future in self._running.items() if not future.done()}
        at_once, peers = hinted_since(self._met) | self._fresh, self.here.store.peers()
        now = self.here.now()
        for entry in self.here.trust().active():
            free = entry.node != self.here.node and entry.urls and entry.node not in self._running
            if free and (entry.node in at_once or self._is_due(peers.get(entry.node, Peer(entry.node)), now)):
                self._fresh.discard(entry.node)
                self._met[entry.node] = self.here.clock()
                self._running[entry.node] = start(entry.node)

    def _is_due(self, peer: Peer, now: datetime) -> bool:
        if peer.tried_at is None or peer.tried_at > now:  # never, or by a clock that was ahead
            return True
        every = timedelta(seconds=settings.CONFIGURATION.exchange.get("every_seconds", 15))
        return now - peer.tried_at >= min(every * 2 ** min(peer.failures, 10), max(every, LONGEST_PAUSE))

    def _meet(self, line: HttpLine, node: str) -> Met:
        began = time.monotonic()
        try:
            met = meet(self.here, line, node)
        except Exception:
            log.exception("the meeting with %s failed", node)
            raise
        finally:
            close_old_connections()
        if met.problem:
            log.info("%s: %s", node, met.problem)
        elif met.documents or met.refused:
            log.info(
                "%s: %d documents, %d refused, in %.1f s", node, met.documents, met.refused, time.monotonic() - began
            )
        return met
