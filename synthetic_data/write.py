"""Blocks to Parquet files in the register contract, appended block by block so that a town never has to fit in memory.

Knows columns, types and file names of the contract; knows nothing of how rows came about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from synthetic_data import codes
from synthetic_data.block import Block
from synthetic_data.columns import NO_DAY, Columns, FactTable, Ints
from synthetic_data.controls import CASEWORKERS
from synthetic_data.ids import make_ids

MUNICIPALITY = "0101"
_FLOORS = ("st", "1", "2", "3", "4", "5")
_DOORS = ("tv", "mf", "th")
_ROADS = tuple(f"{road:04d}" for road in range(10_000))
_HOUSES = tuple(str(number) for number in range(200))


class RegisterFiles:
    """One open Parquet writer a table; the schema is fixed by the first block."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._writers: dict[str, Any] = {}

    def append(self, tables: Mapping[str, pa.Table]) -> None:
        """Append one block's rows to each file."""
        for name, table in tables.items():
            if name not in self._writers:
                self._writers[name] = pq.ParquetWriter(
                    self._folder / f"{name}.parquet", table.schema, compression="zstd"
                )
            self._writers[name].write_table(table)

    def __enter__(self) -> RegisterFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()


class Ids:
    """The ids of one block, made once and taken by row number."""

    def __init__(self, block: Block, *, seed: int) -> None:
        sizes = {
            "p": block.people.size, "a": block.dwellings.size, "g": block.grants.size, "k": block.cases.size,
            "e": block.effects.size, "s": block.signals.size,
        }  # fmt: skip
        self._ids = {
            kind: make_ids(f"syn-{kind}-", numbers=np.arange(size), block=block.number, seed=seed)
            for kind, size in sizes.items()
        }

    def of(self, kind: str, numbers: Ints | None = None) -> pa.Array:
        """Ids of row numbers, null where the number is -1; all of them without numbers."""
        return self._ids[kind] if numbers is None else _taken(self._ids[kind], numbers)


def build_tables(block: Block, ids: Ids, *, as_of: int) -> dict[str, pa.Table]:
    """The ten tables of the contract for one block, as known at `as_of`."""
    return {
        "person": _person(block, ids),
        "residence": _residence(block, ids),
        "relation": _relation(block, ids),
        "address": _address(block, ids),
        "benefit_grant": _grant(block, ids),
        "benefit_payment": _payment(block, ids),
        "signal": _signal(block, ids),
        "control_case": _case(block, ids),
        "control_effect": _effect(block, ids, as_of),
        "protected": _protected(block, ids),
    }


def table_of(columns: Iterable[tuple[str, Any]]) -> pa.Table:
    """A table from (name, array) pairs."""
    return pa.table(dict(columns))


def _taken(values: Any, numbers: Ints) -> pa.Array:
    return values.take(pa.array(numbers, mask=numbers < 0))


def _words(vocabulary: tuple[str, ...], numbers: Ints) -> pa.Array:
    return _taken(pa.array(vocabulary, type=pa.string()), numbers)


def _days(days: Ints) -> pa.Array:
    return pa.array(days.astype(np.int32), mask=days == NO_DAY, type=pa.int32()).cast(pa.date32())


def _bitemporal(facts: FactTable) -> list[tuple[str, pa.Array]]:
    return [(name, _days(facts[name])) for name in ("valid_from", "valid_to", "recorded_on", "retracted_on")]


def _known_number(values: Ints) -> pa.Array:
    return pa.array(values, mask=values < 0)


def _person(block: Block, ids: Ids) -> pa.Table:
    facts = block.person_facts
    return table_of([
        ("person_id", ids.of("p", facts["person"])), ("birth_date", _days(block.people["birth"][facts["person"]])),
        ("civil_status", _words(codes.CIVIL, facts["civil"])), ("status", pa.array(facts["status"])),
        ("address_protected", pa.array(facts["protected"])), *_bitemporal(facts),
    ])  # fmt: skip


def _residence(block: Block, ids: Ids) -> pa.Table:
    facts = block.residence_facts
    return table_of([
        ("person_id", ids.of("p", facts["person"])), ("address_id", ids.of("a", facts["address"])),
        ("channel", _words(codes.RESIDENCE_CHANNELS, facts["channel"])), ("care_of", pa.array(facts["care_of"])),
        *_bitemporal(facts),
    ])  # fmt: skip


def _relation(block: Block, ids: Ids) -> pa.Table:
    facts = block.relation_facts
    return table_of([
        ("person_id", ids.of("p", facts["person"])), ("related_id", ids.of("p", facts["related"])),
        ("kind", _words(codes.RELATIONS, facts["kind"])), *_bitemporal(facts),
    ])  # fmt: skip


