"""What each peer may ask of this node, so that one that floods it does not slow the others.

Specified in docs/exchange.md, section 11. An allowance holds for one process. It knows no network: `peer` is whatever
the caller is known by, a node's name once its signature verified, and before that one name for all.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from tocsin.exchange import limits
from tocsin.exchange.errors import TooLarge, TooManyRequests

__all__ = ["Allowance", "Rate"]

EVICTED_AT_ONCE = 4
SHARED = ""  # the account of all who found no room for one of their own


@dataclass(frozen=True)
class Rate:
    """At most `burst` at once, and `per_second` more as time goes by."""

    burst: float
    per_second: float

    def __post_init__(self) -> None:
        if not (self.burst > 0 and self.per_second > 0):
            raise ValueError(f"a rate is above 0: {self}")


@dataclass
class _Account:
    """What a peer has left, as of `at`. Bytes may be below 0: an answer is counted once it is known."""

    requests: float
    data: float
    at: float
    running: int = 0


class Allowance:
    """A token bucket of requests and one of bytes for each peer, and caps of what runs at the same time.

    requests, data    of each peer, in requests and in bytes
    at_once           requests of one peer that run at the same time
    at_once_in_all    of all peers. The second half of it is only for peers of which nothing runs yet
    peers             accounts that are kept at most; the longest unused make room once they are full again
    monotonic         seconds, a clock that is never set
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float],
        requests: Rate = Rate(120, 4),
        data: Rate = Rate(8 * limits.PAGE_BYTES, 2 * limits.MIB),
        at_once: int = 4,
        at_once_in_all: int = 16,
        peers: int = 1_024,
    ) -> None:
        if data.burst < limits.PAGE_BYTES:
            raise ValueError(f"a burst of {data.burst:g} bytes never lets a page of {limits.PAGE_BYTES} through")
        self._monotonic, self._requests, self._data = monotonic, requests, data
        self._at_once, self._in_all, self._peers = at_once, at_once_in_all, peers
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._running = 0
        self._lock = threading.Lock()

    def take(self, peer: str, cost: int = 0) -> None:
        """Take one request and `cost` bytes. Raises TooManyRequests with `retry_after`, and then nothing was taken.

        Raises TooLarge for a cost that no waiting will allow.
        """
        with self._lock:
            self._take(self._account(peer), cost)

    def spend(self, peer: str, size: int) -> None:
        """Count the `size` bytes of an answer that was given: the peer's next request may have to wait for them."""
        with self._lock:
            self._account(peer).data -= size

    @contextmanager
    def held(self, peer: str, cost: int = 0) -> Iterator[None]:
        """As `take`, and a place among the requests that run for as long as the context lasts."""
        with self._lock:
            account = self._account(peer)
            self._check_running(account)
            self._take(account, cost)
            account.running += 1
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                account.running -= 1
                self._running -= 1

    def _check_running(self, account: _Account) -> None:
        if account.running >= self._at_once:
            raise TooManyRequests(f"{account.running} requests of this peer are being answered already", 1)
        room = self._in_all if account.running == 0 else self._in_all // 2
        if self._running >= room:
            raise TooManyRequests(f"{self._running} requests are being answered already", 1)

    def _take(self, account: _Account, cost: int) -> None:
        if cost > self._data.burst:
            raise TooLarge("too-large", f"{cost} bytes; the limit is {self._data.burst:g}")
        wait = max((1 - account.requests) / self._requests.per_second, (cost - account.data) / self._data.per_second)
        if wait > 0:
            raise TooManyRequests("this peer has used up its allowance for now", max(1, math.ceil(wait)))
        account.requests -= 1
        account.data -= cost

    def _account(self, peer: str) -> _Account:
        """The account of `peer` as of now."""
        now = self._monotonic()
        account = self._accounts.get(peer)
        if account is None:
            self._make_room(now)
            peer = peer if len(self._accounts) < self._peers else SHARED
            account = self._accounts.setdefault(peer, _Account(self._requests.burst, self._data.burst, now))
        self._accounts.move_to_end(peer)
        self._refill(account, now)
        return account

    def _refill(self, account: _Account, now: float) -> None:
        passed = now - account.at
        account.requests = min(self._requests.burst, account.requests + passed * self._requests.per_second)
        account.data = min(self._data.burst, account.data + passed * self._data.per_second)
        account.at = now

    def _make_room(self, now: float) -> None:
        """Forget the longest unused accounts that are as good as new."""
        if len(self._accounts) < self._peers:
            return
        for peer in list(islice(self._accounts, EVICTED_AT_ONCE)):
            account = self._accounts[peer]
            self._refill(account, now)
            full = account.requests == self._requests.burst and account.data == self._data.burst
            if full and account.running == 0:
                del self._accounts[peer]
