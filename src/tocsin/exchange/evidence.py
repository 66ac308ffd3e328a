"""Evidence of equivocation: two things that one origin signed and that cannot both be true.

docs/exchange.md, section 9.

    checkpoints   two of one log, of the same size and with different roots
    leaves        two of one log, of any sizes, with proofs of inclusion of different leaves at one index
    manifests     two of one stream that differ and cover a common document, or follow the same manifest, or of which
                  one follows directly upon the documents of the other and names another manifest before it

Whoever has a trust list verifies it without asking anybody, and it holds against its origin alone. It must never accuse
a state whose key was stolen, so what is void by the end of a key (section 8) is not evidence. Without the chain nobody
knows whether a manifest leads to the last good one of an ended key, unless it is that very one: only then does an ended
key count here, and for a checkpoint never. Where a state ends a key afterwards, evidence that stood fails from then on:
verify it again with each new list. What is lost by this rule is still found as a fork by whoever holds the chain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

from tocsin.exchange import checkpoints, limits, manifests, suite
from tocsin.exchange.bundles import Batch
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.checkpoints import Checkpoint, SignedCheckpoint, listed, members, whole
from tocsin.exchange.errors import Malformed, NotTrusted
from tocsin.exchange.manifests import Manifest, counted_signers
from tocsin.exchange.merkle import WIDTH, Tree, verify_inclusion
from tocsin.exchange.trust.list import Entry, TrustList

__all__ = ["Evidence", "Statement"]

CODE = "manifest-invalid"
EVIDENCE_BYTES = 3 * limits.MIB  # two of the largest manifests with all their signatures, in base64url
CHECKPOINTS, LEAVES, MANIFESTS = "checkpoints", "leaves", "manifests"
MEMBER = {CHECKPOINTS: "checkpoint", LEAVES: "checkpoint", MANIFESTS: "manifest"}


@dataclass(frozen=True)
class Statement:
    """One thing that an origin signed; in evidence of leaves, with a leaf of its tree and the proof of it."""

    said: Checkpoint | Manifest
    signatures: tuple[Mapping[str, Any], ...]
    leaf: bytes = b""
    proof: tuple[bytes, ...] = ()

    @property
    def place(self) -> tuple[str, str, int, str]:
        """Alliance, origin, epoch, and the stream of a manifest."""
        if isinstance(self.said, Manifest):
            return self.said.alliance, *self.said.stream
        return self.said.alliance, self.said.origin, self.said.epoch, ""

    def check(self, entry: Entry) -> None:
        """Refuse, with NotTrusted, what too few keys signed that may still have signed it."""
        typ = manifests.TYP if isinstance(self.said, Manifest) else checkpoints.TYP
        signers = counted_signers(self.said.data, self.signatures, entry.seal_keys(), typ=typ)
        counting = signers & self._may_have_signed(entry)
        if len(counting) < entry.signatures:
            code = "key-ended" if len(signers) >= entry.signatures else "signature-missing"
            raise NotTrusted(
                code, f"{len(counting)} signatures count of {entry.node} under {self.said}; {entry.signatures} must"
            )

    def _may_have_signed(self, entry: Entry) -> set[str]:
        live = set(entry.live("seal"))
        if not isinstance(self.said, Manifest):
            return live
        here = (self.said.last, self.said.digest)
        return live | {kid for kid, end in entry.ends().items() if here in end.heads.values()}


@dataclass(frozen=True)
class Evidence:
    """Two statements that contradict each other, the one with the lesser bytes first. None that do not can be made.

    index   of the leaf, in evidence of leaves
    """

    kind: str
    first: Statement
    second: Statement
    index: int | None = None

    def __post_init__(self) -> None:
        """Refuse, with Malformed, what contradicts nothing."""
        if self.first.place != self.second.place:
            raise Malformed(CODE, "the evidence is of two logs or streams")
        if self.first.said.data >= self.second.said.data:
            raise Malformed(CODE, "the evidence does not give the lesser bytes first")
        if not _contradict(self.kind, self.first, self.second, self.index):
            raise Malformed(CODE, f"{self.first.said} and {self.second.said} do not contradict each other")

    @property
    def alliance(self) -> str:
        """The alliance in which it was said."""
        return self.first.place[0]

    @property
    def origin(self) -> str:
        """The node that signed both."""
        return self.first.place[1]

    @property
    def epoch(self) -> int:
        """The epoch of the log or stream."""
        return self.first.place[2]

    @property
    def conflict(self) -> str:
        """The same for all evidence of the same two statements, whatever signatures and proofs it gives. A digest."""
        both = [self.first.said.data, self.second.said.data]
        return suite.digest(canonical([MEMBER[self.kind], *map(suite.digest, both)]))

    def verify(self, trust: TrustList) -> None:
        """Refuse, with NotTrusted, what the trust list does not show to be signed by the origin, both of it."""
        if self.alliance != trust.alliance:
            raise NotTrusted("other-alliance", f"the evidence is of the alliance {self.alliance}")
        entry = trust.nodes.get(self.origin)
        if entry is None:
            raise NotTrusted("unknown-node", f"the trust list has no node {self.origin}")
        self.first.check(entry)
        self.second.check(entry)

    # Found

    @classmethod
    def of_checkpoints(cls, one: SignedCheckpoint, other: SignedCheckpoint) -> Self | None:
        """Evidence, if these are of one log and size and differ in root. Signatures are not checked here."""
        return cls._of(
            CHECKPOINTS, Statement(one.checkpoint, one.signatures), Statement(other.checkpoint, other.signatures)
        )

    @classmethod
    def of_batches(cls, one: Batch, other: Batch) -> Self | None:
        """Evidence, if these have two manifests for the same place of a stream. Signatures are not checked here."""
        return cls._of(
            MANIFESTS,
            Statement(one.manifest, tuple(one.signatures)),
            Statement(other.manifest, tuple(other.signatures)),
        )

    @classmethod
    def of_leaves(
        cls, one: SignedCheckpoint, leaves: Sequence[bytes], other: SignedCheckpoint, other_leaves: Sequence[bytes]
    ) -> Self | None:
        """Evidence, if the leaves make both roots and differ where both have one.

        Leaves are those of each checkpoint's tree from the first on, 32 bytes each; more of them do no harm.
        """
        index = next((at for at, a, b in zip(count(), leaves, other_leaves, strict=False) if a != b), None)
        if index is None or index >= min(one.checkpoint.size, other.checkpoint.size):
            return None
        trees = [_proved(one, leaves, index), _proved(other, other_leaves, index)]
        return cls._of(LEAVES, *trees, index=index)

    @classmethod
    def _of(cls, kind: str, one: Statement, other: Statement, *, index: int | None = None) -> Self | None:
        first, second = sorted((one, other), key=lambda statement: statement.said.data)
        try:
            return cls(kind, first, second, index)
        except Malformed:
            return None

    # Carried

    def encode(self) -> bytes:
        """Its canonical bytes."""
        said: dict[str, Any] = {"kind": self.kind}
        for name, statement in (("first", self.first), ("second", self.second)):
            said[name] = {
                MEMBER[self.kind]: suite.encoded(statement.said.data),
                "signatures": list(statement.signatures),
            }
            if self.kind == LEAVES:
                said[name] |= {"leaf": suite.encoded(statement.leaf), "proof": [*map(suite.encoded, statement.proof)]}
        return canonical(said if self.index is None else said | {"index": self.index})

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The evidence that canonical bytes say. Raises Malformed, TooLarge, Newer. Not verified yet."""
        said = read_canonical(data, what="evidence", limit=EVIDENCE_BYTES)
        kind = said.get("kind") if isinstance(said, dict) else None
        if not (isinstance(kind, str) and kind in MEMBER):
            raise Malformed(CODE, f"evidence is of a kind of {', '.join(MEMBER)}")
        of_leaves = {"index"} if kind == LEAVES else set()
        said = members(said, {"kind", "first", "second"} | of_leaves, what=f"evidence of {kind}")
        return cls(kind, _statement(kind, said["first"]), _statement(kind, said["second"]), said.get("index"))


