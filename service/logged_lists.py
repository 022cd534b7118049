"""What is logged of every candidate besides its place in the draw: its promise, and which lists would have shown it.

Kept when the list is made, because afterwards nobody can tell which policy would have listed a case that was drawn. All
lists hold the same hours. Must not change a list: it is told what was listed, and reads.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from features.build import STAKES
from service.random_arm import Seed
from service.worklist import Worklist, best_that_fit, by_net_per_hour
from training.ranking_model import RankingModel
from training.rule_list import rule_score

LOGGED_COLUMNS = (
    "promised_ore", "hit_probability", "hours", "listed_by_model", "listed_by_rules", "listed_by_logistic", "certain",
)  # fmt: skip
NOBODY = pl.Series([], dtype=pl.String)


def with_lists(
    worklist: Worklist, scores: pl.DataFrame, matrix: pl.DataFrame, *, model: RankingModel, hours: float, seed: Seed,
    as_ranked: bool = True,
) -> Worklist:  # fmt: skip
    """The same worklist, its `draws` with `LOGGED_COLUMNS`.

    `promised_ore`, `hit_probability` and `hours` float64 of every candidate; `listed_by_*` bool, with no random arm and
    the same `hours`; null where there is no such list (`as_ranked` False: another order than the model's was made).
    """
    logged = scores.select(
        "unit_id",
        "hit_probability",
        promised_ore=pl.col("expected_municipal_ore"),
        hours=pl.col("expected_hours"),
    )
    named = {
        "listed_by_model": best_that_fit(scores, NOBODY, hours)["unit_id"],
        "listed_by_rules": _listed(scores, rule_score(matrix), hours, seed),
        "listed_by_logistic": _by_logistic(scores, matrix, model, hours, seed),
        "certain": certain_units(scores, worklist, hours=hours) if as_ranked else None,
    }
    logged = logged.with_columns(**{name: _among(units) for name, units in named.items()})
    draws = worklist.draws.join(logged, on="unit_id", how="left", maintain_order="left")
    return replace(worklist, draws=draws.select(*worklist.draws.columns, *LOGGED_COLUMNS))


def benefit_promises(scores: pl.DataFrame, stakes: pl.DataFrame) -> pl.DataFrame:
    """unit_id, benefit, administration and promised_ore (float64) of the units in both; sums to the units' promise.

    `stakes` as `features.build.stakes_by_benefit` gives them: every benefit of an administration for the same months.
    """
    months = pl.concat(
        scores.select(
            "unit_id", "hit_probability", administration=pl.lit(office), months=pl.col(f"months_{office.lower()}")
        )
        for office in ("BIF", "BUF", "KFF")
    )
    promised = (pl.col("hit_probability") * pl.col("months") * pl.col("stake_ore")).alias("promised_ore")
    return stakes.join(months, on=["unit_id", "administration"], maintain_order="left").select(
        "unit_id", "benefit", "administration", promised
    )


def certain_units(scores: pl.DataFrame, worklist: Worklist, *, hours: float) -> pl.Series:
    """Candidates that are controlled whatever is drawn: drawn themselves or, if not, listed.

    They stand so high that all before them fit the hours that are left after the longest cases the arm could draw.
    """
    general = worklist.draws.filter(pl.col("selection_probability") > 0)["unit_id"]
    drawn = int(worklist.draws["drawn"].sum())
    could = scores.filter(pl.col("unit_id").is_in(general.implode()))
    longest = float(could["expected_hours"].sort(descending=True).head(drawn).sum())
    worth = by_net_per_hour(scores.filter(pl.col("expected_net_ore") > 0))
    return worth.filter(pl.col("expected_hours").cum_sum() <= hours - longest)["unit_id"]


def _by_logistic(
    scores: pl.DataFrame, matrix: pl.DataFrame, model: RankingModel, hours: float, seed: Seed
) -> pl.Series | None:
    chance = model.plain_chance(matrix.select("unit_id", *model.inputs.names, *STAKES))
    return None if chance is None else _listed(scores, chance, hours, seed)


def _listed(scores: pl.DataFrame, worth: np.typing.NDArray[np.float64], hours: float, seed: Seed) -> pl.Series:
    """The most `worth` (above 0) first, equal ones by lot; a case that does not fit the hours is passed over."""
    ordered = scores.select("unit_id", "expected_hours").with_columns(worth=pl.Series(worth)).sort("unit_id")
    lot = np.random.default_rng([seed.value, 2]).permutation(ordered.height)
    ranked = ordered.with_columns(lot=pl.Series(lot)).filter(pl.col("worth") > 0)
    ranked = ranked.sort("worth", "lot", descending=[True, False])
    left, taken = hours, []
    for needed in ranked["expected_hours"]:
        taken.append(needed <= left)
        left -= needed if taken[-1] else 0.0
    return ranked.filter(pl.Series(taken, dtype=pl.Boolean))["unit_id"]


def _among(units: pl.Series | None) -> pl.Expr:
    return pl.lit(None, pl.Boolean) if units is None else pl.col("unit_id").is_in(units.implode())
