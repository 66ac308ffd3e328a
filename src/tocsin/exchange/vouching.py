"""Where keys end: which manifests lead to the last one that an ended key may have signed.

docs/exchange.md, section 8. A manifest names the one before it, so whoever trusts the last trusts all that lead to it,
and needs no signature to know them. The trust list names a stream's last under the digest of its first manifest, which
only its audience knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Self

from tocsin.exchange.erasing import undo_erasures
from tocsin.exchange.local import LocalNode
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.receipts import forget_receipts
from tocsin.exchange.store import Entry, Head, State
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.list import Entry as Listed
from tocsin.exchange.trust.list import TrustList

__all__ = ["Link", "apply_ends", "last_named", "needs_chain", "vouch_chain"]


@dataclass(frozen=True, slots=True)
class Link:
    """Of a manifest only its place in the chain: a chain may be long, and is learned before anything is taken."""

    stream: Stream
    first: int
    last: int
    previous: str | None
    digest: str

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """That of a manifest."""
        return cls(manifest.stream, manifest.first, manifest.last, manifest.previous, manifest.digest)

    def follows(self, before: "Link | Manifest") -> bool:
        """Whether this manifest says it comes right after that one."""
        return (self.stream, self.first, self.previous) == (before.stream, before.last + 1, before.digest)


Chain = Sequence[Link | Manifest]


def apply_ends(here: LocalNode, before: TrustList | None, after: TrustList) -> list[Stream]:
    """Take out of use what by the list `after` its origin's keys may not have signed. The streams that were cut back.

    Keys have ended since `before`, or otherwise than it said; or more of them must sign. Whoever joins now could not
    verify the rest, and whoever is here must come to the same.
    """
    changed = {name for name, one in after.nodes.items() if _asks_more(before.nodes.get(name) if before else None, one)}
    cut = []
    with here.store.atomic():
        for origin in changed:
            here.store.unvouch(origin)  # what an earlier list named does not count beside what this one does
        for stream, head in here.store.heads().items():
            ours = stream.origin == here.node
            if stream.origin in changed and not ours and _judge(here, stream, head, after.nodes[stream.origin]):
                cut.append(stream)
    return cut


def _asks_more(known: Listed | None, listed: Listed) -> bool:
    if known is None:
        return bool(listed.ends())
    return known.ends() != listed.ends() or known.signatures < listed.signatures


def _judge(here: LocalNode, stream: Stream, head: Head, listed: Listed) -> bool:
    chain = [Link.of(batch.manifest) for batch in here.store.manifests(stream)]
    named = _vouch(here, stream, listed, chain)
    standing = _standing(here, listed, [manifest.digest for manifest in chain])
    whole = takewhile(lambda manifest: manifest.digest in standing, chain)
    proven = max((manifest.last for manifest in whole), default=0)
    if proven == head.last or head.last < named:
        return False  # all proven; or we are behind, and the chain will tell when it comes
    _cut(here, stream, proven)
    return True


def needs_chain(here: LocalNode, stream: Stream) -> bool:
    """Whether a key that has ended may have signed what follows our head, so that its chain must be known first."""
    listed = here.trust().nodes.get(stream.origin)
    if listed is None or not listed.ends():
        return False
    head = here.store.head(stream)
    if head is None:
        return True
    return last_named(listed, head.first_manifest) > head.last or not _standing(here, listed, [head.manifest])


def _standing(here: LocalNode, listed: Listed, manifests: Sequence[str]) -> set[str]:
    """Those of these, all of them ours, that are vouched for or that keys which have not ended speak for."""
    return here.store.vouched(manifests) | _alive(here, listed, manifests)


def _alive(here: LocalNode, listed: Listed, manifests: Sequence[str]) -> set[str]:
    """Those that enough keys signed which have not ended."""
    ended, signers = listed.ends().keys(), here.store.signers(manifests)
    return {manifest for manifest, keys in signers.items() if len(keys - ended) >= listed.signatures}


def vouch_chain(here: LocalNode, chain: Chain) -> bool:
    """Learn from a stream's manifests, in order, which of them are vouched for. Whether ours had to be cut back.

    The chain follows our head, or starts at the stream's beginning. Nothing is believed that does not lead to a
    manifest that the trust list names.
    """
    stream = chain[0].stream
    listed = here.trust().nodes.get(stream.origin)
    head = here.store.head(stream)
    if listed is None or not _linked(chain) or not _starts_well(chain[0], head):
        return False
    with here.store.atomic():
        known = [Link.of(batch.manifest) for batch in here.store.manifests(stream)] if chain[0].first > 1 else []
        _vouch(here, stream, listed, [*known, *chain])
        if chain[0].first > 1 or head is None:
            return False
        return _reconcile(here, stream, listed, chain)


def _reconcile(here: LocalNode, stream: Stream, listed: Listed, chain: Chain) -> bool:
    """Cut our own chain where it leaves the vouched one, as far as only ended keys speak for it."""
    true = here.store.vouched([manifest.digest for manifest in chain])
    reach = max((manifest.last for manifest in chain if manifest.digest in true), default=0)
    shared = 0
    for batch in here.store.manifests(stream):
        manifest = batch.manifest
        if manifest.digest not in true:
            if manifest.first <= reach and manifest.digest not in _alive(here, listed, [manifest.digest]):
                _cut(here, stream, shared)
                return True
            return False
        shared = manifest.last
    return False


def _vouch(here: LocalNode, stream: Stream, listed: Listed, chain: Chain) -> int:
    """Vouch for what leads to a named manifest of `chain`, which starts at 1. The last number that is named."""
    if not chain or chain[0].first != 1:
        return 0
    named = {end.heads[chain[0].digest] for end in listed.ends().values() if chain[0].digest in end.heads}
    furthest = max((at for at, manifest in enumerate(chain) if (manifest.last, manifest.digest) in named), default=-1)
    here.store.vouch(stream, [manifest.digest for manifest in chain[: furthest + 1]])
    return max((last for last, _ in named), default=0)


def last_named(listed: Listed, first_manifest: str) -> int:
    """The last document that an ended key may have signed in the stream that begins with this manifest; 0 if none."""
    return max(
        (end.heads[first_manifest][0] for end in listed.ends().values() if first_manifest in end.heads), default=0
    )


def _linked(chain: Chain) -> bool:
    return all(
        (after.stream, after.first, after.previous) == (before.stream, before.last + 1, before.digest)
        for before, after in pairwise(chain)
    )


def _starts_well(first: Link | Manifest, head: Head | None) -> bool:
    return first.first == 1 or (head is not None and (first.first, first.previous) == (head.last + 1, head.manifest))


def _cut(here: LocalNode, stream: Stream, after: int) -> None:
    gone: list[Entry] = here.store.cut(stream, after=after)
    accepted = [entry for entry in gone if entry.state is State.ACCEPTED]
    undo_erasures(here, [entry for entry in accepted if entry.type == "erasure"])
    forget_receipts(here, [entry for entry in accepted if entry.type == "receipt"])
    if others := [entry for entry in accepted if entry.type not in ("erasure", "receipt")]:
        here.reader.withdrawn(others)
