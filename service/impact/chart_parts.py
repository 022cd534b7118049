"""What all drawings share: sizes, colours that can be told apart in grey, units, labels, and the rows of a table.

Must not know what is drawn.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from governance.money import as_danish_number
from service.impact.report_model import HIDDEN, Cell, Table, Unit

if TYPE_CHECKING:
    import altair as alt

INK, MUTED, LINE = "#1a1a1a", "#454545", "#d0d0d0"
REALISED, EXPECTED, PALE = "#0b3c5d", "#a84300", "#ffffff"
NOT_TOLD, NOT_KNOWN = HIDDEN, "kan ikke opgøres"
KRONER = 100
THOUSAND_FROM, MILLION_FROM = 20_000 * KRONER, 2_000_000 * KRONER
"""From which amount in øre an axis counts in 1.000 kr. and in mio. kr."""
DRAWN = ("value", "amount", "promised", "realised", "expected", "ratio")
"""Columns of what is drawn along an axis, in any drawing but that of shares by age."""


@dataclass(frozen=True)
class Layout:
    """Pixels of a drawing: the room for labels, and for what is drawn; `letters` fit into a line of a label."""

    name: str
    label: int
    inner: int
    letters: int
    ticks: int
    across: int


WIDE = Layout("bred", 240, 420, 36, 6, 3)
NARROW = Layout("smal", 104, 176, 15, 3, 1)


@dataclass(frozen=True)
class Axis:
    """What an axis counts in: its words, and what a value of the table is divided by."""

    title: str
    divisor: float


def axis_of(unit: Unit, values: Iterable[float | None]) -> Axis:
    """The axis of a unit for values of this size; øre are counted in kr., 1.000 kr. or mio. kr."""
    most = max((abs(value) for value in values if value is not None), default=0)
    if unit == "ore":
        if most >= MILLION_FROM:
            return Axis("mio. kr.", 1_000_000 * KRONER)
        return Axis("1.000 kr.", 1_000 * KRONER) if most >= THOUSAND_FROM else Axis("kr.", KRONER)
    words = {"share": "pct.", "cases": "sager", "hours": "timer", "months": "måneder"}
    return Axis(words.get(unit, ""), 0.01 if unit == "share" else 1)


@dataclass(frozen=True)
class Rows:
    """A table by the codes of its columns."""

    table: Table

    def has(self, code: str) -> bool:
        """Whether there is such a column."""
        return any(column.code == code for column in self.table.columns)

    def place(self, code: str) -> int:
        """Where the column stands; a column that is missing is a fault of ours (KeyError)."""
        codes = [column.code for column in self.table.columns]
        if code not in codes:
            raise KeyError(f"the drawing {self.table.chart} of {self.table.code} needs the column {code}")
        return codes.index(code)

    def unit(self, code: str) -> Unit:
        """The unit of a column."""
        return self.table.columns[self.place(code)].unit

    def words(self, code: str) -> str:
        """What a column is called."""
        return self.table.columns[self.place(code)].text_da

    def cells(self, code: str) -> list[Cell]:
        """A column as it stands."""
        place = self.place(code)
        return [row[place] for row in self.table.rows]

    def numbers(self, code: str) -> list[float | None]:
        """A column with None where no number is told."""
        return [float(cell) if isinstance(cell, int | float) else None for cell in self.cells(code)]

    def scaled(self, code: str, axis: Axis) -> list[float | None]:
        """A column in what the axis counts in."""
        return [None if value is None else value / axis.divisor for value in self.numbers(code)]

    def texts(self, code: str) -> list[str]:
        """A column of words, "" where there is no such column."""
        return ["" if cell is None else str(cell) for cell in self.cells(code)] if self.has(code) else self._nothing()

    def marks(self) -> list[str]:
        """What each row is marked with."""
        return self.texts("mark")

    def only(self, code: str, text: str) -> Rows:
        """The rows whose column holds this text."""
        place = self.place(code)
        return Rows(replace(self.table, rows=tuple(row for row in self.table.rows if row[place] == text)))

    def _nothing(self) -> list[str]:
        return [""] * len(self.table.rows)


def labels_of(rows: Rows, code: str, layout: Layout, *, value: str) -> list[str]:
    """A label a row: its name, and why there is no `value`; of equal ones, each counts as its own."""
    told = zip(rows.texts(code), rows.cells(value), strict=True)
    return unlike([wrapped(", ".join(filter(None, (name, gap(cell)))), layout) for name, cell in told])


def gap(cell: Cell) -> str:
    """Why a cell has no number, "" where it has one."""
    if cell is None:
        return NOT_KNOWN
    return NOT_TOLD if cell == HIDDEN else ""


def unlike(labels: Sequence[str]) -> list[str]:
    """The same labels, told apart by a blank nobody sees where two are equal: an axis joins what is equal."""
    return [label + "\u200b" * labels[:place].count(label) for place, label in enumerate(labels)]


def wrapped(text: str, layout: Layout) -> str:
    """Lines that fit into the room for labels."""
    return "\n".join(textwrap.wrap(text, layout.letters)) or text


def row_height(labels: Sequence[str]) -> int:
    """Pixels of a row whose label has most lines."""
    return 20 + 16 * max((label.count("\n") + 1 for label in labels), default=1)


def values_of(lines: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """Lines that are drawn, as they stand."""
    import altair as alt

    return alt.InlineData(values=list(lines))


def category_axis(layout: Layout) -> alt.Axis:
    """Labels of rows, their lines broken as they were, in a room that no font changes."""
    import altair as alt

    return alt.Axis(
        labelExpr="split(datum.label, '\\n')", labelLimit=0, minExtent=layout.label, maxExtent=layout.label, title=None,
        ticks=False, domain=False, labelPadding=8, labelLineHeight=16,
    )  # fmt: skip


def number_axis(axis: Axis, layout: Layout, *, title: str = "") -> alt.Axis:
    """An axis of numbers in Danish; labels that would overlap are left out."""
    import altair as alt

    words = ", ".join(filter(None, (title, axis.title)))
    return alt.Axis(
        title=words or None,
        tickCount=layout.ticks,
        format=",~f",
        labelOverlap=True,
        labelSeparation=14,
        labelFlush=False,
    )


def drawable(table: Table) -> Table:
    """The table without rows that say nothing of any number that is drawn; what is hidden keeps its place."""
    rows = Rows(table)
    places = [rows.place(code) for code in drawn_codes(rows)]
    return replace(table, rows=tuple(row for row in table.rows if any(row[place] is not None for place in places)))


def has_points(table: Table) -> bool:
    """Whether a single number can be drawn."""
    rows = Rows(table)
    return any(number is not None for code in drawn_codes(rows) for number in rows.numbers(code))


def drawn_codes(rows: Rows) -> list[str]:
    """The columns of what is drawn; shares are where they are not the axis along which something else is."""
    return [code for code in DRAWN if rows.has(code)] or ["share"]


def told_gaps(table: Table) -> str:
    """What is said of rows that are not drawn, or not whole; "" when all are."""
    hidden = sum(HIDDEN in (row[place] for place in _numeric(table)) for row in table.rows)
    missing = len(table.rows) - len(drawable(table).rows)
    said = (f"{_rows(hidden)} har tal, der ikke er vist.", f"{_rows(missing)} kan ikke opgøres og er ikke tegnet.")
    return " ".join(text for text, count in zip(said, (hidden, missing), strict=True) if count)


def _numeric(table: Table) -> list[int]:
    return [place for place, column in enumerate(table.columns) if column.unit not in ("text", "day")]


def _rows(count: int) -> str:
    return "Én række" if count == 1 else f"{as_danish_number(count)} rækker"


def finished(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """The specification with the look that all share."""
    styled = chart.configure(
        background="transparent",
        aria=False,
        font="sans-serif",
        padding={"left": 4, "right": 16, "top": 4, "bottom": 4},
    )
    styled = styled.configure_view(stroke=None).configure_axis(
        labelFontSize=13,
        titleFontSize=13,
        titleFontWeight="normal",
        labelColor=INK,
        titleColor=INK,
        gridColor=LINE,
        domainColor=MUTED,
        tickColor=MUTED,
        titlePadding=8,
    )
    styled = styled.configure_legend(
        orient="top",
        direction="vertical",
        labelFontSize=13,
        labelColor=INK,
        labelLimit=0,
        title=None,
        symbolSize=110,
        symbolStrokeWidth=2,
        offset=12,
        rowPadding=6,
    ).configure_header(labelFontSize=13, labelFontWeight="bold", labelColor=INK, title=None)
    found: dict[str, Any] = styled.to_dict()
    return found
