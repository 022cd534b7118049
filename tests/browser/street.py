"""The town of `tests.service.town` with roads, numbers and floors, so that a page reads as it would in a municipality.

Everything is invented: the roads do not exist, and the CPR numbers are such as nobody can have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from governance.registers import Registers
from governance.store.opening import Store
from service.cases.tables import CASES
from service.identities.importing import import_identities
from tests.service.named import write_delivery
from tests.service.town import HOMES, TownList, a_town, take_in_list

ROADS: Mapping[str, str] = {"0012": "Prøvebakken", "0034": "Opdigtet Allé", "0056": "Eksempelstræde"}
PLACES = {
    "home-1": ("0012", "014", "02", "tv"),
    "home-2": ("0034", "007A", None, None),
    "home-3": ("0012", "088", "st", "mf"),
    "home-4": ("0056", "003", "04", "th"),
    "home-5": ("0034", "121", "01", "tv"),
    "home-6": ("0056", "019", None, None),
}


def a_street() -> Registers:
    """The registers of the town with these places for its homes."""
    town = a_town()
    places = [
        {"address_id": home, "road": road, "number": number, "level": level, "side": side}
        for home, (road, number, level, side) in PLACES.items()
    ]
    schema = dict.fromkeys(("address_id", "road", "number", "level", "side"), pl.String)
    named = town.frames["address"].join(pl.LazyFrame(places, schema=schema), on="address_id", how="left")
    moved = named.with_columns(
        road_code=pl.coalesce("road", "road_code"),
        house_number=pl.coalesce("number", "house_number"),
        floor=pl.coalesce("level", "floor"),
        door=pl.coalesce("side", "door"),
    ).drop("road", "number", "level", "side")
    return Registers(frames={**town.frames, "address": moved})


def a_street_list(store: Store, directory: Path) -> TownList:
    """The list taken in, and its people and roads named."""
    intake = take_in_list(store, town=a_street())
    head = "municipality_code,road_code,road_name\n"
    roads = head + "".join(f"0101,{code},{name}\n" for code, name in ROADS.items())
    import_identities(store, write_delivery(directory, roads=roads), invented=True)
    with store.reading() as connection:
        rows = connection.execute(sa.select(CASES.c.address_id, CASES.c.case_id)).all()
    return TownList(store, store.settings, dict(rows), intake)


def overdue(town: TownList, home: str, *, days: int = 3) -> None:
    """A case whose deadline has passed."""
    day = (dt.date(2024, 6, 1) - dt.timedelta(days=days)).isoformat()
    with town.store.act("list.made", subject="test") as act:
        act.connection.execute(
            sa.update(CASES).where(CASES.c.case_id == town.ids[home]).values(deadline=day)
        )  # fmt: skip


__all__ = ["HOMES", "PLACES", "ROADS", "a_street", "a_street_list", "overdue"]
