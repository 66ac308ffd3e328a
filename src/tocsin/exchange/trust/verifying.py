"""TUF's detailed client workflow, as the library performs it: one role after another, each verified by the one before.

Specified in section 5 of TUF 1.0. This is the only file that knows `tuf.ngclient._internal`: the library's public
updater fetches over HTTP and keeps its own files, while a list of ours also comes on removable media and is kept in one
transaction with all else. A test notices if the module moves or changes its interface.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from tuf.api.exceptions import BadVersionNumberError, EqualVersionNumberError, ExpiredMetadataError, RepositoryError
from tuf.api.metadata import DelegatedRole, Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

from tocsin.exchange.errors import NotTrusted
from tocsin.exchange.streams import NODE
from tocsin.exchange.trust.files import LAST_VERSION, NODES, own_path, own_role, read_file
from tocsin.exchange.trust.keys import check_listed

__all__ = ["BEFORE_ALL", "Workflow", "delegated_nodes"]

SHA256 = re.compile(r"[0-9a-f]{64}")
BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)  # at which nothing has expired


class Workflow:
    """What is verified so far. Call in the order root, timestamp, snapshot, targets, nodes.

    now  the moment for which the files must be in force; BEFORE_ALL for files that were verified when they were taken
    """

    def __init__(self, root: bytes, *, now: datetime = BEFORE_ALL) -> None:
        self.now = now
        with _refusing("the root"):
            read_file(root, "the root")
            self._set = TrustedMetadataSet(root, EnvelopeType.METADATA)
        self._set.reference_time = now
        _check_root(self.root)

    @property
    def root(self) -> Root:
        return self._set.root

    @property
    def timestamp(self) -> Timestamp:
        return self._set.timestamp

    @property
    def snapshot(self) -> Snapshot:
        return self._set.snapshot

    @property
    def targets(self) -> Targets:
        return self._set.targets

    def take_root(self, data: bytes) -> None:
        """Follow the chain by one root, signed by the holders of the last and by its own."""
        before, what = self.root, f"root {self.root.version + 1}"
        read_file(data, what)
        with _refusing(what):
            self._set.update_root(data)
        _check_root(self.root)
        if alliance_of(self.root) != alliance_of(before):
            raise NotTrusted("list-invalid", f"{what} is of another alliance than {alliance_of(before)[0]}")

    def remember_timestamp(self, data: bytes) -> None:
        """Load the timestamp held so far, expired or not: no older one is taken after it.

        It is forgotten if a newer root took its keys away: so a list recovers from a stolen key that counted far ahead.
        """
        with suppress(RepositoryError):  # an expired one is loaded all the same, though it says so
            self._set.update_timestamp(data)

    def take_timestamp(self, data: bytes) -> bool:
        """Take a timestamp not older than the one remembered; False if it is of the same version, which is kept."""
        read_file(data, "the timestamp")
        with _refusing("the timestamp", or_older=True):
            try:
                self._set.update_timestamp(data)
            except EqualVersionNumberError:
                return False
        if self.timestamp.version > LAST_VERSION:
            raise NotTrusted("list-invalid", f"the timestamp is of version {self.timestamp.version}, beyond the last")
        return True

    def check_root_in_force(self) -> None:
        """Refuse to go on from a root that has run out: the library asks this of new timestamps only."""
        if self.root.is_expired(self.now):
            raise NotTrusted("list-expired", f"root {self.root.version} has expired", "a newer root is needed")

    @property
    def has_timestamp(self) -> bool:
        return Timestamp.type in self._set

    def remember_snapshot(self, data: bytes) -> None:
        """Load the snapshot held so far: no role may go back behind the version it names."""
        with suppress(RepositoryError):  # as above; one that the timestamp no longer names, too
            self._set.update_snapshot(data, trusted=True)

    def take_snapshot(self, data: bytes) -> None:
        """Take the snapshot that the timestamp names."""
        read_file(data, "the snapshot")
        with _refusing("the snapshot", or_older=True):
            self._set.update_snapshot(data)

    def take_targets(self, data: bytes) -> None:
        """Take the targets that the snapshot names."""
        read_file(data, "the role targets")
        with _refusing("the role targets"):
            self._set.update_targets(data)
        delegated_nodes(self.targets)

    def take_own(self, node: str, data: bytes) -> Targets:
        """Take a node's own role, as the snapshot names it."""
        what = f"the role of {node}"
        read_file(data, what)
        with _refusing(what):
            return self._set.update_delegated_targets(data, own_role(node), Targets.type)

    def recall_own(self, node: str, version: int, data: bytes) -> Targets:
        """An earlier version of a node's own role, or one that has expired, if it is signed as is demanded now."""
        what = f"the role of {node}, version {version},"
        read_file(data, what)
        with _refusing(what):
            metadata = Metadata[Targets].from_bytes(data)
            self.targets.verify_delegate(own_role(node), metadata.signed_bytes, metadata.signatures)
            if metadata.signed.type != Targets.type or metadata.signed.version != version:
                raise RepositoryError("it is of another role or version")
        return metadata.signed


