"""The matrix: one row a unit, one float64 column a feature, with the hash of what it came from.

Two declarations away from any register: it only reads views, so it can see nothing that was not known on the day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

import narwhals as nw
import polars as pl

from features.definitions import load_catalogue_of_features
from features.engines import Engine, Frame
from features.feature import Feature
from features.lawful import LawfulEngine, lawful_features
from features.views.assembly import build_views
from features.world import make_world
from governance.benefits import Catalogue, load_catalogue
from governance.legal_bases import Lawful

STAKES = ("stake_bif_ore", "stake_buf_ore", "stake_kff_ore", "stake_society_ore")
UNIT_COLUMNS = ("unit_id", "address_id", "as_of")
DATE_SUFFIX = "__fact_on"
ORE_A_KRONE = 100


def build_matrix(
    engine: Engine,
    units: pl.DataFrame,
    *,
    benefits: Catalogue | None = None,
    with_fact_dates: bool = False,
    lawful: Lawful | None = None,
    staked: Collection[str] | None = None,
) -> pl.DataFrame:
    """Compute the features for `units` (`unit_id` str, `address_id` str, `as_of` date), each as known at its own day.

    Returns the units' columns in their order, one float64 column a feature in catalogue order (null = unknown) and the
    four stakes: monthly øre of the running grants by administration (bif, buf, kff: the municipality's part after state
    refund) and gross of all (society). With `with_fact_dates` also `<feature>__fact_on` (date, null): the day the
    newest contributing row was recorded.

    What has no basis in `lawful` is not looked at: the column of such a feature is null for every unit, and without
    `benefit_payment` the catalogue's rate is at stake. None computes the declared catalogue on whatever the engine
    holds, which is for whoever has held the registers to the bases before. `staked`: only grants of these benefits
    count as stakes; features are what they are.
    """
    seen = LawfulEngine(engine, lawful) if lawful else engine
    views = build_views(make_world(seen, units), benefits or load_catalogue())
    declared = load_catalogue_of_features()
    catalogue = {name: declared[name] for name in lawful_features(lawful)} if lawful else declared
    matrix = units
    for view, features in _by_view(catalogue).items():
        if view != "unit":
            summed = seen.collect(_aggregate(views[view], features, with_fact_dates=with_fact_dates))
            matrix = matrix.join(summed, on="unit_id", how="left", maintain_order="left")
    stakes = _stakes(seen, views, staked)
    matrix = _filled(matrix.join(stakes, on="unit_id", how="left", maintain_order="left"), catalogue)
    matrix = _with_derived(matrix, catalogue, with_fact_dates=with_fact_dates)
    return _in_order(matrix, units.columns, declared, with_fact_dates=with_fact_dates)


def _in_order(
    matrix: pl.DataFrame, first: Sequence[str], declared: Mapping[str, Feature], *, with_fact_dates: bool
) -> pl.DataFrame:
    """The columns of every matrix; a feature that was not computed is unknown everywhere."""
    dates = [name + DATE_SUFFIX for name in declared] if with_fact_dates else []
    typed = dict.fromkeys(declared, pl.Float64) | dict.fromkeys(dates, pl.Date)
    absent = [pl.lit(None, kind).alias(name) for name, kind in typed.items() if name not in matrix.columns]
    return matrix.with_columns(absent).select(*first, *declared, *STAKES, *dates)


def matrix_hash(matrix: pl.DataFrame) -> str:
    """SHA-256 over names, types and values, independent of chunking; part of a run's identity."""
    digest = hashlib.sha256()
    for column in matrix.iter_columns():
        digest.update(f"{column.name}:{column.dtype}:{len(column)}".encode())
        numeric = column.dtype.is_numeric()
        digest.update(column.to_numpy().tobytes() if numeric else "\n".join(map(str, column)).encode())
    return digest.hexdigest()


def _by_view(catalogue: Mapping[str, Feature]) -> Mapping[str, list[Feature]]:
    views: dict[str, list[Feature]] = {}
    for declared in catalogue.values():
        views.setdefault(declared.view, []).append(declared)
    return views


