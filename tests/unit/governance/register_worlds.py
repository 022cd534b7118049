"""A small lawful world in contract form, plain to read, into which tests plant one fault at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import polars as pl

from governance.as_of import AsOf
from governance.registers import POLARS_TYPES, TABLES

World = dict[str, list[dict[str, Any]]]
AS_OF = AsOf(dt.date(2024, 6, 1))
PERSONS = 8


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def version(
    start: str, end: str | None = None, recorded: str | None = None, retracted: str | None = None
) -> dict[str, Any]:
    return {
        "valid_from": day(start),
        "valid_to": day(end) if end else None,
        "recorded_on": day(recorded or start),
        "retracted_on": day(retracted) if retracted else None,
    }


def a_person(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "person_id": f"p{number}",
        "birth_date": day("1980-03-04"),
        "civil_status": "U",
        "status": 1,
        "address_protected": False,
        **version("2020-01-01"),
    }
    return row | changes


def an_address(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "address_id": f"a{number}",
        "municipality_code": "0101",
        "road_code": "0007",
        "house_number": f"{number}B",
        "floor": None if number == 0 else "2",
        "door": None,
        "postal_code": "2300",
        "district": "Amager",
        "unit_use_code": 140,
        "area_m2": 80,
        "rooms": None if number == 1 else 3,
        "tenure": "rented",
        **version("2015-01-01"),
    }
    return row | changes


def a_residence(person: int, address: int, **changes: Any) -> dict[str, Any]:
    row = {"person_id": f"p{person}", "address_id": f"a{address}", "channel": "self_service", "care_of": False}
    return row | version("2020-01-01") | changes


def a_relation(person: int, related: int, kind: str, **changes: Any) -> dict[str, Any]:
    return {"person_id": f"p{person}", "related_id": f"p{related}", "kind": kind} | version("2020-01-01") | changes


def a_grant(number: int, person: int, **changes: Any) -> dict[str, Any]:
    row = {
        "grant_id": f"g{number}",
        "person_id": f"p{person}",
        "benefit": "kontanthjaelp",
        "basis": "single",
        "children": 1,
    }
    return row | version("2023-01-01") | changes


def a_payment(grant: int, person: int, month: str, **changes: Any) -> dict[str, Any]:
    row = {
        "grant_id": f"g{grant}",
        "person_id": f"p{person}",
        "benefit": "kontanthjaelp",
        "month": day(month),
        "amount_ore": 1_155_400,
        "recorded_on": day(month),
    }
    return row | changes


def a_signal(number: int, address: int, **changes: Any) -> dict[str, Any]:
    row = {
        "signal_id": f"s{number}",
        "address_id": f"a{address}",
        "person_id": None,
        "kind": "citizen_tip",
        "recorded_on": day("2024-05-20"),
    }
    return row | changes


def a_case(number: int, address: int, **changes: Any) -> dict[str, Any]:
    row = {
        "case_id": f"c{number}",
        "address_id": f"a{address}",
        "opened_on": day("2023-06-01"),
        "channel": "random",
        "selection_probability": 0.25,
        "caseworker_id": "w1",
        "hours": 4.5,
        "closed_on": day("2023-09-01"),
        "outcome": "benefit_changed",
    }
    return row | changes


def an_effect(number: int, case: int, person: int, **changes: Any) -> dict[str, Any]:
    row = {
        "effect_id": f"e{number}",
        "case_id": f"c{case}",
        "person_id": f"p{person}",
        "grant_id": f"g{person}",
        "benefit": "kontanthjaelp",
        "effect": "reduced",
        "monthly_change_ore": -250_000,
        "effective_from": day("2023-10-01"),
        "reclaim_ore": 0,
        "recorded_on": day("2023-09-01"),
        "reversed_on": None,
    }
    return row | changes


def a_protected(number: int) -> dict[str, Any]:
    return {"person_id": f"p{number}", "sex": "F", "citizenship": "dk", "origin": "danish", "disability_pension": False}


def a_world() -> World:
    """Eight persons at four addresses; every nullable column is empty somewhere and filled somewhere."""
    return {
        "person": [
            a_person(0, **version("2020-01-01", retracted="2022-05-01")),
            a_person(0, **version("2020-01-01", "2022-04-20", recorded="2022-05-01")),
            a_person(0, civil_status="G", **version("2022-04-20", recorded="2022-05-01")),
            *(a_person(number) for number in range(1, PERSONS)),
        ],
        "address": [*(an_address(number) for number in range(4)), an_address(3, **version("2010-01-01", "2015-01-01"))],
        "residence": [
            *(a_residence(number, number // 2) for number in range(PERSONS - 1)),
            a_residence(7, 2, **version("2020-01-01", "2024-05-10")),
            a_residence(7, 3, **version("2024-05-10")),
        ],
        "relation": [
            a_relation(0, 1, "spouse"),
            a_relation(1, 0, "spouse"),
            a_relation(0, 2, "parent"),
            a_relation(0, 2, "custody"),
        ],
        "benefit_grant": [*(a_grant(number, number) for number in range(4)), a_grant(9, 0, benefit="friplads")],
        "benefit_payment": [
            a_payment(number, number, month)
            for number in range(4)
            for month in ("2024-03-01", "2024-04-01", "2024-05-01")
        ],
        "signal": [
            a_signal(0, 0),
            a_signal(1, 1, person_id="p2"),
            a_signal(2, 2),
            a_signal(3, 3, kind="returned_mail"),
        ],
        "control_case": [
            a_case(0, 0),
            a_case(1, 1, outcome="no_change", selection_probability=None),
            a_case(2, 2, closed_on=None, outcome=None, hours=None),
        ],
        "control_effect": [
            an_effect(0, 0, 0),
            an_effect(1, 0, 1, grant_id=None, effect="increased", monthly_change_ore=90_000),
            an_effect(
                2, 1, 2, effect="reclaim", monthly_change_ore=0, reclaim_ore=500_000, reversed_on=day("2024-01-15")
            ),
        ],
        "protected": [a_protected(number) for number in range(PERSONS)],
    }


def as_frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {column.name: POLARS_TYPES[column.kind] for column in TABLES[name].columns}
    return pl.DataFrame(rows, schema=schema, orient="row")


def write_world(
    world: Mapping[str, list[dict[str, Any]]], directory: Path, form: Literal["parquet", "csv"] = "parquet"
) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    for name, rows in world.items():
        frame = as_frame(name, rows)
        if form == "csv":
            frame.write_csv(directory / f"{name}.csv")
        else:
            frame.write_parquet(directory / f"{name}.parquet")
    return directory
