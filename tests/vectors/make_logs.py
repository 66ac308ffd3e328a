"""Vectors of logs: Merkle trees and proofs, checkpoints, evidence of equivocation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.vectors.making import KEYS, Vectors, b64, manifest

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.checkpoints import COSIGNED, TYP
from tocsin.exchange.manifests import TYP as OF_MANIFEST
from tocsin.exchange.merkle import Tree
from tocsin.exchange.streams import Stream

# Those of the tests of Certificate Transparency, whose roots others have published.
PUBLISHED = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOT_OF_8 = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
LEAVES = [bytes([number]) * 32 for number in range(32)]
OTHERS = [*LEAVES[:5], b"\xaa" * 32, *LEAVES[6:]]
ENDED = "AL seal 1 rotated after 2"
MADE_AT = "2026-03-09T06:00:00Z"


def write_trees(into: Path) -> None:
    vectors = Vectors("trees", into)
    leaves = [bytes.fromhex(leaf) for leaf in PUBLISHED]
    assert Tree(leaves).root().hex() == ROOT_OF_8
    for size in range(1, 9):
        for index in {0, size // 2, size - 1}:
            tree = Tree(leaves[:size])
            found = {"root": b64(tree.root()), "proof": [b64(one) for one in tree.inclusion_proof(index)]}
            given = {"leaves": [b64(leaf) for leaf in leaves[:size]], "index": index}
            vectors.add(f"leaf {index} of {size}", "its root and proof", given, found)
    given = {"leaves": [b64(leaf) for leaf in leaves[:3]], "index": 3}
    vectors.add("leaf 3 of 3", "leaves count from 0", given, None)
    vectors.write()


def write_proofs(into: Path) -> None:
    vectors = Vectors("proofs", into)
    tree = Tree(LEAVES[:7])
    said = {"leaf": b64(LEAVES[4]), "index": 4, "size": 7, "root": b64(tree.root())}
    proof = [b64(one) for one in tree.inclusion_proof(4)]
    good = said | {"proof": proof}
    vectors.add("leaf 4 of 7", "leads to the root", good, {})
    last = {"leaf": b64(LEAVES[6]), "index": 6, "proof": [b64(one) for one in tree.inclusion_proof(6)]}
    vectors.add("leaf 6 of 7", "a last leaf has a shorter proof", good | last, {})
    alone = {"leaf": b64(LEAVES[0]), "index": 0, "size": 1, "proof": [], "root": b64(Tree(LEAVES[:1]).root())}
    vectors.add("leaf 0 of 1", "its hash is the root", alone, {})
    inner = Tree(LEAVES[:2])
    pair = b64(inner.node(0, 0) + inner.node(0, 1))
    for name, what, changes in (
        ("another leaf", "does not lead there", {"leaf": b64(LEAVES[3])}),
        ("another index", "does not lead there", {"index": 5}),
        ("index of the size", "there is no such leaf", {"index": 7}),
        ("negative index", "there is no such leaf", {"index": -1}),
        ("another size", "the path has another form", {"size": 6}),
        ("another root", "does not lead there", {"root": b64(Tree(LEAVES[:6]).root())}),
        ("hash missing", "too short", {"proof": proof[:-1]}),
        ("hash too many", "too long", {"proof": [*proof, proof[0]]}),
        ("order of hashes", "from the leaf upwards", {"proof": proof[::-1]}),
        ("hash of 31 bytes", "a hash has 32", {"proof": [b64(tree.inclusion_proof(4)[0][:31]), *proof[1:]]}),
        (
            "inner node as a leaf",
            "leaves and inner nodes are hashed apart",
            alone | {"leaf": pair, "root": b64(inner.root())},
        ),
    ):
        vectors.add(name, what, good | changes, None)
    vectors.write()


# Checkpoints


def said(leaves: Sequence[bytes] = LEAVES, size: int = 16, **changes: Any) -> bytes:
    """A checkpoint of AL's log."""
    root = b64(Tree(leaves[:size]).root())
    given = {"alliance": "exercise", "epoch": 1, "made_at": MADE_AT, "origin": "AL", "root": root, "size": size}
    return canonical({name: value for name, value in (given | changes).items() if value is not None})


def signed(data: bytes, *names: str, typ: str = TYP) -> list[dict[str, str]]:
    return [suite.sign(data, KEYS[name], typ=typ) for name in names or ["AL seal 1"]]


@dataclass
class Record:
    """A record C."""

    data: bytes
    signatures: list[dict[str, str]]
    cosignatures: dict[str, Any]

    def __bytes__(self) -> bytes:
        beside = {"cosignatures": self.cosignatures, "signatures": self.signatures}
        return canonical({"checkpoint": b64(self.data), **beside})


