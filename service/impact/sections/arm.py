"""What the list gains over the alternatives, by cases that were drawn by lot; naive figures stand beside, marked."""

from __future__ import annotations

from governance.impact.estimates import ArmRow, ArmTable
from service.impact.basis import Basis
from service.impact.report_model import HIDDEN, SMALLEST_CELL, Cell, Column, Figure, Section, Table
from service.impact.sections.words import NO_REGISTERS, day_da, empty_section, quarter_da, shown, text_column, whole

CODE, TITLE = "arm", "Listen mod alternativerne"
SOURCE = "estimate:arm"
NAIVE = "kun til sammenligning"


def build(basis: Basis) -> Section:
    """Every target by every estimator."""
    if basis.estimates is None:
        return empty_section(CODE, TITLE, NO_REGISTERS)
    table = basis.estimates.arm
    if not table.drawn:
        return empty_section(CODE, TITLE, "Der er ingen modne, lodtrukne kontroller at måle listen mod.")
    quarters = ", ".join(map(quarter_da, table.cohorts))
    return Section(
        code=CODE,
        title_da=TITLE,
        intro_da=f"Opgjort pr. {day_da(basis.as_of)} for {quarters}. Lodtrækningen er målestokken: dens "
        "sandsynligheder er kendt, så de lodtrukne sager kan tale for alle kandidater, og for dem "
        "en anden liste ville have vist.",
        figures=(
            Figure(
                code="arm_draws", text_da="Modne lodtrækninger", unit="number", value=table.draws, source=SOURCE
            ),
            _counted("arm_drawn", "Modne, lodtrukne sager", table.drawn),
            _counted("arm_immature", "Lodtrækninger, der ikke er modne", table.immature),
        ),
        tables=(_table(table),),
    )  # fmt: skip


def _counted(code: str, text_da: str, count: int) -> Figure:
    told = shown(count, count)
    return Figure(
        code=code, text_da=text_da, unit="cases", value=None if told == HIDDEN else told, hidden=told == HIDDEN,
        source=SOURCE,
    )  # fmt: skip


def _table(table: ArmTable) -> Table:
    ore = (("value", "Kommunal besparelse pr. lodtrækning"), ("low", "Nedre grænse"), ("high", "Øvre grænse"))
    columns = (
        text_column("text", "Liste og estimator"),
        *(Column(code=code, text_da=text, unit="ore", source=SOURCE) for code, text in ore),
        Column(code="cases", text_da="Lodtrukne sager", unit="cases", source=SOURCE),
        Column(code="effective", text_da="Effektivt antal sager", unit="number", source=SOURCE),
        text_column("mark", "Bemærkning"), text_column("note", "Forklaring"),
    )  # fmt: skip
    pool = max((row.saved_cases for row in table.rows if row.target == "pool"), default=0)
    return Table(
        code="estimates",
        title_da="Besparelse pr. liste og estimator",
        columns=columns,
        rows=tuple(_row(row, told=_may_be_told(row, pool)) for row in table.rows),
        note_da=f"{table.note_da} 95 %-intervaller. Hvor færre end ti sager sparede noget, vises beløbet ikke.",
        chart="intervals",
    )


def _may_be_told(row: ArmRow, pool: int) -> bool:
    """Neither the sum nor what is left of the pool without it rests on 1 to 9 cases that saved something."""
    return not any(0 < saved < SMALLEST_CELL for saved in (row.saved_cases, pool - row.saved_cases))


def _row(row: ArmRow, *, told: bool) -> tuple[Cell, ...]:
    open_to_all = row.estimator == "promise"
    # an estimate without an honest interval is none
    total = row.total_ore if row.naive or row.low_ore is not None else None
    amounts: tuple[Cell, ...] = (whole(total), whole(row.low_ore), whole(row.high_ore))
    told = told or total is None
    return (
        row.text_da, *(amounts if told or open_to_all else (HIDDEN,) * 3), shown(row.cases, row.cases),
        shown(round(row.effective_cases, 1), row.cases), NAIVE if row.naive else "", row.note_da,
    )  # fmt: skip
