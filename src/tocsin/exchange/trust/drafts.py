"""Drafts: metadata on its way to those who sign it, each offline with a key of their own.

A draft is one file. It travels from holder to holder and gathers signatures, or is copied to all of them and their
copies are joined. It names the keys that are asked, so that it can be signed without anything else at hand; whether
these are the right ones is decided by `publishing`, from what the repository says.
"""

import copy
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import Key as ListedKey
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Role, Root, TargetFile, Targets

from tocsin.exchange import limits, suite
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.errors import ExchangeError, Refused
from tocsin.exchange.trust.files import ALLIANCE, own_path, target_name
from tocsin.exchange.trust.keys import check_listed, signer_of
from tocsin.exchange.trust.list import TrustList, check_own_file
from tocsin.exchange.trust.verifying import alliance_of, delegated_nodes

__all__ = ["Asked", "Draft", "joined", "read_draft", "signed"]

DRAFT_BYTES = 4 * limits.MIB


@dataclass(frozen=True)
class Asked:
    """Holders of keys of whom `threshold` must sign; `who` says in words which role makes it so."""

    who: str
    threshold: int
    keys: Mapping[str, ListedKey]

    @classmethod
    def by(cls, delegator: Root | Targets, role: str, who: str) -> "Asked":
        """Those whom a role asks that is in force."""
        asked: Role = delegator.get_delegated_role(role)
        return cls(who, asked.threshold, {keyid: delegator.get_key(keyid) for keyid in asked.keyids})


@dataclass(frozen=True)
class Draft:
    """Metadata of a role, signed by some or by nobody yet.

    role      root, targets or node-AL
    metadata  as TUF has it: `signed`, and the `signatures` so far
    content   what the files say that it vouches for, by path: alliance.json, nodes/AL.json
    asked     whose signatures it needs; a root that takes the place of another needs those of both
    """

    role: str
    metadata: Mapping[str, Any]
    content: Mapping[str, Any]
    asked: tuple[Asked, ...]

    @property
    def version(self) -> int:
        return int(self.metadata["signed"]["version"])

    @property
    def data(self) -> bytes:
        """The draft as a file."""
        asked = [
            {
                "keys": {keyid: key.to_dict() for keyid, key in one.keys.items()},
                "threshold": one.threshold,
                "who": one.who,
            }
            for one in self.asked
        ]
        return canonical(
            {"asked": asked, "content": self.content, "metadata": self.metadata, "protocol": 1, "role": self.role}
        )

    @property
    def signers(self) -> list[tuple[Asked, list[str]]]:
        """For each group that is asked, the keys of it that have signed so far. A signature that fails is none."""
        metadata = parsed(self.metadata)
        return [
            (one, [keyid for keyid, key in one.keys.items() if _has_signed(metadata, keyid, key)]) for one in self.asked
        ]

    @property
    def missing(self) -> list[str]:
        """What is still to be signed, in words; empty when it can be published."""
        return [
            f"{len(signers)} of {one.threshold} signatures of {one.who}"
            for one, signers in self.signers
            if len(signers) < one.threshold
        ]

    @property
    def files(self) -> dict[str, bytes]:
        """The files that it vouches for, as they are published."""
        made = {path: canonical(says) for path, says in self.content.items()}
        return {target_name(path, hashlib.sha256(data).hexdigest()): data for path, data in made.items()}


def read_draft(data: bytes) -> Draft:
    """The draft that a file holds. Raises ExchangeError if it is none, or asks to sign what nobody should."""
    try:
        said = read_canonical(data, what="the draft", limit=DRAFT_BYTES)
        asked = tuple(_asked(one) for one in said["asked"])
        draft = Draft(said["role"], said["metadata"], said["content"], asked)
        check_draft(draft)
    except Refused:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, RepositoryError) as problem:
        raise ExchangeError(f"the file is not a draft of this version of the protocol: {problem!r:.200}") from None
    return draft


