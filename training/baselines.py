"""What the model has to beat, fitted on the same cases in the same run.

Each baseline is a function from training and test cases to one score a test case; equal scores are ties and are
judged as such. Must not see the outcome of a test case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from training.cases import MUNICIPAL, Cases
from training.hit_model import household_folds, mean_of_folds
from training.hours import fit_hours
from training.inputs import Array
from training.linear_part import fit_linear, sigmoid
from training.plan import Plan, useful_threads
from training.tree_bag import STEADY

ROUNDS = 120


@dataclass(frozen=True)
class Setting:
    """What a baseline may use besides the cases."""

    hourly_cost_ore: int
    seed: int
    threads: int = 1
    plan: Plan = field(default_factory=Plan)


Baseline = Callable[[Cases, Cases, Setting], Array]


def by_lot(_train: Cases, test: Cases, _setting: Setting) -> Array:
    """Everything tied: the exact mean over all lots is what the metrics give for ties."""
    return np.zeros(len(test))


def no_skill(train: Cases, test: Cases, _setting: Setting) -> Array:
    """The same probability for all, times the municipal amount at stake."""
    return np.asarray(train.hit.mean() * test.stakes[:, MUNICIPAL].sum(axis=1), dtype=np.float64)


def logistic_by_probability(train: Cases, test: Cases, setting: Setting) -> Array:
    """Ridge logistic regression, ranked by probability alone."""
    fold = household_folds(train.hit, train.household, folds=setting.plan.folds, seed=setting.seed)
    return sigmoid(mean_of_folds(fit_linear(train.x, train.hit, fold).fold_logits(test.x)))


def boosted_by_probability(train: Cases, test: Cases, setting: Setting) -> Array:
    """One LightGBM, ranked by probability alone."""
    return _boost(train.x, train.hit.astype(np.float64), test.x, objective="binary", setting=setting)


def tweedie_on_kroner(train: Cases, test: Cases, setting: Setting) -> Array:
    """One LightGBM on the municipal saving itself (compound Poisson-gamma), less the cost of the hours."""
    if not train.municipal_saving.any():
        return np.zeros(len(test))
    kroner = _boost(train.x, train.municipal_saving / 100, test.x, objective="tweedie", setting=setting)
    return kroner * 100 - _cost(train, test, setting)


def single_hurdle(train: Cases, test: Cases, setting: Setting) -> Array:
    """One LightGBM for the probability times one for the saving of a hit, less the cost of the hours."""
    saved = train.municipal_saving > 0
    if not saved.any():
        return np.zeros(len(test))
    chance = boosted_by_probability(train, test, setting) * (saved.sum() / max(int(train.hit.sum()), 1))
    amount = _boost(train.x[saved], train.municipal_saving[saved] / 100, test.x, objective="gamma", setting=setting)
    return np.asarray(chance * amount * 100 - _cost(train, test, setting), dtype=np.float64)


BASELINES: dict[str, Baseline] = {
    "random": by_lot,
    "no_skill": no_skill,
    "logistic_by_p": logistic_by_probability,
    "lightgbm_by_p": boosted_by_probability,
    "tweedie": tweedie_on_kroner,
    "single_hurdle": single_hurdle,
}


def _cost(train: Cases, test: Cases, setting: Setting) -> Array:
    model = fit_hours(train, plan=setting.plan, seed=setting.seed, threads=setting.threads)
    return model.expected(test.x) * setting.hourly_cost_ore


def _boost(x: Array, target: Array, x_test: Array, *, objective: str, setting: Setting) -> Array:
    import lightgbm

    threads = useful_threads(setting.threads, rows=len(x))
    settings: dict[str, Any] = STEADY | {
        "objective": objective,
        "learning_rate": 0.05,
        "num_leaves": 15,
        "min_data_in_leaf": max(5, min(20, len(x) // 20)),
        "seed": setting.seed,
        "num_threads": threads,
    }
    booster = lightgbm.train(settings, lightgbm.Dataset(x, target), num_boost_round=ROUNDS)
    return np.asarray(booster.predict(x_test, num_threads=threads), dtype=np.float64)
