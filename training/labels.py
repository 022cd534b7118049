"""Closed control cases as labels: hit or miss, and the saving by the one definition of registers.md.

Only what was known at `as_of` is used. The saving of an effect is `forward + reclaim`; the municipality keeps what the
state does not refund. An `increased` effect makes a hit and is left out of the saving: nobody is ranked down for being
owed money.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.engines import Engine
from features.lawful import LawfulEngine, lawful_registers, require_labels
from features.views.residence import registered
from features.world import make_world
from governance.as_of import AsOf
from governance.benefits import Benefit, Catalogue, load_catalogue
from governance.errors import DataContractError
from governance.legal_bases import Lawful
from governance.registers import Registers
from governance.settings import Settings

SAVINGS = ("saving_bif_ore", "saving_buf_ore", "saving_kff_ore", "saving_society_ore")
PERMILLE = 1000
MOST_SAVING_ORE = 10**14
"""A trillion kroner; 90,000 effects of it still sum to whole øre (int64)."""
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


def effect_savings(registers: Registers, *, as_of: AsOf, catalogue: Catalogue) -> pl.DataFrame:
    """Every effect known at `as_of` with `stands` bool and its saving by administration, whole øre (int64)."""
    effects = registers.table("control_effect").filter(pl.col("recorded_on") <= as_of.day).collect()
    grants = _grants_before_decision(registers, effects)
    rows = effects.join(grants, on="effect_id", how="left").to_dicts()
    savings = [_saving(row, catalogue) for row in rows]
    _require_payable(savings)
    schema = {"case_id": pl.String, "effect_id": pl.String, **dict.fromkeys(SAVINGS, pl.Int64)}
    amounts = pl.DataFrame(savings, schema=schema, orient="row")
    stands = pl.col("reversed_on").is_null() | (pl.col("reversed_on") > as_of.day)
    return amounts.join(effects.select("effect_id", stands=stands), on="effect_id", how="left")


def _require_payable(savings: Sequence[tuple[object, ...]]) -> None:
    """Refuse amounts that no benefit has and whose sums would not fit whole øre."""
    beyond = sum(any(isinstance(part, int) and abs(part) > MOST_SAVING_ORE for part in each) for each in savings)
    if beyond:
        raise DataContractError(
            f"{beyond} effects change a benefit by more than {MOST_SAVING_ORE} øre: no benefit is that large.",
            item="control_effect.monthly_change_ore, control_effect.reclaim_ore",
            remedy="Export the register anew, with amounts in whole øre.",
        )


def _grants_before_decision(registers: Registers, effects: pl.DataFrame) -> pl.DataFrame:
    """The grant's end and its unbroken run at `effective_from`, as known the day before the decision was recorded."""
    decided = effects.filter(pl.col("grant_id").is_not_null()).select(
        "effect_id", "grant_id", "effective_from", eve=pl.col("recorded_on").dt.offset_by("-1d")
    )
    versions = registers.table("benefit_grant").join(decided.lazy(), on="grant_id", how="inner")
    known = (pl.col("recorded_on") <= pl.col("eve")) & (
        pl.col("retracted_on").is_null() | (pl.col("retracted_on") > pl.col("eve"))
    )
    rows = versions.filter(known).sort("effect_id", "valid_from").collect()
    starts = pl.col("valid_from").is_in(pl.col("valid_to").drop_nulls().implode()).over("effect_id").not_()
    return (
        rows.with_columns(starts_run=starts)
        .group_by("effect_id")
        .agg(
            grant_end=pl.when(pl.col("valid_to").is_null().any()).then(None).otherwise(pl.col("valid_to").max()),
            run_start=pl.col("valid_from")
            .filter(pl.col("starts_run") & (pl.col("valid_from") <= pl.col("effective_from")))
            .max(),
        )
    )


def _saving(row: Mapping[str, object], catalogue: Catalogue) -> tuple[object, ...]:
    benefit = catalogue.benefits[str(row["benefit"])]
    if row["effect"] == "increased":
        return (row["case_id"], row["effect_id"], 0, 0, 0, 0)
    gross = _gross_ore(row, benefit)
    effective, start = row["effective_from"], row["run_start"]
    assert isinstance(effective, dt.date)  # noqa: S101  the contract's type
    days = (effective - start).days if isinstance(start, dt.date) else None
    share = catalogue.municipal_share(benefit.code, on=effective, days_on_benefit=days)
    kept = (gross * round(share * PERMILLE) + PERMILLE // 2) // PERMILLE
    own = [kept if benefit.administration == name else 0 for name in ("BIF", "BUF", "KFF")]
    return (row["case_id"], row["effect_id"], *own, gross)


def _gross_ore(row: Mapping[str, object], benefit: Benefit) -> int:
    months = months_left(row, horizon_months=benefit.horizon_months)
    change, reclaim = row["monthly_change_ore"], row["reclaim_ore"]
    assert isinstance(change, int) and isinstance(reclaim, int)  # noqa: S101  the contract's type
    return -change * months + reclaim


def months_left(row: Mapping[str, object], *, horizon_months: int) -> int:
    """Whole months that a change is counted for (registers.md, *Settled questions*).

    From the month after the decision was recorded, or `effective_from` if later, to the grant's end as known the day
    before, at most the horizon.
    """
    recorded, effective, end = row["recorded_on"], row["effective_from"], row["grant_end"]
    assert isinstance(recorded, dt.date) and isinstance(effective, dt.date)  # noqa: S101  the contract's type
    following = (recorded.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    start = max(following, effective)
    if not isinstance(end, dt.date):
        return horizon_months
    whole = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return min(max(whole, 0), horizon_months)


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
