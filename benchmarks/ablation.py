"""`python -m benchmarks.ablation`: what each feature and each family is worth, on towns with planted truth.

A bag of small boosted trees is fitted on the closed cases and compared with the true log odds of every candidate (rank
correlation): with all features, and again without each family. For each feature the share of the trees' gain says how
much it was used; the least used stay only where law or sense wants them looked at.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from scipy.stats import spearmanr

from benchmarks.ranking import Problem, make_problem
from features.definitions import load_catalogue_of_features
from features.feature import FAMILIES
from synthetic_data.town import TRUTH_FORMS, TownPlan
from training.bundle import model_inputs
from training.inputs import Array, design_matrix

MEMBERS = 5
ROUNDS = 120


def fit_bag(problem: Problem, columns: Sequence[int]) -> tuple[Array, Array]:
    """Mean log odds of every candidate, and each column's share of the gain."""
    import lightgbm

    inputs = model_inputs()
    pool = design_matrix(problem.pool, inputs)[:, columns]
    directions = [inputs.column_directions[place] for place in columns]
    total, gain = np.zeros(len(pool)), np.zeros(len(columns))
    for member in range(MEMBERS):
        settings = {
            "objective": "binary", "learning_rate": 0.05, "num_leaves": 10, "min_data_in_leaf": 20, "lambda_l2": 10,
            "feature_fraction": 0.7, "bagging_fraction": 0.7, "bagging_freq": 1, "seed": member, "verbose": -1,
            "num_threads": 2, "deterministic": True, "force_row_wise": True, "monotone_constraints": directions,
        }  # fmt: skip
        cases = lightgbm.Dataset(problem.train.x[:, columns], problem.train.hit.astype(np.float64))
        booster = lightgbm.train(settings, cases, ROUNDS)
        total += np.asarray(booster.predict(pool, raw_score=True)) / MEMBERS
        gain += booster.feature_importance("gain")
    return total, gain / gain.sum()


def run(*, persons: int, cases: int, seeds: Sequence[int]) -> None:
    """Print what leaving out each family costs, and each feature's share of the gain."""
    catalogue = load_catalogue_of_features()
    names = list(model_inputs().names)
    every = list(range(len(names)))
    agreement: dict[str, list[float]] = {}
    gains = []
    for seed in seeds:
        for form in TRUTH_FORMS:
            plan = TownPlan(persons=persons, seed=seed, cases=cases, truth_form=form)
            with tempfile.TemporaryDirectory() as folder:
                problem = make_problem(Path(folder), plan)
            score, gain = fit_bag(problem, every)
            gains.append(gain)
            agreement.setdefault("all features", []).append(_agreement(problem, score))
            for family in FAMILIES:
                kept = [place for place in every if catalogue[names[place]].family != family]
                score, _ = fit_bag(problem, kept)
                agreement.setdefault(f"without {family}", []).append(_agreement(problem, score))
            print(problem.name, file=sys.stderr, flush=True)
    _print_families(agreement)
    _print_features(names, np.array(gains))


def _agreement(problem: Problem, score: Array) -> float:
    return float(spearmanr(score, problem.true_chance).statistic)


def _print_families(agreement: dict[str, list[float]]) -> None:
    whole = np.array(agreement["all features"])
    print(f"\n{len(whole)} towns\n\n| features | rank correlation with the true probability | change |\n|---|---|---|")
    for name, values in agreement.items():
        change = np.array(values) - whole
        error = change.std(ddof=1) / np.sqrt(len(change)) if len(change) > 1 else 0.0
        print(f"| {name} | {np.mean(values):.3f} | {change.mean():+.3f} ± {error:.3f} |")


def _print_features(names: Sequence[str], gains: Array) -> None:
    table = pl.DataFrame({"name": list(names), "mean": gains.mean(axis=0), "most": gains.max(axis=0)})
    print("\n| feature | mean share of the gain, % | largest in a town, % |\n|---|---|---|")
    for name, mean, most in table.sort("mean", descending=True).iter_rows():
        print(f"| {name} | {100 * mean:.2f} | {100 * most:.2f} |")


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=65_000)
    parser.add_argument("--cases", type=int, default=4_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12])
    chosen = parser.parse_args()
    run(persons=chosen.persons, cases=chosen.cases, seeds=chosen.seeds)


if __name__ == "__main__":
    main()
