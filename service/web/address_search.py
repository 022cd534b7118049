"""Finds the address that a tip is about: road and number as people say them → the addresses of the registers that were
kept last. Reads addresses alone, no person; what is searched for stands in no address of a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from governance.errors import InvalidForm, NotNow
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.snapshot import ADDRESS_PARTS
from service.identities.door import road_names
from service.kept_registers import load_listing, newest_kept, require_kept
from service.web.addresses import Roads

MOST_FOUND = 60
SHORTEST_ROAD = 2
_NUMBER = re.compile(r"0*(\d{1,3})\s*([A-ZÆØÅa-zæøå]?)")


@dataclass(frozen=True)
class Found:
    """One address that fits: its id in the registers, and how it reads."""

    address_id: str
    line: str


def find_addresses(store: Store, *, road: str, number: str, settings: Settings) -> tuple[Found, ...]:
    """The addresses on roads whose name begins with `road`, at house number `number`; at most MOST_FOUND, in order.

    `InvalidForm` for words that name no road or number, and where more fit; `NotNow` before a first list.
    """
    wanted = _read_number(number)
    if len(road.strip()) < SHORTEST_ROAD:
        raise _invalid("road", "Skriv mindst to bogstaver af vejens navn.")
    homes = _standing(settings.home).filter(_numbered() == wanted)
    rows = homes.select("address_id", *ADDRESS_PARTS).collect().to_dicts()
    with store.reading() as connection:
        roads = Roads(road_names(connection, {_key(row) for row in rows}, settings=settings))
    fitting = [row for row in rows if _fits(road, roads.names.get(_key(row), ""), str(row["road_code"]))]
    if len(fitting) > MOST_FOUND:
        raise _invalid("road", "Der er for mange adresser. Skriv mere af vejens navn.")
    found = (Found(row["address_id"], roads.line(row)) for row in sorted(fitting, key=_order))
    return tuple(found)


def _standing(home: Path) -> pl.LazyFrame:
    """The addresses that stand in the registers that were kept last."""
    kept = newest_kept(home)
    if kept is None:
        raise NotNow(
            "Der er endnu ingen registre at søge i.", item="adresse", remedy="Vent, til den første liste er dannet."
        )
    path = require_kept(kept, "address", load_listing(kept, home=home)["address"], home=home)
    return pl.scan_parquet(path).filter(pl.col("valid_to").is_null())


def _numbered() -> pl.Expr:
    return pl.col("house_number").str.strip_chars_start("0").str.to_uppercase()


def _read_number(text: str) -> str:
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        raise _invalid("number", "Skriv husnummeret, for eksempel 12 eller 12B.")
    return (found[1] + found[2]).upper()


def _fits(road: str, name: str, code: str) -> bool:
    words = road.strip().casefold()
    return name.casefold().startswith(words) or words == code


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row["municipality_code"]), str(row["road_code"])


def _order(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name] or "") for name in ("road_code", "house_number", "floor", "door", "address_id"))


def _invalid(name: str, what: str) -> InvalidForm:
    return InvalidForm(what, item=name, remedy="Ret feltet, og søg igen.")
