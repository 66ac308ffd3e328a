"""Checkpoints: what an origin says its log is, signed by it and cosigned by those who have read it.

docs/exchange.md, section 9.

Which keys count: for the origin and for cosigners, seal keys that have not ended, as many distinct ones as the node's
entry asks for. An ended key counts for no checkpoint that comes after its end is known, whatever heads its end names:
those limit manifests, and nothing in a checkpoint shows when it was signed. What was verified while the key lived is
kept as it was; once its keys change, an origin signs its latest checkpoint again, the same bytes, and a cosigner whose
keys change cosigns it again.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from tocsin.exchange import limits, suite
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.errors import Malformed, NotTrusted, TooLarge
from tocsin.exchange.merkle import WIDTH
from tocsin.exchange.moments import moment, read_moment
from tocsin.exchange.streams import check_alliance, check_node
from tocsin.exchange.trust.list import Entry, TrustList

__all__ = ["Checkpoint", "SignedCheckpoint", "cosign", "filling", "sign_checkpoint"]

TYP, COSIGNED = "tocsin-checkpoint", "tocsin-cosignature"
CODE = "manifest-invalid"
MEMBERS = {"alliance", "epoch", "made_at", "origin", "root", "size"}
CHECKPOINT_BYTES = 2_000
RECORD_BYTES = 512 * 1024  # of a checkpoint with all that is signed beside it
COSIGNERS = 64


def filling(size: int) -> list[bytes]:
    """Random leaves that bring a log of `size` leaves to where it may have a checkpoint; none if it is there."""
    return [os.urandom(WIDTH) for _ in range(-size % limits.LOG_FILL)]


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint as read. `root` is a digest, `data` are the bytes that are signed."""

    alliance: str
    origin: str
    epoch: int
    size: int
    root: str
    made_at: datetime
    data: bytes

    @classmethod
    def make(cls, *, alliance: str, origin: str, epoch: int, size: int, root: bytes, made_at: datetime) -> Self:
        """The checkpoint of a log of `size` leaves with this root, 32 bytes. Raises Malformed."""
        said = {
            "alliance": alliance,
            "origin": origin,
            "epoch": epoch,
            "size": size,
            "root": suite.encoded(root),
            "made_at": moment(made_at),
        }
        return cls.read(canonical(said))

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The checkpoint that canonical bytes say. Raises Malformed, TooLarge."""
        said = members(read_canonical(data, what="a checkpoint", limit=CHECKPOINT_BYTES), MEMBERS, what="a checkpoint")
        alliance, origin = check_alliance(said["alliance"], code=CODE), check_node(said["origin"], code=CODE)
        epoch, size, root = said["epoch"], said["size"], said["root"]
        if not (whole(epoch) and epoch >= 1):
            raise Malformed(CODE, f"the checkpoint's epoch is {epoch!r:.20}; it is a whole number from 1 on")
        if not (whole(size) and size >= 1 and size % limits.LOG_FILL == 0):
            raise Malformed(
                CODE, f"the checkpoint's size is {size!r:.20}; it is a multiple of {limits.LOG_FILL}, above 0"
            )
        if not suite.is_digest(root):
            raise Malformed(CODE, f"the checkpoint's root is {root!r:.60}; it is a digest")
        made_at = read_moment(said["made_at"], code=CODE, what="made_at")
        return cls(alliance, origin, epoch, size, root, made_at, data)

    @property
    def root_hash(self) -> bytes:
        """The root as a tree gives it, 32 bytes."""
        return suite.decoded(self.root, code=CODE, what="a root")

    def __str__(self) -> str:
        return f"{self.origin}/{self.epoch} at {self.size}"


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with its signatures and the cosignatures of other nodes. Nothing in it is believed until checked."""

    checkpoint: Checkpoint
    signatures: tuple[Mapping[str, Any], ...]
    cosignatures: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """What a bundle's record C, or a store, holds. Raises Malformed, TooLarge."""
        what = "a signed checkpoint"
        said = read_canonical(data, what=what, limit=RECORD_BYTES)
        said = members(said, {"checkpoint", "cosignatures", "signatures"}, what=what)
        checkpoint = Checkpoint.read(suite.decoded(said["checkpoint"], code=CODE, what="a checkpoint"))
        by_node = said["cosignatures"]
        if not isinstance(by_node, dict):
            raise Malformed(CODE, "cosignatures are not an object")
        if len(by_node) > COSIGNERS:
            raise TooLarge("too-large", f"{len(by_node)} nodes have cosigned; the limit is {COSIGNERS}")
        cosignatures = {check_node(node, code=CODE): listed(found) for node, found in by_node.items()}
        return cls(checkpoint, listed(said["signatures"]), cosignatures)

    def encode(self) -> bytes:
        """The bytes of its record. Raises ValueError if a receiver would not take them."""
        data = canonical(
            {
                "checkpoint": suite.encoded(self.checkpoint.data),
                "signatures": list(self.signatures),
                "cosignatures": {node: list(found) for node, found in self.cosignatures.items()},
            }
        )
        if len(data) > RECORD_BYTES or len(self.cosignatures) > COSIGNERS:
            raise ValueError(
                f"the checkpoint has cosignatures of {len(self.cosignatures)} nodes and {len(data)} bytes; "
                f"the limit is {COSIGNERS} and {RECORD_BYTES}"
            )
        return data

    def signers(self, trust: TrustList) -> set[str]:
        """The identifiers of the origin's live seal keys that signed."""
        return set(self._counting(trust))

    def check(self, trust: TrustList) -> None:
        """Refuse, with NotTrusted, a checkpoint that its origin has not signed or that nothing is taken from now."""
        if self.checkpoint.alliance != trust.alliance:
            raise NotTrusted("other-alliance", f"the checkpoint is of the alliance {self.checkpoint.alliance}")
        needed = trust.entry(self.checkpoint.origin).signatures
        if (found := len(self.signers(trust))) < needed:
            raise NotTrusted(
                "signature-missing",
                f"{found} live seal keys of {self.checkpoint.origin} signed its checkpoint; {needed} must",
                "after a change of its keys the origin signs its latest checkpoint again",
            )

    def cosigners(self, trust: TrustList) -> dict[str, str]:
        """The other nodes whose cosignature verifies, each with its status in the list: active, suspended, left."""
        return {node: trust.nodes[node].status for node in self._cosigned(trust)}

    def counted(self, trust: TrustList) -> Self:
        """This one with nothing beside it but what counts: as another's is to be kept and passed on."""
        return replace(self, signatures=tuple(self._counting(trust).values()), cosignatures=self._cosigned(trust))

    def joined(self, other: Self, trust: TrustList) -> Self:
        """This one, which is kept here, with what counts of `other`. What was verified once is not lost by it.

        Raises ValueError if the two are not of the same checkpoint.
        """
        if other.checkpoint.data != self.checkpoint.data:
            raise ValueError(f"{other.checkpoint} and {self.checkpoint} are two checkpoints")
        # What both have needs no look: each checks a signature. Without room for all, those that count go first.
        room = len({*self.cosignatures, *other.cosignatures}) <= COSIGNERS
        kept = self.cosignatures if room else {}
        theirs = {node: found for node, found in other.cosignatures.items() if found != kept.get(node)}
        ours = {node: found for node, found in self.cosignatures.items() if node in theirs or not room}
        counting = {
            **replace(other, cosignatures=theirs)._cosigned(trust),
            **replace(self, cosignatures=ours)._cosigned(trust),
        }
        earlier = {node: found for node, found in self.cosignatures.items() if node not in counting}
        return replace(
            self,
            signatures=self.signatures if self.signatures == other.signatures else self._signatures_with(other, trust),
            cosignatures=dict([*counting.items(), *earlier.items()][:COSIGNERS]),
        )

    def _signatures_with(self, other: Self, trust: TrustList) -> tuple[Mapping[str, Any], ...]:
        """Those of both that count, if they are enough; otherwise our own, which were once."""
        found = {**other._counting(trust), **self._counting(trust)}
        origin = trust.nodes.get(self.checkpoint.origin)
        return tuple(found.values()) if origin is not None and len(found) >= origin.signatures else self.signatures

    def _counting(self, trust: TrustList) -> dict[str, suite.Signature]:
        entry = trust.nodes.get(self.checkpoint.origin)
        return _by_key(self.checkpoint, self.signatures, entry, typ=TYP) if entry else {}

    def _cosigned(self, trust: TrustList) -> dict[str, tuple[suite.Signature, ...]]:
        found = {}
        for node, signatures in self.cosignatures.items():
            entry = trust.nodes.get(node)
            if entry is not None and node != self.checkpoint.origin:
                counting = _by_key(self.checkpoint, signatures, entry, typ=COSIGNED)
                if len(counting) >= entry.signatures:
                    found[node] = tuple(counting.values())
        return found


