"""The vocabulary of the register contract: what can be said of a column and of a table.

Data only. One declaration is read by the loader, the checks, the Great Expectations suites and the published page, so
that they cannot disagree. Must not know any table, any file, or how a rule is carried out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["str", "date", "int", "float", "bool"]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """`column` holds `value`: when a limit does not apply."""

    column: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its type, whether it may be empty, and every rule that a single row can be held to.

    Rules that name another column (`after`, `not_before`, ...) are not applied where that other cell is itself faulty,
    so that one wrong cell is one fault.
    """

    name: str
    kind: Kind
    text: str
    nullable: bool = False
    codes: tuple[str, ...] | tuple[int, ...] = ()
    length: int | None = None
    above: int | None = None
    at_least: int | None = None
    at_most: int | None = None
    limit_unless: Condition | None = None
    first_of_month: bool = False
    after: str | None = None
    not_before: str | None = None
    not_after: str | None = None
    differs_from: str | None = None
    null_with: str | None = None

    @property
    def type_text(self) -> str:
        """The type as the contract writes it: `str4`, `date, null`."""
        return f"{self.kind}{self.length or ''}{', null' if self.nullable else ''}"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Every value of `column` is a value of `target` in some row, of any version, of `table`."""

    column: str
    table: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """One register.

    `fact_key` names the columns that say which fact a row is a version of: no two versions of one fact may be known
    and hold on one day. `known_from` is the day the register knew the row, `freshness_column` the one whose newest
    value must be recent.
    """

    name: str
    text: str
    source: str
    columns: tuple[Column, ...]
    fact_key: tuple[str, ...] = ()
    unique_key: str | None = None
    references: tuple[Reference, ...] = ()
    known_from: str | None = None
    freshness_column: str | None = None

    @property
    def versioned(self) -> bool:
        """Whether the table carries the four columns of bitemporal time."""
        return bool(self.fact_key)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns in the order of the contract."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
