"""What lists would have brought, from cases drawn by lot: by definition, on a pool of known truth, and when not."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools

import numpy as np
import polars as pl
import pytest
from simulated import COST_ORE, INPUTS, QUICK, a_matrix, labels_of

from training.cases import make_cases
from training.evaluate import Evaluation, JudgedFold, evaluate
from training.pool_list import LEAST_DRAWN, LEAST_SAVED, PoolList, drawn_by_lot, enough_drawn, list_of_pool
from training.twin_choice import list_values, twin_evidence

POOL = 4_000
DRAWN = 240


def scores_of(net: list[float], hours: list[float]) -> pl.DataFrame:
    columns = {"expected_net_ore": net, "expected_hours": hours, "expected_municipal_ore": [2 * each for each in net]}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float64))


def test_a_list_takes_the_best_an_hour_that_fit_and_pay() -> None:
    # 20 hours in all, room for 10: 9 an hour (2 h), 5 (4 h), then 4 (4 h); what comes after does not fit.
    made = list_of_pool(scores_of([16, 18, 20, 12, -6], [4, 2, 4, 4, 6]), hours_share=0.5)
    assert made == PoolList(least_net_per_hour=4.0, share=0.6, promised_ore=2 * 54 / 5)
    again = made.takes(scores_of([8, 7.9, 100, -1], [2, 2, 20, 0.1]))
    assert again.tolist() == [1.0, 0.0, 1.0, 0.0]


def test_what_loses_is_never_listed() -> None:
    made = list_of_pool(scores_of([-1, -2], [1, 1]), hours_share=1.0)
    assert (made.share, made.promised_ore) == (0.0, 0.0)
    assert made.takes(scores_of([5.0], [1.0])).tolist() == [0.0]


@functools.cache
def a_pool() -> tuple[pl.DataFrame, np.ndarray, dict[str, pl.DataFrame]]:
    """Candidates, what each would bring, and what two forms promise: the ensemble knows more than the twin."""
    matrix = a_matrix(POOL, seed=3)
    random = np.random.default_rng(8)
    worth = random.lognormal(14, 0.8, POOL)
    saving = worth * (random.random(POOL) < 0.4)

    def promised(noise: float) -> pl.DataFrame:
        guess = worth * 0.4 * random.lognormal(0, noise, POOL)
        net = {"expected_net_ore": guess - 100_000, "expected_municipal_ore": guess}
        return pl.DataFrame({"expected_hours": np.full(POOL, 8.0), **net})

    return matrix, saving, {"model": promised(0.2), "twin": promised(0.9)}


def drawn_evaluation(seed: int) -> Evaluation:
    """Four quarters, each a draw from the same pool with unequal probabilities, as an evaluation holds them."""
    matrix, saving, scored = a_pool()
    random = np.random.default_rng(seed)
    probability = np.where(np.arange(POOL) % 2 == 0, 1.5, 0.5) * DRAWN / 4 / POOL
    labels = labels_of(matrix).with_columns(
        channel=pl.lit("random"), selection_probability=pl.Series(probability), saving_bif_ore=pl.Series(saving.astype(np.int64)),
        saving_buf_ore=pl.lit(0), household=pl.col("case_id"),
    )  # fmt: skip
    lists = {form: list_of_pool(told) for form, told in scored.items()}
    every = make_cases(matrix, labels, inputs=INPUTS)

    def quarter(number: int) -> JudgedFold:
        rows = np.flatnonzero(random.random(POOL) < probability)
        told = {form: frame[rows] for form, frame in scored.items()}
        return JudgedFold(cut=dt.date(2023, 1 + number, 1), cases=every.rows(rows), scores={}, scored=told, lists=lists)

    return Evaluation((), (), None, (), tuple(quarter(number) for number in range(4)))


def true_value(form: str) -> float:
    """Øre per 1,000 candidates that the list of the whole pool brings."""
    _, saving, scored = a_pool()
    return float(saving[list_of_pool(scored[form]).takes(scored[form]) == 1].sum() / POOL * 1_000)


@functools.cache
def many_draws() -> list[tuple[object, dict[tuple[str, str], object]]]:
    found = []
    for seed in range(60):
        evaluation = drawn_evaluation(seed)
        values = list_values(evaluation, rng=np.random.default_rng(seed), resamples=60)
        gap = twin_evidence(evaluation, rng=np.random.default_rng(seed), resamples=60)
        found.append((gap, {(told.form, told.estimator): told for told in values}))
    return found


@pytest.mark.parametrize("form", ["model", "twin"])
@pytest.mark.parametrize("estimator", ["horvitz_thompson", "self_normalised", "doubly_robust"])
def test_over_many_draws_each_estimator_meets_the_truth(form, estimator) -> None:
    told = [values[form, estimator].ore for _, values in many_draws()]
    truth = true_value(form)
    assert np.mean([each.total for each in told]) == pytest.approx(truth, rel=0.06)
    assert np.mean([each.low <= truth <= each.high for each in told]) > 0.8


def test_over_many_draws_the_gap_meets_the_truth() -> None:
    _, saving, _ = a_pool()
    truth = 100 * (true_value("model") - true_value("twin")) / (saving.sum() / POOL * 1_000)
    gaps = [gap.gap_points for gap, _ in many_draws()]
    assert truth > 5
    assert np.mean([gap.value for gap in gaps]) == pytest.approx(truth, abs=3)
    assert np.mean([gap.low <= truth <= gap.high for gap in gaps]) > 0.8


def test_the_naive_mean_of_the_drawn_misses_it() -> None:
    """The reason for the weights: the drawn are not the pool."""
    naive = []
    for seed in range(20):
        fold = drawn_evaluation(seed).tested[0]
        even = np.array([int(name[1:]) % 2 == 0 for name in fold.cases.ids])
        naive.append(even.mean())
    assert np.mean(naive) == pytest.approx(0.75, abs=0.03)


def test_the_gap_tells_how_many_cases_it_rests_on() -> None:
    gap, values = many_draws()[0]
    assert gap.quarters == 4
    assert gap.cases == gap.gap_points.count == next(iter(values.values())).cases > LEAST_DRAWN
    assert len(values) == 6
    assert "drawn by lot" in next(iter(values.values())).rests_on


def changed(evaluation: Evaluation, **columns: object) -> Evaluation:
    """The first quarter with other columns of its cases."""
    first = evaluation.tested[0]
    cases = dataclasses.replace(first.cases, **columns)
    return dataclasses.replace(evaluation, tested=(dataclasses.replace(first, cases=cases), *evaluation.tested[1:]))


def test_a_quarter_without_a_draw_leaves_the_gap_open() -> None:
    evaluation = drawn_evaluation(1)
    count = len(evaluation.tested[0].cases)
    told = twin_evidence(changed(evaluation, channel=np.full(count, "tip", dtype=object)), rng=np.random.default_rng(1))
    assert (told.gap_points, told.quarters) == (None, 3)
    assert told.cases == sum(len(fold.cases) for fold in evaluation.tested[1:]) > LEAST_DRAWN


def test_three_quarters_are_too_few() -> None:
    evaluation = drawn_evaluation(1)
    told = twin_evidence(dataclasses.replace(evaluation, tested=evaluation.tested[1:]), rng=np.random.default_rng(1))
    assert (told.gap_points, told.quarters) == (None, 3)


def test_without_a_list_of_the_candidates_nothing_is_told() -> None:
    tested = tuple(dataclasses.replace(fold, lists={}) for fold in drawn_evaluation(1).tested)
    evaluation = dataclasses.replace(drawn_evaluation(1), tested=tested)
    assert twin_evidence(evaluation, rng=np.random.default_rng(1)).gap_points is None
    assert list_values(evaluation, rng=np.random.default_rng(1)) == ()


def test_enough_are_a_hundred_draws_and_ten_savings() -> None:
    matrix, _, _ = a_pool()
    labels = labels_of(matrix).with_columns(
        channel=pl.when(pl.int_range(pl.len()) < LEAST_DRAWN + 5).then(pl.lit("random")).otherwise(pl.lit("model")),
        selection_probability=pl.lit(1.0), saving_buf_ore=pl.lit(0),
        saving_bif_ore=pl.when(pl.int_range(pl.len()) < LEAST_SAVED).then(5).otherwise(0),
    )  # fmt: skip
    cases = make_cases(matrix, labels, inputs=INPUTS)
    assert int(drawn_by_lot(cases).sum()) == LEAST_DRAWN + 5
    assert enough_drawn([cases])
    assert not enough_drawn([cases.rows(np.arange(1, len(cases)))])
    assert not enough_drawn([cases.rows(np.arange(LEAST_DRAWN - 1))])
    assert not enough_drawn([dataclasses.replace(cases, selection_probability=np.full(len(cases), np.nan))])


def evaluated(random_share: float, asked: list[dt.date]) -> Evaluation:
    history = a_matrix(1_200, prefix="c")

    def pool_at(day: dt.date) -> pl.DataFrame:
        asked.append(day)
        return a_matrix(500, seed=7)

    judged = evaluate(
        history, labels_of(history, random_share=random_share), inputs=INPUTS, label_delay_days=180,
        hourly_cost_ore=COST_ORE, seed=3, base_plan=QUICK, pool_at=pool_at,
    )  # fmt: skip
    assert judged is not None
    return judged


def test_each_quarter_has_the_list_of_the_candidates_at_its_own_cut() -> None:
    asked: list[dt.date] = []
    judged = evaluated(0.8, asked)
    assert [day.isoformat() for day in asked] == list(judged.cuts)
    assert len({fold.lists["model"].least_net_per_hour for fold in judged.tested}) == len(judged.tested) == 4
    assert twin_evidence(judged, rng=np.random.default_rng(1), resamples=50).gap_points is not None
    assert len(list_values(judged, rng=np.random.default_rng(1), resamples=20)) == 6


def test_candidates_are_not_looked_at_where_nothing_could_be_told_of_them() -> None:
    asked: list[dt.date] = []
    assert twin_evidence(evaluated(0.1, asked), rng=np.random.default_rng(1)).gap_points is None
    assert asked == []
