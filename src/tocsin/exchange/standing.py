"""How the exchange stands: for the node itself and for each partner, in figures. Nothing is changed.

What `tocsin exchange status` prints and the node's own pages show.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from cryptography import x509

from tocsin.exchange.errors import CannotSeal
from tocsin.exchange.local import LocalNode
from tocsin.exchange.restoring import unasked
from tocsin.exchange.sealing import may_sign
from tocsin.exchange.store import Peer, Receipt, Refusal, State
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.list import Entry, TrustList

__all__ = ["Expiry", "Partner", "Standing", "Urgency", "expiries", "known_through", "standing"]

WAITING_COUNTED = 1_000
PAGE = 100  # entries come with their documents, which may be large
YEARLY = (90, 30, 7)  # days ahead
# The two roles that are renewed online live too short for these steps.
STEPS: Mapping[str, tuple[int, int, int]] = {"snapshot": (10, 7, 3), "timestamp": (4, 3, 1)}


class Urgency(IntEnum):
    """How near the end of something is: the three steps at which people are told, and past it."""

    LATER = 0
    NOTICE = 1
    WARNING = 2
    URGENT = 3
    PAST = 4


@dataclass(frozen=True)
class Expiry:
    """When something runs out: a role of the trust list (`root`, `node-AL`), or a node's TLS authority (`tls AL`)."""

    what: str
    at: datetime
    days: int  # whole days left; negative when past
    urgency: Urgency


@dataclass(frozen=True)
class Partner:
    """Another node of the list.

    behind        documents that it had for us when last met, and that we have not
    lacking       documents of ours for it that it is not known to have; `lacking_since` when the first was sealed
    clock_ahead   seconds by which its clock is ahead of ours
    list_version  of the trust list that it had when last met; 0 if never met
    refused       things of its that were not taken, of the latest thousand; `refusal` is the last
    """

    node: str
    kind: str
    tier: str
    status: str
    relay: bool
    callable: bool
    met_at: datetime | None
    tried_at: datetime | None
    failures: int
    problem: str
    clock_ahead: int
    behind: int
    lacking: int
    lacking_since: datetime | None
    receipt_at: datetime | None
    list_version: int
    refused: int
    refusal: Refusal | None
    quarantined: int
    held: int
    locked: int
    stopped: bool  # it has signed two histories, and nobody has settled that


@dataclass(frozen=True)
class Standing:
    """This node, and its partners in the order of the list.

    waiting       documents not sealed yet, at most 1,000 counted
    why_not       why it may not sign, if it may not
    unasked       while it recovers: nodes that have not yet said what they hold of it
    files_refused  by name, how much was refused of files that were imported
    """

    node: str
    alliance: str
    exercise: bool
    at: datetime
    list_version: int
    root_version: int
    stale: bool
    expiries: tuple[Expiry, ...]
    epoch: int
    may_sign: bool
    why_not: str
    recovering: datetime | None
    unasked: tuple[str, ...]
    waiting: int
    partners: tuple[Partner, ...]
    files_refused: Mapping[str, int]


def standing(here: LocalNode) -> Standing:
    """How it stands now. Raises NotTrusted if this node holds no trust list.

    With `here.keys` without those that seal, what stands about them in `why_not` is of no weight.
    """
    trust, now, own = here.trust(), here.now(), here.store.own()
    why_not = _why_not(here, trust)
    refusals = here.store.refusals()
    others: dict[str, int] = {}
    for refusal in refusals:
        if refusal.source not in trust.nodes:
            others[refusal.source] = others.get(refusal.source, 0) + 1
    return Standing(
        node=here.node,
        alliance=trust.alliance,
        exercise=trust.exercise,
        at=now,
        list_version=trust.version,
        root_version=trust.root_version,
        stale=trust.stale(now),
        expiries=tuple(expiries(trust, now)),
        epoch=own.epoch,
        may_sign=not why_not,
        why_not=why_not,
        recovering=own.recovering,
        unasked=tuple(unasked(here)),
        waiting=len(here.store.outbox(WAITING_COUNTED)),
        partners=tuple(_partners(here, trust, refusals)),
        files_refused=others,
    )


def expiries(trust: TrustList, now: datetime) -> list[Expiry]:
    """When each role of the list and each node's own TLS authority runs out, the next first."""
    ends = dict(trust.expiring)
    for entry in trust.nodes.values():
        if entry.status != "left" and (at := _authority_ends(entry)) is not None:
            ends[f"tls {entry.node}"] = at
    return sorted((_expiry(what, at, now) for what, at in ends.items()), key=lambda one: one.at)


def _expiry(what: str, at: datetime, now: datetime) -> Expiry:
    left = at - now
    notice, warning, urgent = STEPS.get(what, YEARLY)
    if left <= timedelta():
        urgency = Urgency.PAST
    elif left <= timedelta(days=urgent):
        urgency = Urgency.URGENT
    elif left <= timedelta(days=warning):
        urgency = Urgency.WARNING
    else:
        urgency = Urgency.NOTICE if left <= timedelta(days=notice) else Urgency.LATER
    return Expiry(what, at, left.days, urgency)


