"""What an evaluator would say of a cohort from registers and logged probabilities alone, by every estimator.

A cohort is one quarter, or several as strata. Each target (all candidates, the policy's own list, the rules' list) is
estimated by what a careless evaluator would do (naive), by the model's promise, and by design: Horvitz-Thompson,
self-normalised and doubly robust on the drawn cases, and `list_and_arm`: what is controlled whatever is drawn counts as
it came, the rest doubly robust. Must not know the truth that it is held against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from governance.impact.estimators import doubly_robust, horvitz_thompson, self_normalised
from training.inputs import Array

TARGETS = ("pool", "model", "rules")
DESIGN_BASED = ("horvitz_thompson", "self_normalised", "doubly_robust", "list_and_arm")
ESTIMATORS = ("naive", "promise", *DESIGN_BASED)
CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target in one quarter: whether each drawn and each controlled case is of it, and what is known of all of it.

    `size`: candidates of it; `promised_ore`: the model's promise for them together, nan without a model. `certain_ore`:
    the savings of those controlled whatever was drawn; `rest_promised_ore`: the promise for the others.
    """

    of_drawn: Array
    of_controlled: Array
    size: float
    promised_ore: float
    certain_ore: float
    rest_promised_ore: float


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """The drawn cases `[n]` (saving, π, promise; øre; whether controlled whatever was drawn), the savings of all
    controlled cases `[m]`, and the targets."""

    saving: Array
    probability: Array
    promised: Array
    certain: Array
    controlled_saving: Array
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
    parts = [_part(name, quarter, quarter.targets[target]) for quarter in quarters]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return Estimate(total=None)
    total = sum(part.total for part in known)
    freedom = sum(part.cases - 1 for part in known)
    if freedom < 1:
        return Estimate(total=total)
    reach = _quantile(freedom) * float(np.sqrt(sum(part.variance for part in known)))
    return Estimate(total=total, low=total - reach, high=total + reach)


def _quantile(freedom: int) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + CONFIDENCE) / 2, freedom))


@dataclass(frozen=True)
class _Part:
    total: float
    variance: float
    cases: int


def _part(name: str, quarter: Quarter, target: Target) -> _Part | None:
    """One quarter's total; its variance as if drawn with replacement, which a systematic draw seldom exceeds."""
    chosen, pi = target.of_drawn, quarter.probability
    if len(pi) == 0 or (name in ("doubly_robust", "list_and_arm") and not np.isfinite(target.promised_ore)):
        return None
    residual = quarter.saving - quarter.promised
    if name == "horvitz_thompson":
        return _spread(horvitz_thompson(chosen, quarter.saving, pi), chosen * quarter.saving / pi)
    if name == "doubly_robust":
        total = doubly_robust(chosen, quarter.saving, pi, quarter.promised, expected_in_pool=target.promised_ore)
        return _spread(total, chosen * residual / pi)
    if name == "list_and_arm":
        rest = chosen * (1 - quarter.certain)
        known = target.certain_ore + target.rest_promised_ore
        return _spread(known + horvitz_thompson(rest, residual, pi), rest * residual / pi)
    total = self_normalised(chosen, quarter.saving, pi, chosen_in_pool=target.size)
    if not chosen.any():
        return None
    mean = total / target.size if target.size else 0.0
    scale = target.size / float((chosen / pi).sum())
    return _spread(total, scale * chosen * (quarter.saving - mean) / pi)


def _spread(total: float, terms: Array) -> _Part:
    cases = len(terms)
    around = float(((terms - terms.mean()) ** 2).sum())
    return _Part(total, cases / (cases - 1) * around if cases > 1 else 0.0, cases)
