"""What a check found, counted: the one shape for `--json`, for the run's record and for the message that stops a run.

Holds row numbers and our own names; never a cell, so never a person or an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from governance.as_of import AsOf
from governance.errors import DataContractError
from governance.settings import Settings

TOP_RULES = 3


@dataclass(frozen=True, kw_only=True)
class TableCount:
    """Rows of one register: all, faulty by themselves, and faulty only because what they refer to is."""

    rows: int
    quarantined: int
    consequences: int


@dataclass(frozen=True, kw_only=True)
class TableFault:
    """A fault of a register as a whole, which stops the run: too many faulty rows, or nothing recent."""

    table: str
    column: str
    rule: str
    what: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class ContractReport:
    """The outcome of one check.

    `faults`: table str, row u32 (from 0 in file order), column str, rule str, consequence bool; one line for each rule
    a row breaks, in the order of the registers, rows and rules.
    """

    as_of: AsOf
    tables: Mapping[str, TableCount]
    faults: pl.DataFrame
    table_faults: tuple[TableFault, ...]
    expectations: int

    @property
    def acceptable(self) -> bool:
        """Whether the run may go on without the quarantined rows."""
        return not self.table_faults

    def rows_out(self, table: str) -> pl.Series:
        """Numbers (u32, ascending) of the rows of `table` that are left out, consequences included."""
        return self.faults.filter(pl.col("table") == table)["row"].unique().sort()

    def as_json(self) -> dict[str, Any]:
        """Plain mappings and lists, ready for `json.dumps`."""
        return {
            "as_of": str(self.as_of),
            "acceptable": self.acceptable,
            "expectations": self.expectations,
            "tables": {name: vars(count) for name, count in self.tables.items()},
            "table_faults": [vars(fault) for fault in self.table_faults],
            "faults": self.faults.to_dicts(),
        }


def require_acceptable(report: ContractReport) -> None:
    """Raise `DataContractError` when the registers are too faulty or too old to go on with."""
    if report.acceptable:
        return
    raise DataContractError(
        " ".join(fault.what for fault in report.table_faults),
        item=", ".join(dict.fromkeys(fault.table for fault in report.table_faults)),
        remedy=" ".join(dict.fromkeys(fault.remedy for fault in report.table_faults)),
    )


def too_many_faults(table: str, count: TableCount, faults: pl.DataFrame, settings: Settings) -> list[TableFault]:
    """The fault of a register with more faulty rows than settings allow; `faults` are those of this register."""
    allowed = max(settings.quarantine_share * count.rows, settings.quarantine_rows)
    if count.quarantined <= allowed:
        return []
    own = faults.filter(~pl.col("consequence"))
    top = own.group_by("column", "rule").len().sort("len", "column", "rule", descending=[True, False, False])
    shown = ", ".join(f"{number} {rule} in {column}" for column, rule, number in top.head(TOP_RULES).iter_rows())
    return [
        TableFault(
            table=table,
            column=str(top["column"][0]),
            rule="too-many-faults",
            what=f"{table}: {count.quarantined} of {count.rows} rows are faulty, {int(allowed)} may be ({shown}).",
            remedy="Correct the export; `registers check --json` lists every row.",
        )
    ]
