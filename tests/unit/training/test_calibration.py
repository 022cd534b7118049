"""The level: moved by the random arm and the model's own picks, shrunk when they are few, never the order."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from simulated import INPUTS, a_matrix, labels_of

from training.calibration import PRIOR_MEAN, PRIOR_SD, anchor_weights, fit_level
from training.cases import Cases, make_cases
from training.linear_part import sigmoid


def cases_of(channel: str, rows: int, *, rate: float = 0.1, probability: float | np.ndarray = 0.01) -> Cases:
    """Cases of one channel of which exactly `rate` are hits."""
    history = a_matrix(rows, prefix="c")
    cases = make_cases(history, labels_of(history), inputs=INPUTS)
    hit = np.arange(rows) < rate * rows
    logged = np.broadcast_to(probability, (rows,)).astype(float) if channel == "random" else np.full(rows, np.nan)
    return dataclasses.replace(
        cases, hit=hit, channel=np.full(rows, channel, dtype=object), selection_probability=logged
    )


def logits_for(rate: float, rows: int) -> np.ndarray:
    return np.full(rows, np.log(rate / (1 - rate)))


@pytest.mark.parametrize("channel", ["random", "model"])
def test_a_large_anchor_corrects_a_level_twice_too_high(channel: str) -> None:
    level = fit_level(logits_for(0.2, 4_000), cases_of(channel, 4_000))
    assert level.ratio_before == pytest.approx(2.0)
    assert level.ratio_after == pytest.approx(1.0, abs=0.04)
    assert sigmoid(logits_for(0.2, 1) + level.shift)[0] == pytest.approx(0.1, rel=0.04)


def test_a_small_anchor_moves_it_a_little() -> None:
    shifts = [fit_level(logits_for(0.2, rows), cases_of("random", rows)).shift for rows in (20, 100, 4_000)]
    assert 0 > shifts[0] > shifts[1] > shifts[2]
    assert shifts[0] > -0.25


@pytest.mark.parametrize("channel", ["tip", "own_lead", "rule_list", "data_unit"])
def test_cases_chosen_for_other_reasons_never_set_the_level(channel: str) -> None:
    level = fit_level(logits_for(0.2, 500), cases_of(channel, 500))
    assert (level.shift, level.sd, level.effective_cases) == (PRIOR_MEAN, PRIOR_SD, 0.0)
    assert np.isnan(level.ratio_before)


def test_a_random_case_whose_probability_nobody_knows_counts_nothing() -> None:
    cases = dataclasses.replace(cases_of("random", 50), selection_probability=np.full(50, np.nan))
    assert not anchor_weights(cases).any()


def test_a_draw_however_rare_has_a_weight() -> None:
    """The contract lets any probability above zero in; the squares of the inverses of these do not fit a float."""
    rare = anchor_weights(cases_of("random", 400, probability=np.where(np.arange(400) % 2 == 0, 1e-299, 1e-300)))
    usual = anchor_weights(cases_of("random", 400, probability=np.where(np.arange(400) % 2 == 0, 0.1, 0.01)))
    assert rare == pytest.approx(usual)


def test_unequal_draws_are_weighted_by_their_inverse_probability_to_their_effective_size() -> None:
    probability = np.where(np.arange(400) % 2 == 0, 0.1, 0.01)
    weight = anchor_weights(cases_of("random", 400, probability=probability))
    assert weight[1] / weight[0] == pytest.approx(10.0)
    inverse = 1 / probability
    assert weight.sum() == pytest.approx(inverse.sum() ** 2 / (inverse**2).sum())


def test_the_level_found_is_that_of_the_pool_not_of_the_drawn() -> None:
    random = np.random.default_rng(1)
    pool = 200_000
    logit = random.normal(-2.5, 1.0, pool)
    hit = random.random(pool) < sigmoid(logit - 0.5 - 0.4 * (logit > -2.0))
    probability = np.where(logit > -2.0, 0.8, 0.2)
    drawn = np.flatnonzero(random.random(pool) < probability)
    cases = dataclasses.replace(cases_of("random", len(drawn), probability=probability[drawn]), hit=hit[drawn])
    level = fit_level(logit[drawn], cases)
    assert sigmoid(logit + level.shift).mean() == pytest.approx(hit.mean(), rel=0.05)
    assert hit[drawn].mean() > 1.3 * hit.mean()
