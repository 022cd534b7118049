"""The worklist: capacity filled by expected net saving per hour, with a random arm inside it.

Takes scored candidates and returns rows in list order. It knows no register, no person and no explanation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from service.random_arm import Seed, arm_size, draw, draw_probabilities, draw_table

GENERAL_CONTROL = "retssikkerhedsloven_11a"
"""Only candidates with a basis for general control may be drawn at random (method.md, *Random arm*)."""


@dataclass(frozen=True)
class Worklist:
    """`rows`: scored candidates in list order with `rank`, `arm`, `selection_probability`; `draws`: every candidate."""

    rows: pl.DataFrame
    draws: pl.DataFrame
    hours_used: float


PriorityChoice = Callable[[pl.DataFrame, pl.Series, float], pl.DataFrame]
"""Every candidate, the units that the random arm took, and the hours left, to the rows listed by priority in order."""


def by_net_per_hour(scores: pl.DataFrame) -> pl.DataFrame:
    """The scores in order of expected net saving per hour; equal cases by unit id, so that the order is one."""
    return scores.with_columns(net_per_hour=pl.col("expected_net_ore") / pl.col("expected_hours")).sort(
        "net_per_hour", "unit_id", descending=[True, False]
    )


def rank_all(scores: pl.DataFrame) -> Worklist:
    """Every candidate by the model alone: for evaluation, without random arm, not for use."""
    ordered = by_net_per_hour(scores).with_columns(arm=pl.lit("priority"), selection_probability=pl.lit(1.0))
    draws = draw_table(scores["unit_id"], np.zeros(scores.height), np.array([], dtype=np.int64))
    return Worklist(_numbered(ordered), draws, float(ordered["expected_hours"].sum()))


def best_that_fit(scores: pl.DataFrame, drawn: pl.Series, hours: float) -> pl.DataFrame:
    """The best net saving per hour: a case that does not fit is passed over, a later and smaller one may."""
    worth = by_net_per_hour(scores.filter(~pl.col("unit_id").is_in(drawn.implode()), pl.col("expected_net_ore") > 0))
    left, taken = hours, []
    for needed in worth["expected_hours"]:
        taken.append(needed <= left)
        left -= needed if taken[-1] else 0.0
    return worth.filter(pl.Series(taken, dtype=pl.Boolean))


def fill_capacity(
    scores: pl.DataFrame, *, hours: float, random_share: float, seed: Seed, choose: PriorityChoice = best_that_fit
) -> Worklist:
    """A list of at most `hours` expected hours: the random arm first, then what `choose` takes of the rest.

    A case that is expected to cost more than it saves is not listed by priority. Random cases stand at random places,
    so that the place does not give them away.
    """
    general = scores.filter(pl.col("legal_basis").str.contains(GENERAL_CONTROL)).sort("unit_id")
    size = arm_size(general["expected_hours"].to_numpy(), budget_hours=hours, share=random_share)
    probabilities = draw_probabilities(_deviation(general), size=size) if size else np.zeros(general.height)
    drawn = draw(probabilities, seed=seed) if size else np.array([], dtype=np.int64)
    draws = _of_every_candidate(draw_table(general["unit_id"], probabilities, drawn), scores)
    random_rows = _random_rows(scores, draws)
    chosen = choose(scores, random_rows["unit_id"], hours - _hours(random_rows))
    priority = chosen.with_columns(selection_probability=pl.lit(1.0), arm=pl.lit("priority"))
    rows = _mixed(priority, random_rows, seed=seed)
    return Worklist(_numbered(rows), draws, _hours(rows))


def _of_every_candidate(draws: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """The draw with the candidates that may not be drawn, whose probability is 0."""
    others = scores.join(draws, on="unit_id", how="anti").sort("unit_id")["unit_id"]
    return pl.concat([draws, draw_table(others, np.zeros(len(others)), np.array([], dtype=np.int64))])


def _deviation(scores: pl.DataFrame) -> NDArray[np.float64]:
    """Standard deviation of the saving, øre: a hit with probability P saves E/P, so its sd is E·√((1 − P)/P)."""
    chance = scores["hit_probability"].to_numpy().astype(np.float64)
    return scores["expected_municipal_ore"].to_numpy().astype(np.float64) * np.sqrt((1 - chance) / chance)


def _hours(rows: pl.DataFrame) -> float:
    return float(rows["expected_hours"].sum())


def _random_rows(scores: pl.DataFrame, draws: pl.DataFrame) -> pl.DataFrame:
    drawn = draws.filter("drawn").select("unit_id", "selection_probability")
    return by_net_per_hour(scores.join(drawn, on="unit_id")).with_columns(arm=pl.lit("random"))


def _mixed(priority: pl.DataFrame, random_rows: pl.DataFrame, *, seed: Seed) -> pl.DataFrame:
    rng = np.random.default_rng([seed.value, 1])
    size = priority.height + random_rows.height
    places = np.sort(rng.choice(size, random_rows.height, replace=False))
    others = np.setdiff1d(np.arange(size), places)
    shuffled = rng.permutation(places)
    stacked = pl.concat([priority, random_rows.select(priority.columns)])
    return stacked.with_columns(place=pl.Series(np.concatenate([others, shuffled]))).sort("place").drop("place")


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.drop("net_per_hour").with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
