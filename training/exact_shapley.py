"""Shapley values by their definition, over every subset of columns: slow, and beholden to no library.

phi_j = sum over S without j of |S|! (k - |S| - 1)! / k! x (v(S + j) - v(S))      (Shapley 1953)
v(S) of a tree: the row's way at nodes whose column is in S, elsewhere both ways weighed by the training rows that took
them (Lundberg et al. 2020, algorithm 1, *tree path dependent*). It must not call what it judges.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

import numpy as np

from training.inputs import Array, Flags
from training.tree_nodes import LEAF, Tree, goes_left

MOST_COLUMNS = 12
"""4,096 subsets a row: more columns in one tree cost more than they prove."""


def exact_tree_values(trees: Sequence[Tree], x: Array, *, width: int) -> tuple[Array, Array]:
    """`[rows, width]` Shapley values of the sum of `trees` and base `[rows]` = v(no column); at most `MOST_COLUMNS`
    columns in any one tree, else ValueError. Shapley values of a sum are the sum of the values, so each tree is a game
    of its own."""
    told, base = np.zeros((len(x), width)), np.zeros(len(x))
    for tree in trees:
        worth = tree_worth(tree, x)
        told[:, tree.columns] += shapley_of(worth)
        base += worth[:, 0]
    return told, base


def subsets(columns: int) -> Flags:
    """`[2^columns, columns]`: which columns each subset holds; the row number is the subset's bit pattern."""
    if columns > MOST_COLUMNS:
        raise ValueError(f"{columns} columns in one tree, more than {MOST_COLUMNS}")
    return ((np.arange(2**columns)[:, None] >> np.arange(columns)) & 1).astype(bool)


def tree_worth(tree: Tree, x: Array) -> Array:
    """`[rows, 2^k]`: v(S) of each row for every subset S of the `k` columns that the tree asks for."""
    columns = tree.columns
    known = subsets(len(columns))
    answers = dict(zip(tree.inner.tolist(), goes_left(tree, x).T, strict=True))
    worth: dict[int, Array] = {}
    # children stand behind their parent, so that backwards every child is there first
    for node in range(len(tree.column) - 1, -1, -1):
        if tree.column[node] == LEAF:
            worth[node] = np.full((1, 1), tree.value[node])
            continue
        left, right = int(tree.left[node]), int(tree.right[node])
        told = np.where(answers[node][:, None], worth[left], worth[right])
        both = (tree.cover[left] * worth[left] + tree.cover[right] * worth[right]) / tree.cover[[left, right]].sum()
        asked = known[:, int(np.searchsorted(columns, tree.column[node]))]
        worth[node] = np.where(asked[None, :], told, both)
    return np.broadcast_to(worth[0], (len(x), len(known)))


def shapley_of(worth: Array) -> Array:
    """`[rows, k]` Shapley values of a game told as `[rows, 2^k]` worths in the order of `subsets`."""
    columns = int(worth.shape[1]).bit_length() - 1
    known = subsets(columns)
    size = known.sum(axis=1)
    weight = np.array([factorial(s) * factorial(columns - s - 1) / factorial(columns) for s in range(columns)])
    told = np.zeros((len(worth), columns))
    for column in range(columns):
        without = np.flatnonzero(~known[:, column])
        gained = worth[:, without | (1 << column)] - worth[:, without]
        told[:, column] = gained @ weight[size[without]]
    return told
