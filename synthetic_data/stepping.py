"""A town that is steered from outside: lived month by month, delivered as registers, controlled where somebody says.

Until the handover the town's old policy controls, exactly as in `write_town`; from then on what is asked for, and the
old policy only where the plan lets it go on beside. The town answers as the world does: late, with appeals, through its
registers. What is planted is seen through `synthetic_data.planted` alone. Must not know who asks for controls, or why.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthetic_data import codes
from synthetic_data.block import Block
from synthetic_data.calendar import add_months, month_starts
from synthetic_data.columns import Ints
from synthetic_data.controls import open_cases
from synthetic_data.policy import Picks, standardised
from synthetic_data.prices import Prices, build_prices
from synthetic_data.severity import CLOSING_MONTHS
from synthetic_data.simulate import History, Shared, begin_block, control_as_ever, live_month, pass_month
from synthetic_data.situation import Situation, observe
from synthetic_data.truth import TRUTH_FORMS, sigmoid
from synthetic_data.write import Ids, RegisterFiles, build_tables

FEWEST_PERSONS, MOST_PERSONS = 2_000, 25_000
"""One block: what the months may touch lies in memory at once."""
_WARM_UP_MONTHS = 12
_FORK_STREAM = 2**41  # apart from the streams of blocks and of what they share


@dataclass(frozen=True, kw_only=True)
class SteppedPlan:
    """What town to begin; it is handed over `history_months` after `start` and steered for `steered_months`.

    `cases`: about how many controls the old policy opens, from the second year on. With `drift` the truth moves from
    the first of them to the last steered month, and stands still afterwards.
    """

    persons: int
    seed: int
    cases: int
    start: dt.date = dt.date(2018, 6, 1)
    history_months: int = 36
    steered_months: int = 60
    run_off_months: int = 24
    truth_form: str = "mixed"
    discriminate: bool = False
    drift: bool = False
    beside: float = 0.0

    def __post_init__(self) -> None:
        if not FEWEST_PERSONS <= self.persons <= MOST_PERSONS:
            raise ValueError(f"persons must lie in {FEWEST_PERSONS} … {MOST_PERSONS}")
        if self.history_months <= _WARM_UP_MONTHS or min(self.steered_months, self.run_off_months) < 0:
            raise ValueError(f"the history must be longer than {_WARM_UP_MONTHS} months, no other span negative")
        if self.truth_form not in TRUTH_FORMS:
            raise ValueError(f"truth_form must be one of {', '.join(TRUTH_FORMS)}")
        if not 0.0 <= self.beside <= 1.0:
            raise ValueError("beside must lie in 0 … 1")

    @property
    def last_month(self) -> int:
        """The number of the last month that the town can be advanced to."""
        return self.history_months + self.steered_months + self.run_off_months


@dataclass(frozen=True, kw_only=True)
class Control:
    """One control asked for at a month start; the probability is known for random draws only."""

    address_id: str
    channel: str
    selection_probability: float | None = None


@dataclass(frozen=True, kw_only=True)
class Now:
    """What the town is at this month's start, and the planted log odds of a hit there."""

    situation: Situation
    logit: np.typing.NDArray[np.float64]


