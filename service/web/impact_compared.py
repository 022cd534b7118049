"""What a later version of the report tells otherwise than an earlier one. Must not know why it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.impact.report_model import Cell, Figure, ImpactReport, Table
from service.web.danish import NOTHING
from service.web.impact_words import cell_shown, figure_shown, is_number, row_name, shown

MOST_SHOWN = 200


@dataclass(frozen=True)
class Restated:
    """A number of two versions, as a page shows it; `changed` whether they differ."""

    where: str
    what: str
    before: str
    after: str
    difference: str

    @property
    def changed(self) -> bool:
        """Whether the two versions tell it differently."""
        return self.before != self.after


@dataclass(frozen=True)
class Compared:
    """The headline side by side, and every other number that was restated; `left_out` more of those."""

    headline: tuple[Restated, ...]
    others: tuple[Restated, ...]
    left_out: int


def compare(before: ImpactReport, after: ImpactReport) -> Compared:
    """Two versions beside each other; what only one of them has is not restated."""
    others = [each for each in _others(before, after) if each.changed]
    return Compared(
        headline=tuple(_figures("", before.headline, after.headline)),
        others=tuple(others[:MOST_SHOWN]),
        left_out=max(0, len(others) - MOST_SHOWN),
    )


def _figures(where: str, before: tuple[Figure, ...], after: tuple[Figure, ...]) -> Iterator[Restated]:
    earlier = {each.code: each for each in before}
    for each in after:
        if each.code in earlier:
            was = earlier[each.code]
            yield Restated(where, each.text_da, figure_shown(was), figure_shown(each), _difference(was, each))


def _difference(before: Figure, after: Figure) -> str:
    if before.hidden or after.hidden:
        return NOTHING
    if not isinstance(before.value, int | float) or not isinstance(after.value, int | float):
        return NOTHING
    return shown(after.value - before.value, after.unit)


def _others(before: ImpactReport, after: ImpactReport) -> Iterator[Restated]:
    for section in after.sections:
        was = before.section(section.code)
        if was is None:
            continue
        yield from _figures(section.title_da, was.figures, section.figures)
        earlier = {each.code: each for each in was.tables}
        for table in section.tables:
            if table.code in earlier:
                yield from _cells(f"{section.title_da}: {table.title_da}", earlier[table.code], table)


def _cells(where: str, before: Table, after: Table) -> Iterator[Restated]:
    earlier = _by_name(before)
    for (row, column), (text, told) in _by_name(after).items():
        if (row, column) in earlier:
            yield Restated(where, f"{row}: {text}", earlier[row, column][1], told, NOTHING)


def _by_name(table: Table) -> dict[tuple[str, str], tuple[str, str]]:
    """Row and code of a column → its words and the number, for what is told in figures."""
    return {
        (row_name(table, row), column.code): (column.text_da, _told(cell, table, place))
        for row in table.rows
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True))
        if is_number(column)
    }


def _told(cell: Cell, table: Table, place: int) -> str:
    return cell_shown(table.columns[place], cell)
