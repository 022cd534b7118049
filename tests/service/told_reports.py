"""A ledger with many cases, its reports as the product makes them, and everything that a reader could add and subtract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from governance.as_of import AsOf
from governance.impact.facts import Facts
from governance.impact.ledger import book, load_balance
from governance.impact.memory import load_told
from governance.store.opening import Store
from service.impact.explained import load_case_types, with_case_types
from service.impact.making import MadeReport, make_report
from service.impact.report_model import HIDDEN, ImpactReport
from service.impact.strata import Book, build_book, build_sums, is_code
from service.impact.suppression import Sums
from tests.impact_histories import a_history, known, together

D = dt.date
FIRST, LATER = D(2024, 9, 30), D(2026, 12, 31)
HISTORIES = together([a_history(seed, name=f"h{seed}") for seed in range(90)])


def booked(store: Store, day: D = LATER, facts: Facts | None = None) -> None:
    """Book what was known on a day."""
    with store.act("impact.booked", subject=f"{day}") as act:
        book(act.connection, facts or known(HISTORIES, day, late=False), at=act.at)


def reported(store: Store, day: D = LATER) -> MadeReport:
    """Book a day and report it."""
    booked(store, day)
    return make_report(store, AsOf(day), settings=store.settings)


def read_book(store: Store, booking: int) -> Book:
    """The ledger after a booking, cut into strata."""
    with store.reading() as connection:
        balance = load_balance(connection, booking=booking)
        types = load_case_types(connection, booking=booking)
        told = load_told(connection, booking=booking)
    return build_book(with_case_types(balance.lines, types), told.cases.values())


def shown_cells(report: ImpactReport) -> dict[str, int | float]:
    """Code → value of every sum over the ledger that stands anywhere in the report (a step taken off is turned)."""
    found = {figure.source: figure.value for figure in report.headline if is_code(figure.source)}
    for table in (table for section in report.sections for table in section.tables):
        for row, cells in enumerate(table.rows):
            for column, value in enumerate(cells):
                code = table.source_of(row, column)
                if is_code(code):
                    found[code] = abs(value) if table.code == "steps" and isinstance(value, int) else value
    return {code: value for code, value in found.items() if isinstance(value, (int, float)) and value != HIDDEN}


def hidden_codes(report: ImpactReport) -> set[str]:
    """Every code of which the report says that it is not shown."""
    found = {figure.source for figure in report.headline if figure.hidden}
    for table in (table for section in report.sections for table in section.tables):
        for row, cells in enumerate(table.rows):
            found |= {table.source_of(row, place) for place, value in enumerate(cells) if value == HIDDEN}
    return {code for code in found if is_code(code)}


def sums_of(store: Store, report: ImpactReport, codes: Sequence[str]) -> Sums:
    """The codes as sums over the strata of the ledger that the report was made from."""
    return build_sums(read_book(store, report.booking), codes)[0]


def crowds(rows: np.ndarray, present: np.ndarray) -> np.ndarray:
    """How many cases each row is about."""
    touched = sparse.csr_array(np.abs(rows) > 1e-9, dtype=np.int32) @ sparse.csr_array(present, dtype=np.int32)
    return np.asarray((touched > 0).sum(axis=1)).ravel()
