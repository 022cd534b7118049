"""What an evaluator says of a cohort: the product's own estimators on registers, logged probabilities and promises.

A cohort is one quarter's draw, or several. What is estimated and how stands in `governance.impact.arm`; here quarters
are put together for it, and one question is added that needs no arm: how far what came of a list may lie from what
such a list brings on average (`realised`). Must not know the truth that an estimate is held against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from governance.impact.arm import BY_DESIGN, Listing, Pools, estimate_total
from governance.impact.estimates import Estimator, Target
from governance.impact.estimators import Array
from governance.impact.interval import Drawn, learned_spread

REALISED = "realised"
EVERY: tuple[Estimator, ...] = ("naive", "promise", *BY_DESIGN)
ASKED: Mapping[Target, tuple[Estimator, ...]] = {
    "pool": EVERY,
    "rules": EVERY,
    # all of it is controlled whatever is drawn: with the list counted as it came nothing is left to estimate
    "model": tuple(name for name in EVERY if name not in ("naive", "with_list")),
}
OWN_LIST = "list"
"""The target of `realised`: what the policy's own list brings on average, luck aside."""
CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """One draw: the drawn cases, which of them were controlled whatever was drawn, what all controlled cases `[m]`
    saved and were promised to save given a hit, what those of the own list saved (øre), and each target's listing."""

    drawn: Drawn
    certain: Array
    controlled_saving: Array
    controlled_given_hit: Array
    list_saving: Array
    listings: Mapping[Target, Listing]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A total in øre with a 95 % interval; no interval where none is honest, no total where nothing can be said."""

    total: float | None
    low: float | None = None
    high: float | None = None

    def covers(self, truth: float) -> bool:
        """Whether the interval holds the truth; an estimate without an interval covers nothing."""
        return self.low is not None and self.high is not None and self.low <= truth <= self.high


def estimate_cohort(quarters: Sequence[Quarter]) -> dict[str, dict[str, Estimate]]:
    """Target → estimator → estimate of the total over the quarters."""
    told = estimate_pools(join_quarters(quarters), ASKED)
    found: dict[str, dict[str, Estimate]] = dict(told.items())
    saved = np.concatenate([quarter.list_saving for quarter in quarters])
    low, high = limits_of_hits(saved)
    return found | {OWN_LIST: {REALISED: Estimate(total=float(saved.sum()), low=low, high=high)}}


def estimate_pools(
    pools: Pools, asked: Mapping[Target, Sequence[Estimator]]
) -> dict[Target, dict[str, Estimate]]:  # fmt: skip
    """Target → estimator → estimate, of what is asked."""
    return {target: {name: _estimate(pools, target, name) for name in names} for target, names in asked.items()}


def join_quarters(quarters: Sequence[Quarter]) -> Pools:
    """The quarters as draws of one period."""
    listings = {target: _joined([quarter.listings[target] for quarter in quarters]) for target in ASKED}
    saved = _together([quarter.controlled_saving for quarter in quarters])
    spread = learned_spread(saved, _together([quarter.controlled_given_hit for quarter in quarters]))
    return Pools(
        drawn=_joined_draws([quarter.drawn for quarter in quarters], spread=spread),
        certain=_together([quarter.certain for quarter in quarters]), controlled_saving=saved, listings=listings,
        draws=len(quarters), cohorts=(),
    )  # fmt: skip


def _joined_draws(draws: Sequence[Drawn], *, spread: float) -> Drawn:
    return Drawn(
        saving=_together([each.saving for each in draws]), probability=_together([each.probability for each in draws]),
        chance=_together([each.chance for each in draws]), promised=_together([each.promised for each in draws]),
        spread=spread,
    )  # fmt: skip


def _together(parts: Sequence[Array | None]) -> Array:
    return np.concatenate([part for part in parts if part is not None])


def _joined(listings: Sequence[Listing]) -> Listing:
    summed = [name for name in (field.name for field in fields(Listing)) if not name.startswith("of_")]
    return Listing(
        of_drawn=_together([each.of_drawn for each in listings]),
        of_controlled=_together([each.of_controlled for each in listings]),
        **{name: float(sum(getattr(each, name) for each in listings)) for name in summed},
    )


def _estimate(pools: Pools, target: Target, name: Estimator) -> Estimate:
    found = estimate_total(pools, target, name)
    if isinstance(found, str):
        return Estimate(total=None)
    total, limits = found
    return Estimate(total=total) if limits is None else Estimate(total=total, low=limits.low, high=limits.high)


def limits_of_hits(saving: Array) -> tuple[float, float]:
    """95 % limits of the mean behind a sum of hits that each saved something: gamma limits (Fay & Feuer 1997).

    The upper end allows for one more hit of the effective size Σ saving² / Σ saving. Without a hit the limits are 0.
    """
    total, squares = float(saving.sum()), float((saving**2).sum())
    one_more = squares / total if total > 0 else 0.0
    low = _gamma_quantile((1 - CONFIDENCE) / 2, total, squares)
    return low, _gamma_quantile((1 + CONFIDENCE) / 2, total + one_more, squares + one_more**2)


def _gamma_quantile(share: float, mean: float, variance: float) -> float:
    from scipy.stats import gamma

    return float(gamma.ppf(share, mean**2 / variance, scale=variance / mean)) if variance > 0 else 0.0
