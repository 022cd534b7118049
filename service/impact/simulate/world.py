"""One invented world: a town, its history, and every policy steering a copy of it for the same quarters.

The order of a quarter is the product's own: registers are delivered, mature cases learned from, the list made, its
cases opened; three months pass. The judge sees each list, the policy never sees the judge.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.errors import UsageError
from governance.impact.saving import effect_savings
from governance.settings import Settings
from service.impact.simulate.judge import Judged, Totals, Truth, judge, true_totals
from service.impact.simulate.plan import (
    QUARTER_MONTHS,
    RUN_OFF_MONTHS,
    Policy,
    SimulationPlan,
    drawn_again,
    policies,
)
from service.impact.simulate.product import (
    Capacity,
    Delivered,
    Learned,
    Proposal,
    build_pool,
    capacity_of,
    fit,
    learn,
    load_delivered,
    propose,
)
from service.impact.simulate.redraw import Redrawn, fix, redraw
from service.random_arm import Seed
from synthetic_data.planted import likeness_to_handover, see_planted
from synthetic_data.stepping import Control, SteppedPlan, SteppedTown, begin_town
from synthetic_data.town import TRUTH_FORMS
from training.ranking_model import RankingModel

Report = Callable[[str], None]
_FUTURES = 1_000
"""Forks of a town in which everybody is controlled: a number a quarter, apart from the fork that is steered."""


@dataclass(frozen=True)
class Listed:
    """One quarter of one policy: what was proposed and opened, and the judge's word on it.

    `of_all`: unit_id, saving_ore of every candidate, had all been controlled; None unless the arm is drawn again.
    """

    proposal: Proposal
    cases: pl.DataFrame  # unit_id, case_id, arm
    judged: Judged
    totals: Totals
    labels: int
    of_all: pl.DataFrame | None = None


@dataclass(frozen=True)
class Steered:
    """All quarters of one policy, and the saving of every case in the registers at the end (case_id, saving_ore)."""

    policy: Policy
    quarters: tuple[Listed, ...]
    outcomes: pl.DataFrame
    likeness: float
    cpu_seconds: float
    redrawn: tuple[Redrawn, ...] = ()


@dataclass(frozen=True)
class World:
    """One world: its form of truth, every policy in it, and the seconds of CPU that it took."""

    number: int
    truth_form: str
    capacity: Capacity
    steered: tuple[Steered, ...]
    cpu_seconds: float


@dataclass(frozen=True)
class _Start:
    """What all policies of a world have in common at the handover."""

    number: int
    plan: SimulationPlan
    settings: Settings
    town: SteppedTown
    pool: pl.DataFrame
    learned: Learned
    model: RankingModel
    capacity: Capacity


@dataclass
class _Course:
    """Where one policy stands: its town, what it has learned, and the model it ranks by."""

    town: SteppedTown
    learned: Learned
    model: RankingModel
    quarters: list[Listed] = field(default_factory=list)


def simulate_world(plan: SimulationPlan, number: int, *, settings: Settings, report: Report) -> World:
    """Let every policy steer its copy of world `number`; the same plan and number give the same figures."""
    began = time.process_time()
    start = _begin(plan, number, settings=settings)
    steered = []
    for policy in policies(plan.arms):
        steered.append(_steer(start, policy))
        report(f"world {number + 1}: {policy.name} done, {steered[-1].cpu_seconds:.0f} s of CPU")
    form = start.town.plan.truth_form
    return World(number, form, start.capacity, tuple(steered), time.process_time() - began)


def town_plan(plan: SimulationPlan, number: int) -> SteppedPlan:
    """The town of one world: forms of the truth in turn, and always drift; a usage error when there is no such town."""
    try:
        return _town_plan(plan, number)
    except ValueError as wrong:
        remedy = "Correct the option; see simulate --help."
        raise UsageError(f"No such town can be made: {wrong}.", item="--persons", remedy=remedy) from None


def _town_plan(plan: SimulationPlan, number: int) -> SteppedPlan:
    seed = int(np.random.SeedSequence([plan.seed, number]).generate_state(1)[0])
    return SteppedPlan(
        persons=plan.persons, seed=seed, cases=plan.history_cases, steered_months=QUARTER_MONTHS * plan.quarters,
        run_off_months=RUN_OFF_MONTHS, truth_form=TRUTH_FORMS[number % len(TRUTH_FORMS)], drift=True,
    )  # fmt: skip


def _begin(plan: SimulationPlan, number: int, *, settings: Settings) -> _Start:
    town = begin_town(town_plan(plan, number), catalogue=load_catalogue().as_rows())
    with TemporaryDirectory() as folder:
        delivered = _delivered(town, Path(folder), settings)
        pool, learned = build_pool(delivered), learn(delivered)
    model = fit(learned, as_of=delivered.as_of, settings=settings, seed=plan.seed)
    capacity = capacity_of(learned.cases, controls=plan.controls)
    return _Start(number, plan, settings, town, pool, learned, model, capacity)


def _delivered(town: SteppedTown, folder: Path, settings: Settings) -> Delivered:
    return load_delivered(town.deliver(folder), as_of=AsOf(town.known_at), settings=settings)


def _steer(start: _Start, policy: Policy) -> Steered:
    began = time.process_time()
    course = _Course(town=start.town.fork(0), learned=start.learned, model=start.model)
    for quarter in range(start.plan.quarters):
        _live_quarter(start, course, policy, quarter)
    likeness = likeness_to_handover(course.town)
    for _ in range(RUN_OFF_MONTHS):
        course.town.advance()
    with TemporaryDirectory() as folder:
        outcomes = case_savings(_delivered(course.town, Path(folder), start.settings))
    again = _drawn_again(start, course) if _asks_for_more(start, policy) else ()
    return Steered(policy, tuple(course.quarters), outcomes, likeness, time.process_time() - began, again)


def _asks_for_more(start: _Start, policy: Policy) -> bool:
    return start.plan.redraws > 0 and policy == drawn_again(start.plan.arms)


def _drawn_again(start: _Start, course: _Course) -> tuple[Redrawn, ...]:
    """Arms of every size, drawn again and again from the same quarters."""
    kept = [(listed.proposal, listed.of_all) for listed in course.quarters if listed.of_all is not None]
    return tuple(
        row
        for arm in start.plan.arms
        for row in redraw(
            [fix(proposal, of_all, arm=arm, capacity=start.capacity) for proposal, of_all in kept],
            arm=arm, draws=start.plan.redraws, seed=start.plan.seed + start.number,
        )
    )  # fmt: skip


def _saved_by_all(start: _Start, town: SteppedTown, proposal: Proposal, quarter: int) -> pl.DataFrame:
    """What each candidate saves in a future in which all of them are controlled: unit_id, saving_ore."""
    future = town.fork(_FUTURES + quarter)
    units = proposal.scored.select("unit_id", "address_id")
    opened = future.control([Control(address_id=address, channel="model") for address in units["address_id"]])
    for _ in range(RUN_OFF_MONTHS):
        future.advance()
    with TemporaryDirectory() as folder:
        outcomes = case_savings(_delivered(future, Path(folder), start.settings))
    cases = units.select("unit_id", case_id=pl.Series(opened, dtype=pl.String))
    return cases.join(outcomes, on="case_id", how="left", maintain_order="left").select("unit_id", "saving_ore")


def _live_quarter(start: _Start, course: _Course, policy: Policy, quarter: int) -> None:
    pool = start.pool if quarter == 0 else _look_again(start, course, policy, quarter)
    seed = Seed(int(np.random.SeedSequence([start.plan.seed, start.number, quarter]).generate_state(1)[0]))
    proposal = propose(pool, policy=policy, model=course.model, capacity=start.capacity, seed=seed)
    truth = Truth(
        see_planted(course.town), proposal.candidates["unit_id"].to_list(),
        hourly_cost_ore=start.settings.hourly_cost_ore,
    )  # fmt: skip
    judged = judge(truth, proposal, hours=start.capacity.hours)
    of_all = _saved_by_all(start, course.town, proposal, quarter) if _asks_for_more(start, policy) else None
    cases = _open(course.town, proposal, policy)
    labels = len(course.learned.cases)
    course.quarters.append(Listed(proposal, cases, judged, true_totals(truth, proposal), labels, of_all))
    for _ in range(QUARTER_MONTHS):
        course.town.advance()


def _look_again(start: _Start, course: _Course, policy: Policy, quarter: int) -> pl.DataFrame:
    """This quarter's candidates; a policy that learns labels what has matured and trains anew."""
    with TemporaryDirectory() as folder:
        delivered = _delivered(course.town, Path(folder), start.settings)
        if policy.learns:
            course.learned = learn(delivered, course.learned)
            course.model = fit(
                course.learned, as_of=delivered.as_of, settings=start.settings, seed=start.plan.seed + quarter
            )
        return build_pool(delivered)


def _open(town: SteppedTown, proposal: Proposal, policy: Policy) -> pl.DataFrame:
    """Open every listed case: nobody rejects one at first look in these towns."""
    rows = proposal.worklist.rows.select("unit_id", "address_id", "arm", "selection_probability")
    by_list = "model" if policy.ranks == "model" else "rule_list"
    asked = [
        Control(address_id=address, channel="random" if arm == "random" else by_list,
                selection_probability=chance if arm == "random" else None)
        for _, address, arm, chance in rows.iter_rows()
    ]  # fmt: skip
    return rows.select("unit_id", "arm").with_columns(case_id=pl.Series(town.control(asked), dtype=pl.String))


def case_savings(delivered: Delivered) -> pl.DataFrame:
    """Municipal saving that stands of every case with an effect, by the one definition: case_id, saving_ore."""
    effects = effect_savings(delivered.registers, as_of=delivered.as_of, catalogue=load_catalogue())
    municipal = pl.sum_horizontal("saving_bif_ore", "saving_buf_ore", "saving_kff_ore")
    standing = effects.filter("stands").with_columns(saving_ore=municipal)
    return standing.group_by("case_id").agg(pl.col("saving_ore").sum()).sort("case_id")
