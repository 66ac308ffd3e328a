"""Doubt: a peer says, without showing it, that it has more of this node's documents than this node knows.

It may be so, where the node was put back from a copy and nobody told it; then whatever it signs next forks a stream.
And it may be a lie, which must not silence a state. So signing pauses until that peer has been asked: what it then
shows, signed by this node, stops it for good (`forks.note_unknown_own`); if it shows nothing, signing goes on, and for
a day it causes no doubt again. docs/exchange.md, section 9.
"""

from dataclasses import replace
from datetime import timedelta

from tocsin.exchange.local import LocalNode

__all__ = ["DOUBTED_AGAIN", "PAUSE", "doubt", "doubted", "settle_doubt"]

PAUSE = timedelta(minutes=10)  # the longest, where the peer cannot be asked
DOUBTED_AGAIN = timedelta(days=1)


def doubt(here: LocalNode, node: str) -> None:
    """Pause signing until `node` has shown what it says it has; call it at once."""
    with here.store.atomic():
        own, peer, now = here.store.own(), here.store.peer(node), here.now()
        if not own.confirmed or (peer.doubted_at is not None and abs(now - peer.doubted_at) < DOUBTED_AGAIN):
            return
        here.store.put_peer(replace(peer, doubted=True, doubted_at=now))
        here.store.set_own(replace(own, doubted_at=now))
    here.hinted(node)


def doubted(here: LocalNode) -> list[str]:
    """Peers that have still to show what they say they have, so that nothing is signed just now."""
    last, now = here.store.own().doubted_at, here.now()
    if last is None or abs(now - last) >= PAUSE:
        return []
    peers = here.store.peers()
    asked = [peers[entry.node] for entry in here.trust().active() if entry.node in peers]
    return [peer.node for peer in asked if peer.doubted and peer.doubted_at and abs(now - peer.doubted_at) < PAUSE]


def settle_doubt(here: LocalNode, node: str) -> bool:
    """A whole meeting with `node` that began in doubt is over. Whether it showed what it says it has."""
    with here.store.atomic():
        here.store.put_peer(replace(here.store.peer(node), doubted=False))
        return not here.store.own().confirmed
