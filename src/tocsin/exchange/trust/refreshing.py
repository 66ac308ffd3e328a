"""How a node comes to trust a newer list: TUF's client workflow over files from anybody. docs/exchange.md, section 6.

What is offered is taken whole or not at all; what is held stays as it is until then. Two things differ from a client of
TUF that fetches single files:

- A file that is named by the snapshot or a state, and that is missing or another one, was lost or withheld by whoever
  brought it. The offer is refused, or a carrier could keep one state's stolen key alive by leaving out the file that
  ends it.
- A file that is as named but wrong in itself is its state's own mistake. It takes nothing from the others: for that
  node the file held before stays in use, if it is still signed as the alliance demands; else the node is listed without
  keys.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tuf.api.metadata import MetaFile, TargetFile, Targets

from tocsin.exchange.errors import Malformed, NotTrusted, Refused
from tocsin.exchange.trust.files import (
    ALLIANCE,
    FILE_BYTES,
    NODES,
    TIMESTAMP,
    TrustFiles,
    check_sizes,
    metadata_name,
    newest,
    of_a_list,
    own_path,
    own_role,
    read_file,
    target_name,
    versions,
)
from tocsin.exchange.trust.list import TrustList, read_own_file
from tocsin.exchange.trust.verifying import Workflow, alliance_of, delegated_nodes, is_named, sha256_of

__all__ = ["TrustState", "begin", "load", "refreshed"]


@dataclass(frozen=True)
class TrustState:
    """Files that are held, and the list that they say.

    files   what to keep, and to give to others who ask
    amiss   by node, why the newest file of its own is not in use
    """

    files: TrustFiles
    list: TrustList
    amiss: Mapping[str, str]


def begin(root: bytes) -> dict[str, bytes]:
    """The files of a node that knows nothing but a root, handed to it by people. Raises NotTrusted `list-invalid`."""
    return {metadata_name("root", Workflow(root).root.version): root}


def load(held: TrustFiles) -> TrustState:
    """The list that files held from before say, whether or not it has expired by now (`TrustList.stale`).

    Raises NotTrusted `list-invalid` if they were altered, or hold no more than a root.
    """
    return _taken(Workflow(_newest_root(held)), _Sources(held, held, whole=False))


def refreshed(held: TrustFiles, offered: TrustFiles, *, now: datetime) -> TrustState:
    """The list after taking what is offered. Files that are held already need not be offered again.

    Raises NotTrusted: `list-rollback` if it is older than what is held, `list-expired` if it has run out by `now`,
    `list-invalid` for all else.
    """
    root, offered = _newest_root(held), of_a_list(offered)
    check_sizes(offered, known_root=newest(held, "root"))
    workflow = Workflow(root, now=now)
    followed = _follow_roots(workflow, offered)
    if TIMESTAMP in held:
        workflow.remember_timestamp(held[TIMESTAMP])
    return _taken(workflow, _Sources({**held, **followed}, offered, whole=True))


def _newest_root(held: TrustFiles) -> bytes:
    if not (version := newest(held, "root")):
        raise NotTrusted("list-invalid", "no root is held", "begin with the root file that the alliance handed to you")
    return held[metadata_name("root", version)]


def _follow_roots(workflow: Workflow, offered: TrustFiles) -> dict[str, bytes]:
    followed = {}
    for version in reversed(versions(offered, "root")):
        if version <= workflow.root.version:
            continue
        if version != workflow.root.version + 1:
            raise NotTrusted(
                "list-invalid",
                f"root {version} is offered without root {workflow.root.version + 1}, which must vouch for it",
            )
        name = metadata_name("root", version)
        workflow.take_root(offered[name])
        followed[name] = offered[name]
    return followed


def _taken(workflow: Workflow, sources: "_Sources") -> TrustState:
    """Go through the roles after the root, and keep what they name."""
    files = {name: data for name, data in sources.held.items() if name.endswith(".root.json")}
    files |= _online_roles(workflow, sources)
    meta = workflow.snapshot.meta.get("targets.json")
    if meta is None:
        raise NotTrusted("list-invalid", "the snapshot names no targets")
    name = metadata_name("targets", meta.version)
    files[name] = sources.named(name, meta)
    workflow.take_targets(files[name])
    file = workflow.targets.targets.get(ALLIANCE)
    if file is None:
        raise NotTrusted("list-invalid", f"the targets do not name {ALLIANCE}")
    name = target_name(ALLIANCE, sha256_of(file, ALLIANCE))
    files[name] = sources.named(name, file)
    if not is_named(files[name], file):
        raise NotTrusted("list-invalid", f"{ALLIANCE} has not the length and digests that the targets name")
    own = {node: _own_file(workflow, node, sources) for node in delegated_nodes(workflow.targets)}
    for one in own.values():
        files |= one.files
    said = _check_alliance(read_file(files[name], ALLIANCE), workflow)
    return TrustState(files, _list(workflow, said, own), {node: one.amiss for node, one in own.items() if one.amiss})


def _online_roles(workflow: Workflow, sources: "_Sources") -> dict[str, bytes]:
    """Timestamp and snapshot: none older than what was held, and none that has run out."""
    workflow.check_root_in_force()
    timestamp = sources.held.get(TIMESTAMP, b"")
    if TIMESTAMP in sources.offered and workflow.take_timestamp(sources.offered[TIMESTAMP]):
        timestamp = sources.offered[TIMESTAMP]
    if not workflow.has_timestamp:
        raise NotTrusted("list-invalid", f"there is no {TIMESTAMP} that the newest root vouches for")
    if before := newest(sources.held, "snapshot"):
        workflow.remember_snapshot(sources.held[metadata_name("snapshot", before)])
    meta = workflow.timestamp.snapshot_meta
    name = metadata_name("snapshot", meta.version)
    snapshot = sources.named(name, meta)
    workflow.take_snapshot(snapshot)
    return {TIMESTAMP: timestamp, name: snapshot}


def _check_alliance(said: Any, workflow: Workflow) -> Any:
    """What alliance.json says, if it is of the alliance that the root is of, and not too long."""
    name, exercise = alliance_of(workflow.root)
    if not isinstance(said, dict) or (said.get("alliance"), said.get("exercise")) != (name, exercise):
        kind = "an exercise" if exercise else "no exercise"
        raise NotTrusted("list-invalid", f"{ALLIANCE} is not of {name} as its root says, which is {kind}")
    if isinstance(said.get("nodes"), list) and len(said["nodes"]) > NODES:
        raise NotTrusted("list-invalid", f"{ALLIANCE} lists {len(said['nodes'])} nodes; there are at most {NODES}")
    return said


def _list(workflow: Workflow, said: Any, own: Mapping[str, "_Own"]) -> TrustList:
    roles = (workflow.root, workflow.timestamp, workflow.snapshot, workflow.targets)
    expiring = {role.type: role.expires for role in roles}
    expiring |= {own_role(node): one.expires for node, one in own.items() if one.expires}
    try:
        return TrustList.of(
            said,
            {node: one.says for node, one in own.items()},
            version=int(workflow.timestamp.version),
            root_version=int(workflow.root.version),
            expires=min(role.expires for role in roles),
            expiring=expiring,
        )
    except Malformed as problem:
        raise NotTrusted("list-invalid", problem.detail) from None


@dataclass(frozen=True)
class _Sources:
    """Where files come from. `whole` is what an offer must be: every file that a role names is there."""

    held: TrustFiles
    offered: TrustFiles
    whole: bool

    def named(self, name: str, file: MetaFile | TargetFile) -> bytes:
        """The file that a role names by its digest. Raises NotTrusted."""
        digest = sha256_of(file, name)
        for source in (self.offered, self.held):
            if name in source and hashlib.sha256(source[name]).hexdigest() == digest:
                return source[name]
        fault = "is not the one that is named" if name in self.offered else "is missing"
        raise NotTrusted(
            "list-invalid",
            f"{name} {fault}: it was lost, altered or withheld on its way",
            "fetch the list from another node",
        )


# One node's own file


@dataclass(frozen=True)
class _Own:
    """A node's own file in use, or None; the files to keep, and when its role runs out."""

    says: object
    files: TrustFiles
    expires: datetime | None = None
    amiss: str = ""


