"""What lists would have saved, with the random arm as the yardstick: every target by every estimator, beside the naive.

One draw is one pool of candidates with logged π; totals are of an average draw. What our own list controls whatever is
drawn counts as it came (`with_list`), the rest by the arm. Must not know registers, nor extrapolate to draws whose
cases are not mature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from governance.impact.estimates import (
    ESTIMATORS_DA,
    NOT_ESTIMABLE,
    NOT_LOGGED,
    TARGETS_DA,
    ArmRow,
    ArmTable,
    Estimator,
    Saved,
    Target,
)
from governance.impact.estimators import Array, effective_cases
from governance.impact.interval import (
    LEAST_DRAWN,
    LEAST_EXPECTED,
    LEAST_SAVED,
    Drawn,
    Limits,
    is_estimable,
    total_limits,
)

BY_DESIGN: tuple[Estimator, ...] = ("horvitz_thompson", "hajek", "doubly_robust", "with_list")
TOO_FEW = (
    f"{NOT_ESTIMABLE}: for få lodtrukne kontroller til et ærligt interval (der skal være lovet mindst "
    f"{LEAST_EXPECTED:.0f} fund blandt dem; uden logget løfte kræves {LEAST_DRAWN} lodtrukne, heraf {LEAST_SAVED} "
    "med besparelse)"
)
NO_PROMISE = f"{NOT_LOGGED}: der er ikke gemt et løfte for hver kandidat"
NO_LIST = f"{NOT_LOGGED}: det er ikke gemt, hvem denne liste ville have vist"
NONE_DRAWN = f"{NOT_ESTIMABLE}: ingen lodtrukne kontroller"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One target over all draws: whether each drawn `[n]` and each controlled `[m]` case is of it, and its totals.

    `size` candidates of it in all pools; `promised_ore` for them together, None where not logged. Of these, those that
    are controlled whatever is drawn saved `certain_ore` and were promised `certain_promised_ore`.
    """

    of_drawn: Array
    of_controlled: Array
    size: float
    promised_ore: float | None
    certain_ore: float | None = None
    certain_promised_ore: float | None = None


@dataclass(frozen=True, kw_only=True)
class Pools:
    """Mature draws together: the drawn cases, which of them `[n]` were certain to be controlled, what all controlled
    cases `[m]` saved (øre), and the targets that were logged."""

    drawn: Drawn
    certain: Array
    controlled_saving: Array
    listings: Mapping[Target, Listing]
    draws: int
    cohorts: tuple[str, ...]
    immature: int = 0


@dataclass(frozen=True)
class _Total:
    total: float
    limits: Limits | None


def build_arm_table(pools: Pools) -> ArmTable:
    """Every target by every estimator; what was not logged or cannot be told says so."""
    rows = [_row(pools, target, estimator) for target in TARGETS_DA for estimator in ESTIMATORS_DA]
    whole = pools.listings["pool"].size
    return ArmTable(
        rows=tuple(rows), cohorts=pools.cohorts, draws=pools.draws, candidates=whole / max(pools.draws, 1),
        drawn=len(pools.drawn), immature=pools.immature,
        note_da="Beløb er for en gennemsnitlig lodtrækning. Naive tal vises kun til sammenligning og er misvisende.",
        saved={target: _saved(pools, listing) for target, listing in pools.listings.items()},
    )  # fmt: skip


def _saved(pools: Pools, listing: Listing) -> Saved:
    drawn = np.flatnonzero(listing.of_drawn * pools.drawn.saving)
    controlled = np.flatnonzero(listing.of_controlled * pools.controlled_saving)
    return Saved(drawn=frozenset(drawn.tolist()), controlled=frozenset(controlled.tolist()))


def estimate_total(pools: Pools, target: Target, estimator: Estimator) -> tuple[float, Limits | None] | str:
    """The total over all draws with its interval (None: not estimable), or in Danish why there is none."""
    listing = pools.listings.get(target)
    if listing is None:
        return NO_LIST
    found = _beside(pools, listing, estimator)
    if found is None:
        found = _by_design(pools, listing, estimator)
    return found if isinstance(found, str) else (found.total, found.limits)


def _beside(pools: Pools, listing: Listing, estimator: Estimator) -> _Total | str | None:
    """The figures that are no estimates; None for an estimator."""
    if estimator == "promise":
        return NO_PROMISE if listing.promised_ore is None else _Total(listing.promised_ore, None)
    if estimator == "naive":
        weight = float(listing.of_controlled.sum())
        if not weight:
            return "ingen kontroller"
        return _Total(float(listing.of_controlled @ pools.controlled_saving) / weight * listing.size, None)
    return None


