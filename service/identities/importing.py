"""Takes a delivery of identities into the encrypted table: whoever is delivered again is replaced, nobody is removed.

A person who has moved away may still be a party to a case. Must not know who may read the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from governance.store.opening import Act, Store
from service.identities.delivery import Delivery, load_delivery, refuse
from service.identities.keeping import ROAD, Keeper, load_keeper, road_key
from service.identities.tables import IDENTITIES

ROWS_AT_ONCE = 5_000
Row = dict[str, Any]


@dataclass(frozen=True)
class Imported:
    """How many persons and roads were delivered, and how many of them the table did not know."""

    persons: int
    persons_new: int
    roads: int
    roads_new: int


def import_identities(store: Store, directory: Path, *, invented: bool) -> Imported:
    """Both files of a delivery in one act `identities.imported`, whose event counts; all of it or nothing.

    `invented` as in `load_delivery`. `DataContractError` by line, also where a CPR number belongs to another person_id.
    """
    delivery = load_delivery(directory, invented=invented)
    # sealing takes as long as writing: nobody waits for it
    persons, roads = _sealed(delivery, load_keeper(store.settings))
    with store.act("identities.imported") as act:
        _refuse_taken(act, delivery, persons)
        imported = Imported(len(persons), _write(act, persons), len(roads), _write(act, roads))
        act.add(**asdict(imported))
    return imported


def _sealed(delivery: Delivery, keeper: Keeper) -> tuple[list[Row], list[Row]]:
    """The rows of persons and of roads to write."""
    persons = [keeper.person_row(key, cpr=digits, name=name) for key, (_, digits, name) in delivery.persons.items()]
    return persons, [keeper.row(ROAD, road_key(*code), {"name": name}) for code, name in delivery.roads.items()]


def _refuse_taken(act: Act, delivery: Delivery, rows: Sequence[Row]) -> None:
    """`DataContractError` for numbers that the table has under another person_id."""
    faults = [
        ("persons", delivery.persons[row["key"]][0], "the CPR number belongs to another person_id in the table")
        for some in _in_parts(rows)
        for row in _taken(act.connection, some)
    ]
    refuse(sorted(faults))


def _taken(connection: sa.Connection, rows: Sequence[Row]) -> list[Row]:
    asked = sa.select(IDENTITIES.c.lookup, IDENTITIES.c.key).where(
        IDENTITIES.c.lookup.in_([row["lookup"] for row in rows])
    )
    owners = {row.lookup: row.key for row in connection.execute(asked)}
    return [row for row in rows if owners.get(row["lookup"], row["key"]) != row["key"]]


def _write(act: Act, rows: Sequence[Row]) -> int:
    """Replace or add the rows; how many of them were not there."""
    replaced = 0
    for some in _in_parts(rows):
        mine = (IDENTITIES.c.kind == some[0]["kind"]) & IDENTITIES.c.key.in_([row["key"] for row in some])
        replaced += act.connection.execute(sa.delete(IDENTITIES).where(mine)).rowcount
        act.connection.execute(sa.insert(IDENTITIES), list(some))
    return len(rows) - replaced


def _in_parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[start : start + ROWS_AT_ONCE]
