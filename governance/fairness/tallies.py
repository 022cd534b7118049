"""Counting: how much of each kind of row each group has, and the same in resamples drawn by row.

Rows of one group, kind and weight are alike, so that a resample is one multinomial draw over the cells they form: a
million rows cost what a thousand do. Must not know what the counts are used for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.fairness.intervals import Floats
from governance.fairness.metrics import KINDS

Places = NDArray[np.int64]
RANDOM, RANDOM_IN_TABLE = KINDS.index("random"), KINDS.index("random_in_table")
MOST_WEIGHTS = 64
"""Distinct weights of one group and kind that a resample keeps apart; more are drawn as this many equal parts."""
_CHUNK_CELLS = 8_000_000


@dataclass(frozen=True)
class Cells:
    """Rows that are alike, in a fixed order: arrays (cells,) of group place, kind, weights and row count."""

    groups: int
    group: Places
    kind: Places
    weight: Floats
    table_weight: Floats
    count: Places


def build_cells(rows: pl.DataFrame, *, column: str, values: Sequence[str]) -> Cells:
    """The cells of `column`: group places follow `values`; every other value is the one group after them."""
    places = pl.DataFrame({column: values, "group": range(len(values))}, schema={column: pl.String, "group": pl.Int64})
    alike = rows.group_by(column, "kind", "weight", "table_weight").agg(pl.len().alias("count"))
    merged = (
        alike.join(places, on=column, how="left")
        .group_by(pl.col("group").fill_null(len(values)), "kind", "weight", "table_weight")
        .agg(pl.col("count").sum().cast(pl.Int64))
        .sort("group", "kind", "weight", "table_weight")
    )
    return _cells(merged, len(values) + 1)


def _cells(merged: pl.DataFrame, groups: int) -> Cells:
    return Cells(
        groups=groups,
        group=merged["group"].cast(pl.Int64).to_numpy(),
        kind=merged["kind"].cast(pl.Int64).to_numpy(),
        weight=merged["weight"].to_numpy(),
        table_weight=merged["table_weight"].to_numpy(),
        count=merged["count"].to_numpy(),
    )


def rows_of_groups(cells: Cells) -> Places:
    """Rows (groups,), unweighted."""
    rows = np.zeros(cells.groups, dtype=np.int64)
    np.add.at(rows, cells.group, cells.count)
    return rows


def tally(cells: Cells, *, power: int = 1) -> Floats:
    """Sums of weights to the `power`, (groups, kinds): exact whole numbers where every weight is 1."""
    sums = np.zeros((cells.groups, len(KINDS)))
    np.add.at(sums, (cells.group, cells.kind), cells.count * cells.weight**power)
    drawn = cells.kind == RANDOM
    in_table = (cells.count * cells.table_weight**power)[drawn]
    np.add.at(sums, (cells.group[drawn], np.full(drawn.sum(), RANDOM_IN_TABLE)), in_table)
    return sums


def resample(cells: Cells, *, resamples: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Tallies (some, groups, kinds), `resamples` in all: rows drawn with replacement, the random sample apart.

    The random sample and the other rows came about apart, so each keeps its number of rows.
    """
    few = _fewer_weights(cells)
    at_once = max(1, _CHUNK_CELLS // max(len(few.count), few.groups * len(KINDS)))
    for start in range(0, resamples, at_once):
        yield _draw(few, min(at_once, resamples - start), rng)


def _draw(cells: Cells, times: int, rng: np.random.Generator) -> Floats:
    counts = np.zeros((times, len(cells.count)))
    drawn = cells.kind == RANDOM
    for sample in (drawn, ~drawn):
        rows = int(cells.count[sample].sum())
        if rows:
            counts[:, sample] = rng.multinomial(rows, cells.count[sample] / rows, size=times)
    sums = np.zeros((times, cells.groups, len(KINDS)))
    _place(sums, cells, counts * cells.weight, np.ones_like(drawn), cells.kind)
    _place(sums, cells, counts * cells.table_weight, drawn, np.full(len(drawn), RANDOM_IN_TABLE))
    return sums


def _place(sums: Floats, cells: Cells, amounts: Floats, wanted: NDArray[np.bool_], kind: Places) -> None:
    """Add each wanted cell's amount to its group and kind; cells of one group and kind stand side by side."""
    if not wanted.any():
        return
    group, kind = cells.group[wanted], kind[wanted]
    starts = np.flatnonzero(np.r_[True, (np.diff(group) != 0) | (np.diff(kind) != 0)])
    sums[:, group[starts], kind[starts]] += np.add.reduceat(amounts[:, wanted], starts, axis=1)


def _fewer_weights(cells: Cells) -> Cells:
    """The same cells with at most MOST_WEIGHTS a group and kind: neighbours in weight become one of their mean."""
    if len(cells.count) <= cells.groups * MOST_WEIGHTS:
        return cells
    frame = pl.DataFrame({name: getattr(cells, name) for name in ("group", "kind", "weight", "table_weight", "count")})
    behind = pl.col("count").cum_sum().over("group", "kind") - pl.col("count")
    part = (behind * MOST_WEIGHTS // pl.col("count").sum().over("group", "kind")).alias("part")
    means = ((pl.col(name) * pl.col("count")).sum() / pl.col("count").sum() for name in ("weight", "table_weight"))
    merged = (
        frame.with_columns(part)
        .group_by("group", "kind", "part", maintain_order=True)
        .agg(*(mean.alias(name) for mean, name in zip(means, ("weight", "table_weight"), strict=True)),
             pl.col("count").sum().alias("total"))
        .rename({"total": "count"})
    )  # fmt: skip
    return _cells(merged, cells.groups)
