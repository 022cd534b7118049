"""The list while a stop is in force: drawn at random, or by the old rule list, and never by the model.

It says so in every row, in the run record and on the command line. It knows no score; what a case may bring or cost is
not told, because nothing was predicted.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import polars as pl

from governance.errors import UsageError
from service.random_arm import Seed, draw, draw_table
from service.worklist import GENERAL_CONTROL, Worklist
from service.worklist_files import PARQUET_COLUMNS
from training.rule_list import rule_score

Fallback = Literal["random", "rules"]
FALLBACKS: tuple[str, ...] = get_args(Fallback)
FALLBACK = "uden model"
"""Stands where a model's version otherwise does."""

REASONS_DA = {
    "random": "Modellen er stoppet: sagen er trukket tilfældigt blandt adresser med hjemmel til generel kontrol",
    "rules": "Modellen er stoppet: sagen er valgt efter den gamle regelliste",
}
MONEY = (
    "expected_bif_ore", "expected_buf_ore", "expected_kff_ore", "expected_municipal_ore", "expected_society_ore",
    "expected_net_ore", "net_low_ore", "net_high_ore",
)  # fmt: skip
CHANCES = ("hit_probability", "hit_low", "hit_high")


def require_fallback(kind: str) -> None:
    """Refuse a word that names no fallback."""
    if kind not in FALLBACKS:
        raise UsageError("There is no such fallback.", item=kind, remedy=f"Use one of: {', '.join(FALLBACKS)}.")


def fallback_list(matrix: pl.DataFrame, *, kind: str, hours: float, hours_a_case: float, seed: Seed) -> Worklist:
    """As many cases as `hours` hold at `hours_a_case` each, from the candidates of `matrix` (unit columns, features).

    `random`: every candidate for general control with the same probability. `rules`: the most points first, equal ones
    in an order drawn by `seed`.
    """
    if kind == "random":
        return _at_random(matrix, size=int(hours // hours_a_case), hours_a_case=hours_a_case, seed=seed)
    return _by_rules(matrix, size=int(hours // hours_a_case), hours_a_case=hours_a_case, seed=seed)


def _at_random(matrix: pl.DataFrame, *, size: int, hours_a_case: float, seed: Seed) -> Worklist:
    general = matrix.filter(pl.col("legal_basis").str.contains(GENERAL_CONTROL)).sort("unit_id")
    drawing = min(size, general.height)
    chance = np.full(general.height, drawing / max(general.height, 1))
    drawn = draw(chance, seed=seed) if drawing else np.array([], dtype=np.int64)
    rows = general[np.random.default_rng([seed.value, 1]).permutation(drawn)]
    listed = rows.with_columns(arm=pl.lit("random"), selection_probability=pl.lit(drawing / max(general.height, 1)))
    others = matrix.join(general, on="unit_id", how="anti").sort("unit_id")["unit_id"]
    none = draw_table(others, np.zeros(len(others)), np.array([], dtype=np.int64))
    return _worklist(listed, pl.concat([draw_table(general["unit_id"], chance, drawn), none]), hours_a_case)


def _by_rules(matrix: pl.DataFrame, *, size: int, hours_a_case: float, seed: Seed) -> Worklist:
    ordered = matrix.sort("unit_id")
    lot = np.random.default_rng([seed.value, 1]).permutation(ordered.height)
    ranked = ordered.with_columns(points=pl.Series(rule_score(ordered), dtype=pl.Float64), lot=pl.Series(lot))
    rows = ranked.sort("points", "lot", descending=[True, False]).head(size)
    listed = rows.with_columns(arm=pl.lit("rules"), selection_probability=pl.lit(1.0))
    none = np.zeros(ordered.height)
    return _worklist(listed, draw_table(ordered["unit_id"], none, np.array([], dtype=np.int64)), hours_a_case)


def _worklist(listed: pl.DataFrame, draws: pl.DataFrame, hours_a_case: float) -> Worklist:
    columns = ("unit_id", "address_id", "legal_basis", "arm", "selection_probability")
    rows = listed.select(columns).with_columns(
        rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64), expected_hours=pl.lit(hours_a_case)
    )
    return Worklist(rows, draws, hours_a_case * rows.height)


def fallback_rows(listed: pl.DataFrame, *, kind: str, run_id: str) -> pl.DataFrame:
    """The rows of the list in `PARQUET_COLUMNS`; what a model would have said is null."""
    return listed.with_columns(
        *(pl.lit(None, pl.Int64).alias(name) for name in MONEY),
        *(pl.lit(None, pl.Float64).alias(name) for name in CHANCES),
        reasons_for=pl.lit(REASONS_DA[kind]),
        reasons_against=pl.lit(""),
        model_version=pl.lit(FALLBACK),
        run_id=pl.lit(run_id),
    ).select(PARQUET_COLUMNS)


def mean_hours(hours: pl.Series) -> float:
    """Mean hours of the closed cases that recorded any; 8 without one (a case takes 2-20, registers.md)."""
    mean = hours.drop_nulls().mean()
    return max(float(mean), 0.5) if isinstance(mean, float) else 8.0
