"""A Merkle tree in tiles of 256 hashes, as rows keep it. The tree itself is `tocsin.exchange.merkle`.

Tiles of level 0 hold leaves, those of level n the hashes of complete subtrees of 256^n leaves. Any other hash stands
over at most 128 hashes of one tile, and is computed from them.
"""

from collections.abc import Callable, Mapping, Sequence

from tocsin.exchange.merkle import WIDTH, Node, leaf_hash, node_hash

__all__ = ["HEIGHT", "SPAN", "Place", "grown", "node_of", "wanted"]

HEIGHT = 8  # levels of the tree from one level of tiles to the next
SPAN = 1 << HEIGHT

Place = tuple[int, int]  # level of tiles, index


def node_of(tiles: Mapping[Place, bytes]) -> Node:
    """Finds the hash of a complete subtree in these tiles. Raises LookupError if it is not there."""

    def node(level: int, index: int) -> bytes:
        (at, tile), first, count = _where(level, index)
        held = tiles.get((at, tile), b"")[WIDTH * first : WIDTH * (first + count)]
        if len(held) != WIDTH * count:
            raise LookupError(f"no complete subtree {index} at level {level} is kept")
        return _root(at, held)

    return node


def wanted(make: Callable[[Node], object]) -> set[Place]:
    """The tiles that `make` will look into, found by letting it look into nothing."""
    found = set()

    def node(level: int, index: int) -> bytes:
        found.add(_where(level, index)[0])
        return bytes(WIDTH)

    make(node)
    return found


def grown(size: int, leaves: Sequence[bytes], last: Callable[[int, int], bytes]) -> dict[Place, bytes]:
    """The tiles that are new or others once `leaves` stand behind the first `size`.

    last   (level, index) -> what is in the tile so far; asked only of the unfilled one at the end of a level
    """
    changed, level, begin, fresh = {}, 0, size, b"".join(leaves)
    while fresh:
        index, held = divmod(begin, SPAN)
        data = (last(level, index) if held else b"") + fresh
        tiles = [data[at : at + WIDTH * SPAN] for at in range(0, len(data), WIDTH * SPAN)]
        changed.update({(level, index + place): tile for place, tile in enumerate(tiles)})
        fresh = b"".join(_root(level, tile) for tile in tiles if len(tile) == WIDTH * SPAN)
        level, begin = level + 1, index
    return changed


def _where(level: int, index: int) -> tuple[Place, int, int]:
    """The tile over which a subtree stands, the first of its hashes there, and how many."""
    at, above = divmod(level, HEIGHT)
    tile, first = divmod(index << above, SPAN)
    return (at, tile), first, 1 << above


def _root(level: int, data: bytes) -> bytes:
    """The root over the hashes of one tile or an even part of it."""
    hashes = [data[at : at + WIDTH] for at in range(0, len(data), WIDTH)]
    if level == 0:
        hashes = [leaf_hash(leaf) for leaf in hashes]
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]
