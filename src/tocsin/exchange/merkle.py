"""The Merkle tree of a log: RFC 9162, section 2.1, over SHA-256. docs/exchange.md, section 9.

Proofs are made from the hashes of complete subtrees alone. Subtree (level, index) stands over the 2^level leaves from
index * 2^level on; level 0 is the leaves' own hashes. These never change once they are there, so a store may keep them
as rows and serve a proof by reading about as many as the tree is high: `root_at`, `inclusion_proof` and
`consistency_proof` take whatever finds one. `Tree` keeps all in memory, `Frontier` only those that the next leaf needs.

    leaf     data of a leaf: in the log, the 32 bytes of a manifest's digest
    hash     32 bytes
    index    of a leaf, from 0 on
    size     leaves of a tree, from 0 on
    proof    hashes, from the leaves upwards
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Self

__all__ = [
    "EMPTY",
    "Frontier",
    "Node",
    "Tree",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root_at",
    "verify_consistency",
    "verify_inclusion",
]

Node = Callable[[int, int], bytes]  # (level, index) -> the hash of that complete subtree

WIDTH = 32
LEAF, INNER = b"\x00", b"\x01"  # so that no inner node can be shown as a leaf
EMPTY = sha256(b"").digest()  # the root of no leaves


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf with this data."""
    return sha256(LEAF + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return sha256(INNER + left + right).digest()


# Made from subtrees


def root_at(size: int, node: Node) -> bytes:
    """The root of the first `size` leaves."""
    if size < 0:
        raise ValueError(f"a tree of {size} leaves")
    return _hash_of(0, size, node) if size else EMPTY


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """That leaf `index` is in the tree of the first `size`: RFC 9162, 2.1.3.1. Raises ValueError if it is not."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    begin, end, path = 0, size, []
    while end - begin > 1:
        split = begin + _left_part(end - begin)
        if index < split:
            path.append((split, end))
            end = split
        else:
            path.append((begin, split))
            begin = split
    return [_hash_of(*part, node) for part in reversed(path)]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """That the tree of `old` leaves is how that of `new` began: RFC 9162, 2.1.4.1. Between equal sizes it is empty.

    Raises ValueError where there is nothing to prove: from no leaves on, or to fewer.
    """
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from a tree of {old} leaves to one of {new}")
    begin, end, path = 0, new, []
    while end != old:
        split = begin + _left_part(end - begin)
        if old <= split:
            path.append((split, end))
            end = split
        else:
            path.append((begin, split))
            begin = split
    if begin:  # otherwise the part that is left is the old tree, whose root the verifier has
        path.append((begin, end))
    return [_hash_of(*part, node) for part in reversed(path)]


def _left_part(count: int) -> int:
    """The largest power of two below `count`: how many leaves stand under the left of two branches."""
    return 1 << ((count - 1).bit_length() - 1)


def _complete(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The largest complete subtrees that stand side by side over these leaves, left to right."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield level, begin >> level
        begin += 1 << level


def _hash_of(begin: int, end: int, node: Node) -> bytes:
    return _joined([node(level, index) for level, index in _complete(begin, end)])


def _joined(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees that stand side by side, each smaller than the one before."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


# Verified


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that the leaf with this data is number `index` under `root`: RFC 9162, 2.1.3.2.

    `size` must come from where `root` comes from; a root does not say it.
    """
    if not 0 <= index < size or not _well_formed(proof, root):
        return False
    fn, sn, r = index, size - 1, leaf_hash(leaf)
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            fn, sn = _past_zeros(fn, sn)
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether `proof` shows that the one tree is how the other began: RFC 9162, 2.1.4.2.

    Between equal sizes, which the RFC leaves out, the proof is empty and the roots are equal. From no leaves on nothing
    is shown.
    """
    if not 0 < old_size <= new_size or not _well_formed(proof, old_root, new_root):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if not proof:
        return False
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            fn, sn = _past_zeros(fn, sn)
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


def _past_zeros(fn: int, sn: int) -> tuple[int, int]:
    """Both shifted until the lowest bit of `fn` is set, or it is 0: levels on which the last node has no sibling."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _well_formed(proof: Sequence[bytes], *roots: bytes) -> bool:
    return all(isinstance(one, bytes) and len(one) == WIDTH for one in (*proof, *roots))


# Kept


class Tree:
    """A tree that grows at its end, whole in memory: 64 bytes a leaf. Proofs of it at any size that it has had.

    It keeps the hashes of leaves, not their data.
    """

    __slots__ = ("_levels",)

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels = [bytearray()]
        self.extend(leaves)

    def __len__(self) -> int:
        return len(self._levels[0]) // WIDTH

    def append(self, leaf: bytes) -> int:
        """Put a leaf at the end and return its index."""
        self._levels[0] += leaf_hash(leaf)
        self._grow()
        return len(self) - 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Put leaves at the end, in order; all of them, or none if one is not bytes."""
        lowest = self._levels[0]
        before = len(lowest)
        try:
            for leaf in leaves:
                lowest += sha256(LEAF + leaf).digest()
        except BaseException:
            del lowest[before:]
            raise
        self._grow()

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree. Raises LookupError if it is not complete yet."""
        if index < 0 or not 0 <= level < len(self._levels) or WIDTH * index >= len(self._levels[level]):
            raise LookupError(f"the tree of {len(self)} leaves has no complete subtree {index} at level {level}")
        return bytes(self._levels[level][WIDTH * index : WIDTH * (index + 1)])

    def root(self, size: int | None = None) -> bytes:
        """The root now, or when it had `size` leaves. Raises ValueError if it never had."""
        return root_at(self._had(size), self.node)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """That leaf `index` is in the tree as it is now, or was at `size`. Raises ValueError."""
        return inclusion_proof(index, self._had(size), self.node)

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """That the tree at size `old` is how it began at size `new`, or now. Raises ValueError."""
        return consistency_proof(old, self._had(new), self.node)

    def _had(self, size: int | None) -> int:
        if size is None:
            return len(self)
        if not 0 <= size <= len(self):
            raise ValueError(f"the tree has {len(self)} leaves and never had {size}")
        return size

    def _grow(self) -> None:
        """Hash every pair that has become complete, level by level."""
        level = 0
        while True:
            below = self._levels[level]
            above = self._levels[level + 1] if level + 1 < len(self._levels) else bytearray()
            fresh = range(2 * len(above), len(below) - 2 * WIDTH + 1, 2 * WIDTH)
            if not fresh:
                return
            if level + 1 == len(self._levels):
                self._levels.append(above)
            for at in fresh:
                above += sha256(INNER + below[at : at + 2 * WIDTH]).digest()
            level += 1


class Frontier:
    """The right edge of a tree: the roots of its largest complete subtrees, left to right, one for each 1 in its size.

    Enough to append and to know the root, so that who only writes a log needs not read it.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._hashes: list[bytes] = []

    def __len__(self) -> int:
        return self._size

    @classmethod
    def at(cls, size: int, node: Node) -> Self:
        """The frontier of the first `size` leaves of a stored tree."""
        made = cls()
        made._size = size
        made._hashes = [node(level, index) for level, index in _complete(0, size)]
        return made

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What `to_bytes` gave. Raises ValueError."""
        made = cls()
        made._size = int.from_bytes(data[:8], "big")
        made._hashes = [data[at : at + WIDTH] for at in range(8, len(data), WIDTH)]
        if len(data) != 8 + WIDTH * made._size.bit_count():
            raise ValueError(f"{len(data)} bytes are not the frontier of a tree")
        return made

    def to_bytes(self) -> bytes:
        """Its size in 8 bytes, big-endian, and its hashes."""
        return self._size.to_bytes(8, "big") + b"".join(self._hashes)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Put a leaf at the end. Returns (level, index, hash) of every subtree that it completes, the leaf first."""
        made, level = leaf_hash(leaf), 0
        complete = [(0, self._size, made)]
        while self._size >> level & 1:
            made, level = node_hash(self._hashes.pop(), made), level + 1
            complete.append((level, self._size >> level, made))
        self._hashes.append(made)
        self._size += 1
        return complete

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return _joined(self._hashes) if self._hashes else EMPTY
