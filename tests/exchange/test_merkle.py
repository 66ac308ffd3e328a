"""The Merkle tree, held against published vectors, the RFC's own recursion written out, and another implementation."""

import os
import tracemalloc
from hashlib import sha256

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.exchange.merkle import (
    EMPTY,
    Frontier,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    verify_consistency,
    verify_inclusion,
)

# The tree of Certificate Transparency's reference tests, as in transparency-dev/merkle: testonly/constants.go and
# proof/verify_test.go. Hashes of complete subtrees are by (level, index).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
NODES = {
    (0, 0): "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    (0, 1): "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    (0, 2): "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
    (0, 3): "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
    (0, 4): "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    (0, 5): "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
    (0, 6): "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    (0, 7): "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    (1, 0): "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    (1, 1): "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    (1, 2): "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    (1, 3): "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    (2, 0): "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    (2, 1): "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    (3, 0): "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
INCLUSIONS = [  # index, size, where the hashes of the proof stand above
    (0, 1, []),
    (0, 8, [(0, 1), (1, 1), (2, 1)]),
    (5, 8, [(0, 4), (1, 3), (2, 0)]),
    (2, 3, [(1, 0)]),
    (1, 5, [(0, 0), (1, 1), (0, 4)]),
]
CONSISTENCIES = [  # old, new, likewise
    (1, 1, []),
    (1, 8, [(0, 1), (1, 1), (2, 1)]),
    (6, 8, [(1, 2), (1, 3), (2, 0)]),
    (2, 5, [(1, 1), (0, 4)]),
    (6, 7, [(1, 2), (0, 6), (2, 0)]),
]


def hashes(places):
    return [bytes.fromhex(NODES[place]) for place in places]


def root(size):
    return bytes.fromhex(ROOTS[size])


# Published


def test_leaves_nodes_and_nothing_hash_as_published():
    # transparency-dev/merkle, rfc6962/rfc6962_test.go
    assert EMPTY.hex() == ROOTS[0]
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


def test_roots_are_the_published_ones_at_every_size():
    tree = Tree(LEAVES)
    assert [tree.root(size).hex() for size in range(9)] == ROOTS
    assert tree.root().hex() == ROOTS[8]


def test_every_complete_subtree_is_the_published_one():
    tree = Tree(LEAVES)
    assert {place: tree.node(*place).hex() for place in NODES} == NODES


@pytest.mark.parametrize(("index", "size", "places"), INCLUSIONS)
def test_inclusion_proofs_are_the_published_ones(index, size, places):
    proof = Tree(LEAVES).inclusion_proof(index, size)
    assert proof == hashes(places)
    assert verify_inclusion(LEAVES[index], index, size, proof, root(size))


@pytest.mark.parametrize(("old", "new", "places"), CONSISTENCIES)
def test_consistency_proofs_are_the_published_ones(old, new, places):
    proof = Tree(LEAVES).consistency_proof(old, new)
    assert proof == hashes(places)
    assert verify_consistency(old, new, proof, root(old), root(new))


def test_the_example_of_the_rfc_comes_out():
    # RFC 9162, 2.1.5, with its names: seven leaves; a to f and j stand over one, g h i over two, k over the first four,
    # l over the last three.
    leaves = [bytes([number]) for number in range(7)]
    a, b, c, d, e, f, j = map(leaf_hash, leaves)
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, l = node_hash(g, h), node_hash(i, j)  # noqa: E741
    tree = Tree(leaves)
    assert tree.root() == node_hash(k, l)
    assert [tree.inclusion_proof(index) for index in (0, 3, 4, 6)] == [[b, h, l], [c, g, l], [f, j, k], [i, k]]
    assert [tree.consistency_proof(old) for old in (3, 4, 6)] == [[c, d, g, l], [l], [i, j, k]]


# The text of RFC 9162, 2.1, as it stands there


def mth(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def some_leaves(count):
    return [sha256(b"%d" % number).digest() for number in range(count)]


@pytest.mark.parametrize("size", range(1, 35))
def test_every_proof_of_a_small_tree_is_what_the_rfc_says_and_verifies(size):
    leaves = some_leaves(40)
    tree = Tree(leaves)
    assert tree.root(size) == mth(leaves[:size])
    for index in range(size):
        proof = tree.inclusion_proof(index, size)
        assert proof == path(index, leaves[:size])
        assert verify_inclusion(leaves[index], index, size, proof, tree.root(size))
    for old in range(1, size + 1):
        proof = tree.consistency_proof(old, size)
        assert proof == subproof(old, leaves[:size], True)
        assert verify_consistency(old, size, proof, tree.root(old), tree.root(size))


MANY = some_leaves(700)
GROWN = Tree(MANY)
sizes = st.integers(1, len(MANY))


@given(st.data())
def test_proofs_at_any_size_are_what_the_rfc_says_and_verify(data):
    size = data.draw(sizes)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    proof = GROWN.inclusion_proof(index, size)
    assert proof == path(index, MANY[:size])
    assert verify_inclusion(MANY[index], index, size, proof, GROWN.root(size))
    proof = GROWN.consistency_proof(old, size)
    assert proof == subproof(old, MANY[:size], True)
    assert verify_consistency(old, size, proof, GROWN.root(old), GROWN.root(size))


def test_another_implementation_gives_the_same_roots_and_proofs():
    theirs = pymerkle.InmemoryTree("sha256")
    ours = Tree()
    for leaf in MANY[:100]:
        theirs.append_entry(leaf)
        ours.append(leaf)
        size = len(ours)
        assert ours.root() == theirs.get_root()
        for index in range(0, size, 7):
            assert [ours.node(0, index), *ours.inclusion_proof(index)] == theirs.prove_inclusion(index + 1).path
        for old in range(
            1, size, 5
        ):  # its proofs of consistency are of another form than the RFC's, between the same roots
            proof = theirs.prove_consistency(old, size)
            pymerkle.verify_consistency(ours.root(old), ours.root(), proof, prior_size=old, later_size=size)


# Refused


def changed_by_one_bit(one):
    for bit in range(8 * len(one)):
        changed = bytearray(one)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


@pytest.mark.parametrize(("index", "size"), [(0, 8), (5, 8), (6, 7), (3, 5)])
def test_an_inclusion_proof_with_any_bit_changed_is_refused(index, size):
    proof, its_root = GROWN.inclusion_proof(index, size), GROWN.root(size)
    assert verify_inclusion(MANY[index], index, size, proof, its_root)
    for place in range(len(proof)):
        for changed in changed_by_one_bit(proof[place]):
            assert not verify_inclusion(
                MANY[index], index, size, [*proof[:place], changed, *proof[place + 1 :]], its_root
            )
    assert not any(verify_inclusion(leaf, index, size, proof, its_root) for leaf in changed_by_one_bit(MANY[index]))
    assert not any(verify_inclusion(MANY[index], index, size, proof, other) for other in changed_by_one_bit(its_root))


@pytest.mark.parametrize(("old", "new"), [(4, 8), (6, 8), (6, 7), (3, 5), (7, 13)])
def test_a_consistency_proof_with_any_bit_changed_is_refused(old, new):
    proof, roots = GROWN.consistency_proof(old, new), (GROWN.root(old), GROWN.root(new))
    assert verify_consistency(old, new, proof, *roots)
    for place in range(len(proof)):
        for changed in changed_by_one_bit(proof[place]):
            assert not verify_consistency(old, new, [*proof[:place], changed, *proof[place + 1 :]], *roots)
    assert not any(verify_consistency(old, new, proof, other, roots[1]) for other in changed_by_one_bit(roots[0]))
    assert not any(verify_consistency(old, new, proof, roots[0], other) for other in changed_by_one_bit(roots[1]))


def malformed(proof, *others):
    """The proof with something missing, something more, something twice, or something of another length."""
    for extra in (b"", b"\x00" * 31, b"\x00" * 33, EMPTY, *others, *proof[:1]):
        yield [*proof, extra]
        yield [extra, *proof]
    for place, one in enumerate(proof):
        yield proof[:place] + proof[place + 1 :]
        for other in (one[:-1], one + b"\x00", one.hex(), one[:16], None):
            yield [*proof[:place], other, *proof[place + 1 :]]
    if len(proof) > 1:
        yield proof[::-1]


@given(st.data())
def test_malformed_inclusion_proofs_are_refused(data):
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    leaf, proof, its_root = MANY[index], GROWN.inclusion_proof(index, size), GROWN.root(size)
    for other in malformed(proof, its_root, leaf_hash(leaf)):
        assert not verify_inclusion(leaf, index, size, other, its_root)
    assert not verify_inclusion(leaf, index, size, proof, its_root[:-1])
    assert not verify_inclusion(leaf, index, size, proof, EMPTY)


@given(st.data())
def test_malformed_consistency_proofs_are_refused(data):
    new = data.draw(st.integers(2, len(MANY)))
    old = data.draw(st.integers(1, new - 1))
    proof, roots = GROWN.consistency_proof(old, new), (GROWN.root(old), GROWN.root(new))
    for other in [*malformed(proof, *roots), []]:
        assert not verify_consistency(old, new, other, *roots)
    assert not verify_consistency(old, new, proof, *reversed(roots))
    assert not verify_consistency(old, new, proof, roots[0][:-1], roots[1])
    assert not verify_consistency(new, old, proof, *roots)


@given(st.data())
def test_a_leaf_is_not_shown_at_another_index(data):
    size = data.draw(st.integers(2, len(MANY)))
    index, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    proof = GROWN.inclusion_proof(index, size)
    assert not verify_inclusion(MANY[index], other, size, proof, GROWN.root(size))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 0), (1, 1), (2, 1), (-1, 1), (-1, 8), (8, 8)])
