"""The tree against RFC 6962's own example and against its definition."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle
from audit.merkle import (
    ProofRefused,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    over,
    root,
)
from audit.tiles import FULL, WIDTH, TiledTree, tile_root

# The reference tests of Certificate Transparency: eight leaves, and the root after each.
INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(each)) for each in INPUTS]
MOST, MOST_IN_TILES = 300, 4 * WIDTH
MANY_LEAVES = [leaf_hash(number.to_bytes(4)) for number in range(MOST_IN_TILES)]
numbers = st.integers(min_value=1, max_value=MOST)


def leaves(count: int) -> list[bytes]:
    return MANY_LEAVES[:count]


def by_definition(hashes: list[bytes]) -> bytes:
    """The recursive definition of section 2.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    left, right = by_definition(hashes[:k]), by_definition(hashes[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_reference_roots_come_out(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_reference_inclusion_proof_comes_out() -> None:
    path = inclusion_proof(5, 8, over(LEAVES))

    assert [step.hex() for step in path] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_the_reference_consistency_proof_comes_out() -> None:
    path = consistency_proof(6, 8, over(LEAVES))

    assert [step.hex() for step in path] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(numbers)
def test_growing_leaf_by_leaf_gives_the_root_of_the_definition(size: int) -> None:
    assert root(leaves(size)) == by_definition(leaves(size))


@given(numbers, st.data())
def test_every_leaf_of_every_tree_can_be_proven(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)

    path = inclusion_proof(index, size, over(hashes))

    check_inclusion(leaf=hashes[index], index=index, size=size, path=path, expected=root(hashes))


@given(st.integers(2, MOST), st.data())
def test_no_proof_fits_another_leaf_place_size_or_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = (index + data.draw(st.integers(1, size - 1))) % size
    hashes = leaves(size)
    path, expected = inclusion_proof(index, size, over(hashes)), root(hashes)
    wrong = [
        (hashes[other], index, path, expected),
        (hashes[index], other, path, expected),
        (hashes[index], size, path, expected),
        (hashes[index], index, path[:-1], expected),
        (hashes[index], index, [*path, hashes[0]], expected),
        (hashes[index], index, path, root(hashes[:-1])),
    ]
    for leaf, place, steps, end in wrong:
        with pytest.raises(ProofRefused):
            check_inclusion(leaf=leaf, index=place, size=size, path=steps, expected=end)


@given(numbers, st.data())
def test_every_later_tree_is_proven_to_begin_with_the_earlier(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, size))
    hashes = leaves(size)

    path = consistency_proof(old, size, over(hashes))

    check_consistency(old=old, old_root=root(hashes[:old]), new=size, new_root=root(hashes), path=path)


@given(st.integers(2, MOST), st.data())
def test_a_rewritten_past_is_never_consistent(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    before = leaves(size)
    after = [*before[:changed], leaf_hash(b"another past"), *before[changed + 1 :]]

    with pytest.raises(ProofRefused):
        check_consistency(
            old=old,
            old_root=root(before[:old]),
            new=size,
            new_root=root(after),
            path=consistency_proof(old, size, over(after)),
        )


@given(st.integers(1, MOST_IN_TILES), st.data())
def test_tiles_give_the_same_roots_and_proofs_as_leaves(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    hashes = leaves(size)
    contents = [b"".join(hashes[at : at + WIDTH]) for at in range(0, size, WIDTH)]
    roots = [tile_root(tile) for tile in contents if len(tile) == FULL]
    tree = TiledTree(roots, dict(enumerate(contents)))

    assert tree.root(size) == root(hashes)
    assert tree.root(old) == root(hashes[:old])
    assert inclusion_proof(index, size, tree.subtree) == inclusion_proof(index, size, over(hashes))
    assert consistency_proof(old, size, tree.subtree) == consistency_proof(old, size, over(hashes))


def test_a_leaf_beyond_the_tree_has_no_proof() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(8, 8, over(LEAVES))
    with pytest.raises(IndexError):
        consistency_proof(9, 8, over(LEAVES))


def test_a_node_never_hashes_like_a_leaf() -> None:
    assert merkle.node_hash(LEAVES[0], LEAVES[1]) != leaf_hash(LEAVES[0] + LEAVES[1])