def _address(block: Block, ids: Ids) -> pa.Table:
    facts = block.address_facts
    fixed = {name: block.dwellings[name][facts["address"]] for name in ("road", "house", "floor", "door", "district")}
    return table_of([
        ("address_id", ids.of("a", facts["address"])),
        ("municipality_code", _words((MUNICIPALITY,), np.zeros(facts.size, dtype=np.int64))),
        ("road_code", _words(_ROADS, fixed["road"])), ("house_number", _words(_HOUSES, fixed["house"])),
        ("floor", _words(_FLOORS, fixed["floor"])), ("door", _words(_DOORS, fixed["door"])),
        ("postal_code", _words(codes.POSTAL_CODES, fixed["district"])),
        ("district", _words(codes.DISTRICTS, fixed["district"])), ("unit_use_code", pa.array(facts["use"])),
        ("area_m2", _known_number(facts["area"])), ("rooms", _known_number(facts["rooms"])),
        ("tenure", _words(codes.TENURES, facts["tenure"])), *_bitemporal(facts),
    ])  # fmt: skip


def _grant(block: Block, ids: Ids) -> pa.Table:
    facts = block.grant_facts
    return table_of([
        *_grant_keys(block, ids, facts["grant"]), ("basis", _words(codes.BASES, facts["basis"])),
        ("children", pa.array(facts["children"])), *_bitemporal(facts),
    ])  # fmt: skip


def _grant_keys(block: Block, ids: Ids, grant: Ints) -> list[tuple[str, pa.Array]]:
    return [
        ("grant_id", ids.of("g", grant)),
        ("person_id", ids.of("p", block.grants["person"][grant])),
        ("benefit", _words(codes.BENEFITS, block.grants["benefit"][grant])),
    ]


def _payment(block: Block, ids: Ids) -> pa.Table:
    paid = block.payments
    return table_of([
        *_grant_keys(block, ids, paid["grant"]), ("month", _days(paid["month"])),
        ("amount_ore", pa.array(paid["amount"])), ("recorded_on", _days(paid["recorded"])),
    ])  # fmt: skip


def _signal(block: Block, ids: Ids) -> pa.Table:
    signals = block.signals
    return table_of([
        ("signal_id", ids.of("s")), ("address_id", ids.of("a", signals["address"])),
        ("person_id", ids.of("p", signals["person"])), ("kind", _words(codes.SIGNALS, signals["kind"])),
        ("recorded_on", _days(signals["recorded"])),
    ])  # fmt: skip


def _case(block: Block, ids: Ids) -> pa.Table:
    cases = block.cases
    caseworkers = tuple(f"syn-c-{number + 1:02d}" for number in range(CASEWORKERS))
    return table_of([
        ("case_id", ids.of("k")), ("address_id", ids.of("a", cases["address"])), ("opened_on", _days(cases["opened"])),
        ("channel", _words(codes.CASE_CHANNELS, cases["channel"])),
        ("selection_probability", _floats(cases, "probability")),
        ("caseworker_id", _words(caseworkers, cases["caseworker"])), ("hours", _floats(cases, "hours")),
        ("closed_on", _days(cases["closed"])), ("outcome", _words(codes.OUTCOMES, cases["outcome"])),
    ])  # fmt: skip


def _floats(columns: Columns, name: str) -> pa.Array:
    return pa.array(columns[name], mask=np.isnan(columns[name]))


def _effect(block: Block, ids: Ids, as_of: int) -> pa.Table:
    effects = block.effects
    reversed_on = np.where(effects["reversed"] > as_of, NO_DAY, effects["reversed"])
    grant = effects["grant"]
    keys = dict(_grant_keys(block, ids, grant))
    return table_of([
        ("effect_id", ids.of("e")), ("case_id", ids.of("k", effects["case"])), ("person_id", keys["person_id"]),
        ("grant_id", keys["grant_id"]), ("benefit", keys["benefit"]),
        ("effect", _words(codes.EFFECTS, effects["effect"])),
        ("monthly_change_ore", pa.array(effects["monthly_change"])), ("effective_from", _days(effects["effective"])),
        ("reclaim_ore", pa.array(effects["reclaim"])), ("recorded_on", _days(effects["recorded"])),
        ("reversed_on", _days(reversed_on)),
    ])  # fmt: skip


def _protected(block: Block, ids: Ids) -> pa.Table:
    people = block.people
    return table_of([
        ("person_id", ids.of("p")), ("sex", _words(codes.SEXES, people["sex"])),
        ("citizenship", _words(codes.CITIZENSHIPS, people["citizenship"])),
        ("origin", _words(codes.ORIGINS, people["origin"])), ("disability_pension", pa.array(people["disability"])),
    ])  # fmt: skip
