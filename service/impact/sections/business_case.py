"""The business case as it was decided: its years, committees and areas, and in how many years it pays back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from governance.impact.business_case.arithmetic import Totals, Worked, build_worked, in_ore
from governance.impact.business_case.case import TOTALS, Amounts, BusinessCase
from governance.impact.business_case.checking import Fault, find_faults
from governance.impact.business_case.tables import build_fault_table
from governance.impact.business_case.wording import AREA_TOTAL_DA, KIND_DA, RISK_DA, TOTAL_DA, payback_da
from service.impact.basis import Basis
from service.impact.report_model import Cell, Column, Figure, Section, Table
from service.impact.sections.words import text_column

CODE, TITLE = "business_case", "Sagens økonomi"
SOURCE = "business_case"


def build(basis: Basis) -> Section:
    """Items and totals, by committee and by area; costs positive, effects negative, as proposals print them."""
    case = basis.case
    worked = build_worked(case)
    faults = find_faults(case, worked)
    return Section(
        code=CODE,
        title_da=TITLE,
        intro_da=f"{case.title}. {case.price_level}-priser; udgifter er positive, effekter negative. "
        f"{_checked(faults)}",
        figures=(
            Figure(code="payback", text_da="Tilbagebetalingstid", unit="text", value=payback_da(worked.payback_years),
                   source=SOURCE),
        ),
        tables=tuple(table for table in (*_tables(case, worked), _faults(case, faults)) if table.rows),
    )  # fmt: skip


def _checked(faults: Sequence[Fault]) -> str:
    if not faults:
        return "Sagens egne tal stemmer."
    many = f"{len(faults)} af de tal, som sagen selv angiver, er forkerte."
    return many if len(faults) > 1 else "Ét af de tal, som sagen selv angiver, er forkert."


def _faults(case: BusinessCase, faults: Sequence[Fault]) -> Table:
    """In the unit of the file, as it states them."""
    found = build_fault_table(case, faults)
    columns = tuple(
        text_column(code, text) for code, text in zip(("text", "stated", "expected"), found.header, strict=True)
    )
    return Table(code="faults", title_da=found.title, columns=columns, rows=found.rows)


def _tables(case: BusinessCase, worked: Worked) -> Iterable[Table]:
    items: list[tuple[Cell, ...]] = [
        (item.name, item.committee, KIND_DA[item.kind], *_ore(case, item.amounts)) for item in case.items
    ]
    totals: list[tuple[Cell, ...]] = [(TOTAL_DA[total], "", "", *_ore(case, worked.totals[total])) for total in TOTALS]
    accumulated = ("Akkumuleret", "", "", *(in_ore(each, case.unit) for each in worked.accumulated), None)
    words = (text_column("text", "Post"), text_column("committee", "Udvalg"), text_column("kind", "Art"))
    yield _table(case, "economy", "Forslagets samlede økonomi", words, [*items, *totals, accumulated])
    split = (text_column("text", "Udvalg"), text_column("kind", "Art"))
    yield _table(case, "by_committee", "Fordelt på udvalg", split, _split(case, worked.by_committee.items()))
    areas = ((AREA_TOTAL_DA[area], totals) for area, totals in worked.by_area.items())
    named = (text_column("text", "Styringsområde"), text_column("kind", "Art"))
    yield _table(case, "by_area", "Fordelt på styringsområde", named, _split(case, areas))
    yield Table(
        code="assumptions", title_da="Antagelser", columns=(text_column("text", "Antagelse"),),
        rows=tuple((each,) for each in _assumptions(case)),
    )  # fmt: skip


def _table(
    case: BusinessCase, code: str, title_da: str, words: tuple[Column, ...], rows: Iterable[tuple[Cell, ...]]
) -> Table:  # fmt: skip
    years = [Column(code=f"y{year}", text_da=str(year), unit="ore", source=SOURCE) for year in case.years]
    total = Column(code="total", text_da="I alt", unit="ore", source=SOURCE)
    return Table(code=code, title_da=title_da, columns=(*words, *years, total), rows=tuple(rows))


def _split(case: BusinessCase, parts: Iterable[tuple[str, Totals]]) -> list[tuple[Cell, ...]]:
    return [
        (name, TOTAL_DA[total], *_ore(case, totals[total]))
        for name, totals in parts
        for total in TOTALS
        if total in ("permanent_change", "cash_flow") or any(totals[total])
    ]


def _ore(case: BusinessCase, amounts: Amounts) -> tuple[int, ...]:
    """Each year and all together, whole øre."""
    return tuple(in_ore(each, case.unit) for each in (*amounts, sum(amounts, Decimal(0))))


def _assumptions(case: BusinessCase) -> Iterable[str]:
    yield from case.assumptions
    yield from (f"{item.name}: {item.assumption}" for item in case.items if item.assumption)
    if case.risk:
        yield f"Risikoklasse {RISK_DA[case.risk.level]}: {case.risk.text}".removesuffix(": ")
