"""The random arm draws each candidate with just the probability it writes down."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from service.random_arm import FLOOR_SHARE, Seed, arm_size, draw, draw_probabilities, draw_table

DRAWS = 6_000


def spread(count: int = 30) -> np.ndarray:
    """Standard deviations with a few very large ones and some zeros."""
    values = np.random.default_rng(3).lognormal(10, 1.2, count)
    values[:4] = 0.0
    values[4] = values.sum()
    return values


@pytest.mark.parametrize("size", [1, 3, 10, 29])
def test_how_often_each_is_drawn_is_its_probability(size: int) -> None:
    probabilities = draw_probabilities(spread(), size=size)
    counts = np.zeros(30)
    for seed in range(DRAWS):
        drawn = draw(probabilities, seed=Seed(seed))
        assert len(set(drawn)) == len(drawn) == size
        counts[drawn] += 1
    error = np.sqrt(probabilities * (1 - probabilities) / DRAWS)
    assert (np.abs(counts / DRAWS - probabilities) <= 4.5 * error + 1e-12).all()


@given(
    sd=arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1e9)),
    size=st.integers(1, 80),
    seed=st.integers(0, 2**63 - 1),
)
def test_probabilities_are_sound_whatever_the_deviations(sd, size, seed) -> None:
    probabilities = draw_probabilities(sd, size=size)
    assert (probabilities > 0).all()
    assert (probabilities <= 1).all()
    assert probabilities.sum() == pytest.approx(min(size, len(sd)))
    drawn = draw(probabilities, seed=Seed(seed))
    assert len(drawn) == len(set(drawn)) == min(size, len(sd))


def test_the_uncertain_are_drawn_more_and_nobody_is_beyond_reach() -> None:
    sd = np.array([0.0, 1.0, 2.0, 1.0, 0.0, 2.0, 1.0, 1.0])
    probabilities = draw_probabilities(sd, size=1)
    assert probabilities[2] == pytest.approx(2 * probabilities[1])
    assert probabilities[0] == pytest.approx(FLOOR_SHARE * probabilities[1])


def test_with_nothing_at_stake_all_are_drawn_alike() -> None:
    assert draw_probabilities(np.zeros(10), size=2).tolist() == [0.2] * 10


def test_who_is_certain_leaves_the_rest_to_share() -> None:
    probabilities = draw_probabilities(np.array([1e6, 1.0, 1.0, 1.0]), size=2)
    assert probabilities[0] == 1.0
    assert probabilities[1:].sum() == pytest.approx(1.0)


def test_the_same_seed_draws_the_same() -> None:
    probabilities = draw_probabilities(spread(), size=5)
    assert draw(probabilities, seed=Seed(7)).tolist() == draw(probabilities, seed=Seed(7)).tolist()
    drawn = {tuple(draw(probabilities, seed=Seed(seed))) for seed in range(20)}
    assert len(drawn) > 10


def test_the_commitment_can_be_checked_by_anybody() -> None:
    assert Seed(42).commitment == hashlib.sha256(b"42").hexdigest()
    assert Seed(42).commitment != Seed(43).commitment


HOURS = np.array([4.0, 8.0, 12.0])


@pytest.mark.parametrize(
    ("budget", "share", "size"),
    [
        pytest.param(80, 0.0, 0, id="no share"),
        pytest.param(80, 0.05, 1, id="at least one"),
        pytest.param(30, 0.6, 2, id="the share over the mean hours"),
        pytest.param(10_000, 0.3, 1, id="a share of what there is to do, however many hours stand idle"),
        pytest.param(80, 0.9, 3, id="never more than there are"),
        pytest.param(19, 0.9, 1, id="never more than fit, were the longest drawn"),
        pytest.param(20, 0.9, 2, id="two that just fit"),
        pytest.param(11, 0.5, 0, id="none where the longest would not fit"),
    ],
)
def test_the_size_of_the_arm(budget: float, share: float, size: int) -> None:
    assert arm_size(HOURS, budget_hours=budget, share=share) == size


def test_without_candidates_the_arm_is_empty() -> None:
    assert arm_size(np.array([]), budget_hours=80, share=0.5) == 0


def test_the_table_of_the_draw_holds_everybody() -> None:
    table = draw_table(pl.Series(["a", "b", "c"]), np.array([0.5, 0.25, 0.25]), np.array([1]))
    assert table.rows() == [("a", 0.5, False), ("b", 0.25, True), ("c", 0.25, False)]