def _by_design(pools: Pools, listing: Listing, estimator: Estimator) -> _Total | str:
    if not len(pools.drawn):
        return NONE_DRAWN
    if estimator == "horvitz_thompson":
        return _weighted(pools.drawn, listing.of_drawn)
    if estimator == "hajek":
        return _self_normalised(pools.drawn, listing)
    return _by_promise(pools, listing, estimator)


def _by_promise(pools: Pools, listing: Listing, estimator: Estimator) -> _Total | str:
    if listing.promised_ore is None or pools.drawn.promised is None:
        return NO_PROMISE
    if estimator == "doubly_robust":
        return _corrected(pools.drawn, listing.of_drawn, promised_ore=listing.promised_ore, known_ore=0.0)
    if listing.certain_ore is None or listing.certain_promised_ore is None:
        return f"{NOT_LOGGED}: det er ikke gemt, hvem der kontrolleres uanset lodtrækningen"
    rest = listing.promised_ore - listing.certain_promised_ore
    chosen = listing.of_drawn * (1 - pools.certain)
    return _corrected(pools.drawn, chosen, promised_ore=rest, known_ore=listing.certain_ore)


def _weighted(drawn: Drawn, chosen: Array) -> _Total:
    total = float((chosen * drawn.saving / drawn.probability).sum())
    return _Total(total, total_limits(drawn, chosen) if is_estimable(drawn, chosen) else None)


def _self_normalised(drawn: Drawn, listing: Listing) -> _Total | str:
    chosen = listing.of_drawn
    stood_for = float((chosen / drawn.probability).sum())
    if not stood_for:
        return f"{NOT_ESTIMABLE}: ingen lodtrukket kontrol stod på listen"
    scale = listing.size / stood_for
    weighted = float((chosen * drawn.saving / drawn.probability).sum())
    if not is_estimable(drawn, chosen):
        return _Total(scale * weighted, None)
    ends = total_limits(drawn, chosen, mean=weighted / stood_for)
    return _Total(scale * weighted, Limits(scale * ends.low, scale * ends.high))


def _corrected(drawn: Drawn, chosen: Array, *, promised_ore: float, known_ore: float) -> _Total:
    """`known_ore` and the promise for the rest, corrected by the drawn; nothing saves less than nothing.

    Given who was drawn the promise is a constant, so the interval is that of the weighted savings, moved.
    """
    assert drawn.promised is not None  # noqa: S101  asked before
    moved = known_ore + promised_ore - float((chosen * drawn.promised / drawn.probability).sum())
    weighted = float((chosen * drawn.saving / drawn.probability).sum())
    if promised_ore <= 0 and not chosen.any():
        return _Total(known_ore, Limits(known_ore, known_ore))
    if not is_estimable(drawn, chosen):
        return _Total(moved + weighted, None)
    ends = total_limits(drawn, chosen)
    total = moved + weighted
    low, high = (max(moved + end, known_ore) for end in (ends.low, ends.high))
    # an unlucky draw may put the estimate itself below nothing: it is told as it is, inside its interval
    return _Total(total, Limits(min(low, total), high))


def _row(pools: Pools, target: Target, estimator: Estimator) -> ArmRow:
    found = estimate_total(pools, target, estimator)
    total, limits, note = (None, None, found) if isinstance(found, str) else (*found, "")
    if not note and limits is None and estimator in BY_DESIGN:
        note = TOO_FEW
    listing = pools.listings.get(target)
    of_drawn = np.zeros(len(pools.drawn)) if listing is None else listing.of_drawn
    per = max(pools.draws, 1)
    return ArmRow(
        target=target, estimator=estimator, text_da=f"{TARGETS_DA[target]}: {ESTIMATORS_DA[estimator]}",
        naive=estimator in ("naive", "promise"), total_ore=None if total is None else total / per,
        low_ore=None if limits is None else limits.low / per, high_ore=None if limits is None else limits.high / per,
        cases=int(of_drawn.sum()), saved_cases=int((of_drawn * pools.drawn.saving > 0).sum()),
        effective_cases=effective_cases(of_drawn, pools.drawn.probability) if len(pools.drawn) else 0.0,
        note_da=note,
    )  # fmt: skip


def joined_cohorts(cohorts: Sequence[str]) -> tuple[str, ...]:
    """The cohorts in order, each once."""
    return tuple(sorted(set(cohorts)))
