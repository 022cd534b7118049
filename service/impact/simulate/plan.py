"""How large a simulation is, which policies meet in it, and how small a model they train.

Sizes stand here alone, so that a figure can be read beside the effort it took. Must not know a town or a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from governance.errors import UsageError
from training.plan import Plan

DEFAULT_ARMS = (0.02, 0.05, 0.10)
YARDSTICK_ARM = 0.05
"""The arm of the policies that are compared with: the default share in use."""
MOST_ARM = 0.5
QUARTER_MONTHS = 3
RUN_OFF_MONTHS = 18
"""After the last quarter, so that its last case is closed (11 months) and its last appeal decided (8 more)."""

SMALL_MODEL = Plan(
    folds=3, max_rounds=60, learning_rate=0.08, additive_pairs=0, additive_rounds=40, additive_learning_rate=0.2,
    severity_rounds=60, severity_bag=1, bootstrap_draws=20,
)  # fmt: skip
"""The parts in use (two tree bags, additive model, ridge; months; hours; level) with fewer and smaller bags."""

Ranks = Literal["model", "rules"]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Who decides what is controlled: `ranks` by a model or the old rules, `learns` anew each quarter or never."""

    name: str
    ranks: Ranks
    learns: bool
    arm: float


@dataclass(frozen=True, kw_only=True)
class SimulationPlan:
    """`controls`: about how many cases the hours of a quarter hold; `history_cases`: opened before the handover.

    `redraws`: how often the arm of every size is drawn again from the candidates of the retrained model, besides.
    """

    seed: int
    quarters: int = 20
    worlds: int = 10
    arms: tuple[float, ...] = DEFAULT_ARMS
    persons: int = 24_000
    controls: int = 200
    history_cases: int = 1_150
    redraws: int = 0

    def __post_init__(self) -> None:
        _require(self.quarters >= 1, "--quarters", "Simulate one quarter or more.")
        _require(self.worlds >= 1, "--worlds", "Simulate one world or more.")
        _require(self.seed >= 0, "--seed", "A seed is a whole number from 0.")
        _require(self.redraws >= 0 and self.redraws != 1, "--redraws", "Draw again twice or more, or not at all.")
        _require(self.controls >= 10, "--controls", "Let the hours of a quarter hold ten controls or more.")
        _require(
            self.history_cases >= 50, "--history-cases", "Let a history hold fifty controls or more to learn from."
        )
        _require(
            bool(self.arms) and all(0 < arm <= MOST_ARM for arm in self.arms) and len(set(self.arms)) == len(self.arms),
            "--arm", f"Arms are different shares of the hours, above 0 and at most {MOST_ARM}.",
        )  # fmt: skip


def _require(holds: bool, item: str, remedy: str) -> None:
    if not holds:
        raise UsageError("The simulation cannot be run with that.", item=item, remedy=remedy)


def policies(arms: Sequence[float]) -> tuple[Policy, ...]:
    """The retrained model with each arm, then a model that never learns again and the old rules."""
    retrained = [Policy(name=f"retrained, arm {arm:.0%}", ranks="model", learns=True, arm=arm) for arm in arms]
    frozen = Policy(name=f"frozen, arm {YARDSTICK_ARM:.0%}", ranks="model", learns=False, arm=YARDSTICK_ARM)
    rules = Policy(name=f"rules, arm {YARDSTICK_ARM:.0%}", ranks="rules", learns=False, arm=YARDSTICK_ARM)
    return (*retrained, frozen, rules)


def drawn_again(arms: Sequence[float]) -> Policy:
    """The policy whose candidates the arms are drawn from again: the retrained one, with the arm in use if it runs."""
    learning = [policy for policy in policies(arms) if policy.learns]
    return next((policy for policy in learning if policy.arm == YARDSTICK_ARM), learning[0])
