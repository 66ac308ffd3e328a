"""The log: an origin's checkpoints, and its peers who read along, cosign, and notice two histories.

docs/exchange.md, section 9. A node keeps the leaves of every origin's log and computes every root itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from tocsin.exchange import limits, suite
from tocsin.exchange.checkpoints import Checkpoint, SignedCheckpoint, cosign, filling, sign_checkpoint
from tocsin.exchange.errors import CannotSeal, Malformed, NotTrusted, OutOfPlace, Refused, TooLarge
from tocsin.exchange.evidence import Evidence
from tocsin.exchange.forks import note_evidence, note_unknown_own
from tocsin.exchange.local import LocalNode
from tocsin.exchange.merkle import WIDTH
from tocsin.exchange.sealing import may_sign

__all__ = ["cosign_known", "learn", "make_checkpoint", "note_checkpoint"]

# (origin, epoch, start, stop) -> the leaves that a peer has, in pages of bytes
Leaves = Callable[[str, int, int, int], Iterable[bytes]]


def make_checkpoint(here: LocalNode) -> SignedCheckpoint | None:
    """Sign our log as it stands; None if it is as it was. Raises CannotSeal."""
    trust, store, epoch = here.trust(), here.store, here.store.own().epoch
    keys = may_sign(here, trust)
    with store.atomic():
        size = store.log_size(here.node, epoch)
        kept = store.checkpoint(here.node, epoch)
        if kept is not None:
            latest = SignedCheckpoint.read(kept)
            if latest.checkpoint.size == size:
                if len(latest.signers(trust)) >= trust.entry(here.node).signatures:
                    return None
                again = replace(sign_checkpoint(latest.checkpoint, keys), cosignatures=latest.cosignatures)
                store.put_checkpoint(here.node, epoch, size, again.encode())
                return again
        if size == 0:
            return None
        fill = filling(size)
        store.add_leaves(here.node, epoch, size, fill)
        size += len(fill)
        checkpoint = Checkpoint.make(
            alliance=trust.alliance,
            origin=here.node,
            epoch=epoch,
            size=size,
            root=store.root(here.node, epoch, size),
            made_at=here.now(),
        )
        signed = sign_checkpoint(checkpoint, keys)
        store.put_checkpoint(here.node, epoch, size, signed.encode())
        here.window("checkpoint: before the transaction is committed")
    return signed


def note_checkpoint(here: LocalNode, data: bytes, leaves: Leaves, *, source: str) -> None:
    """Compare a checkpoint that a peer holds with what we know of that log, and learn what we lack.

    Raises Refused for one that is not signed as it should be; two histories are kept as evidence.
    """
    signed = SignedCheckpoint.read(data)
    trust, checkpoint = here.trust(), signed.checkpoint
    kept = here.store.checkpoint(checkpoint.origin, checkpoint.epoch)
    if kept is not None and (ours := SignedCheckpoint.read(kept)).checkpoint.data == checkpoint.data:
        joined = ours.joined(signed, trust)
        if joined != ours:
            here.store.put_checkpoint(checkpoint.origin, checkpoint.epoch, checkpoint.size, joined.encode())
        return
    signed.check(trust)
    size = here.store.log_size(checkpoint.origin, checkpoint.epoch)
    own = here.store.own()
    if (
        checkpoint.origin == here.node
        and checkpoint.size > size
        and checkpoint.epoch >= own.epoch
        and own.recovering is None
    ):
        note_unknown_own(here, source)
        raise NotTrusted("unknown-own", f"{source} holds {checkpoint}, which this node does not know")
    lacking = b"".join(_lacking(checkpoint, leaves, size))
    learn(here, signed, size, lacking, whole=lambda: b"".join(_lacking(checkpoint, leaves, 0)))


def _lacking(checkpoint: Checkpoint, leaves: Leaves, start: int) -> Iterable[bytes]:
    """The leaves of a checkpoint from `start` on. Raises TooLarge for more than are learned at once."""
    if checkpoint.size - start > limits.LEAVES_AT_ONCE:
        raise TooLarge(
            "too-large",
            f"{checkpoint} has {checkpoint.size - start} leaves that are not known here; "
            f"at most {limits.LEAVES_AT_ONCE} are learned at once",
        )
    return leaves(checkpoint.origin, checkpoint.epoch, start, checkpoint.size) if checkpoint.size > start else ()


def learn(
    here: LocalNode,
    signed: SignedCheckpoint,
    start: int,
    leaves: bytes,
    *,
    whole: Callable[[], bytes] | None = None,
) -> int:
    """Add the leaves of a checkpoint, from `start` on, if with them the log has its root. How many are known then.

    whole   gives all leaves of the checkpoint; without it, those known here before `start` and these are taken for it

    Raises OutOfPlace `gap` for too few leaves, NotTrusted `equivocation` where the log does not go on from what is
    known: if it can be proved from all leaves, evidence is kept.
    """
    signed.check(here.trust())
    if len(leaves) % WIDTH:
        raise Malformed("bad-request", f"{len(leaves)} bytes are not a whole number of leaves of {WIDTH} bytes")
    try:
        with here.store.atomic():
            return _learn(here, signed, start, leaves)
    except NotTrusted:
        origin, epoch = signed.checkpoint.origin, signed.checkpoint.epoch
        given = whole() if whole else b"".join(here.store.leaves(origin, epoch, 0, start)) + leaves
        if _may_be_forged(here, origin, epoch):
            with here.store.atomic():
                here.store.drop_log(origin, epoch)
                return _learn(here, signed, 0, given)
        _show(here, signed, given)
        raise


def _may_be_forged(here: LocalNode, origin: str, epoch: int) -> bool:
    """Whether what is known of a log was last signed by keys that have ended, perhaps by whoever had stolen them."""
    kept = here.store.checkpoint(origin, epoch)
    if kept is None or origin == here.node:
        return False
    trust = here.trust()
    return len(SignedCheckpoint.read(kept).signers(trust)) < trust.entry(origin).signatures


def _learn(here: LocalNode, signed: SignedCheckpoint, start: int, leaves: bytes) -> int:
    checkpoint = signed.checkpoint
    origin, epoch = checkpoint.origin, checkpoint.epoch
    size = here.store.log_size(origin, epoch)
    if start > size:
        return size
    if size < checkpoint.size:
        given = _split(leaves)[size - start :]
        here.store.add_leaves(origin, epoch, size, given[: checkpoint.size - size])
        size = here.store.log_size(origin, epoch)
        if size < checkpoint.size:
            raise OutOfPlace("gap", f"{size} leaves of {checkpoint} are known", "the leaves that lack come first")
    if suite.encoded(here.store.root(origin, epoch, checkpoint.size)) != checkpoint.root:
        raise NotTrusted(
            "equivocation",
            f"{checkpoint} does not go on from the log that is known here",
            "both histories are looked at by people",
        )
    here.store.put_checkpoint(origin, epoch, checkpoint.size, signed.encode())
    return size


def _split(leaves: bytes) -> list[bytes]:
    return [leaves[at : at + WIDTH] for at in range(0, len(leaves), WIDTH)]


def _show(here: LocalNode, signed: SignedCheckpoint, leaves: bytes) -> None:
    """Make evidence that anybody can verify of two histories, if these are the leaves of the other."""
    checkpoint, found = signed.checkpoint, None
    if (kept := here.store.checkpoint(checkpoint.origin, checkpoint.epoch)) is not None:
        ours = SignedCheckpoint.read(kept)
        known = here.store.leaves(checkpoint.origin, checkpoint.epoch, 0, ours.checkpoint.size)
        found = Evidence.of_checkpoints(ours, signed) or Evidence.of_leaves(ours, known, signed, _split(leaves))
    if found is not None:
        note_evidence(here, found)
    elif checkpoint.origin == here.node:
        note_unknown_own(here, "a peer")


def cosign_known(here: LocalNode) -> int:
    """Cosign every checkpoint of others that we have read the log of and have not cosigned. How many."""
    trust, count = here.trust(), 0
    try:
        keys = may_sign(here, trust)
    except CannotSeal:
        return 0
    for (origin, epoch), data in here.store.checkpoints().items():
        signed = SignedCheckpoint.read(data)
        if origin == here.node or here.node in signed.cosigners(trust) or origin in here.store.stopped():
            continue
        try:
            signed.check(trust)
        except Refused:
            continue  # its keys have changed since; it signs again
        cosigned = replace(signed, cosignatures={**signed.cosignatures, here.node: cosign(signed.checkpoint, keys)})
        here.store.put_checkpoint(origin, epoch, signed.checkpoint.size, cosigned.encode())
        count += 1
    return count
