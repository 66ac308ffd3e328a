"""Names looked up within a time. The system's resolver knows no limit of its own, and a thread in it cannot be ended.

So each look-up runs in a thread that nobody waits for longer than it may take. One that hangs is left alone, and until
it has come back its name is not asked for again: at most one thread for each name of the trust list can hang.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from tocsin.exchange.errors import Unreachable

__all__ = ["LookUps", "Resolver", "resolved"]

Resolver = Callable[[str, int], Sequence[str]]  # host, port -> addresses as text, best first


def resolved(host: str, port: int) -> list[str]:
    """The addresses of `host` by the system's resolver, in its order. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class LookUps:
    """The look-ups of one process; asked from any thread."""

    def __init__(self, resolve: Resolver = resolved) -> None:
        """By this resolver."""
        self._resolve = resolve
        self._running: dict[tuple[str, int], Future[Sequence[str]]] = {}
        self._lock = threading.Lock()

    def addresses(self, host: str, port: int, timeout: float | None) -> Sequence[str]:
        """The addresses of `host`. Raises Unreachable, also where none came within `timeout` seconds."""
        looking = self._looking(host, port)
        try:
            looking.exception(timeout)
        except TimeoutError:
            raise Unreachable(f"the resolver has not said for {timeout:.0f} seconds where {host} is") from None
        try:
            return looking.result()
        except (OSError, UnicodeError):
            raise Unreachable(f"no address was found for {host}") from None

    def _looking(self, host: str, port: int) -> "Future[Sequence[str]]":
        """The look-up under way, or one that begins now. Who comes while one hangs waits as long as any other."""
        with self._lock:
            looking = self._running.get((host, port))
            if looking is None:
                looking = self._running[host, port] = Future()
                # A daemon: a process that ends waits for no resolver.
                threading.Thread(target=self._look, args=(host, port, looking), daemon=True, name="resolver").start()
            return looking

    def _look(self, host: str, port: int, looking: "Future[Sequence[str]]") -> None:
        try:
            found = self._resolve(host, port)
        except BaseException as problem:
            with self._lock:
                del self._running[host, port]
            looking.set_exception(problem)
        else:
            with self._lock:
                del self._running[host, port]
            looking.set_result(found)
