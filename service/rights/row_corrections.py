"""A row of a register that is wrong, and what is right instead: what a rectification says in a form that can be scored.

A correction is laid over registers as they were read; the registers themselves are corrected by whoever keeps them.
Must not know requests, cases or scores.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from governance.as_of import AsOf
from governance.legal_bases import never_scored
from governance.registers import TABLES, Column, Registers, Table
from service.cases.form_values import Fault

Row = Mapping[str, Any]
CORRECTABLE = ("residence", "person", "relation", "address", "benefit_grant", "benefit_payment", "signal")
"""Registers of which a row can be corrected; what we wrote ourselves is changed by the steps of a case."""
_NAMING = frozenset({"person_id", "related_id", "address_id", "grant_id", "signal_id"})
_WHEN_TOLD = frozenset({"recorded_on", "retracted_on"})


@dataclass(frozen=True)
class RowCorrection:
    """The `row` of `table` (JSON values) is wrong: as a whole where `column` is "", else it says `value` there."""

    table: str
    row: Row
    column: str = ""
    value: Any = None

    def as_document(self) -> dict[str, Any]:
        """What is kept, sealed."""
        return asdict(self)


def correctable_columns(table: str) -> tuple[Column, ...]:
    """The columns of which a value can be corrected; which row it is, and what no score may read, cannot."""
    kept = _NAMING | _WHEN_TOLD
    return tuple(
        each for each in TABLES[table].columns if each.name not in kept and not never_scored(f"{table}.{each.name}")
    )


def read_correction(table: str, row: Row, column: str, text: str) -> RowCorrection | list[Fault]:
    """The correction of the row as it was filled in, or what is wrong with it; `column` "": the row as a whole."""
    if not column:
        return RowCorrection(table, row) if not text.strip() else [("value", "Vælg, hvad værdien skal stå i.")]
    known = {each.name: each for each in correctable_columns(table)}
    if column not in known:
        return [("column", "Vælg en oplysning, som rækken har.")]
    try:
        value = _value(known[column], text.strip())
    except ValueError:
        return [("value", "Værdien passer ikke til oplysningen (dage skrives som 2024-05-31).")]
    changed = RowCorrection(table, row, column, value)
    if value == row[column]:
        return [("value", "Det står der allerede.")]
    return changed if _in_order(TABLES[table], {**row, column: value}) else [("value", "Dagene passer ikke sammen.")]


def _value(column: Column, text: str) -> Any:
    """The JSON value of what was written; ValueError when the contract has no such value there."""
    if not text:
        if not column.nullable:
            raise ValueError(column.name)
        return None
    read: Any = text
    if column.kind == "date":
        read = dt.date.fromisoformat(text).isoformat()
    elif column.kind in ("int", "float"):
        read = int(text) if column.kind == "int" else float(text)
    elif column.kind == "bool":
        read = {"ja": True, "nej": False}[text.casefold()] if text.casefold() in ("ja", "nej") else None
    _require_within(column, read)
    return read


def _require_within(column: Column, read: Any) -> None:
    number = read if isinstance(read, int | float) else None
    low = number is not None and (
        (column.at_least is not None and number < column.at_least)
        or (column.above is not None and number <= column.above)
    )
    high = number is not None and column.at_most is not None and number > column.at_most
    unknown = bool(column.codes) and read not in column.codes
    if read is None or low or high or unknown or (column.length and len(str(read)) != column.length):
        raise ValueError(column.name)


def _in_order(table: Table, row: Row) -> bool:
    """Whether days that the contract orders stand in order; days as text sort as days do."""
    pairs = [
        (row[each.name], row.get(each.after or each.not_before or ""), bool(each.after))
        for each in table.columns
        if each.kind == "date" and (each.after or each.not_before)
    ]
    return all(a is None or b is None or (a > b if strictly else a >= b) for a, b, strictly in pairs)


def corrected_registers(registers: Registers, corrections: Collection[RowCorrection]) -> Registers:
    """The registers as they would have read had the rows been right from the start; rows not in them change nothing."""
    frames = dict(registers.frames)
    for each in corrections:
        frames[each.table] = _corrected(frames[each.table], each)
    return Registers(frames)


def _corrected(frame: pl.LazyFrame, correction: RowCorrection) -> pl.LazyFrame:
    wrong = _is_row(correction)
    if not correction.column:
        return frame.filter(~wrong)
    right = pl.when(wrong).then(_literal(correction.table, correction.column, correction.value))
    return frame.with_columns(right.otherwise(pl.col(correction.column)).alias(correction.column))


def still_wrong(registers: Registers, correction: RowCorrection, *, as_of: AsOf) -> bool:
    """Whether the registers, as known at the close of the day, still hold the row as it was."""
    table = TABLES[correction.table]
    rows = registers.table(correction.table).filter(_is_row(correction))
    if table.known_from is not None:
        rows = rows.filter(pl.col(table.known_from) <= as_of.day)
    if table.versioned:
        rows = rows.filter(pl.col("retracted_on").is_null() | (pl.col("retracted_on") > as_of.day))
    return not rows.head(1).collect().is_empty()


def _is_row(correction: RowCorrection) -> pl.Expr:
    """A row is known by all that it says, not by when it was told: a register may record the same anew."""
    return pl.all_horizontal(
        pl.col(name).eq_missing(_literal(correction.table, name, value))
        for name, value in correction.row.items()
        if name not in _WHEN_TOLD and not never_scored(f"{correction.table}.{name}")
    )


def _literal(table: str, column: str, value: Any) -> pl.Expr:
    is_day = TABLES[table].column(column).kind == "date" and value is not None
    return pl.lit(dt.date.fromisoformat(value) if is_day else value)


def rows_about(registers: Registers, *, person_id: str, address_id: str) -> Iterator[tuple[str, Row]]:
    """(table, row as JSON values) of what the registers say of the person and of the home, register by register.

    Of others only that, and since when, they are registered at the home, and that they are related to the person.
    """
    own, home = pl.col("person_id") == person_id, pl.col("address_id") == address_id
    wanted: Mapping[str, pl.Expr] = {
        "residence": own | home,
        "relation": own | (pl.col("related_id") == person_id),
        "address": home,
        "signal": own | (home & pl.col("person_id").is_null()),
    }
    for table in CORRECTABLE:
        rows = registers.table(table).filter(wanted.get(table, own)).collect()
        for row in rows.sort(rows.columns, nulls_last=True).iter_rows(named=True):
            yield table, {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