def test_an_index_outside_the_tree_is_never_shown(index, size):
    assert not verify_inclusion(MANY[0], index, size, [], leaf_hash(MANY[0]))
    assert not verify_inclusion(MANY[0], index, size, GROWN.inclusion_proof(0, 8), GROWN.root(8))
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_proof(index, size, GROWN.node)


def test_a_proof_for_another_size_is_refused_also_under_the_root_it_leads_to():
    node, tree_root = GROWN.node, GROWN.root
    assert not verify_inclusion(MANY[0], 0, 4, [], tree_root(1))  # too short for its size
    assert not verify_inclusion(MANY[0], 0, 8, GROWN.inclusion_proof(0, 4), tree_root(4))
    assert not verify_inclusion(MANY[1], 0, 1, [node(0, 0)], tree_root(2))  # too long
    assert not verify_consistency(2, 8, GROWN.consistency_proof(2, 4), tree_root(2), tree_root(4))
    assert not verify_consistency(3, 4, GROWN.consistency_proof(7, 8), tree_root(7), tree_root(8))


def test_a_proof_of_other_widths_is_refused_also_under_a_root_made_for_it():
    for width in (0, 16, 31, 33, 64):
        odd = b"\x05" * width
        assert not verify_inclusion(MANY[0], 0, 2, [odd], node_hash(leaf_hash(MANY[0]), odd))
        assert not verify_consistency(1, 2, [odd], leaf_hash(MANY[0]), node_hash(leaf_hash(MANY[0]), odd))


