"""What a node keeps of the exchange, as the exchange asks for it. `memory` is one store, the node's database another.

One suite of tests holds every store to this contract (tests/exchange/store_contract.py). Inside `atomic()` everything
that is written stands together or not at all, across a crash too; reads see what was written before them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from tocsin.exchange.bundles import Batch
from tocsin.exchange.saying import Saying
from tocsin.exchange.streams import Stream

__all__ = ["Entry", "Head", "Outgoing", "Own", "Peer", "Reason", "Receipt", "Refusal", "State", "Store", "every_entry"]


class State(StrEnum):
    """What became of a document here."""

    OWN = "own"  # written here
    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"  # the whole document, until a person decides; single rows stand in `reasons`
    REJECTED = "rejected"  # a person decided
    HELD = "held"  # of a type, or a version of one, that is not known here yet
    LOCKED = "locked"  # no fitting key, or the item itself, has come yet
    REPEATED = "repeated"  # the same document was accepted under another number
    WITHDRAWN = "withdrawn"  # the key that signed it had ended
    ERASED = "erased"


@dataclass(frozen=True)
class Reason:
    """Why a document, or one row of it, was not taken as it is.

    `said` is what `detail` was made of, where a check said it; a store keeps it, and it leaves no node.
    """

    code: str
    detail: str
    row: int | None = None
    said: Saying | None = field(default=None, compare=False)

    @classmethod
    def of(cls, code: str, said: Saying, row: int | None = None) -> "Reason":
        """With the English sentence as its detail."""
        return cls(code, said.text, row, said)


@dataclass(frozen=True)
class Entry:
    """A document at its place. `document` are its bytes once opened, `key` opens its item, `document_id` is its id."""

    stream: Stream
    number: int
    manifest: str
    digest: str
    state: State
    document: bytes | None = None
    key: bytes | None = None
    document_id: str | None = None
    type: str | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Head:
    """How far a stream is known: its last document, the manifest that covers it, and the stream's first manifest."""

    last: int
    manifest: str
    first_manifest: str


@dataclass(frozen=True)
class Outgoing:
    """A document waiting to be numbered and signed."""

    row: int
    audience: str
    document: bytes


@dataclass(frozen=True)
class Own:
    """Whether this node may sign: its epoch, and if not confirmed, why.

    recovering   what peers hold of it is taken back, and since when
    doubted_at   when a peer last said, without showing it, that it has more of this node than this node knows
    """

    epoch: int = 1
    confirmed: bool = True
    why: str = ""
    recovering: datetime | None = None
    doubted_at: datetime | None = None


@dataclass(frozen=True)
class Receipt:
    """How far a node has said, signed, that it has one of our streams."""

    by: str
    stream: Stream
    through: int
    manifest: str
    received_at: datetime
    reasons: tuple[tuple[int, Reason], ...] = ()  # by document number


@dataclass(frozen=True)
class Refusal:
    """Something that was offered and not taken."""

    at: datetime
    source: str
    what: str
    code: str
    detail: str


@dataclass(frozen=True)
class Peer:
    """How the exchange with a node stands. `behind` is documents it had for us, when last met, that we have not."""

    node: str
    met_at: datetime | None = None
    tried_at: datetime | None = None
    failures: int = 0  # in a row
    problem: str = ""
    clock_ahead: int = 0  # seconds
    behind: int = 0
    trust_version: int = 0
    speaks: tuple[int, ...] = ()
    holds: Mapping[str, tuple[int, str]] = field(default_factory=dict)  # of our streams (`1/members`): last, manifest
    held_at: datetime | None = None  # when it said so
    doubted: bool = False  # it says that it has more of us than we know, and has not been asked to show it
    doubted_at: datetime | None = None  # when it last said so


