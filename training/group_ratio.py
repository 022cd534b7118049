"""Ratios of rates, group against everybody else, with intervals that know that an address is controlled as a whole.

Plain arrays in, intervals out. Must not know who a group is, what a control is, or any limit.
"""

from __future__ import annotations

import math

import numpy as np

from governance.rules.evidence import Interval
from training.inputs import Array, Flags, Whole

TAIL = 0.025
CHUNK_CELLS = 4_000_000


def held_alike_ratio(events: Array, exposure: Array, inside: Flags, stratum: Whole, cluster: Whole) -> Interval | None:
    """Mantel-Haenszel rate ratio (Rothman & Greenland 1998, ch. 15), group against the rest within strata.

    All arrays `[n]`: `events` and `exposure` are each row's share of numerator and denominator. The interval is exact
    for a Poisson count (Garwood 1936) of as many events as the linearised variance over `cluster` is worth: with few
    controls a symmetric one would cry wolf. None when the rest has no event, or nobody is exposed.
    """
    tables = _tables(events, exposure, inside, stratum)
    if tables is None:
        return None
    ours, theirs, observed, expected, alike = tables
    count = round(float(events[inside].sum()))
    if observed <= 0:
        return Interval(0.0, 0.0, -math.log(TAIL) / alike, count)
    parts = np.bincount(cluster, weights=ours / observed - theirs / expected)
    return _garwood(observed / expected, 1.0 / float((parts**2).sum()), count)


def _tables(
    events: Array, exposure: Array, inside: Flags, stratum: Whole
) -> tuple[Array, Array, float, float, float] | None:
    """Each row's part of the two Mantel-Haenszel sums (first-order), the sums, the group's events at equal rates."""
    size = int(stratum.max()) + 1 if len(stratum) else 0
    outside = ~inside

    def total(values: Array, rows: Flags) -> Array:
        return np.asarray(np.bincount(stratum, weights=values * rows, minlength=size), dtype=np.float64)

    ours, theirs = total(events, inside), total(events, outside)
    group, rest = total(exposure, inside), total(exposure, outside)
    whole = np.maximum(group + rest, 1e-12)
    observed, expected = float((ours * rest / whole).sum()), float((theirs * group / whole).sum())
    if expected <= 0:
        return None
    group_slope, rest_slope = rest / whole, group / whole
    in_ours = np.where(
        inside, events * group_slope[stratum] - exposure * (ours * rest / whole**2)[stratum],
        exposure * (ours * group / whole**2)[stratum],
    )  # fmt: skip
    in_theirs = np.where(
        inside, exposure * (theirs * rest / whole**2)[stratum],
        events * rest_slope[stratum] - exposure * (theirs * group / whole**2)[stratum],
    )  # fmt: skip
    alike = float((theirs * group / np.maximum(rest, 1e-12)).sum())
    return in_ours, in_theirs, observed, expected, alike


def _garwood(ratio: float, worth: float, count: int) -> Interval:
    from scipy.stats import gamma

    low, high = gamma.ppf(TAIL, worth), gamma.ppf(1 - TAIL, worth + 1)
    return Interval(ratio, float(ratio * low / worth), float(ratio * high / worth), count)


def share_ratio(inside: Flags, first: Array, second: Array, cluster: Whole) -> Interval | None:
    """The group's share by the weights `first` [n] over its share by the weights `second` [n].

    Weights are 0 for rows that a share does not rest on. None when the group has no row in `second`.
    """
    shares = [float(weight[inside].sum() / weight.sum()) if weight.sum() else 0.0 for weight in (first, second)]
    if shares[1] <= 0 or shares[0] >= 1 or shares[1] >= 1:
        return None
    count = int(((first > 0) & inside).sum())
    if shares[0] <= 0:
        return Interval(0.0, 0.0, -math.log(TAIL) / max(shares[1] * float((first > 0).sum()), 1e-12), count)
    parts = sum(
        sign * weight * (inside - share) / (weight.sum() * share)
        for sign, weight, share in ((1, first, shares[0]), (-1, second, shares[1]))
    )
    by_cluster = np.bincount(cluster, weights=np.asarray(parts))
    return _garwood(shares[0] / shares[1], 1.0 / max(float((by_cluster**2).sum()), 1e-12), count)


def bootstrap_ratio(
    events: Array, exposure: Array, insides: Array, cluster: Whole, *, resamples: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Rate ratio of every group against the rest `[groups]`, and its resampled values `[resamples, groups]`.

    `insides` [n, groups] is 1 for members. Clusters are redrawn with replacement; NaN where a ratio has no rest.
    """
    sums = _by_cluster(
        np.column_stack([events, exposure, insides * events[:, None], insides * exposure[:, None]]), cluster
    )
    size = len(sums)
    step = max(1, CHUNK_CELLS // max(size, 1))
    drawn = [
        rng.multinomial(size, np.full(size, 1 / size), size=min(step, resamples - start)) @ sums
        for start in range(0, resamples, step)
    ]
    return _ratios(sums.sum(axis=0, keepdims=True))[0], _ratios(np.concatenate(drawn))


def _by_cluster(values: Array, cluster: Whole) -> Array:
    size = int(cluster.max()) + 1
    columns = [np.bincount(cluster, weights=column, minlength=size) for column in values.T]
    return np.column_stack(columns)


def _ratios(sums: Array) -> Array:
    groups = (sums.shape[1] - 2) // 2
    events, exposure = sums[:, 2 : 2 + groups], sums[:, 2 + groups :]
    rest_events, rest_exposure = sums[:, :1] - events, sums[:, 1:2] - exposure
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (events / exposure) / (rest_events / rest_exposure)
    return np.where(np.isfinite(ratios), ratios, np.nan)
