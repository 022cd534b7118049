"""How quarters ripen: the share of their cases that is concluded, and what they are known to have saved, by age."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from governance.impact.estimates import MaturationRow
from governance.impact.facts import Facts
from governance.impact.maturation import DAYS_A_MONTH
from service.impact.basis import Basis
from service.impact.report_model import HIDDEN, SMALLEST_CELL, Cell, Column, Section, Table
from service.impact.sections.words import NO_REGISTERS, day_da, empty_section, quarter_da, text_column, whole

CODE, TITLE = "maturation", "Modning"
SOURCE = "estimate:maturation"


def build(basis: Basis) -> Section:
    """One row a quarter and age."""
    if basis.estimates is None or basis.facts is None:
        return empty_section(CODE, TITLE, NO_REGISTERS)
    if not basis.estimates.maturation:
        return empty_section(CODE, TITLE, "Ingen sag er gammel nok til, at der er noget at vise.")
    known = told_amounts(basis.estimates.maturation, basis.facts)
    columns = (
        text_column("text", "Kvartal og alder"), text_column("cohort", "Kvartal for åbning"),
        Column(code="age_months", text_da="Måneder efter åbning", unit="months"),
        Column(code="cases", text_da="Sager", unit="cases", source=SOURCE),
        Column(code="at_risk", text_da="Sager, der er så gamle", unit="cases", source=SOURCE),
        *(Column(code=code, text_da=text, unit="share", source=SOURCE)
          for code, text in (("share", "Afsluttet"), ("low", "Nedre grænse"), ("high", "Øvre grænse"))),
        Column(code="known", text_da="Kendt kommunal besparelse", unit="ore", source=SOURCE),
        text_column("mark", "Bemærkning"),
    )  # fmt: skip
    return Section(
        code=CODE,
        title_da=TITLE,
        intro_da=f"Opgjort pr. {day_da(basis.as_of)}. Udfald kommer sent; et kvartal, hvor ikke alle sager er så "
        "gamle, er mærket umodent, og intet er fremskrevet.",
        tables=(
            Table(
                code="ripening",
                title_da="Andel afsluttet og kendt besparelse efter alder",
                columns=columns,
                rows=tuple(_row(row, amount) for row, amount in zip(basis.estimates.maturation, known, strict=True)),
                note_da="Andelen er 1 minus Kaplan-Meier med 95 %-interval. Besparelsen er for alle kontroller, også "
                "dem fra andre kanaler, og vises kun, når mindst ti sager er kommet til siden det forrige viste beløb.",
                chart="maturation",
            ),
        ),
    )


def told_amounts(rows: Sequence[MaturationRow], facts: Facts) -> list[Cell]:
    """The amount of each row, hidden where the step from the amount shown before it is about 1 to 9 cases."""
    days = _recorded_after(facts)
    found: list[Cell] = []
    cohort, before = "", 0
    for row in rows:
        if row.cohort != cohort:
            cohort, before = row.cohort, 0
        reached = round(row.age_months * DAYS_A_MONTH)
        counted = len({case for case, day in days.get(cohort, ()) if before < day + 1 <= reached + 1})
        if row.known_ore is not None and 0 < counted < SMALLEST_CELL:
            found.append(HIDDEN)
            continue
        found.append(whole(row.known_ore))
        before = reached + 1 if row.known_ore is not None else before
    return found


def _recorded_after(facts: Facts) -> Mapping[str, list[tuple[str, int]]]:
    """Cohort → (case, days from its opening to a decision), whatever became of the decision."""
    cases = {case.case_id: case for case in facts.cases}
    found: dict[str, list[tuple[str, int]]] = {}
    for effect in facts.effects:
        case = cases[effect.case_id]
        found.setdefault(case.cohort, []).append((case.case_id, (effect.recorded_on - case.opened_on).days))
    return found


def _row(row: MaturationRow, amount: Cell) -> tuple[Cell, ...]:
    small = row.cases < SMALLEST_CELL
    numbers: tuple[Cell, ...] = (
        row.cases, row.at_risk, row.concluded_share, row.concluded_low, row.concluded_high, amount
    )  # fmt: skip
    name = quarter_da(row.cohort)
    told = (HIDDEN,) * len(numbers) if small else tuple(_few(numbers, row))
    return (f"{name}, {row.age_months} md.", name, row.age_months, *told, "" if row.mature else "umoden")


def _few(numbers: Sequence[Cell], row: MaturationRow) -> Iterator[Cell]:
    """Of a quarter with few cases of the age nothing but how many cases it has is told."""
    for place, value in enumerate(numbers):
        yield HIDDEN if place and 0 < row.at_risk < SMALLEST_CELL else value
