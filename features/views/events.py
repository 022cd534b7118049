"""What came in about the address (signals) and what earlier control found there (cases)."""

from __future__ import annotations

import narwhals as nw

from features.engines import Frame
from features.views.flags import TWO_YEARS_DAYS, flag, or_zero
from features.world import World


def signals(world: World, residents: Frame) -> Frame:
    """Signals about the address within two years: kind, age, and whether a resident of the day is named."""
    columns = {"signal_id": "signal_id", "named_id": "person_id", "kind": "kind"}
    rows = world.events("signal", of=world.units, on="address_id", columns=columns, key="address_id")
    here = residents.select("unit_id", named_id="person_id", named_here=nw.lit(1), named_stay_days="stay_days")
    return (
        rows.filter(nw.col("recorded_on") > nw.col("day") - TWO_YEARS_DAYS)
        .join(here, on=["unit_id", "named_id"], how="left")
        .with_columns(
            fact_on=nw.col("recorded_on"),
            days_since=nw.col("day") - nw.col("recorded_on"),
            named_here=or_zero("named_here"),
        )
    )


def cases(world: World) -> Frame:
    """Earlier control cases of the address as known on the day, each with `hit` (0/1; 0 while open)."""
    opened = world.cases(of=world.units)
    columns = {"effect_id": "effect_id", "reversed_on": "reversed_on"}
    effects = world.events(
        "control_effect", of=opened.select("unit_id", "day", "case_id"), on="case_id", columns=columns, key="case_id"
    )
    stands = nw.col("reversed_on").is_null() | (nw.col("reversed_on") > nw.col("day"))
    counted = effects.group_by("unit_id", "case_id").agg(nw.len().cast(nw.Int64).alias("effects"))
    standing = effects.filter(stands).group_by("unit_id", "case_id").agg(nw.len().cast(nw.Int64).alias("standing"))
    joined = opened.join(counted, on=["unit_id", "case_id"], how="left").join(
        standing, on=["unit_id", "case_id"], how="left"
    )
    # Registers.md: a changed benefit is a hit unless every effect was reversed.
    changed = (nw.col("outcome") == "benefit_changed") & (nw.col("effects").is_null() | ~nw.col("standing").is_null())
    return joined.with_columns(
        fact_on=nw.coalesce("closed_on", "opened_on"),
        closed_days=nw.col("day") - nw.col("closed_on"),
        is_open=flag(nw.col("outcome").is_null()),
        hit=flag((nw.col("outcome") == "registration_corrected") | changed),
        no_change=flag(nw.col("outcome") == "no_change"),
    )
