"""The score: the same to the bit in any order and company, money that adds up, few labels that do not crash."""

from __future__ import annotations

import functools

import numpy as np
import polars as pl
import pytest
from simulated import AS_OF, COST_ORE, INPUTS, QUICK, a_matrix, labels_of, true_chance

from governance.errors import DataContractError, ModelMismatch
from training.explain import contributions
from training.inputs import Inputs, design_matrix
from training.ranking_model import SCORE_COLUMNS, RankingModel, fit_ranking_model


@functools.cache
def a_model(rows: int = 900, seed: int = 0) -> RankingModel:
    history = a_matrix(rows, seed=seed, prefix="c")
    return fit(history, labels_of(history))


def fit(history: pl.DataFrame, labels: pl.DataFrame, **changed: object) -> RankingModel:
    settings = {
        "inputs": INPUTS,
        "as_of": AS_OF,
        "hourly_cost_ore": COST_ORE,
        "seed": 3,
        "threads": 1,
        "base_plan": QUICK,
    }
    return fit_ranking_model(history, labels, **(settings | changed))  # type: ignore[arg-type]


def test_the_same_case_scores_the_same_to_the_bit_in_any_order_and_beside_any_rows() -> None:
    pool = a_matrix(400, seed=9)
    whole = a_model().score(pool)
    shuffled = a_model().score(pool.sample(fraction=1.0, shuffle=True, seed=4)).sort("unit_id")
    assert shuffled.equals(whole)
    for place in (0, 17, 399):
        assert a_model().score(pool[place : place + 1]).equals(whole[place : place + 1])


def test_training_does_not_depend_on_the_order_of_rows_or_on_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.plan.ROWS_FOR_MORE_THREADS", 0)
    history = a_matrix(500, prefix="c")
    labels, pool = labels_of(history), a_matrix(50, seed=9)
    one = fit(history, labels).score(pool)
    other = fit(history.reverse(), labels.sample(fraction=1.0, shuffle=True, seed=1), threads=2).score(pool)
    assert one.equals(other)


@pytest.mark.parametrize(("enough_rows", "threads"), [(501, {1}), (1, {2})])
def test_few_rows_are_boosted_on_one_thread(
    monkeypatch: pytest.MonkeyPatch, enough_rows: int, threads: set[int]
) -> None:
    import lightgbm

    used: set[int] = set()

    def spying_train(parameters: dict[str, int], *rest: object, **named: object) -> object:
        used.add(parameters["num_threads"])
        return bare_train(parameters, *rest, **named)

    bare_train = lightgbm.train
    monkeypatch.setattr(lightgbm, "train", spying_train)
    monkeypatch.setattr("training.plan.ROWS_FOR_MORE_THREADS", enough_rows)
    history = a_matrix(500, prefix="c")
    fit(history, labels_of(history), threads=2)
    assert used == threads


def test_another_seed_gives_another_model() -> None:
    history = a_matrix(500, prefix="c")
    pool = a_matrix(50, seed=9)
    scored = [fit(history, labels_of(history), seed=seed).score(pool)["hit_logit"].to_list() for seed in (1, 2)]
    assert scored[0] != scored[1]


def test_money_is_probability_times_stake_times_months_less_the_hours() -> None:
    pool = a_matrix(200, seed=9)
    scored = a_model().score(pool)
    assert tuple(scored.columns) == SCORE_COLUMNS
    for purse in ("bif", "buf", "kff", "society"):
        product = scored["hit_probability"] * pool[f"stake_{purse}_ore"] * scored[f"months_{purse}"]
        assert np.allclose(product, scored[f"expected_{purse}_ore"], rtol=1e-12)
    municipal = scored["expected_bif_ore"] + scored["expected_buf_ore"] + scored["expected_kff_ore"]
    assert np.allclose(municipal, scored["expected_municipal_ore"])
    assert np.allclose(municipal - scored["expected_hours"] * COST_ORE, scored["expected_net_ore"])


def test_society_never_saves_less_than_the_municipality_which_is_a_part_of_it() -> None:
    own = pl.col("stake_bif_ore") + pl.col("stake_buf_ore")
    history = a_matrix(900, prefix="c")
    # what the fits of the single purses come to is not to be trusted: here society's hits say nothing at all
    labels = labels_of(history).with_columns(saving_society_ore=pl.lit(0, dtype=pl.Int64))
    scored = fit(history, labels).score(a_matrix(400, seed=9).with_columns(stake_society_ore=own))
    assert (scored["expected_society_ore"] >= scored["expected_municipal_ore"] * (1 - 1e-12)).all()


def test_estimates_lie_inside_their_own_intervals() -> None:
    scored = a_model().score(a_matrix(400, seed=9))
    assert (scored["hit_low"] < scored["hit_probability"]).all() and (
        scored["hit_probability"] < scored["hit_high"]
    ).all()
    assert (scored["net_low_ore"] <= scored["expected_net_ore"]).all()
    assert (scored["expected_net_ore"] <= scored["net_high_ore"]).all()


