"""Price levels: a declared index, year by year, each change with its source or marked as an assumption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Change:
    """How much dearer a year is than the year before, per cent; where that is from, and whether it is assumed."""

    year: int
    percent: Decimal
    source: str
    assumption: bool


@dataclass(frozen=True, kw_only=True)
class PriceIndex:
    """The declared changes by year."""

    changes: Mapping[int, Change]
