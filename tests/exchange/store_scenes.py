"""Batches and documents for tests of stores: of the right form, and of contents that nobody looks at."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from tocsin.exchange import suite
from tocsin.exchange.bundles import Batch
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.store import Entry, State, Store
from tocsin.exchange.streams import Stream

NOW = datetime(2026, 3, 9, 6, tzinfo=UTC)
AL, AL2 = Stream("AL", 1, "members"), Stream("AL", 2, "members")
AL_PUBLIC, AL_TO = Stream("AL", 1, "public"), Stream("AL", 1, "to:BO+CE")
BO = Stream("BO", 1, "members")
PARCEL = {"ciphertext": "AA", "encrypted_key": "AA", "header": {"epk": {"crv": "X25519"}}, "iv": "AA"}


def batch(
    stream: Stream = AL,
    *items: bytes | None,
    after: Batch | None = None,
    first: int | None = None,
    parcels: Mapping[str, Any] = MappingProxyType({"BO": PARCEL, "CE": PARCEL}),
) -> Batch:
    """A batch behind another; what these items are was never looked at."""
    items = items or (b"eyJ one", b"eyJ two")
    manifest = Manifest.make(
        alliance="exercise",
        stream=stream,
        first=first or (after.manifest.last + 1 if after else 1),
        items=[suite.digest(item or b"withheld") for item in items],
        previous=after.manifest.digest if after else None,
        sealed_at=NOW,
    )
    return Batch(manifest, [{"protected": "e30", "signature": manifest.digest[:8]}], list(items), dict(parcels))


def chain(store: Store, stream: Stream = AL, counts: Sequence[int] = (2, 3, 1), *, entries: bool = True) -> list[Batch]:
    """Batches of so many documents appended to a stream, each document accepted."""
    made: list[Batch] = []
    for at, count in enumerate(counts):
        items = [f"eyJ {stream} {at} {n}".encode() for n in range(count)]
        made.append(batch(stream, *items, after=made[-1] if made else None))
        store.append(made[-1], signers=["key"])
        if entries:
            store.put_entries([entry(made[-1], number) for number in numbers(made[-1])])
    return made


def numbers(of: Batch) -> range:
    return range(of.manifest.first, of.manifest.last + 1)


def identifier(stream: Stream, number: int) -> str:
    return f"0197c2aa-{stream.epoch:04}-7000-8000-{number:012}"


def entry(of: Batch, number: int, state: State = State.ACCEPTED, **said: Any) -> Entry:
    """A document of a batch, as it was opened."""
    manifest = of.manifest
    given: dict[str, Any] = {
        "document": f'{{"text":"{number} of {manifest.stream}"}}'.encode() * 20,
        "key": bytes([number % 256]) * 32,
        "document_id": identifier(manifest.stream, number),
        "type": "message",
    }
    digest = manifest.items[number - manifest.first]
    return Entry(manifest.stream, number, manifest.digest, digest, state, **(given | said))
