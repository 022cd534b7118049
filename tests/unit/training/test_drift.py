"""Drift: a changed world is seen, an unchanged one is not, whatever its size; and the profile shows no person."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from governance.errors import DataContractError
from training.drift import LEAST_ROWS, InputProfile, Profile, drift_evidence, make_profile

LIMIT = 0.25
NAMES = ("amount", "count", "rare", "gap")


def candidates(rows: int, *, seed: int, move: float = 0.0, unknown: float = 0.3) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    gap = random.normal(size=rows)
    return pl.DataFrame(
        {
            "amount": random.lognormal(8 + move, 0.6, rows),
            "count": random.poisson(1.0, rows).astype(float),
            "rare": (random.random(rows) < 0.03).astype(float),
            "gap": np.where(random.random(rows) < unknown, np.nan, gap),
        }
    )


def test_the_index_is_the_sum_by_the_formula_less_what_chance_gives() -> None:
    # 2,000 rows, half below the edge then and a tenth now; chi-square with 1 degree of freedom: 95 % point 3.841459.
    profile = Profile(2_000, {"x": InputProfile(edges=(0.5,), shares=(0.5, 0.5), unknown_apart=False)})
    now = pl.DataFrame({"x": [0.0] * 200 + [1.0] * 1_800})
    low, high = 200.5 / 2_001, 1_800.5 / 2_001
    raw = (low - 0.5) * np.log(low / 0.5) + (high - 0.5) * np.log(high / 0.5)
    assert drift_evidence(profile, now).index["x"] == pytest.approx(raw - 3.841459 / 1_000, abs=1e-6)
    assert raw == pytest.approx(0.877, abs=0.01)


def test_a_value_on_an_edge_belongs_below_it() -> None:
    profile = Profile(100, {"x": InputProfile(edges=(1.0,), shares=(0.9, 0.1), unknown_apart=False)})
    on_edge, above = (pl.DataFrame({"x": [value] * 100}) for value in (1.0, 1.1))
    assert drift_evidence(profile, on_edge).index["x"] < LIMIT < drift_evidence(profile, above).index["x"]


@pytest.mark.parametrize("rows", [50, 100, 400, 3_000])
def test_two_halves_of_one_pool_are_alike(rows) -> None:
    worst = []
    for seed in range(40):
        pool = candidates(rows, seed=seed)
        evidence = drift_evidence(make_profile(pool[: rows // 2], NAMES), pool[rows // 2 :])
        worst.append(max(evidence.index.values()))
        assert evidence.candidates == rows - rows // 2
    assert max(worst) < 0.2
    assert np.mean(worst) < 0.1


@pytest.mark.parametrize("rows", [150, 2_000])
def test_a_changed_world_is_named_by_its_input(rows) -> None:
    profile = make_profile(candidates(rows, seed=1), NAMES)
    dearer = drift_evidence(profile, candidates(rows, seed=2, move=0.9)).index
    assert dearer["amount"] > LIMIT
    assert max(dearer[name] for name in NAMES if name != "amount") < 0.1


@pytest.mark.parametrize(("before", "after"), [(0.3, 0.9), (0.9, 0.1), (0.0, 0.6), (0.003, 0.6)])
def test_a_register_that_stops_or_starts_to_tell_is_seen(before, after) -> None:
    profile = make_profile(candidates(2_000, seed=1, unknown=before), NAMES)
    assert drift_evidence(profile, candidates(2_000, seed=2, unknown=after)).index["gap"] > LIMIT


@pytest.mark.parametrize("rows", [20, 45, 120, 1_000])
@pytest.mark.parametrize("unknown", [0.0, 0.02, 0.5, 1.0])
def test_no_cell_of_the_profile_is_of_few_persons(rows, unknown) -> None:
    for known in make_profile(candidates(rows, seed=rows, unknown=unknown), NAMES).inputs.values():
        cells = np.array(known.shares) * rows
        assert cells.sum() == pytest.approx(rows)
        assert cells.min() > LEAST_ROWS - 1e-6
        assert len(known.shares) == len(known.edges) + 1 + known.unknown_apart


def test_no_edge_of_the_profile_is_the_value_of_a_row() -> None:
    pool = candidates(500, seed=3)
    for name, known in make_profile(pool, NAMES).inputs.items():
        assert not set(known.edges) & set(pool[name].to_list())


def test_too_few_to_tell_are_refused() -> None:
    with pytest.raises(DataContractError):
        make_profile(candidates(LEAST_ROWS - 1, seed=1), NAMES)
    with pytest.raises(DataContractError):
        drift_evidence(make_profile(candidates(100, seed=1), NAMES), candidates(100, seed=1).clear())
