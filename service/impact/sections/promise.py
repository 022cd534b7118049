"""Calibration in kroner: what was promised of mature cases beside what they brought, and the alarm when it drifts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from governance.impact.estimates import DriftPoint, DriftWatch, PromiseRow
from governance.money import as_danish_number
from service.impact.basis import Basis
from service.impact.report_model import HIDDEN, Cell, Column, Figure, Section, Table
from service.impact.sections.words import NO_REGISTERS, empty_section, quarter_da, text_column, whole
from service.impact.strata import MATURE, MATURE_PROMISED, MATURE_PROMISED_BENEFIT
from service.impact.telling import Telling

CODE, TITLE = "promise", "Løfter holdt op mod resultater"
SOURCE, DRIFT = "estimate:promise", "estimate:drift"
OF_MATURE = "Kun modne sager fra lister, hvis løfter er gemt. 95 %-interval; uden interval er der for få fund."
DIMENSIONS_DA = {
    "all": "I alt", "administration": "Forvaltning", "benefit": "Ydelse", "cohort": "Kvartal for åbning",
}  # fmt: skip
_ORE = (("promised", "Lovet"), ("realised", "Realiseret"))
_RATIO = (("ratio", "Realiseret i forhold til lovet"), ("low", "Nedre grænse"), ("high", "Øvre grænse"))


def codes(basis: Basis) -> Iterable[str]:
    """The realised sums of mature cases, which the ledger does not have but which rest on cases all the same."""
    if basis.estimates is None or CODE in basis.kept_sections:
        return []
    rows = basis.estimates.promise
    return [
        *map(realised_code, rows),
        *map(promised_code, rows),
        *(code for point in basis.estimates.drift.points for code in _of_point(point)),
    ]


def realised_code(row: PromiseRow) -> str:
    """The sum over mature cases with a promise that a row's realised amount is."""
    return MATURE + _selection(row)


def promised_code(row: PromiseRow) -> str:
    """The same of what was promised."""
    return (MATURE_PROMISED_BENEFIT if row.dimension == "benefit" else MATURE_PROMISED) + _selection(row)


def told_codes(section: Section | None, rows: Iterable[PromiseRow]) -> frozenset[str]:
    """The codes of the amounts that an earlier section told, by the rows of today: those it had are among them."""
    tables = () if section is None else section.tables
    shown = {row[:2]: row[2:4] for table in tables if table.code == "calibration" for row in table.rows}
    found = ((row, shown.get((DIMENSIONS_DA[row.dimension], row.text_da), (HIDDEN, HIDDEN))) for row in rows)
    return frozenset(
        code
        for row, cells in found
        for code, cell in zip((promised_code(row), realised_code(row)), cells, strict=True)
        if cell != HIDDEN
    )


def _selection(row: PromiseRow) -> str:
    named = {"administration": f":{row.key}", "benefit": f",benefit={row.key}", "cohort": f"@{row.key}"}
    return named.get(row.dimension, "")


def _of_point(point: DriftPoint) -> list[str]:
    return [f"{code}@{point.cohort}" for code in (MATURE, MATURE_PROMISED)]


def build(basis: Basis, telling: Telling) -> Section:
    """The table by administration, benefit and quarter, and the watch."""
    if basis.estimates is None:
        return empty_section(CODE, TITLE, NO_REGISTERS)
    rows = [row for row in basis.estimates.promise if row.cases]
    if not rows:
        return empty_section(CODE, TITLE, "Ingen moden sag kom fra en liste, hvis løfter er gemt.")
    return Section(
        code=CODE,
        title_da=TITLE,
        intro_da="Et løfte er den kommunale besparelse, som modellen ventede af sagen ved udvælgelsen. Summer holdes "
        "op mod summer, aldrig gennemsnit af forhold.",
        figures=_alarm(basis.estimates.drift, telling),
        tables=(_calibration(rows, telling), *_watch(basis.estimates.drift, telling)),
    )


def beside_rows(rows: Sequence[PromiseRow], telling: Telling) -> list[tuple[Cell, ...]]:
    """Administration, promised, realised with its interval and a mark; whole øre."""
    return [
        (row.text_da, *_amounts(row, telling), _mark(row))
        for row in rows
        if row.dimension == "administration" and row.cases
    ]


