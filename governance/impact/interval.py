"""A 95 % interval for a total of rare, unequal savings, estimated from cases drawn with known probabilities.

Σ y/π over the drawn is a sum of few, unequal jumps: none for most cases. Normal, percentile and log intervals end too
low (coverage 64 to 92 % at 40 to 300 drawn). This one takes the sum as a Poisson number of jumps of one *effective*
size (Fay & Feuer 1997: gamma limits; Garwood 1936 for one size) and learns the size from what was seen together with
`PRIOR_CASES` of what was promised, because few jumps seldom show the largest. Constants were found by simulation
(docs/decisions/0021, `adressekontrol impact coverage`). The probabilities alone make the estimate; the promise only
says how long the upper end must be. Must not know what is estimated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from governance.errors import DataContractError
from governance.impact.estimators import Array

PRIOR_CASES = 10.0
"""Promised cases that the size of a jump is learned from besides the saving cases that were drawn."""
PRIOR_SPREAD = 1.0
"""Squared coefficient of variation of a saving around its promise given a hit, before any was seen."""
MOST_SPREAD = 6.0
LARGEST_SHARE = 1.2
FEW_JUMPS = 10.0
"""How far the upper end leans from the effective jump to the largest seen: by the first where there are next to no
jumps, by half of it at so many; among many jumps one matters little."""
ONE_MORE = 0.5
"""The upper end allows for so much of one more jump (1 is the sure limit of Garwood, a half the mid-P one)."""
LEAST_EXPECTED = 12.0
"""Hits that the drawn cases were promised to bring; below it no interval keeps 92 to 98 %, and none is given."""
LEAST_SAVED = 10
"""The same without a logged promise: saving cases that were drawn."""
LEAST_DRAWN = 200
"""And drawn cases, as many as bring 12 hits where 6 % of them do: of fewer the lucky draws alone would be told."""
MOST_TIMES = 25.0
TAIL = 0.025


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Cases drawn by lot `[n]`: saving (øre, >= 0), π, and what was promised before: chance of a hit and its saving
    (chance x saving given a hit, øre); both None where no promise was logged. `spread`: squared coefficient of
    variation of a saving around its promise, as far as all controlled hits show it (`learned_spread`)."""

    saving: Array
    probability: Array
    chance: Array | None = None
    promised: Array | None = None
    spread: float = PRIOR_SPREAD

    def __post_init__(self) -> None:
        if not (np.isfinite(self.saving).all() and (self.saving >= 0).all()):
            raise DataContractError(
                "A case of the random arm saved less than nothing.",
                item="saving",
                remedy="Count corrections in the citizen's favour apart (registers.md).",
            )
        if not (np.isfinite(self.probability).all() and (self.probability > 0).all() and (self.probability <= 1).all()):
            raise DataContractError(
                "A case of the random arm has no logged probability of being drawn.",
                item="selection_probability",
                remedy="Estimate on draws whose probabilities were logged for every candidate.",
            )

    def __len__(self) -> int:
        return len(self.saving)

    def expected_hits(self, chosen: Array) -> float | None:
        """Hits that these cases were promised to bring, before any was controlled; none where none of them was promised
        to save anything, and None without a promise."""
        if self.chance is None or self.promised is None:
            return None
        return float((chosen * self.chance).sum()) if (chosen * self.promised).any() else 0.0


@dataclass(frozen=True)
class Limits:
    """The ends of a 95 % interval."""

    low: float
    high: float


def is_estimable(drawn: Drawn, chosen: Array) -> bool:
    """Whether an interval of the total over the chosen is honest.

    By the promise, which stands before the draw, so that which totals are told does not hang on what came; without a
    promise by the drawn cases, and by those that saved. Where all of a kind were controlled nothing was drawn.
    """
    expected = drawn.expected_hits(chosen)
    if expected is not None:
        return expected >= LEAST_EXPECTED
    many = not (drawn.probability < 1).any() or int((chosen > 0).sum()) >= LEAST_DRAWN
    return many and int((chosen * drawn.saving > 0).sum()) >= LEAST_SAVED


