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
YEARLY = (90, 30, 7)  # days ahead
# The two roles that are renewed online live too short for these steps.
STEPS: Mapping[str, tuple[int, int, int]] = {"snapshot": (10, 7, 3), "timestamp": (4, 3, 1)}

Refusals = Mapping[str, tuple[int, Refusal]]


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
    refused = here.store.refused()
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
        partners=tuple(_partners(here, trust, refused)),
        files_refused={source: count for source, (count, _) in refused.items() if source not in trust.nodes},
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


def _partners(here: LocalNode, trust: TrustList, refused: Refusals) -> list[Partner]:
    receipts = _receipts(here)
    peers, stopped = here.store.peers(), here.store.stopped()
    apart = _apart(here)
    others = [entry for entry in trust.nodes.values() if entry.node != here.node]
    through = _through(here, trust, [peers.get(entry.node, Peer(entry.node)) for entry in others], receipts)
    lacking = here.store.following(sorted({place for places in through.values() for place in places.items()}))
    return [
        _partner(
            entry,
            peers.get(entry.node, Peer(entry.node)),
            lacking=[lacking[place] for place in through[entry.node].items()],
            receipt_at=max((one.received_at for one in receipts.get(entry.node, {}).values()), default=None),
            refused=refused.get(entry.node),
            apart=apart.get(entry.node, {}),
            stopped=entry.node in stopped,
        )
        for entry in others
    ]


def _receipts(here: LocalNode) -> dict[str, dict[Stream, Receipt]]:
    found: dict[str, dict[Stream, Receipt]] = {}
    for receipt in here.store.receipts():
        found.setdefault(receipt.by, {})[receipt.stream] = receipt
    return found


def _apart(here: LocalNode) -> dict[str, dict[State, int]]:
    """By origin, how many of its documents wait here, and for what."""
    found: dict[str, dict[State, int]] = {}
    for (stream, state), count in here.store.counted((State.QUARANTINED, State.HELD, State.LOCKED)).items():
        mine = found.setdefault(stream.origin, {})
        mine[state] = mine.get(state, 0) + count
    return found


def _partner(
    entry: Entry,
    peer: Peer,
    *,
    lacking: list[tuple[int, datetime | None]],
    receipt_at: datetime | None,
    refused: tuple[int, Refusal] | None,
    apart: Mapping[State, int],
    stopped: bool,
) -> Partner:
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
        lacking=sum(count for count, _ in lacking),
        lacking_since=min((since for _, since in lacking if since is not None), default=None),
        receipt_at=receipt_at,
        list_version=peer.trust_version,
        refused=refused[0] if refused else 0,
        refusal=refused[1] if refused else None,
        quarantined=apart.get(State.QUARANTINED, 0),
        held=apart.get(State.HELD, 0),
        locked=apart.get(State.LOCKED, 0),
        stopped=stopped,
    )


def known_through(here: LocalNode, node: str) -> dict[Stream, int]:
    """The last document of each of our streams for a node that it has confirmed, or said that it has; 0 for none."""
    return _through(here, here.trust(), [here.store.peer(node)], _receipts(here))[node]


def _through(
    here: LocalNode, trust: TrustList, peers: list[Peer], receipts: Mapping[str, Mapping[Stream, Receipt]]
) -> dict[str, dict[Stream, int]]:
    """`known_through` of several. What a node says that it has counts only if it is ours, and whole.

    Receipts are never confirmed, so a node that we meet by files alone is not known to have them: they do not count
    as lacking.
    """
    ours = [stream for stream in here.store.heads() if stream.origin == here.node]
    ends = here.store.ends(sorted({manifest for peer in peers for _, manifest in peer.holds.values()}))

    def through(peer: Peer, stream: Stream) -> int:
        receipt = receipts.get(peer.node, {}).get(stream)
        last, manifest = peer.holds.get(stream.key, (0, ""))
        held = last if manifest in ends and ends[manifest][0] == stream else 0
        return max(receipt.through if receipt else 0, held)

    return {
        peer.node: {stream: through(peer, stream) for stream in ours if trust.in_audience(peer.node, stream)}
        for peer in peers
    }
