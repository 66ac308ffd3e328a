"""The files of a trust list: what they are called, how large they may be, and the folder they are kept in.

Names are those of TUF's consistent snapshots, so any TUF client can read the folder:

    2.root.json  7.snapshot.json  3.targets.json  5.node-AL.json     a role's metadata, with its version
    timestamp.json                                                   the one file that is overwritten
    <sha256>.alliance.json  nodes/<sha256>.AL.json                   what targets and node-AL vouch for, by its digest

All of them are canonical JSON. In memory they are a mapping of names to bytes; they travel as records T of a bundle.
"""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tocsin.exchange import limits
from tocsin.exchange.bundles import TrustFile
from tocsin.exchange.canonical import read_canonical
from tocsin.exchange.errors import ExchangeError, NotTrusted, Refused
from tocsin.exchange.streams import NODE

__all__ = ["TrustFiles", "of_records", "read_folder", "records", "write_folder"]

TrustFiles = Mapping[str, bytes]

FILE_BYTES = limits.MIB
TOTAL_BYTES = limits.PAGE_BYTES  # a list must fit into one page over HTTP
FILES = 1_000
ROOTS = 64  # new ones, at once
NODES = 200
# Nine digits: a stolen online key cannot count so far that no version is left, nor beyond what a store can hold.
LAST_VERSION = 999_999_999
VERSIONED = re.compile(rf"([1-9][0-9]{{0,8}})\.(root|snapshot|targets|node-{NODE.pattern})\.json")
TARGET = re.compile(rf"[0-9a-f]{{64}}\.alliance\.json|nodes/[0-9a-f]{{64}}\.{NODE.pattern}\.json")
TIMESTAMP = "timestamp.json"
ALLIANCE = "alliance.json"


def own_role(node: str) -> str:
    """The role that signs a node's own file."""
    return f"node-{node}"


def own_path(node: str) -> str:
    """A node's own file, as its role names it."""
    return f"nodes/{node}.json"


def metadata_name(role: str, version: int) -> str:
    """The file that holds a role's metadata."""
    return TIMESTAMP if role == "timestamp" else f"{version}.{role}.json"


def target_name(path: str, sha256: str) -> str:
    """The file that holds what a role vouches for by `path` and digest."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{sha256}.{name}"


def versions(files: TrustFiles, role: str) -> list[int]:
    """The versions of a role's metadata that are here, the newest first."""
    found = (VERSIONED.fullmatch(name) for name in files)
    return sorted((int(match[1]) for match in found if match and match[2] == role), reverse=True)


def newest(files: TrustFiles, role: str) -> int:
    """The newest version of a role's metadata that is here; 0 if there is none."""
    return max(versions(files, role), default=0)


def read_file(data: bytes, what: str) -> Any:
    """What a file says. Raises NotTrusted `list-invalid`."""
    try:
        return read_canonical(data, what=what, limit=FILE_BYTES)
    except Refused as problem:
        raise NotTrusted("list-invalid", problem.detail) from None


def check_sizes(offered: TrustFiles, *, known_root: int) -> None:
    """Refuse by size and number alone what nobody needs to read. Raises NotTrusted `list-invalid`."""
    larger = [name for name, data in offered.items() if len(data) > FILE_BYTES]
    roots = sum(version > known_root for version in versions(offered, "root"))
    if larger:
        raise NotTrusted(
            "list-invalid",
            f"{larger[0]!r:.100} has more than the {FILE_BYTES} bytes that a file of the trust list may have",
        )
    if len(offered) > FILES or sum(map(len, offered.values())) > TOTAL_BYTES:
        raise NotTrusted(
            "list-invalid",
            f"{len(offered)} files are offered; a trust list has at most {FILES}, of {TOTAL_BYTES} bytes together",
        )
    if roots > ROOTS:
        raise NotTrusted("list-invalid", f"{roots} new roots are offered; at most {ROOTS} are read at once")


# As records of a bundle


def records(files: TrustFiles, *, root: int = 1) -> list[TrustFile]:
    """The files as they travel: roots from version `root` on, in order, then all others."""
    roots = [metadata_name("root", version) for version in reversed(versions(files, "root")) if version >= root]
    others = sorted(name for name in files if not name.endswith(".root.json"))
    return [TrustFile(name, files[name]) for name in roots + others]


def of_records(parts: Iterable[object]) -> dict[str, bytes]:
    """The files among the parts of a bundle. What is not named as a file of a trust list is passed over."""
    return of_a_list({part.name: part.data for part in parts if isinstance(part, TrustFile)})


def of_a_list(files: TrustFiles) -> dict[str, bytes]:
    """Those that are named as files of a trust list, with versions of at most nine digits."""
    return {name: data for name, data in files.items() if _is_named(name)}


def _is_named(name: str) -> bool:
    return name == TIMESTAMP or bool(VERSIONED.fullmatch(name) or TARGET.fullmatch(name))


# As a folder


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a repository's folder; other files in it are passed over."""
    files = {}
    for path in (*folder.glob("*.json"), *folder.glob("nodes/*.json")):
        name = path.relative_to(folder).as_posix()
        if _is_named(name):
            files[name] = path.read_bytes()
    return files


def write_folder(folder: Path, files: TrustFiles) -> None:
    """Write what is new, the timestamp last, as it makes the rest count. A version never changes: ExchangeError."""
    for name in sorted(files, key=lambda name: (name == TIMESTAMP, name)):
        path = folder / name
        if path.exists() and path.read_bytes() == files[name]:
            continue
        if path.exists() and name != TIMESTAMP:
            raise ExchangeError(f"{path} is there already and says something else; a published version never changes")
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, files[name])


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, whatever happens meanwhile."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
