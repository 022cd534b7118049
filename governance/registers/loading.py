"""The lazy way from a directory of files to typed tables.

Two forms of one register, Parquet and CSV, become the same types here, so that nothing downstream knows which it was.
Must not judge: what breaks the contract is found by `governance.contracts`, and a frame from here has not been checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from governance.errors import DataContractError
from governance.registers.schema import Column, Kind
from governance.registers.tables import TABLES

SUFFIXES = (".parquet", ".csv")
POLARS_TYPES: Mapping[Kind, type[pl.DataType]] = {
    "str": pl.String,
    "date": pl.Date,
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
}
_ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
# pandas writes a column of whole numbers with a gap in it as `80.0`
_WHOLE_NUMBER = r"^[+-]?\d+(\.0+)?$"
_TRUE = ("true", "1")
_FALSE = ("false", "0")


@dataclass(frozen=True)
class Registers:
    """The ten registers as lazy frames of contract columns; reading one costs nothing until it is collected."""

    frames: Mapping[str, pl.LazyFrame]
    directory: Path | None = None

    def table(self, name: str) -> pl.LazyFrame:
        """The register called `name`: the columns of the contract, in its order and types."""
        return self.frames[name]


def load_registers(directory: Path) -> Registers:
    """Every register in `directory`, unchecked; `DataContractError` when a file is missing."""
    return Registers(frames={name: scan_register(directory, name) for name in TABLES}, directory=directory)


def register_file(directory: Path, name: str) -> Path:
    """The file that holds register `name`; `DataContractError` when there is none."""
    for suffix in SUFFIXES:
        path = directory / f"{name}{suffix}"
        if path.is_file():
            return path
    raise DataContractError(
        f"The register '{name}' is missing.",
        item=f"{name}.parquet",
        remedy=f"Export it to {name}.parquet or {name}.csv in the same directory.",
    )


def scan_register(directory: Path, name: str, *, row_number: str | None = None) -> pl.LazyFrame:
    """Register `name` as a lazy frame in contract columns and types; unreadable CSV cells become null.

    `row_number` names an extra first column (UInt32) with the row's place in the file, from 0.
    """
    raw = scan_raw(register_file(directory, name), row_number=row_number)
    kinds = raw.collect_schema()
    typed = [typed_column(column, kinds[column.name]) for column in TABLES[name].columns]
    return raw.select(*([row_number] if row_number else []), *typed)


def scan_raw(path: Path, *, row_number: str | None = None) -> pl.LazyFrame:
    """The file as it stands: Parquet with its own types, CSV as text with the empty cell as null."""
    if path.suffix == ".parquet":
        # one file is one table: a directory name with `=` in it must not become a column
        return pl.scan_parquet(path, row_index_name=row_number, hive_partitioning=False, glob=False)
    text = pl.scan_csv(path, infer_schema=False, row_index_name=row_number, glob=False)
    # the quoted empty cell too: what a tool quotes is a matter of taste
    return text.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep())


def typed_column(column: Column, source: pl.DataType) -> pl.Expr:
    """`column` read from a raw frame as its contract type; what cannot be read becomes null, and so does NaN."""
    value = pl.col(column.name)
    if source == pl.String:
        return _parsed(value, column.kind).alias(column.name)
    if source.is_float():
        value = value.fill_nan(None)
    return value.cast(POLARS_TYPES[column.kind], strict=False)


def _parsed(cell: pl.Expr, kind: Kind) -> pl.Expr:
    if kind == "date":
        return pl.when(cell.str.contains(_ISO_DATE)).then(cell).str.to_date("%Y-%m-%d", strict=False)
    if kind == "int":
        whole = pl.when(cell.str.contains(_WHOLE_NUMBER)).then(cell)
        return whole.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    if kind == "float":
        return cell.cast(pl.Float64, strict=False).fill_nan(None)
    if kind == "bool":
        word = cell.str.to_lowercase()
        return pl.when(word.is_in(_TRUE)).then(True).when(word.is_in(_FALSE)).then(False)
    return cell


def leave_out(frame: pl.LazyFrame, rows: pl.Series, *, row_number: str) -> pl.LazyFrame:
    """`frame`, which carries `row_number`, without the rows numbered in `rows`."""
    return frame.filter(~pl.col(row_number).is_in(rows.implode())) if len(rows) else frame
