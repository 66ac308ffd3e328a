"""Calls to peers: signed, at their registered addresses, their signed answers checked. docs/exchange.md, section 11."""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from urllib.parse import quote, urlencode

from tocsin.exchange import limits, suite
from tocsin.exchange.errors import Unreachable
from tocsin.exchange.http.messages import Answer, Headers, Request
from tocsin.exchange.http.problems import refusal
from tocsin.exchange.http.signatures import new_nonce, sign_request, verify_answer
from tocsin.exchange.http.transport import CutOff, HttpsTransport, Settings, Transport
from tocsin.exchange.moments import Clock
from tocsin.exchange.trust.list import Entry, TrustList

__all__ = ["Caller"]

Query = Mapping[str, str] | Sequence[tuple[str, str]]


class Caller:
    """Calls the nodes of the trust list for one node; used from any thread.

    node        who calls
    key         its own private request key
    trust       gives the trust list as it is now
    transport   another way to send, for tests; by default HTTPS as `settings` say
    """

    def __init__(
        self,
        *,
        node: str,
        key: suite.Key,
        trust: Callable[[], TrustList],
        clock: Clock,
        settings: Settings | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._node, self._key, self._trust, self._clock = node, key, trust, clock
        self._transport = transport or HttpsTransport(clock=clock, settings=settings)

    def call(
        self,
        node: str,
        method: str,
        path: str,
        query: Query = (),
        body: bytes = b"",
        *,
        most: int = limits.PAGE_BYTES,
        content_type: str = "application/octet-stream",
    ) -> Answer:
        """The answer of `node`, signed by it for this request, with a status of 200 to 299.

        Its addresses are tried in the order of the list. A request may therefore arrive twice, each time with a nonce
        of its own: every request of the protocol can be repeated without harm.

        most   bytes of the answer's body

        Raises NotTrusted if the node takes no part now or the clocks differ; Refused, of the class that fits, with what
        the node refuses; Unreachable if no address gave an answer of the protocol, within `most` bytes.
        """
        entry = self._trust().entry(node)
        if not entry.urls:
            raise Unreachable(f"{node} lists no address: it calls others and cannot be called")
        target = f"{path}?{urlencode(query, quote_via=quote, safe='')}" if query else path
        headers = {"accept-encoding": "identity", "tocsin-node": self._node, "user-agent": "tocsin"}
        if body:
            headers["content-type"] = content_type
        plain = Request(method, target, Headers(headers), body)
        failures = []
        for url in entry.urls:
            try:
                return self._answered(entry, url, plain, most)
            except Unreachable as problem:
                failures.append(f"{url}: {problem}")
        raise Unreachable(f"{node} was not reached. {'; '.join(failures)}")

    def _answered(self, entry: Entry, url: str, plain: Request, most: int) -> Answer:
        try:
            answer = self._verified(entry, url, plain, most)
        except CutOff:
            answer = self._verified(entry, url, plain, most)
        if 200 <= answer.status < 300:
            return answer
        raise refusal(answer, node=entry.node)

    def _verified(self, entry: Entry, url: str, plain: Request, most: int) -> Answer:
        signed = sign_request(plain, base_url=url, key=self._key, created=self._clock(), nonce=new_nonce())
        request = Request(plain.method, plain.target, signed, plain.body)
        answer, head_came = self._transport.send(entry, url, request, most=most)
        verify_answer(answer, request=request, keys=entry.live("request"), now=head_came)
        return answer

    def close(self) -> None:
        """End all connections."""
        self._transport.close()

    def __enter__(self) -> "Caller":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
