"""The glass-box twin: an additive hit model trained in the same run, on the same folds.

One curve an input (and a cross), no pairs beyond the declared crosses: a person can read the whole model. It stands
ready to be deployed alone whenever it comes within a point and a half of the ensemble. Must not be tuned apart from
the ensemble.
"""

from __future__ import annotations

from training.cases import Cases
from training.hit_model import HitModel, refuse_one_sided
from training.inputs import Inputs, Whole
from training.plan import Plan
from training.tree_bag import fit_tree_bag, tree_settings


def fit_twin(cases: Cases, fold: Whole, *, inputs: Inputs, plan: Plan, seed: int, threads: int) -> HitModel:
    """Fit boosted trees in which no path may mix two columns: a sum of one-column curves."""
    refuse_one_sided(cases.hit)
    directions = inputs.column_directions
    settings = tree_settings(plan, extra=False, directions=directions, seed=seed, threads=threads) | {
        "interaction_constraints": [[place] for place in range(len(directions))],
        "num_leaves": min(4, plan.leaves),
    }
    bag = fit_tree_bag(cases.x, cases.hit, fold, settings=settings, max_rounds=2 * plan.max_rounds)
    return HitModel(inputs=inputs, parts=(bag,), weights=(1.0,)).stretched(cases, fold)
