"""Who is registered at the unit's address, who was, and where the residents lived before."""

from __future__ import annotations

import narwhals as nw

from features.engines import Frame
from features.views.flags import THREE_YEARS_DAYS, TWO_YEARS_DAYS, flag, full_age, or_zero, without_versions
from features.world import World, holds

RESIDENCE = {"person_id": "person_id", "channel": "channel", "care_of": "care_of"}
RESIDENT_STATUSES = (1, 3)
"""CPR status codes of a person registered as resident in Denmark."""
UNIT = ("unit_id", "address_id", "day")


def address_version(world: World) -> Frame:
    """One row a unit: the address as it was known to be. Adds road, use, area (m²), rooms and tenure."""
    columns = {name: name for name in ("road_code", "postal_code", "unit_use_code", "area_m2", "rooms", "tenure")}
    versions = world.facts("address", of=world.units, on="address_id", columns=columns, key="address_id")
    return versions.filter(holds()).with_columns(fact_on=nw.col("recorded_on"))


def registered(world: World) -> Frame:
    """One row a unit and person registered there on the day, with the person's adulthood and CPR status.

    All flags of the person are 0 where CPR holds no version of the person on the day; `married` holds for registered
    partners too.
    """
    rows = world.facts("residence", of=world.units, on="address_id", columns=RESIDENCE, key="address_id")
    here = without_versions(
        rows.filter(holds()).with_columns(
            since=nw.col("valid_from"),
            fact_on=nw.col("recorded_on"),
            recorded_late_days=nw.col("recorded_on") - nw.col("valid_from"),
        )
    )
    persons = _person_versions(world, here.select("unit_id", "day", "person_id").unique())
    return here.join(persons, on=["unit_id", "person_id"], how="left").with_columns(
        is_adult=or_zero("is_adult"),
        not_resident=or_zero("not_resident"),
        protected=or_zero("protected"),
        married=or_zero("married"),
        stay_days=nw.col("day") - nw.col("since"),
    )


def _person_versions(world: World, persons: Frame) -> Frame:
    columns = {name: name for name in ("birth_date", "civil_status", "status", "address_protected")}
    versions = world.facts("person", of=persons, on="person_id", columns=columns, key="person_id").filter(holds())
    return versions.select(
        "unit_id",
        "person_id",
        is_adult=full_age("day", "birth_date"),
        not_resident=flag(~nw.col("status").is_in(RESIDENT_STATUSES)),
        protected=flag(nw.col("address_protected")),
        married=flag(nw.col("civil_status").is_in(("G", "P"))),
    )


def residents(registered: Frame, kin_here: Frame) -> Frame:
    """`registered` with what the others at the address are to each person.

    Adds spouse_here, parent_here, child_here, kin_here (0/1), unit_adults, unit_children and
    other_adults = adults registered here who are neither the person nor kin of the person.
    """
    counts = registered.group_by("unit_id").agg(
        nw.col("is_adult").sum().alias("unit_adults"), nw.len().cast(nw.Int64).alias("unit_persons")
    )
    return (
        registered.join(counts, on="unit_id", how="left")
        .join(kin_here, on=["unit_id", "person_id"], how="left")
        .with_columns(
            **{name: or_zero(name) for name in ("spouse_here", "parent_here", "child_here", "kin_here", "adult_kin")}
        )
        .with_columns(
            unit_children=nw.col("unit_persons") - nw.col("unit_adults"),
            other_adults=nw.col("unit_adults") - nw.col("is_adult") - nw.col("adult_kin"),
        )
    )


def stays(world: World, registered: Frame) -> Frame:
    """Every stay of today's residents known on the day that began within three years (the present one among them)."""
    people = registered.select(*UNIT, "person_id")
    columns = {"stay_address": "address_id", "stay_care_of": "care_of", "stay_channel": "channel"}
    rows = world.facts("residence", of=people, on="person_id", columns=columns, key="person_id")
    return rows.filter(
        nw.col("valid_from") > nw.col("day") - THREE_YEARS_DAYS, nw.col("valid_from") <= nw.col("day")
    ).with_columns(
        fact_on=nw.col("recorded_on"),
        begun_days=nw.col("day") - nw.col("valid_from"),
        is_here=flag(nw.col("stay_address") == nw.col("address_id")),
        length_days=nw.min_horizontal("valid_to", "day") - nw.col("valid_from"),
    )


def address_stays(world: World) -> Frame:
    """Every stay at the address that touches the last two years: moves in, moves out, short stays."""
    columns = {"person_id": "person_id", "stay_care_of": "care_of"}
    rows = world.facts("residence", of=world.units, on="address_id", columns=columns, key="address_id")
    begun = nw.col("valid_from") <= nw.col("day")
    ended = ~nw.col("valid_to").is_null() & (nw.col("valid_to") <= nw.col("day"))
    lately = nw.col("day") - TWO_YEARS_DAYS
    return rows.filter(begun & ((nw.col("valid_from") > lately) | (nw.col("valid_to") > lately))).with_columns(
        fact_on=nw.col("recorded_on"),
        has_ended=flag(ended),
        moved_in=flag(nw.col("valid_from") > lately),
        moved_out=flag(ended & (nw.col("valid_to") > lately)),
        ended_days=nw.col("day") - nw.col("valid_to"),
        length_days=nw.min_horizontal("valid_to", "day") - nw.col("valid_from"),
    )