def _own_file(workflow: Workflow, node: str, sources: _Sources) -> _Own:
    meta = workflow.snapshot.meta.get(f"{own_role(node)}.json")
    if meta is None:
        return _Own(None, {}, amiss=f"{node} has not published its own file yet")
    name = metadata_name(own_role(node), meta.version)
    try:
        kept = {name: sources.named(name, meta)}
    except NotTrusted as problem:
        # What is held may lack it: if another file of the same version was in use, that one was kept.
        if sources.whole:
            raise
        return _earlier(workflow, node, sources.held, kept={}, why=problem.detail)
    try:
        signed = workflow.take_own(node, kept[name])
        target, file = _named_file(signed, node)
    except NotTrusted as problem:
        return _earlier(workflow, node, sources.held, kept=kept, why=problem.detail)
    # What is held may lack it: a role that had expired when it came is kept to be passed on, but was never in use.
    content = sources.named(target, file) if sources.whole else sources.held.get(target)
    if content is not None:
        kept[target] = content
    try:
        return _Own(_read_own(content, file, node), kept, signed.expires)
    except Refused as problem:
        return _earlier(workflow, node, sources.held, kept=kept, why=problem.detail)


def _earlier(workflow: Workflow, node: str, held: TrustFiles, *, kept: TrustFiles, why: str) -> _Own:
    """The file of the node that was in use before, if the alliance's demands of today are met by its signatures."""
    for version in versions(held, own_role(node)):
        name = metadata_name(own_role(node), version)
        try:
            signed = workflow.recall_own(node, version, held[name])
            target, file = _named_file(signed, node)
            says = _read_own(held.get(target), file, node)
        except Refused:
            continue
        files = {**kept, name: held[name], target: held[target]}
        return _Own(says, files, signed.expires, f"{why}; its file of version {version} stays in use")
    return _Own(None, kept, amiss=f"{why}; {node} is listed without keys")


def _named_file(signed: Targets, node: str) -> tuple[str, TargetFile]:
    file = signed.targets.get(own_path(node))
    if file is None:
        raise NotTrusted("list-invalid", f"the role of {node} does not name {own_path(node)}")
    if file.length > FILE_BYTES:
        raise NotTrusted(
            "list-invalid",
            f"{own_path(node)} has {file.length} bytes; a file of the trust list has at most {FILE_BYTES}",
        )
    return target_name(own_path(node), sha256_of(file, own_path(node))), file


def _read_own(data: bytes | None, file: TargetFile, node: str) -> object:
    """What a node's own file says, if it is of its form: one that is not must not push out one that is."""
    if data is None:
        raise NotTrusted("list-invalid", f"the role of {node} had expired when it came")
    if not is_named(data, file):
        raise NotTrusted("list-invalid", f"{own_path(node)} has not the length and digests that {node} signed")
    says = read_file(data, own_path(node))
    read_own_file(says, node)
    return says