def _contradict(kind: str, first: Statement, second: Statement, index: int | None) -> bool:
    match kind, first.said, second.said:
        case "checkpoints", Checkpoint() as a, Checkpoint() as b:
            return index is None and a.size == b.size and a.root != b.root
        case "leaves", Checkpoint() as a, Checkpoint() as b:
            return whole(index) and first.leaf != second.leaf and _holds(first, a, index) and _holds(second, b, index)
        case "manifests", Manifest() as a, Manifest() as b:
            follow_one = a.previous is not None and a.previous == b.previous
            meet = a.first <= b.last and b.first <= a.last
            return index is None and (follow_one or meet or _passes_over(a, b) or _passes_over(b, a))
    return False


def _passes_over(before: Manifest, after: Manifest) -> bool:
    """Whether one follows directly upon the last document of the other, and names another manifest before it."""
    return after.first == before.last + 1 and after.previous != before.digest


def _holds(statement: Statement, checkpoint: Checkpoint, index: int | None) -> bool:
    """Whether a statement's leaf is shown to stand at `index`. Leaves of other widths are not of our logs."""
    return (
        index is not None
        and len(statement.leaf) == WIDTH
        and verify_inclusion(statement.leaf, index, checkpoint.size, statement.proof, checkpoint.root_hash)
    )


def _proved(signed: SignedCheckpoint, leaves: Sequence[bytes], index: int) -> Statement:
    tree = Tree(leaves[: signed.checkpoint.size])
    return Statement(signed.checkpoint, signed.signatures, leaves[index], tuple(tree.inclusion_proof(index)))


def _statement(kind: str, said: object) -> Statement:
    name = MEMBER[kind]
    of_leaves = {"leaf", "proof"} if kind == LEAVES else set()
    said = members(said, {name, "signatures"} | of_leaves, what=f"a statement of {kind}")
    data = suite.decoded(said[name], code=CODE, what=f"a {name}")
    read: Checkpoint | Manifest = Manifest.read(data) if kind == MANIFESTS else Checkpoint.read(data)
    signatures = listed(said["signatures"])
    if kind != LEAVES:
        return Statement(read, signatures)
    if not isinstance(said["proof"], list):
        raise Malformed(CODE, "a proof is a list of hashes")
    proof = tuple(suite.decoded(one, code=CODE, what="a hash of a proof") for one in said["proof"])
    return Statement(read, signatures, suite.decoded(said["leaf"], code=CODE, what="a leaf"), proof)
