"""The figures that the gates judge a model by, held to their definitions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools

import numpy as np
import polars as pl
import pytest
from simulated import COST_ORE, INPUTS, QUICK, a_matrix, labels_of

from training.evaluate import Evaluation, evaluate, worked_hours
from training.labels import Labels
from training.metrics import captured_in_hours
from training.model_evidence import calibration_evidence, captured_by_draw, comparison_evidence, model_evidence
from training.pool_list import CAPACITY_SHARE


@functools.cache
def an_evaluation() -> Evaluation:
    history = a_matrix(1_200, prefix="c")
    judged = evaluate(
        history, labels_of(history), inputs=INPUTS, label_delay_days=180, hourly_cost_ore=COST_ORE, seed=3, folds=3,
        rule_score=lambda rows: rows["tips"].to_numpy(), base_plan=QUICK,
    )  # fmt: skip
    assert judged is not None
    return judged


def rng() -> np.random.Generator:
    return np.random.default_rng(4)


def test_the_lead_is_the_difference_that_the_table_shows() -> None:
    by_method = comparison_evidence(an_evaluation(), rng=rng(), resamples=200)
    table = an_evaluation().table().filter(pl.col("metric") == "captured_saving_at_capacity")
    shown = dict(zip(table["method"], table["mean"], strict=True))
    for method, evidence in by_method.items():
        assert evidence.captured == shown
        assert set(evidence.ahead) == set(shown) - {method}
        assert (evidence.folds, evidence.cases) == (3, sum(len(fold.cases) for fold in an_evaluation().tested))
        for rival, lead in evidence.ahead.items():
            assert lead.value == pytest.approx(shown[method] - shown[rival])
            assert lead.low < lead.high
    assert by_method["model"].ahead["random"].low > 0
    assert by_method["model"].ahead["twin"].low == pytest.approx(-by_method["twin"].ahead["model"].high)


def test_a_case_drawn_twice_is_two_cases_and_one_not_drawn_is_none() -> None:
    fold = an_evaluation().tested[0]
    times = rng().integers(0, 3, len(fold.cases))
    rows = np.repeat(np.arange(len(fold.cases)), times)
    hours, saving = worked_hours(fold.cases), fold.cases.municipal_saving
    for score in fold.scores.values():
        held = captured_in_hours(score[rows], saving[rows], hours[rows], CAPACITY_SHARE * hours[rows].sum())
        found = captured_by_draw(score, fold, times[None, :].astype(float))
        assert found[0] == pytest.approx(held.expected / saving[rows].sum())


def test_whole_households_are_redrawn() -> None:
    """Cases of one household share their fate: with all cases in a few households nothing is sure."""
    apart = comparison_evidence(an_evaluation(), rng=rng(), resamples=300)["model"].ahead["random"]
    together = comparison_evidence(of_households(an_evaluation(), 6), rng=rng(), resamples=300)["model"].ahead["random"]
    assert together.high - together.low > 1.2 * (apart.high - apart.low)
    alone = comparison_evidence(of_households(an_evaluation(), 1), rng=rng(), resamples=20)["model"].ahead["random"]
    assert alone.low == pytest.approx(alone.high)


def of_households(evaluation: Evaluation, count: int) -> Evaluation:
    def housed(fold):
        best = np.argsort(np.argsort(fold.scores["model"])) * count // len(fold.cases)
        household = np.array([f"h{number}" for number in best], dtype=object)
        return dataclasses.replace(fold, cases=dataclasses.replace(fold.cases, household=household))

    return dataclasses.replace(evaluation, tested=tuple(housed(fold) for fold in evaluation.tested))


def test_the_random_arm_alone_says_whether_a_promise_was_kept() -> None:
    evidence = calibration_evidence(an_evaluation())
    drawn = [fold.cases.channel == "random" for fold in an_evaluation().tested]
    assert evidence.random_cases == evidence.ratio.count == sum(int(rows.sum()) for rows in drawn)
    assert evidence.came == sum(
        int(fold.cases.hit[rows].sum()) for fold, rows in zip(an_evaluation().tested, drawn, strict=True)
    )
    assert evidence.promised == pytest.approx(an_evaluation().calibrations[1].hits.predicted)
    assert evidence.ratio.value == pytest.approx(evidence.came / evidence.promised)
    twin = calibration_evidence(an_evaluation(), method="twin")
    assert (twin.came, twin.random_cases) == (evidence.came, evidence.random_cases)
    assert twin.promised != evidence.promised


@pytest.mark.parametrize(("came", "low", "high"), [(0, 0.0, 3.68888), (1, 0.025318, 5.57164), (10, 4.79539, 18.39036)])
def test_the_interval_is_the_exact_one_of_a_count(came, low, high) -> None:
    """Limits of a Poisson mean as tabulated (Garwood 1936), over what was promised."""
    evidence = calibration_evidence(with_random_hits(came))
    assert evidence.came == came
    assert evidence.ratio.low * evidence.promised == pytest.approx(low, abs=1e-4)
    assert evidence.ratio.high * evidence.promised == pytest.approx(high, abs=1e-4)


def with_random_hits(count: int) -> Evaluation:
    fold = an_evaluation().tested[0]
    drawn = np.flatnonzero(fold.cases.channel == "random")
    hit = fold.cases.hit.copy()
    hit[drawn] = np.arange(len(drawn)) < count
    cases = dataclasses.replace(fold.cases, hit=hit)
    return dataclasses.replace(an_evaluation(), tested=(dataclasses.replace(fold, cases=cases),))


def test_without_a_random_case_calibration_is_not_measured() -> None:
    def picked(fold):
        channel = np.full(len(fold.cases), "tip", dtype=object)
        return dataclasses.replace(fold, cases=dataclasses.replace(fold.cases, channel=channel))

    tested = tuple(picked(fold) for fold in an_evaluation().tested)
    assert calibration_evidence(dataclasses.replace(an_evaluation(), tested=tested)) is None


def test_the_share_of_ripe_cases_leaves_young_ones_out() -> None:
    labels = labels_of(a_matrix(60, prefix="c"))
    unused = {"younger_than_label_delay": 500, "still_open": 15, "outcome": 5}
    evidence = model_evidence(Labels(labels, unused), trained_as_of=dt.date(2024, 1, 1))
    assert evidence.ripe_share == pytest.approx(60 / 80)
    assert (evidence.labels, evidence.hits) == (60, int(labels["hit"].sum()))
    assert evidence.newest_label == labels["opened_on"].max()
    assert evidence.trained_as_of == dt.date(2024, 1, 1)
