"""Drafts of new versions: of the root, of the alliance's list, of a state's own file. docs/exchange.md, section 6.

A draft is made from the newest files of the repository, signed by the holders it asks (`drafts`), and published
(`publishing`). Keys that are given here are public ones; no private key is in the room while a draft is made.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tuf.api.metadata import DelegatedRole, Delegations, Key, Metadata, Role, Root, TargetFile, Targets

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import ExchangeError
from tocsin.exchange.streams import check_alliance, check_node
from tocsin.exchange.trust.drafts import Asked, Draft, check_draft
from tocsin.exchange.trust.files import ALLIANCE, NODES, TrustFiles, newest, own_path, own_role
from tocsin.exchange.trust.keys import listed_key
from tocsin.exchange.trust.own_files import check_succession
from tocsin.exchange.trust.repository import (
    Holders,
    Listed,
    listed,
    newest_metadata,
    newest_root,
    newest_targets,
    own_file,
)
from tocsin.exchange.trust.verifying import alliance_of, delegated_nodes

__all__ = ["DAYS", "draft_first_root", "draft_list", "draft_own_file", "draft_root"]

DAYS = 365  # of a role that is signed offline


def draft_first_root(
    *,
    alliance: str,
    exercise: bool,
    root: Holders,
    online: Holders,
    now: datetime,
    targets: Holders | None = None,
    timestamp: Holders | None = None,
    days: int = DAYS,
) -> Draft:
    """The root that begins an alliance.

    root       the states' holders, say 3 of 5
    online     the Secretariat's key for the snapshot and the timestamp
    targets    who signs the alliance's list, if others than `root`
    timestamp  who signs the timestamp, if others than `online`
    """
    check_alliance(alliance)
    body = Root(
        version=1,
        expires=expiry(now, days),
        unrecognized_fields={"x-tocsin-alliance": alliance, "x-tocsin-exercise": exercise},
    )
    for role, holders in {
        "root": root,
        "targets": targets or root,
        "snapshot": online,
        "timestamp": timestamp or online,
    }.items():
        _appoint(body, role, holders)
    return _draft("root", body, {}, (Asked.by(body, "root", "the holders of root 1"),))


def draft_root(
    files: TrustFiles,
    *,
    now: datetime,
    root: Holders | None = None,
    targets: Holders | None = None,
    snapshot: Holders | None = None,
    timestamp: Holders | None = None,
    days: int = DAYS,
) -> Draft:
    """The next root: holders that are given take the place of those before, and all else is renewed as it is.

    If a key of the snapshot or the timestamp was stolen, both roles get new ones: so all nodes forget what the thief
    signed.
    """
    metadata, before = newest_metadata(files, "root"), newest_root(files)
    body = Metadata[Root].from_dict(metadata or {}).signed
    body.version, body.expires = before.version + 1, expiry(now, days)
    for role, holders in {"root": root, "targets": targets, "snapshot": snapshot, "timestamp": timestamp}.items():
        if holders is not None:
            _appoint(body, role, holders)
    asked = (
        Asked.by(before, "root", f"the holders of root {before.version}"),
        Asked.by(body, "root", f"the holders of root {body.version}"),
    )
    return _draft("root", body, {}, asked)


def draft_list(files: TrustFiles, nodes: Iterable[Listed], *, now: datetime, days: int = DAYS) -> Draft:
    """The next version of the alliance's list: each of `nodes` is added, or takes the place of the node of that name.

    A node is never taken out: one that goes has the status `left`, so that what it signed can still be read. Without
    `nodes` the list is renewed as it is.
    """
    root = newest_root(files)
    name, exercise = alliance_of(root)
    all_nodes = listed(files) | {one.node: one for one in nodes}
    if len(all_nodes) > NODES:
        raise ExchangeError(f"the list would have {len(all_nodes)} nodes; there are at most {NODES}")
    standing = [_standing(one) for one in all_nodes.values()]
    content = {ALLIANCE: {"alliance": name, "exercise": exercise, "nodes": standing}}
    body = Targets(
        version=newest(files, "targets") + 1,
        expires=expiry(now, days),
        targets=_vouched(content),
        delegations=_delegations(all_nodes.values(), root),
    )
    return _draft(
        "targets", body, content, (Asked.by(root, "targets", f"those who sign the list by root {root.version}"),)
    )


def draft_own_file(files: TrustFiles, own: Mapping[str, Any], *, now: datetime, days: int = DAYS) -> Draft:
    """The next version of a state's own file, as `own_files` makes it. Its state alone signs it."""
    node, targets = check_node(own.get("node")), newest_targets(files)
    if targets is None or node not in delegated_nodes(targets):
        raise ExchangeError(
            f"the alliance's list does not name {node} yet; it has to before {node} can sign a file of its own"
        )
    check_succession(own_file(files, node), own)
    role, content = own_role(node), {own_path(node): own}
    body = Targets(version=newest(files, role) + 1, expires=expiry(now, days), targets=_vouched(content))
    return _draft(role, body, content, (Asked.by(targets, role, f"the holders of {node}"),))


def _draft(role: str, body: Root | Targets, content: Mapping[str, Any], asked: tuple[Asked, ...]) -> Draft:
    draft = Draft(role, {"signatures": [], "signed": body.to_dict()}, content, asked)
    check_draft(draft)
    return draft


def _appoint(body: Root, role: str, holders: Holders) -> None:
    for keyid in list(body.roles[role].keyids):
        body.revoke_key(keyid, role)
    for key in holders.keys:
        body.add_key(listed_key(key), role)
    body.roles[role] = Role(body.roles[role].keyids, holders.threshold)


def _delegations(nodes: Iterable[Listed], root: Root) -> Delegations:
    keys: dict[str, Key] = {}
    roles: dict[str, DelegatedRole] = {}
    of_alliance = set(root.roles["root"].keyids) | set(root.roles["targets"].keyids)
    for one in nodes:
        own = {suite.thumbprint(key): listed_key(key) for key in one.holders.keys}
        # Otherwise a signature that a state gave to the alliance's list could be shown as one under its own file.
        if shared := of_alliance & set(own):
            raise ExchangeError(
                f"{', '.join(shared)} signs for the alliance already; {one.node} needs another key for its own file"
            )
        keys |= own
        role = own_role(one.node)
        roles[role] = DelegatedRole(
            role, list(own), one.holders.threshold, terminating=True, paths=[own_path(one.node)]
        )
    return Delegations(keys, roles)


def _standing(one: Listed) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "node": one.node,
        "private_addresses": one.private_addresses,
        "relay": one.relay,
        "status": one.status,
        "tier": one.tier,
    }


def _vouched(content: Mapping[str, Any]) -> dict[str, TargetFile]:
    return {path: TargetFile.from_data(path, canonical(says)) for path, says in content.items()}


def expiry(now: datetime, days: int) -> datetime:
    """The moment until which a signature made now is good."""
    return (now + timedelta(days=days)).astimezone(UTC).replace(microsecond=0)
