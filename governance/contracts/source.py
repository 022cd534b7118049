"""One register's file, opened: as it stands, and read as the contract types, each row with its place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from governance.registers import TABLES, Table, register_file
from governance.registers.loading import scan_raw, typed_column

ROW = "__row"
FAULT_SCHEMA = pl.Schema({"row": pl.UInt32, "column": pl.String, "rule": pl.String})


@dataclass(frozen=True)
class Source:
    """A register's file: `raw` as it stands, `typed` in contract types; both carry `ROW` (UInt32, from 0).

    `flagged` is `typed` with a column `unreadable_flag(name)` (bool) for each name in `doubtful`.
    """

    table: Table
    path: Path
    raw: pl.LazyFrame
    typed: pl.LazyFrame
    flagged: pl.LazyFrame
    doubtful: frozenset[str]

    @property
    def as_written(self) -> pl.LazyFrame:
        """What makes two rows the same row: in CSV the text, since two unreadable cells may differ."""
        return self.raw if self.path.suffix == ".csv" else self.typed


def open_source(directory: Path, name: str) -> Source:
    """The file of register `name` in `directory`; its structure must have been checked."""
    path = register_file(directory, name)
    raw = scan_raw(path, row_number=ROW)
    kinds = raw.collect_schema()
    table = TABLES[name]
    typed = {column.name: typed_column(column, kinds[column.name]) for column in table.columns}
    doubtful = frozenset(c.name for c in table.columns if c.kind != "str") if path.suffix == ".csv" else frozenset()
    flags = [(pl.col(n).is_not_null() & typed[n].is_null()).alias(unreadable_flag(n)) for n in sorted(doubtful)]
    return Source(
        table=table,
        path=path,
        raw=raw.select(ROW, *table.column_names),
        typed=raw.select(ROW, *typed.values()),
        flagged=raw.select(ROW, *typed.values(), *flags),
        doubtful=doubtful,
    )


def unreadable_flag(name: str) -> str:
    """The column that says whether the CSV cell in `name` could not be read as its type."""
    return f"__unreadable_{name}"


def stream(frame: pl.LazyFrame) -> pl.DataFrame:
    """Collect in batches: what is kept in memory is the result, not the register."""
    return frame.collect(engine="streaming")


def as_faults(rows: pl.Series, *, column: str, rule: str) -> pl.DataFrame:
    """A fault of `rule` in `column` for each row number (frame of `FAULT_SCHEMA`)."""
    return pl.DataFrame({"row": rows.cast(pl.UInt32)}).with_columns(
        pl.lit(column).alias("column"), pl.lit(rule).alias("rule")
    )


def join_faults(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """All of `parts` in one frame of `FAULT_SCHEMA`."""
    return pl.concat([pl.DataFrame(schema=FAULT_SCHEMA), *parts])
