"""What the list gains over the alternatives, by cases that were drawn by lot; naive figures stand beside, marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from governance.impact.estimates import ArmRow, ArmTable, Target
from service.impact.basis import Basis
from service.impact.report_model import HIDDEN, SMALLEST_CELL, Cell, Column, Figure, Section, Table
from service.impact.sections.words import NO_REGISTERS, day_da, empty_section, quarter_da, shown, text_column, whole

CODE, TITLE = "arm", "Listen mod alternativerne"
SOURCE = "estimate:arm"
NAIVE = "kun til sammenligning"
IMPORTANCE: tuple[Target, ...] = ("model", "pool", "rules", "logistic")
FACTORS = (-2, -1, 0, 1, 2)


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
            Figure(
                code="arm_immature", text_da="Lodtrækninger, der ikke er modne", unit="number", value=table.immature,
                source=SOURCE,
            ),
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
    targets = told_targets(table)
    return Table(
        code="estimates",
        title_da="Besparelse pr. liste og estimator",
        columns=columns,
        rows=tuple(_row(row, told=row.target in targets) for row in table.rows),
        note_da=f"{table.note_da} 95 %-intervaller. Hvor færre end ti sager sparede noget, vises beløbet ikke.",
        chart="intervals",
    )


def told_targets(table: ArmTable) -> frozenset[Target]:
    """The targets whose amounts may stand beside each other: no sum or difference of theirs is about 1 to 9 cases.

    What matters most is told first. Without word of who stands behind a target its number of saving cases decides.
    """
    if not table.saved:
        pool = max((row.saved_cases for row in table.rows if row.target == "pool"), default=0)
        return frozenset(row.target for row in table.rows if _is_safe(row.saved_cases, pool - row.saved_cases))
    told: list[Target] = []
    for target in (each for each in IMPORTANCE if each in table.saved):
        chosen = [table.saved[each] for each in (*told, target)]
        families = [each.drawn for each in chosen], [each.controlled for each in chosen]
        if all(_is_safe(*crowds_between(sets)) for sets in families):
            told.append(target)
    return frozenset(told)


def crowds_between(sets: Sequence[frozenset[int]]) -> Iterator[int]:
    """How many cases each small combination of sums over the sets is about."""
    members = np.array([[each in chosen for each in sorted(frozenset().union(*sets))] for chosen in sets], dtype=int)
    for factors in product(FACTORS, repeat=len(sets)):
        yield int(np.count_nonzero(np.array(factors) @ members))


def _is_safe(*crowds: int) -> bool:
    return not any(0 < crowd < SMALLEST_CELL for crowd in crowds)


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
