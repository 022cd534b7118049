"""Expected hours of a case, from closed cases whose hours were written down: what a place on the list costs.

Must not know the saving: cheap cases may not become likely ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from training.cases import Cases
from training.inputs import Array
from training.plan import Plan, useful_threads
from training.tree_bag import STEADY

DEFAULT_HOURS = 8.0  # inside the 2-20 hours that public papers give a case; stands until hours are recorded
PRIOR_CASES = 5.0
LEAST_CASES_FOR_TREES = 200
LEAST_HOURS = 0.5
MOST_HOURS = 80.0  # two working weeks: more is a slip of the keyboard or many cases in one


@dataclass(frozen=True)
class HoursModel:
    """Mean hours, or a boosted model with the same mean."""

    mean: float
    booster: Any | None
    threads: int = 1

    def expected(self, x: Array) -> Array:
        """`[n]` expected hours, at least `LEAST_HOURS`."""
        if self.booster is None:
            return np.full(len(x), self.mean, dtype=np.float64)
        raw = self.booster.predict(x, num_threads=useful_threads(self.threads, rows=len(x)))
        return np.asarray(np.maximum(raw, LEAST_HOURS), dtype=np.float64)


def fit_hours(cases: Cases, *, plan: Plan, seed: int, threads: int) -> HoursModel:
    """Fit on the cases with hours; under `LEAST_CASES_FOR_TREES` the mean, shrunk towards `DEFAULT_HOURS`."""
    known = np.isfinite(cases.hours)
    hours = np.clip(cases.hours[known], LEAST_HOURS, MOST_HOURS)
    mean = float((hours.sum() + PRIOR_CASES * DEFAULT_HOURS) / (len(hours) + PRIOR_CASES))
    if len(hours) < LEAST_CASES_FOR_TREES:
        return HoursModel(mean=mean, booster=None, threads=threads)
    return HoursModel(mean=mean, booster=_fit_booster(cases.x[known], hours, seed, threads, plan), threads=threads)


def _fit_booster(x: Array, hours: Array, seed: int, threads: int, plan: Plan) -> Any:
    import lightgbm

    settings: dict[str, Any] = STEADY | {
        "objective": "poisson",
        "learning_rate": 0.05,
        "num_leaves": 5,
        "min_data_in_leaf": max(20, len(hours) // 40),
        "lambda_l2": 20.0,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "feature_fraction": 0.5,
        "seed": seed,
        "num_threads": useful_threads(threads, rows=len(hours)),
    }
    rounds = int(np.clip(len(hours) // 20, 10, plan.severity_rounds))
    return lightgbm.train(settings, lightgbm.Dataset(x, hours), num_boost_round=rounds)
