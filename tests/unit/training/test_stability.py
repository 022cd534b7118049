"""Rank-biased overlap by hand-worked values and its properties; two trainings and their lists."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated import AS_OF, COST_ORE, INPUTS, QUICK, a_matrix, labels_of

from training.cases import make_cases
from training.ranking_model import RankingModel, fit_ranking_model
from training.stability import rank_biased_overlap, retrained, stability_evidence

rankings = st.lists(st.integers(0, 12), unique=True, max_size=10).map(lambda items: [str(item) for item in items])


@pytest.mark.parametrize(
    ("first", "second", "persistence", "value"),
    [
        # in common at depths 1, 2, 3: 1, 1, 3; 0.5/1 + 0.25 x 1/2 + 0.125 x 3/3, and a tail of 3/3 x 0.125
        ("abc", "acb", 0.5, 0.875),
        # 0, 2: 0 + 0.25 x 2/2, tail 0.25
        ("ab", "ba", 0.5, 0.5),
        # 1, 1 of two: 0.9^1/9 + 0.81/18 = 0.145, tail 0.405
        ("ab", "ac", 0.9, 0.55),
        # lengths 1 and 2, in common 0, 1: 0.25 x 1/2; nothing at the end of the shorter; tail (1 - 0)/2 x 0.25
        ("a", "ba", 0.5, 0.25),
        ("abc", "def", 0.98, 0.0),
        ("", "", 0.98, 1.0),
        ("", "a", 0.98, 0.0),
    ],
)
def test_the_overlap_is_that_of_the_formula(first, second, persistence, value) -> None:
    assert rank_biased_overlap(first, second, persistence=persistence) == pytest.approx(value, abs=1e-12)


@given(rankings, rankings)
def test_it_is_the_same_both_ways_and_between_0_and_1(first, second) -> None:
    overlap = rank_biased_overlap(first, second)
    assert overlap == pytest.approx(rank_biased_overlap(second, first))
    assert -1e-12 <= overlap <= 1 + 1e-12
    assert (overlap < 1e-12) == (bool(first or second) and not set(first) & set(second))


@given(rankings.filter(bool), st.integers(1, 10))
def test_a_list_and_its_own_beginning_agree_wholly(ranking, length) -> None:
    assert rank_biased_overlap(ranking, ranking[:length]) == pytest.approx(1.0)


def test_the_top_weighs_more_than_the_bottom() -> None:
    ranking = [str(place) for place in range(30)]
    top, bottom = [*ranking[1::-1], *ranking[2:]], [*ranking[:28], *ranking[:27:-1]]
    assert rank_biased_overlap(ranking, top) < rank_biased_overlap(ranking, bottom) < 1


@pytest.mark.parametrize(("first", "persistence"), [("aa", 0.9), ("ab", 0.0), ("ab", 1.0)])
def test_what_is_no_ranking_is_refused(first, persistence) -> None:
    with pytest.raises(ValueError, match="ranking"):
        rank_biased_overlap(first, "ab", persistence=persistence)


@functools.cache
def trained(seed: int) -> RankingModel:
    history = a_matrix(600, prefix="c")
    return fit_ranking_model(
        history, labels_of(history), inputs=INPUTS, as_of=AS_OF, hourly_cost_ore=COST_ORE, seed=seed, base_plan=QUICK
    )


@functools.cache
def trained_again(seed: int) -> RankingModel:
    history = a_matrix(600, prefix="c")
    cases = make_cases(history, labels_of(history), inputs=INPUTS)
    return retrained(trained(1), cases, seed=seed, base_plan=QUICK)


def test_training_again_is_what_another_training_would_give() -> None:
    pool = a_matrix(200, seed=9)
    for again, other in ((trained_again(2), trained(2)), (trained_again(2).glass_box(), trained(2).glass_box())):
        assert again.score(pool)["expected_net_ore"].equals(other.score(pool)["expected_net_ore"])
    assert not trained(1).score(pool)["expected_net_ore"].equals(trained(2).score(pool)["expected_net_ore"])


def test_a_model_lists_the_same_as_itself_and_nearly_the_same_as_its_retraining() -> None:
    pool = a_matrix(2_000, seed=9)
    same = stability_evidence(trained(1), trained(1), pool)
    assert (same.overlap, same.rank_biased_overlap) == (1.0, pytest.approx(1.0))
    again = stability_evidence(trained(1), trained_again(2), pool)
    assert again.listed == same.listed > 50
    assert 0.6 < again.overlap < 1
    assert 0.6 < again.rank_biased_overlap < 1


def test_a_list_by_lot_is_not_stable() -> None:
    pool = a_matrix(2_000, seed=9)
    noise = fit_ranking_model(
        a_matrix(600, prefix="c"), labels_of(a_matrix(600, prefix="c"), strength=-1.0), inputs=INPUTS, as_of=AS_OF,
        hourly_cost_ore=COST_ORE, seed=1, base_plan=QUICK,
    )  # fmt: skip
    assert stability_evidence(trained(1), noise, pool).overlap < 0.4


def test_the_hours_given_are_the_hours_filled() -> None:
    pool = a_matrix(2_000, seed=9)
    hours = trained(1).score(pool)["expected_hours"]
    few, many = (stability_evidence(trained(1), trained(1), pool, hours=budget).listed for budget in (80.0, 400.0))
    assert 80 / hours.max() - 1 < few < 80 / hours.min() + 1
    assert 3 * few < many < 7 * few
    assert stability_evidence(trained(1), trained(1), pool, hours=0.01).listed == 0
