"""What vectors are made with: test keys, a document, a manifest, and the file they are written to."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from joserfc.jwk import ECKey, OKPKey

from tocsin.exchange import suite
from tocsin.exchange.documents import Document
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.streams import Stream

FOLDER = Path(__file__).parent
NOW = datetime(2026, 3, 9, 6, tzinfo=UTC)
MEMBERS = Stream("AL", 1, "members")
b64 = suite.encoded


def unb64(text: str) -> bytes:
    return suite.decoded(text, code="bad-request", what="a vector")


def seed(name: str) -> bytes:
    return hashlib.sha256(f"tocsin test key {name}".encode()).digest()


KEYS: dict[str, suite.Key] = {
    **{
        name: OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed(name)))
        for name in ("AL seal 1", "AL seal 2", "BO seal 1")
    },
    "AL seal 3": ECKey.import_key(derive_private_key(int.from_bytes(seed("AL seal 3")) % 2**255, SECP256R1())),
    **{
        name: OKPKey.import_key(X25519PrivateKey.from_private_bytes(seed(name)))
        for name in ("BO encrypt 1", "CE encrypt 1")
    },
}
BODY_KEYS = {name: seed(name) for name in ("document 1", "document 2")}


class Vectors:
    """The vectors of one file, in the order they are added."""

    def __init__(self, kind: str, into: Path) -> None:
        self.kind, self.into = kind, into
        self.made: list[dict[str, Any]] = []
        path = FOLDER / f"{kind}.json"
        known = json.loads(path.read_text("utf-8"))["vectors"] if path.exists() else []
        self._kept = {one["name"]: one["input"] for one in known}

    def add(self, name: str, what: str, given: dict[str, Any], expected: dict[str, Any] | str) -> dict[str, Any]:
        """Add one; `expected` is a refusal's code, or what is to be found."""
        result = {"ok": False, "code": expected} if isinstance(expected, str) else {"ok": True} | expected
        self.made.append({"name": name, "what": what, "input": given, "expected": result})
        return given

    def kept(self, name: str, made: dict[str, Any]) -> dict[str, Any]:
        """What has randomness: as it stands in the file, or `made` the first time."""
        return self._kept.get(name, made)

    def write(self) -> None:
        assert len({one["name"] for one in self.made}) == len(self.made), "two vectors have one name"
        text = json.dumps({"kind": self.kind, "vectors": self.made}, ensure_ascii=False, indent=1)
        (self.into / f"{self.kind}.json").write_text(text + "\n", "utf-8")


def document(**members: Any) -> Document:
    given: dict[str, Any] = {
        "id": "0197c2aa-0000-7000-8000-000000000001",
        "alliance": "exercise",
        "origin": "AL",
        "recorded_at": NOW,
        "classification": "MEMBERS",
        "type": "message",
        "body": {"subject": "Холера", "text": "水样 taken on Monday."},
        "exercise": True,
        "language": "ru",
    }
    return Document(**(given | members))


def manifest(**members: Any) -> Manifest:
    given: dict[str, Any] = {
        "alliance": "exercise",
        "stream": MEMBERS,
        "first": 1,
        "items": [suite.digest(b"one"), suite.digest(b"two")],
        "previous": None,
        "sealed_at": NOW,
    }
    return Manifest.make(**(given | members))
