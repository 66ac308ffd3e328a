"""After a restore: a node that may have forgotten what it signed asks its peers before it signs again.

docs/exchange.md, section 9.
"""

from collections.abc import Mapping
from dataclasses import replace

from tocsin.exchange.documents import Document
from tocsin.exchange.doubting import doubt
from tocsin.exchange.errors import Malformed
from tocsin.exchange.local import LocalNode
from tocsin.exchange.sealing import leaf_of
from tocsin.exchange.store import Own, State
from tocsin.exchange.streams import Stream, check_audience
from tocsin.exchange.suite import is_digest
from tocsin.exchange.trust.list import Entry as Listed

__all__ = ["begin_recovery", "confirm", "holds_of", "note_holds", "open_epoch", "unasked"]

EPOCHS = 1_000_000  # no node restores so often; who says it has more of us would have us run out of numbers


def begin_recovery(here: LocalNode, *, why: str) -> None:
    """From now on this node signs nothing, and takes back what its peers hold of it."""
    with here.store.atomic():
        # What they said before does not count, whatever clock it was said by.
        for node in here.trust().nodes:
            here.store.put_peer(replace(here.store.peer(node), held_at=None, met_at=None))
        here.store.set_own(replace(here.store.own(), confirmed=False, why=why, recovering=here.now()))


def holds_of(said: object, origin: str) -> dict[str, tuple[int, str]]:
    """How far a peer says it has our streams. Raises Malformed."""
    if not (isinstance(said, list) and len(said) <= 10_000 and all(isinstance(one, dict) for one in said)):
        raise Malformed("bad-request", "holds is a list of objects")
    found = {}
    for one in said:
        epoch, last, manifest = one.get("epoch"), one.get("last"), one.get("manifest")
        audience = check_audience(one.get("stream"), origin=origin, code="bad-request")
        # type(), because to Python true is 1, and its name is no number.
        if not (type(epoch) is int and epoch >= 1 and type(last) is int and last >= 1 and is_digest(manifest)):
            raise Malformed("bad-request", f"holds does not give epoch, last and manifest of {audience:.80}")
        found[Stream(origin, epoch, audience).key] = (last, manifest)
    return found


def note_holds(here: LocalNode, node: str, holds: Mapping[str, tuple[int, str]]) -> None:
    """Keep how far a peer says it has our streams; where that is further than we are, let it show it before we sign."""
    with here.store.atomic():
        here.store.put_peer(replace(here.store.peer(node), holds=dict(holds), held_at=here.now()))
        own = here.store.own()
        if own.confirmed and any(
            _epoch(key) >= own.epoch and not _known(here, key, head) for key, head in holds.items()
        ):
            doubt(here, node)


def _epoch(key: str) -> int:
    return int(key.split("/", 1)[0])


def _known(here: LocalNode, key: str, head: tuple[int, str]) -> bool:
    epoch, audience = key.split("/", 1)
    batch = here.store.batch_at(Stream(here.node, int(epoch), audience), head[0])
    return batch is not None and (batch.manifest.last, batch.manifest.digest) == head


def unasked(here: LocalNode) -> list[str]:
    """Nodes that have not said since recovery began what they hold of us, or hold more than we have back.

    Suspended ones with them: who comes back with what we forgot would show that we signed another in its place. Who can
    be called must have been met, too: what it tells by itself is how far it has our streams, and nothing of our log.
    """
    own = here.store.own()
    if own.recovering is None:
        return []
    missing = []
    for entry in _who_may_come(here):
        peer = here.store.peer(entry.node)
        asked = peer.held_at is not None and (peer.met_at is not None or not entry.urls)
        if not (asked and all(_known(here, key, head) for key, head in peer.holds.items())):
            missing.append(entry.node)
    return missing


def _who_may_come(here: LocalNode) -> list[Listed]:
    """All others but those that have left for good."""
    return [one for one in here.trust().nodes.values() if one.status != "left" and one.node != here.node]


def confirm(here: LocalNode) -> bool:
    """Sign again, if every node has been asked and all they hold is back. Whether this node may sign."""
    own = here.store.own()
    if own.recovering is None or unasked(here):
        return own.confirmed
    with here.store.atomic():
        _log_again(here, own.epoch)
        _forget_sealed(here)
        here.store.set_own(Own(epoch=own.epoch))
    return True


def open_epoch(here: LocalNode) -> int:
    """Begin the next epoch, without waiting for those who cannot be asked. Its number.

    Nothing is signed in the old one again, so whatever is still held of it somewhere stays valid and unforked.
    That two people agree to it is for the caller to see to.
    """
    with here.store.atomic():
        said = [_epoch(key) for entry in _who_may_come(here) for key in here.store.peer(entry.node).holds]
        epoch = 1 + max([here.store.own().epoch, *(one for one in said if one <= EPOCHS)])
        _forget_sealed(here)
        here.store.set_own(Own(epoch=epoch))
    return epoch


def _log_again(here: LocalNode, epoch: int) -> None:
    """Put manifests that came back and that no checkpoint covers into the log. Nobody knows their order there yet."""
    size = here.store.log_size(here.node, epoch)
    logged = set(here.store.leaves(here.node, epoch, 0, size))
    lacking = [
        leaf
        for stream in sorted(here.store.heads())
        if stream.origin == here.node and stream.epoch == epoch
        for batch in here.store.manifests(stream)
        if (leaf := leaf_of(batch.manifest)) not in logged
    ]
    here.store.add_leaves(here.node, epoch, size, lacking)


def _forget_sealed(here: LocalNode) -> None:
    """Take out of the outbox what had been sealed before memory was lost, and has come back."""
    waiting = {Document.read(row.document).id: row.row for row in here.store.outbox(1_000_000)}
    back = here.store.known(here.node, list(waiting))
    here.store.take_out(waiting[document_id] for document_id, entry in back.items() if entry.state is State.OWN)
