"""The explanation contract: what must hold of every listed case's explanation before anybody may read it.

additivity        |base + sum of contributions - hit_logit| <= 1e-9
tree_explainer    the told contributions are those that `shap.TreeExplainer` gives, by shap's own code, on every tree
                  part (<= 1e-6), and so is each tree part alone
exact_shapley     trees drawn from every tree part: their contributions are the Shapley values by definition (<= 1e-6)
stability         the case barely moved, the explanation no further than the model allows (`training.steadiness`)
both_sides, sentence, source_and_date, wording: the sentences (`training.reason_checks`, `governance.wording`)

One failing case fails the list: the count is what a gate looks at. Must not know who lives where: a case is named by
its place on the list.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.build import STAKES
from features.definitions import load_catalogue_of_features
from governance.as_of import AsOf
from governance.rules.evidence import ExplanationEvidence
from training.bundle import Reasons
from training.exact_shapley import MOST_COLUMNS, exact_tree_values
from training.explain import contributions
from training.inputs import Array, Flags, design_matrix, fold_crosses
from training.ranking_model import RankingModel
from training.reason_checks import REASON_CHECKS, reason_faults
from training.shap_library import tree_explainer_values
from training.steadiness import SHARES_OF_A_STEP, Members, crossing_factor, disturbed, most_movement
from training.tree_bag import TreeBag
from training.tree_nodes import read_trees

ADDITIVITY, TREE_EXPLAINER, EXACT_SHAPLEY, STABILITY = "additivity", "tree_explainer", "exact_shapley", "stability"
TOLERANCES: Mapping[str, float] = {
    ADDITIVITY: 1e-9,
    TREE_EXPLAINER: 1e-6,
    EXACT_SHAPLEY: 1e-6,
    STABILITY: 1e-9,
}
CHECKS = (*TOLERANCES, *REASON_CHECKS)
EXACT_TREES_A_PART = 8


@dataclass(frozen=True)
class Explained:
    """A list as explained: `x` [rows, columns], the told `contributions` [rows, inputs] and `base` [rows], and the
    trees of each part (none for a part without)."""

    matrix: pl.DataFrame
    x: Array
    told: Array
    base: Array
    trees: tuple[Members, ...]


def check_explanations(
    model: RankingModel,
    matrix: pl.DataFrame,
    reasons: Sequence[Reasons],
    *,
    as_of: AsOf,
    rng: np.random.Generator,
    unspoken: Collection[str] = (),
) -> ExplanationEvidence:
    """Hold every case to the contract. `matrix` was built with fact dates, one row a case in the order of `reasons`.

    `failing` counts the cases of each of `CHECKS`; `worst` holds the largest deviation of each check in `TOLERANCES`
    (stability: beyond what is allowed). `unspoken` inputs may not be spoken of. ValueError when rows and reasons are
    not of the same cases.
    """
    if matrix["unit_id"].to_list() != [each.unit_id for each in reasons]:
        raise ValueError("the matrix and the reasons are not of the same cases in the same order")
    if not reasons:
        return ExplanationEvidence(0, dict.fromkeys(CHECKS, 0), dict.fromkeys(TOLERANCES, 0.0), "")
    explained = _as_arrays(model, matrix, reasons)
    deviations = {
        ADDITIVITY: _additivity(model, explained),
        TREE_EXPLAINER: _against_tree_explainer(model, explained),
        EXACT_SHAPLEY: _against_definition(model, explained, rng),
        STABILITY: _unsteadiness(model, explained, rng),
    }
    # not `> tolerance`: a deviation that is no number fails
    failed = {name: ~(found <= TOLERANCES[name]) for name, found in deviations.items()}
    failed |= _faulty_reasons(model, matrix, reasons, as_of, unspoken)
    return ExplanationEvidence(
        cases=len(reasons),
        failing={name: int(failed[name].sum()) for name in CHECKS},
        worst={name: float(found.max()) for name, found in deviations.items()},
        first_failing=_first(failed),
    )


def _as_arrays(model: RankingModel, matrix: pl.DataFrame, reasons: Sequence[Reasons]) -> Explained:
    inputs = matrix.select("unit_id", *model.inputs.names, *STAKES)
    return Explained(
        matrix=inputs,
        x=design_matrix(inputs, model.inputs),
        told=np.array([each.contributions for each in reasons], dtype=np.float64),
        base=np.array([each.base for each in reasons], dtype=np.float64),
        trees=tuple(
            tuple(read_trees(booster) for booster in part.boosters) if isinstance(part, TreeBag) else ()
            for part in model.hit.parts
        ),
    )


def _additivity(model: RankingModel, explained: Explained) -> Array:
    logit = model.score(explained.matrix)["hit_logit"].to_numpy()
    return np.asarray(np.abs(explained.base + explained.told.sum(axis=1) - logit), dtype=np.float64)


def _against_tree_explainer(model: RankingModel, explained: Explained) -> Array:
    """The larger of two: the whole explanation put together anew, and the worst single tree part."""
    columns, base, worst = np.zeros_like(explained.x), np.zeros(len(explained.x)), np.zeros(len(explained.x))
    for part, weight, trees in zip(model.hit.parts, model.hit.weights, explained.trees, strict=True):
        told, start = part.contributions(explained.x)
        if isinstance(part, TreeBag):
            theirs, their_start = tree_explainer_values(part, explained.x, trees)
            worst = np.maximum(worst, _furthest(told - theirs, start - their_start))
            told, start = theirs, their_start
        columns += weight * told
        base += weight * start
    whole = fold_crosses(columns, model.inputs) * model.hit.stretch.slope
    start = model.hit.stretch.applied(base) + model.level.shift
    return np.maximum(worst, _furthest(explained.told - whole, explained.base - start))


def _furthest(columns: Array, base: Array) -> Array:
    return np.asarray(np.maximum(np.abs(columns).max(axis=1), np.abs(base)), dtype=np.float64)


def _against_definition(model: RankingModel, explained: Explained, rng: np.random.Generator) -> Array:
    worst = np.zeros(len(explained.x))
    bags = [
        (part, own) for part, own in zip(model.hit.parts, explained.trees, strict=True) if isinstance(part, TreeBag)
    ]
    for bag, trees in bags:
        for member, place in _drawn(trees, rng):
            exact, base = exact_tree_values([trees[member][place]], explained.x, width=explained.x.shape[1])
            told = bag.boosters[member].predict(
                explained.x, pred_contrib=True, start_iteration=place, num_iteration=1, num_threads=1
            )
            worst = np.maximum(worst, _furthest(told[:, :-1] - exact, told[:, -1] - base))
    return worst


def _drawn(trees: Members, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Member and place of the trees to be judged by definition: all of a small part, else a few."""
    small = [
        (member, place)
        for member, own in enumerate(trees)
        for place, tree in enumerate(own)
        if len(tree.columns) <= MOST_COLUMNS
    ]
    chosen = rng.permutation(len(small))[:EXACT_TREES_A_PART]
    return [small[place] for place in chosen]


