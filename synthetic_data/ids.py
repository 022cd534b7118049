"""Recognisably synthetic ids that look like keyed pseudonyms and are never CPR numbers.

A 64-bit mixing bijection (splitmix64) of (town seed, block, number): unique by construction, the same for the same
seed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from synthetic_data.columns import Ints

_HEX = np.frombuffer("".join(f"{value:02x}" for value in range(256)).encode(), dtype=np.uint8).reshape(256, 2)
_BLOCK_SHIFT = np.uint64(32)


def make_ids(prefix: str, *, numbers: Ints, block: int, seed: int) -> pa.StringArray:
    """`prefix` followed by 16 hex digits, one id a number; equal inputs give equal ids."""
    key = np.uint64((seed * 0x9E3779B97F4A7C15 + sum(prefix.encode())) % 2**64)
    words = _mix((numbers.astype(np.uint64) | (np.uint64(block) << _BLOCK_SHIFT)) ^ _mix(np.array([key]))[0])
    digits = _HEX[words.byteswap().view(np.uint8).reshape(-1, 8)].reshape(-1, 16)
    head = np.frombuffer(prefix.encode(), dtype=np.uint8)
    text = np.concatenate([np.broadcast_to(head, (len(numbers), len(head))), digits], axis=1)
    return _as_strings(np.ascontiguousarray(text))


def _mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _as_strings(text: NDArray[np.uint8]) -> Any:
    count, width = text.shape
    offsets = (np.arange(count + 1) * width).astype(np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text.reshape(-1)))
