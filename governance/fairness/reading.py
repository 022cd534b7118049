"""A decisions table from a file as it stands: CSV as text, Parquet with its own types, each row with its place.

Judges the form of the file only (one header, no name twice, whole lines); what its values mean is `decisions`' matter.
An error here never quotes a cell: a file without a header has a person in its first line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from governance.errors import DataContractError, UsageError

PLACE = "__place"
"""Where a row stands (UInt32): its line in a CSV file (the header is line 1), its number from 1 in Parquet."""

_SEPARATORS = (",", ";", "\t")
_PARQUET = b"PAR1"
_FORM = "Give a CSV file in UTF-8 or a Parquet file with one row a decision and one line of column names."


def load_decisions(path: Path) -> pl.DataFrame:
    """The table in `path` with its columns as they stand and `PLACE`; lines with nothing in them are left out.

    `UsageError` when there is no such file; `DataContractError` when it is no table.
    """
    if not path.is_file():
        raise UsageError("There is no such file.", item=str(path), remedy="Name a CSV or Parquet file of decisions.")
    with path.open("rb") as file:
        start = file.read(len(_PARQUET))
    if not start:
        raise DataContractError("The file is empty.", item=path.name, remedy=_FORM)
    return _read_parquet(path) if start == _PARQUET else _read_csv(path)


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path, hive_partitioning=False, glob=False)
    except (pl.exceptions.PolarsError, OSError):
        raise DataContractError("The Parquet file cannot be read.", item=path.name, remedy=_FORM) from None
    return _with_place(frame, pl.Series(PLACE, range(1, frame.height + 1), dtype=pl.UInt32))


def _read_csv(path: Path) -> pl.DataFrame:
    separator = _separator(path)
    names, places = _survey(path, separator)
    try:
        frame = pl.read_csv(path, infer_schema=False, separator=separator, glob=False)
    except pl.exceptions.PolarsError:
        raise _unreadable(path) from None
    if frame.height != len(places) or frame.width != len(names):
        raise _unreadable(path)
    frame.columns = names
    written = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return _with_place(frame, pl.Series(PLACE, places, dtype=pl.UInt32)).filter(written)


def _with_place(frame: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    if PLACE in frame.columns:
        raise DataContractError("A column has a name that is ours.", item=PLACE, remedy="Give it another name.")
    return frame.with_columns(places)


def _survey(path: Path, separator: str) -> tuple[list[str], list[int]]:
    """The column names and the line at which each row starts; refuses names twice and lines of another length."""
    lines = _lines(path, separator)
    names = [name.strip() for name in next(lines)[1]]
    twice = sorted({place + 1 for place, name in enumerate(names) if names.count(name) > 1})
    if twice:
        # the name itself may be a person's value: a file without a header looks just like this
        where = f"{path.name}, columns number {', '.join(map(str, twice))}"
        raise DataContractError("Two columns have the same name.", item=where, remedy="Give each its own name.")
    places, ragged = [], []
    for line, cells in lines:
        places.append(line)
        if cells and len(cells) != len(names):
            ragged.append(line)
    if ragged:
        remedy = "Write every line with as many cells as there are column names; quote a text that has the separator."
        raise DataContractError("Some lines are too short or too long.", item=shown_places(ragged), remedy=remedy)
    return names, places


def _lines(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader, line = csv.reader(file, delimiter=separator, strict=True), 1
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
    except (UnicodeDecodeError, csv.Error):
        raise _unreadable(path) from None


def _separator(path: Path) -> str:
    """What parts the column names: the one of the three usual marks that the first line has most of."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
    except UnicodeDecodeError:
        raise _unreadable(path) from None
    return max(_SEPARATORS, key=header.count)


def _unreadable(path: Path) -> DataContractError:
    return DataContractError("The file cannot be read as a table in UTF-8.", item=path.name, remedy=_FORM)


def shown_places(places: Sequence[int], *, of: str = "lines", most: int = 10) -> str:
    """`lines 3, 17 and 2 more`: the first places and how many there are besides."""
    shown = f"{of if len(places) > 1 else of[:-1]} {', '.join(str(place) for place in places[:most])}"
    return f"{shown} and {len(places) - most:,} more" if len(places) > most else shown
