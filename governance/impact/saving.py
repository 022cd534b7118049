"""What a case saved, by the one definition that labels, the ranking and the ledger share (registers.md).

The saving of an effect is `forward + reclaim`; the municipality keeps what the state does not refund. Must not know
what a saving is used for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from governance.as_of import AsOf
from governance.benefits import Benefit, Catalogue
from governance.errors import DataContractError
from governance.registers import Registers

SAVINGS = ("saving_bif_ore", "saving_buf_ore", "saving_kff_ore", "saving_society_ore")
OFFICES = ("BIF", "BUF", "KFF")
PERMILLE = 1000
MOST_SAVING_ORE = 10**14
"""A trillion kroner; 90,000 effects of it still sum to whole øre (int64)."""


def effect_savings(registers: Registers, *, as_of: AsOf, catalogue: Catalogue) -> pl.DataFrame:
    """Every effect known at `as_of` with `stands` bool and its saving by administration, whole øre (int64).

    An `increased` effect saves nothing: nobody is ranked down for being owed money.
    """
    rows = effects_with_grants(registers, as_of=as_of)
    savings = [_saving(row, catalogue) for row in rows]
    require_payable(savings)
    schema = {"case_id": pl.String, "effect_id": pl.String, **dict.fromkeys(SAVINGS, pl.Int64)}
    amounts = pl.DataFrame(savings, schema=schema, orient="row")
    stands = pl.col("reversed_on").is_null() | (pl.col("reversed_on") > as_of.day)
    effects = registers.table("control_effect").select("effect_id", stands=stands).collect()
    return amounts.join(effects, on="effect_id", how="left")


def effects_with_grants(registers: Registers, *, as_of: AsOf) -> list[dict[str, Any]]:
    """The rows of `control_effect` known at `as_of`, each with `grant_end` and `run_start` (date, null) of its grant.

    They are what `months_left` and `municipal_permille` ask for besides.
    """
    effects = registers.table("control_effect").filter(pl.col("recorded_on") <= as_of.day).collect()
    grants = _grants_before_decision(registers, effects, as_of)
    return effects.join(grants, on="effect_id", how="left").to_dicts()


def months_left(row: Mapping[str, object], *, horizon_months: int) -> int:
    """Whole months that a change is counted for (registers.md, *Settled questions*).

    From the month after the decision was recorded, or `effective_from` if later, to the grant's end as known the day
    before, at most the horizon.
    """
    recorded, effective, end = row["recorded_on"], row["effective_from"], row["grant_end"]
    assert isinstance(recorded, dt.date) and isinstance(effective, dt.date)  # noqa: S101  the contract's type
    start = max(following_month(recorded), effective)
    if not isinstance(end, dt.date):
        return horizon_months
    whole = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return min(max(whole, 0), horizon_months)


def municipal_permille(row: Mapping[str, object], catalogue: Catalogue) -> int:
    """The municipality's share of the effect's saving, taken once, at `effective_from`, in thousandths."""
    effective, start = row["effective_from"], row["run_start"]
    assert isinstance(effective, dt.date)  # noqa: S101  the contract's type
    days = (effective - start).days if isinstance(start, dt.date) else None
    return round(catalogue.municipal_share(str(row["benefit"]), on=effective, days_on_benefit=days) * PERMILLE)


def municipal_ore(gross_ore: int, permille: int) -> int:
    """The municipality's part of an amount in whole øre, half an øre rounded up; the state's is the rest."""
    return (gross_ore * permille + PERMILLE // 2) // PERMILLE


def following_month(day: dt.date) -> dt.date:
    """The first day of the month after."""
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def require_payable(savings: Sequence[tuple[object, ...]]) -> None:
    """Refuse amounts that no benefit has and whose sums would not fit whole øre (`DataContractError`)."""
    beyond = sum(any(isinstance(part, int) and abs(part) > MOST_SAVING_ORE for part in each) for each in savings)
    if beyond:
        raise DataContractError(
            f"{beyond} effects change a benefit by more than {MOST_SAVING_ORE} øre: no benefit is that large.",
            item="control_effect.monthly_change_ore, control_effect.reclaim_ore",
            remedy="Export the register anew, with amounts in whole øre.",
        )


def _saving(row: Mapping[str, object], catalogue: Catalogue) -> tuple[object, ...]:
    benefit = catalogue.benefits[str(row["benefit"])]
    if row["effect"] == "increased":
        return (row["case_id"], row["effect_id"], 0, 0, 0, 0)
    gross = _gross_ore(row, benefit)
    kept = municipal_ore(gross, municipal_permille(row, catalogue))
    own = [kept if benefit.administration == name else 0 for name in OFFICES]
    return (row["case_id"], row["effect_id"], *own, gross)


def _gross_ore(row: Mapping[str, object], benefit: Benefit) -> int:
    months = months_left(row, horizon_months=benefit.horizon_months)
    change, reclaim = row["monthly_change_ore"], row["reclaim_ore"]
    assert isinstance(change, int) and isinstance(reclaim, int)  # noqa: S101  the contract's type
    return -change * months + reclaim


def _grants_before_decision(registers: Registers, effects: pl.DataFrame, as_of: AsOf) -> pl.DataFrame:
    """The grant's end and its unbroken run at `effective_from`, as known the day before the decision was recorded.

    A grant that no register knew by then has no end yet, and the run that it had when it became known. A change from
    before the first run is of its first day.
    """
    decided = effects.filter(pl.col("grant_id").is_not_null()).select(
        "effect_id", "grant_id", "effective_from", eve=pl.col("recorded_on").dt.offset_by("-1d")
    )
    grants = registers.table("benefit_grant").filter(pl.col("recorded_on") <= as_of.day)
    seen = grants.group_by("grant_id").agg(seen=pl.col("recorded_on").min())
    versions = grants.join(seen, on="grant_id").join(decided.lazy(), on="grant_id", how="inner")
    day = pl.max_horizontal("eve", "seen")
    known = (pl.col("recorded_on") <= day) & (pl.col("retracted_on").is_null() | (pl.col("retracted_on") > day))
    rows = versions.filter(known).sort("effect_id", "valid_from").collect()
    starts = pl.col("valid_from").is_in(pl.col("valid_to").drop_nulls().implode()).over("effect_id").not_()
    has_end = pl.col("valid_to").is_not_null().all() & (pl.col("seen") <= pl.col("eve")).all()
    begun = pl.col("valid_from").filter(pl.col("starts_run") & (pl.col("valid_from") <= pl.col("effective_from"))).max()
    return (
        rows.with_columns(starts_run=starts)
        .group_by("effect_id")
        .agg(
            grant_end=pl.when(has_end).then(pl.col("valid_to").max()),
            run_start=pl.coalesce(begun, pl.col("valid_from").min()),
        )
    )
