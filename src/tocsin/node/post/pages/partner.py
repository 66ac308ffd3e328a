"""What the page of one partner shows: how far each stream is, what is trusted of it, what was refused, what waits."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.exchange.local import LocalNode
from tocsin.exchange.standing import known_through
from tocsin.exchange.store import Receipt, State
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.list import Entry, TrustList
from tocsin.node.post import models
from tocsin.node.post.pages.codes import code_named
from tocsin.node.post.pages.wording import audience_named

__all__ = ["Key", "Ours", "Said", "Theirs", "keys", "ours", "refusals", "theirs"]

REFUSALS = 50


@dataclass(frozen=True)
class Theirs:
    """A stream of the partner's, as far as it is here. `apart` documents of it wait, for whatever they wait."""

    stream: Stream
    audience: str
    last: int
    apart: int


@dataclass(frozen=True)
class Ours:
    """A stream of ours that is written for the partner, and what is known of how far it has it.

    receipt    what it signed last; its reasons are what it did not take
    said       how far it says that it has it, which proves nothing; 0 if it never said
    through    the furthest of both, as far as it is really ours
    """

    row: int
    stream: Stream
    audience: str
    last: int
    receipt: Receipt | None
    said: int
    through: int

    @property
    def lacking(self) -> int:
        return max(0, self.last - self.through)

    @property
    def not_taken(self) -> list[str]:
        """What it did not take, by what was wrong, in words."""
        return sorted({code_named(reason.code) for _, reason in self.receipt.reasons}) if self.receipt else []


@dataclass(frozen=True)
class Key:
    """A key that the list gives the partner. `ends`: where one that ended may still count, by stream and number."""

    use: str
    fingerprint: str
    state: str
    ends: list[tuple[str, int]]


@dataclass(frozen=True)
class Said:
    """A refusal in words."""

    at: datetime
    what: str
    words: str
    detail: str


def theirs(here: LocalNode, node: str, known: dict[str, str]) -> list[Theirs]:
    """Streams of the partner's that are written for us; what is only carried for others is not told of."""
    apart = here.store.counted((State.QUARANTINED, State.HELD, State.LOCKED))
    trust, found = here.trust(), []
    for stream, head in sorted(here.store.heads().items()):
        if stream.origin == node and trust.in_audience(here.node, stream):
            count = sum(apart.get((stream, state), 0) for state in (State.QUARANTINED, State.HELD, State.LOCKED))
            found.append(Theirs(stream, audience_named(stream.audience, known), head.last, count))
    return found


def ours(here: LocalNode, node: str, known: dict[str, str]) -> list[Ours]:
    """Streams of ours for the partner, with what it has confirmed of them."""
    receipts = {one.stream: one for one in here.store.receipts() if one.by == node}
    peer, heads = here.store.peer(node), here.store.heads()
    columns = ("id", "origin", "epoch", "audience")
    rows = {Stream(*name): row for row, *name in models.Stream.objects.filter(origin=here.node).values_list(*columns)}
    return [
        Ours(
            rows[stream],
            stream,
            audience_named(stream.audience, known),
            heads[stream].last,
            receipts.get(stream),
            peer.holds.get(stream.key, (0, ""))[0],
            through,
        )
        for stream, through in sorted(known_through(here, node).items())
    ]


def keys(trust: TrustList, entry: Entry, here: LocalNode) -> list[Key]:
    """Its keys by use, those in use first."""
    streams = {head.first_manifest: stream for stream, head in here.store.heads().items()}
    order = {"seal": 0, "request": 1, "encrypt": 2}
    found = []
    for key in sorted(entry.keys, key=lambda one: (order.get(one.use, 9), one.ends is not None)):
        ends = sorted(
            (str(streams[first]), last) for first, (last, _) in (key.ends.heads if key.ends else {}).items()
            if first in streams
        )  # fmt: skip
        state = "in_use" if key.ends is None else "stolen" if key.ends.reason == "stolen" else "ended"
        groups = " ".join(key.kid[at : at + 4] for at in range(0, 16, 4))
        found.append(Key(key.use, groups, state, ends))
    return found


def refusals(node: str) -> list[Said]:
    """The latest, in words."""
    rows = models.Refusal.objects.filter(source=node).order_by("-at", "-id")[:REFUSALS]
    return [Said(row.at, row.what, code_named(row.code), row.detail) for row in rows]
