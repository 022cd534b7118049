"""Metrics against hand-made answers, and estimators against a simulation whose truth is known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from governance.errors import DataContractError
from governance.impact.estimators import bootstrap, doubly_robust, horvitz_thompson, self_normalised
from training.metrics import (
    captured_in_hours,
    captured_share,
    precision_at,
    reliability_bins,
    top_count,
    top_sum,
    wilson,
)


def test_ties_at_the_edge_are_told_worst_expected_and_best() -> None:
    score, value = np.array([3.0, 2.0, 2.0, 2.0, 1.0]), np.array([10.0, 1.0, 5.0, 9.0, 100.0])
    tied = top_sum(score, value, 3)
    lots = [10.0 + sum(pair) for pair in itertools.combinations([1.0, 5.0, 9.0], 2)]
    assert (tied.worst, tied.expected, tied.best) == (min(lots), pytest.approx(np.mean(lots)), max(lots))


def test_without_ties_there_is_one_answer() -> None:
    tied = top_sum(np.array([1.0, 4.0, 3.0]), np.array([7.0, 2.0, 5.0]), 2)
    assert tied.worst == tied.expected == tied.best == 7.0


def test_the_best_order_captures_everything_and_the_worst_does_not() -> None:
    net = np.array([5.0, -2.0, 3.0, 0.5])
    assert captured_share(net, net, 2) == 1.0
    assert captured_share(-net, net, 2) == pytest.approx(-1.5 / 8.0)


def test_a_constant_score_captures_what_a_lot_would() -> None:
    net = np.arange(10.0)
    assert captured_share(np.zeros(10), net, 4) == pytest.approx(4 * net.mean() / 30.0)


def test_hours_are_filled_from_the_top_and_the_last_case_counts_in_part() -> None:
    score, value, hours = np.array([3.0, 2.0, 1.0]), np.array([10.0, 20.0, 30.0]), np.array([4.0, 4.0, 4.0])
    assert captured_in_hours(score, value, hours, 6.0).expected == pytest.approx(20.0)
    tied = captured_in_hours(np.array([3.0, 2.0, 2.0]), value, hours, 8.0)
    assert (tied.worst, tied.expected, tied.best) == (pytest.approx(30.0), pytest.approx(35.0), pytest.approx(40.0))


def test_precision_counts_hits_at_the_top() -> None:
    assert precision_at(np.array([3.0, 2.0, 1.0]), np.array([True, False, True]), 2).expected == 0.5


@pytest.mark.parametrize(("share", "count"), [(0.05, 5), (0.001, 1), (1.0, 100), (0.29, 29)])
def test_top_count_rounds_down_but_takes_at_least_one(share: float, count: int) -> None:
    assert top_count(100, share) == count


def test_reliability_bins_show_a_level_that_is_off() -> None:
    random = np.random.default_rng(1)
    chance = random.uniform(0.05, 0.5, 5_000)
    hit = random.random(5_000) < chance
    honest, boastful = reliability_bins(chance, hit), reliability_bins(np.minimum(2 * chance, 1.0), hit)
    assert sum(one.low <= one.predicted <= one.high for one in honest) >= 8
    assert sum(one.low <= one.predicted <= one.high for one in boastful) == 0


def test_wilson_interval_of_a_known_case() -> None:
    assert wilson(5, 50) == pytest.approx((0.0435, 0.2136), abs=1e-3)


def drawn_history(random: np.random.Generator, pool: int = 4_000) -> dict[str, np.ndarray]:
    score = random.normal(size=pool)
    chosen = (score > 1.0).astype(float)
    expected_value = np.exp(score)
    probability = np.clip(0.04 * np.exp(0.5 * score), 0.01, 0.6)
    drawn = random.random(pool) < probability
    value = expected_value * random.gamma(1.0, 1.0, pool)
    return {"chosen": chosen, "truth": expected_value, "probability": probability, "drawn": drawn, "value": value}


def test_off_policy_estimators_find_the_true_total_where_the_naive_mean_does_not() -> None:
    random = np.random.default_rng(2)
    errors: dict[str, list[float]] = {"ht": [], "sn": [], "dr": [], "naive": []}
    for _ in range(200):
        city = drawn_history(random)
        rows = city["drawn"]
        chosen, value, probability = city["chosen"][rows], city["value"][rows], city["probability"][rows]
        truth = float(city["chosen"] @ city["truth"])
        wrong_model = 0.7 * city["truth"]
        estimates = {
            "ht": horvitz_thompson(chosen, value, probability),
            "sn": self_normalised(chosen, value, probability, chosen_in_pool=city["chosen"].sum()),
            "dr": doubly_robust(
                chosen, value, probability, wrong_model[rows], expected_in_pool=float(city["chosen"] @ wrong_model)
            ),
            "naive": float(value.mean() * city["chosen"].sum()),
        }
        for name, estimate in estimates.items():
            errors[name].append(estimate / truth - 1)
    bias = {name: abs(np.mean(values)) for name, values in errors.items()}
    assert max(bias["ht"], bias["sn"], bias["dr"]) < 0.05 < bias["naive"]
    assert np.std(errors["dr"]) < np.std(errors["ht"])


def test_the_bootstrap_over_households_covers_the_truth() -> None:
    random = np.random.default_rng(3)
    covered = 0
    for _ in range(60):
        city = drawn_history(random, pool=2_000)
        rows = np.flatnonzero(city["drawn"])

        def estimate(picked: np.ndarray, city: dict = city, rows: np.ndarray = rows) -> float:
            at = rows[picked]
            return horvitz_thompson(city["chosen"][at], city["value"][at], city["probability"][at])

        found = bootstrap(estimate, np.array([f"h{row}" for row in rows], dtype=object), draws=120, random=random)
        covered += found.low <= float(city["chosen"] @ city["truth"]) <= found.high
    assert 48 <= covered <= 60


def test_twins_of_one_household_widen_the_bootstrap() -> None:
    value = np.repeat(np.random.default_rng(4).gamma(1.0, 1.0, 100), 2)
    ones = np.ones(200)

    def total(rows: np.ndarray) -> float:
        return horvitz_thompson(ones[rows], value[rows], ones[rows])

    alone = bootstrap(total, np.arange(200).astype(str).astype(object), draws=300, random=np.random.default_rng(1))
    together = bootstrap(
        total, (np.arange(200) // 2).astype(str).astype(object), draws=300, random=np.random.default_rng(1)
    )
    assert together.standard_error > 1.2 * alone.standard_error


@pytest.mark.parametrize("probability", [np.nan, 0.0, 1.5])
def test_an_estimate_without_a_logged_probability_is_refused(probability: float) -> None:
    with pytest.raises(DataContractError, match="not logged"):
        horvitz_thompson(np.ones(2), np.ones(2), np.array([0.5, probability]))
