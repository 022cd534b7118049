"""From what happened in a world to the figures that are kept of it: one row a quarter, one a cohort and target.

Here the judge's truth and the evaluator's estimates meet for the first time, after the last list was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.impact.arm import Listing
from governance.impact.interval import Drawn
from service.impact.simulate.cohorts import ASKED, OWN_LIST, Estimate, Quarter, estimate_cohort
from service.impact.simulate.judge import Totals
from service.impact.simulate.redraw import Redrawn
from service.impact.simulate.world import Listed, Steered, World
from training.inputs import Array

QUARTERS_A_YEAR = 4


@dataclass(frozen=True, kw_only=True)
class QuarterFigures:
    """One list. Money in øre, municipal; `promised_ore` and `promised_true_ore` of the cases listed by the model."""

    labels: int
    listed: int
    drawn: int
    hits: float
    net_ore: float
    best_net_ore: float
    saving_ore: float
    best_saving_ore: float
    realised_ore: float
    promised_ore: float | None
    promised_true_ore: float | None
    needless: Mapping[str, float]
    innocent: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class CohortFigures:
    """What each estimator said of one target over a span of quarters, and what was true; `drawn`: cases it rests on."""

    span: str
    target: str
    truth_ore: float
    drawn: int
    estimates: Mapping[str, Estimate]


@dataclass(frozen=True, kw_only=True)
class PolicyFigures:
    """One policy in one world; `cohorts` only where a model promised something to estimate by."""

    policy: str
    arm: float
    learns: bool
    quarters: tuple[QuarterFigures, ...]
    cohorts: tuple[CohortFigures, ...]
    likeness: float
    cpu_seconds: float


@dataclass(frozen=True, kw_only=True)
class WorldFigures:
    """One world in figures."""

    world: int
    truth_form: str
    hours_a_quarter: float
    policies: tuple[PolicyFigures, ...]
    cpu_seconds: float
    redrawn: tuple[Redrawn, ...] = ()


def build_figures(world: World) -> WorldFigures:
    """The figures of a world that has run its course."""
    return WorldFigures(
        world=world.number + 1, truth_form=world.truth_form, hours_a_quarter=world.capacity.hours,
        policies=tuple(_policy(steered) for steered in world.steered), cpu_seconds=world.cpu_seconds,
        redrawn=tuple(row for steered in world.steered for row in steered.redrawn),
    )  # fmt: skip


def _policy(steered: Steered) -> PolicyFigures:
    savings = [_with_savings(listed, steered.outcomes) for listed in steered.quarters]
    pairs = list(zip(steered.quarters, savings, strict=True))
    asked = steered.policy.ranks == "model"
    return PolicyFigures(
        policy=steered.policy.name, arm=steered.policy.arm, learns=steered.policy.learns,
        quarters=tuple(_quarter(listed, cases) for listed, cases in pairs),
        cohorts=tuple(_cohorts(steered.quarters, [as_seen(listed, cases) for listed, cases in pairs])) if asked else (),
        likeness=steered.likeness, cpu_seconds=steered.cpu_seconds,
    )  # fmt: skip


def _with_savings(listed: Listed, outcomes: pl.DataFrame) -> pl.DataFrame:
    return listed.cases.join(outcomes, on="case_id", how="left", maintain_order="left").with_columns(
        pl.col("saving_ore").fill_null(0)
    )


def _quarter(listed: Listed, cases: pl.DataFrame) -> QuarterFigures:
    judged, chosen = listed.judged, cases.filter(pl.col("arm") == "priority")
    promised = listed.proposal.candidates.join(chosen.select("unit_id"), on="unit_id")["promised_ore"]
    asked = promised.null_count() == 0
    return QuarterFigures(
        labels=listed.labels, listed=cases.height, drawn=cases.height - chosen.height, hits=judged.hits,
        net_ore=judged.net_ore, best_net_ore=judged.best_net_ore, saving_ore=judged.saving_ore,
        best_saving_ore=judged.best_saving_ore, realised_ore=float(cases["saving_ore"].sum()),
        promised_ore=float(promised.sum()) if asked else None,
        promised_true_ore=judged.priority_saving_ore if asked else None,
        needless=judged.needless, innocent=judged.innocent,
    )  # fmt: skip


def _cohorts(listed: Sequence[Listed], seen: Sequence[Quarter]) -> list[CohortFigures]:
    found = []
    for span, length in (("quarter", 1), ("year", QUARTERS_A_YEAR), ("all", len(seen))):
        for first in range(0, len(seen) - length + 1, length):
            found += _cohort(span, listed[first : first + length], seen[first : first + length])
    return found


def _cohort(span: str, listed: Sequence[Listed], seen: Sequence[Quarter]) -> list[CohortFigures]:
    truths = [true_savings(each.totals, quarter) for each, quarter in zip(listed, seen, strict=True)]
    drawn = sum(len(quarter.drawn) for quarter in seen)
    return [
        CohortFigures(
            span=span, target=target, truth_ore=sum(truth[target] for truth in truths), drawn=drawn, estimates=estimates
        )
        for target, estimates in estimate_cohort(seen).items()
    ]


def true_savings(totals: Totals, seen: Quarter) -> dict[str, float]:
    """What an estimate of each target is held against, øre.

    What was controlled whatever was drawn saved what it saved; of the others the mean by what is planted. The own list
    itself is held against its mean.
    """
    came = {name: listing.certain_ore or 0.0 for name, listing in seen.listings.items()}
    return {
        "pool": totals.pool - totals.list + came["pool"],
        "rules": totals.rules - totals.rules_and_list + came["rules"],
        "model": came["model"],
        OWN_LIST: totals.list,
    }


def as_seen(listed: Listed, cases: pl.DataFrame) -> Quarter:
    """What an evaluator has of one quarter: the logged draw, the promises, and the savings in the registers."""
    draws = listed.proposal.worklist.draws.filter(pl.col("selection_probability") > 0)
    pool = listed.proposal.candidates.join(draws, on="unit_id", maintain_order="left")
    pool = pool.with_columns(pl.lit(value=True).alias("pool"), model="by_list", rules="by_rules")
    controlled = pool.join(cases.select("unit_id", "arm", "saving_ore"), on="unit_id", maintain_order="left")
    drawn = controlled.filter("drawn")
    return Quarter(
        drawn=Drawn(
            saving=_floats(drawn["saving_ore"]), probability=_floats(drawn["selection_probability"]),
            chance=_floats(drawn["hit_probability"]), promised=_floats(drawn["promised_ore"]),
        ),
        certain=_floats(drawn["by_list"]), controlled_saving=_floats(controlled["saving_ore"]),
        controlled_given_hit=_floats(controlled["promised_ore"] / controlled["hit_probability"]),
        list_saving=_floats(controlled.filter("by_list")["saving_ore"]),
        listings={target: _listing(target, pool, controlled, drawn) for target in ASKED},
    )  # fmt: skip


def _listing(target: str, pool: pl.DataFrame, controlled: pl.DataFrame, drawn: pl.DataFrame) -> Listing:
    certain = controlled.filter(pl.col(target) & pl.col("by_list"))
    return Listing(
        of_drawn=_floats(drawn[target]), of_controlled=_floats(controlled[target]), size=float(pool[target].sum()),
        promised_ore=float(pool.filter(target)["promised_ore"].sum()), certain_ore=float(certain["saving_ore"].sum()),
        certain_promised_ore=float(certain["promised_ore"].sum()),
    )  # fmt: skip


def _floats(column: pl.Series) -> Array:
    return np.asarray(column.cast(pl.Float64).to_numpy(), dtype=np.float64)
