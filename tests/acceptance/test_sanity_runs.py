"""Runs that must fail loudly or promise nothing: shuffled hits, a column from after the control, a city with nothing to learn.

Each stands beside the run it is to be told apart from, so that a model that never learns anything cannot pass.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools

import numpy as np
import polars as pl
import pytest

from governance.errors import DataContractError
from training.inputs import Inputs
from training.metrics import captured_share
from training.plan import Plan
from training.ranking_model import RankingModel, fit_ranking_model

COST_ORE = 70_000
BASE_RATE = 0.15
NAMES = tuple(f"input_{number}" for number in range(8))
PLAN = Plan(folds=4, max_rounds=80, additive_pairs=3, additive_rounds=200, additive_learning_rate=0.08)


@dataclasses.dataclass(frozen=True)
class City:
    """Rows with a known chance of a hit; a hit saves eight months of the stake and a case takes five hours."""

    matrix: pl.DataFrame
    chance: np.ndarray

    @property
    def true_net(self) -> np.ndarray:
        return self.chance * self.matrix["stake_bif_ore"].to_numpy() * 8.0 - 5 * COST_ORE

    @property
    def no_skill(self) -> np.ndarray:
        return self.matrix["stake_bif_ore"].to_numpy()


@functools.cache
def a_city(rows: int, *, seed: int, signal: bool = True) -> City:
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, len(NAMES)))
    logit = np.log(BASE_RATE / (1 - BASE_RATE)) + signal * (1.2 * x[:, 0] + 0.9 * x[:, 1] * x[:, 2] - 0.7)
    stake = random.lognormal(13.0, 0.6, rows)
    columns = {name: x[:, place] for place, name in enumerate(NAMES)}
    stakes = {
        "stake_bif_ore": stake,
        "stake_buf_ore": stake * 0,
        "stake_kff_ore": stake * 0,
        "stake_society_ore": stake,
    }
    ids = {"unit_id": [f"{seed}-{row}" for row in range(rows)], "address_id": [f"{seed}-{row}" for row in range(rows)]}
    return City(pl.DataFrame(ids | columns | stakes), 1 / (1 + np.exp(-logit)))


def labels_of(city: City, *, hit: np.ndarray) -> pl.DataFrame:
    rows = city.matrix.height
    saving = np.where(hit, city.matrix["stake_bif_ore"].to_numpy() * 8.0, 0.0).astype(np.int64)
    drawn = np.arange(rows) % 4 == 0
    return pl.DataFrame(
        {
            "case_id": city.matrix["unit_id"],
            "opened_on": [dt.date(2020, 1, 1) + dt.timedelta(days=row // 3) for row in range(rows)],
            "closed_on": [dt.date(2020, 4, 1) + dt.timedelta(days=row // 3) for row in range(rows)],
            "channel": np.where(drawn, "random", "rule_list"),
            "selection_probability": pl.Series(np.where(drawn, 0.02, np.nan)).fill_nan(None),
            "hours": np.full(rows, 5.0),
            "hit": hit,
            "saving_bif_ore": saving,
            "saving_buf_ore": saving * 0,
            "saving_kff_ore": saving * 0,
            "saving_society_ore": saving,
            "household": city.matrix["unit_id"],
        }
    )


def train(
    history: City, *, hit: np.ndarray, inputs: Inputs | None = None, matrix: pl.DataFrame | None = None
) -> RankingModel:
    return fit_ranking_model(
        history.matrix if matrix is None else matrix, labels_of(history, hit=hit), inputs=inputs or Inputs(names=NAMES),
        as_of=dt.date(2024, 1, 1), hourly_cost_ore=COST_ORE, seed=7, base_plan=PLAN,
    )  # fmt: skip


def hits_of(city: City, *, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(city.matrix.height) < city.chance


def hits_by_lot(city: City, *, seed: int) -> np.ndarray:
    """Exactly the base rate in the random arm and outside it, so that what is left is the model's doing alone."""
    hit = np.zeros(city.matrix.height, dtype=bool)
    drawn = np.arange(len(hit)) % 4 == 0
    for rows in (np.flatnonzero(drawn), np.flatnonzero(~drawn)):
        hit[np.random.default_rng(seed).permutation(rows)[: round(BASE_RATE * len(rows))]] = True
    return hit


def captured(model: RankingModel, pool: City) -> float:
    return captured_share(
        model.score(pool.matrix)["expected_net_ore"].to_numpy(), pool.true_net, pool.matrix.height // 20
    )


def test_shuffled_hits_fall_to_no_skill_and_true_hits_do_not() -> None:
    history, pool = a_city(1_500, seed=1), a_city(6_000, seed=2)
    hit = hits_of(history, seed=3)
    shuffled = [np.random.default_rng(seed).permutation(hit) for seed in (4, 5)]
    nothing = captured_share(pool.no_skill, pool.true_net, 300)
    assert np.mean([captured(train(history, hit=wrong), pool) for wrong in shuffled]) < nothing + 0.1
    assert captured(train(history, hit=hit), pool) > nothing + 0.3


@pytest.mark.parametrize("column", ["outcome", "hours", "saving_bif_ore", "closed_on"])
def test_a_column_that_only_a_control_can_tell_is_refused_by_name(column: str) -> None:
    with pytest.raises(DataContractError, match=column):
        Inputs(names=(*NAMES, column))


@pytest.mark.parametrize("leak", ["value", "absence", "noisy"])
def test_a_leak_under_an_innocent_name_is_refused_by_what_it_tells(leak: str) -> None:
    history = a_city(1_500, seed=1)
    hit = hits_of(history, seed=3)
    noise = np.random.default_rng(8).normal(size=len(hit))
    column = {
        "value": np.where(hit, 0.0, 1.0),
        "absence": np.where(hit, noise, np.nan),
        "noisy": 3.5 * hit + noise,
    }[leak]
    tainted = history.matrix.with_columns(months_since_change=pl.Series(column))
    with pytest.raises(DataContractError, match="months_since_change"):
        train(history, hit=hit, inputs=Inputs(names=(*NAMES, "months_since_change")), matrix=tainted)


def test_a_strong_but_honest_input_is_not_taken_for_a_leak() -> None:
    history = a_city(1_500, seed=1)
    hit = hits_of(history, seed=3)
    strong = history.matrix.with_columns(strong=pl.Series(2.0 * hit + np.random.default_rng(8).normal(size=len(hit))))
    assert train(history, hit=hit, inputs=Inputs(names=(*NAMES, "strong")), matrix=strong).hits == int(hit.sum())


def test_a_city_with_nothing_to_learn_gets_its_base_rate_and_no_promise() -> None:
    history, pool = a_city(1_500, seed=1, signal=False), a_city(6_000, seed=2, signal=False)
    ratios, spreads = [], []
    for seed in (3, 4, 5):
        scored = train(history, hit=hits_by_lot(history, seed=seed)).score(pool.matrix)
        top = np.argsort(-scored["expected_net_ore"].to_numpy())[:300]
        true_saving = (pool.chance * pool.matrix["stake_bif_ore"].to_numpy() * 8.0)[top].sum()
        ratios.append(scored["expected_municipal_ore"].to_numpy()[top].sum() / true_saving)
        spreads.append(scored["hit_probability"].std())
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.1)
    assert np.mean(spreads) < 0.02


def test_a_city_with_something_to_learn_is_told_apart() -> None:
    history = a_city(1_500, seed=1)
    scored = train(history, hit=hits_of(history, seed=3)).score(a_city(6_000, seed=2).matrix)
    assert scored["hit_probability"].std() > 0.08  # type: ignore[operator]
