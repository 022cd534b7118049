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
MANY_ROWS, FEW_NOTES = 24, 4
"""Tables with more rows are folded away under their drawing, and more explanations under their table."""
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
    return _plain(value) + _SUFFIX.get(unit, "")


def _plain(value: float) -> str:
    """With as many decimals as tell something: `148`, `14,8`, `1,48`, `0,034`."""
    if float(value).is_integer() or abs(value) >= 100:
        return tal(value)
    return tal(value, 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3)


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
    return shown(value, column.unit, exact=is_booked(column))


def figure_routes(figures: Iterable[Figure]) -> list[Route]:
    """A route for each told figure that comes from the ledger."""
    return [Route(each.text_da, each.source) for each in figures if is_code(each.source) and each.value is not None]


def is_number(column: Column) -> bool:
    """Whether the column stands at the right."""
    return column.unit not in WORDS


def is_booked(column: Column) -> bool:
    """Whether the column comes from the ledger, where every øre counts."""
    return column.by_row or is_code(column.source)


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
            code = table.source_of(place, number)
            if is_code(code) and isinstance(row[number], int | float):
                yield Route(f"{row_name(table, row)}: {column.text_da}", code)


def row_name(table: Table, row: tuple[Cell, ...]) -> str:
    """What a row is about: its own words and year, or all the words there are."""
    named = ("text", YEAR) if any(each.code == "text" for each in table.columns) else ()
    told = [
        cell_shown(column, cell)
        for column, cell in zip(table.columns, row, strict=True)
        if (column.code in named if named else column.code == YEAR or _is_name(column)) and cell not in (None, "")
    ]
    return ", ".join(told)


def _is_name(column: Column) -> bool:
    return column.unit == "text" and column.code not in (MARK, "note", "sentence")
