"""The registers as known at the close of a day: the only way to a row.

A *unit* is one address at one day (`unit_id, address_id, day`). Each row that leaves this module belongs to a unit and
was known at the unit's day; nothing recorded later can be reached. Dates are int64 days since 1970-01-01.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw
import polars as pl

from features.engines import Engine, Frame

EPOCH = dt.date(1970, 1, 1)
VERSION_COLUMNS = ("valid_from", "valid_to", "recorded_on", "retracted_on")


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def known() -> nw.Expr:
    """The row was recorded by the unit's day and had not been corrected away (registers.md, *known at*)."""
    return (nw.col("recorded_on") <= nw.col("day")) & (
        nw.col("retracted_on").is_null() | (nw.col("retracted_on") > nw.col("day"))
    )


def holds() -> nw.Expr:
    """The fact holds on the unit's day (registers.md, *holds at*)."""
    return (nw.col("valid_from") <= nw.col("day")) & (
        nw.col("valid_to").is_null() | (nw.col("valid_to") > nw.col("day"))
    )


@dataclass(frozen=True)
class World:
    """The registers behind an engine, seen from the units' days.

    `last_day` is the latest day of any unit: rows recorded after it cannot be known to any and are never read.
    """

    engine: Engine
    units: Frame
    last_day: int

    def facts(self, table: str, *, of: Frame, on: str, columns: Mapping[str, str], key: str) -> Frame:
        """Versions of a fact known at the unit's day, joined to `of` by `of.on == table.key`.

        Returns the columns of `of`, the table's `columns` (new name → column) and its four time columns. A later
        condition on `holds()` picks the version of the day.
        """
        versions = self._rows_of(table, {**columns, **{name: name for name in VERSION_COLUMNS}}, key)
        return of.join(versions, left_on=on, right_on="join_key", how="inner").filter(known())

    def events(self, table: str, *, of: Frame, on: str, columns: Mapping[str, str], key: str) -> Frame:
        """Events (payments, signals) recorded by the unit's day, joined to `of` by `of.on == table.key`."""
        rows = self._rows_of(table, {**columns, "recorded_on": "recorded_on"}, key)
        return of.join(rows, left_on=on, right_on="join_key", how="inner").filter(
            nw.col("recorded_on") <= nw.col("day")
        )

    def cases(self, *, of: Frame) -> Frame:
        """Control cases of the unit's address opened by the unit's day; what came later is masked.

        `closed_on`, `outcome` and `hours` are null while the case was open on that day.
        """
        rows = self.engine.table("control_case").select("case_id", "address_id", "opened_on", "closed_on", "outcome")
        closed = nw.col("closed_on") <= nw.col("day")
        return (
            of.join(rows, on="address_id", how="inner")
            .filter(nw.col("opened_on") <= nw.col("day"))
            .with_columns(
                outcome=nw.when(closed).then(nw.col("outcome")),
                closed_on=nw.when(closed).then(nw.col("closed_on")),
            )
        )

    def _rows_of(self, table: str, columns: Mapping[str, str], key: str) -> Frame:
        rows = self.engine.table(table).filter(nw.col("recorded_on") <= self.last_day)
        return rows.select(nw.col(key).alias("join_key"), *(nw.col(old).alias(new) for new, old in columns.items()))


def make_world(engine: Engine, units: pl.DataFrame) -> World:
    """A world for `units` (`unit_id` str, `address_id` str, `as_of` date), each seen from the close of its own day."""
    numbered = units.select("unit_id", "address_id", day=pl.col("as_of").cast(pl.Int32).cast(pl.Int64))
    last_day = numbered["day"].max()
    return World(engine, engine.rows(numbered), last_day if isinstance(last_day, int) else 0)
