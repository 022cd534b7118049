"""The unit of fairness: a person of 18 or more registered at an address that may be controlled.

All of them are controlled when the address is, so all of them count. This module must not know scores, lists or what a
control ended with; and nothing here may flow back into a feature.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import narwhals as nw
import numpy as np
import polars as pl

from features.engines import Engine
from features.views.residence import registered
from features.world import World, holds, make_world
from training.inputs import Flags
from training.protected import BY_LAW

UNKNOWN = "unknown"
DERIVED = ("age_band", "district", "single_provider")
ATTRIBUTES = (*BY_LAW, *DERIVED)
AGE_BANDS = ((30, "18-29"), (50, "30-49"), (67, "50-66"))
OLDEST_BAND = "67+"
SINGLE_PROVIDER = "single_provider"


@dataclass(frozen=True)
class Group:
    """One value of one attribute: `inside` [adults] says who is of it."""

    attribute: str
    name: str
    inside: Flags


def adults_at(engine: Engine, units: pl.DataFrame, *, protected: pl.DataFrame) -> pl.DataFrame:
    """One row a unit and adult registered there, as known at the close of the unit's own day.

    `units`: `unit_id`, `address_id`, `as_of`; `protected` as `load_protected` gives it. Returns `unit_id`,
    `address_id`, `person_id` and `ATTRIBUTES` (str), sorted by unit and person. Whoever is not in `protected` has
    "unknown" there and is kept: leaving them out would make a group look smaller than it is.
    """
    world = make_world(engine, units)
    people = _grown(world)
    districts, providers = _districts(world), _single_providers(world, people)
    rows = (
        people.join(units.select("unit_id", "address_id"), on="unit_id", how="left")
        .join(districts, on="unit_id", how="left")
        .join(providers, on=["unit_id", "person_id"], how="left")
        .join(protected, on="person_id", how="left")
    )
    known = rows.with_columns(
        *(pl.col(name).fill_null(UNKNOWN) for name in (*BY_LAW, "district")),
        single_provider=pl.col("single_provider").fill_null("no"),
    )
    return known.select("unit_id", "address_id", "person_id", *ATTRIBUTES).sort("unit_id", "person_id")


def groups(adults: pl.DataFrame) -> Iterator[Group]:
    """Every group of every attribute, attributes in their fixed order, values sorted; those unknown are one too.

    Of a ground with several groups also everybody outside the largest, as `not danish`: who discriminates seldom tells
    the smaller ones apart, and together they are enough to see it.
    """
    for attribute in ATTRIBUTES:
        values = adults[attribute]
        named = sorted(values.unique())
        for name in named:
            yield Group(attribute, name, np.asarray(values == name))
        known = values.filter(values != UNKNOWN).value_counts().sort("count", attribute, descending=[True, False])
        if attribute in BY_LAW and known.height > 2:
            largest = known[attribute][0]
            yield Group(attribute, f"not {largest}", np.asarray(~values.is_in([largest, UNKNOWN])))


def _grown(world: World) -> pl.DataFrame:
    here = registered(world).filter(nw.col("is_adult") == 1)
    rows = world.engine.collect(here.select("unit_id", "day", "person_id", "birth_date"))
    born, day = (pl.col(name).cast(pl.Int32).cast(pl.Date) for name in ("birth_date", "day"))
    had = (day.dt.month() * 100 + day.dt.day()) >= (born.dt.month() * 100 + born.dt.day())
    age = day.dt.year() - born.dt.year() - (~had).cast(pl.Int32)
    band = pl.lit(OLDEST_BAND)
    for below, name in reversed(AGE_BANDS):
        band = pl.when(age < below).then(pl.lit(name)).otherwise(band)
    return rows.with_columns(age_band=band).unique(["unit_id", "person_id"], keep="any").drop("birth_date")


def _districts(world: World) -> pl.DataFrame:
    columns = {"district": "district"}
    versions = world.facts("address", of=world.units, on="address_id", columns=columns, key="address_id")
    return world.engine.collect(versions.filter(holds()).group_by("unit_id").agg(nw.col("district").max()))


def _single_providers(world: World, people: pl.DataFrame) -> pl.DataFrame:
    """Who holds a running grant as single provider: the one lawful ground that is also a group."""
    holders = world.engine.rows(people.select("unit_id", "day", "person_id"))
    columns = {"basis": "basis"}
    versions = world.facts("benefit_grant", of=holders, on="person_id", columns=columns, key="person_id")
    running = versions.filter(holds(), nw.col("basis") == SINGLE_PROVIDER).select("unit_id", "person_id").unique()
    return world.engine.collect(running).with_columns(single_provider=pl.lit("yes"))
