"""Contributions add up to the score and are the Shapley values they claim to be."""

from __future__ import annotations

import itertools
import math
import warnings

import numpy as np
import pytest
from simulated import AS_OF, COST_ORE, INPUTS, QUICK, a_matrix, labels_of

from training.explain import contributions
from training.plan import Plan
from training.ranking_model import fit_ranking_model
from training.tree_bag import TreeBag, fit_tree_bag, tree_settings


@pytest.mark.parametrize("rows", [60, 700])
@pytest.mark.parametrize("glass_box", [False, True])
def test_contributions_and_base_add_up_to_the_logit(rows: int, glass_box: bool) -> None:
    history = a_matrix(rows, prefix="c")
    model = fit_ranking_model(
        history, labels_of(history), inputs=INPUTS, as_of=AS_OF, hourly_cost_ore=COST_ORE, seed=3, base_plan=QUICK
    )
    model = model.glass_box() if glass_box else model
    pool = a_matrix(200, seed=9)
    told, base = contributions(model, pool)
    assert told.shape == (200, len(INPUTS.names))
    assert np.abs(told.sum(axis=1) + base - model.score(pool)["hit_logit"].to_numpy()).max() <= 1e-9
    assert rows == 60 or np.abs(told).max() > 0.05


def a_bag() -> tuple[TreeBag, np.ndarray]:
    random = np.random.default_rng(5)
    x = random.normal(size=(400, 4))
    x[random.random(x.shape) < 0.1] = np.nan
    hit = random.random(400) < 1 / (1 + np.exp(-np.nan_to_num(x[:, 0] * x[:, 1] + x[:, 2])))
    settings = tree_settings(Plan(leaves=5), extra=False, directions=[0] * 4, seed=1, threads=1)
    return fit_tree_bag(x, hit, np.arange(400) % 2, settings=settings, max_rounds=12), x


def expected_value(node: dict, row: np.ndarray, known: frozenset[int]) -> float:
    """The tree-path-dependent conditional expectation of one tree (Lundberg et al. 2020, algorithm 1)."""
    if "leaf_value" in node:
        return float(node["leaf_value"])
    left, right = node["left_child"], node["right_child"]
    if node["split_feature"] in known:
        value = row[node["split_feature"]]
        if np.isnan(value):
            goes_left = node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0.0
        else:
            goes_left = value <= node["threshold"]
        return expected_value(left if goes_left else right, row, known)
    count = [child.get("internal_count", child.get("leaf_count")) for child in (left, right)]
    halves = [expected_value(child, row, known) for child in (left, right)]
    return (count[0] * halves[0] + count[1] * halves[1]) / sum(count)


def brute_force_shapley(trees: list[dict], row: np.ndarray) -> np.ndarray:
    columns = range(len(row))
    worth = {
        known: sum(expected_value(tree["tree_structure"], row, known) for tree in trees)
        for size in range(len(row) + 1)
        for known in map(frozenset, itertools.combinations(columns, size))
    }
    shapley = np.zeros(len(row))
    for column in columns:
        for known in (subset for subset in worth if column not in subset):
            weight = math.factorial(len(known)) * math.factorial(len(row) - len(known) - 1) / math.factorial(len(row))
            shapley[column] += weight * (worth[known | {column}] - worth[known])
    return shapley


def test_tree_contributions_are_exact_shapley_values_by_brute_force() -> None:
    bag, x = a_bag()
    told, _ = bag.contributions(x[:8])
    exact = [
        np.mean([brute_force_shapley(booster.dump_model()["tree_info"], row) for booster in bag.boosters], axis=0)
        for row in x[:8]
    ]
    assert np.abs(np.array(exact) - told).max() <= 1e-6
    assert np.abs(told).max() > 0.05


def test_tree_contributions_equal_those_of_the_shap_library() -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("ignore", category=PendingDeprecationWarning, module="shap")
        warnings.filterwarnings("ignore", message="The set_bad function", category=PendingDeprecationWarning)
        warnings.filterwarnings("ignore", message="LightGBM binary classifier", category=UserWarning)
        import shap

        bag, x = a_bag()
        theirs = np.mean([shap.TreeExplainer(booster).shap_values(x[:50]) for booster in bag.boosters], axis=0)
    told, _ = bag.contributions(x[:50])
    assert np.abs(theirs - told).max() <= 1e-6
