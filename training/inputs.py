"""Which columns a model may see: the allow-list between the feature matrix and every estimator.

Only the named inputs ever leave the matrix, in their declared order; whatever else stands in it (ids, dates, stakes,
labels joined by mistake) cannot reach a model. This module must not know what any input means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from governance.errors import DataContractError, ModelMismatch

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

# what only exists because somebody opened a case: knowing it at scoring time would be knowing the answer
POST_CONTROL = frozenset(
    {
        "case_id",
        "hit",
        "hours",
        "outcome",
        "opened_on",
        "closed_on",
        "channel",
        "caseworker_id",
        "selection_probability",
    }
    | {f"saving_{purse}_ore" for purse in ("bif", "buf", "kff", "society")}
)
NEAR_PERFECT_AUC = 0.97
LEAST_HITS_TO_SUSPECT = 20


@dataclass(frozen=True)
class Inputs:
    """The inputs of a model in order, the direction law or sense gives each for P, and expert crosses.

    `directions`: +1 (P may not fall as the input grows, all other columns held still), -1, or 0/absent. `crosses`:
    pairs whose product becomes a column of its own (single provider x other adult), without a direction; its
    contribution is told on its two inputs, half each.
    """

    names: tuple[str, ...]
    directions: Mapping[str, int] = field(default_factory=dict)
    crosses: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        unknown = (set(self.directions) | {name for pair in self.crosses for name in pair}) - set(self.names)
        if unknown or len(set(self.names)) < len(self.names):
            raise ModelMismatch(
                "Directions and crosses must speak of the inputs, each named once.",
                item=", ".join(sorted(unknown)) or "inputs",
                remedy="Correct the feature catalogue.",
            )
        refuse_post_control(self.names)

    @property
    def column_directions(self) -> list[int]:
        """One direction a design column (crosses have none)."""
        return [self.directions.get(name, 0) for name in self.names] + [0] * len(self.crosses)


def refuse_post_control(names: tuple[str, ...]) -> None:
    """Raise when an input is something only a control case can tell."""
    leaked = sorted(POST_CONTROL & set(names))
    if leaked:
        raise DataContractError(
            "An input is only known after a control.",
            item=", ".join(leaked),
            remedy="Remove it from the inputs: a model may only see what the registers knew before the case opened.",
        )


def design_matrix(matrix: pl.DataFrame, inputs: Inputs) -> Array:
    """`[rows, inputs + crosses]` float64, unknown as NaN, columns in declared order; raises `ModelMismatch`."""
    missing = [name for name in inputs.names if name not in matrix.columns]
    if missing:
        raise ModelMismatch(
            "The matrix lacks inputs of the model.",
            item=", ".join(missing),
            remedy="Build the matrix with the feature catalogue the model was trained on, or train again.",
        )
    columns = [matrix[name].cast(pl.Float64).to_numpy().astype(np.float64) for name in inputs.names]
    at = {name: place for place, name in enumerate(inputs.names)}
    crosses = [columns[at[first]] * columns[at[second]] for first, second in inputs.crosses]
    return np.ascontiguousarray(np.column_stack([*columns, *crosses]) if columns else np.empty((matrix.height, 0)))


def fold_crosses(contributions: Array, inputs: Inputs) -> Array:
    """Move each cross's contribution to its two inputs, half each: `[rows, inputs + crosses]` → `[rows, inputs]`."""
    count = len(inputs.names)
    folded = contributions[:, :count].copy()
    for place, pair in enumerate(inputs.crosses):
        for name in pair:
            folded[:, inputs.names.index(name)] += contributions[:, count + place] / 2
    return folded


def refuse_near_perfect(x: Array, hit: Flags, inputs: Inputs) -> None:
    """Raise when one input alone (its value or its absence) all but tells the outcome: nothing honest does.

    Rejected: dropping the column silently, which would hide that the registers were read after the decision.
    """
    if min(int(hit.sum()), int((~hit).sum())) < LEAST_HITS_TO_SUSPECT:
        return
    for place, name in enumerate(inputs.names):
        column = x[:, place]
        ranks = (np.nan_to_num(column, nan=np.inf), np.nan_to_num(column, nan=-np.inf), np.isnan(column).astype(float))
        if max(abs(area_under_curve(values, hit) - 0.5) for values in ranks) > NEAR_PERFECT_AUC - 0.5:
            raise DataContractError(
                "An input separates hits from misses almost perfectly: it was most likely written after the control.",
                item=name,
                remedy="Check that the column is read as known the day before the case opened, or remove it.",
            )


def area_under_curve(values: Array, hit: Flags) -> float:
    """The share of (hit, miss) pairs in which the hit has the larger value, ties half (Mann-Whitney)."""
    from scipy.stats import rankdata

    hits, misses = int(hit.sum()), int((~hit).sum())
    if not hits or not misses:
        return 0.5
    return float((rankdata(values)[hit].sum() - hits * (hits + 1) / 2) / (hits * misses))
