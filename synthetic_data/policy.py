"""Who was controlled in the past: rule list, own leads, tips, data unit and a small random arm.

Selection sees the situation, the town's own blurred sense of where something is wrong, and noise: never whether a
control would hit. With `discriminate`, rule list and own leads also push addresses with a resident of foreign origin
upwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_data import codes
from synthetic_data.block import Block
from synthetic_data.columns import Bools, Floats, Ints
from synthetic_data.dwellings import INSTITUTION
from synthetic_data.situation import Situation
from synthetic_data.truth import TERMS, saturate

CHANNEL_SHARES = (0.52, 0.17, 0.15, 0.13, 0.03)
AIMED_HIT_RATES = (0.21, 0.16, 0.12, 0.11)  # before ground is lost to repetition; the random arm hits what it hits
DISCRIMINATION_PUSH = 1.0  # in standard deviations of the rule list's score
_IGNORES_COOL_OFF = 0.02

# what the rule list looked at, in points
_POINTS = {
    "single_with_other_adult": 2.0, "provider_with_other_adult": 1.0, "returned_mail_12m": 2.0, "spouse_elsewhere": 1.5,
    "care_of_residents": 1.0, "adults": 1.0, "not_dwelling": 1.0, "living_out_with_parent": 1.0, "amount_kroner": 1.0,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How sharp each channel is: the weight of the true log odds in its score, found once per town."""

    sharpness: tuple[float, ...]
    push: float


@dataclass(frozen=True, kw_only=True)
class Picks:
    """Addresses chosen in one month, their channel, and the draw probability where it is known (else nan)."""

    address: Ints
    channel: Ints
    probability: Floats


def crude_points(situation: Situation) -> Floats:
    """The rule list's points per address."""
    terms = saturate(situation)
    names = list(TERMS)
    return np.asarray(sum(points * terms[:, names.index(name)] for name, points in _POINTS.items()))


def standardised(values: Floats, rows: Bools) -> Floats:
    """Values in standard deviations above the mean of `rows`."""
    return np.asarray((values - values[rows].mean()) / max(float(values[rows].std()), 1e-9))


def tune_policy(
    rng: np.random.Generator, situation: Situation, logit: Floats, *, picks_a_month: float, discriminate: bool
) -> Policy:
    """Sharpness of each channel such that its picks hit at the aimed rate, given the town's true log odds."""
    rows = situation.candidates
    probability = 1.0 / (1.0 + np.exp(-logit[rows]))
    crude = standardised(crude_points(situation), rows)[rows]
    truth = standardised(logit, rows)[rows]
    found = []
    for channel, aim in enumerate(AIMED_HIT_RATES):
        count = int(np.clip(round(3 * picks_a_month * CHANNEL_SHARES[channel]), 8, rows.sum() // 8))
        noise = rng.gumbel(0, 0.8, (8, len(truth)))
        found.append(_sharpness(crude, truth, noise, probability, count, aim))
    return Policy(sharpness=tuple(found), push=DISCRIMINATION_PUSH if discriminate else 0.0)


def choose(block: Block, situation: Situation, policy: Policy, logit: Floats, *, expected: float) -> Picks:
    """One month's picks; `expected` is the mean number over all channels."""
    rng, rows = block.rng, situation.candidates
    allowed = _allowed(block, situation)
    pools = np.flatnonzero(allowed)
    drawn = _draw_random(rng, pools, expected * CHANNEL_SHARES[codes.RANDOM])
    taken = [drawn]
    channels = [np.full(len(drawn), codes.RANDOM)]
    probability = min(expected * CHANNEL_SHARES[codes.RANDOM] / max(len(pools), 1), 1.0)
    allowed[drawn] = False
    scores = _scores(block, situation, policy, logit, rows)
    for number in (codes.TIP, codes.OWN_LEAD, codes.DATA_UNIT, codes.RULE_LIST):
        count = rng.poisson(expected * CHANNEL_SHARES[number])
        chosen = _top(scores[number] + rng.gumbel(0, 0.8, block.dwellings.size), allowed & rows, count)
        allowed[chosen] = False
        taken.append(chosen)
        channels.append(np.full(len(chosen), number))
    address, channel = np.concatenate(taken), np.concatenate(channels)
    return Picks(
        address=address, channel=channel, probability=np.where(channel == codes.RANDOM, probability, np.nan)
    )  # fmt: skip


def _sharpness(crude: Floats, truth: Floats, noise: Floats, probability: Floats, count: int, aim: float) -> float:
    low, high = 0.0, 4.0
    for _ in range(14):
        middle = (low + high) / 2
        score = 0.5 * crude + middle * truth + noise
        top = np.argpartition(-score, count, axis=1)[:, :count]
        low, high = (middle, high) if probability[top].mean() < aim else (low, middle)
    return (low + high) / 2


def _allowed(block: Block, situation: Situation) -> Bools:
    """Candidates without an open case, protected resident or institution; the cool-off is nearly always kept."""
    dwellings = block.dwellings
    cooling = dwellings["cool_until"] > situation.day
    forgotten = block.rng.random(dwellings.size) < _IGNORES_COOL_OFF
    barred = dwellings["open_case"] | situation.protected | (dwellings["use"] == INSTITUTION)
    return np.asarray(situation.candidates & ~barred & (~cooling | forgotten))


def _draw_random(rng: np.random.Generator, pool: Ints, expected: float) -> Ints:
    """Each address of the pool with the same recorded probability."""
    return pool[rng.random(len(pool)) < min(expected / max(len(pool), 1), 1.0)]


def _scores(block: Block, situation: Situation, policy: Policy, logit: Floats, rows: Bools) -> list[Floats]:
    crude, truth = standardised(crude_points(situation), rows), standardised(logit, rows)
    scores = [0.5 * crude + sharpness * truth for sharpness in policy.sharpness]
    people = block.people
    foreign = np.zeros(block.dwellings.size, dtype=bool)
    foreign[people["address"][(people["address"] >= 0) & (people["origin"] > 0)]] = True
    for channel in (codes.RULE_LIST, codes.OWN_LEAD):
        scores[channel] = scores[channel] + policy.push * foreign
    tipped = situation["tips_24m"] + situation["landlord_24m"] + situation["mismatches_24m"] > 0
    scores[codes.TIP] = scores[codes.TIP] + 1.5 * tipped
    scores[codes.DATA_UNIT] = scores[codes.DATA_UNIT] + 1.5 * (situation["data_unit_24m"] > 0)
    return scores


def _top(score: Floats, allowed: Bools, count: int) -> Ints:
    pool = np.flatnonzero(allowed)
    count = min(count, len(pool))
    return pool[np.argsort(-score[pool], kind="stable")[:count]]
