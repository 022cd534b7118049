"""A committee's effect when the case is over: what mature years realised, and what they let us expect of the others.

Each mature year gives one ratio of realised to expected with its sampling error. Years are taken as a random-effects
model (statsmodels, Paule & Mandel 1982): a common ratio, and a spread between years that coming years have too. Must
not know what an amount is for, nor look at a year that is not mature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Z_95 = 1.959963984540054
SMALLEST_ERROR = 1e-6
"""Of a ratio: what is certain has this standard error, so that years can be weighed at all."""


@dataclass(frozen=True, kw_only=True)
class YearRatio:
    """One mature year: what was expected (> 0) and realised, with the ends of its 95 % interval, in one price level."""

    expected: float
    realised: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """The standard error of realised over expected; an interval that leans is taken by its width."""
        return max((self.high - self.low) / (2 * Z_95 * self.expected), SMALLEST_ERROR)


@dataclass(frozen=True, kw_only=True)
class Completion:
    """The effect of all years together, its 95 % interval, the ratio coming years are given and its spread."""

    mean: float
    low: float
    high: float
    ratio: float
    between_years: float


def forecast_completion(mature: Sequence[YearRatio], coming: Sequence[float]) -> Completion:
    """What the mature years realised and the `coming` ones (their expected amounts) are forecast to, together.

    `ValueError` without a mature year: there is nothing to forecast from. With one, no spread between years is known
    and `between_years` is nan; the interval then holds sampling alone.
    """
    if not mature:
        raise ValueError("no mature year, nothing to forecast from")
    expected = np.array([year.expected for year in mature])
    ratios = np.array([year.realised for year in mature]) / expected
    errors = np.array([year.error for year in mature])
    spread = spread_between_years(ratios, errors)
    known = 0.0 if np.isnan(spread) else spread
    weights = 1 / (errors**2 + known**2)
    weights = weights / weights.sum()
    ratio = float(weights @ ratios)
    ahead = np.array(coming, dtype=np.float64)
    mean = float(expected @ ratios) + ratio * float(ahead.sum())
    half = _half_width(expected, ahead, errors, weights, known)
    return Completion(mean=mean, low=mean - half, high=mean + half, ratio=ratio, between_years=spread)


def spread_between_years(ratios: Floats, errors: Floats) -> float:
    """The standard deviation of the true ratios of years; nan with one year, 0 where sampling explains what is seen."""
    if len(ratios) < 2:
        return float("nan")
    from statsmodels.stats.meta_analysis import combine_effects

    # years that are exactly alike leave a share of heterogeneity undefined that nobody asks for
    with np.errstate(divide="ignore", invalid="ignore"):
        combined: Any = combine_effects(ratios, errors**2, method_re="iterated")
    return float(np.sqrt(max(combined.tau2, 0.0)))


def _half_width(expected: Floats, ahead: Floats, errors: Floats, weights: Floats, spread: float) -> float:
    """Half the 95 % interval: sampling of the mature years, and the years' own spread, which has few years behind it.

    A mature year's sampling error counts once for itself and again for every coming year that is forecast from it; the
    spread counts for the mature years as witnesses and for each coming year itself (by t with years - 1).
    """
    from scipy.stats import t

    total = ahead.sum()
    sampling = np.sqrt((((expected + total * weights) * errors) ** 2).sum())
    between = spread * np.sqrt(total**2 * (weights**2).sum() + (ahead**2).sum())
    years = len(expected)
    quantile = t.ppf(0.975, years - 1) if years > 1 else 0.0
    return float(np.hypot(Z_95 * sampling, quantile * between))
