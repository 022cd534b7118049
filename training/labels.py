"""Closed control cases as labels: hit or miss, and the saving by the one definition of registers.md.

Only what was known at `as_of` is used. What a case saved is `governance.impact.saving`'s to say. An `increased` effect
makes a hit and is left out of the saving: nobody is ranked down for being owed money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.engines import Engine
from features.lawful import LawfulEngine, lawful_registers, require_labels
from features.views.residence import registered
from features.world import make_world
from governance.as_of import AsOf
from governance.benefits import Catalogue, load_catalogue
from governance.impact.saving import SAVINGS, effect_savings
from governance.legal_bases import Lawful
from governance.registers import Registers
from governance.settings import Settings

CONCLUDED = ("no_change", "registration_corrected", "benefit_changed")


@dataclass(frozen=True)
class Labels:
    """`cases`: one row a usable case, sorted by opened_on and case_id; `unused`: reason → number of cases.

    Columns: case_id, address_id, opened_on, closed_on, channel, selection_probability (null), hours (null), hit bool,
    saving_{bif,buf,kff,society}_ore int64, household str.
    """

    cases: pl.DataFrame
    unused: Mapping[str, int]

    @property
    def units(self) -> pl.DataFrame:
        """The cases as units of the matrix, each seen from the close of the day before it opened."""
        before = pl.col("opened_on").dt.offset_by("-1d")
        return self.cases.select(unit_id="case_id", address_id="address_id", as_of=before)


def build_labels(
    registers: Registers,
    engine: Engine,
    *,
    as_of: AsOf,
    settings: Settings,
    catalogue: Catalogue | None = None,
    lawful: Lawful | None = None,
) -> Labels:
    """The labels known at `as_of` (registers.md, *Labels at `as_of`*).

    What has no basis in `lawful` is not learned from: a case that changed a benefit without one is counted as unused
    (`no_legal_basis`); without a basis for a column that tells how cases ended there are no labels (`GateClosed`).
    """
    if lawful:
        require_labels(lawful)
        registers, engine = lawful_registers(registers, lawful), LawfulEngine(engine, lawful)
    seen = _cases_seen(registers, as_of=as_of, settings=settings, lawful=lawful)
    usable = seen.filter(pl.col("unused").is_null()).drop("unused")
    effects = effect_savings(registers, as_of=as_of, catalogue=catalogue or load_catalogue())
    cases = _with_hits(usable, effects)
    units = cases.select(unit_id="case_id", address_id="address_id", as_of=pl.col("opened_on").dt.offset_by("-1d"))
    households = _households(engine, units)
    labelled = cases.join(households, on="case_id", how="left").sort("opened_on", "case_id")
    counts = seen.filter(pl.col("unused").is_not_null())["unused"].value_counts().sort("unused")
    return Labels(labelled, dict(counts.iter_rows()))


def _cases_seen(registers: Registers, *, as_of: AsOf, settings: Settings, lawful: Lawful | None) -> pl.DataFrame:
    mature = as_of.minus_days(settings.label_delay_days).day
    closed = pl.col("closed_on") <= as_of.day
    cases = registers.table("control_case").filter(pl.col("opened_on") <= as_of.day).collect()
    outcome = pl.when(closed).then("outcome")
    reason = (
        pl.when(pl.col("opened_on") > mature)
        .then(pl.lit("younger_than_label_delay"))
        .when(outcome.is_null())
        .then(pl.lit("still_open"))
        .when(~pl.col("outcome").is_in(CONCLUDED))
        .then("outcome")
        .when(pl.col("case_id").is_in(_cases_without_basis(registers, as_of=as_of, lawful=lawful).implode()))
        .then(pl.lit("no_legal_basis"))
    )
    return cases.with_columns(unused=reason)


def _cases_without_basis(registers: Registers, *, as_of: AsOf, lawful: Lawful | None) -> pl.Series:
    """Cases with a known effect on a benefit that may not be looked at: what they found may not be learned from."""
    covered = sorted(lawful.benefits if lawful else load_catalogue().benefits)
    unlawful = ~pl.col("benefit").is_in(covered) & (pl.col("recorded_on") <= as_of.day)
    return registers.table("control_effect").filter(unlawful).select("case_id").unique().collect()["case_id"]


def _with_hits(cases: pl.DataFrame, effects: pl.DataFrame) -> pl.DataFrame:
    by_case = effects.group_by("case_id").agg(
        pl.len().alias("effects"),
        pl.col("stands").sum().alias("standing"),
        *(pl.col(name).filter("stands").sum() for name in SAVINGS),
    )
    joined = cases.join(by_case, on="case_id", how="left")
    # A benefit was changed and every effect reversed: no finding stands.
    changed = (pl.col("outcome") == "benefit_changed") & (pl.col("effects").is_null() | (pl.col("standing") > 0))
    hit = (pl.col("outcome") == "registration_corrected") | changed
    amounts = [pl.when("hit").then(pl.col(name).fill_null(0)).otherwise(0).alias(name) for name in SAVINGS]
    kept = ("case_id", "address_id", "opened_on", "closed_on", "channel", "selection_probability", "hours")
    return joined.with_columns(hit=hit).select(*kept, "hit", *amounts)


def _households(engine: Engine, units: pl.DataFrame) -> pl.DataFrame:
    """`case_id` → `household`: cases that share an address or a registered person belong together."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    people = engine.collect(registered(make_world(engine, units)).select("unit_id", "person_id"))
    links = pl.concat(
        [
            people.select("unit_id", node="person_id"),
            units.select("unit_id", node=pl.lit("address ") + pl.col("address_id")),
        ]
    )
    case_codes = dict(zip(units["unit_id"], range(units.height), strict=True))
    nodes = links["node"].unique().sort()
    node_codes = dict(zip(nodes, range(units.height, units.height + len(nodes)), strict=True))
    left = np.array([case_codes[unit] for unit in links["unit_id"]], dtype=np.int64)
    right = np.array([node_codes[node] for node in links["node"]], dtype=np.int64)
    size = units.height + len(nodes)
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    return pl.DataFrame({"case_id": units["unit_id"], "household": [f"h{code}" for code in component[: units.height]]})
