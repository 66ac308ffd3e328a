"""Files of a trust list as a thief, an insider or a careless state would make them, past all checks of the signers."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from securesystemslib.formats import encode_canonical
from tests.exchange.alliances import ExerciseAlliance

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical

Change = Callable[[dict[str, Any]], object]


def body_of(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """The signed part of a file."""
    return json.loads(files[name])["signed"]


def signed_by(body: Mapping[str, Any], keys: Iterable[suite.Key]) -> bytes:
    """Metadata signed by whomever."""
    payload = encode_canonical(body).encode()
    signatures = [{"keyid": suite.thumbprint(key), "sig": key.private_key.sign(payload).hex()} for key in keys]
    return canonical({"signatures": signatures, "signed": body})


def edited(files: Mapping[str, bytes], name: str, change: Change, keys: Iterable[suite.Key]) -> bytes:
    """A file with its signed part changed in place, and signed again by `keys`."""
    body = body_of(files, name)
    change(body)
    return signed_by(body, keys)


def vouched(data: bytes) -> dict[str, Any]:
    """What metadata says of a file that it names."""
    return {"hashes": {"sha256": hashlib.sha256(data).hexdigest()}, "length": len(data)}


def resealed(
    alliance: ExerciseAlliance,
    files: Mapping[str, bytes],
    new: Mapping[str, bytes] | None = None,
    *,
    snapshot: Change = lambda body: None,
    timestamp: Change = lambda body: None,
    keys: Iterable[suite.Key] | None = None,
) -> dict[str, bytes]:
    """`files` and `new` under a next snapshot and timestamp that name them, whatever they are.

    The two changes are made just before each is signed.
    """
    keys = list(keys or alliance.online_keys)
    whole = {**files, **(new or {})}
    before = max(int(name.split(".")[0]) for name in files if name.endswith(".snapshot.json"))
    body = body_of(files, f"{before}.snapshot.json")
    body["version"] += 1
    for name, data in (new or {}).items():
        version, _, role = name.partition(".")
        if version.isdigit() and role != "root.json":
            body["meta"][role] = {"version": int(version), **vouched(data)}
    snapshot(body)
    data = whole[f"{body['version']}.snapshot.json"] = signed_by(body, keys)
    stamp = body_of(files, "timestamp.json")
    stamp["version"] += 1
    stamp["meta"]["snapshot.json"] = {"version": body["version"], **vouched(data)}
    timestamp(stamp)
    whole["timestamp.json"] = signed_by(stamp, keys)
    return whole


def own_role(
    alliance: ExerciseAlliance,
    node: str,
    *,
    says: object,
    version: int,
    key: suite.Key | None = None,
    change: Change = lambda body: None,
) -> dict[str, bytes]:
    """A node's own role and the file that it names; `says` may be anything."""
    data = says if isinstance(says, bytes) else canonical(says)
    last = max(name for name in alliance.files if name.endswith(f".node-{node}.json"))
    body = body_of(alliance.files, last)
    body["version"] = version
    body["targets"] = {f"nodes/{node}.json": vouched(data)}
    change(body)
    digest = hashlib.sha256(data).hexdigest()
    return {
        f"{version}.node-{node}.json": signed_by(body, [key or alliance.identity_keys[node]]),
        f"nodes/{digest}.{node}.json": data,
    }


def until(moment: datetime) -> Change:
    """A change of when a role expires."""
    return lambda body: body.update(expires=moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
