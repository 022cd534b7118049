"""The level of the hit probability: one number added to every logit, refitted on cases whose selection we understand.

Selective labels hardly hurt the order of a list but wreck its level (P up to twice too high), because tips and own
leads were opened for reasons the registers do not hold. Two kinds of mature cases tell the level of today: the model's
own picks (channel `model`, weight 1: the level where it is used) and the random arm (weight 1/π, brought to its
effective size: the level of the candidate pool). The shift is their penalised-likelihood estimate with a normal prior,
so that a few random cases move it little and many move it fully. The prior's mean lies a little below 0: cases were
selected and the top of a list is where noise looks best, so without anchors a promise would be too high. One shift for
all rows: the order never changes here. Calibrated on the selected means calibrated *to* the selected; only the random
arm reaches beyond them. Must not fit anything but the level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.cases import Cases
from training.inputs import Array
from training.linear_part import sigmoid

# Set on ten planted towns that promised too much without a correction (docs/ranking.md, *The level*). A wider prior
# let the noise of 30 to 120 random cases do more harm than good.
PRIOR_MEAN = -0.18
PRIOR_SD = 0.2
NEWTON_STEPS = 50


@dataclass(frozen=True)
class Level:
    """`shift` is added to the logit, `sd` is its standard error; ratios are predicted over realised anchor hits.

    Ratios are out of fold for the scores, so they are honest for the order; NaN without anchors or without a hit in
    them.
    """

    shift: float
    sd: float
    own_picks: int
    random_cases: int
    effective_cases: float
    ratio_before: float
    ratio_after: float


def anchor_weights(cases: Cases) -> Array:
    """`[n]`: 1 for the model's own picks, 1/π for the random arm scaled to its effective size (Kish 1965), else 0."""
    weight = np.where(cases.channel == "model", 1.0, 0.0)
    drawn = (cases.channel == "random") & np.isfinite(cases.selection_probability)
    if drawn.any():
        probability = cases.selection_probability[drawn]
        # a power of two scales without rounding, and the squares of the rarest draw's inverse must not overflow
        inverse = 2.0 ** np.floor(np.log2(probability.min())) / probability
        weight[drawn] = inverse * inverse.sum() / (inverse**2).sum()
    return weight


def fit_level(
    out_of_fold_logits: Array, cases: Cases, *, prior_mean: float = PRIOR_MEAN, prior_sd: float = PRIOR_SD
) -> Level:
    """Refit the intercept on the anchors; the logits must come from models that did not see the row's household."""
    weight = anchor_weights(cases)
    shift, precision = prior_mean, prior_sd**-2
    for _ in range(NEWTON_STEPS):
        chance = sigmoid(out_of_fold_logits + shift)
        precision = float((weight * chance * (1 - chance)).sum() + prior_sd**-2)
        shift += (float((weight * (cases.hit - chance)).sum()) - (shift - prior_mean) * prior_sd**-2) / precision
    return Level(
        shift=shift,
        sd=precision**-0.5,
        own_picks=int((cases.channel == "model").sum()),
        random_cases=int(((cases.channel == "random") & (weight > 0)).sum()),
        effective_cases=float(weight.sum()),
        ratio_before=_ratio(sigmoid(out_of_fold_logits), cases, weight),
        ratio_after=_ratio(sigmoid(out_of_fold_logits + shift), cases, weight),
    )


def _ratio(chance: Array, cases: Cases, weight: Array) -> float:
    realised = float(weight @ cases.hit)
    return float(weight @ chance) / realised if realised > 0 else float("nan")
