"""Who is registered at the unit's address, who was, and where the residents lived before."""

from __future__ import annotations

import narwhals as nw

from features.engines import Frame
from features.views.flags import THREE_YEARS_DAYS, TWO_YEARS_DAYS, flag, full_age, or_zero, without_versions
from features.views.runs import run_starts, with_seams
from features.world import World, holds

RESIDENT_STATUSES = (1, 3)
"""CPR status codes of a person registered as resident in Denmark."""
UNIT = ("unit_id", "address_id", "day")


def address_version(world: World) -> Frame:
    """One row a unit: the address as it was known to be. Adds road, use, area (m²) and rooms."""
    columns = {name: name for name in ("road_code", "postal_code", "unit_use_code", "area_m2", "rooms")}
    versions = world.facts("address", of=world.units, on="address_id", columns=columns, key="address_id")
    return versions.filter(holds()).with_columns(fact_on=nw.col("recorded_on"))


def registered(world: World) -> Frame:
    """One row a unit and person registered there on the day, with the person's adulthood and CPR status.

    All flags of the person are 0 where CPR holds no version of the person on the day; `married` holds for registered
    partners too. `stay_days` counts from the beginning of the unbroken stay; `recorded_late_days` is null where another
    version than the stay's first stands, since the day on which the move itself was recorded is not known then.
    """
    columns = {name: name for name in ("person_id", "channel", "care_of")}
    rows = world.engine.keep(
        world.facts("residence", of=world.units, on="address_id", columns=columns, key="address_id")
    )
    since = run_starts(rows, of=("unit_id", "person_id"))
    late = nw.when(nw.col("valid_from") == nw.col("run_start")).then(nw.col("recorded_on") - nw.col("valid_from"))
    here = without_versions(
        rows.filter(holds())
        .join(since, on=["unit_id", "person_id"], how="left")
        .with_columns(fact_on=nw.col("recorded_on"), recorded_late_days=late)
    )
    persons = _person_versions(world, here.select("unit_id", "day", "person_id").unique())
    return here.join(persons, on=["unit_id", "person_id"], how="left").with_columns(
        is_adult=or_zero("is_adult"),
        not_resident=or_zero("not_resident"),
        protected=or_zero("protected"),
        married=or_zero("married"),
        stay_days=nw.col("day") - nw.col("run_start"),
    )


def _person_versions(world: World, persons: Frame) -> Frame:
    columns = {name: name for name in ("birth_date", "civil_status", "status", "address_protected")}
    versions = world.facts("person", of=persons, on="person_id", columns=columns, key="person_id").filter(holds())
    return versions.select(
        "unit_id",
        "person_id",
        "birth_date",
        is_adult=full_age("day", "birth_date"),
        not_resident=flag(~nw.col("status").is_in(RESIDENT_STATUSES)),
        protected=flag(nw.col("address_protected")),
        married=flag(nw.col("civil_status").is_in(("G", "P"))),
    )


def nearest_in_age(registered: Frame, kin: Frame) -> Frame:
    """One row a unit and adult with an unrelated adult there: `nearest_age_days` between the two births."""
    adults = registered.filter(nw.col("is_adult") == 1).select("unit_id", "person_id", "birth_date")
    others = adults.select("unit_id", kin_id="person_id", other_birth="birth_date")
    related = kin.filter(nw.col("is_here") == 1).select("unit_id", "person_id", "kin_id", is_kin=nw.lit(1)).unique()
    pairs = adults.join(others, on="unit_id", how="inner").filter(nw.col("person_id") != nw.col("kin_id"))
    unrelated = pairs.join(related, on=["unit_id", "person_id", "kin_id"], how="left").filter(
        nw.col("is_kin").is_null()
    )
    gaps = unrelated.with_columns(nearest_age_days=(nw.col("birth_date") - nw.col("other_birth")).abs())
    return gaps.group_by("unit_id", "person_id").agg(nw.col("nearest_age_days").min())


def residents(registered: Frame, kin_here: Frame, nearest: Frame) -> Frame:
    """`registered` with what the others at the address are to each person.

    Adds spouse_here, parent_here, child_here, kin_here (0/1), unit_adults, unit_children, other_adults = adults
    registered here who are neither the person nor kin of the person, and nearest_age_days (null without such).
    """
    counts = registered.group_by("unit_id").agg(
        nw.col("is_adult").sum().alias("unit_adults"), nw.len().cast(nw.Int64).alias("unit_persons")
    )
    return (
        registered.join(counts, on="unit_id", how="left")
        .join(kin_here, on=["unit_id", "person_id"], how="left")
        .join(nearest, on=["unit_id", "person_id"], how="left")
        .with_columns(
            **{name: or_zero(name) for name in ("spouse_here", "parent_here", "child_here", "kin_here", "adult_kin")}
        )
        .with_columns(
            unit_children=nw.col("unit_persons") - nw.col("unit_adults"),
            other_adults=nw.col("unit_adults") - nw.col("is_adult") - nw.col("adult_kin"),
        )
    )


def stays(world: World, registered: Frame) -> Frame:
    """The stays of today's residents, anywhere, that began within three years (the present one among them).

    One row a stay: its first version. A version that only carries a stay on is no stay of its own.
    """
    people = registered.select(*UNIT, "person_id")
    columns = {"stay_address": "address_id"}
    rows = world.engine.keep(world.facts("residence", of=people, on="person_id", columns=columns, key="person_id"))
    begun = (nw.col("valid_from") > nw.col("day") - THREE_YEARS_DAYS) & (nw.col("valid_from") <= nw.col("day"))
    seamed = with_seams(rows, of=("unit_id", "person_id", "stay_address"))
    return seamed.filter(begun, nw.col("begins_run") == 1).with_columns(
        fact_on=nw.col("recorded_on"), begun_days=nw.col("day") - nw.col("valid_from")
    )


def address_stays(world: World) -> Frame:
    """Every version of a stay at the address that begins or ends within two years: moves in, moves out."""
    columns = {"person_id": "person_id"}
    rows = world.engine.keep(
        world.facts("residence", of=world.units, on="address_id", columns=columns, key="address_id")
    )
    begun = nw.col("valid_from") <= nw.col("day")
    ended = ~nw.col("valid_to").is_null() & (nw.col("valid_to") <= nw.col("day"))
    lately = nw.col("day") - TWO_YEARS_DAYS
    touching = begun & ((nw.col("valid_from") > lately) | (nw.col("valid_to") > lately))
    seamed = with_seams(rows, of=("unit_id", "person_id")).filter(touching)
    return seamed.with_columns(
        fact_on=nw.col("recorded_on"),
        moved_in=flag((nw.col("begins_run") == 1) & (nw.col("valid_from") > lately)),
        moved_out=flag((nw.col("ends_run") == 1) & ended & (nw.col("valid_to") > lately)),
        begun_days=nw.col("day") - nw.col("valid_from"),
        ended_days=nw.col("day") - nw.col("valid_to"),
    )
