"""A line to a peer, and what one meeting has of it: so many pages, and what came of them."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tocsin.exchange import limits
from tocsin.exchange.bundles import Batch, read_bundle
from tocsin.exchange.errors import ExchangeError, TooManyRequests
from tocsin.exchange.local import LocalNode
from tocsin.exchange.streams import Stream

__all__ = ["Asking", "Later", "Line", "Met", "batches_of", "page_query", "parts_of"]


class Line(Protocol):
    """How a peer is called. `http.calling` is one; a test's network that loses things another."""

    def call(self, node: str, method: str, name: str, query: Mapping[str, str], body: bytes = b"") -> bytes:
        """The body of the answer to `method /exchange/v1/name`. Raises Refused, Unreachable."""


@dataclass
class Met:
    """What came of a meeting.

    problem   why it broke off, if it did
    more      not all was asked for
    wait      seconds after which the peer wants to be asked for the rest
    """

    node: str
    documents: int = 0
    refused: int = 0
    problem: str = ""
    more: bool = False
    wait: int = 0


class Later(ExchangeError):
    """The peer has answered as much as it does at once: no refusal of anything, and no fault of its."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"to be asked again in {wait} seconds")
        self.wait = wait


class Asking:
    """A line on which one meeting asks for so many pages and no more, or a peer could keep us for ever."""

    def __init__(self, line: Line) -> None:
        self._line, self.left = line, limits.MEETING_PAGES

    def call(self, node: str, method: str, name: str, query: Mapping[str, str], body: bytes = b"") -> bytes:
        """As the line. Raises Later, too."""
        self.left -= 1
        try:
            return self._line.call(node, method, name, query, body)
        except TooManyRequests as used_up:
            raise Later(used_up.retry_after) from None


def page_query(here: LocalNode, stream: Stream, after: int, **more: str) -> dict[str, str]:
    """To ask for what follows a document of a stream; a relay asks for the keys of all."""
    entry = here.trust().nodes.get(here.node)
    if entry is not None and entry.relay:
        more["parcels"] = "all"
    return {"origin": stream.origin, "epoch": str(stream.epoch), "stream": stream.audience, "after": str(after), **more}


def parts_of(answer: bytes) -> Iterator[Any]:
    """What a page holds, one after the other as it is read."""
    yield from read_bundle(io.BytesIO(answer), most=limits.PAGE_BYTES)


def batches_of(answer: bytes) -> Iterator[Batch]:
    """The batches of a page."""
    return (part for part in parts_of(answer) if isinstance(part, Batch))