def test_an_inner_node_is_not_shown_as_a_leaf():
    tree = Tree(MANY[:4])
    inner = tree.node(0, 0) + tree.node(0, 1)
    assert not verify_inclusion(inner, 0, 2, [tree.node(1, 1)], tree.root())


def test_a_tree_is_consistent_with_itself_only_by_an_empty_proof_and_an_equal_root():
    assert verify_consistency(5, 5, [], GROWN.root(5), GROWN.root(5))
    assert not verify_consistency(5, 5, [], GROWN.root(5), GROWN.root(6))
    assert not verify_consistency(5, 5, [GROWN.root(5)], GROWN.root(5), GROWN.root(5))


def test_nothing_is_shown_from_no_leaves_on():
    assert not verify_consistency(0, 0, [], EMPTY, EMPTY)
    assert not verify_consistency(0, 8, [], EMPTY, GROWN.root(8))
    assert not verify_consistency(-1, 8, GROWN.consistency_proof(1, 8), GROWN.root(1), GROWN.root(8))
    for old, new in ((0, 8), (0, 0), (9, 8), (-1, 8)):
        with pytest.raises(ValueError, match="no proof leads"):
            consistency_proof(old, new, GROWN.node)


@given(st.data())
def test_a_tree_with_one_leaf_replaced_has_another_root_and_no_proof_from_before(data):
    new = data.draw(st.integers(2, 200))
    old = data.draw(st.integers(1, new - 1))
    place = data.draw(st.integers(0, old - 1))
    other = Tree([*MANY[:place], b"\xff" * 32, *MANY[place + 1 : new]])
    assert other.root(old) != GROWN.root(old)
    assert not verify_consistency(old, new, other.consistency_proof(old, new), GROWN.root(old), other.root(new))


