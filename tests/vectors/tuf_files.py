"""The files of a trust list by hand, so that they do not lean on the library that reads them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from securesystemslib.formats import encode_canonical
from tests.vectors.make_lists import own_file, standing
from tests.vectors.making import KEYS

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical

A_YEAR, A_MONTH, A_WEEK = "2027-03-09T06:00:00Z", "2026-04-08T06:00:00Z", "2026-03-16T06:00:00Z"
HOLDERS = ("root 1", "root 2", "root 3")

Edit = Callable[[dict[str, Any]], object]
Files = dict[str, str]


def unchanged(body: dict[str, Any]) -> None:
    """The edit that is none."""


def listed_key(name: str) -> dict[str, Any]:
    key = KEYS[name]
    if suite.signer(key) == "Ed25519":
        return {
            "keytype": "ed25519",
            "keyval": {"public": key.public_key.public_bytes_raw().hex()},
            "scheme": "ed25519",
        }
    public = key.as_pem(private=False).decode()
    return {"keytype": "ecdsa", "keyval": {"public": public}, "scheme": "ecdsa-sha2-nistp256"}


def kid(name: str) -> str:
    return suite.thumbprint(KEYS[name])


def keys_of(names: Sequence[str]) -> dict[str, Any]:
    return {kid(name): listed_key(name) for name in names}


def role_of(names: Sequence[str], threshold: int = 1) -> dict[str, Any]:
    return {"keyids": [kid(name) for name in names], "threshold": threshold}


def signed(body: Mapping[str, Any], names: Sequence[str]) -> str:
    """Metadata as a file, signed by these keys over OLPC's canonical form."""
    payload = encode_canonical(body).encode()
    signatures = [{"keyid": kid(name), "sig": _signature(payload, KEYS[name]).hex()} for name in names]
    return canonical({"signatures": signatures, "signed": body}).decode()


def _signature(payload: bytes, key: suite.Key) -> bytes:
    return bytes(key.private_key.sign(payload, *([] if suite.signer(key) == "Ed25519" else [ECDSA(SHA256())])))


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def vouched(text: str, version: int | None = None) -> dict[str, Any]:
    said: dict[str, Any] = {"hashes": {"sha256": hashed(text)}, "length": len(text.encode())}
    return said if version is None else said | {"version": version}


def root(
    version: int = 1,
    holders: Sequence[str] = HOLDERS,
    online: str = "online 1",
    *,
    edit: Edit = unchanged,
    by: Sequence[str] = (),
) -> Files:
    """A root of which two holders must sign; `edit` changes it before it is signed."""
    body = {
        "_type": "root",
        "consistent_snapshot": True,
        "expires": A_YEAR,
        "keys": keys_of([*holders, *HOLDERS, online]),
        "roles": {
            "root": role_of(holders, 2),
            "snapshot": role_of([online]),
            "targets": role_of(HOLDERS, 2),
            "timestamp": role_of([online]),
        },
        "spec_version": "1.0.31",
        "version": version,
        "x-tocsin-alliance": "exercise",
        "x-tocsin-exercise": True,
    }
    edit(body)
    return {f"{version}.root.json": signed(body, by or holders[:2])}


@dataclass
class Offer:
    """Files that follow a root, each whole and right but for what is given.

    versions  of roles; 1 where nothing is said
    own       nodes' own files, None where there is none; what is given in place of an object is written as it is
    edit      of a role's body, before it is signed
    by        who signs a role
    """

    versions: Mapping[str, int] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)
    alliance: Edit = unchanged
    edit: Mapping[str, Edit] = field(default_factory=dict)
    by: Mapping[str, Sequence[str]] = field(default_factory=dict)
    online: str = "online 1"
    identity: Mapping[str, str] = field(default_factory=dict)

    @property
    def files(self) -> Files:
        files: Files = {}
        said = {"alliance": "exercise", "exercise": True, "nodes": [standing("AL"), standing("BO")]}
        self.alliance(said)
        alliance = canonical(said).decode()
        files[f"{hashed(alliance)}.alliance.json"] = alliance
        meta = {}
        for node, holder in {"AL": "AL identity 1", "BO": "BO identity 1"}.items():
            says = {"AL": own_file("AL"), "BO": own_file("BO"), **self.own}[node]
            if says is not None:
                text = says if isinstance(says, str) else canonical(says).decode()
                files[f"nodes/{hashed(text)}.{node}.json"] = text
                body = {"_type": "targets", "targets": {f"nodes/{node}.json": vouched(text)}}
                meta[f"node-{node}.json"] = self._role(files, f"node-{node}", body, [holder])
        delegations = {"keys": {}, "roles": []}
        for node in ("AL", "BO"):
            names = [self.identity.get(node, f"{node} identity 1")]
            delegations["keys"] |= keys_of(names)
            path = {"name": f"node-{node}", "paths": [f"nodes/{node}.json"], "terminating": True}
            delegations["roles"].append(role_of(names) | path)
        body = {"_type": "targets", "delegations": delegations, "targets": {"alliance.json": vouched(alliance)}}
        meta["targets.json"] = self._role(files, "targets", body, HOLDERS[:2])
        snapshot = self._role(files, "snapshot", {"_type": "snapshot", "meta": meta}, [self.online])
        self._role(files, "timestamp", {"_type": "timestamp", "meta": {"snapshot.json": snapshot}}, [self.online])
        return files

    def _role(self, files: Files, role: str, body: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
        version = self.versions.get(role, 1)
        expires = {"snapshot": A_MONTH, "timestamp": A_WEEK}.get(role, A_YEAR)
        body = body | {"expires": expires, "spec_version": "1.0.31", "version": version}
        self.edit.get(role, unchanged)(body)
        text = signed(body, self.by.get(role, names))
        files["timestamp.json" if role == "timestamp" else f"{version}.{role}.json"] = text
        return vouched(text, version)


def setting(*path: str | int, to: Any) -> Edit:
    """An edit that puts a value at a path."""

    def edit(body: dict[str, Any]) -> None:
        at: Any = body
        for name in path[:-1]:
            at = at[name]
        at[path[-1]] = to

    return edit
