"""A group's share of an address' adults as the inputs alone say it: the means of a group-blind penalty.

It infers protected attributes (GDPR art. 9) and is called for an approved mitigation and its benchmark only. Must not
know scores or lists.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from training.separation import fold_by_address

FOLDS = 5
ROUNDS = 80


def infer_share(
    matrix: pl.DataFrame,
    adults: pl.DataFrame,
    *,
    features: Sequence[str],
    attribute: str,
    group: str,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """`unit_id`, `share` in [0, 1] for each row of `matrix`, by trees that never saw the address."""
    import lightgbm

    settings = {
        "objective": "cross_entropy", "learning_rate": 0.05, "num_leaves": 8, "min_data_in_leaf": 20, "lambda_l2": 5.0,
        "seed": 1, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1,
    }  # fmt: skip
    of_unit = adults.group_by("unit_id").agg((pl.col(attribute) == group).mean().alias("share"), pl.len().alias("size"))
    rows = matrix.select("unit_id", "address_id", *features).join(of_unit, on="unit_id", how="left")
    x = rows.select(pl.col(*features).cast(pl.Float64).fill_null(float("nan"))).to_numpy()
    share, size = (rows[name].cast(pl.Float64).fill_null(0.0).to_numpy() for name in ("share", "size"))
    found = np.zeros(len(x))
    for fold in fold_by_address(rows["address_id"].to_numpy(), folds=FOLDS, rng=rng).rows():
        seen = ~fold & (size > 0)
        trees = lightgbm.train(settings, lightgbm.Dataset(x[seen], share[seen], weight=size[seen]), ROUNDS)
        found[fold] = np.asarray(trees.predict(x[fold]), dtype=np.float64)
    return rows.select("unit_id").with_columns(share=pl.Series(found))