def _aggregate(view: Frame, features: Sequence[Feature], *, with_fact_dates: bool) -> Frame:
    # Whole numbers only: their sums are the same in any order and on any engine.
    values = {declared.name: declared.expression().cast(nw.Int64) for declared in features}
    # only what is declared: a column that an expression looks at undeclared is not there
    read = sorted({column for declared in features for column in declared.reads})
    rows = view.select("unit_id", "fact_on", *read).select("unit_id", "fact_on", **values)
    aggregates = [_aggregated(declared) for declared in features]
    if not with_fact_dates:
        return rows.group_by("unit_id").agg(*aggregates)
    dated = rows.with_columns(
        **{name + DATE_SUFFIX: nw.when(nw.col(name) != 0).then(nw.col("fact_on")) for name in values}
    )
    return dated.group_by("unit_id").agg(*aggregates, *(nw.col(name + DATE_SUFFIX).max() for name in values))


def _aggregated(declared: Feature) -> nw.Expr:
    column = nw.col(declared.name)
    return {"sum": column.sum, "max": column.max, "min": column.min, "value": column.max}[declared.aggregate]()


def _stakes(engine: Engine, views: Mapping[str, Frame], staked: Collection[str] | None) -> pl.DataFrame:
    grants = views["grants"]
    if staked is not None:
        grants = grants.filter(nw.col("benefit").is_in(sorted(staked)))
    rows = grants.select(
        "unit_id",
        stake_society_ore=nw.col("monthly_ore"),
        **{
            f"stake_{administration.lower()}_ore": nw.when(nw.col("administration") == administration)
            .then(nw.col("municipal_ore"))
            .otherwise(nw.lit(0))
            for administration in ("BIF", "BUF", "KFF")
        },
    )
    return engine.collect(rows.group_by("unit_id").agg(*(nw.col(name).sum() for name in STAKES)))


def stakes_by_benefit(
    engine: Engine, units: pl.DataFrame, *, lawful: Lawful | None = None, staked: Collection[str] | None = None
) -> pl.DataFrame:
    """The municipal stakes of `build_matrix` benefit by benefit: unit_id, benefit, administration, stake_ore (> 0)."""
    seen = LawfulEngine(engine, lawful) if lawful else engine
    grants = build_views(make_world(seen, units), load_catalogue())["grants"]
    if staked is not None:
        grants = grants.filter(nw.col("benefit").is_in(sorted(staked)))
    rows = grants.filter(nw.col("administration").is_in(["BIF", "BUF", "KFF"]))
    by = rows.group_by("unit_id", "benefit", "administration").agg(stake_ore=nw.col("municipal_ore").sum())
    return seen.collect(by).filter(pl.col("stake_ore") > 0).sort("unit_id", "benefit")


def _filled(matrix: pl.DataFrame, catalogue: Mapping[str, Feature]) -> pl.DataFrame:
    direct = [declared for declared in catalogue.values() if declared.view != "unit"]
    return matrix.with_columns(
        *(_in_unit(declared) for declared in direct),
        *(pl.col(name).cast(pl.Float64).fill_null(0.0) for name in STAKES),
    )


def _in_unit(declared: Feature) -> pl.Expr:
    value = pl.col(declared.name).cast(pl.Float64)
    known = value if declared.absent is None else value.fill_null(declared.absent)
    # A column as divisor: Polars multiplies by the inverse of a constant, which now and then misses the nearest number.
    return known / (known * 0 + ORE_A_KRONE) if declared.unit == "kr" else known


def _with_derived(matrix: pl.DataFrame, catalogue: Mapping[str, Feature], *, with_fact_dates: bool) -> pl.DataFrame:
    derived = [declared for declared in catalogue.values() if declared.view == "unit"]
    frame = nw.from_native(matrix).with_columns(
        **{declared.name: declared.expression().cast(nw.Float64) for declared in derived}
    )
    full = frame.to_native()
    if not with_fact_dates:
        return full
    dates = [
        pl.max_horizontal(source + DATE_SUFFIX for source in declared.sources).alias(declared.name + DATE_SUFFIX)
        for declared in derived
    ]
    dated = full.with_columns(dates)
    every = [pl.col(name + DATE_SUFFIX).cast(pl.Int32).cast(pl.Date) for name in catalogue]
    return dated.with_columns(every)
