"""The chance that a control would find a payment or registration wrong: the mean of the logits of unlike models.

Boosted trees, extra-randomised trees, an additive model with pairs and (with few labels) a ridge logistic. It must
not know kroner, capacity or groups, and uses no inverse selection weights: they cost 1-3 points of captured saving
(the level, not the order, is what selective labels spoil; see `training.calibration`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from governance.errors import DataContractError
from training.additive_part import fit_additive
from training.cases import Cases
from training.inputs import Array, Flags, Inputs, Whole, fold_crosses, refuse_near_perfect
from training.linear_part import fit_linear
from training.plan import Plan
from training.stretch import Stretch, fit_stretch
from training.tree_bag import fit_tree_bag, tree_settings


class Part(Protocol):
    """One model of the ensemble, with one member a fold."""

    def fold_logits(self, x: Array) -> Array:
        """`[n, folds]` logits, one column a member."""
        ...

    def member_logits(self, x: Array, place: int) -> Array:
        """`[n]` logits of the member of one fold: that column of `fold_logits`."""
        ...

    def contributions(self, x: Array) -> tuple[Array, Array]:
        """`[n, columns]` and base `[n]`, adding up to the mean of `fold_logits`."""
        ...


@dataclass(frozen=True)
class HitModel:
    """Parts with weights that sum to 1. Its logit has the level of the history; the level of today comes on top."""

    inputs: Inputs
    parts: tuple[Part, ...]
    weights: tuple[float, ...]
    stretch: Stretch = field(default_factory=Stretch)

    def fold_logits(self, x: Array) -> Array:
        """`[n, folds]`: the ensemble as each fold's members would score it (jackknife replicates)."""
        total = np.zeros((len(x), self._folds))
        for part, weight in zip(self.parts, self.weights, strict=True):
            total += weight * part.fold_logits(x)
        return self.stretch.applied(total)

    def out_of_fold(self, x: Array, fold: Whole) -> Array:
        """`[n]`: each row's logit by the members that never saw its household; `fold` [n] as they were trained by."""
        logits = np.zeros(len(x))
        for place in range(int(fold.max()) + 1):
            rows = fold == place
            for part, weight in zip(self.parts, self.weights, strict=True):
                logits[rows] += weight * part.member_logits(x[rows], place)
        return self.stretch.applied(logits)

    @property
    def _folds(self) -> int:
        return int(self.parts[0].fold_logits(np.zeros((1, len(self.inputs.column_directions)))).shape[1])

    def logits(self, x: Array) -> Array:
        """`[n]` logit of a hit."""
        return mean_of_folds(self.fold_logits(x))

    def contributions(self, x: Array) -> tuple[Array, Array]:
        """`[n, inputs]` and base `[n]`, adding up to `logits`."""
        columns, base = np.zeros_like(x), np.zeros(len(x))
        for part, weight in zip(self.parts, self.weights, strict=True):
            told, start = part.contributions(x)
            columns += weight * told
            base += weight * start
        return fold_crosses(columns, self.inputs) * self.stretch.slope, self.stretch.applied(base)

    def stretched(self, cases: Cases, fold: Whole) -> HitModel:
        """The same parts, with the logits as far apart as the cases out of their folds say."""
        return replace(self, stretch=fit_stretch(self.out_of_fold(cases.x, fold), cases.hit))


def mean_of_folds(fold_logits: Array) -> Array:
    """`[n, folds]` → `[n]`, added column by column so that a row's sum cannot depend on the rows beside it."""
    total = np.zeros(len(fold_logits))
    for place in range(fold_logits.shape[1]):
        total += fold_logits[:, place]
    return np.asarray(total / fold_logits.shape[1], dtype=np.float64)


def household_folds(hit: Flags, household: np.typing.NDArray[np.object_], *, folds: int, seed: int) -> Whole:
    """`[n]` fold of each row: households whole, hits spread evenly, by a seeded shuffle."""
    groups, place = np.unique(household.astype(str), return_inverse=True)
    hits = np.bincount(place, weights=hit, minlength=len(groups))
    shuffled = np.random.default_rng(seed).permutation(len(groups))
    order = shuffled[np.argsort(-hits[shuffled], kind="stable")]
    fold_of_group = np.empty(len(groups), dtype=np.int64)
    fold_of_group[order] = np.arange(len(groups)) % folds
    return fold_of_group[place]


def refuse_one_sided(hit: Flags) -> None:
    """Raise when there is nothing to tell apart."""
    if hit.any() and not hit.all():
        return
    outcome = "hits" if len(hit) and hit.all() else "misses"
    seen = f"All {len(hit)} mature cases are {outcome}" if len(hit) else "There is no mature closed case"
    raise DataContractError(
        f"{seen}: nothing can be learned.",
        item="control_case",
        remedy="Use an earlier label delay or wait until cases of both outcomes are closed; until then draw at random.",
    )


def refuse_one_household(household: np.typing.NDArray[np.object_]) -> None:
    """Raise when all cases are one household's: none is then left to judge by that was not learned from."""
    if len(np.unique(household.astype(str))) > 1:
        return
    raise DataContractError(
        f"All {len(household)} mature cases concern one household: nothing can be learned.",
        item="control_case",
        remedy="Wait until cases at other addresses are closed; until then draw at random.",
    )


def fit_hit_model(
    cases: Cases,
    fold: Whole,
    *,
    inputs: Inputs,
    plan: Plan,
    seed: int,
    threads: int,
    report: Callable[[str], None] | None = None,
) -> HitModel:
    """Fit every part the plan gives weight."""
    refuse_one_sided(cases.hit)
    refuse_near_perfect(cases.x, cases.hit, inputs)
    tell = report or (lambda _: None)
    makers = _makers(cases, fold, inputs=inputs, plan=plan, seed=seed, threads=threads)
    parts: list[Part] = []
    for name, weight, make in makers:
        if weight > 0:
            tell(name)
            parts.append(make())
    kept = [weight for _, weight, _ in makers if weight > 0]
    model = HitModel(inputs=inputs, parts=tuple(parts), weights=tuple(weight / sum(kept) for weight in kept))
    return model.stretched(cases, fold)


def _makers(
    cases: Cases, fold: Whole, *, inputs: Inputs, plan: Plan, seed: int, threads: int
) -> list[tuple[str, float, Callable[[], Part]]]:
    x, hit, directions = cases.x, cases.hit, inputs.column_directions

    def trees(*, extra: bool) -> Part:
        settings = tree_settings(plan, extra=extra, directions=directions, seed=seed + 100 * extra, threads=threads)
        return fit_tree_bag(x, hit, fold, settings=settings, max_rounds=plan.max_rounds)

    def additive() -> Part:
        return fit_additive(x, hit, fold, plan=plan, directions=directions, seed=seed)

    return [
        ("boosted trees", plan.weight_boosted, lambda: trees(extra=False)),
        ("extra-randomised trees", plan.weight_extra, lambda: trees(extra=True)),
        ("additive model with pairs", plan.weight_additive, additive),
        ("ridge logistic", plan.weight_linear, lambda: fit_linear(x, hit, fold, directions=directions)),
    ]
