"""Evaluation on history: every method in the table, each figure with the rows it rests on."""

from __future__ import annotations

import datetime as dt
import functools

import numpy as np
import polars as pl
import pytest
from simulated import COST_ORE, INPUTS, QUICK, a_matrix, labels_of, true_chance

from training.baselines import BASELINES
from training.evaluate import Evaluation, evaluate


@functools.cache
def an_evaluation() -> Evaluation:
    history = a_matrix(1_200, prefix="c")
    judged = evaluate(
        history, labels_of(history), inputs=INPUTS, label_delay_days=180, hourly_cost_ore=COST_ORE, seed=3, folds=3,
        rule_score=lambda rows: rows["tips"].to_numpy(), base_plan=QUICK,
    )  # fmt: skip
    assert judged is not None
    return judged


def test_every_method_has_every_figure() -> None:
    table = an_evaluation().table()
    assert set(table["method"]) == {"model", "twin", "rules", *BASELINES}
    assert table.group_by("method").len()["len"].n_unique() == 1
    assert table["mean"].is_finite().all()
    assert set(table["rests_on"]) == {"mature cases opened after each cut, selected by the policy of their day"}
    assert len(an_evaluation().cuts) == 3


def test_the_model_beats_a_lot_and_no_skill_where_there_is_skill_to_have() -> None:
    table = an_evaluation().table().filter(pl.col("metric") == "captured_saving_at_capacity")
    captured = dict(zip(table["method"], table["mean"], strict=True))
    assert captured["model"] > captured["no_skill"] > captured["random"]
    assert captured["random"] == pytest.approx(0.25, abs=0.02)


def test_ties_bound_the_expected_figure() -> None:
    table = an_evaluation().table().pivot("metric", index="method", values="mean")
    expected = table["captured_saving_at_capacity"]
    assert (table["captured_saving_at_capacity_worst_tie"] <= expected + 1e-12).all()
    assert (expected <= table["captured_saving_at_capacity_best_tie"] + 1e-12).all()


def test_calibration_stands_for_all_tested_and_for_the_random_arm() -> None:
    tested, drawn = an_evaluation().calibrations
    assert drawn.rests_on == "random arm among them"
    assert sum(one.cases for one in tested.bins) > sum(one.cases for one in drawn.bins) > 0
    assert 0.6 < tested.hits.ratio < 1.6
    assert 0.5 < tested.municipal_ore.ratio < 2.0


def test_the_gap_to_the_twin_is_paired() -> None:
    gap, table = (
        an_evaluation().twin_gap,
        an_evaluation().table().filter(pl.col("metric") == "captured_saving_at_capacity"),
    )
    captured = dict(zip(table["method"], table["mean"], strict=True))
    assert gap.mean == pytest.approx(captured["model"] - captured["twin"])
    assert np.isfinite(gap.standard_error)


def test_too_short_a_history_is_said_and_not_judged() -> None:
    history = a_matrix(50, prefix="c")
    assert (
        evaluate(history, labels_of(history), inputs=INPUTS, label_delay_days=180, hourly_cost_ore=COST_ORE, seed=3)
        is None
    )


def test_the_rules_are_scored_on_the_rows_of_their_own_cases() -> None:
    history = a_matrix(1_200, prefix="c").reverse()
    oracle = evaluate(
        history, labels_of(history.reverse()), inputs=INPUTS, label_delay_days=180, hourly_cost_ore=COST_ORE, seed=3,
        folds=1, rule_score=true_chance, base_plan=QUICK,
    ).table()  # fmt: skip
    precision = oracle.filter(pl.col("metric") == "precision_at_10%")
    found = dict(zip(precision["method"], precision["mean"], strict=True))
    assert found["rules"] > 2 * found["random"]


def test_each_fold_learns_from_the_labels_known_at_its_cut_whatever_their_households_are_called() -> None:
    """A labelling of an earlier day numbers its households afresh; those of today still keep the sides apart."""
    history = a_matrix(1_200, prefix="c")
    labels, asked = labels_of(history), []

    def labels_at(day: dt.date) -> pl.DataFrame:
        asked.append(day)
        renamed = labels.with_columns(household=pl.lit("then ") + pl.col("household").reverse())
        return renamed.with_columns(hit=~pl.col("hit"))  # what was known then, turned round to be seen

    judged = evaluate(
        history, labels, inputs=INPUTS, label_delay_days=180, hourly_cost_ore=COST_ORE, seed=3, folds=3,
        base_plan=QUICK, labels_at=labels_at,
    )  # fmt: skip
    assert judged is not None
    assert [day.isoformat() for day in asked] == list(judged.cuts)
    assert judged.calibrations[0].hits.ratio > 2
