"""What an evaluator would say of a cohort from registers and logged probabilities alone, by every estimator.

A cohort is one quarter, or several as strata. Each target (all candidates, those whom the policy lists whatever is
drawn, those whom the rules would list) is estimated by what a careless evaluator would do (naive), by the model's
promise, and by design: Horvitz-Thompson, self-normalised and doubly robust on the drawn cases, and `list_and_arm`: what
is controlled whatever is drawn counts as it came, the rest by the arm. Must not know the truth that it is held against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from governance.impact.estimators import doubly_robust, self_normalised
from training.inputs import Array

TARGETS = ("pool", "list", "rules")
DESIGN_BASED = ("horvitz_thompson", "self_normalised", "doubly_robust", "list_and_arm")
ESTIMATORS = ("naive", "promise", *DESIGN_BASED)
CONFIDENCE = 0.95
LARGE_WEIGHT = 0.9
"""Of the hits to be expected, the share that weigh less than the one more that an upper end allows for."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target in one quarter: whether each drawn and each controlled case is of it, and what is known of all of it.

    `size`: candidates of it; `promised_ore`: the model's promise for them together, nan without a model. `extra_ore`:
    what one more hit among the drawn might have added (`weight_of_one_more`), `rest_extra_ore`: among the drawn that
    were not certain to be controlled.
    """

    of_drawn: Array
    of_controlled: Array
    size: float
    promised_ore: float
    extra_ore: float
    rest_extra_ore: float


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """The drawn cases `[n]` and all controlled ones `[m]`: saving, π, promise in øre; `certain`, `controlled_certain`:
    whether they were controlled whatever was drawn."""

    saving: Array
    probability: Array
    promised: Array
    certain: Array
    controlled_saving: Array
    controlled_certain: Array
    targets: dict[str, Target]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A total in øre with a 95 % interval; no interval where an estimator has none, no total where it cannot say."""

    total: float | None
    low: float | None = None
    high: float | None = None

    def covers(self, truth: float) -> bool:
        """Whether the interval holds the truth; an estimate without an interval covers nothing."""
        return self.low is not None and self.high is not None and self.low <= truth <= self.high


def estimate_cohort(quarters: Sequence[Quarter]) -> dict[str, dict[str, Estimate]]:
    """Target → estimator → estimate, over the quarters together."""
    return {
        target: {
            "naive": _summed([_naive(quarter, quarter.targets[target]) for quarter in quarters]),
            "promise": _summed([_known(quarter.targets[target].promised_ore) for quarter in quarters]),
            **{name: _by_design(name, quarters, target) for name in DESIGN_BASED},
        }
        for target in TARGETS
    }


def _summed(totals: Sequence[float | None]) -> Estimate:
    known = [total for total in totals if total is not None]
    return Estimate(total=float(sum(known)) if len(known) == len(totals) else None)


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _naive(quarter: Quarter, target: Target) -> float | None:
    """The mean saving of what was controlled there, however it was picked, times the size of the target."""
    weight = target.of_controlled
    return float(weight @ quarter.controlled_saving / weight.sum() * target.size) if weight.sum() else None


def _by_design(name: str, quarters: Sequence[Quarter], target: str) -> Estimate:
    parts = [(quarter, quarter.targets[target]) for quarter in quarters]
    if not all(len(quarter.saving) for quarter in quarters):
        return Estimate(total=None)
    if name in WEIGHED:
        return _weighed([WEIGHED[name](*part) for part in parts], [_extra(name, each) for _, each in parts])
    return _around_mean([_part(name, *part) for part in parts])


def _drawn_weights(quarter: Quarter, target: Target) -> Array:
    """What each drawn case adds to the Horvitz-Thompson total."""
    return target.of_drawn * quarter.saving / quarter.probability


def _list_and_arm_weights(quarter: Quarter, target: Target) -> Array:
    """What is controlled whatever is drawn, as it came; of the others the drawn, each for 1/π."""
    listed = target.of_controlled * quarter.controlled_certain * quarter.controlled_saving
    return np.concatenate([listed, _drawn_weights(quarter, target) * (1 - quarter.certain)])


WEIGHED = {"horvitz_thompson": _drawn_weights, "list_and_arm": _list_and_arm_weights}


def _extra(name: str, target: Target) -> float:
    return target.extra_ore if name == "horvitz_thompson" else target.rest_extra_ore


def _weighed(weights: Sequence[Array], extra: Sequence[float]) -> Estimate:
    every = np.concatenate(weights)
    low, high = weighted_hits_interval(every, extra_ore=max(extra))
    return Estimate(total=float(every.sum()), low=low, high=high)


def weighted_hits_interval(weights: Array, *, extra_ore: float) -> tuple[float, float]:
    """95 % interval of a sum of rare hits, each with a weight: the gamma interval of Fay & Feuer (1997).

    Savings are mostly nothing and now and then much, and an arm of a few cases may hold no hit at all: an interval
    around the mean then has no width. Here the upper end is that of one more hit of weight `extra_ore`.
    """
    total, squares = float(weights.sum()), float((weights**2).sum())
    low = _gamma_quantile((1 - CONFIDENCE) / 2, total, squares)
    return low, _gamma_quantile((1 + CONFIDENCE) / 2, total + extra_ore, squares + extra_ore**2)


def _gamma_quantile(share: float, mean: float, variance: float) -> float:
    from scipy.stats import gamma

    return float(gamma.ppf(share, mean**2 / variance, scale=variance / mean)) if variance > 0 else 0.0


def weight_of_one_more(saving_given_hit: Array, chance: Array, probability: Array) -> float:
    """The weight saving/π that one in ten of the hits to be expected among the drawn exceeds; 0 for no candidates."""
    expected = probability * chance
    if expected.sum() <= 0:
        return 0.0
    weight = saving_given_hit / probability
    order = np.argsort(weight)
    place = np.searchsorted(expected[order].cumsum(), LARGE_WEIGHT * expected.sum())
    return float(weight[order][min(place, len(order) - 1)])


@dataclass(frozen=True)
class _Part:
    total: float
    variance: float
    cases: int


def _around_mean(parts: Sequence[_Part | None]) -> Estimate:
    """Totals of strata with Student's interval: for estimators whose terms are of both signs."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return Estimate(total=None)
    total, freedom = sum(part.total for part in known), sum(part.cases - 1 for part in known)
    if freedom < 1:
        return Estimate(total=total)
    reach = _quantile(freedom) * float(np.sqrt(sum(part.variance for part in known)))
    return Estimate(total=total, low=total - reach, high=total + reach)


def _quantile(freedom: int) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + CONFIDENCE) / 2, freedom))


def _part(name: str, quarter: Quarter, target: Target) -> _Part | None:
    """One quarter's total; its variance as if drawn with replacement, which a systematic draw seldom exceeds."""
    chosen, pi = target.of_drawn, quarter.probability
    if name == "doubly_robust":
        if not np.isfinite(target.promised_ore):
            return None
        total = doubly_robust(chosen, quarter.saving, pi, quarter.promised, expected_in_pool=target.promised_ore)
        return _spread(total, chosen * (quarter.saving - quarter.promised) / pi)
    if not chosen.any():
        return None
    total = self_normalised(chosen, quarter.saving, pi, chosen_in_pool=target.size)
    scale = target.size / float((chosen / pi).sum())
    return _spread(total, scale * chosen * (quarter.saving - total / target.size) / pi)


def _spread(total: float, terms: Array) -> _Part:
    cases = len(terms)
    around = float(((terms - terms.mean()) ** 2).sum())
    return _Part(total, cases / (cases - 1) * around if cases > 1 else 0.0, cases)
