"""How likely a control of an address would have hit, said by trees that never saw that address.

Only to hold like risks beside like when the history is tested for bias; it ranks nobody. Must not know groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.inputs import Array, Flags

FOLDS = 5
ROUNDS = 80
LEAST_HITS = 15


@dataclass(frozen=True)
class Known:
    """Closed cases: inputs [n, columns], outcome [n], address [n]."""

    x: Array
    hit: Flags
    address: npt.NDArray[np.object_]


def out_of_sample_chance(
    known: Known, x: Array, address: npt.NDArray[np.object_], *, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Chance of a hit of the known cases and of other rows; no row by trees that saw its address.

    With fewer than `LEAST_HITS` hits or misses nothing can be told apart: everybody has the mean.
    """
    own, other = _folds(known.address, address, rng)
    at_home, elsewhere = np.full(len(known.x), known.hit.mean()), np.full(len(x), known.hit.mean())
    if min(int(known.hit.sum()), int((~known.hit).sum())) < LEAST_HITS:
        return at_home, elsewhere
    for fold in range(FOLDS):
        predict = _fit(known.x[own != fold], known.hit[own != fold])
        for rows, values, found in ((own == fold, known.x, at_home), (other == fold, x, elsewhere)):
            if rows.any():
                found[rows] = predict(values[rows])
    return at_home, elsewhere


def _folds(
    first: npt.NDArray[np.object_], second: npt.NDArray[np.object_], rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    names, place = np.unique(np.concatenate([first, second]).astype(str), return_inverse=True)
    fold = (rng.permutation(len(names)) % FOLDS)[place].astype(np.int64)
    return fold[: len(first)], fold[len(first) :]


def _fit(x: Array, hit: Flags) -> Callable[[Array], Array]:
    import lightgbm

    settings = {
        "objective": "binary", "learning_rate": 0.05, "num_leaves": 6, "min_data_in_leaf": 15, "lambda_l2": 10.0,
        "feature_fraction": 0.7, "seed": 1, "deterministic": True, "force_row_wise": True, "num_threads": 1,
        "verbose": -1,
    }  # fmt: skip
    trees = lightgbm.train(settings, lightgbm.Dataset(x, hit.astype(np.float64)), ROUNDS)
    return lambda rows: np.asarray(trees.predict(rows), dtype=np.float64)
