"""What an evaluator says of a cohort: right on average by design, wrong in the known way when careless."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from service.impact.simulate.cohorts import (
    ESTIMATORS,
    TARGETS,
    Quarter,
    Target,
    estimate_cohort,
    weight_of_one_more,
    weighted_hits_interval,
)
from service.random_arm import Seed, draw, draw_probabilities

ARM = ("horvitz_thompson", "doubly_robust", "list_and_arm")
SIZE, DRAWN = 400, 40


class Pool:
    """400 candidates of whom the model lists the 60 that it promises most for; their savings are what they are."""

    def __init__(self, seed: int = 5) -> None:
        rng = np.random.default_rng(seed)
        self.promised = rng.gamma(1.2, 1_000, SIZE)
        self.saving = self.promised * rng.uniform(0.1, 1.5, SIZE)
        self.listed = self.promised >= np.sort(self.promised)[-60]
        self.rules = rng.random(SIZE) < 0.2
        self.probability = draw_probabilities(self.promised, size=DRAWN)
        self.inside = {"pool": np.ones(SIZE, dtype=bool), "list": self.listed, "rules": self.rules}

    def truth(self, target: str) -> float:
        return float(self.saving[self.inside[target]].sum())

    def seen(self, seed: int, *, promise: float = 1.0) -> Quarter:
        """What is logged and known of one draw; `promise` is what the model's promise is multiplied by."""
        drawn = draw(self.probability, seed=Seed(seed))
        controlled = np.union1d(drawn, np.flatnonzero(self.listed))
        targets = {name: self._target(inside, drawn, controlled, promise) for name, inside in self.inside.items()}
        return Quarter(
            saving=self.saving[drawn], probability=self.probability[drawn], promised=promise * self.promised[drawn],
            certain=self.listed[drawn].astype(float), controlled_saving=self.saving[controlled],
            controlled_certain=self.listed[controlled].astype(float), targets=targets,
        )  # fmt: skip

    def _target(self, inside, drawn, controlled, promise: float) -> Target:
        return Target(
            of_drawn=inside[drawn].astype(float), of_controlled=inside[controlled].astype(float),
            size=float(inside.sum()), promised_ore=promise * float(self.promised[inside].sum()),
            extra_ore=self._extra(inside), rest_extra_ore=self._extra(inside & ~self.listed),
        )  # fmt: skip

    def _extra(self, inside) -> float:
        return float((self.promised / self.probability)[inside].max(initial=0.0))


@cache
def estimated(promise: float) -> list:
    """One pool drawn from 600 times."""
    return [estimate_cohort([Pool().seen(seed, promise=promise)]) for seed in range(600)]


def totals(target: str, estimator: str, *, promise: float = 1.0) -> np.ndarray:
    return np.array([found[target][estimator].total for found in estimated(promise)])


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("estimator", ARM)
@pytest.mark.parametrize("promise", [1.0, 2.5])
def test_by_design_the_mean_over_draws_is_the_truth_whatever_the_model_promises(
    target: str, estimator: str, promise: float
) -> None:
    pool = Pool()
    found = totals(target, estimator, promise=promise)
    assert abs(found.mean() - pool.truth(target)) < 4 * found.std() / np.sqrt(len(found)) + 1e-6


def test_the_careless_are_wrong_and_the_promise_is_what_it_is() -> None:
    pool = Pool()
    assert totals("pool", "naive").min() > 1.5 * pool.truth("pool")
    assert totals("pool", "promise", promise=2.5) == pytest.approx(2.5 * pool.promised.sum())


def test_what_is_controlled_whatever_is_drawn_needs_no_estimate() -> None:
    pool = Pool()
    own = [estimate_cohort([pool.seen(seed)])["list"]["list_and_arm"] for seed in (1, 2)]
    assert [each.total for each in own] == pytest.approx([pool.truth("list")] * 2)
    assert own[0].low < own[0].total < own[0].high


