"""A meeting's line to its peers over signed HTTP."""

from collections.abc import Mapping

from tocsin.exchange import limits, serving
from tocsin.exchange.http.calling import Caller

__all__ = ["HttpLine"]


class HttpLine:
    """`meeting.Line` by a Caller."""

    def __init__(self, caller: Caller) -> None:
        """Through this caller."""
        self._caller = caller

    def call(self, node: str, method: str, name: str, query: Mapping[str, str], body: bytes = b"") -> bytes:
        """The body of the answer. Raises Refused, Unreachable."""
        return self._caller.call(node, method, serving.PREFIX + name, query, body, most=limits.PAGE_BYTES).body
