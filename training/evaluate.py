"""How the model would have done against the baselines on history, fold by fold in time.

The cases tested were *selected* by the policies of their day: figures on them compare methods on those cases and are
no promise for the pool of candidates. Only the figures marked as the random arm reach beyond them. Must not choose or
tune a model.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from training.baselines import BASELINES, Setting
from training.cases import Cases, make_cases
from training.inputs import Array, Flags, Inputs
from training.metrics import (
    Promise,
    ReliabilityBin,
    captured_in_hours,
    precision_at,
    promise,
    reliability_bins,
    top_count,
    top_sum,
)
from training.plan import Plan
from training.pool_list import CAPACITY_SHARE, PoolList, enough_drawn, list_of_pool
from training.ranking_model import fit_on_cases
from training.splits import TemporalFold, temporal_folds, validate_no_leak

SHARES = (0.02, 0.05, 0.10)
LEAST_HOURS = 0.5
SELECTED = "mature cases opened after each cut, selected by the policy of their day"
RANDOM_ARM = "random arm among them"

RuleScore = Callable[[pl.DataFrame], Array]
LabelsAt = Callable[[dt.date], pl.DataFrame]
PoolAt = Callable[[dt.date], pl.DataFrame | None]
_TEXT_PAIR = {"case_id": pl.String, "household": pl.String}


@dataclass(frozen=True)
class Figure:
    """One number: mean and standard error over the temporal folds (NaN with one fold), and the rows it rests on."""

    method: str
    metric: str
    mean: float
    standard_error: float
    folds: int
    cases: int
    rests_on: str


@dataclass(frozen=True)
class Calibration:
    """Promises against what came, pooled over the folds, with what they rest on."""

    rests_on: str
    hits: Promise
    municipal_ore: Promise
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True)
class JudgedFold:
    """One fold's test cases with every method's score; `scored` holds all that model and twin say of them.

    `lists` holds the lists that model and twin would have made of the candidates at the cut; empty when too few cases
    were drawn by lot to judge a list by.
    """

    cut: dt.date
    cases: Cases
    scores: Mapping[str, Array]
    scored: Mapping[str, pl.DataFrame]
    lists: Mapping[str, PoolList]

    @property
    def chance(self) -> Array:
        """`[n]` the model's promised probability of a hit."""
        return self.scored["model"]["hit_probability"].to_numpy()

    @property
    def saving(self) -> Array:
        """`[n]` the model's promised municipal saving, øre."""
        return self.scored["model"]["expected_municipal_ore"].to_numpy()


@dataclass(frozen=True)
class Evaluation:
    """`twin_gap`: captured share of the ensemble minus that of the twin at the capacity, paired by fold.

    `tested` are the cases themselves, fold by fold, for whoever measures more on them (`training.model_evidence`).
    """

    figures: tuple[Figure, ...]
    calibrations: tuple[Calibration, ...]
    twin_gap: Figure
    cuts: tuple[str, ...]
    tested: tuple[JudgedFold, ...] = field(default=(), repr=False)

    def table(self) -> pl.DataFrame:
        """One row a figure."""
        return pl.DataFrame([vars(figure) for figure in self.figures])


def evaluate(
    matrix: pl.DataFrame,
    labels: pl.DataFrame,
    *,
    inputs: Inputs,
    label_delay_days: int,
    hourly_cost_ore: int,
    seed: int,
    threads: int = 1,
    rule_score: RuleScore | None = None,
    labels_at: LabelsAt | None = None,
    pool_at: PoolAt | None = None,
    folds: int = 4,
    base_plan: Plan | None = None,
    report: Callable[[str], None] | None = None,
) -> Evaluation | None:
    """Train on each past, score its future, compare. None when history leaves no past to learn from and
    future to judge by.

    `labels_at` gives the labels as they were known at a cut: an appeal decided after the cut must not reach back into
    what was learned before it. Without it the labels of today stand for those of the cut. `pool_at` gives the matrix of
    (a sample of) the candidates at a cut; asked only when enough tested cases were drawn by lot to judge a list by.
    """
    cases = make_cases(matrix, labels, inputs=inputs)
    setting = Setting(hourly_cost_ore=hourly_cost_ore, seed=seed, threads=threads, plan=base_plan or Plan())
    splits = temporal_folds(cases, label_delay_days=label_delay_days, count=folds)
    if not splits:
        return None
    asked = pool_at if enough_drawn([cases.rows(split.test) for split in splits]) else None
    tested = []
    for split in splits:
        (report or (lambda _: None))(f"fold at {split.cut}")
        train, test = cases.rows(split.train), cases.rows(split.test)
        train = _as_known_at(split, train, matrix, inputs=inputs, labels_at=labels_at)
        validate_no_leak(train, test, cut=split.cut, label_delay_days=label_delay_days)
        pool = asked(split.cut) if asked else None
        fold = _score_fold(train, test, split, matrix, pool=pool, inputs=inputs, setting=setting, rule_score=rule_score)
        tested.append(fold)
    return _summary(tested, splits)


