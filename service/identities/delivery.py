"""The municipality's own file of names, CPR numbers and road names, read strictly: each fault is told with its line.

What is wrong is said without repeating it: a fault never quotes a name or a number. Must not know the database.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from governance.errors import DataContractError
from service.identities import cpr_number

FILES: Mapping[str, tuple[str, ...]] = {
    "persons": ("person_id", "cpr_number", "name"),
    "roads": ("municipality_code", "road_code", "road_name"),
}
"""File name without ending → its columns, all text."""
SHOWN_FAULTS = 20
MOST_CHARACTERS = 200
Row = tuple[int, Mapping[str, str]]
Fault = tuple[str, int, str]


@dataclass(frozen=True)
class Delivery:
    """What was delivered: person_id → (line, ten digits, name), and (municipality, road) code → road name."""

    persons: Mapping[str, tuple[int, str, str]] = field(repr=False)
    roads: Mapping[tuple[str, str], str]


def load_delivery(directory: Path, *, invented: bool) -> Delivery:
    """Both files of a directory, `persons` and `roads`, each `.csv` (UTF-8, comma) or `.parquet`.

    `invented`: the town is, and only numbers that nobody can have are taken; otherwise only those that somebody can.
    `DataContractError` names the first faults by file and line, and how many there are.
    """
    faults: list[Fault] = []
    persons = _persons(_rows(directory, "persons"), faults, _number_rule(invented))
    roads = _roads(_rows(directory, "roads"), faults)
    refuse(faults)
    return Delivery(persons, roads)


def refuse(faults: Sequence[Fault]) -> None:
    """`DataContractError` with the first of the faults (file, line, what is wrong); nothing when there are none."""
    if not faults:
        return
    shown = "; ".join(f"{name} line {line}: {what}" for name, line, what in faults[:SHOWN_FAULTS])
    more = f"; and {len(faults) - SHOWN_FAULTS} more" if len(faults) > SHOWN_FAULTS else ""
    raise DataContractError(
        f"{len(faults)} lines cannot be taken: {shown}{more}.",
        item=faults[0][0],
        remedy="Correct the lines in the delivery and import it again: nothing was taken from it.",
    )


def _number_rule(invented: bool) -> Callable[[str], str]:
    def fault_of(digits: str) -> str:
        if invented:
            return "" if cpr_number.invented(digits) else "in an invented town only an impossible CPR number is taken"
        return "" if cpr_number.possible(digits) else "nobody can have this CPR number"

    return fault_of


def _persons(
    rows: Iterable[Row], faults: list[Fault], number_fault: Callable[[str], str]
) -> dict[str, tuple[int, str, str]]:
    persons: dict[str, tuple[int, str, str]] = {}
    numbers: set[str] = set()
    for line, cells in rows:
        digits = cpr_number.read_cpr(cells["cpr_number"].strip())
        key, name = cells["person_id"], unicodedata.normalize("NFC", cells["name"].strip())
        said = _person_fault(key, digits, name, number_fault)
        if not said and (key in persons or digits in numbers):
            said = "the person or the CPR number stands in an earlier line"
        if said or digits is None:
            faults.append(("persons", line, said))
            continue
        persons[key] = (line, digits, name)
        numbers.add(digits)
    return persons


def _person_fault(key: str, digits: str | None, name: str, number_fault: Callable[[str], str]) -> str:
    if not one_line(key):
        return "the person_id is empty or not one line of text"
    if digits is None:
        return "the CPR number is not ten digits"
    if not one_line(name):
        return "the name is empty or not one line of text"
    return number_fault(digits)


def _roads(rows: Iterable[Row], faults: list[Fault]) -> dict[tuple[str, str], str]:
    roads: dict[tuple[str, str], str] = {}
    for line, cells in rows:
        code, name = (cells["municipality_code"], cells["road_code"]), cells["road_name"].strip()
        if not all(re.fullmatch(r"\d{4}", part, re.ASCII) for part in code):
            faults.append(("roads", line, "a code is not four digits"))
        elif not one_line(name):
            faults.append(("roads", line, "the road name is empty or not one line of text"))
        elif code in roads:
            faults.append(("roads", line, "the road stands in an earlier line"))
        else:
            roads[code] = unicodedata.normalize("NFC", name)
    return roads


def one_line(text: str) -> bool:
    """Whether the text is one line of letters: no control, no direction mark, not too long."""
    return bool(text.strip()) and len(text) <= MOST_CHARACTERS and text.isprintable()


def _rows(directory: Path, name: str) -> Iterator[Row]:
    found = [path for path in (directory / f"{name}.csv", directory / f"{name}.parquet") if path.is_file()]
    if len(found) != 1:
        raise DataContractError(
            f"There must be one file {name}.csv or {name}.parquet.", item=name, remedy="Deliver exactly one of the two."
        )
    return _csv_rows(found[0], name) if found[0].suffix == ".csv" else _parquet_rows(found[0], name)


def _csv_rows(path: Path, name: str) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            _require_columns(next(reader, []), name)
            for cells in reader:
                if len(cells) != len(FILES[name]):
                    refuse([(name, reader.line_num, "the line does not have the columns of the header")])
                yield reader.line_num, dict(zip(FILES[name], cells, strict=True))
        except (csv.Error, UnicodeDecodeError):
            # the words of the fault quote the file
            refuse([(name, reader.line_num + 1, "the line is not CSV in UTF-8")])


def _parquet_rows(path: Path, name: str) -> Iterator[Row]:
    import polars as pl

    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        refuse([(name, 1, "the file is not Parquet")])
        return
    _require_columns(frame.columns, name)
    for row, cells in enumerate(frame.select(FILES[name]).iter_rows(), start=1):
        if not all(isinstance(cell, str) for cell in cells):
            refuse([(name, row, "every cell must be text")])
        yield row, dict(zip(FILES[name], cells, strict=True))


def _require_columns(columns: Sequence[str], name: str) -> None:
    if tuple(columns) != FILES[name]:
        raise DataContractError(
            f"The columns must be {', '.join(FILES[name])}, in this order and no others.",
            item=name,
            remedy="What is not asked for is not read: leave other columns out of the delivery.",
        )
