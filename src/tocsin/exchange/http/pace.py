"""How long one exchange with a peer may take: as long as it moves, and no longer.

A limit for each read alone would let a peer hold its caller for hours with a byte now and then; a limit for the whole
would shut out states whose lines are slow. So there is a patience, and a second more for every so many bytes moved.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ssl import SSLContext
from typing import Any

import httpcore

__all__ = ["Pace", "PacedBackend", "paced"]

WRITTEN_AT_ONCE = 64 * 1024


class Pace:
    """The time of one exchange.

    patience    seconds, whatever moves
    floor       bytes that earn a second more
    most        bytes that are counted at all, so that there is an end
    monotonic   seconds, a clock that is never set
    """

    def __init__(self, *, patience: float, floor: float, most: int, monotonic: Callable[[], float]) -> None:
        self._monotonic, self._began = monotonic, monotonic()
        self._patience, self._floor, self._most = patience, floor, most
        self._moved = 0

    def moved(self, count: int) -> None:
        """Count bytes, sent or received."""
        self._moved = min(self._moved + count, self._most)

    def left(self) -> float:
        """Seconds; 0 or less once the time is over."""
        return self._began + self._patience + self._moved / self._floor - self._monotonic()


# A connection serves one thread at a time, and is read and written in the thread of the call it serves.
_PACE: ContextVar[Pace | None] = ContextVar("pace", default=None)


@contextmanager
def paced(pace: Pace) -> Iterator[None]:
    """Everything that moves in this thread, over connections of a PacedBackend, is within `pace`."""
    before = _PACE.set(pace)
    try:
        yield
    finally:
        _PACE.reset(before)


class PacedBackend(httpcore.NetworkBackend):
    """Another backend, its connections kept within the pace of the call they serve."""

    def __init__(self, plain: httpcore.NetworkBackend) -> None:
        self._plain = plain

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """As the other backend, in the time that is left."""
        timeout = _within(timeout, httpcore.ConnectTimeout)
        return _PacedStream(self._plain.connect_tcp(host, port, timeout, local_address, socket_options))


class _PacedStream(httpcore.NetworkStream):
    def __init__(self, plain: httpcore.NetworkStream) -> None:
        self._plain = plain

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._plain.read(max_bytes, _within(timeout, httpcore.ReadTimeout))
        _count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces: the plain stream copies what is left of its buffer at each turn, and progress is to be counted.
        for start in range(0, len(buffer), WRITTEN_AT_ONCE):
            piece = buffer[start : start + WRITTEN_AT_ONCE]
            self._plain.write(piece, _within(timeout, httpcore.WriteTimeout))
            _count(len(piece))

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            timeout = _within(timeout, httpcore.ConnectTimeout)
        except httpcore.ConnectTimeout:
            self.close()  # as the plain stream does when it fails to
            raise
        return _PacedStream(self._plain.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)


def _within(timeout: float | None, over: type[Exception]) -> float | None:
    pace = _PACE.get()
    if pace is None:
        return timeout
    left = pace.left()
    if left <= 0:
        raise over("the time of the exchange is over")
    return left if timeout is None else min(timeout, left)


def _count(count: int) -> None:
    pace = _PACE.get()
    if pace is not None:
        pace.moved(count)
