"""Interval formulas against other hands: scipy, the textbook, simulation, and how they behave at the edge."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from governance.fairness import ratio_interval, wilson
from governance.fairness.intervals import limits_of_ratio, percentile_limits, wilson_limits


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (1, 10), (805, 1795), (505, 854), (31, 31)])
def test_wilson_is_that_of_scipy(successes: int, trials: int) -> None:
    other = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    mine = wilson(successes, trials)
    assert (mine.low, mine.high) == pytest.approx((other.low, other.high), abs=1e-12)
    assert mine.low <= mine.value <= mine.high and mine.count == trials


def test_a_share_is_inside_its_interval_at_any_size() -> None:
    trials = np.arange(1.0, 400.0)
    for share in (np.zeros_like(trials), np.ones_like(trials), 1 / trials):
        low, high = wilson_limits(share, trials)
        assert np.all((low >= 0) & (low <= share) & (share <= high) & (high <= 1))


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (-1, 5), (6, 5)])
def test_no_share_without_rows(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="a share needs"):
        wilson(successes, trials)


def test_limits_of_a_ratio_agree_with_the_textbook_at_zero_and_one() -> None:
    """With nothing above: 0 to u1 / sqrt(l2 (2 p2 - l2)); with both shares 1: l1 to 1 / l2."""
    nothing, half, whole = (np.array(x) for x in (_ends(0, 20), _ends(10, 20), _ends(20, 20)))
    low, high = limits_of_ratio(tuple(nothing), tuple(half))
    assert low == 0
    assert high == pytest.approx(nothing[2] / np.sqrt(half[1] * (2 * half[0] - half[1])))
    low, high = limits_of_ratio(tuple(whole), tuple(whole))
    assert (low, high) == pytest.approx((whole[1], 1 / whole[1]))


def _ends(successes: int, trials: int) -> tuple[float, float, float]:
    share = wilson(successes, trials)
    return share.value, share.low, share.high


def test_a_ratio_is_covered_as_often_as_promised() -> None:
    rng, held = np.random.default_rng(3), 0
    for _ in range(300):
        hits, others = rng.binomial(300, 0.15), rng.binomial(500, 0.10)
        ratio = ratio_interval(int(hits), 300, int(others), 500, rng=rng, resamples=500)
        held += ratio.low <= 1.5 <= ratio.high
    assert 0.92 <= held / 300 <= 0.98


def test_an_empty_cell_is_never_certain() -> None:
    rng = np.random.default_rng(4)
    none = ratio_interval(0, 40, 10, 40, rng=rng)
    assert none.value == 0 == none.low and none.high > 0.1
    all_of_both = ratio_interval(40, 40, 40, 40, rng=rng)
    assert all_of_both.low < 1 < all_of_both.high
    single = ratio_interval(10, 40, 1, 40, rng=rng)
    assert np.isfinite(single.high) and single.high > 40
    with pytest.raises(ValueError, match="hit in the other"):
        ratio_interval(1, 40, 0, 40, rng=rng)


def test_percentiles_leave_out_what_is_undefined_and_put_infinity_last() -> None:
    samples = np.r_[np.arange(1.0, 40.0), np.nan, np.nan, np.inf][:, None]
    low, high = percentile_limits(samples)
    assert low[0] == 1.0 and high[0] == 39.0
    assert np.isnan(percentile_limits(np.full((5, 1), np.nan))[0][0])
