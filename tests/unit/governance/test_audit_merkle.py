"""The tree is that of RFC 6962: the vectors that Certificate Transparency logs are tested with, and pymerkle's answers."""

from __future__ import annotations

import itertools
from functools import cache

import pymerkle
import pytest

from governance.audit.merkle import (
    EMPTY_ROOT,
    append_leaf,
    complete_places,
    consistency_ranges,
    frontier_root,
    inclusion_ranges,
    leaf_hash,
    range_hash,
    root_from_inclusion,
    root_hash,
    roots_from_consistency,
)

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
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
A, B, C = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
D, E = (
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
)
# (leaf from 0, size) → audit path
INCLUSION = {
    (0, 1): [],
    (0, 8): [A, B, C],
    (5, 8): [D, E, ROOTS[4]],
    (2, 3): [ROOTS[2]],
    (1, 5): [ROOTS[1], B, D],
}
# (older size, size) → proof
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [A, B, C],
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", E, ROOTS[4]],
    (2, 5): [B, D],
}
LARGEST = 40


@cache
def nodes(leaves: tuple[bytes, ...]) -> dict[tuple[int, int], bytes]:
    frontier: dict[int, bytes] = {}
    return {
        place: value
        for index, leaf in enumerate(leaves)
        for place, value in append_leaf(frontier, index, leaf_hash(leaf))
    }


def hashes(leaves, ranges) -> list[bytes]:
    return [range_hash(start, end, nodes(tuple(leaves)).__getitem__) for start, end in ranges]


def in_hex(values) -> list[str]:
    return [value.hex() for value in values]


def several(size: int) -> list[bytes]:
    return [f"leaf {number}".encode() for number in range(size)]


@cache
def oracle() -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in several(LARGEST):
        tree.append_entry(leaf)
    return tree


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_vectors(size: int) -> None:
    frontier: dict[int, bytes] = {}
    for index, leaf in enumerate(LEAVES[:size]):
        list(append_leaf(frontier, index, leaf_hash(leaf)))
    assert frontier_root(frontier).hex() == ROOTS[size]
    assert root_hash(size, nodes(tuple(LEAVES)).__getitem__).hex() == ROOTS[size]


def test_no_events_have_the_root_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == ROOTS[0]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_audit_paths_are_those_of_the_vectors(index: int, size: int) -> None:
    assert in_hex(hashes(LEAVES, inclusion_ranges(index, size))) == INCLUSION[index, size]


@pytest.mark.parametrize(("older", "size"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_vectors(older: int, size: int) -> None:
    assert in_hex(hashes(LEAVES, consistency_ranges(older, size))) == CONSISTENCY[older, size]


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_pymerkle_gives_the_same_roots_and_proofs(size: int) -> None:
    leaves = several(LARGEST)
    assert root_hash(size, nodes(tuple(leaves)).__getitem__) == oracle().get_root(size)
    for index in range(size):
        _, *path = oracle().prove_inclusion(index + 1, size).path
        assert hashes(leaves, inclusion_ranges(index, size)) == path
        # its consistency proofs have another form than the RFC's; ours must lead to its roots
        older, older_root = index + 1, oracle().get_root(index + 1)
        proof = hashes(leaves, consistency_ranges(older, size))
        assert roots_from_consistency(older, size, older_root, proof) == (older_root, oracle().get_root(size))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21, LARGEST])
def test_a_proof_leads_to_the_root_and_no_other_leaf_does(size: int) -> None:
    leaves = several(LARGEST)
    root = root_hash(size, nodes(tuple(leaves)).__getitem__)
    for index in range(size):
        path = hashes(leaves, inclusion_ranges(index, size))
        assert root_from_inclusion(index, size, leaf_hash(leaves[index]), path) == root
        assert root_from_inclusion(index, size, leaf_hash(b"another"), path) != root


@pytest.mark.parametrize(("older", "size"), list(itertools.combinations_with_replacement(range(1, 18), 2)))
def test_a_consistency_proof_leads_to_both_roots(older: int, size: int) -> None:
    leaves = several(LARGEST)
    first, second = (root_hash(each, nodes(tuple(leaves)).__getitem__) for each in (older, size))
    path = hashes(leaves, consistency_ranges(older, size))
    assert roots_from_consistency(older, size, first, path) == (first, second)
    if older < size:
        wrong = [leaf_hash(b"another"), *path[1:]]
        assert roots_from_consistency(older, size, first, wrong) != (first, second)


@pytest.mark.parametrize(("wrong", "size"), [(0, 3), (4, 3)])
def test_sizes_outside_the_log_are_refused(wrong: int, size: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        consistency_ranges(wrong, size)
    with pytest.raises(ValueError, match="outside"):
        inclusion_ranges(wrong - 1, size)


def test_a_root_reads_as_many_nodes_as_the_log_has_doublings() -> None:
    for size in (1, 1_000, 2**20 - 1, 2**40):
        assert len(complete_places(0, size)) <= size.bit_length()
        for ranges in (inclusion_ranges(size // 3, size), consistency_ranges(size // 3 + 1, size)):
            assert sum(len(complete_places(*each)) for each in ranges) <= 2 * size.bit_length()
