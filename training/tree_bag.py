"""A bag of LightGBM models, one a fold: member f never saw the households of fold f.

The same bag therefore gives the score (the mean), an out-of-fold score for calibration, and delete-a-group jackknife
replicates for the interval, at the price of one bag. It must not know what it predicts beyond a 0/1 label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from training.inputs import Array, Flags, Whole
from training.plan import Plan, useful_threads

# LightGBM is silent, deterministic and row-wise: the same rows and seed give the same trees on any number of threads
STEADY: dict[str, Any] = {"verbosity": -1, "deterministic": True, "force_row_wise": True}


@dataclass(frozen=True)
class TreeBag:
    """Fitted boosters of one bag, all cut at the same number of rounds, on top of `start`; `threads` is only speed."""

    boosters: tuple[Any, ...]
    start: float
    threads: int = 1

    def fold_logits(self, x: Array) -> Array:
        """`[n, folds]` raw scores, one column a member."""
        return np.column_stack([self.member_logits(x, place) for place in range(len(self.boosters))])

    def member_logits(self, x: Array, place: int) -> Array:
        """`[n]` raw scores of one member."""
        threads = useful_threads(self.threads, rows=len(x))
        raw = self.boosters[place].predict(x, raw_score=True, num_threads=threads)
        return np.asarray(raw, dtype=np.float64) + self.start

    def contributions(self, x: Array) -> tuple[Array, Array]:
        """Mean TreeSHAP of the members: `[n, columns]` and base `[n]` (Lundberg et al. 2020, tree-path-dependent)."""
        told = [booster.predict(x, pred_contrib=True, num_threads=self.threads) for booster in self.boosters]
        mean = np.mean(np.stack(told), axis=0)
        return np.ascontiguousarray(mean[:, :-1]), mean[:, -1] + self.start


def tree_settings(plan: Plan, *, extra: bool, directions: list[int], seed: int, threads: int) -> dict[str, Any]:
    """LightGBM parameters of one member."""
    settings: dict[str, Any] = STEADY | {
        "objective": "binary",
        "learning_rate": plan.learning_rate,
        "num_leaves": plan.extra_leaves if extra else plan.leaves,
        "min_data_in_leaf": plan.rows_per_leaf,
        "lambda_l2": plan.l2,
        "bagging_fraction": plan.row_share,
        "bagging_freq": 1,
        "feature_fraction": plan.extra_column_share if extra else plan.column_share,
        "extra_trees": extra,
        "seed": seed,
        "num_threads": threads,
        "max_bin": 127,
    }
    return settings | ({"monotone_constraints": directions} if any(directions) else {})


def fit_tree_bag(x: Array, hit: Flags, fold: Whole, *, settings: dict[str, Any], max_rounds: int) -> TreeBag:
    """Fit one member a fold; rounds are those with the least mean out-of-fold log loss over all members.

    `fold` [n] holds each row's fold, households together.
    """
    start = log_odds(hit)
    fitted = [
        _fit_member(x, hit, fold != place, settings=settings | {"seed": settings["seed"] + place}, rounds=max_rounds,
        start=start) for place in range(int(fold.max()) + 1)
    ]  # fmt: skip
    curve = np.average([losses for _, losses in fitted], axis=0, weights=np.bincount(fold))
    return TreeBag(
        boosters=tuple(_cut(booster, int(np.argmin(curve)) + 1) for booster, _ in fitted),
        start=start,
        threads=int(settings["num_threads"]),
    )


def _fit_member(
    x: Array, hit: Flags, inside: Flags, *, settings: dict[str, Any], rounds: int, start: float
) -> tuple[Any, Array]:
    import lightgbm

    label, level = hit.astype(np.float64), np.full(len(hit), start)
    train = lightgbm.Dataset(x[inside], label[inside], init_score=level[inside], free_raw_data=True)
    watch = lightgbm.Dataset(x[~inside], label[~inside], init_score=level[~inside], reference=train)
    seen: dict[str, dict[str, list[float]]] = {}
    threads = useful_threads(settings["num_threads"], rows=len(hit))
    booster = lightgbm.train(
        settings | {"metric": "binary_logloss", "num_threads": threads}, train, num_boost_round=rounds,
        valid_sets=[watch], valid_names=["out"], callbacks=[lightgbm.record_evaluation(seen)],
    )  # fmt: skip
    losses = seen["out"]["binary_logloss"]
    # a member that can split no further stops early: its loss stays where it stopped
    return booster, np.asarray(losses + losses[-1:] * (rounds - len(losses)), dtype=np.float64)


def _cut(booster: Any, rounds: int) -> Any:
    import lightgbm

    return lightgbm.Booster(model_str=booster.model_to_string(num_iteration=rounds))


def log_odds(hit: Flags) -> float:
    """The logit of the share of hits, half a case added to each side."""
    return float(np.log((hit.sum() + 0.5) / ((~hit).sum() + 0.5)))
