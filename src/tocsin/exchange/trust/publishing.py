"""From signed drafts to a list that nodes take: what enters the repository, and the Secretariat's seal over it.

`published` puts a draft with enough signatures among the repository's files. It counts from the next `renewed` on,
which signs a snapshot and a timestamp with the online keys, after trying whether nodes would take the result.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Targets, Timestamp

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import ExchangeError
from tocsin.exchange.trust.drafts import Draft, check_draft, parsed
from tocsin.exchange.trust.files import (
    TIMESTAMP,
    TrustFiles,
    metadata_name,
    newest,
    own_role,
    read_file,
    read_folder,
    write_folder,
)
from tocsin.exchange.trust.keys import signer_of
from tocsin.exchange.trust.refreshing import TrustState, refreshed
from tocsin.exchange.trust.repository import newest_metadata, newest_root, newest_targets
from tocsin.exchange.trust.signing import expiry
from tocsin.exchange.trust.verifying import Workflow, delegated_nodes

__all__ = ["publish", "published", "renew", "renewed"]

SNAPSHOT_DAYS = 30
TIMESTAMP_DAYS = 7


def publish(folder: Path, draft: Draft, *, now: datetime) -> None:
    """Let a draft enter the repository's folder, if enough holders have signed it. Raises ExchangeError."""
    write_folder(folder, published(read_folder(folder), draft, now=now))


def published(files: TrustFiles, draft: Draft, *, now: datetime) -> dict[str, bytes]:
    """The repository's files with the draft among them. Who must have signed is read from them, not from the draft."""
    check_draft(draft)
    metadata, due = parsed(draft.metadata), newest(files, draft.role) + 1
    what = f"{draft.role} {draft.version}"
    if draft.version != due:
        raise ExchangeError(f"the draft is of {what}, and the repository waits for {draft.role} {due}; draft it again")
    if metadata.signed.is_expired(now):
        raise ExchangeError(
            f"{what} expired on {metadata.signed.expires:%Y-%m-%d} before it was published; draft it again"
        )
    try:
        for delegator in _delegators(files, draft.role, metadata.signed):
            delegator.verify_delegate(draft.role, metadata.signed_bytes, metadata.signatures)
    except UnsignedMetadataError as problem:
        raise ExchangeError(f"{what} is not signed by enough of its holders: {problem}") from None
    data = canonical(draft.metadata)
    if draft.role == "root" and due > 1:
        Workflow(files[metadata_name("root", due - 1)]).take_root(data)
    return {**files, **draft.files, metadata_name(draft.role, due): data}


def renew(
    folder: Path,
    keys: Sequence[suite.Key],
    *,
    now: datetime,
    snapshot_days: int = SNAPSHOT_DAYS,
    timestamp_days: int = TIMESTAMP_DAYS,
) -> TrustState:
    """Renew the list in the repository's folder, as `renewed` does."""
    state = renewed(read_folder(folder), keys, now=now, snapshot_days=snapshot_days, timestamp_days=timestamp_days)
    write_folder(folder, state.files)
    return state


def renewed(
    files: TrustFiles,
    keys: Sequence[suite.Key],
    *,
    now: datetime,
    snapshot_days: int = SNAPSHOT_DAYS,
    timestamp_days: int = TIMESTAMP_DAYS,
) -> TrustState:
    """The list with a new timestamp, and with a new snapshot if anything was published or half of its time is over.

    keys  private keys of the snapshot and the timestamp

    What comes back is what nodes will hold; its `amiss` says whose own file they will not take. Raises ExchangeError if
    the keys do not suffice, NotTrusted if nodes would refuse the list.
    """
    root = newest_root(files)
    version, snapshot = _snapshot(files, root, keys, now=now, days=snapshot_days)
    before = read_file(files[TIMESTAMP], TIMESTAMP)["signed"]["version"] if TIMESTAMP in files else 0
    meta = MetaFile.from_data(version, snapshot, ["sha256"])
    timestamp = Timestamp(version=before + 1, expires=expiry(now, timestamp_days), snapshot_meta=meta)
    offered = {metadata_name("snapshot", version): snapshot, TIMESTAMP: _sealed(timestamp, root, keys)}
    return refreshed(files, offered, now=now)


def _delegators(files: TrustFiles, role: str, body: Any) -> list[Root | Targets]:
    """Whose demands a draft must meet."""
    if role == "root":
        return [body] if not newest(files, "root") else [newest_root(files), body]
    if role == "targets":
        return [newest_root(files)]
    targets = newest_targets(files)
    if targets is None or role.removeprefix("node-") not in delegated_nodes(targets):
        raise ExchangeError(
            f"the alliance's list does not name {role.removeprefix('node-')}, so that nobody may sign {role}"
        )
    return [targets]


def _snapshot(
    files: TrustFiles, root: Root, keys: Sequence[suite.Key], *, now: datetime, days: int
) -> tuple[int, bytes]:
    """Version and bytes of the snapshot that names the newest versions of all: the last one, while it will do."""
    before, version = newest_metadata(files, "snapshot"), newest(files, "snapshot")
    last = Metadata[Snapshot].from_dict(before) if before else None
    # A role that was ever named stays named, as nodes refuse a snapshot that has lost one.
    meta = {**(last.signed.meta if last else {}), **_newest_roles(files)}
    if last and last.signed.meta == meta and last.signed.expires - now > timedelta(days=days) / 2:
        with suppress(UnsignedMetadataError):
            root.verify_delegate("snapshot", last.signed_bytes, last.signatures)
            return version, files[metadata_name("snapshot", version)]
    return version + 1, _sealed(Snapshot(version=version + 1, expires=expiry(now, days), meta=meta), root, keys)


def _newest_roles(files: TrustFiles) -> dict[str, MetaFile]:
    targets = newest_targets(files)
    if targets is None:
        raise ExchangeError("the alliance's list was not published yet; the snapshot would have nothing to name")
    roles = ["targets", *(own_role(node) for node in delegated_nodes(targets))]
    return {
        f"{role}.json": MetaFile.from_data(version, files[metadata_name(role, version)], ["sha256"])
        for role in roles
        if (version := newest(files, role))
    }


def _sealed(body: Snapshot | Timestamp, root: Root, keys: Sequence[suite.Key]) -> bytes:
    """Signed with those of the keys that the root names for the role."""
    role, metadata = root.roles[body.type], Metadata[Any](body)
    named = [key for key in keys if suite.thumbprint(key) in role.keyids]
    for key in named:
        metadata.sign(signer_of(key), append=True)
    if len(metadata.signatures) < role.threshold:
        raise ExchangeError(
            f"the {body.type} takes {role.threshold} signatures of {', '.join(role.keyids)} by root {root.version}; "
            f"{len(metadata.signatures)} of these keys are here"
        )
    return canonical(metadata.to_dict())
