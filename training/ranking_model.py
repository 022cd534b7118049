"""Expected net saving of a case: hit probability x amount at stake x months - hours x cost: what is registered.

It holds everything a score rests on and nothing else, so that the same matrix gives the same numbers to the bit, in
any order and beside any other rows. It must not know capacity, the random arm, groups or who works the list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from training.calibration import Level, fit_level
from training.cases import MUNICIPAL, PURSES, Cases, make_cases, stake_matrix
from training.hit_model import (
    HitModel,
    fit_hit_model,
    household_folds,
    mean_of_folds,
    refuse_one_household,
    refuse_one_sided,
)
from training.hours import HoursModel, fit_hours
from training.inputs import Array, Inputs, Whole, design_matrix
from training.intervals import Spread, fit_spread, hit_interval, net_interval
from training.linear_part import LinearPart, fit_linear, sigmoid
from training.one_thread import on_one_thread
from training.plan import Plan, make_plan
from training.severity import Severity, fit_severity, months_of_society
from training.twin import fit_twin


@dataclass(frozen=True)
class RankingModel:
    """Everything one run of training made; `twin` is the additive model with its own level.

    `logistic` is the plain rival that lists are held against; None of a model from before it was kept.
    """

    inputs: Inputs
    as_of: dt.date
    labels: int
    hits: int
    hourly_cost_ore: int
    hit: HitModel
    level: Level
    severity: Severity
    hours: HoursModel
    spread: Spread
    twin: HitModel
    twin_level: Level
    logistic: LinearPart | None = None

    def score(self, matrix: pl.DataFrame) -> pl.DataFrame:
        """One row a unit, in the order given; money is float64 øre, probabilities in (0, 1). See `SCORE_COLUMNS`."""
        x, stakes = design_matrix(matrix, self.inputs), stake_matrix(matrix)
        fold_logits = self.hit.fold_logits(x)
        logit = mean_of_folds(fold_logits) + self.level.shift
        low, high = hit_interval(fold_logits, shift=self.level.shift, level_sd=self.level.sd)
        months, hours = months_of_society(self.severity.months(x), stakes), self.hours.expected(x)
        columns = {"hit_logit": logit, "hit_probability": sigmoid(logit), "hit_low": low, "hit_high": high}
        money = _money(columns["hit_probability"], months, stakes, hours, self)
        return pl.DataFrame({"unit_id": matrix["unit_id"]} | columns | money)

    def plain_chance(self, matrix: pl.DataFrame) -> Array | None:
        """`[n]` chance of a hit by the plain logistic regression; None where none was kept."""
        if self.logistic is None:
            return None
        return sigmoid(mean_of_folds(self.logistic.fold_logits(design_matrix(matrix, self.inputs))))

    def glass_box(self) -> RankingModel:
        """The same model with the additive twin in place of the ensemble."""
        return replace(self, hit=self.twin, level=self.twin_level)


def _money(chance: Array, months: Array, stakes: Array, hours: Array, model: RankingModel) -> dict[str, Array]:
    given_hit = months * stakes
    expected = chance[:, None] * given_hit
    municipal = expected[:, 0] + expected[:, 1] + expected[:, 2]
    saving = given_hit[:, 0] + given_hit[:, 1] + given_hit[:, 2]
    low, high = net_interval(
        model.spread, saving_given_hit=saving, expected_hours=hours, hourly_cost_ore=model.hourly_cost_ore
    )
    return (
        {f"months_{purse}": months[:, place] for place, purse in enumerate(PURSES)}
        | {f"expected_{purse}_ore": expected[:, place] for place, purse in enumerate(PURSES[MUNICIPAL])}
        | {
            "expected_municipal_ore": municipal,
            "expected_society_ore": expected[:, 3],
            "expected_hours": hours,
            "expected_net_ore": municipal - hours * model.hourly_cost_ore,
            "net_low_ore": low,
            "net_high_ore": high,
        }
    )


SCORE_COLUMNS = (
    "unit_id", "hit_logit", "hit_probability", "hit_low", "hit_high",
    "months_bif", "months_buf", "months_kff", "months_society",
    "expected_bif_ore", "expected_buf_ore", "expected_kff_ore", "expected_municipal_ore", "expected_society_ore",
    "expected_hours", "expected_net_ore", "net_low_ore", "net_high_ore",
)  # fmt: skip


def fit_ranking_model(
    matrix: pl.DataFrame,
    labels: pl.DataFrame,
    *,
    inputs: Inputs,
    as_of: dt.date,
    hourly_cost_ore: int,
    seed: int,
    threads: int = 1,
    report: Callable[[str], None] | None = None,
    base_plan: Plan | None = None,
) -> RankingModel:
    """Train on mature labels known at `as_of`; raises `UserError` when nothing can be learned or an input leaks.

    Deterministic by `seed`, whatever the order of the rows and the number of threads.
    """
    cases = make_cases(matrix, labels, inputs=inputs)
    model = fit_on_cases(
        cases, inputs=inputs, as_of=as_of, hourly_cost_ore=hourly_cost_ore, seed=seed, threads=threads, report=report,
        base_plan=base_plan,
    )  # fmt: skip
    return replace(model, logistic=_plain_logistic(cases, seed=seed, base_plan=base_plan))


def _plain_logistic(cases: Cases, *, seed: int, base_plan: Plan | None) -> LinearPart:
    """The ridge logistic regression of `training.baselines`, by which nobody is ranked."""
    folds = make_plan(labels=len(cases), hits=int(cases.hit.sum()), base=base_plan).folds
    return fit_linear(cases.x, cases.hit, household_folds(cases.hit, cases.household, folds=folds, seed=seed))


@on_one_thread()
def fit_on_cases(
    cases: Cases,
    *,
    inputs: Inputs,
    as_of: dt.date,
    hourly_cost_ore: int,
    seed: int,
    threads: int = 1,
    report: Callable[[str], None] | None = None,
    base_plan: Plan | None = None,
) -> RankingModel:
    """The same for cases already joined (evaluation trains on many subsets)."""
    refuse_one_sided(cases.hit)
    refuse_one_household(cases.household)
    tell = report or (lambda _: None)
    plan = make_plan(labels=len(cases), hits=int(cases.hit.sum()), base=base_plan)
    fold = household_folds(cases.hit, cases.household, folds=plan.folds, seed=seed)
    hit = fit_hit_model(cases, fold, inputs=inputs, plan=plan, seed=seed, threads=threads, report=tell)
    tell("glass-box twin")
    twin = fit_twin(cases, fold, inputs=inputs, plan=plan, seed=seed, threads=threads)
    tell("severity, hours and intervals")
    return RankingModel(
        inputs=inputs,
        as_of=as_of,
        labels=len(cases),
        hits=int(cases.hit.sum()),
        hourly_cost_ore=hourly_cost_ore,
        hit=hit,
        level=_level(hit, cases, fold),
        severity=fit_severity(cases, plan=plan, seed=seed, threads=threads),
        hours=fit_hours(cases, plan=plan, seed=seed, threads=threads),
        spread=fit_spread(cases, fold, plan=plan, seed=seed, threads=threads),
        twin=twin,
        twin_level=_level(twin, cases, fold),
    )


def _level(hit: HitModel, cases: Cases, fold: Whole) -> Level:
    return fit_level(hit.out_of_fold(cases.x, fold), cases)