# Kept


def test_a_tree_grown_leaf_by_leaf_or_in_any_portions_is_the_same():
    for portion in (1, 2, 3, 16, 100, 700):
        tree = Tree()
        for start in range(0, len(MANY), portion):
            tree.extend(MANY[start : start + portion])
        assert len(tree) == len(MANY)
        assert [tree.root(size) for size in (1, 17, 699, 700)] == [GROWN.root(size) for size in (1, 17, 699, 700)]


def test_append_gives_the_index():
    tree = Tree(MANY[:5])
    assert tree.append(MANY[5]) == 5
    assert tree.root() == GROWN.root(6)


def test_leaves_are_appended_all_or_none():
    tree = Tree(MANY[:5])
    with pytest.raises(TypeError):
        tree.extend([*MANY[5:9], "text"])
    assert len(tree) == 5
    tree.extend(MANY[5:9])
    assert tree.root() == GROWN.root(9)


def test_sizes_that_the_tree_never_had_are_refused():
    tree = Tree(MANY[:5])
    for size in (6, -1):
        for ask in (
            tree.root,
            lambda size: tree.inclusion_proof(0, size),
            lambda size: tree.consistency_proof(1, size),
        ):
            with pytest.raises(ValueError, match="never had"):
                ask(size)
    with pytest.raises(ValueError, match="a tree of -1"):
        root_at(-1, tree.node)


@pytest.mark.parametrize("place", [(0, 5), (1, 2), (3, 0), (-1, 0), (0, -1), (0, -2), (9, 0)])
def test_a_subtree_that_is_not_complete_is_not_given(place):
    with pytest.raises(LookupError):
        Tree(MANY[:5]).node(*place)


def test_a_tree_takes_about_64_bytes_a_leaf():
    leaves = some_leaves(20_000)
    tracemalloc.start()
    tree = Tree(leaves)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(tree) == 20_000
    assert taken < 20_000 * 64 * 1.15


def test_proofs_of_a_long_log_read_about_as_many_hashes_as_the_tree_is_high():
    reads = []

    def node(level, index):
        reads.append((level, index))
        return bytes(32)

    for size in (1_000_000, 2**20 - 1, 2**20, 2**20 + 1):
        for number in (0, 1, size // 3, size // 2, size - 2, size - 1):
            for ask in (
                lambda at, size: inclusion_proof(at, size, node),
                lambda at, size: consistency_proof(at + 1, size, node),
            ):
                reads.clear()
                ask(number, size)
                assert len(reads) <= 40
    reads.clear()
    root_at(1_000_000, node)
    assert len(reads) == (1_000_000).bit_count()


def test_what_appending_completes_is_all_that_a_store_needs_for_every_proof():
    rows, frontier = {}, Frontier()
    for leaf in MANY[:100]:
        for level, index, one in frontier.append(leaf):
            assert (level, index) not in rows
            rows[level, index] = one
    assert len(rows) == sum(100 >> level for level in range(7))

    def node(level, index):
        return rows[level, index]

    for size in range(1, 101):
        assert root_at(size, node) == GROWN.root(size)
        assert inclusion_proof(size // 2, size, node) == GROWN.inclusion_proof(size // 2, size)
        assert consistency_proof(size, 100, node) == GROWN.consistency_proof(size, 100)


def test_a_frontier_has_the_root_of_the_tree_at_every_size_and_can_be_put_away():
    frontier = Frontier()
    assert frontier.root() == EMPTY
    for size, leaf in enumerate(MANY[:130], start=1):
        frontier.append(leaf)
        assert (len(frontier), frontier.root()) == (size, GROWN.root(size))
        kept = frontier.to_bytes()
        assert len(kept) == 8 + 32 * size.bit_count()
        assert kept == Frontier.at(size, GROWN.node).to_bytes()
        frontier = Frontier.from_bytes(kept)


def test_bytes_that_are_no_frontier_are_refused():
    kept = Frontier.at(100, GROWN.node).to_bytes()
    assert Frontier.from_bytes(kept).root() == GROWN.root(100)
    for other in (b"", kept[:7], kept[:-1], kept[:-32], kept + b"\x00", kept + os.urandom(32)):
        with pytest.raises(ValueError, match="not the frontier"):
            Frontier.from_bytes(other)
