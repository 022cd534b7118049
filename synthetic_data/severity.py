"""What a hit is worth: themes, grants, months, reclaims, hours; one table for the draw and its expectation.

Given a hit, a theme is drawn from the situation; a share of hits corrects the registration only; else each running
grant is affected with a probability by theme and benefit. The expectation is the exact mean of that draw over themes,
months to the decision, effects and appeals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_data import codes
from synthetic_data.block import Block
from synthetic_data.columns import NO_DAY, Bools, Floats, Ints
from synthetic_data.prices import ADMINISTRATIONS, HORIZON_MONTHS, Prices
from synthetic_data.situation import Situation

THEMES = ("pro forma", "couple", "gone", "crowded or c/o", "young")
CLOSING_MONTHS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 11])
CLOSING_SHARES = np.array([0.02, 0.07, 0.18, 0.21, 0.18, 0.13, 0.08, 0.06, 0.05, 0.02])
REGISTRATION_ONLY = np.array([0.18, 0.06, 0.12, 0.30, 0.08])
REVERSED = 0.04
INCREASED = 0.03
PURE_RECLAIM = 0.12
ALSO_RECLAIM = 0.60
RECLAIM_MONTHS = np.arange(2, 10)  # each as likely

# rows THEMES, columns BENEFITS: P(affected | hit of the theme, not registration only), and share of the amount
AFFECTED = np.array([
    [0.75, 0.75, 0.70, 0.50, 0.30, 0.35, 0.70, 0.55, 0.40],
    [0.75, 0.50, 0.92, 0.60, 0.20, 0.40, 0.80, 0.92, 0.92],
    [0.92, 0.92, 0.80, 0.80, 0.80, 0.80, 0.92, 0.80, 0.80],
    [0.50, 0.45, 0.45, 0.30, 0.15, 0.15, 0.50, 0.25, 0.30],
    [0.15, 0.90, 0.15, 0.10, 0.10, 0.05, 0.35, 0.10, 0.05],
])  # fmt: skip
SHARE = np.array([
    [0.90, 0.80, 0.75, 0.70, 1.00, 0.80, 0.70, 1.00, 1.00],
    [0.80, 0.65, 0.75, 0.50, 0.60, 0.55, 0.50, 1.00, 1.00],
    [1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00],
    [0.50, 0.50, 0.45, 0.40, 0.60, 0.50, 0.45, 1.00, 1.00],
    [0.30, 0.57, 0.30, 0.30, 0.60, 0.50, 0.40, 1.00, 1.00],
])  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ExpectedSaving:
    """Per address, øre, given a hit: by administration (BIF, BUF, KFF) and for society."""

    by_administration: Floats  # (addresses, 3)
    society: Floats


def theme_shares(situation: Situation) -> Floats:
    """P(theme | hit), shape (addresses, themes)."""
    one = np.minimum
    doubts = [
        0.25 + 0.6 * situation["not_dwelling"] + 0.25 * one(situation["departures_12m"], 3),
        0.10 + 1.2 * one(situation["single_with_other_adult"], 1) + 1.0 * situation["spouse_elsewhere"]
        + 0.8 * situation["parent_left_here"] + 0.5 * situation["parent_elsewhere_doubtful"]
        + 0.4 * situation["parent_elsewhere_near"],
        0.10 + 0.5 * one(situation["returned_mail_12m"], 3) + 0.2 * one(situation["payment_gaps_6m"], 3),
        0.10 + 0.9 * one(situation["care_of_residents"], 2) + 0.2 * np.maximum(situation["adults"] - 3, 0)
        + 0.8 * situation["nobody_registered"],
        0.03 + 2.0 * situation["living_out_with_parent"] + 1.2 * situation["living_out_near_parent"],
    ]  # fmt: skip
    weights = np.stack(doubts, axis=1)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def expected_hours(situation: Situation) -> Floats:
    """Mean hours of a control, 2 … 20: more people and more grants take longer."""
    size = 0.55 * situation["adults"] + 0.25 * situation["children"] + 0.9 * situation["grants"]
    doubt = 1.5 * np.minimum(situation["care_of_residents"], 2) + 1.2 * situation["spouse_elsewhere"]
    return np.clip(3.0 + size + doubt, 2.6, 14.0)


def months_left(end: Ints, effective: int) -> Ints:
    """Whole months from `effective` to the grant's known last day, at most the horizon."""
    whole = ((end - effective) / 30.4375 + 1e-9).astype(np.int64)
    return np.where(end == NO_DAY, HORIZON_MONTHS, np.clip(whole, 0, HORIZON_MONTHS))


