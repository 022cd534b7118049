"""Whole øre, and a separate type for guesses, so that an estimate never adds to a sum that was paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

Ore = NewType("Ore", int)


@dataclass(frozen=True)
class Estimate:
    """An expected amount with its interval, all in whole øre."""

    mean: Ore
    low: Ore
    high: Ore

    def __post_init__(self) -> None:
        if not self.low <= self.mean <= self.high:
            raise ValueError("an estimate lies inside its own interval")


def as_danish_number(value: float, decimals: int = 0) -> str:
    """1234567.5 → `1.234.567,5` (thousands by point, decimals by comma)."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def as_kroner(amount: Ore | int, *, decimals: int = 0) -> str:
    """Whole øre → `1.234 kr.`."""
    return f"{as_danish_number(amount / 100, decimals)} kr."
