"""A count of cases with the cases behind it, as `impact explain` lists entries behind an amount.

Counts stand on pages beside the money: cases decided, closed, and closed with each outcome. They rest on the facts that
the ledger was told, under its pseudonyms. Must not know a page.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import polars as pl

from governance.impact.figures import Selection
from governance.impact.memory import load_told
from governance.store.opening import Store
from service.impact.explained import EXPLAINED, load_verified, with_case_types
from service.impact.strata import BESIDE, build_book, read_code

COUNTS = tuple(code for code in BESIDE if code.startswith("cases_"))
_HEAD = re.compile(r"[a-z_]*")


@dataclass(frozen=True)
class ExplainedCount:
    """A count as it stood at the close of `as_of`; `entries`: a row for each case and what it counts for."""

    selection: Selection
    as_of: dt.date | None
    booking: int
    ledger_hash: str
    entries: tuple[dict[str, Any], ...]

    @property
    def value(self) -> int:
        """How many."""
        return sum(entry["amount"] for entry in self.entries)

    def as_document(self) -> dict[str, Any]:
        """The answer for a machine."""
        return {
            "figure": self.selection.code,
            "text_da": self.selection.figure.text_da,
            "as_of": None if self.as_of is None else f"{self.as_of}",
            "booking": self.booking,
            "ledger": self.ledger_hash,
            "value": self.value,
            "entries": list(self.entries),
        }


def is_count(code: str) -> bool:
    """Whether the code is that of a count rather than of an amount."""
    head = _HEAD.match(code)
    return head is not None and head[0] in COUNTS


def explain_count(store: Store, code: str, *, as_of: dt.date | None = None) -> ExplainedCount:
    """The count as of a day (now, when none is given), after the whole ledger was gone through; one event.

    `UsageError` for what is no count and for a day before the first booking, `AuditLogBroken` when the ledger is not
    what was booked.
    """
    selection = read_code(code)
    with store.reading() as connection:
        balance, types = load_verified(connection, selection, settings=store.settings, as_of=as_of)
        told = load_told(connection, booking=balance.booking)
    book = build_book(with_case_types(balance.lines, types), told.cases.values())
    chosen = book.amounts.filter(pl.col("account").is_in(selection.figure.accounts))
    for name, value in selection.dimensions.items():
        chosen = chosen.filter(pl.col(name) == value)
    with store.act(EXPLAINED, subject=selection.code):
        pass
    rows = chosen.drop("account").sort(pl.all()).to_dicts()
    return ExplainedCount(selection, balance.as_of, balance.booking, balance.ledger_hash, tuple(rows))