def test_it_learns_the_order_that_was_planted() -> None:
    pool = a_matrix(2_000, seed=9)
    order = np.corrcoef(a_model().score(pool)["hit_logit"].rank(), pl.Series(true_chance(pool)).rank())[0, 1]
    assert order > 0.85


@pytest.mark.parametrize("column", ["care_of", "tips"])
def test_probability_never_falls_where_law_gives_a_direction(column: str) -> None:
    # the cross with care_of is a column of its own, so it is held still
    pool = a_matrix(300, seed=9).with_columns(moves=pl.lit(0.0))
    low, high = (a_model().score(pool.with_columns(pl.lit(value).alias(column)))["hit_logit"] for value in (0.0, 1.0))
    assert ((high - low) > -1e-9).all()
    assert (high - low).max() > 0.1  # type: ignore[operator]


@pytest.mark.parametrize("rows", [30, 100, 250, 400])
def test_it_trains_on_few_labels(rows: int) -> None:
    history = a_matrix(rows, prefix="c")
    scored = fit(history, labels_of(history)).score(a_matrix(100, seed=9))
    assert scored.select(pl.exclude("unit_id").is_finite().all()).row(0) == (True,) * (len(SCORE_COLUMNS) - 1)
    assert 0.01 < scored["hit_probability"].mean() < 0.6  # type: ignore[operator]


@pytest.mark.parametrize("rows", [60, 900])
def test_a_direction_holds_in_every_part_even_where_the_history_says_otherwise(rows: int) -> None:
    history = a_matrix(rows, prefix="c")
    contrary = Inputs(names=INPUTS.names, directions={"tips": -1, "care_of": -1})
    pool = a_matrix(300, seed=9)
    for model in (fit(history, labels_of(history), inputs=contrary), a_model()):
        sign = model.inputs.directions["tips"]
        for part in (*model.hit.parts, *model.twin.parts):
            low, high = (
                part.fold_logits(design_matrix(pool.with_columns(tips=pl.lit(value)), model.inputs))
                for value in (0.0, 3.0)
            )
            assert (sign * (high - low) > -1e-9).all(), part


@pytest.mark.parametrize("outcome", [True, False])
def test_one_outcome_alone_teaches_nothing_and_says_so(outcome: bool) -> None:
    history = a_matrix(60, prefix="c")
    with pytest.raises(DataContractError, match="nothing can be learned"):
        fit(history, labels_of(history).with_columns(hit=pl.lit(outcome)))


def test_one_household_alone_teaches_nothing_and_says_so() -> None:
    history = a_matrix(60, prefix="c")
    with pytest.raises(DataContractError, match="All 60 mature cases concern one household"):
        fit(history, labels_of(history).with_columns(household=pl.lit("home")))


def test_a_column_outside_the_inputs_cannot_enter() -> None:
    history = a_matrix(300, prefix="c")
    labels, pool = labels_of(history), a_matrix(40, seed=9)
    tainted = history.with_columns(secret=labels["hit"].cast(pl.Float64))
    assert fit(tainted, labels).score(pool).equals(fit(history, labels).score(pool))


def test_a_matrix_without_an_input_is_refused() -> None:
    with pytest.raises(ModelMismatch, match="rooms"):
        a_model().score(a_matrix(5).drop("rooms"))


def test_a_label_without_a_row_is_refused() -> None:
    history = a_matrix(100, prefix="c")
    with pytest.raises(DataContractError, match="100 labels meet 99 rows"):
        fit(history[:99], labels_of(history))


def test_the_model_survives_pickling_to_the_bit() -> None:
    import cloudpickle

    pool = a_matrix(50, seed=9)
    back = cloudpickle.loads(cloudpickle.dumps(a_model()))
    assert back.score(pool).equals(a_model().score(pool))
    assert np.array_equal(contributions(back, pool)[0], contributions(a_model(), pool)[0])


def test_the_glass_box_is_additive() -> None:
    twin = a_model().glass_box()
    base = a_matrix(1, seed=9).with_columns(care_of=pl.lit(0.0), rooms=pl.lit(2.0))

    def logit(**changed: float) -> float:
        return float(
            twin.score(base.with_columns(**{name: pl.lit(value) for name, value in changed.items()}))["hit_logit"][0]
        )

    joint = logit(tips=2.0, rooms=5.0) - logit()
    assert joint == pytest.approx(logit(tips=2.0) - logit() + logit(rooms=5.0) - logit(), abs=1e-9)


def test_inputs_name_only_what_they_list() -> None:
    with pytest.raises(ModelMismatch, match="b"):
        Inputs(names=("a",), directions={"b": 1})