def record(data: bytes | None = None, *names: str, cosigned: dict[str, Any] | None = None, typ: str = TYP) -> Record:
    data = said() if data is None else data
    return Record(data, signed(data, *names, typ=typ), cosigned or {})


def write_checkpoints(into: Path) -> None:
    vectors = Vectors("checkpoints", into)
    leaves = b64(b"".join(LEAVES[:16]))

    def add(name: str, what: str, one: Record | bytes, expected: Any, **given: Any) -> None:
        if isinstance(expected, list):
            signers, cosigners = expected
            kids = sorted(suite.thumbprint(KEYS[key]) for key in signers)
            facts = {"origin": "AL", "epoch": 1, "size": 16, "root": b64(Tree(LEAVES[:16]).root())}
            expected = facts | {"signers": kids, "cosigners": cosigners}
        beside = {"list": "ordinary", "leaves": leaves}
        vectors.add(name, what, {"checkpoint": b64(bytes(one)), **beside, **given}, expected)

    _valid_checkpoints(add)
    for name, what, one, code, given in (
        ("leaves of another history", "the root is another", record(), "equivocation", b"".join(OTHERS[:16])),
        ("order of leaves", "the root is another", record(), "equivocation", b"".join(LEAVES[15::-1])),
        ("leaf missing", "15 of 16", record(), "gap", b"".join(LEAVES[:15])),
        ("part of a leaf", "a leaf has 32 bytes", record(), "bad-request", b"".join(LEAVES[:16])[:-1]),
    ):
        add(name, what, one, code, leaves=b64(given))
    _unsigned_checkpoints(add)
    for name, what, changes in (
        ("size that is not filled", "a multiple of 16", {"size": 17}),
        ("size 0", "at least 16", {"size": 0}),
        ("size true", "is no number", {"size": True}),
        ("epoch 0", "from 1 on", {"epoch": 0}),
        ("root of 31 bytes", "a digest", {"root": b64(bytes(31))}),
        ("root with a bit too many", "a digest is written one way", {"root": "A" * 42 + "B"}),
        ("moment with an offset", "UTC with Z", {"made_at": "2026-03-09T06:00:00+00:00"}),
        ("origin in small letters", "no name of a node", {"origin": "al"}),
        ("member more", "six and no other", {"later": 1}),
        ("member missing", "six", {"epoch": None}),
    ):
        add(name, f"{what}, though it is signed", record(said(**changes)), "manifest-invalid")
    loose = record(said() + b"\n")
    add("not canonical", "a line end behind it, though it is signed", loose, "not-canonical")
    _ill_formed_records(add)
    vectors.write()


def _valid_checkpoints(add: Callable[..., None]) -> None:
    data, one, two = said(), "AL seal 1", "AL seal 2"
    add("signed", "by one key", record(), [[one], []])
    add("signed by two", "both count", record(data, one, two), [[one, two], []], list="AL signs twice")
    after = record(data, two)
    add("signed by the key that goes on", "another has ended", after, [[two], []], list="AL seal 1 rotated")
    bo = signed(data, "BO seal 1", typ=COSIGNED)
    both = {"BO": bo, "CE": signed(data, "CE seal 1", typ=COSIGNED)}
    add("cosigned", "by two nodes", record(cosigned=both), [[one], ["BO", "CE"]])
    for name, what, cosigned in (
        ("cosigned as a checkpoint", "another typ", {"BO": signed(data, "BO seal 1")}),
        ("cosigned by itself", "an origin is no witness", {"AL": signed(data, two, typ=COSIGNED)}),
        ("cosigned under another name", "CE's signature is not BO's", {"BO": both["CE"]}),
        ("cosigned by a node that is not listed", "has no keys", {"DE": bo}),
        ("cosigned another one", "of another size", {"BO": signed(said(size=32), "BO seal 1", typ=COSIGNED)}),
    ):
        add(name, f"{what}; does not count", record(cosigned=cosigned), [[one], []])
    unknown = {"protected": b64(canonical({"alg": "GOST3410", "kid": "x", "typ": TYP})), "signature": "AAAA"}
    national = record()
    national.signatures.insert(0, unknown)
    add("unknown algorithm beside", "looked past", national, [[one], []])


