"""Intervals of shares and of ratios: the formulas alone, so that every figure of fairness gets its 95 % the same way.

Must not know what is counted. Sources: Wilson (1927) for a share; the percentile bootstrap (Efron 1979) for a ratio;
Donner & Zou (2012) for the ratio whose resamples cannot differ because a cell is empty.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from governance.rules.evidence import Interval

Floats = NDArray[np.float64]
Z_95 = 1.959963984540054
TAIL = 0.025
RESAMPLES = 2000


def wilson_limits(share: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Both ends of Wilson's 95 % score interval of each share; `trials` may be an effective, broken number.

    NaN where the share is NaN or rests on nothing. A share always lies within its own interval, rounding or not.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = Z_95**2 / trials
        centre = (share + spread / 2) / (1 + spread)
        half = Z_95 * np.sqrt(np.maximum(share * (1 - share), 0) / trials + spread / (4 * trials)) / (1 + spread)
    low = np.where(share <= 0, share, np.minimum(np.maximum(centre - half, 0), share))
    high = np.where(share >= 1, share, np.maximum(np.minimum(centre + half, 1), share))
    return low, high


def wilson(successes: float, trials: float) -> Interval:
    """The share of `successes` in `trials` (> 0; broken numbers where rows are weighted), Wilson's 95 % interval."""
    if not 0 <= successes <= trials or trials <= 0:
        raise ValueError("a share needs 0 <= successes <= trials and trials > 0")
    share = np.array(successes / trials)
    low, high = wilson_limits(share, np.array(float(trials)))
    return Interval(value=float(share), low=float(low), high=float(high), count=round(trials))


def percentile_limits(samples: Floats) -> tuple[Floats, Floats]:
    """The 2.5 % and 97.5 % order statistics along the first axis; what is undefined (NaN) in a resample is left out.

    A ratio to nothing is infinite and sorts last; an end that is infinite, or rests on no resample, comes out as is.
    """
    ordered = np.sort(samples, axis=0)
    defined = (~np.isnan(samples)).sum(axis=0)
    return _order_statistic(ordered, defined, TAIL), _order_statistic(ordered, defined, 1 - TAIL)


def _order_statistic(ordered: Floats, defined: NDArray[Any], level: float) -> Floats:
    place = np.clip(np.ceil(level * defined).astype(np.int64) - 1, 0, None)
    found: Floats = np.take_along_axis(ordered, place[None, ...], axis=0)[0]
    return found


def limits_of_ratio(
    above: tuple[Floats, Floats, Floats], below: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats]:
    """Both ends of a ratio of two independent figures from their (value, low, high): MOVER-R (Donner & Zou 2012)."""
    (first, first_low, first_high), (second, second_low, second_high) = above, below
    with np.errstate(divide="ignore", invalid="ignore"):
        product = first * second
        under = product**2 - first_low * second_high * (2 * first - first_low) * (2 * second - second_high)
        over = product**2 - first_high * second_low * (2 * first - first_high) * (2 * second - second_low)
        low = (product - np.sqrt(np.maximum(under, 0))) / (second_high * (2 * second - second_high))
        high = (product + np.sqrt(np.maximum(over, 0))) / (second_low * (2 * second - second_low))
    return np.maximum(low, 0), high


def ratio_interval(
    hits: int, trials: int, other_hits: int, other_trials: int, *, rng: np.random.Generator, resamples: int = RESAMPLES
) -> Interval:
    """(hits / trials) over (other_hits / other_trials) with a 95 % bootstrap interval, rows drawn in each group apart.

    Shares of two separate groups; `count` is the rows of both. `ValueError` when the other share is nothing: there is
    no such ratio.
    """
    if min(trials, other_trials) <= 0 or other_hits <= 0:
        raise ValueError("a ratio needs rows in both groups and a hit in the other")
    first, second = wilson(hits, trials), wilson(other_hits, other_trials)
    above = rng.binomial(trials, first.value, size=resamples) / trials
    below = rng.binomial(other_trials, second.value, size=resamples) / other_trials
    value = np.array(first.value / second.value)
    low, high = bounded_ratio(value, divided(above, below), _ends(first), _ends(second))
    return Interval(value=float(value), low=float(low), high=float(high), count=trials + other_trials)


def bounded_ratio(
    value: Floats, samples: Floats, above: tuple[Floats, Floats, Floats], below: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats]:
    """Percentile limits of `samples` around `value`; MOVER-R where these say nothing.

    That is where no resample differs (an empty cell proves no certainty), and for an upper end that is infinite since
    more than one resample of forty has nothing below the line.
    """
    low, high = percentile_limits(samples)
    formed_low, formed_high = limits_of_ratio(above, below)
    stuck = ~(low < high)
    low, high = np.where(stuck, formed_low, low), np.where(stuck | np.isinf(high), formed_high, high)
    return np.fmin(low, value), np.fmax(high, value)


def divided(above: Floats, below: Floats) -> Floats:
    """Element by element; something over nothing is infinite, nothing over nothing is NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient: Floats = np.divide(above, below)
    return quotient


def _ends(share: Interval) -> tuple[Floats, Floats, Floats]:
    return np.array(share.value), np.array(share.low), np.array(share.high)
