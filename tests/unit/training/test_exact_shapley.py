"""Shapley values by definition, and the two libraries against them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from test_explain import a_bag, brute_force_shapley

from training.additive_part import AdditivePart
from training.exact_shapley import MOST_COLUMNS, exact_tree_values, shapley_of, subsets, tree_worth
from training.linear_part import fit_linear
from training.plan import Plan
from training.shap_library import tree_explainer_values
from training.steadiness import disturbed, most_movement, printed_step
from training.tree_bag import fit_tree_bag, tree_settings
from training.tree_nodes import LEAF, Tree, goes_left, read_trees


def a_tree(*, unknown_left: bool = True) -> Tree:
    """`x0 <= 1 ? (x1 <= 2 ? 1 : 5) : 9`, seen by 3, 1 and 4 rows."""
    left, right = np.array([1, 3, LEAF, LEAF, LEAF]), np.array([2, 4, LEAF, LEAF, LEAF])
    return Tree(
        column=np.array([0, 1, LEAF, LEAF, LEAF]),
        threshold=np.array([1.0, 2.0, 0.0, 0.0, 0.0]),
        left=left,
        right=right,
        unknown=left if unknown_left else right,
        value=np.array([0.0, 0.0, 9.0, 1.0, 5.0]),
        cover=np.array([8.0, 4.0, 4.0, 3.0, 1.0]),
    )


def test_the_glove_game_has_its_known_values() -> None:
    """Two left gloves and one right: a pair is worth 1 (Shapley & Shubik 1969): 1/6, 1/6, 4/6."""
    worth = np.array([[float(bool(s & 0b100) and bool(s & 0b011)) for s in range(8)]])
    assert shapley_of(worth)[0] == pytest.approx([1 / 6, 1 / 6, 4 / 6])


def test_values_add_up_to_the_worth_of_all_less_the_worth_of_none() -> None:
    worth = np.random.default_rng(2).normal(size=(5, 2**6))
    assert shapley_of(worth).sum(axis=1) == pytest.approx(worth[:, -1] - worth[:, 0])


def test_the_worth_of_a_tree_by_hand() -> None:
    # no column: (4 x (3 x 1 + 1 x 5) / 4 + 4 x 9) / 8; x0: the left side's mean; x1: left leaf, weighed; both: the leaf
    assert tree_worth(a_tree(), np.array([[0.0, 0.0]])).tolist() == [[5.5, 2.0, 5.0, 1.0]]
    told, base = exact_tree_values([a_tree()], np.array([[0.0, 0.0]]), width=3)
    assert told.tolist() == [[-3.75, -0.75, 0.0]]
    assert base.tolist() == [5.5]


@pytest.mark.parametrize(("unknown_left", "worth"), [(True, 1.0), (False, 9.0)])
def test_an_unknown_value_goes_its_own_way(unknown_left: bool, worth: float) -> None:
    x = np.array([[np.nan, np.nan]])
    assert tree_worth(a_tree(unknown_left=unknown_left), x)[0, -1] == worth
    assert goes_left(a_tree(unknown_left=unknown_left), x).tolist() == [[unknown_left, unknown_left]]


def test_too_many_columns_are_refused() -> None:
    assert subsets(3).sum() == 12
    with pytest.raises(ValueError, match=str(MOST_COLUMNS)):
        subsets(MOST_COLUMNS + 1)


def test_definition_recursion_lightgbm_and_shap_agree_on_every_case() -> None:
    bag, x = a_bag()
    some = x[:40]
    members = [read_trees(booster) for booster in bag.boosters]
    told, base = bag.contributions(some)
    exact = [exact_tree_values(trees, some, width=4) for trees in members]
    by_definition = np.mean([values for values, _ in exact], axis=0)
    assert np.abs(by_definition - told).max() < 1e-12
    assert np.mean([start for _, start in exact], axis=0) + bag.start == pytest.approx(base)
    theirs, start = tree_explainer_values(bag, some, members)
    assert np.abs(theirs - told).max() < 1e-12
    assert start == pytest.approx(base)
    # the slow recursion was written apart from all of them
    slow = np.mean([brute_force_shapley(b.dump_model()["tree_info"], some[0]) for b in bag.boosters], axis=0)
    assert np.abs(slow - by_definition[0]).max() < 1e-12
    assert np.isnan(some).any() and np.abs(told).max() > 0.05


def test_a_value_unknown_only_now_goes_where_lightgbm_sends_it() -> None:
    """A column without gaps in training: LightGBM reads a gap as 0, on either side of a split."""
    random = np.random.default_rng(5)
    x = random.normal(size=(400, 3))
    hit = random.random(400) < 1 / (1 + np.exp(-2 * np.where(x[:, 0] > -0.7, x[:, 0], 2.0) - x[:, 1]))
    settings = tree_settings(Plan(leaves=6), extra=False, directions=[0] * 3, seed=1, threads=1)
    bag = fit_tree_bag(x, hit, np.arange(400) % 2, settings=settings, max_rounds=12)
    members = [read_trees(booster) for booster in bag.boosters]
    nodes = [(tree, node) for trees in members for tree in trees for node in tree.inner]
    assert {bool(tree.threshold[node] >= 0) for tree, node in nodes} == {True, False}
    gaps = np.where(random.random((30, 3)) < 0.5, np.nan, x[:30])
    told, _ = bag.contributions(gaps)
    exact = np.mean([exact_tree_values(trees, gaps, width=3)[0] for trees in members], axis=0)
    assert np.abs(exact - told).max() < 1e-12
    assert np.abs(tree_explainer_values(bag, gaps, members)[0] - told).max() < 1e-12


def test_shaps_own_code_is_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were it LightGBM's, shap would be judged by the judged."""
    bag, x = a_bag()
    members = [read_trees(booster) for booster in bag.boosters]
    monkeypatch.setattr("lightgbm.Booster.predict", None)
    assert np.abs(tree_explainer_values(bag, x[:5], members)[0]).max() > 0.01


