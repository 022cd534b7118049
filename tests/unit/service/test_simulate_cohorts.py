"""What an evaluator says of a cohort: by the product's own estimators, right by design, wrong in the known way if careless."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pytest

from governance.impact.arm import BY_DESIGN, Listing
from governance.impact.interval import Drawn
from service.impact.simulate.cohorts import (
    ASKED,
    OWN_LIST,
    REALISED,
    Estimate,
    Quarter,
    estimate_cohort,
    limits_of_hits,
)
from service.random_arm import Seed, draw, draw_probabilities

SIZE, DRAWN, DRAWS = 600, 140, 300


class Pool:
    """600 candidates of whom the model lists the 60 that it promises most for; their savings are what they are."""

    def __init__(self, seed: int = 5) -> None:
        rng = np.random.default_rng(seed)
        self.chance = rng.uniform(0.1, 0.6, SIZE)
        self.promised = self.chance * rng.gamma(2.0, 1_000, SIZE)
        self.saving = (rng.random(SIZE) < self.chance) * self.promised / self.chance * rng.uniform(0.3, 1.7, SIZE)
        self.listed = self.promised >= np.sort(self.promised)[-60]
        self.probability = draw_probabilities(self.promised, size=DRAWN)
        ruled = rng.random(SIZE) < 0.3
        self.inside = {"pool": np.ones(SIZE, dtype=bool), "model": self.listed, "rules": ruled}

    def truth(self, target: str) -> float:
        return float(self.saving[self.inside[target]].sum())

    def seen(self, seed: int, *, promise: float = 1.0) -> Quarter:
        """What is logged and known of one draw; `promise` is what the model's promise is multiplied by."""
        drawn = draw(self.probability, seed=Seed(seed))
        controlled = np.union1d(drawn, np.flatnonzero(self.listed))
        return Quarter(
            drawn=Drawn(
                saving=self.saving[drawn], probability=self.probability[drawn], chance=self.chance[drawn],
                promised=promise * self.promised[drawn],
            ),
            certain=self.listed[drawn].astype(float), controlled_saving=self.saving[controlled],
            controlled_given_hit=promise * (self.promised / self.chance)[controlled],
            list_saving=self.saving[self.listed],
            listings={name: self._listing(inside, drawn, controlled, promise) for name, inside in self.inside.items()},
        )  # fmt: skip

    def _listing(self, inside, drawn, controlled, promise: float) -> Listing:
        certain = inside & self.listed
        return Listing(
            of_drawn=inside[drawn].astype(float), of_controlled=inside[controlled].astype(float),
            size=float(inside.sum()), promised_ore=promise * float(self.promised[inside].sum()),
            certain_ore=float(self.saving[certain].sum()),
            certain_promised_ore=promise * float(self.promised[certain].sum()),
        )  # fmt: skip


@cache
def estimated(promise: float) -> list:
    """One pool drawn from many times."""
    return [estimate_cohort([Pool().seen(seed, promise=promise)]) for seed in range(DRAWS)]


def totals(target: str, estimator: str, *, promise: float = 1.0) -> np.ndarray:
    return np.array([found[target][estimator].total for found in estimated(promise)])


@pytest.mark.parametrize("target", ["pool", "rules"])
@pytest.mark.parametrize("estimator", ["horvitz_thompson", "doubly_robust", "with_list"])
@pytest.mark.parametrize("promise", [1.0, 2.5])
def test_by_design_the_mean_over_draws_is_the_truth_whatever_is_promised(
    target: str, estimator: str, promise: float
) -> None:
    found = totals(target, estimator, promise=promise)
    assert abs(found.mean() - Pool().truth(target)) < 4 * found.std() / np.sqrt(len(found))


@pytest.mark.parametrize("estimator", ["horvitz_thompson", "with_list"])
def test_the_intervals_of_the_product_come_through_and_hold(estimator: str) -> None:
    pool = Pool()
    held = [found["pool"][estimator].covers(pool.truth("pool")) for found in estimated(1.0)]
    assert 0.9 < np.mean(held) <= 1.0


def test_the_careless_are_wrong_and_the_promise_is_what_it_is() -> None:
    pool = Pool()
    assert totals("pool", "naive").min() > 1.3 * pool.truth("pool")
    assert totals("pool", "promise", promise=2.5) == pytest.approx(2.5 * pool.promised.sum())


def test_quarters_are_draws_of_one_period() -> None:
    pool = Pool()
    quarters = [pool.seen(seed) for seed in (1, 2)]
    both, each = estimate_cohort(quarters), [estimate_cohort([quarter]) for quarter in quarters]
    for target, estimators in ASKED.items():
        for name in (name for name in estimators if name not in ("hajek", "naive")):
            assert both[target][name].total == pytest.approx(sum(one[target][name].total for one in each))
    widths = [one["pool"]["with_list"].high - one["pool"]["with_list"].low for one in (both, *each)]
    assert max(widths[1:]) < widths[0] < sum(widths[1:])


def test_how_unequal_savings_are_is_learned_from_all_that_were_controlled_as_in_use() -> None:
    quarter = Pool().seen(1)
    uneven = np.where(np.arange(len(quarter.controlled_saving)) % 5, 0.02, 4.0) * quarter.controlled_given_hit
    learned, widened = (
        estimate_cohort([dataclasses.replace(quarter, controlled_saving=saving)])["pool"]["horvitz_thompson"]
        for saving in (quarter.controlled_saving, uneven)
    )
    assert widened.total == learned.total
    assert widened.high > learned.high
    assert widened.low < learned.low


def test_what_is_asked_of_each_target_is_answered() -> None:
    found = estimate_cohort([Pool().seen(3)])
    assert {target: tuple(estimates) for target, estimates in found.items() if target != OWN_LIST} == dict(ASKED)
    assert set(BY_DESIGN) <= set(found["pool"])


def test_what_came_of_the_own_list_is_told_with_its_luck() -> None:
    pool = Pool()
    found = estimate_cohort([pool.seen(1), pool.seen(2)])[OWN_LIST]
    assert found[REALISED].total == pytest.approx(2 * pool.truth("model"))
    assert found[REALISED].low < found[REALISED].total < found[REALISED].high


@pytest.mark.parametrize("listed", [40, 120, 400])
def test_the_limits_of_what_came_hold_the_mean_as_often_as_they_say(listed: int) -> None:
    rng = np.random.default_rng(8)
    chance, worth = rng.uniform(0.05, 0.6, listed), rng.gamma(2, 2_000, listed)
    held = []
    for _ in range(800):
        low, high = limits_of_hits((rng.random(listed) < chance) * worth * rng.gamma(1.5, 1 / 1.5, listed))
        held.append(low <= chance @ worth <= high)
    assert 0.92 < np.mean(held) < 0.99


def test_one_hit_has_the_exact_limits_of_a_count_of_one_and_none_has_nothing_to_tell() -> None:
    # Garwood (1936)
    assert limits_of_hits(np.ones(1)) == pytest.approx((0.0253, 5.572), rel=1e-3)
    assert limits_of_hits(np.zeros(4)) == (0.0, 0.0)


def test_an_estimate_without_an_interval_covers_nothing() -> None:
    assert not Estimate(total=3.0).covers(3.0)
    assert not Estimate(total=None).covers(0.0)
    assert Estimate(total=3.0, low=2.0, high=3.0).covers(3.0)
    assert not Estimate(total=3.0, low=2.0, high=3.0).covers(3.1)
