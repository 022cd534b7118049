"""How good an order of cases is, in kroner and hits, with ties told honestly and promises held against what came.

A metric must not know which model made a score, and none here is an area under a curve among the controlled: that
rewards the old selection.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.inputs import Array, Flags


@dataclass(frozen=True)
class Tied:
    """A sum over the chosen when equal scores are put worst first, best first, or drawn by lot (the exact mean)."""

    worst: float
    expected: float
    best: float


def top_count(pool: int, share: float) -> int:
    """How many cases a share of the pool is: rounded down, at least one."""
    return max(1, int(pool * share + 1e-9))


def top_sum(score: Array, value: Array, count: int) -> Tied:
    """Sum of `value` [n] over the `count` highest of `score` [n], ties at the edge worst/expected/best."""
    if count >= len(score):
        whole = float(value.sum())
        return Tied(worst=whole, expected=whole, best=whole)
    edge = float(np.partition(score, len(score) - count)[len(score) - count])
    above, tied = score > edge, np.sort(value[score == edge])
    room = count - int(above.sum())
    sure = float(value[above].sum())
    return Tied(
        worst=sure + float(tied[:room].sum()),
        expected=sure + float(tied.mean()) * room,
        best=sure + float(tied[len(tied) - room :].sum()),
    )


def captured_share(score: Array, true_net: Array, count: int) -> float:
    """Sum of the true net of the `count` highest scores (ties by lot) over the best possible.

    For benchmarks with known truth. NaN when even the best choice loses money.
    """
    best = top_sum(true_net, true_net, count).expected
    return top_sum(score, true_net, count).expected / best if best > 0 else float("nan")


def captured_in_hours(score: Array, value: Array, hours: Array, capacity_hours: float) -> Tied:
    """Sum of `value` [n] over the cases taken from the top until `capacity_hours` are full; the last one in part.

    Taking the last case in part makes the sum continuous in the capacity; equal scores are taken worst value an hour
    first, best first, or all in the same part (the mean over lots).
    """
    rate = value / np.maximum(hours, 1e-9)
    worst = _fill(np.lexsort((rate, -score)), value, hours, capacity_hours)
    best = _fill(np.lexsort((-rate, -score)), value, hours, capacity_hours)
    groups = np.unique(-score, return_inverse=True)[1]
    pooled = [np.bincount(groups, weights=column).astype(np.float64) for column in (value, hours)]
    mean = _fill(np.arange(len(pooled[0])), pooled[0], pooled[1], capacity_hours)
    return Tied(worst=worst, expected=mean, best=best)


def _fill(order: np.typing.NDArray[np.intp], value: Array, hours: Array, capacity_hours: float) -> float:
    used = hours[order]
    before = np.cumsum(used) - used
    part = np.clip((capacity_hours - before) / np.maximum(used, 1e-12), 0.0, 1.0)
    return float(part @ value[order])


def precision_at(score: Array, hit: Flags, count: int) -> Tied:
    """Share of hits among the `count` highest scores."""
    count = min(count, len(score))
    total = top_sum(score, hit.astype(np.float64), count)
    return Tied(worst=total.worst / count, expected=total.expected / count, best=total.best / count)


@dataclass(frozen=True)
class ReliabilityBin:
    """Cases of like predicted probability: what was said and what came (95 % Wilson interval of the share)."""

    cases: int
    predicted: float
    realised: float
    low: float
    high: float


def reliability_bins(chance: Array, hit: Flags, *, bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Equal-count bins by predicted probability, lowest first; fewer when there are fewer than ten cases a bin."""
    count = max(1, min(bins, len(chance) // 10))
    order = np.argsort(chance, kind="stable")
    return tuple(_bin(chance[rows], hit[rows]) for rows in np.array_split(order, count) if len(rows))


def _bin(chance: Array, hit: Flags) -> ReliabilityBin:
    low, high = wilson(int(hit.sum()), len(hit))
    return ReliabilityBin(
        cases=len(hit), predicted=float(chance.mean()), realised=float(hit.mean()), low=low, high=high
    )


def wilson(hits: int, cases: int, *, z: float = 1.959964) -> tuple[float, float]:
    """Score interval of a share (Wilson 1927)."""
    share, square = hits / cases, z * z / cases
    middle = (share + square / 2) / (1 + square)
    reach = z / (1 + square) * np.sqrt(share * (1 - share) / cases + square / (4 * cases))
    # Exact at the ends, where rounding would leave a share of 0 or 1 outside its own interval.
    low = 0.0 if hits == 0 else float(middle - reach)
    return low, 1.0 if hits == cases else float(middle + reach)


@dataclass(frozen=True)
class Promise:
    """What was predicted and what came, in one unit (hits or øre). `ratio` is predicted over realised."""

    predicted: float
    realised: float

    @property
    def ratio(self) -> float:
        """Predicted over realised; NaN when nothing came."""
        return self.predicted / self.realised if self.realised > 0 else float("nan")


def promise(predicted: Array, realised: Array) -> Promise:
    """Sums over the same cases."""
    return Promise(predicted=float(predicted.sum()), realised=float(realised.sum()))
