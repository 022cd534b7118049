"""The shape of every record: fields of statements, each with its source, as one JSON document.

A statement that nobody has made yet is an open point and says so; it is never filled by guessing. Knows no field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOT_FILLED_IN = "not filled in by the municipality"
NOT_FILLED_IN_DA = "ikke udfyldt af kommunen"
NOT_ASSESSED = "not yet assessed"
NOT_ASSESSED_DA = "endnu ikke vurderet"


@dataclass(frozen=True)
class Table:
    """Rows of text under a header; the first column names the row and is unique, so that a difference can be named."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        names = [row[0] for row in self.rows]
        if len(set(names)) < len(names) or any(len(row) != len(self.header) for row in self.rows):
            raise ValueError(f"the rows of a table under {self.header[0]} are not named once each, or not whole")


@dataclass(frozen=True)
class Statement:
    """One thing said: English text, Danish where citizens read it, perhaps a table, and where it comes from.

    `open_point` says what is still missing; "" when nothing is. `value` is the bare value for a flat entry (None when
    nothing was filled in; a list for groupings; the text itself when it is left out).
    """

    text: str
    source: str
    text_da: str = ""
    table: Table | None = None
    open_point: str = ""
    value: Any = ...

    def as_document(self) -> dict[str, Any]:
        """The statement as JSON; empty parts are left out."""
        table = (
            {"header": list(self.table.header), "rows": [list(row) for row in self.table.rows]} if self.table else None
        )
        parts = {"text": self.text, "text_da": self.text_da, "table": table, "open_point": self.open_point}
        return {name: part for name, part in parts.items() if part} | {"source": self.source}


@dataclass(frozen=True)
class Entry:
    """One field of a record; what its standard asks: `mandatory`, `longest` (characters), `allowed` values, `form`.

    `heading_da` is for the Danish page; "" where the heading is the standard's own.
    """

    code: str
    heading: str
    statements: tuple[Statement, ...]
    mandatory: bool = False
    longest: int | None = None
    allowed: tuple[str, ...] = ()
    form: str = ""
    heading_da: str = ""

    @property
    def value(self) -> Any:
        """What a flat entry holds: one bare value, or the texts joined; None when nothing was filled in."""
        if len(self.statements) == 1 and self.statements[0].value is not ...:
            return self.statements[0].value
        texts = [each.text if each.value is ... else each.value for each in self.statements]
        return " ".join(text for text in texts if text) or None

    @property
    def value_da(self) -> Any:
        """The same in Danish, the English value where there is no Danish text."""
        if len(self.statements) == 1 and self.statements[0].value is not ...:
            return self.statements[0].value
        texts = [(each.text_da or each.text) if each.value is ... else each.value for each in self.statements]
        return " ".join(text for text in texts if text) or None

    def faults(self) -> Iterator[str]:
        """What its standard does not allow: left empty, too long, not of the code list."""
        value = self.value
        if value is None:
            if self.mandatory:
                yield "a mandatory field of the standard is empty"
            return
        if self.longest and max(len(str(value)), len(str(self.value_da))) >= self.longest:
            yield f"longer than the standard allows ({self.longest} characters)"
        if self.allowed and value not in self.allowed:
            yield f"not one of the standard's values: {', '.join(self.allowed)}"
        if self.form and not re.fullmatch(self.form, str(value)):
            yield f"not in the form of the standard ({self.form})"


@dataclass(frozen=True)
class Record:
    """One record; `standard` names what its fields follow, with version and date; `flat` adds the bare entry.

    The rest is for the Danish page and in no file: `language` is that of the standard's own headings ("" = Danish).
    """

    code: str
    title: str
    standard: str
    entries: tuple[Entry, ...]
    flat: bool = False
    title_da: str = ""
    summary_da: str = ""
    standard_da: str = ""
    language: str = ""

    def as_document(self) -> dict[str, Any]:
        """The record as JSON: every field with its statements, and the bare entry where the standard has one."""
        document: dict[str, Any] = {"record": self.code, "title": self.title, "standard": self.standard}
        if self.flat:
            document["entry"] = {entry.code: entry.value for entry in self.entries}
            document["entry_da"] = {entry.code: entry.value_da for entry in self.entries}
        return document | {"fields": [_field(entry) for entry in self.entries]}

    def open_points(self) -> list[tuple[str, str, str]]:
        """Record, field and what is missing, for everything somebody still has to say."""
        return [
            (self.code, entry.code, said.open_point)
            for entry in self.entries
            for said in entry.statements
            if said.open_point
        ]


def _field(entry: Entry) -> dict[str, Any]:
    parts: dict[str, Any] = {"field": entry.code, "heading": entry.heading}
    if entry.mandatory:
        parts["mandatory"] = True
    return parts | {"statements": [said.as_document() for said in entry.statements]}


def index_document(records: Sequence[Record], *, model: str) -> dict[str, Any]:
    """What lies in the directory: every record, and every open point."""
    return {
        "model": model,
        "records": [
            {"record": each.code, "title": each.title, "fields": len(each.entries), "open": len(each.open_points())}
            for each in records
        ],
        "open_points": [
            dict(zip(("record", "field", "missing"), point, strict=True))
            for each in records
            for point in each.open_points()
        ],
    }


def documents(records: Sequence[Record], *, model: str) -> Mapping[str, dict[str, Any]]:
    """File name without suffix → JSON document, the index last."""
    return {each.code: each.as_document() for each in records} | {"index": index_document(records, model=model)}
