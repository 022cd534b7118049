"""What a fairness run says, as frozen values and as the documented JSON shape (docs/fairness.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.fairness.metrics import NAMES


@dataclass(frozen=True)
class Estimate:
    """One figure with its 95 % interval; None where it is not known, not defined or not shown."""

    value: float | None
    low: float | None
    high: float | None

    def as_document(self) -> dict[str, float | None]:
        """The three numbers, unrounded."""
        return {"value": self.value, "low": self.low, "high": self.high}


NOTHING = Estimate(None, None, None)


def make_estimate(value: float, low: float, high: float) -> Estimate:
    """Plain numbers; what is NaN or infinite is None, and an interval without its figure is none."""
    if not math.isfinite(value):
        return NOTHING
    return Estimate(float(value), _finite(low), _finite(high))


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None


@dataclass(frozen=True)
class GroupFigures:
    """One group: `n` rows (None when suppressed), every metric, and each metric's ratio to the reference."""

    n: int | None
    suppressed: bool
    metrics: Mapping[str, Estimate]
    ratios: Mapping[str, Estimate]

    def as_document(self) -> dict[str, Any]:
        """The group's part of the stable shape."""
        return {
            "n": self.n,
            "suppressed": self.suppressed,
            "metrics": {name: self.metrics[name].as_document() for name in NAMES},
            "ratios": {name: self.ratios[name].as_document() for name in NAMES},
        }


NOT_SHOWN = GroupFigures(None, True, dict.fromkeys(NAMES, NOTHING), dict.fromkeys(NAMES, NOTHING))
"""A suppressed group: every metric is there, none has a figure."""


@dataclass(frozen=True)
class FairnessReport:
    """Figures by column and group value, the notes to read them by, and the reference of each column."""

    groups: Mapping[str, Mapping[str, GroupFigures]]
    notes: tuple[str, ...]
    references: Mapping[str, str | None]

    def as_document(self) -> dict[str, Any]:
        """The stable JSON shape: `groups` and `notes`."""
        groups = {
            column: {value: figures.as_document() for value, figures in values.items()}
            for column, values in self.groups.items()
        }
        return {"groups": groups, "notes": list(self.notes)}
