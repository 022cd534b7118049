"""Believable candidate pools with planted savings, on which the estimates are put to the test.

Hits are rare (2 to 8 %) and cluster where more is wrong; savings are amounts at stake x months, unequal over three
administrations or one; the promise sees the chance through noise, and in some pools too high or with too light tails.
Must not know an estimator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from governance.impact.estimators import Array


@dataclass(frozen=True, kw_only=True)
class PoolKind:
    """A kind of pool: `hits` share of candidates, `clustered` sd of the logit of a hit, `stakes` and `surprise` sd of
    log amount at stake and of log saving around it, `blur` of the promise's view, `too_high` factor of its chances.

    `by_spread` False: the same π for all; `logged` False: nothing but π is known of a candidate.
    """

    text: str
    candidates: int = 4_000
    hits: float = 0.04
    clustered: float = 1.15
    stakes: float = 0.7
    surprise: float = 0.5
    blur: float = 0.6
    too_high: float = 1.0
    administrations: int = 3
    by_spread: bool = True
    logged: bool = True


POOL_KINDS: Mapping[str, PoolKind] = {
    "usual": PoolKind(text="4 % hits, three administrations"),
    "rare": PoolKind(text="2 % hits", hits=0.02),
    "common": PoolKind(text="8 % hits", hits=0.08),
    "heavy": PoolKind(text="savings with heavy tails", stakes=1.0, surprise=0.65),
    "one_office": PoolKind(text="one administration", administrations=1),
    "wrong_promise": PoolKind(text="promise 1.8 times too high and blurred", blur=0.9, too_high=1.8),
    "uniform": PoolKind(text="every candidate drawn with the same probability", by_spread=False),
    "city": PoolKind(text="20,000 candidates", candidates=20_000),
    "registers_alone": PoolKind(text="no logged promise: the probabilities alone", logged=False),
}
"""By which the coverage is measured."""

KRONER = 100.0
MONTHS, SAVING_OF_HIT = 8.0, 0.75
OFFICE_MONTHLY_KR = (5_200.0, 1_900.0, 700.0)
OFFICE_SHARE = (0.45, 0.4, 0.35)


@dataclass(frozen=True, kw_only=True)
class InventedPool:
    """Candidates `[n]`: planted saving (øre), the promise (øre) and its chance of a hit, and its spread (øre)."""

    saving: Array
    promised: Array
    chance: Array
    spread: Array
    hit: Array


def make_pool(kind: PoolKind, random: np.random.Generator) -> InventedPool:
    """One pool of that kind; the same generator state gives the same pool."""
    size = kind.candidates
    place = random.normal(size=size)
    # the mean of a logistic of a normal is nearer a half than the logistic of its mean
    level = np.log(kind.hits / (1 - kind.hits)) - 0.42 * kind.clustered**2
    chance = _logistic(level + kind.clustered * place)
    monthly = _stakes(kind, random)
    hit = random.random(size) < chance
    brings = hit & (random.random(size) < SAVING_OF_HIT)
    months = random.gamma(4.0, MONTHS / 4.0, size)
    saving = np.where(brings, monthly * months * np.exp(random.normal(0.0, kind.surprise, size)), 0.0)
    seen = _logistic(
        level + np.log(kind.too_high) + 0.9 * kind.clustered * (place + random.normal(0.0, kind.blur, size)) + 0.1
    )
    # what is fitted to savings meets their mean, which surprises raise above the typical
    promised = seen * monthly * MONTHS * SAVING_OF_HIT * np.exp(kind.surprise**2 / 2)
    spread = promised * np.sqrt((1 - seen) / seen)
    return InventedPool(
        saving=np.asarray(np.round(saving), dtype=np.float64), promised=promised, chance=seen,
        spread=spread, hit=hit.astype(np.float64)
    )  # fmt: skip


def probabilities_of(
    kind: PoolKind, pool: InventedPool, size: int, *, by_spread: Callable[[Array, int], Array]
) -> Array:
    """π of each candidate for a draw of `size`: by the service's own formula, or the same for all."""
    if kind.by_spread:
        return by_spread(pool.spread, size)
    return np.full(kind.candidates, size / kind.candidates)


def _stakes(kind: PoolKind, random: np.random.Generator) -> Array:
    """Amounts at stake a month, øre: some candidates have none in any administration."""
    total = np.zeros(kind.candidates)
    for kroner, share in list(zip(OFFICE_MONTHLY_KR, OFFICE_SHARE, strict=True))[: kind.administrations]:
        amount = kroner * KRONER * np.exp(random.normal(0.0, kind.stakes, kind.candidates))
        total += amount * (random.random(kind.candidates) < share)
    return total


def _logistic(logit: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float64)
