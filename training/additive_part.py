"""An explainable boosting machine (EBM; Nori et al. 2019) as one part of the hit ensemble.

Every outer bag is one fold, so that bag f never saw the households of fold f except to decide when to stop. Must not
know what the columns mean.
"""

from __future__ import annotations

import copy
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.inputs import Array, Flags, Whole
from training.plan import Plan


@dataclass(frozen=True)
class AdditivePart:
    """One additive model a fold, all with the same terms. `terms` [t] holds the column places of each term."""

    members: tuple[Any, ...]
    terms: tuple[tuple[int, ...], ...]

    def fold_logits(self, x: Array) -> Array:
        """`[n, folds]` logits, one column a member."""
        return np.column_stack([self.member_logits(x, place) for place in range(len(self.members))])

    def member_logits(self, x: Array, place: int) -> Array:
        """`[n]` logits of one member."""
        member = self.members[place]
        return _sum_columns(member.eval_terms(x), member.intercept_[0])

    def contributions(self, x: Array) -> tuple[Array, Array]:
        """Mean term values: `[n, columns]` and base `[n]`; a pair's value is split evenly on its two columns."""
        told = np.mean(np.stack([member.eval_terms(x) for member in self.members]), axis=0)
        columns = np.zeros_like(x)
        for place, term in enumerate(self.terms):
            for column in term:
                columns[:, column] += told[:, place] / len(term)
        base = float(np.mean([member.intercept_[0] for member in self.members]))
        return columns, np.full(len(x), base)


def fit_additive(x: Array, hit: Flags, fold: Whole, *, plan: Plan, directions: list[int], seed: int) -> AdditivePart:
    """Fit one EBM whose outer bags are the folds; single-threaded, because starting worker processes costs more."""
    from interpret.glassbox import ExplainableBoostingClassifier

    folds = int(fold.max()) + 1
    machine = ExplainableBoostingClassifier(
        interactions=plan.additive_pairs, outer_bags=folds, max_rounds=plan.additive_rounds, max_bins=128,
        max_interaction_bins=24, learning_rate=plan.additive_learning_rate,
        min_samples_leaf=plan.rows_per_leaf // 4 + 1,
        monotone_constraints=directions if any(directions) else None, n_jobs=1, random_state=seed,
    )  # fmt: skip
    bags = np.where(fold[:, None] == np.arange(folds)[None, :], -1, 1).astype(np.int8)
    with warnings.catch_warnings():
        # it warns that its own plots leave out missing values; ours do not come from there
        warnings.filterwarnings("ignore", message="Missing values detected", category=UserWarning)
        machine.fit(x, hit.astype(np.int64), bags=bags)
    return AdditivePart(
        members=tuple(_member(machine, place) for place in range(folds)),
        terms=tuple(tuple(int(column) for column in term) for term in machine.term_features_),
    )


def _member(machine: Any, place: int) -> Any:
    """The model of one outer bag: the same bins and terms with that bag's own scores."""
    member = copy.copy(machine)
    member.term_scores_ = [scores[place] for scores in machine.bagged_scores_]
    member.intercept_ = np.atleast_1d(machine.bagged_intercept_[place])
    for name in ("bagged_scores_", "bagged_intercept_", "standard_deviations_"):
        setattr(member, name, None)
    return member


def _sum_columns(terms: Array, start: float) -> Array:
    # column by column, so that a row's sum cannot depend on how many rows stand beside it
    total = np.full(len(terms), start, dtype=np.float64)
    for place in range(terms.shape[1]):
        total += terms[:, place]
    return total