def learned_spread(saving: Array, given_hit: Array) -> float:
    """Squared coefficient of variation of saving over what was promised given a hit, over the hits of all controlled
    cases `[m]`, listed or drawn, with `PRIOR_CASES` of `PRIOR_SPREAD`.

    A list picks by the promise, so its hits may save more or less than promised throughout; how much they differ among
    themselves is what is asked.
    """
    seen = (saving > 0) & (given_hit > 0)
    ratio = np.minimum(saving[seen] / given_hit[seen], MOST_TIMES)
    if len(ratio) < 2:
        return PRIOR_SPREAD
    found = float(ratio.var(ddof=1) / ratio.mean() ** 2)
    learned = (PRIOR_CASES * PRIOR_SPREAD + len(ratio) * found) / (PRIOR_CASES + len(ratio))
    return min(learned, MOST_SPREAD)


def total_limits(drawn: Drawn, chosen: Array, *, mean: float = 0.0, repeated: bool = False) -> Limits:
    """The interval of Σ chosen·y/π; `mean` is taken from each y in the variance of a self-normalised total.

    `repeated`: not of what these very cases would have brought, but of what such cases bring in the long run (1 - π is
    then 1): for promises, where nothing is drawn.

    The variance is that of independent draws, (1 - π)(y/π)²: a systematic draw of fixed size in random order varies
    less, for sums of rare savings by no more than a saving case in the drawn.
    """
    from scipy.stats import chi2

    terms = chosen * drawn.saving / drawn.probability
    total = float(terms.sum())
    residual = chosen * (drawn.saving - mean) / drawn.probability
    left = np.ones(len(drawn)) if repeated else 1 - drawn.probability
    squares = float((left * residual**2).sum())
    jump = _jump(drawn, chosen, left, total=total, squares=squares)
    if jump <= 0:
        # everything was certain to be drawn: nothing is left to chance
        return Limits(total, total)
    low = jump * float(chi2.ppf(TAIL, 2 * total / jump)) / 2 if total > 0 else 0.0
    largest = float((left * terms).max(initial=0.0))
    leaning = LARGEST_SHARE / (1 + total / jump / FEW_JUMPS)
    upper = jump + leaning * max(largest - jump, 0.0)
    return Limits(low, upper * float(chi2.ppf(1 - TAIL, 2 * (total / upper + ONE_MORE))) / 2)


def _jump(drawn: Drawn, chosen: Array, left: Array, *, total: float, squares: float) -> float:
    """The effective jump: Σ (1-π)(y/π)² over Σ y/π, with `PRIOR_CASES` promised cases among the seen."""
    if drawn.chance is None or drawn.promised is None:
        return squares / total if total > 0 else 0.0
    weight = chosen * drawn.chance
    if not weight.sum():
        return squares / total if total > 0 else 0.0
    given_hit = drawn.promised / drawn.chance
    # savings that look even may do so because the uneven one has not come: what was learned only widens
    spread = max(drawn.spread, PRIOR_SPREAD)
    first, second = _realised_against(given_hit, drawn.saving * chosen, spread=spread)
    size = given_hit / drawn.probability
    mean = first * float((weight * size).sum() / weight.sum())
    square = second * float((weight * left * size**2).sum() / weight.sum())
    whole = total + PRIOR_CASES * mean
    return (squares + PRIOR_CASES * square) / whole if whole > 0 else 0.0


def _realised_against(given_hit: Array, saving: Array, *, spread: float) -> tuple[float, float]:
    """Mean and mean square of saving over promise given a hit, with `PRIOR_CASES` that came as promised."""
    seen = (saving > 0) & (given_hit > 0)
    # one saving where next to nothing was promised must not carry the size of all
    ratio = np.minimum(saving[seen] / given_hit[seen], MOST_TIMES)
    cases = PRIOR_CASES + len(ratio)
    first = (PRIOR_CASES + float(ratio.sum())) / cases
    return first, (PRIOR_CASES * (1 + spread) + float((ratio**2).sum())) / cases
