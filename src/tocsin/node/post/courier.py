"""The courier: the one process that seals what waits, and meets the partners.

It looks for documents to seal every second and meets every partner that can be called as often as `[exchange]` of
node.toml says, at once where a partner has said that it has something new, and ever more rarely where one does not
answer, but never ceases to.

Meetings run side by side, each in a thread of its own, a few at a time. One that takes long no longer counts among
these few: so partners that are slow, or that a name server keeps us waiting for, keep nobody else waiting, and there is
at most one thread for each of them.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import close_old_connections, connection
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
from tocsin.node.work.full_disk import FullDisk

__all__ = ["Courier"]

log = logging.getLogger(__name__)

LOOK = 1.0
LOOK_AT_A_FULL_DISK = 5.0
SIDE_BY_SIDE = 4  # meetings that have not lasted long
LONG = 30.0  # seconds after which a meeting gives its place to another, and goes on
MOST = 64  # meetings in all
LEFT_ALONE = 15.0  # seconds, at least, for a partner that wants to be asked later, or whose meeting failed here
LONGEST_PAUSE = timedelta(minutes=15)
CHECKPOINT_EVERY = timedelta(minutes=1)
NOTED_EVERY = timedelta(minutes=1)
REREAD_EVERY = timedelta(hours=1)
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass
class Courier:
    """Runs until `stopping` is set.

    here        this node, with the keys that seal
    monotonic   seconds, a clock that is never set
    """

    here: LocalNode
    stopping: threading.Event = field(default_factory=threading.Event)
    monotonic: Callable[[], float] = time.monotonic
    _disk: FullDisk = field(default_factory=lambda: FullDisk(log))
    _met: dict[str, datetime] = field(default_factory=dict)
    _running: dict[str, tuple[Future[Met], float]] = field(default_factory=dict)  # since when
    _not_before: dict[str, float] = field(default_factory=dict)
    _is_crowded: bool = False  # a partner is due for whom there was no place
    _fresh: set[str] = field(default_factory=set)  # partners for whom something was sealed since they were met
    _checkpointed: datetime | None = None
    _reread: datetime | None = None
    _said: str = ""
    _noted: tuple[str, datetime] | None = None

    def run(self) -> None:
        """Seal and meet, for ever."""
        with ThreadPoolExecutor(MOST, thread_name_prefix="meeting") as pool:
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
                    self.work(lambda node: pool.submit(self._meet, line, node))
                except (DatabaseError, OSError) as error:
                    self._cannot(error)
                self._pause()
            wait([meeting for meeting, _ in self._running.values()])

    def work(self, start: Callable[[str], "Future[Met]"]) -> None:
        """One round; `start` begins a meeting."""
        self.after_a_restore()
        self.seal()
        self.read_held()
        if self._disk.over():  # a partner's documents would find no room
            self.start_due(start)

    def _cannot(self, error: DatabaseError | OSError) -> None:
        self._noted = None  # it is tried again, and by writing
        if self._disk.met(error):
            return
        if isinstance(error, OSError):
            raise error
        log.warning("the database cannot be used now: %s", error)
        self.stopping.wait(2)

    def _pause(self) -> None:
        """Until it is time for another round; not for long where partners wait for a place and one is free."""
        if self._disk.lasts:
            self.stopping.wait(LOOK_AT_A_FULL_DISK)
        elif self._is_crowded:
            wait([meeting for meeting, _ in self._running.values()], LOOK, FIRST_COMPLETED)
        else:
            self.stopping.wait(LOOK)

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
        """Begin the meetings that are due and not under way, as far as there are places; the longest unmet first."""
        self._running = {node: one for node, one in self._running.items() if not one[0].done()}
        young = sum(self.monotonic() - since < LONG for _, since in self._running.values())
        places = min(SIDE_BY_SIDE - young, MOST - len(self._running))
        due = self._due()
        for node in due[: max(places, 0)]:
            self._fresh.discard(node)
            self._not_before.pop(node, None)
            self._met[node] = self.here.clock()
            self._running[node] = start(node), self.monotonic()
        self._is_crowded = len(due) > places

    def _due(self) -> list[str]:
        at_once, peers = hinted_since(self._met) | self._fresh, self.here.store.peers()
        now = self.here.now()
        callable_ = [entry.node for entry in self.here.trust().active() if entry.node != self.here.node and entry.urls]
        due = [
            node
            for node in callable_
            if node not in self._running
            and self.monotonic() >= self._not_before.get(node, 0.0)
            and (node in at_once or self._is_due(peers.get(node, Peer(node)), now))
        ]
        return sorted(due, key=lambda node: self._met.get(node, NEVER))

    def _is_due(self, peer: Peer, now: datetime) -> bool:
        if peer.tried_at is None or peer.tried_at > now:  # never, or by a clock that was ahead
            return True
        every = timedelta(seconds=settings.CONFIGURATION.exchange.get("every_seconds", 15))
        return now - peer.tried_at >= min(every * 2 ** min(peer.failures, 10), max(every, LONGEST_PAUSE))

    def _meet(self, line: HttpLine, node: str) -> Met:
        began = time.monotonic()
        try:
            met = meet(self.here, line, node)
        except Exception as error:
            self._leave_alone(node, LEFT_ALONE)  # what failed here may have failed to be noted, too
            if not self._disk.met(error):
                log.exception("the meeting with %s failed", node)
            raise
        finally:
            # A thread that is one too many from now on keeps no connection while it waits for work.
            connection.close() if time.monotonic() - began > LONG else close_old_connections()
        if met.wait:
            self._leave_alone(node, min(max(met.wait, LEFT_ALONE), LONGEST_PAUSE.total_seconds()))
            log.info("%s: %d documents, the rest in %d seconds, as it asks", node, met.documents, met.wait)
        elif met.problem:
            log.info("%s: %s", node, met.problem)
        elif met.documents or met.refused:
            log.info(
                "%s: %d documents, %d refused, in %.1f s", node, met.documents, met.refused, time.monotonic() - began
            )
        return met

    def _leave_alone(self, node: str, seconds: float) -> None:
        """Whatever it hints: an allowance has to fill again, or a first question would use all of it each time."""
        self._not_before[node] = self.monotonic() + seconds
