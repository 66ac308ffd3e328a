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


def _ed25519(name: str) -> suite.Key:
    return OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed(name)))


def _p256(name: str) -> suite.Key:
    return ECKey.import_key(derive_private_key(int.from_bytes(seed(name)) % 2**255, SECP256R1()))


def _x25519(name: str) -> suite.Key:
    return OKPKey.import_key(X25519PrivateKey.from_private_bytes(seed(name)))


KEYS: dict[str, suite.Key] = {
    **{name: _ed25519(name) for name in ("AL seal 1", "AL seal 2", "BO seal 1")},
    "AL seal 3": _p256("AL seal 3"),
    **{name: _x25519(name) for name in ("BO encrypt 1", "CE encrypt 1")},
    **{name: _ed25519(name) for name in ("CE seal 1", "SEC seal 1")},
    "AL encrypt 1": _x25519("AL encrypt 1"),
    **{name: _ed25519(name) for name in ("AL request 1", "BO request 1", "CE request 1", "SEC request 1")},
    "AL request 2": _p256("AL request 2"),
    **{name: _ed25519(name) for name in ("root 1", "root 2", "root 3", "root 4", "online 1", "online 2")},
    "root 5": _p256("root 5"),
    **{name: _ed25519(name) for name in ("AL identity 1", "AL identity 2", "BO identity 1")},
}
BODY_KEYS = {name: seed(name) for name in ("document 1", "document 2")}


class Vectors:
    """The vectors of one file, in the order they are added."""

    def __init__(self, kind: str, into: Path) -> None:
        self.kind, self.into = kind, into
        self.made: list[dict[str, Any]] = []
        self.beside: dict[str, Any] = {}  # what several vectors refer to
        path = FOLDER / f"{kind}.json"
        known = json.loads(path.read_text("utf-8")) if path.exists() else {"vectors": []}
        self._kept = {one["name"]: one["input"] for one in known["vectors"]}
        self._kept_beside = known

    def add(self, name: str, what: str, given: dict[str, Any], expected: dict[str, Any] | str | None) -> dict[str, Any]:
        """Add one; `expected` is what is to be found, a refusal's code, or None for a refusal without a code."""
        result = {"ok": True} | expected if isinstance(expected, dict) else {"ok": False}
        if isinstance(expected, str):
            result["code"] = expected
        self.made.append({"name": name, "what": what, "input": given, "expected": result})
        return given

    def kept(self, name: str, made: dict[str, Any]) -> dict[str, Any]:
        """What has randomness: as it stands in the file, or `made` the first time."""
        return self._kept.get(name, made)

    def kept_beside(self, member: str, name: str, made: Any) -> Any:
        """Likewise of what stands beside the vectors: `name` in the file's `member`."""
        return self._kept_beside.get(member, {}).get(name, made)

    def write(self) -> None:
        assert len({one["name"] for one in self.made}) == len(self.made), "two vectors have one name"
        said = {"kind": self.kind, **self.beside, "vectors": self.made}
        text = json.dumps(said, ensure_ascii=False, indent=1)
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