def expected_saving(
    block: Block, situation: Situation, prices: Prices, *, running: Ints, month: int, months: Ints
) -> ExpectedSaving:
    """Mean saving per address given a hit; `running` are the grants that run at month number `month`."""
    grants, people = block.grants, block.people
    home = people["address"][grants["person"][running]]
    running, home = running[home >= 0], home[home >= 0]
    benefit = grants["benefit"][running]
    shares = theme_shares(situation)[home] * (1 - REGISTRATION_ONLY)
    part = (shares * (AFFECTED * SHARE)[:, benefit].T).sum(axis=1) * grants["amount"][running] * (1 - REVERSED)
    gross, municipal = np.zeros(len(running)), np.zeros(len(running))
    for later, share in zip(CLOSING_MONTHS, CLOSING_SHARES, strict=True):
        effective = int(months[month + later + 1])
        gain = share * part * _months_worth(months_left(grants["end"][running], effective))
        gross += gain
        municipal += gain * prices.municipal_share(benefit, effective - grants["start"][running])
    size = block.dwellings.size
    administration = prices.administration[benefit]
    columns = [
        np.bincount(home, municipal * (administration == number), minlength=size)
        for number in range(len(ADMINISTRATIONS) - 1)
    ]
    return ExpectedSaving(
        by_administration=np.stack(columns, axis=1), society=np.bincount(home, gross, minlength=size).astype(np.float64)
    )  # fmt: skip


def _months_worth(left: Ints) -> Floats:
    """Mean months saved by an affected grant: forward, reclaimed, or both; an increase counts nothing."""
    back = RECLAIM_MONTHS.mean()
    changed = (1 - PURE_RECLAIM - INCREASED) * (left + ALSO_RECLAIM * back) + PURE_RECLAIM * back
    return np.asarray(np.where(left > 0, changed, (1 - INCREASED) * back))


@dataclass(frozen=True, kw_only=True)
class Effects:
    """Drawn effects of decisions, one an affected grant."""

    row: Ints  # position in the grants asked about
    effect: Ints
    share: Floats
    reclaim_months: Ints
    reversed: Bools


def draw_effects(rng: np.random.Generator, *, theme: Ints, benefit: Ints, left: Ints) -> Effects:
    """Effects on grants of hits that are more than a registration; `left` are months left from the decision."""
    hit = np.flatnonzero(rng.random(len(theme)) < AFFECTED[theme, benefit])
    count = len(hit)
    share = SHARE[theme[hit], benefit[hit]]
    share = np.where(share < 1, share * rng.uniform(0.75, 1.25, count), 1.0)
    kind = rng.random(count)
    effect = np.where(share >= 1, codes.STOPPED, codes.REDUCED)
    effect = np.where((kind < PURE_RECLAIM) | (left[hit] == 0), codes.RECLAIM, effect)
    effect = np.where(kind > 1 - INCREASED, codes.INCREASED, effect)
    back = rng.choice(RECLAIM_MONTHS, count)
    claims = (effect == codes.RECLAIM) | (rng.random(count) < ALSO_RECLAIM)
    back = np.where(claims & (effect != codes.INCREASED), back, 0)
    return Effects(
        row=hit, effect=effect, share=np.minimum(share, 1.0), reclaim_months=back, reversed=rng.random(count) < REVERSED
    )
