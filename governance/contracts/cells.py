"""Rules that one row can be held to by itself, compiled from the schema to Polars expressions and found in one pass.

Must not know any table by name. Reads each register once, in batches; only the numbers of faulty rows are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from governance.contracts import rules
from governance.contracts.source import ROW, Source, as_faults, join_faults, stream, unreadable_flag
from governance.registers import Column, Table


@dataclass(frozen=True)
class Check:
    """`broken` is true (never null) where `column` breaks `rule`."""

    rule: str
    column: str
    broken: pl.Expr


def find_cell_faults(source: Source) -> pl.DataFrame:
    """Faults (`FAULT_SCHEMA`) of every rule on single rows."""
    checks = compile_checks(source.table, unreadable=source.doubtful)
    flags = source.flagged.select(ROW, *(check.broken.alias(str(n)) for n, check in enumerate(checks)))
    found = stream(flags.filter(pl.any_horizontal(pl.exclude(ROW))))
    return join_faults(
        [
            as_faults(found.filter(pl.col(str(n)))[ROW], column=check.column, rule=check.rule)
            for n, check in enumerate(checks)
        ]
    )


def compile_checks(table: Table, *, unreadable: frozenset[str] = frozenset()) -> tuple[Check, ...]:
    """The checks on single rows of `table`; columns in `unreadable` have a flag column `unreadable_flag(name)`."""
    own = {column.name: tuple(_own_checks(column, flagged=column.name in unreadable)) for column in table.columns}
    leaning = [check for column in table.columns for check in _leaning_checks(column, table, own)]
    return (*(check for checks in own.values() for check in checks), *leaning)


def _own_checks(column: Column, *, flagged: bool) -> Iterator[Check]:
    """Rules on the cell alone."""
    value = pl.col(column.name)
    unreadable = pl.col(unreadable_flag(column.name)) if flagged else pl.lit(False)
    if flagged:
        yield Check(rules.TYPE, column.name, unreadable)
    if not column.nullable:
        yield Check(rules.MISSING_VALUE, column.name, value.is_null() & ~unreadable)
    if column.codes:
        yield Check(rules.UNKNOWN_CODE, column.name, _true(~value.is_in(column.codes)))
    if column.length is not None:
        yield Check(rules.LENGTH, column.name, _true(value.str.len_chars() != column.length))
    if column.first_of_month:
        yield Check(rules.NOT_FIRST_OF_MONTH, column.name, _true(value.dt.day() != 1))
    if column.limit_unless is None and _has_limit(column):
        yield Check(rules.OUT_OF_RANGE, column.name, _outside(column))


def _leaning_checks(column: Column, table: Table, own: dict[str, tuple[Check, ...]]) -> Iterator[Check]:
    """Rules that lean on another cell of the row; not applied where either cell is faulty by itself."""
    for rule, other, broken in _comparisons(column, table):
        sound = ~pl.any_horizontal(*(check.broken for check in (*own[column.name], *own[other])), pl.lit(False))
        yield Check(rule, column.name, _true(broken) & sound)


def _comparisons(column: Column, table: Table) -> Iterator[tuple[str, str, pl.Expr]]:
    value = pl.col(column.name)
    if column.limit_unless is not None:
        exception = column.limit_unless
        applies = pl.col(exception.column) != exception.value
        yield rules.OUT_OF_RANGE, table.column(exception.column).name, _outside(column) & applies
    if column.after is not None:
        yield rules.DATE_ORDER, column.after, value <= pl.col(column.after)
    if column.not_before is not None:
        yield rules.DATE_ORDER, column.not_before, value < pl.col(column.not_before)
    if column.not_after is not None:
        yield rules.DATE_ORDER, column.not_after, value > pl.col(column.not_after)
    if column.differs_from is not None:
        yield rules.SELF_RELATION, column.differs_from, value == pl.col(column.differs_from)
    if column.null_with is not None:
        yield rules.EMPTY_TOGETHER, column.null_with, value.is_null() != pl.col(column.null_with).is_null()


def _has_limit(column: Column) -> bool:
    return (column.above, column.at_least, column.at_most) != (None, None, None)


def _outside(column: Column) -> pl.Expr:
    value = pl.col(column.name)
    outside = pl.lit(False)
    if column.above is not None:
        outside |= value <= column.above
    if column.at_least is not None:
        outside |= value < column.at_least
    if column.at_most is not None:
        outside |= value > column.at_most
    return _true(outside)


def _true(condition: pl.Expr) -> pl.Expr:
    """An empty cell breaks nothing but the rule that it must not be empty."""
    return condition.fill_null(False)
