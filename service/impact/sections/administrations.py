"""Each administration: the twelve figures, and what was realised beside what was promised, with its interval."""

from __future__ import annotations

from collections.abc import Iterable

from service.impact.basis import Basis
from service.impact.report_model import HEADLINE, Cell, Column, Section, Table
from service.impact.sections.headline import why_unmeasured
from service.impact.sections.promise import CODE as PROMISE
from service.impact.sections.promise import OF_MATURE, beside_rows
from service.impact.sections.words import OFFICES_DA, day_da, text_column
from service.impact.strata import read_code
from service.impact.telling import Telling

CODE, TITLE = "administrations", "Forvaltningerne"
BESIDE = "expected_and_realised"
NO_PROMISE = ("STATE", "expected_municipal")


def codes(basis: Basis) -> Iterable[str]:
    """The twelve figures of each administration."""
    return [f"{code}:{office}" for office in _offices(basis) for code in HEADLINE]


def build(basis: Basis, telling: Telling) -> Section:
    """The table of figures, and the one of intervals where something was promised."""
    return Section(
        code=CODE,
        title_da=TITLE,
        intro_da="Besparelser står hos den forvaltning, der betaler ydelsen; kontrollens timer hos KFF, der fører den. "
        "Statens ydelser tæller kun for samfundet.",
        tables=(_figures(basis, telling), *_beside(basis, telling)),
    )


def _offices(basis: Basis) -> tuple[str, ...]:
    """The three, and the state where one of its benefits was decided on."""
    there = set(basis.book.amounts["administration"])
    return tuple(office for office in OFFICES_DA if office in there or office != "STATE")


def _figures(basis: Basis, telling: Telling) -> Table:
    offices = _offices(basis)
    unmeasured = {code for code in HEADLINE if why_unmeasured(basis, code)}
    columns = [
        Column(code=code, text_da=read_code(code).figure.text_da, unit="ore", source=code, by_row=True)
        for code in HEADLINE
    ]

    def cell(code: str, office: str) -> Cell:
        return None if code in unmeasured or (office, code) == NO_PROMISE else telling.cell(f"{code}:{office}")

    return Table(
        code="figures_by_administration",
        title_da="De tolv tal fordelt på forvaltning",
        columns=(text_column("text", "Forvaltning"), *columns),
        rows=tuple((OFFICES_DA[office], *(cell(code, office) for code in HEADLINE)) for office in offices),
        note_da="Tal, der bygger på færre end ti sager, og tal de kunne regnes ud af, vises ikke.",
        selections=tuple(f":{office}" for office in offices),
    )


def _beside(basis: Basis, telling: Telling) -> tuple[Table, ...]:
    """Realised beside promised, of mature cases alone: there both are known."""
    if PROMISE in basis.kept_sections:
        return tuple(table for table in basis.kept_sections[CODE].tables if table.code == BESIDE)
    rows = [] if basis.estimates is None else beside_rows(basis.estimates.promise, telling)
    if not rows:
        return ()
    ore = {"expected": "Forventet", "value": "Realiseret", "low": "Nedre grænse", "high": "Øvre grænse"}
    columns = [Column(code=code, text_da=text, unit="ore", source="estimate:promise") for code, text in ore.items()]
    return (
        Table(
            code=BESIDE,
            title_da="Forventet og realiseret, modne sager",
            columns=(text_column("text", "Forvaltning"), *columns, text_column("mark", "Bemærkning")),
            rows=tuple(rows),
            note_da=f"{OF_MATURE} Opgjort pr. {day_da(basis.as_of)}.",
            chart="intervals",
        ),
    )