def _amounts(row: PromiseRow, telling: Telling) -> tuple[Cell, ...]:
    """Promised, realised and its ends in kroner: the ends would give away either of the two."""
    promised, realised = telling.is_told(promised_code(row)), telling.is_told(realised_code(row))
    ends: tuple[Cell, ...] = (_ore(row, row.low), _ore(row, row.high)) if promised and realised else (HIDDEN, HIDDEN)
    return (
        whole(row.promised_ore) if promised else HIDDEN, whole(row.realised_ore) if realised else HIDDEN, *ends
    )  # fmt: skip


def _ore(row: PromiseRow, ratio: float | None) -> int | None:
    return None if ratio is None else round(ratio * row.promised_ore)


def _mark(row: PromiseRow) -> str:
    return "" if row.mature else "umoden"


def _calibration(rows: Sequence[PromiseRow], telling: Telling) -> Table:
    columns = (
        text_column("dimension", "Fordelt på"), text_column("text", "Gruppe"),
        *(Column(code=code, text_da=text, unit="ore", source=SOURCE) for code, text in _ORE),
        *(Column(code=code, text_da=text, unit="ratio", source=SOURCE) for code, text in _RATIO),
        text_column("mark", "Bemærkning"), text_column("note", "Forklaring"),
    )  # fmt: skip
    return Table(
        code="calibration",
        title_da="Lovet og realiseret",
        columns=columns,
        rows=tuple(_row(row, telling) for row in rows),
        note_da=OF_MATURE,
        chart="calibration",
    )


def _row(row: PromiseRow, telling: Telling) -> tuple[Cell, ...]:
    promised, realised, *_ = _amounts(row, telling)
    told = HIDDEN not in (promised, realised)
    ratios: tuple[Cell, ...] = (row.ratio, row.low, row.high) if told else (HIDDEN,) * 3
    return (DIMENSIONS_DA[row.dimension], row.text_da, promised, realised, *ratios, _mark(row), row.note_da)


def _alarm(watch: DriftWatch, telling: Telling) -> tuple[Figure, ...]:
    said = "Alarm: løfterne holder ikke længere" if watch.alarm else "Ingen alarm"
    earlier = [quarter_da(each.cohort) for each in watch.points if each.alarm and _is_told(each, telling)]
    if earlier and not watch.alarm:
        said = f"Ingen alarm nu; der var alarm i {', '.join(earlier)}"
    return (
        Figure(
            code="promise_alarm", text_da="Overvågning af løfterne", unit="text",
            value=said if watch.points else None, note_da=watch.note_da, source=DRIFT,
        ),
        Figure(
            code="promise_false_alarms", text_da="Alarmer uden grund pr. år, målt ved løfter der holder", unit="number",
            value=watch.false_alarms_a_year, source=DRIFT,
        ),
    )  # fmt: skip


def _watch(watch: DriftWatch, telling: Telling) -> tuple[Table, ...]:
    if not watch.points:
        return ()
    numbers = (("score", "Afvigelse"), ("over", "Sum over"), ("under", "Sum under"))
    columns = (
        text_column("text", "Kvartal"), Column(code="ratio", text_da=_RATIO[0][1], unit="ratio", source=DRIFT),
        *(Column(code=code, text_da=text, unit="number", source=DRIFT) for code, text in numbers),
        text_column("mark", "Bemærkning"),
    )  # fmt: skip
    rows = tuple(_point(point, told=_is_told(point, telling)) for point in watch.points)
    threshold, slack = (as_danish_number(each, 1) for each in (watch.threshold, watch.slack))
    return (
        Table(
            code="drift", title_da="Overvågning kvartal for kvartal", columns=columns, rows=rows,
            note_da=f"Alarm, når en sum er over {threshold}; {slack} pr. kvartal er uden betydning.", chart="drift",
        ),
    )  # fmt: skip


def _is_told(point: DriftPoint, telling: Telling) -> bool:
    return all(map(telling.is_told, _of_point(point)))


def _point(point: DriftPoint, *, told: bool) -> tuple[Cell, ...]:
    numbers: tuple[Cell, ...] = (point.ratio, point.score, point.over, point.under) if told else (HIDDEN,) * 4
    return (quarter_da(point.cohort), *numbers, "alarm" if point.alarm and told else "")
