"""What tests of single forms begin with: a document, a stream, keys, a manifest, a bundle, each whole and valid."""

import base64
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from tocsin.exchange import suite
from tocsin.exchange.bundles import Batch, Part, read_bundle, write_bundle
from tocsin.exchange.documents import Document
from tocsin.exchange.items import packed
from tocsin.exchange.manifests import TYP, Manifest
from tocsin.exchange.parcels import parcel_for
from tocsin.exchange.streams import Stream

NOW = datetime(2026, 3, 9, 6, tzinfo=UTC)
ID = "0197c2aa-0000-7000-8000-000000000001"
EARLIER = "0197c2aa-0000-7000-8000-000000000000"
MEMBERS_STREAM = Stream("AL", 1, "members")
PUBLIC_STREAM = Stream("AL", 1, "public")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # of base64url

# RFC 8037, appendix A.1
RFC_8037 = {
    "kty": "OKP",
    "crv": "Ed25519",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
# RFC 7515, appendix A.3.1
RFC_7515 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def document(**members: Any) -> Document:
    given: dict[str, Any] = {
        "id": ID,
        "alliance": "exercise",
        "origin": "AL",
        "recorded_at": NOW,
        "classification": "MEMBERS",
        "type": "message",
        "body": {"subject": "Холера", "text": "水样 taken"},
        "exercise": True,
    }
    return Document(**(given | members))


def digests(count: int) -> list[str]:
    return [suite.digest(str(number).encode()) for number in range(count)]


def manifest(items: Sequence[str] = (), **members: Any) -> Manifest:
    given: dict[str, Any] = {
        "alliance": "exercise",
        "stream": MEMBERS_STREAM,
        "first": 1,
        "items": items or digests(2),
        "previous": None,
        "sealed_at": NOW,
    }
    return Manifest.make(**(given | members))


def batch(
    documents: Sequence[Document],
    *,
    seal: suite.Key,
    readers: dict[str, suite.Key],
    audience: str = "members",
    **members: Any,
) -> Batch:
    """Documents sealed as a node seals them, with a parcel for each of `readers`."""
    items = [packed(one.encode(), audience) for one in documents]
    made = manifest([suite.digest(item) for item, _ in items], stream=Stream("AL", 1, audience), **members)
    keys = {made.first + place: key for place, (_, key) in enumerate(items) if key is not None}
    parcels = {node: parcel_for(key, manifest=made.digest, keys=keys) for node, key in readers.items() if keys}
    return Batch(made, [dict(suite.sign(made.data, seal, typ=TYP))], [item for item, _ in items], parcels)


def bundled(parts: Iterable[Part]) -> bytes:
    file = io.BytesIO()
    length = write_bundle(file, parts, alliance="exercise", sender="AL", made_at=NOW)
    assert length == len(file.getvalue())
    return file.getvalue()


def unbundled(data: bytes, *, most: int | None = None) -> list[Any]:
    return list(read_bundle(io.BytesIO(data), most=most))
