"""How many months of the amount at stake a hit saves, per purse (administration): the structural half of every krone.

E[saving | hit] = monthly stake x months, so that each amount shown is one a caseworker can recompute. Regressing kroner
directly was 3-6 points worse in captured saving. Must not know who is a hit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from training.cases import MUNICIPAL, PURSES, Cases
from training.inputs import Array
from training.plan import Plan, useful_threads
from training.tree_bag import STEADY

LEAST_HITS_FOR_TREES = 60
PRIOR_MONTHS = 6.0  # half a forward horizon: what stands until the first hits are in
PRIOR_HITS = 5.0  # the prior weighs as much as this many hits
# 12 months forward and two years back: a longer reclaim on a small stake would otherwise decide a whole bag
MOST_MONTHS = 36.0
PRIOR_HITS_FOR_LEVEL = 30.0


@dataclass(frozen=True)
class PurseSeverity:
    """Months for one purse: exp(mean raw score of `boosters`), or the constant; times `level`."""

    constant: float
    level: float
    boosters: tuple[Any, ...]
    threads: int = 1

    def months(self, x: Array) -> Array:
        """`[n]` expected months of the stake saved by a hit."""
        if not self.boosters:
            return np.full(len(x), self.constant * self.level)
        total = np.zeros(len(x))
        for booster in self.boosters:
            total += booster.predict(x, num_threads=useful_threads(self.threads, rows=len(x)))
        return np.asarray(total / len(self.boosters) * self.level, dtype=np.float64)


@dataclass(frozen=True)
class Severity:
    """One `PurseSeverity` a purse, in the order of `PURSES`."""

    purses: tuple[PurseSeverity, ...]

    def months(self, x: Array) -> Array:
        """`[n, 4]` expected months."""
        return np.column_stack([purse.months(x) for purse in self.purses])


def fit_severity(cases: Cases, *, plan: Plan, seed: int, threads: int) -> Severity:
    """Fit the months of every purse on the hits with something at stake there."""
    hits = cases.rows(cases.hit)
    return Severity(
        purses=tuple(
            _fit_purse(
                hits.x, hits.stakes[:, place], hits.savings[:, place], plan=plan, seed=seed + place, threads=threads
            )
            for place in range(len(PURSES))
        )
    )


def _fit_purse(x: Array, stake: Array, saving: Array, *, plan: Plan, seed: int, threads: int) -> PurseSeverity:
    staked = stake > 0
    x, stake, saving = x[staked], stake[staked], saving[staked]
    months = winsorised_months(saving, stake)
    weight = np.sqrt(stake / stake.mean()) if len(stake) else stake
    constant = float((months @ weight + PRIOR_HITS * PRIOR_MONTHS) / (weight.sum() + PRIOR_HITS))
    if len(stake) < LEAST_HITS_FOR_TREES or not months.any():
        fitted = np.full(len(stake), constant)
        return PurseSeverity(constant=constant, level=_level(saving, stake, fitted), boosters=(), threads=threads)
    boosters = tuple(
        _fit_booster(x, months, weight, plan=plan, seed=seed + 10 * draw, threads=threads)
        for draw in range(plan.severity_bag)
    )
    unlevelled = PurseSeverity(constant=constant, level=1.0, boosters=boosters, threads=threads)
    level = _level(saving, stake, unlevelled.months(x))
    return PurseSeverity(constant=constant, level=level, boosters=boosters, threads=threads)


def months_of_society(months: Array, stakes: Array) -> Array:
    """`months` `[n, 4]` with society's raised to what the municipality's own part comes to (both `[n, 4]`).

    What the municipality saves is a part of what society saves (registers.md, *The saving of a case*), which purses
    fitted one by one, each shrunk by its own number of hits, do not know.
    """
    own = (months * stakes)[:, MUNICIPAL].sum(axis=1)
    least = np.divide(own, stakes[:, -1], out=np.zeros(len(own)), where=stakes[:, -1] > 0)
    return np.column_stack([months[:, MUNICIPAL], np.maximum(months[:, -1], least)])


def winsorised_months(saving: Array, stake: Array) -> Array:
    """Saving per monthly stake, at most `MOST_MONTHS`; the money cut off comes back through the level."""
    return np.clip(saving / np.maximum(stake, 1.0), 0.0, MOST_MONTHS)


def _level(saving: Array, stake: Array, months: Array) -> float:
    """Kroner saved over kroner predicted on the hits, shrunk towards 1 by `PRIOR_HITS_FOR_LEVEL` hits."""
    promised = float(stake @ months)
    if promised <= 0:
        return 1.0
    prior = promised / len(stake) * PRIOR_HITS_FOR_LEVEL
    return float((saving.sum() + prior) / (promised + prior))


def _fit_booster(x: Array, months: Array, weight: Array, *, plan: Plan, seed: int, threads: int) -> Any:
    import lightgbm

    settings: dict[str, Any] = STEADY | {
        "objective": "poisson",
        "learning_rate": 0.05,
        "num_leaves": 5,
        "min_data_in_leaf": max(10, len(months) // 20),
        "lambda_l2": 20.0,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "feature_fraction": 0.5,
        "seed": seed,
        "num_threads": useful_threads(threads, rows=len(months)),
    }
    # a tree needs hits to stand on: 60 hits carry a dozen trees, 1,200 the whole plan
    rounds = int(np.clip(len(months) // 10, 6, plan.severity_rounds))
    return lightgbm.train(settings, lightgbm.Dataset(x, months, weight=weight), num_boost_round=rounds)
