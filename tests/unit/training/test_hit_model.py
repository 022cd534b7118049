"""Parts of the ensemble: folds keep households whole, sizes follow the labels, the linear part holds with almost nothing."""

from __future__ import annotations

import numpy as np
import pytest
from simulated import INPUTS, QUICK, a_matrix, labels_of
from threadpoolctl import threadpool_info, threadpool_limits

from training.cases import make_cases
from training.hit_model import fit_hit_model, household_folds, mean_of_folds
from training.hours import HoursModel
from training.inputs import Inputs, area_under_curve, design_matrix, fold_crosses
from training.linear_part import fit_linear, ridge_logistic
from training.plan import ROWS_FOR_MORE_THREADS, Plan, make_plan
from training.severity import PurseSeverity
from training.stretch import fit_stretch
from training.tree_bag import TreeBag


def test_folds_keep_households_whole_and_hits_even() -> None:
    random = np.random.default_rng(1)
    household = random.integers(0, 150, 400).astype(str).astype(object)
    hit = random.random(400) < 0.2
    fold = household_folds(hit, household, folds=5, seed=1)
    assert all(len(set(fold[household == one])) == 1 for one in set(household))
    assert max(np.bincount(fold, weights=hit)) - min(np.bincount(fold, weights=hit)) <= 8
    assert not np.array_equal(fold, household_folds(hit, household, folds=5, seed=2))


def test_a_household_out_of_its_fold_was_never_seen() -> None:
    history = a_matrix(300, prefix="c")
    cases = make_cases(history, labels_of(history), inputs=INPUTS)
    fold = household_folds(cases.hit, cases.household, folds=3, seed=1)
    before = fit_hit_model(
        cases, fold, inputs=INPUTS, plan=Plan(folds=3, max_rounds=20, weight_additive=0.0), seed=1, threads=1
    )
    flipped = cases.hit.copy()
    flipped[fold == 0] = ~flipped[fold == 0]
    # the penalty and rounds are chosen on all folds, so compare a part without any choice
    z = np.column_stack([np.nan_to_num(cases.x), np.ones(300)])
    rows = fold != 0
    one, two = (ridge_logistic(z[rows], hit[rows], penalty=10.0) for hit in (cases.hit, flipped))
    assert np.array_equal(one, two)
    own = np.take_along_axis(before.fold_logits(cases.x), fold[:, None], axis=1)[:, 0]
    assert np.array_equal(before.out_of_fold(cases.x, fold), own)


@pytest.mark.parametrize(
    ("labels", "hits", "parts"), [(100, 12, {"linear"}), (400, 60, {"boosted", "extra", "additive", "linear"}), (7_000, 900, {"boosted", "extra", "additive"})]
)  # fmt: skip
def test_the_recipe_follows_the_labels(labels: int, hits: int, parts: set[str]) -> None:
    plan = make_plan(labels=labels, hits=hits)
    weighted = {name for name in ("boosted", "extra", "additive", "linear") if getattr(plan, f"weight_{name}") > 0}
    assert weighted == parts
    assert 2 <= plan.folds <= 5


def test_weights_of_the_parts_sum_to_one() -> None:
    history = a_matrix(400, prefix="c")
    cases = make_cases(history, labels_of(history), inputs=INPUTS)
    plan = make_plan(labels=400, hits=int(cases.hit.sum()), base=QUICK)
    fold = household_folds(cases.hit, cases.household, folds=plan.folds, seed=1)
    model = fit_hit_model(cases, fold, inputs=INPUTS, plan=plan, seed=1, threads=1)
    assert sum(model.weights) == pytest.approx(1.0) and len(model.parts) == 4
    by_hand = sum(w * part.fold_logits(cases.x) for w, part in zip(model.weights, model.parts, strict=True))
    assert np.allclose(model.logits(cases.x), model.stretch.applied(mean_of_folds(by_hand)))


def test_out_of_fold_is_the_column_of_the_own_fold_to_the_bit_for_every_part() -> None:
    history = a_matrix(400, prefix="c")
    cases = make_cases(history, labels_of(history), inputs=INPUTS)
    plan = make_plan(labels=400, hits=int(cases.hit.sum()), base=QUICK)
    fold = household_folds(cases.hit, cases.household, folds=plan.folds, seed=1)
    model = fit_hit_model(cases, fold, inputs=INPUTS, plan=plan, seed=1, threads=1)
    every = model.fold_logits(cases.x)
    assert len(model.parts) == 4
    assert np.array_equal(model.out_of_fold(cases.x, fold), every[np.arange(400), fold])
    assert not np.array_equal(model.out_of_fold(cases.x, fold), every[:, 0])


