"""Closed, mature cases as plain arrays: the one form every estimator is fitted on.

It joins the history matrix with its labels, in an order that does not depend on the order of the files. It must not
decide which cases are mature; `training.labels` has done that.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from governance.errors import DataContractError
from training.inputs import Array, Flags, Inputs, design_matrix

PURSES = ("bif", "buf", "kff", "society")
MUNICIPAL = slice(0, 3)

Text = npt.NDArray[np.object_]
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True)
class Cases:
    """`n` closed cases. Money in øre as float64 for estimation; unknown hours and probabilities are NaN.

    `x` [n, columns]; `hit` [n]; `stakes`, `savings` [n, 4] in the order of `PURSES`; `opened_on`, `closed_on` [n] as
    days; `household` [n] the group that may never stand on both sides of a split.
    """

    ids: Text
    x: Array
    hit: Flags
    hours: Array
    stakes: Array
    savings: Array
    household: Text
    channel: Text
    selection_probability: Array
    opened_on: npt.NDArray[np.datetime64]
    closed_on: npt.NDArray[np.datetime64]

    def __len__(self) -> int:
        return len(self.hit)

    def rows(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Cases:
        """The chosen cases only."""
        return Cases(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})

    @property
    def municipal_saving(self) -> Array:
        """`[n]` øre saved for the municipality."""
        return np.asarray(self.savings[:, MUNICIPAL].sum(axis=1), dtype=np.float64)


def stake_matrix(matrix: pl.DataFrame) -> Array:
    """`[n, 4]` monthly amounts at stake in øre, unknown as 0 (no grant, nothing at stake)."""
    columns = [matrix[f"stake_{purse}_ore"].cast(pl.Float64).fill_null(0.0).to_numpy() for purse in PURSES]
    return np.nan_to_num(np.column_stack(columns).astype(np.float64))


def make_cases(matrix: pl.DataFrame, labels: pl.DataFrame, *, inputs: Inputs) -> Cases:
    """Join a history matrix (`unit_id`) with its labels (`case_id`), sorted by id; raises when a label has no row."""
    joined = labels.join(matrix, left_on="case_id", right_on="unit_id", how="inner", suffix="_of_matrix").sort(
        "case_id"
    )
    if joined.height != labels.height:
        raise DataContractError(
            f"{labels.height} labels meet {joined.height} rows of the history matrix.",
            item="history matrix",
            remedy="Build the history matrix for the same registers and day as the labels, one row a case.",
        )
    savings = [joined[f"saving_{purse}_ore"].cast(pl.Float64).fill_null(0.0).to_numpy() for purse in PURSES]
    return Cases(
        ids=joined["case_id"].to_numpy().astype(object),
        x=design_matrix(joined, inputs),
        hit=joined["hit"].cast(pl.Boolean).to_numpy().astype(bool),
        hours=_floats(joined["hours"]),
        stakes=stake_matrix(joined),
        savings=np.column_stack(savings).astype(np.float64),
        household=joined["household"].to_numpy().astype(object),
        channel=joined["channel"].cast(pl.String).to_numpy().astype(object),
        selection_probability=_floats(joined["selection_probability"]),
        opened_on=joined["opened_on"].to_numpy().astype("datetime64[D]"),
        closed_on=joined["closed_on"].to_numpy().astype("datetime64[D]"),
    )


def _floats(column: pl.Series) -> Array:
    return column.cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)