class SteppedTown:
    """The town at the start of `month`: what the registers knew the day before is what is known."""

    def __init__(self, *, plan: SteppedPlan, history: History, prices: Prices, block: Block, shared: Shared) -> None:
        self.plan, self.history, self.prices = plan, history, prices
        self.block, self.shared = block, shared
        self.month = plan.history_months
        self._now: Now | None = None

    @property
    def today(self) -> dt.date:
        """The first day of the month, on which controls begin to open."""
        return add_months(self.plan.start, self.month)

    @property
    def known_at(self) -> dt.date:
        """The last day whose records are known: the day before."""
        return self.today - dt.timedelta(days=1)

    def now(self) -> Now:
        """This month's situation, looked at once."""
        if self._now is None:
            situation = observe(self.block, day=int(self.history.months[self.month]))
            logit = self.shared.truth.logit(situation, elapsed=self.history.elapsed(self.month))
            self._now = Now(situation=situation, logit=logit)
        return self._now

    def fork(self, number: int) -> SteppedTown:
        """The same town with a future of its own; forks of one number have the same luck."""
        other = copy.deepcopy(self)
        other.block.rng = np.random.default_rng([self.plan.seed, _FORK_STREAM, number])
        return other

    def control(self, asked: Sequence[Control]) -> list[str]:
        """Open the controls asked for in this month's first days; their case ids in the same order.

        Raises `ValueError` for an address that the town has not, that is asked for twice or has an open case.
        """
        before = self.block.cases.size
        now, span = self.now(), self.history.span(self.month)
        open_cases(self.block, span, self._picks(asked), now.situation, sigmoid(now.logit))
        ids = self.ids().of("k", np.arange(before, self.block.cases.size))
        return [str(case) for case in ids.to_pylist()]

    def advance(self) -> None:
        """Live through the month: cases are decided, people move, benefits are paid, signals come in."""
        if self.month >= self.plan.last_month:
            raise ValueError("the town has no more months")
        now = self.now()
        if self.plan.beside:
            self._control_beside(now)
        doubt = standardised(now.logit, now.situation.candidates)
        pass_month(self.block, self.history.span(self.month), self.history, self.prices, doubt)
        self.month, self._now = self.month + 1, None

    def _control_beside(self, now: Now) -> None:
        """As many as ever in their part; what is under control already is left alone."""
        control_as_ever(
            self.block, self.history.span(self.month), now.situation, self.shared.policy, now.logit,
            expected=self.history.picks_a_month * self.plan.beside,
        )  # fmt: skip

    def deliver(self, out: Path) -> Path:
        """Write the ten registers of the contract as they stand at this month's start."""
        with RegisterFiles(out) as registers:
            registers.append(build_tables(self.block, self.ids(), as_of=int(self.history.months[self.month])))
        return out

    def ids(self) -> Ids:
        """The ids of everything there is now."""
        return Ids(self.block, seed=self.plan.seed)

    def _picks(self, asked: Sequence[Control]) -> Picks:
        rows = _rows_of(self.ids(), [each.address_id for each in asked])
        if len(np.unique(rows)) < len(rows):
            raise ValueError("an address is asked for twice")
        if self.block.dwellings["open_case"][rows].any():
            raise ValueError("an address has an open case")
        channel = [codes.CASE_CHANNELS.index(each.channel) for each in asked]
        probability = [np.nan if each.selection_probability is None else each.selection_probability for each in asked]
        return Picks(
            address=rows, channel=np.array(channel, dtype=np.int64), probability=np.array(probability, dtype=np.float64)
        )


def begin_town(plan: SteppedPlan, *, catalogue: Sequence[Mapping[str, object]]) -> SteppedTown:
    """A town at the handover, its history under the old policy behind it; `catalogue` rows as for `write_town`."""
    history = _history(plan)
    prices = build_prices(catalogue, months=history.months)
    block = begin_block(0, persons=plan.persons, history=history, prices=prices)
    shared: Shared | None = None
    for month in range(plan.history_months):
        shared = live_month(block, month, share=1.0, history=history, prices=prices, shared=shared)
    assert shared is not None  # noqa: S101  the warm-up is shorter than the history
    return SteppedTown(plan=plan, history=history, prices=prices, block=block, shared=shared)


def _history(plan: SteppedPlan) -> History:
    return History(
        seed=plan.seed, months=month_starts(plan.start, plan.last_month + int(CLOSING_MONTHS.max()) + 2),
        simulated=plan.history_months + plan.steered_months, warm_up=_WARM_UP_MONTHS,
        picks_a_month=plan.cases / (plan.history_months - _WARM_UP_MONTHS), truth_form=plan.truth_form,
        discriminate=plan.discriminate, drift=plan.drift,
    )  # fmt: skip


def _rows_of(ids: Ids, address_ids: Sequence[str]) -> Ints:
    places = {str(address): row for row, address in enumerate(ids.of("a").to_pylist())}
    if not all(address in places for address in address_ids):
        raise ValueError("the town has no such address")
    return np.array([places[address] for address in address_ids], dtype=np.int64)
