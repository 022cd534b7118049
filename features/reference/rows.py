"""Rows of the registers as known at the close of a day (registers.md, *Time*), as plain dictionaries.

The one place of the second route that reads a register. What was not known on the day does not leave it, neither as a
row nor as a date within a row; columns outside `READ` are never fetched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from governance.registers import Registers

PERIOD = ("valid_from", "valid_to")
READ: Mapping[str, tuple[str, ...]] = {
    "person": ("person_id", "birth_date", "civil_status", "status", "address_protected", *PERIOD),
    "residence": ("person_id", "address_id", "channel", "care_of", *PERIOD),
    "relation": ("person_id", "related_id", "kind", *PERIOD),
    "address": ("address_id", "road_code", "postal_code", "unit_use_code", "area_m2", "rooms", *PERIOD),
    "benefit_grant": ("grant_id", "person_id", "benefit", "basis", "children", *PERIOD),
    "benefit_payment": ("grant_id", "month", "amount_ore"),
    "signal": ("signal_id", "address_id", "person_id", "kind"),
    "control_case": ("case_id", "address_id", "opened_on", "closed_on", "outcome"),
    "control_effect": ("effect_id", "case_id", "reversed_on"),
}
PERSON_COLUMNS = ("person_id", "related_id")
FULL_AGE_YEARS = 18


@dataclass(frozen=True)
class Row:
    """One row of a register: the columns that matter, as known on the day, and the day it was recorded.

    Of a control case `recorded_on` is the day it was closed if that was known, else the day it was opened. `columns` is
    empty where the row names somebody with name and address protection.
    """

    register: str
    columns: Mapping[str, Any]
    recorded_on: dt.date

    def __getitem__(self, column: str) -> Any:
        return self.columns[column]


def load_rows(
    registers: Registers, register: str, *, where: str, among: Collection[str], day: dt.date
) -> tuple[Row, ...]:
    """The rows of `register` whose column `where` is one of `among`, as known at the close of `day`."""
    if not among:
        return ()
    times = [name for name in ("recorded_on", "retracted_on") if name in _columns(registers, register)]
    wanted = registers.table(register).filter(pl.col(where).is_in(sorted(among))).select(*READ[register], *times)
    found = (_as_known(register, cells, day) for cells in wanted.collect().to_dicts())
    return tuple(row for row in found if row is not None)


def _columns(registers: Registers, register: str) -> Collection[str]:
    return registers.table(register).collect_schema().names()


def _as_known(register: str, cells: Mapping[str, Any], day: dt.date) -> Row | None:
    columns = {name: cells[name] for name in READ[register]}
    if register == "control_case":
        return _case_as_known(columns, day)
    retracted_on = cells.get("retracted_on")
    if cells["recorded_on"] > day or (retracted_on is not None and retracted_on <= day):
        return None
    if register == "control_effect" and columns["reversed_on"] is not None and columns["reversed_on"] > day:
        columns["reversed_on"] = None
    return Row(register, columns, cells["recorded_on"])


def _case_as_known(columns: dict[str, Any], day: dt.date) -> Row | None:
    if columns["opened_on"] > day:
        return None
    if columns["closed_on"] is None or columns["closed_on"] > day:
        columns.update(closed_on=None, outcome=None)
    return Row("control_case", columns, columns["closed_on"] or columns["opened_on"])


def holding(rows: Iterable[Row], day: dt.date) -> tuple[Row, ...]:
    """The rows whose fact holds on the day."""
    return tuple(row for row in rows if row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] > day))


def one_of(rows: Iterable[Row], column: str, value: object) -> Row | None:
    """The row whose `column` is `value`: the contract allows one version of a fact a day."""
    return next((row for row in rows if row[column] == value), None)


def leads_into(row: Row, next_row: Row, *, alike: Collection[str]) -> bool:
    """One ends on the day the other begins, and they are alike in these columns: the fact went on."""
    same = all(row[column] == next_row[column] for column in alike)
    return bool(same and row["valid_to"] == next_row["valid_from"])


def unbroken_run(version: Row, versions: Iterable[Row], *, alike: Collection[str]) -> tuple[Row, ...]:
    """The version and, from it backwards, the versions that led into it."""
    run, listed = [version], list(versions)
    while before := [row for row in listed if leads_into(row, run[-1], alike=alike)]:
        run.append(before[0])
    return tuple(run)


def first_day(run: Sequence[Row]) -> dt.date:
    """The first day of an unbroken run."""
    day: dt.date = run[-1]["valid_from"]
    return day


def full_age_on(birth_date: dt.date) -> dt.date:
    """The eighteenth birthday; of those born on 29 February, 1 March."""
    year = birth_date.year + FULL_AGE_YEARS
    leap_day = (birth_date.month, birth_date.day) == (2, 29)
    return dt.date(year, 3, 1) if leap_day else birth_date.replace(year=year)


def names_one_of(row: Row, person_ids: Collection[str]) -> bool:
    """Whether the row names one of these persons."""
    return any(row.columns.get(column) in person_ids for column in PERSON_COLUMNS)
