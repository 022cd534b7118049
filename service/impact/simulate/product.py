"""The product's own part of the loop: registers in, a worklist out, by the code that a municipality runs.

Features, labels, training, scores, the draw and the filling of hours are those in use; only the model is smaller
(`plan.SMALL_MODEL`). It reads a directory of registers and nothing else: must not know the town behind them, what is
planted there, or how a list is judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from features.build import build_matrix
from features.candidates import find_candidates
from features.engines import Engine, PolarsEngine
from governance.as_of import AsOf
from governance.legal_bases import lawful, legal_bases_in_force
from governance.registers import Registers, load_registers
from governance.settings import Settings
from service.fallback import mean_hours
from service.impact.simulate.plan import SMALL_MODEL, Policy
from service.logged_lists import certain_units
from service.random_arm import Seed
from service.worklist import Worklist, best_that_fit, fill_capacity
from training.bundle import score
from training.cases import MUNICIPAL, Cases, make_cases, stake_matrix
from training.labels import build_labels
from training.pipeline import lawful_inputs
from training.ranking_model import RankingModel, fit_on_cases
from training.rule_list import rule_score
from training.severity import PRIOR_MONTHS

FILLED_FROM = (
    "unit_id", "address_id", "legal_basis", "hit_probability", "expected_municipal_ore", "expected_hours",
    "expected_net_ore",
)  # fmt: skip
"""Columns of a score that a list is filled from."""


@dataclass(frozen=True)
class Delivered:
    """One delivery of registers and the day that it is known at."""

    registers: Registers
    engine: Engine
    as_of: AsOf
    settings: Settings


@dataclass(frozen=True)
class Learned:
    """Mature cases, and the matrix rows of every case labelled so far: a past case's features never change."""

    cases: Cases
    rows: pl.DataFrame


@dataclass(frozen=True)
class Capacity:
    """The hours of a quarter, and what the unit knew at the handover: hours and hit rate of a case."""

    hours: float
    hours_a_case: float
    hit_rate: float


@dataclass(frozen=True)
class Proposal:
    """A quarter's list. `promised_ore` and `hit_probability` are null where no model was asked.

    `candidates`, every one: unit_id, promised_ore, hit_probability, by_list (controlled whatever the arm draws),
    by_rules (what the old rules would list in the same hours). `scored`: what the list was filled from.
    """

    worklist: Worklist
    candidates: pl.DataFrame
    scored: pl.DataFrame


def load_delivered(directory: Path, *, as_of: AsOf, settings: Settings) -> Delivered:
    """The registers of a delivery, as the product reads them."""
    registers = load_registers(directory)
    return Delivered(registers, PolarsEngine(registers), as_of, settings)


def build_pool(delivered: Delivered) -> pl.DataFrame:
    """The matrix of everybody who may be looked at on the day."""
    bases = legal_bases_in_force(delivered.settings)
    seen = lawful(bases, on=delivered.as_of.day, phase="operation")
    found = find_candidates(delivered.engine, as_of=delivered.as_of, settings=delivered.settings, bases=bases)
    return build_matrix(delivered.engine, found.units, lawful=seen)


def learn(delivered: Delivered, before: Learned | None = None) -> Learned:
    """Label what is mature; only cases that were not labelled `before` are looked up in the registers."""
    bases = legal_bases_in_force(delivered.settings)
    seen = lawful(bases, on=delivered.as_of.day, phase="development")
    labels = build_labels(
        delivered.registers, delivered.engine, as_of=delivered.as_of, settings=delivered.settings, lawful=seen
    )
    known = before.rows["unit_id"] if before else pl.Series([], dtype=pl.String)
    fresh = build_matrix(
        delivered.engine, labels.units.filter(~pl.col("unit_id").is_in(known.implode())), lawful=seen
    )  # fmt: skip
    rows = pl.concat([before.rows, fresh]) if before else fresh
    return Learned(make_cases(rows, labels.cases, inputs=lawful_inputs(seen)), rows)


def fit(learned: Learned, *, as_of: AsOf, settings: Settings, seed: int) -> RankingModel:
    """A small model of the kind in use."""
    inputs = lawful_inputs(lawful(legal_bases_in_force(settings), on=as_of.day, phase="development"))
    return fit_on_cases(
        learned.cases, inputs=inputs, as_of=as_of.day, hourly_cost_ore=settings.hourly_cost_ore, seed=seed,
        base_plan=SMALL_MODEL,
    )  # fmt: skip


def capacity_of(cases: Cases, *, controls: int) -> Capacity:
    """Hours for about so many controls, by the mean hours of the cases known at the handover."""
    hours = mean_hours(pl.Series(cases.hours).fill_nan(None))
    return Capacity(hours=controls * hours, hours_a_case=hours, hit_rate=float(cases.hit.mean()))


def propose(pool: pl.DataFrame, *, policy: Policy, model: RankingModel, capacity: Capacity, seed: Seed) -> Proposal:
    """The quarter's list of a policy, and what model and rules would each have listed without the random arm."""
    by_points = rule_scores(pool, capacity=capacity, seed=seed)
    scored = score(model, pool) if policy.ranks == "model" else by_points
    worklist = fill_capacity(scored, hours=capacity.hours, random_share=policy.arm, seed=seed)
    nobody = pl.Series([], dtype=pl.String)
    by_rules = best_that_fit(by_points, nobody, capacity.hours)["unit_id"]
    asked = policy.ranks == "model"
    told = {"promised_ore": "expected_municipal_ore", "hit_probability": "hit_probability"}
    candidates = scored.select(
        "unit_id",
        *((pl.col(column) if asked else pl.lit(None, pl.Float64)).alias(name) for name, column in told.items()),
        by_list=pl.col("unit_id").is_in(certain_units(scored, worklist, hours=capacity.hours).implode()),
        by_rules=pl.col("unit_id").is_in(by_rules.implode()),
    )
    return Proposal(worklist, candidates, scored.select(FILLED_FROM))


def rule_scores(pool: pl.DataFrame, *, capacity: Capacity, seed: Seed) -> pl.DataFrame:
    """The rule list in the columns of a score: points to order by, equal ones by lot; one hit rate and length for all.

    What a case may bring is the same share of every amount at stake: only the spread of the draw is taken from it.
    """
    ordered = pool.sort("unit_id")
    lot = np.random.default_rng([seed.value, 2]).permutation(ordered.height) / max(ordered.height, 1)
    stake = stake_matrix(ordered)[:, MUNICIPAL].sum(axis=1)
    return ordered.select("unit_id", "address_id", "legal_basis").with_columns(
        expected_hours=pl.lit(capacity.hours_a_case),
        hit_probability=pl.lit(capacity.hit_rate),
        expected_municipal_ore=pl.Series(capacity.hit_rate * PRIOR_MONTHS * stake),
        # above 0 for everybody with a point, and never a whole point by lot
        expected_net_ore=pl.Series(rule_score(ordered) + lot / 2 * (rule_score(ordered) > 0)),
    )
