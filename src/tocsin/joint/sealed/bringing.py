"""The manifests that a file brings: those of its documents, and those that show which of them count."""

from collections.abc import Iterable, Iterator

from tocsin.exchange.bundles import Batch
from tocsin.exchange.manifests import Manifest, counted_signers
from tocsin.exchange.store import Entry, State, Store
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.list import TrustList

__all__ = ["carried_manifests"]

Carried = tuple[Manifest, list[dict[str, str]]]  # with its signatures, where it needs them


def carried_manifests(store: Store, trust: TrustList, documents: Iterable[tuple[Entry, Batch]]) -> list[Carried]:
    """By stream and number: the manifests of these documents, and what else shows that they count, or are void."""
    found: dict[str, Carried] = {}
    for entry, batch in documents:
        if batch.manifest.digest in found and found[batch.manifest.digest][1]:
            continue
        for manifest, signatures in _with_proof(store, trust, entry, batch):
            if signatures or manifest.digest not in found:
                found[manifest.digest] = (manifest, signatures)
    return sorted(found.values(), key=lambda one: (one[0].stream, one[0].first))


def _with_proof(store: Store, trust: TrustList, entry: Entry, batch: Batch) -> Iterator[Carried]:
    yield batch.manifest, list(batch.signatures)
    if entry.state is not State.WITHDRAWN:
        yield from ((one, []) for one in _to_an_end(store, trust, batch))
        return
    other = store.batch_at(entry.stream, entry.number) or _of_later_epoch(store, entry.stream)
    if other is not None:
        yield other.manifest, list(other.signatures)
        yield from ((one, []) for one in _to_an_end(store, trust, other))
    if other is None or other.manifest.stream != entry.stream:
        yield from ((one, []) for one in _before(store, batch.manifest))


def _to_an_end(store: Store, trust: TrustList, batch: Batch) -> list[Manifest]:
    """The manifests behind a batch, to where an ended key of its origin ends; none where live keys speak for it."""
    manifest, entry = batch.manifest, trust.nodes.get(batch.manifest.stream.origin)
    if entry is None:
        return []
    if len(counted_signers(manifest.data, batch.signatures, entry.live("seal"))) >= entry.signatures:
        return []
    chain = [one.manifest for one in store.manifests(manifest.stream, after=manifest.last)]
    ends = {head for end in entry.ends().values() for head in end.heads.values()}
    at = next((at for at, one in enumerate(chain) if (one.last, one.digest) in ends), None)
    return chain[: at + 1] if at is not None else []


def _of_later_epoch(store: Store, stream: Stream) -> Batch | None:
    """The first that its origin said to the same readers in a later epoch: it goes on there."""
    later = [
        one
        for one in store.heads()
        if (one.origin, one.audience) == (stream.origin, stream.audience) and one.epoch > stream.epoch
    ]
    return next(iter(store.manifests(min(later))), None) if later else None


def _before(store: Store, manifest: Manifest) -> Iterator[Manifest]:
    """The manifests before one that was cut, to the first of its stream, whether cut with it or in use."""
    in_use = {one.manifest.digest: one.manifest for one in store.manifests(manifest.stream)}
    at: Manifest | None = manifest
    while at is not None and at.previous is not None:
        aside = store.batch_set_aside(at.previous) if at.previous not in in_use else None
        at = in_use.get(at.previous) or (aside.manifest if aside else None)
        if at is not None:
            yield at
