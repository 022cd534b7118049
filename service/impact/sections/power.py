"""How large the arm must be to see a difference, and so why its share is what it is."""

from __future__ import annotations

from service.impact.basis import Basis
from service.impact.report_model import Column, Section, Table
from service.impact.sections.words import NO_REGISTERS, empty_section, text_column

CODE, TITLE = "power", "Lodtrækningens størrelse"
SOURCE = "estimate:power"


def build(basis: Basis) -> Section:
    """One row a share of the hours, the one in force marked."""
    if basis.estimates is None:
        return empty_section(CODE, TITLE, NO_REGISTERS)
    columns = (
        text_column("text", "Andel af timerne"), Column(code="share", text_da="Andel", unit="share", source=SOURCE),
        Column(code="drawn", text_da="Lodtrukne sager pr. år", unit="number", source=SOURCE),
        Column(code="value", text_da="Intervallets halve bredde af besparelsen", unit="share", source=SOURCE),
        Column(code="detectable_ratio", text_da="Mindste fald, der ses (realiseret over lovet)", unit="ratio",
               source=SOURCE),
        Column(code="detectable_share", text_da="Mindste forskel i andelen, der ses", unit="share", source=SOURCE),
        Column(code="cost_share", text_da="Koster af listens besparelse", unit="share", source=SOURCE),
        text_column("mark", "Bemærkning"), text_column("note", "Forklaring"),
    )  # fmt: skip
    return Section(
        code=CODE,
        title_da=TITLE,
        intro_da="Hvor meget et års lodtrækning kan vise med 80 procents styrke, og hvad den koster.",
        tables=(
            Table(
                code="sizes",
                title_da="Hvad en lodtrækning af en størrelse viser",
                columns=columns,
                rows=tuple(
                    (f"{row.share:.0%}".replace("%", " pct."), row.share, row.drawn, row.relative_half_width,
                     row.detectable_ratio, row.detectable_share, row.cost_share, "valgt" if row.chosen else "",
                     row.note_da)
                    for row in basis.estimates.power
                ),
                note_da="Ingen af tallene bygger på enkelte sagers udfald.",
                chart="power",
            ),
        ),
    )  # fmt: skip
