"""How a table of the report is laid out: words before numbers, explanations beneath, and no wider than a page.

A table of many figures about few things is turned, so that each figure has a line. Must not know what a table is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.impact.report_model import Cell, Column, Table
from service.web.danish import tal
from service.web.impact_words import MARK, cell_shown, is_number, row_name

NOTES = ("note", "sentence")
"""Columns of explanations: in a wide table they stand beneath it."""
WIDE, MOST_TURNED = 7, 6
"""From more columns a table is wide; up to so many rows a wide one is turned."""
SOFT_HYPHEN = "\u00ad"
BREAKS = {
    each.replace("|", ""): each.replace("|", SOFT_HYPHEN)
    for each in (
        "ilbage|betalings|krav", "ilbage|betaling", "espa|relse", "rem|adrettet", "ilbage|ført", "emærk|ning",
        "sammen|ligning", "regi|strering", "Realise|ret",
    )
}  # fmt: skip
"""Long words of headings without their first letter, which may be a capital."""


@dataclass(frozen=True)
class ShownCell:
    """A cell as it is read: `heading` is what it stands under when lines are stacked on a narrow page."""

    text: str
    heading: str
    number: bool = False
    mark: bool = False


@dataclass(frozen=True)
class ShownTable:
    """A table as a page lays it out: `only_words` is a list of sentences, `compact` asks for smaller letters; `notes`
    are (what, explanation), and `in_kroner` says that a heading names the unit and the øre are left to the workbook."""

    head: tuple[ShownCell, ...]
    rows: tuple[tuple[ShownCell, ...], ...]
    notes: tuple[tuple[str, str], ...]
    compact: bool
    only_words: bool
    in_kroner: bool


def lay_out(table: Table) -> ShownTable:
    """The table of the report for a page; every cell of it is there."""
    columns = [(place, each) for place, each in enumerate(table.columns) if _is_used(table, place)]
    wide = len(columns) > WIDE
    apart = [place for place, each in columns if wide and each.code in NOTES]
    columns = [(place, each) for place, each in columns if place not in apart]
    turned = wide and len(table.rows) <= MOST_TURNED and _is_of_figures(columns)
    compact = not turned and len(columns) > WIDE
    head = [_head(each, compact=compact, first=not number) for number, (_, each) in enumerate(columns)]
    rows = [[_cell(each, row[place], compact=compact) for place, each in columns] for row in table.rows]
    if turned:
        head, rows = _turned(head, rows)
    return ShownTable(
        head=tuple(head),
        rows=tuple(map(tuple, rows)),
        notes=tuple(_notes(table, apart)),
        compact=compact,
        only_words=len(columns) == 1 and not is_number(columns[0][1]),
        in_kroner=compact and any(each.unit == "ore" for _, each in columns),
    )


def _is_used(table: Table, place: int) -> bool:
    """Whether marks and explanations say anything at all."""
    optional = table.columns[place].code in (MARK, *NOTES)
    return not optional or any(row[place] for row in table.rows)


def _is_of_figures(columns: list[tuple[int, Column]]) -> bool:
    """One column that names the row, and figures."""
    return len(columns) > 1 and all(is_number(each) for _, each in columns[1:])


def _head(column: Column, *, compact: bool, first: bool = False) -> ShownCell:
    """What names a row stands at the left, also when it is a year or a share."""
    unit = " (kr.)" if compact and column.unit == "ore" else ""
    return ShownCell(_broken(column.text_da) + unit, column.text_da + unit, is_number(column) and not first)


def _cell(column: Column, value: Cell, *, compact: bool) -> ShownCell:
    text = cell_shown(column, value)
    if compact and column.unit == "ore" and isinstance(value, int | float):
        text = tal(round(value) / 100)
    return ShownCell(text, _head(column, compact=compact).heading, is_number(column), column.code == MARK)


def _turned(
    head: list[ShownCell], rows: list[list[ShownCell]]
) -> tuple[list[ShownCell], list[list[ShownCell]]]:  # fmt: skip
    """Each figure a line, each row a column."""
    names = [row[0].text for row in rows]
    turned = [
        [ShownCell(figure.heading, "Tal"), *(ShownCell(row[place].text, row[0].text, number=True) for row in rows)]
        for place, figure in enumerate(head)
        if place
    ]
    return [ShownCell("Tal", "Tal"), *(ShownCell(name, name, number=True) for name in names)], turned


def _notes(table: Table, apart: list[int]) -> Iterator[tuple[str, str]]:
    """Each explanation once, with all that it is about."""
    about: dict[str, list[str]] = {}
    for row in table.rows:
        said = " ".join(str(row[place]) for place in apart if row[place])
        if said:
            about.setdefault(said, []).append(row_name(table, row))
    for said, names in about.items():
        yield "; ".join(names), said


def _broken(heading: str) -> str:
    """A heading whose long words may be broken where Danish breaks them."""
    for word, broken in BREAKS.items():
        heading = heading.replace(word, broken)
    return heading
