"""One register column of a world changed to other valid values, and nothing else: what depends on it must move.

Times only ever shorten what a row tells (recorded later, ended earlier), so that no two versions of one fact meet.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import polars as pl

from governance.registers import POLARS_TYPES, TABLES, Registers
from governance.registers.schema import Column

LATER = {"valid_from", "recorded_on", "opened_on", "effective_from"}
EARLIER = {"valid_to", "retracted_on", "closed_on", "reversed_on"}
RENAMED = {"person_id", "related_id", "address_id", "grant_id", "case_id", "effect_id", "signal_id"}


def with_column_changed(registers: Registers, table: str, column: str, *, seed: int, like: float = 0.5) -> Registers:
    """The world with about a share `like` of the values of `table.column` changed."""
    rng = random.Random(f"{table}.{column}.{seed}")
    frame = registers.table(table).collect()
    contract = TABLES[table].column(column)
    if column in RENAMED:
        new = _renamed(rng, frame[column].to_list(), like)
    else:
        change = _changer(rng, contract, frame[column].drop_nulls().to_list())
        new = [change(value) if rng.random() < like else value for value in frame[column].to_list()]
    changed = frame.with_columns(pl.Series(column, new, dtype=POLARS_TYPES[contract.kind]))
    return Registers(dict(registers.frames) | {table: changed.lazy()}, registers.directory)


def _renamed(rng: random.Random, values: list[Any], like: float) -> list[Any]:
    """The same keys, some of them exchanged with each other: every row of a key moves to the same other key."""
    keys = sorted({value for value in values if value is not None})
    moved = [key for key in keys if rng.random() < like]
    others = rng.sample(moved, len(moved))
    exchange = dict(zip(moved, others, strict=True))
    return [exchange.get(value, value) for value in values]


def _changer(rng: random.Random, column: Column, known: list[Any]) -> Callable[[Any], Any]:
    days = lambda: dt.timedelta(days=rng.choice((1, 40, 400, 1500)))  # noqa: E731
    if column.name in LATER:
        return lambda value: value + days()
    if column.name in EARLIER:
        # never before anything began: a case is closed when it was opened at the earliest
        return lambda value: (value or rng.choice(known or [dt.date(2024, 1, 1)])) - days()
    if column.first_of_month:
        return lambda value: (value - dt.timedelta(days=rng.choice((1, 200)))).replace(day=1)
    if column.kind == "date":
        return lambda value: value + rng.choice((-1, 1)) * dt.timedelta(days=rng.choice((300, 9000)))
    if column.kind == "bool":
        return lambda value: not value
    if column.codes:
        return lambda value: rng.choice([code for code in column.codes if code != value])
    if column.kind in ("int", "float"):
        return lambda value: type(value or 0)((value or 0) + rng.choice((1, 3, 90)))
    return lambda value: f"{value}-{rng.randrange(3)}"