def _unsigned_checkpoints(add: Callable[..., None]) -> None:
    data, missing = said(), "signature-missing"
    unsigned = Record(data, [], {})
    add("unsigned", "no signature", unsigned, missing)
    add("signed by another", "BO's key does not sign for AL", record(data, "BO seal 1"), missing)
    add("signed as a manifest", "another typ", record(typ=OF_MANIFEST), missing)
    add("signed as a cosignature", "another typ", record(typ=COSIGNED), missing)
    other = Record(data, signed(said(size=32)), {})
    add("signature of another one", "of size 32", other, missing)
    add("one key of two", "AL asks for two", record(), missing, list="AL signs twice")
    twice = record(data, "AL seal 1", "AL seal 1")
    add("one key twice", "distinct keys are counted", twice, missing, list="AL signs twice")
    ended = "nothing shows when it was signed"
    add("ended key", ended, record(), missing, list="AL seal 1 rotated")
    add("of a suspended node", "nothing of its is taken", record(), "suspended", list="AL suspended")
    add("of a node that has left", "nothing of its is taken", record(), "left", list="AL left")
    add("of a node that is not listed", "DE", record(said(origin="DE")), "unknown-node")
    add("of another alliance", "drill", record(said(alliance="drill")), "other-alliance")


def _ill_formed_records(add: Callable[..., None]) -> None:
    one, invalid = record(), "manifest-invalid"
    parts = {"checkpoint": b64(one.data), "cosignatures": {}, "signatures": one.signatures}
    add("record with more", "three members and no other", canonical(parts | {"more": 1}), invalid)
    lacking = {name: value for name, value in parts.items() if name != "cosignatures"}
    add("record without cosignatures", "it has all three", canonical(lacking), invalid)
    add("signatures that are none", "objects", canonical(parts | {"signatures": ["x"]}), invalid)
    add("17 signatures", "at most 16", canonical(parts | {"signatures": one.signatures * 17}), "too-large")
    many = {f"N{number}": [] for number in range(65)}
    add("65 cosigners", "at most 64", canonical(parts | {"cosignatures": many}), "too-large")


# Evidence


def write_evidence(into: Path) -> None:
    vectors = Vectors("evidence", into)

    def add(name: str, what: str, evidence: Any, expected: Any, trust: str = "ordinary") -> None:
        data = evidence if isinstance(evidence, bytes) else canonical(evidence)
        if expected is True:
            expected = {"kind": evidence["kind"], "origin": "AL", "epoch": evidence.get("epoch", 1)}
        vectors.add(name, what, {"evidence": b64(data), "list": trust}, expected)

    roots = pair("checkpoints", of_checkpoint(said()), of_checkpoint(said(OTHERS)))
    leaves = of_leaves(LEAVES, 16, OTHERS, 32)
    before = manifest(first=3, previous=suite.digest(b"before"))
    numbers = pair("manifests", of_manifest(before), of_manifest(manifest(first=3, previous=suite.digest(b"else"))))
    add("two roots", "of one size", roots, True)
    add("two leaves", "at one place, of two sizes", leaves, True)
    add("one number twice", "two manifests from 3 on", numbers, True)
    _pairs_of_manifests(add)
    _pairs_after_a_key_ended(add)
    two = pair(
        "checkpoints",
        of_checkpoint(said(), "AL seal 1", "AL seal 2"),
        of_checkpoint(said(OTHERS), "AL seal 1", "AL seal 2"),
    )
    add("signed by two", "both must have", two, True, "AL signs twice")
    add("of a suspended node", "it holds all the same", roots, True, "AL suspended")
    add("of a node that has left", "it holds all the same", roots, True, "AL left")
    _without_contradiction(add, leaves)
    _unproved(add, roots, numbers)
    for name, what, said_ in (
        ("unknown kind", "there are three", roots | {"kind": "receipts"}),
        ("without a second", "two statements", {"kind": "checkpoints", "first": roots["first"]}),
        ("member more", "and nothing else", roots | {"note": ""}),
        ("index beside checkpoints", "only leaves have one", roots | {"index": 5}),
        (
            "greater bytes first",
            "one conflict is written one way",
            roots | {"first": roots["second"], "second": roots["first"]},
        ),
    ):
        add(name, what, said_, "manifest-invalid")
    add("not canonical", "a line end behind it", canonical(roots) + b"\n", "not-canonical")
    vectors.write()


def of_checkpoint(data: bytes, *names: str) -> dict[str, Any]:
    return {"checkpoint": b64(data), "signatures": signed(data, *names)}


def of_manifest(one: Any, *names: str) -> dict[str, Any]:
    return {"manifest": b64(one.data), "signatures": signed(one.data, *names, typ=OF_MANIFEST)}


def pair(kind: str, *both: dict[str, Any]) -> dict[str, Any]:
    """Evidence of two statements, the lesser bytes first."""
    name = "manifest" if kind == "manifests" else "checkpoint"
    first, second = sorted(both, key=lambda one: suite.decoded(one[name], code="bad-request", what="it"))
    return {"first": first, "kind": kind, "second": second}