def alliance_of(root: Root) -> tuple[str, bool]:
    """The alliance that a root is of, and whether it is an exercise: a root of one says nothing in another."""
    name, exercise = (root.unrecognized_fields.get(field) for field in ("x-tocsin-alliance", "x-tocsin-exercise"))
    if not (isinstance(name, str) and isinstance(exercise, bool)):
        raise NotTrusted(
            "list-invalid", f"root {root.version} does not say of which alliance it is, and whether that is an exercise"
        )
    return name, exercise


def delegated_nodes(targets: Targets) -> dict[str, DelegatedRole]:
    """The nodes that have a role of their own. Raises NotTrusted `list-invalid` for any other delegation."""
    delegations = targets.delegations
    if delegations is None:
        return {}
    roles = delegations.roles
    if roles is None or len(roles) > NODES:
        raise NotTrusted("list-invalid", f"the targets do not delegate to at most {NODES} nodes, each by its name")
    nodes = {}
    for name, role in roles.items():
        node = name.removeprefix("node-")
        if not (
            NODE.fullmatch(node)
            and name == own_role(node)
            and role.paths == [own_path(node)]
            and role.terminating is True
        ):
            raise NotTrusted(
                "list-invalid", f"the targets delegate to {name!r:.40} otherwise than to a node, for its own file alone"
            )
        nodes[node] = role
    check_listed(delegations.keys)
    return nodes


def sha256_of(file: MetaFile | TargetFile, what: str) -> str:
    """The digest by which a role names a file, in hex. Without one nobody can say whose fault a wrong file is."""
    digest = (file.hashes or {}).get("sha256", "")
    if not SHA256.fullmatch(digest):
        raise NotTrusted("list-invalid", f"{what} is named without its SHA-256")
    if file.length is None:
        raise NotTrusted("list-invalid", f"{what} is named without its length")
    return digest


def is_named(data: bytes, file: TargetFile) -> bool:
    """Whether `data` has the length and all the digests by which a role names it."""
    try:
        file.verify_length_and_hashes(data)
    except RepositoryError:
        return False
    return True


def _check_root(root: Root) -> None:
    check_listed(root.keys)
    alliance_of(root)


@contextmanager
def _refusing(what: str, *, or_older: bool = False) -> Iterator[None]:
    """What the library refuses is refused in our words, with our codes."""
    try:
        yield
    except ExpiredMetadataError:
        raise NotTrusted(
            "list-expired",
            f"{what} has expired",
            "fetch a newer list; if there is none, the Secretariat has to sign one",
        ) from None
    except BadVersionNumberError as problem:
        code = "list-rollback" if or_older else "list-invalid"
        raise NotTrusted(code, f"{what} is not of the version that is due: {problem}") from None
    except (RepositoryError, ValueError) as problem:
        raise NotTrusted("list-invalid", f"{what} is not to be trusted: {problem}") from None
