"""The trees of a LightGBM model as plain arrays, read from its own description of itself.

What checks an explanation must walk the trees without the code that made the explanation. Must not know which part of
the ensemble a tree belongs to, nor what a column means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.inputs import Array, Flags, Whole

LEAF = -1


@dataclass(frozen=True)
class Tree:
    """One tree of `k` nodes, the root first; all arrays `[k]`.

    An inner node sends a row to `left` when `column <= threshold`, an unknown value (NaN) to `unknown`; a leaf has
    `column` and children `LEAF`. `value` is the logit of a leaf, `cover` the number of training rows that came by.
    """

    column: Whole
    threshold: Array
    left: Whole
    right: Whole
    unknown: Whole
    value: Array
    cover: Array

    @property
    def inner(self) -> Whole:
        """Places of the nodes that ask something."""
        return np.flatnonzero(self.column != LEAF)

    @property
    def columns(self) -> Whole:
        """The columns that the tree asks for, sorted, each once."""
        return np.unique(self.column[self.inner])

    @property
    def reach(self) -> float:
        """The largest leaf less the smallest: the most that one answer can change."""
        leaves = self.value[self.column == LEAF]
        return float(leaves.max() - leaves.min())


def read_trees(booster: Any) -> tuple[Tree, ...]:
    """Every tree of a LightGBM booster; ValueError when a split is of a kind that our models never make."""
    return tuple(_tree(told["tree_structure"]) for told in booster.dump_model()["tree_info"])


def _tree(root: Mapping[str, Any]) -> Tree:
    nodes: list[Mapping[str, Any]] = []
    children: list[tuple[int, int]] = []
    waiting = [root]
    while waiting:
        node = waiting.pop(0)
        nodes.append(node)
        # children are numbered in the order in which they wait
        first = len(nodes) + len(waiting)
        children.append((LEAF, LEAF) if _is_leaf(node) else (first, first + 1))
        waiting += [] if _is_leaf(node) else [node["left_child"], node["right_child"]]
    return _as_arrays(nodes, children)


def _is_leaf(node: Mapping[str, Any]) -> bool:
    return "split_feature" not in node


def _as_arrays(nodes: Sequence[Mapping[str, Any]], children: Sequence[tuple[int, int]]) -> Tree:
    left, right = np.array(children, dtype=np.int64).T
    to_left = np.array([not _is_leaf(node) and _unknown_goes_left(node) for node in nodes])
    return Tree(
        column=np.array([node.get("split_feature", LEAF) for node in nodes], dtype=np.int64),
        threshold=np.array([node.get("threshold", 0.0) for node in nodes], dtype=np.float64),
        left=left,
        right=right,
        unknown=np.where(to_left, left, right),
        value=np.array([node.get("leaf_value", 0.0) for node in nodes], dtype=np.float64),
        # a tree that could not split at all tells no count
        cover=np.array([node.get("internal_count", node.get("leaf_count", 1)) for node in nodes], dtype=np.float64),
    )


def _unknown_goes_left(node: Mapping[str, Any]) -> bool:
    if node["decision_type"] != "<=" or node["missing_type"] not in ("None", "NaN"):
        raise ValueError(f"a split by {node['decision_type']} with missing values as {node['missing_type']}")
    # a column without unknown values in training: LightGBM reads an unknown one as 0
    return bool(node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0.0)


def goes_left(tree: Tree, x: Array) -> Flags:
    """`[rows, inner nodes]`: the answer of every row at every node of `tree.inner`, whether it comes by or not."""
    inner = tree.inner
    value = x[:, tree.column[inner]]
    unknown_left = tree.unknown[inner] == tree.left[inner]
    return np.where(np.isnan(value), unknown_left, value <= tree.threshold[inner])
