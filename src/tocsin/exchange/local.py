"""This node, as the exchange sees it: its name, its keys, what it keeps, whom it trusts, what time it is."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tocsin.exchange import suite
from tocsin.exchange.documents import Document
from tocsin.exchange.moments import Clock
from tocsin.exchange.store import Entry, Reason, Store
from tocsin.exchange.trust.list import TrustList

__all__ = ["Examiner", "Keys", "LocalNode", "Nobody", "Reader"]

# What is wrong with a document's content, and with which of its rows. `type-unknown` is no fault: the document is HELD.
Examiner = Callable[[Document], Sequence[Reason]]


@dataclass(frozen=True)
class Keys:
    """A node's private keys. A process that only answers requests has no `seal`.

    seal      those that sign manifests, all of them each time
    request   the one that signs requests and answers, where nothing says otherwise
    requests  all there are to choose from, oldest first: a new one is of use once the trust list names it
    encrypt   those that open parcels, by identifier; earlier ones are kept as long as what they open
    """

    seal: tuple[suite.Key, ...] = ()
    request: suite.Key | None = None
    encrypt: Mapping[str, suite.Key] = field(default_factory=dict)
    requests: tuple[suite.Key, ...] = ()


class Reader(Protocol):
    """Who acts upon documents. Called inside the transaction that records them, so that both stand or neither.

    Must come to the same for the same documents however often it is told.
    """

    def accepted(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """Documents were accepted; an entry's `reasons` name rows that were not."""

    def returned(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """Our own documents have come back from those who have them: this node had forgotten that it sent them."""

    def kept_apart(self, entries: Sequence[Entry]) -> None:
        """Documents, or rows of accepted ones, are not sound and wait for a person."""

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """Accepted documents are no longer so: the key that signed them had ended."""

    def erased(self, entries: Sequence[Entry]) -> None:
        """Their owner has asked that they be destroyed."""


class Nobody:
    """A reader for a node that only keeps and carries."""

    def accepted(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """Nothing."""

    def returned(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """Nothing."""

    def kept_apart(self, entries: Sequence[Entry]) -> None:
        """Nothing."""

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """Nothing."""

    def erased(self, entries: Sequence[Entry]) -> None:
        """Nothing."""


@dataclass
class LocalNode:
    """What every act of the exchange is done with.

    hinted    is told the name of a node that says it has something new
    together  is entered while documents that came together are examined, so that what they share is looked up once
    window    is told the name of each point at which a process may be killed; for tests of exactly that
    """

    node: str
    store: Store
    keys: Keys
    clock: Clock
    trust: Callable[[], TrustList]
    examine: Examiner
    reader: Reader = field(default_factory=Nobody)
    hinted: Callable[[str], None] = lambda node: None
    window: Callable[[str], None] = lambda name: None
    together: Callable[[], AbstractContextManager[None]] = nullcontext

    def request_key(self) -> suite.Key | None:
        """The key to sign requests and answers with now: the newest that peers know, else the newest."""
        listed = self.trust().nodes.get(self.node)
        known = listed.live("request") if listed else {}
        for key in reversed(self.keys.requests):
            if suite.thumbprint(key) in known:
                return key
        return self.keys.request

    def now(self) -> datetime:
        """The time here, in whole seconds."""
        return self.clock().replace(microsecond=0)
