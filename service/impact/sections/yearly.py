"""The yearly table in the categories that municipalities report: channel, benefit and kind of case.

Forward and reclaim stand apart; cases that were sent on to another authority are counted by their outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import polars as pl

from governance.impact.case_types import CASE_TYPES_DA
from service.impact.basis import Basis
from service.impact.report_model import Cell, Column, Section, Table
from service.impact.sections.headline import why_unmeasured
from service.impact.sections.words import CHANNELS_DA, benefit_da, empty_section, text_column
from service.impact.strata import read_code
from service.impact.telling import Telling

CODE, TITLE = "yearly", "Effekt pr. år"
MONEY = (
    "forward_municipal", "reclaim_municipal", "corrections_municipal", "forward_society", "reclaim_society",
    "set_aside_municipal", "collected_municipal",
)  # fmt: skip
OUTCOMES = (
    "cases_closed", "cases_referred", "cases_benefit_changed", "cases_registration_corrected", "cases_no_change",
    "cases_inconclusive",
)  # fmt: skip
OF_YEAR = ("realised_municipal", *MONEY, "cost_control", "net_municipal", "cases_closed", "cases_referred")
OF_CASES = ("cases_decided", *MONEY)
MARGINS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "channel": ("Kanal", lambda code: CHANNELS_DA.get(code, code)),
    "benefit": ("Ydelse", benefit_da),
    "case_type": ("Sagstype", lambda code: CASE_TYPES_DA[code]),
}
"""Dimension of the ledger → what it is called, and its codes in words."""
Row = tuple[int, str, str, str]
Key = TypeVar("Key")


def codes(basis: Basis) -> Iterable[str]:
    """Every cell of the tables."""
    return [
        *(code + _year(year) for year in basis.years for code in OF_YEAR),
        *(code + _of(row, each) for each in MARGINS for row in _margin_rows(basis, each) for code in OF_CASES),
        *(code + _selection(row) for row in _effect_rows(basis) for code in OF_CASES),
        *(code + _closed(row) for row in _outcome_rows(basis) for code in OUTCOMES),
    ]


def build(basis: Basis, telling: Telling) -> Section:
    """Years, effects and outcomes."""
    if not basis.years:
        return empty_section(CODE, TITLE, "Der er ikke bogført noget endnu.")
    return Section(
        code=CODE,
        title_da=TITLE,
        intro_da="Året er det, hvor afgørelsen blev registreret, pengene betalt eller sagen afsluttet. Sagstypen er "
        "udledt af det, der er registreret: den mest indgribende afgørelse om ydelsen i sagen (stoppet, nedsat, kun "
        "tilbagebetaling, rettet til borgerens fordel), også hvis den siden er omgjort. Sager uden afgørelse tælles i "
        "tabellen over udfald. En sag med flere ydelser står i flere rækker.",
        tables=(
            _years(basis, telling),
            _outcomes(basis, telling),
            *(_margin(basis, telling, dimension) for dimension in MARGINS),
            _effects(basis, telling),
        ),
    )


def _years(basis: Basis, telling: Telling) -> Table:
    rows = tuple((year, *_cells(basis, telling, OF_YEAR, _year(year))) for year in basis.years)
    columns = (Column(code="year", text_da="År", unit="number"), *_columns(OF_YEAR))
    return Table(
        code="years", title_da="Pr. år", columns=columns, rows=rows, selections=tuple(map(_year, basis.years))
    )  # fmt: skip


def _margin(basis: Basis, telling: Telling, dimension: str) -> Table:
    """Decided cases and amounts by one dimension alone: what the full table cannot tell of few cases."""
    words, named = MARGINS[dimension]
    found = _margin_rows(basis, dimension)
    told = _told([(row, _cells(basis, telling, OF_CASES, _of(row, dimension))) for row in found])
    return Table(
        code=f"by_{dimension}",
        title_da=f"Afgørelser pr. {words.lower()}",
        columns=(Column(code="year", text_da="År", unit="number"), text_column("text", words), *_columns(OF_CASES)),
        rows=tuple((year, named(code), *cells) for (year, code), cells in told),
        note_da=_left_out(len(found) - len(told)),
        selections=tuple(_of(row, dimension) for row, _ in told),
    )


def _told(rows: Iterable[tuple[Key, list[Cell]]]) -> list[tuple[Key, list[Cell]]]:
    """Without rows of which nothing but zeros may be told: they would say what the few cases there did not lead to."""
    return [(row, cells) for row, cells in rows if any(isinstance(cell, int) and cell for cell in cells)]


def _left_out(count: int) -> str:
    return f"Rækker, hvor intet må vises, er udeladt ({count})." if count else ""


def _margin_rows(basis: Basis, dimension: str) -> list[tuple[int, str]]:
    place = ("channel", "benefit", "case_type").index(dimension) + 1
    return list(dict.fromkeys(sorted((row[0], str(row[place])) for row in _effect_rows(basis))))


def _of(row: tuple[int, str], dimension: str) -> str:
    return f"@{row[0]},{dimension}={row[1]}"


def _effects(basis: Basis, telling: Telling) -> Table:
    found = _effect_rows(basis)
    told = _told([(row, _cells(basis, telling, OF_CASES, _selection(row))) for row in found])
    words = (text_column("channel", "Kanal"), text_column("benefit", "Ydelse"), text_column("case_type", "Sagstype"))
    return Table(
        code="effects",
        title_da="Kanal, ydelse og sagstype",
        columns=(Column(code="year", text_da="År", unit="number"), *words, *_columns(OF_CASES)),
        rows=tuple(
            (year, CHANNELS_DA.get(channel, channel), benefit_da(benefit), CASE_TYPES_DA[kind], *cells)
            for (year, channel, benefit, kind), cells in told
        ),
        note_da="Fremadrettet og tilbagebetaling står hver for sig. Celler under ti sager vises ikke; de er talt med i "
        f"tabellerne ovenfor. {_left_out(len(found) - len(told))}".rstrip(),
        selections=tuple(_selection(row) for row, _ in told),
    )


def _outcomes(basis: Basis, telling: Telling) -> Table:
    found = _outcome_rows(basis)
    told = _told([(row, [telling.cell(code + _closed(row)) for code in OUTCOMES]) for row in found])
    columns = (Column(code="year", text_da="År", unit="number"), text_column("channel", "Kanal"), *_columns(OUTCOMES))
    return Table(
        code="outcomes",
        title_da="Afsluttede og oversendte sager",
        columns=columns,
        rows=tuple((year, CHANNELS_DA.get(channel, channel), *cells) for (year, channel), cells in told),
        note_da="Kun afsluttede sager med registrerede timer eller en afgørelse. "
        f"{_left_out(len(found) - len(told))}".rstrip(),
        selections=tuple(_closed(row) for row, _ in told),
    )


def _cells(basis: Basis, telling: Telling, shown: Iterable[str], selection: str) -> list[Cell]:
    return [None if why_unmeasured(basis, code) else telling.cell(code + selection) for code in shown]


def _columns(shown: Iterable[str]) -> list[Column]:
    return [
        Column(
            code=code,
            text_da=read_code(code).figure.text_da,
            unit="cases" if code.startswith("cases_") else "ore",
            source=code,
            by_row=True,
        )
        for code in shown
    ]


def _year(year: int) -> str:
    return f"@{year}"


def _selection(row: Row) -> str:
    year, channel, benefit, kind = row
    return f"@{year},channel={channel},benefit={benefit},case_type={kind}"


def _closed(row: tuple[int, str]) -> str:
    return f"@{row[0]},channel={row[1]}"


def _effect_rows(basis: Basis) -> list[Row]:
    order = {kind: place for place, kind in enumerate(CASE_TYPES_DA)}
    of_benefits = basis.book.amounts.filter((pl.col("benefit") != "") & (pl.col("case_type") != ""))
    found = of_benefits.filter(~pl.col("account").str.starts_with("mature."))
    rows = found.select("year", "channel", "benefit", "case_type").unique().rows()
    return sorted(rows, key=lambda row: (*row[:3], order[row[3]]))


def _outcome_rows(basis: Basis) -> list[tuple[int, str]]:
    found = basis.book.amounts.filter(pl.col("account") == "case.closed")
    return sorted(found.select("year", "channel").unique().rows())
