"""Does any input, or all of them together, give away who somebody is? The screen before a model may rank for real.

A feature need not name a ground to stand for it (Rotterdam, Sweden). Rows are adults with the features of their
address; every figure is learned on some addresses and measured on others. Must not know the limits: rules judge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.rules.evidence import ProxyEvidence, Separation
from training.adults import UNKNOWN
from training.inputs import Array, Flags
from training.protected import BY_LAW
from training.separation import Folded, area, binned, fold_by_address, out_of_fold_means

MATRIX = "matrix"
SCREENED = (*BY_LAW, "age_band", "district")
"""Not single provision: it is itself a condition of the benefits, and an input that knows the grant knows it."""
LEAST_PERSONS = 30
MOST_ADULTS = 12_000
FOLDS = 5
BINS = 20
ROUNDS = 60


@dataclass(frozen=True)
class Screened:
    """`separations` of every feature and the matrix, a group at a time; `not_measurable`: "attribute group" too small
    to be measured."""

    separations: tuple[Separation, ...]
    not_measurable: tuple[str, ...]


@dataclass(frozen=True)
class _Adults:
    """The adults screened: features [n, names], their folds, and the attribute columns."""

    names: tuple[str, ...]
    x: Array
    folded: Folded
    attributes: pl.DataFrame


def screen_proxies(
    matrix: pl.DataFrame,
    adults: pl.DataFrame,
    *,
    features: Sequence[str],
    measured_on: dt.date,
    rng: np.random.Generator,
) -> ProxyEvidence:
    """Every feature and the whole matrix against every group of the grounds that the law names, of age and of district.

    `matrix`: one row a unit with `features` (float64, unknown as null or NaN); `adults` as `adults_at` gives them for
    the same units. Groups below `LEAST_PERSONS` cannot be measured: `screen` names them.
    """
    screened = screen(matrix, adults, features=features, attributes=SCREENED, rng=rng)
    return ProxyEvidence(measured_on, screened.separations)


def screen(
    matrix: pl.DataFrame,
    adults: pl.DataFrame,
    *,
    features: Sequence[str],
    attributes: Sequence[str],
    rng: np.random.Generator,
) -> Screened:
    """One against the rest, for every value of `attributes`; who is unknown in one is no part of its figures.

    Above `MOST_ADULTS` a sample by `rng`, whole addresses. Deterministic for a given generator.
    """
    people = _sample(matrix, adults, features=features, rng=rng)
    separations: list[Separation] = []
    too_small: list[str] = []
    for attribute in attributes:
        values = people.attributes[attribute]
        known = np.asarray(values != UNKNOWN)
        for group in sorted(set(values.unique()) - {UNKNOWN}):
            inside = np.asarray(values == group)[known]
            if min(int(inside.sum()), int((~inside).sum())) < LEAST_PERSONS:
                too_small.append(f"{attribute} {group}")
                continue
            separations += _separations(people, known, inside, attribute, group)
    return Screened(tuple(separations), tuple(too_small))


def _sample(
    matrix: pl.DataFrame, adults: pl.DataFrame, *, features: Sequence[str], rng: np.random.Generator
) -> _Adults:
    addresses = adults["address_id"].unique().sort()
    share = min(1.0, MOST_ADULTS / max(adults.height, 1))
    drawn = addresses.gather(np.sort(rng.permutation(len(addresses))[: max(1, round(share * len(addresses)))]))
    kept = adults.filter(pl.col("address_id").is_in(drawn.implode()))
    rows = kept.join(matrix.select("unit_id", *features), on="unit_id", how="left", maintain_order="left")
    x = rows.select(pl.col(*features).cast(pl.Float64).fill_null(float("nan"))).to_numpy()
    folded = fold_by_address(rows["address_id"].to_numpy(), folds=FOLDS, rng=rng)
    return _Adults(tuple(features), x, folded, rows)


def _separations(people: _Adults, known: Flags, inside: Flags, attribute: str, group: str) -> list[Separation]:
    folded = Folded(people.folded.fold[known], people.folded.cluster[known], people.folded.folds)
    x = people.x[known]
    found = [
        Separation(name, attribute, group, area(_alone(x[:, place], inside, folded), inside, folded))
        for place, name in enumerate(people.names)
    ]
    together = Separation(MATRIX, attribute, group, area(_together(x, inside, folded), inside, folded))
    return [*found, together]


def _alone(column: Array, inside: Flags, folded: Folded) -> Array:
    return out_of_fold_means(binned(column, bins=BINS), inside, folded)


def _together(x: Array, inside: Flags, folded: Folded) -> Array:
    """Small boosted trees, each fold scored by trees that never saw its addresses."""
    import lightgbm

    settings = {
        "objective": "binary", "learning_rate": 0.1, "num_leaves": 8, "min_data_in_leaf": 20, "lambda_l2": 5.0,
        "seed": 1, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1,
    }  # fmt: skip
    score = np.zeros(len(x))
    for rows in folded.rows():
        seen = lightgbm.Dataset(x[~rows], inside[~rows].astype(np.float64), params={"verbose": -1})
        score[rows] = np.asarray(lightgbm.train(settings, seen, ROUNDS).predict(x[rows], raw_score=True))
    return score
