"""How a row of the identity table is sealed, opened and looked up; used by the import and by the door, by nobody else.

Must not know who asks.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.audit.events import canonical
from governance.pseudonyms import Pseudonyms, load_pseudonyms
from governance.sealing import Sealer, load_sealer
from governance.settings import Settings
from service.identities.tables import IDENTITIES

PERSON, ROAD = "person", "road"
KEYS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Keeper:
    """The two keys of the table: one seals its rows, one makes a CPR number findable without being readable."""

    sealer: Sealer
    lookups: Pseudonyms

    def row(self, kind: str, key: str, document: Mapping[str, str], lookup: str | None = None) -> dict[str, Any]:
        """A row to insert."""
        sealed = self.sealer.seal(canonical(document).encode(), about=self._about(kind, key))
        return {"kind": kind, "key": key, "sealed": sealed, "lookup": lookup}

    def person_row(self, key: str, *, cpr: str, name: str) -> dict[str, Any]:
        """The row of a person with ten digits."""
        return self.row(PERSON, key, {"cpr": cpr, "name": name}, self.lookup(cpr))

    def lookup(self, cpr: str) -> str:
        """What stands in the column `lookup` for ten digits."""
        return self.lookups.of("cpr", cpr)

    def _about(self, kind: str, key: str) -> str:
        """What a sealed row is bound to, moved to another person it does not open; a fault of it names nobody."""
        return self.lookups.of("row", kind, key)

    def read(self, connection: sa.Connection, kind: str, keys: Collection[str]) -> dict[str, dict[str, str]]:
        """Key → document, of those that the table has."""
        wanted = sorted(set(keys))
        return {
            row.key: json.loads(self.sealer.open(row.sealed, about=self._about(kind, row.key)))
            for start in range(0, len(wanted), KEYS_AT_ONCE)
            for row in connection.execute(
                sa.select(IDENTITIES.c.key, IDENTITIES.c.sealed).where(
                    IDENTITIES.c.kind == kind, IDENTITIES.c.key.in_(wanted[start : start + KEYS_AT_ONCE])
                )
            )
        }


def load_keeper(settings: Settings) -> Keeper:
    """The keeper of an installation; its keys are made at first use."""
    return Keeper(load_sealer(settings.home, purpose="identities"), load_pseudonyms(settings.home, purpose="cpr"))


def road_key(municipality_code: str, road_code: str) -> str:
    """The key of a road."""
    return f"{municipality_code}:{road_code}"
