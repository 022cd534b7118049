"""One block from its first day to the last: the order of a month, and when the town's truth and policy are fixed.

Blocks are independent, so that a town of any size is a loop; only the truth and the policy, fixed in the first one,
are shared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_data.benefits_paid import change_grants, grant_first, pay
from synthetic_data.block import Block
from synthetic_data.calendar import Span
from synthetic_data.columns import Floats, Ints
from synthetic_data.controls import close_cases, open_cases
from synthetic_data.dwellings import correct_addresses
from synthetic_data.life import live
from synthetic_data.moves import move_people
from synthetic_data.policy import Policy, choose, crude_points, standardised, tune_policy
from synthetic_data.population import settle
from synthetic_data.prices import Prices
from synthetic_data.signals import receive_signals, seed_signals
from synthetic_data.situation import Situation, observe
from synthetic_data.truth import Truth, draw_truth, sigmoid

_TOWN_STREAM = 2**40  # the seed sequence of what the blocks share
_BASE_RATES = (0.035, 0.045)
_SPREADS = (1.05, 1.25)


@dataclass(frozen=True, kw_only=True)
class History:
    """What a simulation is asked for: month starts, warm-up months without controls, and the planted options."""

    seed: int
    months: Ints  # month starts, fourteen more than are simulated
    simulated: int
    warm_up: int
    picks_a_month: float  # in the whole town
    truth_form: str
    discriminate: bool
    drift: bool

    def span(self, number: int) -> Span:
        """One month."""
        return Span(number=number, first=int(self.months[number]), after=int(self.months[number + 1]))

    def elapsed(self, number: int) -> float:
        """The part of the controlled history that has passed at a month's start; all of it afterwards."""
        return min(max(0.0, (number - self.warm_up) / max(self.simulated - self.warm_up, 1)), 1.0)


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What all blocks of a town have in common."""

    truth: Truth
    policy: Policy


def simulate_block(
    number: int, *, persons: int, share: float, history: History, prices: Prices, shared: Shared | None
) -> tuple[Block, Shared]:
    """Simulate one block with `share` of the town's persons; the first block (`shared` None) fixes truth and policy."""
    block = begin_block(number, persons=persons, history=history, prices=prices)
    for month in range(history.simulated):
        shared = live_month(block, month, share=share, history=history, prices=prices, shared=shared)
    assert shared is not None  # noqa: S101  the warm-up is shorter than the history
    return block, shared


def begin_block(number: int, *, persons: int, history: History, prices: Prices) -> Block:
    """A block on its first day: people, dwellings, grants, and the signals of the year before."""
    block = Block(number=number, persons=persons, rng=np.random.default_rng([history.seed, number]))
    first = int(history.months[0])
    settle(block, persons=persons, day=first)
    grant_first(block, prices, day=first)
    seed_signals(block, day=first)
    pay(block, first)
    return block


def live_month(
    block: Block, number: int, *, share: float, history: History, prices: Prices, shared: Shared | None
) -> Shared | None:
    """One month under the old policy; truth and policy are fixed when the warm-up is over, and returned."""
    span = history.span(number)
    situation = observe(block, day=span.first)
    if number == history.warm_up and shared is None:
        shared = _fix(history, situation)
    if shared is None:
        score = crude_points(situation)
    else:
        score = shared.truth.logit(situation, elapsed=history.elapsed(number))
        if number >= history.warm_up:
            control_as_ever(block, span, situation, shared.policy, score, expected=history.picks_a_month * share)
    pass_month(block, span, history, prices, standardised(score, situation.candidates))
    return shared


def pass_month(block: Block, span: Span, history: History, prices: Prices, doubt: Floats) -> None:
    """What happens in a month once its controls are opened; `doubt` per address makes signals denser."""
    close_cases(block, span, history.months)
    move_people(block, span)
    live(block, span)
    change_grants(block, span, prices)
    receive_signals(block, span, doubt)
    correct_addresses(block, span)
    pay(block, span.after)


def control_as_ever(
    block: Block, span: Span, situation: Situation, policy: Policy, logit: Floats, *, expected: float
) -> None:
    """Open the controls that the old policy picks this month, `expected` of them in the mean."""
    picks = choose(block, situation, policy, logit, expected=expected)
    open_cases(block, span, picks, situation, sigmoid(logit))


def _fix(history: History, situation: Situation) -> Shared:
    rng = np.random.default_rng([history.seed, _TOWN_STREAM])
    truth = draw_truth(
        rng, situation, form=history.truth_form, drift=history.drift, base_rate=rng.uniform(*_BASE_RATES),
        spread=rng.uniform(*_SPREADS),
    )  # fmt: skip
    logit = truth.logit(situation, elapsed=0.0)
    policy = tune_policy(
        rng, situation, logit, picks_a_month=history.picks_a_month, discriminate=history.discriminate
    )  # fmt: skip
    return Shared(truth=truth, policy=policy)