def _by_key(
    checkpoint: Checkpoint, signatures: Sequence[Mapping[str, Any]], entry: Entry, *, typ: str
) -> dict[str, suite.Signature]:
    """Of these signatures, the first that counts of each live seal key, by the key's identifier."""
    keys, found = entry.live("seal"), dict[str, suite.Signature]()
    for one in signatures:
        if (kid := suite.signed_by(checkpoint.data, one, keys, typ=typ)) is not None:
            found.setdefault(kid, dict(one))
    return found


def sign_checkpoint(checkpoint: Checkpoint, keys: Sequence[suite.Key]) -> SignedCheckpoint:
    """The checkpoint under the origin's seal keys."""
    return SignedCheckpoint(checkpoint, tuple(suite.sign(checkpoint.data, key, typ=TYP) for key in keys))


def cosign(checkpoint: Checkpoint, keys: Sequence[suite.Key]) -> tuple[suite.Signature, ...]:
    """What another node's seal keys say: this is the log as we have read it, and it goes on from all we read before.

    Only for a root that was computed here from the leaves; a node that cosigns what it has not read helps to deceive.
    """
    return tuple(suite.sign(checkpoint.data, key, typ=COSIGNED) for key in keys)


def members(said: object, names: set[str], *, what: str) -> dict[str, Any]:
    """An object with these members and no others. Raises Malformed."""
    if not (isinstance(said, dict) and set(said) == names):
        raise Malformed(CODE, f"{what} is an object of {', '.join(sorted(names))}")
    return said


def listed(said: object) -> tuple[dict[str, Any], ...]:
    """Signatures as they stand beside what they sign. Raises Malformed, TooLarge."""
    if not (isinstance(said, list) and all(isinstance(one, dict) for one in said)):
        raise Malformed(CODE, "signatures are a list of objects")
    if len(said) > limits.SIGNATURES:
        raise TooLarge("too-large", f"there are {len(said)} signatures; the limit is {limits.SIGNATURES}")
    return tuple(said)


def whole(value: object) -> bool:
    """Whether `value` is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)
