"""The area under a curve against another library, its interval against simulation, and learning out of fold."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.separation import Folded, area, binned, fold_by_address, out_of_fold_means


def one_fold(size: int, *, per_address: int = 1) -> Folded:
    return Folded(np.zeros(size, dtype=np.int64), np.arange(size) // per_address, 1)


@pytest.mark.parametrize("ties", [1, 10, 1000])
def test_the_area_is_that_of_another_library(ties: int) -> None:
    random = np.random.default_rng(ties)
    inside = random.random(400) < 0.2
    score = np.round((random.normal(size=400) + inside) * ties) / ties
    assert area(score, inside, one_fold(400)).value == pytest.approx(roc_auc_score(inside, score), abs=1e-12)


def test_folds_are_averaged_by_what_they_hold_and_never_compared_with_each_other() -> None:
    score = np.array([0.0, 1.0, 100.0, 101.0])
    inside = np.array([False, True, False, True])
    found = area(score, inside, Folded(np.array([0, 0, 1, 1]), np.arange(4), 2))
    assert found.value == 1.0
    assert found.count == 2


def test_worse_than_chance_is_chance() -> None:
    found = area(np.array([1.0, 0.0, 1.0, 0.0]), np.array([False, True, False, True]), one_fold(4))
    assert (found.value, found.low) == (0.5, 0.5)


def test_the_interval_covers_when_a_household_is_one_draw() -> None:
    random = np.random.default_rng(5)
    truth, covered = 0.760, 0  # of normal scores one standard deviation apart
    for _ in range(200):
        group = random.random(150) < 0.3
        score = random.normal(size=150) + group
        inside, scores = np.repeat(group, 3), np.repeat(score, 3)
        found = area(scores, inside, one_fold(450, per_address=3))
        covered += found.low <= truth <= found.high
    assert 0.90 <= covered / 200 <= 0.99


def test_addresses_are_never_split_over_folds() -> None:
    address = np.array([f"a{number % 40}" for number in range(200)], dtype=object)
    folded = fold_by_address(address, folds=5, rng=np.random.default_rng(1))
    assert {len(set(folded.fold[address == name])) for name in set(address)} == {1}
    assert set(folded.fold) == set(range(5))


def test_unknown_has_a_bin_of_its_own_and_equal_values_share_one() -> None:
    codes = binned(np.array([1.0, 1.0, 2.0, np.nan, 3.0, np.nan]), bins=4)
    assert codes[0] == codes[1]
    assert codes[3] == codes[5] == 4
    assert len({codes[0], codes[2], codes[4]}) > 1
    assert set(binned(np.full(3, np.nan), bins=4)) == {4}


def test_a_share_is_learned_on_the_other_folds_only() -> None:
    folded = Folded(np.array([0, 0, 1, 1]), np.arange(4), 2)
    codes = np.zeros(4, dtype=np.int64)
    shares = out_of_fold_means(codes, np.array([True, True, False, False]), folded)
    assert shares.tolist() == [0.0, 0.0, 1.0, 1.0]


def test_a_column_of_noise_tells_nothing_whatever_its_many_values() -> None:
    random = np.random.default_rng(2)
    inside = random.random(2000) < 0.1
    folded = fold_by_address(np.arange(2000).astype(object), folds=5, rng=random)
    score = out_of_fold_means(binned(random.normal(size=2000), bins=20), inside, folded)
    assert area(score, inside, folded).value < 0.56
