"""The list without a model: by lot with one probability for all, or by the old points; never by a score."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from governance.errors import UsageError
from service.fallback import FALLBACKS, REASONS_DA, fallback_list, fallback_rows, mean_hours, require_fallback
from service.random_arm import Seed
from service.worklist_files import PARQUET_COLUMNS
from training.rule_list import POINTS

GENERAL, SIGNAL = "retssikkerhedsloven_11a", "cpr_10"


def candidates(*points: float, basis: str = GENERAL) -> pl.DataFrame:
    """One candidate a figure: how often it was seen what the rule list looks for most."""
    names = [f"unit {place:02d}" for place in range(len(points))]
    seen = {name: [0.0] * len(points) for name in POINTS} | {"single_with_spouse": list(points)}
    words = {"unit_id": names, "address_id": names, "legal_basis": [basis] * len(points)}
    return pl.DataFrame(words | seen, schema_overrides=dict.fromkeys(words, pl.String))


def listed(matrix: pl.DataFrame, kind: str, *, hours: float = 24.0, seed: int = 3) -> list[str]:
    return fallback_list(matrix, kind=kind, hours=hours, hours_a_case=8.0, seed=Seed(seed)).rows["unit_id"].to_list()


@pytest.mark.parametrize("kind", FALLBACKS)
def test_it_fills_the_hours_and_no_more(kind: str) -> None:
    matrix = candidates(*range(10))
    for hours, cases in ((7.9, 0), (8.0, 1), (25.0, 3), (800.0, 10)):
        made = fallback_list(matrix, kind=kind, hours=hours, hours_a_case=8.0, seed=Seed(3))
        assert (made.rows.height, made.hours_used) == (cases, 8.0 * cases)
        assert made.rows["rank"].to_list() == list(range(1, cases + 1))
        assert made.draws.height == 10


@pytest.mark.parametrize("kind", FALLBACKS)
def test_without_candidates_there_is_an_empty_list(kind: str) -> None:
    made = fallback_list(candidates(), kind=kind, hours=100, hours_a_case=8.0, seed=Seed(3))
    assert made.rows.is_empty() and made.draws.is_empty()
    assert fallback_rows(made.rows, kind=kind, run_id="r").columns == list(PARQUET_COLUMNS)


def test_the_old_rules_list_the_most_points_first_and_draw_among_equals() -> None:
    assert listed(candidates(0, 2, 1, 0, 0), "rules")[:2] == ["unit 01", "unit 02"]
    firsts = {listed(candidates(1, 1, 1, 1), "rules", seed=seed)[0] for seed in range(40)}
    assert len(firsts) == 4


def test_the_order_of_the_candidates_does_not_matter() -> None:
    matrix = candidates(0, 1, 2, 1, 0, 1)
    for kind in FALLBACKS:
        assert listed(matrix, kind) == listed(matrix.reverse(), kind)


def test_the_lot_draws_everybody_alike_whatever_the_points() -> None:
    matrix = candidates(*([9] * 3), *([0] * 7))
    counted = np.zeros(10)
    for seed in range(2_000):
        for name in listed(matrix, "random", seed=seed):
            counted[int(name.removeprefix("unit "))] += 1
    # three of ten: 600 each, standard deviation 20
    assert np.all(np.abs(counted - 600) < 100)
    made = fallback_list(matrix, kind="random", hours=24, hours_a_case=8.0, seed=Seed(1))
    assert set(made.draws["selection_probability"]) == {0.3}
    assert set(made.rows["selection_probability"]) == {0.3}


def test_the_lot_reaches_nobody_without_a_basis_for_general_control() -> None:
    matrix = pl.concat([candidates(0, 0), candidates(0, 0, basis=SIGNAL).with_columns(pl.col("unit_id") + " signal")])
    drawn = listed(matrix, "random", hours=800)
    assert sorted(drawn) == ["unit 00", "unit 01"]
    made = fallback_list(matrix, kind="random", hours=800, hours_a_case=8.0, seed=Seed(1))
    none = made.draws.filter(pl.col("unit_id").str.contains("signal"))
    assert none.height == 2 and set(none["selection_probability"]) == {0.0}
    assert len(listed(matrix, "rules", hours=800)) == 4


@pytest.mark.parametrize("kind", FALLBACKS)
def test_every_row_says_that_no_model_chose_it(kind: str) -> None:
    made = fallback_list(candidates(1, 2, 3), kind=kind, hours=24, hours_a_case=8.0, seed=Seed(3))
    rows = fallback_rows(made.rows, kind=kind, run_id="run")
    assert rows.columns == list(PARQUET_COLUMNS)
    assert set(rows["reasons_for"]) == {REASONS_DA[kind]} and "Modellen er stoppet" in REASONS_DA[kind]
    assert set(rows["model_version"]) == {"uden model"} and set(rows["run_id"]) == {"run"}
    assert rows["hit_probability"].null_count() == rows["expected_net_ore"].null_count() == 3
    assert rows.schema["expected_net_ore"] == pl.Int64


def test_mean_hours_of_what_was_recorded() -> None:
    assert mean_hours(pl.Series([4.0, None, 8.0])) == 6.0
    assert mean_hours(pl.Series([None], dtype=pl.Float64)) == 8.0
    assert mean_hours(pl.Series([], dtype=pl.Float64)) == 8.0
    assert mean_hours(pl.Series([0.0])) == 0.5


def test_a_word_that_is_no_fallback_is_refused() -> None:
    for kind in FALLBACKS:
        require_fallback(kind)
    with pytest.raises(UsageError, match="no such fallback"):
        require_fallback("dice")
