"""How the report of impact reads on a page: units, what is not shown, and which sums may be gone through.

Must not know where a figure comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from governance.money import as_kroner
from service.impact.report_model import HIDDEN, Cell, Column, Figure, Table, Unit
from service.impact.strata import is_code
from service.web.danish import NOTHING, dansk_dato, kroner, tal

MARK, YEAR, SUM = "mark", "year", "sum"
MANY_ROWS = 24
"""Tables with more rows are folded away under their drawing."""
WORDS: tuple[Unit, ...] = ("text", "day")
_SUFFIX: dict[str, str] = {"hours": " timer", "months": " mdr."}


def shown(value: Cell, unit: Unit, *, exact: bool = True) -> str:
    """A cell in Danish; øre as kroner, with two decimals when `exact`. None is a dash, what is hidden says so."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return dansk_dato(value) if unit == "day" and value != HIDDEN else value
    if unit == "ore":
        return kroner(round(value)) if exact else as_kroner(round(value), decimals=0)
    if unit == "share":
        return f"{tal(value * 100, 1)} pct."
    if unit == "ratio":
        return tal(value, 2)
    return tal(value, 0 if float(value).is_integer() else 1) + _SUFFIX.get(unit, "")


def figure_shown(figure: Figure) -> str:
    """The value of a figure, to the øre."""
    return HIDDEN if figure.hidden else shown(figure.value, figure.unit)


def interval_shown(figure: Figure) -> str:
    """`fra … til …`; a dash where a figure has no interval."""
    if figure.hidden or figure.low is None or figure.high is None:
        return NOTHING
    low, high = (shown(end, figure.unit, exact=False) for end in (figure.low, figure.high))
    return f"fra {low} til {high}"


def cell_shown(column: Column, value: Cell) -> str:
    """A cell of a table; what comes from the ledger to the øre, what is estimated in whole kroner. A year is no
    amount."""
    if column.code == YEAR and isinstance(value, int):
        return str(value)
    return shown(value, column.unit, exact=is_code(column.source))


def figure_routes(figures: Iterable[Figure]) -> list[Route]:
    """A route for each told figure that comes from the ledger."""
    return [Route(each.text_da, each.source) for each in figures if is_code(each.source) and each.value is not None]


def is_number(column: Column) -> bool:
    """Whether the column stands at the right."""
    return column.unit not in WORDS


def columns_shown(table: Table) -> list[tuple[int, Column]]:
    """The columns with their places; that of the marks only where something is marked."""
    places = enumerate(table.columns)
    return [(place, each) for place, each in places if each.code != MARK or any(row[place] for row in table.rows)]


def number_heads(table: Table) -> list[str]:
    """The headings over columns with numbers."""
    return [column.text_da for column in table.columns if is_number(column)]


def has_hidden(table: Table) -> bool:
    """Whether a cell is not shown."""
    return any(cell == HIDDEN for row in table.rows for cell in row)


@dataclass(frozen=True)
class Route:
    """The way from a number to its entries: what it is, and its code."""

    what: str
    code: str


def routes(table: Table) -> list[Route]:
    """A route for each told number of the table that comes from the ledger."""
    return list(_routes(table))


def _routes(table: Table) -> Iterator[Route]:
    for place, row in enumerate(table.rows):
        for number, column in enumerate(table.columns):
            if is_number(column) and is_code(column.source) and isinstance(row[number], int | float):
                yield Route(f"{row_name(table, row)}: {column.text_da}", table.source_of(place, number))


def row_name(table: Table, row: tuple[Cell, ...]) -> str:
    """What a row is about: its words, and a year or age that tells it from the others."""
    told = [
        cell_shown(column, cell)
        for column, cell in zip(table.columns, row, strict=True)
        if column.code != MARK and cell is not None and (not is_number(column) or column.code in (YEAR, "age_months"))
    ]
    return ", ".join(told)
