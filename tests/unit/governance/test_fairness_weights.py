"""Weights: nothing changes without them, exact sums with them, and unbiased over repeated samples of a known town."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from governance.fairness import measure
from governance.fairness.metrics import NAMES
from tests.decision_tables import figures, random_table


@pytest.mark.parametrize("probability", [None, 1.0, float("nan")])
def test_probabilities_of_one_or_none_change_nothing(probability: float | None) -> None:
    table = random_table(seed=1, rows=500)
    column = pl.lit(probability, pl.Float64).alias("selection_probability")
    plain, weighted = measure(table, groups=["a"]), measure(table.with_columns(column), groups=["a"])
    assert weighted.groups == plain.groups


def test_a_probability_of_one_weighs_as_an_empty_one() -> None:
    """Filled in for the rows that are not random it may not turn the meaning of the random rows' own."""
    drawn = pl.col("channel") == "random"
    table = random_table(seed=2, rows=500).with_columns(pl.when(drawn).then(0.1).alias("selection_probability"))
    filled = table.with_columns(pl.col("selection_probability").fill_null(1.0))
    assert measure(filled, groups=["a"]).groups == measure(table, groups=["a"]).groups


def test_every_row_weighs_one_over_its_probability() -> None:
    table = random_table(seed=4, rows=800, probabilities=True).with_columns(w=1 / pl.col("selection_probability"))
    found = figures(measure(table, groups=["a"]), "a", "q")
    group = table.filter(pl.col("a") == "q")
    others, drawn = group.filter(pl.col("channel") != "random"), group.filter(pl.col("channel") == "random")
    selected = others.filter(pl.col("selected") == 1)
    misses = selected.filter(pl.col("hit") == 0)
    all_selected = table.filter((pl.col("channel") != "random") & (pl.col("selected") == 1))
    all_drawn = table.filter(pl.col("channel") == "random")
    expected = {
        "selection_rate": selected["w"].sum() / others["w"].sum(),
        "share_selected": selected["w"].sum() / all_selected["w"].sum(),
        "share_random": drawn["w"].sum() / all_drawn["w"].sum(),
        "precision": 1 - misses["w"].sum() / selected["w"].sum(),
        "false_positive_rate": misses["w"].sum() / others.filter(pl.col("hit") == 0)["w"].sum(),
        "false_positive_share": misses["w"].sum() / others["w"].sum(),
        "needless_per_1000": 1000 * misses["w"].sum() / group["w"].sum(),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-12)


def test_probabilities_of_the_random_draw_weigh_the_sample_and_no_other_figure() -> None:
    table = random_table(seed=6, rows=800)
    drawn = pl.col("channel") == "random"
    probability = pl.when(pl.col("a") == "p").then(0.05).otherwise(0.2)
    weighted = table.with_columns(pl.when(drawn).then(probability).alias("selection_probability"))
    plain, found = figures(measure(table, groups=["a"]), "a", "p"), figures(measure(weighted, groups=["a"]), "a", "p")
    assert {name for name in NAMES if found[name] != plain[name]} == {"share_random", "representation_ratio"}
    sample = table.filter(drawn)
    of_group = (sample["a"] == "p").sum()
    assert found["share_random"] == pytest.approx(20 * of_group / (20 * of_group + 5 * (sample.height - of_group)))


def town(rows: int) -> pl.DataFrame:
    """Everybody of a town with what is true of them: the group of a fifth is selected twice as often, and wrongly."""
    rng = np.random.default_rng(11)
    group = rng.random(rows) < 0.2
    hit = rng.random(rows) < np.where(group, 0.2, 0.25)
    selected = rng.random(rows) < np.where(group, 0.5, 0.25) + 0.2 * hit
    return pl.DataFrame({"g": np.where(group, "few", "many"), "selected": selected * 1, "hit": hit * 1})


def test_weighted_figures_are_those_of_the_town_over_many_samples() -> None:
    """Rows come into the table with probabilities that depend on group, choice and outcome: unweighted is far off."""
    everybody = town(20_000)
    truth = figures(measure(everybody, groups=["g"], resamples=2), "g", "few")
    probability = 0.05 + 0.2 * (pl.col("g") == "few") + 0.1 * (pl.col("selected") == 1) + 0.1 * (pl.col("hit") == 1)
    listed = everybody.with_columns(probability.alias("selection_probability"))
    rng, names = np.random.default_rng(12), [name for name, figure in truth.items() if figure is not None]
    weighted, plain = [], []
    for _ in range(40):
        sample = listed.filter(pl.Series(rng.random(listed.height)) < listed["selection_probability"])
        for found, table in ((weighted, sample), (plain, sample.drop("selection_probability"))):
            one = figures(measure(table, groups=["g"], resamples=2), "g", "few")
            found.append([one[name] for name in names])
    expected = np.array([truth[name] for name in names])
    error = np.std(weighted, axis=0) / np.sqrt(len(weighted))
    assert np.all(np.abs(np.mean(weighted, axis=0) - expected) < 4 * error)
    assert np.any(np.abs(np.mean(plain, axis=0) - expected) > 20 * error)


def test_share_of_the_random_sample_is_that_of_the_town_whatever_the_draw() -> None:
    rng, everybody = np.random.default_rng(13), town(20_000)
    probability = np.where(everybody["g"] == "few", 0.05, 0.01)
    shares = []
    for _ in range(40):
        drawn = rng.random(everybody.height) < probability
        table = everybody.with_columns(
            channel=np.where(drawn, "random", "model"), selection_probability=np.where(drawn, probability, np.nan)
        )
        shares.append(figures(measure(table, groups=["g"], resamples=2), "g", "few")["share_random"])
    truth = (everybody["g"] == "few").mean()
    assert abs(np.mean(shares) - truth) < 4 * np.std(shares) / np.sqrt(len(shares))
    assert np.mean(shares) < 0.25  # counted unweighted the drawn are more than half of the few


def test_a_weighted_interval_is_wider_than_one_of_as_many_equal_rows() -> None:
    table = random_table(seed=8, rows=2000, probabilities=True)
    weighted = measure(table, groups=["a"]).groups["a"]["p"].metrics["precision"]
    plain = measure(table.drop("selection_probability"), groups=["a"]).groups["a"]["p"].metrics["precision"]
    assert weighted.high - weighted.low > 1.1 * (plain.high - plain.low)