def _unsteadiness(model: RankingModel, explained: Explained, rng: np.random.Generator) -> Array:
    """How much further than allowed the explanation of the barely moved case lies, or how far it fails to add up."""
    found = [
        _moved_beyond(model, explained, disturbed(explained.matrix, model.inputs.names, share_of_step=share, rng=rng))
        for share in SHARES_OF_A_STEP
    ]
    return np.asarray(np.maximum.reduce(found), dtype=np.float64)


def _moved_beyond(model: RankingModel, explained: Explained, moved: pl.DataFrame) -> Array:
    moved_x = design_matrix(moved, model.inputs)
    told, base = contributions(model, moved)
    most = np.zeros(len(moved_x))
    for part, weight, trees in zip(model.hit.parts, model.hit.weights, explained.trees, strict=True):
        most += weight * most_movement(part, trees, explained.x, moved_x)
    most *= model.hit.stretch.slope * crossing_factor(model.inputs)
    beyond = np.abs(told - explained.told).max(axis=1) - most
    gap = np.abs(base + told.sum(axis=1) - model.score(moved)["hit_logit"].to_numpy())
    worst = np.maximum.reduce([np.zeros(len(most)), beyond, np.abs(base - explained.base), gap])
    return np.asarray(worst, dtype=np.float64)


def _faulty_reasons(
    model: RankingModel, matrix: pl.DataFrame, reasons: Sequence[Reasons], as_of: AsOf, unspoken: Collection[str]
) -> dict[str, Flags]:
    catalogue = load_catalogue_of_features()
    faults = [
        reason_faults(each, row, names=model.inputs.names, catalogue=catalogue, as_of=as_of, unspoken=unspoken)
        for each, row in zip(reasons, matrix.iter_rows(named=True), strict=True)
    ]
    return {name: np.array([name in found for found in faults], dtype=bool) for name in REASON_CHECKS}


def _first(failed: Mapping[str, Flags]) -> str:
    """`place 3 (additivity, stability)`: the first case on the list that fails, and what."""
    places = np.flatnonzero(np.logical_or.reduce(list(failed.values())))
    if not len(places):
        return ""
    return f"place {places[0] + 1} ({', '.join(name for name in CHECKS if failed[name][places[0]])})"
