"""A meeting with a peer: what it has for us is asked for, what it lacks of ours is brought if it cannot come for it.

Whatever a peer does, or stops doing half-way, costs nothing but this meeting: each batch was taken whole or not at all,
and the next meeting, with this peer or another, goes on from there. So does one with a peer that has answered as much
as it does at once, when the time is over that it asks to be left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from tocsin.exchange import limits, suite
from tocsin.exchange.asking import Asking, Later, Line, Met, parts_of
from tocsin.exchange.bringing import bring, hint
from tocsin.exchange.bundles import TrustFile
from tocsin.exchange.canonical import canonical
from tocsin.exchange.checkpoints import SignedCheckpoint
from tocsin.exchange.doubting import settle_doubt
from tocsin.exchange.errors import NotTrusted, Refused, Unreachable
from tocsin.exchange.evidence import Evidence
from tocsin.exchange.forks import note_evidence
from tocsin.exchange.heads import Heads, read_heads
from tocsin.exchange.intake import note_refusal
from tocsin.exchange.local import LocalNode
from tocsin.exchange.merkle import WIDTH
from tocsin.exchange.pulling import pull, unlock
from tocsin.exchange.trusting import take_trust
from tocsin.exchange.witnessing import note_checkpoint

__all__ = ["Line", "Met", "meet"]

KNOWN_EVIDENCE = 4  # of each origin, that are named to peers


def meet(here: LocalNode, line: Line, node: str) -> Met:
    """Meet one peer. Never raises for what the peer does: it is noted, and `problem` says it."""
    met, before = Met(node), here.store.peer(node)
    heads = None
    try:
        asking = Asking(line)
        heads = read_heads(asking.call(node, "POST", "heads", {}, canonical({"known": _known(here)})))
        _talk(here, asking, node, heads, met)
        met.more = asking.left <= 0
    except Later as later:
        met.more, met.wait = True, later.wait
    except (Refused, Unreachable) as problem:
        met.problem = str(problem)
        if isinstance(problem, Refused):
            note_refusal(here, problem, source=node, what="meeting")
    if met.problem:
        _note_tried(here, node, failures=before.failures + 1, problem=met.problem)
    elif heads is None:
        _note_tried(here, node)
    else:
        _note(here, node, heads, met)
        if before.doubted and not met.more and not settle_doubt(here, node):
            why = f"{node} says that it has more of this node than this node knows, and showed nothing when asked"
            note_refusal(here, NotTrusted("unknown-own", why), source=node, what="what it holds")
    return met


def _talk(here: LocalNode, line: Asking, node: str, heads: Heads, met: Met) -> None:
    """All that follows once the peer has said what it has."""
    _trust(here, line, node, heads)
    _gossip(here, line, node, heads, met)
    pull(here, line, node, heads, met)
    unlock(here, line, node, heads, met)
    ours = here.store.heads()
    bring(here, line, node, heads, ours, met)
    hint(here, line, node, heads, ours)


def _note_tried(here: LocalNode, node: str, **more: Any) -> None:
    with here.store.atomic():  # another process may be noting what the peer holds
        here.store.put_peer(replace(here.store.peer(node), tried_at=here.now(), **more))


def _known(here: LocalNode) -> list[str]:
    """Digests of checkpoints and evidence that are here: no peer need repeat them, and on a slow line they are most."""
    checkpoints = here.store.checkpoints().values()
    evidence = [data for kept in here.store.evidence().values() for data in kept[-KNOWN_EVIDENCE:]]
    return [suite.digest(data) for data in [*checkpoints, *evidence]][: limits.KNOWN]


def _note(here: LocalNode, node: str, heads: Heads, met: Met) -> None:
    ours = here.store.heads()
    behind = sum(
        last - (ours[stream].last if stream in ours else 0)
        for stream, (last, _) in heads.streams.items()
        if here.trust().in_audience(here.node, stream) and last > (ours[stream].last if stream in ours else 0)
    )
    ahead = heads.now - here.now()
    # Who asks what it has forgotten has not asked until it has asked for everything.
    counts = not met.more or here.store.own().recovering is None
    with here.store.atomic():  # another process may be noting what the peer holds
        peer = here.store.peer(node)
        here.store.put_peer(
            replace(
                peer,
                met_at=here.now() if counts else peer.met_at,
                tried_at=here.now(),
                failures=0,
                problem="",
                clock_ahead=round(ahead.total_seconds()),
                behind=behind,
                trust_version=heads.trust_version,
                speaks=heads.speaks,
            )
        )


def _trust(here: LocalNode, line: Asking, node: str, heads: Heads) -> None:
    """Take the peer's trust list if it is newer. One that cannot be taken does not end the meeting."""
    ours = here.trust()
    if (heads.root_version, heads.trust_version) == (ours.root_version, ours.version):
        return
    if heads.trust_version < ours.version and heads.root_version <= ours.root_version:
        return
    try:
        answer = line.call(node, "GET", "trust", {"root": str(ours.root_version + 1)})
        take_trust(here, {part.name: part.data for part in parts_of(answer) if isinstance(part, TrustFile)})
    except Refused as refusal:
        note_refusal(here, refusal, source=node, what="trust list")


def _gossip(here: LocalNode, line: Asking, node: str, heads: Heads, met: Met) -> None:
    """Evidence and checkpoints that the peer knows; each stands alone."""
    for data in heads.evidence:
        try:
            note_evidence(here, Evidence.read(data))
        except Refused as refusal:
            note_refusal(here, refusal, source=node, what="evidence")

    ours = set(here.store.checkpoints().values())  # most are here already, byte for byte
    for data in _largest(here, [data for data in heads.checkpoints if data not in ours], node):
        try:
            note_checkpoint(here, data, partial(_leaves, line, node), source=node)
        except Refused as refusal:
            met.refused += 1
            note_refusal(here, refusal, source=node, what="checkpoint")


def _largest(here: LocalNode, checkpoints: Sequence[bytes], node: str) -> list[bytes]:
    """One checkpoint for each log, the largest: to read one may cost a pass over the whole log."""
    found: dict[tuple[str, int], tuple[int, bytes]] = {}
    for data in checkpoints:
        try:
            one = SignedCheckpoint.read(data).checkpoint
        except Refused as refusal:
            note_refusal(here, refusal, source=node, what="checkpoint")
        else:
            log = (one.origin, one.epoch)
            found[log] = max(found.get(log, (0, b"")), (one.size, data))
    return [data for _, data in found.values()]


def _leaves(line: Asking, node: str, origin: str, epoch: int, start: int, stop: int) -> Iterator[bytes]:
    """The leaves that a peer has of a log, page by page; it ends early if the peer does."""
    while start < stop and line.left > 0:
        until = min(stop, start + limits.LEAVES_PAGE)
        query = {"origin": origin, "epoch": str(epoch), "from": str(start), "to": str(until)}
        page = line.call(node, "GET", "log", query)
        if len(page) != WIDTH * (until - start):
            return
        yield page
        start = until
