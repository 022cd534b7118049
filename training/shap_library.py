"""`shap.TreeExplainer` on our trees, by shap's own code.

Given a LightGBM booster, shap calls LightGBM's `pred_contrib`, which is what our explanation came from: it would judge
itself. Given the trees as arrays it runs its own implementation of Lundberg et al. (2020), algorithm 2.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from training.inputs import Array
from training.tree_bag import TreeBag
from training.tree_nodes import Tree


def tree_explainer_values(bag: TreeBag, x: Array, members: Sequence[Sequence[Tree]]) -> tuple[Array, Array]:
    """Mean of the members by `shap.TreeExplainer`: `[rows, columns]` and base `[rows]`, the bag's start included.

    `members` are the trees of each booster of `bag`.
    """
    trees = [tree for member in members for tree in member]
    splitting = [tree for tree in trees if len(tree.column) > 1]
    start = bag.start + sum(float(tree.value[0]) for tree in trees if len(tree.column) == 1) / len(bag.boosters)
    if not splitting:
        return np.zeros_like(x), np.full(len(x), start)
    told, expected = _explained(splitting, x)
    return told / len(bag.boosters), np.full(len(x), start + expected / len(bag.boosters))


def _explained(trees: Sequence[Tree], x: Array) -> tuple[Array, float]:
    shap = load_shap()
    explainer = shap.TreeExplainer({"trees": [as_shap_tree(tree) for tree in trees]})
    told = explainer.shap_values(x, check_additivity=False)
    expected = float(np.ravel(explainer.expected_value)[0])
    return np.asarray(told, dtype=np.float64).reshape(x.shape), expected


def as_shap_tree(tree: Tree) -> Mapping[str, Any]:
    """The tree under the names that shap gives its arrays."""
    return {
        "children_left": tree.left,
        "children_right": tree.right,
        "children_default": tree.unknown,
        "feature": tree.column,
        "threshold": tree.threshold,
        "value": tree.value[:, None],
        "node_sample_weight": tree.cover,
    }


def load_shap() -> Any:
    """The library; what its own imports deprecate is not ours to mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap
    return shap
