"""Do the candidates of today still look like those the model knew, input by input?

The profile kept with a model is what a comparison needs and no more: shares of bins of at least `LEAST_ROWS` rows,
with edges halfway between two values, so that no person can be read from it. Must not know what an input means, and
says nothing of whether the truth moved: only the random arm can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.errors import DataContractError
from governance.rules.evidence import DriftEvidence
from training.inputs import Array

LEAST_ROWS = 20
ROWS_A_BIN = 40
MOST_BINS = 10
CHANCE = 0.95


@dataclass(frozen=True)
class InputProfile:
    """Shares of one input: the bins `(-inf, edges[0]], (edges[0], edges[1]], ...` and, when apart, the unknown last.

    Where few are unknown they count into the lowest bin, there and here, instead of making a cell of few persons.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    unknown_apart: bool


@dataclass(frozen=True)
class Profile:
    """The candidates of one day (`rows` of them), one `InputProfile` an input."""

    rows: int
    inputs: Mapping[str, InputProfile]


def make_profile(matrix: pl.DataFrame, names: Sequence[str]) -> Profile:
    """The profile of `matrix` [rows] in the inputs `names`; `DataContractError` with fewer than `LEAST_ROWS` rows."""
    if matrix.height < LEAST_ROWS:
        raise DataContractError(
            f"{matrix.height} candidates are too few to keep a profile of that shows no person.",
            item="candidates",
            remedy=f"Train on registers with at least {LEAST_ROWS} candidates.",
        )
    return Profile(matrix.height, {name: _profiled(_values(matrix, name)) for name in names})


def drift_evidence(profile: Profile, matrix: pl.DataFrame) -> DriftEvidence:
    """Population stability index of each input of the profile: `matrix` against the candidates the model knew.

    PSI = Σ (q - p) ln(q / p) over the bins, half a row added to each. By chance alone it comes to (1/n + 1/m) times a
    chi-square with a degree of freedom a bin less one (Yurdakul & Naranjo 2020): its 95 % point is taken off, so that
    two halves of one small pool do not look like two towns. With thousands of rows that takes off next to nothing.
    """
    if matrix.is_empty():
        raise DataContractError(
            "There is no candidate to compare with those the model knew.",
            item="candidates",
            remedy="Check the registers and the day: a list of nobody needs no model.",
        )
    index = {
        name: _stability_index(known, profile.rows, _counts(_values(matrix, name), known))
        for name, known in profile.inputs.items()
    }
    return DriftEvidence(index=index, candidates=matrix.height)


def _values(matrix: pl.DataFrame, name: str) -> Array:
    return matrix[name].cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)


def _profiled(values: Array) -> InputProfile:
    known = values[~np.isnan(values)]
    unknown_apart = len(values) - len(known) >= LEAST_ROWS and len(known) >= LEAST_ROWS
    shape = InputProfile(edges=_edges(known), shares=(), unknown_apart=unknown_apart)
    shares = _counts(values, shape) / len(values)
    return InputProfile(edges=shape.edges, shares=tuple(shares.tolist()), unknown_apart=unknown_apart)


def _edges(known: Array) -> tuple[float, ...]:
    """Halfway between values, so that every bin holds its part of the rows and never fewer than `LEAST_ROWS`."""
    distinct, count = np.unique(known, return_counts=True)
    wanted = max(len(known) / max(1, min(MOST_BINS, len(known) // ROWS_A_BIN)), LEAST_ROWS)
    edges, held, left = [], 0, len(known)
    for place in range(len(distinct) - 1):
        held, left = held + int(count[place]), left - int(count[place])
        if held >= wanted and left >= LEAST_ROWS:
            edges.append(float((distinct[place] + distinct[place + 1]) / 2))
            held = 0
    return tuple(edges)


def _counts(values: Array, known: InputProfile) -> Array:
    unknown = np.isnan(values)
    bins = np.searchsorted(np.array(known.edges), values[~unknown], side="left")
    counts = np.bincount(bins, minlength=len(known.edges) + 1).astype(np.float64)
    if known.unknown_apart:
        return np.append(counts, unknown.sum())
    counts[0] += unknown.sum()
    return counts


def _stability_index(known: InputProfile, rows: int, counts: Array) -> float:
    from scipy.stats import chi2

    cells, now = len(known.shares), counts.sum()
    if cells == 1:
        return 0.0
    then = (np.array(known.shares) * rows + 0.5) / (rows + cells / 2)
    today = (counts + 0.5) / (now + cells / 2)
    raw = float(((today - then) * np.log(today / then)).sum())
    by_chance = float(chi2.ppf(CHANCE, cells - 1)) * float(1 / rows + 1 / now)
    return max(0.0, raw - by_chance)
