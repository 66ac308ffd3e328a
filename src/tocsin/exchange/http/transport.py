"""Requests on the wire: TLS to the vetted addresses of a node, within limits of size and time.

Specified in docs/exchange.md, sections 6 and 11. HTTP/1.1 without redirects, cookies, compression or anything from the
environment. Connections are kept for the next request and may be used from any thread.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import unquote, urlsplit

import httpcore

from tocsin.exchange.errors import ExchangeError, Unreachable
from tocsin.exchange.http.addresses import GuardedBackend, ResolvingBackend, check_name
from tocsin.exchange.http.messages import Answer, Headers, Request
from tocsin.exchange.http.pace import Pace, PacedBackend, paced
from tocsin.exchange.http.resolving import LookUps, Resolver, resolved
from tocsin.exchange.moments import Clock
from tocsin.exchange.trust.list import Entry

__all__ = ["CutOff", "HttpsTransport", "Settings", "Transport"]


@dataclass(frozen=True)
class Settings:
    """How peers are called.

    connect, read   seconds for a name's address and for a connection with TLS, and without anything coming
    patience        seconds for a whole exchange, and one more for every `floor` bytes that have moved
    connections     to one node at a time
    kept            seconds that an idle connection is kept
    proxy           `http://host:port` or `https://…` of an outbound proxy. It resolves the names itself: what they lead
                    to cannot be looked at here, only addresses written out and loopback names are refused. Its own
                    rules must keep calls out of the networks behind it.
    """

    connect: float = 10
    read: float = 30
    patience: float = 60
    floor: float = 4096
    connections: int = 4
    kept: float = 60
    proxy: str | None = None

    def timeouts(self) -> dict[str, float]:
        """As the HTTP library wants them."""
        return {"connect": self.connect, "read": self.read, "write": self.read, "pool": self.read}


class CutOff(Unreachable):
    """The connection ended before an answer began: often a kept one, which the peer closed as it was used again."""


class Transport(Protocol):
    """What `Caller` sends by."""

    def send(self, entry: Entry, base_url: str, request: Request, *, most: int) -> tuple[Answer, datetime]:
        """The answer, and when its head came. Raises Unreachable, also beyond `most` bytes; CutOff."""

    def close(self) -> None:
        """End all connections."""


@dataclass
class _Held:
    """The connections to one node, and how many calls use them now."""

    terms: tuple[str | None, bool]
    pool: httpcore.ConnectionPool
    calls: int = 0
    retired: bool = False


class HttpsTransport:
    """The transport of a node; tests give it another resolver or clock."""

    def __init__(
        self,
        *,
        clock: Clock,
        settings: Settings | None = None,
        resolve: Resolver = resolved,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._settings = clock, settings or Settings()
        self._look_ups, self._monotonic = LookUps(resolve), monotonic
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    def send(self, entry: Entry, base_url: str, request: Request, *, most: int) -> tuple[Answer, datetime]:
        """See Transport."""
        settings = self._settings
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        literal = check_name(host, private=entry.private_addresses)
        url = httpcore.URL(scheme="https", host=literal or host, port=parts.port, target=request.target)
        pace = Pace(
            patience=settings.patience, floor=settings.floor, most=len(request.body) + most, monotonic=self._monotonic
        )
        with self._connections(entry) as pool, paced(pace), _in_words(settings) as phase:
            return self._exchange(pool, url, request, most, phase)

    def _exchange(
        self, pool: httpcore.ConnectionPool, url: httpcore.URL, request: Request, most: int, phase: "_Phase"
    ) -> tuple[Answer, datetime]:
        with pool.stream(
            request.method,
            url,
            headers=list(request.headers.items()),
            content=request.body if request.body or request.method != "GET" else None,
            extensions={"timeout": self._settings.timeouts()},
        ) as response:
            phase.answered = True
            head_came = self._clock()
            headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers)
            _check_head(response.status, headers, most)
            return Answer(response.status, headers, _body(response, most)), head_came

    def close(self) -> None:
        """See Transport."""
        with self._lock:
            for held in self._held.values():
                _retire(held)
            self._held.clear()

    @contextmanager
    def _connections(self, entry: Entry) -> Iterator[httpcore.ConnectionPool]:
        """Those to a node. What the trust list says anew of its certificates or addresses ends the old ones."""
        terms = (entry.tls_ca, entry.private_addresses)
        with self._lock:
            held = self._held.get(entry.node)
            if held is None or held.terms != terms:
                if held is not None:
                    _retire(held)
                held = self._held[entry.node] = _Held(terms, self._new_pool(entry))
            held.calls += 1
        try:
            yield held.pool
        finally:
            with self._lock:
                held.calls -= 1
                if held.retired and held.calls == 0:
                    held.pool.close()

    def _new_pool(self, entry: Entry) -> httpcore.ConnectionPool:
        settings = self._settings
        backend: httpcore.NetworkBackend = ResolvingBackend(look_ups=self._look_ups)
        if settings.proxy is None:
            backend = GuardedBackend(private=entry.private_addresses, look_ups=self._look_ups)
        return httpcore.ConnectionPool(
            ssl_context=_tls(entry),
            proxy=None if settings.proxy is None else _proxy(settings.proxy),
            max_connections=settings.connections,
            max_keepalive_connections=settings.connections,
            keepalive_expiry=settings.kept,
            network_backend=PacedBackend(backend),
        )


def _retire(held: _Held) -> None:
    # A connection is never closed under a call that uses it: its number could be another connection's by then.
    held.retired = True
    if held.calls == 0:
        held.pool.close()


def _tls(entry: Entry) -> ssl.SSLContext:
    """TLS 1.2 or later, names checked, by the authority that the entry gives, else by those of the system."""
    context = _client_context()
    if entry.tls_ca is None:
        context.load_default_certs()
        return context
    try:
        context.load_verify_locations(cadata=entry.tls_ca)
    except (ssl.SSLError, ValueError, TypeError):
        raise Unreachable(f"tls_ca of {entry.node} in the trust list is not a certificate in PEM") from None
    return context


def _client_context() -> ssl.SSLContext:
    # Not ssl.create_default_context: it writes session secrets to where SSLKEYLOGFILE says.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _proxy(url: str) -> httpcore.Proxy:
    parts = urlsplit(url)
    auth = (
        None if parts.username is None else (unquote(parts.username).encode(), unquote(parts.password or "").encode())
    )
    context = None
    if parts.scheme == "https":
        context = _client_context()
        context.load_default_certs()
    host = parts.hostname or ""
    return httpcore.Proxy(
        httpcore.URL(scheme=parts.scheme, host=host, port=parts.port, target="/"), auth=auth, ssl_context=context
    )


# Answers


def _check_head(status: int, headers: Headers, most: int) -> None:
    if 300 <= status < 400:
        raise Unreachable(f"it answered with a redirect ({status}), and none is followed")
    if (coding := headers.get("content-encoding", "identity").strip().lower()) != "identity":
        raise Unreachable(f"it answered in the coding {coding[:20]!r}, which was not asked for")
    length = headers.get("content-length", "0")
    if length.isascii() and length.isdigit() and int(length[:20]) > most:
        raise Unreachable(f"its answer has {length[:20]} bytes; the limit is {most}")


def _body(response: httpcore.Response, most: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_stream():
        body += chunk
        if len(body) > most:
            raise Unreachable(f"its answer has more than {most} bytes")
    return bytes(body)


# What went wrong, in words that hold nothing secret


@dataclass
class _Phase:
    answered: bool = False


@contextmanager
def _in_words(settings: Settings) -> Iterator[_Phase]:
    phase = _Phase()
    try:
        yield phase
    except ExchangeError:
        raise
    except httpcore.ConnectTimeout:
        raise Unreachable(f"no connection within {settings.connect:g} seconds") from None
    except httpcore.PoolTimeout:
        raise Unreachable(f"all {settings.connections} connections to it were in use") from None
    except httpcore.TimeoutException:
        raise Unreachable(
            f"nothing came or went for {settings.read:g} seconds, or all of it too slowly: "
            f"it has {settings.patience:g} seconds, and one more for every {settings.floor:g} bytes"
        ) from None
    except httpcore.ConnectError as problem:
        by = " (through the outbound proxy)" if settings.proxy else ""
        raise Unreachable(_connect_error(problem) + by) from None
    except httpcore.ProxyError:
        raise Unreachable("the outbound proxy did not open a way to it") from None
    except (httpcore.NetworkError, httpcore.RemoteProtocolError):
        if phase.answered:
            raise Unreachable("the connection broke in the middle of the answer") from None
        raise CutOff("the connection ended without an answer in HTTP/1.1") from None
    except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol):
        raise Unreachable("the request cannot be sent over HTTP/1.1") from None


def _connect_error(problem: Exception) -> str:
    cause = problem.args[0] if problem.args else None  # the pool takes it out of __cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its TLS certificate is not accepted: {cause.verify_message}"
    if isinstance(cause, ssl.SSLError):
        return f"no TLS connection: {(cause.reason or 'failed').replace('_', ' ').lower()}"
    if isinstance(cause, OSError) and cause.strerror:
        return f"no connection: {cause.strerror}"
    return "no connection"
