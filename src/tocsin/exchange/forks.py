"""Two histories of one stream, and documents of our own that we do not know: what is noted, and what stops.

docs/exchange.md, section 9.
"""

from dataclasses import replace

from tocsin.exchange.bundles import Batch
from tocsin.exchange.errors import ExchangeError, NotTrusted, OutOfPlace, Refused
from tocsin.exchange.evidence import Evidence
from tocsin.exchange.local import LocalNode
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.trust.list import TrustList

__all__ = ["Fork", "UnknownOwn", "note_evidence", "note_fork", "note_unknown_own", "settle_what_fell"]

ENOUGH = 8  # of evidence against one origin; more proves nothing more


class Fork(OutOfPlace):
    """A second manifest for a place of a stream. Both are at hand, so that it can be shown."""

    def __init__(self, known: Batch, offered: Batch) -> None:
        super().__init__(
            "fork",
            f"{offered.manifest} is offered where {known.manifest} is known",
            "the evidence is kept for people to look at",
        )
        self.known, self.offered = known, offered


class UnknownOwn(NotTrusted):
    """A manifest under this node's own key that this node does not know."""

    def __init__(self, manifest: Manifest) -> None:
        super().__init__(
            "unknown-own",
            f"{manifest} is signed by a key of this node, which does not know it",
            "either this node was put back to an earlier state, or somebody else uses its key: it signs nothing "
            "until people have looked",
        )


def note_fork(here: LocalNode, fork: Fork) -> None:
    """Keep what a fork proves. Where it proves nothing (a key that ended), the refusal alone stands."""
    found = Evidence.of_batches(fork.known, fork.offered)
    if found is not None:
        note_evidence(here, found)


def note_evidence(here: LocalNode, found: Evidence) -> bool:
    """Keep evidence that verifies; whether it is new. Evidence against this node itself stops its sealer."""
    if not _verifies(found, here.trust()):
        return False
    with here.store.atomic():
        if found.origin == here.node:
            own = here.store.own()
            if found.epoch >= own.epoch and own.confirmed:
                here.store.set_own(replace(own, confirmed=False, why="two histories are signed by this node's key"))
        kept = here.store.evidence().get(found.origin, [])
        if len(kept) >= ENOUGH and found.origin in here.store.stopped():
            return False  # it is stopped already, and can sign as many as it likes
        if found.conflict in {read.conflict for data in kept if (read := _read(data)) is not None}:
            return False
        return here.store.put_evidence(found.origin, found.encode())


def settle_what_fell(here: LocalNode) -> None:
    """Let the exchange go on with origins against whom nothing verifies any longer: they have ended the stolen key.

    Call it in the transaction in which a new trust list is put in place.
    """
    trust = here.trust()
    for origin in here.store.stopped():
        if not any(_verifies(read, trust) for data in here.store.evidence()[origin] if (read := _read(data))):
            here.store.settle_evidence(origin)


def _verifies(evidence: Evidence, trust: TrustList) -> bool:
    try:
        evidence.verify(trust)
    except Refused:
        return False
    return True


def _read(data: bytes) -> Evidence | None:
    try:
        return Evidence.read(data)
    except ExchangeError:
        return None


def note_unknown_own(here: LocalNode, via: str) -> None:
    """Stop signing: somebody holds documents of this node that it does not know."""
    own = here.store.own()
    if own.confirmed:
        here.store.set_own(
            replace(own, confirmed=False, why=f"{via} holds documents of this node that it does not know")
        )
