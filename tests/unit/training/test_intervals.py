"""Intervals cover what they say they cover, on rows that no model saw."""

from __future__ import annotations

import functools

import numpy as np
import polars as pl
import pytest
from simulated import AS_OF, COST_ORE, INPUTS, QUICK, a_matrix, labels_of, true_chance

from training.intervals import UPPER, _upper, hit_interval
from training.linear_part import sigmoid
from training.ranking_model import RankingModel, fit_ranking_model


@functools.cache
def a_model() -> RankingModel:
    history = a_matrix(2_500, prefix="c")
    return fit_ranking_model(
        history, labels_of(history), inputs=INPUTS, as_of=AS_OF, hourly_cost_ore=COST_ORE, seed=3, base_plan=QUICK
    )


def test_the_net_interval_covers_the_realised_net_overall_and_among_hits() -> None:
    pool = a_matrix(5_000, seed=9)
    outcome, scored = labels_of(pool, seed=10), a_model().score(pool)
    saving = sum(outcome[f"saving_{purse}_ore"].to_numpy() for purse in ("bif", "buf", "kff"))
    net = saving - outcome["hours"].to_numpy() * COST_ORE
    inside = (scored["net_low_ore"].to_numpy() <= net) & (net <= scored["net_high_ore"].to_numpy())
    assert 0.94 < inside.mean() < 0.995
    assert 0.91 < inside[outcome["hit"].to_numpy()].mean() < 0.995


def test_the_hit_interval_covers_the_share_of_hits_among_cases_that_score_alike() -> None:
    pool = a_matrix(8_000, seed=9)
    scored = a_model().score(pool).with_columns(chance=pl.Series(true_chance(pool))).sort("hit_probability")
    columns = [scored[name].to_numpy().reshape(10, 800).mean(axis=1) for name in ("hit_low", "chance", "hit_high")]
    assert ((columns[0] <= columns[1]) & (columns[1] <= columns[2])).sum() >= 9
    assert (columns[1][-1] > 0.6) and (columns[1][0] < 0.1)
    assert np.median(scored["hit_high"].to_numpy() / scored["hit_low"].to_numpy()) < 6.0


def test_an_unknown_level_widens_the_hit_interval() -> None:
    logits = np.array([[-1.0, -1.2, -0.8]])
    narrow, wide = (hit_interval(logits, shift=0.0, level_sd=sd) for sd in (0.0, 0.5))
    assert wide[0] < narrow[0] < sigmoid(np.array([-1.0])) < narrow[1] < wide[1]


def test_the_conformal_place_counts_the_case_to_come() -> None:
    ratios = np.arange(1.0, 101.0)
    assert _upper(ratios, at_least=0.0) == ratios[int(np.ceil(101 * UPPER)) - 1]


@pytest.mark.parametrize(("seen", "expected"), [([], 3.0), ([1.0, 2.0], 3.0), ([1.0, 9.0], 9.0)])
def test_too_few_hits_for_a_quantile_give_the_wider_of_prior_and_seen(seen: list[float], expected: float) -> None:
    assert _upper(np.array(seen), at_least=3.0) == expected
