"""Ratios of rates by hand, against other libraries, and their intervals against simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from training.group_ratio import bootstrap_ratio, held_alike_ratio, share_ratio


def rows(*cells: tuple[int, int, int, int]):
    """Persons of cells (inside, stratum, events, exposed): each an address of its own, events beside exposure."""
    inside, stratum, events, exposure = [], [], [], []
    for member, number, hit, exposed in cells:
        inside += [bool(member)] * (hit + exposed)
        stratum += [number] * (hit + exposed)
        events += [1.0] * hit + [0.0] * exposed
        exposure += [0.0] * hit + [1.0] * exposed
    size = len(inside)
    arrays = np.array(events), np.array(exposure), np.array(inside), np.array(stratum)
    return *arrays, np.arange(size)


def test_one_stratum_is_the_plain_ratio() -> None:
    found = held_alike_ratio(*rows((1, 0, 12, 100), (0, 0, 20, 400)))
    assert found.value == pytest.approx((12 / 100) / (20 / 400))
    assert found.count == 12
    assert found.low < found.value < found.high


def test_what_lawful_risk_explains_is_no_ratio() -> None:
    """Both are controlled alike at each risk; the group stands more often where risk is high."""
    found = held_alike_ratio(*rows((1, 0, 2, 100), (0, 0, 10, 500), (1, 1, 60, 300), (0, 1, 20, 100)))
    assert found.value == pytest.approx(1.0)
    crude = held_alike_ratio(*rows((1, 0, 62, 400), (0, 0, 30, 600)))
    assert crude.low > 1.25


def test_what_risk_does_not_explain_stays() -> None:
    found = held_alike_ratio(*rows((1, 0, 8, 200), (0, 0, 10, 500), (1, 1, 40, 100), (0, 1, 60, 300)))
    assert found.value == pytest.approx(2.0)


def test_an_address_of_many_is_one_control() -> None:
    events, exposure, inside, stratum, _ = rows((1, 0, 12, 100), (0, 0, 20, 400))
    alone = held_alike_ratio(events, exposure, inside, stratum, np.arange(len(events)))
    shared = np.where(events > 0, 0, np.arange(len(events)))
    shared = np.where((events > 0) & inside, 1, shared)
    together = held_alike_ratio(events, exposure, inside, stratum, shared)
    assert together.value == alone.value
    assert together.low < alone.low / 2


def test_few_controls_get_the_exact_interval_of_their_count() -> None:
    """Against a rest so large that only the count is uncertain: Garwood's limits by the chi-square of scipy."""
    found = held_alike_ratio(*rows((1, 0, 4, 10_000), (0, 0, 4_000, 100_000)))
    assert found.low / found.value == pytest.approx(chi2.ppf(0.025, 2 * 4) / 2 / 4, rel=0.02)
    assert found.high / found.value == pytest.approx(chi2.ppf(0.975, 2 * 5) / 2 / 4, rel=0.02)


def test_none_controlled_is_nought_with_a_reach() -> None:
    found = held_alike_ratio(*rows((1, 0, 0, 100), (0, 0, 20, 400)))
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(-np.log(0.025) / 5.0)


def test_without_a_rest_there_is_no_ratio() -> None:
    assert held_alike_ratio(*rows((1, 0, 5, 100), (0, 0, 0, 400))) is None
    assert held_alike_ratio(*rows((1, 0, 5, 100))) is None


def test_the_interval_covers() -> None:
    random, covered = np.random.default_rng(1), 0
    for _ in range(200):
        exposed = 600
        group = random.random(exposed) < 0.2
        risk = (random.random(exposed) < np.where(group, 0.7, 0.3)).astype(np.int64)
        hit = random.random(exposed) < np.where(risk == 1, 0.2, 0.05) * np.where(group, 1.5, 1.0)
        events = np.concatenate([hit.astype(float), np.zeros(exposed)])
        exposure = np.concatenate([np.zeros(exposed), np.ones(exposed)])
        twice = [np.concatenate([column, column]) for column in (group, risk, np.arange(exposed))]
        found = held_alike_ratio(events, exposure, *twice)
        covered += found.low <= 1.5 <= found.high
    assert 0.91 <= covered / 200 <= 1.0


def test_a_share_against_a_weighted_share() -> None:
    inside = np.array([True, True, False, False, True, False, False, False])
    chosen = np.array([1.0, 1, 1, 1, 0, 0, 0, 0])
    drawn = np.array([0.0, 0, 0, 0, 50, 50, 100, 50])
    found = share_ratio(inside, chosen, drawn, np.arange(8))
    assert found.value == pytest.approx(0.5 / 0.2)
    assert found.count == 2
    assert found.low < 1 < found.high


def test_a_share_of_nobody_has_no_ratio() -> None:
    nobody = np.zeros(4, dtype=bool)
    assert share_ratio(nobody, np.ones(4), np.ones(4), np.arange(4)) is None


def test_redrawn_clusters_centre_on_the_ratio_and_are_repeatable() -> None:
    events, exposure, inside, _, cluster = rows((1, 0, 30, 300), (0, 0, 40, 800))
    insides = np.column_stack([inside, ~inside]).astype(float)
    value, drawn = bootstrap_ratio(events, exposure, insides, cluster, resamples=400, rng=np.random.default_rng(1))
    again = bootstrap_ratio(events, exposure, insides, cluster, resamples=400, rng=np.random.default_rng(1))[1]
    assert value.tolist() == pytest.approx([2.0, 0.5])
    assert np.median(drawn[:, 0]) == pytest.approx(2.0, abs=0.1)
    assert np.std(np.log(drawn[:, 0])) == pytest.approx(np.sqrt(1 / 30 + 1 / 40 + 1 / 300 + 1 / 800), rel=0.15)
    assert (drawn == again).all()


def test_redrawing_in_chunks_draws_the_same(monkeypatch) -> None:
    events, exposure, inside, _, cluster = rows((1, 0, 5, 30), (0, 0, 9, 60))
    insides = inside[:, None].astype(float)
    whole = bootstrap_ratio(events, exposure, insides, cluster, resamples=50, rng=np.random.default_rng(1))[1]
    monkeypatch.setattr("training.group_ratio.CHUNK_CELLS", 300)
    parts = bootstrap_ratio(events, exposure, insides, cluster, resamples=50, rng=np.random.default_rng(1))[1]
    assert (whole == parts).all()
