"""Who bears the needless controls of one list: the share of the innocent who are controlled, group against the rest.

Measured at the list's own cut-off, before anybody is controlled, with the model's chances. Only what was listed by
priority counts: the random arm treats all alike by design. Must not know the limit; a gate judges.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import polars as pl

from governance.rules.evidence import GroupRatio, Interval, ListFairnessEvidence
from training.adults import ATTRIBUTES, Group, groups
from training.group_ratio import bootstrap_ratio
from training.inputs import Array, Whole
from training.labels import Labels

PRIORITY, RANDOM_ARM = "priority", "random"
RESAMPLES = 1_000
SCORE_DECIMALS = 6


def list_fairness(
    scores: pl.DataFrame,
    listed: pl.DataFrame,
    adults: pl.DataFrame,
    *,
    measured_on: dt.date,
    min_cell: int,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> ListFairnessEvidence:
    """Innocent-control ratio of every group at the cut-off of a list.

    `scores`: one row a candidate with `unit_id`, `hit_probability`; `listed`: `unit_id`, `arm` of the list; `adults` as
    `adults_at` gives them for all candidates. The ratio is sum(1 - P) over listed adults by sum(1 - P) over all, group
    against the rest; its 95 % interval redraws addresses. None for a group (or a rest) of fewer than `min_cell`.
    """
    rows = _rows(scores, listed, adults)
    innocent = 1.0 - rows["hit_probability"].to_numpy()
    every = list(groups(rows))
    insides = np.column_stack([group.inside for group in every]).astype(np.float64)
    cluster = np.unique(rows["unit_id"].to_numpy().astype(str), return_inverse=True)[1].astype(np.int64)
    controlled = innocent * rows["selected"].to_numpy()
    values, redrawn = bootstrap_ratio(controlled, innocent, insides, cluster, resamples=resamples, rng=rng)
    found = tuple(_group_ratios(every, values, redrawn, min_cell=min_cell))
    return ListFairnessEvidence(measured_on, found, adults.height)


def innocent_ratio(chance: Array, selected: Array, unit: Whole, insides: Array) -> Array:
    """`[groups]` innocent-control ratio, group against the rest, without an interval.

    `chance`, `selected` [units]; `unit` [adults] places of the adults' addresses; `insides` [adults, groups].
    """
    innocent = (1.0 - chance)[unit]
    controlled = innocent * selected[unit]
    with np.errstate(divide="ignore", invalid="ignore"):
        ours = (insides.T @ controlled) / (insides.T @ innocent)
        rest = ((1 - insides).T @ controlled) / ((1 - insides).T @ innocent)
        return np.asarray(ours / rest, dtype=np.float64)


def _rows(scores: pl.DataFrame, listed: pl.DataFrame, adults: pl.DataFrame) -> pl.DataFrame:
    chosen = listed.filter(pl.col("arm") == PRIORITY).select("unit_id", selected=pl.lit(1.0))
    joined = adults.join(scores.select("unit_id", "hit_probability"), on="unit_id", how="inner")
    return joined.join(chosen, on="unit_id", how="left").with_columns(pl.col("selected").fill_null(0.0))


def _group_ratios(every: list[Group], values: Array, redrawn: Array, *, min_cell: int) -> Iterator[GroupRatio]:
    for place, group in enumerate(every):
        size = int(group.inside.sum())
        known = redrawn[:, place][np.isfinite(redrawn[:, place])]
        shown = min(size, len(group.inside) - size) >= min_cell and np.isfinite(values[place]) and len(known)
        low, high = np.quantile(known, [0.025, 0.975]) if shown else (0.0, 0.0)
        ratio = Interval(float(values[place]), float(low), float(high), size) if shown else None
        yield GroupRatio(group.attribute, group.name, ratio)


def later_hits(labels: Labels, *, since: dt.date) -> pl.DataFrame:
    """`address_id`, `hit` of the first usable case of each address opened on `since` or later."""
    opened = labels.cases.filter(pl.col("opened_on") >= since).sort("opened_on", "case_id")
    return opened.unique("address_id", keep="first", maintain_order=True).select("address_id", "hit")


def decisions_table(
    scores: pl.DataFrame, listed: pl.DataFrame, adults: pl.DataFrame, *, hits: pl.DataFrame | None = None
) -> pl.DataFrame:
    """A run as the table that `adressekontrol fairness` reads: one row an adult of a candidate, and no id of any kind.

    `selected` 0/1 int8, `channel` (`random` or `model`), `selection_probability` (of the draw, for rows it drew, else
    null), `hit` 0/1 int8 (null = unknown; `hits`: `address_id`, `hit` of what was closed later), `score` = chance of a
    hit, then the attributes. Sorted by its own values, so that the order says nothing of an address.

    These are special categories of personal data (GDPR art. 9) although no id is in it: the basis of the fairness
    figures covers it, and it leaves the house only as the aggregate that the command makes.
    """
    arms = listed.select("unit_id", "arm", pl.col("selection_probability").cast(pl.Float64))
    known = hits if hits is not None else pl.DataFrame(schema={"address_id": pl.String, "hit": pl.Boolean})
    rows = (
        adults.join(scores.select("unit_id", score=pl.col("hit_probability").round(SCORE_DECIMALS)), on="unit_id")
        .join(arms, on="unit_id", how="left")
        .join(known, on="address_id", how="left")
    )
    drawn = pl.col("arm").eq_missing(RANDOM_ARM)
    columns = rows.select(
        pl.col("arm").is_not_null().cast(pl.Int8).alias("selected"),
        pl.when(drawn).then(pl.lit(RANDOM_ARM)).otherwise(pl.lit("model")).alias("channel"),
        pl.when(drawn).then("selection_probability").alias("selection_probability"),
        pl.col("hit").cast(pl.Int8),
        "score",
        *ATTRIBUTES,
    )
    return columns.sort(columns.columns)
