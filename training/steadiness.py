"""Does an explanation stand still while the case does?

Every known figure of a case is moved by less than half of the last digit that its sentence prints, so that the reader
could not tell the two cases apart, and once more by a millionth of that. Neither time may an input's contribution move
further than the model itself lets it:

    |phi_j(x') - phi_j(x)| <= slope x sum over parts of weight x most(part, x, x')

most(trees): twice the reach (largest leaf less smallest) of each tree in which any answer changed, mean over members.
  A contribution is a mean of marginal ones v(S + j) - v(S), each within the reach either way, so no sound one is above.
most(additive), most(linear): the summed movement of the terms themselves.
Where no answer changes, the right side is that of the linear part alone and the explanation must stand still: so it is
after a hair, but for the cases that stand exactly on a split (docs/explanations.md). A reason stronger than its bound
therefore cannot change sides. Must not look at sentences.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from training.additive_part import AdditivePart
from training.hit_model import Part
from training.inputs import Array, Inputs
from training.linear_part import LinearPart
from training.tree_bag import TreeBag
from training.tree_nodes import Tree, goes_left

SHARES_OF_A_STEP = (0.49, 0.49e-6)
"""How far a figure is moved, of the last digit printed: just under half, and a hair."""
PRINTED_WHOLE_FROM = 100.0
"""From here on a sentence prints no decimal (`features.feature`)."""

Members = Sequence[Sequence[Tree]]


def printed_step(values: Array) -> Array:
    """The last digit that a sentence prints of each value: 1, or 0.1 for a broken figure under 100."""
    broken = (values != np.round(values)) & (np.abs(values) < PRINTED_WHOLE_FROM)
    return np.where(broken, 0.1, 1.0)


def disturbed(
    matrix: pl.DataFrame, names: Sequence[str], *, share_of_step: float, rng: np.random.Generator
) -> pl.DataFrame:
    """The matrix with every known figure of `names` moved by at most that share of its printed step, either way.

    Nothing (0) and unknown stay: they are told by another sentence, and nothing lies beside them.
    """
    moved = []
    for name in names:
        values = matrix[name].cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)
        push = rng.uniform(-share_of_step, share_of_step, len(values)) * printed_step(values)
        moved.append(pl.Series(name, np.where(values == 0.0, 0.0, values + push)).fill_nan(None))
    return matrix.with_columns(moved)


def most_movement(part: Part, trees: Members, x: Array, moved: Array) -> Array:
    """`[rows]`: how far any one column's contribution to `part` may move; TypeError for a part of an unknown kind."""
    if isinstance(part, TreeBag):
        return _of_trees(trees, x, moved)
    if isinstance(part, AdditivePart):
        return np.asarray(_terms(part, moved, x).sum(axis=1), dtype=np.float64)
    if isinstance(part, LinearPart):
        change = part.contributions(moved)[0] - part.contributions(x)[0]
        return np.asarray(np.abs(change).sum(axis=1), dtype=np.float64)
    raise TypeError(f"no bound is known for {type(part).__name__}")


def crossing_factor(inputs: Inputs) -> float:
    """How many columns' contributions an input may be told of: its own and half of every cross."""
    return 1.0 + len(inputs.crosses) / 2


def _of_trees(members: Members, x: Array, moved: Array) -> Array:
    most = np.zeros(len(x))
    for tree in (tree for member in members for tree in member):
        if len(tree.inner):
            most += 2.0 * tree.reach * (goes_left(tree, x) != goes_left(tree, moved)).any(axis=1)
    return most / len(members)


def _terms(part: AdditivePart, moved: Array, x: Array) -> Array:
    changes = [np.abs(member.eval_terms(moved) - member.eval_terms(x)) for member in part.members]
    return np.asarray(np.mean(np.stack(changes), axis=0), dtype=np.float64)
