"""How large each part of the model may be for the labels there are.

A recipe that shines at 7,000 labels memorises 200; every size stands here, so that none hides in an estimator.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

FEW_LABELS = 3_000
LEAST_HITS_FOR_TREES = 30
ROWS_FOR_MORE_THREADS = 20_000


@dataclass(frozen=True)
class Plan:
    """Sizes of one training. `folds` is also the size of every bag: member f never saw the households of fold f."""

    folds: int = 5
    max_rounds: int = 400
    learning_rate: float = 0.05
    leaves: int = 12
    extra_leaves: int = 12
    rows_per_leaf: int = 25
    l2: float = 10.0
    row_share: float = 0.7
    column_share: float = 0.7
    extra_column_share: float = 1.0
    additive_pairs: int = 15
    additive_rounds: int = 3_000
    additive_learning_rate: float = 0.02
    weight_boosted: float = 0.35
    weight_extra: float = 0.35
    weight_additive: float = 0.30
    weight_linear: float = 0.0
    severity_rounds: int = 120
    severity_bag: int = 3
    bootstrap_draws: int = 200


def useful_threads(most: int, *, rows: int) -> int:
    """Threads that boosting on `rows` rows, or scoring them, is given, at most `most`; trees and scores are the same.

    A tree on few rows is done before its threads have met, and where another program wants the core they spin instead:
    454 cases took 11 CPU seconds on one thread and 69 on two, on two cores shared with two other programs.
    """
    return most if rows >= ROWS_FOR_MORE_THREADS else 1


def make_plan(*, labels: int, hits: int, base: Plan | None = None) -> Plan:
    """The plan for this many labels and hits (the rarer outcome counts); `base` carries a faster or larger recipe."""
    plan = base or Plan()
    if labels >= FEW_LABELS:
        return plan
    rare = min(hits, labels - hits)
    small = replace(
        plan,
        # An additive model with pairs needs labels; with few the trees and a ridge carry more.
        weight_additive=0.20,
        weight_linear=0.12,
        leaves=min(plan.leaves, max(4, rare // 15)),
        extra_leaves=min(plan.extra_leaves, max(5, rare // 10)),
        rows_per_leaf=min(plan.rows_per_leaf, max(8, labels // 40)),
        additive_pairs=plan.additive_pairs if labels >= 800 else min(plan.additive_pairs, rare // 20),
    )
    return small if rare >= LEAST_HITS_FOR_TREES else _linear_only(small, rare)


def _linear_only(plan: Plan, rare: int) -> Plan:
    folds = max(2, min(plan.folds, rare))
    return replace(plan, folds=folds, weight_boosted=0.0, weight_extra=0.0, weight_additive=0.0, weight_linear=1.0)


def fast_plan() -> Plan:
    """A plan for demonstrations and tests: same shape, smaller bags, no pairs."""
    return Plan(folds=3, max_rounds=120, additive_pairs=0, additive_rounds=300, additive_learning_rate=0.06)
