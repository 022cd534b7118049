"""Small worlds in contract form, made by plain functions: `a_world(a_person("ane"), a_residence("ane", "home"), ...)`.

Each builder returns one row with ordinary values, so that a test says only what matters to it. Ages and dates are
given as days before `DAY`; whoever and whatever a row refers to and nobody describes is completed as ordinary.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from governance.as_of import AsOf
from governance.registers import POLARS_TYPES, TABLES, Registers

DAY = dt.date(2024, 6, 1)
AS_OF = AsOf(DAY)
LONG_AGO_DAYS = 3000


@dataclass(frozen=True)
class Record:
    """One row of a register."""

    register: str
    cells: Mapping[str, Any]


def days_ago(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def _version(
    from_days_ago: int, to_days_ago: int | None, recorded_days_ago: int | None, retracted_days_ago: int | None
) -> dict[str, dt.date | None]:
    return {
        "valid_from": days_ago(from_days_ago),
        "valid_to": None if to_days_ago is None else days_ago(to_days_ago),
        "recorded_on": days_ago(from_days_ago if recorded_days_ago is None else recorded_days_ago),
        "retracted_on": None if retracted_days_ago is None else days_ago(retracted_days_ago),
    }


def an_address(
    address_id: str,
    *,
    use: int = 140,
    area_m2: int | None = 70,
    rooms: int | None = 3,
    tenure: str = "rented",
    road: str = "0001",
    postal_code: str = "2100",
    district: str = "Østerbro",
    from_days_ago: int = LONG_AGO_DAYS,
    to_days_ago: int | None = None,
    recorded_days_ago: int | None = None,
    retracted_days_ago: int | None = None,
) -> Record:
    cells = {
        "address_id": address_id, "municipality_code": "0101", "road_code": road, "house_number": "1", "floor": None,
        "door": None, "postal_code": postal_code, "district": district, "unit_use_code": use, "area_m2": area_m2,
        "rooms": rooms, "tenure": tenure,
    }  # fmt: skip
    return Record("address", cells | _version(from_days_ago, to_days_ago, recorded_days_ago, retracted_days_ago))


def a_person(
    person_id: str,
    *,
    born: dt.date = dt.date(1980, 1, 1),
    civil_status: str = "U",
    status: int = 1,
    protected: bool = False,
    from_days_ago: int = LONG_AGO_DAYS,
    to_days_ago: int | None = None,
    recorded_days_ago: int | None = None,
    retracted_days_ago: int | None = None,
) -> Record:
    cells = {
        "person_id": person_id, "birth_date": born, "civil_status": civil_status, "status": status,
        "address_protected": protected,
    }  # fmt: skip
    return Record("person", cells | _version(from_days_ago, to_days_ago, recorded_days_ago, retracted_days_ago))


def a_child(person_id: str, *, age_years: int = 8, **version: Any) -> Record:
    """A person of `age_years`."""
    age_days = age_years * 365 + 100
    return a_person(person_id, born=days_ago(age_days), **{"from_days_ago": age_days, **version})


def a_residence(
    person_id: str,
    address_id: str,
    *,
    channel: str = "counter",
    care_of: bool = False,
    from_days_ago: int = 2000,
    to_days_ago: int | None = None,
    recorded_days_ago: int | None = None,
    retracted_days_ago: int | None = None,
) -> Record:
    cells = {"person_id": person_id, "address_id": address_id, "channel": channel, "care_of": care_of}
    return Record("residence", cells | _version(from_days_ago, to_days_ago, recorded_days_ago, retracted_days_ago))


def a_relation(
    person_id: str,
    related_id: str,
    kind: str,
    *,
    from_days_ago: int = 2500,
    to_days_ago: int | None = None,
    recorded_days_ago: int | None = None,
    retracted_days_ago: int | None = None,
) -> Record:
    cells = {"person_id": person_id, "related_id": related_id, "kind": kind}
    return Record("relation", cells | _version(from_days_ago, to_days_ago, recorded_days_ago, retracted_days_ago))


def a_grant(
    person_id: str,
    *,
    grant_id: str = "",
    benefit: str = "boligstoette",
    basis: str = "single",
    children: int = 0,
    from_days_ago: int = 800,
    to_days_ago: int | None = None,
    recorded_days_ago: int | None = None,
    retracted_days_ago: int | None = None,
) -> Record:
    """A grant; without an id it has one of holder and benefit."""
    cells = {
        "grant_id": grant_id or f"{person_id}-{benefit}", "person_id": person_id, "benefit": benefit, "basis": basis,
        "children": children,
    }  # fmt: skip
    return Record("benefit_grant", cells | _version(from_days_ago, to_days_ago, recorded_days_ago, retracted_days_ago))


def a_payment(
    person_id: str,
    *,
    month: dt.date,
    amount_ore: int,
    grant_id: str = "",
    benefit: str = "boligstoette",
    recorded_on: dt.date | None = None,
) -> Record:
    cells = {
        "grant_id": grant_id or f"{person_id}-{benefit}", "person_id": person_id, "benefit": benefit, "month": month,
        "amount_ore": amount_ore, "recorded_on": recorded_on or month,
    }  # fmt: skip
    return Record("benefit_payment", cells)


def a_signal(
    address_id: str,
    kind: str = "citizen_tip",
    *,
    person_id: str | None = None,
    recorded_days_ago: int = 10,
    signal_id: str = "",
) -> Record:
    cells = {
        "signal_id": signal_id or f"{address_id}-{kind}-{recorded_days_ago}", "address_id": address_id,
        "person_id": person_id, "kind": kind, "recorded_on": days_ago(recorded_days_ago),
    }  # fmt: skip
    return Record("signal", cells)


def a_case(
    address_id: str,
    *,
    outcome: str | None = "no_change",
    opened_days_ago: int = 500,
    closed_days_ago: int | None = 400,
    case_id: str = "",
    channel: str = "rule_list",
) -> Record:
    """A case; open when `outcome` is None."""
    cells = {
        "case_id": case_id or f"case-{address_id}-{opened_days_ago}", "address_id": address_id,
        "opened_on": days_ago(opened_days_ago), "channel": channel, "selection_probability": None,
        "caseworker_id": "caseworker-1", "hours": None if outcome is None else 6.0,
        "closed_on": None if outcome is None or closed_days_ago is None else days_ago(closed_days_ago),
        "outcome": outcome,
    }  # fmt: skip
    return Record("control_case", cells)


def an_effect(
    case_id: str,
    person_id: str,
    *,
    effect_id: str = "",
    grant_id: str | None = None,
    benefit: str = "boligstoette",
    effect: str = "stopped",
    monthly_change_ore: int = -100_000,
    reclaim_ore: int = 0,
    recorded_days_ago: int = 400,
    reversed_days_ago: int | None = None,
) -> Record:
    cells = {
        "effect_id": effect_id or f"effect-{case_id}-{benefit}", "case_id": case_id, "person_id": person_id,
        "grant_id": grant_id, "benefit": benefit, "effect": effect, "monthly_change_ore": monthly_change_ore,
        "effective_from": days_ago(recorded_days_ago), "reclaim_ore": reclaim_ore,
        "recorded_on": days_ago(recorded_days_ago),
        "reversed_on": None if reversed_days_ago is None else days_ago(reversed_days_ago),
    }  # fmt: skip
    return Record("control_effect", cells)


def a_world(*records: Record, completed: bool = True) -> Registers:
    """The registers that hold these rows; `completed` adds an ordinary person or address for each that is missing."""
    every = [*records, *(_missing(records) if completed else ())]
    rows: dict[str, list[Mapping[str, Any]]] = {name: [] for name in TABLES}
    for record in every:
        rows[record.register].append(record.cells)
    return Registers(frames={name: a_frame(name, listed).lazy() for name, listed in rows.items()})


def a_frame(register: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of one register in the columns and types of the contract."""
    schema = {column.name: POLARS_TYPES[column.kind] for column in TABLES[register].columns}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def _missing(records: Iterable[Record]) -> list[Record]:
    listed = list(records)
    persons = _named(listed, "person_id") | _named(listed, "related_id")
    addresses = _named(listed, "address_id")
    return [
        *(a_person(name) for name in sorted(persons - _described(listed, "person", "person_id"))),
        *(an_address(name) for name in sorted(addresses - _described(listed, "address", "address_id"))),
    ]


def _named(records: Iterable[Record], column: str) -> set[str]:
    return {record.cells[column] for record in records if record.cells.get(column) is not None}


def _described(records: Iterable[Record], register: str, column: str) -> set[str]:
    return _named([record for record in records if record.register == register], column)


def units_of(*address_ids: str, day: dt.date = DAY) -> pl.DataFrame:
    """One unit an address, all seen from the close of `day`."""
    return pl.DataFrame(
        {"unit_id": list(address_ids), "address_id": list(address_ids), "as_of": [day] * len(address_ids)},
        schema={"unit_id": pl.String, "address_id": pl.String, "as_of": pl.Date},
    )
