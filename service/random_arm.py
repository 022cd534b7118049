"""The random control arm: a seed committed before the run, a known probability for every candidate.

Systematic sampling with unequal probabilities (Madow 1949): with a random start and a random order, a candidate is
drawn with exactly its own probability and the size of the sample is fixed. Knows nothing of the model but how uncertain
a saving is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FLOOR_SHARE = 0.25
"""Every candidate keeps at least this share of the mean probability, so that no case is beyond the arm's reach."""


@dataclass(frozen=True)
class Seed:
    """A secret number and its public commitment (SHA-256 of its decimal form)."""

    value: int

    @property
    def commitment(self) -> str:
        """What is published before the draw; whoever is given `value` afterwards can check it."""
        return hashlib.sha256(str(self.value).encode()).hexdigest()


def draw_probabilities(sd_ore: Floats, *, size: int) -> Floats:
    """Probabilities of being drawn, in (0, 1], that sum to `size`.

    Proportional to the predicted standard deviation of the saving, with a floor: uncertain, costly cases tell most
    about what the list is worth (Neyman allocation).
    """
    if size >= len(sd_ore):
        return np.ones(len(sd_ore))
    largest = float(sd_ore.max())
    # Relative to the largest: the smallest float there is would otherwise divide to infinity.
    relative = sd_ore / largest if largest > 0 else np.ones(len(sd_ore))
    weights = np.maximum(relative, FLOOR_SHARE * float(relative.mean()))
    certain = np.zeros(len(sd_ore), dtype=bool)
    while True:
        left = size - int(certain.sum())
        scale = left / float(weights[~certain].sum())
        over = ~certain & (weights * scale >= 1)
        if not over.any():
            return np.where(certain, 1.0, weights * scale)
        certain |= over


def draw(probabilities: Floats, *, seed: Seed) -> NDArray[np.int64]:
    """Positions drawn: systematic sampling over a random order from a random start."""
    rng = np.random.default_rng(seed.value)
    order = rng.permutation(len(probabilities))
    ends = np.cumsum(probabilities[order])
    # The sum is a whole number but for rounding: the last end must not miss its point.
    ends[-1] = round(float(ends[-1]))
    points = rng.uniform() + np.arange(int(ends[-1]))
    return np.sort(order[np.searchsorted(ends, points, side="right")])


def arm_size(hours: Floats, *, budget_hours: float, share: float) -> int:
    """How many cases the arm draws: its share of the hours over the mean hours of a case, at least one.

    Never so many that an unlucky draw of the longest cases would not fit the hours: the size stands before the draw,
    so leaving out a drawn case afterwards would make its probability untrue.
    """
    if share <= 0 or len(hours) == 0:
        return 0
    # hours beyond all there is to control are nobody's: the arm's share of them would leave no case to the model
    usable = min(budget_hours, float(hours.sum()))
    wanted = max(1, round(usable * share / float(hours.mean())))
    always_fit = int((np.cumsum(-np.sort(-hours)) <= budget_hours).sum())
    return min(wanted, always_fit)


def draw_table(unit_ids: pl.Series, probabilities: Floats, drawn: NDArray[np.int64]) -> pl.DataFrame:
    """Every candidate with its probability and whether it was drawn: what an evaluator needs to weight by."""
    picked = np.zeros(len(probabilities), dtype=bool)
    picked[drawn] = True
    return pl.DataFrame({"unit_id": unit_ids, "selection_probability": probabilities, "drawn": picked})
