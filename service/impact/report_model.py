"""The one document of what the control brought in: page, API and workbook show this and nothing else.

Money is whole øre in the document and kroner where it is shown. A cell that may not be told is `HIDDEN`, a figure that
may not be told is `hidden` without a value; None is a figure that cannot be had, and a note says why. Must not know
where a figure comes from nor how it is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from governance.explained.decision import canonical, hash_text

Unit = Literal["ore", "cases", "hours", "share", "ratio", "months", "day", "text", "number"]
"""`share` and `ratio` are 1.0 for all of it (shown as per cent and as a factor), `day` is YYYY-MM-DD."""
Cell = int | float | str | None
Chart = Literal["intervals", "waterfall", "maturation", "calibration", "drift", "years", "power"]
"""How a table is drawn, by the codes of its columns; each has `text`, and `mark` where rows can be marked.

intervals: `value`, `low`, `high`, and `expected` where there is one; waterfall: `amount` in the order of the steps (a
sum has `mark` "sum"); maturation: `cohort`, `age_months`, `share`, `low`, `high`; calibration: `promised`, `realised`,
`ratio`, `low`, `high`; drift: `ratio`; years: `year`, `expected`, `realised`, `low`, `high`; power: `share`, `value`.
"""
HIDDEN = "ikke vist"
SMALLEST_CELL = 10
SECTIONS = (
    "administrations", "waterfall", "maturation", "arm", "promise", "prevalence", "business_case", "follow_up",
    "yearly", "power",
)  # fmt: skip
HEADLINE = (
    "expected_municipal", "realised_municipal", "forward_municipal", "reclaim_municipal", "corrections_municipal",
    "realised_state", "realised_society", "set_aside_municipal", "collected_municipal", "written_off_municipal",
    "cost_control", "net_municipal",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure with its 95 % interval where it has one.

    `cases` it rests on (None: not told, or not about cases); `source`: the code that `impact explain` lists, or the
    name of the estimator.
    """

    code: str
    text_da: str
    unit: Unit
    value: Cell = None
    low: float | None = None
    high: float | None = None
    cases: int | None = None
    hidden: bool = False
    note_da: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table; `by_row`: `source` with the row's selection after it is the code of the cell."""

    code: str
    text_da: str
    unit: Unit
    source: str = ""
    by_row: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells, one a column: a value of the column's unit, None or `HIDDEN`.

    `chart` names the drawing that shows it, None where none does; `selections` one for each row, or none. A row that is
    immature, or for comparison only, says so in its column `mark` ("" otherwise).
    """

    code: str
    title_da: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note_da: str = ""
    chart: Chart | None = None
    selections: tuple[str, ...] = ()

    def source_of(self, row: int, column: int) -> str:
        """The code of a cell that `impact explain` lists, or the estimator it comes from; "" for a text."""
        named = self.columns[column]
        return named.source + self.selections[row] if named.by_row else named.source


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of the report; without figures and tables its `intro_da` says why there is nothing to show."""

    code: str
    title_da: str
    intro_da: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ImpactReport:
    """Everything that is told as of a day; `made_at` an instant in UTC as text, `version` 1, 2, 3 …, 0 until kept.

    `ledger_hash` and `booking` say what the ledger held; `method` is (heading, text).
    """

    version: int
    as_of: dt.date
    made_at: str
    booking: int
    ledger_hash: str
    headline: tuple[Figure, ...]
    sections: tuple[Section, ...]
    method: tuple[tuple[str, str], ...]

    def section(self, code: str) -> Section | None:
        """The section of the code."""
        return next((each for each in self.sections if each.code == code), None)


def as_document(report: ImpactReport) -> dict[str, Any]:
    """The report as JSON values; `read_document` reads it back the same."""
    return asdict(report) | {"as_of": f"{report.as_of}"}


def document_text(report: ImpactReport) -> str:
    """The one text of a report, which its hash is of."""
    return canonical(as_document(report))


def hash_of(report: ImpactReport) -> str:
    """Hex SHA-256 of the report as it is kept."""
    return hash_text(document_text(report))


def says_the_same(one: ImpactReport, other: ImpactReport) -> bool:
    """Whether two reports differ in nothing but their number and the moment they were made."""
    return document_text(replace(one, version=0, made_at="")) == document_text(replace(other, version=0, made_at=""))


def read_document(document: Mapping[str, Any]) -> ImpactReport:
    """The report of a document that `as_document` made."""
    return ImpactReport(
        version=document["version"],
        as_of=dt.date.fromisoformat(document["as_of"]),
        made_at=document["made_at"],
        booking=document["booking"],
        ledger_hash=document["ledger_hash"],
        headline=_figures(document["headline"]),
        sections=tuple(_section(each) for each in document["sections"]),
        method=tuple((heading, text) for heading, text in document["method"]),
    )


def _figures(documents: Sequence[Mapping[str, Any]]) -> tuple[Figure, ...]:
    return tuple(Figure(**each) for each in documents)


def _section(document: Mapping[str, Any]) -> Section:
    tables = tuple(_table(each) for each in document["tables"])
    return Section(**{**document, "figures": _figures(document["figures"]), "tables": tables})


def _table(document: Mapping[str, Any]) -> Table:
    columns = tuple(Column(**each) for each in document["columns"])
    rows = tuple(tuple(row) for row in document["rows"])
    return Table(**{**document, "columns": columns, "rows": rows, "selections": tuple(document["selections"])})
