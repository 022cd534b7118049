"""How an address reads on a page: the parts that the registers know, with the road's name where it was imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.settings import Settings
from service.identities.door import road_names

Road = tuple[str, str]
UNKNOWN = "adressen er ikke længere gemt"


@dataclass(frozen=True)
class Roads:
    """Names of roads by municipality and road code; a road without a name reads as its code."""

    names: Mapping[Road, str]

    def line(self, address: Mapping[str, Any]) -> str:
        """`Prøvevej 12, 3. tv, 2100`; what the registers leave empty is left out."""
        if not address.get("road_code"):
            return UNKNOWN
        named = self.names.get(_road(address)) or f"Vejkode {address['road_code']}"
        street = f"{named} {_number(address.get('house_number'))}".strip()
        return ", ".join(part for part in (street, _flat(address), str(address.get("postal_code") or "")) if part)


def load_roads(connection: sa.Connection, addresses: Iterable[Mapping[str, Any]], *, settings: Settings) -> Roads:
    """The names of the roads of these addresses."""
    wanted = {_road(each) for each in addresses if each.get("road_code")}
    return Roads(road_names(connection, wanted, settings=settings) if wanted else {})


def address_of(snapshot: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parts of the address in a snapshot of the registers; none when it was deleted."""
    parts: Mapping[str, Any] = snapshot.get("address") or {}
    return parts


def _road(address: Mapping[str, Any]) -> Road:
    return str(address.get("municipality_code") or ""), str(address["road_code"])


def _number(house_number: object) -> str:
    """Registers write house numbers with leading zeros."""
    return str(house_number or "").lstrip("0")


def _flat(address: Mapping[str, Any]) -> str:
    floor, door = str(address.get("floor") or "").lstrip("0"), str(address.get("door") or "")
    return f"{floor}. {door}".strip() if floor else door