def _authority_ends(entry: Entry) -> datetime | None:
    """When the first of the certificates runs out that a node's TLS is verified by; None if there is none to read."""
    if entry.tls_ca is None:
        return None
    try:
        return min(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(entry.tls_ca.encode()))
    except ValueError:
        return None


def _why_not(here: LocalNode, trust: TrustList) -> str:
    try:
        may_sign(here, trust)
    except CannotSeal as reason:
        return str(reason)
    return ""


def _partners(here: LocalNode, trust: TrustList, refusals: list[Refusal]) -> list[Partner]:
    receipts: dict[str, dict[Stream, Receipt]] = {}
    for receipt in here.store.receipts():
        receipts.setdefault(receipt.by, {})[receipt.stream] = receipt
    stopped = here.store.stopped()
    return [
        _partner(
            here,
            trust,
            entry,
            receipts=receipts.get(entry.node, {}),
            refusals=[one for one in refusals if one.source == entry.node],
            stopped=entry.node in stopped,
        )
        for entry in trust.nodes.values()
        if entry.node != here.node
    ]


def _partner(
    here: LocalNode,
    trust: TrustList,
    entry: Entry,
    *,
    receipts: Mapping[Stream, Receipt],
    refusals: list[Refusal],
    stopped: bool,
) -> Partner:
    peer = here.store.peer(entry.node)
    lacking, since = _lacking(here, trust, peer, receipts)
    theirs = [stream for stream in here.store.heads() if stream.origin == entry.node]
    return Partner(
        node=entry.node,
        kind=entry.kind,
        tier=entry.tier,
        status=entry.status,
        relay=entry.relay,
        callable=bool(entry.urls),
        met_at=peer.met_at,
        tried_at=peer.tried_at,
        failures=peer.failures,
        problem=peer.problem,
        clock_ahead=peer.clock_ahead,
        behind=peer.behind,
        lacking=lacking,
        lacking_since=since,
        receipt_at=max((receipt.received_at for receipt in receipts.values()), default=None),
        list_version=peer.trust_version,
        refused=len(refusals),
        refusal=refusals[0] if refusals else None,
        quarantined=_count(here, theirs, State.QUARANTINED),
        held=_count(here, theirs, State.HELD),
        locked=_count(here, theirs, State.LOCKED),
        stopped=stopped,
    )


def _lacking(
    here: LocalNode, trust: TrustList, peer: Peer, receipts: Mapping[Stream, Receipt]
) -> tuple[int, datetime | None]:
    """Our documents for a node that it has neither confirmed nor said that it has; when the first of them was sealed.

    Receipts are never confirmed, so a node that we meet by files alone is not known to have them: they do not count.
    """
    count, since = 0, None
    for stream, through in _known_through(here, trust, peer, receipts).items():
        numbers = _telling(here, stream, after=through)
        count += len(numbers)
        if numbers and (batch := here.store.batch_at(stream, numbers[0])) is not None:
            since = min(since or batch.manifest.sealed_at, batch.manifest.sealed_at)
    return count, since


def known_through(here: LocalNode, node: str) -> dict[Stream, int]:
    """The last document of each of our streams for a node that it has confirmed, or said that it has; 0 for none."""
    receipts = {receipt.stream: receipt for receipt in here.store.receipts() if receipt.by == node}
    return _known_through(here, here.trust(), here.store.peer(node), receipts)


def _known_through(
    here: LocalNode, trust: TrustList, peer: Peer, receipts: Mapping[Stream, Receipt]
) -> dict[Stream, int]:
    return {
        stream: max(receipts[stream].through if stream in receipts else 0, _held_through(here, peer, stream))
        for stream in here.store.heads()
        if stream.origin == here.node and trust.in_audience(peer.node, stream)
    }


def _held_through(here: LocalNode, peer: Peer, stream: Stream) -> int:
    last, manifest = peer.holds.get(stream.key, (0, ""))
    batch = here.store.batch_of(manifest) if manifest else None
    return last if batch is not None and batch.manifest.stream == stream else 0


def _telling(here: LocalNode, stream: Stream, *, after: int) -> list[int]:
    """Numbers of our documents in a stream that are not receipts."""
    found: list[int] = []
    while page := here.store.entries(stream=stream, after=after, most=PAGE):
        found += [entry.number for entry in page if entry.type != "receipt"]
        after = page[-1].number
    return found


def _count(here: LocalNode, streams: list[Stream], state: State) -> int:
    count = 0
    for stream in streams:
        after = 0
        while page := here.store.entries(stream=stream, state=state, after=after, most=PAGE):
            count += len(page)
            after = page[-1].number
    return count
