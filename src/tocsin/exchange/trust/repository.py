"""What a repository's newest files say, published or not: what the next version of a role is drafted from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuf.api.metadata import Metadata, Root, Targets

from tocsin.exchange import suite
from tocsin.exchange.errors import ExchangeError
from tocsin.exchange.trust.files import (
    ALLIANCE,
    TrustFiles,
    metadata_name,
    newest,
    own_path,
    own_role,
    read_file,
    target_name,
)
from tocsin.exchange.trust.keys import key_of
from tocsin.exchange.trust.verifying import delegated_nodes, sha256_of

__all__ = [
    "Holders",
    "Listed",
    "listed",
    "newest_content",
    "newest_metadata",
    "newest_root",
    "newest_targets",
    "own_file",
]


@dataclass(frozen=True)
class Holders:
    """Public keys of a role, of which `threshold` sign together."""

    keys: tuple[suite.Key, ...]
    threshold: int = 1


@dataclass(frozen=True)
class Listed:
    """A node as the alliance lists it. `holders` sign its own file: people of that state, each with an identity key."""

    node: str
    holders: Holders
    kind: str = "state"
    tier: str = "member"
    status: str = "active"
    relay: bool = False
    private_addresses: bool = False


def newest_metadata(files: TrustFiles, role: str) -> dict[str, Any] | None:
    """The newest metadata of a role as JSON, or None if there is none."""
    if not (version := newest(files, role)):
        return None
    name = metadata_name(role, version)
    said: dict[str, Any] = read_file(files[name], name)
    return said


def newest_root(files: TrustFiles) -> Root:
    """The newest root. Raises ExchangeError if there is none."""
    metadata = newest_metadata(files, "root")
    if metadata is None:
        raise ExchangeError("the repository has no root yet; that is the first thing to be signed")
    return Metadata[Root].from_dict(metadata).signed


def newest_targets(files: TrustFiles, role: str = "targets") -> Targets | None:
    """The newest targets, or a node's newest own role."""
    metadata = newest_metadata(files, role)
    return Metadata[Targets].from_dict(metadata).signed if metadata else None


def newest_content(files: TrustFiles, role: str) -> dict[str, Any]:
    """What the newest files of a role say, by path; empty if it has none. Raises ExchangeError if one is missing."""
    targets = None if role == "root" else newest_targets(files, role)
    content = {}
    for path, file in (targets.targets if targets else {}).items():
        name = target_name(path, sha256_of(file, path))
        if name not in files:
            raise ExchangeError(f"the repository lacks {name}, which its newest {role} names")
        content[path] = read_file(files[name], name)
    return content


def listed(files: TrustFiles) -> dict[str, Listed]:
    """The nodes as the alliance lists them now, by name; change one with `dataclasses.replace`."""
    targets = newest_targets(files)
    if targets is None:
        return {}
    assert targets.delegations is not None
    roles, found = delegated_nodes(targets), {}
    for said in newest_content(files, "targets")[ALLIANCE]["nodes"]:
        node = said["node"]
        keys = tuple(key_of(targets.delegations.keys[keyid]) for keyid in roles[node].keyids)
        found[node] = Listed(holders=Holders(keys, roles[node].threshold), **said)
    return found


def own_file(files: TrustFiles, node: str) -> Mapping[str, Any] | None:
    """A node's own file as it was published last, or None."""
    content: Mapping[str, Any] | None = newest_content(files, own_role(node)).get(own_path(node))
    return content
