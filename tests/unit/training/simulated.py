"""A tiny simulated history with a known truth, built by plain functions."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from training.inputs import Inputs
from training.plan import Plan

COST_ORE = 70_000
AS_OF = dt.date(2024, 1, 1)
QUICK = Plan(
    folds=3, max_rounds=60, additive_pairs=2, additive_rounds=150, additive_learning_rate=0.08, severity_rounds=20
)
INPUTS = Inputs(
    names=("care_of", "moves", "tips", "rooms", "noise"),
    directions={"care_of": 1, "tips": 1},
    crosses=(("care_of", "moves"),),
)


def a_matrix(rows: int, *, seed: int = 0, prefix: str = "u") -> pl.DataFrame:
    random = np.random.default_rng(seed)
    bif = np.where(random.random(rows) < 0.6, random.lognormal(12.5, 0.5, rows), 0.0)
    buf = np.where(random.random(rows) < 0.4, random.lognormal(12.0, 0.5, rows), 0.0)
    rooms = np.where(random.random(rows) < 0.1, np.nan, random.integers(1, 6, rows))
    return pl.DataFrame(
        {
            "unit_id": [f"{prefix}{row:06d}" for row in range(rows)],
            "address_id": [f"a{row}" for row in range(rows)],
            "as_of": [AS_OF] * rows,
            "legal_basis": ["cpr_10"] * rows,
            "care_of": (random.random(rows) < 0.2).astype(float),
            "moves": random.poisson(1.0, rows).astype(float),
            "tips": random.poisson(0.4, rows).astype(float),
            "rooms": rooms,
            "noise": random.normal(size=rows),
            "stake_bif_ore": bif,
            "stake_buf_ore": buf,
            "stake_kff_ore": np.zeros(rows),
            "stake_society_ore": bif * 1.5 + buf,
        }
    )


def true_chance(matrix: pl.DataFrame, *, strength: float = 1.0, level: float = -2.0) -> np.ndarray:
    rooms = matrix["rooms"].fill_nan(3.0).to_numpy()
    care_of, moves, tips = (matrix[name].to_numpy() for name in ("care_of", "moves", "tips"))
    logit = level + strength * (1.2 * care_of + 0.8 * care_of * moves + 1.1 * np.minimum(tips, 2) - 0.3 * (rooms - 3))
    return 1 / (1 + np.exp(-logit))


def labels_of(
    matrix: pl.DataFrame, *, seed: int = 1, strength: float = 1.0, level: float = -2.0, random_share: float = 0.2
) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    rows = matrix.height
    hit = random.random(rows) < true_chance(matrix, strength=strength, level=level)
    months = 7.0 * random.gamma(4.0, 0.25, rows) * hit
    opened = [dt.date(2021, 1, 1) + dt.timedelta(days=int(day)) for day in np.sort(random.integers(0, 900, rows))]
    channel = np.where(random.random(rows) < random_share, "random", "rule_list")
    return pl.DataFrame(
        {
            "case_id": matrix["unit_id"],
            "address_id": matrix["address_id"],
            "opened_on": opened,
            "closed_on": [day + dt.timedelta(days=int(wait)) for day, wait in zip(opened, random.integers(30, 170, rows), strict=True)],
            "channel": channel,
            "selection_probability": pl.Series([0.01 if arm == "random" else None for arm in channel], dtype=pl.Float64),
            "hours": random.gamma(4.0, 2.0, rows),
            "hit": hit,
            **{f"saving_{purse}_ore": (matrix[f"stake_{purse}_ore"].to_numpy() * months).astype(np.int64) for purse in ("bif", "buf", "kff", "society")},
            "household": [f"h{row // 2}" for row in range(rows)],
        }
    )  # fmt: skip
