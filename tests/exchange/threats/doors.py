"""Signed HTTP between the nodes of a world, without sockets: requests as they are signed, answers as they are given."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode

from tests.exchange.world import World

from tocsin.exchange.http.allowance import Allowance
from tocsin.exchange.http.calling import Caller
from tocsin.exchange.http.lines import HttpLine
from tocsin.exchange.http.messages import Answer, Request
from tocsin.exchange.http.serving import answered
from tocsin.exchange.http.signatures import new_nonce, sign_request
from tocsin.exchange.serving import PREFIX
from tocsin.exchange.suite import Key
from tocsin.exchange.trust.list import Entry

OnItsWay = Callable[[Request], Request]
OnItsWayBack = Callable[[Answer], Answer]


class Doors:
    """Every node's door, with an allowance of its own by a clock that stands still until a test moves it."""

    def __init__(self, world: World, **allowance) -> None:
        self.world = world
        self.seconds = 0.0
        self.allowances = {name: Allowance(monotonic=lambda: self.seconds, **allowance) for name in world.names}

    def knock(self, node: str, request: Request) -> Answer:
        """What a node answers to a request, from whomever."""
        return answered(self.world.nodes[node], request, allowance=self.allowances[node])

    def line(self, caller: str, *, there: OnItsWay | None = None, back: OnItsWayBack | None = None) -> HttpLine:
        """A node's line to all others; on the way somebody may change what is sent, or what is answered."""
        here = self.world.nodes[caller]
        transport = _Direct(self, here.clock, there, back)
        assert here.keys.request is not None
        return HttpLine(
            Caller(node=caller, key=here.keys.request, trust=here.trust, clock=here.clock, transport=transport)
        )


class _Direct:
    """A transport that hands each request to the door it is for."""

    def __init__(self, doors: Doors, clock, there: OnItsWay | None, back: OnItsWayBack | None) -> None:
        self._doors, self._clock, self._there, self._back = doors, clock, there, back

    def send(self, entry: Entry, base_url: str, request: Request, *, most: int) -> tuple[Answer, datetime]:
        request = self._there(request) if self._there else request
        answer = self._doors.knock(entry.node, request)
        return (self._back(answer) if self._back else answer), self._clock()

    def close(self) -> None:
        """Nothing is open."""


def signed_request(
    world: World,
    caller: str,
    to: str,
    method: str = "GET",
    name: str = "heads",
    query: Mapping[str, str] | None = None,
    body: bytes = b"",
    *,
    key: Key | None = None,
    created: datetime | None = None,
    nonce: str | None = None,
    base_url: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Request:
    """A request of `caller` to `to`, signed as the protocol asks unless told otherwise."""
    target = PREFIX + name + (f"?{urlencode(query)}" if query else "")
    plain = Request(method, target, headers or {}, body)
    fields = sign_request(
        plain,
        base_url=base_url or world.alliance.list.nodes[to].urls[0],
        key=key or world.alliance.keys[caller]["request"],
        created=created or world.nodes[caller].clock(),
        nonce=nonce or new_nonce(),
    )
    return Request(method, target, fields, body)
