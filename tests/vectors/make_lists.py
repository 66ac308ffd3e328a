"""What other files of vectors refer to by name: test keys, and trust lists as they are used, without TUF's files."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.vectors.making import KEYS, manifest

from tocsin.exchange import suite

NODES = ("AL", "BO", "CE", "SEC")
List = dict[str, Any]


def write_keys(into: Path) -> None:
    said = {
        "kind": "keys",
        "warning": "TEST KEYS. Everybody has them. They are good for these vectors and for nothing else.",
        "keys": {name: {"kid": suite.thumbprint(key), "jwk": key.as_dict(private=True)} for name, key in KEYS.items()},
    }
    (into / "keys.json").write_text(json.dumps(said, indent=1) + "\n", "utf-8")


def write_lists(into: Path, more: Mapping[str, List]) -> None:
    """The lists, `more` with them; one that two vectors refer to is the same to both."""
    said = {"kind": "lists", "lists": {**LISTS, **more}}
    (into / "lists.json").write_text(json.dumps(said, indent=1) + "\n", "utf-8")


def standing(node: str, **changes: Any) -> dict[str, Any]:
    """What alliance.json says of a node."""
    kind = "secretariat" if node == "SEC" else "state"
    said = {"kind": kind, "node": node, "private_addresses": False, "relay": node == "SEC", "status": "active"}
    return said | {"tier": "member"} | changes


def own_file(
    node: str,
    seal: Sequence[str] = (),
    *,
    ended: Mapping[str, Mapping[str, Any]] | None = None,
    signatures: int = 1,
    **changes: Any,
) -> dict[str, Any]:
    """What a node says of itself: all its test keys, `ended` by name; of the seal keys those named."""
    names = [*(seal or [f"{node} seal 1"]), f"{node} request 1", f"{node} encrypt 1"]
    keys = [
        {"ends": (ended or {}).get(name), "jwk": suite.public_jwk(KEYS[name]), "use": name.split()[1]}
        for name in names
        if name in KEYS
    ]
    said = {"keys": keys, "node": node, "signatures": signatures, "tls_ca": None}
    return said | {"urls": [f"https://{node.lower()}.example"]} | changes


def rotated(heads: Mapping[str, tuple[int, str]] | None = None, *, reason: str = "rotated") -> dict[str, Any]:
    """The end of a key; `heads` by the digest of a stream's first manifest."""
    said = {first: {"last": last, "manifest": manifest} for first, (last, manifest) in (heads or {}).items()}
    return {"heads": said, "reason": reason}


def trust_list(*, al: Mapping[str, Any] | None = None, **of_al: Any) -> List:
    """The list of four nodes. `al` is AL's own file, if another; the rest what the alliance says of AL, if else."""
    nodes = [standing(node, **(of_al if node == "AL" else {})) for node in NODES]
    own = {node: own_file(node) for node in NODES} | {"AL": al or own_file("AL", ["AL seal 1", "AL seal 2"])}
    return {"alliance": {"alliance": "exercise", "exercise": True, "nodes": nodes}, "nodes": own}


_FIRST = manifest().digest  # which is the last good one too
LISTS: dict[str, List] = {
    "ordinary": trust_list(),
    "AL suspended": trust_list(status="suspended"),
    "AL left": trust_list(status="left"),
    "AL signs twice": trust_list(al=own_file("AL", ["AL seal 1", "AL seal 2"], signatures=2)),
    "AL seal 1 rotated": trust_list(al=own_file("AL", ["AL seal 1", "AL seal 2"], ended={"AL seal 1": rotated()})),
    "AL seal 1 rotated after 2": trust_list(
        al=own_file("AL", ["AL seal 1", "AL seal 2"], ended={"AL seal 1": rotated({_FIRST: (2, _FIRST)})})
    ),
}
