"""Intervals, and exactly what they cover.

`hit_low, hit_high` (95 %): the share of hits among cases that score like this one ("of 100 cases like this"). The
spread is the delete-a-group jackknife over the folds of the ensemble (each set of members never saw one part of the
households; Quenouille 1956, Shao & Tu 1995) plus the standard error of the level. It is not a range for the truth of
one household: what the registers do not hold, or too few cases have shown, no spread of models can know. In simulated
cities with 4,000 cases the true chance of the single case lay inside for 52-82 %. Nor does it cover a change in the
world after the last label.

`net_low, net_high`: the *realised* net of the case if it is opened, hit or miss (96-97 % of the cases of those
cities, about 94 % of their hits). Below: a miss saves nothing and costs its hours, so `net_low` is minus the 97.5 %
hours. Above: split conformal (Vovk et al. 2005; Lei et al. 2018) on saving over predicted saving given a hit, from
folds that never saw the household, minus the 2.5 % hours. Single cases are uncertain, and this interval says so; the
sum of a quarter is far surer than the sum of its intervals. Must not change any expected value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from training.cases import MUNICIPAL, Cases
from training.hit_model import mean_of_folds
from training.hours import fit_hours
from training.inputs import Array, Whole
from training.linear_part import sigmoid
from training.plan import Plan
from training.severity import fit_severity

NORMAL_95 = 1.959964
UPPER = 0.975
LEAST_SAVING_FACTOR = 3.0  # what a hit may save over its expectation before enough hits have told
LEAST_HOURS_FACTORS = (0.4, 2.5)


@dataclass(frozen=True)
class Spread:
    """Factors on the expected saving given a hit and on the expected hours, and øre where nothing was at stake."""

    saving_high: float
    unstaked_high_ore: float
    hours_low: float
    hours_high: float


def hit_interval(fold_logits: Array, *, shift: float, level_sd: float) -> tuple[Array, Array]:
    """95 % interval of the probability: `[n]`, `[n]`."""
    folds = fold_logits.shape[1]
    centre = mean_of_folds(fold_logits)
    jackknife = mean_of_folds((fold_logits - centre[:, None]) ** 2) * (folds - 1)
    reach = NORMAL_95 * np.sqrt(jackknife + level_sd**2)
    return sigmoid(centre + shift - reach), sigmoid(centre + shift + reach)


def net_interval(
    spread: Spread, *, saving_given_hit: Array, expected_hours: Array, hourly_cost_ore: int
) -> tuple[Array, Array]:
    """Interval of the realised net in øre: `[n]`, `[n]`."""
    low = -expected_hours * spread.hours_high * hourly_cost_ore
    high = saving_given_hit * spread.saving_high + spread.unstaked_high_ore
    return low, high - expected_hours * spread.hours_low * hourly_cost_ore


def fit_spread(cases: Cases, fold: Whole, *, plan: Plan, seed: int, threads: int) -> Spread:
    """Out-of-fold ratios of what came to what was expected, and their conformal quantiles."""
    small = replace(plan, severity_bag=1)
    saving, hours = np.zeros(len(cases)), np.zeros(len(cases))
    for place in range(int(fold.max()) + 1):
        out = fold == place
        kept = cases.rows(~out)
        months = fit_severity(kept, plan=small, seed=seed, threads=threads).months(cases.x[out])
        saving[out] = (months * cases.stakes[out])[:, MUNICIPAL].sum(axis=1)
        hours[out] = fit_hours(kept, plan=small, seed=seed, threads=threads).expected(cases.x[out])
    staked = cases.hit & (saving > 0)
    known = np.isfinite(cases.hours)
    return Spread(
        saving_high=_upper(cases.municipal_saving[staked] / saving[staked], at_least=LEAST_SAVING_FACTOR),
        unstaked_high_ore=_upper(cases.municipal_saving[cases.hit & (saving <= 0)], at_least=0.0),
        hours_low=1.0 / _upper(hours[known] / np.maximum(cases.hours[known], 0.1), at_least=1 / LEAST_HOURS_FACTORS[0]),
        hours_high=_upper(cases.hours[known] / hours[known], at_least=LEAST_HOURS_FACTORS[1]),
    )


def _upper(ratios: Array, *, at_least: float) -> float:
    """The conformal upper quantile; with too few ratios for it, the largest seen or `at_least`, whichever is more."""
    place = int(np.ceil((len(ratios) + 1) * UPPER))
    if place > len(ratios):
        return float(max(ratios.max(initial=0.0), at_least))
    return float(max(np.sort(ratios)[place - 1], 1.0 if at_least > 0 else 0.0))