@pytest.mark.parametrize("estimator", ["self_normalised", "doubly_robust"])
def test_in_a_kind_pool_an_interval_around_the_mean_holds_the_truth_as_often_as_it_says(estimator: str) -> None:
    pool = Pool()
    held = [found["pool"][estimator].covers(pool.truth("pool")) for found in estimated(1.0)]
    assert 0.92 < np.mean(held) < 0.98


@pytest.mark.parametrize("drawn", [4, 12, 60])
def test_where_hits_are_rare_the_interval_of_weighted_hits_still_holds_the_truth(drawn: int) -> None:
    rng = np.random.default_rng(8)
    chance, worth = rng.beta(0.6, 12, 3_000), rng.gamma(2, 2_000, 3_000)
    probability = draw_probabilities(worth * np.sqrt(chance * (1 - chance)), size=drawn)
    extra = weight_of_one_more(worth, chance, probability)
    held = []
    for seed in range(500):
        rows = draw(probability, seed=Seed(seed))
        hits = rows[rng.random(len(rows)) < chance[rows]]
        low, high = weighted_hits_interval(worth[hits] / probability[hits], extra_ore=extra)
        held.append(low <= (chance * worth).sum() <= high)
    assert np.mean(held) > 0.93


def test_without_a_hit_the_upper_end_is_what_one_more_may_weigh_and_the_lower_is_nothing() -> None:
    low, high = weighted_hits_interval(np.zeros(4), extra_ore=100.0)
    assert (low, high) == pytest.approx((0.0, 368.9), rel=1e-3)
    assert weighted_hits_interval(np.zeros(4), extra_ore=0.0) == (0.0, 0.0)
    # one hit of weight one and no larger ones: the exact interval of a Poisson count of one (Garwood 1936)
    assert weighted_hits_interval(np.ones(1), extra_ore=1.0) == pytest.approx((0.0253, 5.572), rel=1e-3)


def test_one_more_hit_weighs_what_one_expected_hit_in_ten_exceeds() -> None:
    chance, probability = np.full(19, 0.5), np.full(19, 0.1)
    assert weight_of_one_more(np.arange(1.0, 20.0), chance, probability) == pytest.approx(180.0)
    assert weight_of_one_more(np.array([]), np.array([]), np.array([])) == 0.0


def test_quarters_are_strata_whose_totals_add_up() -> None:
    pool = Pool()
    quarters = [pool.seen(seed) for seed in (1, 2)]
    both, each = estimate_cohort(quarters), [estimate_cohort([quarter]) for quarter in quarters]
    for target in TARGETS:
        for estimator in ESTIMATORS:
            assert both[target][estimator].total == pytest.approx(sum(one[target][estimator].total for one in each))
    widths = [one["pool"]["doubly_robust"].high - one["pool"]["doubly_robust"].low for one in (both, *each)]
    assert max(widths[1:]) < widths[0] < sum(widths[1:])


def test_without_a_model_there_is_no_promise_and_nothing_that_leans_on_one() -> None:
    found = estimate_cohort([Pool().seen(1, promise=float("nan"))])["pool"]
    assert [found[name].total for name in ("promise", "doubly_robust")] == [None, None]
    assert found["horvitz_thompson"].total is not None


def test_one_drawn_case_has_no_spread_to_build_an_interval_around_a_mean_from() -> None:
    one = Target(
        of_drawn=np.ones(1), of_controlled=np.ones(1), size=10.0, promised_ore=5.0, extra_ore=20.0, rest_extra_ore=20.0
    )
    quarter = Quarter(
        saving=np.array([3.0]), probability=np.array([0.1]), promised=np.array([0.5]), certain=np.zeros(1),
        controlled_saving=np.array([3.0]), controlled_certain=np.zeros(1), targets=dict.fromkeys(TARGETS, one),
    )  # fmt: skip
    found = estimate_cohort([quarter])["pool"]
    assert found["horvitz_thompson"].total == pytest.approx(30.0)
    assert found["doubly_robust"].total == pytest.approx(30.0)
    assert found["doubly_robust"].low is None
    assert not found["doubly_robust"].covers(30.0)
    assert found["horvitz_thompson"].covers(30.0)