def _as_known_at(
    split: TemporalFold, train: Cases, matrix: pl.DataFrame, *, inputs: Inputs, labels_at: LabelsAt | None
) -> Cases:
    if labels_at is None:
        return train
    # Households are numbered afresh in every labelling: those of today say who belongs together across the cut.
    household = pl.DataFrame({"case_id": list(train.ids), "household": list(train.household)}, schema=_TEXT_PAIR)
    then = labels_at(split.cut).drop("household").join(household, on="case_id", how="inner")
    return make_cases(matrix, then, inputs=inputs)


def _score_fold(
    train: Cases,
    test: Cases,
    split: TemporalFold,
    matrix: pl.DataFrame,
    *,
    pool: pl.DataFrame | None,
    inputs: Inputs,
    setting: Setting,
    rule_score: RuleScore | None,
) -> JudgedFold:
    model = fit_on_cases(
        train, inputs=inputs, as_of=split.cut, hourly_cost_ore=setting.hourly_cost_ore, seed=setting.seed,
        threads=setting.threads, base_plan=setting.plan,
    )  # fmt: skip
    rows = _rows_of(matrix, test)
    forms = {"model": model, "twin": model.glass_box()}
    scored = {name: form.score(rows) for name, form in forms.items()}
    scores = {name: told["expected_net_ore"].to_numpy() for name, told in scored.items()}
    scores |= {"rules": np.asarray(rule_score(rows), dtype=np.float64)} if rule_score else {}
    scores |= {name: baseline(train, test, setting) for name, baseline in BASELINES.items()}
    lists = (
        {name: list_of_pool(form.score(pool)) for name, form in forms.items()}
        if pool is not None and pool.height
        else {}
    )
    return JudgedFold(cut=split.cut, cases=test, scores=scores, scored=scored, lists=lists)


def _rows_of(matrix: pl.DataFrame, cases: Cases) -> pl.DataFrame:
    ids = pl.DataFrame({"unit_id": list(cases.ids)}, schema={"unit_id": pl.String})
    return ids.join(matrix, on="unit_id", how="left", maintain_order="left")


def _summary(tested: list[JudgedFold], splits: tuple[TemporalFold, ...]) -> Evaluation:
    by_fold = [{name: dict(_measures(fold.cases, score)) for name, score in fold.scores.items()} for fold in tested]
    count = sum(len(fold.cases) for fold in tested)
    figures = tuple(
        _figure(method, metric, [fold[method][metric] for fold in by_fold], count)
        for method in by_fold[0]
        for metric in by_fold[0][method]
    )
    key = "captured_saving_at_capacity"
    gap = [fold["model"][key] - fold["twin"][key] for fold in by_fold]
    return Evaluation(
        figures=figures,
        calibrations=tuple(_calibrations(tested)),
        twin_gap=_figure("model minus twin", key, gap, count),
        cuts=tuple(split.cut.isoformat() for split in splits),
        tested=tuple(tested),
    )


def _measures(cases: Cases, score: Array) -> Iterator[tuple[str, float]]:
    """Metric name → value on one fold; captured is the share of all municipal saving the tested cases brought."""
    saving, hours = cases.municipal_saving, worked_hours(cases)
    whole = max(float(saving.sum()), 1.0)
    held = captured_in_hours(score, saving, hours, CAPACITY_SHARE * float(hours.sum()))
    yield "captured_saving_at_capacity", held.expected / whole
    yield "captured_saving_at_capacity_worst_tie", held.worst / whole
    yield "captured_saving_at_capacity_best_tie", held.best / whole
    for share in SHARES:
        count = top_count(len(cases), share)
        yield f"captured_saving_at_{share:.0%}", top_sum(score, saving, count).expected / whole
        yield f"precision_at_{share:.0%}", precision_at(score, cases.hit, count).expected


def worked_hours(cases: Cases) -> Array:
    """Hours each case took, unknown as the mean of the known (8 when none is known)."""
    known = np.isfinite(cases.hours)
    mean = float(cases.hours[known].mean()) if known.any() else 8.0
    return np.maximum(np.where(known, cases.hours, mean), LEAST_HOURS)


def _figure(method: str, metric: str, values: list[float], cases: int) -> Figure:
    error = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")
    return Figure(
        method=method, metric=metric, mean=float(np.mean(values)), standard_error=error, folds=len(values), cases=cases,
        rests_on=SELECTED,
    )  # fmt: skip


def _calibrations(tested: list[JudgedFold]) -> Iterator[Calibration]:
    chance, promised, hit, saved, drawn = (
        np.concatenate(columns)
        for columns in zip(
            *((fold.chance, fold.saving, fold.cases.hit, fold.cases.municipal_saving, fold.cases.channel == "random")
              for fold in tested),
            strict=True,
        )
    )  # fmt: skip
    yield _calibration(SELECTED, chance, promised, hit, saved)
    if drawn.any():
        yield _calibration(RANDOM_ARM, chance[drawn], promised[drawn], hit[drawn], saved[drawn])


def _calibration(rests_on: str, chance: Array, promised: Array, hit: Flags, saved: Array) -> Calibration:
    return Calibration(
        rests_on=rests_on,
        hits=promise(chance, hit.astype(np.float64)),
        municipal_ore=promise(promised, saved),
        bins=reliability_bins(chance, hit),
    )
