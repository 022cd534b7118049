"""The door: write a whole town in the register contract, and the planted truth beside it.

Imports nothing of the product and is told the benefit catalogue as plain rows. The product never reads `truth/`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from synthetic_data.benefits_paid import is_running
from synthetic_data.block import Block
from synthetic_data.calendar import add_months, month_starts
from synthetic_data.prices import Prices, build_prices
from synthetic_data.severity import CLOSING_MONTHS, expected_hours, expected_saving
from synthetic_data.simulate import History, Shared, simulate_block
from synthetic_data.situation import observe
from synthetic_data.truth import TRUTH_FORMS
from synthetic_data.write import Ids, RegisterFiles, build_tables, table_of

__all__ = ["TRUTH_FORMS", "TownPlan", "ignore", "write_town"]

HOURLY_COST_ORE = 70_000
FEWEST_PERSONS, MOST_PERSONS = 2_000, 6_000_000
_PERSONS_A_BLOCK = 25_000
_CASES_A_YEAR = 0.006  # of the persons
_HOURS_A_CASE = 7.0
_WARM_UP_MONTHS = 12


@dataclass(frozen=True)
class TownPlan:
    """What town to write; the last day that is known (`as_of`) is `years` after `start`."""

    persons: int
    seed: int
    start: dt.date = dt.date(2020, 6, 1)
    years: int = 4
    cases: int | None = None
    truth_form: str = "mixed"
    discriminate: bool = False
    drift: bool = False

    def __post_init__(self) -> None:
        if not FEWEST_PERSONS <= self.persons <= MOST_PERSONS:
            raise ValueError(f"persons must lie in {FEWEST_PERSONS} … {MOST_PERSONS}")
        if self.years < 1:
            raise ValueError("years must be 1 or more")
        if self.truth_form not in TRUTH_FORMS:
            raise ValueError(f"truth_form must be one of {', '.join(TRUTH_FORMS)}")

    @property
    def as_of(self) -> dt.date:
        """The day after the last simulated month."""
        return add_months(self.start, 12 * self.years)

    @property
    def warm_up(self) -> int:
        """Months before the first control, so that histories exist when controls begin."""
        return min(_WARM_UP_MONTHS, 3 * self.years)

    @property
    def cases_wanted(self) -> int:
        """About how many controls are opened in the history."""
        controlled_years = self.years - self.warm_up / 12
        return self.cases if self.cases is not None else round(_CASES_A_YEAR * self.persons * controlled_years)


def ignore(stage: str, fraction: float) -> None:
    """A progress report that nobody listens to."""


def write_town(
    out: Path,
    plan: TownPlan,
    *,
    catalogue: Sequence[Mapping[str, object]],
    report: Callable[[str, float], None] = ignore,
) -> None:
    """Write the ten register files and `world.json` into `out`, the planted truth into `out/truth`.

    `catalogue` rows hold code, administration, refund and rates (`from`, `basis`, `ore`). The same plan writes the
    same bytes. `report` hears (stage, fraction done).
    """
    history = _history(plan)
    prices = build_prices(catalogue, months=history.months)
    sizes = _block_sizes(plan.persons)
    shared: Shared | None = None
    with RegisterFiles(out) as registers, RegisterFiles(out / "truth") as truth:
        for number, persons in enumerate(sizes):
            report("simulate", number / len(sizes))
            block, shared = simulate_block(
                number, persons=persons, share=persons / plan.persons, history=history, prices=prices, shared=shared
            )
            ids = Ids(block, seed=plan.seed)
            registers.append(build_tables(block, ids, as_of=int(history.months[history.simulated])))
            truth.append(_truth_tables(block, ids, history, prices, shared))
    (out / "world.json").write_text(json.dumps(_world(plan), indent=1) + "\n", encoding="utf-8")
    report("simulate", 1.0)


def _block_sizes(persons: int) -> list[int]:
    blocks = -(-persons // _PERSONS_A_BLOCK)
    return [persons // blocks + (number < persons % blocks) for number in range(blocks)]


def _history(plan: TownPlan) -> History:
    simulated = 12 * plan.years
    return History(
        seed=plan.seed, months=month_starts(plan.start, simulated + int(CLOSING_MONTHS.max()) + 2), simulated=simulated,
        warm_up=plan.warm_up, picks_a_month=plan.cases_wanted / (simulated - plan.warm_up), truth_form=plan.truth_form,
        discriminate=plan.discriminate, drift=plan.drift,
    )  # fmt: skip


def _world(plan: TownPlan) -> dict[str, object]:
    controlled_years = plan.years - plan.warm_up / 12
    hours = plan.cases_wanted / controlled_years * _HOURS_A_CASE / 52
    return {
        "as_of": plan.as_of.isoformat(),
        "hours_per_week": max(5, round(hours)),
        "hourly_cost_ore": HOURLY_COST_ORE,
        "persons": plan.persons,
    }


def _truth_tables(block: Block, ids: Ids, history: History, prices: Prices, shared: Shared) -> dict[str, pa.Table]:
    """The truth at the last day for every candidate-like address, and of every case at its opening."""
    day = int(history.months[history.simulated])
    situation = observe(block, day=day)
    rows = np.flatnonzero(situation.candidates)
    probability = shared.truth.hit_probability(situation, elapsed=1.0)
    saving = expected_saving(
        block, situation, prices, running=np.flatnonzero(is_running(block, day)), month=history.simulated,
        months=history.months,
    )  # fmt: skip
    return {
        "address_truth": table_of([
            ("address_id", ids.of("a", rows)), ("hit_probability", pa.array(probability[rows])),
            *((f"saving_{name}_ore", pa.array(saving.by_administration[rows, number]))
              for number, name in enumerate(("bif", "buf", "kff"))),
            ("saving_society_ore", pa.array(saving.society[rows])),
            ("expected_hours", pa.array(expected_hours(situation)[rows])),
        ]),
        "case_truth": table_of([
            ("case_id", ids.of("k")), ("hit_probability", pa.array(block.cases["hit_probability"])),
        ]),
    }  # fmt: skip
