"""A spec table: rows of registers in, the expected value of one feature per address at the close of `builders.DAY` out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from builders import Record


@dataclass(frozen=True)
class SpecTable:
    """Test, specification and manual of one feature in one."""

    rows: tuple[Record, ...]
    expected: Mapping[str, float | None]


def spec(*rows: Record, **expected: float | None) -> SpecTable:
    """The table of these rows; the keywords are address ids."""
    return SpecTable(rows, expected)
