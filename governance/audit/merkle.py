"""The Merkle tree of RFC 6962 section 2.1: roots and proofs from stored hashes of complete subtrees.

Knows hashes and positions only, neither events nor a database: whoever asks passes in a function that gives the hash of
the complete subtree `(level, position)`, over the leaves `position * 2**level` up to `(position + 1) * 2**level`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

Place = tuple[int, int]
NodeHash = Callable[[Place], bytes]
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf: no leaf can pass for an inner node."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def inner_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both halves."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete_places(start: int, end: int) -> list[Place]:
    """The complete subtrees, left to right, that make up leaves `start` to `end` where `start` begins a subtree."""
    places = []
    while start < end:
        level = (end - start).bit_length() - 1
        places.append((level, start >> level))
        start += 1 << level
    return places


def range_hash(start: int, end: int, node: NodeHash) -> bytes:
    """The hash of leaves `start` to `end`, a whole branch of the tree."""
    *lefts, last = (node(place) for place in complete_places(start, end))
    for left in reversed(lefts):
        last = inner_hash(left, last)
    return last


def root_hash(size: int, node: NodeHash) -> bytes:
    """The root over the first `size` leaves."""
    return range_hash(0, size, node) if size else EMPTY_ROOT


def append_leaf(frontier: dict[int, bytes], index: int, leaf: bytes) -> Iterator[tuple[Place, bytes]]:
    """The nodes that leaf `index` completes, itself first; `frontier` (level → open left half) moves on with it."""
    level, position, value = 0, index, leaf
    yield (level, position), value
    while position & 1:
        value = inner_hash(frontier.pop(level), value)
        level, position = level + 1, position >> 1
        yield (level, position), value
    frontier[level] = value


def frontier_root(frontier: dict[int, bytes]) -> bytes:
    """The root of all leaves that went through `append_leaf`."""
    hashes = [frontier[level] for level in sorted(frontier)]
    if not hashes:
        return EMPTY_ROOT
    root = hashes[0]
    for left in hashes[1:]:
        root = inner_hash(left, root)
    return root


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The branches whose hashes are the audit path of leaf `index` (RFC 6962 section 2.1.1), nearest first."""
    _refuse_outside(index, size - 1)
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _left_width(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_ranges(older: int, size: int) -> list[tuple[int, int]]:
    """The branches whose hashes prove that `older` leaves begin the `size` ones (RFC 6962 section 2.1.2)."""
    _refuse_outside(older - 1, size - 1)
    start, end, path = 0, size, []
    while end > older:
        middle = start + _left_width(end - start)
        if older <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    # a complete left branch is the older root itself, which whoever checks has already
    return ([(start, end)] if start else []) + path[::-1]


def root_from_inclusion(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """The root that an audit path leads to; a path of the wrong length is a ValueError."""
    value = leaf
    for (start, _), other in zip(inclusion_ranges(index, size), path, strict=True):
        value = inner_hash(value, other) if start > index else inner_hash(other, value)
    return value


def roots_from_consistency(older: int, size: int, older_root: bytes, path: list[bytes]) -> tuple[bytes, bytes]:
    """The older and the newer root that a proof leads to; one of the wrong length is a ValueError."""
    ranges = dict(zip(consistency_ranges(older, size), path, strict=True))

    def known(start: int, end: int) -> bytes:
        if (start, end) == (0, older):
            return older_root
        if (start, end) in ranges:
            return ranges[start, end]
        middle = start + _left_width(end - start)
        return inner_hash(known(start, middle), known(middle, end))

    return known(0, older), known(0, size)


def _left_width(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << (width - 1).bit_length() - 1


def _refuse_outside(index: int, last: int) -> None:
    if not 0 <= index <= last:
        raise ValueError(f"{index} lies outside 0 to {last}")
