"""How far a score tells a group from the rest: area under the curve with an interval that knows households.

Persons at one address share every feature, so they are one draw, not several (Obuchowski 1997, on the structural
components of DeLong, DeLong & Clarke-Pearson 1988). Must not know what a score or a group means.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from governance.rules.evidence import Interval
from training.inputs import Array, Flags, Whole

Z95 = 1.959964
CHANCE = 0.5
PRIOR_ROWS = 20.0
"""A bin with few training rows is drawn towards the mean by as much as this many rows would."""


@dataclass(frozen=True)
class Folded:
    """`fold` [n] in 0 … `folds` - 1, addresses whole; `cluster` [n] the place of each row's address."""

    fold: Whole
    cluster: Whole
    folds: int

    def rows(self) -> Iterator[np.typing.NDArray[np.bool_]]:
        """The rows of each fold."""
        return (self.fold == number for number in range(self.folds))


def fold_by_address(address: np.typing.NDArray[np.object_], *, folds: int, rng: np.random.Generator) -> Folded:
    """A random fold an address."""
    names, cluster = np.unique(address.astype(str), return_inverse=True)
    of_address = rng.permutation(len(names)) % folds
    return Folded(of_address[cluster].astype(np.int64), cluster.astype(np.int64), folds)


def binned(column: Array, *, bins: int) -> Whole:
    """Quantile bins 0 … `bins` - 1, unknown in a bin of its own (`bins`); equal values share a bin."""
    known = np.isfinite(column)
    codes = np.full(len(column), bins, dtype=np.int64)
    if known.any():
        edges = np.unique(np.quantile(column[known], np.linspace(0, 1, bins + 1)[1:-1]))
        codes[known] = np.searchsorted(edges, column[known], side="left")
    return codes


def out_of_fold_means(codes: Whole, inside: Flags, folded: Folded) -> Array:
    """`[n]` share of the group in each row's bin, learned on the other folds only."""
    width = int(codes.max()) + 1
    keys = folded.fold * width + codes
    shape = (folded.folds, width)
    rows = np.bincount(keys, minlength=folded.folds * width).reshape(shape)
    members = np.bincount(keys, weights=inside, minlength=folded.folds * width).reshape(shape)
    other_rows, other_members = rows.sum(axis=0) - rows, members.sum(axis=0) - members
    share = other_members.sum(axis=1, keepdims=True) / np.maximum(other_rows.sum(axis=1, keepdims=True), 1)
    means = (other_members + PRIOR_ROWS * share) / (other_rows + PRIOR_ROWS)
    return np.asarray(means[folded.fold, codes], dtype=np.float64)


def area(score: Array, inside: Flags, folded: Folded) -> Interval:
    """Mean area over the folds with a 95 % interval, in [.5, 1]; `count` is the number of persons in the group.

    `score` [n] must come from outside each row's fold. An area below one half is chance, not knowledge: the direction
    was learned on the other folds.
    """
    weighted, variance, weights = 0.0, 0.0, 0.0
    for rows in folded.rows():
        members = int(inside[rows].sum())
        weight = float(min(members, int(rows.sum()) - members))
        if weight > 0:
            value, error = _of_one_fold(score[rows], inside[rows], folded.cluster[rows])
            weighted, variance, weights = weighted + weight * value, variance + (weight * error) ** 2, weights + weight
    mean, reach = weighted / weights, Z95 * math.sqrt(variance) / weights
    low, value, high = (min(max(edge, CHANCE), 1.0) for edge in (mean - reach, mean, mean + reach))
    return Interval(value, low, high, int(inside.sum()))


def _of_one_fold(score: Array, inside: Flags, cluster: Whole) -> tuple[float, float]:
    """Area and its standard error, rows of one address taken together."""
    below_rest, above_group = _standing(score, score[~inside]), 1.0 - _standing(score, score[inside])
    value = float(below_rest[inside].mean())
    parts = np.where(inside, (below_rest - value) / inside.sum(), (above_group - value) / (~inside).sum())
    by_cluster = np.bincount(cluster, weights=parts)
    return value, math.sqrt(float((by_cluster**2).sum()))


def _standing(score: Array, others: Array) -> Array:
    """`[n]` share of `others` that each score exceeds, ties half."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, score, side="left") + np.searchsorted(ordered, score, side="right")
    return np.asarray(below / (2 * len(others)), dtype=np.float64)