class Store(Protocol):
    """See the module."""

    def atomic(self) -> AbstractContextManager[None]:
        """All or nothing. May be nested: a failed inner one takes back only what was written in it."""

    # What is to be said

    def put_out(self, document: bytes, audience: str) -> None:
        """Queue a document. It is numbered when it is sealed, in the order of queueing within its audience."""

    def outbox(self, most: int) -> list[Outgoing]:
        """The oldest queued documents."""

    def take_out(self, rows: Iterable[int]) -> None:
        """Remove queued documents, once sealed."""

    def own(self) -> Own:
        """Whether this node may sign."""

    def set_own(self, own: Own) -> None:
        """Change it."""

    # Streams and documents

    def heads(self) -> dict[Stream, Head]:
        """How far every stream is known."""

    def head(self, stream: Stream) -> Head | None:
        """How far one is known; None if not at all."""

    def append(self, batch: Batch, *, signers: Iterable[str]) -> None:
        """Put a batch after its stream's head. ValueError if it does not follow: another writer was first."""

    def batches(self, stream: Stream, *, after: int, documents: int, size: int) -> list[Batch]:
        """Whole batches that follow document `after`, until they hold as many documents or bytes; one at least."""

    def manifests(self, stream: Stream, *, after: int = 0) -> Iterator[Batch]:
        """The batches that end after document `after`, in order, without their items."""

    def batch_of(self, manifest: str) -> Batch | None:
        """The batch in use under this manifest."""

    def batch_at(self, stream: Stream, number: int) -> Batch | None:
        """The batch in use that covers a document, without its items."""

    def signers(self, manifests: Sequence[str]) -> dict[str, frozenset[str]]:
        """Of these, by manifest: the keys whose signatures counted when the batch was taken."""

    def complete(self, manifest: str, items: Mapping[int, bytes], parcels: Mapping[str, Any]) -> None:
        """Add items that were withheld, by number, and parcels. KeyError if there is no such batch."""

    def drop_item(self, stream: Stream, number: int) -> None:
        """Erase: its parcels, its key, its text. Digest, number and the fact stay."""

    def cut(self, stream: Stream, *, after: int) -> list[Entry]:
        """Set aside, as evidence, every batch that ends after document `after`. Their entries as they stood before."""

    def drop_set_aside(self, origin: str, audience: str, document_ids: Sequence[str]) -> None:
        """Erase what was set aside under these identifiers, in streams of any epoch: as `drop_item` does."""

    def set_aside(self, origin: str, document_ids: Sequence[str]) -> dict[str, Entry]:
        """Of these, the documents of `origin` that were cut, by their own id; the last under each.

        Another of that id may stand.
        """

    def batch_set_aside(self, manifest: str) -> Batch | None:
        """The batch that was set aside under this manifest."""

    def put_entries(self, entries: Sequence[Entry]) -> None:
        """Record documents at their places, or change what is recorded there."""

    def entry(self, stream: Stream, number: int) -> Entry | None:
        """The document at a place in use."""

    def entries(
        self, *, stream: Stream | None = None, state: State | None = None, after: int = 0, most: int = 1_000
    ) -> list[Entry]:
        """Documents in use, by stream, state and number."""

    def counted(self, states: Sequence[State]) -> dict[tuple[Stream, State], int]:
        """How many documents in use are in each of these states, by stream; none where there are none."""

    def following(self, places: Sequence[tuple[Stream, int]]) -> dict[tuple[Stream, int], tuple[int, datetime | None]]:
        """Behind each of these numbers: how many documents that are no receipts, and when the first was sealed."""

    def ends(self, manifests: Sequence[str]) -> dict[str, tuple[Stream, int]]:
        """Of these manifests, the stream and last document of those in use."""

    def known(self, origin: str, document_ids: Sequence[str]) -> dict[str, Entry]:
        """Of these, the documents of `origin` that were accepted or written here, by their own id; the last under each.

        They are known whatever became of them since, unless they were cut.
        """

    # The log

    def log_size(self, origin: str, epoch: int) -> int:
        """Leaves known of an origin's log."""

    def leaves(self, origin: str, epoch: int, start: int, stop: int) -> list[bytes]:
        """Leaf data, 32 bytes each."""

    def add_leaves(self, origin: str, epoch: int, start: int, leaves: Sequence[bytes]) -> None:
        """Append. ValueError if the log does not have `start` leaves."""

    def drop_log(self, origin: str, epoch: int) -> None:
        """Forget a log with its checkpoint, to learn it anew."""

    def root(self, origin: str, epoch: int, size: int) -> bytes:
        """The tree's root at a size that it has or had. ValueError for one that it never had."""

    def put_checkpoint(self, origin: str, epoch: int, size: int, data: bytes) -> None:
        """Keep a checkpoint, as its record in a bundle, in place of an earlier one of the same size."""

    def checkpoint(self, origin: str, epoch: int) -> bytes | None:
        """The largest kept."""

    def checkpoints(self) -> dict[tuple[str, int], bytes]:
        """The largest kept of each log."""

    # What others said, and what was found out about them

    def put_receipt(self, receipt: Receipt) -> None:
        """Keep the furthest of each node and stream."""

    def drop_receipts(self, by: str) -> None:
        """Forget all of one node."""

    def receipts(self, stream: Stream | None = None) -> list[Receipt]:
        """Those kept."""

    def put_refusal(self, refusal: Refusal) -> None:
        """Note it; the latest thousand of each source are kept."""

    def refusals(self, source: str | None = None) -> list[Refusal]:
        """Latest first."""

    def refused(self) -> dict[str, tuple[int, Refusal]]:
        """By source: how many refusals are kept, and the latest."""

    def put_peer(self, peer: Peer) -> None:
        """Note how the exchange with a node stands."""

    def peer(self, node: str) -> Peer:
        """How it stands; an empty note if never met."""

    def peers(self) -> dict[str, Peer]:
        """All that are noted, by node."""

    def put_evidence(self, origin: str, data: bytes) -> bool:
        """Keep evidence of equivocation; whether it is new."""

    def evidence(self) -> dict[str, list[bytes]]:
        """All that is kept, by origin."""

    def settle_evidence(self, origin: str) -> None:
        """People have looked: what is kept so far no longer stops the exchange with this origin."""

    def stopped(self) -> set[str]:
        """Origins with evidence that nobody has settled."""

    # Trust

    def trust_files(self) -> dict[str, bytes]:
        """The trusted files of the trust list, by name."""

    def put_trust_files(self, files: Mapping[str, bytes]) -> None:
        """Replace them all."""

    def trust_version(self) -> str:
        """Another text whenever the trusted files are others."""

    def vouch(self, stream: Stream, manifests: Iterable[str]) -> None:
        """Note that these lead to the last manifest of a key that has ended."""

    def unvouch(self, origin: str) -> None:
        """Forget all of an origin that was noted so: its keys end otherwise now."""

    def vouched(self, manifests: Sequence[str]) -> set[str]:
        """Those of these that do."""

    def use_nonce(self, key: str, nonce: str, *, now: datetime, until: datetime) -> bool:
        """Whether this nonce of this key is new; from now on and until then it is not."""


def every_entry(store: Store, stream: Stream, state: State) -> Iterator[Entry]:
    """All documents of a stream that are in this state, read in runs; what is changed meanwhile may be seen or not."""
    after = 0
    while run := store.entries(stream=stream, state=state, after=after):
        yield from run
        after = run[-1].number
