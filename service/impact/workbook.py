"""The report as an Excel workbook: how it was made, the twelve figures, and a sheet for each section.

Numbers are numbers, kroner with their format; a text is never a formula. The same report gives the same bytes, so that
the file's hash says which report it is. Must not know where a figure comes from, nor leave anything out.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.impact.keeping import KeptReport
from service.impact.report_model import HIDDEN, Cell, Figure, Section, Table, Unit

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

METHOD, HEADLINE_SHEET = "Metode", "Hovedtal"
MADE_ON = dt.datetime(2000, 1, 1)
"""Stands in every file as the day it was made: the report's own moment is on the method sheet."""
FORMATS: Mapping[Unit, str] = {
    "ore": '#,##0.00" kr."', "cases": "#,##0", "hours": "#,##0.0", "share": "0.0%", "ratio": "0.00", "months": "0",
    "number": "General",
}  # fmt: skip
LONGEST_NAME, NOT_IN_NAMES = 31, "[]:*?/\\'"
ORE = 100


@dataclass
class _Sheet:
    """A sheet and the row that is written next."""

    page: Worksheet
    formats: Mapping[str, Format]
    row: int = 0

    def words(self, *texts: str, style: str = "text") -> None:
        for column, text in enumerate(texts):
            self.page.write_string(self.row, column, text, self.formats[style])
        self.row += 1

    def cells(self, cells: tuple[tuple[Cell, Unit], ...]) -> None:
        for column, (value, unit) in enumerate(cells):
            self._cell(column, value, unit)
        self.row += 1

    def _cell(self, column: int, value: Cell, unit: Unit) -> None:
        if isinstance(value, str):
            self.page.write_string(self.row, column, value, self.formats["text"])
        elif value is not None:
            self.page.write_number(self.row, column, shown_number(value, unit), self.formats[unit])


def workbook_bytes(kept: KeptReport) -> bytes:
    """The workbook of a kept report."""
    import xlsxwriter

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": f"Kontrollens virkning, version {kept.report.version}", "created": MADE_ON})
        formats = _formats(book)
        _write_method(_sheet(book, METHOD, formats), kept)
        _write_headline(_sheet(book, HEADLINE_SHEET, formats), kept.report.headline)
        for place, section in enumerate(kept.report.sections, start=1):
            _write_section(_sheet(book, sheet_name(place, section), formats), section)
    return content.getvalue()


def sheet_name(place: int, section: Section) -> str:
    """The name of a section's sheet: its number, so that no two are alike, and what Excel takes of its title."""
    taken = "".join(each for each in section.title_da if each not in NOT_IN_NAMES)
    return f"{place} {taken}"[:LONGEST_NAME].strip()


def shown_number(value: float, unit: Unit) -> float:
    """A value as it stands in a cell: øre as kroner, the rest as it is."""
    return value / ORE if unit == "ore" else value


def _formats(book: Workbook) -> Mapping[str, Format]:
    styles: dict[str, Mapping[str, Any]] = {unit: {"num_format": form} for unit, form in FORMATS.items()}
    styles |= {"text": {"text_wrap": False}, "title": {"bold": True, "font_size": 14}, "head": {"bold": True}}
    return {name: book.add_format(dict(style)) for name, style in styles.items()}


def _sheet(book: Workbook, name: str, formats: Mapping[str, Format]) -> _Sheet:
    page = book.add_worksheet(name)
    page.set_column(0, 0, 48)
    page.set_column(1, 20, 22)
    return _Sheet(page, formats)


def _write_method(sheet: _Sheet, kept: KeptReport) -> None:
    report = kept.report
    sheet.words(f"Kontrollens virkning, version {report.version}", style="title")
    for heading, text in (
        ("Opgjort pr.", f"{report.as_of}"),
        ("Lavet", report.made_at),
        ("Version", f"{report.version}"),
        ("Rapportens SHA-256", kept.sha256),
        ("Regnskabets hash", report.ledger_hash),
        ("Bogføring", f"{report.booking}"),
        ("Beløb", "Kroner med øre; rapporten fører hele øre."),
        ("Skjulte tal", f"Står som: {HIDDEN}. En tom celle er et tal, der ikke findes."),
        *report.method,
    ):
        sheet.words(heading, text)


def _write_headline(sheet: _Sheet, figures: tuple[Figure, ...]) -> None:
    sheet.words("Hovedtal", style="title")
    _write_figures(sheet, figures)


def _write_figures(sheet: _Sheet, figures: tuple[Figure, ...]) -> None:
    if not figures:
        return
    sheet.words("Tal", "Værdi", "Nedre grænse", "Øvre grænse", "Bemærkning", "Kilde", style="head")
    for figure in figures:
        value = HIDDEN if figure.hidden else figure.value
        sheet.cells((
            (figure.text_da, "text"), (value, figure.unit), (figure.low, figure.unit), (figure.high, figure.unit),
            (figure.note_da, "text"), (figure.source, "text"),
        ))  # fmt: skip
    sheet.row += 1


def _write_section(sheet: _Sheet, section: Section) -> None:
    sheet.words(section.title_da, style="title")
    sheet.words(section.intro_da)
    sheet.row += 1
    _write_figures(sheet, section.figures)
    for table in section.tables:
        _write_table(sheet, table)


def _write_table(sheet: _Sheet, table: Table) -> None:
    """The table, and beside each row the codes of the ledger that its cells are."""
    sheet.words(table.title_da, style="head")
    coded = bool(table.selections)
    sheet.words(*(_heading(column.text_da, column.unit) for column in table.columns), *(["Kilder"] if coded else []),
                style="head")  # fmt: skip
    for place, row in enumerate(table.rows):
        cells = tuple((value, column.unit) for value, column in zip(row, table.columns, strict=True))
        sheet.cells((*cells, *(((_sources(table, place), "text"),) if coded else ())))
    if table.note_da:
        sheet.words(table.note_da)
    sheet.row += 1


def _heading(text: str, unit: Unit) -> str:
    return f"{text} (kr.)" if unit == "ore" else text


def _sources(table: Table, row: int) -> str:
    found = [table.source_of(row, place) for place, column in enumerate(table.columns) if column.by_row]
    return " ".join(dict.fromkeys(found))