def test_the_linear_part_tells_shapley_values() -> None:
    """v(S) = the logit with the columns outside S at their mean: enumerated over all subsets."""
    random = np.random.default_rng(3)
    x = random.normal(size=(120, 3))
    part = fit_linear(x, random.random(120) < 0.4, np.arange(120) % 2)
    row = x[:1]
    worth = np.array([[part.fold_logits(np.where(known, row, part.centre[None])).mean() for known in subsets(3)]])
    told, base = part.contributions(row)
    assert shapley_of(worth)[0] == pytest.approx(told[0], abs=1e-12)
    assert worth[0, 0] == pytest.approx(base[0])


class Member:
    """Terms x0, x1 and x0 x x1."""

    intercept_ = np.array([0.5])

    def eval_terms(self, x: np.ndarray) -> np.ndarray:
        return np.column_stack([x[:, 0], 2 * x[:, 1], x[:, 0] * x[:, 1]])


def test_the_additive_part_tells_shapley_values() -> None:
    """v(S) = the sum of the terms whose columns all lie in S."""
    part = AdditivePart(members=(Member(), Member()), terms=((0,), (1,), (0, 1)))
    x = np.array([[3.0, -4.0]])
    terms = Member().eval_terms(x)[0]
    worth = [[sum(t for t, c in zip(terms, part.terms, strict=True) if all(known[list(c)])) for known in subsets(2)]]
    assert shapley_of(np.array(worth))[0] == pytest.approx(part.contributions(x)[0][0])


def test_figures_move_by_less_than_half_of_what_is_printed() -> None:
    values = [0.0, None, 7.0, 23.4567, 1234.5]
    matrix = pl.DataFrame({"a": values})
    for share, most in ((0.49, 0.49), (1e-6, 1e-6)):
        moved = disturbed(matrix, ["a"], share_of_step=share, rng=np.random.default_rng(1))["a"].to_list()
        assert moved[:2] == [0.0, None]
        assert 0 < abs(moved[2] - 7) <= most and 0 < abs(moved[3] - 23.4567) <= most / 10
        assert 0 < abs(moved[4] - 1234.5) <= most
    assert printed_step(np.array([1.0, 1.5, 150.5])).tolist() == [1.0, 0.1, 1.0]


def test_trees_bound_the_movement_only_where_an_answer_changed() -> None:
    bag, _ = a_bag()
    here, same, there = np.array([[1.0, 1.0]]), np.array([[0.5, 1.0]]), np.array([[1.5, 1.0]])
    assert most_movement(bag, [[a_tree()]], here, same).tolist() == [0.0]
    assert most_movement(bag, [[a_tree()]], here, there).tolist() == [2 * (9.0 - 1.0)]
    assert most_movement(bag, [[a_tree()], []], here, there).tolist() == [9.0 - 1.0]


def test_no_tree_explanation_moves_further_than_its_bound() -> None:
    bag, x = a_bag()
    members = [read_trees(booster) for booster in bag.boosters]
    for scale in (1e-3, 0.05, 1.0):
        moved = x + np.random.default_rng(6).normal(scale=scale, size=x.shape)
        change = np.abs(bag.contributions(moved)[0] - bag.contributions(x)[0]).max(axis=1)
        bound = most_movement(bag, members, x, moved)
        assert (change <= bound + 1e-12).all()
        assert (bound == 0).any() or scale > 1e-3


def test_a_part_of_an_unknown_kind_has_no_bound() -> None:
    with pytest.raises(TypeError, match="Member"):
        most_movement(Member(), [], np.zeros((1, 2)), np.zeros((1, 2)))  # type: ignore[arg-type]
