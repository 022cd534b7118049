"""How often something is wrong at a candidate address, by the cases that were drawn by lot."""

from __future__ import annotations

from service.impact.basis import Basis
from service.impact.report_model import Column, Section, Table
from service.impact.sections.words import NO_REGISTERS, day_da, empty_section, shown, text_column

CODE, TITLE = "prevalence", "Hvor ofte noget er forkert"
SOURCE = "estimate:prevalence"


def build(basis: Basis) -> Section:
    """One row for registration, payment and either."""
    if basis.estimates is None:
        return empty_section(CODE, TITLE, NO_REGISTERS)
    rows = [row for row in basis.estimates.prevalence if row.cases]
    if not rows:
        return empty_section(CODE, TITLE, "Ingen lodtrukket sag er både moden og afsluttet med et udfald.")
    shares = (("value", "Andel"), ("low", "Nedre grænse"), ("high", "Øvre grænse"))
    columns = (
        text_column("text", "Hvad"), *(Column(code=code, text_da=text, unit="share", source=SOURCE)
                                       for code, text in shares),
        Column(code="cases", text_da="Lodtrukne sager", unit="cases", source=SOURCE),
        Column(code="effective", text_da="Effektivt antal sager", unit="number", source=SOURCE),
        text_column("note", "Forklaring"),
    )  # fmt: skip
    return Section(
        code=CODE,
        title_da=TITLE,
        intro_da=f"Opgjort pr. {day_da(basis.as_of)}. Andelen gælder alle kandidater: sagerne er trukket ved lod.",
        tables=(
            Table(
                code="shares",
                title_da="Andel af kandidaterne med en forkert registrering eller udbetaling",
                columns=columns,
                rows=tuple(
                    (row.text_da, row.share, row.low, row.high, shown(row.cases, row.cases),
                     shown(round(row.effective_cases, 1), row.cases), row.note_da)
                    for row in rows
                ),
                note_da="Antallet af fund vises ikke for sig: det er ofte under ti.",
                chart="intervals",
            ),
        ),
    )  # fmt: skip
