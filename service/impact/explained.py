"""A figure with the entries behind it, for whoever wants to go through it one by one.

The ledger knows cases by pseudonyms alone, and nothing else is shown. Must not know a page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from governance.errors import AuditLogBroken
from governance.impact.explaining import Explained, explain
from governance.impact.figures import Selection, figure_ore, read_selection
from governance.impact.ledger import load_balance, load_entries, verify
from governance.store.opening import Store

EXPLAINED = "impact.explained"


@dataclass(frozen=True)
class ExplainedFigure:
    """A figure as it stood at the close of `as_of` (None: nothing was booked by then) with all of its entries."""

    selection: Selection
    as_of: dt.date | None
    booking: int
    ledger_hash: str
    value_ore: int
    entries: tuple[Explained, ...]

    def as_document(self) -> dict[str, Any]:
        """The answer for a machine; amounts in whole øre."""
        return {
            "figure": self.selection.code,
            "text_da": self.selection.figure.text_da,
            "as_of": None if self.as_of is None else f"{self.as_of}",
            "booking": self.booking,
            "ledger": self.ledger_hash,
            "value_ore": self.value_ore,
            "entries": [entry_row(each) for each in self.entries],
        }


def entry_row(explained: Explained) -> dict[str, Any]:
    """One entry with what it gives the figure, flat."""
    entry = explained.entry
    return {
        "seq": entry.seq,
        "booked_at": entry.booked_at,
        "as_of": f"{entry.as_of}",
        "cause": entry.cause,
        "source_kind": entry.source.kind,
        "source": entry.source.source_id,
        **asdict(entry.dimensions),
        "amount_ore": explained.amount_ore,
    }


def explain_figure(store: Store, code: str, *, as_of: dt.date | None = None) -> ExplainedFigure:
    """The figure as of a day (now, when none is given), after the whole ledger was gone through; one event.

    `UsageError` for what is no figure, `AuditLogBroken` when the ledger is not what was booked.
    """
    selection = read_selection(code)
    with store.reading() as connection:
        verify(connection)
        balance = load_balance(connection, as_of=as_of)
        parts = tuple(explain(load_entries(connection, as_of=as_of), selection))
    value = figure_ore(balance.lines, code)
    if value != sum(part.amount_ore for part in parts):
        raise AuditLogBroken(
            "The entries do not sum to the figure.", item=selection.code, remedy="Restore the database from the backup."
        )
    with store.act(EXPLAINED, subject=selection.code):
        pass
    return ExplainedFigure(selection, balance.as_of, balance.booking, balance.ledger_hash, value, parts)
