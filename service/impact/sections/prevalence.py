"""How often something is wrong at a candidate address, by the cases that were drawn by lot."""

from __future__ import annotations

from collections.abc import Sequence

from governance.impact.estimates import PrevalenceRow
from governance.impact.prevalence import TAIL
from service.impact.basis import Basis
from service.impact.report_model import HIDDEN, SMALLEST_CELL, Cell, Column, Section, Table
from service.impact.sections.words import NO_REGISTERS, day_da, empty_section, shown, text_column

CODE, TITLE = "prevalence", "Hvor ofte noget er forkert"
SOURCE = "estimate:prevalence"
OF_FEW = "Ikke vist: andelen, eller en anden der kunne regnes ud af den, bygger på færre end ti fund."
AT_MOST = "Den øvre grænse er regnet, som var der ni."


def build(basis: Basis) -> Section:
    """One row for registration, payment and either."""
    if basis.estimates is None:
        return empty_section(CODE, TITLE, NO_REGISTERS)
    rows = [row for row in basis.estimates.prevalence if row.cases]
    if not rows:
        return empty_section(CODE, TITLE, "Ingen lodtrukket sag er både moden og afsluttet med et udfald.")
    told = told_shares(rows)
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
                rows=tuple(_row(row, told=row.what in told) for row in rows),
                note_da="Antallet af fund vises ikke for sig: det er ofte under ti.",
                chart="intervals",
            ),
        ),
    )  # fmt: skip


def told_shares(rows: Sequence[PrevalenceRow]) -> frozenset[str]:
    """The shares that may stand beside each other: neither one nor the difference of two rests on 1 to 9 findings."""
    found = {row.what: row.found for row in rows}
    every, told = found.get("any", 0), set()
    for what in ("any", "payment", "registration"):
        left = [found.get(what, 0), every - found.get(what, 0)]
        if what == "registration" and "payment" in told:
            # what is both would be left over
            left.append(found[what] + found["payment"] - every)
        # where the whole is not told there is nothing to take from
        if not any(0 < each < SMALLEST_CELL for each in (left if "any" in told else left[:1])):
            told.add(what)
    return frozenset(told)


def _row(row: PrevalenceRow, *, told: bool) -> tuple[Cell, ...]:
    cases = shown(row.cases, row.cases)
    if told or row.share is None:
        effective = shown(round(row.effective_cases, 1), row.cases)
        return (row.text_da, row.share, row.low, row.high, cases, effective, row.note_da)
    # the effective number of a single finding is one over its share
    highest = highest_of_few(row)
    note = OF_FEW if highest == HIDDEN else f"{OF_FEW} {AT_MOST}"
    return (row.text_da, HIDDEN, HIDDEN, highest, cases, HIDDEN, f"{note} {row.note_da}")


def highest_of_few(row: PrevalenceRow) -> Cell:
    """An upper limit that is the same for 1 and for 9 findings; hidden where it would not hold, or tell more."""
    from scipy.stats import beta

    few = SMALLEST_CELL - 1
    if row.found > few or row.high is None or row.weighted_cases <= few:
        return HIDDEN
    limit = float(beta.ppf(1 - TAIL, few + 1, row.weighted_cases - few))
    return limit if row.high <= limit else HIDDEN
