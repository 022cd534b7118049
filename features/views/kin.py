"""Spouses, parents and children of the residents: here or elsewhere, and where elsewhere."""

from __future__ import annotations

import narwhals as nw

from features.engines import Frame
from features.views.flags import YEAR_DAYS, flag, or_zero, without_versions
from features.views.runs import run_starts
from features.world import World, holds

SPOUSES = ("spouse", "registered_partner")
NOT_DWELLING_FROM = 200
DORMITORY = 150
DEAD = 90
"""CPR status code."""


def kin(world: World, registered: Frame) -> Frame:
    """One row a unit, resident and relative: `role` (spouse, parent, child of the resident) and `is_here` (0/1).

    Whoever holds custody of a child counts as a parent.
    """
    people = registered.select("unit_id", "address_id", "day", "person_id", "is_adult")
    forward = _relations(world, people, kin_column="related_id", key="person_id", parent_role="child")
    backward = _relations(world, people, kin_column="person_id", key="related_id", parent_role="parent")
    pairs = nw.concat([forward, backward], how="vertical")
    distinct = pairs.group_by("unit_id", "address_id", "day", "person_id", "is_adult", "kin_id", "role").agg(
        nw.col("fact_on").max()
    )
    here = registered.select("unit_id", kin_id="person_id", kin_is_adult="is_adult", is_here=nw.lit(1))
    return distinct.join(here, on=["unit_id", "kin_id"], how="left").with_columns(
        is_here=or_zero("is_here"), kin_is_adult=or_zero("kin_is_adult")
    )


def _relations(world: World, people: Frame, *, kin_column: str, key: str, parent_role: str) -> Frame:
    columns = {"kin_id": kin_column, "kind": "kind"}
    rows = world.facts("relation", of=people, on="person_id", columns=columns, key=key).filter(holds())
    role = nw.when(nw.col("kind").is_in(SPOUSES)).then(nw.lit("spouse")).otherwise(nw.lit(parent_role))
    return rows.select(
        "unit_id", "address_id", "day", "person_id", "is_adult", "kin_id", role=role, fact_on=nw.col("recorded_on")
    )


def kin_here(kin: Frame) -> Frame:
    """One row a unit and resident with relatives at the address: flags by role and the count of adult relatives."""
    here = kin.filter(nw.col("is_here") == 1)
    roles = here.with_columns(**{f"is_{role}": flag(nw.col("role") == role) for role in ("spouse", "parent", "child")})
    distinct = roles.group_by("unit_id", "person_id", "kin_id").agg(
        nw.col("kin_is_adult").max(), nw.col("is_spouse").max(), nw.col("is_parent").max(), nw.col("is_child").max()
    )
    return distinct.group_by("unit_id", "person_id").agg(
        nw.col("is_spouse").max().alias("spouse_here"),
        nw.col("is_parent").max().alias("parent_here"),
        nw.col("is_child").max().alias("child_here"),
        nw.col("kin_is_adult").sum().alias("adult_kin"),
        nw.len().cast(nw.Int64).alias("kin_here"),
    )


def kin_elsewhere(world: World, kin: Frame, address_version: Frame) -> Frame:
    """One row a unit, resident and living relative registered elsewhere, or nowhere, on the day.

    A relative with name and address protection is left out: what follows from a protected address would disclose it.

    Adds the relative's address: kin_gone (none), kin_care_of, kin_near (same road and postal code), kin_not_dwelling,
    kin_dormitory, kin_persons (registered there), kin_moved_days (since the stay there began) and kin_lived_here
    (registered at the unit's address within a year, any length of stay).
    """
    away = kin.filter(nw.col("is_here") == 0)
    people = away.select("unit_id", "address_id", "day", "kin_id").unique()
    alive = _living(world, people)
    placed = alive.join(_addresses_of(world, alive, address_version), on=["unit_id", "kin_id"], how="left")
    lived_here = _lived_here(world, alive)
    full = placed.join(lived_here, on=["unit_id", "kin_id"], how="left").with_columns(
        kin_gone=flag(nw.col("kin_address").is_null()),
        kin_lived_here=or_zero("kin_lived_here"),
        kin_persons=or_zero("kin_persons"),
        **{name: or_zero(name) for name in ("kin_care_of", "kin_near", "kin_not_dwelling", "kin_dormitory")},
    )
    return away.drop("address_id", "day").join(full, on=["unit_id", "kin_id"], how="inner")


def _living(world: World, people: Frame) -> Frame:
    columns = {name: name for name in ("status", "address_protected")}
    versions = world.facts("person", of=people, on="kin_id", columns=columns, key="person_id")
    alive = versions.filter(holds(), nw.col("status") != DEAD, ~nw.col("address_protected"))
    return without_versions(alive).drop(*columns)


def _addresses_of(world: World, people: Frame, address_version: Frame) -> Frame:
    columns = {"kin_address": "address_id", "care_of": "care_of"}
    rows = world.engine.keep(world.facts("residence", of=people, on="kin_id", columns=columns, key="person_id"))
    stay = ("unit_id", "kin_id", "kin_address")
    placed = without_versions(
        rows.filter(holds())
        .join(run_starts(rows, of=stay), on=list(stay), how="left")
        .with_columns(kin_moved_days=nw.col("day") - nw.col("run_start"), kin_care_of=flag(nw.col("care_of")))
    ).drop("care_of")
    where = _address_facts(world, placed.select("unit_id", "day", "kin_address").unique())
    own = address_version.select("unit_id", own_road="road_code", own_postal="postal_code")
    near = (nw.col("kin_road") == nw.col("own_road")) & (nw.col("kin_postal") == nw.col("own_postal"))
    return (
        placed.join(where, on=["unit_id", "kin_address"], how="left")
        .join(own, on="unit_id", how="left")
        .with_columns(kin_near=flag(near))
        .select(
            "unit_id", "kin_id", "kin_address", "kin_moved_days", "kin_care_of", "kin_near",
            "kin_not_dwelling", "kin_dormitory", "kin_persons",
        )
    )  # fmt: skip


def _address_facts(world: World, places: Frame) -> Frame:
    columns = {"kin_road": "road_code", "kin_postal": "postal_code", "use_code": "unit_use_code"}
    version = world.facts("address", of=places, on="kin_address", columns=columns, key="address_id").filter(holds())
    people = world.facts("residence", of=places, on="kin_address", columns={}, key="address_id").filter(holds())
    persons = people.group_by("unit_id", "kin_address").agg(nw.len().cast(nw.Int64).alias("kin_persons"))
    use = version.select(
        "unit_id",
        "kin_address",
        "kin_road",
        "kin_postal",
        kin_not_dwelling=flag(nw.col("use_code") >= NOT_DWELLING_FROM),
        kin_dormitory=flag(nw.col("use_code") == DORMITORY),
    )
    return persons.join(use, on=["unit_id", "kin_address"], how="left")


def _lived_here(world: World, people: Frame) -> Frame:
    columns = {"stay_address": "address_id"}
    rows = world.facts("residence", of=people, on="kin_id", columns=columns, key="person_id")
    recent = ~nw.col("valid_to").is_null() & (nw.col("valid_to") > nw.col("day") - YEAR_DAYS)
    here = rows.filter(nw.col("stay_address") == nw.col("address_id"), recent, nw.col("valid_to") <= nw.col("day"))
    return here.select("unit_id", "kin_id").unique().with_columns(kin_lived_here=nw.lit(1))
