"""Whether a directory has the form of the contract at all: files, columns, types. A fault here stops the run.

Parquet files are forgiven what loses nothing, because the common writers do it unasked:

- narrower integers; integers in a float column; dictionary-encoded text; a timestamp at midnight for a day;
- a column without a type where it holds no value (an all-empty column);
- whole numbers as float64, when the column may be empty or is empty in some row: so pandas writes a gap. A float column
  without a gap where the contract says int is refused: money is never a float.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from governance.errors import DataContractError
from governance.registers import TABLES, Column, Table
from governance.registers.loading import SUFFIXES, scan_raw

SHOWN_FAULTS = 5
_WIDENED: dict[str, frozenset[type[pl.DataType]]] = {
    "str": frozenset({pl.String, pl.Categorical, pl.Enum, pl.Null}),
    "date": frozenset({pl.Date, pl.Null}),
    "int": frozenset({pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.Null}),
    "float": frozenset(
        {pl.Float32, pl.Float64, pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.Null}
    ),
    "bool": frozenset({pl.Boolean, pl.Null}),
}


@dataclass(frozen=True, kw_only=True)
class StructureFault:
    """What is wrong with a file or one of its columns, and what to do."""

    file: str
    what: str
    remedy: str
    column: str | None = None

    @property
    def item(self) -> str:
        """The file, and the column where there is one."""
        return self.file if self.column is None else f"{self.file}, column '{self.column}'"

    def __str__(self) -> str:
        return f"{self.item}: {self.what} {self.remedy}"


def require_structure(directory: Path) -> None:
    """Raise `DataContractError` naming file, column and remedy unless `directory` has the form of the contract."""
    faults = find_structure_faults(directory)
    if not faults:
        return
    shown = faults[:SHOWN_FAULTS]
    more = f" And {len(faults) - len(shown)} more." if len(faults) > len(shown) else ""
    raise DataContractError(
        f"The registers do not have the form of the contract ({len(faults)} faults): "
        + " ".join(f"{fault.item}: {fault.what}" for fault in shown)
        + more,
        item="; ".join(fault.item for fault in shown),
        remedy=" ".join(dict.fromkeys(fault.remedy for fault in shown)),
    )


def find_structure_faults(directory: Path) -> tuple[StructureFault, ...]:
    """Every fault in the form of `directory`: files first, then columns and types file by file."""
    if not directory.is_dir():
        return (
            StructureFault(file=str(directory), what="There is no such directory.", remedy="Name the registers' one."),
        )
    # macOS leaves `._person.parquet` beside every file it copies: what is hidden is nobody's register
    shown = (path for path in directory.iterdir() if path.is_file() and not path.name.startswith("."))
    files = sorted(path for path in shown if path.suffix in SUFFIXES)
    known = [path for path in files if path.stem in TABLES]
    return (*_file_faults(files), *(fault for path in known for fault in _content_faults(path, TABLES[path.stem])))


def _file_faults(files: list[Path]) -> Iterator[StructureFault]:
    stems = [path.stem for path in files]
    for name in TABLES:
        if name not in stems:
            yield StructureFault(
                file=f"{name}.parquet",
                what=f"The register '{name}' is missing.",
                remedy=f"Export it as {name}.parquet or {name}.csv.",
            )
        elif stems.count(name) > 1:
            yield StructureFault(
                file=f"{name}.csv",
                what=f"The register '{name}' is there both as Parquet and as CSV.",
                remedy="Remove one of the two.",
            )
    for path in files:
        if path.stem not in TABLES:
            yield StructureFault(
                file=path.name,
                what="No register of the contract has this name.",
                remedy="Move the file out of the directory, or give it the register's name.",
            )


def _content_faults(path: Path, table: Table) -> Iterator[StructureFault]:
    try:
        schema = scan_raw(path).collect_schema()
        yield from _column_faults(path.name, table, schema)
        if path.suffix == ".parquet":
            yield from _type_faults(path, table, schema)
    except (pl.exceptions.PolarsError, OSError):
        yield unreadable(path)


def unreadable(path: Path) -> StructureFault:
    """The fault of a file that is not what its name says. The library's words may quote a cell and stay out."""
    form = "a Parquet file" if path.suffix == ".parquet" else "UTF-8 text with commas and one header line"
    return StructureFault(file=path.name, what="The file cannot be read.", remedy=f"Export it anew as {form}.")


def _column_faults(file: str, table: Table, schema: pl.Schema) -> Iterator[StructureFault]:
    for name in table.column_names:
        if name not in schema:
            yield StructureFault(
                file=file,
                column=name,
                what="The column is missing.",
                remedy=f"Add '{name}' ({table.column(name).type_text}).",
            )
    for name in schema:
        if name not in table.column_names:
            yield StructureFault(
                file=file,
                column=name,
                what="The column is not in the contract.",
                remedy=f"Leave '{name}' out of the export: what is not in the contract is not read.",
            )


def _type_faults(path: Path, table: Table, schema: pl.Schema) -> Iterator[StructureFault]:
    present = [column for column in table.columns if column.name in schema]
    doubtful = [column for column in present if schema[column.name].base_type() not in _WIDENED[column.kind]]
    if not doubtful:
        return
    forgiven = scan_raw(path).select(_loses_nothing(column, schema[column.name]) for column in doubtful)
    verdict = forgiven.collect(engine="streaming").row(0, named=True)
    for column in doubtful:
        if not verdict[column.name]:
            yield StructureFault(
                file=path.name,
                column=column.name,
                what=f"The type is {schema[column.name]}, not {column.kind}.",
                remedy=f"Write '{column.name}' as {column.type_text}.",
            )


def _loses_nothing(column: Column, source: pl.DataType) -> pl.Expr:
    value = pl.col(column.name)
    if column.kind == "date" and isinstance(source, pl.Datetime) and source.time_zone is None:
        verdict = (value == value.dt.truncate("1d")).all()
    elif column.kind == "int" and source.is_float():
        present = value.fill_nan(None)
        gap = pl.lit(True) if column.nullable else present.is_null().any()
        verdict = (present == present.round()).all() & gap
    else:
        verdict = pl.lit(False)
    return verdict.alias(column.name)
