"""A figure with the entries behind it, for whoever wants to go through it one by one.

The ledger knows cases by pseudonyms alone, and nothing else is shown. Must not know a page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.errors import AuditLogBroken
from governance.impact.business_case.reading import load_case_in_force
from governance.impact.case_types import CaseTypes, build_case_types
from governance.impact.explaining import Explained, explain
from governance.impact.figures import Selection, figure_ore, read_selection, require_known
from governance.impact.ledger import Balance, load_balance, load_entries, require_booked, verify
from governance.impact.memory import load_told
from governance.settings import Settings
from governance.store.opening import Store

EXPLAINED = "impact.explained"
_TEXTS = {"case_id": pl.String, "benefit": pl.String, "case_type": pl.String}


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


def load_case_types(connection: sa.Connection, *, booking: int) -> CaseTypes:
    """The kind of every case that the ledger knew of after a booking."""
    told = load_told(connection, booking=booking)
    return build_case_types(told.cases.values(), told.effects.values())


def with_case_types(lines: pl.DataFrame, types: CaseTypes) -> pl.DataFrame:
    """The lines with `case_type` (String, "" where a line is of no case)."""
    named = [(*key, kind) for key, kind in types.items()]
    known = pl.DataFrame(named, schema=["case_id", "benefit", "case_type"], schema_overrides=_TEXTS, orient="row")
    joined = lines.join(known, on=["case_id", "benefit"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("case_type").fill_null(""))


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


def load_verified(
    connection: sa.Connection, selection: Selection, *, settings: Settings, as_of: dt.date | None
) -> tuple[Balance, CaseTypes]:
    """The balance of the day and the types of its cases, once the whole ledger was gone through.

    `UsageError` for a selection of what there is not and for a day before the first booking, `AuditLogBroken` when the
    ledger is not what was booked.
    """
    case = load_case_in_force(settings.business_case_file)
    require_known(selection, committees=[item.committee for item in case.items])
    verify(connection)
    balance = require_booked(load_balance(connection, as_of=as_of), as_of)
    return balance, load_case_types(connection, booking=balance.booking)


def explain_figure(store: Store, code: str, *, as_of: dt.date | None = None) -> ExplainedFigure:
    """The figure as of a day (now, when none is given), after the whole ledger was gone through; one event.

    `UsageError` for what is no figure and for a day before the first booking, `AuditLogBroken` when the ledger is not
    what was booked.
    """
    selection = read_selection(code)
    with store.reading() as connection:
        balance, types = load_verified(connection, selection, settings=store.settings, as_of=as_of)
        parts = tuple(explain(load_entries(connection, as_of=as_of), selection, types))
    value = figure_ore(with_case_types(balance.lines, types), code)
    if value != sum(part.amount_ore for part in parts):
        raise AuditLogBroken(
            "The entries do not sum to the figure.", item=selection.code, remedy="Restore the database from the backup."
        )
    with store.act(EXPLAINED, subject=selection.code):
        pass
    return ExplainedFigure(selection, balance.as_of, balance.booking, balance.ledger_hash, value, parts)