def of_leaves(
    one: Sequence[bytes], size: int, other: Sequence[bytes], other_size: int, index: int = 5
) -> dict[str, Any]:
    trees = [(one, size), (other, other_size)]
    both = [
        of_checkpoint(said(leaves, count))
        | {
            "leaf": b64(leaves[index]),
            "proof": [b64(hash_) for hash_ in Tree(leaves[:count]).inclusion_proof(index)],
        }
        for leaves, count in trees
    ]
    return pair("leaves", *both) | {"index": index}


def _pairs_of_manifests(add: Callable[..., None]) -> None:
    first = manifest()
    before = suite.digest(b"before")
    for name, what, one, other in (
        (
            "overlap",
            "3 to 4, and 4 to 5",
            manifest(first=3, previous=before),
            manifest(first=4, previous=suite.digest(b"x")),
        ),
        (
            "upon the same manifest",
            "one cannot lead to 3 and to 7",
            manifest(first=3, previous=before),
            manifest(first=7, previous=before),
        ),
        ("passes over", "follows document 2, and names another manifest", first, manifest(first=3, previous=before)),
    ):
        add(name, what, pair("manifests", of_manifest(one), of_manifest(other)), True)


def _pairs_after_a_key_ended(add: Callable[..., None]) -> None:
    """The last manifest that an ended key may have signed counts; nothing else of that key does."""
    last, other = manifest(), manifest(items=[suite.digest(b"other")])
    by_live = pair("manifests", of_manifest(last), of_manifest(other, "AL seal 2"))
    add("upon the last of an ended key", "another in its place, by the key that goes on", by_live, True, ENDED)
    by_ended = pair("manifests", of_manifest(last), of_manifest(other))
    add("beside the last of an ended key", "another in its place, by the ended key", by_ended, "key-ended", ENDED)


def _without_contradiction(add: Callable[..., None], leaves: dict[str, Any]) -> None:
    first = manifest()
    for name, what, one in (
        ("sizes that grow", "one log", pair("checkpoints", of_checkpoint(said(size=32)), of_checkpoint(said()))),
        (
            "the same root",
            "made at another moment",
            pair("checkpoints", of_checkpoint(said()), of_checkpoint(said(made_at="2026-03-09T07:00:00Z"))),
        ),
        ("two epochs", "two logs", pair("checkpoints", of_checkpoint(said()), of_checkpoint(said(OTHERS, epoch=2)))),
        (
            "two origins",
            "two logs",
            pair("checkpoints", of_checkpoint(said()), of_checkpoint(said(OTHERS, origin="BO"))),
        ),
        (
            "one after the other",
            "a chain",
            pair("manifests", of_manifest(first), of_manifest(manifest(first=3, previous=first.digest))),
        ),
        (
            "a gap between",
            "what is between is not shown",
            pair("manifests", of_manifest(first), of_manifest(manifest(first=4, previous=suite.digest(b"x")))),
        ),
        (
            "two streams",
            "numbers are of a stream",
            pair("manifests", of_manifest(first), of_manifest(manifest(stream=Stream("AL", 1, "public")))),
        ),
        ("the same leaf", "at one place", of_leaves(LEAVES, 16, OTHERS, 32, index=4)),
        ("proof of another place", "leaf 5 is not at 6", leaves | {"index": 6}),
        (
            "altered proof",
            "does not lead to the root",
            leaves | {"second": leaves["second"] | {"proof": leaves["second"]["proof"][::-1]}},
        ),
        (
            "the same twice",
            "one statement",
            {"first": of_checkpoint(said()), "kind": "checkpoints", "second": of_checkpoint(said())},
        ),
    ):
        add(name, f"{what}: contradicts nothing", one, "manifest-invalid")


def _unproved(add: Callable[..., None], roots: dict[str, Any], numbers: dict[str, Any]) -> None:
    forged = roots | {"second": roots["second"] | {"signatures": signed(b"x")}}
    add("one of them unsigned", "anybody could have written it", forged, "signature-missing")
    by_another = pair("checkpoints", of_checkpoint(said()), of_checkpoint(said(OTHERS), "BO seal 1"))
    add("one signed by another", "BO's key does not sign for AL", by_another, "signature-missing")
    add("one key of two", "AL asks for two", roots, "signature-missing", "AL signs twice")
    add("checkpoints of an ended key", "a thief may have signed them", roots, "key-ended", "AL seal 1 rotated")
    add("manifests of an ended key", "a thief may have signed them", numbers, "key-ended", "AL seal 1 rotated")
    drill = pair("checkpoints", *(of_checkpoint(said(leaves, alliance="drill")) for leaves in (LEAVES, OTHERS)))
    add("of another alliance", "drill", drill, "other-alliance")
    unknown = pair("checkpoints", *(of_checkpoint(said(leaves, origin="DE")) for leaves in (LEAVES, OTHERS)))
    add("of a node that is not listed", "DE", unknown, "unknown-node")