def test_the_linear_part_is_the_same_to_the_bit_on_a_machine_of_any_size() -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(1_200, 60))
    hit = random.random(1_200) < 1 / (1 + np.exp(-x[:, 0]))
    fitted = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads, user_api="blas"):
            fitted.append(fit_linear(x, hit, np.arange(1_200) % 2).coefficients)
            # the machine's own number of threads stands again
            assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {threads}
    assert np.array_equal(*fitted)


def test_scoring_a_few_rows_asks_for_one_thread() -> None:
    asked = []

    class Booster:
        def predict(self, x: np.typing.NDArray[np.float64], **said: object) -> np.typing.NDArray[np.float64]:
            asked.append(said["num_threads"])
            return np.zeros(len(x))

    for rows in (ROWS_FOR_MORE_THREADS - 1, ROWS_FOR_MORE_THREADS):
        x = np.zeros((rows, 1))
        TreeBag(boosters=(Booster(),), start=0.0, threads=2).fold_logits(x)
        PurseSeverity(constant=1.0, level=1.0, boosters=(Booster(),), threads=2).months(x)
        HoursModel(mean=8.0, booster=Booster(), threads=2).expected(x)
    assert asked == [1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("slope", [0.8, 1.0, 1.3])
def test_the_stretch_finds_how_far_apart_logits_should_lie(slope: float) -> None:
    random = np.random.default_rng(6)
    logits = random.normal(-1.5, 1.0, 20_000)
    hit = random.random(20_000) < 1 / (1 + np.exp(-(0.2 + slope * logits)))
    found = fit_stretch(logits, hit)
    assert found.slope == pytest.approx(slope, abs=0.06)
    assert found.applied(np.array([-1.5]))[0] == pytest.approx(0.2 - 1.5 * slope, abs=0.06)


def test_a_few_cases_hardly_stretch_anything() -> None:
    logits = np.linspace(-3, 0, 40)
    assert abs(fit_stretch(logits, logits > -1.0).slope - 1.0) < 0.25


def test_the_linear_part_agrees_with_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(2)
    z = np.column_stack([random.normal(size=(500, 3)), np.ones(500)])
    hit = random.random(500) < 1 / (1 + np.exp(-(z[:, 0] - 1.0)))
    theirs = LogisticRegression(C=1 / 4.0, tol=1e-10, max_iter=500).fit(z[:, :3], hit)
    ours = ridge_logistic(z, hit, penalty=4.0)
    assert np.allclose(ours[:3], theirs.coef_[0], atol=0.01)
    assert ours[3] == pytest.approx(theirs.intercept_[0], abs=0.01)


def test_the_linear_part_stands_a_fold_without_a_hit() -> None:
    x = np.random.default_rng(3).normal(size=(40, 3))
    hit = np.zeros(40, dtype=bool)
    hit[0] = True
    logits = fit_linear(x, hit, np.arange(40) % 2).fold_logits(x)
    assert np.isfinite(logits).all() and logits.max() < 0


def test_an_unknown_value_is_not_the_mean() -> None:
    random = np.random.default_rng(4)
    x = random.normal(size=(600, 1))
    x[:300] = np.nan
    hit = random.random(600) < np.where(np.isnan(x[:, 0]), 0.5, 0.1)
    logits = mean_of_folds(fit_linear(x, hit, np.arange(600) % 3).fold_logits(x))
    assert logits[:300].mean() - logits[300:].mean() > 1.0


def test_crosses_are_products_told_on_their_two_inputs() -> None:
    inputs = Inputs(names=("a", "b"), crosses=(("a", "b"),))
    import polars as pl

    x = design_matrix(pl.DataFrame({"a": [2.0, None], "b": [3.0, 4.0]}), inputs)
    assert x[0].tolist() == [2.0, 3.0, 6.0] and np.isnan(x[1, 2])
    assert fold_crosses(np.array([[1.0, 2.0, 4.0]]), inputs).tolist() == [[3.0, 4.0]]


def test_area_under_curve_counts_ties_half() -> None:
    assert area_under_curve(np.array([1.0, 2.0, 2.0, 3.0]), np.array([False, False, True, True])) == 0.875