def signed(draft: Draft, key: suite.Key) -> Draft:
    """The draft with one more signature; who signs twice counts once. Raises ExchangeError for a key not asked."""
    check_draft(draft)
    kid = suite.thumbprint(key)
    if not any(kid in one.keys for one in draft.asked):
        known = "; ".join(f"{one.who}: {', '.join(one.keys)}" for one in draft.asked)
        raise ExchangeError(
            f"{kid} is not among the keys that are asked to sign {draft.role} {draft.version} ({known})"
        )
    metadata = parsed(draft.metadata)
    metadata.sign(signer_of(key), append=True)
    return replace(draft, metadata={**draft.metadata, "signatures": _sorted(metadata)})


def joined(drafts: Iterable[Draft]) -> Draft:
    """One draft with the signatures of all copies of it. Raises ExchangeError if they are not copies of one draft."""
    first, *others = drafts
    whole = parsed(first.metadata)
    for other in others:
        if (other.role, other.content, other.metadata["signed"]) != (
            first.role,
            first.content,
            first.metadata["signed"],
        ):
            raise ExchangeError(
                f"the drafts of {first.role} {first.version} and of {other.role} {other.version} say different things; "
                "signatures are joined only of copies of one draft"
            )
        metadata = parsed(other.metadata)
        valid = {keyid for one in first.asked for keyid, key in one.keys.items() if _has_signed(metadata, keyid, key)}
        whole.signatures |= {keyid: metadata.signatures[keyid] for keyid in valid}
    return replace(first, metadata={**first.metadata, "signatures": _sorted(whole)})


def parsed(metadata: Mapping[str, Any]) -> Metadata[Any]:
    """Metadata as TUF's library has it."""
    return Metadata.from_dict(copy.deepcopy(dict(metadata)))


def check_draft(draft: Draft) -> None:
    """Refuse metadata that is of another role than the draft says, or that no node would take. Raises ExchangeError."""
    body = parsed(draft.metadata).signed
    if draft.role == "root":
        _check_root(body, draft)
    elif draft.role == "targets":
        _check_targets(body, draft, {ALLIANCE})
        _check_reachable((name, role.keyids, role.threshold) for name, role in delegated_nodes(body).items())
        TrustList.of(draft.content[ALLIANCE], {}, version=1, root_version=1, expires=body.expires)
    else:
        node = draft.role.removeprefix("node-")
        _check_targets(body, draft, {own_path(node)})
        if body.delegations is not None:
            raise ExchangeError(f"the draft of {draft.role} delegates to others, which a node's own role cannot")
        check_own_file(draft.content[own_path(node)], node)


def _check_root(body: object, draft: Draft) -> None:
    if not isinstance(body, Root) or draft.content:
        raise ExchangeError("the draft says it is of the root, and holds something else")
    alliance_of(body)
    check_listed(body.keys)
    _check_reachable((name, role.keyids, role.threshold) for name, role in body.roles.items())


def _check_targets(body: object, draft: Draft, paths: set[str]) -> None:
    if not isinstance(body, Targets) or set(body.targets) != paths or set(draft.content) != paths:
        raise ExchangeError(f"the draft says it is of {draft.role}, and does not vouch for {', '.join(paths)} alone")
    for path, file in body.targets.items():
        if file.to_dict() != TargetFile.from_data(path, canonical(draft.content[path])).to_dict():
            raise ExchangeError(f"the draft shows another {path} than the one that its signatures would vouch for")


def _check_reachable(roles: Iterable[tuple[str, list[str], int]]) -> None:
    for name, keyids, threshold in roles:
        if not 1 <= threshold <= len(keyids):
            raise ExchangeError(
                f"{name} asks for {threshold} signatures of {len(keyids)} keys; nobody could ever sign it"
            )


def _asked(said: Mapping[str, Any]) -> Asked:
    keys = {keyid: ListedKey.from_dict(keyid, dict(key)) for keyid, key in said["keys"].items()}
    check_listed(keys)
    return Asked(str(said["who"]), int(said["threshold"]), keys)


def _has_signed(metadata: Metadata[Any], keyid: str, key: ListedKey) -> bool:
    try:
        key.verify_signature(metadata.signatures[keyid], metadata.signed_bytes)
    except (KeyError, UnverifiedSignatureError):
        return False
    return True


def _sorted(metadata: Metadata[Any]) -> list[dict[str, Any]]:
    return [metadata.signatures[keyid].to_dict() for keyid in sorted(metadata.signatures)]
